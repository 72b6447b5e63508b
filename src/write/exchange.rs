//! The one step in which the site changes, and what becomes of the tree that was.
//!
//! In: a whole tree beside the output. Out: the tree in the output's place; of the old one nothing is left but what others put
//! there, and that is in the output again.
//!
//! Draining needs no record of what was done: a tree says by its own manifest which files in it are ours, the output by its own
//! which places are taken. So it can be killed and started again anywhere, and it may even be given a finished tree that
//! never was published: its foreign names are then second names of files that are still in the output.
//!
//! Invariant: a file is removed only where the tree's manifest lists it and the output has a file of ours in its place, or where
//! its bytes are those that we wrote, or where the output has the same file under the same name.
//! Invariant: the manifest of the tree goes last.

use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::disk::{At, DiskError, Modes, Tick, create_folder, look, read_regular, remove_if_empty, rename, rename_new, same_file, unlink};
use super::layout::{Layout, Run};
use super::manifest::{Entry, MANIFEST, Manifest, STATE};
use super::plan::is_as_written;
use super::survey::{Foreign, Kind};

/// Whether the file system can exchange two folders.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Exchange {
    Done,
    Unable,
}

/// Exchanges two folders in one step, or leaves both as they are.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
pub(super) fn exchange(tree: &Path, out: &Path) -> Result<Exchange, DiskError> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    const UNABLE: [Errno; 6] = [Errno::INVAL, Errno::NOSYS, Errno::NOTSUP, Errno::OPNOTSUPP, Errno::XDEV, Errno::BUSY];
    match renameat_with(CWD, tree, CWD, out, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(Exchange::Done),
        Err(error) if UNABLE.contains(&error) => Ok(Exchange::Unable),
        Err(error) => Err(error.into()).at("put the new site in the place of", out),
    }
}

/// Exchanges two folders in one step; no such step here.
#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
pub(super) fn exchange(_: &Path, _: &Path) -> Result<Exchange, DiskError> {
    Ok(Exchange::Unable)
}

/// A tree that leaves, and the output that stays.
pub(super) struct Drain<'a> {
    pub(super) tree: &'a Path,
    pub(super) out: &'a Path,
    /// The manifest of the tree.
    pub(super) old: &'a Manifest,
    /// The manifest of the output.
    pub(super) new: &'a Manifest,
    pub(super) tick: Tick<'a>,
}

