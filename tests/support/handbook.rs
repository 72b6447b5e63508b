//! Handbooks in memory: files in, the whole site and its diagnostics out.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use fourfold::base::config::{Config, Mode, Settings, Visuals};
use fourfold::base::diagnostic::render::{Colour, Format, Sources, render};
use fourfold::base::diagnostic::{Diagnostic, Severity};
use fourfold::base::path::{SourcePath, is_markdown};
use fourfold::base::signposts::Signposts;
use fourfold::base::text::Source;
use fourfold::discover;
use fourfold::discover::project::{ordered, project};
use fourfold::engine::{Change, Content, Engine, Plan};
use fourfold::template::strings::strings;
use fourfold::template::templates::Templates;
use fourfold::template::theme::{Theme, ThemeFiles};
use jiff::civil::Date;

use super::model;

/// The files of a handbook.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The day on which every test runs unless it says otherwise.
pub const TODAY: Date = Date::constant(2026, 11, 23);

/// A handbook that is not built yet.
#[must_use]
#[derive(Clone, Debug)]
pub struct Handbook {
    pub files: Files,
    pub mode: Mode,
    pub content: String,
    pub today: Date,
    pub drafts: bool,
    pub portable: bool,
    pub vault: bool,
    pub static_roots: Vec<String>,
    pub signposts: Signposts,
    pub visuals: Visuals,
}

impl Handbook {
    /// Files as one text: a line `== path` begins each; common indentation is taken off.
    pub fn new(text: &str) -> Self {
        let text = dedent(text);
        let mut files = Files::new();
        let mut file: Option<(String, String)> = None;
        for line in text.lines() {
            if let Some(path) = line.strip_prefix("== ") {
                files.extend(file.take().map(|(path, text)| (path, text.into_bytes())));
                file = Some((path.trim().to_owned(), String::new()));
            } else if let Some((_, text)) = &mut file {
                text.push_str(line);
                text.push('\n');
            } else {
                assert!(line.trim().is_empty(), "text before the first `== path`: {line}");
            }
        }
        files.extend(file.map(|(path, text)| (path, text.into_bytes())));
        Self::of(files)
    }

    /// Files by path.
    pub fn of(files: Files) -> Self {
        Self {
            files,
            mode: Mode::Own,
            content: "content".into(),
            today: TODAY,
            drafts: false,
            portable: false,
            vault: false,
            static_roots: Vec::new(),
            signposts: Signposts::default(),
            visuals: Visuals::default(),
        }
    }

    /// The handbook in a folder of the disk: the files that discovery finds there.
    pub fn on_disk(root: &Path) -> Self {
        let project = project(Some(root), root).unwrap();
        assert_eq!((project.mode, project.content.as_str()), (Mode::Own, "content"));
        let config_text = std::fs::read_to_string(root.join("handbook.toml")).unwrap();
        let bare = Self::of(Files::from([("handbook.toml".to_owned(), config_text.into_bytes())]));
        let (settings, problems) = bare.settings();
        assert!(problems.is_empty(), "{problems:#?}");
        let found = discover::everything(&project, &settings, &[]);
        assert!(found.diagnostics.is_empty(), "{:#?}", found.diagnostics);
        let paths = found.sources.iter().map(|source| &source.path).chain(found.assets.iter().map(|asset| &asset.path));
        paths.fold(bare, |handbook, path| handbook.file(path.as_str(), std::fs::read(root.join(path.as_str())).unwrap()))
    }

    /// A folder that is no handbook of ours; its content is the whole of it.
    pub fn foreign(mut self) -> Self {
        self.mode = Mode::Foreign;
        self.content = String::new();
        self
    }

