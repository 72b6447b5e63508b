//! Every problem of the handbook, kept with the page that has it.
//!
//! In: the pages whose problems may have changed. Out: all problems, in the order of a clean build.
//!
//! Invariant: what is kept equals what all checks of the graph would say.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::base::diagnostic::Diagnostic;
use crate::base::path::SourcePath;
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
    pub(super) fn forget(&mut self, path: &SourcePath, id: PageId) -> bool {
        let embeds = self.embeds.remove(&id.index()).is_some();
        self.pages.remove(path).is_some() || embeds
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

    /// Names have changed, so suggestions have.
    pub(super) fn rename(&mut self) {
        self.spoken = Spoken::default();
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

/// Whether what is said about a page depends on names elsewhere: suggestions for links, and for people.
pub(super) fn depends_on_names(node: &Node) -> bool {
    !node.troubles.is_empty() || node.links.iter().any(|resolution| matches!(resolution.lead, Lead::Made(_)))
}
