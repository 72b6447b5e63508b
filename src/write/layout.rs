//! The folders of a tree, from the paths of its files.
//!
//! In: sorted paths. Out: which folders there are, which of them hold other folders, and runs of files that lie together.
//!
//! Invariant: a folder without folders in it (a leaf) has one run, so that one task can make it or remove it with all its files.

use std::ops::Range;

use rustc_hash::FxHashSet;

/// The shape of a tree.
pub(super) struct Layout<'a> {
    /// Folders that hold folders, parents first; the root is left out.
    pub(super) inner: Vec<&'a str>,
    /// Neighbouring files of one folder.
    pub(super) runs: Vec<Run<'a>>,
    folders: FxHashSet<&'a str>,
}

/// Files that follow each other in order and lie in one folder.
pub(super) struct Run<'a> {
    /// The folder; empty for the root.
    pub(super) folder: &'a str,
    /// Whether no other run or folder needs this folder.
    pub(super) leaf: bool,
    /// The places of the files in the sorted paths.
    pub(super) files: Range<usize>,
}

/// The folder of a path; empty for a file at the root.
pub(super) fn folder_of(path: &str) -> &str {
    path.rfind('/').map_or("", |cut| &path[..cut])
}

/// The folders around a path, innermost first, without the root.
pub(super) fn folders_of(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder_of(path)), |folder| Some(folder_of(folder))).take_while(|folder| !folder.is_empty())
}

impl<'a> Layout<'a> {
    /// Reads the shape of a tree off the sorted paths of its files.
    pub(super) fn new(paths: impl Iterator<Item = &'a str>) -> Self {
        let (mut folders, mut inner, mut runs) = (FxHashSet::default(), FxHashSet::default(), Vec::<Run<'a>>::new());
        let mut parents = Vec::new();
        for (at, path) in paths.enumerate() {
            let folder = folder_of(path);
            match runs.last_mut() {
                Some(run) if run.folder == folder => run.files.end = at + 1,
                _ => runs.push(Run { folder, leaf: false, files: at..at + 1 }),
            }
            if folder.is_empty() || !folders.insert(folder) {
                continue;
            }
            for parent in folders_of(folder) {
                if !inner.insert(parent) {
                    break;
                }
                folders.insert(parent);
                parents.push(parent);
            }
        }
        for run in &mut runs {
            run.leaf = !run.folder.is_empty() && !inner.contains(run.folder);
        }
        parents.sort_unstable();
        Self { inner: parents, runs, folders }
    }

    /// Whether a path is a folder of this tree; the root is not.
    pub(super) fn has_folder(&self, path: &str) -> bool {
        self.folders.contains(path)
    }

    /// Every folder but the root, parents first.
    pub(super) fn folders(&self) -> Vec<&'a str> {
        let leaves = self.runs.iter().filter(|run| run.leaf).map(|run| run.folder);
        let mut all: Vec<&str> = self.inner.iter().copied().chain(leaves).collect();
        all.sort_unstable();
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leaf_has_one_run_and_parents_come_first() {
        let paths = ["a-b/x", "a/1", "a/b/c/2", "a/b/c/3", "a/d", "a/e/4", "z"];
        let layout = Layout::new(paths.into_iter());
        assert_eq!(layout.inner, ["a", "a/b"]);
        assert_eq!(layout.folders(), ["a", "a-b", "a/b", "a/b/c", "a/e"]);
        let runs: Vec<_> = layout.runs.iter().map(|run| (run.folder, run.leaf, run.files.clone())).collect();
        assert_eq!(
            runs,
            [("a-b", true, 0..1), ("a", false, 1..2), ("a/b/c", true, 2..4), ("a", false, 4..5), ("a/e", true, 5..6), ("", false, 6..7)]
        );
        assert!(layout.has_folder("a/b") && !layout.has_folder("a/1") && !layout.has_folder(""));
    }
}
