//! What many pages share, gathered once for all views: cards, pillars, people, tags, paths, folders.
//!
//! In: the graph. Out: `Gathered`, which only points at pages; everything is in the order that readers see.

mod cards;
mod credits;
mod places;

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::config::{Mode, Settings, Stance};
use crate::base::fingerprint::Sealed;
use crate::base::key::key;
use crate::base::path::Url;
use crate::base::strings::Language;
use crate::parse::body::escape_href;
use crate::parse::front::Kind;
use crate::resolve::link::made_url;
use crate::resolve::terms::Term;
use crate::resolve::{Graph, Lead, Node, PageId};

pub use self::cards::Again;
use self::credits::Credits;
use super::href::href;
use super::outputs::letter;
use super::print::Outlines;
use super::search::Search;
use super::social;
use super::view::{CardView, DateView, PersonView, PillarView, TermView};

/// A person, with a file or made from a credit.
#[derive(Debug)]
pub struct Person {
    /// The name.
    pub name: String,
    /// Their page.
    pub url: Url,
    /// Their file's page.
    pub page: Option<PageId>,
    /// Pages by them.
    pub pages: Vec<PageId>,
}

/// A tag.
#[derive(Debug)]
pub struct Tag {
    /// As the first page writes it.
    pub title: String,
    /// Its page.
    pub url: Url,
    /// Pages that have it.
    pub pages: Vec<PageId>,
}

/// A reading path.
#[derive(Debug)]
pub struct Path {
    /// Its page.
    pub page: PageId,
    /// The pages it stops at.
    pub stops: Vec<PageId>,
}

/// A folder of the content.
#[derive(Debug, Default)]
pub struct Folder {
    /// The page of the folder.
    pub index: Option<PageId>,
    /// Pages in it, without its index.
    pub pages: Vec<PageId>,
    /// Folders in it.
    pub folders: Vec<String>,
}

/// Pages of a pillar.
#[derive(Debug, Default)]
pub struct PillarPages {
    /// The pillar's own page.
    pub index: Option<PageId>,
    /// Its essays.
    pub essays: Vec<PageId>,
    /// Its examples.
    pub examples: Vec<PageId>,
}

/// Everything that is gathered.
#[derive(Default)]
pub struct Gathered {
    /// The handbook's name: by config, else the title of its home page, else `Handbook`.
    pub title: String,
    /// Cards by page, for pages that are published.
    pub cards: Vec<Option<Sealed<CardView>>>,
    /// Pillars as readers see them.
    pub pillars: Vec<PillarView>,
    /// Their pages, in the same order.
    pub pillar_pages: Vec<PillarPages>,
    /// People by name.
    pub people: Vec<Person>,
    /// Tags by title.
    pub tags: Vec<Tag>,
    /// Terms, in the order of the graph.
    pub terms: Vec<Sealed<TermView>>,
    /// Their addresses as they stand in HTML, in the same order: a long text leads to many.
    pub term_addresses: Vec<String>,
    /// Reading paths.
    pub paths: Vec<Path>,
    /// Folders by path below the content; the content itself is the empty path.
    pub folders: BTreeMap<String, Folder>,
    /// The page before and after, by page.
    pub neighbours: FxHashMap<PageId, (Option<PageId>, Option<PageId>)>,
    /// The paths that a page is on, with its place.
    pub on_paths: FxHashMap<PageId, Vec<(usize, usize)>>,
    /// How many pages have a title, by its key.
    pub titles: FxHashMap<String, u32>,
    /// Listed pages by the letter under which the index has them, in order.
    pub lettered: BTreeMap<char, Vec<PageId>>,
    /// Folders by the folder above them, until they are all known.
    above: BTreeMap<String, Vec<String>>,
    /// Addresses of terms that are sections where a page of the content stands instead.
    pub taken_terms: FxHashSet<Url>,
    /// What readers search, once a file of it is asked for.
    pub search: Search,
    /// The print editions, once one of them is asked for.
    pub outlines: Outlines,
    person_by_page: FxHashMap<PageId, usize>,
    person_by_url: FxHashMap<Url, usize>,
    tag_by_url: FxHashMap<Url, usize>,
}

impl Gathered {
    /// Gathers.
    pub fn of(graph: &Graph) -> Self {
        Self::again(graph, None)
    }