    /// Writes the files to a disk and looks at the folder as the program does; also says what it was taken for.
    pub fn found(mut self) -> (Self, String) {
        let place = tempfile::tempdir().unwrap();
        // Two levels that belong to nobody, so that nothing above can be taken for a project.
        let root = place.path().canonicalize().unwrap().join("a/b/folder");
        for (path, bytes) in &self.files {
            let file = root.join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, bytes).unwrap();
        }
        let project = project(Some(&root), &root).unwrap();
        self.mode = project.mode;
        self.content.clone_from(&project.content);
        self.vault = project.vault;
        self.static_roots.clone_from(&project.static_roots);
        let found = discover::everything(&project, &self.settings().0, &[]);
        let pages = found.sources.iter().map(|source| &source.path);
        let kept: Vec<&SourcePath> = pages.chain(found.assets.iter().map(|asset| &asset.path)).chain(&found.outside).collect();
        self.files.retain(|path, _| kept.iter().any(|kept| kept.as_str() == path));
        self.signposts.clone_from(&found.signposts);
        let from = &found.signposts.from;
        let why = if from.is_empty() { project.why } else { ordered(&project.why, from) };
        (self, why)
    }

    /// Drafts are part of the site.
    pub fn drafts(mut self) -> Self {
        self.drafts = true;
        self
    }

    /// Links end in `index.html`.
    pub fn portable(mut self) -> Self {
        self.portable = true;
        self
    }

    /// Adds a file.
    pub fn file(mut self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.files.insert(path.to_owned(), bytes.as_ref().to_vec());
        self
    }

    /// The settings, with the mistakes of `handbook.toml`.
    pub fn settings(&self) -> (Settings, Vec<Diagnostic>) {
        let name = SourcePath::new("handbook.toml").unwrap();
        let (mut config, mut problems) = match self.files.get(name.as_str()) {
            Some(text) => discover::config::config(std::str::from_utf8(text).unwrap(), &name),
            None => (Config::default(), Vec::new()),
        };
        let (strings, mistakes) = strings(self.theme(&config.theme).as_ref());
        config.translate(&strings);
        problems.extend(mistakes);
        let settings = Settings {
            mode: self.mode,
            content: self.content.clone(),
            today: config.today.unwrap_or(self.today),
            drafts: self.drafts,
            portable: self.portable,
            vault: self.vault,
            static_roots: self.static_roots.clone(),
            signposts: self.signposts.clone(),
            history: BTreeMap::new(),
            below: String::new(),
            strings: Arc::new(strings),
            visuals: self.visuals,
            config,
        };
        (settings, problems)
    }

    /// The change that adds every file.
    pub fn change(&self) -> Change {
        let mut change = Change::default();
        for (path, bytes) in &self.files {
            self.add(path, bytes, &mut change);
        }
        change
    }

    /// Adds one file to a change, as a walk over the project would: a page, another file, or nothing.
    pub fn add(&self, path: &str, bytes: &[u8], change: &mut Change) {
        let source = SourcePath::new(path).expect("a path of a test is clean");
        let inside = self.content.is_empty() || path.strip_prefix(&self.content).is_some_and(|rest| rest.starts_with('/'));
        let behind_a_dot = path.split('/').any(|part| part.starts_with('.'));
        if inside && is_markdown(source.file_name()) && !behind_a_dot {
            change.put.push(Source::decode(source, bytes.to_vec()));
        } else if inside || self.mode == Mode::Foreign {
            // A document of specs holds text alone, so what is called a picture there is taken for one.
            let picture = discover::facts(&source, bytes, bytes.len() as u64, self.visuals.scales).filter(|picture| picture.size.is_some());
            change.pictures.extend(picture.map(|picture| (source.clone(), picture)));
            change.assets.push(source);
        }
    }

    /// Builds the site.
    #[must_use]
    pub fn build(&self) -> Site {
        let (settings, problems) = self.settings();
        let mut engine = Engine::new(Arc::new(settings));
        let plan = engine.apply(self.change());
        let mut site = Site::of(&plan, self);
        site.diagnostics.splice(0..0, problems);
        site
    }

    /// The files of a theme, if it has any.
    pub fn theme(&self, name: &str) -> Option<ThemeFiles> {
        let root = format!("themes/{name}");
        let below = |path: &str| path.strip_prefix(&root)?.strip_prefix('/').map(str::to_owned);
        let files: Files = self.files.iter().filter_map(|(path, bytes)| Some((below(path)?, bytes.clone()))).collect();
        (!files.is_empty()).then_some(ThemeFiles { files, root })
    }
}

/// A site that has been built.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Site {
    /// Every file, the theme's among them.
    pub files: Files,
    /// Every problem.
    pub diagnostics: Vec<Diagnostic>,
    /// The path of `base_url`, which pages that are served at any depth begin their links with.
    pub base_path: String,
    /// Every page in order: address and title.
    pub pages: String,
    /// Every link of the folder and where it leads.
    pub links: String,
    /// Whether the config lets the raw HTML of some pages pass untouched.
    pub owner_lets_pages_act: bool,
    sources: Files,
}

