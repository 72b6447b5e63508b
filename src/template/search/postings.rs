//! Where each word stands.
//!
//! In: the entries with the words of their texts. Out: a text for each shard, `["word","entries",…]` by word, and the words
//! of titles, headings and names.
//!
//! An entry of a word is its number, as a step from the one before, with three bits of weight below it. A word that stands
//! in more than half of a handbook says nothing about a page, so only titles and headings keep it, and its entries begin
//! with `!`.
//!
//! Each thread reads the words of some of the entries once; what they have found is put together shard by shard.
//!
//! Invariant: the texts are the same however many threads have made them.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::parse::words::{Key, Place, Word, each_plain, fold};

use super::super::page::Scene;
use super::{Entry, What, code};

/// Weights above those of `parse::words::Weight`.
const NAME: u32 = 4;
const TITLE: u32 = 5;
const TITLE_FIRST: u32 = 6;
const TITLE_WHOLE: u32 = 7;
/// The weight of a claim that is not part of the text.
const CLAIM: u32 = 2;
/// The least weight of words that readers may have half in mind: those of headings.
const STRONG: u32 = 3;
/// Below so many entries no word is common.
const MANY: usize = 64;

/// Whose threads do the work.
#[derive(Clone, Copy, Debug)]
pub(super) enum Crew {
    /// The workers of the pool. They have their memory already, but none of them may be the one that waits for the work: while it
    /// waits it could be given a file of the search to make, and would wait for itself.
    Pool,
    /// Threads of the work's own, whoever waits for it.
    Own,
}

impl Crew {
    /// Gives each part of the work a thread; the results are in the order of the parts.
    fn share<P: Send, R: Send>(self, parts: Vec<P>, work: impl Fn(P) -> R + Send + Sync) -> Vec<R> {
        if let Self::Pool = self {
            return parts.into_par_iter().with_max_len(1).map(work).collect();
        }
        let work = &work;
        std::thread::scope(|scope| {
            let threads: Vec<_> = parts.into_iter().map(|part| scope.spawn(move || work(part))).collect();
            threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
        })
    }
}

/// All shards.
#[derive(Debug, Default)]
pub(super) struct Postings {
    /// The text of each shard.
    pub shards: Vec<String>,
    /// The text with the words of titles, headings and names.
    pub vocabulary: String,
}

/// A word as some entries have it.
struct Found {
    key: Key,
    /// Where it stands first: the place among the entries, and there the place in the text of the page; without a length, the place
    /// among `Share::others`.
    first: (u32, Place),
    /// Places among the entries, ascending, with the weight in the lowest three bits.
    entries: Vec<u32>,
}

/// What one thread has read.
#[derive(Default)]
struct Share {
    /// The words, in the order in which they were found.
    words: Vec<Found>,
    /// Where a word is among them.
    places: FxHashMap<u64, u32>,
    /// Words that do not stand in a text.
    others: Vec<String>,
}

impl Share {
    /// Notes that an entry has a word; `place` says where it is spelled. Of several weights an entry keeps the highest.
    #[inline]
    fn add(&mut self, key: Key, entry: u32, weight: u32, place: impl FnOnce(&mut Vec<String>) -> Place) {
        let at = *self.places.entry(key.bits()).or_insert_with(|| {
            self.words.push(Found { key, first: (entry, place(&mut self.others)), entries: Vec::new() });
            self.words.len() as u32 - 1
        });
        let (entries, new) = (&mut self.words[at as usize].entries, entry << 3 | weight);
        match entries.last_mut() {
            Some(last) if *last >> 3 == entry => *last = new.max(*last),
            _ => entries.push(new),
        }
    }

    /// The words by shard, as places among all.
    fn by_shard(&self, shards: u32) -> Vec<Vec<u32>> {
        let mut by_shard = vec![Vec::new(); shards as usize];
        for (at, word) in self.words.iter().enumerate() {
            by_shard[word.key.shard(shards) as usize].push(at as u32);
        }
        by_shard
    }
}

/// Reads the words of all entries and sorts them into shards.
pub(super) fn postings(scene: Scene<'_>, entries: &[Entry], shards: u32, crew: Crew) -> Postings {
    let threads = rayon::current_num_threads().max(1);
    let size = entries.len().div_ceil(threads).max(1);
    let read_some = |(at, some): (usize, &[Entry])| {
        let share = read(scene, some, at * size);
        (share.by_shard(shards), share)
    };
    let shares = crew.share(entries.chunks(size).enumerate().collect(), read_some);
    let numbers: Vec<usize> = (0..shards as usize).collect();
    let write_some = |numbers: &[usize]| numbers.iter().map(|shard| write(scene, entries, &shares, *shard)).collect::<Vec<_>>();
    let written = crew.share(numbers.chunks(numbers.len().div_ceil(threads).max(1)).collect(), write_some);
    let (shards, strong): (Vec<String>, Vec<Vec<String>>) = written.into_iter().flatten().unzip();
    let mut strong: Vec<String> = strong.into_iter().flatten().collect();
    strong.sort_unstable();
    let vocabulary = format!("[{}]", strong.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(","));
    Postings { shards, vocabulary }
}

