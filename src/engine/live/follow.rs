//! What follows from a change: candidates, found by the rules, composed and compared.
//!
//! In: pages of which the text has changed, or files of any kind. Out: a `Turn`, and a `Live` that is up to date.
//!
//! Invariant: `quietly` never passes over all pages; `broadly` composes no view that is not a candidate.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::base::diagnostic::Diagnostic;
use crate::base::fingerprint::Fingerprint;
use crate::base::path::{OutPath, SourcePath};
use crate::resolve::graph::{Touched, Update};
use crate::resolve::terms::TermUse;
use crate::resolve::text::Was;
use crate::resolve::{Graph, PageId};
use crate::template::compose::{Made, compose};
use crate::template::gather::{Again, Gathered};
use crate::template::outputs::{self, Output, Planned, outputs};
use crate::template::page::Scene;
use crate::template::print::Outlines;
use crate::template::search::Search;
use crate::template::sitewide;
use crate::template::theme::Theme;

use super::lists::{Gathers, face, folder_facts, gathers, is_whole};
use super::reach::{NOWHERE, Reach, Shown, Touch, page_of};
use super::rules::Rule;
use super::turn::{Reason, Stale, Turn};
use super::{Live, broad, has_view};

/// Where more pages than this have changed, every output is a candidate.
const MANY: usize = 512;

impl Live {
    /// What follows from an edit of text alone.
    pub(super) fn quietly(&mut self, touches: &[Touch]) -> Turn {
        let recarded: Vec<bool> = touches.iter().map(|touch| touch.own && self.gathered.recard(&self.graph, touch.id)).collect();
        let mut reach = Reach::new(self.scene(), &self.planned, [&self.places, &self.twins], self.rules);
        reach.touched(touches, false);
        for (touch, _) in touches.iter().zip(&recarded).filter(|(_, recarded)| **recarded) {
            reach.card(touch.id, touch.was.as_ref(), Shown::Card);
        }
        let term = |usage: &TermUse| usage.term;
        let used = |touch: &Touch| -> (Vec<u32>, Vec<u32>) {
            let now = self.graph.node(touch.id).map_or(&[][..], |node| &node.terms);
            (touch.was.iter().flat_map(|was| &was.terms).map(term).collect(), now.iter().map(term).collect())
        };
        let terms_changed = touches.iter().map(used).any(|(before, now)| before != now);
        let cards_changed = recarded.contains(&true);
        let glossary = touches.iter().any(|touch| self.graph.node(touch.id).is_some_and(|node| !node.page.sections.is_empty()));
        for (at, gathers) in &self.gathering {
            let rule = match gathers {
                Gathers::Cards if cards_changed => Rule::Gatherings,
                Gathers::Cards | Gathers::Terms if terms_changed || glossary => Rule::TermLists,
                _ => continue,
            };
            reach.output(rule, *at as usize, Reason::Listing);
        }
        let faces = if cards_changed { self.faces() } else { Vec::new() };
        self.changed_faces(&mut reach, &faces);
        reach.embeds();
        let found = reach.found;
        self.faces.extend(faces);
        let mut turn = self.compare(found);

        if !touches.is_empty() {
            self.forget_wholes(&mut turn);
        }
        turn.reported |= self.report.check(&self.graph, concerned(&self.graph, touches, Vec::new()));
        turn
    }

    /// What follows from any other change.
    pub(super) fn broadly(&mut self, update: Update) -> Turn {
        let own: Vec<SourcePath> = update.pages.iter().map(|page| page.path.clone()).chain(update.gone.iter().cloned()).collect();
        let mut touched = self.graph.update(update);
        let touches = touches(&mut touched, &own);
        let changed: FxHashSet<PageId> = concerned(&self.graph, &touches, touched.shifted.clone()).into_iter().collect();
        let gathered = Gathered::again(&self.graph, Some(Again { before: &self.gathered, changed: &changed }));
        let before = std::mem::replace(&mut self.gathered, gathered);
        let pages = touches.iter().map(|touch| (touch.id, touch.was.as_ref()));
        let may_stay = self.site.is_some() && self.conflicts.is_empty();
        let stays = may_stay && outputs::stays(&self.graph, &touched, pages, &before, &self.gathered);
        let scene = self.scene();
        let about = || rayon::join(|| folder_facts(scene), || sitewide::site(scene.graph, scene.gathered));
        let (listed, (folders, site)) = rayon::join(|| (!stays).then(|| outputs(scene.graph, scene.gathered)), about);
        debug_assert!(!stays || outputs(scene.graph, scene.gathered) == (self.planned.clone(), Vec::new()));
        let old_folders = std::mem::replace(&mut self.folders, folders);
        let (fresh, gone) = listed.map(|(planned, conflicts)| self.list(planned, conflicts)).unwrap_or_default();

        let mut reach = Reach::new(self.scene(), &self.planned, [&self.places, &self.twins], self.rules);
        for at in fresh {
            reach.output(Rule::Owners, at, Reason::New);
        }
        if touches.len() > MANY {
            reach.everything(&Reason::Much);
        } else {
            reach.touched(&touches, true);
            let now = broad::Now { touched: &touched, folders: &self.folders };
            broad::reach(&mut reach, &broad::Before { gathered: &before, folders: &old_folders }, &now);
            for (at, gathers) in &self.gathering {
                if !matches!(gathers, Gathers::Part | Gathers::Whole) {
                    reach.output(Rule::Gatherings, *at as usize, Reason::Listing);
                }
            }
        }
        let faces = self.faces();
        self.changed_faces(&mut reach, &faces);
        reach.embeds();
        let found = reach.found;
        self.faces = faces.into_iter().collect();
        let mut turn = self.compare(found);
        turn.gone = gone;
        self.forget_wholes(&mut turn);
        self.check_broadly(&touches, &mut turn);
        if self.site.as_ref() != Some(&site) || !self.theme_problems.is_empty() {
            self.site = Some(site);
            self.load_theme(&mut turn);
        }
        turn
    }

