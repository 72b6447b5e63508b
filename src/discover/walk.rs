//! The one walk over a project.
//!
//! In: a project, what is ignored, what is never entered. Out: the names of its files, sorted, and what is no plain file.
//!
//! Invariant: the content folder and the folders above it are entered whatever they are called.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use super::gitignore::Gitignores;
use super::project::Project;
use super::{Place, place_of, trouble};
use crate::base::config::{Mode, Settings};
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::path::{SEGMENT_LIMIT, SourcePath, is_markdown};
use crate::base::text::Span;

/// How many files outside of the content are listed.
pub const OUTSIDE_LIMIT: usize = 200_000;

/// What a folder holds that was the output of a build, this one's or another's with `-o`.
const OUTPUT_MARK: &str = ".fourfold/manifest";

/// The names of a project's files, each list sorted.
#[derive(Default)]
pub(super) struct Files {
    /// Pages of the content.
    pub(super) pages: Vec<SourcePath>,
    /// Other files of the content.
    pub(super) others: Vec<SourcePath>,
    /// Files beside the content.
    pub(super) outside: Vec<SourcePath>,
    /// What is in the content and is no plain file with a usable name, in no order.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Walks a project: a handbook's content folder, or the whole of a foreign project.
pub(super) fn files(project: &Project, settings: &Settings, outputs: &[PathBuf]) -> Files {
    let start = match project.mode {
        Mode::Own => project.root.join(&project.content),
        Mode::Foreign => project.root.clone(),
    };
    let ignore = globs(&settings.config.ignore);
    let mut walk = Walk { project, settings, outputs, ignore, gitignores: Gitignores::default(), files: Files::default() };
    let mut entries = WalkDir::new(start).follow_links(false).follow_root_links(false);
    if project.mode == Mode::Foreign {
        // Files beside the content are listed up to a limit, and which those are must not depend on the disk.
        entries = entries.sort_by_file_name();
    }
    let mut entries = entries.into_iter();
    while let Some(entry) = entries.next() {
        match entry {
            Ok(entry) => {
                if !walk.take(&entry) && entry.file_type().is_dir() {
                    entries.skip_current_dir();
                }
            }
            Err(error) => walk.unreadable(&error),
        }
    }
    let mut files = walk.files;
    for list in [&mut files.pages, &mut files.others, &mut files.outside] {
        list.par_sort_unstable();
    }
    files
}

/// The globs that are patterns; the config has already complained of the others.
pub(super) fn globs(patterns: &[String]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for glob in patterns.iter().filter_map(|glob| GlobBuilder::new(glob).literal_separator(true).build().ok()) {
        set.add(glob);
    }
    set.build().unwrap_or_else(|_| GlobSet::empty())
}

/// Whether a folder of that name holds what machines made or fetched.
pub(super) fn is_machine_folder(name: &str) -> bool {
    matches!(name, "node_modules" | "target")
}

/// Whether a folder of that name holds the state of a tool, or what machines made or fetched, behind a dot.
fn is_state(name: &str) -> bool {
    const STATE: &[&str] = &[
        ".git",
        ".hg",
        ".svn",
        ".jj",
        ".obsidian",
        ".trash",
        ".fourfold",
        ".cache",
        ".venv",
        ".tox",
        ".nox",
        ".npm",
        ".yarn",
        ".pnpm-store",
        ".next",
        ".nuxt",
        ".astro",
        ".docusaurus",
        ".svelte-kit",
        ".parcel-cache",
        ".turbo",
        ".terraform",
        ".gradle",
        ".bundle",
        ".direnv",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".jekyll-cache",
        ".sass-cache",
        ".idea",
        ".vs",
        ".ssh",
        ".gnupg",
        ".aws",
    ];
    STATE.contains(&name) || name.ends_with("-staging") || name.starts_with(".Trash")
}

/// Whether a name is hidden, or what an editor or a file manager leaves behind.
pub(super) fn is_leftover(name: &str) -> bool {
    name.starts_with('.') || is_swap(name) || matches!(name, "4913" | "Thumbs.db" | "desktop.ini")
}

fn is_swap(name: &str) -> bool {
    name.ends_with('~') || [".swp", ".swo", ".swx"].iter().any(|end| name.ends_with(end)) || name == ".DS_Store"
}

/// Whether a path of the content is left out for its name or by the config, so that a file there would not be read.
pub fn is_left_out(settings: &Settings, path: &SourcePath) -> bool {
    let inside = settings.in_content(path.as_str()).unwrap_or(path.as_str());
    let names = inside.split('/');
    let folders = inside.rsplit_once('/').map_or("", |(folders, _)| folders).split('/');
    let foreign = settings.mode == Mode::Foreign;
    let ignore = globs(&settings.config.ignore);
    let mut above = inside.match_indices('/').map(|(at, _)| &inside[..at]).chain([inside]);
    names.into_iter().any(is_leftover)
        || folders.into_iter().any(|name| is_machine_folder(name) || (foreign && matches!(name, "_includes" | "_layouts")))
        || above.any(|path| ignore.is_match(path))
}

struct Walk<'a> {
    project: &'a Project,
    settings: &'a Settings,
    outputs: &'a [PathBuf],
    ignore: GlobSet,
    gitignores: Gitignores,
    files: Files,
}

