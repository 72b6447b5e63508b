//! The graph: pages, the names they answer to, and where their links lead.
//!
//! In: pages and files that have come, changed or gone. Out: `Touched`, and look-ups for the views.
//!
//! The steps of an update: names are added and taken away; every page that asked for a changed name, or links to a page
//! whose ids have changed, is resolved again, in parallel; what is global (order, addresses, terms) is found anew, which
//! is linear and cheap; mentions are joined.
//!
//! Invariant: the graph after any sequence of updates equals the graph of one update with everything.

use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::config::Settings;
use crate::base::diagnostic::Diagnostic;
use crate::base::path::{SourcePath, Url};
use crate::base::picture::Picture;
use crate::parse::front::Kind;
use crate::parse::page::{Page, Relation};

use super::anchor::{Anchors, Part};
use super::health;
use super::names::{Asked, Asker, Claimant, Names, PageClaims, Pending};
use super::nav::{Contents, Entry};
use super::stays::FEW;
use super::terms::{Term, TermUse, Terms};
use super::text::Was;
use super::vote::Votes;
use super::{Lead, PageId, Resolution, Standing, check, link};

/// A page of the graph with what others make of it.
#[derive(Debug)]
pub struct Node {
    /// What its file says.
    pub page: Arc<Page>,
    /// Where its links lead, in the order of `page.links`.
    pub links: Vec<Resolution>,
    /// Links of which an author should know something.
    pub troubles: Vec<Trouble>,
    /// Terms in its text, in the order of the text; one use each.
    pub terms: Vec<TermUse>,
    /// Its address.
    pub url: Url,
    /// The pillars it stands in.
    pub pillars: Vec<Arc<str>>,
    /// Its place in every list.
    pub rank: u32,
    /// Its entry in the list of contents of a foreign folder.
    pub entry: Option<Entry>,
    /// Whether it is a draft or its day has not come. Every list asks this of many pages, so it is kept at hand.
    withheld: bool,
    /// Whether its author keeps it out of lists.
    unlisted: bool,
    pub(super) asked: Box<[Asked]>,
    pub(super) anchors: OnceLock<Anchors>,
}

impl Node {
    fn new(page: Arc<Page>, settings: &Settings) -> Self {
        let (url, pillars) = (page.url.clone(), page.pillars.clone());
        Self {
            withheld: page.draft || page.is_hidden_until(settings.today),
            unlisted: page.front.hidden,
            page,
            links: Vec::new(),
            troubles: Vec::new(),
            terms: Vec::new(),
            url,
            pillars,
            rank: 0,
            entry: None,
            asked: Box::default(),
            anchors: OnceLock::new(),
        }
    }

    /// Its ids.
    pub fn anchors(&self) -> &Anchors {
        self.anchors.get_or_init(|| Anchors::new(&self.page))
    }

    /// Whether readers see it.
    pub fn is_published(&self, settings: &Settings) -> bool {
        settings.drafts || !self.withheld
    }

    /// Whether lists, search and the sitemap name it.
    pub fn is_listed(&self, settings: &Settings) -> bool {
        self.is_published(settings) && !self.unlisted
    }
}

/// A link of which its author should know something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trouble {
    /// Which link of the page.
    pub link: u32,
    /// Candidates at equal distance, where there are several.
    pub rivals: Vec<Claimant>,
    /// What became of its anchor.
    pub part: Part,
}

/// A link to a page, from its side.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Inbound {
    /// The page that links.
    pub from: PageId,
    /// Which of its links.
    pub link: u32,
}

/// What an update may have changed.
#[derive(Default, Debug)]
pub struct Touched {
    /// Pages that came, changed, went, or whose links lead elsewhere.
    pub pages: Vec<PageId>,
    /// Whether files may have come or gone.
    pub files: bool,
    /// What pages were that had been there: those that changed, that went, and whose links were resolved again.
    pub was: Vec<(PageId, Was)>,
    /// Pages whose address, place in a list of contents or inherited pillars others have changed.
    pub shifted: Vec<PageId>,
    /// Pages whose text shows other terms than before.
    pub reworded: Vec<PageId>,
    /// Whether the list of terms has changed.
    pub terms: bool,
    /// Pictures of which something else is known than before, sorted.
    pub pictures: Vec<SourcePath>,
}

