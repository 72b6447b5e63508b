//! What has to be done: the coming site compared with what lies in the output.
//!
//! In: the planned files and the output. Out: a `Plan` with a task a file, or a `Refusal` where something foreign is in the way.
//!
//! A file counts as ours and unchanged when it has the size that we recorded and was not modified after the manifest was written;
//! a file with a later time is read and compared. A change that keeps the size and sets the time back is not seen.
//! Before a file is given up it is read in any case: if it was edited, it stays and is somebody else's from then on.
//! A foreign file where one of ours belongs may stay if it has the very bytes that the build makes for this place: it is taken over.
//!
//! Invariant: nothing is changed here.

use std::fs::Metadata;
use std::path::Path;

use rayon::prelude::*;

use super::Planned;
use super::disk::{At, DiskError, look, print_of, same_file};
use super::guard::{Refusal, manifest_of};
use super::layout::{Layout, folders_of};
use super::manifest::{Entry, MANIFEST, Manifest, Reading, is_reserved};
use super::survey::{Foreign, Found, Kind, survey};

/// The coming site in order of its paths.
pub(super) struct Coming<'a> {
    pub(super) planned: &'a [Planned],
    /// Indices into `planned`, sorted by path.
    pub(super) order: Vec<usize>,
    pub(super) layout: Layout<'a>,
}

/// What has to be done.
pub(super) struct Plan {
    /// What the output holds of ours.
    pub(super) old: Manifest,
    /// A task for each file, in order of the paths.
    pub(super) tasks: Vec<Task>,
    /// What is in the output and not ours, sorted by path.
    pub(super) foreign: Vec<Foreign>,
    /// Files of ours that the coming site does not have and nobody changed.
    pub(super) removed: usize,
    /// Files of ours that the coming site does not have, which stay because somebody changed them.
    pub(super) kept: Vec<String>,
    nothing_differs: bool,
    stamp: Stamp,
}

/// How one file gets to its place.
pub(super) struct Task {
    /// Which of the planned files.
    pub(super) planned: usize,
    /// Its entry in the old manifest.
    pub(super) old: Option<usize>,
    pub(super) state: State,
}

/// What is known of a file before it is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    /// It is there, made from the same view: it is carried over unmade.
    Same,
    /// It is there, made from another view: it is carried over if the bytes come out the same.
    Sound,
    /// It is not there, or not as we wrote it.
    Fresh,
    /// Somebody else put a file there: it may stay if the bytes come out the same.
    Taken,
}

impl<'a> Coming<'a> {
    /// Sorts the planned files; refuses two that cannot be in one tree.
    pub(super) fn new(planned: &'a [Planned]) -> Result<Self, Refusal> {
        let mut order: Vec<usize> = (0..planned.len()).collect();
        order.sort_unstable_by(|&a, &b| planned[a].path.cmp(&planned[b].path));
        let layout = Layout::new(order.iter().map(|&at| planned[at].path.as_str()));
        let coming = Self { planned, order, layout };
        for (place, &at) in coming.order.iter().enumerate() {
            let path = &planned[at].path;
            if is_reserved(path.as_str()) {
                return Err(Refusal::Reserved(path.clone()));
            }
            let next = coming.order.get(place + 1).map(|&next| &planned[next].path).filter(|next| *next == path);
            let below =
                || planned.iter().map(|other| &other.path).filter(|other| folders_of(other.as_str()).any(|f| f == path.as_str())).min();
            if let Some(other) = next.or_else(|| coming.layout.has_folder(path.as_str()).then(below)?) {
                return Err(Refusal::Clash { file: path.clone(), other: other.clone() });
            }
        }
        Ok(coming)
    }

    /// The place of a path in the order.
    fn position(&self, path: &str) -> Option<usize> {
        self.order.binary_search_by(|&at| self.planned[at].path.as_str().cmp(path)).ok()
    }
}

impl Plan {
    /// Compares the coming site with the output.
    pub(super) fn new(out: &Path, coming: &Coming) -> Result<Self, Refusal> {
        let stamp = Stamp::of(out)?;
        let (old, whole) = match manifest_of(out)? {
            Reading::Whole(manifest) => (manifest, true),
            Reading::Other(manifest) => (manifest, false),
            Reading::Missing | Reading::Newer { .. } => (Manifest::default(), false),
        };
        if whole && stamp.is_all_there(out, &old, coming)? {
            return Ok(Self { old, tasks: Vec::new(), foreign: Vec::new(), removed: 0, kept: Vec::new(), nothing_differs: true, stamp });
        }
        let survey = survey(out, &old, &coming.layout)?;
        let task = |&at: &usize| -> Result<Task, DiskError> {
            let planned = &coming.planned[at];
            let place = old.position(planned.path.as_str());
            let state = match place {
                Some(place) if stamp.is_sound(out, &old.entries()[place], survey.found[place])? => {
                    if Some(old.entries()[place].view) == planned.view { State::Same } else { State::Sound }
                }
                _ => State::Fresh,
            };
            Ok(Task { planned: at, old: place, state })
        };
        let tasks: Vec<Task> = coming.order.par_iter().map(task).collect::<Result<_, _>>()?;
        let mut plan = Self { old, tasks, foreign: survey.foreign, removed: 0, kept: Vec::new(), nothing_differs: false, stamp };
        plan.give_up(out, coming, &survey.found)?;
        plan.judge_foreign(out, coming)?;
        Ok(plan)
    }