    /// Gathers after a change: a card that cannot have changed is not made again.
    pub fn again(graph: &Graph, again: Option<Again<'_>>) -> Self {
        let settings = &*graph.settings;
        let terms = graph.terms();
        let placed = || {
            let mut gathered = Self {
                title: title(graph),
                terms: terms.iter().map(|term| Sealed::new(term_view(term, settings))).collect(),
                term_addresses: terms.iter().map(|term| term_address(term, settings)).collect(),
                ..Self::default()
            };
            gathered.gather_pillars(graph);
            gathered.gather_folders(graph);
            gathered.gather_paths(graph);
            gathered
        };
        let called = || rayon::join(|| titles(graph), || lettered(graph));
        let ((gathered, credits), (titles, lettered)) = rayon::join(|| rayon::join(placed, || Credits::of(graph)), called);
        let Credits { people, tags, person_by_page, person_by_url, tag_by_url } = credits;
        let mut gathered = Self { people, tags, person_by_page, person_by_url, tag_by_url, titles, lettered, ..gathered };
        let sections: FxHashSet<&Url> = graph.terms().iter().filter(|term| term.section.is_some()).map(|term| &term.url).collect();
        if !sections.is_empty() {
            let published = graph.in_order().filter(|(_, node)| node.is_published(settings));
            gathered.taken_terms = published.filter(|(_, node)| sections.contains(&node.url)).map(|(_, node)| node.url.clone()).collect();
        }
        gathered.make_cards(graph, again);
        gathered
    }

    /// The card of a page.
    pub fn card_of(&self, id: PageId) -> Option<&Sealed<CardView>> {
        self.cards.get(id.index()).and_then(Option::as_ref)
    }

    /// The person that a credit leads to.
    pub fn person(&self, lead: &Lead) -> Option<&Person> {
        let at = match lead {
            Lead::Page(id, _) => self.person_by_page.get(id),
            Lead::Made(url) => self.person_by_url.get(url),
            _ => None,
        };
        at.map(|at| &self.people[*at])
    }

    /// The person whose file a page is.
    pub fn person_of(&self, id: PageId) -> Option<&Person> {
        self.person_by_page.get(&id).map(|at| &self.people[*at])
    }

    /// The tag of an address.
    pub fn tag(&self, url: &Url) -> Option<&Tag> {
        self.tag_by_url.get(url).map(|at| &self.tags[*at])
    }

    /// A pillar by id.
    pub fn pillar(&self, id: &str) -> Option<&PillarView> {
        self.pillars.iter().find(|pillar| pillar.id == id)
    }

    /// Whether a folder of the content has a page, of its own or made.
    pub fn has_page(&self, graph: &Graph, folder: &str) -> bool {
        let Some(entry) = self.folders.get(folder) else { return false };
        let settings = &*graph.settings;
        let is_pillar = settings.mode == Mode::Own && settings.pillar(folder).is_some();
        is_pillar || self.is_list(graph, folder) || entry.index.is_some() || entry.pages.len() + entry.folders.len() > 0
    }

    /// Whether a folder's page is the list of all people, terms or paths.
    pub fn is_list(&self, graph: &Graph, folder: &str) -> bool {
        graph.settings.mode == Mode::Own
            && match folder {
                "contributors" => !self.people.is_empty(),
                "glossary" => !graph.terms().is_empty(),
                "paths" => !self.paths.is_empty(),
                _ => false,
            }
    }

    fn gather_pillars(&mut self, graph: &Graph) {
        let settings = &*graph.settings;
        if settings.mode == Mode::Foreign {
            return;
        }
        let mut places: FxHashMap<&str, usize> = FxHashMap::default();
        for (at, pillar) in settings.config.pillars.iter().enumerate() {
            places.insert(&pillar.id, at);
            let mut pages = PillarPages::default();
            let own = Url::new(&format!("/{}/", pillar.id));
            let home = graph.in_order().find(|(_, node)| node.page.index && Some(&node.url) == own.as_ref() && node.is_published(settings));
            pages.index = home.map(|(id, _)| id);
            let url = home.map(|(_, node)| node.url.clone()).or(own).unwrap_or_else(Url::home);
            let question = home.map(|(_, node)| node.page.claim.clone()).filter(|claim| !claim.is_empty());
            self.pillars.push(PillarView {
                id: pillar.id.clone(),
                title: pillar.title.clone(),
                question: question.unwrap_or_else(|| pillar.question.clone()),
                stance: pillar.stance.map(stance_word).map(str::to_owned),
                href: href(&url, settings),
                number: at as u32 + 1,
                card: None,
            });
            self.pillars[at].card = social::pillar(settings, &self.pillars[at], &self.title).and_then(|card| {
                let title = &self.pillars[at].title;
                social::reference(&card, title, &self.title, settings)
            });
            self.pillar_pages.push(pages);
        }
        for (id, node) in graph.in_order().filter(|(_, node)| node.is_listed(settings)) {
            for at in node.pillars.iter().filter_map(|pillar| places.get(&**pillar)) {
                match node.page.kind {
                    Kind::Essay => self.pillar_pages[*at].essays.push(id),
                    Kind::Example => self.pillar_pages[*at].examples.push(id),
                    _ => {}
                }
            }
        }
        let chains: Vec<Vec<PageId>> = self.pillar_pages.iter().map(|pages| pages.essays.clone()).collect();
        for chain in chains {
            self.chain(&chain);
        }
    }

