//! The Git repository that a project lies in, as its folders tell.
//!
//! In: a folder. Out: where the repository keeps what it knows.
//!
//! Invariant: only names and two short files of Git's own are looked at; what they say is a place and nothing more.

use std::fs;
use std::path::{Path, PathBuf};

/// A repository.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Repository {
    /// The folder that holds all of its files.
    pub top: PathBuf,
    /// What Git keeps for these files: which commit is checked out.
    pub own: PathBuf,
    /// What Git keeps for all work trees of the repository: its commits and its config.
    pub shared: PathBuf,
}

impl Repository {
    /// The repository that a folder lies in, the nearest one above it.
    pub fn around(folder: &Path) -> Option<Self> {
        folder.ancestors().find_map(Self::at)
    }

    fn at(top: &Path) -> Option<Self> {
        let git = top.join(".git");
        let own = if git.is_dir() { git } else { named(&git, "gitdir:").map(|place| top.join(place))? };
        let shared = named(&own.join("commondir"), "").map_or_else(|| own.clone(), |place| own.join(place));
        // Events of the disk come with paths that have no detours.
        let shared = shared.canonicalize().unwrap_or(shared);
        Some(Self { top: top.to_owned(), own, shared })
    }

    /// Whether something in a file of Git's says which commit is checked out, or how much of the history is there.
    pub fn tells(&self, file: &Path) -> bool {
        let of_this = ["HEAD", "logs/HEAD", "shallow"].iter().any(|name| file == self.own.join(name) || file == self.shared.join(name));
        of_this || file == self.shared.join("packed-refs") || file.starts_with(self.branches())
    }

    /// The way from the top to a folder in it, `/`-separated.
    pub fn below(&self, folder: &Path) -> Option<String> {
        let parts: Option<Vec<&str>> = folder.strip_prefix(&self.top).ok()?.iter().map(|part| part.to_str()).collect();
        Some(parts?.join("/"))
    }

    /// Where the branches are.
    pub fn branches(&self) -> PathBuf {
        self.shared.join("refs/heads")
    }
}

/// A place that a file of one line names behind a word.
fn named(file: &Path, word: &str) -> Option<PathBuf> {
    let text = fs::read_to_string(file).ok().filter(|text| text.len() < 4096)?;
    Some(PathBuf::from(text.strip_prefix(word)?.trim())).filter(|place| !place.as_os_str().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_lies_below_the_top() {
        let repository = Repository { top: "/r".into(), own: "/r/.git".into(), shared: "/r/.git".into() };
        assert_eq!(repository.below(Path::new("/r/docs/guide")).as_deref(), Some("docs/guide"));
        assert_eq!((repository.below(Path::new("/r")).as_deref(), repository.below(Path::new("/x"))), (Some(""), None));
    }

    #[test]
    fn a_second_work_tree_shares_the_commits_of_the_first() {
        let place = tempfile::tempdir().expect("a folder");
        let at = |path: &str| place.path().join(path);
        for folder in ["one/.git/worktrees/two", "one/.git/refs/heads", "two/docs/content"] {
            fs::create_dir_all(at(folder)).expect("a folder");
        }
        fs::write(at("two/.git"), format!("gitdir: {}\n", at("one/.git/worktrees/two").display())).expect("a file");
        fs::write(at("one/.git/worktrees/two/commondir"), "../..\n").expect("a file");
        let one = Repository::around(&at("one")).expect("a repository");
        assert_eq!((&one.top, &one.own, &one.shared), (&at("one"), &at("one/.git"), &at("one/.git")));
        let two = Repository::around(&at("two/docs/content")).expect("a repository");
        assert_eq!((&two.top, &two.own), (&at("two"), &at("one/.git/worktrees/two")));
        assert_eq!(two.shared.canonicalize().expect("a folder"), at("one/.git").canonicalize().expect("a folder"));
        assert!(two.tells(&two.own.join("logs/HEAD")) && two.tells(&two.branches().join("main")) && !two.tells(&two.own.join("index")));
        assert_eq!(Repository::around(place.path()), None);
    }
}
