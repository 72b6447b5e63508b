//! What a handbook's owner has decided: `handbook.toml` and the command line as plain data.
//!
//! In: `discover::config` reads the file, `cli` adds the flags. Out: `Settings`, an input of every pure stage.
//!
//! Invariant: no stage below the command line reads a clock, the environment or a flag; what they would say is here.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;

use super::diagnostic::{Code, Severity};
use super::path::SourcePath;
use super::signposts::Signposts;
use super::strings::{Language, Strings};

/// Which of the two ways of reading a folder holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Mode {
    /// A handbook of our own: strict, with pillars.
    Own,
    /// Any folder of Markdown: lenient, its top folders are groups.
    Foreign,
}

/// The two voices of the handbook.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stance {
    /// What a leader asks and does.
    Leadership,
    /// What a manager asks and does.
    Management,
}

/// One of the two to six groups that every page stands in.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Pillar {
    /// The name in front matter and, without `matches` and `key`, the folder.
    pub id: String,
    /// What readers see.
    pub title: String,
    /// The question that the pillar's pages answer.
    pub question: String,
    /// The stance that is at home here.
    pub stance: Option<Stance>,
    /// Ink on light paper and ink on dark paper, as `#rrggbb`.
    pub hue: [String; 2],
    /// Globs over the content folder that put pages here instead of the folder named `id`.
    pub matches: Vec<String>,
    /// A front-matter key whose value `id` puts pages here.
    pub key: Option<String>,
}

/// How much of a page a feed carries.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Feeds {
    /// The whole text.
    Full,
    /// The claim.
    Summary,
    /// No feeds.
    None,
}

/// Which pages get a social card of their own.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Cards {
    /// One a pillar.
    Pillar,
    /// One a page.
    Page,
    /// None.
    None,
}

/// The host whose redirect and header files are written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Host {
    /// None.
    None,
    /// `_redirects` and `_headers` as Netlify reads them.
    Netlify,
    /// `_redirects` and `_headers` as Cloudflare reads them.
    Cloudflare,
    /// A map file for nginx.
    Nginx,
}

/// A level that the config sets for a code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Level {
    /// Report it with this severity.
    Report(Severity),
    /// Leave it out.
    Off,
}

/// `handbook.toml`, each key with its default.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Config {
    /// The name of the handbook.
    pub title: String,
    /// Where it will be published, with a trailing `/`; it may have a path.
    pub base_url: Option<String>,
    /// The language of the pages that name none, as a BCP 47 tag.
    pub language: String,
    /// The theme below `themes/`.
    pub theme: String,
    /// The repository's page on its host: edit links, and its blob and tree URLs are internal.
    pub repository: Option<String>,
    /// A fixed clock for previews.
    pub today: Option<Date>,
    /// Two to six; the four by default.
    pub pillars: Vec<Pillar>,
    /// Globs over the content folder that are not read.
    pub ignore: Vec<String>,
    /// Whether remote images and frames are allowed.
    pub remote: bool,
    /// Whether unresolved wikilinks are wanted pages instead of errors.
    pub wanted: bool,
    /// Absolute URLs that mean pages of this handbook.
    pub own_urls: Vec<String>,
    /// Globs whose raw HTML is escaped.
    pub contributor: Vec<String>,
    /// Globs whose raw HTML passes untouched.
    pub full: Vec<String>,
    /// A text on every page of a preview; empty for none.
    pub banner: String,
    /// Whether each page has a Markdown twin.
    pub markdown: bool,
    /// How much feeds carry.
    pub feeds: Feeds,
    /// Which pages get a card, where somebody has said so.
    pub cards: Option<Cards>,
    /// Which host gets its files.
    pub host: Host,
    /// Levels by code.
    pub checks: BTreeMap<Code, Level>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            title: String::new(),
            base_url: None,
            language: "en".into(),
            theme: "default".into(),
            repository: None,
            today: None,
            pillars: four_pillars(),
            ignore: Vec::new(),
            remote: false,
            wanted: false,
            own_urls: Vec::new(),
            contributor: vec!["**/examples/**".into()],
            full: Vec::new(),
            banner: String::new(),
            markdown: true,
            feeds: Feeds::Summary,
            cards: None,
            host: Host::None,
            checks: BTreeMap::new(),
        }
    }
}

impl Config {
    /// Gives the four pillars of a handbook that names none the titles and the questions of its language.
    pub fn translate(&mut self, strings: &Strings) {
        if self.pillars == four_pillars() {
            let say = strings.of(&self.language, "");
            for pillar in &mut self.pillars {
                pillar.title = say.text(&format!("pillar_titles.{}", pillar.id)).to_owned();
                pillar.question = say.text(&format!("pillar_questions.{}", pillar.id)).to_owned();
            }
        }
    }
}

