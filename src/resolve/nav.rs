//! The order and the titles that a foreign folder's list of contents gives its pages.
//!
//! In: the pages, and the lists that other tools' files hold. Out: for each page of the list its place, the words for it there
//! and its section. `SUMMARY.md` and `_sidebar.md` are pages themselves: their links and headings are the list. The first
//! mention counts.
//!
//! Invariant: a page that the list forgets is still a page; it comes after the others.

use rustc_hash::FxHashMap;

use crate::base::config::{Mode, Settings};
use crate::base::path::{SourcePath, join};
use crate::parse::page::{Page, Relation, Target};

/// Pages that are the list of contents of their folder, the strongest first.
const LISTS: [&str; 3] = ["SUMMARY.md", "_sidebar.md", "_Sidebar.md"];

/// Whether a page would be the list of contents of its folder, if it is the strongest.
pub(super) fn may_be_list(path: &SourcePath, settings: &Settings) -> bool {
    settings.mode == Mode::Foreign && settings.in_content(path.as_str()).is_some_and(|place| LISTS.contains(&place))
}

/// Where a page stands in the list of contents, and what it is called there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// From 0.
    pub place: u32,
    /// The words of the link; may be empty.
    pub label: String,
    /// Its section, an index of `Contents::sections`.
    pub section: Option<u32>,
}

/// A list of contents.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Contents {
    /// The titles of its sections, in order.
    pub sections: Vec<String>,
    /// Whether there is a list.
    pub is_there: bool,
    /// The page that is the list, if it is one.
    pub page: Option<SourcePath>,
}

/// The entries of the list of contents, by page; none in an own handbook or without a list.
pub fn entries<'a>(
    pages: impl Iterator<Item = &'a Page>,
    settings: &Settings,
    is_page: impl Fn(&SourcePath) -> bool,
) -> (Contents, FxHashMap<SourcePath, Entry>) {
    if settings.mode == Mode::Own {
        return Default::default();
    }
    if !settings.signposts.entries.is_empty() {
        return of_signposts(settings);
    }
    let rank = |page: &Page| {
        let place = settings.in_content(page.path.as_str())?;
        LISTS.iter().position(|name| *name == place)
    };
    let list = pages.filter_map(|page| Some((rank(page)?, page))).min_by_key(|(rank, _)| *rank);
    list.map_or_else(Default::default, |(_, page)| of_page(page, is_page))
}

fn of_signposts(settings: &Settings) -> (Contents, FxHashMap<SourcePath, Entry>) {
    let posts = &settings.signposts;
    let mut entries = FxHashMap::default();
    for entry in &posts.entries {
        let Some(path) = SourcePath::new(&entry.path) else { continue };
        let place = entries.len() as u32;
        entries.entry(path).or_insert_with(|| Entry { place, label: entry.label.clone(), section: entry.section });
    }
    (Contents { sections: posts.sections.clone(), is_there: true, page: None }, entries)
}

/// The list that a page is: its links in order; a heading below its title begins a section.
fn of_page(list: &Page, is_page: impl Fn(&SourcePath) -> bool) -> (Contents, FxHashMap<SourcePath, Entry>) {
    let mut contents = Contents { is_there: true, page: Some(list.path.clone()), ..Contents::default() };
    let mut entries: FxHashMap<SourcePath, Entry> = FxHashMap::default();
    let mut headings = list.headings.iter().enumerate().filter(|(at, heading)| Some(*at) != list.lead && heading.top).peekable();
    let mut section = None;
    for link in list.links.iter().filter(|link| link.relation == Relation::Mentions) {
        while let Some((_, heading)) = headings.next_if(|(_, heading)| heading.span.start < link.span.start) {
            contents.sections.push(heading.text.to_string());
            section = Some(contents.sections.len() as u32 - 1);
        }
        let target = match &link.target {
            // A list of the root may name its pages from the root.
            Target::Path(path) => join(list.path.folder(), path.trim_start_matches('/')),
            Target::Name(name) => join(list.path.folder(), name),
            _ => None,
        };
        let spelled = |path: String| {
            let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
            let tries = [path.clone(), format!("{path}.md"), below("README.md"), below("index.md")];
            tries.iter().filter_map(|path| SourcePath::new(path)).find(|path| is_page(path))
        };
        let Some(target) = target.and_then(spelled).filter(|target| *target != list.path) else { continue };
        let label = link.sentence.as_ref().map_or("", |sentence| sentence.marked());
        let place = entries.len() as u32;
        entries.entry(target).or_insert_with(|| Entry { place, label: label.trim().to_owned(), section });
    }
    (contents, entries)
}
