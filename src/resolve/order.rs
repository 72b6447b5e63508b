//! The place of each page in every list, and the one address that it has.
//!
//! In: the pages of a graph. Out: their ranks and addresses, and a diagnostic for each page that did not get the address it
//! asked for.
//!
//! Invariant: both are total and depend on nothing but what the files say.

use std::borrow::Cow;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;

use crate::base::diagnostic::Diagnostic;
use crate::base::key::{fold, key};
use crate::base::path::{SourcePath, Url};

use super::stays::Stays;
use super::{Graph, Node, PageId, check, nav};

impl Graph {
    /// Finds the order of all pages and their addresses; notes of which pages the entry in the list of contents or the address
    /// has changed. Edited are the pages whose files have come or changed; says whether the others certainly stand among each
    /// other as they stood.
    pub(super) fn settle_globals(&mut self, edited: &[PageId], stays: Stays, shifted: &mut Vec<PageId>) -> bool {
        let ids = self.ids();
        let others_stay = !self.settle_entries(&ids, shifted) && stays.files;
        self.order = if others_stay { self.reordered(edited) } else { self.ordered(ids) };
        for (rank, id) in self.order.iter().enumerate() {
            if let Some(node) = &mut self.nodes[id.index()] {
                node.rank = rank as u32;
            }
        }
        if !stays.addresses {
            self.settle_addresses(shifted);
        }
        others_stay
    }

    fn ordered(&self, ids: Vec<PageId>) -> Vec<PageId> {
        let key_of = |id: PageId| self.nodes[id.index()].as_ref().map(|node| (OrderKey::of(node), id));
        let mut order: Vec<(OrderKey, PageId)> = ids.into_par_iter().filter_map(key_of).collect();
        order.par_sort_unstable_by(|a, b| a.0.cmp(&b.0));
        order.into_iter().map(|(_, id)| id).collect()
    }

    /// The order where a few pages have changed and none has come or gone: each of them finds its place among the others.
    fn reordered(&self, edited: &[PageId]) -> Vec<PageId> {
        let mut order: Vec<PageId> = self.order.iter().filter(|id| !edited.contains(id)).copied().collect();
        let key_of = |id: PageId| self.nodes[id.index()].as_ref().map(OrderKey::of);
        for &id in edited {
            let key = key_of(id);
            let at = order.partition_point(|other| key_of(*other) < key);
            order.insert(at, id);
        }
        order
    }

    /// Gives each page its entry in the list of contents; says whether one has changed.
    fn settle_entries(&mut self, ids: &[PageId], shifted: &mut Vec<PageId>) -> bool {
        let (contents, mut entries) = nav::entries(self.nodes.iter().flatten().map(|node| &*node.page), &self.settings, |path| {
            self.names.page(path).is_some_and(|id| self.node(id).is_some())
        });
        if !contents.is_there && !self.contents.is_there {
            return false;
        }
        let mut changed = contents != self.contents;
        self.contents = contents;
        for id in ids {
            let Some(node) = &mut self.nodes[id.index()] else { continue };
            let entry = entries.remove(&node.page.path);
            if entry != node.entry {
                changed = true;
                shifted.push(*id);
            }
            node.entry = entry;
        }
        changed
    }

    /// Gives each page its address; of several that want one, the index file, then the first by path keeps it.
    fn settle_addresses(&mut self, shifted: &mut Vec<PageId>) {
        let mut wanted: FxHashMap<Cow<'_, str>, Vec<PageId>> = FxHashMap::default();
        for &id in &self.order {
            if let Some(node) = &self.nodes[id.index()] {
                wanted.entry(fold(node.page.url.as_str())).or_default().push(id);
            }
        }
        let mut clashes = Vec::new();
        let mut given: Vec<(PageId, Url)> = Vec::new();
        for &id in &self.order {
            let Some(node) = &self.nodes[id.index()] else { continue };
            let rivals = &wanted[&*fold(node.page.url.as_str())];
            let url = if rivals.len() == 1 { node.page.url.clone() } else { self.address_among(id, rivals, &wanted, &mut clashes) };
            if node.url != url {
                shifted.push(id);
            }
            given.push((id, url));
        }
        for (id, url) in given {
            if let Some(node) = &mut self.nodes[id.index()] {
                node.url = url;
            }
        }
        self.clashes = clashes;
    }

