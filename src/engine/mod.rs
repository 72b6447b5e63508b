//! Drives the pure stages: files in, a plan of the site out. A build is an edit of the empty site.
//!
//! In: a `Change`: files that have come, changed or gone. Out: a `Plan`: every output of the site, what to make it from,
//! and every problem. A plan makes one output at a time, when the writer or the server asks for it, so memory never
//! holds the whole site.
//!
//! Invariant: no input and no output; the same files and settings give the same plan, whatever came before.
//! Invariant: an output is rendered again only if the fingerprint of its whole view (or of the theme) has changed.

mod live;

use std::sync::Arc;

use rayon::prelude::*;

use crate::base::card::Card;
use crate::base::config::Settings;
use crate::base::diagnostic::Diagnostic;
use crate::base::fingerprint::Fingerprint;
use crate::base::path::{OutPath, SourcePath};
use crate::base::picture::{Picture, Scaled};
use crate::base::text::Source;
use crate::parse::page::{Page, Relation};
use crate::parse::rules::Rules;
use crate::parse::{Desk, parse_at};
use crate::resolve::graph::Update;
use crate::resolve::{Graph, Touched};
use crate::template::compose::{Made, compose};
use crate::template::gather::Gathered;
use crate::template::network;
use crate::template::outputs::{Output, Planned, outputs};
use crate::template::page::Scene;
use crate::template::print::{self, Edition};
use crate::template::render::render;
use crate::template::search;
use crate::template::shade::Shader;
use crate::template::sitewide;
use crate::template::theme::Theme;
use crate::template::view::{PrintView, SiteView, View};

pub use crate::template::theme::ThemeFiles;
pub use live::{Live, Reason, Rule, Rules as Reach, Stale, Turn};

/// So many pages are read on one thread at a time: few enough that the threads end together, and enough for a desk to pay.
const SHARE: usize = 64;

/// Files that have come, changed or gone since the last change.
#[derive(Default)]
pub struct Change {
    /// Markdown files that have come or changed.
    pub put: Vec<Source>,
    /// Other files that have come or changed.
    pub assets: Vec<SourcePath>,
    /// What is known of those of `assets` that are pictures.
    pub pictures: Vec<(SourcePath, Picture)>,
    /// Files of either kind that are no more.
    pub gone: Vec<SourcePath>,
}

/// The site so far.
pub struct Engine {
    rules: Rules,
    graph: Graph,
    shader: Shader,
}

impl Engine {
    /// The empty site.
    pub fn new(settings: Arc<Settings>) -> Self {
        Self { rules: Rules::new(Arc::clone(&settings)), graph: Graph::new(settings), shader: Shader::default() }
    }

    /// Takes a change in and plans the site as it is then.
    pub fn apply(&mut self, change: Change) -> Plan<'_> {
        let pages = read(change.put, &self.rules);
        let touched = self.graph.update(Update { pages, assets: change.assets, pictures: change.pictures, gone: change.gone });
        self.plan(touched)
    }

    fn plan(&self, touched: Touched) -> Plan<'_> {
        let gathered = Gathered::of(&self.graph);
        let ((planned, conflicts), site) = rayon::join(|| outputs(&self.graph, &gathered), || sitewide::site(&self.graph, &gathered));
        Plan { engine: self, touched, gathered, planned, conflicts, site }
    }

    /// The graph.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }
}

/// Reads pages, on all threads.
fn read(sources: Vec<Source>, rules: &Rules) -> Vec<Arc<Page>> {
    let read = |desk: &mut Desk, source| Arc::new(parse_at(desk, &source, rules));
    sources.into_par_iter().with_max_len(SHARE).map_init(Desk::default, read).collect()
}

/// The whole site, ready to be made a file at a time.
pub struct Plan<'a> {
    engine: &'a Engine,
    /// What the change may have touched.
    pub touched: Touched,
    /// What pages share.
    pub gathered: Gathered,
    /// Every output but those of the theme, by path.
    pub planned: Vec<Planned>,
    conflicts: Vec<Diagnostic>,
    /// What is common to all pages.
    pub site: SiteView,
}

/// A file of the site.
pub enum Content {
    /// Its bytes.
    Bytes(Vec<u8>),
    /// A copy of a file of the project.
    Copy(SourcePath),
    /// A picture of the project, scaled.
    Scaled(Scaled),
    /// A social card.
    Drawn(Box<Card>),
}

