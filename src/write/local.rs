//! The program's own folder in a handbook: `.fourfold/` in the project root, which Git ignores.
//!
//! In: a name, bytes. Out: a file that a reader sees whole or not at all. What lies here may be deleted at any time.
//!
//! Invariant: nothing is read or written through a symbolic link, since the folder may have come with the handbook.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

/// The folder, below the project root.
pub const FOLDER: &str = ".fourfold";

/// Writes a file into the folder, which is made where it is missing; `name` may lie in a folder of its own.
///
/// # Errors
///
/// Where the disk refuses, or a link stands in the way.
pub fn write(root: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let folder = root.join(FOLDER);
    make_plain(&folder)?;
    let ignore = folder.join(".gitignore");
    if !ignore.exists() {
        std::fs::write(ignore, "*\n")?;
    }
    let file = folder.join(name);
    if let Some(below) = file.parent().filter(|below| *below != folder) {
        make_plain(below)?;
    }
    let part = folder.join(format!("{name}.{}.part", std::process::id()));
    // Whatever stands there is no file of ours, or one that was given up.
    let _ = std::fs::remove_file(&part);
    std::fs::write(&part, bytes)?;
    std::fs::rename(part, file)
}

/// A file of the folder; `None` where there is none that is plain.
pub fn read(root: &Path, name: &str) -> Option<Vec<u8>> {
    let file = place(root, name)?;
    file.symlink_metadata().ok().filter(std::fs::Metadata::is_file)?;
    std::fs::read(file).ok()
}

/// Removes the files of a folder in the folder that are not among `names`.
pub fn keep_only(root: &Path, folder: &str, names: &BTreeSet<String>) {
    let Some(place) = place(root, folder).filter(|place| is_plain_folder(place)) else { return };
    for entry in place.read_dir().into_iter().flatten().flatten() {
        let is_kept = entry.file_name().to_str().is_some_and(|name| names.contains(name));
        if !is_kept && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// The place of a name, where all folders on the way are plain.
fn place(root: &Path, name: &str) -> Option<PathBuf> {
    let file = root.join(FOLDER).join(name);
    file.ancestors().skip(1).take_while(|folder| *folder != root).all(is_plain_folder).then_some(file)
}

fn is_plain_folder(folder: &Path) -> bool {
    folder.symlink_metadata().is_ok_and(|metadata| metadata.is_dir())
}

fn make_plain(folder: &Path) -> io::Result<()> {
    match std::fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ if is_plain_folder(folder) => Ok(()),
        _ => Err(io::ErrorKind::NotADirectory.into()),
    }
}
