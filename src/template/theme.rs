//! The theme: templates, assets and what is common to all pages, checked and ready to render.
//!
//! In: the files of `themes/NAME` (read by the caller), the site's view, the pillars. Out: a `Theme`, or every problem that
//! its files have.
//!
//! A handbook's file stands over the embedded one of the same name. A template is found by its name, first in the
//! handbook's theme, then in the embedded one; `default/NAME` is always the embedded one, for templates that extend what
//! they replace. `epub.css` is the stylesheet of books. Beside the fields of a view, templates see `site`, `say` (what the site says in the language of the page),
//! `asset` (addresses by path, `asset["logo.svg"]`, and `asset.style`, `asset.icon`) and `glyph` (the drawn shape of each
//! pillar, by id).
//!
//! Invariant: a template reaches nothing but its view and these four; filters are pure.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use tera::value::Key;
use tera::{Context, Kwargs, Map, State, Tera, TeraResult, Value};

use super::assets::{Asset, publish};
use super::chrome::Chrome;
use super::embedded::{ASSETS, BOOK_STYLE, PLAIN, TEMPLATES};
use super::fault::{EMBEDDED, Origin};
use super::hues;
use super::lines::COMPONENTS;
use super::stencil::{Part, Sheet};
use super::strings;
use super::uses::AllUses;
use super::view::SiteView;
use crate::base::config::{Pillar, Settings};
use crate::base::diagnostic::Diagnostic;
use crate::base::fingerprint::Fingerprint;
use crate::base::path::encode_path;
use crate::base::strings::Language;

/// The files of a handbook's theme.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ThemeFiles {
    /// Bytes by path below the theme's folder: `templates/essay.html`, `assets/style.css`, `theme.toml`.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The theme's folder relative to the project root, for messages: `themes/NAME`.
    pub root: String,
}