    fn check_broadly(&mut self, touches: &[Touch], turn: &mut Turn) {
        for touch in touches.iter().filter(|touch| self.graph.node(touch.id).is_none()) {
            if let Some(was) = &touch.was {
                turn.reported |= self.report.forget(&was.page.path);
            }
        }
        let renamed = self.report.rename(&self.graph);
        let graph = &self.graph;
        turn.reported |= self.report.check(graph, concerned(graph, touches, renamed));
        let places = &self.places;
        turn.reported |= self.report.keep_embeds(|id| places.get(id).is_some_and(|at| *at != NOWHERE));
        turn.reported |= self.report.share(graph, self.conflicts.clone());
        self.report.settle();
    }

    /// Takes another list of outputs in; gives those that are new, by place, and those that are no more.
    fn list(&mut self, planned: Vec<Planned>, conflicts: Vec<Diagnostic>) -> (Vec<usize>, Vec<OutPath>) {
        let old = std::mem::replace(&mut self.planned, planned);
        self.conflicts = conflicts;
        let fresh = self.carry_over(&old);
        self.settle_places();
        (fresh, gone(&old, &self.planned))
    }

    /// Carries the fingerprints over to the outputs that stand where they stood; gives the others.
    fn carry_over(&mut self, old: &[Planned]) -> Vec<usize> {
        let old_prints = std::mem::take(&mut self.prints);
        let old_faces = std::mem::take(&mut self.faces);
        let mut fresh = Vec::new();
        let mut at = 0;
        for (now, planned) in self.planned.iter().enumerate() {
            while old.get(at).is_some_and(|old| old.path < planned.path) {
                at += 1;
            }
            let same = old.get(at).filter(|old| old.path == planned.path);
            let is_same_owner = same.is_some_and(|old| has_same_owner(&old.output, &planned.output));
            if !is_same_owner {
                fresh.push(now);
            }
            self.prints.push(same.and_then(|_| old_prints[at]));
            if let Some(face) = same.and_then(|_| old_faces.get(&(at as u32))) {
                self.faces.insert(now as u32, *face);
            }
        }
        fresh
    }

    fn settle_places(&mut self) {
        self.places = vec![NOWHERE; self.graph.nodes().len()];
        self.twins = self.places.clone();
        for (at, planned) in self.planned.iter().enumerate() {
            match planned.output {
                Output::Page(id) => self.places[id.index()] = at as u32,
                Output::Twin(id) => self.twins[id.index()] = at as u32,
                _ => {}
            }
        }
        let scene = Scene { graph: &self.graph, gathered: &self.gathered };
        let gathering = self.planned.iter().enumerate().filter_map(|(at, planned)| Some((at as u32, gathers(scene, planned)?)));
        self.gathering = gathering.collect();
    }

    fn faces(&self) -> Vec<(u32, Option<Fingerprint>)> {
        let parts = self.gathering.par_iter().filter(|(_, gathers)| *gathers == Gathers::Part);
        parts.map(|(at, _)| (*at, face(self.scene(), &self.planned[*at as usize]))).collect()
    }

    fn changed_faces(&self, reach: &mut Reach<'_>, faces: &[(u32, Option<Fingerprint>)]) {
        for (at, _) in faces.iter().filter(|(at, face)| self.faces.get(at) != Some(face)) {
            reach.output(Rule::Lists, *at as usize, Reason::Listing);
        }
    }

