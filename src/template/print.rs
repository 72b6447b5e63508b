//! Print editions: the whole handbook, or a pillar, as a book with numbered sections.
//!
//! In: the pages of an edition in their order. Out: views of its parts, of at most `PART` pages each. A link to a page of the
//! edition becomes a reference to its section, `§2.3`; ids are prefixed, so that pages that have the same ones can stand
//! in one file.
//!
//! A handbook of more than `PART` pages is printed by its pillars: the whole edition is then a cover with the contents, and
//! holds the text of what stands in no pillar.
//!
//! Invariant: a part depends on the texts of its pages, on the numbers of all pages of its edition, and on the order.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::config::Mode;
use crate::base::path::{Url, encode_path};
use crate::parse::front::Kind;
use crate::resolve::{Graph, Node, PageId};

use super::content::Writer;
use super::gather::Gathered;
use super::href::href;
use super::listing::later;
use super::page::{Parts, Scene, heading, made_head};
use super::sitewide::folder_title;
use super::view::{LinkView, PagingView, PrintChapterView, PrintLineView, PrintPageView, PrintView};

/// How many pages one part of an edition holds.
pub const PART: usize = 500;

/// Which edition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Edition {
    /// All pages, or all that no pillar has.
    Whole,
    /// The pages of a pillar, by its place.
    Pillar(usize),
}

/// A chapter: its title, its pillar, its pages.
struct Chapter {
    title: String,
    pillar: Option<usize>,
    pages: Vec<PageId>,
}

/// Where a page stands in an edition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// The id of its section.
    pub anchor: String,
    /// The number of its section: `2.3`.
    pub number: String,
    part: u32,
}

/// The sections of an edition, for references between them.
pub struct Sections {
    places: FxHashMap<PageId, Place>,
    /// The addresses of its parts.
    parts: Vec<String>,
    /// The part that is being written, from 1.
    part: u32,
}

impl Sections {
    /// The reference to a page: the address and the number of its section. An address on the same part begins with `##`,
    /// which tells it from the addresses that a page has within itself.
    pub fn reference(&self, root: &str, id: PageId, node: &Node, part: Option<&str>) -> Option<String> {
        let place = self.places.get(&id)?;
        let page = &node.page;
        let lead = page.lead.map(|lead| page.headings[lead].id.as_str());
        let is_shown = |part: &&str| {
            let claim = page.body.claim_id.as_deref();
            Some(*part) != lead
                && Some(*part) != claim
                && (page.headings.iter().any(|h| h.id == *part) || page.ids.iter().any(|id| id == part))
        };
        let inside = part.filter(is_shown).map_or_else(String::new, |part| format!("-{}", encode_path(part)));
        Some(if place.part == self.part {
            format!("##{}{inside}", place.anchor)
        } else {
            format!("{root}{}#{}{inside}", self.parts.get(place.part as usize - 1)?, place.anchor)
        })
    }

    /// The place of a page.
    pub fn place(&self, id: PageId) -> Option<&Place> {
        self.places.get(&id)
    }
}

/// The chapters of an edition, with the text that it holds.
fn chapters(graph: &Graph, gathered: &Gathered, edition: Edition) -> Vec<Chapter> {
    let mut taken: FxHashSet<PageId> = FxHashSet::default();
    let mut chapter = |at: usize| {
        let pages = &gathered.pillar_pages[at];
        let pages = pages.essays.iter().chain(&pages.examples).copied().filter(|id| taken.insert(*id)).collect();
        Chapter { title: gathered.pillars[at].title.clone(), pillar: Some(at), pages }
    };
    if let Edition::Pillar(at) = edition {
        return vec![chapter(at)];
    }
    let mut chapters: Vec<Chapter> = (0..gathered.pillars.len()).map(&mut chapter).collect();
    let is_split = chapters.iter().map(|chapter| chapter.pages.len()).sum::<usize>() > PART;
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
                of_folders.push((folder, Chapter { title, pillar: None, pages: vec![id] }));
            }
        }
    }
    if is_split {
        for chapter in &mut chapters {
            chapter.pages.clear();
        }
    }
    chapters.extend(of_folders.into_iter().map(|(_, chapter)| chapter));
    chapters
}

/// How many parts an edition has; 0 where there is nothing to print.
pub fn parts(graph: &Graph, gathered: &Gathered, edition: Edition) -> u32 {
    let chapters = chapters(graph, gathered, edition);
    let pages: usize = chapters.iter().map(|chapter| chapter.pages.len()).sum();
    let is_empty = pages == 0 && chapters.iter().all(|chapter| chapter.pillar.is_none_or(|at| gathered.pillar_pages[at].essays.is_empty()));
    if is_empty { 0 } else { pages.div_ceil(PART).max(1) as u32 }
}

