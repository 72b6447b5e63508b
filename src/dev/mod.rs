//! The site while it is written: wait for a change, read it, take it in, tell the browsers.
//!
//! In: a handbook as the command line has found it, and a way to find it again. Out: a server that always shows what the
//! files say, until it is asked to end.
//!
//! The rooms: `watch` notices, `place` tells what a change is about, `discover::Watched` reads, `engine::Live` joins,
//! `site` answers, `server` speaks HTTP, `status` and `fault` say what is wrong.
//!
//! Invariant: what is served after any changes is, byte for byte, what a build of the same files writes.
//! Invariant: a config or a theme that cannot be used leaves the site as it was, and the browser says so.
//! Invariant: nothing is written, anywhere.

mod fault;
mod place;
mod server;
mod site;
mod status;
mod watch;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::base::config::{Mode, Settings};
use crate::base::diagnostic::{Diagnostic, merged};
use crate::discover::project::Project;
use crate::discover::repository::Repository;
use crate::discover::{Here, News, Watched};
use crate::engine::{Change, Live, Stale, ThemeFiles, Turn};

use place::{Concern, Ground};
use site::{Site, State};
use watch::{Batch, Waited, Watch};

pub use server::Hosts;
pub use status::Editor;
pub use watch::Stop;

/// What decides besides the content: found anew whenever it may have changed.
pub struct Inputs {
    /// Where the handbook is.
    pub project: Project,
    /// Its settings.
    pub settings: Arc<Settings>,
    /// What its theme overrides, if anything.
    pub theme: Option<ThemeFiles>,
    /// The repository that it lies in.
    pub repository: Option<Repository>,
    /// What is wrong with the config without keeping it from being used.
    pub warnings: Vec<Diagnostic>,
}

/// How to serve.
pub struct Options {
    /// Sockets to answer on.
    pub listeners: Vec<TcpListener>,
    /// Names that are answered to.
    pub hosts: Hosts,
    /// Whether to look at the files by the clock instead of waiting for events.
    pub poll: bool,
    /// Opens a file in the author's editor.
    pub editor: Option<Editor>,
    /// Folders that are never entered.
    pub outputs: Vec<PathBuf>,
}

/// What happened.
pub enum Said<'a> {
    /// The site is served; these are its problems.
    Ready {
        /// How many outputs there are.
        outputs: usize,
        /// Every problem.
        problems: &'a [Diagnostic],
    },
    /// A change was taken in.
    Turn {
        /// What is made anew, and why.
        stale: &'a [Stale],
        /// How many outputs are no more.
        gone: usize,
        /// Every problem.
        problems: &'a [Diagnostic],
        /// Those that were not there before.
        fresh: &'a [Diagnostic],
        /// From the end of the burst of changes until the browsers were told.
        took: Duration,
    },
    /// Changes cannot be watched as they should.
    Watch(&'a str),
}

/// Finds the handbook again; the problems that keep it from being used, if it cannot be.
pub type Reload<'a> = dyn FnMut() -> Result<Inputs, Vec<Diagnostic>> + 'a;

/// A handbook that is served.
pub struct Dev {
    inputs: Inputs,
    outputs: Vec<PathBuf>,
    watch: Watch,
    watched: Watched,
    /// Folders outside of the content that pages take texts from.
    beside: BTreeSet<PathBuf>,
    site: Arc<Site>,
    /// How long the last look at everything took.
    cost: Duration,
    /// What was wrong with files after the last turn.
    found: Vec<Diagnostic>,
    /// What was wrong with the config and the theme.
    faults: Vec<Diagnostic>,
    /// Every problem, faults first.
    known: Vec<Diagnostic>,
}

impl Dev {
    /// Reads everything and starts to answer.
    ///
    /// # Errors
    ///
    /// Where no thread can be started.
    pub fn start(mut inputs: Inputs, options: Options) -> io::Result<Self> {
        let mut watch = Watch::new(options.poll);
        let live = Live::new(Arc::clone(&inputs.settings), None);
        let state = State {
            live,
            root: inputs.project.root.clone(),
            mode: inputs.project.mode,
            remote: false,
            problems: Vec::new(),
            faults: Vec::new(),
        };
        let site = Arc::new(Site::new(state, options.editor));
        let mut watched = Watched::default();
        // What changes while everything is read for the first time is noticed, too.
        watch.aim(place::targets(ground(&inputs, &options.outputs, &BTreeSet::new())));
        let begun = Instant::now();
        let news = read_all(&mut watched, &mut inputs, &options.outputs);
        let cost = begun.elapsed();
        let (beside, outputs) = (BTreeSet::new(), options.outputs);
        let (found, faults, known) = (Vec::new(), Vec::new(), Vec::new());
        let mut dev = Self { inputs, outputs, watch, watched, beside, site, cost, found, faults, known };
        dev.restart(news);
        dev.aim();
        dev.gather_problems(true);
        server::serve(options.listeners, options.hosts, Arc::clone(&dev.site.events), Arc::clone(&dev.site))?;
        Ok(dev)
    }

