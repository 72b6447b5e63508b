//! The order and the titles that a foreign folder's list of contents gives its pages.
//!
//! In: the pages. Out: for each page that `SUMMARY.md` in the content folder links to, its place in that list and the
//! words of the link there. The first mention counts.
//!
//! Invariant: a page that the list forgets is still a page; it comes after the others.

use rustc_hash::FxHashMap;

use crate::base::config::{Mode, Settings};
use crate::base::path::{SourcePath, join};
use crate::parse::page::{Page, Relation, Target};

/// Where a page stands in the list of contents, and what it is called there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// From 0.
    pub place: u32,
    /// The words of the link; may be empty.
    pub label: String,
}

/// The entries of the list of contents, by page; none in an own handbook or without a list.
pub fn entries<'a>(pages: impl Iterator<Item = &'a Page>, settings: &Settings) -> FxHashMap<SourcePath, Entry> {
    let mut entries = FxHashMap::default();
    if settings.mode == Mode::Own {
        return entries;
    }
    let is_list = |page: &&Page| settings.in_content(page.path.as_str()) == Some("SUMMARY.md");
    let Some(list) = pages.into_iter().find(is_list) else { return entries };
    for link in list.links.iter().filter(|link| link.relation == Relation::Mentions) {
        let Target::Path(path) = &link.target else { continue };
        let target = join(list.path.folder(), path).and_then(|path| SourcePath::new(&path));
        let Some(target) = target.filter(|target| *target != list.path) else { continue };
        let label = link.sentence.as_ref().map_or("", |sentence| sentence.marked.as_str());
        let place = entries.len() as u32;
        entries.entry(target).or_insert_with(|| Entry { place, label: label.trim().to_owned() });
    }
    entries
}
