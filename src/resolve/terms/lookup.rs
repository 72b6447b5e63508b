//! Terms by the words of a page: parsing has noted where each word stands first, so a text need not be read again.
//!
//! In: the spellings of all terms, a page. Out: the first use of each term; nothing where only a walk through the text can tell.
//!
//! A spelling can stand only where its first word stands. Where that word stands first, the longest spelling is looked for;
//! whatever else begins with the word, and may stand further on, is looked for by a walk from there. A spelling of several
//! words may hide the beginning of another; a page with the first word of such a one is walked through.
//!
//! Invariant: the uses are those that a walk through the whole text finds.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::{BEGINNINGS, Spelling, TermUse, Terms, beginning, place, word_length};
use crate::parse::page::Page;
use crate::parse::words::{Key, each_in, key};

/// What begins with one word.
#[derive(Default)]
pub(super) struct First {
    /// The beginnings by which spellings are kept.
    beginnings: Vec<u64>,
    /// Whether a spelling goes on with a word with which another begins.
    hides: bool,
}

/// The first words of spellings, which are kept by their beginnings; nothing where one begins with what is no word of a page.
pub(super) fn firsts(beginnings: &[u64], spellings: &FxHashMap<u64, Vec<Spelling>>) -> Option<FxHashMap<Key, First>> {
    let mut firsts: FxHashMap<Key, First> = FxHashMap::default();
    let all = || beginnings.iter().flat_map(|beginning| spellings[beginning].iter().map(move |spelling| (*beginning, spelling)));
    for (beginning, spelling) in all() {
        let first = firsts.entry(spelling.first?).or_default();
        if !first.beginnings.contains(&beginning) {
            first.beginnings.push(beginning);
        }
    }
    for (_, spelling) in all().filter(|(_, spelling)| !spelling.rest.is_empty()) {
        // A word within a use comes after the first of it, so a spelling cannot hide what begins as it does.
        let hides = spelling.rest.iter().any(|word| Some(*word) != spelling.first && firsts.contains_key(word));
        firsts.entry(spelling.first?).or_default().hides |= hides;
    }
    Some(firsts)
}

/// The word of letters and digits of ASCII with which a spelling begins, where it begins with one that pages note.
pub(super) fn first_word(html: &str) -> Option<Key> {
    let length = html.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let ends = html[length..].chars().next().is_none_or(|c| c.is_ascii() || !c.is_alphanumeric());
    ((2..64).contains(&length) && ends).then(|| key(&html[..length].to_ascii_lowercase()))
}

/// The words after the first.
pub(super) fn later_words(html: &str) -> Vec<Key> {
    let mut words = Vec::new();
    each_in(html, |key| words.push(key));
    words.drain(..words.len().min(1));
    words
}

impl Terms {
    /// The first use of each term in the text of a page, in the order of the text, where its words tell.
    pub(super) fn look_up(&self, page: &Page) -> Option<Vec<TermUse>> {
        let firsts = self.firsts.as_ref()?;
        let mut uses: Vec<TermUse> = Vec::new();
        let mut prose = page.body.prose.follow();
        let (mut open, mut from) = (Vec::new(), usize::MAX);
        for word in page.text.iter().filter(|word| word.place.is_running()) {
            let Some(first) = firsts.get(&word.key) else { continue };
            if first.hides {
                return None;
            }
            let at = word.place.start();
            let found = prose.at(at).and_then(|range| self.use_at(page, at..range.end));
            uses.extend(found);
            for beginning in self.others(page, first, found) {
                open.resize(BEGINNINGS, 0);
                open[place(beginning)] = u8::MAX;
                from = from.min(at);
            }
        }
        if !open.is_empty() {
            uses.extend(self.walk(page, from, open));
        }
        uses.sort_unstable_by_key(|usage| (usage.term, usage.at));
        uses.dedup_by_key(|usage| usage.term);
        uses.sort_unstable_by_key(|usage| usage.at);
        Some(uses)
    }

