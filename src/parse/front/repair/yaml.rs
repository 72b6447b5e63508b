//! The slips of people who write YAML.

use super::super::schema;
use super::super::split::{key_and_value, key_of};
use super::{Change, Line, Slip, before_comment, content, is_double_curly, is_single_curly, quoted, straightened};

const QUOTE: &str = "put quotation marks around it";

/// The lines that YAML does not read as their author means them.
pub(super) fn slips(text: &str) -> Vec<Slip> {
    let lines = content(text);
    let mut slips = Vec::new();
    let mut inside_text_deeper_than = None;
    for (at, line) in lines.iter().enumerate() {
        let indent = line.text.len() - line.text.trim_start().len();
        if line.text.trim().is_empty() || inside_text_deeper_than.is_some_and(|outer| indent > outer) {
            continue;
        }
        inside_text_deeper_than = None;
        if line.text.trim_start().starts_with('#') {
            continue;
        }
        let parts = parts(line);
        if is_block_header(parts.value) {
            inside_text_deeper_than = Some(indent);
            continue;
        }
        let goes_on = lines.get(at + 1).is_some_and(|next| {
            let next = next.text;
            key_of(next).is_none() && !next.trim().is_empty() && next.starts_with([' ', '\t'])
        });
        slips.extend(slip(line, &parts, goes_on));
    }
    slips
}

/// What stands on a line after its indentation and its list signs.
struct Parts<'a> {
    indent: &'a str,
    /// Where a space is missing after a known key.
    gap: Option<usize>,
    value: &'a str,
    start: usize,
}

fn parts<'a>(line: &Line<'a>) -> Parts<'a> {
    let rest = line.text.trim_start();
    let indent = &line.text[..line.text.len() - rest.len()];
    let mut value = rest;
    while let Some(item) = value.strip_prefix("- ") {
        value = item.trim_start();
    }
    let mut gap = None;
    if let Some((_, after)) = key_and_value(value) {
        value = after.trim_start();
    } else if let Some((key, after)) = value.split_once(':')
        && schema::is_known(key)
        && !after.starts_with("//")
    {
        gap = Some(line.start + line.text.len() - after.len());
        value = after;
    }
    let start = line.start + line.text.len() - value.len();
    Parts { indent, gap, value: before_comment(value), start }
}

fn slip(line: &Line<'_>, parts: &Parts<'_>, goes_on: bool) -> Option<Slip> {
    let mut changes: Vec<Change> = Vec::new();
    let mut found: Option<(String, &'static str)> = None;
    if parts.indent.contains('\t') {
        let tabs = parts.indent.match_indices('\t').map(|(at, _)| (line.start + at..line.start + at + 1, "  ".to_owned()));
        changes.extend(tabs);
        found = Some(("there is a tab where only spaces may stand".into(), "use spaces"));
    }
    if let Some(gap) = parts.gap {
        changes.push((gap..gap, " ".into()));
        found = Some(("a space is missing after the colon".into(), "add the space"));
    }
    if let Some((message, title, more)) = value_slip(parts, goes_on) {
        changes.extend(more);
        found = Some((message, title));
    }
    let (message, title) = found?;
    let whole = line.start + parts.indent.len()..parts.start + parts.value.len();
    let span = if changes.len() == 1 || parts.value.is_empty() { whole } else { parts.start..parts.start + parts.value.len() };
    Some(Slip { span, message, title, changes })
}

fn value_slip(parts: &Parts<'_>, goes_on: bool) -> Option<(String, &'static str, Vec<Change>)> {
    let (value, start) = (parts.value, parts.start);
    let first = value.chars().next()?;
    let all = |message: &str| Some((message.to_owned(), QUOTE, quoted(value, start)));
    match first {
        '"' | '\'' => return quotation_slip(value, start, first, goes_on),
        '[' if value.starts_with("[[") && closes_at(value).is_none_or(|end| end < value.len()) => {
            return all("several links on one line need quotation marks around them");
        }
        '{' if value.starts_with("{{") => return all("a text that starts with `{{` needs quotation marks"),
        '[' | '{' => match closes_at(value) {
            Some(end) if end == value.len() => return items_slip(value, start),
            Some(_) => return all("words follow a closed bracket, so the text needs quotation marks"),
            None if goes_on => return None,
            None => return all("a bracket is opened and never closed"),
        },
        _ => {}
    }
    let message = plain_slip(value)?;
    if (is_double_curly(first) || is_single_curly(first))
        && let Some(changes) = straightened(value, start)
    {
        return Some(("curly quotation marks do not count as quotation marks here".into(), "use straight quotation marks", changes));
    }
    Some((message, QUOTE, quoted(value, start)))
}

/// Why a text without quotation marks is not read as one, if so.
fn plain_slip(value: &str) -> Option<String> {
    let first = value.chars().next()?;
    let sign = matches!(first, '@' | '`' | '%' | '*' | '|' | '>' | ',' | ']' | '}') || value.starts_with("- ") || value.starts_with("? ");
    if sign {
        return Some(format!("a text that starts with `{first}` needs quotation marks"));
    }
    let colon = value.contains(": ") || value.contains(":\t") || value.ends_with(':');
    colon.then(|| "a text with a colon in it needs quotation marks".into())
}

fn quotation_slip(value: &str, start: usize, mark: char, goes_on: bool) -> Option<(String, &'static str, Vec<Change>)> {
    let end = start + value.len();
    let mut escaped = false;
    let close = value.char_indices().skip(1).find(|(_, ch)| {
        let found = *ch == mark && !escaped;
        escaped = mark == '"' && *ch == '\\' && !escaped;
        found
    });
    match close {
        Some((at, _)) if at + 1 == value.len() => None,
        Some((at, _)) if mark == '\'' && value[at + 1..].starts_with('\'') => None,
        Some(_) => Some(("words follow a closed quotation mark".into(), "put quotation marks around all of it", quoted(value, start))),
        None if goes_on => None,
        None if mark == '"' => {
            Some(("a quotation mark is opened and never closed".into(), "close the quotation mark", vec![(end..end, "\"".into())]))
        }
        None => Some(("a text that starts with `'` needs quotation marks".into(), QUOTE, quoted(value, start))),
    }
}

fn items_slip(value: &str, start: usize) -> Option<(String, &'static str, Vec<Change>)> {
    let inside = value.strip_prefix('[')?.strip_suffix(']')?;
    if inside.contains(['[', '{', '"', '\'']) {
        return None;
    }
    let mut at = start + 1;
    let (mut message, mut changes) = (None, Vec::new());
    for item in inside.split(',') {
        let bare = item.trim();
        if let Some(why) = plain_slip(bare) {
            message.get_or_insert(why);
            changes.extend(quoted(bare, at + item.len() - item.trim_start().len()));
        }
        at += item.len() + 1;
    }
    Some((message?, QUOTE, changes))
}

/// Where the bracket that opens a value is closed; `None` where it is not.
fn closes_at(value: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut mark = None;
    for (at, byte) in value.bytes().enumerate() {
        match (mark, byte) {
            (Some(open), _) if byte == open => mark = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') if at > 0 && matches!(value.as_bytes()[at - 1], b'[' | b'{' | b',' | b' ' | b':') => mark = Some(byte),
            (None, b'[' | b'{') => depth += 1,
            (None, b']' | b'}') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// Whether a value says that the lines below it are one text.
fn is_block_header(value: &str) -> bool {
    let Some(rest) = value.strip_prefix(['|', '>']) else { return false };
    rest.len() <= 2 && rest.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-'))
}
