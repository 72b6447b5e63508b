//! From a folder to an engine with everything in it.
//!
//! In: the flags. Out: the project, its settings, its files. The clock and the environment are read here and nowhere
//! below: the day becomes a setting.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jiff::civil::Date;

use crate::base::config::{Config, Level, Mode, Settings, Visuals};
use crate::base::diagnostic::render::Sources;
use crate::base::diagnostic::{Code, Diagnostic, Severity, merged};
use crate::base::path::SourcePath;
use crate::base::signposts::Signposts;
use crate::base::text::Span;
use crate::discover::project::{Project, ordered, project};
use crate::discover::repository::Repository;
use crate::discover::{Found, bytes_to_draw, config, everything, links_by_shape};
use crate::engine::{Change, Engine, Plan};
use crate::template::hues;
use crate::template::strings::strings;
use crate::template::templates::Templates;
use crate::template::theme::{Theme, ThemeFiles};

use super::args::{Common, Flags};
use super::history::{self, History};
use super::report::Failure;

/// A handbook that was found.
pub struct Loaded {
    /// Where it is.
    pub project: Project,
    /// What decides besides the files.
    pub settings: Arc<Settings>,
    /// What its theme overrides, if anything.
    pub theme: Option<ThemeFiles>,
    /// The repository that it lies in.
    pub repository: Option<Repository>,
    /// Whether its history is not all there, so that no day is taken from it.
    pub shallow: bool,
}

/// What a command changes in the settings.
#[derive(Default)]
pub struct Changes<'a> {
    /// `--base-url`.
    pub base_url: Option<&'a str>,
    /// `--portable`.
    pub portable: bool,
    /// Whether what Git says is kept for the next time.
    pub keeps: bool,
    /// `--deny`.
    pub deny: &'a [Code],
    /// `--allow`.
    pub allow: &'a [Code],
}

impl Loaded {
    /// Finds a handbook and reads its config and its theme's files.
    pub fn new(common: &Common, changes: &Changes<'_>) -> Result<Self, Failure> {
        Self::at(common.root.as_deref(), &common.flags, changes)
    }

    /// The same for a folder that no argument names.
    pub fn at(root: Option<&Path>, flags: &Flags, changes: &Changes<'_>) -> Result<Self, Failure> {
        let cwd = std::env::current_dir().map_err(|error| Failure::new(format!("The working directory cannot be read: {error}")))?;
        if let Some(jobs) = flags.jobs.filter(|jobs| *jobs > 0) {
            // A second call in one process finds the threads already there, which is as good.
            let _ = rayon::ThreadPoolBuilder::new().num_threads(jobs).build_global();
        }
        let project = project(root, &cwd).map_err(|error| Failure::new(error.to_string()))?;
        let mut config = read_config(&project)?;
        if let Some(url) = changes.base_url {
            config.base_url = Some(base_url(url)?);
        }
        config.own_urls.extend(flags.own_urls.iter().cloned());
        let repository = Repository::around(&project.root);
        config.own_urls.extend(repository.as_ref().and_then(remote_url));
        for code in changes.deny {
            config.checks.insert(*code, Level::Report(Severity::Error));
        }
        for code in changes.allow {
            config.checks.insert(*code, Level::Off);
        }
        let today = today(flags.today, &config)?;
        let theme = theme_files(&project, &config)?;
        let (history, shallow) = match history::history(&project, repository.as_ref(), changes.keeps) {
            History::Whole(days) => (days, false),
            History::Shallow => (BTreeMap::new(), true),
            History::None => (BTreeMap::new(), false),
        };
        let (strings, mistakes) = strings(theme.as_ref());
        if !mistakes.is_empty() {
            return Err(Failure::with(mistakes));
        }
        config.translate(&strings);
        let settings = Settings {
            mode: project.mode,
            content: project.content.clone(),
            today,
            drafts: flags.drafts,
            portable: changes.portable,
            vault: project.vault,
            static_roots: project.static_roots.clone(),
            config,
            signposts: Signposts::default(),
            below: repository.as_ref().and_then(|repository| repository.below(&project.root)).unwrap_or_default(),
            history,
            strings: Arc::new(strings),
            visuals: visuals(),
        };
        Ok(Self { project, settings: Arc::new(settings), theme, repository, shallow })
    }

    /// Reads every file; `outputs` are folders that are never entered.
    pub fn find(&mut self, outputs: &[PathBuf]) -> Found {
        let found = everything(&self.project, &self.settings, outputs);
        if self.settings.mode == Mode::Foreign && !self.settings.vault && reads_like_a_vault(&found) {
            Arc::make_mut(&mut self.settings).vault = true;
        }
        if self.settings.mode == Mode::Foreign {
            self.follow(&found.signposts);
        }
        found
    }

