//! The site kept alive in memory, for a program that watches its files.
//!
//! In: changes of files, of the theme, of the settings. Out: for each change a `Turn`: which outputs it made stale and why,
//! and which are gone; and any output, made at the moment it is asked for.
//!
//! Invariant: after any sequence of changes, every output and every problem is that of a clean build of the same files.
//! Invariant: an output that a turn does not name has the bytes that it had before.
//! Invariant: no rendered text is kept; memory holds the graph and a fingerprint for each output.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use rayon::prelude::*;

use crate::base::config::Settings;
use crate::base::diagnostic::Diagnostic;
use crate::base::fingerprint::Fingerprint;
use crate::base::path::{OutPath, SourcePath};
use crate::parse::parse;
use crate::parse::rules::Rules;
use crate::resolve::Graph;
use crate::resolve::graph::Update;
use crate::template::compose::{Made, compose};
use crate::template::gather::Gathered;
use crate::template::outputs::{Output, Planned, outputs};
use crate::template::page::Scene;
use crate::template::shade::Shader;
use crate::template::sitewide;
use crate::template::theme::{Theme, ThemeFiles};

use super::{Change, Content, embed_problems, make};

/// What a change did to the site.
#[derive(Debug, Default)]
pub struct Turn {
    /// Outputs that are new or have other bytes, by path.
    pub stale: Vec<Stale>,
    /// Outputs that are no more, by path.
    pub gone: Vec<OutPath>,
    /// Whether the problems differ from those before.
    pub reported: bool,
}

/// An output that has to be made again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stale {
    /// Where it is.
    pub path: OutPath,
    /// Why it has to be made.
    pub because: Reason,
}

/// Why an output is stale.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reason {
    /// Its own file has changed.
    Itself,
    /// It was not there before.
    New,
    /// Another page that it shows or names has changed.
    Page(SourcePath),
    /// The templates, the assets, or what is common to all pages has changed.
    Theme,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Itself => f.write_str("its own file"),
            Self::New => f.write_str("new"),
            Self::Page(path) => write!(f, "what it shows of {path}"),
            Self::Theme => f.write_str("the theme, or what all pages share"),
        }
    }
}

/// The site kept alive in memory: takes changes, knows which outputs they made stale, makes an output when asked.
pub struct Live {
    rules: Rules,
    graph: Graph,
    gathered: Gathered,
    planned: Vec<Planned>,
    prints: BTreeMap<OutPath, Fingerprint>,
    diagnostics: Vec<Diagnostic>,
    files: Option<ThemeFiles>,
    theme: Option<Theme>,
    theme_problems: Vec<Diagnostic>,
    shader: Shader,
}

impl Live {
    /// The empty site. A theme whose files have problems is not used: the last that was sound is, or else the built-in one.
    pub fn new(settings: Arc<Settings>, theme: Option<ThemeFiles>) -> Self {
        Self {
            rules: Rules::new(Arc::clone(&settings)),
            graph: Graph::new(settings),
            gathered: Gathered::default(),
            planned: Vec::new(),
            prints: BTreeMap::new(),
            diagnostics: Vec::new(),
            files: theme,
            theme: None,
            theme_problems: Vec::new(),
            shader: Shader::default(),
        }
    }

    /// Takes a change of the content in. The first one is the whole content.
    pub fn apply(&mut self, change: Change) -> Turn {
        let itself: BTreeSet<SourcePath> =
            change.put.iter().map(|source| &source.path).chain(&change.assets).chain(&change.gone).cloned().collect();
        let pages = change.put.into_par_iter().map(|source| Arc::new(parse(&source, &self.rules))).collect();
        self.graph.update(Update { pages, assets: change.assets, gone: change.gone });
        self.settle(&itself)
    }

    /// Takes other templates and assets in; `None` where the handbook has none of its own.
    pub fn replace_theme(&mut self, theme: Option<ThemeFiles>) -> Turn {
        self.files = theme;
        self.theme = self.theme.take().filter(|_| self.files.is_some());
        self.settle(&BTreeSet::new())
    }

