//! Views of lists: what a folder, a pillar or the home page gathers, people, terms, tags, paths, the index, coverage.

mod coverage;
mod lettered;

use crate::base::config::Mode;
use crate::base::fingerprint::Sealed;
use crate::base::path::Url;
use crate::base::strings::Language;
use crate::parse::front::Kind;
use crate::resolve::{Graph, Node, PageId};

use super::content::Writer;
use super::contents;
use super::gather::{Folder, Gathered, Person, folder_url};
use super::href::href;
use super::outputs::{PART, asset_url, part_address, parts};
use super::page::{Scene, backlinks, blank, made_head};
use super::sitewide::{folder_title, is_empty};
use super::view::{CardView, GroupView, ItemView, LinkView, ListingView, PageView, PagingView, PillarCardView, SectionView};

pub use coverage::coverage;
pub use lettered::{glossary, index};

/// How many newest examples the home page shows.
const NEWEST: usize = 3;
/// How many people and terms a pillar's page names.
const NAMED: usize = 24;

/// The key of the title of a listing that no file names.
pub fn made_title(folder: &str) -> &'static str {
    match folder {
        "contributors" => "people",
        "glossary" => "glossary",
        "paths" => "paths",
        "tags" => "tags",
        _ => "index",
    }
}

pub(super) fn cards(gathered: &Gathered, ids: &[PageId]) -> Vec<Sealed<CardView>> {
    ids.iter().filter_map(|id| gathered.card_of(*id).cloned()).collect()
}

pub(super) fn section(name: &'static str, title: &str, cards: Vec<Sealed<CardView>>) -> Option<SectionView> {
    (!cards.is_empty()).then(|| SectionView { name, title: title.to_owned(), id: format!("_ff-list-{name}"), cards })
}

/// Adds to the view of a page what it gathers.
pub fn sections(scene: Scene<'_>, id: PageId, node: &Node, view: &mut PageView) {
    let Scene { graph, gathered } = scene;
    match view.kind {
        "home" => home(scene, Some(id), view),
        "pillar" => {
            if let Some(at) = gathered.pillar_pages.iter().position(|pages| pages.index == Some(id)) {
                pillar(scene, at, 1, view);
            }
        }
        "contributor" => {
            if let Some(person) = gathered.person_of(id) {
                person_sections(scene, person, 1, view);
            }
        }
        "term" => {}
        _ if node.page.index => {
            let folder = graph
                .settings
                .in_content(node.page.path.as_str())
                .and_then(|place| place.rsplit_once('/'))
                .map_or("", |(folder, _)| folder);
            if let Some(entry) = gathered.folders.get(folder) {
                folder_sections(scene, entry, view);
            }
        }
        _ => {}
    }
}

/// The home page of a handbook: pillars with their numbers, paths, the newest examples; of a foreign folder: its pages.
pub fn home(scene: Scene<'_>, own: Option<PageId>, view: &mut PageView) {
    let Scene { graph, gathered } = scene;
    if graph.settings.mode == Mode::Foreign {
        if graph.contents.is_there {
            contents::sections(scene, own, view);
        } else if let Some(entry) = gathered.folders.get("") {
            folder_sections(scene, entry, view);
        }
        return;
    }
    let say = scene.say_on(&view.page);
    for (pillar, pages) in gathered.pillars.iter().zip(&gathered.pillar_pages) {
        let (essays, examples) = (pages.essays.len() as u32, pages.examples.len() as u32);
        view.pillar_cards.push(PillarCardView { pillar: pillar.clone(), essays, examples });
    }
    let paths: Vec<PageId> = gathered.paths.iter().map(|path| path.page).collect();
    view.sections.extend(section("paths", say.text("start_somewhere"), cards(gathered, &paths)));
    let mut newest: Vec<(Option<jiff::civil::Date>, PageId)> = graph
        .in_order()
        .filter(|(_, node)| node.page.kind == Kind::Example && node.is_listed(&graph.settings))
        .map(|(id, node)| (node.page.front.date, id))
        .collect();
    newest.sort_by_key(|(date, _)| std::cmp::Reverse(*date));
    let newest: Vec<PageId> = newest.into_iter().take(NEWEST).map(|(_, id)| id).collect();
    view.sections.extend(section("newest", say.text("new_from_people"), cards(gathered, &newest)));
    let others = gathered.folders.get("").map_or(&[][..], |folder| &folder.pages);
    let others: Vec<PageId> = others.iter().copied().filter(|id| Some(*id) != own).take(PART).collect();
    view.sections.extend(section("pages", say.text("more"), cards(gathered, &others)));
}