    /// Composes the candidates and keeps those that differ.
    fn compare(&mut self, found: BTreeMap<usize, Reason>) -> Turn {
        let candidates: Vec<(usize, Reason)> = found.into_iter().filter(|(at, _)| !is_whole(&self.planned[*at].output)).collect();
        let composed: Vec<(Option<Fingerprint>, Vec<Diagnostic>)> = candidates.par_iter().map(|(at, _)| self.composed(*at)).collect();
        let mut turn = Turn::default();
        let mut embeds = Vec::new();
        for ((at, because), (print, problems)) in candidates.into_iter().zip(composed) {
            let planned = &self.planned[at];
            if let Output::Page(id) = planned.output {
                embeds.push((id, problems));
            }
            if self.prints[at] != print {
                self.prints[at] = print;
                turn.stale.push(Stale { path: planned.path.clone(), because });
            }
        }
        if self.report.embed(embeds.into_iter()) {
            turn.reported = true;
            self.report.settle();
        }
        turn
    }

    /// The search, the map and print editions are put together from all pages, and only when they are asked for.
    fn forget_wholes(&mut self, turn: &mut Turn) {
        self.gathered.search = Search::default();
        self.gathered.outlines = Outlines::default();
        let parts = self.gathering.iter().filter(|(_, gathers)| *gathers == Gathers::Whole);
        let parts = parts.map(|(at, _)| Stale { path: self.planned[*at as usize].path.clone(), because: Reason::Whole });
        turn.stale.extend(parts);
        turn.stale.sort_by(|one, other| one.path.cmp(&other.path));
    }

    /// What the outputs are made from that are put together from all pages. A turn calls them stale without a look at them.
    pub fn wholes(&self) -> BTreeMap<OutPath, Fingerprint> {
        let wholes = (0..self.planned.len()).into_par_iter().filter(|at| is_whole(&self.planned[*at].output));
        let of = |at: usize| {
            let planned = &self.planned[at];
            let theme = self.theme.as_ref().filter(|_| has_view(&planned.output)).map(Theme::print);
            Some((planned.path.clone(), Fingerprint::of(&(theme, self.composed(at).0?))))
        };
        wholes.filter_map(of).collect()
    }

    /// The fingerprint of what an output is made from, the theme left out, and the problems of its embeds.
    fn composed(&self, at: usize) -> (Option<Fingerprint>, Vec<Diagnostic>) {
        match compose(self.scene(), &self.planned[at], &self.planned) {
            Some((Made::View(view), problems)) => (Some(Fingerprint::of(&view)), problems),
            Some((Made::Text(text), problems)) => (Some(Fingerprint::of(&text)), problems),
            Some((Made::Copy(path), problems)) => (Some(Fingerprint::of(&path)), problems),
            Some((Made::Drawn(card), problems)) => (Some(Fingerprint::of(&card.file_name())), problems),
            Some((Made::Scaled(scaled), problems)) => (Some(Fingerprint::of(&scaled.file_name())), problems),
            None => (Some(Fingerprint(0)), Vec::new()),
        }
    }
}

/// Whether two outputs of one address are made for the same thing. Places in lists may differ: the list is compared elsewhere.
fn has_same_owner(one: &Output, other: &Output) -> bool {
    match (one, other) {
        (Output::Page(one), Output::Page(other)) | (Output::Twin(one), Output::Twin(other)) => one == other,
        (Output::Redirect(one, _), Output::Redirect(other, _)) => one == other,
        _ => std::mem::discriminant(one) == std::mem::discriminant(other),
    }
}

/// Every page that an update has touched, once, with what it was.
fn touches(touched: &mut Touched, own: &[SourcePath]) -> Vec<Touch> {
    let mut was: BTreeMap<usize, Was> = BTreeMap::new();
    for (id, then) in std::mem::take(&mut touched.was) {
        was.entry(id.index()).or_insert(then);
    }
    let own: FxHashSet<&SourcePath> = own.iter().collect();
    let mut touches: Vec<Touch> = Vec::new();
    for id in &touched.pages {
        let was = was.remove(&id.index());
        let is_own = was.as_ref().is_none_or(|was| own.contains(&was.page.path));
        touches.push(Touch { id: *id, was, own: is_own });
    }
    // Pages that are no more.
    touches.extend(was.into_iter().map(|(at, was)| Touch { id: PageId::at(at), was: Some(was), own: true }));
    touches
}

/// Pages that changed, those that they link to or linked to, and some more, each once.
fn concerned(graph: &Graph, touches: &[Touch], more: Vec<PageId>) -> Vec<PageId> {
    let mut all = more;
    for touch in touches {
        let now = graph.node(touch.id).map_or(&[][..], |node| &node.links);
        let links = touch.was.iter().flat_map(|was| &was.links).chain(now);
        all.extend(links.filter_map(page_of).chain([touch.id]));
    }
    all.sort_unstable_by_key(|id| id.index());
    all.dedup();
    all
}

/// The paths of outputs that are no more.
fn gone(old: &[Planned], new: &[Planned]) -> Vec<OutPath> {
    let is_there = |path: &OutPath| new.binary_search_by(|planned| planned.path.cmp(path)).is_ok();
    old.iter().map(|planned| &planned.path).filter(|path| !is_there(path)).cloned().collect()
}
