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

/// How many bits of a key say in which shard a word lies.
pub const SHARD_BITS: u32 = 10;
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

/// What a word is known by: 52 bits of it and, in the lowest bits, its shard.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Key(u64);

impl Key {
    /// Its shard, where there are `shards` of them: a power of two.
    pub fn shard(self, shards: u32) -> u32 {
        (self.0 as u32 & ((1 << SHARD_BITS) - 1)) & (shards - 1)
    }

    /// The key as a number.
    pub fn bits(self) -> u64 {
        self.0
    }
}

/// The different words of a text, in the order in which they first stand there. Twelve bytes each, since a handbook has
/// millions.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Words {
    /// The key, and below it two bits of weight.
    keys: Box<[u64]>,
    /// The first places.
    places: Box<[Place]>,
}

/// A word of a text.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    /// What it is known by.
    pub key: Key,
    /// How much it says.
    pub weight: Weight,
    /// Where it stands first.
    pub place: Place,
}

impl Words {
    /// The words of a page's HTML; `headings` and `claim` are ranges of it.
    pub fn of(html: &str, headings: &[Range<u32>], claim: Option<&Range<u32>>) -> Self {
        let mut seen = Seen::with_room(html.len() / 8);
        let mut from = 0usize;
        let mut strong: Vec<(Range<u32>, Weight)> = headings.iter().map(|range| (range.clone(), Weight::Heading)).collect();
        strong.extend(claim.map(|range| (range.clone(), Weight::Claim)));
        strong.sort_unstable_by_key(|(range, _)| range.start);
        for (range, weight) in strong {
            let (start, end) = (range.start as usize, range.end as usize);
            if start < from {
                continue;
            }
            each_word(html, from..start, true, |key, place| seen.add(key, place, Weight::Once));
            each_word(html, start..end, true, |key, place| seen.add(key, place, weight));
            from = end;
        }
        each_word(html, from..html.len(), true, |key, place| seen.add(key, place, Weight::Once));
        Self { keys: seen.keys.into_boxed_slice(), places: seen.places.into_boxed_slice() }
    }

    /// The words.
    pub fn iter(&self) -> impl Iterator<Item = Word> + '_ {
        self.keys.iter().zip(&self.places).map(|(key, place)| Word { key: Key(key >> 2), weight: Weight::of(*key), place: *place })
    }
}

/// A place in a text, in four bytes: six bits of length, then the offset.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place(u32);

impl Place {
    const BITS: u32 = 26;
    const FARTHEST: usize = (1 << Self::BITS) - 1;

    /// The place at an offset below 64 MB, of a length up to 63 bytes.
    pub fn new(start: usize, length: usize) -> Self {
        Self((length as u32) << Self::BITS | (start & Self::FARTHEST) as u32)
    }

    /// The offset in bytes.
    pub fn start(self) -> usize {
        self.0 as usize & Self::FARTHEST
    }

    /// The length in bytes.
    pub fn length(self) -> usize {
        (self.0 >> Self::BITS) as usize
    }
}

/// The words seen so far, with a table of where each stands in the list.
struct Seen {
    keys: Vec<u64>,
    places: Vec<Place>,
    table: Vec<u32>,
}

impl Seen {
    fn with_room(words: usize) -> Self {
        let slots = (words * 2).next_power_of_two().max(64);
        Self { keys: Vec::with_capacity(words / 2), places: Vec::with_capacity(words / 2), table: vec![0; slots] }
    }

    fn add(&mut self, key: Key, place: Range<usize>, weight: Weight) {
        let mut slot = (key.0 >> SHARD_BITS) as usize & (self.table.len() - 1);
        loop {
            let at = self.table[slot] as usize;
            if at == 0 {
                break;
            }
            let known = &mut self.keys[at - 1];
            if *known >> 2 == key.0 {
                *known = (*known & !3) | (*known & 3).max(weight as u64).max(1);
                return;
            }
            slot = (slot + 1) & (self.table.len() - 1);
        }
        if place.start > Place::FARTHEST || place.len() > LONGEST {
            return;
        }
        self.keys.push((key.0 << 2) | weight as u64);
        self.places.push(Place::new(place.start, place.len()));
        self.table[slot] = self.keys.len() as u32;
        if self.keys.len() * 2 > self.table.len() {
            self.grow();
        }
    }

