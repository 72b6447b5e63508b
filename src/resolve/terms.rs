//! Glossary terms in running text.
//!
//! In: the terms with their spellings, the text of a page. Out: the first use of each term on the page.
//!
//! Rules: never in headings, links or code; whole words only; the longest term wins; English plurals and possessives
//! count, other inflections are aliases; a page that defines a term does not link to itself.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::base::config::Settings;
use crate::base::key::key;
use crate::base::path::Url;
use crate::parse::front::Kind;
use crate::parse::page::Page;
use crate::parse::sentence::shorten;
use crate::parse::words::Key;

use super::graph::Node;
use super::{PageId, link};
use lookup::First;

mod lookup;

/// A term.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Term {
    /// What it is called.
    pub title: String,
    /// Its other spellings.
    pub aliases: Vec<String>,
    /// Its page.
    pub url: Url,
    /// The definition as plain text, shortened.
    pub definition: String,
    /// The page that defines it.
    pub page: PageId,
    /// The section of that page, for a glossary in one file.
    pub section: Option<usize>,
}

/// The first use of a term on a page.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TermUse {
    /// Where it begins in the HTML of the page.
    pub at: u32,
    /// How many bytes it has.
    pub length: u32,
    /// Which term it is, by its place in the list.
    pub term: u32,
}

/// All terms, ready to be found.
#[derive(Default)]
pub struct Terms {
    list: Vec<Term>,
    /// Spellings by the beginning of their first word, the longest first.
    spellings: FxHashMap<u64, Vec<Spelling>>,
    /// How many spellings begin with a word of that beginning; asked before the table, since most words begin none. Where
    /// one is of several words, or there are too many to count, it is `u8::MAX`.
    open: Vec<u8>,
    /// For each term the places in `open` of its spellings of one word.
    words: Vec<Vec<u16>>,
    /// Whether a spelling begins with a sign or with a letter beyond ASCII, where no word begins for a computer.
    odd: bool,
    /// Where the words of pages tell where each spelling can stand: by its first word, what begins with it.
    firsts: Option<FxHashMap<Key, First>>,
}

/// A way to write a term.
#[derive(Debug)]
struct Spelling {
    /// As it stands in HTML; big and small letters of ASCII are alike.
    html: String,
    /// Whose it is.
    term: u32,
    /// Its first word, and those after it, as far as the words of a page tell them.
    first: Option<Key>,
    rest: Vec<Key>,
}

/// How many beginnings are told apart before the table is asked; a power of two.
const BEGINNINGS: usize = 1 << 11;

/// The most bytes of a definition that lists and previews show.
const DEFINITION: usize = 260;

