//! The health of an own handbook: what it lacks.
//!
//! In: the graph. Out: hints about pages as a whole and about the table of pillars and stances.
//!
//! Invariant: hints never stop anything, so what is said here is advice.

use rayon::prelude::*;

use crate::base::config::{Mode, Stance};
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::text::Span;
use crate::parse::front::Kind;
use crate::parse::page::Relation;

use super::PageId;
use super::check::report;
use super::graph::{Graph, Node};

/// The health of an own handbook: what it lacks, as hints.
pub fn health(graph: &Graph) -> Vec<Diagnostic> {
    if graph.settings.mode == Mode::Foreign {
        return Vec::new();
    }
    let lacks = |id: &PageId| graph.node(*id).map_or_else(Vec::new, |node| page_health(graph, *id, node));
    let mut out: Vec<Diagnostic> = graph.order.par_iter().flat_map_iter(lacks).collect();
    out.extend(empty_cells(graph));
    out
}

/// Whether no page links to a page of text, and nothing else shows it: a path is on the list of paths, an example on its essay.
pub fn is_orphan(graph: &Graph, id: PageId, node: &Node) -> bool {
    let page = &node.page;
    let is_content = !page.index && matches!(page.kind, Kind::Essay | Kind::Page | Kind::Example);
    let illustrates = page.kind == Kind::Example && page.links.iter().any(|link| link.relation == Relation::Illustrates);
    is_content && !illustrates && graph.inbound(id).iter().all(|inbound| inbound.from == id)
}

/// What a page lacks; nothing in a foreign folder, nor of a page that no list names.
pub fn page_health(graph: &Graph, id: PageId, node: &Node) -> Vec<Diagnostic> {
    if graph.settings.mode == Mode::Foreign || !node.is_listed(&graph.settings) {
        return Vec::new();
    }
    let page = &node.page;
    let top = Span::default();
    let hint = |code, message: String, help: &str| report(graph, page, code, top, message).map(|d| d.help(help));
    let mut out = Vec::new();
    if is_orphan(graph, id, node) {
        out.extend(hint(
            Code::OrphanPage,
            "no page links here".into(),
            "link to it from a page on the same matter, or put it on a reading path",
        ));
    }
    if page.kind == Kind::Essay {
        let illustrated = graph.inbound(id).iter().any(|inbound| graph.relation(*inbound) == Some(Relation::Illustrates));
        if !illustrated {
            out.extend(hint(Code::NoExample, "no example illustrates this essay".into(), "add one with `illustrates` in its front matter"));
        }
        if page.stances.len() < 2 {
            let help = "add a table with the columns Leader and Manager, or say `stance: both`";
            out.extend(hint(Code::OneSided, "this essay speaks with one voice or none".into(), help));
        }
        if page.claim.is_empty() {
            let help = "begin with one sentence that somebody could disagree with";
            out.extend(hint(Code::NoClaim, "this essay makes no claim".into(), help));
        }
    }
    out
}

/// Cells of the coverage table in which nothing stands; none in a foreign folder.
pub fn empty_cells(graph: &Graph) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    if graph.settings.mode == Mode::Foreign {
        return out;
    }
    for pillar in &graph.settings.config.pillars {
        for (stance, word) in [(Stance::Leadership, "leadership"), (Stance::Management, "management")] {
            let filled = graph.in_order().any(|(_, node)| {
                let essay = node.page.kind == Kind::Essay && node.is_listed(&graph.settings);
                essay && node.pillars.iter().any(|id| **id == *pillar.id) && node.page.stances.contains(&stance)
            });
            if let (false, Some(severity)) = (filled, graph.settings.severity(Code::EmptyCell)) {
                let message = format!("no essay in {} speaks for {word}", pillar.title);
                let help = format!("write one, or give an essay of that pillar a part for {word}");
                out.push(Diagnostic::new(Code::EmptyCell, severity, message).help(help));
            }
        }
    }
    out
}