impl Plan<'_> {
    /// Every problem, sorted: of files, of links, of addresses, of embeds.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let mut all = self.engine.graph.diagnostics();
        all.extend(self.conflicts.iter().cloned());
        all.extend(self.embed_problems());
        all.sort_unstable();
        all.dedup();
        all
    }

    fn embed_problems(&self) -> Vec<Diagnostic> {
        embed_problems(self.scene(), &self.planned)
    }

    fn scene(&self) -> Scene<'_> {
        Scene { graph: &self.engine.graph, gathered: &self.gathered }
    }

    /// An output that may be longer than memory should hold: its text, made piece by piece.
    pub fn pieces(&self, at: usize) -> Option<impl Iterator<Item = String>> {
        matches!(self.planned[at].output, Output::Network).then(|| network::pieces(self.scene()))
    }

    /// Makes what the files of the search are cut from, on all threads: for somebody who is going to ask for every output, and is no
    /// worker of the pool.
    pub fn prepare_search(&self) {
        search::prepare(self.scene());
    }

    /// The fingerprint of what an output is made from, the theme included; `None` for a copy, whose bytes decide.
    pub fn print(&self, at: usize, theme: &Theme) -> Option<Fingerprint> {
        if let Some(pieces) = self.pieces(at) {
            return Some(Fingerprint::of_pieces(pieces));
        }
        let (made, _) = compose(self.scene(), &self.planned[at], &self.planned)?;
        print_of(&made, theme)
    }

    /// Makes an output, with the fingerprint of what it was made from.
    pub fn make(&self, at: usize, theme: &Theme) -> Result<(Fingerprint, Content), Diagnostic> {
        make(self.scene(), &self.planned[at], &self.planned, theme, &self.engine.shader)
    }

    /// What the theme's templates fail on, each place of a template once: all that they draw is drawn, and thrown away.
    pub fn theme_faults(&self, theme: &Theme) -> Vec<Diagnostic> {
        let drawn = self.planned.par_iter().filter(|planned| live::has_view(&planned.output));
        let fault = |planned: &Planned| match compose(self.scene(), planned, &self.planned)?.0 {
            Made::View(view) => render(&view, theme).err(),
            _ => None,
        };
        let mut faults: Vec<Diagnostic> = drawn.filter_map(fault).collect();
        faults.sort_unstable();
        faults.dedup();
        faults
    }

    /// An edition as a book that stands alone.
    pub fn book(&self, edition: Edition) -> PrintView {
        print::book(self.scene(), edition)
    }

    /// Shows a view that is no output of the site.
    pub fn show(&self, view: &View, theme: &Theme) -> Result<Vec<u8>, Diagnostic> {
        Ok(self.engine.shader.shade(render(view, theme)?))
    }

    /// The graph behind the plan.
    pub fn graph(&self) -> &Graph {
        &self.engine.graph
    }

    /// Where an output goes.
    pub fn path(&self, at: usize) -> &OutPath {
        &self.planned[at].path
    }
}

/// Problems that only show when texts are put together; only pages that embed something are looked at.
fn embed_problems(scene: Scene<'_>, all: &[Planned]) -> Vec<Diagnostic> {
    let embeds = |planned: &&Planned| match planned.output {
        Output::Page(id) => scene.graph.node(id).is_some_and(|node| node.page.links.iter().any(|link| link.relation == Relation::Embeds)),
        _ => false,
    };
    let pages: Vec<&Planned> = all.iter().filter(embeds).collect();
    pages.into_par_iter().filter_map(|planned| compose(scene, planned, all)).flat_map_iter(|(_, problems)| problems).collect()
}

/// Makes an output, with the fingerprint of what it was made from.
fn make(
    scene: Scene<'_>,
    planned: &Planned,
    all: &[Planned],
    theme: &Theme,
    shader: &Shader,
) -> Result<(Fingerprint, Content), Diagnostic> {
    let Some((made, _)) = compose(scene, planned, all) else {
        return Ok((Fingerprint(0), Content::Bytes(Vec::new())));
    };
    let print = print_of(&made, theme).unwrap_or(Fingerprint(0));
    let content = match made {
        Made::View(view) => Content::Bytes(shader.shade(render(&view, theme)?)),
        Made::Text(text) => Content::Bytes(text.into_bytes()),
        Made::Copy(path) => Content::Copy(path),
        Made::Scaled(scaled) => Content::Scaled(scaled),
        Made::Drawn(card) => Content::Drawn(card),
    };
    Ok((print, content))
}

fn print_of(made: &Made, theme: &Theme) -> Option<Fingerprint> {
    match made {
        Made::View(view) => Some(Fingerprint::of(&(theme.print(), view))),
        Made::Text(text) => Some(Fingerprint::of_bytes(text.as_bytes())),
        Made::Copy(_) => None,
        // Its name stands for its bytes.
        Made::Scaled(scaled) => Some(Fingerprint::of(&scaled.file_name())),
        Made::Drawn(card) => Some(Fingerprint::of(&card.file_name())),
    }
}
