//! The words of a text, as a reader may type them.
//!
//! In: HTML of our own writing, or plain text. Out: each different word with its key, its place and how much it weighs.
//!
//! A word is a run of letters and digits. It is known by its folded form: compatibility forms and marks are taken off, then
//! case. Scripts that put no space between words are read two letters at a time. The script that searches folds in the
//! same way (`themes/default/assets/words.js`), so whatever changes here changes there.
//!
//! Invariant: equal folded words have equal keys, whichever way they were written.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

mod key;

use super::packed::{Follow, Ranges};

use key::{Half, ascii_key, short_key, short_word};
pub use key::{Key, SHARD_BITS, key};

/// The longest word that is kept, in bytes as written.
const LONGEST: usize = 63;

/// How much a word of the text says about it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Weight {
    /// It stands there once.
    Once,
    /// It stands there several times.
    Often,
    /// It stands in the claim.
    Claim,
    /// It stands in a heading.
    Heading,
}

impl Weight {
    fn of(bits: u64) -> Self {
        match bits & 3 {
            0 => Self::Once,
            1 => Self::Often,
            2 => Self::Claim,
            _ => Self::Heading,
        }
    }
}

/// The different words of a text, in the order in which they first stand there. Twelve bytes each, since a handbook has
/// millions.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Words {
    /// The key, and below it two bits of weight.
    keys: Box<[u64]>,
    /// The first places, in running text where the word stands there.
    places: Box<[Place]>,
}

/// A word of a text.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    /// What it is known by.
    pub key: Key,
    /// How much it says.
    pub weight: Weight,
    /// Where it stands first in running text; for one that is in none, where it stands first.
    pub place: Place,
}

impl Words {
    /// The words of a page's HTML; `headings`, `claim` and the running text, `prose`, are ranges of it.
    pub fn of(html: &str, headings: &[Range<u32>], claim: Option<&Range<u32>>, prose: &Ranges, desk: &mut Desk) -> Self {
        let seen = &mut desk.0;
        seen.begin(html.len() / 16);
        let mut prose = Running(prose.follow());
        let mut from = 0usize;
        let mut strong: Vec<(Range<u32>, Weight)> = headings.iter().map(|range| (range.clone(), Weight::Heading)).collect();
        strong.extend(claim.map(|range| (range.clone(), Weight::Claim)));
        strong.sort_unstable_by_key(|(range, _)| range.start);
        strong.push((html.len() as u32..html.len() as u32, Weight::Once));
        for (range, weight) in strong {
            let (start, end) = (range.start as usize, range.end as usize);
            if start < from {
                continue;
            }
            for (part, weight) in [(from..start, Weight::Once), (start..end, weight)] {
                each_word(html, part, true, |key, start, end| seen.add(key, start, end, &mut prose, weight));
            }
            from = end;
        }
        // Shrinking the lists in place would leave the memory with them.
        Self { keys: seen.keys.as_slice().into(), places: seen.places.as_slice().into() }
    }

    /// The words.
    pub fn iter(&self) -> impl Iterator<Item = Word> + '_ {
        self.keys.iter().zip(&self.places).map(|(key, place)| Word { key: Key(key >> 2), weight: Weight::of(*key), place: *place })
    }
}

/// A place in a text, in four bytes: six bits of length, one that says whether the text runs there, then the offset.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place(u32);

impl Place {
    const BITS: u32 = 25;
    const FARTHEST: usize = (1 << Self::BITS) - 1;
    const RUNNING: u32 = 1 << Self::BITS;

    /// The place at an offset below 32 MB, of a length up to 63 bytes.
    pub fn new(start: usize, length: usize) -> Self {
        Self((length as u32) << (Self::BITS + 1) | (start & Self::FARTHEST) as u32)
    }

    /// The offset in bytes.
    pub fn start(self) -> usize {
        self.0 as usize & Self::FARTHEST
    }

    /// The length in bytes.
    pub fn length(self) -> usize {
        (self.0 >> (Self::BITS + 1)) as usize
    }

    /// Whether it is in running text.
    pub fn is_running(self) -> bool {
        self.0 & Self::RUNNING != 0
    }
}

/// The ranges of running text.
struct Running<'a>(Follow<'a>);

impl Running<'_> {
    /// Whether a place is in running text; places come in order.
    #[inline]
    fn hold(&mut self, start: usize, end: usize) -> bool {
        self.0.at(start).is_some_and(|range| range.start <= start && end <= range.end)
    }
}

/// The bits of a key that say its shard.
const SHARD: u64 = (1 << SHARD_BITS) - 1;

fn slot_of(key: u64) -> usize {
    (key >> SHARD_BITS) as usize
}

/// What words are gathered on, a text after the other.
#[derive(Default)]
pub struct Desk(Seen);

/// The words seen so far, with a table of where each stands in the list.
#[derive(Default)]
struct Seen {
    keys: Vec<u64>,
    places: Vec<Place>,
    table: Vec<u32>,
}

