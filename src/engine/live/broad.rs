//! What reaches outputs beyond the pages that changed: order, addresses, titles, folders, people, tags, terms.
//!
//! In: what was gathered before and after a change. Out: candidates. The passes are linear and compare numbers and
//! fingerprints; no view is composed.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::key::key;
use crate::base::path::{SourcePath, Url};
use crate::resolve::graph::Touched;
use crate::resolve::{Lead, PageId, Resolution};
use crate::template::gather::{Gathered, Path};
use crate::template::outputs::{Output, gathering_of};

use super::lists::FolderFacts;
use super::reach::{Reach, Shown};
use super::rules::Rule;
use super::turn::Reason;

/// What was, as far as it is compared.
pub(super) struct Before<'a> {
    pub(super) gathered: &'a Gathered,
    pub(super) folders: &'a [(String, FolderFacts)],
}

/// What is.
pub(super) struct Now<'a> {
    pub(super) touched: &'a Touched,
    pub(super) folders: &'a [(String, FolderFacts)],
}

/// Adds all candidates that the pages which changed do not reach by their own links.
pub(super) fn reach(reach: &mut Reach<'_>, before: &Before<'_>, now: &Now<'_>) {
    let recarded = recarded(before.gathered, reach.scene.gathered);
    for id in &now.touched.shifted {
        reach.page(Rule::Shifted, *id, Reason::Place);
        reach.former(*id);
        reach.card(*id, None, Shown::Name);
    }
    for id in &now.touched.reworded {
        reach.page(Rule::Reworded, *id, Reason::Terms);
    }
    for id in &recarded {
        reach.page(Rule::Shifted, *id, Reason::Place);
        reach.card(*id, None, Shown::Name);
    }
    for id in showing(reach, &now.touched.pictures) {
        reach.page(Rule::Pictures, id, Reason::Picture);
    }
    if now.touched.terms {
        terms(reach);
    }
    neighbours(reach, before.gathered, &recarded);
    paths(reach, before.gathered, &recarded);
    twins(reach, before.gathered, &recarded);
    tags(reach, before.gathered);
    if before.folders != now.folders {
        folders(reach);
    }
}

/// Pages that show one of some pictures.
fn showing(reach: &Reach<'_>, pictures: &[SourcePath]) -> Vec<PageId> {
    let is_one = |resolution: &Resolution| matches!(&resolution.lead, Lead::Asset(path) if pictures.binary_search(path).is_ok());
    let pages = reach.scene.graph.in_order().filter(|(_, node)| !pictures.is_empty() && node.links.iter().any(is_one));
    pages.map(|(id, _)| id).collect()
}

/// Pages of which the card is another.
fn recarded(before: &Gathered, now: &Gathered) -> Vec<PageId> {
    let print = |gathered: &Gathered, at: usize| gathered.cards.get(at).and_then(Option::as_ref).map(|card| card.fingerprint());
    let length = before.cards.len().max(now.cards.len());
    (0..length).filter(|at| print(before, *at) != print(now, *at)).map(PageId::at).collect()
}

/// Another list of terms relates other pages, and the pages of terms and their sections stand elsewhere.
fn terms(reach: &mut Reach<'_>) {
    let graph = reach.scene.graph;
    for term in 0..graph.terms().len() {
        reach.users(Rule::RelatedTerms, term, &|| Reason::Terms);
    }
    let lists = graph.in_order().map(|(id, _)| id).filter(|id| gathering_of(graph, *id) == Some(Output::Glossary));
    for id in lists.collect::<Vec<_>>() {
        reach.card(id, None, Shown::Name);
    }
}

/// Pages with another page before or after them, or of which one is called otherwise. A page may stand in several lists, so
/// that the one after it does not have it before.
fn neighbours(reach: &mut Reach<'_>, before: &Gathered, recarded: &[PageId]) {
    let now = reach.scene.gathered;
    let recarded: FxHashSet<PageId> = recarded.iter().copied().collect();
    for (id, _) in reach.scene.graph.in_order() {
        let beside = now.neighbours.get(&id);
        let renamed = || beside.is_some_and(|(one, other)| [one, other].into_iter().flatten().any(|id| recarded.contains(id)));
        if before.neighbours.get(&id) != beside || renamed() {
            reach.page(Rule::Neighbours, id, Reason::Neighbours);
        }
    }
}

