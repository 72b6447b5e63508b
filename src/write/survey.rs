//! What lies in the output: ours as we left it, ours but changed, and what others put there.
//!
//! In: the output folder, its manifest, the folders that the coming site needs. Out: a `Survey`.
//!
//! Folders that neither the manifest nor the coming site knows are foreign as a whole and are never looked into.
//!
//! Invariant: nothing is found through a symlink; a symlink in the place of one of our files or folders is foreign.

use std::fs::{self, DirEntry};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::disk::{At, DiskError, look};
use super::layout::{Layout, folders_of};
use super::manifest::{MANIFEST, Manifest, STATE};

/// What lies in the output.
#[derive(Default)]
pub(super) struct Survey {
    /// The regular file at the place of each entry of the manifest.
    pub(super) found: Vec<Option<Found>>,
    /// What we did not write, sorted by path.
    pub(super) foreign: Vec<Foreign>,
}

/// A regular file where we wrote one.
#[derive(Clone, Copy)]
pub(super) struct Found {
    pub(super) size: u64,
    pub(super) modified: SystemTime,
}

/// Something in the output that we did not write.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Foreign {
    /// Where, below the output; any name that the system takes.
    pub(super) path: PathBuf,
    pub(super) kind: Kind,
}

/// What a foreign thing is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Kind {
    File,
    Folder,
    /// A symlink, a pipe, a socket.
    Other,
}

/// Looks through the folders that the manifest or the coming site knows.
pub(super) fn survey(out: &Path, manifest: &Manifest, coming: &Layout) -> Result<Survey, DiskError> {
    if look(out)?.is_none() {
        return Ok(Survey { found: vec![None; manifest.entries().len()], foreign: Vec::new() });
    }
    let ours = Layout::new(manifest.entries().iter().map(|entry| entry.path.as_str()));
    let mut folders: Vec<&str> = ours.folders();
    folders.extend(coming.folders().into_iter().filter(|folder| !ours.has_folder(folder)));
    folders.extend(["", STATE]);
    let known: FxHashSet<&str> = folders.iter().copied().collect();
    let places: FxHashMap<&str, usize> = manifest.entries().iter().enumerate().map(|(at, entry)| (entry.path.as_str(), at)).collect();
    let parts: Vec<Part> = folders.par_iter().map(|folder| list(out, folder, &known, &places)).collect::<Result<_, _>>()?;

    // A known folder that is no folder hides what only seems to lie below it.
    let fakes: FxHashSet<&str> =
        parts.iter().flat_map(|part| &part.foreign).filter_map(|foreign| known.get(foreign.path.to_str()?).copied()).collect();
    let mut survey = Survey { found: vec![None; manifest.entries().len()], foreign: Vec::new() };
    for part in parts {
        if !fakes.is_empty() && (fakes.contains(part.folder) || folders_of(part.folder).any(|folder| fakes.contains(folder))) {
            continue;
        }
        for (at, found) in part.found {
            survey.found[at] = Some(found);
        }
        survey.foreign.extend(part.foreign);
    }
    survey.foreign.sort();
    Ok(survey)
}

struct Part<'a> {
    folder: &'a str,
    found: Vec<(usize, Found)>,
    foreign: Vec<Foreign>,
}

fn list<'a>(out: &Path, folder: &'a str, known: &FxHashSet<&str>, places: &FxHashMap<&str, usize>) -> Result<Part<'a>, DiskError> {
    let mut part = Part { folder, found: Vec::new(), foreign: Vec::new() };
    let here = out.join(folder);
    let entries = match fs::read_dir(&here) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(part),
        other => other.at("read", &here)?,
    };
    let mut path = String::with_capacity(folder.len() + 32);
    for entry in entries {
        let entry = entry.at("read", &here)?;
        path.clear();
        path.push_str(folder);
        if !folder.is_empty() {
            path.push('/');
        }
        let name = entry.file_name();
        // A name that is not text cannot be ours.
        let ours = name.to_str().map(|name| {
            path.push_str(name);
            path.as_str()
        });
        if ours == Some(MANIFEST) {
            continue;
        }
        let kind = kind_of(&entry).at("read", &here)?;
        match ours {
            Some(path) if kind == Kind::Folder && (known.contains(path) || path == ".fourfold/staging") => {}
            Some(path) if kind == Kind::File && places.contains_key(path) => {
                let meta = match entry.metadata() {
                    Err(error) if error.kind() == ErrorKind::NotFound => continue,
                    other => other.at("read", &entry.path())?,
                };
                let modified = meta.modified().at("read", &entry.path())?;
                part.found.push((places[path], Found { size: meta.len(), modified }));
            }
            _ => part.foreign.push(Foreign { path: Path::new(folder).join(name), kind }),
        }
    }
    Ok(part)
}

fn kind_of(entry: &DirEntry) -> std::io::Result<Kind> {
    let kind = entry.file_type()?;
    Ok(if kind.is_dir() {
        Kind::Folder
    } else if kind.is_file() {
        Kind::File
    } else {
        Kind::Other
    })
}
