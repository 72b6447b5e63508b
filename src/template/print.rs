//! Print editions: the whole handbook, a pillar or a reading path, as a book with numbered sections.
//!
//! In: the pages of an edition in their order. Out: views of its parts, of at most `PART` pages each. A link to a page of the
//! edition becomes a reference to its section, `§2.3`; ids are prefixed, so that pages that have the same ones can stand
//! in one file.
//!
//! A handbook of more than `PART` pages is printed by its pillars: the whole edition is then a cover with the contents, and
//! holds the text of what stands in no pillar. A book is a file of its own: it has all in one part, and what it links to it
//! either has or finds on the site.
//!
//! Invariant: a part depends on the texts of its pages, on the numbers of all pages of its edition, and on the order.

mod chapters;
mod outline;
mod prefix;
mod sections;
mod text;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::path::Url;
use crate::base::strings::Language;
use crate::resolve::{Lead, PageId};

use self::outline::Outline;
pub use self::outline::{Outlines, Place};
use self::sections::Alone;
pub use self::sections::Sections;
use self::text::{chapter_view, foreword};
use super::gather::{Gathered, date_view};
use super::href::href;
use super::listing::later;
use super::outputs::parts_of;
use super::page::{Scene, made_head};
use super::view::{LinkView, PagingView, PrintChapterView, PrintLineView, PrintView};

/// How many pages one part of an edition holds.
pub const PART: usize = 250;

/// Which edition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Edition {
    /// All pages, or all that no pillar has.
    Whole,
    /// The pages of a pillar, by its place.
    Pillar(usize),
    /// The stops of a reading path, by its place; only as a book.
    Path(usize),
}

/// How many parts an edition has; 0 where there is nothing to print.
pub fn parts(scene: Scene<'_>, edition: Edition) -> u32 {
    let Some(outline) = Outlines::get(scene, edition) else { return 0 };
    let has_essays = |at: usize| !scene.gathered.pillar_pages[at].essays.is_empty();
    let leads = outline.chapters.iter().any(|chapter| chapter.pillar.is_some_and(has_essays));
    if outline.pages == 0 && !leads { 0 } else { parts_of(outline.pages, PART) }
}

/// The address of a part of an edition.
pub fn address(gathered: &Gathered, edition: Edition, part: u32) -> String {
    let first = match edition {
        Edition::Whole => "/print/".to_owned(),
        Edition::Pillar(at) => format!("/print/{}/", gathered.pillars[at].id),
        Edition::Path(at) => format!("/print/path-{}/", at + 1),
    };
    if part == 1 { first } else { format!("{first}part/{part}/") }
}

/// What an edition is called.
fn title(scene: Scene<'_>, edition: Edition) -> String {
    let Scene { graph, gathered } = scene;
    match edition {
        Edition::Whole => gathered.title.clone(),
        Edition::Pillar(at) => gathered.pillars[at].title.clone(),
        Edition::Path(at) => graph.node(gathered.paths[at].page).map_or_else(String::new, |node| node.title().to_owned()),
    }
}

/// A part of an edition of the site; a path is a book only.
pub fn print(scene: Scene<'_>, edition: Edition, part: u32, url: &Url) -> Option<PrintView> {
    let Scene { graph, gathered } = scene;
    let outline = Outlines::get(scene, edition)?;
    let of = parts_of(outline.pages, PART);
    let link = |part: u32| Url::new(&address(gathered, edition, part)).map(|url| href(&url, &graph.settings)).unwrap_or_default();
    let parts = (1..=of).map(link).collect();
    let sections = Sections { outline, parts, part, alone: None };
    let mut view = view(scene, edition, &sections, url);
    if edition == Edition::Whole && part == of {
        (view.terms, view.people) = (terms(scene, 0..gathered.terms.len()), people(scene, 0..gathered.people.len()));
    }
    let say = scene.say_on(&view.page);
    view.page.head_title = format!("{} · {}", say.fill("tab_print", &[("title", &later(&view.page.title, part, say))]), gathered.title);
    view.paging = PagingView { number: part, of, previous: (part > 1).then(|| link(part - 1)), next: (part < of).then(|| link(part + 1)) };
    view.parts = editions(scene, edition, &sections.parts, say);
    Some(view)
}

/// Links to the parts of an edition, and from the whole handbook to what there is of it by pillar.
fn editions(scene: Scene<'_>, edition: Edition, hrefs: &[String], say: &Language) -> Vec<LinkView> {
    let Scene { graph, gathered } = scene;
    if edition != Edition::Whole && hrefs.len() == 1 {
        return Vec::new();
    }
    let name = |part: u32| match hrefs {
        [_] => title(scene, edition),
        _ => say.fill("part", &[("n", &part.to_string())]),
    };
    let mut links: Vec<LinkView> = hrefs.iter().zip(1..).map(|(href, part)| LinkView { title: name(part), href: href.clone() }).collect();
    let pillar = |at: usize| {
        let edition = Edition::Pillar(at);
        let url = (parts(scene, edition) > 0).then(|| Url::new(&address(gathered, edition, 1))).flatten()?;
        Some(LinkView { title: title(scene, edition), href: href(&url, &graph.settings) })
    };
    if edition == Edition::Whole {
        links.extend((0..gathered.pillars.len()).filter_map(pillar));
    }
    links
}

