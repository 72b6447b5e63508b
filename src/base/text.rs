//! Text as it lies on disk and as it is read: byte order marks, NUL, bytes that are not UTF-8.
//!
//! In: the bytes of a file. Out: a `Source`, whose text every later stage reads, and the way back from an offset in
//! that text to an offset on disk, which is what diagnostics speak of.
//!
//! Invariant: the text has no byte order mark at its start and no NUL (both would mislead the parsers; a NUL becomes
//! U+FFFD). A carriage return alone, which ends a line, is a line feed. CR LF, joiners and no-break spaces stay as they are.

use std::borrow::Cow;
use std::ops::Range;

use super::fingerprint::Fingerprint;
use super::path::SourcePath;

/// Bytes of a file on disk, from `start` up to but not including `end`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl From<Range<u32>> for Span {
    fn from(range: Range<u32>) -> Self {
        Self { start: range.start, end: range.end }
    }
}

/// A text of another file that a page takes in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Included {
    /// The tag that asks for it, in the text of the page.
    pub range: Range<usize>,
    /// The text; empty where there is none.
    pub text: String,
}

/// One text file of the project, decoded.
#[derive(Clone, Debug)]
pub struct Source {
    /// Where it lies.
    pub path: SourcePath,
    /// The decoded text.
    pub text: String,
    /// The fingerprint of the bytes on disk, and of the texts that it takes in.
    pub fingerprint: Fingerprint,
    /// Texts of other files that it takes in, ascending.
    pub included: Vec<Included>,
    /// The files that they come from, sorted.
    pub includes: Vec<SourcePath>,
    /// Where bytes that are not UTF-8 begin on disk, if anywhere: the text shows U+FFFD in their places.
    pub invalid_at: Option<u32>,
    offsets: Offsets,
}

/// How offsets in the decoded text differ from those on disk: `(decoded, disk)` points, ascending; few or none.
#[derive(Clone, Debug, Default)]
struct Offsets(Vec<(u32, u32)>);

impl Offsets {
    fn disk(&self, decoded: u32) -> u32 {
        match self.0.partition_point(|(at, _)| *at <= decoded) {
            0 => decoded,
            after => {
                let (at, disk) = self.0[after - 1];
                disk + (decoded - at)
            }
        }
    }
}

impl Source {
    /// Decodes the bytes of a file.
    pub fn decode(path: SourcePath, bytes: Vec<u8>) -> Self {
        let fingerprint = Fingerprint::of_bytes(&bytes);
        let (text, offsets, invalid_at) = decode(bytes);
        let text = with_line_feeds(text);
        Self { path, text, fingerprint, included: Vec::new(), includes: Vec::new(), invalid_at, offsets }
    }

    /// A source from text at hand, as tests and generated pages have it.
    pub fn from_text(path: SourcePath, text: &str) -> Self {
        Self::decode(path, text.as_bytes().to_vec())
    }

    /// Gives it the texts that it takes in, and the files that they come from.
    pub fn include(&mut self, included: Vec<Included>, includes: Vec<SourcePath>) {
        let texts: Vec<&str> = included.iter().map(|included| included.text.as_str()).collect();
        self.fingerprint = Fingerprint::of(&(self.fingerprint, texts));
        (self.included, self.includes) = (included, includes);
    }

    /// Bytes of the file on disk for bytes of the text.
    pub fn on_disk(&self, span: Range<usize>) -> Span {
        Span { start: self.offsets.disk(span.start as u32), end: self.offsets.disk(span.end as u32) }
    }
}

/// Makes a carriage return that ends a line by itself a line feed, which is as long, so that no offset moves.
fn with_line_feeds(text: String) -> String {
    let bytes = text.as_bytes();
    if !memchr::memchr_iter(b'\r', bytes).any(|at| bytes.get(at + 1) != Some(&b'\n')) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(ch) = rest.next() {
        out.push(if ch == '\r' && rest.peek() != Some(&'\n') { '\n' } else { ch });
    }
    out
}

fn decode(bytes: Vec<u8>) -> (String, Offsets, Option<u32>) {
    let marked = bytes.starts_with(b"\xEF\xBB\xBF");
    if !marked && memchr::memchr(0, &bytes).is_none() {
        match String::from_utf8(bytes) {
            Ok(text) => return (text, Offsets::default(), None),
            Err(error) => return decode_slowly(error.as_bytes(), 0),
        }
    }
    decode_slowly(&bytes, if marked { 3 } else { 0 })
}

