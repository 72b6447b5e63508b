//! The texts of an edition: what opens a chapter, and a page as a section.
//!
//! In: pages, and where everything stands. Out: views of chapters and sections.
//!
//! Invariant: every id of a text has the prefix of its section, and every link within it follows.

use crate::base::path::Url;
use crate::base::strings::direction;
use crate::resolve::{Node, PageId};

use super::super::content::Writer;
use super::super::href::href;
use super::super::page::{Parts, Scene, heading, stops};
use super::super::view::{Html, PrintChapterView, PrintPageView};
use super::chapters::Chapter;
use super::outline::Place;
use super::prefix::prefixed;
use super::{Edition, Sections, address};

/// The levels of titles: of a chapter, as which the foreword counts, and of a page within it.
const CHAPTER: u8 = 2;
const SECTION: u8 = 3;

/// A chapter with the pages that stand in the part that is written.
pub(super) fn chapter_view(
    scene: Scene<'_>,
    edition: Edition,
    sections: &Sections<'_>,
    root: &str,
    chapter: &Chapter,
    number: usize,
) -> PrintChapterView {
    let Scene { graph, gathered } = scene;
    let pillar = chapter.pillar.map(|at| &gathered.pillars[at]);
    let id = format!("c{number}");
    let here = sections.outline.pages_in(chapter, sections.part);
    let mut pages: Vec<PrintPageView> = here.iter().filter_map(|id| section(scene, sections, root, *id)).collect();
    let begins = !here.is_empty() && here.first() == chapter.pages.first();
    let opening = chapter.opens.filter(|page| begins && gathered.card_of(*page).is_some()).and_then(|page| Some((page, graph.node(page)?)));
    let opening = opening.map(|(page, node)| Opening::of(scene, sections, root, page, node, &id)).unwrap_or_default();
    if matches!(edition, Edition::Path(_)) {
        for page in &mut pages {
            page.lead = opening.sentences.iter().find(|(id, _)| *id == page.id).map(|(_, sentence)| sentence.clone()).unwrap_or_default();
        }
    }
    // A pillar whose text is elsewhere has an edition of its own, unless it has nothing to print.
    let own = chapter.pillar.filter(|at| chapter.pages.is_empty() && !gathered.pillar_pages[*at].essays.is_empty());
    PrintChapterView {
        number: number.to_string(),
        title: chapter.title.clone(),
        id,
        pillar: pillar.map(|pillar| pillar.id.clone()),
        question: pillar.map_or_else(String::new, |pillar| pillar.question.clone()),
        claim: opening.claim,
        href: own.and_then(|at| Url::new(&address(gathered, Edition::Pillar(at), 1))).map(|url| href(&url, &graph.settings)),
        intro: opening.intro,
        pages,
        rest: opening.rest,
    }
}

/// What the page of a pillar or a path says at the head of its chapter.
#[derive(Default)]
struct Opening {
    claim: Option<Html>,
    intro: Html,
    /// Why to read a stop, by the id of its section.
    sentences: Vec<(String, Html)>,
    rest: Html,
}

impl Opening {
    fn of(scene: Scene<'_>, sections: &Sections<'_>, root: &str, id: PageId, node: &Node, prefix: &str) -> Self {
        let mut writer = Writer::new(scene.graph, scene.gathered, root, id);
        writer.sections = Some(sections);
        let page = &node.page;
        let is_path = page.body.stops.is_some();
        let parts = Parts::of(node, if is_path { "path" } else { "pillar" });
        let whole = page.body.html.len() as u32;
        let (before, after) = page.body.stops.as_ref().map_or((whole, whole), |stops| (stops.start, stops.end));
        let claim = parts.claim.as_ref().map(|claim| prefixed(&writer.text(id, node, claim.clone(), &[]), prefix, CHAPTER));
        let intro = writer.text(id, node, 0..before, &parts.left_out);
        let rest = writer.text(id, node, after..whole, &parts.left_out);
        let anchor = |link: u32| match &node.links.get(link as usize)?.lead {
            crate::resolve::Lead::Page(stop, _) => sections.place(*stop).map(Place::anchor),
            _ => None,
        };
        let anchors: Vec<Option<String>> = page.stops.iter().map(|stop| anchor(stop.link)).collect();
        let sentences = if is_path { stops(scene, node, &mut writer, id) } else { Vec::new() };
        let sentences =
            anchors.into_iter().zip(sentences).filter_map(|(anchor, stop)| Some((anchor?, prefixed(&stop.sentence, prefix, CHAPTER))));
        let sentences = sentences.collect();
        Self { claim, intro: prefixed(&intro, prefix, CHAPTER), sentences, rest: prefixed(&rest, prefix, CHAPTER) }
    }
}

/// The home page, before the chapters of the whole edition.
pub(super) fn foreword(scene: Scene<'_>, sections: &Sections<'_>, root: &str) -> Vec<PrintPageView> {
    let home = sections.outline.foreword.filter(|_| sections.part == 1);
    home.and_then(|home| section(scene, sections, root, home)).into_iter().collect()
}

fn language_of(scene: Scene<'_>, node: &Node) -> String {
    node.page.front.lang.as_ref().map_or_else(|| scene.graph.settings.config.language.clone(), |lang| lang.value.clone())
}

/// A page as a section of an edition.
fn section(scene: Scene<'_>, sections: &Sections<'_>, root: &str, id: PageId) -> Option<PrintPageView> {
    let Scene { graph, gathered } = scene;
    let (node, place) = (graph.node(id)?, sections.place(id)?);
    let card = gathered.card_of(id)?;
    let mut writer = Writer::new(graph, gathered, root, id);
    writer.sections = Some(sections);
    let is_home = place.is_foreword();
    let anchor = place.anchor();
    let parts = Parts::of(node, if is_home { "home" } else { card.kind });
    let mut claim = parts.claim.as_ref().map(|inside| writer.text(id, node, inside.clone(), &[]));
    if claim.is_none() && parts.shows_summary {
        claim.clone_from(&node.page.summary);
    }
    let title = heading(node, &mut writer, id).html;
    let content = writer.text(id, node, 0..node.page.body.html.len() as u32, &parts.left_out);
    let level = if is_home { CHAPTER } else { SECTION };
    let prefixed = |html: String| prefixed(&html, &anchor, level);
    Some(PrintPageView {
        number: place.number(),
        title: prefixed(title),
        plain: card.title.clone(),
        kind: card.kind,
        pillar: card.pillar.clone(),
        lang: language_of(scene, node),
        dir: direction(&language_of(scene, node)),
        by: card.by.iter().map(|person| person.name.clone()).collect(),
        role: card.role.clone(),
        lead: String::new(),
        claim: claim.map(prefixed),
        content: prefixed(content),
        id: anchor,
    })
}
