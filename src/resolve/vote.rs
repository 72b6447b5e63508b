//! What relative destinations without an ending mean: the vote of the handbook.
//!
//! In: pages and names. Out: how many links can only be read as a path of files, and how many only as an address.
//!
//! Invariant: the vote depends on the links and the names of all pages, not on how a link was read before.

use rayon::prelude::*;

use crate::parse::page::{Page, Relation, Target};

use super::names::Asker;
use super::{Graph, path};

/// The votes of links that read one way only.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Votes {
    pub(super) files: usize,
    pub(super) urls: usize,
}

impl Votes {
    /// Whether such destinations are rather addresses than paths of files.
    pub(super) fn urls_first(self) -> bool {
        self.urls > self.files
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self { files: self.files + other.files, urls: self.urls + other.urls }
    }

    pub(super) fn minus(self, other: Self) -> Self {
        Self { files: self.files.saturating_sub(other.files), urls: self.urls.saturating_sub(other.urls) }
    }
}

impl Graph {
    /// The votes of all pages.
    pub(super) fn vote(&self) -> Votes {
        self.nodes.par_iter().flatten().map(|node| self.votes_of(&node.page)).reduce(Votes::default, Votes::plus)
    }

    /// The votes of all pages after an edit of some, given as they were and as they are. Every file stays where it is, so what
    /// other pages say still means what it meant.
    pub(super) fn votes_after<'a>(&self, edited: impl Iterator<Item = (&'a Page, &'a Page)>) -> Votes {
        edited.fold(self.votes, |votes, (old, new)| votes.plus(self.votes_of(new)).minus(self.votes_of(old)))
    }

    /// The votes of one page.
    pub(super) fn votes_of(&self, page: &Page) -> Votes {
        let site = self.site();
        let mut asker = Asker::new(&self.names);
        let vote = |votes: Votes, destination: &str| match path::readings(&site, &mut asker, &page.path, destination) {
            (Some(_), None) => Votes { files: votes.files + 1, ..votes },
            (None, Some(_)) => Votes { urls: votes.urls + 1, ..votes },
            _ => votes,
        };
        let mentions = page.links.iter().filter(|link| link.relation == Relation::Mentions);
        let relative = mentions.filter_map(|link| match &link.target {
            Target::Path(destination) if path::is_url_like(destination) => Some(&**destination),
            _ => None,
        });
        relative.fold(Votes::default(), vote)
    }
}