impl Terms {
    /// The terms that the pages define, by title.
    pub(super) fn defined<'a>(pages: impl Iterator<Item = (PageId, &'a Node)>, settings: &Settings) -> Vec<Term> {
        let mut list: Vec<Term> = Vec::new();
        for (id, node) in pages.filter(|(_, node)| node.is_listed(settings)) {
            let page = &node.page;
            if page.kind == Kind::Term {
                list.push(Term {
                    title: page.own_title().to_owned(),
                    aliases: page.names.clone(),
                    url: node.url.clone(),
                    definition: shorten(&page.claim, DEFINITION),
                    page: id,
                    section: None,
                });
            }
            for (at, section) in page.sections.iter().enumerate() {
                let title = page.headings[section.heading].text.to_string();
                let (url, definition) = (link::made_url("glossary", &title), shorten(&section.claim, DEFINITION));
                list.push(Term { title, aliases: Vec::new(), url, definition, page: id, section: Some(at) });
            }
        }
        list.sort_by_cached_key(|term| key(&term.title));
        list
    }

    /// Terms, ready to be found.
    pub(super) fn new(list: Vec<Term>) -> Self {
        let mut spellings = patterns(&list);
        spellings.sort_by_key(|spelling| std::cmp::Reverse(spelling.html.len()));
        let mut terms = Self { open: vec![0; BEGINNINGS], words: vec![Vec::new(); list.len()], list, ..Self::default() };
        let mut beginnings = Vec::new();
        for spelling in spellings {
            let html = spelling.html.as_bytes();
            let word = word_length(html);
            let first = beginning(html, word);
            beginnings.push(first);
            terms.odd |= word == 0;
            let open = &mut terms.open[place(first)];
            if !html.iter().any(u8::is_ascii_whitespace) {
                *open = open.saturating_add(1);
                terms.words[spelling.term as usize].push(place(first) as u16);
            } else {
                *open = u8::MAX;
            }
            terms.spellings.entry(first).or_default().push(spelling);
        }
        beginnings.sort_unstable();
        beginnings.dedup();
        terms.firsts = lookup::firsts(&beginnings, &terms.spellings);
        terms
    }

    /// The same spellings, for terms that are spelled alike.
    pub(super) fn with(self, list: Vec<Term>) -> Self {
        Self { list, ..self }
    }

    /// The terms, by title.
    pub fn list(&self) -> &[Term] {
        &self.list
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The first use of each term in the text of a page.
    pub fn find(&self, id: PageId, page: &Page) -> Vec<TermUse> {
        if self.spellings.is_empty() {
            return Vec::new();
        }
        let mut uses = self.look_up(page).unwrap_or_else(|| self.walk(page, 0, self.open.clone()));
        uses.retain(|usage| self.list[usage.term as usize].page != id);
        uses
    }

    /// The first use of each term in the text of a page from an offset on, of those whose beginnings are open.
    fn walk(&self, page: &Page, from: usize, mut open: Vec<u8>) -> Vec<TermUse> {
        let html = page.body.html.as_bytes();
        let mut seen = vec![false; self.list.len()];
        let mut uses = Vec::new();
        for range in page.body.prose.iter().filter(|range| range.end as usize > from) {
            let end = range.end as usize;
            let mut at = from.max(range.start as usize);
            // After a word comes a byte that is of none, and no spelling begins there unless it is an odd one.
            let gap = usize::from(!self.odd);
            while at < end {
                let word = word_length(&html[at..end]);
                let first = beginning(&html[at..end], word);
                if open[place(first)] == 0 || (word == 0 && !self.odd) {
                    at += (word + gap).max(1);
                    continue;
                }
                let Some((term, length)) = self.spelling_at(html, at..end, first) else {
                    at += (word + gap).max(1);
                    continue;
                };
                if !seen[term as usize] {
                    seen[term as usize] = true;
                    // Words of terms that were found are passed over like words of none.
                    for place in &self.words[term as usize] {
                        let open = &mut open[usize::from(*place)];
                        *open -= u8::from(*open != 0 && *open < u8::MAX);
                    }
                    uses.push(TermUse { at: at as u32, length: length as u32, term });
                }
                at += length;
            }
        }
        uses
    }

    /// The longest spelling with a beginning that stands as whole words at the start of a range: whose it is, and its length.
    fn spelling_at(&self, html: &[u8], range: Range<usize>, first: u64) -> Option<(u32, usize)> {
        let here = &html[range.clone()];
        let fits = |spelling: &&Spelling| {
            let length = spelling.html.len();
            here.get(..length).is_some_and(|here| here.eq_ignore_ascii_case(spelling.html.as_bytes()))
                && is_whole_word(html, range.start, range.start + length)
        };
        self.spellings.get(&first)?.iter().find(fits).map(|spelling| (spelling.term, spelling.html.len()))
    }
}

/// How many bytes the word at the start of a text has: letters and digits of ASCII, `_` and `-`.
fn word_length(text: &[u8]) -> usize {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte == b'-';
    let mut length = 0;
    // Eight bytes at once, since the end of each word is a branch that no computer foresees.
    while let Some(eight) = text[length..].first_chunk::<8>() {
        let bytes = u64::from_le_bytes(*eight);
        let low = bytes & (ONES * 0x7F);
        let from = |bytes: u64, least: u8| bytes + ONES * u64::from(0x80 - least);
        let within = |bytes: u64, first: u8, last: u8| from(bytes, first) & !from(bytes, last + 1);
        let letters = within(low | (ONES * 0x20), b'a', b'z');
        let others = within(low, b'0', b'9') | within(low, b'-', b'-') | within(low, b'_', b'_');
        let outside = !((letters | others) & !bytes) & (ONES * 0x80);
        if outside != 0 {
            return length + outside.trailing_zeros() as usize / 8;
        }
        length += 8;
    }
    length + text[length..].iter().take_while(|byte| is_word(byte)).count()
}

/// One in each byte.
const ONES: u64 = 0x0101_0101_0101_0101;

/// The first eight bytes of the word of that length at the start of a text, big and small letters alike; 0 where there is none.
fn beginning(text: &[u8], length: usize) -> u64 {
    let mask = if length < 8 { (1u64 << (8 * length)) - 1 } else { u64::MAX };
    let eight = text.first_chunk::<8>().copied().unwrap_or_else(|| {
        let mut eight = [0; 8];
        eight[..text.len()].copy_from_slice(text);
        eight
    });
    // A digit or a hyphen has this bit already, so nothing else becomes like a letter.
    (u64::from_le_bytes(eight) | (ONES * 0x20)) & mask
}