impl Walk<'_> {
    /// Takes one entry; `false` where a folder is not entered.
    fn take(&mut self, entry: &DirEntry) -> bool {
        let below = entry.path().strip_prefix(&self.project.root).unwrap_or(entry.path());
        let Some(path) = relative(below) else {
            let shown = below.to_string_lossy().replace('\\', "/");
            if self.place(&shown) == Place::Content {
                self.report(Code::Encoding, &shown, "this name is not UTF-8".into(), "give it another name");
            }
            return false;
        };
        let place = self.place(&path);
        let is_folder = entry.file_type().is_dir();
        if !(place == Place::Above && is_folder) && self.is_skipped(entry, &path, place) {
            return false;
        }
        if !is_folder {
            self.file(entry, &path, place);
        } else if self.project.mode == Mode::Foreign {
            self.gitignores.enter(entry.path(), &path, entry.depth());
        }
        is_folder
    }

    fn file(&mut self, entry: &DirEntry, path: &str, place: Place) {
        let kind = entry.file_type();
        let Some(source) = SourcePath::new(path) else { return };
        if place == Place::Outside || self.is_behind_a_dot(path) {
            if kind.is_file() && self.files.outside.len() < OUTSIDE_LIMIT {
                self.files.outside.push(source);
            }
        } else if kind.is_symlink() {
            self.report(Code::Symlink, path, "this is a symbolic link, which is never followed".into(), "put the file itself here");
        } else if !kind.is_file() {
            self.report(Code::SpecialFile, path, "this is a pipe, a socket or a device, not a file".into(), "remove it");
        } else if is_markdown(source.file_name()) {
            self.files.pages.push(source);
        } else {
            self.files.others.push(source);
        }
    }

    fn is_skipped(&mut self, entry: &DirEntry, path: &str, place: Place) -> bool {
        let name = path.rsplit('/').next().unwrap_or_default();
        let is_folder = entry.file_type().is_dir();
        let foreign = self.project.mode == Mode::Foreign;
        let unwanted_folder = is_machine_folder(name) || (foreign && matches!(name, "_includes" | "_layouts"));
        // Files behind a dot are never pages, but links may lead to them.
        let hidden = foreign && name.starts_with('.') && !is_swap(name) && !(is_folder && is_state(name));
        if is_leftover(name) && !hidden || (is_folder && unwanted_folder) {
            return true;
        }
        if is_folder && (self.outputs.iter().any(|output| output == entry.path()) || entry.path().join(OUTPUT_MARK).is_file()) {
            return true;
        }
        if self.gitignores.excludes(path, entry.depth(), is_folder) {
            return true;
        }
        if place != Place::Content {
            return false;
        }
        let inside = path.strip_prefix(self.project.content.as_str()).map_or(path, |rest| rest.trim_start_matches('/'));
        if self.ignore.is_match(inside) {
            return true;
        }
        if name.len() > SEGMENT_LIMIT {
            let message = format!("this name is {} bytes long; {SEGMENT_LIMIT} are allowed", name.len());
            self.report(Code::TooLarge, path, message, "give it a shorter name");
            return true;
        }
        false
    }

    fn place(&self, path: &str) -> Place {
        place_of(&self.project.content, path)
    }

    /// Whether a file is hidden below the content.
    fn is_behind_a_dot(&self, path: &str) -> bool {
        let inside = path.strip_prefix(self.project.content.as_str()).unwrap_or(path);
        inside.split('/').any(|part| part.starts_with('.'))
    }

    fn unreadable(&mut self, error: &walkdir::Error) {
        let path = error.path().and_then(|path| path.strip_prefix(&self.project.root).ok()).and_then(relative).unwrap_or_default();
        if self.place(&path) == Place::Outside {
            return;
        }
        let why = error.io_error().map_or_else(|| "it cannot be entered".into(), |error| error.kind().to_string());
        let shown = if path.is_empty() { "./" } else { path.as_str() };
        self.report(
            Code::Unreadable,
            &path,
            format!("the folder `{shown}` cannot be read: {why}"),
            "check that it is there and may be read",
        );
    }

    fn report(&mut self, code: Code, path: &str, message: String, help: &str) {
        self.files.diagnostics.extend(trouble(self.settings, code, SourcePath::new(path).as_ref(), Span::default(), message, help));
    }
}

/// A path below the root, `/`-separated; `None` where a name is not UTF-8.
pub(super) fn relative(path: &Path) -> Option<String> {
    let mut out = String::with_capacity(path.as_os_str().len());
    for part in path {
        if !out.is_empty() {
            out.push('/');
        }
        out.push_str(part.to_str()?);
    }
    Some(out)
}