/// The address of a part of an edition.
pub fn address(gathered: &Gathered, edition: Edition, part: u32) -> String {
    let first = match edition {
        Edition::Whole => "/print/".to_owned(),
        Edition::Pillar(at) => format!("/print/{}/", gathered.pillars[at].id),
    };
    if part == 1 { first } else { format!("{first}part/{part}/") }
}

/// A part of an edition.
pub fn print(scene: Scene<'_>, edition: Edition, part: u32, url: &Url) -> PrintView {
    let Scene { graph, gathered } = scene;
    let chapters = chapters(graph, gathered, edition);
    let all = chapters.iter().map(|chapter| chapter.pages.len()).sum::<usize>();
    let of = all.div_ceil(PART).max(1) as u32;
    let link = |part: u32| Url::new(&address(gathered, edition, part)).map(|url| href(&url, &graph.settings)).unwrap_or_default();
    let mut sections = Sections { places: FxHashMap::default(), parts: (1..=of).map(link).collect(), part };
    let mut count = 0;
    for (at, chapter) in chapters.iter().enumerate() {
        for (within, id) in chapter.pages.iter().enumerate() {
            count += 1;
            let number = format!("{}.{}", at + 1, within + 1);
            let place = Place { anchor: format!("p{count}"), number, part: (count - 1) / PART as u32 + 1 };
            sections.places.entry(*id).or_insert(place);
        }
    }
    let root = url.to_root();
    let shown: Vec<PrintChapterView> = chapters
        .iter()
        .enumerate()
        .map(|(at, chapter)| chapter_view(scene, &sections, &root, chapter, at + 1))
        .filter(|chapter| !chapter.pages.is_empty() || (part == 1 && chapter.href.is_some()))
        .collect();
    let title = match edition {
        Edition::Whole => gathered.title.clone(),
        Edition::Pillar(at) => gathered.pillars[at].title.clone(),
    };
    let mut page = made_head(scene, url, &title, Vec::new());
    page.noindex = true;
    let say = scene.say_on(&page);
    page.head_title = format!("{} · {}", say.fill("tab_print", &[("title", &later(&title, part, say))]), gathered.title);
    let is_last = edition == Edition::Whole && part == of;
    let mut editions: Vec<LinkView> = Vec::new();
    if of > 1 {
        let title = |part: u32| say.fill("part", &[("n", &part.to_string())]);
        editions.extend(sections.parts.iter().zip(1..).map(|(href, part)| LinkView { title: title(part), href: href.clone() }));
    } else if edition == Edition::Whole {
        editions.push(LinkView { title: gathered.title.clone(), href: link(1) });
    }
    if edition == Edition::Whole {
        editions.extend(pillar_editions(graph, gathered));
    }
    PrintView {
        page,
        chapters: shown,
        terms: if is_last { gathered.terms.iter().map(|term| line(&term.title, &term.definition)).collect() } else { Vec::new() },
        people: if is_last { people(scene) } else { Vec::new() },
        paging: PagingView { number: part, of, previous: (part > 1).then(|| link(part - 1)), next: (part < of).then(|| link(part + 1)) },
        parts: editions,
    }
}

/// Links to the editions of single pillars that there are.
fn pillar_editions(graph: &Graph, gathered: &Gathered) -> Vec<LinkView> {
    let link = |at: usize| {
        let edition = Edition::Pillar(at);
        let url = (parts(graph, gathered, edition) > 0).then(|| Url::new(&address(gathered, edition, 1))).flatten()?;
        Some(LinkView { title: gathered.pillars[at].title.clone(), href: href(&url, &graph.settings) })
    };
    (0..gathered.pillars.len()).filter_map(link).collect()
}

fn line(title: &str, text: &str) -> PrintLineView {
    PrintLineView { title: title.to_owned(), text: text.to_owned() }
}

fn people(scene: Scene<'_>) -> Vec<PrintLineView> {
    let claim = |page: Option<PageId>| page.and_then(|page| scene.gathered.card_of(page)).map_or("", |card| card.claim.as_str());
    scene.gathered.people.iter().map(|person| line(&person.name, claim(person.page))).collect()
}

