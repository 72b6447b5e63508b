//! Both ends of each mention: who links to a page, who uses a term.
//!
//! In: pages whose links lead somewhere and whose terms are found. Out: for each page who links to it, for each term who uses
//! it, in the order that readers see.
//!
//! Invariant: joining a few pages again gives what joining all would give.

use rustc_hash::FxHashMap;

use super::graph::{Graph, Inbound};
use super::text::Was;
use super::{Lead, PageId, Resolution};

impl Graph {
    /// Joins all pages.
    pub(super) fn join(&mut self) {
        let mut inbound = std::mem::take(&mut self.inbound);
        let mut used_in: Vec<Vec<PageId>> = vec![Vec::new(); self.terms.len()];
        let published = || self.in_order().filter(|(_, node)| node.is_published(&self.settings));
        let links = || {
            inbound.iter_mut().for_each(Vec::clear);
            for (from, node) in published() {
                for (link, resolution) in node.links.iter().enumerate() {
                    if let Lead::Page(target, _) = &resolution.lead {
                        inbound[target.index()].push(Inbound { from, link: link as u32 });
                    }
                }
            }
        };
        let uses = || published().for_each(|(id, node)| node.terms.iter().for_each(|usage| used_in[usage.term as usize].push(id)));
        rayon::join(links, uses);
        (self.inbound, self.used_in) = (inbound, used_in);
    }

    /// Joins a few pages again, which may stand elsewhere in the order; the others stand in the order in which they stood, and
    /// the terms are those that were.
    pub(super) fn join_again(&mut self, ids: &[PageId], was: &[(PageId, Was)]) {
        let mut before: FxHashMap<PageId, &Was> = FxHashMap::default();
        for (id, was) in was {
            before.entry(*id).or_insert(was);
        }
        let Self { nodes, inbound, used_in, .. } = self;
        for id in ids {
            let Some(was) = before.get(id) else { continue };
            for (target, _) in targets(&was.links) {
                inbound[target.index()].retain(|inbound| inbound.from != *id);
            }
            for usage in &was.terms {
                used_in[usage.term as usize].retain(|user| user != id);
            }
        }
        let rank = |id: PageId| nodes[id.index()].as_ref().map_or(u32::MAX, |node| node.rank);
        for &id in ids {
            let Some(node) = nodes[id.index()].as_ref().filter(|node| node.is_published(&self.settings)) else { continue };
            for (target, link) in targets(&node.links) {
                let list = &mut inbound[target.index()];
                let at = list.partition_point(|other| (rank(other.from), other.link) < (node.rank, link));
                list.insert(at, Inbound { from: id, link });
            }
            for usage in &node.terms {
                let list = &mut used_in[usage.term as usize];
                let at = list.partition_point(|other| rank(*other) < node.rank);
                list.insert(at, id);
            }
        }
    }
}

/// The pages that links lead to, with the number of each link.
fn targets(links: &[Resolution]) -> Vec<(PageId, u32)> {
    let numbered = links.iter().enumerate();
    numbered
        .filter_map(|(at, resolution)| match resolution.lead {
            Lead::Page(target, _) => Some((target, at as u32)),
            _ => None,
        })
        .collect()
}
