//! The one schema of the facts at the top of a page.
//!
//! In: the keys and values of a block, whatever its syntax. Out: a `Front`, and a diagnostic for each that does not fit.
//!
//! Invariant: a key is known by its letters: case, spaces, `-` and `_` do not matter.
//! Invariant: what other tools call a key counts in a foreign folder only, never complains, and yields to our own name.

mod json;
mod key;
mod value;

pub use json::json_schema;
pub use key::names_elsewhere;
pub(super) use key::{is_known, sets_aliases};

use rustc_hash::FxHashSet;

use super::{Front, Kind, Spanned, Status};
use crate::base::config::{Mode, Settings, Stance};
use crate::base::diagnostic::{Code, Diagnostic, Edit, Fix, Safety};
use crate::base::nearest::nearest;
use crate::base::text::{Source, Span};
use crate::base::tree::{Entry, Node, Value, what};
use key::{Field, Known, OWN, find};
use value::{day, split_words, thousandths, words, yes_or_no};

/// Reads the keys of a block, whose spans are bytes of the source's text.
pub(super) fn walk(source: &Source, settings: &Settings, entries: &[Entry], out: &mut Vec<Diagnostic>) -> Front {
    let written: FxHashSet<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
    let free = OWN.iter().map(|(name, _)| *name).filter(|name| !written.contains(name)).collect();
    let mut ours: Vec<&str> = entries.iter().filter_map(|entry| key::our_name(&entry.key)).collect();
    ours.sort_unstable();
    let contested = ours.windows(2).filter(|two| two[0] == two[1]).map(|two| two[0].to_owned()).collect();
    let mut walk = Walk { source, settings, free, contested, front: Front::default(), out };
    let (own, others): (Vec<_>, Vec<_>) =
        entries.iter().map(|entry| (entry, find(&entry.key, settings.mode))).partition(|(_, known)| matches!(known, Known::Own(_)));
    for (entry, known) in own {
        if let Known::Own(field) = known {
            walk.own(field, entry);
        }
    }
    for (entry, known) in others {
        match known {
            Known::Other(field) => walk.other(field, entry),
            Known::Inform => walk.keep(entry),
            Known::Own(_) | Known::No => {
                walk.unknown(entry);
                walk.keep(entry);
            }
        }
    }
    walk.front
}

struct Walk<'a> {
    source: &'a Source,
    settings: &'a Settings,
    /// Our keys that the page does not have: what an unknown one may stand for.
    free: Vec<&'static str>,
    /// Our keys for which the page has several of other tools.
    contested: FxHashSet<String>,
    front: Front,
    out: &'a mut Vec<Diagnostic>,
}

