//! Reads `handbook.toml`.
//!
//! In: its text. Out: a `Config`, and every mistake at once, each with its place.
//!
//! Invariant: a key that is absent or wrong leaves the default; a mistake is always an error, whatever `[checks]` says.

mod pillars;
mod schema;

pub use schema::json_schema;

use globset::GlobBuilder;
use jiff::civil::Date;

use crate::base::config::{Cards, Config, Feeds, Host, Level};
use crate::base::diagnostic::{Code, Diagnostic, Edit, Fix, Safety, Severity};
use crate::base::nearest::nearest;
use crate::base::path::SourcePath;
use crate::base::text::Span;
use crate::base::tree::{Entry, Node, Value, toml, what};

/// Reads the text of a `handbook.toml`; offsets in it are offsets in the file.
pub fn config(text: &str, file: &SourcePath) -> (Config, Vec<Diagnostic>) {
    let (text, skipped) = text.strip_prefix('\u{feff}').map_or((text, 0), |rest| (rest, 3));
    let tree = toml::read(text);
    let mut reader = Reader { file, skipped, config: Config::default(), diagnostics: Vec::new() };
    for problem in tree.problems {
        let diagnostic = reader.mistake(problem.message, &problem.span).help(problem.help);
        reader.diagnostics.push(diagnostic);
    }
    for entry in &tree.entries {
        reader.top(entry);
    }
    reader.diagnostics.sort();
    (reader.config, reader.diagnostics)
}

struct Reader<'a> {
    file: &'a SourcePath,
    skipped: usize,
    config: Config,
    diagnostics: Vec<Diagnostic>,
}

/// A value that fits, or what is wanted instead.
type Fit<T> = Result<T, String>;