fn decode_slowly(bytes: &[u8], skip: usize) -> (String, Offsets, Option<u32>) {
    let mut text = String::with_capacity(bytes.len());
    let mut points = if skip > 0 { vec![(0, skip as u32)] } else { Vec::new() };
    let mut invalid_at = None;
    let mut disk = skip;
    let mut replace = |text: &mut String, disk: usize, length: usize| {
        text.push('\u{FFFD}');
        points.push((text.len() as u32, (disk + length) as u32));
    };
    for chunk in bytes[skip..].utf8_chunks() {
        let mut rest = chunk.valid();
        while let Some(nul) = memchr::memchr(0, rest.as_bytes()) {
            text.push_str(&rest[..nul]);
            replace(&mut text, disk + nul, 1);
            disk += nul + 1;
            rest = &rest[nul + 1..];
        }
        text.push_str(rest);
        disk += rest.len();
        if !chunk.invalid().is_empty() {
            invalid_at.get_or_insert(disk as u32);
            replace(&mut text, disk, chunk.invalid().len());
            disk += chunk.invalid().len();
        }
    }
    (text, Offsets(points), invalid_at)
}

/// The lines of a file as people count them, over its bytes on disk.
///
/// A line ends with LF, CR LF or a lone CR. Columns count characters from 1; bytes that are not UTF-8 count as one
/// character each, as far as they stand for one U+FFFD.
pub struct LineIndex<'a> {
    bytes: Cow<'a, [u8]>,
    starts: Vec<u32>,
}

impl<'a> LineIndex<'a> {
    /// Finds the line starts.
    pub fn new(bytes: impl Into<Cow<'a, [u8]>>) -> Self {
        let bytes = bytes.into();
        let ends = memchr::memchr2_iter(b'\n', b'\r', &bytes).filter(|&at| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'));
        let starts = std::iter::once(0).chain(ends.map(|at| at as u32 + 1)).collect();
        Self { bytes, starts }
    }

    /// The bytes on disk.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The line of an offset, from 1; an offset past the end counts as the end.
    pub fn line_at(&self, offset: u32) -> u32 {
        self.starts.partition_point(|start| *start <= offset.min(self.bytes.len() as u32)) as u32
    }

    /// Line and column of an offset, both from 1; an offset past the end counts as the end.
    pub fn line_column(&self, offset: u32) -> (u32, u32) {
        let offset = offset.min(self.bytes.len() as u32);
        let line = self.line_at(offset);
        let start = self.starts[line as usize - 1] as usize;
        let mut skip = start;
        if start == 0 && self.bytes.starts_with(b"\xEF\xBB\xBF") {
            skip = 3.min(offset as usize);
        }
        let before = String::from_utf8_lossy(&self.bytes[skip..(offset as usize).max(skip)]);
        (line, before.chars().count() as u32 + 1)
    }

    /// The bytes of a line (from 1) without its end.
    pub fn line_bytes(&self, line: u32) -> Range<usize> {
        let start = self.starts[line as usize - 1] as usize;
        let next = self.starts.get(line as usize).map_or(self.bytes.len(), |next| *next as usize);
        let bytes = &self.bytes[start..next];
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        start..start + bytes.strip_suffix(b"\r").unwrap_or(bytes).len()
    }

    /// The text of a line (from 1) without its end.
    pub fn line(&self, line: u32) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes[self.line_bytes(line)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(bytes: &[u8]) -> Source {
        Source::decode(SourcePath::new("a.md").expect("a path"), bytes.to_vec())
    }

    #[test]
    fn offsets_lead_back_to_the_disk() {
        let read = source(b"\xEF\xBB\xBFa\0b\xA6c");
        assert_eq!(&*read.text, "a\u{FFFD}b\u{FFFD}c");
        assert_eq!(read.invalid_at, Some(6));
        let at = read.text.find('c').expect("c");
        assert_eq!(read.on_disk(at..at + 1), (7..8).into());
        assert_eq!(read.on_disk(0..1), (3..4).into());
    }

    #[test]
    fn lines_end_as_people_count_them() {
        let index = LineIndex::new(b"one\r\ntwo\rthr\xC3\xA9e\nend");
        assert_eq!(index.line_column(5), (2, 1));
        assert_eq!(index.line_column(14), (3, 5));
        assert_eq!(index.line(3), "thrée");
        assert_eq!(index.line_column(99), (4, 4));
    }
}
