//! Running text: words, bare addresses, the names of blocks, code.
//!
//! In: the text events of a page. Out: escaped HTML, the words counted, the places where terms may be found.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event};

use super::urls::next_url;
use super::{Writer, owned};

/// Signs that a page has somewhere: few pages have them, so most texts are not looked through.
#[derive(Clone, Copy, Default)]
pub(super) struct Signs {
    /// `==` around marked words.
    pub(super) marks: bool,
    /// `://` in bare addresses.
    pub(super) urls: bool,
    /// `^` before the name of a block.
    pub(super) names: bool,
    /// `[^` of a footnote.
    pub(super) notes: bool,
    /// Embeds and raw HTML, so that a paragraph may hold what only a `div` can.
    pub(super) blocks: bool,
    /// Brackets, of links or of none.
    pub(super) brackets: bool,
}

impl Signs {
    /// The signs of a text. An escape or an entity may stand for a part of one.
    pub(super) fn of(text: &[u8]) -> Self {
        let any = |byte: u8| memchr::memchr(byte, text).is_some();
        let has = |sign: &[u8]| memchr::memmem::find(text, sign).is_some();
        let hidden = memchr::memchr2(b'\\', b'&', text).is_some();
        // Looking for one byte is much faster than for a sign, and most texts have none of these bytes.
        let caret = any(b'^');
        Self {
            marks: hidden || (any(b'=') && has(b"==")),
            urls: hidden || has(b"://"),
            names: hidden || caret,
            notes: caret && has(b"[^"),
            blocks: any(b'<') || (any(b'!') && has(b"![[")),
            brackets: any(b'['),
        }
    }
}

impl<'a> Writer<'_, 'a> {
    /// Writes neighbouring pieces of text as one run and gives the index after them.
    pub(super) fn text_run(&mut self, at: usize, first: &CowStr<'a>, range: Range<usize>) -> usize {
        let events = self.events;
        let mut next = at + 1;
        if !matches!(events.get(next), Some((Event::Text(_), _))) {
            self.text_with_id(first, &range, next);
            return next;
        }
        let mut run = owned(first);
        let mut span = range;
        while let Some((Event::Text(more), range)) = events.get(next) {
            run.push_str(more);
            span.end = range.end;
            next += 1;
        }
        self.text_with_id(&run, &span, next);
        next
    }

    /// Writes a run of text; where it ends a line with `^name`, that names the block for links and is not shown.
    fn text_with_id(&mut self, run: &str, range: &Range<usize>, next: usize) {
        if self.signs.brackets && !self.in_code {
            self.cut_brackets(range);
        }
        if !self.signs.names {
            return self.run_of_text(run, range, next);
        }
        let ends_line = match self.events.get(next) {
            None | Some((Event::SoftBreak | Event::HardBreak, _)) => true,
            Some((Event::End(end), _)) => super::is_block_end(*end),
            _ => false,
        };
        let found = if ends_line && !self.in_code && self.alt.is_none() && self.links.is_empty() { block_id(run) } else { None };
        let Some((text, id)) = found.filter(|(_, id)| self.taken.insert(format!("^{id}"))) else {
            return self.run_of_text(run, range, next);
        };
        self.run_of_text(text, range, next);
        let id = format!("^{id}");
        self.push("<span");
        self.push_id(&id);
        self.push("></span>");
        self.out.ids.push(id);
    }

    fn run_of_text(&mut self, run: &str, range: &Range<usize>, next: usize) {
        let may_mark = self.signs.marks && !self.in_code && self.alt.is_none() && memchr::memmem::find(run.as_bytes(), b"==").is_some();
        if may_mark { self.marked(run, range, next) } else { self.text(run, range) }
    }

    pub(super) fn text(&mut self, text: &str, range: &Range<usize>) {
        if let Some(alt) = &mut self.alt {
            alt.push_str(text);
            return;
        }
        self.count(text);
        if self.in_code {
            escape_text(&mut self.out.body.html, &shown_tags(text));
            return;
        }
        self.remember(text);
        if !self.signs.urls || memchr::memchr(b':', text.as_bytes()).is_none() || self.is_inside_link() || !text.contains("://") {
            let tagged = self.rules.settings.vault && self.heading.is_none() && !self.is_inside_link() && text.contains('#');
            return if tagged { self.text_with_tags(text, range) } else { self.text_out(text) };
        }
        let mut rest = text;
        while let Some((before, url)) = next_url(rest) {
            self.text_out(before);
            self.bare_url(url, range);
            rest = &rest[before.len() + url.len()..];
        }
        self.text_out(rest);
    }

    /// Adds to the plain text of the block.
    pub(super) fn remember(&mut self, text: &str) {
        if self.block.wanted {
            self.block.text.push_str(text);
        }
    }

    /// Writes text that terms may be found in.
    pub(super) fn text_out(&mut self, text: &str) {
        if self.alt.is_some() {
            return;
        }
        let start = self.here();
        escape_text(&mut self.out.body.html, text);
        let running = self.links.is_empty() && self.heading.is_none() && !self.in_code && self.block.on && !self.raw.is_inside_link();
        if running && self.here() > start {
            let end = self.here();
            match self.prose.last_mut() {
                Some(last) if last.end == start => last.end = end,
                _ => self.prose.push(start..end),
            }
        }
    }

    /// Counts words: runs without white space that hold a letter or digit, and two ideographs as one.
    fn count(&mut self, text: &str) {
        if text.is_ascii() {
            self.out.words += ascii_words(text.as_bytes());
            return;
        }
        let mut ideographs = 0u32;
        for word in text.split_whitespace() {
            if word.is_ascii() {
                self.out.words += u32::from(word.bytes().any(|b| b.is_ascii_alphanumeric()));
                continue;
            }
            let wide =
                word.chars().filter(|c| matches!(*c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}')).count();
            ideographs += wide as u32;
            self.out.words += u32::from(wide == 0 && word.chars().any(char::is_alphanumeric));
        }
        self.out.words += ideographs.div_ceil(2);
    }

    pub(super) fn code_span(&mut self, text: &str) {
        if let Some(alt) = &mut self.alt {
            alt.push_str(text);
            return;
        }
        self.count(text);
        self.remember(text);
        self.push("<code>");
        escape_text(&mut self.out.body.html, text);
        self.push("</code>");
    }

    pub(super) fn line_break(&mut self, html: &str) {
        if let Some(alt) = &mut self.alt {
            alt.push(' ');
            return;
        }
        self.push(html);
        self.remember(" ");
        // A term may go over the end of a line, so the running text does too.
        if html == "\n"
            && let Some(last) = self.prose.last_mut()
            && last.end + 1 == self.out.body.html.len() as u32
        {
            last.end += 1;
        }
    }
}