/// A part of a pillar's list: essays first, then examples; the first part also names its people and terms.
pub fn pillar(scene: Scene<'_>, at: usize, part: u32, view: &mut PageView) {
    let Scene { graph, gathered } = scene;
    let (pages, say) = (&gathered.pillar_pages[at], scene.say_on(&view.page));
    let all: Vec<PageId> = pages.essays.iter().chain(&pages.examples).copied().collect();
    let shown = part_of(&all, part);
    let essays = shown.iter().copied().filter(|id| is_kind(graph, *id, Kind::Essay)).collect::<Vec<_>>();
    let examples = shown.iter().copied().filter(|id| is_kind(graph, *id, Kind::Example)).collect::<Vec<_>>();
    view.sections.extend(section("essays", say.text("essays_title"), cards(gathered, &essays)));
    view.sections.extend(section("examples", say.text("examples_from_people"), cards(gathered, &examples)));
    view.pillars = vec![gathered.pillars[at].clone()];
    view.page.pillar = Some(gathered.pillars[at].id.clone());
    view.paging = paging(scene, parts(all.len()), part, |part| part_url(&format!("/{}/", gathered.pillars[at].id), part));
    if part > 1 {
        return;
    }
    let by = |person: &Person| {
        person
            .pages
            .iter()
            .any(|id| graph.node(*id).is_some_and(|node| node.pillars.iter().any(|pillar| **pillar == *gathered.pillars[at].id)))
    };
    let people: Vec<PageId> = gathered.people.iter().filter(|person| by(person)).filter_map(|person| person.page).take(NAMED).collect();
    view.sections.extend(section("people", say.text("people"), cards(gathered, &people)));
    view.sections.extend(section("terms", say.text("pillar_words"), cards(gathered, &pillar_terms(graph, &pages.essays))));
    // A list of pages by pillar leads past the folders that they lie in; their pages are to be found all the same.
    if let Some(entry) = gathered.folders.get(&gathered.pillars[at].id) {
        view.sections.extend(section("folders", say.text("sections"), folder_cards(scene, entry)));
    }
    let next = (at + 1) % gathered.pillars.len().max(1);
    if next != at {
        let pillar = &gathered.pillars[next];
        view.next = Some(LinkView { title: pillar.title.clone(), href: pillar.href.clone() });
        view.previous = None;
    }
}

fn is_kind(graph: &Graph, id: PageId, kind: Kind) -> bool {
    graph.node(id).is_some_and(|node| node.page.kind == kind)
}

/// The terms that most essays of a pillar use.
fn pillar_terms(graph: &Graph, essays: &[PageId]) -> Vec<PageId> {
    let mut uses = vec![0u32; graph.terms().len()];
    for usage in essays.iter().filter_map(|id| graph.node(*id)).flat_map(|node| &node.terms) {
        uses[usage.term as usize] += 1;
    }
    let mut ranked: Vec<(u32, usize)> =
        uses.into_iter().enumerate().filter(|(_, count)| *count > 0).map(|(term, count)| (count, term)).collect();
    ranked.sort_by_key(|(count, term)| (std::cmp::Reverse(*count), *term));
    let mut terms: Vec<usize> = ranked.into_iter().take(NAMED / 2).map(|(_, term)| term).collect();
    terms.sort_unstable();
    let with_page = terms.into_iter().map(|term| &graph.terms()[term]).filter(|term| term.section.is_none());
    with_page.map(|term| term.page).collect()
}

