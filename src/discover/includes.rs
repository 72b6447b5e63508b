//! Texts of other files that a page takes in: `{{#include file:lines}}` of mdBook, `[!INCLUDE [words](file)]`.
//!
//! In: a page as it was read, the project root. Out: the page with the texts that it asks for, and what is wrong with them.
//!
//! It happens here because parsing reads no file. Files may lie anywhere in the project, as listings of a book often do
//! beside its content, but not where a dot hides them: a page from elsewhere must not be able to show secrets.
//!
//! Invariant: only plain files inside the project root are read and no link is followed; a page takes in at most 1,000
//! texts and 1 MB, and never a file that is being taken in.

use std::ops::Range;
use std::path::Path;

use memchr::memmem;

use super::read::{PAGE_LIMIT, bytes};
use super::trouble;
use crate::base::config::Settings;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::path::{SourcePath, decode_percent, join};
use crate::base::text::{Included, Source};

/// How much a page may take in.
const BYTES: usize = 1 << 20;
const COUNT: usize = 1_000;
/// Files within files; each takes room on the stack.
const DEPTH: usize = 32;
/// How long a tag may be.
const TAG: usize = 400;

/// A tag that asks for a text.
struct Asked<'a> {
    range: Range<usize>,
    path: &'a str,
    /// Which part of the file: nothing, a name, or numbers of lines.
    part: &'a str,
    /// Whether the text is a program to be shown as code.
    program: bool,
}

/// Why there is no text.
struct Refusal {
    code: Code,
    message: String,
    help: &'static str,
}

impl Refusal {
    fn of(code: Code, message: String) -> Self {
        let help = match code {
            Code::EmbedCycle => "Take one of the two out",
            Code::EmbedBudget => "Link to the files instead of including them",
            Code::BrokenAnchor => "Check the name against the ANCHOR comments of the file",
            _ => "Write the path from the folder of this file, to a file inside the project",
        };
        Self { code, message, help }
    }
}

/// What a page has taken in so far.
struct Taken<'a> {
    root: &'a Path,
    count: usize,
    bytes: usize,
    /// The files that are being taken in, outermost first.
    chain: Vec<String>,
    files: Vec<SourcePath>,
}

/// Gives a page the texts that it asks for.
pub(super) fn include(root: &Path, source: &mut Source, settings: &Settings) -> Vec<Diagnostic> {
    let asked = asked(&source.text);
    if asked.is_empty() {
        return Vec::new();
    }
    let mut taken = Taken { root, count: 0, bytes: 0, chain: vec![source.path.as_str().to_owned()], files: Vec::new() };
    let (mut included, mut diagnostics) = (Vec::new(), Vec::new());
    for tag in asked {
        let text = match taken.text(&tag, source.path.folder()) {
            Ok(text) => text,
            Err(Refusal { code, message, help }) => {
                let span = source.on_disk(tag.range.clone());
                let problem = trouble(settings, code, Some(&source.path), span, message, help);
                diagnostics.extend(problem.map(|problem| problem.target(tag.path)));
                String::new()
            }
        };
        included.push(Included { range: tag.range, text });
    }
    taken.files.sort_unstable();
    taken.files.dedup();
    source.include(included, taken.files);
    diagnostics
}

/// The tags of a text that ask for others, ascending.
fn asked(text: &str) -> Vec<Asked<'_>> {
    let mut all: Vec<Asked<'_>> = memmem::find_iter(text.as_bytes(), "{{#").filter_map(|at| of_mdbook(text, at)).collect();
    all.extend(memmem::find_iter(text.as_bytes(), "[!").filter_map(|at| of_microsoft(text, at)));
    all.sort_by_key(|tag| tag.range.start);
    all.dedup_by(|next, tag| next.range.start < tag.range.end);
    all
}

/// Whether a mark is shown rather than meant: behind a backslash or at the start of code.
fn is_shown(text: &str, at: usize) -> bool {
    matches!(text[..at].bytes().next_back(), Some(b'\\' | b'`'))
}