/// The stops of a path that changed, or of which a stop has another title.
fn paths(reach: &mut Reach<'_>, before: &Gathered, recarded: &[PageId]) {
    let now = reach.scene.gathered;
    let same = before.paths.iter().map(parts).eq(now.paths.iter().map(parts));
    let renamed = |path: &Path| recarded.iter().any(|id| path.page == *id || path.stops.contains(id));
    let stops: Vec<PageId> = if same {
        now.paths.iter().filter(|path| renamed(path)).flat_map(|path| path.stops.clone()).collect()
    } else {
        before.paths.iter().chain(&now.paths).flat_map(|path| path.stops.clone()).collect()
    };
    for id in stops {
        reach.page(Rule::Paths, id, Reason::Neighbours);
    }
}

fn parts(path: &Path) -> (PageId, &[PageId]) {
    (path.page, &path.stops)
}

/// Pages of one title say where they stand, so a second page of a title changes the first.
fn twins(reach: &mut Reach<'_>, before: &Gathered, recarded: &[PageId]) {
    let now = reach.scene.gathered;
    let title = |gathered: &Gathered, id: PageId| gathered.card_of(id).map(|card| key(&card.title));
    let titles: Vec<_> = recarded.iter().map(|id| (title(before, *id), title(now, *id))).collect();
    let changed = titles.iter().filter(|(then, now)| then != now);
    let mut keys: FxHashSet<&String> = changed.flat_map(|(then, now)| [then, now]).flatten().collect();
    // A title that no other page has needs no search for one.
    let mut own: FxHashMap<&String, u32> = FxHashMap::default();
    for key in titles.iter().filter_map(|(_, now)| now.as_ref()) {
        *own.entry(key).or_default() += 1;
    }
    keys.retain(|key| now.titles.get(*key) != own.get(key));
    if keys.is_empty() {
        return;
    }
    let twins: Vec<PageId> =
        reach.scene.graph.in_order().map(|(id, _)| id).filter(|id| title(now, *id).is_some_and(|key| keys.contains(&key))).collect();
    for id in twins {
        reach.page(Rule::Twins, id, Reason::Neighbours);
    }
}

/// Pages with a tag that is written otherwise, and pages in no list whose tag has come or gone with those in lists.
fn tags(reach: &mut Reach<'_>, before: &Gathered) {
    let now = reach.scene.gathered;
    let other = |one: &Gathered, other: &Gathered| -> Vec<Url> {
        let differs = one.tags.iter().filter(|tag| other.tag(&tag.url).is_none_or(|twin| twin.title != tag.title));
        differs.map(|tag| tag.url.clone()).collect()
    };
    let changed: FxHashSet<Url> = other(before, now).into_iter().chain(other(now, before)).collect();
    if changed.is_empty() {
        return;
    }
    for (id, node) in reach.scene.graph.in_order() {
        if node.links.iter().any(|resolution| matches!(&resolution.lead, Lead::Made(url) if changed.contains(url))) {
            reach.page(Rule::Tags, id, Reason::Listing);
        }
    }
}

/// Folders that came, went or are called otherwise: their pages name them in the way to them, and links lead to them.
fn folders(reach: &mut Reach<'_>) {
    for (id, node) in reach.scene.graph.in_order() {
        let links_to_folder = node.links.iter().any(|resolution| matches!(resolution.lead, Lead::Folder(_)));
        let settings = &reach.scene.graph.settings;
        let below = settings.in_content(node.page.path.as_str()).is_some_and(|place| place.contains('/'));
        if links_to_folder || below {
            reach.page(Rule::Folders, id, Reason::Neighbours);
        }
    }
}
