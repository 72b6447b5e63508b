//! The site kept alive in memory, for a program that watches its files.
//!
//! In: changes of files, of the theme, of the settings. Out: for each change a `Turn`: which outputs it made stale and why,
//! and which are gone; and any output, made at the moment it is asked for.
//!
//! An edit of text alone costs as much as the pages it reaches (`quietly`). Any other change takes linear passes over what
//! is global, none of which touches a text or composes a view (`broadly`). Either way only candidates are composed, and
//! only those count whose fingerprint is another than before.
//!
//! Invariant: after any sequence of changes, every output and every problem is that of a clean build of the same files.
//! Invariant: an output that a turn does not name has the bytes that it had before.
//! Invariant: no rendered text is kept; memory holds the graph and a fingerprint for each output.

mod broad;
mod follow;
mod lists;
mod reach;
mod report;
mod rules;
mod turn;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::config::Settings;
use crate::base::diagnostic::Diagnostic;
use crate::base::fingerprint::Fingerprint;
use crate::base::path::{OutPath, SourcePath};
use crate::base::picture::Picture;
use crate::base::text::Source;
use crate::parse::rules::Rules as Reading;
use crate::resolve::Graph;
use crate::resolve::graph::{Node, Update};
use crate::template::feed::Format;
use crate::template::gather::Gathered;
use crate::template::outputs::{Output, Planned, asset_url};
use crate::template::page::Scene;
use crate::template::shade::Shader;
use crate::template::templates::Templates;
use crate::template::theme::{Theme, ThemeFiles};
use crate::template::view::SiteView;

use super::{Change, Content, make, read};
use lists::{FolderFacts, Gathers};
use reach::Touch;
use report::Report;

pub use rules::{Rule, Rules};
pub use turn::{Reason, Stale, Turn};

/// Where more files than this come at once, it is not asked whether only text has changed.
const FEW: usize = 32;

/// The site kept alive in memory: takes changes, knows which outputs they made stale, makes an output when asked.
pub struct Live {
    reading: Reading,
    rules: Rules,
    graph: Graph,
    gathered: Gathered,
    folders: Vec<(String, FolderFacts)>,
    planned: Vec<Planned>,
    /// What was said of addresses that two outputs want.
    conflicts: Vec<Diagnostic>,
    /// The output of each page, by the page's number.
    places: Vec<u32>,
    /// The output of each page's twin, by the page's number.
    twins: Vec<u32>,
    /// Outputs that gather, by their place in `planned`.
    gathering: Vec<(u32, Gathers)>,
    /// What parts of lists were made from.
    faces: BTreeMap<u32, Option<Fingerprint>>,
    /// What each output was made from, without the theme; `None` where it is not known.
    prints: Vec<Option<Fingerprint>>,
    report: Report,
    site: Option<SiteView>,
    files: Option<ThemeFiles>,
    theme: Option<Theme>,
    theme_problems: Vec<Diagnostic>,
    shader: Shader,
}

impl Live {
    /// The empty site. A theme whose files have problems is not used: the last that was sound is, or else the built-in one.
    pub fn new(settings: Arc<Settings>, theme: Option<ThemeFiles>) -> Self {
        Self::with_rules(settings, theme, Rules::ALL)
    }

    /// The empty site, whose edits reach other outputs by some rules only: for tests of the rules.
    #[doc(hidden)]
    pub fn with_rules(settings: Arc<Settings>, theme: Option<ThemeFiles>, rules: Rules) -> Self {
        Self {
            reading: Reading::new(Arc::clone(&settings)),
            rules,
            graph: Graph::new(settings),
            gathered: Gathered::default(),
            folders: Vec::new(),
            planned: Vec::new(),
            conflicts: Vec::new(),
            places: Vec::new(),
            twins: Vec::new(),
            gathering: Vec::new(),
            faces: BTreeMap::new(),
            prints: Vec::new(),
            report: Report::default(),
            site: None,
            files: theme,
            theme: None,
            theme_problems: Vec::new(),
            shader: Shader::default(),
        }
    }