    /// Reads the handbook: what was found, an empty engine, and the change that puts it in. `outputs` are never entered.
    pub fn read(&mut self, outputs: &[PathBuf]) -> (Found, Engine, Change) {
        let mut found = self.find(outputs);
        let (engine, change) = self.start(&mut found);
        (found, engine, change)
    }

    /// The empty engine, and the change that takes in everything that was found; its pages are moved out.
    pub fn start(&self, found: &mut Found) -> (Engine, Change) {
        let assets = found.assets.iter().map(|asset| &asset.path).chain(&found.outside);
        let (assets, pictures) = (assets.cloned().collect(), std::mem::take(&mut found.pictures));
        let change = Change { assets, pictures, put: std::mem::take(&mut found.sources), gone: Vec::new() };
        (Engine::new(Arc::clone(&self.settings)), change)
    }

    /// Plans the site, and reads the templates meanwhile, which need to know nothing of it.
    pub fn plan<'e>(&self, engine: &'e mut Engine, change: Change) -> (Plan<'e>, Templates<'_>) {
        rayon::join(|| engine.apply(change), || Templates::read(self.theme.as_ref()))
    }

    /// The theme for a plan, and every problem of the handbook.
    ///
    /// # Errors
    ///
    /// A theme that cannot be used, or pillars whose colours nobody could read.
    pub fn judge(&self, found: &Found, plan: &Plan<'_>, templates: Templates<'_>) -> Result<(Theme, Vec<Diagnostic>), Failure> {
        let load = || Theme::load(templates, &plan.site, &self.settings);
        let (theme, problems) = rayon::join(load, || plan.diagnostics());
        let theme = theme.map_err(Failure::with)?;
        let mut problems = merged(problems, &found.diagnostics, self.settings.mode);
        problems.extend(self.contrast()?);
        Ok((theme, problems))
    }

    /// Pillars whose colours are hard to read: errors stop here, the rest are warnings.
    pub fn contrast(&self) -> Result<Vec<Diagnostic>, Failure> {
        if self.settings.mode == Mode::Foreign {
            return Ok(Vec::new());
        }
        let mut problems = hues::check(&self.settings.config.pillars);
        if let Some(file) = &self.project.config_file {
            let text = std::fs::read_to_string(self.project.root.join(file.as_str())).unwrap_or_default();
            problems = problems.into_iter().map(|problem| placed(problem, file, &text)).collect();
        }
        if problems.iter().any(|problem| problem.severity == Severity::Error) { Err(Failure::with(problems)) } else { Ok(problems) }
    }

    /// Takes over what the files of other tools say about a foreign folder.
    fn follow(&mut self, signposts: &Signposts) {
        Arc::make_mut(&mut self.settings).follow(signposts.clone());
        if !signposts.from.is_empty() {
            self.project.why = ordered(&self.project.why, &signposts.from);
        }
    }

    /// The content folder on disk.
    pub fn content(&self) -> PathBuf {
        if self.project.content.is_empty() { self.project.root.clone() } else { self.project.root.join(&self.project.content) }
    }
}

/// What this program was built to do with pictures.
fn visuals() -> Visuals {
    Visuals { scales: cfg!(feature = "images"), draws: cfg!(feature = "cards") }
}

/// Whether most links inside the folder are wikilinks, which makes it a vault though it has no mark of one.
fn reads_like_a_vault(found: &Found) -> bool {
    let links = found.sources.iter().map(|source| links_by_shape(&source.text));
    let (wiki, other) = links.fold((0, 0), |(wiki, other), page| (wiki + page.0, other + page.1));
    wiki > other
}

/// A problem with a colour, at the place in the config where the colour is written.
fn placed(problem: Diagnostic, file: &SourcePath, text: &str) -> Diagnostic {
    let Some(colour) = &problem.target else { return problem };
    let Some(at) = text.find(&format!("\"{colour}\"")) else { return problem };
    let span = Span { start: at as u32 + 1, end: (at + 1 + colour.len()) as u32 };
    problem.at(file, span, "")
}

fn read_config(project: &Project) -> Result<Config, Failure> {
    let Some(file) = &project.config_file else { return Ok(Config::default()) };
    let path = project.root.join(file.as_str());
    let bytes = std::fs::read(&path).map_err(|error| Failure::new(format!("{} cannot be read: {error}", path.display())))?;
    let text = String::from_utf8(bytes).map_err(|_| Failure::new(format!("{} is not UTF-8; save it as UTF-8 text", path.display())))?;
    let (config, problems) = config::config(&text, file);
    if problems.iter().any(|problem| problem.severity == Severity::Error) {
        return Err(Failure::with(problems));
    }
    Ok(config)
}

