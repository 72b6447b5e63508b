//! Finds what there is to build: the project, its config, its files.
//!
//! In: folders on the disk. Out: a `Project`, a `Config`, and `Found`: every page read, every other file listed.
//!
//! Invariant: no symbolic link is followed and nothing but a plain file is opened; both are diagnostics in the content.
//! Invariant: what is found does not depend on the order in which the disk lists it.

pub mod config;
mod contributed;
mod gitignore;
mod includes;
mod pictures;
pub mod project;
mod read;
pub mod repository;
mod signposts;
mod walk;
mod watched;

use std::path::PathBuf;

use rayon::prelude::*;

use crate::base::config::Settings;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::path::SourcePath;
use crate::base::picture::Picture;
use crate::base::signposts::Signposts;
use crate::base::text::{Source, Span};
pub use pictures::{FILE_LIMIT, PIXEL_LIMIT, facts, orientation};
use project::Project;
pub use read::{PAGE_LIMIT, Stamp, asset_bytes, bytes_to_draw};
pub use walk::{OUTSIDE_LIMIT, is_left_out};
pub use watched::{Here, News, Watched};

/// A file of the content that is no page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asset {
    /// Where it lies.
    pub path: SourcePath,
    /// What tells whether it has changed.
    pub stamp: Stamp,
}

/// Everything that a project holds.
#[derive(Clone, Default, Debug)]
pub struct Found {
    /// The pages of the content, sorted by path.
    pub sources: Vec<Source>,
    /// What tells whether a page has changed on disk, one for each of `sources`.
    pub stamps: Vec<Stamp>,
    /// The other files of the content, sorted by path.
    pub assets: Vec<Asset>,
    /// Files of a foreign project outside of its content, where links may lead, sorted; at most `OUTSIDE_LIMIT`, never read.
    pub outside: Vec<SourcePath>,
    /// What is known of those of `assets` and `outside` that are pictures, sorted by path.
    pub pictures: Vec<(SourcePath, Picture)>,
    /// What the files of other tools say about a foreign folder.
    pub signposts: Signposts,
    /// What was left out or cannot be read as it should, sorted.
    pub diagnostics: Vec<Diagnostic>,
}

/// Walks a project, reads its pages and lists its other files; `outputs` are absolute folders that are never entered.
pub fn everything(project: &Project, settings: &Settings, outputs: &[PathBuf]) -> Found {
    let walk::Files { pages, others, outside, mut diagnostics } = walk::files(project, settings, outputs);
    let mut found = Found { outside, ..Found::default() };
    let read: Vec<_> = pages.par_iter().map(|path| read::page(&project.root, path, settings)).collect();
    for (page, wrong) in read {
        if let Some((source, stamp)) = page {
            found.sources.push(source);
            found.stamps.push(stamp);
        }
        diagnostics.extend(wrong);
    }
    let contributed = contributed::Contributed::of(settings);
    let list = |path| match contributed.as_ref().and_then(|contributed| contributed.refuses(&project.root, path, settings)) {
        Some(refused) => (None, refused),
        None => read::stamp(&project.root, path, settings),
    };
    let listed: Vec<_> = others.par_iter().map(list).collect();
    for (path, (stamp, wrong)) in others.into_iter().zip(listed) {
        found.assets.extend(stamp.map(|stamp| Asset { path, stamp }));
        diagnostics.extend(wrong);
    }
    diagnostics.sort();
    found.diagnostics = diagnostics;
    let others: Vec<&SourcePath> = found.assets.iter().map(|asset| &asset.path).chain(&found.outside).collect();
    // Beside the content may lie more pictures than anybody wants read; those that pages show say their size.
    let facts = |(at, path): (usize, &&SourcePath)| {
        let scales = settings.visuals.scales && at < found.assets.len();
        pictures::picture(&project.root, path, scales).map(|picture| ((*path).clone(), picture))
    };
    let mut pictures: Vec<(SourcePath, Picture)> = others.par_iter().enumerate().filter_map(facts).collect();
    pictures.par_sort_unstable_by(|one, other| one.0.cmp(&other.0));
    found.signposts = signposts::read(project, found.sources.iter().map(|source| &source.path), others.into_iter());
    found.pictures = pictures;
    found
}

impl Found {
    /// The stamps of all files of the content, by path.
    pub fn stamps(&self) -> Vec<(SourcePath, Stamp)> {
        let pages = self.sources.iter().map(|source| source.path.clone()).zip(self.stamps.iter().copied());
        let mut all: Vec<_> = pages.chain(self.assets.iter().map(|asset| (asset.path.clone(), asset.stamp))).collect();
        all.sort_unstable();
        // What is taken in from outside of the content has no stamp there, so such a handbook is never taken for unchanged.
        let included = self.sources.iter().flat_map(|source| &source.includes);
        let outside = |file: &&SourcePath| all.binary_search_by(|(path, _)| path.cmp(file)).is_err();
        let outside: Vec<_> = included.filter(outside).map(|file| (file.clone(), Stamp::default())).collect();
        all.extend(outside);
        all
    }
}

/// The stamps that `everything` would find, without reading a file; `None` where something in the content is amiss.
pub fn stamps(project: &Project, settings: &Settings, outputs: &[PathBuf]) -> Option<Vec<(SourcePath, Stamp)>> {
    let walk::Files { mut pages, others, diagnostics, .. } = walk::files(project, settings, outputs);
    if !diagnostics.is_empty() {
        return None;
    }
    pages.extend(others);
    let stamp = |path: SourcePath| read::stamp(&project.root, &path, settings).0.map(|stamp| (path, stamp));
    let mut all: Vec<_> = pages.into_par_iter().map(stamp).collect::<Option<_>>()?;
    all.sort_unstable();
    Some(all)
}

/// How many wikilinks a text has, and how many links inside the folder of the other kind.
pub fn links_by_shape(text: &str) -> (usize, usize) {
    let text = text.as_bytes();
    let wiki = memchr::memmem::find_iter(text, b"[[").count();
    let other = memchr::memmem::find_iter(text, b"](").filter(|at| !text[at + 2..].starts_with(b"http")).count();
    (wiki, other)
}

/// Where a path stands to the content.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The content folder or a folder above it.
    Above,
    /// In the content.
    Content,
    /// Beside it.
    Outside,
}

/// Where a path below the project root stands to the content folder.
fn place_of(content: &str, path: &str) -> Place {
    let within = |inner: &str, outer: &str| {
        outer.is_empty() || inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if within(content, path) {
        Place::Above
    } else if within(path, content) {
        Place::Content
    } else {
        Place::Outside
    }
}

/// A diagnostic about a file, unless the config has it off.
fn trouble(settings: &Settings, code: Code, path: Option<&SourcePath>, span: Span, message: String, help: &str) -> Option<Diagnostic> {
    let diagnostic = Diagnostic::new(code, settings.severity(code)?, message).help(help);
    Some(match path {
        Some(path) => diagnostic.at(path, span, ""),
        None => diagnostic,
    })
}

#[cfg(test)]
mod tests;
