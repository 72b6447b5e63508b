//! Where each word stands.
//!
//! In: the entries with the words of their texts. Out: a text for each shard, `["word","entries",…]` by word, and the words
//! of titles, headings and names.
//!
//! An entry of a word is its number, as a step from the one before, with three bits of weight below it. A word that stands
//! in more than half of a handbook says nothing about a page, so only titles and headings keep it, and its entries begin
//! with `!`.
//!
//! Invariant: the texts are the same however many threads have made them.

use std::ops::Range;

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
/// For about how many entries there is another round, in which some of the shards are written.
const ROUND: usize = 8_192;
/// More rounds than this would read all words too often.
const ROUNDS: usize = 4;
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

/// A word of an entry.
struct Hit {
    key: Key,
    /// The place among the entries, and the weight in the lowest three bits.
    entry: u32,
    /// The place in the text of its page; without a length, the place among the words of the chunk. Sixteen bytes a hit,
    /// since a handbook has millions.
    place: Place,
}

/// What one thread has read.
struct Chunk {
    /// Hits by shard, in the order of the entries.
    shards: Vec<Vec<Hit>>,
    /// Words that do not stand in a text.
    others: Vec<String>,
}

/// Reads the words of all entries and sorts them into shards; of a large handbook some shards after the others, since the hits
/// of all would take as much memory as the texts.
pub(super) fn postings(scene: Scene<'_>, entries: &[Entry], shards: u32, crew: Crew) -> Postings {
    let rounds = entries.len().div_ceil(ROUND).clamp(1, ROUNDS) as u32;
    let step = shards.div_ceil(rounds).max(1);
    let size = entries.len().div_ceil(threads()).max(1);
    let share = |(at, entries)| Share { entries, first: at * size, counts: counts(scene, entries, shards) };
    let shares = crew.share(entries.chunks(size).enumerate().collect(), share);
    let some = |first: u32| round(scene, entries, &shares, &Shards { wanted: first..(first + step).min(shards), of: shards }, crew);
    let written: Vec<(String, Vec<String>)> = (0..shards).step_by(step as usize).flat_map(some).collect();
    let mut strong: Vec<String> = Vec::new();
    let shards = written.into_iter().map(|(text, words)| {
        strong.extend(words);
        text
    });
    let shards = shards.collect();
    strong.sort_unstable();
    let vocabulary = format!("[{}]", strong.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(","));
    Postings { shards, vocabulary }
}

/// The entries of one thread.
struct Share<'a> {
    entries: &'a [Entry],
    /// The place of the first among all.
    first: usize,
    /// How many words of their texts each shard has.
    counts: Vec<u32>,
}

fn threads() -> usize {
    rayon::current_num_threads().max(1)
}

/// Some of the shards: the text of each, and its words that are strong somewhere.
fn round(scene: Scene<'_>, entries: &[Entry], shares: &[Share<'_>], shards: &Shards, crew: Crew) -> Vec<(String, Vec<String>)> {
    let chunks: Vec<Chunk> = crew.share(shares.iter().collect(), |share| read(scene, share, shards));
    let numbers: Vec<usize> = (0..shards.wanted.len()).collect();
    let each = numbers.len().div_ceil(threads()).max(1);
    let write_some = |numbers: &[usize]| numbers.iter().map(|shard| write(scene, entries, &chunks, *shard)).collect::<Vec<_>>();
    crew.share(numbers.chunks(each).collect(), write_some).into_iter().flatten().collect()
}

/// The shards that are being written, of how many.
struct Shards {
    wanted: Range<u32>,
    of: u32,
}

impl Shards {
    /// The place of a word's shard among those that are being written.
    fn place(&self, key: Key) -> Option<usize> {
        let shard = key.shard(self.of);
        self.wanted.contains(&shard).then(|| (shard - self.wanted.start) as usize)
    }
}

