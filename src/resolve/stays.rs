//! What an update leaves as it is, as far as that can be seen before it is taken in.
//!
//! In: the graph and the update. Out: whether every file stays where it is, and whether every page keeps its address. What
//! stays need not be found anew, which saves passes over all pages after an edit of a few.

use std::sync::Arc;

use crate::parse::page::Page;

use super::PageId;
use super::graph::{Graph, Update};

/// Of more pages than this it is not asked what they leave as it is.
pub(super) const FEW: usize = 64;

/// What an update leaves as it is.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Stays {
    /// No file comes or goes, and no page comes twice.
    pub(super) files: bool,
    /// Besides, no page asks for another address, and none is asked for twice.
    pub(super) addresses: bool,
}

impl Graph {
    /// What an update will leave as it is.
    pub(super) fn stays(&self, update: &Update) -> Stays {
        let Update { pages, assets, gone, .. } = update;
        if pages.len() > FEW || !gone.is_empty() || !assets.iter().all(|path| self.has_asset(path)) {
            return Stays::default();
        }
        let Some(ids) = self.each_once(pages) else { return Stays::default() };
        let asks_alike =
            |(id, new): (&PageId, &Arc<Page>)| self.node(*id).is_some_and(|old| (&old.page.url, old.page.index) == (&new.url, new.index));
        let keep = ids.iter().zip(pages).all(asks_alike);
        Stays { files: true, addresses: keep && self.clashes.is_empty() }
    }

    /// The numbers of a few pages by their files; `None` where one is not there yet or comes twice.
    pub(super) fn each_once(&self, pages: &[Arc<Page>]) -> Option<Vec<PageId>> {
        let ids: Vec<PageId> = pages.iter().map(|page| self.page(&page.path).map(|(id, _)| id)).collect::<Option<_>>()?;
        let is_twice = ids.iter().enumerate().any(|(at, id)| ids[..at].contains(id));
        (!is_twice).then_some(ids)
    }
}
