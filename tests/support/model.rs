//! The model of a site as text, for documents that say what every page and every link shall be.

use std::fmt::Write as _;

use fourfold::engine::Plan;
use fourfold::resolve::{Lead, Standing};

/// Every page in the order that readers see: its address, its title, and its language where it has one of its own.
pub fn pages(plan: &Plan<'_>) -> String {
    let graph = plan.graph();
    let mut out = String::new();
    for (_, node) in graph.in_order() {
        let lang = node.page.front.lang.as_ref().map_or_else(String::new, |lang| format!(" [{}]", lang.value));
        let _ = writeln!(out, "{} {}{lang}", node.url, node.title());
    }
    out
}

/// Every link that leads or should lead to something of the folder, by file and place; `ok` is not said.
pub fn links(plan: &Plan<'_>) -> String {
    let graph = plan.graph();
    let mut nodes: Vec<_> = graph.in_order().map(|(_, node)| node).collect();
    nodes.sort_by(|a, b| a.page.path.cmp(&b.page.path));
    let mut out = String::new();
    for node in nodes {
        let mut links: Vec<_> = node.page.links.iter().zip(&node.links).collect();
        links.sort_by_key(|(link, _)| link.span.start);
        for (link, resolution) in links.into_iter().filter(|(_, resolution)| resolution.standing != Standing::External) {
            let target = match &resolution.lead {
                Lead::Page(id, anchor) => {
                    let anchor = anchor.as_ref().map_or_else(String::new, |anchor| format!("#{anchor}"));
                    format!("{}{anchor}", graph.node(*id).map_or("?", |node| node.page.path.as_str()))
                }
                Lead::Asset(path) => path.to_string(),
                Lead::Made(url) => url.to_string(),
                Lead::Folder(folder) => format!("{folder}/"),
                Lead::Nowhere => "nothing".to_owned(),
            };
            let standing = if resolution.standing == Standing::Ok { "" } else { &format!(" ({})", resolution.standing.word()) };
            let _ = writeln!(out, "{}: {} -> {target}{standing}", node.page.path, link.raw);
        }
    }
    out
}
