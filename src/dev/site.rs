//! The site as it is served: what each address answers, and what is wrong.
//!
//! In: turns of the loop, requests of the server. Out: answers, from memory; only copied files are read when they are asked for.
//!
//! Invariant: the bytes of an answer are those of a clean build; what pages need to listen is added to the answer alone.
//! Invariant: an address answers with what stands there, or with the last good page while a template fails on it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::base::config::Mode;
use crate::base::diagnostic::Diagnostic;
use crate::base::fingerprint::Fingerprint;
use crate::base::path::OutPath;
use crate::discover::asset_bytes;
use crate::engine::{Content, Live, Reason, Turn};
use crate::visuals::Studio;

use super::fault;
use super::server::{Answer, Answers, Events, HTML, INTERNAL, JSON, Leave, Request, Status, media_type};
use super::status::{self, Editor, OnDisk};

/// The query that asks for a page as it is without scripts.
const PLAIN: &str = "_ff-plain";

/// What pages load besides the site.
const SCRIPTS: &[(&str, &str)] = &[
    ("dev.js", include_str!("assets/dev.js")),
    ("morph.js", include_str!("assets/morph.js")),
    ("overlay.js", include_str!("assets/overlay.js")),
    ("bar.js", include_str!("assets/bar.js")),
    ("doctor.js", include_str!("assets/doctor.js")),
    ("dev.css", include_str!("assets/dev.css")),
];

/// How many pages are kept in case a template breaks.
const KEPT: usize = 64;
/// How many outputs are tried when the theme has changed.
const TRIED: usize = 300;

/// The site and all that is known of it.
pub(super) struct Site {
    state: RwLock<State>,
    /// Outputs that a template fails on.
    failing: Mutex<BTreeMap<OutPath, Diagnostic>>,
    /// The pages that were served last, the latest at the end.
    kept: Mutex<Vec<(OutPath, Arc<Vec<u8>>)>>,
    editor: Option<Editor>,
    /// Makes pictures in other sizes when they are asked for; keeps them in memory alone.
    studio: Studio,
    pub(super) events: Arc<Events>,
}

/// What the loop changes and the server reads.
pub(super) struct State {
    pub(super) live: Live,
    pub(super) root: PathBuf,
    pub(super) mode: Mode,
    /// Whether the config allows remote pictures and frames.
    pub(super) remote: bool,
    /// Every problem of a clean build.
    pub(super) problems: Vec<Diagnostic>,
    /// What keeps the config or the theme from being used as they are.
    pub(super) faults: Vec<Diagnostic>,
}

impl Site {
    pub(super) fn new(state: State, editor: Option<Editor>) -> Self {
        let studio = Studio::new(state.root.clone(), false);
        let state = RwLock::new(state);
        Self { state, failing: Mutex::default(), kept: Mutex::default(), editor, studio, events: Arc::default() }
    }

    pub(super) fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// What templates fail on, as far as pages were asked for, and what is wrong with config and theme: the worst first.
    pub(super) fn faults(&self) -> Vec<Diagnostic> {
        let failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut faults: Vec<Diagnostic> = failing.values().cloned().collect();
        drop(failing);
        let state = self.read();
        faults.extend(state.faults.iter().chain(state.live.theme_problems()).cloned());
        faults.sort();
        faults.dedup();
        faults
    }

