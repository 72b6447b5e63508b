//! The outline of an edition: its chapters, and where each page stands.
//!
//! In: the graph, what was gathered, an edition. Out: an `Outline`.
//!
//! Invariant: pages of a chapter stand in the order of their parts, so those of one part follow each other.

use std::sync::OnceLock;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::resolve::PageId;

use super::super::page::Scene;
use super::chapters::{Chapter, chapters, home};
use super::{Edition, PART};

/// Where a page stands in an edition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    chapter: u32,
    within: u32,
    /// How many pages stand before it; 0 for the foreword, of which nothing counts.
    before: u32,
    pub(super) part: u32,
}

impl Place {
    const FOREWORD: Self = Self { chapter: 0, within: 0, before: 0, part: 1 };

    /// Whether it is the foreword, which has no number.
    pub fn is_foreword(self) -> bool {
        self.chapter == 0
    }

    /// The number of the section: `2.3`; empty for the foreword.
    pub fn number(self) -> String {
        if self.is_foreword() { String::new() } else { format!("{}.{}", self.chapter, self.within) }
    }

    /// The id of the section.
    pub(super) fn anchor(self) -> String {
        if self.is_foreword() { "p0".to_owned() } else { format!("p{}", self.before + 1) }
    }
}

/// What an edition consists of, and where its pages stand.
#[derive(Debug)]
pub struct Outline {
    /// The home page of a handbook of one's own, which stands before the whole of it.
    pub(super) foreword: Option<PageId>,
    pub(super) chapters: Vec<Chapter>,
    pub(super) places: FxHashMap<PageId, Place>,
    /// How many pages its chapters hold.
    pub(super) pages: usize,
    /// The last day on which one of its pages changed.
    pub(super) updated: Option<Date>,
}

impl Outline {
    /// The outline of an edition whose parts hold `part` pages. The whole edition leaves the pillars to theirs where it is longer
    /// than one part.
    pub(super) fn of(scene: Scene<'_>, edition: Edition, part: usize) -> Self {
        let Scene { graph, gathered } = scene;
        let chapters = chapters(graph, gathered, edition, part);
        let pages = chapters.iter().map(|chapter| chapter.pages.len()).sum();
        let mut places = FxHashMap::default();
        places.reserve(pages + 1);
        let foreword = if edition == Edition::Whole { home(graph, gathered) } else { None };
        places.extend(foreword.map(|home| (home, Place::FOREWORD)));
        let stands = (1..).zip(&chapters).flat_map(|(chapter, own)| (1..).zip(&own.pages).map(move |(within, id)| (chapter, within, *id)));
        for (before, (chapter, within, id)) in (0_u32..).zip(stands) {
            places.entry(id).or_insert(Place { chapter, within, before, part: (before as usize / part) as u32 + 1 });
        }
        let updated = places.keys().filter_map(|id| graph.node(*id)?.page.day()).max();
        Self { foreword, chapters, places, pages, updated }
    }

    /// The pages of a chapter that stand in a part.
    pub(super) fn pages_in<'c>(&self, chapter: &'c Chapter, part: u32) -> &'c [PageId] {
        let stands_before = |part: u32| move |id: &PageId| self.places.get(id).is_some_and(|place| place.part < part);
        let from = chapter.pages.partition_point(stands_before(part));
        let to = chapter.pages.partition_point(stands_before(part + 1));
        &chapter.pages[from..to]
    }
}

/// The outlines of the editions of the site, made when one is asked for.
#[derive(Debug, Default)]
pub struct Outlines {
    whole: OnceLock<Outline>,
    pillars: OnceLock<Vec<Outline>>,
}

impl Outlines {
    /// The outline of an edition of the site; a path has none.
    pub(super) fn get(scene: Scene<'_>, edition: Edition) -> Option<&Outline> {
        let Self { whole, pillars } = &scene.gathered.outlines;
        let outline = |edition| Outline::of(scene, edition, PART);
        let each = || (0..scene.gathered.pillar_pages.len()).map(Edition::Pillar).map(outline).collect();
        match edition {
            Edition::Whole => Some(whole.get_or_init(|| outline(Edition::Whole))),
            Edition::Pillar(at) => pillars.get_or_init(each).get(at),
            Edition::Path(_) => None,
        }
    }
}
