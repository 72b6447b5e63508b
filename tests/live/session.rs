//! Somebody who edits a handbook while it is served: the outputs that a browser would have seen, dropped only where a turn
//! says so, beside a clean build of the same files.

use std::collections::BTreeSet;
use std::sync::Arc;

use fourfold::base::path::SourcePath;
use fourfold::engine::{Change, Content, Engine, Live, Reach, Reason, Turn};
use fourfold::template::templates::Templates;
use fourfold::template::theme::{Theme, ThemeFiles};
use fourfold::template::view::SiteView;

use proptest::sample::Index;

use crate::support::Handbook;
use crate::support::handbook::Files;

/// A session.
pub struct Session {
    pub handbook: Handbook,
    pub live: Live,
    /// The files before each edit.
    pub history: Vec<Files>,
    /// Outputs as they were last asked for.
    kept: Files,
    /// The theme of the last clean build: loading one takes longer than building a small site.
    theme: Option<(SiteView, Option<ThemeFiles>, Arc<Theme>)>,
}

impl Session {
    pub fn new(handbook: Handbook, reach: Reach) -> Self {
        let settings = handbook.settings().0;
        let theme = handbook.theme(&settings.config.theme);
        let mut live = Live::with_rules(Arc::new(settings), theme, reach);
        live.apply(handbook.change());
        let mut session = Self { handbook, live, history: Vec::new(), kept: Files::new(), theme: None };
        session.look();
        session
    }

    /// Takes other files in, as a watcher would find them; gives what became stale, with reasons, and asks for it.
    pub fn turn(&mut self, files: Files) -> Vec<(String, Reason)> {
        let before = std::mem::replace(&mut self.handbook.files, files);
        let differs = |path: &&String| before.get(*path) != self.handbook.files.get(*path);
        let paths: BTreeSet<&String> = before.keys().chain(self.handbook.files.keys()).collect();
        let paths: Vec<String> = paths.into_iter().filter(differs).cloned().collect();
        self.history.push(before);
        self.take(&paths)
    }

    /// A file is written as it was.
    pub fn touch(&mut self, index: &Index) -> Vec<(String, Reason)> {
        let paths: Vec<String> = self.handbook.files.keys().cloned().collect();
        if paths.is_empty() { Vec::new() } else { self.take(std::slice::from_ref(index.get(&paths))) }
    }

    fn take(&mut self, paths: &[String]) -> Vec<(String, Reason)> {
        let settings = self.handbook.settings().0;
        let theme = self.handbook.theme(&settings.config.theme);
        let mut turns: Vec<Turn> = Vec::new();
        if paths.iter().any(|path| path == "handbook.toml") {
            turns.push(self.live.restart(Arc::new(settings), theme, self.handbook.change()));
        } else {
            if paths.iter().any(|path| path.starts_with("themes/")) {
                turns.push(self.live.replace_theme(theme));
            }
            turns.push(self.live.apply(self.change(paths)));
        }
        let mut stale = Vec::new();
        for turn in turns {
            for path in &turn.gone {
                self.kept.remove(path.as_str());
            }
            for output in turn.stale {
                self.kept.remove(output.path.as_str());
                stale.push((output.path.to_string(), output.because));
            }
        }
        self.look();
        stale
    }

    fn change(&self, paths: &[String]) -> Change {
        let mut change = Change::default();
        for path in paths {
            match self.handbook.files.get(path) {
                Some(bytes) => self.handbook.add(path, bytes, &mut change),
                None => change.gone.push(SourcePath::new(path).unwrap()),
            }
        }
        change
    }

    /// Asks for every output that is not kept, and forgets none.
    fn look(&mut self) {
        for path in self.live.paths() {
            if !self.kept.contains_key(path.as_str()) {
                let bytes = match self.live.make(path).unwrap().unwrap().1 {
                    Content::Bytes(bytes) => bytes,
                    Content::Copy(path) => self.handbook.files[path.as_str()].clone(),
                    Content::Scaled(scaled) => scaled.file_name().into_bytes(),
                    Content::Drawn(card) => card.file_name().into_bytes(),
                };
                self.kept.insert(path.to_string(), bytes);
            }
        }
    }

    /// What differs from a clean build, in few words.
    pub fn difference(&mut self) -> Option<String> {
        let mut engine = Engine::new(Arc::new(self.handbook.settings().0));
        let plan = engine.apply(self.handbook.change());
        let clean = plan.diagnostics();
        if !self.live.diagnostics().eq(clean.iter()) {
            let ours: Vec<_> = self.live.diagnostics().collect();
            let extra: Vec<_> = ours.iter().filter(|problem| !clean.contains(problem)).collect();
            let missing: Vec<_> = clean.iter().filter(|problem| !ours.contains(problem)).collect();
            return Some(format!("problems: too many {extra:#?}, too few {missing:#?}, {} and {}", ours.len(), clean.len()));
        }
        let config = &plan.graph().settings.config;
        let files = self.handbook.theme(&config.theme);
        let known = self.theme.take().filter(|(site, theme_files, _)| (site, theme_files) == (&plan.site, &files));
        let theme = match known {
            Some((_, _, theme)) => theme,
            None => match Theme::load(Templates::read(files.as_ref()), &plan.site, &plan.graph().settings) {
                Ok(theme) => Arc::new(theme),
                // Pages show the last theme that was sound; only what is said about the theme can be compared.
                Err(problems) => return (problems != self.live.theme_problems()).then(|| "the problems of the theme".to_owned()),
            },
        };
        self.theme = Some((plan.site.clone(), files, Arc::clone(&theme)));
        if !self.live.theme_problems().is_empty() {
            return Some("the theme is sound again".to_owned());
        }
        let mut left = self.kept.clone();
        let assets = theme.assets().iter().map(|asset| (asset.path.to_string(), asset.bytes.clone()));
        let made = (0..plan.planned.len()).map(|at| {
            let bytes = match plan.make(at, &theme).unwrap().1 {
                Content::Bytes(bytes) => bytes,
                Content::Copy(path) => self.handbook.files[path.as_str()].clone(),
                Content::Scaled(scaled) => scaled.file_name().into_bytes(),
                Content::Drawn(card) => card.file_name().into_bytes(),
            };
            (plan.path(at).to_string(), bytes)
        });
        for (path, bytes) in assets.chain(made) {
            match left.remove(&path) {
                None => return Some(format!("{path} is missing")),
                Some(kept) if kept != bytes => {
                    let (kept, clean) = (String::from_utf8_lossy(&kept).into_owned(), String::from_utf8_lossy(&bytes).into_owned());
                    let lines = kept.lines().zip(clean.lines()).find(|(kept, clean)| kept != clean);
                    return Some(format!("{path}: {lines:#?}"));
                }
                Some(_) => {}
            }
        }
        left.into_keys().next().map(|path| format!("{path} is there no more"))
    }
}
