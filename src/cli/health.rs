//! `fourfold list health`: what the handbook lacks, in groups.
//!
//! In: a plan and its problems. Out: for programs the hints about pages as diagnostics; for people also which pages are oldest
//! and which have no owner, which is no fault of any of them.

use std::fmt::Write as _;

use jiff::civil::Date;

use crate::base::diagnostic::{Code, Diagnostic};
use crate::engine::Plan;
use crate::parse::front::Kind;
use crate::resolve::health::is_orphan;
use crate::resolve::{Node, PageId};

/// How many of the oldest pages are named, and how many of a group.
const OLDEST: usize = 10;
const SHOWN: usize = 50;

/// The codes that are about health, with the heading of their group.
const GROUPS: [(Code, &str); 4] = [
    (Code::NoExample, "Essays without an example"),
    (Code::OneSided, "Essays that speak with one voice or none"),
    (Code::NoClaim, "Essays that make no claim"),
    (Code::EmptyCell, "Cells of the coverage table with nothing in them"),
];

/// The problems that are about health.
pub fn of(problems: &[Diagnostic]) -> Vec<Diagnostic> {
    let is_health = |problem: &&Diagnostic| problem.code == Code::OrphanPage || GROUPS.iter().any(|(code, _)| *code == problem.code);
    problems.iter().filter(is_health).cloned().collect()
}

/// The groups as text.
pub fn text(plan: &Plan<'_>, problems: &[Diagnostic]) -> String {
    let graph = plan.graph();
    let listed: Vec<(PageId, &Node)> = graph.in_order().filter(|(_, node)| node.is_listed(&graph.settings)).collect();
    let line = |node: &Node| format!("{}  {}", node.page.path, node.title());
    let mut out = String::new();

    let orphans: Vec<String> = listed.iter().filter(|(id, node)| is_orphan(graph, *id, node)).map(|(_, node)| line(node)).collect();
    group(&mut out, "Pages that no page links to", &orphans);
    for (code, heading) in GROUPS {
        let found = problems.iter().filter(|problem| problem.code == code);
        let rows = found.map(|problem| match problem.primary() {
            Some(label) => {
                let node = listed.iter().find(|(_, node)| node.page.path == label.file);
                node.map_or_else(|| label.file.to_string(), |(_, node)| line(node))
            }
            None => problem.message.clone(),
        });
        group(&mut out, heading, &rows.collect::<Vec<_>>());
    }

    let texts = || listed.iter().filter(|(_, node)| !node.page.index && matches!(node.page.kind, Kind::Essay | Kind::Example | Kind::Page));
    let mut dated: Vec<(Date, &Node)> = texts().filter_map(|(_, node)| Some((last_looked_at(node)?, *node))).collect();
    dated.sort_by(|a, b| (a.0, &a.1.page.path).cmp(&(b.0, &b.1.page.path)));
    let oldest: Vec<String> = dated.iter().take(OLDEST).map(|(day, node)| format!("{day}  {}", line(node))).collect();
    group(&mut out, "Oldest pages, by the day of their last review, change or writing", &oldest);

    let ownerless: Vec<String> = texts().filter(|(_, node)| node.page.front.owner.is_none()).map(|(_, node)| line(node)).collect();
    // Where nobody owns anything, owners are not how this handbook works.
    if ownerless.len() < texts().count() {
        group(&mut out, "Pages without an owner", &ownerless);
    }
    out
}

/// The last day on which somebody looked at a page, as far as it says so.
fn last_looked_at(node: &Node) -> Option<Date> {
    let front = &node.page.front;
    [front.date, front.updated, front.reviewed_on].into_iter().flatten().max()
}

fn group(out: &mut String, heading: &str, rows: &[String]) {
    if rows.is_empty() {
        return;
    }
    let blank = if out.is_empty() { "" } else { "\n" };
    let _ = writeln!(out, "{blank}{heading} ({})", rows.len());
    for row in rows.iter().take(SHOWN) {
        let _ = writeln!(out, "  {row}");
    }
    if rows.len() > SHOWN {
        let _ = writeln!(out, "  and {} more", rows.len() - SHOWN);
    }
}
