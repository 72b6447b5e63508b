//! The files that are open while diagnostics are drawn.
//!
//! In: a path and a span. Out: lines and columns, and the index that excerpts are cut from.
//!
//! Invariant: an answer never depends on what was asked before; what is remembered only saves time.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::super::super::path::SourcePath;
use super::super::super::text::{LineIndex, Span};
use super::super::Label;
use super::Sources;

/// How many bytes of files are held at a time; a report may speak of every page of a large handbook.
const HELD: usize = 64 << 20;

/// Where something begins and ends, in lines and columns from 1; the end is the place after the last character.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Place {
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
}

/// One open file.
pub(super) struct File<'a> {
    pub index: LineIndex<'a>,
    /// The place last asked for: `(offset, line, column)`, kept only where a character begins.
    last: Option<(u32, u32, u32)>,
}

impl File<'_> {
    /// The place of a span; offsets past the end count as the end.
    pub fn place(&mut self, span: Span) -> Place {
        let (line, column) = self.line_column(span.start);
        let (end_line, end_column) = self.line_column(span.end.max(span.start));
        Place { line, column, end_line, end_column }
    }

    /// Counts on from the last place where it can: thousands of problems in one very long line stay cheap.
    fn line_column(&mut self, offset: u32) -> (u32, u32) {
        let bytes = self.index.bytes();
        let offset = offset.min(bytes.len() as u32);
        let line = self.index.line_at(offset);
        let found = match self.last {
            Some((at, on, column)) if on == line && at <= offset => {
                let between = String::from_utf8_lossy(&bytes[at as usize..offset as usize]);
                (line, column + between.chars().count() as u32)
            }
            _ => self.index.line_column(offset),
        };
        let starts_character = bytes.get(offset as usize).is_none_or(|byte| byte & 0xC0 != 0x80);
        if offset >= 3 && starts_character {
            self.last = Some((offset, found.0, found.1));
        }
        found
    }
}

/// All the open files.
pub(super) struct Files<'a> {
    sources: &'a dyn Sources,
    open: BTreeMap<SourcePath, Option<File<'a>>>,
    held: usize,
}

impl<'a> Files<'a> {
    /// No file is open yet.
    pub fn new(sources: &'a dyn Sources) -> Self {
        Self { sources, open: BTreeMap::new(), held: 0 }
    }

    /// The file, opened where it is not yet; `None` where its bytes cannot be had.
    pub fn get(&mut self, path: &SourcePath) -> Option<&mut File<'a>> {
        if self.held > HELD && !self.open.contains_key(path) {
            self.open.clear();
            self.held = 0;
        }
        let (sources, held) = (self.sources, &mut self.held);
        let opened = self.open.entry(path.clone()).or_insert_with(|| {
            let bytes = sources.bytes(path)?;
            *held += if matches!(bytes, Cow::Owned(_)) { bytes.len() } else { 0 };
            Some(File { index: LineIndex::new(bytes), last: None })
        });
        opened.as_mut()
    }

    /// The place of a label; `None` where the bytes of its file cannot be had.
    pub fn place(&mut self, label: &Label) -> Option<Place> {
        self.get(&label.file).map(|file| file.place(label.span))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Table, path};
    use super::*;

    #[test]
    fn counting_on_gives_the_same_places() {
        let bytes = b"\xEF\xBB\xBFa\xC3\xA9\xA6\xE2\x82 \xF0\x9F\x98\x80b\r\nc\x80\x80\x80\x80d\n".to_vec();
        let plain = LineIndex::new(bytes.clone());
        let end = bytes.len() as u32 + 1;
        let table = Table(vec![("a.md", bytes.clone())]);
        let a = path("a.md");
        for first in 0..=end {
            for second in 0..=end {
                let mut files = Files::new(&table);
                let file = files.get(&a).expect("a file");
                let asked = [file.line_column(first), file.line_column(second)];
                assert_eq!(asked, [plain.line_column(first), plain.line_column(second)], "{first} then {second}");
            }
        }
    }
}