    /// Remembers the page before and after for each page of a list; the first list that holds a page decides.
    fn chain(&mut self, pages: &[PageId]) {
        for (at, id) in pages.iter().enumerate() {
            let before = at.checked_sub(1).map(|before| pages[before]);
            self.neighbours.entry(*id).or_insert((before, pages.get(at + 1).copied()));
        }
    }
}

fn title(graph: &Graph) -> String {
    let settings = &*graph.settings;
    if !settings.config.title.is_empty() {
        return settings.config.title.clone();
    }
    let home = graph.in_order().find(|(_, node)| node.url == Url::home()).map(|(_, node)| node.title().to_owned());
    home.filter(|title| !title.is_empty()).unwrap_or_else(|| settings.language(&settings.config.language).text("handbook").to_owned())
}

/// How many pages have a title, by its key.
fn titles(graph: &Graph) -> FxHashMap<String, u32> {
    let published: Vec<&Node> = graph.in_order().map(|(_, node)| node).filter(|node| node.is_published(&graph.settings)).collect();
    let mut titles = FxHashMap::default();
    titles.reserve(published.len());
    for title in published.par_iter().map(|node| key(node.title())).collect::<Vec<_>>() {
        *titles.entry(title).or_insert(0) += 1;
    }
    titles
}

/// Listed pages by the letter under which the index has them, in order.
fn lettered(graph: &Graph) -> BTreeMap<char, Vec<PageId>> {
    let mut lettered: BTreeMap<char, Vec<PageId>> = BTreeMap::new();
    for (id, node) in graph.in_order().filter(|(_, node)| node.is_listed(&graph.settings)) {
        lettered.entry(letter(node.title())).or_default().push(id);
    }
    lettered
}

fn term_view(term: &Term, settings: &Settings) -> TermView {
    TermView { title: term.title.clone(), href: href(&term.url, settings), definition: term.definition.clone() }
}

fn term_address(term: &Term, settings: &Settings) -> String {
    let mut address = String::new();
    escape_href(&mut address, &href(&term.url, settings));
    address
}

/// A person as pages show one.
pub fn person_view(person: &Person, graph: &Graph) -> PersonView {
    PersonView { name: person.name.clone(), href: href(&person.url, &graph.settings), initials: initials(&person.name) }
}

/// One or two letters: the first of the first and of the last word.
fn initials(name: &str) -> String {
    let letter = |word: &str| word.chars().find(|c| c.is_alphanumeric());
    let mut words = name.split(|c: char| c.is_whitespace() || c == '-').filter_map(letter);
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// A day as pages in a language show one.
pub fn date_view(day: jiff::civil::Date, say: &Language) -> DateView {
    DateView { iso: day.to_string(), text: say.day(day) }
}

/// The word for a kind.
pub fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Essay => "essay",
        Kind::Example => "example",
        Kind::Contributor => "contributor",
        Kind::Term => "term",
        Kind::Path => "path",
        Kind::Page => "page",
    }
}

/// The word for a stance.
pub fn stance_word(stance: Stance) -> &'static str {
    match stance {
        Stance::Leadership => "leadership",
        Stance::Management => "management",
    }
}

/// The address of a folder below the content.
pub fn folder_url(folder: &str) -> Url {
    let segments: Vec<String> = folder.split('/').filter(|part| !part.is_empty()).map(crate::parse::place::segment).collect();
    if segments.is_empty() { Url::home() } else { Url::new(&format!("/{}/", segments.join("/"))).unwrap_or_else(Url::home) }
}

/// The address of a term that is a section of a glossary in one file.
pub fn section_url(title: &str) -> Url {
    made_url("glossary", title)
}