impl Seen {
    /// Forgets all words and makes room for about so many.
    fn begin(&mut self, words: usize) {
        self.keys.clear();
        self.places.clear();
        self.table.clear();
        self.table.resize((words * 2).next_power_of_two().max(64), 0);
    }

    #[inline]
    fn add(&mut self, key: Half, start: usize, end: usize, prose: &mut Running<'_>, weight: Weight) {
        let mask = self.table.len() - 1;
        let mut slot = slot_of(key.hash) & mask;
        loop {
            let at = self.table[slot] as usize;
            let Some((known, place)) = at.checked_sub(1).and_then(|at| self.keys.get_mut(at).zip(self.places.get_mut(at))) else {
                return self.put(slot, key.key(), placed(start, end, prose.hold(start, end)), weight);
            };
            if (*known >> 2) & !SHARD == key.hash {
                // One that was seen before stands there often at least.
                *known = (*known & !3) | (*known & 3).max(weight as u64).max(1);
                if !place.is_running() && prose.hold(start, end) {
                    *place = placed(start, end, true).unwrap_or(*place);
                }
                return;
            }
            slot = (slot + 1) & mask;
        }
    }

    /// Adds a word that was not seen before.
    #[inline(never)]
    fn put(&mut self, slot: usize, key: Key, place: Option<Place>, weight: Weight) {
        let Some(place) = place else { return };
        self.keys.push((key.0 << 2) | weight as u64);
        self.places.push(place);
        self.table[slot] = self.keys.len() as u32;
        if self.keys.len() * 2 > self.table.len() {
            self.grow();
        }
    }

    fn grow(&mut self) {
        let slots = self.table.len() * 2;
        self.table = vec![0; slots];
        for (at, key) in self.keys.iter().enumerate() {
            let mut slot = slot_of(key >> 2) & (slots - 1);
            while self.table[slot] != 0 {
                slot = (slot + 1) & (slots - 1);
            }
            self.table[slot] = at as u32 + 1;
        }
    }
}

/// A place that is near and short enough to be kept.
fn placed(start: usize, end: usize, running: bool) -> Option<Place> {
    let fits = start <= Place::FARTHEST && end - start <= LONGEST;
    fits.then(|| Place(Place::new(start, end - start).0 | if running { Place::RUNNING } else { 0 }))
}

/// What a byte is to a text: part of a word, the start of a tag or of an entity, of a longer letter, or none of these.
const fn class(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => 1,
        b'<' => 2,
        b'&' => 3,
        0x80.. => 4,
        _ => 0,
    }
}

const CLASSES: [u8; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        table[at] = class(at as u8);
        at += 1;
    }
    table
};

/// Each word of plain text as it is written, with its key.
pub fn each_plain(text: &str, mut found: impl FnMut(Key, &str)) {
    each_word(text, 0..text.len(), false, |key, start, end| found(key.key(), &text[start..end]));
}

/// Each word of HTML.
pub fn each_in(html: &str, mut found: impl FnMut(Key)) {
    each_word(html, 0..html.len(), true, |key, _, _| found(key.key()));
}

/// Each word in a range of a text, with where it begins and ends. Tags and entities count as spaces where the text is HTML.
#[inline]
fn each_word(text: &str, range: Range<usize>, html: bool, mut found: impl FnMut(Half, usize, usize)) {
    let bytes = &text.as_bytes()[..range.end];
    let mut at = range.start;
    while let Some(byte) = bytes.get(at) {
        let start = at;
        let class = CLASSES[*byte as usize];
        if class == 1 {
            let (length, eight) = short_word(bytes, at);
            at += length;
            if length == 8 {
                at += bytes[at..].iter().take_while(|byte| CLASSES[**byte as usize] == 1).count();
            }
            if bytes.get(at).is_none_or(|byte| byte.is_ascii()) {
                if length > 1 {
                    found(if length == 8 { ascii_key(bytes, start, at - start) } else { short_key(eight, length) }, start, at);
                }
                // After most words a space follows.
                at += usize::from(bytes.get(at) == Some(&b' '));
                continue;
            }
        }
        at = match class {
            1 | 4 => long_word(text, start..bytes.len(), &mut found),
            2 if html => memchr::memchr(b'>', &bytes[at..]).map_or(bytes.len(), |end| at + end + 1),
            3 if html => {
                let near = &bytes[at..bytes.len().min(at + 10)];
                memchr::memchr(b';', near).map_or(at + 1, |end| at + end + 1)
            }
            _ => at + 1,
        };
    }
}

