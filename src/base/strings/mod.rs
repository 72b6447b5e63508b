//! What a site itself says to its readers, a language at a time.
//!
//! In: the built-in files of `themes/default/strings`, those of a handbook's theme over them. Out: for a page's language
//! its words, the forms that go with numbers, and days.
//!
//! A key is the way to a text: `mentioned_in`, `kinds.essay`. What the file of a language leaves out is as in English.
//!
//! Invariant: every language has the keys of the English file, each with the same kind of value, and of its own none but those
//! in the table `own`.

mod plural;
mod read;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

use jiff::civil::Date;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

pub use plural::CATEGORIES;

/// The languages that are built in: tags and files.
const BUILT_IN: [(&str, &str); 4] = [
    ("ar", include_str!("../../../themes/default/strings/ar.toml")),
    ("de", include_str!("../../../themes/default/strings/de.toml")),
    ("en", include_str!("../../../themes/default/strings/en.toml")),
    ("ja", include_str!("../../../themes/default/strings/ja.toml")),
];
/// The language that has every key.
const FIRST: &str = "en";

/// All languages that a site can speak. Two are the same where the files that stand over the built-in ones are.
#[derive(Clone, Debug)]
pub struct Strings {
    /// The texts of a theme's files, by tag.
    own: BTreeMap<String, String>,
    /// By tag; English is always there. A built-in language is read when it is asked for.
    languages: BTreeMap<String, OnceLock<Language>>,
}

impl PartialEq for Strings {
    fn eq(&self, other: &Self) -> bool {
        self.own == other.own
    }
}

impl Eq for Strings {}

impl Hash for Strings {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.own.hash(state);
    }
}

/// What the site says in one language.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Language {
    /// The tag.
    pub tag: String,
    /// Texts by key.
    pub entries: BTreeMap<String, Entry>,
    /// The categories of small numbers: nearly all numbers are small.
    small: Vec<u8>,
    /// The words of `VOICES`, small: every heading is compared with them.
    voices: [String; VOICES.len()],
}

/// The keys of the names of the two voices.
const VOICES: [&str; 4] = ["leader", "leadership", "manager", "management"];

/// What stands under a key.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(untagged)]
pub enum Entry {
    /// Words; `{name}` stands for what is put in.
    Text(String),
    /// Several texts, such as the names of the months.
    List(Vec<String>),
    /// A text for each form of number that the language tells apart; `{n}` stands for the number.
    Forms(Forms),
    /// Keys below this one.
    Group(BTreeMap<String, Entry>),
}

/// A text for each of `CATEGORIES`, as far as the language tells them apart.
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug)]
pub struct Forms(pub [Option<String>; CATEGORIES.len()]);

impl Default for Strings {
    /// The built-in languages.
    fn default() -> Self {
        let languages = BUILT_IN.iter().map(|(tag, _)| ((*tag).to_owned(), OnceLock::new())).collect();
        Self { own: BTreeMap::new(), languages }
    }
}

impl Strings {
    /// The language of a tag: itself, or what is left of the tag without its last parts; else the one of `otherwise`, else English.
    pub fn of(&self, tag: &str, otherwise: &str) -> &Language {
        let known = |tag: &str| {
            let mut tag = tag;
            loop {
                match self.languages.get_key_value(tag).or_else(|| self.languages.iter().find(|(known, _)| known.eq_ignore_ascii_case(tag)))
                {
                    Some((tag, language)) => return Some((tag.as_str(), language)),
                    None => tag = tag.rsplit_once(['-', '_'])?.0,
                }
            }
        };
        let (tag, language) = known(tag).or_else(|| known(otherwise)).unwrap_or_else(|| (FIRST, &self.languages[FIRST]));
        language.get_or_init(|| self.built_in(tag))
    }

    fn built_in(&self, tag: &str) -> Language {
        let (_, text) = BUILT_IN.iter().find(|(known, _)| *known == tag).unwrap_or(&BUILT_IN[0]);
        if tag == FIRST { read::built_in(tag, text, &BTreeMap::new()) } else { read::built_in(tag, text, &self.of(FIRST, FIRST).entries) }
    }

    /// Every language, by tag.
    pub fn all(&self) -> impl Iterator<Item = &Language> {
        self.languages.keys().map(|tag| self.of(tag, FIRST))
    }
}

