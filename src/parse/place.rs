//! What the place of a file says about its page: its address, its kind, its order, a title of last resort.

use std::sync::Arc;

use crate::base::config::{Mode, Settings};
use crate::base::path::{SEGMENT_LIMIT, SourcePath, Url, markdown_stem};

use super::front::{Front, Kind};
use super::rules::Rules;

/// The path of a file below the content folder; a file outside of it keeps its path from the project root.
pub fn below_content<'a>(path: &'a SourcePath, settings: &Settings) -> &'a str {
    settings.in_content(path.as_str()).unwrap_or(path.as_str())
}

/// The address that a file's path gives its page, and for a compound extension the address that it stands for.
///
/// Unicode and case are kept, white space becomes `-`, what no file name may hold is left out; a segment that is too
/// long is cut.
pub fn address(place: &str) -> (Url, Option<Url>) {
    let (folder, name) = place.rsplit_once('/').map_or(("", place), |(folder, name)| (folder, name));
    let stem = markdown_stem(name).unwrap_or(name);
    let folder: Vec<String> = folder.split('/').filter(|part| !part.is_empty()).map(segment).collect();
    let mut base = String::from("/");
    for part in &folder {
        base.push_str(part);
        base.push('/');
    }
    if crate::base::path::is_index_stem(stem) {
        return (Url::new(&base).unwrap_or_else(Url::home), None);
    }
    let own = segment(stem);
    let compound = name.len() > ".html.md".len() && name.to_ascii_lowercase().ends_with(".html.md");
    let former = compound.then(|| Url::new(&format!("{base}{own}.html"))).flatten();
    (Url::new(&format!("{base}{own}/")).unwrap_or_else(Url::home), former)
}

/// One segment of an address.
pub fn segment(name: &str) -> String {
    let mut out: String =
        name.trim().chars().filter(|c| !c.is_control()).map(|c| if c.is_whitespace() || c == '\\' { '-' } else { c }).collect();
    while out.len() > SEGMENT_LIMIT {
        out.pop();
    }
    match out.as_str() {
        "" | "." | ".." => "-".into(),
        _ => out,
    }
}

/// What a page is, by the first rule that fits: its own word, its file name, its folder, what it illustrates, its pillar.
pub fn kind(front: &Front, path: &SourcePath, place: &str, pillar: Option<&Arc<str>>, settings: &Settings) -> Kind {
    if let Some(kind) = &front.kind {
        return kind.value;
    }
    if path.is_index() {
        return Kind::Page;
    }
    if settings.mode == Mode::Own {
        match place.split_once('/').map(|(folder, _)| folder) {
            Some("contributors") => return Kind::Contributor,
            Some("glossary") => return Kind::Term,
            Some("paths") => return Kind::Path,
            _ => {}
        }
        let in_examples = place.rsplit_once('/').is_some_and(|(folders, _)| folders.split('/').any(|folder| folder == "examples"));
        if in_examples || !front.illustrates.is_empty() {
            return Kind::Example;
        }
    } else if !front.illustrates.is_empty() {
        return Kind::Example;
    }
    if pillar.is_some() { Kind::Essay } else { Kind::Page }
}

/// The pillars that a page stands in by its own word, by a key of the handbook's choice, or by its place.
pub fn pillars(front: &Front, place: &str, rules: &Rules) -> Vec<Arc<str>> {
    let mut named: Vec<_> = front.pillar.iter().filter_map(|pillar| rules.pillar_id(&pillar.value)).collect();
    for pillar in &rules.settings.config.pillars {
        if let Some(key) = &pillar.key {
            let value = front.extra.iter().find(|(name, _)| name == key).map(|(_, value)| value.trim_matches('"'));
            if value == Some(pillar.id.as_str()) {
                named.extend(rules.pillar_id(&pillar.id));
            }
        }
    }
    if named.is_empty() {
        named.extend(rules.pillar_of(place));
    }
    named.dedup();
    named
}

/// Whether the place makes a page a draft: in an own handbook a folder `drafts` or a name that starts with `_`.
pub fn is_draft(path: &SourcePath, place: &str, settings: &Settings) -> bool {
    if settings.mode != Mode::Own {
        return false;
    }
    let in_drafts = place.rsplit_once('/').is_some_and(|(folders, _)| folders.split('/').any(|folder| folder == "drafts"));
    in_drafts || path.file_name().starts_with('_') && !path.is_index()
}

/// The number or date in front of a file name, and the name without it.
pub fn number(stem: &str) -> (Option<i64>, &str) {
    let mut rest = stem;
    let mut number: i64 = 0;
    let mut groups = 0;
    loop {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let wanted = if groups == 0 { 1..=9 } else { 2..=2 };
        // A second and third group are the month and the day of a date.
        let date_goes_on = groups == 0 || (groups < 3 && stem.as_bytes().get(4) == Some(&b'-'));
        let separator = rest[digits..].chars().next().filter(|c| matches!(c, '-' | '_' | '.' | ' '));
        if !wanted.contains(&digits) || !date_goes_on || separator.is_none() {
            break;
        }
        number = number * 100 + rest[..digits].parse::<i64>().unwrap_or(0);
        rest = rest[digits..].trim_start_matches(['-', '_', '.', ' ']);
        groups += 1;
    }
    // A name that is nothing but a date has no other words to be called by.
    let last = rest.parse::<i64>().ok().filter(|_| groups == 2 && rest.len() == 2 && stem.as_bytes().get(4) == Some(&b'-'));
    match last {
        Some(day) => (Some(number * 100 + day), stem),
        None if groups == 0 || rest.is_empty() => (None, stem),
        None => (Some(number), rest),
    }
}

/// A title from a file name: without its number, with spaces, and with its own capitals if it has any.
pub fn readable(stem: &str) -> String {
    let (_, name) = number(stem);
    if name == stem && number(stem).0.is_some() {
        return stem.to_owned();
    }
    let words = name.replace(['-', '_'], " ");
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() {
        return stem.to_owned();
    }
    if words.chars().any(char::is_uppercase) {
        return words;
    }
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_follows_the_path() {
        let read = |place| {
            let (url, former) = address(place);
            (url.to_string(), former.map(|url| url.to_string()))
        };
        assert_eq!(read("vision/02 Set a Direction.md"), ("/vision/02-Set-a-Direction/".into(), None));
        assert_eq!(read("a/README.md"), ("/a/".into(), None));
        assert_eq!(read("index.md"), ("/".into(), None));
        assert_eq!(read("deploy.html.md"), ("/deploy/".into(), Some("/deploy.html".into())));
        assert_eq!(read("80%时间.md"), ("/80%时间/".into(), None));
    }

    #[test]
    fn a_file_name_gives_a_number_and_a_title() {
        assert_eq!(number("02-delegate-outcomes"), (Some(2), "delegate-outcomes"));
        assert_eq!(number("2024-03-01-notes"), (Some(20_240_301), "notes"));
        assert_eq!(number("2024-03-01"), (Some(20_240_301), "2024-03-01"));
        assert_eq!(readable("2024-03-01"), "2024-03-01");
        assert_eq!(number("42"), (None, "42"));
        assert_eq!(number("3d-printing"), (None, "3d-printing"));
        assert_eq!(readable("02-delegate-outcomes"), "Delegate outcomes");
        assert_eq!(readable("Why_NASA"), "Why NASA");
    }
}
