//! Folders that hold translations.
//!
//! In: the names of a folder's pages. Out: the folders whose names are language tags and whose neighbours bear that out.
//!
//! Invariant: `it`, `hr`, `is` or `no` in an English handbook are departments and words, so such a folder counts only where
//! other folders beside it are languages beyond doubt.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::key::fold;
use crate::base::path::{is_index_stem, markdown_stem};

/// Languages whose tags are seldom anything else in the name of a folder.
const SURE: &str = " ar de en es fa fi fr hu ja ko nl pl pt ru sv uk zh ";
/// The other languages of ISO 639-1 that people write in, and some with three letters.
const UNSURE: &str = " af am as az be bg bn bo br bs ca ceb ckb co cs cy da dv dz el eo et eu fil fo ga gd gl gu ha haw he hi hr ht hy ia id ig is it jv ka kk \
                      km kn ku ky la lb lo lt lv mg mi mk ml mn mr ms mt my nb ne nn no oc om or pa ps rm ro rw sc sd si sk sl sm sn so sq sr ss st su sw ta te \
                      tg th ti tk tl tn to tr ts tt ug ur uz vi wo xh yi yo zu ";
/// Countries whose names are no languages: beside one of these, `de` and `fr` are offices.
const COUNTRIES: &[&str] = &["us", "usa", "gb", "au", "nz", "jp", "cn", "kr", "dk", "cz", "ch", "at", "ie", "in", "apac", "emea", "uae"];
/// How scripts are written.
const SCRIPTS: &[&str] = &["Arab", "Cyrl", "Deva", "Hans", "Hant", "Hebr", "Latn"];

/// How much a name says by itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Weight {
    /// It may be anything.
    Unsure,
    /// It is mostly a language.
    Sure,
    /// It names a region or a script too.
    Full,
}

/// The language folders among some pages, by path, with their tags; `pages` are paths below the content.
pub(super) fn languages(pages: &[&str]) -> Vec<(String, String)> {
    // Folders with pages below them, by the folder above.
    let mut beside: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for page in pages {
        let mut cuts = page.match_indices('/').map(|(at, _)| at);
        if let Some(first) = cuts.next() {
            beside.entry("").or_default().insert(&page[..first]);
            if let Some(second) = cuts.next() {
                beside.entry(&page[..first]).or_default().insert(&page[..second]);
            }
        }
    }
    let mut found: Vec<(String, String)> = beside.values().flat_map(|folders| among(folders, pages)).collect();
    found.sort_by(|a, b| b.0.matches('/').count().cmp(&a.0.matches('/').count()).then_with(|| a.cmp(b)));
    found
}

fn among(folders: &BTreeSet<&str>, pages: &[&str]) -> Vec<(String, String)> {
    let named: Vec<(&str, String, Weight)> = folders
        .iter()
        .filter_map(|folder| tag(folder.rsplit('/').next().unwrap_or(folder)).map(|(tag, weight)| (*folder, tag, weight)))
        .collect();
    let last = |folder: &str| folder.rsplit('/').next().unwrap_or(folder).to_ascii_lowercase();
    if folders.iter().any(|folder| COUNTRIES.contains(&last(folder).as_str())) {
        return Vec::new();
    }
    let sure = named.iter().filter(|(.., weight)| *weight >= Weight::Sure).count();
    let counts = |folder: &str, weight: Weight| match weight {
        Weight::Full => true,
        Weight::Sure => sure >= 2 || mirrors(folder, &named, pages),
        Weight::Unsure => sure >= 2 || sure == 1 && mirrors(folder, &named, pages),
    };
    let kept = named.iter().filter(|(folder, _, weight)| counts(folder, *weight));
    kept.map(|(folder, tag, _)| ((*folder).to_owned(), tag.clone())).collect()
}

/// Whether pages of a folder have the names of pages of another language or of the folder that holds it, or of the content.
fn mirrors(folder: &str, named: &[(&str, String, Weight)], pages: &[&str]) -> bool {
    let below = |place: &str| -> BTreeSet<String> {
        let inside =
            pages.iter().filter_map(|page| if place.is_empty() { Some(*page) } else { page.strip_prefix(place)?.strip_prefix('/') });
        let names = inside.filter(|page| {
            let name = page.rsplit('/').next().unwrap_or(page);
            !markdown_stem(name).is_some_and(is_index_stem)
        });
        names.map(|page| fold(page).into_owned()).collect()
    };
    let own = below(folder);
    let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
    let others = named.iter().map(|(other, ..)| *other).filter(|other| *other != folder).chain(["", above]);
    others.map(below).any(|other| {
        let shared = own.intersection(&other).count();
        shared >= 1 && shared * 2 >= own.len()
    })
}

/// The tag that a folder's name is, and how much it says by itself.
fn tag(name: &str) -> Option<(String, Weight)> {
    let mut parts = name.split(['-', '_']);
    let primary = parts.next()?.to_ascii_lowercase();
    let listed = |list: &str| list.split(' ').any(|known| known == primary);
    if primary.is_empty() || !(listed(SURE) || listed(UNSURE)) {
        return None;
    }
    let mut weight = if listed(SURE) { Weight::Sure } else { Weight::Unsure };
    let mut tag = primary.clone();
    for (at, part) in parts.enumerate() {
        let script = SCRIPTS.iter().find(|script| script.eq_ignore_ascii_case(part));
        let region = part.len() == 2 && part.bytes().all(|b| b.is_ascii_alphabetic()) || part == "419";
        match (script, region) {
            (Some(script), _) if at == 0 => tag.extend(["-", script]),
            (None, true) if at < 2 => tag.extend(["-", &part.to_ascii_uppercase()]),
            _ => return None,
        }
        weight = Weight::Full;
    }
    Some((tag, weight))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pages: &[&str]) -> String {
        let found = languages(pages);
        found.iter().map(|(folder, tag)| format!("{folder}={tag}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn translations_are_known_by_their_neighbours() {
        assert_eq!(found(&["en/a.md", "de/b.md", "it/c.md", "assets/d.md"]), "de=de en=en it=it");
        assert_eq!(found(&["a.md", "t/es/a.md", "t/gl/a.md", "t/pt-br/a.md", "t/zh/a.md"]), "t/es=es t/gl=gl t/pt-br=pt-BR t/zh=zh");
        assert_eq!(found(&["zh_hans/a.md", "b.md"]), "zh_hans=zh-Hans");
        assert_eq!(found(&["guide/start.md", "guide/end.md", "de/guide/start.md", "de/guide/end.md"]), "de=de");
    }

    #[test]
    fn departments_and_words_are_no_languages() {
        assert_eq!(found(&["hr/team.md", "it/team.md", "is/team.md", "no/team.md", "pr/team.md"]), "");
        assert_eq!(found(&["it/README.md", "de/README.md"]), "");
        assert_eq!(found(&["it/servers.md", "en-gineering/a.md", "de-risk/b.md", "cs/algorithms.md"]), "");
        assert_eq!(found(&["de/leave.md", "fr/leave.md", "us/leave.md"]), "");
        assert_eq!(found(&["a/b/en/x.md", "a/b/de/x.md"]), "");
    }
}