    /// The use of a term at the start of some running text.
    fn use_at(&self, page: &Page, text: Range<usize>) -> Option<TermUse> {
        let html = page.body.html.as_bytes();
        let here = html.get(text.clone())?;
        let first = beginning(here, word_length(here));
        let at = text.start as u32;
        let (term, length) = self.spelling_at(html, text, first)?;
        Some(TermUse { at, length: length as u32, term })
    }

    /// The beginnings of spellings of other terms that may stand further on.
    fn others<'t>(&'t self, page: &'t Page, first: &'t First, found: Option<TermUse>) -> impl Iterator<Item = u64> + 't {
        let has = |word: &Key| page.text.iter().any(|known| known.key == *word);
        let is_other = move |spelling: &Spelling| found.is_none_or(|found| found.term != spelling.term) && spelling.rest.iter().all(has);
        first.beginnings.iter().copied().filter(move |beginning| self.spellings[beginning].iter().any(is_other))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::Term;
    use super::*;
    use crate::base::config::{Config, Mode, Settings};
    use crate::base::path::{SourcePath, Url};
    use crate::base::signposts::Signposts;
    use crate::base::text::Source;
    use crate::parse::parse;
    use crate::parse::rules::Rules;
    use crate::resolve::PageId;

    fn terms(spellings: &[&str]) -> Terms {
        let term = |at: usize, title: &&str| Term {
            title: (*title).to_owned(),
            aliases: Vec::new(),
            url: Url::home(),
            definition: String::new(),
            page: PageId(at as u32),
            section: None,
        };
        Terms::new(spellings.iter().enumerate().map(|(at, title)| term(at, title)).collect())
    }

    fn page(text: &str) -> Page {
        let settings = Settings {
            config: Config::default(),
            mode: Mode::Own,
            content: "content".into(),
            today: jiff::civil::date(2026, 1, 1),
            drafts: false,
            portable: false,
            vault: false,
            static_roots: Vec::new(),
            signposts: Signposts::default(),
            history: Default::default(),
            below: String::new(),
            strings: Arc::default(),
            visuals: Default::default(),
        };
        let path = SourcePath::new("content/vision/page.md").expect("the path is plain");
        parse(&Source::from_text(path, text), &Rules::new(settings.into()))
    }

    const TEXTS: [&str; 9] = [
        "A goal, goals, and the GOAL's end. Café results: naïve.",
        "## Goal\n\nGoal-driven people, [goal](x.md), `goal`: but *goal* at last.",
        "Key things and key people have key\nresults. Results are results.",
        "A decision log. No decision; Decision logs and decisions.",
        "One on one, one-on-ones and one_on_one. On one.",
        "The stretch goal hides a goal. Stretch.",
        "[Key](a.md) results; **key** results, key <b>result</b>s. R&D, R &amp; D.",
        "égoal goalé 目goal目 goal.",
        "Nothing of all this.",
    ];

    #[test]
    fn words_tell_what_a_walk_finds() {
        let lists: [&[&str]; 5] = [
            &["Goal", "Result", "One"],
            &["Goal", "Key result", "Key results area", "People"],
            &["Decision", "Decision log", "One-on-one", "End"],
            &["Goal", "Goal's end", "One on", "Things and key"],
            &["Stretch", "Log", "key"],
        ];
        for (list, text) in lists.iter().flat_map(|list| TEXTS.map(|text| (list, text))) {
            let (terms, page) = (terms(list), page(text));
            let found = terms.look_up(&page).unwrap_or_else(|| panic!("{list:?} in {text:?}"));
            assert_eq!(found, terms.walk(&page, 0, terms.open.clone()), "{list:?} in {text:?}");
        }
    }

    #[test]
    fn a_text_is_walked_through_where_words_do_not_tell() {
        let all = |list: &[&str]| TEXTS.map(|text| terms(list).look_up(&page(text)).is_some());
        // A spelling that begins with a letter alone, a sign, or a letter beyond ASCII.
        for odd in ["R&D", "école", "(goal)"] {
            assert_eq!(all(&["Goal", odd]), [false; 9], "{odd}");
        }
        // A spelling that hides another, on pages with its first word.
        assert_eq!(all(&["Goal", "Stretch goal"]), TEXTS.map(|text| !text.contains("tretch")));
    }
}