/// The place of a beginning among those that are told apart.
fn place(beginning: u64) -> usize {
    (beginning.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - BEGINNINGS.trailing_zeros())) as usize
}

/// Every spelling as it stands in HTML, and whose it is. Of two terms with one spelling the first has it.
fn patterns(list: &[Term]) -> Vec<Spelling> {
    let mut owners: FxHashMap<String, ()> = FxHashMap::default();
    let mut patterns = Vec::new();
    for (at, term) in list.iter().enumerate() {
        for spelling in std::iter::once(&term.title).chain(&term.aliases) {
            for form in forms(spelling.trim()) {
                let mut html = String::new();
                crate::parse::body::escape_text(&mut html, &form);
                let broken = html.contains(' ').then(|| html.replace(' ', "\n"));
                for html in std::iter::once(html).chain(broken) {
                    if owners.insert(html.to_lowercase(), ()).is_none() {
                        let (first, rest) = (lookup::first_word(&html), lookup::later_words(&html));
                        patterns.push(Spelling { html, term: at as u32, first, rest });
                    }
                }
            }
        }
    }
    patterns
}

/// A spelling with its English plurals and possessives; beyond ASCII also with a small first letter.
fn forms(spelling: &str) -> Vec<String> {
    if spelling.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
        return Vec::new();
    }
    let mut forms = vec![spelling.to_owned()];
    let lower = spelling.to_lowercase();
    if !spelling.is_ascii() && lower != spelling {
        forms.push(lower.clone());
    }
    if spelling.is_ascii() && spelling.ends_with(|c: char| c.is_ascii_alphabetic()) {
        let consonant_y = lower.ends_with('y')
            && !lower.ends_with(|c: char| "aeiou".contains(c))
            && !["ay", "ey", "oy", "uy"].iter().any(|end| lower.ends_with(end));
        let plural = if consonant_y {
            format!("{}ies", &spelling[..spelling.len() - 1])
        } else if ["s", "x", "z", "ch", "sh"].iter().any(|end| lower.ends_with(end)) {
            format!("{spelling}es")
        } else {
            format!("{spelling}s")
        };
        forms.extend([plural, format!("{spelling}'s"), format!("{spelling}’s")]);
    }
    forms
}

/// Whether no letter or digit touches the match on either side.
fn is_whole_word(text: &[u8], start: usize, end: usize) -> bool {
    let before = match start.checked_sub(1).map(|last| text[last]) {
        None => None,
        Some(byte) if byte.is_ascii() => Some(char::from(byte)),
        // The window may cut a character in half at its start, never at its end.
        Some(_) => text[start.saturating_sub(4)..start].utf8_chunks().last().and_then(|chunk| chunk.valid().chars().next_back()),
    };
    let after = match text.get(end) {
        None => None,
        Some(byte) if byte.is_ascii() => Some(char::from(*byte)),
        Some(_) => text[end..(end + 4).min(text.len())].utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next()),
    };
    let touches = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-');
    // The name of a character that is written as `&amp;` is no word.
    let is_character = before == Some('&') && after == Some(';');
    !touches(before) && !touches(after) && !is_character
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_inflections_are_found() {
        assert_eq!(forms("strategy")[1], "strategies");
        assert_eq!(forms("quota")[1], "quotas");
        assert_eq!(forms("coach")[1], "coaches");
        assert_eq!(forms("day")[1], "days");
    }

    #[test]
    fn words_end_where_no_letter_digit_or_hyphen_stands() {
        for (text, length) in
            [("", 0), ("goal", 4), ("goal keeper", 4), ("well-known_2 x", 12), ("caf\u{e9} au", 3), (" a", 0), ("(goal) keeper", 0)]
        {
            assert_eq!(word_length(text.as_bytes()), length, "{text}");
        }
        for byte in 0..=255u8 {
            let one = usize::from(byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
            assert_eq!(word_length(&[byte, b' ', 0xFF, 0, b'z', b'z', b'z', b'z', b'z']), one, "{byte}");
            assert_eq!(word_length(&[byte]), one, "{byte}");
        }
        assert_eq!(beginning(b"GOALkeeper", 10), beginning(b"goalkeeping", 11));
        assert_ne!(beginning(b"goal", 4), beginning(b"goals", 5));
    }

    #[test]
    fn only_whole_words_count() {
        assert!(is_whole_word(b"a goal.", 2, 6));
        assert!(!is_whole_word(b"goalkeeper", 0, 4));
        assert!(!is_whole_word("égoal".as_bytes(), 2, 6));
        assert!(!is_whole_word("goalé".as_bytes(), 0, 4));
        assert!(!is_whole_word(b"R &amp; D", 3, 6) && is_whole_word(b"R &amp; D", 0, 1));
    }
}