/// What a person has written, in parts.
pub fn person_sections(scene: Scene<'_>, person: &Person, part: u32, view: &mut PageView) {
    let Scene { graph, gathered } = scene;
    let (shown, say) = (part_of(&person.pages, part), scene.say_on(&view.page));
    let examples: Vec<PageId> = shown.iter().copied().filter(|id| is_kind(graph, *id, Kind::Example)).collect();
    let others: Vec<PageId> = shown.iter().copied().filter(|id| !is_kind(graph, *id, Kind::Example)).collect();
    view.sections.extend(section("examples", &say.fill("examples_by", &[("name", &person.name)]), cards(gathered, &examples)));
    view.sections.extend(section("essays", &say.fill("pages_by", &[("name", &person.name)]), cards(gathered, &others)));
    view.paging = paging(scene, parts(person.pages.len()), part, |part| part_url(person.url.as_str(), part));
}

/// Pages and folders in a folder.
fn folder_sections(scene: Scene<'_>, entry: &Folder, view: &mut PageView) {
    let (gathered, say) = (scene.gathered, scene.say_on(&view.page));
    view.sections.extend(section("folders", say.text("sections"), folder_cards(scene, entry)));
    view.sections.extend(section("pages", say.text("pages"), cards(gathered, part_of(&entry.pages, 1))));
    if entry.pages.len() > PART {
        let url = view.page.url.clone();
        view.paging = paging(scene, parts(entry.pages.len()), 1, |part| part_url(&url, part));
    }
}

fn folder_cards(scene: Scene<'_>, entry: &Folder) -> Vec<Sealed<CardView>> {
    entry.folders.iter().filter_map(|folder| folder_card(scene, folder)).collect()
}

fn folder_card(scene: Scene<'_>, folder: &str) -> Option<Sealed<CardView>> {
    let Scene { graph, gathered } = scene;
    let entry = gathered.folders.get(folder).filter(|entry| !is_empty(entry))?;
    if let Some(card) = entry.index.and_then(|index| gathered.card_of(index)) {
        return Some(card.clone());
    }
    let head = made_head(scene, &folder_url(folder), &folder_title(graph, gathered, folder), Vec::new());
    Some(Sealed::new(CardView {
        title: head.title,
        href: href(&folder_url(folder), &graph.settings),
        kind: "page",
        pillar: None,
        pillar_title: None,
        claim: String::new(),
        minutes: 1,
        examples: 0,
        by: Vec::new(),
        role: None,
        date: None,
        draft: false,
    }))
}

fn part_of<T>(all: &[T], part: u32) -> &[T] {
    let start = (part as usize - 1) * PART;
    &all[start.min(all.len())..(start + PART).min(all.len())]
}

fn part_url(first: &str, part: u32) -> Option<Url> {
    Url::new(&part_address(first, part))
}

fn paging(scene: Scene<'_>, of: u32, number: u32, url: impl Fn(u32) -> Option<Url>) -> PagingView {
    let link = |part: u32| url(part).map(|url| href(&url, &scene.graph.settings));
    PagingView {
        number,
        of,
        previous: (number > 1).then(|| link(number - 1)).flatten(),
        next: (number < of).then(|| link(number + 1)).flatten(),
    }
}

/// The line of a page.
pub fn item(card: &CardView) -> ItemView {
    ItemView {
        title: card.title.clone(),
        href: card.href.clone(),
        kind: card.kind,
        pillar: card.pillar.clone(),
        text: card.claim.clone(),
        count: 0,
        pages: 0,
        also: Vec::new(),
        used_in: Vec::new(),
        id: String::new(),
    }
}

fn bare(title: &str, href: String, kind: &'static str) -> ItemView {
    ItemView {
        title: title.to_owned(),
        href,
        kind,
        pillar: None,
        text: String::new(),
        count: 0,
        pages: 0,
        also: Vec::new(),
        used_in: Vec::new(),
        id: String::new(),
    }
}

/// A listing with nothing but its groups.
pub fn list(scene: Scene<'_>, url: &Url, kind: &'static str, title_text: &str, groups: Vec<GroupView>) -> ListingView {
    ListingView {
        page: made_head(scene, url, title_text, Vec::new()),
        kind,
        lead: String::new(),
        intro: String::new(),
        groups,
        paging: PagingView { number: 1, of: 1, previous: None, next: None },
        backlinks: Vec::new(),
    }
}

