//! Which chapters an edition has, and which pages stand in them.
//!
//! In: the graph, what was gathered, an edition. Out: its chapters in order.
//!
//! Invariant: a page stands in one chapter of an edition.

use rustc_hash::FxHashSet;

use crate::base::config::Mode;
use crate::parse::front::Kind;
use crate::resolve::{Graph, Node, PageId};

use super::super::gather::Gathered;
use super::super::sitewide::folder_title;
use super::Edition;

/// A chapter: its title, its pillar, its pages.
#[derive(Debug)]
pub(super) struct Chapter {
    pub(super) title: String,
    pub(super) pillar: Option<usize>,
    /// The page whose text opens it: of a pillar or of a path.
    pub(super) opens: Option<PageId>,
    pub(super) pages: Vec<PageId>,
}

/// The chapters of an edition, with the text that it holds. Where the pillars have more than `limit` pages, the whole edition
/// leaves them to theirs.
pub(super) fn chapters(graph: &Graph, gathered: &Gathered, edition: Edition, limit: usize) -> Vec<Chapter> {
    // The home page stands before the chapters of the whole, even where it is an essay of a pillar.
    let home = if edition == Edition::Whole { home(graph, gathered) } else { None };
    let mut taken: FxHashSet<PageId> = home.into_iter().collect();
    let mut chapter = |at: usize| {
        let pages = &gathered.pillar_pages[at];
        let opens = pages.index;
        let pages = pages.essays.iter().chain(&pages.examples).copied().filter(|id| taken.insert(*id)).collect();
        Chapter { title: gathered.pillars[at].title.clone(), pillar: Some(at), opens, pages }
    };
    match edition {
        Edition::Pillar(at) => return vec![chapter(at)],
        Edition::Path(at) => return vec![path(graph, gathered, at)],
        Edition::Whole => {}
    }
    let mut chapters: Vec<Chapter> = (0..gathered.pillars.len()).map(&mut chapter).collect();
    let is_split = chapters.iter().map(|chapter| chapter.pages.len()).sum::<usize>() > limit;
    chapters.extend(others(graph, gathered, &taken));
    if is_split {
        for chapter in chapters.iter_mut().filter(|chapter| chapter.pillar.is_some()) {
            chapter.pages.clear();
        }
    }
    chapters
}

/// The home page of a handbook of one's own.
pub(super) fn home(graph: &Graph, gathered: &Gathered) -> Option<PageId> {
    let home = || gathered.folders.get("")?.index.filter(|home| gathered.card_of(*home).is_some());
    (graph.settings.mode == Mode::Own).then(home)?
}

/// The stops of a path, each once.
fn path(graph: &Graph, gathered: &Gathered, at: usize) -> Chapter {
    let path = &gathered.paths[at];
    let mut taken: FxHashSet<PageId> = FxHashSet::default();
    let stops = path.stops.iter().copied();
    let pages = stops.filter(|id| gathered.card_of(*id).is_some() && *id != path.page && taken.insert(*id)).collect();
    let title = graph.node(path.page).map_or_else(String::new, |node| node.title().to_owned());
    Chapter { title, pillar: None, opens: Some(path.page), pages }
}

/// What stands in no pillar: in one chapter, or in a chapter a folder.
fn others(graph: &Graph, gathered: &Gathered, taken: &FxHashSet<PageId>) -> Vec<Chapter> {
    let settings = &*graph.settings;
    let others = graph.in_order().filter(|(id, node)| node.is_listed(settings) && !taken.contains(id));
    let others = others.filter(|(_, node)| match settings.mode {
        Mode::Own => !node.page.index && matches!(node.page.kind, Kind::Page | Kind::Essay | Kind::Example),
        Mode::Foreign => true,
    });
    let folder = |node: &Node| {
        let place = settings.in_content(node.page.path.as_str()).unwrap_or("");
        place.split_once('/').filter(|_| settings.mode == Mode::Foreign).map_or(String::new(), |(folder, _)| folder.to_owned())
    };
    let mut of_folders: Vec<(String, Chapter)> = Vec::new();
    for (id, node) in others {
        let folder = folder(node);
        match of_folders.iter_mut().find(|(known, _)| *known == folder) {
            Some((_, chapter)) => chapter.pages.push(id),
            None => {
                let title = match folder.as_str() {
                    "" if settings.mode == Mode::Own => settings.language(&settings.config.language).text("more").to_owned(),
                    "" => gathered.title.clone(),
                    folder => folder_title(graph, gathered, folder),
                };
                of_folders.push((folder, Chapter { title, pillar: None, opens: None, pages: vec![id] }));
            }
        }
    }
    of_folders.into_iter().map(|(_, chapter)| chapter).collect()
}