    /// Tries what a turn made stale through its theme, and what failed before, so that a broken template shows at once.
    pub(super) fn try_out(&self, turn: &Turn) {
        let failing: Vec<OutPath> = std::mem::take(&mut *self.failing.lock().unwrap_or_else(PoisonError::into_inner)).into_keys().collect();
        let by_theme: Vec<&OutPath> = turn.stale.iter().filter(|stale| stale.because == Reason::Theme).map(|stale| &stale.path).collect();
        let kept: Vec<OutPath> = self.kept.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|(path, _)| path.clone()).collect();
        let kept = if by_theme.is_empty() { &[][..] } else { &kept };
        let step = by_theme.len().div_ceil(TRIED).max(1);
        for path in failing.iter().chain(by_theme.into_iter().step_by(step)).chain(kept) {
            let made = self.read().live.make(path).err();
            if let Some(problem) = made {
                self.failing.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone(), problem);
            }
        }
    }

    /// The output behind an address, or the address of the folder that was meant.
    fn find(&self, address: &str) -> Found {
        let state = self.read();
        let path = address.strip_prefix('/').unwrap_or(address);
        let exact = if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
        if let Some(out) = OutPath::new(&exact).filter(|out| state.live.has(out)) {
            return Found::Output(out);
        }
        let folder = OutPath::new(&format!("{path}/index.html")).filter(|out| state.live.has(out));
        if folder.is_some() { Found::Folder(format!("{address}/")) } else { Found::Nothing }
    }

    fn output(&self, path: &OutPath, status: Status, request: &Request) -> Answer {
        let known = request.if_none_match.as_deref();
        let state = self.read();
        let leave = if state.remote { Leave::Remote } else { Leave::Strict };
        let made = state.live.make(path).map(|made| made.map(|(_, content)| content));
        let (root, kind) = (state.root.clone(), media_type(path.as_str()));
        drop(state);
        let bytes = match made {
            Ok(Some(Content::Bytes(bytes))) => Arc::new(bytes),
            Ok(Some(Content::Copy(source))) => match asset_bytes(&root, &source) {
                Ok(bytes) => Arc::new(bytes),
                // It has just been taken away; the watch will notice.
                Err(_) => return Answer::refusal(Status::NotFound),
            },
            Ok(Some(Content::Drawn(card))) => match self.studio.drawn(&card) {
                Ok(bytes) => bytes,
                Err(_) => return Answer::refusal(Status::NotFound),
            },
            Ok(Some(Content::Scaled(scaled))) => match self.studio.scaled(&scaled) {
                Ok(bytes) => bytes,
                Err(_) => return Answer::refusal(Status::NotFound),
            },
            Ok(None) => return Answer::refusal(Status::NotFound),
            Err(problem) => match self.fails(path, problem.clone()) {
                Some(bytes) => bytes,
                None => return self.fault(&problem),
            },
        };
        if kind != HTML {
            let etag = Fingerprint::of_bytes(&bytes).to_string();
            return Answer { leave, ..Answer::new(status, kind, bytes.to_vec()) }.tagged(etag, known);
        }
        self.keep(path, &bytes);
        let etag = Fingerprint::of_bytes(&bytes).to_string();
        if request.query.as_deref() == Some(PLAIN) {
            return Answer { leave: Leave::Plain, ..Answer::new(status, kind, bytes.to_vec()) };
        }
        Answer { leave, ..Answer::new(status, kind, with_listener(&bytes, &etag)) }.tagged(etag, known)
    }

    /// Notes that a template fails on an output; gives the last good bytes.
    fn fails(&self, path: &OutPath, problem: Diagnostic) -> Option<Arc<Vec<u8>>> {
        let before = self.failing.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone(), problem);
        if before.is_none() {
            self.events.tell();
        }
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(other, _)| other == path).map(|(_, bytes)| Arc::clone(bytes))
    }

    fn keep(&self, path: &OutPath, bytes: &Arc<Vec<u8>>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(other, _)| other != path);
        kept.push((path.clone(), Arc::clone(bytes)));
        let over = kept.len().saturating_sub(KEPT);
        kept.drain(..over);
    }

    fn fault(&self, problem: &Diagnostic) -> Answer {
        let root = self.read().root.clone();
        let body = fault::page(&status::shown(problem, &mut status::Drawn::new(&OnDisk(&root)), self.editor.as_ref(), &root));
        Answer { leave: Leave::Bare, ..Answer::new(Status::Fault, HTML, body.into_bytes()) }
    }

    /// What is not part of the site: scripts, the state of things.
    fn internal(&self, name: &str, request: &Request) -> Answer {
        let known = request.if_none_match.as_deref();
        if let Some((_, text)) = SCRIPTS.iter().find(|(script, _)| *script == name) {
            let etag = Fingerprint::of_bytes(text.as_bytes()).to_string();
            return Answer::new(Status::Ok, media_type(name), text.as_bytes().to_vec()).tagged(etag, known);
        }
        let body = match name {
            "status.json" => self.status(request.query.as_deref().unwrap_or_default()),
            "report.json" => self.report(),
            _ => return Answer::refusal(Status::NotFound),
        };
        let etag = Fingerprint::of_bytes(&body).to_string();
        Answer::new(Status::Ok, JSON, body).tagged(etag, known)
    }

    /// How things stand, seen from a page.
    fn status(&self, query: &str) -> Vec<u8> {
        let address = query.strip_prefix("page=").map(crate::base::path::decode_percent).unwrap_or_default();
        let page = match self.find(&address) {
            Found::Output(path) => Some(path),
            Found::Folder(_) | Found::Nothing => None,
        };
        let faults = self.faults();
        status::of(&self.read(), page.as_ref(), &faults, self.editor.as_ref())
    }

    /// Every problem, as `--report` writes them.
    fn report(&self) -> Vec<u8> {
        let mut all = self.faults();
        let state = self.read();
        all.extend(state.problems.iter().cloned());
        let mut out = Vec::new();
        // Memory takes everything.
        let _ = crate::base::diagnostic::render::report(&all, &OnDisk(&state.root), &mut out);
        out
    }
}

/// What an address leads to.
enum Found {
    Output(OutPath),
    Folder(String),
    Nothing,
}

impl Answers for Site {
    fn answer(&self, request: &Request) -> Answer {
        if let Some(name) = request.path.strip_prefix(INTERNAL) {
            return self.internal(name, request);
        }
        match self.find(&request.path) {
            Found::Output(path) => self.output(&path, Status::Ok, request),
            Found::Folder(address) => Answer::moved(address),
            Found::Nothing => match OutPath::new("404.html").filter(|path| self.read().live.has(path)) {
                Some(path) => self.output(&path, Status::NotFound, request),
                None => Answer::refusal(Status::NotFound),
            },
        }
    }
}

/// A page with the script that listens, at the end of its head; `etag` tells the script which version it stands in.
///
/// A page without a head, as a template that was emptied makes it, listens too: it has to hear of the one that mends it.
fn with_listener(page: &[u8], etag: &str) -> Vec<u8> {
    let at = memchr::memmem::find(page, b"</head>").unwrap_or(page.len());
    let listener = format!("<script type=\"module\" src=\"{INTERNAL}dev.js\" data-fourfold=\"{etag}\"></script>\n");
    [&page[..at], listener.as_bytes(), &page[at..]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_listener_stands_in_the_head_once() {
        let page = b"<head><title>x</title></head><body>&lt;/head> </head></body>";
        let shown = String::from_utf8(with_listener(page, "7f")).expect("UTF-8");
        let listener = "<script type=\"module\" src=\"/.fourfold/dev.js\" data-fourfold=\"7f\"></script>\n";
        assert_eq!(shown.matches(listener).count(), 1);
        assert_eq!(shown.replacen(listener, "", 1).as_bytes(), page);
        assert!(shown.contains("</title><script"));
        assert_eq!(with_listener(b"no head", "7f"), [b"no head", listener.as_bytes()].concat());
    }
}
