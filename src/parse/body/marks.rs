//! Marks of note-taking programs in running text: `==marked==` words and, in vaults, `#tags`.
//!
//! In: a run of text. Out: marked words, links to the pages of tags.
//!
//! Invariant: a mark is opened only where its end is known to come, at the same depth of the same block.

use std::ops::Range;

use pulldown_cmark::Event;

use crate::parse::page::{Link, Part, Relation, Syntax, Target};

use super::{Writer, is_block, is_block_end};

/// How many events ahead the end of marked words may be.
const AHEAD: usize = 200;

impl Writer<'_, '_> {
    /// Writes a run of text in which words may be marked.
    pub(super) fn marked(&mut self, run: &str, range: &Range<usize>, next: usize) {
        let mut rest = run;
        let mut last = self.written_before();
        while let Some((at, length)) = next_mark(rest) {
            let (before, after) = (&rest[..at], &rest[at + length..]);
            let left = before.chars().next_back().or(last);
            let right = after.chars().next();
            let closes = self.mark == Some(self.inline_depth) && left.is_some_and(|c| !c.is_whitespace());
            let opens = self.mark.is_none()
                && length == 2
                && left.is_none_or(|c| !c.is_alphanumeric())
                && right.is_none_or(|c| !c.is_whitespace())
                && self.mark_ends(after, next);
            if length != 2 || !(closes || opens) {
                self.text(&rest[..at + length], range);
            } else {
                self.text(before, range);
                if closes {
                    self.close_raw(self.raw_depth());
                } else {
                    self.push("<mark>");
                    self.inline_depth += 1;
                    self.mark = Some(self.inline_depth);
                }
            }
            last = Some('=');
            rest = after;
        }
        self.text(rest, range);
    }

    /// The last character written; `>` after the start or the end of an element.
    fn written_before(&self) -> Option<char> {
        self.out.body.html.chars().next_back()
    }

    /// Whether marked words end in the rest of this run or in one that follows.
    fn mark_ends(&self, rest: &str, next: usize) -> bool {
        let ends = |text: &str, first: bool| {
            let mut from = 0;
            while let Some((at, length)) = next_mark(&text[from..]) {
                let before = text[..from + at].chars().next_back();
                if length == 2 && before.map_or(!first, |c| !c.is_whitespace()) {
                    return true;
                }
                from += at + length;
            }
            false
        };
        if ends(rest, true) {
            return true;
        }
        let mut depth = 0usize;
        for (event, _) in self.events[next..].iter().take(AHEAD) {
            match event {
                Event::Start(tag) if is_block(tag) => return false,
                Event::End(end) if is_block_end(*end) => return false,
                Event::Start(_) => depth += 1,
                Event::End(_) if depth == 0 => return false,
                Event::End(_) => depth -= 1,
                Event::Text(text) if depth == 0 && ends(text, false) => return true,
                _ => {}
            }
        }
        false
    }

    /// Writes text in which words may be tags.
    pub(super) fn text_with_tags(&mut self, text: &str, range: &Range<usize>) {
        let mut rest = text;
        let mut begins = self.written_before().is_some_and(|c| c.is_whitespace() || c == '>');
        while let Some(at) = memchr::memchr(b'#', rest.as_bytes()) {
            let (before, after) = rest.split_at(at);
            let alone = before.chars().next_back().map_or(begins, char::is_whitespace);
            let length =
                after[1..].find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '/'))).map_or(after.len(), |end| end + 1);
            let tag = after[1..length].trim_end_matches(['/', '-']);
            begins = false;
            self.text_out(before);
            if alone && tag.contains(|c: char| c.is_alphabetic()) {
                self.tag(tag, text, range);
                rest = &after[1 + tag.len()..];
            } else {
                self.text_out("#");
                rest = &after[1..];
            }
        }
        self.text_out(rest);
    }

    fn tag(&mut self, tag: &str, text: &str, range: &Range<usize>) {
        let slice = self.slice(range);
        let at = slice.find(&format!("#{tag}")).filter(|_| slice.contains(text));
        let place = at.map_or(range.clone(), |at| range.start + at..range.start + at + 1 + tag.len());
        let span = self.span(&place);
        self.out.links.push(Link {
            target: Target::Tag(tag.into()),
            anchor: None,
            relation: Relation::Tagged,
            syntax: Syntax::Markdown,
            raw: tag.into(),
            span,
            destination: crate::base::text::Span::default(),
            place: span,
            sentence: None,
            label: None,
            title: None,
        });
        let index = self.out.links.len() - 1;
        self.hole(index, Part::Open);
        self.push("#");
        super::escape_text(&mut self.out.body.html, tag);
        self.hole(index, Part::Close);
    }
}

/// Where a run of two or more equals signs is, and its length.
fn next_mark(text: &str) -> Option<(usize, usize)> {
    let at = memchr::memmem::find(text.as_bytes(), b"==")?;
    Some((at, text[at..].bytes().take_while(|byte| *byte == b'=').count()))
}
