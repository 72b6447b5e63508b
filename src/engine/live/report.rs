//! Every problem of the handbook, kept with the page that has it.
//!
//! In: the pages whose problems may have changed. Out: all problems, in the order of a clean build.
//!
//! Invariant: what is kept equals what all checks of the graph would say.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::base::diagnostic::Diagnostic;
use crate::base::path::SourcePath;
use crate::parse::front::Kind;
use crate::resolve::check::{self, Spoken};
use crate::resolve::health::{empty_cells, page_health};
use crate::resolve::{Graph, Lead, Node, PageId};

/// The problems.
#[derive(Default)]
pub(super) struct Report {
    /// Of files: what can be seen in the file or of its links, and what the page lacks.
    pages: BTreeMap<SourcePath, Vec<Diagnostic>>,
    /// Of no single file: addresses that two want, cells without a page.
    shared: Vec<Diagnostic>,
    /// Of pages that embed, by the number of the page.
    embeds: BTreeMap<usize, Vec<Diagnostic>>,
    /// Those of `shared` and `embeds`, sorted.
    others: Vec<Diagnostic>,
    spoken: Spoken,
    /// Those whose names a credit is compared with.
    people: Vec<String>,
}

impl Report {
    /// Checks pages again; whether one has other problems than before.
    pub(super) fn check(&mut self, graph: &Graph, pages: impl IntoParallelIterator<Item = PageId>) -> bool {
        let spoken = &self.spoken;
        let problems = |id: PageId| {
            let node = graph.node(id)?;
            let mut problems = check::node(graph, node, spoken);
            problems.extend(page_health(graph, id, node));
            problems.sort_unstable();
            problems.dedup();
            Some((node.page.path.clone(), problems))
        };
        let found: Vec<(SourcePath, Vec<Diagnostic>)> = pages.into_par_iter().filter_map(problems).collect();
        let mut differs = false;
        for (path, problems) in found {
            differs |= self.put(path, problems);
        }
        differs
    }

    fn put(&mut self, path: SourcePath, problems: Vec<Diagnostic>) -> bool {
        if problems.is_empty() {
            return self.pages.remove(&path).is_some();
        }
        if self.pages.get(&path) == Some(&problems) {
            return false;
        }
        self.pages.insert(path, problems);
        true
    }

    /// Forgets a file that is no more.
    pub(super) fn forget(&mut self, path: &SourcePath) -> bool {
        self.pages.remove(path).is_some()
    }

    /// Forgets the embeds of pages that readers see no more.
    pub(super) fn keep_embeds(&mut self, is_shown: impl Fn(usize) -> bool) -> bool {
        let before = self.embeds.len();
        self.embeds.retain(|id, _| is_shown(*id));
        self.embeds.len() != before
    }

    /// Takes what showed when the texts of pages were put together.
    pub(super) fn embed(&mut self, problems: impl Iterator<Item = (PageId, Vec<Diagnostic>)>) -> bool {
        let mut differs = false;
        for (id, problems) in problems {
            if problems.is_empty() {
                differs |= self.embeds.remove(&id.index()).is_some();
            } else {
                differs |= self.embeds.insert(id.index(), problems.clone()) != Some(problems);
            }
        }
        differs
    }

    /// Takes what no single file is to blame for.
    pub(super) fn share(&mut self, graph: &Graph, conflicts: Vec<Diagnostic>) -> bool {
        let mut shared = conflicts;
        shared.extend(graph.clashes.iter().cloned());
        shared.extend(empty_cells(graph));
        let differs = shared != self.shared;
        self.shared = shared;
        differs
    }

    /// Puts what is shared in order again.
    pub(super) fn settle(&mut self) {
        let embeds = self.embeds.values().flatten();
        self.others = self.shared.iter().chain(embeds).cloned().collect();
        self.others.sort_unstable();
        self.others.dedup();
    }

    /// Names may have changed, so suggestions may have: gives the pages of which other things may be said.
    pub(super) fn rename(&mut self, graph: &Graph) -> Vec<PageId> {
        self.spoken = Spoken::default();
        let contributors = graph.in_order().map(|(_, node)| node).filter(|node| node.page.kind == Kind::Contributor);
        let people: Vec<String> = contributors.map(|node| format!("{}/{}", node.page.path, node.title())).collect();
        let others = std::mem::replace(&mut self.people, people) != self.people;
        let depends = |node: &Node| !node.troubles.is_empty() || others && node.links.iter().any(|to| matches!(to.lead, Lead::Made(_)));
        graph.in_order().filter(|(_, node)| depends(node)).map(|(id, _)| id).collect()
    }

    /// All problems, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        let mut pages = self.pages.values().flatten().peekable();
        let mut others = self.others.iter().peekable();
        let mut last: Option<&Diagnostic> = None;
        std::iter::from_fn(move || {
            loop {
                let next = match (pages.peek(), others.peek()) {
                    (Some(page), Some(other)) if page <= other => pages.next(),
                    (Some(_), None) => pages.next(),
                    _ => others.next(),
                }?;
                if last != Some(next) {
                    last = Some(next);
                    return last;
                }
            }
        })
    }
}