/// The links of a page, resolved.
pub(super) struct Resolved {
    pub(super) id: PageId,
    pub(super) links: Vec<Resolution>,
    pub(super) troubles: Vec<Trouble>,
    pub(super) asked: Box<[Asked]>,
}

/// Files that have come or changed, and files that have gone.
#[derive(Default)]
pub struct Update {
    /// Pages, parsed.
    pub pages: Vec<Arc<Page>>,
    /// Other files.
    pub assets: Vec<SourcePath>,
    /// What is known of those of `assets` that are pictures.
    pub pictures: Vec<(SourcePath, Picture)>,
    /// Files of either kind that are no more.
    pub gone: Vec<SourcePath>,
}

/// The graph.
pub struct Graph {
    /// What decides besides the files.
    pub settings: Arc<Settings>,
    pub(super) nodes: Vec<Option<Node>>,
    pub(super) names: Names,
    assets: FxHashSet<SourcePath>,
    pub(super) pictures: FxHashMap<SourcePath, Picture>,
    pub(super) inbound: Vec<Vec<Inbound>>,
    pub(super) terms: Terms,
    pub(super) used_in: Vec<Vec<PageId>>,
    pub(super) order: Vec<PageId>,
    pub(super) votes: Votes,
    /// The list of contents of a foreign folder.
    pub contents: Contents,
    /// Problems that no single page has: two pages with one address.
    pub clashes: Vec<Diagnostic>,
}

impl Graph {
    /// An empty graph.
    pub fn new(settings: Arc<Settings>) -> Self {
        Self {
            settings,
            nodes: Vec::new(),
            names: Names::default(),
            assets: FxHashSet::default(),
            pictures: FxHashMap::default(),
            inbound: Vec::new(),
            terms: Terms::default(),
            used_in: Vec::new(),
            order: Vec::new(),
            votes: Votes::default(),
            contents: Contents::default(),
            clashes: Vec::new(),
        }
    }

    /// Takes files in and out.
    pub fn update(&mut self, update: Update) -> Touched {
        let stays = self.stays(&update);
        let mut pending = Pending::default();
        let mut touched = Touched { files: !stays.files, ..Touched::default() };
        let mut dirty: Vec<PageId> = Vec::new();
        for path in &update.gone {
            dirty.extend(self.remove(path, &mut pending, &mut touched.was));
        }
        let pictured = self.take_pictures(&update);
        for path in update.assets {
            if self.assets.insert(path.clone()) {
                self.names.add_asset(&path, &mut pending);
            }
        }
        if self.nodes.is_empty() {
            // Later most pages that come are there already, and room for them would be room for all once more.
            self.names.reserve(update.pages.len());
            self.nodes.reserve(update.pages.len());
            self.inbound.reserve(update.pages.len());
        }
        let named: Vec<PageClaims> = update.pages.par_iter().map(|page| PageClaims::of(page)).collect();
        for (page, claims) in update.pages.into_iter().zip(named) {
            dirty.push(self.put(page, claims, &mut pending, &mut touched.was));
        }
        let changed = self.names.settle(&pending);
        let own = dirty.clone();
        dirty.extend(self.askers(changed));
        let edited = touched.was.iter().filter_map(|(id, was)| Some((&*was.page, &*self.node(*id)?.page)));
        let votes = if stays.files { self.votes_after(edited) } else { self.vote() };
        debug_assert!(!stays.files || votes == self.vote());
        if votes.urls_first() != self.votes.urls_first() {
            dirty.extend(self.ids());
        }
        self.votes = votes;
        let mut seen = FxHashSet::default();
        dirty.retain(|id| self.nodes[id.index()].is_some() && seen.insert(*id));
        let others_stay = self.settle_globals(&own, stays, &mut touched.shifted);
        self.resolve(&dirty, &mut touched.was);
        self.find_terms(&dirty, &mut touched);
        self.inherit_pillars(&mut touched.shifted);
        if others_stay && !touched.terms && dirty.len() <= FEW {
            self.join_again(&dirty, &touched.was);
        } else {
            self.join();
        }
        touched.pages = dirty;
        touched.pictures = pictured;
        touched
    }

