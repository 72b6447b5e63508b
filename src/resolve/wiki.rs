//! Links by name, in double brackets: exact path, file name, the nearest of several, alias, title, likeness.

use std::cmp::Ordering;

use crate::base::key::{fold, key, loose};
use crate::base::path::{SourcePath, join};

use super::names::{Asker, Claimant, NameKind};
use super::{How, Site};

/// What a name means: one claimant, or several that are equally near.
pub enum Meaning {
    /// One page or file.
    One(How, Claimant),
    /// Several at equal distance; the first by path comes first.
    Several(Vec<Claimant>),
    /// Somebody who is credited and has no file.
    Person(String),
    /// Nothing.
    Nothing,
}

/// Resolves a name; an empty one is the caller's own page and never comes here.
pub fn resolve(site: &Site<'_>, asker: &mut Asker<'_>, from: &SourcePath, name: &str) -> Meaning {
    let name = name.trim();
    if let Some(found) = by_path(site, asker, from, name) {
        return Meaning::One(How::Exact, found);
    }
    match by_file_name(site, asker, from, name) {
        Meaning::Nothing => {}
        meaning => return meaning,
    }
    let spoken = key(name);
    match unique(site, from, asker.ask(NameKind::Alias, &spoken)) {
        Meaning::Nothing => {}
        meaning => return meaning,
    }
    let address = asker.ask(NameKind::Address, &fold(name.trim_matches('/')));
    if let Some(found) = address.first().filter(|_| name.contains('/')) {
        return Meaning::One(How::Address, found.clone());
    }
    match unique(site, from, asker.ask(NameKind::Title, &spoken)) {
        Meaning::Nothing => {}
        meaning => return meaning,
    }
    let like = loose(name);
    match asker.ask(NameKind::Loose, &like) {
        [one] if !like.is_empty() => return Meaning::One(How::Exact, one.clone()),
        _ => {}
    }
    if asker.ask(NameKind::Credit, &spoken).is_empty() { Meaning::Nothing } else { Meaning::Person(name.to_owned()) }
}

fn unique(site: &Site<'_>, from: &SourcePath, found: &[Claimant]) -> Meaning {
    match found {
        [] => Meaning::Nothing,
        [one] => Meaning::One(How::Exact, one.clone()),
        many => nearest(site, from, many.to_vec()),
    }
}

/// A path from the content root or from the page's folder, with or without its ending.
fn by_path(site: &Site<'_>, asker: &mut Asker<'_>, from: &SourcePath, name: &str) -> Option<Claimant> {
    let from_root = join(site.content, name.trim_start_matches('/'));
    let from_here = join(from.folder(), name);
    let places = [from_root, from_here];
    places.iter().flatten().filter(|path| !path.is_empty()).find_map(|path| {
        let mut spelled = String::with_capacity(path.len() + ".markdown".len());
        ["", ".md", ".markdown", ".mdx"].iter().find_map(|ending| {
            spelled.clear();
            spelled.extend([path.as_str(), ending]);
            asker.ask(NameKind::Path, &spelled).first().cloned()
        })
    })
}

/// A file of that name, in any case: the only one, else the one in the same folder, else the nearest.
fn by_file_name(site: &Site<'_>, asker: &mut Asker<'_>, from: &SourcePath, name: &str) -> Meaning {
    let last = name.rsplit('/').next().unwrap_or(name);
    if last.is_empty() {
        return Meaning::Nothing;
    }
    let mut found: Vec<Claimant> = asker.ask(NameKind::FileName, &fold(last)).to_vec();
    if name.contains('/') {
        let wanted = fold(name.trim_matches('/'));
        found.retain(|claimant| {
            let path = fold(claimant.path()).into_owned();
            let stem = path.rsplit_once('.').map_or(path.as_str(), |(stem, _)| stem);
            path.ends_with(&*wanted) || stem.ends_with(&*wanted)
        });
    }
    // Files outside of the content count only where the content has none of that name.
    if found.iter().any(|claimant| site.is_in_content(claimant.path())) {
        found.retain(|claimant| site.is_in_content(claimant.path()));
    }
    match found.as_slice() {
        [] => Meaning::Nothing,
        [one] => Meaning::One(How::Exact, one.clone()),
        _ => nearest(site, from, found),
    }
}

/// The nearest of several: in the same language, in the same folder, else the fewest steps through the folders.
fn nearest(site: &Site<'_>, from: &SourcePath, mut found: Vec<Claimant>) -> Meaning {
    site.prefer_language(from, &mut found);
    let distance = |claimant: &Claimant| steps(from.folder(), claimant.path());
    let order = |a: &Claimant, b: &Claimant| -> Ordering {
        let depth = |c: &Claimant| c.path().matches('/').count();
        distance(a).cmp(&distance(b)).then_with(|| depth(a).cmp(&depth(b))).then_with(|| a.path().cmp(b.path()))
    };
    found.sort_by(order);
    let least = distance(&found[0]);
    let equal = found.iter().take_while(|claimant| distance(claimant) == least).count();
    if equal == 1 {
        return Meaning::One(How::Exact, found.swap_remove(0));
    }
    found.truncate(equal);
    Meaning::Several(found)
}

/// How many folders lie between a folder and a file: up from the one, down to the other.
fn steps(folder: &str, path: &str) -> usize {
    let there = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let here: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let there: Vec<&str> = there.split('/').filter(|part| !part.is_empty()).collect();
    let shared = here.iter().zip(&there).take_while(|(a, b)| a == b).count();
    here.len() + there.len() - 2 * shared
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_the_folders_between() {
        assert_eq!(steps("a/b", "a/b/x.md"), 0);
        assert_eq!(steps("a/b", "a/c/x.md"), 2);
        assert_eq!(steps("", "a/x.md"), 1);
    }
}