fn one_group(items: Vec<ItemView>) -> Vec<GroupView> {
    vec![GroupView { title: String::new(), id: String::new(), items }]
}

/// Gives a made listing the title and the text of the file that introduces it.
pub fn introduce(scene: Scene<'_>, id: PageId, node: &Node, view: &mut ListingView) {
    let (own, _) = super::page::page(scene, id, node);
    let first_term = node.page.sections.first().map(|section| node.page.headings[section.heading].range.start);
    view.intro = match first_term {
        // The sections are the terms themselves, which stand in the list.
        Some(end) => {
            let root = node.url.to_root();
            let lead = node.page.lead.map(|lead| node.page.headings[lead].range.clone());
            let lead: Vec<_> = lead.into_iter().filter(|lead| lead.end <= end).collect();
            Writer::new(scene.graph, scene.gathered, &root, id).text(id, node, 0..end, &lead)
        }
        None => own.content,
    };
    view.backlinks = own.backlinks;
    view.page = own.page;
}

/// All people.
pub fn people(scene: Scene<'_>, url: &Url) -> ListingView {
    let items = scene.gathered.people.iter().map(|person| {
        let card = person.page.and_then(|page| scene.gathered.card_of(page));
        let mut line = card.map_or_else(|| bare(&person.name, href(&person.url, &scene.graph.settings), "contributor"), |card| item(card));
        line.count = person.pages.iter().filter(|id| is_kind(scene.graph, **id, Kind::Example)).count() as u32;
        line.pages = person.pages.len() as u32 - line.count;
        line
    });
    let items = items.collect();
    list(scene, url, "contributors", scene.say_at(url).text(made_title("contributors")), one_group(items))
}

/// A term that is a section of a glossary in one file.
pub fn term_section(scene: Scene<'_>, at: usize, url: &Url) -> Option<PageView> {
    let Scene { graph, gathered } = scene;
    let term = graph.terms().get(at)?;
    let node = graph.node(term.page)?;
    let section = node.page.sections.get(term.section?)?;
    let crumb = LinkView { title: scene.say_at(url).text(made_title("glossary")).to_owned(), href: href(&node.url, &graph.settings) };
    let mut view = blank(made_head(scene, url, &term.title, vec![crumb]), "term");
    let root = url.to_root();
    let mut writer = Writer::new(graph, gathered, &root, term.page);
    view.heading.html = super::page::heading_html(node, &mut writer, term.page, &node.page.headings[section.heading]);
    view.content = writer.text(term.page, node, section.range.clone(), &[]);
    view.page.description.clone_from(&term.definition);
    view.page.source = Some(node.page.path.to_string());
    Some(view)
}

/// All reading paths.
pub fn paths(scene: Scene<'_>, url: &Url) -> ListingView {
    let items = scene.gathered.paths.iter().filter_map(|path| {
        let mut line = item(scene.gathered.card_of(path.page)?);
        line.count = path.stops.len() as u32;
        Some(line)
    });
    let items = items.collect();
    list(scene, url, "paths", scene.say_at(url).text(made_title("paths")), one_group(items))
}

/// All tags.
pub fn tags(scene: Scene<'_>, url: &Url) -> ListingView {
    let items = scene
        .gathered
        .tags
        .iter()
        .map(|tag| ItemView { count: tag.pages.len() as u32, ..bare(&tag.title, href(&tag.url, &scene.graph.settings), "tag") });
    let items = items.collect();
    list(scene, url, "tags", scene.say_at(url).text(made_title("tags")), one_group(items))
}

