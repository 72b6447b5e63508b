//! Links by path: what the file system, a web server or another generator would make of them.
//!
//! In: a page, a destination, the names. Out: what the destination means, and by which rule. The rules are tried in the
//! order given here, first exactly, then without regard to case; the first that finds something decides.

use std::borrow::Cow;

use crate::base::key::fold;
use crate::base::path::{SourcePath, bare_path, is_markdown, join, markdown_stem};

use super::names::{Asker, Claimant, NameKind};
use super::{How, Site};

/// What a destination means.
pub type Found = (How, Claimant);

/// The files that stand for their folder, the first one wins.
const INDEX: [&str; 6] = ["README.md", "readme.md", "Readme.md", "index.md", "_index.md", "index.mdx"];
/// The same in unusual spellings, found without regard to case.
const INDEX_FOLDED: [&str; 5] = ["readme.md", "index.md", "_index.md", "readme.markdown", "index.markdown"];
/// The endings that a link may leave out; those of templates stand for pages that another generator makes.
const ENDINGS: [&str; 6] = [".md", ".mdx", ".markdown", ".html.md", ".html.md.erb", ".md.erb"];

/// Folders that some tools serve at the root of a site.
const CALLED_ROOT: [&str; 4] = ["docs", "source", "src", "images"];

/// Where a path may start; it is put together when it is asked for, since the first start is mostly the right one.
struct Start<'a> {
    how: How,
    folder: Cow<'a, str>,
    path: &'a str,
}

impl Start<'_> {
    fn path(&self, trailing: &str) -> Option<String> {
        let mut joined = join(&self.folder, self.path)?;
        joined.push_str(trailing);
        Some(joined)
    }
}

/// Resolves a destination of a Markdown link: `destination` is decoded and has no query and no fragment.
pub fn resolve(site: &Site<'_>, asker: &mut Asker<'_>, from: &SourcePath, destination: &str) -> Option<Found> {
    let starts = starts(site, from, destination);
    let trailing = if destination.ends_with('/') && destination.len() > 1 { "/" } else { "" };
    for folded in [false, true] {
        for start in &starts {
            if let Some(found) = start.path(trailing).and_then(|path| file_or_folder(asker, &path, folded)) {
                let how = if folded { How::Case } else { start.how };
                return Some((how, found));
            }
        }
    }
    by_address(site, asker, from, destination)
        .or_else(|| by_bare_path(asker, &starts, destination))
        .or_else(|| by_unique_name(site, asker, destination))
}

/// Resolves a path below the content root, as an absolute address of this site names one.
pub fn resolve_own_site(site: &Site<'_>, asker: &mut Asker<'_>, from: &SourcePath, path: &str) -> Option<Found> {
    let path = format!("/{}", path.trim_start_matches('/'));
    resolve(site, asker, from, &path)
}

/// Resolves a path below the project root, as the address of a file on a code host names one; leading folders that the
/// content's own path ends with may be missing below the root, where only a part of the repository is here.
pub fn resolve_repository(site: &Site<'_>, asker: &mut Asker<'_>, path: &str) -> Option<Found> {
    let trailing = if path.ends_with('/') { "/" } else { "" };
    let whole = join("", path)?;
    let mut tries = vec![whole.clone()];
    let content: Vec<&str> = site.content_folders();
    for count in (1..=content.len()).rev() {
        let lead = content[content.len() - count..].join("/");
        if let Some(rest) = whole.strip_prefix(&lead).and_then(|rest| rest.strip_prefix('/')) {
            tries.push(rest.to_owned());
            tries.push(site.below_content(rest));
        }
    }
    for folded in [false, true] {
        for path in &tries {
            if let Some(found) = file_or_folder(asker, &format!("{path}{trailing}"), folded) {
                return Some((if folded { How::Case } else { How::Exact }, found));
            }
        }
    }
    None
}

