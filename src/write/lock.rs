//! One build at a time: the staging folder and the lock in it.
//!
//! In: an `Output`. Out: a `Hold` on its staging folder, or `Refusal::Busy` where another build keeps it for longer than two seconds.
//!
//! The lock belongs to an open file, so it ends with the process that took it, however that ends: no lock is ever stale. The
//! last act of a build is to remove the lock's file; who was waiting for that one sees that it is gone and starts over. Where the
//! file system has no locks, builds go on without.
//!
//! Invariant: `half` holds only what this program made and second names of files of the output, so it can be thrown away.
//! Invariant: `whole` has its manifest, until everything else in it has been dealt with.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use super::disk::{At, DiskError, Modes, create_folder, look, same_mount};
use super::guard::{Output, Refusal, Way};
use super::manifest::STATE;

const LOCK: &str = "lock";
const PAUSE: Duration = Duration::from_millis(25);
const ATTEMPTS: u32 = 80;

/// The sole right to change an output, for as long as it is held.
pub(super) struct Hold {
    /// How the tree will get to its place.
    pub(super) way: Way,
    /// The staging folders that are locked; the last is the one to stage in.
    locked: Vec<(PathBuf, File)>,
    /// Folders that were made for this build, outermost first.
    made: Vec<PathBuf>,
}

impl Hold {
    /// Makes the staging folder and takes its lock, and that of the other staging folder if a build has left one.
    pub(super) fn take(output: &Output) -> Result<Self, Refusal> {
        let mut hold = Self { way: Way::Exchange, locked: Vec::new(), made: Vec::new() };
        match hold.fill(output) {
            Ok(()) => Ok(hold),
            Err(refusal) => {
                hold.release();
                Err(refusal)
            }
        }
    }

    fn fill(&mut self, output: &Output) -> Result<(), Refusal> {
        let (out, beside, inside) = (output.path(), output.staging(), output.inner_staging());
        let exists = look(out)?.is_some();
        if exists {
            let is_mount = !same_mount(out, out.parent().unwrap_or(out))?;
            self.way = if is_mount { Way::FilesInside } else { output.way };
        } else {
            make_parents(out, &mut self.made)?;
        }
        if self.way != Way::FilesInside || look(&beside)?.is_some() {
            match lock(&beside, output) {
                Ok(file) => self.locked.push((beside, file)),
                Err(Refusal::Disk(error)) if exists && is_unwritable(&error) => self.way = Way::FilesInside,
                Err(refusal) => return Err(refusal),
            }
        }
        let has_inside = look(&inside)?.is_some();
        if self.way == Way::FilesInside || has_inside {
            self.made.push(out.join(STATE));
            create_folder(&out.join(STATE), Modes::AsCreated)?;
            let file = lock(&inside, output)?;
            let place = if self.way == Way::FilesInside { self.locked.len() } else { 0 };
            self.locked.insert(place, (inside, file));
        }
        Ok(())
    }

    /// Whether a staging folder is ours to clean.
    pub(super) fn holds(&self, staging: &Path) -> bool {
        self.locked.iter().any(|(folder, _)| folder == staging)
    }

    /// The tree that is being made.
    pub(super) fn half(&self) -> PathBuf {
        half(self.staging())
    }

    /// The tree that is complete: the site to come or, after the exchange, the site that was.
    pub(super) fn whole(&self) -> PathBuf {
        whole(self.staging())
    }

    fn staging(&self) -> &Path {
        self.locked.last().map(|(folder, _)| folder.as_path()).expect("a hold that was taken has a lock")
    }

    /// Gives the output free and leaves no trace, unless something in a staging folder is still needed.
    pub(super) fn release(self) {
        // Whatever stays behind is harmless, and the next build looks after it.
        for (folder, _) in &self.locked {
            let _ = fs::remove_file(folder.join(LOCK));
            let _ = fs::remove_dir(folder);
        }
        remove_made(&self.made);
    }
}

/// Whether a build is running or was killed.
pub(super) fn is_disturbed(output: &Output) -> Result<bool, DiskError> {
    Ok(look(&output.staging())?.is_some() || look(&output.inner_staging())?.is_some())
}

/// The unfinished tree in a staging folder.
pub(super) fn half(staging: &Path) -> PathBuf {
    staging.join("half")
}

/// The finished tree in a staging folder.
pub(super) fn whole(staging: &Path) -> PathBuf {
    staging.join("whole")
}

/// Takes the lock of a staging folder, which it makes.
fn lock(staging: &Path, output: &Output) -> Result<File, Refusal> {
    let path = staging.join(LOCK);
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    for _ in 0..ATTEMPTS {
        create_folder(staging, Modes::AsCreated)?;
        let file = match options.open(&path) {
            // The build that went before has just removed the folder.
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => {
                let _ = fs::remove_dir(staging);
                return Err(error).at("write", &path)?;
            }
            Ok(file) => file,
        };
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => sleep(PAUSE),
            Err(TryLockError::Error(error)) if !has_no_locks(&error) => return Err(error).at("lock", &path)?,
            _ if is_at(&file, &path)? => return Ok(file),
            _ => {}
        }
    }
    Err(Refusal::Busy(output.path().to_owned()))
}

/// Whether it is the file system that has no locks; some network file systems say so in a word of their own.
fn has_no_locks(error: &Error) -> bool {
    #[cfg(unix)]
    let no_service = error.raw_os_error() == Some(rustix::io::Errno::NOLCK.raw_os_error());
    #[cfg(not(unix))]
    let no_service = false;
    no_service || error.kind() == ErrorKind::Unsupported
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> Result<bool, DiskError> {
    let meta = file.metadata().at("lock", path)?;
    Ok(look(path)?.is_some_and(|there| super::disk::same_file(&meta, &there)))
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> Result<bool, DiskError> {
    Ok(look(path)?.is_some())
}

fn make_parents(out: &Path, made: &mut Vec<PathBuf>) -> Result<(), DiskError> {
    let mut missing = Vec::new();
    for parent in out.ancestors().skip(1) {
        if look(parent)?.is_some() {
            break;
        }
        missing.push(parent);
    }
    for parent in missing.into_iter().rev() {
        create_folder(parent, Modes::AsCreated)?;
        made.push(parent.to_owned());
    }
    Ok(())
}

/// Removes those that are empty: after a build that went well, the output lies in them.
fn remove_made(made: &[PathBuf]) {
    for folder in made.iter().rev() {
        let _ = fs::remove_dir(folder);
    }
}

fn is_unwritable(error: &DiskError) -> bool {
    matches!(error.source.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem)
}
