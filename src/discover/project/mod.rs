//! Finds out what was pointed at: a handbook of our own or any folder of Markdown, and where its content lies.
//!
//! In: the folder named on the command line, the working directory, the disk. Out: a `Project`.
//!
//! Invariant: other tools' files are only looked into; whatever is wrong with them, there is an answer.
//! Invariant: the content lies inside the project root and is reached without following a symbolic link below it.

mod generators;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::base::config::Mode;
use crate::base::path::SourcePath;

/// The config of a handbook of our own.
pub const CONFIG_FILE: &str = "handbook.toml";

/// What a folder is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Project {
    /// The folder that reading never leaves; absolute.
    pub root: PathBuf,
    /// The content folder, relative to the root, `/`-separated; empty where they are the same.
    pub content: String,
    /// Own handbook or foreign folder.
    pub mode: Mode,
    /// Which content was chosen and why, in words.
    pub why: String,
    /// The config; a foreign folder has none.
    pub config_file: Option<SourcePath>,
    /// Where the site goes without `-o`.
    pub default_output: PathBuf,
    /// Folders, relative to the root, whose files answer at the site's root.
    pub static_roots: Vec<String>,
    /// Whether an editor keeps this folder as a vault.
    pub vault: bool,
}

/// Why there is no project.
#[derive(Debug)]
pub enum ProjectError {
    /// The folder cannot be entered.
    Unreadable(PathBuf, io::Error),
    /// It is a file.
    NotAFolder(PathBuf),
    /// Its name below the project root is not UTF-8.
    Name(PathBuf),
}

impl fmt::Display for ProjectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, error) => write!(f, "cannot read the folder {}: {error}", path.display()),
            Self::NotAFolder(path) => write!(f, "{} is a file; name the folder that holds the pages", path.display()),
            Self::Name(path) => write!(f, "the name of the folder {} is not UTF-8", path.display()),
        }
    }
}

impl std::error::Error for ProjectError {}

/// Looks at a folder; without one, at the working directory and its ancestors.
pub fn project(root: Option<&Path>, cwd: &Path) -> Result<Project, ProjectError> {
    let named = root.map_or_else(|| cwd.to_owned(), |root| cwd.join(root));
    let folder = named.canonicalize().map_err(|error| ProjectError::Unreadable(named.clone(), error))?;
    if !folder.is_dir() {
        return Err(ProjectError::NotAFolder(named));
    }
    let has_config = |above: &&Path| has_config(above, *above == folder);
    let own = match root {
        None => folder.ancestors().find(has_config),
        Some(_) => folder.ancestors().find(|above| has_config(above) && (*above == folder || folder.starts_with(above.join("content")))),
    };
    match own {
        Some(own) => Ok(own_handbook(own)),
        None => foreign_folder(&folder),
    }
}

/// Whether a folder has a config. One that cannot be looked at is there, so that reading it says why: a handbook is not to be
/// taken for a folder of somebody else because a disk fails. Folders above may be none of our business.
fn has_config(folder: &Path, is_named: bool) -> bool {
    match folder.join(CONFIG_FILE).metadata() {
        Ok(metadata) => metadata.is_file(),
        Err(error) => match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => false,
            io::ErrorKind::PermissionDenied => is_named,
            _ => true,
        },
    }
}

fn own_handbook(root: &Path) -> Project {
    Project {
        root: root.to_owned(),
        content: "content".into(),
        mode: Mode::Own,
        why: format!("{CONFIG_FILE}: content/"),
        config_file: SourcePath::new(CONFIG_FILE),
        default_output: root.join("public"),
        static_roots: Vec::new(),
        vault: false,
    }
}

fn foreign_folder(folder: &Path) -> Result<Project, ProjectError> {
    let root = project_root(folder);
    let found = generators::find(folder);
    let below = |path: &Path| -> Option<String> {
        let parts = path.strip_prefix(root).ok()?.iter().map(|part| part.to_str());
        Some(parts.collect::<Option<Vec<_>>>()?.join("/"))
    };
    let content_folder = if found.content.is_empty() { folder.to_owned() } else { folder.join(&found.content) };
    let content = below(&content_folder).ok_or_else(|| ProjectError::Name(content_folder.clone()))?;
    let vault = [root, folder, &content_folder].iter().any(|place| place.join(".obsidian").is_dir());
    let static_roots = static_roots(root, &content_folder).iter().filter_map(|path| below(path)).collect();
    let default_output = folder.join("_site");
    let list = ["SUMMARY.md", "_sidebar.md", "_Sidebar.md"].into_iter().find(|name| content_folder.join(name).is_file());
    Ok(Project {
        root: root.to_owned(),
        content,
        mode: Mode::Foreign,
        why: list.map_or(found.why.clone(), |list| ordered(&found.why, list)),
        config_file: None,
        default_output,
        static_roots,
        vault,
    })
}

/// Why a content was chosen, with the file that gives its order: `MkDocs: docs/, order from mkdocs.yml nav`.
pub fn ordered(why: &str, from: &str) -> String {
    let why = why.split(", order from ").next().unwrap_or(why);
    let named = why.rsplit_once(" (").filter(|(_, config)| config.trim_end_matches(')') == from.split(' ').next().unwrap_or(from));
    format!("{}, order from {from}", named.map_or(why, |(short, _)| short))
}

/// The nearest folder, at most two levels up, that is somebody's project; a content folder's parent counts as one also
/// where a licence or a package file says that it is the top of a repository.
fn project_root(folder: &Path) -> &Path {
    let near = || folder.ancestors().take(3);
    let handbook = near().find(|above| above.join(CONFIG_FILE).is_file());
    let project = || near().find(|above| above.join(".git").exists() || generators::is_project(above));
    let named_as_content = folder.file_name().and_then(|name| name.to_str()).is_some_and(|name| CONTENT_NAMES.contains(&name));
    let repository = || folder.parent().filter(|parent| named_as_content && is_repository_top(parent));
    handbook.or_else(project).or_else(repository).unwrap_or(folder)
}

const CONTENT_NAMES: &[&str] = &["content", "contents", "doc", "docs", "pages", "site", "source", "src", "handbook"];

fn is_repository_top(folder: &Path) -> bool {
    const FILES: &[&str] =
        &["LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "LICENCE.md", "COPYING", "package.json", "Gemfile", ".gitignore"];
    FILES.iter().any(|name| folder.join(name).is_file())
}

/// Folders named as static ones are, from the root down to the content, that are no content themselves.
fn static_roots(root: &Path, content: &Path) -> Vec<PathBuf> {
    let mut places: Vec<&Path> = content.ancestors().take_while(|above| above.starts_with(root)).collect();
    places.reverse();
    let named = places.iter().flat_map(|place| ["static", "public", "assets", ".vuepress/public"].map(|name| place.join(name)));
    named.filter(|path| is_real_folder(path) && !content.starts_with(path)).collect()
}

/// Whether a path is a folder and no symbolic link to one.
fn is_real_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir())
}

#[cfg(test)]
mod tests;