    fn put(&mut self, page: Arc<Page>, claims: PageClaims, pending: &mut Pending, was: &mut Vec<(PageId, Was)>) -> PageId {
        if let Some(id) = self.names.page(&page.path) {
            let old = self.nodes[id.index()].take();
            let mut node = Node::new(Arc::clone(&page), &self.settings);
            if let Some(old) = old {
                self.names.remove_page(&old.page, pending);
                if inherits_pillars(&old.page) && inherits_pillars(&page) {
                    node.pillars = old.pillars;
                }
                was.push((id, Was { page: old.page, links: old.links, terms: old.terms }));
            }
            self.names.add_page(&page, claims, id, pending);
            self.nodes[id.index()] = Some(node);
            return id;
        }
        let id = PageId(self.nodes.len() as u32);
        self.names.add_page(&page, claims, id, pending);
        self.nodes.push(Some(Node::new(page, &self.settings)));
        self.inbound.push(Vec::new());
        id
    }

    /// Takes a file out; gives the pages that linked to it.
    fn remove(&mut self, path: &SourcePath, pending: &mut Pending, was: &mut Vec<(PageId, Was)>) -> Vec<PageId> {
        if self.assets.remove(path) {
            self.names.remove_asset(path, pending);
        }
        let Some(id) = self.names.page(path) else { return Vec::new() };
        let Some(node) = self.nodes[id.index()].take() else { return Vec::new() };
        self.names.remove_page(&node.page, pending);
        was.push((id, Was { page: node.page, links: node.links, terms: node.terms }));
        self.inbound[id.index()].iter().map(|inbound| inbound.from).collect()
    }

    /// The pages that have asked for one of the names. Each page knows its own questions; a list of askers by name would be
    /// larger than all that it answers.
    pub(super) fn askers(&self, mut changed: Vec<Asked>) -> Vec<PageId> {
        if self.nodes.iter().flatten().all(|node| node.asked.is_empty()) {
            return Vec::new();
        }
        changed.sort_unstable();
        changed.dedup();
        let asks = |asked: &[Asked]| {
            let (few, many) = if changed.len() < asked.len() { (&*changed, asked) } else { (asked, &*changed) };
            few.iter().any(|name| many.binary_search(name).is_ok())
        };
        self.ids().into_par_iter().filter(|id| self.nodes[id.index()].as_ref().is_some_and(|node| asks(&node.asked))).collect()
    }

    /// Resolves the links of pages; keeps what they were where they had been resolved before.
    fn resolve(&mut self, dirty: &[PageId], was: &mut Vec<(PageId, Was)>) {
        for Resolved { id, links, troubles, asked } in self.resolved(dirty) {
            if let Some(node) = &mut self.nodes[id.index()] {
                let links = std::mem::replace(&mut node.links, links);
                if !links.is_empty() {
                    was.push((id, Was { page: Arc::clone(&node.page), links, terms: node.terms.clone() }));
                }
                (node.troubles, node.asked) = (troubles, asked);
            }
        }
    }

    /// Where the links of pages lead.
    pub(super) fn resolved(&self, dirty: &[PageId]) -> Vec<Resolved> {
        let (nodes, settings, site) = (&self.nodes, &*self.settings, self.site());
        let resolve = |&id: &PageId| {
            let node = nodes[id.index()].as_ref()?;
            let mut asker = Asker::new(&self.names);
            let scope = link::Scope { settings, site, nodes, page: &node.page, id };
            let mut troubles = Vec::new();
            let links = node.page.links.iter().enumerate().map(|(at, link)| {
                let link::Outcome { resolution, rivals, part } = link::resolve(&scope, &mut asker, link);
                let well = matches!(resolution.standing, Standing::Ok | Standing::External);
                if !well || !rivals.is_empty() || matches!(part, Part::Loose(_) | Part::Missing) {
                    troubles.push(Trouble { link: at as u32, rivals, part });
                }
                resolution
            });
            let links: Vec<Resolution> = links.collect();
            Some(Resolved { id, links, troubles, asked: asker.finish() })
        };
        dirty.par_iter().filter_map(resolve).collect()
    }

