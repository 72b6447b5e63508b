//! A text, kept as what it has of its own beside another text that says mostly the same.
//!
//! In: the text, the other, and ranges of the other that probably stand in the text, too. Out: the text again, for the same
//! other. The Markdown of a page is told by its HTML: the running text of both is the same, and a handbook holds both.
//!
//! Invariant: the text comes out as it was, whatever the other is and whichever ranges are named; they decide only how much is kept.
//! Invariant: the work grows with the lengths of both, not with their product.

use std::ops::Range;

use super::packed::{Numbers, push};

/// The shortest stretch that is worth being told by the other.
const LEAST: usize = 8;
/// How much longer than in the other the way to the next stretch may be.
const DETOUR: usize = 128;
/// How often all that is looked through may be as long as the text. What is not found lets the next way begin further back.
const SWEEPS: usize = 8;

/// A text told by another.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Echo {
    /// What it has of its own, in order.
    own: Box<str>,
    /// Three numbers a step: how many bytes of its own come first, how many of the other are passed over, how many of them follow.
    steps: Box<[u8]>,
    /// The length of the text in bytes.
    length: u32,
}

impl Echo {
    /// Keeps a text beside another; `shared` are ascending ranges of the other.
    pub(super) fn of(text: &str, other: &str, shared: impl Iterator<Item = Range<u32>>) -> Self {
        let (mut own, mut steps) = (String::new(), Vec::new());
        // How far either text is told.
        let (mut at, mut there) = (0, 0);
        let mut left = text.len() * SWEEPS;
        for range in shared {
            let end = range.end as usize;
            let mut from = range.start as usize;
            while let Some(start) = other.as_bytes()[from..end].first_chunk() {
                let way = left.min(from - there + DETOUR);
                let found = find(&text[at..], start, way);
                left -= found.unwrap_or(way);
                let Some(start) = found.map(|start| at + start) else { break };
                let length = alike(&text[start..], &other[from..end]);
                own.push_str(&text[at..start]);
                for number in [start - at, from - there, length] {
                    push(&mut steps, number as u32);
                }
                (at, from) = (start + length, from + length);
                there = from;
            }
        }
        own.push_str(&text[at..]);
        // Copies have no spare room; shrinking would leave the memory with them.
        Self { own: own.as_str().into(), steps: steps.as_slice().into(), length: text.len() as u32 }
    }

    /// The text, told by the other.
    pub fn text(&self, other: &str) -> String {
        let mut text = String::with_capacity(self.length as usize);
        let mut numbers = Numbers(&self.steps);
        let (mut at, mut there) = (0, 0);
        while let (Some(own), Some(passed), Some(length)) = (numbers.next(), numbers.next(), numbers.next()) {
            let (own, start) = (at + own as usize, there + passed as usize);
            there = start + length as usize;
            text.push_str(self.own.get(at..own).unwrap_or_default());
            text.push_str(other.get(start..there).unwrap_or_default());
            at = own;
        }
        text.push_str(self.own.get(at..).unwrap_or_default());
        text
    }
}

/// Where a stretch begins in a text, no farther than so many bytes.
fn find(text: &str, start: &[u8; LEAST], way: usize) -> Option<usize> {
    let (near, start) = (&text.as_bytes()[..text.len().min(way + LEAST)], u64::from_le_bytes(*start));
    (0..near.len()).map_while(|at| near[at..].first_chunk()).position(|here| u64::from_le_bytes(*here) == start)
}

/// How many bytes two texts have in common at their start, in whole letters.
fn alike(text: &str, other: &str) -> usize {
    let (one, two) = (text.as_bytes(), other.as_bytes());
    // Many bytes at once, which is one comparison, then fewer.
    let alike = alike_by::<8>(one, two, alike_by::<32>(one, two, 0));
    other.floor_char_boundary(alike_by::<1>(one, two, alike))
}

/// How far two texts are the same, `N` bytes at a time, where they are the same up to `from`.
fn alike_by<const N: usize>(one: &[u8], two: &[u8], from: usize) -> usize {
    let (one, two) = (one[from..].as_chunks::<N>().0, two[from..].as_chunks::<N>().0);
    from + one.iter().zip(two).take_while(|(one, two)| one == two).count() * N
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_both_texts_say_is_kept_once() {
        let html = "<p>A goal that people <em>choose</em> outlives one that they are given.</p>\n<p>Ask, and listen to the answer.</p>";
        let text = "A goal that people *choose* outlives one that they are given.\n\n> Ask, and listen to the answer.\n";
        let shared = [3..22, 37..71, 79..109];
        let echo = Echo::of(text, html, shared.into_iter());
        assert_eq!((echo.text(html).as_str(), &*echo.own), (text, "*choose*\n\n> \n"));
        assert_eq!(echo.steps.len(), 9);
    }

    #[test]
    fn what_the_other_says_between_may_be_long() {
        let code = "let x = 1;\n".repeat(500);
        let (html, text) = (format!("<pre>{code}</pre><p>What follows is told.</p>"), format!("```\n{code}```\n\nWhat follows is told.\n"));
        let start = html.find("What").expect("it is there") as u32;
        let echo = Echo::of(&text, &html, std::iter::once(start..start + 21));
        assert_eq!((echo.text(&html), echo.own.len()), (text.clone(), text.len() - 21));
    }

    #[test]
    fn a_stretch_that_differs_further_on_is_told_as_far_as_it_goes() {
        let (html, text) = ("<p>Research &amp; trust é</p>", "Research & trust ê");
        let echo = Echo::of(text, html, std::iter::once(3..html.len() as u32 - 4));
        assert_eq!((echo.text(html).as_str(), &*echo.own), (text, " trust ê"));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(4), ..ProptestConfig::with_cases(2_000) })]
        #[test]
        fn a_text_comes_out_as_it_was(
            parts in prop::collection::vec(("[a-c é✓]{0,12}", "[<*>é]{0,4}", "[#_\\n✓]{0,4}"), 0..12),
            cuts in prop::collection::vec(0usize..400, 0..16),
        ) {
            let text: String = parts.iter().map(|(shared, _, own)| format!("{own}{shared}")).collect();
            let other: String = parts.iter().map(|(shared, tag, _)| format!("{tag}{shared}")).collect();
            let mut cuts: Vec<u32> = cuts.iter().map(|cut| other.floor_char_boundary(*cut) as u32).collect();
            cuts.sort_unstable();
            for shared in [cuts.as_slice(), &[0, other.len() as u32]] {
                let ranges = shared.chunks_exact(2).map(|cut| cut[0]..cut[1]);
                prop_assert_eq!(Echo::of(&text, &other, ranges).text(&other), text.as_str());
            }
        }
    }
}
