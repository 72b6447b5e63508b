//! Writes another alias into the facts at the top of a page.
//!
//! In: the text of a page, an alias. Out: the bytes that are replaced and what stands there afterwards; everything else
//! keeps its bytes.
//!
//! Invariant: an answer has been read back: with it the page has the alias, and every fact that it had before.

use std::ops::Range;

use crate::base::config::{Mode, Settings};
use crate::base::text::Source;
use crate::base::tree::{Entry, Value};

use super::schema::sets_aliases;
use super::split::{self, Syntax, Top};
use super::{Front, front, read};

/// One replacement in the text of a page, in bytes of that text.
pub type Replacement = (Range<usize>, String);

/// How to add aliases to a page; `None` where its facts cannot be read well enough to add to them.
pub fn alias(source: &Source, aliases: &[String], settings: &Settings) -> Option<Replacement> {
    let (place, text) = replacement(&source.text, aliases, settings)?;
    let mut after = source.text.clone();
    after.replace_range(place.clone(), &text);
    let read = |text: &str| front(&Source::from_text(source.path.clone(), text), settings, &mut Vec::new());
    let ((old, old_body), (new, new_body)) = (read(&source.text), read(&after));
    let same_body = source.text[old_body..] == after[new_body..];
    (same_body && added(&old, &new, aliases)).then_some((place, text))
}

/// Whether the facts differ by these aliases and by nothing else, places aside.
fn added(old: &Front, new: &Front, aliases: &[String]) -> bool {
    let values = |front: &Front| front.aliases.iter().map(|alias| alias.value.clone()).collect::<Vec<_>>();
    let mut wanted = values(old);
    wanted.extend(aliases.iter().cloned());
    let plain = |front: &Front| (front.title.as_ref().map(|title| title.value.clone()), front.weight, front.date, front.extra.len());
    values(new) == wanted && plain(old) == plain(new)
}

fn replacement(text: &str, aliases: &[String], settings: &Settings) -> Option<Replacement> {
    let quoted: Vec<String> = aliases.iter().map(|alias| serde_json::Value::from(alias.as_str()).to_string()).collect();
    let list = format!("[{}]", quoted.join(", "));
    let (syntax, inside) = match split::split(text, settings.mode) {
        Top::Nothing => return Some(new_block(text, &list, settings.mode)),
        Top::Unclosed(_) => return None,
        Top::Block(syntax, inside, _) => (syntax, inside),
    };
    let (entries, slips, _) = read(&text[inside.clone()], syntax, inside.start);
    if !slips.is_empty() {
        return None;
    }
    match entries.iter().find(|entry| sets_aliases(&entry.key, settings.mode)) {
        Some(entry) => longer(text, entry, syntax, &quoted),
        None => Some(another_line(text, syntax, inside, &list)),
    }
}

fn line_end(text: &str) -> &'static str {
    match text.find(['\n', '\r']) {
        Some(at) if text[at..].starts_with("\r\n") => "\r\n",
        Some(at) if text[at..].starts_with('\r') => "\r",
        _ => "\n",
    }
}

fn new_block(text: &str, list: &str, mode: Mode) -> Replacement {
    let end = line_end(text);
    // Other tools read YAML, so a folder that is not ours gets that.
    let block = match mode {
        Mode::Own => format!("+++{end}aliases = {list}{end}+++{end}"),
        Mode::Foreign => format!("---{end}aliases: {list}{end}---{end}"),
    };
    (0..0, block)
}

/// A line of its own: the last of a block of YAML, the first of TOML, where tables may follow.
fn another_line(text: &str, syntax: Syntax, inside: Range<usize>, list: &str) -> Replacement {
    let end = line_end(text);
    match syntax {
        Syntax::Toml => {
            let has_tables = text[inside.clone()].lines().any(|line| line.trim_start().starts_with('['));
            let at = if has_tables { inside.start } else { inside.end };
            (at..at, format!("aliases = {list}{end}"))
        }
        Syntax::Yaml => (inside.end..inside.end, format!("aliases: {list}{end}")),
        Syntax::Json => {
            let at = inside.start + 1;
            let empty = text[inside].trim().trim_matches(['{', '}']).trim().is_empty();
            (at..at, format!("{end}  \"aliases\": {list}{}", if empty { end } else { "," }))
        }
    }
}