impl Language {
    fn new(tag: &str, entries: BTreeMap<String, Entry>) -> Self {
        let mut language = Self { tag: tag.to_owned(), entries, small: plural::small(tag), voices: Default::default() };
        language.voices = VOICES.map(|key| language.text(key).to_lowercase());
        language
    }

    /// The names of a leader, of leadership, of a manager and of management, in small letters.
    pub fn voices(&self) -> &[String; 4] {
        &self.voices
    }

    fn entry(&self, key: &str) -> Option<&Entry> {
        let (first, rest) = key.split_once('.').map_or((key, None), |(first, rest)| (first, Some(rest)));
        match (self.entries.get(first)?, rest) {
            (Entry::Group(group), Some(rest)) => group.get(rest),
            (entry, None) => Some(entry),
            _ => None,
        }
    }

    /// The words of a key; a key that is not there stands for itself.
    pub fn text<'a>(&'a self, key: &'a str) -> &'a str {
        self.get(key).unwrap_or(key)
    }

    /// The words of a key, where it has some.
    pub fn get(&self, key: &str) -> Option<&str> {
        match self.entry(key)? {
            Entry::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The words of a key, with values put in.
    pub fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        filled(self.text(key), values)
    }

    /// The forms of a key.
    pub fn forms(&self, key: &str) -> Option<&Forms> {
        match self.entry(key)? {
            Entry::Forms(forms) => Some(forms),
            _ => None,
        }
    }

    /// So many of what a key counts.
    pub fn count(&self, key: &str, number: u32) -> String {
        self.forms(key).map_or_else(|| number.to_string(), |forms| self.phrase(forms, number))
    }

    /// The form that goes with a number, with the number in it.
    pub fn phrase(&self, forms: &Forms, number: u32) -> String {
        let known = self.small.get(number as usize).map(|category| usize::from(*category));
        forms.with(known.unwrap_or_else(|| plural::category(&self.tag, number)), number)
    }

    /// A day as people read it.
    pub fn day(&self, day: Date) -> String {
        let month = match self.entries.get("months") {
            Some(Entry::List(months)) => months.get(day.month() as usize - 1).map_or("", String::as_str),
            _ => "",
        };
        self.fill("date", &[("day", &day.day().to_string()), ("month", month), ("year", &day.year().to_string())])
    }
}

impl Serialize for Forms {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, form) in CATEGORIES.iter().zip(&self.0) {
            if let Some(form) = form {
                map.serialize_entry(name, form)?;
            }
        }
        map.end()
    }
}

impl Forms {
    /// The form that goes with a number in a language, with the number in it.
    pub fn phrase(&self, tag: &str, number: u32) -> String {
        self.with(plural::category(tag, number), number)
    }

    fn with(&self, category: usize, number: u32) -> String {
        let form = self.0[category].as_deref().or(self.0[plural::OTHER].as_deref());
        let mut digits = String::new();
        // Writing into a string cannot fail.
        let _ = write!(digits, "{number}");
        form.map_or(digits.clone(), |form| filled(form, &[("n", &digits)]))
    }
}

/// A text with values in the places of their names; other braces stay.
pub fn filled(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let value = rest.find('}').and_then(|end| Some((end, values.iter().find(|(name, _)| *name == &rest[1..end])?.1)));
        match value {
            Some((end, value)) => {
                out.push_str(value);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('{');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The names that a text has places for.
pub fn places(text: &str) -> impl Iterator<Item = &str> {
    let word = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).filter(word)
}

/// `rtl` for languages that are written from the right.
pub fn direction(tag: &str) -> &'static str {
    let mut parts = tag.split(['-', '_']);
    let primary = parts.next().unwrap_or(tag).to_ascii_lowercase();
    let script = parts.next().filter(|part| part.len() == 4).map(str::to_ascii_lowercase);
    match script.as_deref() {
        Some("arab" | "hebr" | "thaa" | "syrc" | "nkoo" | "adlm") => "rtl",
        Some(_) => "ltr",
        None if ["ar", "he", "fa", "ur", "yi", "dv", "ps", "sd", "ckb", "ug", "arc", "syr", "nqo"].contains(&primary.as_str()) => "rtl",
        None => "ltr",
    }
}

#[cfg(test)]
mod tests;
