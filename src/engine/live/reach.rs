//! Which outputs an edit of a page may reach.
//!
//! In: the pages that changed, with what they were. Out: candidates with a reason each. A candidate is composed and
//! compared with the fingerprint that is remembered for it, so naming too many costs time and naming too few is a stale page.
//!
//! Invariant: the work grows with the links and terms of the pages that changed, not with the handbook.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::path::{OutPath, SourcePath};
use crate::parse::front::Kind;
use crate::parse::page::{Link, Relation};
use crate::parse::sentence::Sentence;
use crate::resolve::graph::Inbound;
use crate::resolve::related::{COMMON, is_shown_apart};
use crate::resolve::text::Was;
use crate::resolve::{Lead, PageId, Resolution};
use crate::template::outputs::{Planned, gathering_of, section_outputs};
use crate::template::page::Scene;

use super::rules::{Rule, Rules};
use super::turn::Reason;

/// The number of an output that a page without one has.
pub(super) const NOWHERE: u32 = u32::MAX;

/// A page that changed.
pub(super) struct Touch {
    pub(super) id: PageId,
    /// What it was; `None` for a page that has come.
    pub(super) was: Option<Was>,
    /// Whether its own file changed, rather than what its links lead to.
    pub(super) own: bool,
}

/// What of a page others may show otherwise than before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// Its title, its address or its place in lists, and so all of it.
    Name,
    /// What its card says besides.
    Card,
}

/// Collects candidates.
pub(super) struct Reach<'a> {
    pub(super) scene: Scene<'a>,
    planned: &'a [Planned],
    /// The outputs of pages and of their twins, by the page's number.
    places: [&'a [u32]; 2],
    pub(super) rules: Rules,
    /// Candidates by their place in the list of outputs.
    pub(super) found: BTreeMap<usize, Reason>,
    pages: Vec<PageId>,
    /// Lists longer than this were too long to relate pages before as well.
    common: usize,
}

impl<'a> Reach<'a> {
    pub(super) fn new(scene: Scene<'a>, planned: &'a [Planned], places: [&'a [u32]; 2], rules: Rules) -> Self {
        Self { scene, planned, places, rules, found: BTreeMap::new(), pages: Vec::new(), common: COMMON }
    }

    /// Makes an output a candidate.
    pub(super) fn output(&mut self, rule: Rule, at: usize, reason: Reason) {
        if self.rules.has(rule) {
            self.found.entry(at).or_insert(reason);
        }
    }

    /// Makes every output a candidate.
    pub(super) fn everything(&mut self, reason: &Reason) {
        for at in 0..self.planned.len() {
            self.found.entry(at).or_insert_with(|| reason.clone());
        }
    }

    /// Makes the output of a page a candidate, and its twin, which shows no more than the page does.
    pub(super) fn page(&mut self, rule: Rule, id: PageId, reason: Reason) {
        let [place, twin] = self.places.map(|places| places.get(id.index()).copied().unwrap_or(NOWHERE));
        if place != NOWHERE && self.rules.has(rule) && !self.found.contains_key(&(place as usize)) {
            if twin != NOWHERE {
                self.found.entry(twin as usize).or_insert_with(|| reason.clone());
            }
            self.found.insert(place as usize, reason);
            self.pages.push(id);
        }
    }

    pub(super) fn path(&mut self, rule: Rule, path: &OutPath, reason: Reason) {
        if let Ok(at) = self.planned.binary_search_by(|planned| planned.path.cmp(path)) {
            self.output(rule, at, reason);
        }
    }

    /// What pages reach that changed. Where more than text has, others may show them in another place or under another name.
    pub(super) fn touched(&mut self, touches: &[Touch], wholly: bool) {
        let relinked = |touch: &&Touch| {
            let (before, after) = self.links(touch);
            touch.own || !before.iter().map(page_of).eq(after.iter().map(page_of))
        };
        self.common = COMMON + touches.iter().filter(relinked).map(|touch| self.links(touch).1.len() + 1).sum::<usize>();
        for touch in touches {
            let (rule, reason) = if touch.own { (Rule::Itself, Reason::Itself) } else { (Rule::Resolved, Reason::Links) };
            self.page(rule, touch.id, reason);
        }
        for touch in touches {
            if touch.own {
                self.former(touch.id);
            }
            self.backlinks(touch);
            self.related_by_links(touch);
            self.related_by_terms(touch);
            if (wholly && touch.own) || gathering_of(self.scene.graph, touch.id).is_some() {
                self.card(touch.id, touch.was.as_ref(), Shown::Name);
            }
        }
    }

    fn name(&self, id: PageId, was: Option<&Was>) -> Option<SourcePath> {
        self.scene.graph.node(id).map(|node| &node.page.path).or(was.map(|was| &was.page.path)).cloned()
    }

    /// The links of a page before and after.
    fn links<'t>(&self, touch: &'t Touch) -> (&'t [Resolution], &'a [Resolution]) {
        let before = touch.was.as_ref().map_or(&[][..], |was| &was.links);
        (before, self.scene.graph.node(touch.id).map_or(&[][..], |node| &node.links))
    }

