//! Stage 3: pages that know each other. Pages in, a `Graph` out.
//!
//! A page claims names, a link mentions a name. Wikilinks, Markdown links, embeds, pictures, `illustrates`,
//! `contrasts`, `by`, tags, aliases, glossary terms and reading paths are all mentions, so each relation can be seen
//! from both sides.
//!
//! Invariant: edges are never stored by hand; a page's links are resolved from the names alone, again whenever a name
//! that it asked for changes.
//! Invariant: `PageId` has no order. What readers see is sorted by `Order`, which is total.

pub mod anchor;
pub mod check;
pub mod graph;
pub mod health;
mod join;
pub mod link;
pub mod names;
pub mod nav;
pub mod order;
pub mod path;
mod pictures;
pub mod related;
mod reword;
mod stays;
pub mod terms;
pub mod text;
mod vote;
mod what_if;
pub mod wiki;

use crate::base::path::{SourcePath, Url};
use crate::base::signposts::Signposts;

pub use graph::{Graph, Node, Touched};
use names::Claimant;

/// A page of the graph. Ids follow the order of arrival, so sorting by them would not be deterministic.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct PageId(pub(crate) u32);

impl PageId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }

    pub(crate) fn at(index: usize) -> Self {
        Self(index as u32)
    }
}

/// By which rule a link was found, as far as it matters to authors.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum How {
    /// As written.
    Exact,
    /// Read as an address rather than as a path of files.
    Url,
    /// From the root, though it was written as if from here.
    Root,
    /// Only without regard to case.
    Case,
    /// Through a former or chosen address.
    Address,
    /// By a file name that is unique, elsewhere.
    Elsewhere,
}

impl How {
    /// The word for it in `list links`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Url => "url",
            Self::Root => "root",
            Self::Case => "case",
            Self::Address => "address",
            Self::Elsewhere => "elsewhere",
        }
    }
}

/// How a link stands, in the words of `list links`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Standing {
    /// It leads where it says.
    Ok,
    /// It leads there in spite of a slip.
    Loose,
    /// It leads there, but the file has moved.
    Moved,
    /// It leads there through a former address.
    Redirected,
    /// It leads to a draft, so readers see words.
    Draft,
    /// It names a page that somebody wants to be written.
    Wanted,
    /// It leads nowhere.
    Broken,
    /// It leads out of the handbook.
    External,
    /// It is an absolute address of this handbook that leads nowhere.
    Stale,
}

impl Standing {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Loose => "loose",
            Self::Moved => "moved",
            Self::Redirected => "redirected",
            Self::Draft => "draft",
            Self::Wanted => "wanted",
            Self::Broken => "broken",
            Self::External => "external",
            Self::Stale => "stale",
        }
    }
}

/// Where a link leads.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Lead {
    /// To a page, and to an id on it.
    Page(PageId, Option<String>),
    /// To another file.
    Asset(SourcePath),
    /// To a page that no file makes: a person without a file, a tag.
    Made(Url),
    /// To a folder without a page of its own, by its path below the project root.
    Folder(String),
    /// Nowhere: readers see the words.
    Nowhere,
}

/// A link, resolved.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Resolution {
    /// Where it leads.
    pub lead: Lead,
    /// How it stands.
    pub standing: Standing,
    /// By which rule it was found.
    pub how: How,
}

impl Resolution {
    /// A link that leads nowhere.
    pub fn nowhere(standing: Standing) -> Self {
        Self { lead: Lead::Nowhere, standing, how: How::Exact }
    }
}

/// What resolving needs to know of the handbook as a whole, besides names.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// The content folder, relative to the project root.
    pub content: &'a str,
    /// Folders whose files answer at the root of the site.
    pub static_roots: &'a [String],
    /// Whether a relative destination without an ending is rather an address than a path of files: the vote of the handbook.
    pub urls_first: bool,
    /// What the files of other tools say.
    pub signposts: &'a Signposts,
}

impl Site<'_> {
    /// Whether a path below the project root lies in the content folder.
    pub fn is_in_content(&self, path: &str) -> bool {
        self.content.is_empty() || path.strip_prefix(self.content).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Of several files the ones in the language of a page, where there are any.
    fn prefer_language(&self, from: &SourcePath, found: &mut Vec<Claimant>) {
        let language = |path: &str| self.signposts.language_of(path).map(|(folder, _)| folder.to_owned());
        if found.len() > 1 && !self.signposts.languages.is_empty() {
            let own = language(from.as_str());
            if found.iter().any(|claimant| language(claimant.path()) == own) {
                found.retain(|claimant| language(claimant.path()) == own);
            }
        }
    }

    fn content_folders(&self) -> Vec<&str> {
        self.content.split('/').filter(|part| !part.is_empty()).collect()
    }

    fn below_content(&self, path: &str) -> String {
        if self.content.is_empty() { path.to_owned() } else { format!("{}/{path}", self.content) }
    }

    fn place_of(&self, folder: &str) -> String {
        folder.strip_prefix(self.content).unwrap_or(folder).trim_start_matches('/').to_owned()
    }
}
