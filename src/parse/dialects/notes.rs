//! The first lines of notes: `!!! kind "title"` and `:::kind[title]`.
//!
//! In: a line. Out: the note that it opens, if it opens one.

use super::tags::{KINDS, Note, kind_of, line};

/// Containers that only arrange what they hold.
const ARRANGE: [&str; 16] = [
    "code-group",
    "raw",
    "v-pre",
    "tabs",
    "tab",
    "row",
    "row-end",
    "column",
    "column-end",
    "columns",
    "moniker",
    "zone",
    "cards",
    "card",
    "steps",
    "center",
];

/// The note that a line of colons opens: `:::kind[Title]{…}`, `::: kind Title`; `None` inside for what only arranges.
pub(super) fn container(line: &str) -> Option<Option<Note>> {
    let rest = line.trim().trim_start_matches(':').trim_start();
    let name_end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(rest.len());
    let (name, rest) = rest.split_at(name_end);
    if rest.starts_with(':') || rest.ends_with(":::") {
        return None;
    }
    if name.is_empty() {
        // Attributes alone, as Pandoc has them.
        return (rest.starts_with('{') && rest.ends_with('}')).then_some(None);
    }
    let lower = name.to_lowercase();
    if ARRANGE.contains(&lower.as_str()) {
        return Some(None);
    }
    let rest = rest.trim();
    let title = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((title, _)) => title,
        None => rest.find('{').filter(|_| rest.ends_with('}')).map_or(rest, |cut| &rest[..cut]),
    };
    let fold = if matches!(lower.as_str(), "details" | "spoiler" | "dropdown") { "-" } else { "" };
    Some(Some(noted(name, title, fold)))
}

/// The note that a line of MkDocs opens, and the columns by which its text is indented.
pub(super) fn admonition(line: &str) -> Option<Note> {
    let (rest, fold) = match (line.strip_prefix("!!!"), line.strip_prefix("???+"), line.strip_prefix("???")) {
        (Some(rest), ..) => (rest, ""),
        (_, Some(rest), _) => (rest, "+"),
        (.., Some(rest)) => (rest, "-"),
        _ => return None,
    };
    let rest = rest.strip_prefix([' ', '\t'])?.trim();
    let name_end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(rest.len());
    let (name, rest) = rest.split_at(name_end);
    let title = rest.find('"').and_then(|start| rest[start + 1..].rfind('"').map(|end| &rest[start + 1..start + 1 + end]));
    let words_only = title.is_some() || rest.trim().is_empty() || rest.trim().chars().all(|c| c.is_alphanumeric() || " -_".contains(c));
    (!name.is_empty() && words_only).then(|| noted(name, title.unwrap_or(""), fold))
}

/// A note of some kind; one that nobody knows keeps its name as its title.
fn noted(name: &str, title: &str, fold: &'static str) -> Note {
    let lower = name.to_lowercase();
    let voice = crate::parse::body::is_voice(&lower);
    let known = KINDS.contains(&lower.as_str()) || voice;
    let title = match line(title) {
        title if title.is_empty() && (!known || matches!(lower.as_str(), "details" | "spoiler")) => readable(&lower),
        title => title,
    };
    let kind = if known { kind_of(&lower).to_owned() } else { "note".to_owned() };
    Note { name: lower, kind, title, fold }
}

/// `see-also` becomes `See also`.
fn readable(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