    pub(super) fn former(&mut self, id: PageId) {
        let Some(node) = self.scene.graph.node(id) else { return };
        for path in node.page.addresses.iter().filter_map(|address| address.url.out_path()) {
            self.path(Rule::Former, &path, Reason::Itself);
        }
    }

    /// Pages to which another sentence links than before.
    fn backlinks(&mut self, touch: &Touch) {
        let (before, after) = self.links(touch);
        let now = self.scene.graph.node(touch.id).map_or(&[][..], |node| &node.page.links);
        let then = touch.was.as_ref().map_or(now, |was| &was.page.links);
        let (old, new) = (mentions(then, before), mentions(now, after));
        let Some(from) = self.name(touch.id, touch.was.as_ref()) else { return };
        let mut targets: Vec<PageId> = old.iter().chain(&new).map(|(target, _)| *target).collect();
        targets.dedup();
        for target in targets {
            let of = |list: &[(PageId, &Link)]| -> Vec<(Relation, Option<Arc<Sentence>>)> {
                let start = list.partition_point(|(other, _)| other.index() < target.index());
                let same = list[start..].iter().take_while(|(other, _)| *other == target);
                same.map(|(_, link)| (link.relation, link.sentence.clone())).collect()
            };
            if of(&old) != of(&new) {
                let first = new.iter().find(|(other, _)| *other == target);
                let at = first.map_or(0, |(_, link)| link.span.start);
                self.page(Rule::Backlinks, target, Reason::Backlink { from: from.clone(), at });
            }
        }
    }

    /// Who shows the card of a page: those who link to it, those it links to, those it is related to.
    pub(super) fn card(&mut self, id: PageId, was: Option<&Was>, shown: Shown) {
        let graph = self.scene.graph;
        let Some(name) = self.name(id, was) else { return };
        let reason = || Reason::Card(name.clone());
        for inbound in graph.inbound(id) {
            // Text names a page it links to; only lists of what belongs together show its card.
            let is_path = || graph.node(inbound.from).is_some_and(|from| from.page.kind == Kind::Path);
            if shown == Shown::Name || graph.relation(*inbound).is_some_and(is_shown_apart) || is_path() {
                self.page(Rule::Linkers, inbound.from, reason());
            }
        }
        let now = graph.node(id).map_or(&[][..], |node| &node.links);
        let links = now.iter().chain(was.map_or(&[][..], |was| &was.links));
        let mut targets: Vec<PageId> = links.filter_map(page_of).collect();
        targets.sort_unstable_by_key(|id| id.index());
        targets.dedup();
        for target in targets {
            self.page(Rule::Targets, target, reason());
            self.sharing(Rule::RelatedCards, graph.inbound(target), &reason);
        }
        for linker in graph.inbound(id).iter().map(|inbound| inbound.from) {
            let links = graph.node(linker).map_or(&[][..], |node| &node.links);
            if links.len() <= self.common {
                for target in links.iter().filter_map(page_of) {
                    self.page(Rule::RelatedCards, target, reason());
                }
            }
        }
        for usage in graph.node(id).map_or(&[][..], |node| &node.terms) {
            self.users(Rule::RelatedCards, usage.term as usize, &reason);
        }
    }

