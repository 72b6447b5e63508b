//! The part of a page that a link names.

use rustc_hash::FxHashMap;

use crate::base::key::{fold, loose};
use crate::parse::page::{Page, Syntax};

/// What an anchor means on a page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// The page itself.
    Whole,
    /// An id, as the author wrote it or would read it.
    Exact(String),
    /// An id, found only without regard to case or punctuation.
    Loose(String),
    /// Nothing.
    Missing,
}

/// The ids of a page, ready to be asked.
#[derive(Default, Debug)]
pub struct Anchors {
    exact: FxHashMap<String, ()>,
    folded: FxHashMap<String, String>,
    loose: FxHashMap<String, String>,
}

impl Anchors {
    /// Collects the ids of a page; of several that are alike the first counts.
    pub fn new(page: &Page) -> Self {
        let mut anchors = Self::default();
        let headings = page.headings.iter().map(|heading| &*heading.id);
        for id in headings.chain(page.ids.iter().map(String::as_str).filter(|id| !id.starts_with("_ff-"))) {
            anchors.exact.insert(id.to_owned(), ());
            anchors.folded.entry(fold(id).into_owned()).or_insert_with(|| id.to_owned());
            anchors.loose.entry(loose(id)).or_insert_with(|| id.to_owned());
        }
        for heading in &page.headings {
            anchors.loose.entry(loose(&heading.text)).or_insert_with(|| heading.id.to_string());
        }
        anchors
    }

    /// What an anchor means; in double brackets a heading is named by its words, so likeness is exact enough.
    pub fn find(&self, anchor: &str, syntax: Syntax) -> Part {
        let by_words = matches!(syntax, Syntax::Wiki | Syntax::Embed);
        // `Page#Section#Part` names the last heading, by the way to it.
        let wanted = if by_words { anchor.rsplit('#').next().unwrap_or(anchor).trim() } else { anchor };
        if wanted.is_empty() || wanted == "top" || fold(wanted) == "readme" || wanted.starts_with(":~:") {
            return Part::Whole;
        }
        let block = wanted.strip_prefix('^');
        if let Some(block) = block {
            let id = format!("^{block}");
            return if self.exact.contains_key(&id) { Part::Exact(id) } else { Part::Missing };
        }
        if self.exact.contains_key(wanted) {
            return Part::Exact(wanted.to_owned());
        }
        let like = loose(wanted);
        let found = self.folded.get(&*fold(wanted)).or_else(|| self.loose.get(&like).filter(|_| !like.is_empty()));
        match found {
            Some(id) if by_words => Part::Exact(id.clone()),
            Some(id) => Part::Loose(id.clone()),
            None => Part::Missing,
        }
    }
}