    /// Begins again with other settings and the whole content; what comes out the same is not stale.
    pub fn restart(&mut self, settings: Arc<Settings>, theme: Option<ThemeFiles>, everything: Change) -> Turn {
        let before = std::mem::replace(self, Self::new(settings, theme));
        (self.prints, self.theme, self.diagnostics) = (before.prints, before.theme, before.diagnostics);
        self.apply(everything)
    }

    /// Plans everything anew and compares it with what was.
    fn settle(&mut self, itself: &BTreeSet<SourcePath>) -> Turn {
        self.gathered = Gathered::of(&self.graph);
        let (planned, conflicts) = outputs(&self.graph, &self.gathered);
        self.planned = planned;
        self.load_theme();
        let mut diagnostics = self.graph.diagnostics();
        diagnostics.extend(conflicts);
        diagnostics.extend(embed_problems(self.scene(), &self.planned));
        diagnostics.sort_unstable();
        diagnostics.dedup();
        let reported = diagnostics != self.diagnostics;
        self.diagnostics = diagnostics;

        let mut prints: BTreeMap<OutPath, Fingerprint> =
            self.planned.par_iter().map(|planned| (planned.path.clone(), self.print(planned))).collect();
        let assets = self.theme.iter().flat_map(Theme::assets);
        prints.extend(assets.map(|asset| (asset.path.clone(), Fingerprint::of_bytes(&asset.bytes))));
        std::mem::swap(&mut prints, &mut self.prints);
        let before = prints;
        let touched = |path: &OutPath| self.source_of(path).is_some_and(|source| itself.contains(source));
        let is_copy = |path: &OutPath| matches!(self.at(path).map(|planned| &planned.output), Some(Output::Asset(_)));
        let reason = |path: &OutPath, print: &Fingerprint| match before.get(path) {
            None => Some(Reason::New),
            Some(old) if old == print && !(is_copy(path) && touched(path)) => None,
            Some(_) if touched(path) => Some(Reason::Itself),
            Some(_) => Some(Reason::Theme),
        };
        let stale = self.prints.iter().filter_map(|(path, print)| Some(Stale { path: path.clone(), because: reason(path, print)? }));
        let stale = stale.collect();
        let gone = before.into_keys().filter(|path| !self.prints.contains_key(path)).collect();
        Turn { stale, gone, reported }
    }

    fn load_theme(&mut self) {
        let site = sitewide::site(&self.graph, &self.gathered);
        let config = &self.graph.settings.config;
        match Theme::load(self.files.as_ref(), &site, config) {
            Ok(theme) => (self.theme, self.theme_problems) = (Some(theme), Vec::new()),
            Err(problems) => {
                self.theme_problems = problems;
                if self.theme.is_none() {
                    self.theme = Theme::load(None, &site, config).ok();
                }
            }
        }
    }

    fn scene(&self) -> Scene<'_> {
        Scene { graph: &self.graph, gathered: &self.gathered }
    }

    fn print(&self, planned: &Planned) -> Fingerprint {
        let theme = self.theme.as_ref().map_or(Fingerprint(0), Theme::print);
        match compose(self.scene(), planned, &self.planned) {
            Some((Made::View(view), _)) => Fingerprint::of(&(theme, view)),
            Some((Made::Text(text), _)) => Fingerprint::of(&text),
            Some((Made::Copy(path), _)) => Fingerprint::of(&path),
            None => Fingerprint(0),
        }
    }

    fn at(&self, path: &OutPath) -> Option<&Planned> {
        self.planned.binary_search_by(|planned| planned.path.cmp(path)).ok().map(|at| &self.planned[at])
    }

    /// The file of the content that an output is made for: a page, a copied file.
    pub fn source_of(&self, path: &OutPath) -> Option<&SourcePath> {
        match &self.at(path)?.output {
            Output::Page(id) => self.graph.node(*id).map(|node| &node.page.path),
            Output::Asset(path) => Some(path),
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

    /// Every output, the theme's assets among them, by path.
    pub fn paths(&self) -> impl Iterator<Item = &OutPath> {
        self.prints.keys()
    }

    /// Every problem of the content, in the order of a clean build.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter()
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