fn chapter_view(scene: Scene<'_>, sections: &Sections, root: &str, chapter: &Chapter, number: usize) -> PrintChapterView {
    let Scene { graph, gathered } = scene;
    let pillar = chapter.pillar.map(|at| &gathered.pillars[at]);
    let here = chapter.pages.iter().filter(|id| sections.place(**id).is_some_and(|place| place.part == sections.part));
    let pages = here.filter_map(|id| section(scene, sections, root, *id)).collect();
    // A pillar whose text is elsewhere has an edition of its own, unless it has nothing to print.
    let own = chapter.pillar.filter(|at| chapter.pages.is_empty() && !gathered.pillar_pages[*at].essays.is_empty());
    PrintChapterView {
        number: number.to_string(),
        title: chapter.title.clone(),
        id: format!("c{number}"),
        pillar: pillar.map(|pillar| pillar.id.clone()),
        question: pillar.map_or_else(String::new, |pillar| pillar.question.clone()),
        href: own.and_then(|at| Url::new(&address(gathered, Edition::Pillar(at), 1))).map(|url| href(&url, &graph.settings)),
        pages,
    }
}

/// A page as a section of an edition.
fn section(scene: Scene<'_>, sections: &Sections, root: &str, id: PageId) -> Option<PrintPageView> {
    let Scene { graph, gathered } = scene;
    let (node, place) = (graph.node(id)?, sections.place(id)?);
    let card = gathered.card_of(id)?;
    let mut writer = Writer::new(graph, gathered, root, id);
    writer.sections = Some(sections);
    let parts = Parts::of(node, card.kind);
    let mut claim = parts.claim.as_ref().map(|inside| writer.text(id, node, inside.clone(), &[]));
    if claim.is_none() && parts.shows_summary {
        claim.clone_from(&node.page.summary);
    }
    let title = heading(node, &mut writer, id).html;
    let content = writer.text(id, node, 0..node.page.body.html.len() as u32, &parts.left_out);
    let prefixed = |html: String| prefixed(&html, &place.anchor);
    Some(PrintPageView {
        number: place.number.clone(),
        title: prefixed(title),
        plain: card.title.clone(),
        id: place.anchor.clone(),
        kind: card.kind,
        pillar: card.pillar.clone(),
        by: card.by.iter().map(|person| person.name.clone()).collect(),
        role: card.role.clone(),
        claim: claim.map(prefixed),
        content: prefixed(content),
    })
}

/// HTML of our own writing with a prefix to its ids and to the links that lead to them, and its headings two levels deeper.
fn prefixed(html: &str, prefix: &str) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 16);
    let bytes = html.as_bytes();
    // Only what changes is looked for, each sign in a sweep of its own: most of a text is neither.
    let mut signs = [ID, LINK, "<h", "</h"].map(|sign| memchr::memmem::find_iter(bytes, sign).map(move |at| (at, sign)).peekable());
    let (mut done, mut seen, mut in_tag) = (0, 0, false);
    while let Some((at, sign)) = signs.iter_mut().filter_map(|found| found.peek().copied()).min_by_key(|(at, _)| *at) {
        signs.iter_mut().for_each(|found| _ = found.next_if_eq(&(at, sign)));
        // In text and in attributes `<` and `>` are escaped, so the last of them tells whether this is a tag.
        if let Some(last) = memchr::memrchr2(b'<', b'>', &bytes[seen..at]) {
            in_tag = bytes[seen + last] == b'<';
        }
        seen = at;
        let end = at + sign.len();
        match sign {
            ID | LINK if !in_tag => {}
            LINK if bytes.get(end) == Some(&b'#') => {
                out.push_str(&html[done..end]);
                done = end + 1;
            }
            ID | LINK => {
                out.extend([&html[done..end], prefix, "-"]);
                done = end;
            }
            _ => {
                if let Some(level) = bytes.get(end).filter(|level| level.is_ascii_digit()) {
                    out.push_str(&html[done..end]);
                    out.push(char::from((level + 2).min(b'6')));
                    done = end + 1;
                }
            }
        }
    }
    out.push_str(&html[done..]);
    out
}

/// The start of an id, and of a link to a part of the same file.
const ID: &str = " id=\"";
const LINK: &str = " href=\"#";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_prefixed_in_tags_and_nowhere_else() {
        let html = "<h2 id=\"a\">A</h2><hr><p>say id=\"b\" <a href=\"#a\">x</a> <a href=\"##p2\">y</a></p>";
        let wanted = "<h4 id=\"p1-a\">A</h4><hr><p>say id=\"b\" <a href=\"#p1-a\">x</a> <a href=\"#p2\">y</a></p>";
        assert_eq!(prefixed(html, "p1"), wanted);
    }
}