impl Reader<'_> {
    fn top(&mut self, entry: &Entry) {
        let node = &entry.node;
        match entry.key.as_str() {
            "title" => self.put(entry, text(node), |config, title| config.title = title),
            "base_url" => self.put(entry, address(node), |config, url| config.base_url = Some(url)),
            "language" => self.put(entry, language(node), |config, tag| config.language = tag),
            "theme" => self.put(entry, folder_name(node), |config, theme| config.theme = theme),
            "repository" => self.put(entry, address(node), |config, url| config.repository = Some(url.trim_end_matches('/').to_owned())),
            "today" => self.put(entry, date(node), |config, today| config.today = Some(today)),
            "pillars" => self.pillars(entry),
            "content" => self.section(entry, Self::content),
            "links" => self.section(entry, Self::links),
            "trust" => self.section(entry, Self::trust),
            "outputs" => self.section(entry, Self::outputs),
            "checks" => self.section(entry, Self::check),
            _ => self.unknown(entry, schema::TOP),
        }
    }

    fn content(&mut self, entry: &Entry) {
        match entry.key.as_str() {
            "ignore" => self.patterns(entry, |config, globs| config.ignore = globs),
            "remote" => self.put(entry, flag(&entry.node), |config, yes| config.remote = yes),
            _ => self.unknown(entry, schema::CONTENT),
        }
    }

    fn links(&mut self, entry: &Entry) {
        match entry.key.as_str() {
            "wanted" => self.put(entry, flag(&entry.node), |config, yes| config.wanted = yes),
            "own_urls" => self.put(entry, addresses(&entry.node), |config, urls| config.own_urls = urls),
            _ => self.unknown(entry, schema::LINKS),
        }
    }

    fn trust(&mut self, entry: &Entry) {
        match entry.key.as_str() {
            "contributor" => self.patterns(entry, |config, globs| config.contributor = globs),
            "full" => self.patterns(entry, |config, globs| config.full = globs),
            _ => self.unknown(entry, schema::TRUST),
        }
    }

    fn outputs(&mut self, entry: &Entry) {
        const FEEDS: &[(&str, Feeds)] = &[("full", Feeds::Full), ("summary", Feeds::Summary), ("none", Feeds::None)];
        const CARDS: &[(&str, Cards)] = &[("pillar", Cards::Pillar), ("page", Cards::Page), ("none", Cards::None)];
        const HOSTS: &[(&str, Host)] =
            &[("none", Host::None), ("netlify", Host::Netlify), ("cloudflare", Host::Cloudflare), ("nginx", Host::Nginx)];
        let node = &entry.node;
        match entry.key.as_str() {
            "banner" => self.put(entry, text(node), |config, banner| config.banner = banner),
            "markdown" => self.put(entry, flag(node), |config, yes| config.markdown = yes),
            "feeds" => self.put(entry, choice(node, FEEDS), |config, feeds| config.feeds = feeds),
            "cards" => self.put(entry, choice(node, CARDS), |config, cards| config.cards = Some(cards)),
            "host" => self.put(entry, choice(node, HOSTS), |config, host| config.host = host),
            _ => self.unknown(entry, schema::OUTPUTS),
        }
    }

    fn check(&mut self, entry: &Entry) {
        let Some(code) = Code::from_name(&entry.key) else {
            let names: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
            let message = format!("there is no check `{}`", entry.key);
            return self.unlike(message, entry, &names, "`fourfold explain` lists the checks");
        };
        let level = match &entry.node.value {
            Value::Table(keys) => {
                for inner in keys {
                    match inner.key.as_str() {
                        "level" => {}
                        "reason" => self.put(inner, text(&inner.node), |_, _| ()),
                        _ => self.unknown(inner, schema::CHECK),
                    }
                }
                let Some(inner) = keys.iter().find(|inner| inner.key == "level") else {
                    return self.unfit(entry, "a `level`");
                };
                inner
            }
            _ => entry,
        };
        const LEVELS: &[(&str, Level)] = &[
            ("error", Level::Report(Severity::Error)),
            ("warning", Level::Report(Severity::Warning)),
            ("hint", Level::Report(Severity::Hint)),
            ("off", Level::Off),
        ];
        self.put(level, choice(&level.node, LEVELS), |config, level| {
            config.checks.insert(code, level);
        });
    }

    fn section(&mut self, entry: &Entry, mut each: impl FnMut(&mut Self, &Entry)) {
        match &entry.node.value {
            Value::Table(entries) => entries.iter().for_each(|inner| each(self, inner)),
            _ => self.unfit(entry, &format!("keys below `[{}]`", entry.key)),
        }
    }

    fn put<T>(&mut self, entry: &Entry, value: Fit<T>, set: impl FnOnce(&mut Config, T)) {
        match value {
            Ok(value) => set(&mut self.config, value),
            Err(wanted) => self.unfit(entry, &wanted),
        }
    }

    fn patterns(&mut self, entry: &Entry, set: impl FnOnce(&mut Config, Vec<String>)) {
        if let Value::List(items) = &entry.node.value {
            for item in items {
                if let Value::Text(glob) = &item.value
                    && GlobBuilder::new(glob).literal_separator(true).build().is_err()
                {
                    let mistake = self.mistake(format!("`{glob}` is no pattern for paths"), &item.span).help("write it as `drafts/**`");
                    self.diagnostics.push(mistake);
                }
            }
        }
        self.put(entry, texts(&entry.node), set);
    }

    fn unfit(&mut self, entry: &Entry, wanted: &str) {
        let found = match entry.node.text() {
            Some(text) if (1..=60).contains(&text.chars().count()) && !text.contains('\n') => format!("`{text}`"),
            _ => what(&entry.node.value).to_owned(),
        };
        let message = format!("`{}` wants {wanted}, not {found}", entry.key);
        let diagnostic = self.mistake(message, &entry.node.span).target(entry.key.as_str());
        self.diagnostics.push(diagnostic);
    }

    fn unknown(&mut self, entry: &Entry, known: &[&str]) {
        let list: Vec<String> = known.iter().map(|key| format!("`{key}`")).collect();
        self.unlike(format!("the key `{}` is not known here", entry.key), entry, known, &format!("known here: {}", list.join(", ")));
    }

    fn unlike(&mut self, message: String, entry: &Entry, known: &[&str], otherwise: &str) {
        let diagnostic = self.mistake(message, &entry.at).target(entry.key.as_str());
        let diagnostic = match nearest(&entry.key, known.iter().copied()) {
            Some(near) => {
                let edit = Edit { file: self.file.clone(), span: self.span(&entry.at), text: near.to_owned() };
                let fix = Fix { title: format!("rename it to `{near}`"), safety: Safety::Unsafe, edits: vec![edit] };
                diagnostic.help(format!("did you mean `{near}`?")).fix(fix)
            }
            None => diagnostic.help(otherwise),
        };
        self.diagnostics.push(diagnostic);
    }

    fn mistake(&self, message: impl Into<String>, place: &std::ops::Range<usize>) -> Diagnostic {
        Diagnostic::new(Code::Config, Severity::Error, message).at(self.file, self.span(place), "")
    }

    fn span(&self, place: &std::ops::Range<usize>) -> Span {
        Span { start: (self.skipped + place.start) as u32, end: (self.skipped + place.end) as u32 }
    }
}

