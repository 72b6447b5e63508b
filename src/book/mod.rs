//! Books: an edition of a handbook as one file that stands alone.
//!
//! In: a plan, a theme, an edition, and a way to read pictures. Out: the bytes of an EPUB, or of a page that a browser prints.
//!
//! Invariant: a book depends on the content, the theme and the day that the settings name; the clock and the machine do not enter.
//! Invariant: nothing in a book acts, and nothing in it is fetched from elsewhere.

mod cover;
pub mod epub;
pub mod pdf;
mod pictures;
pub mod sheet;
pub mod xhtml;

use std::io;

use crate::base::config::Settings;
use crate::base::diagnostic::Diagnostic;
use crate::base::path::SourcePath;
use crate::engine::Plan;
use crate::template::print::Edition;
use crate::template::theme::Theme;

/// What a book is made from.
#[derive(Clone, Copy)]
pub struct Making<'a> {
    /// The site.
    pub plan: &'a Plan<'a>,
    /// Its theme.
    pub theme: &'a Theme,
    /// Which pages.
    pub edition: Edition,
    /// Reads a file of the project.
    pub read: &'a (dyn Fn(&SourcePath) -> io::Result<Vec<u8>> + Sync),
    /// Told how much is done, and of how much.
    pub progress: &'a (dyn Fn(usize, usize) + Sync),
}

impl<'a> Making<'a> {
    fn settings(&self) -> &'a Settings {
        &self.plan.graph().settings
    }
}

/// Why there is no book.
#[derive(Debug)]
pub enum BookError {
    /// A template fails.
    Theme(Diagnostic),
    /// A picture cannot be read.
    Read(SourcePath, io::Error),
    /// The archive cannot be written.
    Archive(String),
}

impl From<Diagnostic> for BookError {
    fn from(problem: Diagnostic) -> Self {
        Self::Theme(problem)
    }
}