impl Walk<'_> {
    fn own(&mut self, field: Field, entry: &Entry) {
        if entry.node.value == Value::Nothing {
            return;
        }
        if let Err(wanted) = self.set(field, entry, &entry.node) {
            self.unfit(entry, &wanted);
        }
    }

    /// A key of another tool: it counts where ours is absent, and where it does not fit it is only kept.
    fn other(&mut self, field: Field, entry: &Entry) {
        let front = &self.front;
        let taken = match field {
            Field::Title => front.title.is_some(),
            Field::Summary => front.summary.is_some(),
            Field::Lang => front.lang.is_some(),
            Field::Owner => front.owner.is_some(),
            Field::Weight => front.weight.is_some(),
            Field::Label => front.label.is_some(),
            Field::Date => front.date.is_some(),
            Field::Updated => front.updated.is_some(),
            Field::Toc => front.toc.is_some(),
            _ => false,
        };
        let inner = match (&entry.node.value, field) {
            (Value::Table(entries), Field::Tags) => entries.iter().find(|inner| inner.key == "tags"),
            (Value::Table(entries), Field::Updated) => entries.iter().find(|inner| inner.key == "date"),
            _ => None,
        };
        if let (Value::Table(entries), Field::Sidebar) = (&entry.node.value, field) {
            for inner in entries {
                match inner.key.as_str() {
                    "order" => self.other(Field::Weight, inner),
                    "label" => self.other(Field::Label, inner),
                    "hidden" => self.other(Field::Hidden, inner),
                    _ => {}
                }
            }
            return;
        }
        let node = inner.map_or(&entry.node, |inner| &inner.node);
        if !taken && self.set(field, entry, node).is_err() {
            self.keep(entry);
        }
    }

    /// Takes a value, or says what is wanted instead.
    fn set(&mut self, field: Field, entry: &Entry, node: &Node) -> Result<(), String> {
        match field {
            Field::Title => self.front.title = self.text(node)?,
            Field::Summary => self.front.summary = self.text(node)?,
            Field::Lang => self.front.lang = self.text(node)?,
            Field::Owner => self.front.owner = self.text_of_one(node)?,
            Field::Kind => return self.kind(entry, node),
            Field::Status => return self.status(entry, node),
            Field::Stance => return self.stance(node),
            Field::Pillar => self.front.pillar = self.list(node, true)?,
            Field::By => self.front.by = self.names(node)?,
            Field::Illustrates => self.front.illustrates = self.list(node, false)?,
            Field::Contrasts => self.front.contrasts = self.list(node, false)?,
            Field::Tags => {
                let tags = self.list(node, true)?;
                for tag in tags {
                    if !self.front.tags.iter().any(|old| old.value == tag.value) {
                        self.front.tags.push(tag);
                    }
                }
            }
            Field::Aliases => self.front.aliases = self.list(node, true)?,
            Field::Addresses => {
                let addresses = self.list(node, false)?;
                self.front.addresses.extend(addresses);
            }
            Field::FormerPaths => self.front.former_paths = self.list(node, false)?,
            Field::Sources => self.front.sources = self.list(node, false)?.into_iter().map(|text| text.value).collect(),
            Field::Sidebar => self.keep(entry),
            Field::Label => self.front.label = self.text(node)?.map(|text| text.value),
            Field::Weight => self.front.weight = Some(thousandths(node).ok_or("a number such as 10")?),
            Field::Date => self.front.date = Some(day(node)?),
            Field::Updated => self.front.updated = Some(day(node)?),
            Field::PublishAfter => self.front.publish_after = Some(day(node)?),
            Field::Draft => self.front.draft |= flag(node)?,
            Field::Publish => self.front.draft |= !flag(node)?,
            Field::Hidden => self.front.hidden |= flag(node)?,
            Field::Anonymous => self.front.anonymous = flag(node)?,
            Field::Toc => self.front.toc = Some(flag(node)?),
            Field::Role => self.front.role = self.text(node)?.map(|text| text.value),
            Field::Industry => self.front.industry = self.text(node)?.map(|text| text.value),
            Field::Reviewed => return self.reviewed(node),
        }
        Ok(())
    }

    fn text(&self, node: &Node) -> Result<Option<Spanned<String>>, String> {
        if node.value == Value::Nothing {
            return Ok(None);
        }
        let text = node.text().ok_or("a text")?;
        let value = words(text);
        Ok((!value.is_empty()).then(|| Spanned { value, span: self.span(node.span.clone()) }))
    }

    /// A text, or the first of a list of texts.
    fn text_of_one(&self, node: &Node) -> Result<Option<Spanned<String>>, String> {
        match &node.value {
            Value::List(items) if self.settings.mode == Mode::Foreign => items.first().map_or(Ok(None), |first| self.text(first)),
            _ => self.text(node),
        }
    }

    fn list(&self, node: &Node, commas: bool) -> Result<Vec<Spanned<String>>, String> {
        const WANTED: &str = "a text or a list of texts";
        let mut list = Vec::new();
        match &node.value {
            Value::Nothing => {}
            Value::List(items) => {
                for item in items {
                    list.extend(self.text(item).map_err(|_| WANTED)?);
                }
            }
            Value::Text(text) if commas && text.contains(',') => {
                for part in split_words(text) {
                    list.push(Spanned { value: part, span: self.span(node.span.clone()) });
                }
            }
            _ => list.extend(self.text(node).map_err(|_| WANTED)?),
        }
        Ok(list)
    }

    /// People: names, lists of names, and in a foreign folder tables that have a `name`.
    fn names(&self, node: &Node) -> Result<Vec<Spanned<String>>, String> {
        let name = |node: &Node| match &node.value {
            Value::Table(entries) if self.settings.mode == Mode::Foreign => {
                let name = entries.iter().find(|entry| entry.key == "name").ok_or("a name")?;
                self.text(&name.node)
            }
            _ => self.text(node),
        };
        match &node.value {
            Value::Text(_) => self.list(node, true),
            Value::List(items) => items.iter().filter_map(|item| name(item).transpose()).collect::<Result<_, _>>(),
            _ => Ok(name(node)?.into_iter().collect()),
        }
        .map_err(|_: String| "a name or a list of names".to_owned())
    }

    fn kind(&mut self, entry: &Entry, node: &Node) -> Result<(), String> {
        const KINDS: [(&str, Kind); 6] = [
            ("essay", Kind::Essay),
            ("example", Kind::Example),
            ("contributor", Kind::Contributor),
            ("term", Kind::Term),
            ("path", Kind::Path),
            ("page", Kind::Page),
        ];
        let span = self.span(node.span.clone());
        self.front.kind = self.word(entry, node, &KINDS)?.map(|value| Spanned { value, span });
        Ok(())
    }

    fn status(&mut self, entry: &Entry, node: &Node) -> Result<(), String> {
        const STATES: [(&str, Status); 3] = [("draft", Status::Draft), ("initial", Status::Initial), ("reviewed", Status::Reviewed)];
        self.front.status = self.word(entry, node, &STATES)?;
        Ok(())
    }

    /// One of a few words. In a foreign folder another word is another tool's business and only kept.
    fn word<T: Copy>(&mut self, entry: &Entry, node: &Node, choices: &[(&str, T)]) -> Result<Option<T>, String> {
        let text = node.text().map(str::trim).unwrap_or_default();
        let found = choices.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
        if let Some((_, value)) = found {
            return Ok(Some(*value));
        }
        if self.settings.mode == Mode::Foreign {
            self.keep(entry);
            return Ok(None);
        }
        let list: Vec<String> = choices.iter().map(|(word, _)| format!("`{word}`")).collect();
        let wanted = format!("one of {}", list.join(", "));
        let Some(near) = nearest(text, choices.iter().map(|(word, _)| *word)).filter(|_| !text.is_empty()) else { return Err(wanted) };
        let message = format!("`{}` wants {wanted}, not `{text}`", entry.key);
        self.report(Code::FrontMatter, |walk, diagnostic| {
            let fix = walk.fix(format!("change it to `{near}`"), Safety::Unsafe, node.span.clone(), near);
            Diagnostic { message, ..diagnostic }
                .at(&walk.source.path, walk.span(node.span.clone()), "")
                .target(text)
                .help(format!("did you mean `{near}`?"))
                .fix(fix)
        });
        Ok(None)
    }

    fn stance(&mut self, node: &Node) -> Result<(), String> {
        const WORDS: [&str; 3] = ["leadership", "management", "both"];
        let parts = match &node.value {
            Value::List(items) => items.iter().collect(),
            _ => vec![node],
        };
        for part in parts {
            let text = part.text().ok_or("`leadership`, `management` or `both`")?;
            for word in split_words(text) {
                let stances: &[Stance] = match word.to_ascii_lowercase().as_str() {
                    "leadership" => &[Stance::Leadership],
                    "management" => &[Stance::Management],
                    "both" => &[Stance::Leadership, Stance::Management],
                    _ => {
                        let near = WORDS
                            .iter()
                            .copied()
                            .find(|known| word.len() >= 4 && known[..4].eq_ignore_ascii_case(word.get(..4).unwrap_or("")));
                        self.unknown_stance(part, &word, near.or_else(|| nearest(&word, WORDS)));
                        &[]
                    }
                };
                self.front.stance.extend(stances);
            }
        }
        self.front.stance.sort();
        self.front.stance.dedup();
        Ok(())
    }

    fn unknown_stance(&mut self, node: &Node, word: &str, near: Option<&str>) {
        self.report(Code::UnknownStance, |walk, diagnostic| {
            let message = format!("there is no stance `{word}`");
            let diagnostic = Diagnostic { message, ..diagnostic }.at(&walk.source.path, walk.span(node.span.clone()), "").target(word);
            match near {
                Some(near) if node.text() == Some(word) => {
                    let fix = walk.fix(format!("change it to `{near}`"), Safety::Unsafe, node.span.clone(), near);
                    diagnostic.help(format!("did you mean `{near}`?")).fix(fix)
                }
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic.help("write `leadership`, `management` or `both`"),
            }
        });
    }

    fn reviewed(&mut self, node: &Node) -> Result<(), String> {
        let Value::Table(entries) = &node.value else { return Err("`by` and `on` below it".into()) };
        for entry in entries {
            let fit = match entry.key.to_ascii_lowercase().as_str() {
                _ if entry.node.value == Value::Nothing => Ok(()),
                "by" => self.text(&entry.node).map(|by| self.front.reviewed_by = by.map(|text| text.value)),
                "on" => day(&entry.node).map(|on| self.front.reviewed_on = Some(on)),
                _ => {
                    self.unknown_among(entry, &["by", "on"]);
                    Ok(())
                }
            };
            if let Err(wanted) = fit {
                self.unfit(entry, &wanted);
            }
        }
        Ok(())
    }

    fn keep(&mut self, entry: &Entry) {
        self.front.extra.push((entry.key.clone(), entry.node.json().to_string()));
    }

    fn unknown(&mut self, entry: &Entry) {
        let free = self.free.clone();
        self.unknown_among(entry, &free);
    }

    fn unknown_among(&mut self, entry: &Entry, known: &[&str]) {
        self.report(Code::UnknownKey, |walk, diagnostic| {
            let message = format!("the key `{}` is not known here", entry.key);
            let diagnostic =
                Diagnostic { message, ..diagnostic }.at(&walk.source.path, walk.span(entry.at.clone()), "").target(entry.key.as_str());
            let other_name = key::our_name(&entry.key).filter(|name| known.contains(name));
            let Some(near) = other_name.or_else(|| nearest(&entry.key, known.iter().copied())) else {
                return diagnostic.help("templates can use it; delete it if none does");
            };
            // Another tool's name for one of ours means what ours means; a likeness may be chance.
            let same = other_name.is_some() && !walk.contested.contains(near) && walk.fits(near, entry);
            let safety = if same { Safety::Safe } else { Safety::Unsafe };
            let fix = walk.fix(format!("rename it to `{near}`"), safety, entry.at.clone(), near);
            diagnostic.help(format!("did you mean `{near}`?")).fix(fix)
        });
    }

    /// Whether the value of a key would be one for ours of that name.
    fn fits(&self, name: &str, entry: &Entry) -> bool {
        let Known::Own(field) = find(name, Mode::Own) else { return false };
        let mut problems = Vec::new();
        let mut trial = Walk {
            source: self.source,
            settings: self.settings,
            free: Vec::new(),
            contested: FxHashSet::default(),
            front: Front::default(),
            out: &mut problems,
        };
        trial.set(field, entry, &entry.node).is_ok() && problems.is_empty()
    }

    fn unfit(&mut self, entry: &Entry, wanted: &str) {
        self.report(Code::FrontMatter, |walk, diagnostic| {
            let found = match entry.node.text() {
                Some(text) if text.chars().count() <= 40 && !text.is_empty() => format!("`{}`", words(text)),
                _ => what(&entry.node.value).to_owned(),
            };
            let message = format!("`{}` wants {wanted}, not {found}", entry.key);
            let place = if entry.node.span.is_empty() { entry.at.clone() } else { entry.node.span.clone() };
            Diagnostic { message, ..diagnostic }.at(&walk.source.path, walk.span(place), "").target(entry.key.as_str())
        });
    }

    fn report(&mut self, code: Code, make: impl FnOnce(&Self, Diagnostic) -> Diagnostic) {
        if let Some(severity) = self.settings.severity(code) {
            let diagnostic = make(self, Diagnostic::new(code, severity, ""));
            self.out.push(diagnostic);
        }
    }

    fn fix(&self, title: String, safety: Safety, place: std::ops::Range<usize>, text: &str) -> Fix {
        let edit = Edit { file: self.source.path.clone(), span: self.span(place), text: text.to_owned() };
        Fix { title, safety, edits: vec![edit] }
    }

    fn span(&self, place: std::ops::Range<usize>) -> Span {
        self.source.on_disk(place)
    }
}

fn flag(node: &Node) -> Result<bool, String> {
    yes_or_no(node).ok_or_else(|| "`true` or `false`".to_owned())
}