    /// What asks it to end.
    pub fn stop(&self) -> Stop {
        self.watch.stop()
    }

    /// Takes changes in until it is asked to end.
    pub fn run(mut self, reload: &mut Reload<'_>, say: &mut dyn FnMut(Said<'_>)) {
        say(Said::Ready { outputs: self.site.read().live.paths().count(), problems: &self.known });
        loop {
            if let Some(trouble) = self.watch.trouble() {
                say(Said::Watch(&trouble));
            }
            let ground = ground(&self.inputs, &self.outputs, &self.beside);
            match self.watch.wait(self.cost, &|path| place::concern(ground, path) != Concern::Nothing) {
                Waited::Stop => return,
                Waited::Batch(batch) => self.turn(&batch, reload, say),
            }
        }
    }

    /// Takes one batch of changes in.
    fn turn(&mut self, batch: &Batch, reload: &mut Reload<'_>, say: &mut dyn FnMut(Said<'_>)) {
        let begun = Instant::now();
        let ground = ground(&self.inputs, &self.outputs, &self.beside);
        let concern = batch.paths.iter().map(|path| place::concern(ground, path)).max();
        let mut turn = Turn::default();
        if batch.everything || concern == Some(Concern::Inputs) {
            turn = self.take_inputs(reload());
            self.aim();
        }
        let more = self.take_content(batch);
        let reported = turn.reported | more.reported;
        merge(&mut turn, more);
        self.site.try_out(&turn);
        let before = self.gather_problems(reported);
        if turn.stale.is_empty() && turn.gone.is_empty() && before.is_none() {
            return;
        }
        self.site.events.tell();
        let fresh: Vec<Diagnostic> = before.map_or_else(Vec::new, |before| {
            let before: BTreeSet<Diagnostic> = before.into_iter().collect();
            self.known.iter().filter(|problem| !before.contains(problem)).cloned().collect()
        });
        let took = begun.elapsed();
        say(Said::Turn { stale: &turn.stale, gone: turn.gone.len(), problems: &self.known, fresh: &fresh, took });
    }

    /// Takes the config and the theme in, as they have been found again.
    fn take_inputs(&mut self, found: Result<Inputs, Vec<Diagnostic>>) -> Turn {
        let mut found = match found {
            Ok(found) => found,
            Err(problems) => {
                self.site.write().faults = problems;
                return Turn::default();
            }
        };
        self.site.write().faults.clear();
        // Whether a folder reads like a vault is found from its pages, not from its config.
        let same = found.project == self.inputs.project && with_vault(&found, &self.inputs.settings) == *self.inputs.settings;
        if same {
            let other_theme = found.theme != self.inputs.theme;
            let warned = found.warnings != self.inputs.warnings;
            (self.inputs.theme, self.inputs.warnings, self.inputs.repository) = (found.theme, found.warnings, found.repository);
            let turn = if other_theme { self.site.write().live.replace_theme(self.inputs.theme.clone()) } else { Turn::default() };
            return Turn { reported: turn.reported || warned, ..turn };
        }
        let mut watched = Watched::default();
        let news = read_all(&mut watched, &mut found, &self.outputs);
        (self.inputs, self.watched) = (found, watched);
        self.restart(news)
    }

    /// Looks at the content: at what the batch names, or at everything.
    fn take_content(&mut self, batch: &Batch) -> Turn {
        let here = Here { project: &self.inputs.project, settings: &self.inputs.settings, outputs: &self.outputs };
        let near = if batch.everything { None } else { self.watched.only(here, &batch.paths) };
        let looked_near = near.is_some();
        let news = match near {
            Some(news) => news,
            None => {
                let begun = Instant::now();
                let news = self.watched.everything(here);
                self.cost = begun.elapsed();
                self.aim();
                if !batch.everything {
                    self.watch.look_again();
                }
                news
            }
        };
        let may_say = self.inputs.project.mode == Mode::Foreign && (!looked_near || !news.assets.is_empty());
        if may_say && self.watched.signposts(&self.inputs.project) != self.inputs.settings.signposts {
            self.watched = Watched::default();
            let everything = read_all(&mut self.watched, &mut self.inputs, &self.outputs);
            return self.restart(everything);
        }
        if news.is_empty() {
            return Turn::default();
        }
        if place::beside(&self.inputs.project, self.watched.includes()) != self.beside {
            self.aim();
        }
        let votes = self.inputs.project.mode == Mode::Foreign && !self.inputs.project.vault;
        if votes && self.watched.reads_like_a_vault() != self.inputs.settings.vault {
            self.watched = Watched::default();
            let everything = read_all(&mut self.watched, &mut self.inputs, &self.outputs);
            return self.restart(everything);
        }
        self.site.write().live.apply(change(news))
    }

    /// Begins again with the settings at hand and the whole content.
    fn restart(&mut self, everything: News) -> Turn {
        let Inputs { project, settings, theme, .. } = &self.inputs;
        let mut state = self.site.write();
        (state.root, state.mode, state.remote) = (project.root.clone(), project.mode, settings.config.remote);
        state.live.restart(Arc::clone(settings), theme.clone(), change(everything))
    }

    fn aim(&mut self) {
        self.beside = place::beside(&self.inputs.project, self.watched.includes());
        self.watch.aim(place::targets(ground(&self.inputs, &self.outputs, &self.beside)));
    }

    /// Gathers the problems again where they may have changed; where they have, gives those before.
    fn gather_problems(&mut self, reported: bool) -> Option<Vec<Diagnostic>> {
        let found = self.watched.diagnostics();
        let faults = self.site.faults();
        if !reported && found == self.found && faults == self.faults {
            return None;
        }
        let mut state = self.site.write();
        state.problems = merged(state.live.diagnostics().cloned().collect(), &found, state.mode);
        state.problems.extend(self.inputs.warnings.iter().cloned());
        let known = faults.iter().chain(&state.problems).cloned().collect();
        drop(state);
        (self.found, self.faults) = (found, faults);
        let before = std::mem::replace(&mut self.known, known);
        (before != self.known).then_some(before)
    }
}

