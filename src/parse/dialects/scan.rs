//! Finds the tags of a text, and what is code.
//!
//! In: a text. Out: its tags in order, and the stretches in which nothing is a mark of a dialect.
//!
//! Invariant: one pass; what is looked for ahead and not found is not looked for again in the same paragraph.

use std::ops::Range;

use memchr::memmem;

use super::Manner;
use super::tags::{self, Meaning};

/// A tag, or something else that is replaced.
#[derive(Debug)]
pub(super) struct Token {
    /// All of it.
    pub range: Range<usize>,
    /// What stands in its place.
    pub meaning: Meaning,
}

/// What a text holds.
#[derive(Default, Debug)]
pub(super) struct Scanned {
    /// Tags, ascending.
    pub tokens: Vec<Token>,
    /// Code, comments and the like, ascending.
    pub quiet: Vec<Range<usize>>,
}

/// Elements whose inside is not read.
const QUIET: [&str; 5] = ["pre", "code", "script", "style", "textarea"];
/// The longest run of backticks that is looked for.
const TICKS: usize = 16;

struct Scan<'a> {
    text: &'a str,
    bytes: &'a [u8],
    manner: Manner,
    found: Scanned,
    /// Up to where there is no end for a run of so many backticks.
    no_ticks: [usize; TICKS],
    /// Up to where there is no end for a tag of each kind.
    no_end: [usize; 4],
    /// Where the paragraph ends that was asked for last; it holds for every place before it.
    paragraph: usize,
    /// Whether there is no second `%%`.
    no_comment: bool,
    /// Names of tags that have no end from here on.
    unclosed: Vec<String>,
    in_list: bool,
    after_blank: bool,
}

/// Finds the tags of a text.
pub(super) fn scan(text: &str, manner: Manner) -> Scanned {
    let mut scan = Scan {
        text,
        bytes: text.as_bytes(),
        manner,
        found: Scanned::default(),
        no_ticks: [0; TICKS],
        no_end: [0; 4],
        paragraph: 0,
        no_comment: false,
        unclosed: Vec::new(),
        in_list: false,
        after_blank: true,
    };
    let mut at = 0;
    while at < text.len() {
        at = scan.block(at);
    }
    scan.found
}

/// The end of the line that `at` stands in, its line feed included.
pub(super) fn line_end(bytes: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end + 1)
}

/// The columns of white space at the start.
pub(super) fn indent(line: &str) -> usize {
    let blanks = line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t'));
    blanks.fold(0, |columns, byte| if byte == b'\t' { columns / 4 * 4 + 4 } else { columns + 1 })
}

/// A line without the marks of quotes, lists and white space before it.
fn bare(line: &str) -> &str {
    let mut rest = line.trim_start_matches([' ', '\t', '>']);
    while let Some(inner) = item(rest) {
        rest = inner.trim_start_matches([' ', '\t', '>']);
    }
    rest
}

/// What follows the mark of a list item.
pub(super) fn item(line: &str) -> Option<&str> {
    let digits = line.bytes().take(9).take_while(u8::is_ascii_digit).count();
    let rest = match digits {
        0 => line.strip_prefix(['-', '*', '+'])?,
        _ => line[digits..].strip_prefix(['.', ')'])?,
    };
    rest.starts_with([' ', '\t']).then_some(rest)
}

/// The mark of a fence at the start of a line: its character and length.
pub(super) fn fence(line: &str) -> Option<(u8, usize)> {
    let mark = *line.as_bytes().first().filter(|mark| matches!(mark, b'`' | b'~'))?;
    let length = line.bytes().take_while(|byte| *byte == mark).count();
    (length >= 3 && !(mark == b'`' && line[length..].contains('`'))).then_some((mark, length))
}

