//! What the files of other tools say about a foreign folder as a whole.
//!
//! In: a project and the names of its files. Out: `Signposts`: the list of contents, titles and places of folders, languages,
//! where the site is served, former addresses.
//!
//! Invariant: other tools' files are only looked into; what cannot be read says nothing.

mod folders;
mod languages;
mod lists;
mod names;
mod site;

use std::path::Path;

use super::project::Project;
use crate::base::config::Mode;
use crate::base::path::{SourcePath, join};
use crate::base::signposts::{Entry, Signposts};
use crate::base::tree::{Node, Value, yaml};
use folders::About;
use lists::List;
use names::Names;

/// Files with a list of contents, the key that holds it (none where the file is the list), and what is said of it.
const LISTS: &[(&str, Option<&str>, &str)] = &[
    ("mkdocs.yml", Some("nav"), "mkdocs.yml nav"),
    ("mkdocs.yaml", Some("nav"), "mkdocs.yaml nav"),
    ("sidebars.json", None, "sidebars.json"),
    ("docs.json", Some("navigation"), "docs.json"),
    ("mint.json", Some("navigation"), "mint.json"),
    ("_toc.yml", None, "_toc.yml"),
    ("toc.yml", None, "toc.yml"),
];

/// Reads what other tools' files say; nothing for a handbook of our own.
pub(super) fn read<'a>(
    project: &Project,
    pages: impl Iterator<Item = &'a SourcePath>,
    others: impl Iterator<Item = &'a SourcePath>,
) -> Signposts {
    if project.mode == Mode::Own {
        return Signposts::default();
    }
    let content = project.content.as_str();
    let below = |path: &SourcePath| -> Option<String> {
        let path = path.as_str();
        if content.is_empty() { Some(path.to_owned()) } else { path.strip_prefix(content)?.strip_prefix('/').map(str::to_owned) }
    };
    let pages: Vec<String> = pages.filter_map(below).collect();
    let mut pages: Vec<&str> = pages.iter().map(String::as_str).collect();
    pages.sort_unstable();
    let names = Names::new(&pages);
    let abouts: Vec<About> = others.filter_map(below).filter_map(|path| about(project, &path)).collect();

    let mut signposts = Signposts {
        languages: languages::languages(&pages),
        folders: abouts.iter().map(About::folder).filter(|folder| folder.title.is_some() || folder.weight.is_some()).collect(),
        ..Signposts::default()
    };
    add_list(project, &names, &abouts, &mut signposts);
    add_served(project, &mut signposts);
    below_root(content, &mut signposts);
    signposts
}

/// Whether a file behind a dot says something about its folder or the site.
pub(super) fn is_one(name: &str) -> bool {
    folders::FILES.contains(&name) || name.starts_with(".gitbook.")
}

/// A file that says something about its folder; `path` is below the content.
fn about(project: &Project, path: &str) -> Option<About> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    folders::FILES.contains(&name).then(|| About::new(folder, name, &text(project, &project.content, path).unwrap_or_default()))
}

/// The list of contents: of a config near the content, else of the files in its folders.
fn add_list<'a>(project: &Project, names: &'a Names<'a>, abouts: &[About], signposts: &mut Signposts) {
    let mut place = Some(project.content.as_str());
    while let Some(folder) = place {
        for (name, key, said) in LISTS {
            let Some(node) = text(project, folder, name).and_then(|text| list_of(&text, *key)) else { continue };
            let mut list = List::new(names);
            list.read(&node);
            if !list.entries.is_empty() {
                take(list, said, signposts);
                return;
            }
        }
        place = (!folder.is_empty()).then(|| folder.rsplit_once('/').map_or("", |(above, _)| above));
    }
    if folders::give_order(abouts) {
        take(folders::in_order(names, abouts), ".pages", signposts);
    }
}

fn take(list: List<'_>, said: &str, signposts: &mut Signposts) {
    signposts.from = said.to_owned();
    signposts.entries = list.entries;
    signposts.sections = list.sections;
}

fn list_of(text: &str, key: Option<&str>) -> Option<Node> {
    let node = yaml::value(text)?;
    match (key, node.value) {
        // Each key of a file of sidebars is the name of one of them, which nobody reads.
        (None, Value::Table(entries)) if entries.iter().all(|entry| matches!(entry.node.value, Value::List(_))) => {
            Some(Node { value: Value::List(entries.into_iter().map(|entry| entry.node).collect()), ..node })
        }
        (None, value) => Some(Node { value, ..node }),
        (Some(key), Value::Table(entries)) => entries.into_iter().find(|entry| entry.key == key).map(|entry| entry.node),
        _ => None,
    }
}

/// Where the site is served, and what has moved: configs at the content, above it and at its neighbours' places count.
fn add_served(project: &Project, signposts: &mut Signposts) {
    let mut place = Some(project.content.as_str());
    while let Some(folder) = place {
        let served = site::served(&|name| text(project, folder, name));
        signposts.own_urls.extend(served.own_urls);
        signposts.base_paths.extend(served.base_paths);
        signposts.language = signposts.language.take().or(served.language);
        for name in ["CNAME", "static/CNAME", "public/CNAME"] {
            signposts.own_urls.extend(text(project, folder, name).and_then(|text| site::cname(&text)));
        }
        for name in [".gitbook.yaml", ".gitbook.yml"] {
            signposts.redirects.extend(text(project, folder, name).map(|text| site::redirects(&text)).unwrap_or_default());
        }
        place = (!folder.is_empty()).then(|| folder.rsplit_once('/').map_or("", |(above, _)| above));
    }
}

/// Paths are below the content until all is read; then they are below the root.
fn below_root(content: &str, signposts: &mut Signposts) {
    let whole = |path: &mut String| {
        if !content.is_empty() {
            *path = if path.is_empty() { content.to_owned() } else { format!("{content}/{path}") };
        }
    };
    let Signposts { entries, folders, languages, .. } = signposts;
    entries.iter_mut().for_each(|Entry { path, .. }| whole(path));
    folders.iter_mut().for_each(|folder| whole(&mut folder.path));
    languages.iter_mut().for_each(|(folder, _)| whole(folder));
}

/// The text of a file of another tool; a large one, a link or anything that is no file says nothing.
fn text(project: &Project, folder: &str, name: &str) -> Option<String> {
    let path = project.root.join(join(folder, name)?);
    read_small(&path)
}

fn read_small(path: &Path) -> Option<String> {
    let metadata = path.symlink_metadata().ok()?;
    let small = metadata.is_file() && metadata.len() < 1 << 20;
    let bytes = small.then(|| std::fs::read(path).ok())??;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