fn read(scene: Scene<'_>, share: &Share<'_>, shards: &Shards) -> Chunk {
    // Growing would take twice the memory, at the very time when a build has the most. Titles and names add a few words.
    let room = |count: &u32| Vec::with_capacity((count + count / 8) as usize);
    let wanted = &share.counts[shards.wanted.start as usize..shards.wanted.end as usize];
    let mut chunk = Chunk { shards: wanted.iter().map(room).collect(), others: Vec::new() };
    for (at, entry) in share.entries.iter().enumerate() {
        let at = (share.first + at) as u32;
        if let What::Page(id) = entry.what
            && let Some(node) = scene.graph.node(id)
        {
            for Word { key, weight, place } in node.page.text.iter() {
                if let Some(shard) = shards.place(key) {
                    chunk.shards[shard].push(Hit { key, entry: at << 3 | weight as u32, place });
                }
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
                if let Some(shard) = shards.place(key) {
                    chunk.shards[shard].push(Hit { key, entry: at << 3 | weight, place: Place::new(chunk.others.len(), 0) });
                    chunk.others.push(fold(word));
                }
            });
        });
    }
    chunk
}

/// How many words of the texts of some entries each shard has.
fn counts(scene: Scene<'_>, entries: &[Entry], shards: u32) -> Vec<u32> {
    let mut counts = vec![0; shards as usize];
    for entry in entries {
        if let What::Page(id) = entry.what
            && let Some(node) = scene.graph.node(id)
        {
            node.page.text.iter().for_each(|word| counts[word.key.shard(shards) as usize] += 1);
        }
    }
    counts
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
struct Posting {
    word: String,
    /// Places among the entries with weights, ascending.
    entries: Vec<u32>,
}

/// The text of a shard, and its words that are strong somewhere.
fn write(scene: Scene<'_>, entries: &[Entry], chunks: &[Chunk], shard: usize) -> (String, Vec<String>) {
    let mut places: FxHashMap<u64, u32> = FxHashMap::default();
    let mut postings: Vec<Posting> = Vec::new();
    for chunk in chunks {
        for hit in &chunk.shards[shard] {
            let at = *places.entry(hit.key.bits()).or_insert_with(|| {
                postings.push(Posting { word: spelled(scene, entries, chunk, hit), entries: Vec::new() });
                postings.len() as u32 - 1
            });
            let known = &mut postings[at as usize].entries;
            match known.last_mut() {
                Some(last) if *last >> 3 == hit.entry >> 3 => *last = (*last).max(hit.entry),
                _ => known.push(hit.entry),
            }
        }
    }
    postings.sort_unstable_by(|a, b| a.word.cmp(&b.word));
    let strong = postings.iter().filter(|posting| posting.entries.iter().any(|entry| entry & 7 >= STRONG));
    let strong = strong.map(|posting| posting.word.clone()).collect();
    let mut out = String::with_capacity(postings.iter().map(|posting| posting.word.len() + 8 + 4 * posting.entries.len()).sum());
    out.push('[');
    for posting in &postings {
        out.push_str(if out.len() > 1 { ",\n\"" } else { "\"" });
        out.push_str(&posting.word);
        out.push_str("\",\"");
        let common = entries.len() >= MANY && posting.entries.len() * 2 > entries.len();
        if common {
            out.push('!');
        }
        let mut last = 0;
        for entry in posting.entries.iter().filter(|entry| !common || **entry & 7 >= STRONG) {
            let number = entries[(entry >> 3) as usize].number;
            code::number(&mut out, (number - last) << 3 | (entry & 7));
            last = number;
        }
        out.push('"');
    }
    out.push(']');
    (out, strong)
}

/// The folded word of a hit.
fn spelled(scene: Scene<'_>, entries: &[Entry], chunk: &Chunk, hit: &Hit) -> String {
    let (at, length) = (hit.place.start(), hit.place.length());
    if length == 0 {
        return chunk.others.get(at).cloned().unwrap_or_default();
    }
    let What::Page(id) = entries[(hit.entry >> 3) as usize].what else { return String::new() };
    let html = scene.graph.node(id).map_or("", |node| node.page.body.html.as_str());
    fold(html.get(at..at + length).unwrap_or(""))
}
