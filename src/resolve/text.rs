//! Edits of text alone, at a cost that does not grow with the handbook.
//!
//! In: pages whose files have changed. Out: what they were, where nothing has changed that the handbook as a whole is made
//! from: names, titles, addresses, front matter, terms, the order of pages, the files that are used. Otherwise nothing,
//! and the graph is as it was.
//!
//! Invariant: a graph that has taken such an edit equals the graph that has taken it by `update`.

use std::sync::{Arc, OnceLock};

use crate::base::config::{Cards, Settings};
use crate::parse::front::Kind;
use crate::parse::page::{Page, Relation};

use super::graph::Resolved;
use super::names::PageClaims;
use super::nav::may_be_list;
use super::terms::TermUse;
use super::{Graph, Lead, PageId, Resolution};

/// What a page was before an update.
#[derive(Clone, Debug)]
pub struct Was {
    /// Its file.
    pub page: Arc<Page>,
    /// Where its links led.
    pub links: Vec<Resolution>,
    /// Terms in its text.
    pub terms: Vec<TermUse>,
}

impl Graph {
    /// Takes pages in of which only the text has changed; gives what they were, and what the pages were whose links to
    /// them have been resolved again. `None`, and nothing is taken in, where more than text has changed.
    pub fn update_text(&mut self, pages: &[Arc<Page>]) -> Option<Vec<(PageId, Was)>> {
        let ids = self.each_once(pages)?;
        let olds: Vec<Arc<Page>> = ids.iter().map(|id| self.node(*id).map(|node| Arc::clone(&node.page))).collect::<Option<_>>()?;
        if olds.iter().zip(pages).any(|(old, new)| !is_same_but_text(old, new, &self.settings)) {
            return None;
        }
        let dirty = self.reached_by_anchors(&ids, &olds, pages);
        let votes = self.votes_after(olds.iter().zip(pages).map(|(old, new)| (&**old, &**new)));
        self.swap(&ids, pages);
        let resolved = self.resolved(&dirty);
        let stays = |resolved: &Resolved| {
            let old = ids.iter().position(|id| *id == resolved.id).map(|at| &olds[at]);
            self.node(resolved.id).is_some_and(|node| leads_as_before(old.unwrap_or(&node.page), &node.links, &node.page, &resolved.links))
        };
        if votes.urls_first() != self.votes.urls_first() || !resolved.iter().all(stays) {
            self.swap(&ids, &olds);
            return None;
        }
        self.votes = votes;
        let mut was = Vec::with_capacity(resolved.len());
        for resolved in resolved {
            let old = ids.iter().position(|id| *id == resolved.id).map(|at| Arc::clone(&olds[at]));
            was.extend(self.settle_text(resolved, old));
        }
        self.join_again(&dirty, &was);
        Some(was)
    }

    /// The pages themselves, and, where their headings have changed, all that have asked for one of their names.
    fn reached_by_anchors(&self, ids: &[PageId], olds: &[Arc<Page>], pages: &[Arc<Page>]) -> Vec<PageId> {
        let other = olds.iter().zip(pages).filter(|(old, new)| !has_same_anchors(old, new));
        let names = other.flat_map(|(_, page)| PageClaims::of(page).asked()).collect::<Vec<_>>();
        let mut dirty = ids.to_vec();
        if !names.is_empty() {
            dirty.extend(self.askers(names).into_iter().filter(|id| !ids.contains(id)));
        }
        dirty
    }

    fn swap(&mut self, ids: &[PageId], pages: &[Arc<Page>]) {
        for (id, page) in ids.iter().zip(pages) {
            if let Some(node) = &mut self.nodes[id.index()] {
                (node.page, node.anchors) = (Arc::clone(page), OnceLock::new());
            }
        }
    }

    /// Takes the links of a page in, and its terms where its text is another.
    fn settle_text(&mut self, resolved: Resolved, old: Option<Arc<Page>>) -> Option<(PageId, Was)> {
        let id = resolved.id;
        let node = self.nodes[id.index()].as_mut()?;
        let links = std::mem::replace(&mut node.links, resolved.links);
        (node.troubles, node.asked) = (resolved.troubles, resolved.asked);
        let mut terms = node.terms.clone();
        if old.is_some() {
            terms = std::mem::replace(&mut node.terms, self.terms.find(id, &node.page));
        }
        let was = Was { page: old.unwrap_or_else(|| Arc::clone(&node.page)), links, terms };
        Some((id, was))
    }
}

/// Whether two versions of a file differ in nothing that the handbook as a whole is made from. What a front matter says
/// is such a thing, and so is the claim of a page that stands for a folder, a person or a term,
/// or that is drawn on a card.
fn is_same_but_text(old: &Page, new: &Page, settings: &Settings) -> bool {
    let gathers = settings.cards() == Cards::Page || new.index || !matches!(new.kind, Kind::Essay | Kind::Example | Kind::Page);
    old.front == new.front
        && (&old.url, &old.addresses, &old.names) == (&new.url, &new.addresses, &new.names)
        && (old.kind, old.draft, old.index, old.number) == (new.kind, new.draft, new.index, new.number)
        && (&old.pillars, &old.stances) == (&new.pillars, &new.stances)
        && (old.own_title(), &old.file_title) == (new.own_title(), &new.file_title)
        && (!gathers || old.claim == new.claim)
        && terms(old).eq(terms(new))
        && !may_be_list(&new.path, settings)
}

/// The terms that a page defines as sections, with what it says of them.
fn terms(page: &Page) -> impl Iterator<Item = (&str, &str)> {
    page.sections.iter().map(|section| (&*page.headings[section.heading].text, section.claim.as_str()))
}

/// The ids and words of its headings.
fn headings(page: &Page) -> impl Iterator<Item = (&str, &str)> {
    page.headings.iter().map(|heading| (&*heading.id, &*heading.text))
}

/// Whether links to parts of a page find in it what they found before.
fn has_same_anchors(old: &Page, new: &Page) -> bool {
    old.ids == new.ids && headings(old).eq(headings(new))
}

/// Whether links that lists and addresses are made from lead where they led: credits, tags, what a page illustrates, the stops
/// of a path, other files.
fn leads_as_before(old: &Page, before: &[Resolution], new: &Page, after: &[Resolution]) -> bool {
    let made_from = |page: &Page, links: &[Resolution]| -> Vec<(Lead, bool)> {
        let related = page.links.iter().zip(links).filter(|(link, resolution)| {
            let listed = matches!(link.relation, Relation::By | Relation::Tagged | Relation::Illustrates | Relation::Contrasts);
            listed || matches!(resolution.lead, Lead::Asset(_) | Lead::Folder(_))
        });
        let stops = page.stops.iter().filter_map(|stop| links.get(stop.link as usize));
        // A picture that is shown is published in other sizes than one that is linked to.
        let related = related.map(|(link, resolution)| (resolution.lead.clone(), link.relation == Relation::Shows));
        related.chain(stops.map(|resolution| (resolution.lead.clone(), false))).collect()
    };
    made_from(old, before) == made_from(new, after)
}
