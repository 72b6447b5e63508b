//! Writes a text again, line by line: tags replaced, notes as quotes that say what they are.
//!
//! In: a text and its tags. Out: plain Markdown with its places.
//!
//! A note of any dialect becomes `> [!kind] title` and its lines get `> ` in front, so that one component shows them all
//! and everything that may stand in a quote may stand in a note. A stack of open notes says what each line gets.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::notes::{admonition, container};
use super::scan::{Scanned, Token, indent, line_end};
use super::tags::{Meaning, Note};
use super::{Draft, Notice, Plain};

/// Notes within notes; deeper ones stay as they are written, since each adds to every line inside.
const DEPTH: usize = 12;

/// What ends a note.
#[derive(PartialEq, Eq, Debug)]
enum End {
    /// A line of so many colons.
    Colons(usize),
    /// A line that is indented by less.
    Indent(usize),
    /// The closing tag of this name.
    Tag(String),
}

/// A note that is open.
struct Opened {
    end: End,
    /// The columns before its first line.
    columns: usize,
    /// Whether its lines are quoted; a container that only arranges has no mark of its own.
    quoted: bool,
}

struct Boxes<'a> {
    source: &'a str,
    tokens: &'a [Token],
    quiet: &'a [Range<usize>],
    /// The next token and quiet stretch.
    token: usize,
    silence: usize,
    open: Vec<Opened>,
    /// Lines of colons that have a partner, by where they start.
    colons: FxHashMap<usize, usize>,
    /// Tags that open or close something and have a partner, by index.
    pairs: FxHashMap<usize, usize>,
    /// Whether the last written line is blank.
    blank: bool,
    out: Draft,
    notices: Vec<Notice>,
}

/// Writes a text in plain Markdown.
pub(super) fn write(source: &str, scanned: Scanned) -> Plain<'_> {
    let Scanned { tokens, quiet } = scanned;
    let mut boxes = Boxes {
        source,
        tokens: &tokens,
        quiet: &quiet,
        token: 0,
        silence: 0,
        open: Vec::new(),
        colons: colons(source, &quiet),
        pairs: pairs(source, &tokens),
        blank: true,
        out: Draft::default(),
        notices: Vec::new(),
    };
    boxes.out.text.reserve(source.len() + source.len() / 16);
    let mut at = 0;
    while at < source.len() {
        at = boxes.line(at);
    }
    let Boxes { out, notices, .. } = boxes;
    Plain { text: out.text.into(), places: out.places, notices }
}

/// Partners among the lines of colons.
fn colons(source: &str, quiet: &[Range<usize>]) -> FxHashMap<usize, usize> {
    let mut partners = FxHashMap::default();
    let mut open: Vec<(usize, usize)> = Vec::new();
    let (mut at, mut silence) = (0, 0);
    while at < source.len() {
        let end = line_end(source.as_bytes(), at);
        while quiet.get(silence).is_some_and(|quiet| quiet.end <= at) {
            silence += 1;
        }
        let line = source[at..end].trim();
        let count = line.bytes().take_while(|byte| *byte == b':').count();
        if count >= 3 && !quiet.get(silence).is_some_and(|quiet| quiet.contains(&at)) {
            if line.len() > count {
                if container(line).is_some() {
                    open.push((count, at));
                }
            } else if let Some(found) =
                open.iter().rposition(|(opened, _)| *opened == count).or_else(|| open.iter().rposition(|(opened, _)| *opened <= count))
            {
                partners.insert(open[found].1, at);
                partners.insert(at, open[found].1);
                open.truncate(found);
            }
        }
        at = end;
    }
    partners
}

/// Partners among the tags that open and close something.
fn pairs(source: &str, tokens: &[Token]) -> FxHashMap<usize, usize> {
    let mut partners = FxHashMap::default();
    let mut open: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (at, token) in tokens.iter().enumerate() {
        if !is_alone(source, &token.range) {
            continue;
        }
        match &token.meaning {
            Meaning::Open(note) => open.entry(note.name.as_str()).or_default().push(at),
            Meaning::Close(name) => {
                if let Some(opened) = open.get_mut(name.as_str()).and_then(Vec::pop) {
                    partners.insert(opened, at);
                    partners.insert(at, opened);
                }
            }
            _ => {}
        }
    }
    partners
}

