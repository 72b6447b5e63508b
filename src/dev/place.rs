//! Which places of a project are watched, and what a change in them is about.
//!
//! In: a project. Out: the folders to watch, and for a path what a change there asks for.
//!
//! Invariant: the output, its staging folder, `.fourfold` and `.git` ask for nothing, wherever they are; but when another commit is
//! checked out, the days of pages change.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::base::config::Mode;
use crate::base::path::SourcePath;
use crate::discover::project::{CONFIG_FILE, Project};
use crate::discover::repository::Repository;

use super::watch::Target;

/// What a change of a path asks for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Concern {
    /// Nothing.
    Nothing,
    /// A look at the content.
    Content,
    /// Reading the config and the theme again, and a look at the content.
    Inputs,
}

/// Where the folders of themes lie.
const THEMES: &str = "themes";

/// The folders outside of the content that hold these files.
pub(super) fn beside<'a>(project: &Project, files: impl Iterator<Item = &'a SourcePath>) -> BTreeSet<PathBuf> {
    let content = project.root.join(&project.content);
    files.map(|file| project.root.join(file.folder())).filter(|folder| !folder.starts_with(&content)).collect()
}

/// Where things are.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) project: &'a Project,
    pub(super) repository: Option<&'a Repository>,
    /// Folders that are never entered.
    pub(super) outputs: &'a [PathBuf],
    /// Folders outside of the content that pages take texts from.
    pub(super) beside: &'a BTreeSet<PathBuf>,
}

/// What a change of a path asks for.
pub(super) fn concern(ground: Ground<'_>, path: &Path) -> Concern {
    let Ground { project, repository, outputs, beside } = ground;
    if repository.is_some_and(|repository| repository.tells(path)) {
        return Concern::Inputs;
    }
    let Ok(below) = path.strip_prefix(&project.root) else {
        let is_gits = repository.is_some_and(|of| path.starts_with(&of.own) || path.starts_with(&of.shared));
        return if is_gits { Concern::Nothing } else { Concern::Inputs };
    };
    // A repository that has just been made.
    if repository.is_none() && below == Path::new(".git") {
        return Concern::Inputs;
    }
    let mut parts = below.iter().map(|part| part.to_string_lossy());
    if outputs.iter().any(|output| path.starts_with(output)) || parts.any(|part| matches!(&*part, ".git" | ".fourfold")) {
        return Concern::Nothing;
    }
    let content = project.root.join(&project.content);
    match project.mode {
        // The project's own folder was moved, or is another one.
        _ if path == project.root => Concern::Inputs,
        _ if path.starts_with(&content) => Concern::Content,
        Mode::Own if below.starts_with(THEMES) || below == Path::new(CONFIG_FILE) => Concern::Inputs,
        Mode::Own if path.parent().is_some_and(|folder| beside.contains(folder)) => Concern::Content,
        Mode::Own => Concern::Nothing,
        Mode::Foreign => Concern::Inputs,
    }
}

/// The folders to watch.
pub(super) fn targets(ground: Ground<'_>) -> Vec<Target> {
    let Ground { project, repository, outputs, beside } = ground;
    let root = &project.root;
    let content = root.join(&project.content);
    let mut targets = vec![Target { folder: root.clone(), deep: false }];
    targets.extend(beside.iter().filter(|folder| *folder != root).map(|folder| Target { folder: folder.clone(), deep: false }));
    if let Some(repository) = repository {
        let Repository { own, shared, .. } = repository;
        let shallow = [own.clone(), own.join("logs"), shared.clone()];
        targets.extend(shallow.into_iter().map(|folder| Target { folder, deep: false }));
        targets.push(Target { folder: repository.branches(), deep: true });
    }
    if project.mode == Mode::Own {
        targets.push(Target { folder: root.join(THEMES), deep: true });
    }
    if content != *root {
        targets.push(Target { folder: content, deep: true });
        return targets;
    }
    // A folder of anything may hold the work of machines beside its pages, which is not worth a watch.
    let Ok(entries) = std::fs::read_dir(root) else { return targets };
    for entry in entries.filter_map(Result::ok) {
        let (folder, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && !name.starts_with('.') && !matches!(&*name, "node_modules" | "target") && !outputs.contains(&folder) {
            targets.push(Target { folder, deep: true });
        }
    }
    targets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_asks_for_what_it_is_about() {
        let project = Project {
            root: "/h".into(),
            content: "content".into(),
            mode: Mode::Own,
            why: String::new(),
            config_file: None,
            default_output: "/h/public".into(),
            static_roots: Vec::new(),
            vault: false,
        };
        let outputs = [PathBuf::from("/h/public"), PathBuf::from("/h/content/_site")];
        let beside = beside(&project, [SourcePath::new("src/lib.rs"), SourcePath::new("content/a.md")].iter().flatten());
        assert_eq!(beside, [PathBuf::from("/h/src")].into());
        let repository = Repository { top: "/h".into(), own: "/g/trees/h".into(), shared: "/g".into() };
        let table = [
            ("/g/trees/h/HEAD", Concern::Inputs),
            ("/g/refs/heads/main", Concern::Inputs),
            ("/g/trees/h/index", Concern::Nothing),
            ("/h/src/lib.rs", Concern::Content),
            ("/h/src/deep/x.rs", Concern::Nothing),
            ("/h", Concern::Inputs),
            ("/h/content/a.md", Concern::Content),
            ("/h/content", Concern::Content),
            ("/h/content/_site/a", Concern::Nothing),
            ("/h/content/.git/HEAD", Concern::Nothing),
            ("/h/handbook.toml", Concern::Inputs),
            ("/h/themes/default/assets/style.css", Concern::Inputs),
            ("/h/public/index.html", Concern::Nothing),
            ("/h/.fourfold/x", Concern::Nothing),
            ("/h/README.md", Concern::Nothing),
        ];
        let ground = Ground { project: &project, repository: Some(&repository), outputs: &outputs, beside: &beside };
        for (path, want) in table {
            assert_eq!(concern(ground, Path::new(path)), want, "{path}");
        }
        assert_eq!(concern(Ground { repository: None, ..ground }, Path::new("/h/.git")), Concern::Inputs, "it has become a repository");
    }
}