/// A whole edition that stands alone. Its addresses begin at the root of the site, or they are absolute.
pub fn book(scene: Scene<'_>, edition: Edition) -> PrintView {
    let Scene { graph, gathered } = scene;
    let outline = Outline::of(scene, edition, usize::MAX);
    let mut entries: FxHashMap<String, String> = FxHashMap::default();
    for (at, chapter) in outline.chapters.iter().enumerate() {
        if let Some(card) = chapter.opens.and_then(|page| gathered.card_of(page)) {
            entries.insert(card.href.clone(), format!("c{}", at + 1));
        }
    }
    let pages: Vec<PageId> = outline.chapters.iter().flat_map(|chapter| &chapter.pages).copied().collect();
    let used = terms_of(scene, edition, &pages);
    entries.extend(used.iter().map(|at| (href(&graph.terms()[*at].url, &graph.settings), format!("g{}", at + 1))));
    let credited = people_of(scene, edition, &pages);
    entries.extend(credited.iter().map(|at| (href(&gathered.people[*at].url, &graph.settings), format!("w{}", at + 1))));
    let alone = Alone { entries, base: graph.settings.config.base_url.clone() };
    let sections = Sections { outline: &outline, parts: vec![String::new()], part: 1, alone: Some(alone) };
    let mut view = view(scene, edition, &sections, &Url::home());
    (view.terms, view.people) = (terms(scene, used), people(scene, credited));
    view.page.head_title = match edition {
        Edition::Whole => gathered.title.clone(),
        Edition::Pillar(_) | Edition::Path(_) => format!("{} · {}", view.page.title, gathered.title),
    };
    view
}

/// A part without its lists of terms and people.
fn view(scene: Scene<'_>, edition: Edition, sections: &Sections<'_>, url: &Url) -> PrintView {
    let root = url.to_root();
    let chapters = sections.outline.chapters.iter();
    let shown: Vec<PrintChapterView> = chapters
        .enumerate()
        .map(|(at, chapter)| chapter_view(scene, edition, sections, &root, chapter, at + 1))
        .filter(|chapter| !chapter.pages.is_empty() || (sections.part == 1 && chapter.href.is_some()))
        .collect();
    let mut page = made_head(scene, url, &title(scene, edition), Vec::new());
    page.noindex = true;
    let say = scene.say_on(&page);
    PrintView {
        page,
        foreword: foreword(scene, sections, &root),
        chapters: shown,
        terms: Vec::new(),
        people: Vec::new(),
        updated: sections.outline.updated.map(|day| date_view(day, say)),
        paging: PagingView { number: 1, of: 1, previous: None, next: None },
        parts: Vec::new(),
    }
}

/// The terms at some places, as an edition lists them.
fn terms(scene: Scene<'_>, places: impl IntoIterator<Item = usize>) -> Vec<PrintLineView> {
    let line = |at: usize| {
        let term = &scene.gathered.terms[at];
        PrintLineView { id: format!("g{}", at + 1), title: term.title.clone(), text: term.definition.clone() }
    };
    places.into_iter().map(line).collect()
}

/// The people at some places, as an edition lists them.
fn people(scene: Scene<'_>, places: impl IntoIterator<Item = usize>) -> Vec<PrintLineView> {
    let claim = |page: Option<PageId>| page.and_then(|page| scene.gathered.card_of(page)).map_or("", |card| card.claim.as_str());
    let line = |at: usize| {
        let person = &scene.gathered.people[at];
        PrintLineView { id: format!("w{}", at + 1), title: person.name.clone(), text: claim(person.page).to_owned() }
    };
    places.into_iter().map(line).collect()
}

/// The terms of an edition, by their places: all of them, or those that its pages use.
fn terms_of(scene: Scene<'_>, edition: Edition, pages: &[PageId]) -> Vec<usize> {
    let Scene { graph, gathered } = scene;
    let nodes = || pages.iter().filter_map(|id| graph.node(*id));
    let used: FxHashSet<u32> = nodes().flat_map(|node| &node.terms).map(|usage| usage.term).collect();
    let linked: FxHashSet<PageId> = nodes().flat_map(|node| &node.links).filter_map(|link| led_to(&link.lead)).collect();
    let is_shown = |at: &usize| {
        let term = &graph.terms()[*at];
        edition == Edition::Whole || used.contains(&(*at as u32)) || (term.section.is_none() && linked.contains(&term.page))
    };
    (0..gathered.terms.len()).filter(is_shown).collect()
}

fn led_to(lead: &Lead) -> Option<PageId> {
    match lead {
        Lead::Page(id, _) => Some(*id),
        _ => None,
    }
}

/// The people of an edition, by their places: all of them, or those that it credits.
fn people_of(scene: Scene<'_>, edition: Edition, pages: &[PageId]) -> Vec<usize> {
    let Scene { graph, gathered } = scene;
    let nodes = pages.iter().filter_map(|id| graph.node(*id));
    let credited: FxHashSet<String> =
        nodes.flat_map(|node| gathered.people_of(graph, &node.page, &node.links)).map(|person| person.href).collect();
    let is_shown = |at: &usize| edition == Edition::Whole || credited.contains(&href(&gathered.people[*at].url, &graph.settings));
    (0..gathered.people.len()).filter(is_shown).collect()
}