    fn address_among(
        &self,
        id: PageId,
        rivals: &[PageId],
        wanted: &FxHashMap<Cow<'_, str>, Vec<PageId>>,
        clashes: &mut Vec<Diagnostic>,
    ) -> Url {
        let page = |id: PageId| self.nodes[id.index()].as_ref().map(|node| &*node.page);
        let mut ranked: Vec<(bool, &SourcePath, PageId)> =
            rivals.iter().filter_map(|&id| page(id).map(|page| (!page.index, &page.path, id))).collect();
        ranked.sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        let place = ranked.iter().position(|(_, _, rival)| *rival == id).unwrap_or(0);
        let (Some(own), Some((_, first, _))) = (page(id), ranked.first()) else { return Url::home() };
        if place == 0 {
            return own.url.clone();
        }
        clashes.extend(check::duplicate_url(own, first, &self.settings));
        let stem = own.url.as_str().trim_end_matches('/');
        let numbered = |number: usize| Url::new(&format!("{}-{number}/", if stem.is_empty() { "/index" } else { stem }));
        (place + 1..).find_map(|number| numbered(number).filter(|url| !wanted.contains_key(&*fold(url.as_str())))).unwrap_or_else(Url::home)
    }
}

impl Node {
    /// The title that readers see: front matter, the list of contents, the text, the file name.
    pub fn title(&self) -> &str {
        let label = self.entry.as_ref().map(|entry| entry.label.as_str()).filter(|label| !label.is_empty());
        label.filter(|_| self.page.front.title.is_none()).unwrap_or_else(|| self.page.own_title())
    }

    /// What lists and the navigation call it: the short title that its author gave for them, else its title.
    pub fn label(&self) -> &str {
        self.page.front.label.as_deref().unwrap_or_else(|| self.title())
    }
}

/// What decides the place of a page in lists: list of contents, weight, number in the file name, title, path.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct OrderKey {
    entry: u32,
    weight: i64,
    number: i64,
    title: String,
    path: SourcePath,
}

impl OrderKey {
    fn of(node: &Node) -> Self {
        let page = &node.page;
        Self {
            entry: node.entry.as_ref().map_or(u32::MAX, |entry| entry.place),
            weight: page.front.weight.unwrap_or(i64::MAX),
            number: page.number.unwrap_or(i64::MAX),
            title: natural(node.title()),
            path: page.path.clone(),
        }
    }
}

/// A title such that comparing texts compares what people see: numbers by their value (`Part 2` before `Part 10`), letters
/// without regard to case and accents.
pub fn natural(title: &str) -> String {
    let folded = without_accents(key(title));
    if !folded.bytes().any(|b| b.is_ascii_digit()) {
        return folded;
    }
    let mut out = String::with_capacity(folded.len() + 16);
    let mut digits = String::new();
    for ch in folded.chars().chain(['\0']) {
        if ch.is_ascii_digit() {
            digits.push(ch);
            continue;
        }
        if !digits.is_empty() {
            let trimmed = digits.trim_start_matches('0');
            out.push_str(&format!("{:04}{trimmed}", trimmed.len()));
            digits.clear();
        }
        out.push(ch);
    }
    out.pop();
    out
}

/// Latin letters without their accents; other scripts order by their letters as they are.
fn without_accents(text: String) -> String {
    if text.is_ascii() {
        return text;
    }
    let latin = |ch: char| ch <= '\u{24F}' || ('\u{1E00}'..='\u{1EFF}').contains(&ch);
    let plain = |ch: char| if latin(ch) { std::iter::once(ch).nfd().next().unwrap_or(ch) } else { ch };
    text.chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_titles_count_as_numbers() {
        let mut titles = ["Part 10", "part 2", "Part 1", "Épilogue"];
        titles.sort_by_key(|title| natural(title));
        assert_eq!(titles, ["Épilogue", "Part 1", "part 2", "Part 10"]);
    }
}
