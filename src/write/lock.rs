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
use std::io::ErrorKind;
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
    folder: PathBuf,
    /// Folders that were made for this build, outermost first.
    made: Vec<PathBuf>,
    _lock: File,
}

impl Hold {
    /// Makes the staging folder and takes its lock.
    pub(super) fn take(output: &Output) -> Result<Self, Refusal> {
        let out = output.path();
        let exists = look(out)?.is_some();
        let mut made = make_parents(out)?;
        let mut way = if exists { output.way } else { Way::Exchange };
        if exists && way == Way::Exchange && !same_mount(out, out.parent().unwrap_or(out))? {
            way = Way::FilesInside;
        }
        if way != Way::FilesInside {
            match lock(&output.staging(), output) {
                Ok(lock) => return Ok(Self { way, folder: output.staging(), made, _lock: lock }),
                Err(Refusal::Disk(error)) if exists && is_unwritable(&error) => way = Way::FilesInside,
                Err(refusal) => {
                    remove_made(&made);
                    return Err(refusal);
                }
            }
        }
        create_folder(&out.join(STATE), Modes::AsCreated)?;
        made.push(out.join(STATE));
        match lock(&output.inner_staging(), output) {
            Ok(lock) => Ok(Self { way, folder: output.inner_staging(), made, _lock: lock }),
            Err(refusal) => {
                remove_made(&made);
                Err(refusal)
            }
        }
    }

    /// The tree that is being made.
    pub(super) fn half(&self) -> PathBuf {
        half(&self.folder)
    }

    /// The tree that is complete: the site to come or, after the exchange, the site that was.
    pub(super) fn whole(&self) -> PathBuf {
        whole(&self.folder)
    }

    /// Gives the output free and leaves no trace, unless something in the staging folder is still needed.
    pub(super) fn release(self) {
        // Whatever stays behind is harmless, and the next build looks after it.
        let _ = fs::remove_file(self.folder.join(LOCK));
        let _ = fs::remove_dir(&self.folder);
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
            other => other.at("write", &path)?,
        };
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => sleep(PAUSE),
            Err(TryLockError::Error(error)) if error.kind() != ErrorKind::Unsupported => return Err(error).at("lock", &path)?,
            _ if is_at(&file, &path)? => return Ok(file),
            _ => {}
        }
    }
    Err(Refusal::Busy(output.path().to_owned()))
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

fn make_parents(out: &Path) -> Result<Vec<PathBuf>, DiskError> {
    let mut made = Vec::new();
    let mut missing = Vec::new();
    for parent in out.ancestors().skip(1) {
        if look(parent)?.is_some() {
            break;
        }
        missing.push(parent);
    }
    for parent in missing.into_iter().rev() {
        if let Err(error) = create_folder(parent, Modes::AsCreated) {
            remove_made(&made);
            return Err(error);
        }
        made.push(parent.to_owned());
    }
    Ok(made)
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