fn text(node: &Node) -> Fit<String> {
    match &node.value {
        Value::Text(text) => Ok(text.trim().to_owned()),
        _ => Err("a text in quotation marks".into()),
    }
}

fn flag(node: &Node) -> Fit<bool> {
    match node.value {
        Value::Bool(yes, _) => Ok(yes),
        _ => Err("`true` or `false`".into()),
    }
}

fn choice<T: Copy>(node: &Node, choices: &[(&str, T)]) -> Fit<T> {
    let written = node.text().unwrap_or_default();
    let found = choices.iter().find(|(word, _)| *word == written).map(|(_, value)| *value);
    found.ok_or_else(|| {
        let list: Vec<String> = choices.iter().map(|(word, _)| format!("`\"{word}\"`")).collect();
        match nearest(written, choices.iter().map(|(word, _)| *word)).filter(|_| !written.is_empty()) {
            Some(near) => format!("one of {} (did you mean `{near}`?)", list.join(", ")),
            None => format!("one of {}", list.join(", ")),
        }
    })
}

fn texts(node: &Node) -> Fit<Vec<String>> {
    let Value::List(items) = &node.value else { return Err("a list of texts such as `[\"a\", \"b\"]`".into()) };
    items.iter().map(|item| text(item).map_err(|_| "a list of texts only".to_owned())).collect()
}

fn addresses(node: &Node) -> Fit<Vec<String>> {
    const WANTED: &str = "a list of addresses such as `[\"https://handbook.example/\"]`";
    let Value::List(items) = &node.value else { return Err(WANTED.into()) };
    items.iter().map(|item| address(item).map_err(|_| WANTED.to_owned())).collect()
}

/// An absolute http address without a query or a fragment, with a trailing `/`.
fn address(node: &Node) -> Fit<String> {
    const WANTED: &str = "an address such as `\"https://handbook.example/\"`";
    let address = text(node).map_err(|_| WANTED.to_owned())?;
    let lower = address.to_ascii_lowercase();
    let rest = ["https://", "http://"].iter().find(|scheme| lower.starts_with(**scheme)).map(|scheme| &address[scheme.len()..]);
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    if host.is_empty() || address.contains(|ch: char| ch.is_whitespace() || ch.is_control() || matches!(ch, '"' | '<' | '>' | '\\')) {
        return Err(WANTED.into());
    }
    if address.contains(['?', '#']) {
        return Err("an address without `?` and `#`".into());
    }
    Ok(if address.ends_with('/') { address } else { address + "/" })
}

fn language(node: &Node) -> Fit<String> {
    let tag = text(node)?;
    let part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    let first = tag.split('-').next().is_some_and(|first| first.len() >= 2 && first.bytes().all(|b| b.is_ascii_alphabetic()));
    if first && tag.split('-').all(part) { Ok(tag) } else { Err("a language such as `\"en\"` or `\"pt-BR\"`".into()) }
}

fn folder_name(node: &Node) -> Fit<String> {
    let name = text(node)?;
    let plain = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0']);
    if plain { Ok(name) } else { Err("the name of a folder below `themes/`".into()) }
}

fn date(node: &Node) -> Fit<Date> {
    const WANTED: &str = "a date such as `2026-03-14`";
    let (Value::Date(text) | Value::Text(text)) = &node.value else { return Err(WANTED.into()) };
    text.parse().map_err(|_| WANTED.to_owned())
}

#[cfg(test)]
mod tests;
