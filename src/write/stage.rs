//! The coming site, made complete beside the output before anything is published.
//!
//! In: a plan and a way to make each file. Out: a whole tree in the staging folder, its manifest last.
//!
//! Files are made in parallel, one at a time a thread, and are written at once, so memory holds one file a thread. Some take as
//! long as a thousand others, so folders are shared out one by one: no thread is left with the last ones alone. The error that
//! is reported is that of the first path in order, whatever the threads do: no file before it is left unmade.
//!
//! Invariant: the output is only read here; a second name is all that its files get.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::disk::{
    DiskError, Modes, Print, Tick, carry, copy_file, create_folder, discard, look, print_of, print_of_pieces, rename, write_file,
    write_pieces,
};
use super::guard::Refusal;
use super::layout::Run;
use super::lock::Hold;
use super::manifest::{Entry, MANIFEST, Manifest, STATE};
use super::plan::{Coming, Plan, State, Task};
use super::survey::Kind;
use super::{Content, Made, PublishError};
use crate::base::fingerprint::Fingerprint;

/// What staging made.
pub(super) struct Staged {
    pub(super) manifest: Manifest,
    pub(super) written: usize,
}

/// Makes the whole tree: half first, then under its final name in the staging folder.
pub(super) fn stage<'m, E: Send>(
    out: &Path,
    hold: &Hold,
    (coming, plan): (&Coming, &Plan),
    make: &(impl Fn(usize) -> Result<Made<'m>, E> + Sync),
    tick: Tick,
) -> Result<Staged, PublishError<E>> {
    let half = hold.half();
    let modes = Modes::probe(&half)?;
    tick("made the staging tree");
    for folder in &coming.layout.inner {
        create_folder(&half.join(folder), modes)?;
    }
    let table = Table { out, half: &half, coming, plan, modes, first_error: AtomicUsize::new(usize::MAX), tick };
    let made: Vec<Vec<Outcome<E>>> = coming.layout.runs.par_iter().with_max_len(1).map(|run| table.run(run, make)).collect();
    let (mut entries, mut written) = (Vec::with_capacity(plan.tasks.len()), 0);
    for (task, made) in plan.tasks.iter().zip(made.into_iter().flatten()) {
        // Everything before the first error was made, so a gap can only follow an error.
        let Some(made) = made else { continue };
        let Done { print: (bytes, size), view, is_new } = made.map_err(|error| *error)?;
        written += usize::from(is_new);
        entries.push(Entry { path: coming.planned[task.planned].path.clone(), bytes, size, view });
    }
    link_foreign(out, &half, plan, modes);
    let manifest = Manifest::new(entries);
    create_folder(&half.join(STATE), modes)?;
    write_file(&half.join(MANIFEST), &manifest.to_bytes(), modes)?;
    tick("wrote the manifest");
    rename(&half, &hold.whole())?;
    tick("named the tree whole");
    Ok(Staged { manifest, written })
}

/// A file in its place in the staging tree.
struct Done {
    print: Print,
    view: Fingerprint,
    is_new: bool,
}

/// What became of a task; nothing where an earlier one had failed. Errors are large and rare, and there is an outcome for each file.
type Outcome<E> = Option<Result<Done, Box<PublishError<E>>>>;

/// What every thread needs to know.
struct Table<'a> {
    out: &'a Path,
    half: &'a Path,
    coming: &'a Coming<'a>,
    plan: &'a Plan,
    modes: Modes,
    /// The place of the first task that failed so far.
    first_error: AtomicUsize,
    tick: Tick<'a>,
}