/// The four pillars that a handbook has unless it names its own.
pub fn four_pillars() -> Vec<Pillar> {
    let pillar = |id: &str, title: &str, question: &str, stance, light: &str, dark: &str| Pillar {
        id: id.into(),
        title: title.into(),
        question: question.into(),
        stance: Some(stance),
        hue: [light.into(), dark.into()],
        matches: Vec::new(),
        key: None,
    };
    vec![
        pillar("vision", "Vision", "Where are we going, and why is it worth the trip?", Stance::Leadership, "#08259b", "#b9d0ff"),
        pillar(
            "empowerment",
            "Empowerment",
            "Who may decide, and what do they need to decide well?",
            Stance::Leadership,
            "#531d68",
            "#c79af9",
        ),
        pillar(
            "efficiency",
            "Efficiency",
            "How do we do more of the right work with less of everything else?",
            Stance::Management,
            "#015a53",
            "#6dcaab",
        ),
        pillar("results", "Results", "How do we know it worked, and for whom?", Stance::Management, "#8e2900", "#f8965b"),
    ]
}

/// Everything that decides what a site is made of, apart from its files and its theme.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Settings {
    /// What `handbook.toml` says, with `--base-url` and `--own-url` applied.
    pub config: Config,
    /// Own handbook or foreign folder.
    pub mode: Mode,
    /// The content folder, relative to the project root; empty where they are the same.
    pub content: String,
    /// The day that `publish_after` is compared with.
    pub today: Date,
    /// Whether drafts are part of the site.
    pub drafts: bool,
    /// Whether links end in `index.html`, so that the site opens from disk.
    pub portable: bool,
    /// Whether this is a vault, where unresolved wikilinks are wanted pages.
    pub vault: bool,
    /// Folders, relative to the project root, whose files answer at the site's root (`static`, `public` …).
    pub static_roots: Vec<String>,
    /// What the files of other tools say about a foreign folder.
    pub signposts: Signposts,
    /// The folder of the project below the top of the repository that it lies in; empty where it is the top, or where there is none.
    pub below: String,
    /// The day of the last commit that changed a file, where the whole history is there.
    pub history: BTreeMap<SourcePath, Date>,
    /// What the site itself says, in each language.
    pub strings: Arc<Strings>,
    /// What this program can do with pictures.
    pub visuals: Visuals,
}

/// What a program was built to do with pictures, as far as it shows in the site.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct Visuals {
    /// Whether pictures of the content are made in several sizes.
    pub scales: bool,
    /// Whether social cards can be drawn.
    pub draws: bool,
}

impl Settings {
    /// Takes over what the files of other tools say about a foreign folder.
    pub fn follow(&mut self, signposts: Signposts) {
        self.config.language = signposts.language.clone().unwrap_or_else(|| Config::default().language);
        self.signposts = signposts;
    }

    /// What the site says on a page in that language.
    pub fn language(&self, tag: &str) -> &Language {
        self.strings.of(tag, &self.config.language)
    }

    /// The pillar of that id.
    pub fn pillar(&self, id: &str) -> Option<&Pillar> {
        self.config.pillars.iter().find(|pillar| pillar.id == id)
    }

    /// A path below the project root as seen from the content folder; `None` for a file outside of it.
    pub fn in_content<'a>(&self, path: &'a str) -> Option<&'a str> {
        if self.content.is_empty() { Some(path) } else { path.strip_prefix(self.content.as_str())?.strip_prefix('/') }
    }

    /// Which social cards the site has. Other sites need an absolute address, so without one there are none.
    pub fn cards(&self) -> Cards {
        let can = self.visuals.draws && self.config.base_url.is_some();
        if can { self.config.cards.unwrap_or(Cards::Pillar) } else { Cards::None }
    }

    /// How bad a code is that says why something is left out, where the thing is published all the same: no error unless the
    /// config wants one.
    pub fn severity_where_kept(&self, code: Code) -> Option<Severity> {
        let default = match self.mode {
            Mode::Own => Severity::Warning,
            Mode::Foreign => Severity::Hint,
        };
        if self.config.checks.contains_key(&code) { self.severity(code) } else { Some(default) }
    }

    /// How bad a code is here, before `--strict`; `None` where it is off.
    pub fn severity(&self, code: Code) -> Option<Severity> {
        match self.config.checks.get(&code) {
            Some(Level::Report(severity)) => Some(*severity),
            Some(Level::Off) => None,
            // A handbook that wants its missing pages named has asked for this code.
            None if code == Code::WantedPage && self.config.wanted => Some(Severity::Warning),
            None => code.default_severity(self.mode),
        }
    }
}
