//! Questions about links that nobody has written yet.
//!
//! In: the graph, a page, a link as it might stand there. Out: where it would lead. Nothing is remembered of the question.

use crate::base::path::SourcePath;
use crate::parse::page::Link;

use super::graph::Graph;
use super::link::{Outcome, Scope, resolve};
use super::names::Asker;
use super::{PageId, Site};

impl Graph {
    /// The page of a file.
    pub fn page_at(&self, path: &SourcePath) -> Option<PageId> {
        self.names.page(path)
    }

    /// Where a link would lead if it stood on that page.
    pub fn would_lead(&self, from: PageId, link: &Link) -> Option<Outcome> {
        let node = self.node(from)?;
        let scope = Scope { settings: &self.settings, site: self.site(), nodes: &self.nodes, page: &node.page, id: from };
        Some(resolve(&scope, &mut Asker::new(&self.names), link))
    }

    pub(super) fn site(&self) -> Site<'_> {
        Site {
            content: &self.settings.content,
            static_roots: &self.settings.static_roots,
            urls_first: self.votes.urls_first(),
            signposts: &self.settings.signposts,
        }
    }
}