fn base_url(url: &str) -> Result<String, Failure> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or("");
    if rest.is_empty() || rest.starts_with('/') || url.contains(['?', '#', ' ', '"', '<', '>']) {
        return Err(Failure::new(format!("--base-url wants an address such as https://handbook.example/, not `{url}`")));
    }
    Ok(format!("{}/", url.trim_end_matches('/')))
}

/// The repository's page on its host, from Git's own config; its blob and tree addresses are internal.
fn remote_url(repository: &Repository) -> Option<String> {
    let text = std::fs::read_to_string(repository.shared.join("config")).ok()?;
    let section = text.split("[remote \"origin\"]").nth(1)?.split('[').next()?;
    let url = section.lines().find_map(|line| line.trim().strip_prefix("url")?.trim_start().strip_prefix('='))?.trim();
    let url = url.strip_suffix(".git").unwrap_or(url);
    if let Some((host, path)) = url.strip_prefix("git@").and_then(|rest| rest.split_once(':')) {
        return Some(format!("https://{host}/{path}"));
    }
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).or_else(|| url.strip_prefix("ssh://git@"))?;
    // A name or a token before the host is nobody's business.
    let rest = rest.split_once('@').map_or(rest, |(_, rest)| rest);
    Some(format!("https://{rest}"))
}

/// The day: from the flag, the config, `SOURCE_DATE_EPOCH`, the clock, in this order.
fn today(flag: Option<Date>, config: &Config) -> Result<Date, Failure> {
    if let Some(day) = flag.or(config.today) {
        return Ok(day);
    }
    let seconds = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) => {
            text.trim().parse::<u64>().map_err(|_| Failure::new(format!("SOURCE_DATE_EPOCH is `{text}`, but wants a number of seconds")))?
        }
        Err(_) => SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs(),
    };
    let days = i32::try_from(seconds / 86_400).unwrap_or(i32::MAX);
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch.checked_add(jiff::Span::new().days(days)).map_err(|_| Failure::new("SOURCE_DATE_EPOCH lies too far in the future".to_owned()))
}

/// The files of `themes/NAME`; without that folder the embedded theme stands alone.
fn theme_files(project: &Project, config: &Config) -> Result<Option<ThemeFiles>, Failure> {
    if project.mode == Mode::Foreign {
        return Ok(None);
    }
    let root = format!("themes/{}", config.theme);
    let folder = project.root.join(&root);
    if !folder.is_dir() {
        return match config.theme.as_str() {
            "default" => Ok(None),
            name if ThemeFiles::built_in(name).is_some() => Ok(ThemeFiles::built_in(name)),
            name => Err(Failure::new(format!(
                "There is no theme `{name}`: the folder {root} is missing; make it, or leave `theme` out of handbook.toml"
            ))),
        };
    }
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for entry in walkdir::WalkDir::new(&folder).sort_by_file_name().into_iter() {
        let entry = entry.map_err(|error| Failure::new(format!("{root} cannot be read: {error}")))?;
        let below = entry.path().strip_prefix(&folder).ok().and_then(Path::to_str).map(|path| path.replace('\\', "/"));
        if let (true, Some(name)) = (entry.file_type().is_file(), below)
            && !name.split('/').any(|part| part.starts_with('.'))
        {
            let bytes = std::fs::read(entry.path()).map_err(|error| Failure::new(format!("{root}/{name} cannot be read: {error}")))?;
            files.insert(name, bytes);
        }
    }
    Ok(Some(ThemeFiles { files, root }))
}

/// A file below the project root, by the path that somebody typed; `None` for one outside.
pub fn below_root(loaded: &Loaded, path: &Path) -> Option<SourcePath> {
    let path = path.canonicalize().ok()?;
    let parts: Option<Vec<&str>> = path.strip_prefix(&loaded.project.root).ok()?.iter().map(|part| part.to_str()).collect();
    SourcePath::new(&parts?.join("/"))
}

/// Reads files below the project root when a problem in them is drawn.
pub struct OnDisk<'a>(pub &'a Path);

impl Sources for OnDisk<'_> {
    fn bytes(&self, file: &SourcePath) -> Option<Cow<'_, [u8]>> {
        bytes_to_draw(&self.0.join(file.as_str())).map(Cow::Owned)
    }
}
