//! The sentence around a link.
//!
//! In: the plain text of a block and the place of the link's words in it. Out: the sentence before, the words, the rest.
//!
//! A sentence ends with `.`, `!`, `?` or `…` before white space and something that is no lower-case letter, or with a
//! full-width mark. Initials and a few abbreviations end none. Long sentences are cut at a word, with an ellipsis.

use std::borrow::Cow;
use std::ops::Range;

/// The sentence that makes a link.
///
/// One text for its parts, since a handbook has many.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sentence {
    text: Box<str>,
    /// Where the parts end that are followed by another.
    ends: [u32; 3],
}

impl Sentence {
    /// A sentence of what stands before the link, the words of the link, what stands after it, and the id of the paragraph.
    fn new(parts: [&str; 4]) -> Self {
        let mut end = 0;
        let [before, marked, after, _] = parts.map(|part| {
            end += part.len() as u32;
            end
        });
        Self { text: parts.concat().into(), ends: [before, marked, after] }
    }

    fn part(&self, range: Range<u32>) -> &str {
        &self.text[range.start as usize..range.end as usize]
    }

    /// What stands before the link.
    pub fn before(&self) -> &str {
        self.part(0..self.ends[0])
    }

    /// The words of the link; empty where the title of the target stands there.
    pub fn marked(&self) -> &str {
        self.part(self.ends[0]..self.ends[1])
    }

    /// What stands after the link.
    pub fn after(&self) -> &str {
        self.part(self.ends[1]..self.ends[2])
    }

    /// The id of the paragraph; empty where it has none.
    pub fn anchor(&self) -> &str {
        self.part(self.ends[2]..self.text.len() as u32)
    }
}

/// The most characters that are kept on each side of the link.
const SIDE: usize = 160;

/// Cuts the sentence around `link` (a byte range of `text`) out of a block of text.
pub fn around(text: &str, link: Range<usize>, anchor: &str) -> Sentence {
    let start = begin(&text[..link.start]);
    let end = link.end + finish(&text[link.end..], &text[start..link.end]);
    let before = keep_end(text[start..link.start].trim_start());
    let after = keep_start(text[link.end..end].trim_end());
    Sentence::new([&before, &text[link], &after, anchor])
}

/// Where the sentence that reaches the end of `before` begins.
fn begin(before: &str) -> usize {
    // Looking back further than a reader would is wasted: the sentence is cut to `SIDE` characters anyway.
    let mut from = before.len().saturating_sub(SIDE * 8);
    while !before.is_char_boundary(from) {
        from += 1;
    }
    let window = &before[from..];
    let ends = |(at, mark): &(usize, char)| is_end(*mark) && ends_sentence(&window[..*at], *mark, &window[at + mark.len_utf8()..], true);
    let Some((at, mark)) = window.char_indices().rev().find(ends) else { return from };
    let start = at + mark.len_utf8();
    from + start + window[start..].chars().take_while(|c| is_closing(*c)).map(char::len_utf8).sum::<usize>()
}

/// How far the sentence goes on in `after`.
fn finish(after: &str, before: &str) -> usize {
    for (at, mark) in after.char_indices() {
        let rest = &after[at + mark.len_utf8()..];
        let head = if at == 0 { before } else { &after[..at] };
        if is_end(mark) && ends_sentence(head, mark, rest, false) {
            return at + mark.len_utf8() + rest.chars().take_while(|c| is_closing(*c)).map(char::len_utf8).sum::<usize>();
        }
        if at > SIDE * 8 {
            return at;
        }
    }
    after.len()
}

fn is_end(mark: char) -> bool {
    matches!(mark, '.' | '!' | '?' | '…' | '。' | '！' | '？')
}

fn is_closing(mark: char) -> bool {
    matches!(mark, '"' | '\'' | ')' | ']' | '”' | '’' | '»' | '」' | '』')
}

fn ends_sentence(before: &str, mark: char, after: &str, at_end_counts: bool) -> bool {
    if matches!(mark, '。' | '！' | '？') {
        return true;
    }
    let rest = after.trim_start_matches(is_closing);
    let Some(next) = rest.chars().next() else { return !at_end_counts || !after.is_empty() };
    if !next.is_whitespace() {
        return false;
    }
    if rest.trim_start().chars().next().is_some_and(char::is_lowercase) {
        return false;
    }
    mark != '.' || !is_abbreviation(before)
}

fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or("");
    let single = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    single
        || ["e.g", "i.e", "cf", "vs", "Dr", "Mr", "Ms", "Mrs", "Prof", "St", "No", "pp", "p", "etc", "al", "z.B", "d.h", "bzw", "ca"]
            .contains(&word)
}

fn keep_end(text: &str) -> Cow<'_, str> {
    let Some((cut, _)) = text.char_indices().rev().nth(SIDE) else { return text.into() };
    let kept = &text[cut..];
    let word = kept.find(char::is_whitespace).unwrap_or(0);
    format!("… {}", kept[word..].trim_start()).into()
}

fn keep_start(text: &str) -> Cow<'_, str> {
    text.char_indices().nth(SIDE).map_or(text.into(), |(cut, _)| shorten(text, cut).into())
}

/// The text up to a word before the byte `limit`, with an ellipsis.
pub fn shorten(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let mut cut = limit;
    while !text.is_char_boundary(cut) {
        cut -= 1;
    }
    let kept = text[..cut].rfind(char::is_whitespace).filter(|at| *at > cut / 2).map_or(&text[..cut], |at| &text[..at]);
    format!("{}…", kept.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '–' | '—')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> [String; 3] {
        let start = text.find('<').expect("a link starts");
        let end = text.find('>').expect("a link ends") - 1;
        let plain = text.replace(['<', '>'], "");
        let sentence = around(&plain, start..end, "p1");
        assert_eq!(sentence.anchor(), "p1");
        [sentence.before(), sentence.marked(), sentence.after()].map(str::to_owned)
    }

    #[test]
    fn a_sentence_ends_where_a_reader_would_end_it() {
        assert_eq!(cut("One. Two <three> four. Five."), ["Two ", "three", " four."]);
        assert_eq!(cut("See e.g. <this> by A. Smith (1990). Then that."), ["See e.g. ", "this", " by A. Smith (1990)."]);
        assert_eq!(cut("He said: “Go.” Then <we> went"), ["Then ", "we", " went"]);
        assert_eq!(cut("第一句。第二<句>话。第三"), ["第二", "句", "话。"]);
        assert_eq!(cut("First. <Link>. Next."), ["", "Link", "."]);
    }

    #[test]
    fn a_long_sentence_is_cut_at_a_space_of_any_script() {
        for space in ['\u{3000}', '\u{a0}', '\u{2028}', '\u{2003}'] {
            let [before, ..] = cut(&format!("{}<句>", format!("言葉{space}").repeat(80)));
            assert!(before.starts_with("… 言葉"), "{before}");
        }
    }

    #[test]
    fn a_long_sentence_is_cut_at_a_word() {
        let long = format!("{}<x>{}", "word ".repeat(80), " more".repeat(80));
        let [before, _, after] = cut(&long);
        assert!(before.starts_with("… word") && before.len() < 180, "{before}");
        assert!(after.ends_with("more…") && after.len() < 180, "{after}");
    }
}
