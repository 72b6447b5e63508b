//! Finds the bytes of a link's destination in its file.
//!
//! In: a link as it was read, the bytes of its file. Out: the span to replace, and how text has to be written there.
//!
//! Invariant: a span is given only where the bytes in it read as the link's destination; the caller reads the result back.

use crate::base::text::Span;
use crate::parse::page::{Link, Syntax, Target};

/// Where a destination stands, and what stands around it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Located {
    /// The bytes on disk.
    pub(super) span: Span,
    /// How text is written there.
    pub(super) dress: Dress,
}

/// How text is written in a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Dress {
    /// A Markdown destination between `<` and `>`, where blanks may stand.
    Angle,
    /// A Markdown destination, an autolink or an attribute: percent-encoded.
    Address,
    /// The same, but the bytes are not what was read (an escape, an entity), so all of it is written anew.
    Rewritten,
    /// Inside double brackets: as it is.
    Name,
    /// A key's value between these quotation marks; `None` for a value without any.
    Fact(Option<u8>),
}

/// Finds a link's destination; `nth` counts the links before it that were read in the same place with the same destination.
pub(super) fn locate(bytes: &[u8], link: &Link, nth: usize) -> Option<Located> {
    let whole = slice(bytes, link.span)?;
    match link.syntax {
        Syntax::Front => fact(whole, link, nth),
        Syntax::Wiki | Syntax::Embed => name(bytes, link),
        Syntax::Html => attribute(whole, link, nth),
        Syntax::Markdown | Syntax::Image => markdown(bytes, whole, link),
    }
}

fn slice(bytes: &[u8], span: Span) -> Option<&[u8]> {
    bytes.get(span.start as usize..span.end as usize)
}

fn at(start: u32, range: std::ops::Range<usize>) -> Span {
    Span { start: start + range.start as u32, end: start + range.end as u32 }
}

/// The name in double brackets, without its heading.
fn name(bytes: &[u8], link: &Link) -> Option<Located> {
    let Target::Name(_) = &link.target else { return None };
    let written = slice(bytes, link.destination).filter(|written| !written.is_empty())?;
    let name_end = written.iter().position(|b| *b == b'#').unwrap_or(written.len());
    let name = std::str::from_utf8(&written[..name_end]).ok()?;
    let name = name.strip_suffix('\\').unwrap_or(name);
    let lead = name.len() - name.trim_start().len();
    let trimmed = name.trim();
    (!trimmed.is_empty()).then(|| Located { span: at(link.destination.start, lead..lead + trimmed.len()), dress: Dress::Name })
}

fn markdown(bytes: &[u8], whole: &[u8], link: &Link) -> Option<Located> {
    if whole == link.raw.as_bytes() {
        return Some(Located { span: link.span, dress: Dress::Address });
    }
    let written = slice(bytes, link.destination).unwrap_or_default();
    if written == link.raw.as_bytes() && !written.is_empty() {
        let angle = link.destination.start > 0 && bytes[link.destination.start as usize - 1] == b'<';
        let autolink = angle && link.span.start + 1 == link.destination.start;
        return Some(Located { span: link.destination, dress: if angle && !autolink { Dress::Angle } else { Dress::Address } });
    }
    // The destination was written with escapes or entities: it stands behind the last `](` that can open one.
    let text = std::str::from_utf8(whole).ok()?;
    let open = text.rfind("](")? + 2;
    let start = open + text[open..].len() - text[open..].trim_start().len();
    let rest = &text[start..];
    let (start, end) = match rest.strip_prefix('<') {
        Some(inner) => (start + 1, start + 1 + inner.find('>')?),
        None => (start, start + plain_length(rest)),
    };
    (end > start).then(|| Located { span: at(link.span.start, start..end), dress: Dress::Rewritten })
}

/// The length of a destination that is not between `<` and `>`: up to a blank or a `)` that closes nothing.
fn plain_length(text: &str) -> usize {
    let mut depth = 0usize;
    let mut escaped = false;
    for (at, ch) in text.char_indices() {
        match ch {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '(' => depth += 1,
            ')' if depth == 0 => return at,
            ')' => depth -= 1,
            ch if ch.is_whitespace() => return at,
            _ => {}
        }
    }
    text.len()
}

/// The value of an attribute of raw HTML that holds an address.
fn attribute(whole: &[u8], link: &Link, nth: usize) -> Option<Located> {
    let value = link.raw.as_bytes();
    if value.is_empty() {
        return None;
    }
    let is_value = |found: &usize| {
        let before = whole[..*found].trim_ascii_end();
        let before = match whole[..*found].last() {
            Some(b'"' | b'\'') => whole[..*found - 1].trim_ascii_end(),
            _ => before,
        };
        let Some(before) = before.strip_suffix(b"=") else { return false };
        let name = before.trim_ascii_end();
        let known = ["href", "src", "poster"];
        let named =
            known.iter().any(|known| name.len() >= known.len() && name[name.len() - known.len()..].eq_ignore_ascii_case(known.as_bytes()));
        let ends = whole.get(found + value.len()).is_none_or(|b| matches!(b, b'"' | b'\'' | b'>' | b'/') || b.is_ascii_whitespace());
        named && ends
    };
    let found = memchr::memmem::find_iter(whole, value).filter(is_value).nth(nth)?;
    Some(Located { span: at(link.span.start, found..found + value.len()), dress: Dress::Address })
}

/// A text in the value of a key, which may hold several.
fn fact(whole: &[u8], link: &Link, nth: usize) -> Option<Located> {
    let value = link.raw.as_bytes();
    let quote = whole.first().copied().filter(|first| matches!(first, b'"' | b'\'') && whole.len() >= 2 && whole.last() == Some(first));
    let is_part = |found: &usize| {
        let before = whole[..*found].trim_ascii_end().last();
        let after = whole[found + value.len()..].trim_ascii_start().first();
        before.is_none_or(|b| matches!(b, b',' | b'"' | b'\'')) && after.is_none_or(|b| matches!(b, b',' | b'"' | b'\''))
    };
    let found = memchr::memmem::find_iter(whole, value).filter(is_part).nth(nth).or_else(|| memchr::memmem::find(whole, value))?;
    (!value.is_empty()).then(|| Located { span: at(link.span.start, found..found + value.len()), dress: Dress::Fact(quote) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_destination_ends_where_nothing_of_it_is_open() {
        assert_eq!(plain_length("a(b).md \"t\")"), 7);
        assert_eq!(plain_length("a\\).md)"), 6);
    }
}
