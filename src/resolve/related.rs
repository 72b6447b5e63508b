//! Pages on the same matter.
//!
//! In: the graph and a page. Out: at most three others, by what they share: pages that link to both, pages that both
//! link to, terms, tags. What many share says little, so each shared thing counts by its rarity.
//!
//! Invariant: the answer is deterministic; equal scores are settled by the order of the pages.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use crate::parse::front::Kind;
use crate::parse::page::Relation;

use super::graph::Graph;
use super::{Lead, PageId};

/// Things that more pages share than this say nothing.
pub const COMMON: usize = 40;
/// How many pages are named.
const MOST: usize = 3;

/// The pages most related to a page, without those in `except`.
pub fn related(graph: &Graph, id: PageId, except: &[PageId]) -> Vec<PageId> {
    let Some(node) = graph.node(id) else { return Vec::new() };
    let mut scores: FxHashMap<PageId, u64> = FxHashMap::default();
    let mut share = |others: &mut dyn Iterator<Item = PageId>, count: usize, weight: u64| {
        if (1..=COMMON).contains(&count) {
            for other in others {
                *scores.entry(other).or_insert(0) += weight * 1_000 / count as u64;
            }
        }
    };
    for resolution in &node.links {
        if let Lead::Page(target, _) = resolution.lead {
            let from = graph.inbound(target);
            share(&mut from.iter().map(|inbound| inbound.from), from.len(), 2);
        }
    }
    for inbound in graph.inbound(id) {
        let Some(from) = graph.node(inbound.from) else { continue };
        share(&mut from.links.iter().filter_map(page_of), from.links.len(), 2);
    }
    for usage in &node.terms {
        let used = graph.used_in(usage.term as usize);
        share(&mut used.iter().copied(), used.len(), 1);
    }
    let mut scored: Vec<(u64, PageId)> = scores.into_iter().map(|(other, score)| (score, other)).collect();
    scored.sort_unstable_by_key(|(score, _)| Reverse(*score));
    let suits = |other: PageId| {
        let node = graph.node(other).filter(|_| other != id && !except.contains(&other))?;
        let page = &node.page;
        let suits = matches!(page.kind, Kind::Essay | Kind::Page) && !page.index && node.is_listed(&graph.settings);
        suits.then_some((node.rank, other))
    };
    // Only pages with the best scores are looked at, which are few.
    let mut named: Vec<PageId> = Vec::with_capacity(MOST);
    for equals in scored.chunk_by(|one, other| one.0 == other.0) {
        let mut equals: Vec<(u32, PageId)> = equals.iter().filter_map(|(_, other)| suits(*other)).collect();
        equals.sort_unstable_by_key(|(rank, _)| *rank);
        named.extend(equals.into_iter().map(|(_, id)| id).take(MOST - named.len()));
        if named.len() == MOST {
            break;
        }
    }
    named
}

fn page_of(resolution: &super::Resolution) -> Option<PageId> {
    match resolution.lead {
        Lead::Page(id, _) => Some(id),
        _ => None,
    }
}

/// Whether a relation between two pages is shown as one of its own rather than as a mention.
pub fn is_shown_apart(relation: Relation) -> bool {
    matches!(relation, Relation::Illustrates | Relation::Contrasts | Relation::By | Relation::Tagged)
}