/// The places that a destination may start from, the likeliest first.
fn starts<'a>(site: &Site<'a>, from: &'a SourcePath, destination: &'a str) -> Vec<Start<'a>> {
    let mut starts = Vec::with_capacity(4);
    let mut add = |how, folder: Cow<'a, str>, path| starts.push(Start { how, folder, path });
    if let Some(path) = destination.strip_prefix("@/") {
        add(How::Exact, site.content.into(), path);
    } else if let Some(path) = destination.strip_prefix("@site/") {
        add(How::Exact, "".into(), path);
    } else if let Some(path) = destination.strip_prefix('/') {
        from_root(site, path, &mut add);
        for folder in translations(site, from) {
            add(How::Exact, folder.into(), path);
        }
        for base in &site.signposts.base_paths {
            match path.strip_prefix(base.as_str()) {
                Some("") => from_root(site, "", &mut add),
                Some(rest) => rest.strip_prefix('/').into_iter().for_each(|rest| from_root(site, rest, &mut add)),
                None => {}
            }
        }
    } else {
        let as_file = (Cow::Borrowed(from.folder()), How::Exact);
        let as_url = match from.is_index() {
            false => (format!("{}/{}", from.folder(), from.stem()).into(), How::Url),
            true => (from.folder().rsplit_once('/').map_or("", |(parent, _)| parent).into(), How::Url),
        };
        let readings = if site.urls_first && is_url_like(destination) && !from.is_index() { [as_url, as_file] } else { [as_file, as_url] };
        for (folder, how) in readings {
            add(how, folder, destination);
        }
        add(How::Root, site.content.into(), destination);
        add(How::Root, "".into(), destination);
        for root in site.static_roots {
            add(How::Root, root.into(), destination);
        }
    }
    starts
}

/// The places that a path with a leading `/` may start from: the content, the project, static folders, and the folders
/// between, which hold the content of all languages or the folder that the content is called by.
fn from_root<'a>(site: &Site<'a>, path: &'a str, add: &mut impl FnMut(How, Cow<'a, str>, &'a str)) {
    add(How::Exact, site.content.into(), path);
    add(How::Exact, "".into(), path);
    for root in site.static_roots {
        add(How::Exact, root.into(), path);
    }
    let mut above = site.content;
    while let Some((folder, _)) = above.rsplit_once('/') {
        add(How::Exact, folder.into(), path);
        above = folder;
    }
    for folder in CALLED_ROOT {
        add(How::Exact, site.below_content(folder).into(), path);
        if !site.content.is_empty() {
            add(How::Exact, folder.into(), path);
        }
    }
}

/// The folders of translations whose pages may be meant from the root: that of the page, and that of the language of the
/// site, which some tools serve there.
fn translations<'a>(site: &Site<'a>, from: &SourcePath) -> impl Iterator<Item = &'a str> {
    let signposts = site.signposts;
    let own = signposts.language_of(from.as_str()).map(|(folder, _)| folder);
    let language = signposts.language.as_deref().unwrap_or("en");
    let of_site = signposts.languages.iter().filter(move |(_, tag)| tag == language || language.starts_with(&format!("{tag}-")));
    own.into_iter().chain(of_site.map(|(folder, _)| folder.as_str()))
}

/// Whether a destination may be meant as an address: relative, and its last part has no ending.
pub fn is_url_like(destination: &str) -> bool {
    let last = destination.trim_end_matches('/').rsplit('/').next().unwrap_or("");
    let ending = last.rsplit_once('.').map_or("", |(stem, ending)| if stem.is_empty() { "" } else { ending });
    let has_ending = !destination.ends_with('/') && (1..=5).contains(&ending.len()) && ending.chars().all(|c| c.is_ascii_alphanumeric());
    !destination.is_empty() && !destination.starts_with(['/', '@']) && !has_ending
}

/// The file reading and the address reading of a relative destination, where both find something.
pub fn readings(site: &Site<'_>, asker: &mut Asker<'_>, from: &SourcePath, destination: &str) -> (Option<Claimant>, Option<Claimant>) {
    let trailing = if destination.ends_with('/') { "/" } else { "" };
    let mut find = |folder: &str| {
        let path = join(folder, destination)?;
        site.is_in_content(&path).then(|| file_or_folder(asker, &format!("{path}{trailing}"), false)).flatten()
    };
    let file = find(from.folder());
    let url = if from.is_index() { file.clone() } else { find(&format!("{}/{}", from.folder(), from.stem())) };
    (file, url)
}

