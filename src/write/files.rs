//! Publishing file by file, where nothing can be exchanged in one step.
//!
//! In: a whole tree in the output's own `.fourfold/staging`. Out: its files in their places, the manifest last.
//!
//! The tree is the journal: it arrived there in one step, complete, and its manifest says what shall be where. What was killed on the
//! way is taken up again by the next build, before it does anything else, and ends as if nothing had happened. Until then readers may
//! meet files of both sites, each of them whole.
//!
//! Invariant: foreign things are not moved, unless one has come to be where a file of ours belongs; it is then set aside.

use std::path::Path;

use rayon::prelude::*;

use super::disk::{DiskError, Modes, Tick, create_folder, look, may_write, remove_if_empty, rename, rename_new, unlink};
use super::exchange::{below, free_name, is_same};
use super::layout::Layout;
use super::manifest::{Entry, MANIFEST, Manifest, STATE};
use super::plan::is_as_written;

/// A whole tree inside the output, and the output.
pub(super) struct Advance<'a> {
    pub(super) whole: &'a Path,
    pub(super) out: &'a Path,
    /// The manifest of the output.
    pub(super) old: &'a Manifest,
    /// The manifest of the tree.
    pub(super) new: &'a Manifest,
    pub(super) tick: Tick<'a>,
}

impl Advance<'_> {
    /// Looks whether every folder in which files shall come or go may be written, so that no move stops half-way for want of leave.
    pub(super) fn check(&self) -> Result<(), DiskError> {
        let paths = |manifest: &Manifest| manifest.entries().iter().map(|entry| entry.path.as_str().to_owned()).collect::<Vec<_>>();
        let mut all = paths(self.old);
        all.extend(paths(self.new));
        all.sort_unstable();
        let layout = Layout::new(all.iter().map(String::as_str));
        let inside = layout.folders().into_iter().map(|folder| self.out.join(folder));
        let mut folders = inside.chain([self.out.to_owned(), self.out.join(STATE)]);
        folders.try_for_each(|folder| if look(&folder)?.is_some_and(|meta| meta.is_dir()) { may_write(&folder) } else { Ok(()) })
    }

    /// Removes what is gone, puts what is there in its place, and the manifest last; gives what had to be set aside.
    pub(super) fn run(&self) -> Result<Vec<String>, DiskError> {
        self.remove_gone()?;
        let entries = self.new.entries();
        let layout = Layout::new(entries.iter().map(|entry| entry.path.as_str()));
        let mut aside = Vec::new();
        for folder in layout.folders() {
            self.make_folder(folder, &mut aside)?;
        }
        let placed: Vec<Option<String>> = entries.par_iter().map(|entry| self.place(entry)).collect::<Result<_, _>>()?;
        aside.extend(placed.into_iter().flatten());
        create_folder(&self.out.join(STATE), Modes::Repair)?;
        rename(&self.whole.join(MANIFEST), &self.out.join(MANIFEST))?;
        (self.tick)("put the manifest in place");
        Ok(aside)
    }

    fn remove_gone(&self) -> Result<(), DiskError> {
        let gone: Vec<&Entry> = self.old.entries().iter().filter(|entry| self.new.get(entry.path.as_str()).is_none()).collect();
        gone.par_iter().try_for_each(|entry| {
            if is_as_written(self.out, entry)? {
                unlink(&self.out.join(entry.path.as_str()))?;
                (self.tick)("removed a file");
            }
            Ok(())
        })?;
        let layout = Layout::new(gone.iter().map(|entry| entry.path.as_str()));
        for folder in layout.folders().into_iter().rev() {
            remove_if_empty(&self.out.join(folder))?;
            (self.tick)("removed a folder");
        }
        Ok(())
    }

    fn make_folder(&self, folder: &str, aside: &mut Vec<String>) -> Result<(), DiskError> {
        let path = self.out.join(folder);
        if look(&path)?.is_some_and(|meta| !meta.is_dir()) {
            aside.push(self.set_aside(&path)?);
        }
        create_folder(&path, Modes::Repair)?;
        (self.tick)("made a folder");
        Ok(())
    }

    fn place(&self, entry: &Entry) -> Result<Option<String>, DiskError> {
        let (from, to) = (self.whole.join(entry.path.as_str()), self.out.join(entry.path.as_str()));
        // Where it is not in the tree any more, it has been put in its place before a kill.
        let Some(moving) = look(&from)? else { return Ok(None) };
        let there = look(&to)?;
        let is_ours = self.old.get(entry.path.as_str()).is_some() && there.as_ref().is_some_and(|there| there.is_file());
        let aside = match &there {
            Some(there) if !is_ours && !is_same(&from, &moving, &to, there) => Some(self.set_aside(&to)?),
            _ => None,
        };
        if is_ours || (there.is_some() && aside.is_none()) {
            rename(&from, &to)?;
        } else if !rename_new(&from, &to)? {
            // Somebody was quicker; what they put there is looked at in its turn.
            return Ok(self.place(entry)?.or(aside));
        }
        (self.tick)("put a file in place");
        Ok(aside)
    }

    fn set_aside(&self, path: &Path) -> Result<String, DiskError> {
        let beside = free_name(path)?;
        rename(path, &beside)?;
        Ok(below(self.out, &beside))
    }
}