/// Reads what begins with a letter outside of ASCII or goes on with one; gives the place after it.
fn long_word(text: &str, range: Range<usize>, found: &mut dyn FnMut(Half, usize, usize)) -> usize {
    let mut chars = text[range.clone()].char_indices().map(|(at, c)| (range.start + at, c)).peekable();
    let mut start = range.start;
    let mut emit = |place: Range<usize>| {
        let folded = fold(&text[place.clone()]);
        if folded.len() > 1 {
            found(key(&folded).into(), place.start, place.end);
        }
    };
    // The two letters before, of a script without spaces.
    let mut before: Option<usize> = None;
    let mut lone = false;
    while let Some((at, c)) = chars.next() {
        if !(c.is_alphanumeric() || is_combining_mark(c)) {
            if let (Some(before), true) = (before, lone) {
                emit(before..at);
            } else if before.is_none() {
                emit(start..at);
            }
            return at + c.len_utf8();
        }
        if !is_unspaced(c) {
            if let (Some(one), true) = (before, lone) {
                emit(one..at);
            }
            if before.take().is_some() {
                start = at;
            }
            continue;
        }
        if before.is_none() && start < at {
            emit(start..at);
        }
        let end = at + c.len_utf8();
        let end = chars.next_if(|(_, mark)| is_combining_mark(*mark)).map_or(end, |(at, mark)| at + mark.len_utf8());
        if let Some(before) = before {
            emit(before..end);
        }
        lone = before.is_none();
        before = Some(at);
        start = end;
    }
    match before {
        Some(before) if lone => emit(before..range.end),
        None => emit(start..range.end),
        _ => {}
    }
    range.end
}

/// Whether a letter belongs to a script that puts no space between words.
fn is_unspaced(c: char) -> bool {
    matches!(
        c,
        '\u{E00}'..='\u{EFF}'
            | '\u{1000}'..='\u{109F}'
            | '\u{1780}'..='\u{17FF}'
            | '\u{3040}'..='\u{30FF}'
            | '\u{3400}'..='\u{9FFF}'
            | '\u{F900}'..='\u{FAFF}'
            | '\u{FF66}'..='\u{FF9F}'
            | '\u{20000}'..='\u{3FFFF}'
    )
}

/// A word as it is compared: without compatibility forms, marks and case.
pub fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let bare: String = word.nfkd().filter(|c| !is_combining_mark(*c)).collect();
    let mut folded = String::with_capacity(bare.len());
    for c in bare.to_lowercase().chars() {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' => folded.push('d'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            c => folded.push(c),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        let mut out = Vec::new();
        each_word(text, 0..text.len(), true, |key, start, end| {
            let word = fold(&text[start..end]);
            assert_eq!(key.key(), super::key(&word), "the key of {word}");
            out.push(word);
        });
        out
    }

    #[test]
    fn words_are_told_apart_as_readers_would() {
        assert_eq!(
            folded("<p class=\"lead\">Don’t <em>measure</em>&nbsp;x, 24 hours: e-mail</p>"),
            ["don", "measure", "24", "hours", "mail"]
        );
        assert_eq!(folded("café naïve CAFÉ cafe\u{301} Straße Ǆ ﬁne"), ["cafe", "naive", "cafe", "cafe", "strasse", "dz", "fine"]);
        assert_eq!(folded("éa ab"), ["ea", "ab"]);
        assert_eq!(folded("abcdefgh abcdefghi ABCDEFGHIJKLMNOPQ"), ["abcdefgh", "abcdefghi", "abcdefghijklmnopq"]);
        assert_eq!(folded("أهداف"), ["اهداف"]);
    }

    #[test]
    fn scripts_without_spaces_are_read_two_letters_at_a_time() {
        assert_eq!(folded("経営とOKR目"), ["経営", "営と", "okr", "目"]);
        assert_eq!(folded("目。"), ["目"]);
        assert_eq!(folded("会議を減らす"), ["会議", "議を", "を減", "減ら", "らす"]);
        assert_eq!(folded("abc会議"), ["abc", "会議"]);
    }

    #[test]
    fn a_word_weighs_what_its_best_place_weighs() {
        let html = "<h2>Big goals</h2>\n<p>Small goals</p>\n<p>Small steps, small wins, big</p>";
        let (heading, claim) = (0u32..18, 18u32..38);
        let words = Words::of(html, std::slice::from_ref(&heading), Some(&claim), &Ranges::default(), &mut Desk::default());
        let word = |wanted: &str| words.iter().find(|word| word.key == key(wanted)).map(|word| word.weight);
        assert_eq!(word("big"), Some(Weight::Heading));
        assert_eq!(word("goals"), Some(Weight::Heading));
        assert_eq!(word("small"), Some(Weight::Claim));
        assert_eq!(word("wins"), Some(Weight::Once));
        assert_eq!(words.iter().count(), 5);
        let place = words.iter().last().map(|word| word.place).expect("there are words");
        assert_eq!(&html[place.start()..place.start() + place.length()], "wins");
    }

    #[test]
    fn many_words_are_all_kept() {
        let text = (0..5_000).map(|n| format!("word{n} ")).collect::<String>();
        assert_eq!(Words::of(&text, &[], None, &Ranges::default(), &mut Desk::default()).iter().count(), 5_000);
    }
}
