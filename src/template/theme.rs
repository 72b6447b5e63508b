//! The theme: templates, assets and what is common to all pages, checked and ready to render.
//!
//! In: the templates and the other files of `themes/NAME`, the site's view, the pillars. Out: a `Theme`, or every problem that
//! its files have.
//!
//! A handbook's file stands over the embedded one of the same name. `epub.css` is the stylesheet of books. Beside the fields
//! of a view, templates see `site`, `say` (what the site says in the language of the page), `asset` (addresses by path,
//! `asset["logo.svg"]`, and `asset.style`, `asset.icon`) and `glyph` (the drawn shape of each pillar, by id).
//!
//! Invariant: a template reaches nothing but its view and these four; filters are pure.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use tera::value::Key;
use tera::{Context, Map, Tera, TeraResult, Value};

use super::assets::{Asset, publish};
use super::chrome::Chrome;
use super::embedded::{ASSETS, BOOK_STYLE, PLAIN, TEMPLATES};
use super::fault::Origin;
use super::hues;
use super::stencil::Sheet;
use super::strings;
use super::templates::Templates;
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

impl ThemeFiles {
    /// The files of a theme that is built in beside the default one.
    pub fn built_in(name: &str) -> Option<Self> {
        let files = PLAIN.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect();
        (name == "plain").then(|| Self { files, root: format!("themes/{name}") })
    }
}

impl Theme {
    /// The embedded theme with a handbook's files over it, for a site.
    ///
    /// # Errors
    ///
    /// Every problem of the handbook's files, as `theme` diagnostics.
    pub fn load(templates: Templates<'_>, site: &SiteView, settings: &Settings) -> Result<Self, Vec<Diagnostic>> {
        let Templates { files, texts, mut tera, sheets, mut problems } = templates;
        let origin = Origin { root: &files.root, texts: &texts };
        let pillars: Vec<Pillar> =
            settings.config.pillars.iter().filter(|pillar| site.pillars.iter().any(|shown| shown.id == pillar.id)).cloned().collect();
        let own = std::iter::once(settings.language(&site.language));
        let mut languages: Vec<&Language> = own.chain(site.languages.iter().map(|tag| settings.language(tag))).collect();
        let mut seen = BTreeSet::new();
        languages.retain(|language| seen.insert(&language.tag));
        let scripts: Vec<(String, Vec<u8>)> = languages.iter().map(|language| (script_name(language), strings::script(language))).collect();
        let mut files_of_assets = own_assets(&files);
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
        Ok(Self { tera, chrome, tongues, sheets, root: files.root.clone(), site: site.clone(), assets, book_style, print })
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
