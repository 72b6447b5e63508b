//! The part of a file that is shown with a problem.
//!
//! In: an indexed file and the spans to mark. Out: a few lines of text that a terminal may print, and the marks in it.
//!
//! Invariant: a shown line is at most some two thousand bytes of the file, however long the line is.
//! Invariant: marks lie on character boundaries of the shown text, the start before the end.

use std::borrow::Cow;
use std::fmt::Write;
use std::ops::Range;

use super::super::super::text::{LineIndex, Span};

/// A span over more lines than this is marked on its first line only.
const LINES: u32 = 6;
/// Lines up to this many bytes are shown whole.
const WHOLE: usize = 1000;
/// How many bytes of a longer line are shown on both sides of the marks, and between the outermost of them.
const AROUND: usize = 300;
const BETWEEN: usize = 800;
/// Marks that are this many lines apart still share an excerpt.
const NEAR: u32 = 3;

/// Text from files and authors as a terminal may show it: what would steer it stands there as an escape (`\u{1b}`).
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for ch in text.chars() {
        push_visible(&mut out, ch);
    }
    out.into()
}

fn push_visible(out: &mut String, ch: char) {
    if is_hidden(ch) { write!(out, "{}", ch.escape_default()).expect("a string takes everything") } else { out.push(ch) }
}

/// Control characters, what changes the direction of text, line separators, tags and noncharacters.
fn is_hidden(ch: char) -> bool {
    ch.is_control()
        || matches!(ch, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{206F}')
        || matches!(ch, '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
        || ch as u32 & 0xFFFE == 0xFFFE
}

/// A span within a file, made fit to be drawn.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Mark {
    span: Range<usize>,
    /// The first and last line of what is marked.
    pub lines: (u32, u32),
    /// The line where the span really ends, where only its first line is marked.
    pub until: Option<u32>,
}

impl Mark {
    /// Clamps a span to the file, leaves out line ends at its end, and cuts it where it is long.
    pub fn new(index: &LineIndex<'_>, span: Span) -> Self {
        let bytes = index.bytes();
        let start = (span.start as usize).min(bytes.len());
        let mut end = (span.end as usize).clamp(start, bytes.len());
        while end > start && matches!(bytes[end - 1], b'\n' | b'\r') {
            end -= 1;
        }
        let first = index.line_at(start as u32);
        let last = if end > start { index.line_at(end as u32 - 1) } else { first };
        if last - first < LINES {
            return Self { span: start..end, lines: (first, last), until: None };
        }
        Self { span: start..index.line_bytes(first).end.max(start), lines: (first, first), until: Some(last) }
    }

    /// Whether one excerpt can show both.
    pub fn is_near(&self, other: &Self) -> bool {
        if self.lines.0 == other.lines.0 {
            return self.span.start.abs_diff(other.span.start) <= BETWEEN;
        }
        self.lines.0 <= other.lines.1.saturating_add(NEAR) && other.lines.0 <= self.lines.1.saturating_add(NEAR)
    }
}

/// Some lines of a file, ready to be shown.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Excerpt {
    /// The number of the first line.
    pub first: u32,
    /// The lines, joined by LF.
    pub text: String,
    /// The marks in `text`, in the order given.
    pub marks: Vec<Range<usize>>,
}

/// One shown line: for each character, where it begins in the file and in the text; at last, where the line ends.
type Steps = Vec<(usize, usize)>;

impl Excerpt {
    /// Cuts out the lines of some marks that are near each other.
    pub fn new(index: &LineIndex<'_>, marks: &[&Mark]) -> Self {
        let first = marks.iter().map(|mark| mark.lines.0).min().unwrap_or(1);
        let last = marks.iter().map(|mark| mark.lines.1).max().unwrap_or(first);
        let mut text = String::new();
        let mut lines: Vec<Steps> = Vec::new();
        for line in first..=last {
            if line > first {
                text.push('\n');
            }
            lines.push(show_line(index, line, window(index, line, marks), &mut text));
        }
        let marks = marks
            .iter()
            .map(|mark| {
                let start = shown_start(&lines[(mark.lines.0 - first) as usize], mark.span.start);
                let end = shown_end(&lines[(mark.lines.1 - first) as usize], mark.span.end);
                start..end.max(start)
            })
            .collect();
        Self { first, text, marks }
    }
}

/// The bytes of a line that are shown: all, or what is around the marks.
fn window(index: &LineIndex<'_>, line: u32, marks: &[&Mark]) -> Range<usize> {
    let whole = index.line_bytes(line);
    if whole.len() <= WHOLE {
        return whole;
    }
    let starts = marks.iter().filter(|mark| mark.lines.0 == line).map(|mark| mark.span.start);
    let ends = marks.iter().filter(|mark| mark.lines.1 == line).map(|mark| mark.span.end);
    let points = || starts.clone().chain(ends.clone());
    let low = points().min().unwrap_or(whole.start).clamp(whole.start, whole.end);
    let high = points().max().unwrap_or(low).clamp(low, whole.end).min(low + BETWEEN);
    let from = boundary(index.bytes(), low.saturating_sub(AROUND).max(whole.start));
    from..boundary(index.bytes(), (high + AROUND).min(whole.end)).clamp(from, whole.end)
}