impl Table<'_> {
    fn run<'m, E: Send>(&self, run: &Run, make: &(impl Fn(usize) -> Result<Made<'m>, E> + Sync)) -> Vec<Outcome<E>> {
        let start = run.files.start;
        if start > self.first_error.load(Ordering::Relaxed) {
            return run.files.clone().map(|_| None).collect();
        }
        if run.leaf
            && let Err(error) = create_folder(&self.half.join(run.folder), self.modes)
        {
            self.first_error.fetch_min(start, Ordering::Relaxed);
            let failed = std::iter::once(Some(Err(Box::new(error.into()))));
            return failed.chain(run.files.clone().skip(1).map(|_| None)).collect();
        }
        let one = |place: usize| {
            if place > self.first_error.load(Ordering::Relaxed) {
                return None;
            }
            let made = self.one(&self.plan.tasks[place], make).map_err(Box::new);
            if made.is_err() {
                self.first_error.fetch_min(place, Ordering::Relaxed);
            }
            (self.tick)("staged a file");
            Some(made)
        };
        run.files.clone().into_par_iter().map(one).collect()
    }

    fn one<'m, E>(&self, task: &Task, make: &impl Fn(usize) -> Result<Made<'m>, E>) -> Result<Done, PublishError<E>> {
        let path = &self.coming.planned[task.planned].path;
        let (from, to) = (self.out.join(path.as_str()), self.half.join(path.as_str()));
        let entry = task.old.map(|at| &self.plan.old.entries()[at]);
        let old = entry.map(|entry| (entry.bytes, entry.size));
        let carry_over = |print, view| carry(&from, &to, self.modes).map(|()| Done { print, view, is_new: false });
        if let (State::Same, Some(entry)) = (task.state, entry) {
            return Ok(carry_over((entry.bytes, entry.size), entry.view)?);
        }
        let (view, content) = make(task.planned).map_err(|error| PublishError::Make { path: path.clone(), error })?;
        let there = match task.state {
            State::Fresh => None,
            State::Same | State::Sound => old,
            State::Taken => Some(print_of(&from)?),
        };
        if let Some(there) = there
            && content.is(there)?
        {
            return Ok(carry_over(there, view.unwrap_or(there.0))?);
        }
        if task.state == State::Taken {
            return Err(Refusal::Occupied { path: from }.into());
        }
        let print = match content {
            Content::Bytes(bytes) => {
                write_file(&to, &bytes, self.modes)?;
                (Fingerprint::of_bytes(&bytes), bytes.len() as u64)
            }
            Content::Pieces(pieces) => write_pieces(&to, pieces(), self.modes)?,
            Content::File(source) => copy_file(&source, &to, self.modes)?,
        };
        Ok(Done { print, view: view.unwrap_or(print.0), is_new: true })
    }
}

impl Content<'_> {
    /// Whether these are the bytes that a fingerprint and a size stand for.
    fn is(&self, (print, size): Print) -> Result<bool, DiskError> {
        match self {
            Self::Bytes(bytes) => Ok(bytes.len() as u64 == size && Fingerprint::of_bytes(bytes) == print),
            Self::Pieces(pieces) => Ok(print_of_pieces(pieces()) == (print, size)),
            Self::File(source) => Ok(look(source)?.is_some_and(|meta| meta.len() == size) && print_of(source)? == (print, size)),
        }
    }
}

/// Gives foreign files and symlinks a second name in the tree, so that readers never miss them.
///
/// Whatever cannot be linked is moved after the exchange, as folders are.
fn link_foreign(out: &Path, half: &Path, plan: &Plan, modes: Modes) {
    for foreign in plan.foreign.iter().filter(|foreign| foreign.kind != Kind::Folder) {
        let mut folders: Vec<PathBuf> = foreign.path.ancestors().skip(1).map(|folder| half.join(folder)).collect();
        folders.pop();
        if folders.iter().rev().all(|folder| create_folder(folder, modes).is_ok()) {
            let _ = fs::hard_link(out.join(&foreign.path), half.join(&foreign.path));
        }
    }
}

/// Throws an unfinished or unpublished tree away.
pub(super) fn unstage(hold: &Hold) -> Result<(), DiskError> {
    discard(&hold.half())?;
    discard(&hold.whole())
}