/// Runs without white space that begin with a letter, a digit or an opening mark, in a text that is all ASCII.
fn ascii_words(text: &[u8]) -> u32 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let begins = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'"' | b'(' | b'[' | b'\'' | b'$' | b'#' | b'@');
    let (eights, rest) = text.as_chunks::<8>();
    // No word begins with what fills the last eight up.
    let mut last = [b'.'; 8];
    last[..rest.len()].copy_from_slice(rest);
    let (mut words, mut after_space) = (0, 0x80);
    for eight in eights.iter().chain([&last]) {
        // The highest bit of a byte is free in ASCII: here it says that the byte is white space.
        let spaces = (ONES * 0xA0 - u64::from_le_bytes(*eight)) & (ONES * 0x80);
        let mut starts = ((spaces << 8) | after_space) & !spaces & (ONES * 0x80);
        after_space = spaces >> 56;
        while starts != 0 {
            words += u32::from(begins(eight[starts.trailing_zeros() as usize / 8]));
            starts &= starts - 1;
        }
    }
    words
}

/// A text without the name of its block, and that name: `^name` at its end, alone or after white space.
fn block_id(text: &str) -> Option<(&str, &str)> {
    memchr::memchr(b'^', text.as_bytes())?;
    let trimmed = text.trim_end();
    let before = trimmed.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '-');
    let id = &trimmed[before.len()..];
    let before = before.strip_suffix('^')?;
    let apart = before.is_empty() || before.ends_with(|c: char| c.is_whitespace());
    (!id.is_empty() && apart).then(|| (before.trim_end(), id))
}

/// Writes text that stands between elements.
pub fn escape_text(out: &mut String, text: &str) {
    let mut from = 0;
    // Most text has nothing to escape, and searching for three bytes at once is much faster than looking at each.
    for at in memchr::memchr3_iter(b'<', b'>', b'&', text.as_bytes()) {
        out.push_str(&text[from..at]);
        out.push_str(match text.as_bytes()[at] {
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&amp;",
        });
        from = at + 1;
    }
    out.push_str(&text[from..]);
}

/// Writes an address into an attribute.
pub fn escape_href(out: &mut String, url: &str) {
    // Writing into a string cannot fail.
    let _ = pulldown_cmark_escape::escape_href(pulldown_cmark_escape::FmtWriter(out), url);
}

/// Code in which tags are shown that would take in a file without the backslash in front of them; elsewhere Markdown takes it away.
fn shown_tags(code: &str) -> Cow<'_, str> {
    const TAGS: [&str; 3] = ["\\{{#include ", "\\{{#rustdoc_include ", "\\{{#playground "];
    let mut code = Cow::Borrowed(code);
    for tag in TAGS {
        if code.contains(tag) {
            code = Cow::Owned(code.replace(tag, &tag[1..]));
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_long_text_are_all_counted() {
        assert_eq!(ascii_words(b"one (two) 3 -- #four\nfive"), 5);
        assert_eq!(ascii_words(b"word ".repeat(1_000).as_slice()), 1_000);
        assert_eq!(ascii_words(b"a ".repeat(1_000).as_slice()), 1_000);
        assert_eq!(ascii_words(b""), 0);
        assert_eq!(ascii_words(b"\x7f@ [a zz{ `x` 0-9 :: (((a b c d e f g h i j k"), 14);
        let simple = |text: &[u8]| {
            let begins = |byte: u8| byte.is_ascii_alphanumeric() || b"\"(['$#@".contains(&byte);
            let before = std::iter::once(b' ').chain(text.iter().copied());
            before.zip(text).filter(|(before, byte)| *before <= b' ' && **byte > b' ' && begins(**byte)).count() as u32
        };
        for byte in 0..128 {
            for text in [vec![byte; 9], vec![b'a', b' ', byte, byte, b' ', byte, b'z', b' ', b'x', byte], vec![b' ', byte]] {
                assert_eq!(ascii_words(&text), simple(&text), "{text:?}");
            }
        }
    }

    #[test]
    fn the_name_of_a_block_ends_its_text() {
        assert_eq!(block_id("A claim. ^my-claim "), Some(("A claim.", "my-claim")));
        assert_eq!(block_id("^x1"), Some(("", "x1")));
        for none in ["2^10", "a ^", "a ^b c", "a ^b_c"] {
            assert_eq!(block_id(none), None, "{none}");
        }
    }
}
