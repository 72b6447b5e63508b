//! Glossary terms in running text.
//!
//! In: the terms with their spellings, the text of a page. Out: the first use of each term on the page.
//!
//! Rules: never in headings, links or code; whole words only; the longest term wins; English plurals and possessives
//! count, other inflections are aliases; a page that defines a term does not link to itself.

use aho_corasick::{AhoCorasick, AhoCorasickKind, Anchored, Input, MatchKind, StartKind};
use rustc_hash::FxHashMap;

use crate::base::config::Settings;
use crate::base::key::key;
use crate::base::path::Url;
use crate::parse::front::Kind;
use crate::parse::page::Page;
use crate::parse::sentence::shorten;

use super::graph::Node;
use super::{PageId, link};

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
    /// Which term each pattern stands for.
    owners: Vec<u32>,
    automaton: Option<AhoCorasick>,
    starts: Starts,
}

impl PartialEq for Terms {
    fn eq(&self, other: &Self) -> bool {
        self.list == other.list
    }
}

/// The most bytes of a definition that lists and previews show.
const DEFINITION: usize = 260;

impl Terms {
    /// The terms that the pages define.
    pub fn of<'a>(pages: impl Iterator<Item = (PageId, &'a Node)>, settings: &Settings) -> Self {
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
                let title = page.headings[section.heading].text.clone();
                let (url, definition) = (link::made_url("glossary", &title), shorten(&section.claim, DEFINITION));
                list.push(Term { title, aliases: Vec::new(), url, definition, page: id, section: Some(at) });
            }
        }
        list.sort_by_cached_key(|term| key(&term.title));
        let (patterns, owners) = patterns(&list);
        let automaton = (!patterns.is_empty()).then(|| {
            let mut builder = AhoCorasick::builder();
            builder.match_kind(MatchKind::LeftmostLongest).ascii_case_insensitive(true).start_kind(StartKind::Anchored);
            // A table of all states is fastest; past some size it would not fit the cache.
            if patterns.len() <= 500 {
                builder.kind(Some(AhoCorasickKind::DFA));
            }
            builder.build(&patterns).ok()
        });
        Self { list, owners, automaton: automaton.flatten(), starts: Starts::of(&patterns) }
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
        let Some(automaton) = &self.automaton else { return Vec::new() };
        let html = page.body.html.as_bytes();
        let mut seen = vec![false; self.list.len()];
        let mut uses = Vec::new();
        let mut at_word = Vec::new();
        for range in &page.body.prose {
            let base = range.start as usize;
            let text = &html[base..range.end as usize];
            self.starts.find(text, &mut at_word);
            let mut free = 0;
            for &start in &at_word {
                let start = start as usize;
                if start < free {
                    continue;
                }
                let here = Input::new(text).range(start..).anchored(Anchored::Yes);
                let Ok(Some(found)) = automaton.try_find(here) else { continue };
                free = found.end();
                let term = self.owners[found.pattern().as_usize()] as usize;
                if seen[term] || self.list[term].page == id || !is_whole_word(text, found.start(), found.end()) {
                    continue;
                }
                seen[term] = true;
                uses.push(TermUse { at: (base + found.start()) as u32, length: found.len() as u32, term: term as u32 });
            }
        }
        uses
    }
}

/// Tells places where a term may begin from the many where none can, by a few bytes: text is long and terms are rare in it.
struct Starts {
    /// Whether a spelling begins with that byte.
    first: [bool; 256],
    /// The first four bytes of spellings, without regard to case, as a set of short hashes that may hold too much.
    fours: Vec<u64>,
    /// Whether some spelling has fewer than four bytes, so that every place must be looked at.
    short: bool,
}

impl Default for Starts {
    fn default() -> Self {
        Self { first: [false; 256], fours: vec![0; 1024], short: false }
    }
}

impl Starts {
    fn of(patterns: &[String]) -> Self {
        let mut starts = Self::default();
        for pattern in patterns.iter().map(String::as_bytes) {
            let Some(first) = pattern.first() else { continue };
            starts.first[usize::from(first.to_ascii_lowercase())] = true;
            starts.first[usize::from(first.to_ascii_uppercase())] = true;
            match pattern.first_chunk::<4>() {
                Some(four) => {
                    let hash = hash_of_four(*four);
                    starts.fours[hash / 64] |= 1 << (hash % 64);
                }
                None => starts.short = true,
            }
        }
        starts
    }

    /// The places of a text where a word begins and a term may, ascending.
    fn find(&self, text: &[u8], out: &mut Vec<u32>) {
        out.clear();
        out.resize(text.len(), 0);
        let mut count = 0;
        let mut touches = false;
        // Each place is written and kept only if it fits: a branch for each byte would mostly be guessed wrong.
        for (at, &byte) in text.iter().enumerate() {
            out[count] = at as u32;
            count += usize::from(!touches & self.first[usize::from(byte)]);
            touches = byte.is_ascii_alphanumeric() | (byte == b'_') | (byte == b'-');
        }
        out.truncate(count);
        if self.short {
            return;
        }
        out.retain(|&at| {
            let hash = text[at as usize..].first_chunk::<4>().map(|four| hash_of_four(*four));
            hash.is_some_and(|hash| self.fours[hash / 64] >> (hash % 64) & 1 == 1)
        });
    }
}

/// A number below 65,536 for four bytes; bytes that differ only in case give one.
fn hash_of_four(four: [u8; 4]) -> usize {
    let folded = u32::from_le_bytes(four) | 0x2020_2020;
    (folded.wrapping_mul(0x9E37_79B1) >> 16) as usize
}

/// Every spelling as it stands in HTML, and whose it is. Of two terms with one spelling the first has it.
fn patterns(list: &[Term]) -> (Vec<String>, Vec<u32>) {
    let mut owners: FxHashMap<String, ()> = FxHashMap::default();
    let (mut patterns, mut terms) = (Vec::new(), Vec::new());
    for (at, term) in list.iter().enumerate() {
        for spelling in std::iter::once(&term.title).chain(&term.aliases) {
            for form in forms(spelling.trim()) {
                let mut html = String::new();
                crate::parse::body::escape_text(&mut html, &form);
                let broken = html.contains(' ').then(|| html.replace(' ', "\n"));
                for pattern in std::iter::once(html).chain(broken) {
                    if owners.insert(pattern.to_lowercase(), ()).is_none() {
                        patterns.push(pattern);
                        terms.push(at as u32);
                    }
                }
            }
        }
    }
    (patterns, terms)
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
    !touches(before) && !touches(after)
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
    fn a_term_begins_only_where_a_word_does() {
        let starts = |patterns: &[&str], text: &str| {
            let mut out = Vec::new();
            Starts::of(&patterns.iter().map(|pattern| (*pattern).to_owned()).collect::<Vec<_>>()).find(text.as_bytes(), &mut out);
            out
        };
        assert_eq!(starts(&["goal", "team lead"], "Goals, un-goal; a GOAL (team) xgoal goa"), [0, 18, 24]);
        assert_eq!(starts(&["KPI"], "a kpi, k"), [2, 7]);
        assert_eq!(starts(&["élan"], "un élan\u{e9}lan"), [3]);
    }

    #[test]
    fn only_whole_words_count() {
        assert!(is_whole_word(b"a goal.", 2, 6));
        assert!(!is_whole_word(b"goalkeeper", 0, 4));
        assert!(!is_whole_word("égoal".as_bytes(), 2, 6));
        assert!(!is_whole_word("goalé".as_bytes(), 0, 4));
    }
}