/// The value of a key that is already there, with more in it.
fn longer(text: &str, entry: &Entry, syntax: Syntax, quoted: &[String]) -> Option<Replacement> {
    let span = entry.node.span.clone();
    let more = quoted.join(", ");
    match &entry.node.value {
        Value::List(items) => match (items.last(), text.get(span.clone())?.starts_with('[')) {
            (None, true) => Some((span, format!("[{more}]"))),
            (Some(last), true) => Some((last.span.end..last.span.end, format!(", {more}"))),
            (Some(last), false) => {
                // A list of dashes: each new one gets a line that begins as the last one does.
                let start = text[..last.span.start].rfind(['\n', '\r']).map_or(0, |at| at + 1);
                let lead = &text[start..last.span.start];
                let end = last.span.end + text[last.span.end..].find(['\n', '\r']).unwrap_or(text.len() - last.span.end);
                let lines = quoted.iter().map(|alias| format!("{}{lead}{alias}", line_end(text)));
                Some((end..end, lines.collect()))
            }
            (None, false) => None,
        },
        Value::Text(old) => {
            let old = old.split(',').map(str::trim).filter(|old| !old.is_empty()).map(|old| serde_json::Value::from(old).to_string());
            let all: Vec<String> = old.chain(quoted.iter().cloned()).collect();
            Some((span, format!("[{}]", all.join(", "))))
        }
        Value::Nothing if syntax == Syntax::Yaml => {
            let colon = entry.at.end + text[entry.at.end..].find(':')? + 1;
            Some((colon..colon, format!(" [{more}]")))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::config::Config;
    use crate::base::path::SourcePath;
    use jiff::civil::date;

    fn with_alias(text: &str, mode: Mode) -> Option<String> {
        let settings = Settings {
            config: Config::default(),
            mode,
            content: "content".into(),
            today: date(2026, 1, 1),
            drafts: false,
            portable: false,
            vault: false,
            static_roots: Vec::new(),
            signposts: Default::default(),
            history: Default::default(),
            below: String::new(),
            strings: Default::default(),
            visuals: Default::default(),
        };
        let source = Source::from_text(SourcePath::new("content/a.md").expect("a path"), text);
        let (place, new) = alias(&source, &["/old/".into()], &settings)?;
        let mut out = text.to_owned();
        out.replace_range(place, &new);
        Some(out)
    }

    #[test]
    fn an_alias_is_added_in_the_way_the_facts_are_written() {
        for (before, after) in [
            ("# A\n", "+++\naliases = [\"/old/\"]\n+++\n# A\n"),
            ("", "+++\naliases = [\"/old/\"]\n+++\n"),
            ("# A\r\ntext", "+++\r\naliases = [\"/old/\"]\r\n+++\r\n# A\r\ntext"),
            ("+++\ntitle = \"A\"\n+++\nx", "+++\ntitle = \"A\"\naliases = [\"/old/\"]\n+++\nx"),
            (
                "+++\ntitle = \"A\"\n[reviewed]\nby = \"B\"\n+++\n",
                "+++\naliases = [\"/old/\"]\ntitle = \"A\"\n[reviewed]\nby = \"B\"\n+++\n",
            ),
            ("+++\naliases = [\n  \"one\", # why\n]\n+++\n", "+++\naliases = [\n  \"one\", \"/old/\", # why\n]\n+++\n"),
            ("+++\naliases = []\n+++\n", "+++\naliases = [\"/old/\"]\n+++\n"),
            ("+++\naliases = \"/a/\"\n+++\n", "+++\naliases = [\"/a/\", \"/old/\"]\n+++\n"),
            ("---\ntitle: A\n---\n", "---\ntitle: A\naliases: [\"/old/\"]\n---\n"),
            (
                "---\naliases:\n  - 'one'\n  - two # x\ntitle: A\n---\n",
                "---\naliases:\n  - 'one'\n  - two # x\n  - \"/old/\"\ntitle: A\n---\n",
            ),
            ("---\naliases: [one, \"two\"]\n---\n", "---\naliases: [one, \"two\", \"/old/\"]\n---\n"),
            ("---\naliases: one, two\n---\n", "---\naliases: [\"one\", \"two\", \"/old/\"]\n---\n"),
            ("---\naliases:\ntitle: x\n---\n", "---\naliases: [\"/old/\"]\ntitle: x\n---\n"),
            ("---\n---\nx", "---\naliases: [\"/old/\"]\n---\nx"),
        ] {
            assert_eq!(with_alias(before, Mode::Own).as_deref(), Some(after), "{before:?}");
        }
    }

    #[test]
    fn facts_that_cannot_be_read_are_left_alone() {
        assert_eq!(with_alias("---\ntitle: never closed\n", Mode::Own), None);
        assert_eq!(with_alias("+++\naliases = {a = 1}\n+++\n", Mode::Own), None);
        assert_eq!(with_alias("---\ntitle: [\n---\n", Mode::Own), None);
    }

    #[test]
    fn a_folder_of_others_gets_what_other_tools_read() {
        assert_eq!(with_alias("# A\n", Mode::Foreign).as_deref(), Some("---\naliases: [\"/old/\"]\n---\n# A\n"));
        assert_eq!(
            with_alias("{\n  \"title\": \"x\"\n}\ny", Mode::Foreign).as_deref(),
            Some("{\n  \"aliases\": [\"/old/\"],\n  \"title\": \"x\"\n}\ny")
        );
    }
}