impl Site {
    /// Makes every file of a plan.
    pub fn of(plan: &Plan<'_>, handbook: &Handbook) -> Self {
        let settings = &plan.graph().settings;
        let own = handbook.theme(&settings.config.theme);
        let theme =
            Theme::load(Templates::read(own.as_ref()), &plan.site, settings).unwrap_or_else(|problems| panic!("the theme: {problems:#?}"));
        Self::with(plan, handbook, &theme)
    }

    /// Makes every file of a plan with a theme at hand.
    pub fn with(plan: &Plan<'_>, handbook: &Handbook, theme: &Theme) -> Self {
        let config = &plan.graph().settings.config;
        let mut files: Files = theme.assets().iter().map(|asset| (asset.path.to_string(), asset.bytes.clone())).collect();
        for (at, planned) in plan.planned.iter().enumerate() {
            let (_, content) = plan.make(at, theme).unwrap_or_else(|problem| panic!("{}: {problem:#?}", planned.path));
            let bytes = match content {
                Content::Bytes(bytes) => bytes,
                Content::Copy(path) => handbook.files.get(path.as_str()).unwrap_or_else(|| panic!("no file {path}")).clone(),
                Content::Scaled(scaled) => scaled.file_name().into_bytes(),
                Content::Drawn(card) => card.file_name().into_bytes(),
            };
            let twice = files.insert(planned.path.to_string(), bytes);
            assert!(twice.is_none(), "two outputs at {}", planned.path);
        }
        let base = config.base_url.as_deref().and_then(|url| url.splitn(4, '/').nth(3)).unwrap_or("");
        let base_path = format!("/{base}");
        let (pages, links) = (model::pages(plan), model::links(plan));
        Self {
            files,
            diagnostics: plan.diagnostics(),
            base_path,
            pages,
            links,
            owner_lets_pages_act: !config.full.is_empty(),
            sources: handbook.files.clone(),
        }
    }

    /// The file at an address.
    pub fn at(&self, url: &str) -> &str {
        let below = url.strip_prefix('/').unwrap_or_else(|| panic!("`{url}` is no address"));
        let path = if below.is_empty() || below.ends_with('/') { format!("{below}index.html") } else { below.to_owned() };
        let bytes = self.files.get(&path).unwrap_or_else(|| panic!("there is no {path}; there are {:#?}", self.paths()));
        std::str::from_utf8(bytes).unwrap()
    }

    /// The HTML of the main part of a page.
    pub fn page(&self, url: &str) -> &str {
        let html = self.at(url);
        let start = html.find("<main").unwrap_or_else(|| panic!("{url} has no <main>"));
        let end = html.rfind("</main>").unwrap_or_else(|| panic!("{url} does not close <main>"));
        &html[start..end + "</main>".len()]
    }

    /// The paths of all files.
    pub fn paths(&self) -> Vec<&str> {
        self.files.keys().map(String::as_str).collect()
    }

    /// Errors and warnings.
    pub fn problems(&self) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity != Severity::Hint).count()
    }

    /// Diagnostics, a line each: `file:line:col: severity[code]: message`.
    pub fn short(&self, wanted: impl Fn(&Diagnostic) -> bool) -> String {
        let shown: Vec<Diagnostic> = self.diagnostics.iter().filter(|diagnostic| wanted(diagnostic)).cloned().collect();
        let mut out = Vec::new();
        render(Format::Short, &shown, self, &mut out, Colour::Plain).unwrap();
        String::from_utf8(out).unwrap()
    }
}

impl Sources for Site {
    fn bytes(&self, file: &SourcePath) -> Option<Cow<'_, [u8]>> {
        self.sources.get(file.as_str()).map(|bytes| Cow::Borrowed(bytes.as_slice()))
    }
}

/// Takes the indentation off that all lines share; the first line may be empty.
pub fn dedent(text: &str) -> String {
    let indent = |line: &&str| line.len() - line.trim_start().len();
    let shared = text.lines().filter(|line| !line.trim().is_empty()).map(|line| indent(&line)).min().unwrap_or(0);
    let lines = text.lines().map(|line| line.get(shared..).unwrap_or(""));
    lines.collect::<Vec<_>>().join("\n").trim_start_matches('\n').to_owned()
}