fn ground<'a>(inputs: &'a Inputs, outputs: &'a [PathBuf], beside: &'a BTreeSet<PathBuf>) -> Ground<'a> {
    Ground { project: &inputs.project, repository: inputs.repository.as_ref(), outputs, beside }
}

/// Reads everything; whether a foreign folder is a vault, and what other tools' files say of it, follows from what was read.
fn read_all(watched: &mut Watched, inputs: &mut Inputs, outputs: &[PathBuf]) -> News {
    let news = watched.everything(Here { project: &inputs.project, settings: &inputs.settings, outputs });
    if inputs.project.mode == Mode::Foreign {
        let settings = Arc::make_mut(&mut inputs.settings);
        settings.vault = inputs.project.vault || watched.reads_like_a_vault();
        settings.follow(watched.signposts(&inputs.project));
    }
    news
}

/// The settings that were found, with what pages had to say about the ones in use.
fn with_vault(found: &Inputs, used: &Settings) -> Settings {
    let vault = if found.project.mode == Mode::Foreign && !found.project.vault { used.vault } else { found.settings.vault };
    let mut settings = Settings { vault, ..(*found.settings).clone() };
    if found.project.mode == Mode::Foreign {
        settings.follow(used.signposts.clone());
    }
    settings
}

fn change(news: News) -> Change {
    Change { put: news.put, assets: news.assets, pictures: news.pictures, gone: news.gone }
}

/// Adds a turn that came right after another.
fn merge(turn: &mut Turn, more: Turn) {
    if turn.stale.is_empty() && turn.gone.is_empty() {
        *turn = more;
        return;
    }
    let mut stale: BTreeMap<_, _> = std::mem::take(&mut turn.stale).into_iter().map(|stale| (stale.path.clone(), stale)).collect();
    for path in &more.gone {
        stale.remove(path);
    }
    stale.extend(more.stale.into_iter().map(|stale| (stale.path.clone(), stale)));
    turn.gone.retain(|path| !stale.contains_key(path));
    turn.gone.extend(more.gone);
    turn.stale = stale.into_values().collect();
    turn.reported |= more.reported;
}