/// A theme, ready to render.
#[derive(Debug)]
pub struct Theme {
    pub(super) tera: Tera,
    pub(super) chrome: Chrome,
    /// The languages of the site's pages, the site's own first.
    tongues: Vec<Tongue>,
    sheets: Vec<(&'static str, Sheet)>,
    pub(super) root: String,
    pub(super) site: SiteView,
    assets: Vec<Asset>,
    book_style: String,
    print: Fingerprint,
}

/// A language of the site's pages, with what templates see of it.
#[derive(Clone, Debug)]
pub(super) struct Tongue {
    /// Its place among the languages of the site.
    pub(super) at: u16,
    pub(super) language: Language,
    pub(super) say: Value,
}

impl Tongue {
    fn of(at: u16, language: &Language, assets: &[Asset]) -> Self {
        let name = script_name(language);
        let script = assets.iter().find(|asset| asset.name == name).map(|asset| encode_path(asset.path.as_str()));
        Self { at, language: language.clone(), say: strings::say(language, &script.unwrap_or_default()) }
    }
}

/// What scripts are given in a language.
fn script_name(language: &Language) -> String {
    format!("strings/{}.js", language.tag)
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

impl ThemeFiles {
    /// The files of a theme that is built in beside the default one.
    pub fn built_in(name: &str) -> Option<Self> {
        let files = PLAIN.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect();
        (name == "plain").then(|| Self { files, root: format!("themes/{name}") })
    }
}

impl Theme {
    /// Loads the embedded theme with a handbook's files over it.
    ///
    /// # Errors
    ///
    /// Every problem of the handbook's files, as `theme` diagnostics.
    pub fn load(files: Option<&ThemeFiles>, site: &SiteView, settings: &Settings) -> Result<Self, Vec<Diagnostic>> {
        let none = ThemeFiles::default();
        let files = files.unwrap_or(&none);
        let (texts, mut problems) = own_templates(files);
        let origin = Origin { root: &files.root, texts: &texts };
        problems.extend(manifest_problems(files, &origin));
        let (mut tera, found) = engine(&texts, &origin);
        problems.extend(found);

        let pillars: Vec<Pillar> =
            settings.config.pillars.iter().filter(|pillar| site.pillars.iter().any(|shown| shown.id == pillar.id)).cloned().collect();
        let own = std::iter::once(settings.language(&site.language));
        let mut languages: Vec<&Language> = own.chain(site.languages.iter().map(|tag| settings.language(tag))).collect();
        let mut seen = BTreeSet::new();
        languages.retain(|language| seen.insert(&language.tag));
        let scripts: Vec<(String, Vec<u8>)> = languages.iter().map(|language| (script_name(language), strings::script(language))).collect();
        let mut files_of_assets = own_assets(files);
        files_of_assets.extend(scripts.iter().map(|(name, bytes)| (name.as_str(), Cow::Borrowed(bytes.as_slice()))));
        let assets = publish(files_of_assets, &hues::stylesheet(&pillars));
        let tongues: Vec<Tongue> = (0..).zip(languages).map(|(at, language)| Tongue::of(at, language, &assets)).collect();
        match glyphs(&tera, site) {
            Ok(glyphs) => tera.global_context().insert_value("glyph", glyphs),
            Err(error) => problems.extend(origin.faults(&error)),
        }
        match Value::try_from_serializable(site) {
            Ok(site) => tera.global_context().insert_value("site", site),
            Err(error) => problems.extend(origin.faults(&error)),
        }
        tera.global_context().insert_value("asset", addresses(&assets));
        if !problems.is_empty() {
            problems.sort();
            problems.dedup();
            return Err(problems);
        }
        let book_style = files.files.get("epub.css").map_or_else(|| BOOK_STYLE.to_owned(), |own| String::from_utf8_lossy(own).into_owned());
        // A program that colours no code writes other bytes.
        let program = (env!("CARGO_PKG_VERSION"), cfg!(feature = "highlight"));
        let said: Vec<&Language> = tongues.iter().map(|tongue| &tongue.language).collect();
        let print = Fingerprint::of(&(program, TEMPLATES, &texts, &assets, site, said));
        // A theme that does not load draws nothing, so its parts come last.
        let chrome =
            Chrome::new(&tera, pillars.into_iter().map(|pillar| pillar.id).collect(), &tongues).map_err(|error| origin.faults(&error))?;
        Ok(Self { tera, chrome, tongues, sheets: sheets(&texts), root: files.root.clone(), site: site.clone(), assets, book_style, print })
    }

    /// A language by its tag, else the site's own.
    pub(super) fn tongue(&self, tag: &str) -> &Tongue {
        self.tongues.iter().find(|tongue| tongue.language.tag == tag).unwrap_or(&self.tongues[0])
    }

    /// What a file was rendered with: all templates and assets, the site's view, the version of the program.
    pub fn print(&self) -> Fingerprint {
        self.print
    }

    /// Where the stencils of a template or a component are kept.
    pub(super) fn sheet(&self, name: &str) -> Option<&Sheet> {
        self.sheets.iter().find(|(known, _)| *known == name).map(|(_, sheet)| sheet)
    }

    /// The stylesheet of books.
    pub fn book_style(&self) -> &str {
        &self.book_style
    }

    /// The files to write beside the pages.
    pub fn assets(&self) -> &[Asset] {
        &self.assets
    }
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

fn own_assets(files: &ThemeFiles) -> BTreeMap<&str, Cow<'_, [u8]>> {
    let own = files.files.iter().filter_map(|(path, bytes)| Some((path.strip_prefix("assets/")?, Cow::Borrowed(bytes.as_slice()))));
    ASSETS.iter().map(|(name, bytes)| (*name, Cow::Borrowed(*bytes))).chain(own).collect()
}

/// The addresses of the assets, relative to the root of the site.
fn addresses(assets: &[Asset]) -> Value {
    let mut map = Map::new();
    for asset in assets {
        let address = Value::from(encode_path(asset.path.as_str()));
        if let Some(short) = ["style.css", "icon.svg"].iter().find(|name| **name == asset.name) {
            map.insert(Key::from(short[..short.len() - 4].to_owned()), address.clone());
        }
        map.insert(Key::from(asset.name.clone()), address);
    }
    Value::from(map)
}

/// The shape of each pillar, drawn once by the theme's `glyph` component.
fn glyphs(tera: &Tera, site: &SiteView) -> TeraResult<Value> {
    let mut map = Map::new();
    if !tera.contains_component("glyph") {
        return Ok(Value::from(map));
    }
    for pillar in &site.pillars {
        let mut context = Context::new();
        context.insert_value("number", Value::from(pillar.number));
        let drawn = tera.render_component("glyph", &context, None, true)?;
        map.insert(Key::from(pillar.id.clone()), Value::safe_string(&drawn));
    }
    Ok(Value::from(map))
}