impl Drain<'_> {
    /// Empties the tree and removes it; gives what had to be set aside, below the output.
    ///
    /// `foreign` is what is known to be in it. It comes first, folders before all, since readers and Git miss them until then; of
    /// files the output has a second name already, unless the file system knows none.
    pub(super) fn run(&self, foreign: &[Foreign]) -> Result<Vec<String>, DiskError> {
        let mut aside = Vec::new();
        let (folders, files): (Vec<_>, Vec<_>) = foreign.iter().partition(|foreign| foreign.kind == Kind::Folder);
        for foreign in folders.into_iter().chain(files) {
            self.bring(&foreign.path, &mut aside)?;
        }
        let entries = self.old.entries();
        let layout = Layout::new(entries.iter().map(|entry| entry.path.as_str()));
        layout.runs.par_iter().try_for_each(|run| self.clear(run, &entries[run.files.clone()]))?;
        for folder in layout.inner.iter().rev() {
            remove_if_empty(&self.tree.join(folder))?;
            (self.tick)("removed an old folder");
        }
        self.bring_rest(Path::new(""), &layout, &mut aside)?;
        unlink(&self.tree.join(MANIFEST))?;
        (self.tick)("removed the old manifest");
        remove_if_empty(&self.tree.join(STATE))?;
        remove_if_empty(self.tree)?;
        (self.tick)("removed the old tree");
        Ok(aside)
    }

    fn clear(&self, run: &Run, entries: &[Entry]) -> Result<(), DiskError> {
        for entry in entries {
            let path = self.tree.join(entry.path.as_str());
            if self.new.get(entry.path.as_str()).is_some() || is_as_written(self.tree, entry)? {
                unlink(&path)?;
                (self.tick)("removed an old file");
            }
        }
        if run.leaf {
            remove_if_empty(&self.tree.join(run.folder))?;
            (self.tick)("removed an old folder");
        }
        Ok(())
    }

    /// Brings everything that is left in a folder of the tree to the output.
    fn bring_rest(&self, folder: &Path, ours: &Layout, aside: &mut Vec<String>) -> Result<(), DiskError> {
        let here = self.tree.join(folder);
        for (name, is_folder) in list(&here)? {
            let path = folder.join(&name);
            let text = path.to_str();
            if text == Some(MANIFEST) {
                continue;
            }
            if is_folder && text.is_some_and(|path| path == STATE || ours.has_folder(path)) {
                self.bring_rest(&path, ours, aside)?;
                if text != Some(STATE) {
                    remove_if_empty(&self.tree.join(&path))?;
                }
            } else {
                self.bring(&path, aside)?;
            }
        }
        Ok(())
    }

    /// Brings a foreign thing to its place in the output, or beside it where something else has come to be there.
    fn bring(&self, path: &Path, aside: &mut Vec<String>) -> Result<(), DiskError> {
        let from = self.tree.join(path);
        let Some(moving) = look(&from)? else { return Ok(()) };
        let to = self.make_way(path)?;
        match look(&to)? {
            None if rename_new(&from, &to)? => {}
            None => return self.bring(path, aside),
            Some(there) if moving.is_dir() && there.is_dir() => {
                for (name, _) in list(&from)? {
                    self.bring(&path.join(name), aside)?;
                }
                remove_if_empty(&from)?;
            }
            Some(there) if is_same(&from, &moving, &to, &there) => unlink(&from)?,
            Some(there) => {
                let beside = free_name(&to)?;
                let is_ours = path.to_str().is_some_and(|path| self.new.get(path).is_some());
                if !is_ours && later(&moving, &there) {
                    rename(&to, &beside)?;
                    rename(&from, &to)?;
                } else {
                    rename(&from, &beside)?;
                }
                aside.push(below(self.out, &beside));
            }
        }
        (self.tick)("brought a foreign thing");
        Ok(())
    }

    /// Makes the folders around a path of the output; one whose name a file has taken gets another name.
    fn make_way(&self, path: &Path) -> Result<PathBuf, DiskError> {
        let mut to = self.out.to_owned();
        let mut parts = path.iter().peekable();
        while let Some(part) = parts.next() {
            to.push(part);
            if parts.peek().is_none() {
                break;
            }
            match look(&to)? {
                Some(meta) if meta.is_dir() => {}
                Some(_) => {
                    to = free_name(&to)?;
                    create_folder(&to, Modes::Repair)?;
                }
                None => create_folder(&to, Modes::Repair)?,
            }
        }
        Ok(to)
    }
}

/// The names in a folder and whether each is a folder, sorted; none where there is no folder.
fn list(folder: &Path) -> Result<Vec<(OsString, bool)>, DiskError> {
    let Some(_) = look(folder)?.filter(Metadata::is_dir) else { return Ok(Vec::new()) };
    let read = |entry: std::io::Result<fs::DirEntry>| entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?.is_dir())));
    let names = fs::read_dir(folder).and_then(|entries| entries.map(read).collect::<Result<Vec<_>, _>>());
    let mut names = names.at("read", folder)?;
    names.sort();
    Ok(names)
}

/// A name beside a path that nothing has.
pub(super) fn free_name(path: &Path) -> Result<PathBuf, DiskError> {
    let mut number = 1_u64;
    loop {
        let mut name = path.as_os_str().to_owned();
        name.push(if number == 1 { ".kept".to_owned() } else { format!(".kept-{number}") });
        if look(Path::new(&name))?.is_none() {
            return Ok(name.into());
        }
        number += 1;
    }
}

/// A path of the output as people are told of it.
pub(super) fn below(out: &Path, path: &Path) -> String {
    path.strip_prefix(out).unwrap_or(path).to_string_lossy().into_owned()
}

/// Whether nothing is lost when only one of two stays.
pub(super) fn is_same(from: &Path, one: &Metadata, to: &Path, other: &Metadata) -> bool {
    let same_bytes = || matches!((read_regular(from), read_regular(to)), (Ok(one), Ok(other)) if one == other);
    same_file(one, other) || (one.is_file() && other.is_file() && one.len() == other.len() && same_bytes())
}

fn later(one: &Metadata, other: &Metadata) -> bool {
    matches!((one.modified(), other.modified()), (Ok(one), Ok(other)) if one > other)
}