impl Scan<'_> {
    /// Reads from the start of a line and gives the start of another.
    fn block(&mut self, at: usize) -> usize {
        let end = line_end(self.bytes, at);
        let line = &self.text[at..end];
        if line.trim().is_empty() {
            self.after_blank = true;
            return end;
        }
        let columns = indent(line);
        let blank_before = std::mem::replace(&mut self.after_blank, false);
        if item(line.trim_start()).is_some() {
            self.in_list = true;
        } else if columns == 0 && blank_before && !self.bytes[at..].starts_with(b">") {
            self.in_list = false;
        }
        if columns >= 4 && blank_before && !self.in_list && !self.in_box(at) {
            // Code by its indentation goes on in the same way.
            self.after_blank = true;
            self.quiet(at..end);
            return end;
        }
        if let Some(fence) = fence(bare(line)) {
            let end = self.fence_end(end, fence);
            self.quiet(at..end);
            return end;
        }
        if self.manner.mdx && columns == 0 && (line.starts_with("import ") || line.starts_with("export ")) {
            let end = self.statement_end(at);
            self.token(at..end, Meaning::Nothing);
            return end;
        }
        self.line(at, end)
    }

    /// Whether an indented line may be the inside of a note of MkDocs: one stands somewhere before it.
    fn in_box(&self, at: usize) -> bool {
        let before = &self.bytes[..at];
        // The last line without indentation decides.
        let mut end = before.len();
        for _ in 0..400 {
            let start = memchr::memrchr(b'\n', &before[..end.saturating_sub(1)]).map_or(0, |start| start + 1);
            let line = &self.text[start..end];
            if !line.trim().is_empty() && !line.starts_with([' ', '\t']) {
                return line.starts_with("!!!") || line.starts_with("???");
            }
            if start == 0 {
                return false;
            }
            end = start;
        }
        false
    }

    fn fence_end(&self, from: usize, (mark, length): (u8, usize)) -> usize {
        let mut at = from;
        while at < self.bytes.len() {
            let end = line_end(self.bytes, at);
            let line = self.text[at..end].trim_start_matches([' ', '\t', '>']).trim_end();
            if line.len() >= length && line.bytes().all(|byte| byte == mark) {
                return end;
            }
            at = end;
        }
        at
    }

    /// The end of a statement of JavaScript: its line, or the line that closes its last bracket.
    fn statement_end(&self, at: usize) -> usize {
        let (mut depth, mut from) = (0i32, at);
        loop {
            let end = line_end(self.bytes, from);
            for byte in self.bytes[from..end].iter() {
                match byte {
                    b'{' | b'(' | b'[' => depth += 1,
                    b'}' | b')' | b']' => depth -= 1,
                    _ => {}
                }
            }
            if depth <= 0 || end == self.bytes.len() || self.text[end..line_end(self.bytes, end)].trim().is_empty() {
                return end;
            }
            from = end;
        }
    }

    fn quiet(&mut self, range: Range<usize>) {
        match self.found.quiet.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => self.found.quiet.push(range),
        }
    }

    fn token(&mut self, range: Range<usize>, meaning: Meaning) {
        self.found.tokens.push(Token { range, meaning });
    }

    /// Reads the words of a line, and of further ones where something goes over its end; gives the start of a line.
    fn line(&mut self, start: usize, end: usize) -> usize {
        let (mut at, mut end) = (start, end);
        while let Some(next) = self.bytes[at..end].iter().position(|byte| matches!(byte, b'`' | b'<' | b'{' | b'%' | b'\\')) {
            at += next;
            let after = match self.bytes[at] {
                b'\\' => self.escaped(at),
                b'`' => self.code(at),
                b'<' => self.element(at),
                b'{' => self.tag(at),
                _ => self.comment(at, start),
            };
            at = after.min(self.bytes.len());
            if at > end {
                end = line_end(self.bytes, at - 1).max(at);
            }
            if at >= end {
                break;
            }
        }
        end
    }

    /// `\{{#include` is how mdBook shows the tag itself.
    fn escaped(&mut self, at: usize) -> usize {
        let width = self.text[at + 1..].chars().next().map_or(1, char::len_utf8);
        if !self.bytes[at + 1..].starts_with(b"{{#") {
            return at + 1 + width;
        }
        self.token(at..at + 1, Meaning::Nothing);
        at + 3
    }

    /// The end of the paragraph that `at` stands in; `at` only ever grows.
    fn paragraph_end(&mut self, at: usize) -> usize {
        if at >= self.paragraph {
            self.paragraph = self.find_paragraph_end(at);
        }
        self.paragraph
    }

    fn find_paragraph_end(&self, at: usize) -> usize {
        let mut from = at;
        while let Some(feed) = memchr::memchr(b'\n', &self.bytes[from..]) {
            from += feed + 1;
            let line = &self.text[from..line_end(self.bytes, from)];
            if line.trim_matches([' ', '\t', '\r', '\n', '>']).is_empty() {
                return from;
            }
        }
        self.bytes.len()
    }

    fn code(&mut self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        let run = |at: usize| bytes[at..].iter().take_while(|byte| **byte == b'`').count();
        let length = run(at);
        if length >= TICKS || at < self.no_ticks[length] {
            return at + length;
        }
        let limit = self.paragraph_end(at);
        let mut from = at + length;
        while let Some(next) = memchr::memchr(b'`', &bytes[from..limit]) {
            let found = run(from + next);
            if found == length {
                return from + next + found;
            }
            from += next + found;
        }
        self.no_ticks[length] = limit;
        at + length
    }

    /// HTML comments and elements that hold code are passed over.
    fn element(&mut self, at: usize) -> usize {
        let rest = &self.text[at + 1..];
        if rest.starts_with("!--") {
            let end = memmem::find(rest.as_bytes(), b"-->").map(|end| at + 1 + end + 3);
            if let Some(end) = end {
                self.quiet(at..end);
            }
            return end.unwrap_or(at + 4);
        }
        let name = rest.bytes().take(9).take_while(u8::is_ascii_alphanumeric).count();
        let Some(name) = QUIET.into_iter().find(|quiet| rest[..name].eq_ignore_ascii_case(quiet)) else { return at + 1 };
        // The end is looked for in a limited stretch, so that a text of many starts is read once.
        let window = &rest.as_bytes()[..rest.len().min(20_000)];
        let end = memmem::find_iter(window, b"</")
            .find(|end| window[end + 2..].get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes())));
        let Some(end) = end.map(|end| at + 1 + end + 2 + name.len()) else { return at + 1 };
        self.quiet(at..end);
        end
    }

    fn tag(&mut self, at: usize) -> usize {
        let rest = &self.text.as_bytes()[at..];
        let (open, close, kind) = match rest {
            [b'{', b'{', b'<', ..] => (3, ">}}", 0),
            [b'{', b'{', b'%', ..] => (3, "%}}", 1),
            [b'{', b'%', ..] => (2, "%}", 2),
            [b'{', b'{', ..] => (2, "}}", 3),
            [b'{', b'/', b'*', ..] if self.manner.mdx => {
                let end = memmem::find(rest, b"*/}").map_or(at + 3, |end| at + end + 3);
                self.token(at..end, Meaning::Nothing);
                return end;
            }
            _ => return at + 1,
        };
        if at < self.no_end[kind] {
            return at + open;
        }
        let limit = self.paragraph_end(at);
        let Some(end) = memmem::find(&self.bytes[at + open..limit], close.as_bytes()) else {
            self.no_end[kind] = limit;
            return at + open;
        };
        let inside = &self.text[at + open..at + open + end];
        let end = at + open + end + close.len();
        let before = &self.text[..at];
        let meaning = match kind {
            0 | 1 => tags::hugo(inside, close),
            2 => tags::liquid(inside),
            _ => tags::variable(inside, before),
        };
        let Some(meaning) = meaning else { return at + open };
        let (range, next) = match &meaning {
            Meaning::Fence(_, name) => return self.fenced(at, end, &format!("/{name}"), &format!("end{name}"), meaning),
            Meaning::Quiet(name) => return self.fenced(at, end, &format!("/{name}"), &format!("end{name}"), meaning),
            _ => (at..end, end),
        };
        self.token(range, meaning);
        next
    }

    /// A tag whose inside is code: nothing is read up to its end.
    fn fenced(&mut self, at: usize, end: usize, hugo: &str, liquid: &str, meaning: Meaning) -> usize {
        let rest = if self.unclosed.iter().any(|name| name == liquid) { "" } else { &self.text[end..] };
        let mut from = 0;
        while let Some(next) = memchr::memchr(b'{', &rest.as_bytes()[from..]) {
            let start = from + next;
            let inside = rest[start..].trim_start_matches(['{', '%', '<']).trim_start_matches('-').trim_start();
            let closes = [hugo, liquid]
                .iter()
                .any(|name| inside.strip_prefix(name).is_some_and(|after| after.trim_start_matches([' ', '-']).starts_with(['%', '>'])));
            if closes && let Some(length) = rest[start..].find('}') {
                let length = rest[start + length..].bytes().take_while(|byte| *byte == b'}').count() + length;
                let close = end + start..end + start + length;
                match meaning {
                    Meaning::Fence(language, _) => {
                        // The line feeds around the code are there already where the tags have lines of their own.
                        let feed = |has: bool| if has { "" } else { "\n" };
                        let first = feed(self.text[end..].starts_with(['\n', '\r']));
                        let last = feed(self.text[..close.start].ends_with('\n'));
                        let after = feed(self.text[close.end..].starts_with(['\n', '\r']));
                        self.token(at..end, Meaning::Text(format!("```{language}{first}")));
                        self.quiet(end..close.start);
                        self.token(close.clone(), Meaning::Text(format!("{last}```{after}")));
                    }
                    Meaning::Quiet(ref name) if name == "comment" => self.token(at..close.end, Meaning::Nothing),
                    _ => {
                        self.token(at..end, Meaning::Nothing);
                        self.quiet(end..close.start);
                        self.token(close.clone(), Meaning::Nothing);
                    }
                }
                return close.end;
            }
            from = start + 1;
        }
        self.unclosed.push(liquid.to_owned());
        self.token(at..end, Meaning::Nothing);
        end
    }

    /// `%% … %%`: in a vault anywhere, elsewhere in words of their own or on lines of their own.
    fn comment(&mut self, at: usize, line: usize) -> usize {
        if !self.bytes[at..].starts_with(b"%%") {
            return at + 1;
        }
        let run = self.bytes[at..].iter().take_while(|byte| **byte == b'%').count();
        if self.no_comment || run > 2 {
            return at + run;
        }
        let Some(close) = memmem::find(&self.bytes[at + 2..], b"%%").map(|close| at + 2 + close) else {
            self.no_comment = true;
            return at + 2;
        };
        let inside = &self.text[at + 2..close];
        let opens = self.text[line..at].chars().next_back().is_none_or(char::is_whitespace);
        let closes = self.text[close + 2..].chars().next().is_none_or(|next| next.is_whitespace() || next == '.');
        let alone = opens && inside.starts_with(['\n', '\r']);
        let short = opens && closes && !inside.contains('\n');
        if !(self.manner.vault || short || alone && closes) {
            return at + 2;
        }
        self.token(at..close + 2, Meaning::Nothing);
        close + 2
    }
}