    fn sharing(&mut self, rule: Rule, inbound: &[Inbound], reason: &impl Fn() -> Reason) {
        if inbound.len() <= self.common {
            for inbound in inbound {
                self.page(rule, inbound.from, reason());
            }
        }
    }

    pub(super) fn users(&mut self, rule: Rule, term: usize, reason: &impl Fn() -> Reason) {
        let users = self.scene.graph.used_in(term);
        if users.len() <= self.common {
            for user in users {
                self.page(rule, *user, reason());
            }
        }
    }

    /// Pages that link to what a page links to, or that it links to: whose relatives its links decide.
    fn related_by_links(&mut self, touch: &Touch) {
        let (before, after) = self.links(touch);
        let targets = |links: &[Resolution]| -> Vec<PageId> { links.iter().filter_map(page_of).collect() };
        let (old, new) = (targets(before), targets(after));
        let Some(name) = self.name(touch.id, touch.was.as_ref()) else { return };
        if old == new && before.len() == after.len() {
            return;
        }
        let reason = || Reason::Related(name.clone());
        for target in old.into_iter().chain(new) {
            self.page(Rule::RelatedLinks, target, reason());
            self.sharing(Rule::RelatedLinks, self.scene.graph.inbound(target), &reason);
        }
    }

    /// Pages that use a term that a page uses no more, or not before.
    fn related_by_terms(&mut self, touch: &Touch) {
        let graph = self.scene.graph;
        let before: Vec<u32> = touch.was.iter().flat_map(|was| &was.terms).map(|usage| usage.term).collect();
        let after: Vec<u32> = graph.node(touch.id).iter().flat_map(|node| &node.terms).map(|usage| usage.term).collect();
        let Some(name) = self.name(touch.id, touch.was.as_ref()) else { return };
        let one_sided = before.iter().filter(|term| !after.contains(term)).chain(after.iter().filter(|term| !before.contains(term)));
        for term in one_sided {
            self.users(Rule::RelatedTerms, *term as usize, &|| Reason::Related(name.clone()));
        }
    }

    /// Pages that embed a candidate, or embed a page that does; and the pages of the terms that a candidate defines.
    pub(super) fn embeds(&mut self) {
        let graph = self.scene.graph;
        let mut next = 0;
        while let Some(id) = self.pages.get(next).copied() {
            next += 1;
            let Some(node) = graph.node(id) else { continue };
            for inbound in graph.inbound(id).iter().filter(|inbound| graph.relation(**inbound) == Some(Relation::Embeds)) {
                self.page(Rule::Embeds, inbound.from, Reason::Embed(node.page.path.clone()));
            }
            for path in section_outputs(node) {
                self.path(Rule::Sections, &path, Reason::Itself);
            }
        }
    }
}

/// The pages that links lead to, with the links, by page.
fn mentions<'l>(links: &'l [Link], leads: &[Resolution]) -> Vec<(PageId, &'l Link)> {
    let mut all: Vec<(PageId, &Link)> = links.iter().zip(leads).filter_map(|(link, lead)| Some((page_of(lead)?, link))).collect();
    all.sort_by_key(|(target, _)| target.index());
    all
}

/// The page that a link leads to.
pub(super) fn page_of(resolution: &Resolution) -> Option<PageId> {
    match resolution.lead {
        Lead::Page(id, _) => Some(id),
        _ => None,
    }
}
