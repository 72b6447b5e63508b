//! What the `.gitignore` files of a project exclude.
//!
//! In: the folders of a walk, from the top down. Out: whether an entry is excluded; the last rule that fits decides.
//!
//! Invariant: a file that cannot be read or a rule that is no pattern excludes nothing.

use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// The rules that hold at the present place of a walk.
#[derive(Default)]
pub(super) struct Gitignores(Vec<Rules>);

struct Rules {
    depth: usize,
    folder: String,
    globs: GlobSet,
    /// For each glob: whether it excludes, and whether it is about folders only.
    meaning: Vec<(bool, bool)>,
}

impl Gitignores {
    /// Enters a folder: the rules of folders beside and below it end, its own begin.
    pub(super) fn enter(&mut self, disk: &Path, folder: &str, depth: usize) {
        self.0.retain(|rules| rules.depth < depth);
        let file = disk.join(".gitignore");
        let small = file.symlink_metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() < 1 << 20);
        if small && let Ok(bytes) = std::fs::read(file) {
            self.0.extend(rules(&String::from_utf8_lossy(&bytes), folder, depth));
        }
    }

    /// Whether an entry is excluded.
    pub(super) fn excludes(&mut self, path: &str, depth: usize, is_folder: bool) -> bool {
        self.0.retain(|rules| rules.depth < depth);
        let decides = |rules: &Rules| {
            let inside = path.strip_prefix(rules.folder.as_str()).map_or(path, |rest| rest.trim_start_matches('/'));
            let fitting = rules.globs.matches(inside).into_iter().filter(|at| is_folder || !rules.meaning[*at].1).max()?;
            Some(rules.meaning[fitting].0)
        };
        self.0.iter().rev().find_map(decides).unwrap_or(false)
    }
}

fn rules(text: &str, folder: &str, depth: usize) -> Option<Rules> {
    let mut globs = GlobSetBuilder::new();
    let mut meaning = Vec::new();
    for line in text.lines().map(str::trim_end).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (excludes, pattern) = line.strip_prefix('!').map_or((true, line), |rest| (false, rest));
        let (folders_only, pattern) = pattern.strip_suffix('/').map_or((false, pattern), |rest| (true, rest));
        let from_here = pattern.contains('/');
        let pattern = pattern.strip_prefix('/').unwrap_or(pattern);
        let glob = if from_here { pattern.to_owned() } else { format!("**/{pattern}") };
        if let Ok(glob) = GlobBuilder::new(&glob).literal_separator(true).backslash_escape(true).build() {
            globs.add(glob);
            meaning.push((excludes, folders_only));
        }
    }
    (!meaning.is_empty()).then(|| globs.build().ok()).flatten().map(|globs| Rules { depth, folder: folder.to_owned(), globs, meaning })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_rule_that_fits_decides() {
        let top = rules("# c\n*.tmp\n/build/\ndocs/old\nlogs/\n!keep.tmp\n", "", 0).expect("rules");
        let below = rules("!x.tmp\n", "a", 1).expect("rules");
        let mut ignores = Gitignores(vec![top, below]);
        let table = [
            ("a/y.tmp", 2, false, true),
            ("a/x.tmp", 2, false, false),
            ("a/keep.tmp", 2, false, false),
            ("a/build", 2, true, false),
            ("docs/old", 2, false, true),
            ("x/docs/old", 3, false, false),
            ("x/logs", 2, true, true),
            ("x/logs", 2, false, false),
            ("x.tmp", 1, false, true),
            ("build", 1, true, true),
        ];
        for (path, depth, is_folder, want) in table {
            assert_eq!(ignores.excludes(path, depth, is_folder), want, "{path}");
        }
    }
}