/// The next place, at most three bytes on, where a character begins.
fn boundary(bytes: &[u8], at: usize) -> usize {
    (at..at + 3).find(|&at| bytes.get(at).is_none_or(|byte| byte & 0xC0 != 0x80)).unwrap_or(at)
}

fn show_line(index: &LineIndex<'_>, line: u32, mut window: Range<usize>, text: &mut String) -> Steps {
    let whole = index.line_bytes(line);
    let bytes = index.bytes();
    if window.start > whole.start {
        text.push('…');
    }
    if window.start == 0 && bytes[window.clone()].starts_with(b"\xEF\xBB\xBF") {
        window.start = 3;
    }
    let mut steps = Steps::new();
    let mut at = window.start;
    for chunk in bytes[window.clone()].utf8_chunks() {
        for ch in chunk.valid().chars() {
            steps.push((at, text.len()));
            at += ch.len_utf8();
            // A tab is widened where the line is drawn.
            if ch == '\t' { text.push(ch) } else { push_visible(text, ch) }
        }
        if !chunk.invalid().is_empty() {
            steps.push((at, text.len()));
            at += chunk.invalid().len();
            text.push('\u{FFFD}');
        }
    }
    steps.push((at, text.len()));
    if window.end < whole.end {
        text.push('…');
    }
    steps
}

/// Where the character that holds the offset begins.
fn shown_start(steps: &Steps, offset: usize) -> usize {
    let after = steps.partition_point(|(at, _)| *at <= offset);
    steps.get(after.saturating_sub(1)).map_or(0, |(_, shown)| *shown)
}

/// Where the character that holds the byte before the offset ends.
fn shown_end(steps: &Steps, offset: usize) -> usize {
    let reached = steps.partition_point(|(at, _)| *at < offset).min(steps.len().saturating_sub(1));
    steps.get(reached).map_or(0, |(_, shown)| *shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The excerpt of one span, with `[` and `]` where the mark is.
    fn marked(bytes: &[u8], span: Range<u32>) -> String {
        let index = LineIndex::new(bytes);
        let Excerpt { first, mut text, marks } = Excerpt::new(&index, &[&Mark::new(&index, span.into())]);
        text.insert(marks[0].end, ']');
        text.insert(marks[0].start, '[');
        format!("{first}: {text}")
    }

    #[test]
    fn a_mark_fits_what_is_there() {
        assert_eq!(marked(b"", 5..9), "1: []");
        assert_eq!(marked(b"one\ntwo", 90..99), "2: two[]");
        assert_eq!(marked(b"one\r\ntwo\r\n", 5..8), "2: [two]");
        assert_eq!(marked(b"one\r\ntwo\r\n", 0..10), "1: [one\ntwo]");
        assert_eq!(marked(b"one\r\ntwo\r\n", 4..5), "1: one[]");
        assert_eq!(marked(b"\xEF\xBB\xBFone", 0..6), "1: [one]");
        assert_eq!(marked(b"a\xA6\xA6\xC3\xA9 b", 6..7), "1: a\u{FFFD}\u{FFFD}é [b]");
        assert_eq!(marked("aéb".as_bytes(), 2..3), "1: a[é]b");
        assert_eq!(marked("中文\t\u{202e}x".as_bytes(), 7..10), "1: 中文\t[\\u{202e}]x");
    }

    #[test]
    fn a_span_over_many_lines_is_marked_on_the_first() {
        let index = LineIndex::new(b"a\nb b\n\n\n\n\n\n\nc".as_slice());
        let mark = Mark::new(&index, Span { start: 4, end: 13 });
        assert_eq!((mark.lines, mark.until), ((2, 2), Some(9)));
        assert_eq!(mark.span, 4..5);
    }

    #[test]
    fn a_long_line_is_cut_around_the_mark() {
        let line = "é".repeat(50_000) + "HERE" + &"x".repeat(100_000);
        let shown = marked(line.as_bytes(), 100_000..100_004);
        assert!(shown.starts_with("1: …éé") && shown.ends_with("xx…"), "{shown}");
        assert!(shown.contains("é[HERE]x") && shown.len() < 2 * AROUND + 40, "{shown}");
        let long = marked(line.as_bytes(), 100_001..200_004);
        assert!(long.contains("H[EREx") && long.contains("x]…") && long.len() < 2000, "{long}");
    }
}
