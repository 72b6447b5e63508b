//! Moves a file or folder on the disk and changes files around it: all of it, or nothing.
//!
//! In: the move, the bytes that files had and shall have. Out: the disk as planned, or as it was and the reason.
//!
//! The steps: every changed file is written beside its original; the originals are replaced one by one; then the one rename.
//! What fails is taken back in the opposite order.
//!
//! Invariant: a file is replaced only while it holds the bytes that the plan was made from.
//! Invariant: a file is replaced as a whole; the death of the process between two steps can leave links written for a move
//! that has not been made, never a torn file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A file whose bytes change, named as it is before the move.
#[derive(Debug)]
pub struct Rewrite {
    /// Where it lies.
    pub path: PathBuf,
    /// What it holds.
    pub before: Vec<u8>,
    /// What it shall hold.
    pub after: Vec<u8>,
}

/// Why nothing was done.
#[derive(Debug)]
pub struct Undone {
    /// The file or folder that stood in the way.
    pub path: PathBuf,
    /// What happened.
    pub error: io::Error,
    /// Files that could not be put back as they were.
    pub torn: Vec<PathBuf>,
}

/// Changes the files and moves `from` to `to`.
///
/// # Errors
///
/// The first step that failed; everything before it has been taken back, but for what `torn` names.
pub fn perform(from: &Path, to: &Path, rewrites: &[Rewrite]) -> Result<(), Undone> {
    let mut done = Done::default();
    match steps(from, to, rewrites, &mut done) {
        Ok(()) => Ok(()),
        Err((path, error)) => Err(Undone { path, error, torn: done.take_back(rewrites) }),
    }
}

/// What has been done so far.
#[derive(Default)]
struct Done {
    parts: Vec<PathBuf>,
    folders: Vec<PathBuf>,
    replaced: usize,
}

fn steps(from: &Path, to: &Path, rewrites: &[Rewrite], done: &mut Done) -> Result<(), (PathBuf, io::Error)> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |error| (path, error)
    };
    for rewrite in rewrites {
        let path = &rewrite.path;
        if fs::read(path).map_err(at(path))? != rewrite.before {
            return Err((path.clone(), io::Error::other("it has changed in the meantime")));
        }
        let part = part_of(path);
        done.parts.push(part.clone());
        write_part(&part, path, &rewrite.after).map_err(at(path))?;
    }
    let parent = to.parent().unwrap_or(to);
    let missing: Vec<&Path> = parent.ancestors().take_while(|folder| folder.symlink_metadata().is_err()).collect();
    for folder in missing.into_iter().rev() {
        fs::create_dir(folder).map_err(at(folder))?;
        done.folders.push(folder.to_owned());
    }
    for rewrite in rewrites {
        fs::rename(part_of(&rewrite.path), &rewrite.path).map_err(at(&rewrite.path))?;
        done.replaced += 1;
    }
    rename(from, to).map_err(at(to))
}

impl Done {
    /// Puts everything back; what could not be put back.
    fn take_back(self, rewrites: &[Rewrite]) -> Vec<PathBuf> {
        let mut torn = Vec::new();
        for rewrite in rewrites[..self.replaced].iter().rev() {
            let part = part_of(&rewrite.path);
            let back = write_part(&part, &rewrite.path, &rewrite.before).and_then(|()| fs::rename(&part, &rewrite.path));
            if back.is_err() {
                torn.push(rewrite.path.clone());
            }
        }
        for part in &self.parts[self.replaced.min(self.parts.len())..] {
            // A part that was never written is not there to be removed.
            let _ = fs::remove_file(part);
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
        torn
    }
}

fn part_of(path: &Path) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!(".{name}.fourfold-part"))
}

fn write_part(part: &Path, original: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::write(part, bytes)?;
    fs::set_permissions(part, fs::metadata(original)?.permissions())
}

/// Renames where nothing is, or where the same file answers to both names: then only its spelling changes.
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    if to.symlink_metadata().is_ok() {
        if !is_same(from, to) {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "it is there already"));
        }
        let between = part_of(to);
        fs::rename(from, &between)?;
        return fs::rename(&between, to).inspect_err(|_| {
            let _ = fs::rename(&between, from);
        });
    }
    fs::rename(from, to)
}

/// Whether two names that differ in case only lead to one file, as on disks that do not tell cases apart.
pub fn is_same(one: &Path, other: &Path) -> bool {
    let folded = |path: &Path| crate::base::key::fold(&path.to_string_lossy()).into_owned();
    one != other
        && folded(one) == folded(other)
        && matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewrite(folder: &Path, name: &str, before: &str, after: &str) -> Rewrite {
        Rewrite { path: folder.join(name), before: before.into(), after: after.into() }
    }

    #[test]
    fn what_fails_is_taken_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        for name in ["a.md", "b.md"] {
            fs::write(root.join(name), name).expect("written");
        }
        // The target appears after the plan was made.
        fs::create_dir_all(root.join("new")).expect("made");
        fs::write(root.join("new/c.md"), "somebody's").expect("written");
        let rewrites = [rewrite(root, "a.md", "a.md", "A"), rewrite(root, "b.md", "b.md", "B")];
        let undone = perform(&root.join("a.md"), &root.join("new/c.md"), &rewrites).expect_err("the target is there");
        assert!(undone.torn.is_empty());
        let read = |name: &str| fs::read_to_string(root.join(name)).expect("read");
        assert_eq!([read("a.md"), read("b.md"), read("new/c.md")], ["a.md", "b.md", "somebody's"]);
        assert_eq!(fs::read_dir(root).expect("listed").count(), 3, "no part is left");
    }

    #[test]
    fn a_file_that_has_changed_stops_everything() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        fs::write(root.join("a.md"), "a").expect("written");
        fs::write(root.join("b.md"), "edited").expect("written");
        let rewrites = [rewrite(root, "a.md", "a", "A"), rewrite(root, "b.md", "b", "B")];
        let undone = perform(&root.join("a.md"), &root.join("deep/er/a.md"), &rewrites).expect_err("b.md has changed");
        assert_eq!(undone.path, root.join("b.md"));
        assert_eq!(fs::read_to_string(root.join("a.md")).expect("read"), "a");
        assert!(!root.join("deep").exists());
        assert_eq!(fs::read_dir(root).expect("listed").count(), 2);
    }

    #[test]
    fn a_folder_goes_with_all_that_is_in_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        fs::create_dir_all(root.join("old/.hidden")).expect("made");
        fs::write(root.join("old/a.md"), "a").expect("written");
        perform(&root.join("old"), &root.join("deep/new"), &[rewrite(root, "old/a.md", "a", "A")]).expect("moved");
        assert_eq!(fs::read_to_string(root.join("deep/new/a.md")).expect("read"), "A");
        assert!(root.join("deep/new/.hidden").is_dir() && !root.join("old").exists());
    }
}