    /// Takes a change of the content in. The first one is the whole content.
    pub fn apply(&mut self, change: Change) -> Turn {
        let Change { put, assets, pictures, gone } = change;
        let is_new = |source: &Source| self.graph.page(&source.path).is_none_or(|(_, node)| node.page.fingerprint != source.fingerprint);
        let pages = read(put.into_iter().filter(is_new).collect(), &self.reading);
        let same_files = gone.is_empty() && self.has_such(&assets, &pictures);
        let is_text = self.site.is_some() && pages.len() <= FEW && same_files;
        let copies = assets.clone();
        let mut turn = match is_text.then(|| self.graph.update_text(&pages)).flatten() {
            Some(was) => {
                let own: Vec<SourcePath> = pages.iter().map(|page| page.path.clone()).collect();
                let touches = was.into_iter().map(|(id, was)| Touch { id, own: own.contains(&was.page.path), was: Some(was) });
                self.quietly(&touches.collect::<Vec<_>>())
            }
            None => self.broadly(Update { pages, assets, pictures, gone }),
        };
        self.add_copies(&mut turn, &copies);
        turn
    }

    /// Whether files are there already, and nothing else is known of them than before.
    fn has_such(&self, assets: &[SourcePath], pictures: &[(SourcePath, Picture)]) -> bool {
        let known = |path: &SourcePath| pictures.iter().find(|(other, _)| other == path).map(|(_, picture)| picture);
        assets.len() <= FEW && assets.iter().all(|path| self.graph.has_asset(path) && self.graph.picture(path) == known(path))
    }

    /// Takes other templates and assets in; `None` where the handbook has none of its own.
    pub fn replace_theme(&mut self, theme: Option<ThemeFiles>) -> Turn {
        self.files = theme;
        let mut turn = Turn::default();
        self.load_theme(&mut turn);
        turn
    }

    /// Begins again with other settings and the whole content; what comes out the same is not stale.
    pub fn restart(&mut self, settings: Arc<Settings>, theme: Option<ThemeFiles>, everything: Change) -> Turn {
        let mut before = std::mem::replace(self, Self::with_rules(settings, theme, self.rules));
        self.theme = before.theme.take();
        let print_before = self.theme.as_ref().map(Theme::print);
        let old_assets: Vec<OutPath> = self.theme.iter().flat_map(Theme::assets).map(|asset| asset.path.clone()).collect();
        let mut turn = self.apply(everything);
        let same_theme = self.theme.as_ref().map(Theme::print) == print_before;
        turn.stale.retain_mut(|stale| {
            let at = |live: &Self| live.planned.binary_search_by(|planned| planned.path.cmp(&stale.path)).ok();
            let (Some(now), Some(then)) = (at(self), at(&before)) else { return !old_assets.contains(&stale.path) };
            stale.because = Reason::Settings;
            let has_view = has_view(&self.planned[now].output);
            self.prints[now].is_none() || self.prints[now] != before.prints[then] || (has_view && !same_theme)
        });
        let now_gone = before.planned.iter().map(|planned| &planned.path).chain(&old_assets).filter(|path| !self.has(path));
        turn.gone = now_gone.cloned().collect();
        turn.gone.sort();
        turn.reported = self.diagnostics().ne(before.report.iter());
        turn
    }

    /// Copied files have no view: whatever came again is stale.
    fn add_copies(&self, turn: &mut Turn, assets: &[SourcePath]) {
        for path in assets {
            let out = asset_url(path, &self.graph.settings).and_then(|url| url.out_path());
            if let Some(out) =
                out.filter(|out| matches!(self.at(out).map(|planned| &planned.output), Some(Output::Asset(own)) if own == path))
                && let Err(at) = turn.stale.binary_search_by(|stale| stale.path.cmp(&out))
            {
                turn.stale.insert(at, Stale { path: out, because: Reason::Itself });
            }
        }
    }