fn of_mdbook(text: &str, at: usize) -> Option<Asked<'_>> {
    let end = at + memmem::find(&text.as_bytes()[at..text.len().min(at + TAG)], b"}}")? + 2;
    let inside = text.get(at + 3..end - 2).filter(|inside| !inside.contains('\n'))?;
    let (name, argument) = inside.split_once([' ', '\t'])?;
    let program = matches!(name, "playground" | "playpen");
    if !(program || matches!(name, "include" | "rustdoc_include")) || is_shown(text, at) {
        return None;
    }
    let argument = argument.split_whitespace().next()?;
    let (path, part) = argument.split_once(':').unwrap_or((argument, ""));
    Some(Asked { range: at..end, path, part, program })
}

fn of_microsoft(text: &str, at: usize) -> Option<Asked<'_>> {
    let rest = &text[at + 2..];
    let word = rest.get(.."include".len()).filter(|word| word.eq_ignore_ascii_case("include"))?;
    let inside = rest[word.len()..].trim_start_matches([' ', '\t']).strip_prefix('[')?;
    let line = inside.split('\n').next()?;
    let (_, after) = line.split_once("](")?;
    let (path, after) = after.split_once(')')?;
    let after = after.trim_start_matches([' ', '\t']).strip_prefix(']')?;
    let line_end = text.len() - inside.len() + line.len();
    (!is_shown(text, at)).then(|| Asked { range: at..line_end - after.len(), path: path.trim(), part: "", program: false })
}

impl Taken<'_> {
    /// The text that a tag in a file of `folder` asks for, with those that it asks for in turn.
    fn text(&mut self, tag: &Asked<'_>, folder: &str) -> Result<String, Refusal> {
        let written = tag.path;
        let path = join(folder, &decode_percent(written));
        let path = path
            .and_then(|path| SourcePath::new(&path))
            .ok_or_else(|| Refusal::of(Code::BrokenLink, format!("`{written}` lies outside of the project, so nothing of it is shown")))?;
        if self.chain.iter().any(|taken| taken == path.as_str()) {
            return Err(Refusal::of(Code::EmbedCycle, format!("`{written}` includes itself, here or by way of other files")));
        }
        let whole = self.read(&path, written)?;
        let text = part(without_front_matter(&path, &whole), tag.part)
            .ok_or_else(|| Refusal::of(Code::BrokenAnchor, format!("`{written}` has no part called `{}`", tag.part)))?;
        self.count += 1;
        self.bytes += text.len();
        if self.count > COUNT || self.bytes > BYTES || self.chain.len() > DEPTH {
            return Err(Refusal::of(Code::EmbedBudget, "This page includes more than a page may: 1,000 texts or 1 MB".to_owned()));
        }
        self.files.push(path.clone());
        self.chain.push(path.as_str().to_owned());
        let text = self.nested(text, path.folder());
        self.chain.pop();
        let text = text?;
        Ok(if tag.program { format!("```rust\n{text}\n```") } else { text })
    }

    /// A text with those that it asks for in their places.
    fn nested(&mut self, text: String, folder: &str) -> Result<String, Refusal> {
        let asked = asked(&text);
        if asked.is_empty() {
            return Ok(text);
        }
        let (mut out, mut from) = (String::with_capacity(text.len()), 0);
        for tag in asked {
            out.push_str(&text[from..tag.range.start]);
            out.push_str(&self.text(&tag, folder)?);
            from = tag.range.end;
        }
        out.push_str(&text[from..]);
        Ok(out)
    }

    fn read(&self, path: &SourcePath, written: &str) -> Result<String, Refusal> {
        let refuse = |why: &str| Refusal::of(Code::BrokenLink, format!("There is no file at `{written}` to include{why}"));
        let mut place = self.root.to_owned();
        for part in path.as_str().split('/') {
            place.push(part);
            if part.starts_with('.') {
                return Err(refuse(" that may be shown: its name begins with a dot"));
            }
            if place.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink()) {
                return Err(refuse(": a symbolic link is not followed"));
            }
        }
        let (bytes, _) = bytes(&place).map_err(|_| refuse(""))?;
        if bytes.len() as u64 > PAGE_LIMIT || bytes.len() > 2 * BYTES {
            return Err(Refusal::of(Code::EmbedBudget, format!("`{written}` is too large to be included")));
        }
        Ok(Source::decode(path.clone(), bytes).text)
    }
}

