//! Which texts show which terms, after a change.
//!
//! In: the pages that changed, the terms before. Out: the uses of terms in each page, and which pages show other terms than
//! before.
//!
//! Invariant: the text of a page is looked through only if it is another, or a spelling is.

use rayon::prelude::*;

use super::PageId;
use super::graph::{Graph, Touched};
use super::terms::{Term, TermUse, Terms};

impl Graph {
    /// Finds terms in the text of pages: of all where a spelling has changed, else of those that have. Notes whose text shows
    /// other terms than before.
    pub(super) fn find_terms(&mut self, dirty: &[PageId], touched: &mut Touched) {
        let list = Terms::defined(self.in_order(), &self.settings);
        touched.terms = list.as_slice() != self.terms.list();
        if list.is_empty() && !touched.terms {
            return;
        }
        let respelled = touched.terms && !is_spelled_alike(&list, self.terms.list());
        let before: Vec<Term> = if touched.terms { self.terms.list().to_vec() } else { Vec::new() };
        if touched.terms {
            let terms = std::mem::take(&mut self.terms);
            self.terms = if respelled { Terms::new(list) } else { terms.with(list) };
        }
        let (nodes, terms) = (&self.nodes, &self.terms);
        let ids: Vec<PageId> = if respelled { self.ids() } else { dirty.to_vec() };
        let find = |&id: &PageId| nodes[id.index()].as_ref().map(|node| (id, terms.find(id, &node.page)));
        let found: Vec<(PageId, Vec<TermUse>)> = ids.par_iter().filter_map(find).collect();
        let reworded = Reworded::new(terms.list(), &before);
        if touched.terms && !respelled {
            touched.reworded = self.pages().filter(|(_, node)| reworded.is(&node.terms, &node.terms)).map(|(id, _)| id).collect();
        }
        for (id, uses) in found {
            let Some(node) = &mut self.nodes[id.index()] else { continue };
            if respelled && reworded.is(&uses, &node.terms) {
                touched.reworded.push(id);
            }
            node.terms = uses;
        }
    }
}

/// Tells whether uses of terms look different.
struct Reworded {
    /// Which term of the list before shows just what a term of this list shows.
    same: Vec<Option<u32>>,
}

impl Reworded {
    fn new(now: &[Term], before: &[Term]) -> Self {
        let same = |term: &Term| before.iter().position(|other| shows_alike(term, other)).map(|at| at as u32);
        Self { same: now.iter().map(same).collect() }
    }

    fn is(&self, now: &[TermUse], then: &[TermUse]) -> bool {
        let is_same = |(now, then): (&TermUse, &TermUse)| {
            (now.at, now.length) == (then.at, then.length) && self.same.get(now.term as usize).copied().flatten() == Some(then.term)
        };
        now.len() != then.len() || !now.iter().zip(then).all(is_same)
    }
}

/// Whether readers see no difference between two terms.
fn shows_alike(one: &Term, other: &Term) -> bool {
    (&one.title, &one.url, &one.definition) == (&other.title, &other.url, &other.definition)
}

/// Whether the same words stand for the same places of two lists.
fn is_spelled_alike(one: &[Term], other: &[Term]) -> bool {
    let spelling = |term: &Term| (term.title.clone(), term.aliases.clone(), term.page, term.section);
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| spelling(one) == spelling(other))
}