    /// Loads the theme; where it is another, all that it draws is stale.
    fn load_theme(&mut self, turn: &mut Turn) {
        let Some(site) = &self.site else { return };
        let settings = &self.graph.settings;
        let loaded = match Theme::load(Templates::read(self.files.as_ref()), site, settings) {
            Ok(theme) => {
                self.theme_problems = Vec::new();
                Some(theme)
            }
            Err(problems) => {
                self.theme_problems = problems;
                if self.theme.is_none() { Theme::load(Templates::read(None), site, settings).ok() } else { None }
            }
        };
        let Some(theme) = loaded.filter(|theme| self.theme.as_ref().map(Theme::print) != Some(theme.print())) else { return };
        let old = self.theme.replace(theme);
        let paths = |theme: Option<&Theme>| -> Vec<OutPath> {
            theme.map_or(&[][..], Theme::assets).iter().map(|asset| asset.path.clone()).collect()
        };
        let (old, new) = (paths(old.as_ref()), paths(self.theme.as_ref()));
        let mut stale: BTreeMap<OutPath, Reason> = turn.stale.drain(..).map(|stale| (stale.path, stale.because)).collect();
        for planned in self.planned.iter().filter(|planned| has_view(&planned.output)) {
            stale.entry(planned.path.clone()).or_insert(Reason::Theme);
        }
        for path in new.iter().filter(|path| !old.contains(path)) {
            stale.insert(path.clone(), Reason::New);
        }
        turn.stale = stale.into_iter().map(|(path, because)| Stale { path, because }).collect();
        turn.gone.extend(old.into_iter().filter(|path| !new.contains(path)));
        turn.gone.sort();
    }

    fn scene(&self) -> Scene<'_> {
        Scene { graph: &self.graph, gathered: &self.gathered }
    }

    fn at(&self, path: &OutPath) -> Option<&Planned> {
        self.planned.binary_search_by(|planned| planned.path.cmp(path)).ok().map(|at| &self.planned[at])
    }

    /// Whether the site has such an output.
    pub fn has(&self, path: &OutPath) -> bool {
        self.at(path).is_some() || self.theme.iter().flat_map(Theme::assets).any(|asset| asset.path == *path)
    }

    /// The file of the content that an output is made for: a page, a copied file.
    pub fn source_of(&self, path: &OutPath) -> Option<&SourcePath> {
        match &self.at(path)?.output {
            Output::Page(id) | Output::Twin(id) => self.graph.node(*id).map(|node| &node.page.path),
            Output::Asset(path) => Some(path),
            _ => None,
        }
    }

    /// The page that an output is made for.
    pub fn page_at(&self, path: &OutPath) -> Option<&Node> {
        match self.at(path)?.output {
            Output::Page(id) => self.graph.node(id),
            _ => None,
        }
    }

    /// Makes an output, with the fingerprint of what it was made from; `None` where the site has no such output.
    ///
    /// # Errors
    ///
    /// A template that fails on this output, or a theme that cannot be used at all.
    pub fn make(&self, path: &OutPath) -> Result<Option<(Fingerprint, Content)>, Diagnostic> {
        let Some(theme) = &self.theme else { return self.theme_problems.first().cloned().map_or(Ok(None), Err) };
        if let Some(planned) = self.at(path) {
            return make(self.scene(), planned, &self.planned, theme, &self.shader).map(Some);
        }
        let asset = theme.assets().iter().find(|asset| asset.path == *path);
        Ok(asset.map(|asset| (Fingerprint::of_bytes(&asset.bytes), Content::Bytes(asset.bytes.clone()))))
    }

    /// Every output, those of the content by path, then the theme's assets.
    pub fn paths(&self) -> impl Iterator<Item = &OutPath> {
        self.planned.iter().map(|planned| &planned.path).chain(self.theme.iter().flat_map(Theme::assets).map(|asset| &asset.path))
    }

    /// Every problem of the content, in the order of a clean build.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.report.iter()
    }

    /// What is wrong with the theme's files. While something is, pages are made with the last theme that was sound.
    pub fn theme_problems(&self) -> &[Diagnostic] {
        &self.theme_problems
    }

    /// The graph.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }
}

/// Whether an output is drawn by the theme.
pub(super) fn has_view(output: &Output) -> bool {
    let is_text = matches!(output, Output::Twin(_) | Output::Search(_) | Output::Robots | Output::NoJekyll | Output::Feed(Format::Json, _))
        || matches!(output, Output::Network | Output::Llms | Output::OpenSearch | Output::Host(_));
    !is_text && !matches!(output, Output::Asset(_) | Output::Scaled(..) | Output::Card(_))
}
