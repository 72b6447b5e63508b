//! The pages of a folder by the names that other tools' files call them.

use std::collections::BTreeMap;

use crate::base::path::{bare_path, join};

/// The pages of the content, by path below it, and without endings and numbers.
pub(super) struct Names<'a> {
    pages: &'a [&'a str],
    bare: BTreeMap<String, &'a str>,
}

impl<'a> Names<'a> {
    /// Takes the paths of pages below the content, sorted.
    pub(super) fn new(pages: &'a [&'a str]) -> Self {
        let mut bare = BTreeMap::new();
        for page in pages {
            bare.entry(bare_path(page)).or_insert(*page);
        }
        Self { pages, bare }
    }

    /// All pages, sorted.
    pub(super) fn all(&self) -> &'a [&'a str] {
        self.pages
    }

    /// The page that a list calls by a path from a folder: with or without its ending, its number, the name of an index file.
    pub(super) fn page(&self, folder: &str, written: &str) -> Option<&'a str> {
        let written = written.split(['#', '?']).next().unwrap_or(written).trim();
        if written.contains("://") || written.is_empty() {
            return None;
        }
        let from = if written.starts_with('/') { "" } else { folder };
        let path = join(from, written)?;
        if let Ok(at) = self.pages.binary_search(&path.as_str()) {
            return Some(self.pages[at]);
        }
        self.bare.get(&bare_path(&path)).copied()
    }

    /// The pages below a folder, sorted.
    pub(super) fn below(&self, folder: &str) -> impl Iterator<Item = &'a str> {
        let folder = folder.trim_matches('/').to_owned();
        self.pages.iter().copied().filter(move |page| page.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/')))
    }
}