/// The words of some entries, of which the first has that place among all.
fn read(scene: Scene<'_>, entries: &[Entry], first: usize) -> Share {
    let mut share = Share::default();
    for (at, entry) in entries.iter().enumerate() {
        let at = (first + at) as u32;
        if let What::Page(id) = entry.what
            && let Some(node) = scene.graph.node(id)
        {
            for Word { key, weight, place } in node.page.text.iter() {
                share.add(key, at, weight as u32, |_| place);
            }
        }
        said(scene, entry, |text, weight| {
            let words = if weight == TITLE { count(text) } else { 0 };
            let mut seen = 0;
            each_plain(text, |key, word| {
                let weight = match (weight, words, seen) {
                    (TITLE, 1, _) => TITLE_WHOLE,
                    (TITLE, _, 0) => TITLE_FIRST,
                    _ => weight,
                };
                seen += 1;
                share.add(key, at, weight, |others| {
                    others.push(fold(word));
                    Place::new(others.len() - 1, 0)
                });
            });
        });
    }
    share
}

fn count(text: &str) -> usize {
    let mut words = 0;
    each_plain(text, |_, _| words += 1);
    words
}

/// What is said of an entry outside of its text: titles, other names, tags, people, a claim of its own.
fn said(scene: Scene<'_>, entry: &Entry, mut say: impl FnMut(&str, u32)) {
    let Scene { graph, gathered } = scene;
    match entry.what {
        What::Page(id) => {
            let (Some(node), Some(card)) = (graph.node(id), gathered.card_of(id)) else { return };
            let front = &node.page.front;
            say(&card.title, TITLE);
            for name in node.page.names.iter().chain(front.tags.iter().map(|tag| &tag.value)).chain(card.by.iter().map(|by| &by.name)) {
                say(name, NAME);
            }
            for text in [front.summary.as_ref().map(|summary| &summary.value), card.role.as_ref()].into_iter().flatten() {
                say(text, CLAIM);
            }
        }
        What::Term(at) => {
            let term = &graph.terms()[at];
            say(&term.title, TITLE);
            say(&term.definition, CLAIM);
        }
        What::Person(at) => say(&gathered.people[at].name, TITLE),
    }
}

/// A word and where it stands.
struct Posting<'a> {
    word: String,
    /// Places among the entries with weights, ascending: those of each share in turn.
    entries: Vec<&'a [u32]>,
}

impl Posting<'_> {
    fn entries(&self) -> impl Iterator<Item = u32> {
        self.entries.iter().copied().flatten().copied()
    }
}

/// The text of a shard, and its words that are strong somewhere.
fn write(scene: Scene<'_>, entries: &[Entry], shares: &[(Vec<Vec<u32>>, Share)], shard: usize) -> (String, Vec<String>) {
    let mut places: FxHashMap<u64, u32> = FxHashMap::default();
    let mut postings: Vec<Posting<'_>> = Vec::new();
    for (by_shard, share) in shares {
        for found in by_shard[shard].iter().map(|at| &share.words[*at as usize]) {
            let at = *places.entry(found.key.bits()).or_insert_with(|| {
                postings.push(Posting { word: spelled(scene, entries, share, found.first), entries: Vec::new() });
                postings.len() as u32 - 1
            });
            postings[at as usize].entries.push(&found.entries);
        }
    }
    postings.sort_unstable_by(|a, b| a.word.cmp(&b.word));
    let strong = postings.iter().filter(|posting| posting.entries().any(|entry| entry & 7 >= STRONG));
    let strong = strong.map(|posting| posting.word.clone()).collect();
    let count = |posting: &Posting<'_>| posting.entries.iter().map(|entries| entries.len()).sum::<usize>();
    let mut out = String::with_capacity(postings.iter().map(|posting| posting.word.len() + 8 + 4 * count(posting)).sum());
    out.push('[');
    for posting in &postings {
        out.push_str(if out.len() > 1 { ",\n\"" } else { "\"" });
        out.push_str(&posting.word);
        out.push_str("\",\"");
        let common = entries.len() >= MANY && count(posting) * 2 > entries.len();
        if common {
            out.push('!');
        }
        let mut last = 0;
        for entry in posting.entries().filter(|entry| !common || *entry & 7 >= STRONG) {
            let number = entries[(entry >> 3) as usize].number;
            code::number(&mut out, (number - last) << 3 | (entry & 7));
            last = number;
        }
        out.push('"');
    }
    out.push(']');
    (out, strong)
}

/// The folded word that stands at a place of an entry.
fn spelled(scene: Scene<'_>, entries: &[Entry], share: &Share, (entry, place): (u32, Place)) -> String {
    let (at, length) = (place.start(), place.length());
    if length == 0 {
        return share.others.get(at).cloned().unwrap_or_default();
    }
    let What::Page(id) = entries[entry as usize].what else { return String::new() };
    let html = scene.graph.node(id).map_or("", |node| node.page.body.html.as_str());
    fold(html.get(at..at + length).unwrap_or(""))
}
