//! What readers search: shards of words, shards of cards, and what narrows a search down.
//!
//! In: the graph, what was gathered. Out: JSON files below `/_/`, each made when it is asked for.
//!
//! | file | holds | changes with |
//! | --- | --- | --- |
//! | `search.json` | sizes, pillars, people, and of each entry its kind, pillars and stances | an entry that comes or goes, or is filed otherwise |
//! | `words.json` | the words of titles, headings and names, for slips of the pen | a word that no title had before |
//! | `w/N.json` | words that begin alike, and where they stand | a page that gains or loses one of these words |
//! | `c/N.json` | title, claim and facts of some thirty entries; also for previews of links | what these cards show |
//!
//! An entry is a page that lists may name, a term that is a section, or a person without a file. Its number follows from
//! its address alone, as long as the handbook does not double, so a page that comes or changes leaves the numbers of
//! all others. A reader who types three letters needs `search.json`, one shard of words, and the cards of what was found.
//!
//! Invariant: the files depend on listed pages only, and on nothing but their texts, names and cards.

mod cards;
mod code;
mod postings;

use std::sync::OnceLock;

use crate::base::path::Url;
use crate::parse::words::SHARD_BITS;
use crate::resolve::{Graph, PageId};

use super::gather::Gathered;
use super::page::Scene;
use postings::Crew;

/// About how many cards a shard holds.
const CARDS: usize = 32;
/// For about how many entries there is another shard of words.
const WORDS: usize = 16;
/// How many numbers a shard of cards has for its entries; so many that few of them meet.
const SLOTS: u32 = 1 << 12;

/// One file of the search.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// Sizes, pillars, people and facets.
    Meta,
    /// The words of titles.
    Vocabulary,
    /// A shard of words.
    Words(u32),
    /// A shard of cards.
    Cards(u32),
}

impl Part {
    /// Every file of a search over so many entries.
    pub fn all(entries: usize) -> Vec<Self> {
        let Sizes { words, cards } = Sizes::of(entries);
        let mut all = vec![Self::Meta, Self::Vocabulary];
        all.extend((0..words).map(Self::Words));
        all.extend((0..cards).map(Self::Cards));
        all
    }

    /// Its address.
    pub fn address(self) -> String {
        match self {
            Self::Meta => "/_/search.json".to_owned(),
            Self::Vocabulary => "/_/words.json".to_owned(),
            Self::Words(shard) => format!("/_/w/{shard}.json"),
            Self::Cards(shard) => format!("/_/c/{shard}.json"),
        }
    }
}

/// How many shards there are: powers of two, so that few numbers of entries change them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Sizes {
    words: u32,
    cards: u32,
}

impl Sizes {
    fn of(entries: usize) -> Self {
        let shards = |each: usize, most: u32| (entries.div_ceil(each).max(1).next_power_of_two() as u32).min(most);
        Self { words: shards(WORDS, 1 << (SHARD_BITS - 1)), cards: shards(CARDS, SLOTS) }
    }
}

/// How many entries a search has at most; addresses that two of them share count twice.
pub fn count(graph: &Graph, gathered: &Gathered) -> usize {
    let sections = graph.terms().iter().filter(|term| term.section.is_some()).count();
    let people = gathered.people.iter().filter(|person| person.page.is_none()).count();
    gathered.lettered.values().map(Vec::len).sum::<usize>() + sections + people
}

/// What an entry stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum What {
    Page(PageId),
    Term(usize),
    Person(usize),
}

/// Something that can be found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Entry {
    number: u32,
    what: What,
}

/// The entries by number, and their words; made once, when a file of the search is asked for or is going to be.
#[derive(Debug, Default)]
pub struct Search {
    index: OnceLock<Index>,
}

#[derive(Debug)]
struct Index {
    sizes: Sizes,
    entries: Vec<Entry>,
    words: postings::Postings,
}

/// Makes the index on all threads, for somebody who is going to ask for the files. Not for workers of the pool: see `Crew::Pool`.
pub fn prepare(scene: Scene<'_>) {
    scene.gathered.search.index.get_or_init(|| Index::of(scene, Crew::Pool));
}

/// The text of a file.
pub fn file(scene: Scene<'_>, part: Part) -> String {
    // Whoever asks may be a worker of the pool.
    let index = scene.gathered.search.index.get_or_init(|| Index::of(scene, Crew::Own));
    match part {
        Part::Meta => cards::meta(scene, &index.entries, index.sizes),
        Part::Vocabulary => index.words.vocabulary.clone(),
        Part::Words(shard) => index.words.shards.get(shard as usize).cloned().unwrap_or_default(),
        Part::Cards(shard) => cards::shard(scene, &index.entries, shard),
    }
}

impl Index {
    fn of(scene: Scene<'_>, crew: Crew) -> Self {
        let sizes = Sizes::of(count(scene.graph, scene.gathered));
        let entries = entries(scene, sizes);
        let words = postings::postings(scene, &entries, sizes.words, crew);
        Self { sizes, entries, words }
    }
}

/// Every entry with its number, ascending.
fn entries(scene: Scene<'_>, sizes: Sizes) -> Vec<Entry> {
    let Scene { graph, gathered } = scene;
    let mut all: Vec<(u32, &Url, What)> = Vec::with_capacity(count(graph, gathered));
    let mut add = |url, what| all.push((number(url, sizes.cards), url, what));
    for id in gathered.lettered.values().flatten() {
        if let Some(node) = graph.node(*id) {
            add(&node.url, What::Page(*id));
        }
    }
    for (at, term) in graph.terms().iter().enumerate().filter(|(_, term)| term.section.is_some()) {
        add(&term.url, What::Term(at));
    }
    for (at, person) in gathered.people.iter().enumerate().filter(|(_, person)| person.page.is_none()) {
        add(&person.url, What::Person(at));
    }
    // Sorting is stable, and of two that share an address the page comes first and stays.
    all.sort_by_key(|(number, url, _)| (*number, *url));
    all.dedup_by_key(|(_, url, _)| *url);
    let mut free = 0;
    let settle = |(number, _, what): (u32, &Url, What)| {
        let number = number.max(free);
        free = number + 1;
        Entry { number, what }
    };
    all.into_iter().map(settle).collect()
}

/// The number of an address: its shard of cards, then its place there.
fn number(url: &Url, shards: u32) -> u32 {
    let hash = url.below_root().bytes().fold(0x811C_9DC5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash & (shards - 1)) * SLOTS + ((hash >> 16) & (SLOTS - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_handbook_has_one_shard_of_each() {
        assert_eq!(Sizes::of(0), Sizes { words: 1, cards: 1 });
        assert_eq!(Sizes::of(16), Sizes { words: 1, cards: 1 });
        assert_eq!(Sizes::of(10_000), Sizes { words: 512, cards: 512 });
        assert_eq!(Part::all(10).len(), 4);
    }
}
