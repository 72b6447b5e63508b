//! What the site says, as templates and scripts are given it.
//!
//! In: the files `strings/LANG.toml` of a theme; languages. Out: all languages; `say` for templates; a script for scripts.
//!
//! Invariant: `say` of a page follows from the language of the page alone.

use serde::Serialize;
use tera::value::Key;
use tera::{Kwargs, Map, State, TeraResult, Value};

use super::fault::Origin;
use super::theme::ThemeFiles;
use crate::base::diagnostic::Diagnostic;
use crate::base::strings::{CATEGORIES, Entry, Forms, Language, Strings};

/// The folder of a theme that holds them.
const FOLDER: &str = "strings/";
/// The table that scripts are given.
const SCRIPT: &str = "script";
/// The key under which forms say whose they are.
const TAG: &str = "language";

/// What a theme says, and every mistake in its files.
pub fn strings(files: Option<&ThemeFiles>) -> (Strings, Vec<Diagnostic>) {
    let (mut strings, mut problems) = (Strings::default(), Vec::new());
    let Some(files) = files else { return (strings, problems) };
    let none = std::collections::BTreeMap::new();
    let origin = Origin { root: &files.root, texts: &none };
    for (path, bytes) in &files.files {
        let Some(tag) = path.strip_prefix(FOLDER).and_then(|name| name.strip_suffix(".toml")) else { continue };
        if !is_tag(tag) {
            problems.push(origin.file(path, 0..0, "the file is named by a language, such as `de.toml` or `pt-BR.toml`"));
            continue;
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => problems.extend(strings.read(tag, text).into_iter().map(|mistake| {
                let problem = origin.file(path, mistake.span, &mistake.message);
                if mistake.help.is_empty() { problem } else { problem.help(mistake.help) }
            })),
            Err(error) => {
                let at = error.valid_up_to();
                problems.push(origin.file(path, at..at + 1, "the file is not UTF-8 text"));
            }
        }
    }
    (strings, problems)
}

fn is_tag(name: &str) -> bool {
    let mut parts = name.split('-');
    let part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    parts.next().is_some_and(|first| (2..=8).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_alphabetic()))
        && parts.all(part)
}

/// `say` for pages in a language; `script` is the address of what its scripts are given.
pub(super) fn say(language: &Language, script: &str) -> Value {
    let shown = language.entries.iter().filter(|(key, _)| key.as_str() != SCRIPT);
    let entries = shown.map(|(key, entry)| (Key::from(key.clone()), value(entry, &language.tag)));
    let more = [(TAG, Value::from(language.tag.as_str())), (SCRIPT, Value::from(script))];
    Value::from(entries.chain(more.map(|(key, value)| (Key::from(key), value))).collect::<Map>())
}

fn value(entry: &Entry, tag: &str) -> Value {
    match entry {
        Entry::Text(text) => Value::from(text.as_str()),
        Entry::List(texts) => Value::from(texts.iter().map(|text| Value::from(text.as_str())).collect::<Vec<Value>>()),
        Entry::Forms(Forms(forms)) => {
            let there = CATEGORIES.iter().zip(forms).filter_map(|(name, form)| Some((*name, form.as_deref()?)));
            Value::from(there.chain([(TAG, tag)]).map(|(name, text)| (Key::from(name), Value::from(text))).collect::<Map>())
        }
        Entry::Group(group) => Value::from(group.iter().map(|(key, entry)| (Key::from(key.clone()), value(entry, tag))).collect::<Map>()),
    }
}

/// The script that gives scripts their words.
pub(super) fn script(language: &Language) -> Vec<u8> {
    #[derive(Serialize)]
    struct Given<'a> {
        language: &'a str,
        #[serde(flatten)]
        entry: Option<&'a Entry>,
    }
    let given = Given { language: &language.tag, entry: language.entries.get(SCRIPT) };
    // Texts under texts always are JSON.
    format!("export default {};\n", serde_json::to_string(&given).unwrap_or_default()).into_bytes()
}

/// `3 | count(of=say.examples)`: so many, in the form that goes with the number.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands its arguments over")]
pub(super) fn count(number: u32, kwargs: Kwargs, _: &State<'_>) -> TeraResult<String> {
    let of = kwargs.must_get::<Value>("of")?;
    fn text<'a>(of: &'a Value, name: &'a str) -> Option<&'a str> {
        of.get_from_path(name).and_then(Value::as_str)
    }
    let Some(tag) = text(&of, TAG) else { return Err(tera::Error::message("`of` wants a table of forms, such as `say.examples`")) };
    Ok(Forms(CATEGORIES.map(|name| text(&of, name).map(str::to_owned))).phrase(tag, number))
}

/// `say.page_of | fill(n=2, of=5)`: a text with values put in.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands its arguments over")]
pub(super) fn fill(text: &str, kwargs: Kwargs, _: &State<'_>) -> String {
    let values: Vec<(String, String)> = kwargs.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
    let values: Vec<(&str, &str)> = values.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    crate::base::strings::filled(text, &values)
}