/// A part of a tag's list.
pub fn tag(scene: Scene<'_>, at: usize, part: u32, url: &Url) -> Option<ListingView> {
    let tag = scene.gathered.tags.get(at)?;
    let say = scene.say_at(url);
    let items = cards(scene.gathered, part_of(&tag.pages, part)).iter().map(|card| item(card)).collect();
    let mut view = list(scene, url, "tag", &tag.title, one_group(items));
    view.page.crumbs = vec![LinkView {
        title: say.text(made_title("tags")).to_owned(),
        href: Url::new("/tags/").map(|url| href(&url, &scene.graph.settings)).unwrap_or_default(),
    }];
    // A page and a tag may have one title; the tab says which this is.
    let title = say.fill("tab_tag", &[("title", &later(&tag.title, part, say))]);
    view.page.head_title = format!("{title} · {}", scene.gathered.title);
    view.paging = paging(scene, parts(tag.pages.len()), part, |part| part_url(tag.url.as_str(), part));
    Some(view)
}

/// A title, told apart from that of the first part of its list.
pub fn later(title: &str, part: u32, say: &Language) -> String {
    if part == 1 { title.to_owned() } else { say.fill("tab_part", &[("title", title), ("n", &part.to_string())]) }
}

/// A folder without a page of its own.
pub fn folder(scene: Scene<'_>, folder: &str, part: u32, url: &Url) -> Option<ListingView> {
    let Scene { graph, gathered } = scene;
    let (entry, say) = (gathered.folders.get(folder)?, scene.say_at(url));
    let mut groups = Vec::new();
    if part == 1 {
        let folders: Vec<ItemView> = entry.folders.iter().filter_map(|folder| folder_card(scene, folder)).map(|card| item(&card)).collect();
        if !folders.is_empty() {
            groups.push(GroupView { title: say.text("sections").to_owned(), id: String::new(), items: folders });
        }
    }
    let pages: Vec<ItemView> = cards(gathered, part_of(&entry.pages, part)).iter().map(|card| item(card)).collect();
    groups.push(GroupView {
        title: if groups.is_empty() { String::new() } else { say.text("pages").to_owned() },
        id: String::new(),
        items: pages,
    });
    let name = folder_title(graph, gathered, folder);
    let mut view = list(scene, url, "folder", &name, groups);
    view.page.head_title = format!("{name} ({}) · {}", later(folder, part, say), gathered.title);
    let mut parent = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
    while !parent.is_empty() {
        view.page
            .crumbs
            .insert(0, LinkView { title: folder_title(graph, gathered, parent), href: href(&folder_url(parent), &graph.settings) });
        parent = parent.rsplit_once('/').map_or("", |(parent, _)| parent);
    }
    view.paging = paging(scene, parts(entry.pages.len()), part, |part| part_url(folder_url(folder).as_str(), part));
    Some(view)
}

/// The files of a folder that holds no pages.
pub fn files(scene: Scene<'_>, folder: &str, url: &Url) -> ListingView {
    let settings = &scene.graph.settings;
    let files = scene.graph.assets().into_iter().filter(|path| path.folder() == folder);
    let line =
        |path: &crate::base::path::SourcePath| asset_url(path, settings).map(|url| bare(path.file_name(), href(&url, settings), "page"));
    let mut view = list(scene, url, "folder", folder.rsplit('/').next().unwrap_or(folder), one_group(files.filter_map(line).collect()));
    view.page.head_title = format!("{folder} · {}", scene.gathered.title);
    view
}

/// A person without a file, or a later part of somebody's list.
pub fn person(scene: Scene<'_>, at: usize, part: u32, url: &Url) -> Option<PageView> {
    let (person, say) = (scene.gathered.people.get(at)?, scene.say_at(url));
    let crumb = LinkView {
        title: say.text(made_title("contributors")).to_owned(),
        href: Url::new("/contributors/").map(|url| href(&url, &scene.graph.settings)).unwrap_or_default(),
    };
    let mut view = blank(made_head(scene, url, &person.name, vec![crumb]), "contributor");
    let twins = scene.gathered.titles.get(&crate::base::key::key(&person.name)).copied().unwrap_or(0);
    if part > 1 || twins > 0 {
        let title = say.fill("tab_person", &[("title", &later(&person.name, part, say))]);
        view.page.head_title = format!("{title} · {}", scene.gathered.title);
    }
    person_sections(scene, person, part, &mut view);
    if let (Some(page), 1) = (person.page, part) {
        (view.backlinks, view.backlinks_more) = backlinks(scene, page);
    }
    Some(view)
}