    /// Whether the output is already what it shall be.
    pub(super) fn nothing_differs(&self) -> bool {
        self.nothing_differs
    }

    /// Whether the output is still the one that was looked at.
    pub(super) fn still_holds(&self, out: &Path) -> Result<bool, DiskError> {
        Ok(self.stamp.is_same(&Stamp::of(out)?))
    }

    fn give_up(&mut self, out: &Path, coming: &Coming, found: &[Option<Found>]) -> Result<(), DiskError> {
        let gone = |(entry, found): (&Entry, &Option<Found>)| -> Option<Result<(String, bool), DiskError>> {
            let path = entry.path.as_str();
            (found.is_some() && coming.position(path).is_none()).then(|| Ok((path.to_owned(), is_as_written(out, entry)?)))
        };
        let gone: Vec<(String, bool)> = self.old.entries().par_iter().zip(found).filter_map(gone).collect::<Result<_, _>>()?;
        for (path, as_written) in gone {
            if as_written {
                self.removed += 1;
            } else {
                self.foreign.push(Foreign { path: path.clone().into(), kind: Kind::File });
                self.kept.push(path);
            }
        }
        self.foreign.sort();
        Ok(())
    }

    fn judge_foreign(&mut self, out: &Path, coming: &Coming) -> Result<(), Refusal> {
        for foreign in &self.foreign {
            let text = foreign.path.to_str();
            let place = text.and_then(|path| coming.position(path));
            let as_folder = text.is_some_and(|path| coming.layout.has_folder(path));
            let below_file = foreign.path.ancestors().skip(1).filter_map(Path::to_str).any(|folder| coming.position(folder).is_some());
            match place {
                Some(place) if foreign.kind == Kind::File => self.tasks[place].state = State::Taken,
                None if !as_folder && !below_file => {}
                _ => return Err(Refusal::Occupied { path: out.join(&foreign.path) }),
            }
        }
        Ok(())
    }
}

/// Whether a file has the bytes that its entry says.
pub(super) fn is_as_written(tree: &Path, entry: &Entry) -> Result<bool, DiskError> {
    let path = tree.join(entry.path.as_str());
    match look(&path)? {
        Some(meta) if meta.is_file() && meta.len() == entry.size => Ok(print_of(&path)?.0 == entry.bytes),
        _ => Ok(false),
    }
}

/// Which folder and which manifest a plan was made for.
struct Stamp {
    out: Option<Metadata>,
    manifest: Option<Metadata>,
}

impl Stamp {
    fn of(out: &Path) -> Result<Self, DiskError> {
        Ok(Self { out: look(out)?, manifest: look(&out.join(MANIFEST))? })
    }

    fn is_same(&self, other: &Self) -> bool {
        let same = |one: &Option<Metadata>, other: &Option<Metadata>| match (one, other) {
            (Some(one), Some(other)) => same_file(one, other),
            (None, None) => true,
            _ => false,
        };
        same(&self.out, &other.out) && same(&self.manifest, &other.manifest)
    }

    /// Whether the manifest says just what shall be there, and the disk agrees; found out without listing a folder.
    fn is_all_there(&self, out: &Path, old: &Manifest, coming: &Coming) -> Result<bool, DiskError> {
        let planned = coming.order.iter().map(|&at| &coming.planned[at]);
        if !old.entries().iter().map(|entry| (&entry.path, Some(entry.view))).eq(planned.map(|file| (&file.path, file.view))) {
            return Ok(false);
        }
        let is_folder = |folder: &str| Ok(look(&out.join(folder))?.is_some_and(|meta| meta.is_dir()));
        let is_sound = |entry: &Entry| match look(&out.join(entry.path.as_str()))?.filter(Metadata::is_file) {
            Some(meta) => {
                let modified = meta.modified().at("read", out)?;
                self.is_sound(out, entry, Some(Found { size: meta.len(), modified }))
            }
            None => Ok(false),
        };
        let inner = coming.layout.inner.par_iter().map(|folder| is_folder(folder));
        let runs = coming.layout.runs.par_iter().map(|run| -> Result<bool, DiskError> {
            if run.leaf && !is_folder(run.folder)? {
                return Ok(false);
            }
            old.entries()[run.files.clone()].iter().try_fold(true, |all, entry| Ok(all && is_sound(entry)?))
        });
        // The first that is not as it should be, or could not be looked at, ends the search.
        inner.chain(runs).find_any(|answer| !matches!(answer, Ok(true))).unwrap_or(Ok(true))
    }

    fn is_sound(&self, out: &Path, entry: &Entry, found: Option<Found>) -> Result<bool, DiskError> {
        let Some(found) = found.filter(|found| found.size == entry.size) else { return Ok(false) };
        let written = self.manifest.as_ref().and_then(|meta| meta.modified().ok());
        if written.is_some_and(|written| found.modified <= written) { Ok(true) } else { is_as_written(out, entry) }
    }
}