/// A page that is taken in comes without what it says about itself.
fn without_front_matter<'a>(path: &SourcePath, text: &'a str) -> &'a str {
    if !crate::base::path::is_markdown(path.file_name()) {
        return text;
    }
    let Some(rest) = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n")) else { return text };
    memmem::find(rest.as_bytes(), b"\n---").map_or(text, |end| {
        let after = &rest[end + 4..];
        after.find('\n').map_or("", |line| after[line + 1..].trim_start_matches(['\n', '\r']))
    })
}

/// The part of a file that a tag names: lines by their numbers, or what stands between two `ANCHOR` comments.
fn part(text: &str, part: &str) -> Option<String> {
    let (first, last) = part.split_once(':').unwrap_or((part, part));
    let number = |word: &str| word.trim().parse::<usize>().ok();
    let numbered = |word: &str| word.trim().is_empty() || number(word).is_some();
    if !part.is_empty() && numbered(first) && numbered(last.split(':').next().unwrap_or("")) {
        let first = number(first).unwrap_or(1).max(1);
        let last = number(last.split(':').next().unwrap_or("")).unwrap_or(usize::MAX);
        return Some(joined(text.lines().skip(first - 1).take(last.saturating_sub(first - 1))));
    }
    let name = first.trim();
    let mut inside = name.is_empty();
    let mut found = inside;
    let lines = text.lines().filter(|line| match anchor(line) {
        Some((ends, marked)) => {
            if marked == name {
                (inside, found) = (!ends, true);
            }
            false
        }
        None => inside,
    });
    let text = joined(lines);
    found.then_some(text)
}

fn joined<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}

/// The name in an `ANCHOR: name` or `ANCHOR_END: name` comment, and whether it ends a part.
fn anchor(line: &str) -> Option<(bool, &str)> {
    let at = memmem::find(line.as_bytes(), b"ANCHOR")?;
    let rest = &line[at + "ANCHOR".len()..];
    let (ends, rest) = rest.strip_prefix("_END").map_or((false, rest), |rest| (true, rest));
    let name = rest.strip_prefix(':')?.trim_start();
    Some((ends, name.split(|c: char| c.is_whitespace() || c == '*').next().unwrap_or("")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_names_a_file_and_a_part() {
        let text = "{{#include a.rs:2:3}} \\{{#include b}} `{{#include c}}` [!INCLUDE [x](d%20e.md)] {{#title x}}\n{{#playground f.rs}}";
        let found: Vec<_> = asked(text).into_iter().map(|tag| (&text[tag.range], tag.path, tag.part, tag.program)).collect();
        assert_eq!(
            found,
            [
                ("{{#include a.rs:2:3}}", "a.rs", "2:3", false),
                ("[!INCLUDE [x](d%20e.md)]", "d%20e.md", "", false),
                ("{{#playground f.rs}}", "f.rs", "", true)
            ]
        );
    }

    #[test]
    fn a_part_is_lines_or_what_stands_between_anchors() {
        let text = "one\n// ANCHOR: a\ntwo\n/* ANCHOR: b */\nthree\n// ANCHOR_END: a\nfour\n";
        for (of, want) in [
            ("", Some("one\ntwo\nthree\nfour")),
            ("a", Some("two\nthree")),
            ("b", Some("three\nfour")),
            ("1", Some("one")),
            (":1", Some("one")),
            ("5:", Some("three\n// ANCHOR_END: a\nfour")),
            ("1:1", Some("one")),
            ("7:9", Some("four")),
            ("c", None),
        ] {
            assert_eq!(part(text, of).as_deref(), want, "{of:?}");
        }
    }
}