/// A file of that path, the page of a folder, or a page whose ending was left out.
fn file_or_folder(asker: &mut Asker<'_>, path: &str, folded: bool) -> Option<Claimant> {
    let is_folder = path.ends_with('/');
    let path = path.trim_end_matches('/');
    if !is_folder
        && !path.is_empty()
        && let Some(found) = file(asker, path, folded)
    {
        return Some(found);
    }
    let folder = if path.is_empty() { Some(String::new()) } else { folder(asker, path, folded) };
    if let Some(folder) = folder {
        if let Some(index) = index_of(asker, &folder) {
            return Some(index);
        }
        let sibling = file(asker, &format!("{path}.md"), folded);
        return sibling.or_else(|| (!folder.is_empty()).then_some(Claimant::Folder(folder)));
    }
    if let Some(found) = ENDINGS.iter().find_map(|ending| file(asker, &format!("{path}{ending}"), folded)) {
        return Some(found);
    }
    let stem = path.strip_suffix(".html").or_else(|| path.strip_suffix(".htm"));
    if let Some(stem) = stem {
        let made_there = [".html.erb"];
        if let Some(found) = ENDINGS.iter().chain(&made_there).find_map(|ending| file(asker, &format!("{stem}{ending}"), folded)) {
            return Some(found);
        }
        if let Some(folder) = stem.strip_suffix("index").filter(|rest| rest.is_empty() || rest.ends_with('/')) {
            return index_of(asker, folder.trim_end_matches('/'));
        }
    }
    index_by_another_name(asker, path, folded)
}

/// `x/index.md` where the folder's page has another of the names, or is `x.md` beside the folder.
fn index_by_another_name(asker: &mut Asker<'_>, path: &str, folded: bool) -> Option<Claimant> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = markdown_stem(name).unwrap_or(name);
    if !crate::base::path::is_index_stem(stem) {
        return None;
    }
    index_of(asker, folder).or_else(|| if folder.is_empty() { None } else { file(asker, &format!("{folder}.md"), folded) })
}

fn index_of(asker: &mut Asker<'_>, folder: &str) -> Option<Claimant> {
    let below = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    INDEX
        .iter()
        .find_map(|name| file(asker, &below(name), false))
        .or_else(|| INDEX_FOLDED.iter().find_map(|name| file(asker, &below(name), true)))
}

fn file(asker: &mut Asker<'_>, path: &str, folded: bool) -> Option<Claimant> {
    let found = if folded { asker.ask(NameKind::FoldedPath, &fold(path)) } else { asker.ask(NameKind::Path, path) };
    found.first().cloned()
}

fn folder(asker: &mut Asker<'_>, path: &str, folded: bool) -> Option<String> {
    let found = if folded { asker.ask(NameKind::FoldedFolder, &fold(path)) } else { asker.ask(NameKind::Folder, path) };
    found.first().map(|folder| folder.path().to_owned())
}

/// A former address, an alias or a permalink.
fn by_address(site: &Site<'_>, asker: &mut Asker<'_>, from: &SourcePath, destination: &str) -> Option<Found> {
    let plain = destination.trim_matches('/');
    let plain = plain.strip_suffix(".md").or_else(|| plain.strip_suffix(".html")).unwrap_or(plain);
    let beside = join(&site.place_of(from.folder()), destination);
    let wanted = [Some(plain.to_owned()), Some(destination.trim_matches('/').to_owned()), beside];
    wanted.into_iter().flatten().filter(|wanted| !wanted.is_empty()).find_map(|wanted| {
        let found = asker.ask(NameKind::Address, &fold(&wanted)).first()?;
        Some((How::Address, found.clone()))
    })
}

/// A page whose path differs only by the numbers in front of its names, which some tools leave out of addresses. In the
/// path of a file the numbers belong to the name, so there the page counts as moved.
fn by_bare_path(asker: &mut Asker<'_>, starts: &[Start<'_>], destination: &str) -> Option<Found> {
    let how = if is_markdown(destination) { How::Elsewhere } else { How::Url };
    starts.iter().find_map(|start| {
        let path = bare_path(&start.path("")?);
        asker.ask(NameKind::Bare, &path).first().map(|found| (how, found.clone()))
    })
}

/// A file of that name somewhere else, if it is the only one; files outside of the content count where it has none.
fn by_unique_name(site: &Site<'_>, asker: &mut Asker<'_>, destination: &str) -> Option<Found> {
    let name = destination.trim_end_matches('/').rsplit('/').next().unwrap_or("");
    let stem = markdown_stem(name).unwrap_or(name);
    if name.is_empty() || matches!(name, "." | "..") || crate::base::path::is_index_stem(stem) {
        return None;
    }
    let mut found = asker.ask(NameKind::FileName, &fold(name));
    if found.is_empty() && !is_markdown(name) {
        found = asker.ask(NameKind::FileName, &fold(&format!("{name}.md")));
    }
    let mut found = found.to_vec();
    if found.iter().any(|claimant| site.is_in_content(claimant.path())) {
        found.retain(|claimant| site.is_in_content(claimant.path()));
    }
    match found.as_slice() {
        [one] => Some((How::Elsewhere, one.clone())),
        _ => None,
    }
}
