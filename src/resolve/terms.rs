//! Glossary terms in running text.
//!
//! In: the terms with their spellings, the text of a page. Out: the first use of each term on the page.
//!
//! Rules: never in headings, links or code; whole words only; the longest term wins; English plurals and possessives
//! count, other inflections are aliases; a page that defines a term does not link to itself.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
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
            builder.match_kind(MatchKind::LeftmostLongest).ascii_case_insensitive(true);
            // A table of all states is fastest; past some size it would not fit the cache.
            if patterns.len() <= 500 {
                builder.kind(Some(AhoCorasickKind::DFA));
            }
            builder.build(&patterns).ok()
        });
        Self { list, owners, automaton: automaton.flatten() }
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
        for range in &page.body.prose {
            let base = range.start as usize;
            let text = &html[base..range.end as usize];
            for found in automaton.find_iter(text) {
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
    fn only_whole_words_count() {
        assert!(is_whole_word(b"a goal.", 2, 6));
        assert!(!is_whole_word(b"goalkeeper", 0, 4));
        assert!(!is_whole_word("égoal".as_bytes(), 2, 6));
        assert!(!is_whole_word("goalé".as_bytes(), 0, 4));
    }
}
