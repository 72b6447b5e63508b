//! Reads the file of a language.
//!
//! In: TOML, what it stands over. Out: the entries of the language, and every mistake with its place.
//!
//! Invariant: what is wrong is left as it was.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use super::{BUILT_IN, CATEGORIES, Entry, FIRST, Forms, Language, Strings, places};
use crate::base::nearest::nearest;
use crate::base::tree::{self, Node, Value, toml};

/// The table in which a theme keeps words for templates of its own.
const OWN: &str = "own";

/// A mistake in the file of a language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mistake {
    /// Where, in bytes of the file.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do about it; may be empty.
    pub help: String,
}

impl Strings {
    /// Puts the file of a language over what is there; a language that is not there yet starts from the one it is a kind of.
    pub fn read(&mut self, tag: &str, text: &str) -> Vec<Mistake> {
        let mut entries = self.of(tag, FIRST).entries.clone();
        let first = BUILT_IN.iter().find(|(tag, _)| *tag == FIRST).map_or("", |(_, text)| text);
        let mut reader = Reader { first: built_in(FIRST, first, &BTreeMap::new()), mistakes: Vec::new() };
        reader.file(text, &mut entries);
        self.languages.insert(tag.to_owned(), OnceLock::from(Language::new(tag, entries)));
        self.own.insert(tag.to_owned(), text.to_owned());
        reader.mistakes
    }
}

/// A built-in language over the entries of the first one.
pub(super) fn built_in(tag: &str, text: &str, first: &BTreeMap<String, Entry>) -> Language {
    let mut entries = first.clone();
    for entry in toml::read(text).entries {
        if let Some(value) = value(&entry.node) {
            entries.insert(entry.key, value);
        }
    }
    Language::new(tag, entries)
}

/// What a value says, where it is something that an entry can be.
fn value(node: &Node) -> Option<Entry> {
    match &node.value {
        Value::Text(text) => Some(Entry::Text(text.clone())),
        Value::List(items) => {
            let text = |item: &Node| match &item.value {
                Value::Text(text) => Some(text.clone()),
                _ => None,
            };
            items.iter().map(text).collect::<Option<Vec<_>>>().map(Entry::List)
        }
        Value::Table(entries) if entries.iter().any(|entry| entry.key == CATEGORIES[super::plural::OTHER]) => {
            let mut forms = Forms::default();
            for entry in entries {
                let place = CATEGORIES.iter().position(|category| *category == entry.key)?;
                forms.0[place] = entry.node.text().map(str::to_owned);
            }
            Some(Entry::Forms(forms))
        }
        Value::Table(entries) => {
            entries.iter().map(|entry| Some((entry.key.clone(), value(&entry.node)?))).collect::<Option<BTreeMap<_, _>>>().map(Entry::Group)
        }
        _ => None,
    }
}

struct Reader {
    /// The built-in English, whose texts say what is put in where.
    first: Language,
    mistakes: Vec<Mistake>,
}

impl Reader {
    fn mistake(&mut self, span: &Range<usize>, message: String, help: String) {
        self.mistakes.push(Mistake { span: span.clone(), message, help });
    }

    fn file(&mut self, text: &str, entries: &mut BTreeMap<String, Entry>) {
        let (text, skipped) = text.strip_prefix('\u{feff}').map_or((text, 0), |rest| (rest, 3));
        let read = toml::read(text);
        for problem in read.problems {
            self.mistake(&problem.span, problem.message, problem.help);
        }
        for entry in &read.entries {
            if entry.key == OWN {
                match value(&entry.node) {
                    Some(own) => _ = entries.insert(OWN.to_owned(), own),
                    None => {
                        self.mistake(&entry.at, "the table `own` holds texts, lists of texts and tables of them".to_owned(), String::new());
                    }
                }
            } else {
                self.entry(entry, entries, "");
            }
        }
        for mistake in &mut self.mistakes {
            mistake.span = mistake.span.start + skipped..mistake.span.end + skipped;
        }
    }

    /// Puts an entry in the place of the one of its name.
    fn entry(&mut self, written: &tree::Entry, entries: &mut BTreeMap<String, Entry>, above: &str) {
        let key = &written.key;
        let Some(known) = entries.get_mut(key) else {
            let close = nearest(key, entries.keys().map(String::as_str));
            let help = close.map_or_else(
                || "words for templates of your own go into the table `[own]`".to_owned(),
                |close| format!("did you mean `{close}`? words for templates of your own go into the table `[own]`"),
            );
            return self.mistake(&written.at, format!("the theme says nothing called `{above}{key}`"), help);
        };
        match (&mut *known, value(&written.node)) {
            (Entry::Group(known), _) => match &written.node.value {
                Value::Table(below) => below.iter().for_each(|entry| self.entry(entry, known, &format!("{above}{key}."))),
                _ => self.mistake(&written.at, format!("`{above}{key}` is a table"), String::new()),
            },
            (Entry::Text(known), Some(Entry::Text(new))) => {
                let allowed: Vec<String> = places(self.first.get(&format!("{above}{key}")).unwrap_or("")).map(str::to_owned).collect();
                let strange = places(&new).find(|place| !allowed.iter().any(|known| known == place)).map(str::to_owned);
                match strange {
                    Some(place) => {
                        let help = if allowed.is_empty() { String::new() } else { format!("there are `{{{}}}`", allowed.join("}`, `{")) };
                        self.mistake(&written.node.span, format!("nothing is put in for `{{{place}}}` here"), help);
                    }
                    None => *known = new,
                }
            }
            (Entry::List(known), Some(Entry::List(new))) if known.len() == new.len() => *known = new,
            (Entry::List(known), _) => {
                let wanted = known.len();
                self.mistake(&written.at, format!("`{above}{key}` is a list of {wanted} texts"), String::new());
            }
            (Entry::Forms(known), Some(Entry::Forms(new))) => *known = new,
            (Entry::Forms(_), _) => {
                let message = format!("`{above}{key}` is a table of forms: {}", CATEGORIES.join(", "));
                self.mistake(&written.at, message, "`other` is always needed, the rest as far as the language tells them apart".to_owned());
            }
            (Entry::Text(_), _) => self.mistake(&written.at, format!("`{above}{key}` is a text"), String::new()),
        }
    }
}