    /// An example without a pillar of its own stands where the essays stand that it illustrates.
    fn inherit_pillars(&mut self, shifted: &mut Vec<PageId>) {
        let mut inherited: Vec<(PageId, Vec<Arc<str>>)> = Vec::new();
        for (id, node) in self.pages() {
            if !inherits_pillars(&node.page) {
                continue;
            }
            let essays = node.page.links.iter().zip(&node.links).filter(|(link, _)| link.relation == Relation::Illustrates);
            let essays = essays.filter_map(|(_, resolution)| self.node_of(&resolution.lead));
            let of_essays: Vec<&Arc<str>> = essays.flat_map(|essay| &essay.page.pillars).collect();
            let known = self.settings.config.pillars.iter();
            let pillars: Vec<Arc<str>> =
                known.filter_map(|pillar| of_essays.iter().find(|id| ****id == *pillar.id).map(|id| Arc::clone(id))).collect();
            inherited.push((id, if pillars.is_empty() { node.page.pillars.clone() } else { pillars }));
        }
        for (id, pillars) in inherited {
            if let Some(node) = self.nodes[id.index()].as_mut().filter(|node| node.pillars != pillars) {
                node.pillars = pillars;
                shifted.push(id);
            }
        }
    }

    /// Every problem of the handbook, sorted: of its pages, of their links, of its addresses, of its health.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let spoken = check::Spoken::default();
        let mut all: Vec<Diagnostic> = self.nodes.par_iter().flatten().flat_map_iter(|node| check::node(self, node, &spoken)).collect();
        all.extend(self.clashes.iter().cloned());
        all.extend(health::health(self));
        all.par_sort_unstable();
        all
    }

    /// All pages, in the order of arrival.
    pub(super) fn pages(&self) -> impl Iterator<Item = (PageId, &Node)> + Send {
        self.nodes.iter().enumerate().filter_map(|(at, node)| node.as_ref().map(|node| (PageId(at as u32), node)))
    }

    pub(super) fn ids(&self) -> Vec<PageId> {
        self.pages().map(|(id, _)| id).collect()
    }

    /// All pages in the order that readers see.
    pub fn in_order(&self) -> impl Iterator<Item = (PageId, &Node)> {
        self.order.iter().filter_map(|id| self.nodes[id.index()].as_ref().map(|node| (*id, node)))
    }

    /// A page.
    pub fn node(&self, id: PageId) -> Option<&Node> {
        self.nodes.get(id.index()).and_then(Option::as_ref)
    }

    /// The page of a file.
    pub fn page(&self, path: &SourcePath) -> Option<(PageId, &Node)> {
        let id = self.names.page(path)?;
        self.node(id).map(|node| (id, node))
    }

    /// Whether a file that is no page is known.
    pub fn has_asset(&self, path: &SourcePath) -> bool {
        self.assets.contains(path)
    }

    /// All pages by id, with gaps where one has gone.
    pub fn nodes(&self) -> &[Option<Node>] {
        &self.nodes
    }

    /// What a link to a page says.
    pub fn relation(&self, inbound: Inbound) -> Option<Relation> {
        self.node(inbound.from)?.page.links.get(inbound.link as usize).map(|link| link.relation)
    }

    /// Files of that name, in any case, with or without the ending of a page.
    pub fn files_called(&self, name: &str) -> &[Claimant] {
        self.names.files_called(name)
    }

    /// The page that a link leads to.
    pub fn node_of(&self, lead: &Lead) -> Option<&Node> {
        match lead {
            Lead::Page(id, _) => self.node(*id),
            _ => None,
        }
    }

    /// Who links to a page, in order.
    pub fn inbound(&self, id: PageId) -> &[Inbound] {
        self.inbound.get(id.index()).map_or(&[], Vec::as_slice)
    }

    /// The terms of the glossary, in order.
    pub fn terms(&self) -> &[Term] {
        self.terms.list()
    }

    /// Pages that use a term, in order.
    pub fn used_in(&self, term: usize) -> &[PageId] {
        self.used_in.get(term).map_or(&[], Vec::as_slice)
    }

    /// Files that are no pages, sorted.
    pub fn assets(&self) -> Vec<&SourcePath> {
        let mut all: Vec<&SourcePath> = self.assets.iter().collect();
        all.sort_unstable();
        all
    }
}

/// Whether a page stands in the pillars of others: an example that names none.
fn inherits_pillars(page: &Page) -> bool {
    page.kind == Kind::Example && (page.front.pillar.is_empty() || page.pillars.is_empty())
}