/// Whether a tag has its line to itself.
fn is_alone(source: &str, range: &Range<usize>) -> bool {
    let blank = |c: char| c.is_whitespace() && c != '\n';
    let before = source[..range.start].trim_end_matches(blank);
    let after = source[range.end..].trim_start_matches(blank);
    (before.is_empty() || before.ends_with('\n')) && (after.is_empty() || after.starts_with('\n'))
}

impl Boxes<'_> {
    /// Writes the line at `at` and gives where the next one starts.
    fn line(&mut self, at: usize) -> usize {
        let end = line_end(self.source.as_bytes(), at);
        while self.quiet.get(self.silence).is_some_and(|quiet| quiet.end <= at) {
            self.silence += 1;
        }
        let quiet = self.quiet.get(self.silence).is_some_and(|quiet| quiet.contains(&at));
        let rest = self.step_inside(at, end);
        let line = &self.source[rest..end];
        let columns = indent(line);
        let words = line.trim();
        if !quiet && let Some(next) = self.opens_or_closes(at, rest, end, columns, words) {
            return next;
        }
        self.words(rest, end)
    }

    /// Ends the notes that the line is not inside of, and gives where the line begins inside the others.
    fn step_inside(&mut self, at: usize, end: usize) -> usize {
        let mut rest = at;
        let mut depth = 0;
        while let Some(opened) = self.open.get(depth) {
            let line = &self.source[rest..end];
            let columns = match opened.end {
                End::Indent(least) if !line.trim().is_empty() && indent(line) < least => {
                    self.close(depth, at);
                    break;
                }
                End::Indent(least) => least,
                _ => opened.columns,
            };
            rest += columns_in(line, columns);
            depth += 1;
        }
        rest
    }

    fn opens_or_closes(&mut self, at: usize, rest: usize, end: usize, columns: usize, words: &str) -> Option<usize> {
        let toc = ["[TOC]", "[[_TOC_]]", "[[TOC]]", "{:toc}", "[toc]", "@[toc]"];
        if toc.contains(&words) {
            return Some(end);
        }
        let token = self.tokens.get(self.token).filter(|token| token.range.start >= rest && token.range.start < end);
        if let (Some(token), true) = (token, self.pairs.contains_key(&self.token)) {
            let range = token.range.clone();
            match &token.meaning {
                Meaning::Open(note) if self.open.len() < DEPTH => self.open(note, End::Tag(note.name.clone()), columns, &range),
                Meaning::Close(name) => {
                    if let Some(depth) = self.open.iter().rposition(|opened| opened.end == End::Tag(name.clone())) {
                        self.close(depth, at);
                    }
                }
                _ => {}
            }
            self.token += 1;
            return Some(line_end(self.source.as_bytes(), range.end.max(end) - 1));
        }
        if words.starts_with(":::") && self.colons.contains_key(&at) {
            let count = words.bytes().take_while(|byte| *byte == b':').count();
            let range = at..end;
            match container(words).filter(|_| words.len() > count) {
                _ if self.open.len() >= DEPTH => {}
                Some(Some(note)) => self.open(&note, End::Colons(count), columns, &range),
                Some(None) => self.open.push(Opened { end: End::Colons(count), columns, quoted: false }),
                None => {
                    let own = self.open.iter().rposition(|opened| opened.end == End::Colons(count));
                    let any = || self.open.iter().rposition(|opened| matches!(opened.end, End::Colons(opened) if opened <= count));
                    if let Some(depth) = own.or_else(any) {
                        self.close(depth, at);
                    }
                }
            }
            return Some(end);
        }
        let note = admonition(words).filter(|_| self.open.len() < DEPTH)?;
        // Without an indented line below it, it is a sentence that begins strangely.
        let next = self.source[end..].lines().find(|line| !line.trim().is_empty()).unwrap_or("");
        let before = end - rest;
        let outer = self.source[at..rest].len();
        let least = columns + 4;
        if next.len() <= outer || indent(next) < least + indent(&self.source[at..rest]) || before == 0 {
            return None;
        }
        self.open(&note, End::Indent(least), columns, &(at..end));
        Some(end)
    }

    fn open(&mut self, note: &Note, end: End, columns: usize, range: &Range<usize>) {
        let prefix = self.prefix();
        if !self.blank {
            self.out.insert(&format!("{}\n", prefix.trim_end()), range.start..range.start);
        }
        let space = if note.title.is_empty() { "" } else { " " };
        let blanks = " ".repeat(columns);
        let title = format!("{prefix}{blanks}> [!{}]{}{space}{}\n", note.kind, note.fold, note.title);
        self.out.insert(&title, range.clone());
        self.out.insert(&format!("{prefix}{blanks}>\n"), range.end..range.end);
        self.open.push(Opened { end, columns, quoted: true });
        self.blank = true;
    }

    /// Ends the note at `depth` and those inside of it.
    fn close(&mut self, depth: usize, at: usize) {
        self.open.truncate(depth);
        // A line without words keeps what follows from going on inside the quote.
        let prefix = self.prefix();
        self.out.insert(&format!("{}\n", prefix.trim_end()), at..at);
        self.blank = true;
    }

    fn prefix(&self) -> String {
        let quoted = self.open.iter().filter(|opened| opened.quoted);
        quoted.fold(String::new(), |prefix, opened| prefix + &" ".repeat(opened.columns) + "> ")
    }

    fn put_prefix(&mut self, at: usize, blank: bool) {
        if !self.open.is_empty() {
            let prefix = self.prefix();
            self.out.insert(if blank { prefix.trim_end() } else { &prefix }, at..at);
        }
    }

    fn copy_line(&mut self, rest: usize, end: usize) {
        let line = &self.source[rest..end];
        self.blank = line.trim().is_empty();
        self.put_prefix(rest, self.blank);
        let from = if self.blank {
            end - line.len().min(if line.ends_with("\r\n") { 2 } else { usize::from(line.ends_with('\n')) })
        } else {
            rest
        };
        self.out.copy(self.source, if self.open.is_empty() { rest..end } else { from..end });
    }

    /// Writes a line of words with its tags replaced; gives where the next line starts.
    fn words(&mut self, rest: usize, end: usize) -> usize {
        while self.tokens.get(self.token).is_some_and(|token| token.range.start < rest) {
            self.token += 1;
        }
        if self.tokens.get(self.token).is_none_or(|token| token.range.start >= end) {
            self.copy_line(rest, end);
            return end;
        }
        let written = self.out.text.len();
        let places = self.out.places.len();
        self.put_prefix(rest, false);
        let begun = self.out.text.len();
        let (mut from, mut end) = (rest, end);
        while let Some(token) = self.tokens.get(self.token).filter(|token| token.range.start < end) {
            let range = token.range.clone();
            self.token += 1;
            self.out.copy(self.source, from..range.start.max(from));
            self.replace(&token.meaning, &range, rest);
            from = range.end;
            if from > end || from == end && !self.source[..from].ends_with('\n') {
                end = line_end(self.source.as_bytes(), from.min(self.source.len()));
            }
        }
        self.out.copy(self.source, from.min(end)..end);
        if self.out.text[begun..].trim().is_empty() {
            // A line that held nothing else goes with it.
            self.out.text.truncate(written);
            self.out.places.truncate(places);
            if let Some(last) = self.out.places.last_mut()
                && last.copied
            {
                last.from.end = last.from.start + (written - last.at);
            }
        } else {
            self.blank = false;
        }
        end
    }

    fn replace(&mut self, meaning: &Meaning, range: &Range<usize>, line: usize) {
        match meaning {
            Meaning::Lines(text) => {
                // Code in a list or a quote stays in it.
                let before = self.source.get(line..range.start).unwrap_or("");
                let before = if before.contains(|c| !matches!(c, ' ' | '\t' | '>')) { "" } else { before };
                let text = text.replace('\n', &format!("\n{}{before}", self.prefix()));
                self.out.insert(&text, range.clone());
            }
            Meaning::Text(text) => {
                // A text of several lines stays inside the notes that are open.
                let prefix = self.prefix();
                let text = if prefix.is_empty() { text.clone() } else { text.replace('\n', &format!("\n{prefix}")) };
                self.out.insert(&text, range.clone());
            }
            Meaning::Unknown(kind) => self.notices.push(Notice { range: range.clone(), kind: kind.clone() }),
            Meaning::Open(note) => self.notices.push(Notice { range: range.clone(), kind: note.name.clone() }),
            _ => {}
        }
    }
}

/// How many bytes of white space at the start of a line take up to so many columns.
fn columns_in(line: &str, columns: usize) -> usize {
    let mut reached = 0;
    let mut bytes = 0;
    for byte in line.bytes() {
        let next = match byte {
            b' ' => reached + 1,
            b'\t' => reached / 4 * 4 + 4,
            _ => break,
        };
        if next > columns {
            break;
        }
        (reached, bytes) = (next, bytes + 1);
    }
    bytes
}