    fn grow(&mut self) {
        let slots = self.table.len() * 2;
        self.table = vec![0; slots];
        for (at, key) in self.keys.iter().enumerate() {
            let mut slot = (key >> 2 >> SHARD_BITS) as usize & (slots - 1);
            while self.table[slot] != 0 {
                slot = (slot + 1) & (slots - 1);
            }
            self.table[slot] = at as u32 + 1;
        }
    }
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

/// Each word of plain text, with its key and its folded form.
pub fn each_plain(text: &str, mut found: impl FnMut(Key, String)) {
    each_word(text, 0..text.len(), false, |key, place| found(key, fold(&text[place])));
}

/// Each word in a range of a text, with its place. Tags and entities count as spaces where the text is HTML.
fn each_word(text: &str, range: Range<usize>, html: bool, mut found: impl FnMut(Key, Range<usize>)) {
    let bytes = &text.as_bytes()[..range.end];
    let mut at = range.start;
    while at < bytes.len() {
        match CLASSES[bytes[at] as usize] {
            1 => {
                let start = at;
                while at < bytes.len() && CLASSES[bytes[at] as usize] == 1 {
                    at += 1;
                }
                if at < bytes.len() && bytes[at] >= 0x80 {
                    at = long_word(text, start..bytes.len(), &mut found);
                } else if at - start > 1 {
                    found(ascii_key(bytes, start, at - start), start..at);
                }
            }
            2 if html => at = memchr::memchr(b'>', &bytes[at..]).map_or(bytes.len(), |end| at + end + 1),
            3 if html => {
                let near = &bytes[at..bytes.len().min(at + 10)];
                at = memchr::memchr(b';', near).map_or(at + 1, |end| at + end + 1);
            }
            4 => at = long_word(text, at..bytes.len(), &mut found),
            _ => at += 1,
        }
    }
}

/// Reads what begins with a letter outside of ASCII or goes on with one; gives the place after it.
fn long_word(text: &str, range: Range<usize>, found: &mut impl FnMut(Key, Range<usize>)) -> usize {
    let mut chars = text[range.clone()].char_indices().map(|(at, c)| (range.start + at, c)).peekable();
    let mut start = range.start;
    let mut emit = |place: Range<usize>| {
        let folded = fold(&text[place.clone()]);
        if folded.len() > 1 {
            found(key(&folded), place);
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

/// The key of a word of ASCII letters and digits in a text: read eight bytes at a time and lowered at once, since the bit
/// that makes a letter small is set in every digit.
fn ascii_key(bytes: &[u8], start: usize, length: usize) -> Key {
    const SMALL: u64 = 0x2020_2020_2020_2020;
    let load = |at: usize, wanted: usize| -> u64 {
        let eight = bytes.get(start + at..start + at + 8).and_then(|eight| eight.try_into().ok()).map(u64::from_le_bytes);
        let eight = eight.unwrap_or_else(|| little(&bytes[start + at..start + at + wanted]));
        let mask = if wanted >= 8 { u64::MAX } else { (1 << (8 * wanted)) - 1 };
        (eight | SMALL) & mask
    };
    let first = load(0, length.min(8));
    let mut hash = mix(SEED ^ length as u64, first);
    let mut at = 8;
    while at < length {
        hash = mix(hash, load(at, (length - at).min(8)));
        at += 8;
    }
    let letter = |at: u32| (first >> (8 * at)) as u8 as u32;
    Key((hash >> 12 << SHARD_BITS) & (u64::MAX >> 2) | u64::from(shard([letter(0), letter(1), letter(2)])))
}

/// The key of a folded word.
pub fn key(folded: &str) -> Key {
    let bytes = folded.as_bytes();
    let mut hash = SEED ^ bytes.len() as u64;
    for eight in bytes.chunks(8) {
        hash = mix(hash, little(eight));
    }
    let mut chars = folded.chars();
    let first = chars.next();
    let second = chars.next().filter(|_| !first.is_some_and(is_unspaced));
    let third = second.and_then(|_| chars.next());
    let prefix = [first, second, third].map(|c| c.map_or(0, u32::from));
    Key((hash >> 12 << SHARD_BITS) & (u64::MAX >> 2) | u64::from(shard(prefix)))
}

/// Up to eight bytes as a number.
fn little(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

const SEED: u64 = 0x9E37_79B9_7F4A_7C15;

fn mix(hash: u64, word: u64) -> u64 {
    let wide = u128::from(hash ^ word) * 0xA076_1D64_78BD_642F_u128;
    (wide as u64) ^ ((wide >> 64) as u64)
}

/// The shard of the words that begin with these letters: the script finds it with the same sums.
fn shard(letters: [u32; 3]) -> u32 {
    let sum = letters[0].wrapping_mul(0x9E37_79B1) ^ letters[1].wrapping_mul(0x85EB_CA6B) ^ letters[2].wrapping_mul(0xC2B2_AE35);
    let sum = (sum ^ (sum >> 15)).wrapping_mul(0x2C1B_3C6D);
    (sum ^ (sum >> 13)) >> (32 - SHARD_BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        let mut out = Vec::new();
        each_word(text, 0..text.len(), true, |key, place| {
            let word = fold(&text[place]);
            assert_eq!(key, super::key(&word), "the key of {word}");
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
        let words = Words::of(html, std::slice::from_ref(&heading), Some(&claim));
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
        assert_eq!(Words::of(&text, &[], None).iter().count(), 5_000);
    }
}
