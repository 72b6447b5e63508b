//! What the site says: every key that templates, scripts and the program ask for is there, and every key that is there is asked for.

use std::collections::BTreeSet;
use std::path::Path;

use fourfold::base::strings::{Entry, Language, Strings};
use walkdir::WalkDir;

/// Keys that are asked for by a name that is put together: by what kind of page, note, pillar or page of the foot it is.
const COMPOSED: &[&str] =
    &["kinds.", "status.", "callouts.", "pillar_titles.", "pillar_questions.", "script.kinds.", "script.stances.", "script.facets."];

fn read(folder: &str, extensions: &[&str]) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = WalkDir::new(root).sort_by_file_name().into_iter().map(Result::unwrap);
    let wanted = files.filter(|entry| extensions.iter().any(|extension| entry.path().extension().is_some_and(|found| found == *extension)));
    wanted.map(|entry| std::fs::read_to_string(entry.path()).unwrap()).collect()
}

/// The words that follow a mark in a text: `say.` gives `search` and `kinds.term`.
fn after(text: &str, mark: &str) -> BTreeSet<String> {
    let word = |rest: &str| {
        rest.split(|c: char| !(c.is_ascii_lowercase() || c == '_' || c == '.')).next().unwrap().trim_end_matches('.').to_owned()
    };
    let apart = |at: &usize| !text[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    text.match_indices(mark)
        .filter(|(at, _)| apart(at))
        .map(|(at, _)| word(&text[at + mark.len()..]))
        .filter(|word| !word.is_empty())
        .collect()
}

/// A text without what stands between two marks.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut parts = text.split(open);
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |out, part| out + part.split_once(close).map_or("", |(_, rest)| rest))
}

fn english() -> Language {
    Strings::default().of("en", "en").clone()
}

fn keys(entry: &Entry, key: &str, out: &mut BTreeSet<String>) {
    match entry {
        Entry::Group(group) => group.iter().for_each(|(name, entry)| keys(entry, &format!("{key}.{name}"), out)),
        _ => _ = out.insert(key.to_owned()),
    }
}

/// Every key that somebody asks for by its full name.
fn asked() -> BTreeSet<String> {
    let templates = after(&read("themes/default/templates", &["html"]), "say.");
    let scripts = read("themes/default/assets", &["js"]);
    let mut scripts: BTreeSet<String> = after(&scripts, "say.").union(&after(&scripts, "count(\"")).cloned().collect();
    // These are files and functions of their own.
    scripts.retain(|key| !["js", "split"].contains(&key.as_str()));
    let program = read("src", &["rs"]);
    let marks = [".text(\"", "push_said(\"", ".fill(\"", "forms(\"", ".get(\"comma", "add(!gathered.tags.is_empty(), \""];
    let mut all: BTreeSet<String> = marks.iter().flat_map(|mark| after(&program, mark)).collect();
    all.extend(templates);
    all.extend(scripts.into_iter().map(|key| format!("script.{key}")));
    all
}

#[test]
fn every_key_that_is_asked_for_by_a_template_or_a_script_is_there() {
    let english = english();
    let mut there = BTreeSet::new();
    english.entries.iter().for_each(|(key, entry)| keys(entry, key, &mut there));
    // `say.script` and `say.language` are added to what the files say.
    there.extend(["script".to_owned(), "language".to_owned()]);
    let is_there = |key: &String| there.contains(key) || there.iter().any(|known| known.starts_with(&format!("{key}.")));
    let templates = after(&read("themes", &["html"]), "say.");
    let missing: Vec<&String> = templates.iter().filter(|key| !is_there(key)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let missing: Vec<String> = asked().into_iter().filter(|key| key.starts_with("script.") && !is_there(key)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_key_that_is_there_is_asked_for() {
    let asked = asked();
    let text = read("src", &["rs"]);
    let mut there = BTreeSet::new();
    english().entries.iter().for_each(|(key, entry)| keys(entry, key, &mut there));
    let is_asked =
        |key: &String| asked.contains(key) || COMPOSED.iter().any(|start| key.starts_with(start)) || text.contains(&format!("\"{key}\""));
    let idle: Vec<&String> = there.iter().filter(|key| !is_asked(key)).collect();
    assert!(idle.is_empty(), "{idle:?}");
}

#[test]
fn templates_say_nothing_on_their_own() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("themes");
    for entry in WalkDir::new(root).into_iter().map(Result::unwrap).filter(|entry| entry.path().extension().is_some_and(|e| e == "html")) {
        let text = std::fs::read_to_string(entry.path()).unwrap();
        // These blocks stand inside attributes.
        let mut bare = text.clone();
        for block in ["shape", "type"] {
            let (start, end) = (format!("{{% block {block} %}}"), format!("{{% endblock {block} %}}"));
            if let (Some(from), Some(to)) = (bare.find(&start), bare.find(&end)) {
                bare.replace_range(from..to + end.len(), "");
            }
        }
        // Without comments, tags of the engine and tags of HTML, no word is left.
        let engine = [("{#", "#}"), ("{{", "}}"), ("{%", "%}")];
        let shown = engine.into_iter().chain([("<", ">")]).fold(bare, |text, (open, close)| without(&text, open, close));
        let word = shown.split_whitespace().find(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 1);
        assert_eq!(word, None, "{} says something in one language", entry.path().display());
        for label in ["aria-label=\"", "title=\"", "alt=\"", "placeholder=\""] {
            let said = text.match_indices(label).find(|(at, _)| text[at + label.len()..].starts_with(char::is_alphabetic));
            assert!(said.is_none(), "{}: {label}", entry.path().display());
        }
    }
}

#[test]
fn the_pillars_of_a_handbook_that_names_none_are_those_of_its_language() {
    let mut config = fourfold::base::config::Config::default();
    let english = config.pillars.clone();
    config.translate(&Strings::default());
    assert_eq!(config.pillars, english, "the English file says what the config says");
    config.language = "de-AT".into();
    config.translate(&Strings::default());
    assert_eq!(config.pillars[2].title, "Effizienz");
    config.language = "ja".into();
    config.translate(&Strings::default());
    assert_eq!(config.pillars[2].title, "Effizienz", "pillars that have been named stay");
}
