//! Draws edits as a diff that people read.
//!
//! In: the bytes of a file and its edits. Out: the lines that change with two lines around them, as `diff -u` shows them.

use std::ops::Range;

use crate::base::diagnostic::Edit;
use crate::base::text::LineIndex;

/// Lines around a change.
const CONTEXT: u32 = 2;

/// The changes of one file; `edits` ascend. `old` and `new` are its names before and after.
pub fn diff(old: &str, new: &str, bytes: &[u8], edits: &[Edit]) -> String {
    let index = LineIndex::new(bytes);
    let lines = if bytes.is_empty() { 0 } else { index.line_at(bytes.len() as u32) };
    // A last line end begins no line.
    let last = if bytes.last().is_some_and(|b| matches!(b, b'\n' | b'\r')) { lines.saturating_sub(1) } else { lines };
    let mut out = format!("--- {old}\n+++ {new}\n");
    let mut shift = 0i64;
    for hunk in hunks(&index, edits, last) {
        let (first, end) = (hunk.lines.start, hunk.lines.end);
        let mut body = String::new();
        let (mut before, mut after) = (0u32, 0u32);
        let mut line = first;
        for (changed, text) in &hunk.changes {
            for at in line..changed.start {
                body.push_str(&format!(" {}\n", index.line(at)));
            }
            (before, after) = (before + changed.start - line, after + changed.start - line);
            for at in changed.clone() {
                body.push_str(&format!("-{}\n", index.line(at)));
                before += 1;
            }
            for new in text.lines() {
                body.push_str(&format!("+{new}\n"));
                after += 1;
            }
            line = changed.end;
        }
        for at in line..end {
            body.push_str(&format!(" {}\n", index.line(at)));
        }
        (before, after) = (before + end - line, after + end - line);
        let start = |count: u32, line: i64| if count == 0 { line - 1 } else { line };
        let (old_start, new_start) = (i64::from(first), i64::from(first) + shift);
        out.push_str(&format!("@@ -{},{before} +{},{after} @@\n{body}", start(before, old_start), start(after, new_start)));
        shift += i64::from(after) - i64::from(before);
    }
    out
}

/// Neighbouring changes with the lines around them.
struct Hunk {
    lines: Range<u32>,
    /// The lines that go, and the text that stands there instead.
    changes: Vec<(Range<u32>, String)>,
}

fn hunks(index: &LineIndex<'_>, edits: &[Edit], last: u32) -> Vec<Hunk> {
    let mut hunks: Vec<Hunk> = Vec::new();
    for (changed, text) in changes(index, edits, last) {
        let from = changed.start.saturating_sub(CONTEXT).max(1);
        let to = (changed.end + CONTEXT).min(last + 1).max(changed.end);
        match hunks.last_mut().filter(|hunk| from <= hunk.lines.end) {
            Some(hunk) => {
                hunk.lines.end = to;
                hunk.changes.push((changed, text));
            }
            None => hunks.push(Hunk { lines: from..to, changes: vec![(changed, text)] }),
        }
    }
    hunks
}

/// Whole lines that change; edits on one line are one change.
fn changes(index: &LineIndex<'_>, edits: &[Edit], last: u32) -> Vec<(Range<u32>, String)> {
    let bytes = index.bytes();
    let mut out: Vec<(Range<u32>, String)> = Vec::new();
    let mut at = 0;
    while at < edits.len() {
        let first = index.line_at(edits[at].span.start);
        let whole_lines = edits[at].span.start == edits[at].span.end
            && edits[at].text.ends_with(['\n', '\r'])
            && begins_line(index, edits[at].span.start);
        if whole_lines {
            // Lines that are put in take none away.
            out.push((first..first, edits[at].text.clone()));
            at += 1;
            continue;
        }
        let mut line = index.line_at(edits[at].span.end);
        let start = index.line_bytes(first).start;
        let mut text: Vec<u8> = Vec::new();
        let mut done = start;
        while at < edits.len() && index.line_at(edits[at].span.start) <= line {
            let span = edits[at].span;
            text.extend_from_slice(&bytes[done..span.start as usize]);
            text.extend_from_slice(edits[at].text.as_bytes());
            (done, line) = (span.end as usize, index.line_at(span.end));
            at += 1;
        }
        let line = line.min(last.max(first));
        text.extend_from_slice(&bytes[done..index.line_bytes(line).end.max(done)]);
        out.push((first..line + 1, String::from_utf8_lossy(&text).into_owned()));
    }
    out
}

fn begins_line(index: &LineIndex<'_>, at: u32) -> bool {
    at == 0 || matches!(index.bytes().get(at as usize - 1), Some(b'\n' | b'\r')) || (at == 3 && index.bytes().starts_with(b"\xEF\xBB\xBF"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::path::SourcePath;
    use crate::base::text::Span;

    fn edit(start: u32, end: u32, text: &str) -> Edit {
        Edit { file: SourcePath::new("a.md").expect("a path"), span: Span { start, end }, text: text.into() }
    }

    #[test]
    fn a_change_is_shown_with_the_lines_around_it() {
        let text = b"one\ntwo\nthree\nfour\nfive\nsix\n";
        assert_eq!(
            diff("a", "b", text, &[edit(14, 18, "FOUR")]),
            "--- a\n+++ b\n@@ -2,5 +2,5 @@\n two\n three\n-four\n+FOUR\n five\n six\n"
        );
        assert_eq!(
            diff("a", "a", text, &[edit(0, 0, "+++\nx\n+++\n"), edit(4, 7, "2")]),
            "--- a\n+++ a\n@@ -1,4 +1,7 @@\n++++\n+x\n++++\n one\n-two\n+2\n three\n four\n"
        );
        assert_eq!(diff("a", "a", b"", &[edit(0, 0, "x\n")]), "--- a\n+++ a\n@@ -0,0 +1,1 @@\n+x\n");
        assert_eq!(
            diff("a", "a", b"[x](a) [y](b)", &[edit(4, 5, "1"), edit(11, 12, "2")]),
            "--- a\n+++ a\n@@ -1,1 +1,1 @@\n-[x](a) [y](b)\n+[x](1) [y](2)\n"
        );
    }
}
