//! What an update leaves as it is, as far as that can be seen before it is taken in.
//!
//! In: the graph and the update. Out: whether every file stays where it is, and whether every page keeps its address. What
//! stays need not be found anew, which saves passes over all pages after an edit of a few.

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
        let is_twice = pages.iter().enumerate().any(|(at, page)| pages[..at].iter().any(|other| other.path == page.path));
        let olds: Option<Vec<_>> = pages.iter().map(|page| self.page(&page.path)).collect();
        let Some(olds) = olds.filter(|_| !is_twice) else { return Stays::default() };
        let keep = olds.iter().zip(pages).all(|((_, old), new)| (&old.page.url, old.page.index) == (&new.url, new.index));
        Stays { files: true, addresses: keep && self.clashes.is_empty() }
    }
}
