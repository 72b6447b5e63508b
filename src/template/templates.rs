//! The templates of a theme, read: what of a theme is the same whatever the site is.
//!
//! In: the files of `themes/NAME`. Out: `Templates`, with every problem that these files have.
//!
//! A template is found by its name, first in the handbook's theme, then in the embedded one; `default/NAME` is always the embedded
//! one, for templates that extend what they replace.
//!
//! Invariant: a template that cannot be read is a problem with a place, and takes no other template with it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use tera::value::Key;
use tera::{Kwargs, Map, State, Tera, TeraResult, Value};

use super::embedded::TEMPLATES;
use super::fault::{EMBEDDED, Origin};
use super::lines::COMPONENTS;
use super::stencil::{Part, Sheet};
use super::strings;
use super::theme::ThemeFiles;
use super::uses::AllUses;
use crate::base::diagnostic::Diagnostic;

/// What a theme is made of before it knows the site.
#[derive(Debug)]
pub struct Templates<'a> {
    pub(super) files: Cow<'a, ThemeFiles>,
    /// The handbook's own templates by name.
    pub(super) texts: BTreeMap<String, String>,
    /// The engine with all templates that load.
    pub(super) tera: Tera,
    pub(super) sheets: Vec<(&'static str, Sheet)>,
    pub(super) problems: Vec<Diagnostic>,
}

impl<'a> Templates<'a> {
    /// Reads the embedded templates with a handbook's files over them.
    pub fn read(files: Option<&'a ThemeFiles>) -> Self {
        let files = files.map_or_else(|| Cow::Owned(ThemeFiles::default()), Cow::Borrowed);
        let (texts, mut problems) = own_templates(&files);
        let origin = Origin { root: &files.root, texts: &texts };
        problems.extend(manifest_problems(&files, &origin));
        let (tera, found) = engine(&texts, &origin);
        problems.extend(found);
        Self { sheets: sheets(&texts), files, texts, tera, problems }
    }
}

/// `theme.toml`.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Manifest {
    #[serde(rename = "name", default)]
    _name: String,
    #[serde(rename = "description", default)]
    _description: String,
    #[serde(default)]
    extends: String,
}

/// The templates that show pages of text, made lists and print editions.
#[rustfmt::skip]
const PAGES: [&str; 17] = [
    "home.html", "pillar.html", "essay.html", "example.html", "contributor.html", "term.html", "path.html", "page.html",
    "contributors.html", "glossary.html", "paths.html", "tags.html", "tag.html", "search.html", "new.html", "folder.html",
    "print.html",
];

/// Stencils of the templates that show pages and of the components that draw their lines.
fn sheets(own: &BTreeMap<String, String>) -> Vec<(&'static str, Sheet)> {
    let embedded = TEMPLATES.iter().map(|(name, text)| (*name, *text));
    let uses = AllUses::of(embedded.chain(own.iter().map(|(name, text)| (name.as_str(), text.as_str()))));
    let components = COMPONENTS.map(|name| (name, Sheet::new(name, Part::Component, uses.component(name))));
    let pages = PAGES.map(|name| (name, Sheet::new(name, Part::Template, uses.template(name))));
    components.into_iter().chain(pages).collect()
}

fn own_templates(files: &ThemeFiles) -> (BTreeMap<String, String>, Vec<Diagnostic>) {
    let (mut texts, mut problems) = (BTreeMap::new(), Vec::new());
    let origin = Origin { root: &files.root, texts: &BTreeMap::new() };
    for (path, bytes) in &files.files {
        let Some(name) = path.strip_prefix("templates/").filter(|name| name.ends_with(".html") || name.ends_with(".xml")) else { continue };
        if name.starts_with(EMBEDDED) {
            let message = "the folder `templates/default` stands for the built-in templates; rename it";
            problems.push(origin.file(path, 0..0, message));
            continue;
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => _ = texts.insert(name.to_owned(), text.to_owned()),
            Err(error) => {
                let at = error.valid_up_to();
                problems.push(origin.file(path, at..at + 1, "the template is not UTF-8 text"));
            }
        }
    }
    (texts, problems)
}

fn manifest_problems(files: &ThemeFiles, origin: &Origin<'_>) -> Option<Diagnostic> {
    const NAME: &str = "theme.toml";
    let text = String::from_utf8_lossy(files.files.get(NAME)?);
    match toml::from_str::<Manifest>(&text) {
        Ok(manifest) if matches!(manifest.extends.as_str(), "" | "default") => None,
        Ok(manifest) => {
            let at = text.find(&manifest.extends).unwrap_or(0);
            let problem =
                origin.file(NAME, at..at + manifest.extends.len(), &format!("there is no theme `{}` to extend", manifest.extends));
            Some(problem.help("a theme extends `default`, the built-in one"))
        }
        Err(error) => Some(origin.file(NAME, error.span().unwrap_or(0..0), error.message())),
    }
}

/// The engine with all templates that load, and what is wrong with the others.
///
/// The engine reports one unreadable template or one missing parent at a time, so those are set aside until the rest loads.
fn engine(texts: &BTreeMap<String, String>, origin: &Origin<'_>) -> (Tera, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    let mut sound: BTreeMap<&str, &str> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    for (name, text) in texts {
        if let Err(error) = Tera::new().add_raw_template(name, text)
            && let tera::ErrorKind::SyntaxError(_) = error.kind()
        {
            problems.extend(origin.faults(&error));
            sound.remove(name.as_str());
        } else if let Some(at) = text.find("__tera_context") {
            let message = "`__tera_context` is not available: its order changes from run to run";
            problems.push(origin.file(&format!("templates/{name}"), at..at + 14, message));
        }
    }
    loop {
        let mut tera = bare_engine();
        let embedded = TEMPLATES.iter().map(|(name, text)| (format!("{EMBEDDED}{name}"), *text));
        let own = sound.iter().map(|(name, text)| ((*name).to_owned(), *text));
        let Err(error) = tera.add_raw_templates(embedded.chain(own)) else { return (tera, problems) };
        problems.extend(origin.faults(&error));
        let culprit = match error.kind() {
            tera::ErrorKind::MissingParent { current: name, .. }
            | tera::ErrorKind::CircularExtend { tpl: name, .. }
            | tera::ErrorKind::CircularInclude { tpl: name, .. } => sound.remove(name.as_str()),
            _ => None,
        };
        if culprit.is_none() {
            return (tera, problems);
        }
    }
}

fn bare_engine() -> Tera {
    let mut tera = Tera::new();
    tera.register_filter("group_by", group_by);
    tera.register_filter("count", strings::count);
    tera.register_filter("fill", strings::fill);
    tera.set_fallback_prefixes([EMBEDDED]).expect("no template is loaded yet");
    tera
}

/// Groups maps by an attribute, in the order of first appearance: the engine's own filter has a random order.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands its arguments over")]
fn group_by(items: Vec<Value>, kwargs: Kwargs, _: &State<'_>) -> TeraResult<Value> {
    let attribute = kwargs.must_get::<&str>("attribute")?;
    let mut groups: Vec<(String, Vec<Value>)> = Vec::new();
    for item in items {
        let Some(key) = item.get_from_path(attribute) else {
            return Err(tera::Error::message(format!("an item has no `{attribute}` to group by")));
        };
        if key.is_none() {
            continue;
        }
        let key = key.to_string();
        match groups.iter_mut().find(|(name, _)| *name == key) {
            Some((_, group)) => group.push(item),
            None => groups.push((key, vec![item])),
        }
    }
    Ok(Value::from(groups.into_iter().map(|(key, group)| (Key::from(key), Value::from(group))).collect::<Map>()))
}
