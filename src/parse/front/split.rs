//! Finds the block of facts at the top of a page.
//!
//! In: the text of a page. Out: where the block begins and ends, in bytes of that text, and in which syntax it is.
//!
//! Invariant: a `---` that only draws a line is no block: between it and the next one there is prose or nothing closes it.

use std::ops::Range;

use serde::de::IgnoredAny;

use super::schema;
use crate::base::config::Mode;

/// How many bytes a block may have.
pub(super) const LIMIT: usize = 64 * 1024;

/// The way a block is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Syntax {
    /// Between `+++` lines.
    Toml,
    /// Between `---` lines.
    Yaml,
    /// One `{ … }`, which is YAML too.
    Json,
}

/// What stands at the top of a page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Top {
    /// No facts.
    Nothing,
    /// A block that is opened here and never closed.
    Unclosed(Range<usize>),
    /// A block: its syntax, its inside, where the body begins.
    Block(Syntax, Range<usize>, usize),
}

/// Looks at the top of a text.
pub(super) fn split(text: &str, mode: Mode) -> Top {
    let mut lines = lines(text);
    let Some(first) = lines.next() else { return Top::Nothing };
    let fence = text[first.clone()].trim_end();
    let syntax = match fence {
        "+++" => Syntax::Toml,
        "---" => Syntax::Yaml,
        "{" if mode == Mode::Foreign => return json(text),
        _ => return Top::Nothing,
    };
    let closes = |line: &str| line == fence || (line == "..." && syntax == Syntax::Yaml);
    let last = lines.find(|line| closes(text[line.clone()].trim_end()));
    let opened = 0..fence.len();
    match last {
        Some(last) if syntax == Syntax::Toml || is_facts(&text[first.end..last.start]) => {
            Top::Block(syntax, first.end..last.start, last.end)
        }
        None if syntax == Syntax::Toml || starts_with_known_key(&text[first.end..]) => Top::Unclosed(opened),
        _ => Top::Nothing,
    }
}

/// The lines of a text with their ends, which may be LF, CR LF or a lone CR.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = bytes.get(start..).filter(|rest| !rest.is_empty())?;
        let length = match memchr::memchr2(b'\n', b'\r', rest) {
            Some(at) if rest[at] == b'\r' && rest.get(at + 1) == Some(&b'\n') => at + 2,
            Some(at) => at + 1,
            None => rest.len(),
        };
        let line = start..start + length;
        start = line.end;
        Some(line)
    })
}

fn is_facts(inside: &str) -> bool {
    let mut said = lines(inside).map(|line| &inside[line]).filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    let Some(first) = said.next() else {
        // A heading between two drawn lines is prose; comments touch the fence.
        return inside.trim().is_empty() || !lines(inside).next().is_some_and(|line| inside[line].trim().is_empty());
    };
    let apart = lines(inside).next().is_some_and(|line| inside[line].trim().is_empty());
    key_of(first).is_some() || (!apart && said.any(|line| key_of(line).is_some()))
}

fn starts_with_known_key(text: &str) -> bool {
    lines(text).next().and_then(|line| key_of(&text[line])).is_some_and(schema::is_known)
}

/// The key of a line that reads as `key: value` or `key:`.
pub(super) fn key_of(line: &str) -> Option<&str> {
    key_and_value(line).map(|(key, _)| key)
}

/// The key of a line that reads as `key: value` or `key:`, and whatever follows the colon.
pub(super) fn key_and_value(line: &str) -> Option<(&str, &str)> {
    let cut = line.match_indices(':').map(|(at, _)| at).find(|at| line[at + 1..].chars().next().is_none_or(char::is_whitespace))?;
    let key = line[..cut].trim().trim_matches(['"', '\'']).trim();
    let word = |ch: char| ch.is_alphanumeric() || matches!(ch, '_' | '-' | '.' | ' ' | '/' | '@' | '$');
    let short = key.len() <= 64 && key.split(' ').count() <= 4;
    let start = |ch: char| ch.is_alphanumeric() || matches!(ch, '_' | '@' | '$');
    (short && key.starts_with(start) && key.chars().all(word)).then(|| (key, &line[cut + 1..]))
}

fn json(text: &str) -> Top {
    let mut window = text.len().min(LIMIT + 1);
    while !text.is_char_boundary(window) {
        window -= 1;
    }
    let mut values = serde_json::Deserializer::from_str(&text[..window]).into_iter::<IgnoredAny>();
    let Some(Ok(_)) = values.next() else { return Top::Nothing };
    let end = values.byte_offset();
    let rest = lines(&text[end..]).next().unwrap_or(0..0);
    if text[end..end + rest.end].trim().is_empty() { Top::Block(Syntax::Json, 0..end, end + rest.end) } else { Top::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_block_of_facts_is_one() {
        let body = |text: &str| match split(text, Mode::Foreign) {
            Top::Nothing => "nothing".to_owned(),
            Top::Unclosed(_) => "unclosed".to_owned(),
            Top::Block(_, inside, body) => format!("{:?} {:?}", &text[inside], &text[body..]),
        };
        let table = [
            ("", "nothing"),
            ("# Title\n", "nothing"),
            ("---\ntitle: x\n---\nbody", r#""title: x\n" "body""#),
            ("---  \r\ntitle: x\r\n---\t\r\nbody", r#""title: x\r\n" "body""#),
            ("---\rtitle: x\r---\rbody", r#""title: x\r" "body""#),
            ("---\ntitle: x\n...\nbody", r#""title: x\n" "body""#),
            ("+++\ntitle = 'x'\n+++", r#""title = 'x'\n" """#),
            ("+++\nprose\n+++\n", r#""prose\n" """#),
            ("---\n---\nbody", r#""" "body""#),
            ("---\n\n---\nbody", r#""\n" "body""#),
            ("---\n# only a comment\n---\n", r##""# only a comment\n" """##),
            ("---\n\n# A heading\n\n---\n", "nothing"),
            ("---\n\nSome prose.\n\nNote: more\n\n---\n", "nothing"),
            ("---\nSome prose, nothing else\n---\n", "nothing"),
            ("---\nFor one thing we know very well: it is prose\n---\n", "nothing"),
            ("---\ntext without an end", "nothing"),
            ("---\ntitle: never closed\n\nText", "unclosed"),
            ("+++\ntitle = 'never closed'\n", "unclosed"),
            ("----\ntitle: x\n----\n", "nothing"),
            (" ---\ntitle: x\n---\n", "nothing"),
            ("{\n \"title\": \"x\"\n}\nbody", r#""{\n \"title\": \"x\"\n}" "body""#),
            ("{\n not json\n}\nbody", "nothing"),
        ];
        for (text, want) in table {
            assert_eq!(body(text), want, "{text:?}");
        }
    }
}
