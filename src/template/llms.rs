//! `llms.txt`: the handbook in a few lines, for programs that read text.
//!
//! In: what was gathered. Out: a list of the essays by pillar (of a foreign folder: of its pages by folder), each with the
//! address of its Markdown, and where to find the rest.
//!
//! The heading `Optional` is a word of the format, not of a language.
//!
//! Invariant: it names what lists may name and nothing else.

use crate::base::config::Mode;
use crate::base::path::{Url, encode_path};
use crate::base::strings::Language;
use crate::parse::sentence::shorten;
use crate::resolve::{Node, PageId};

use super::gather::{Gathered, folder_url};
use super::page::Scene;
use super::sitewide::folder_title;
use super::twin::{escape, push_address, twin_url};

/// Up to how many lines each says what the page claims.
const CLAIMS: usize = 300;
/// How long a claim may be.
const CLAIM: usize = 140;

/// The list as Markdown.
pub fn llms(scene: Scene<'_>) -> String {
    let Scene { graph, gathered } = scene;
    let settings = &*graph.settings;
    let say = scene.say_at(&Url::home());
    let groups = groups(scene, say);
    let with_claims = groups.iter().map(|(_, pages)| pages.len()).sum::<usize>() <= CLAIMS;
    let mut out = String::from("# ");
    escape(&mut out, &gathered.title);
    out.push('\n');
    let home = graph.in_order().map(|(_, node)| node).find(|node| node.url == Url::home() && node.is_listed(settings));
    if let Some(home) = home.filter(|home| !home.page.claim.is_empty()) {
        out.push_str("\n> ");
        escape(&mut out, &home.page.claim);
        out.push('\n');
    }
    for (title, pages) in groups.iter().filter(|(_, pages)| !pages.is_empty()) {
        out.push_str("\n## ");
        escape(&mut out, title);
        out.push_str("\n\n");
        for node in pages {
            let url = twin_url(node, settings).unwrap_or_else(|| node.url.clone());
            let claim = if with_claims { &node.page.claim } else { "" };
            line(scene, node.title(), &url, claim, &mut out);
        }
    }
    out.push_str("\n## Optional\n\n");
    let there = [
        (!graph.terms().is_empty(), say.text("glossary"), "/glossary/"),
        (!gathered.people.is_empty(), say.text("people"), "/contributors/"),
        (!gathered.paths.is_empty(), say.text("paths"), "/paths/"),
        (true, say.text("lost_index"), "/search/"),
        (true, "graph.json", "/graph.json"),
    ];
    for (_, title, address) in there.into_iter().filter(|(there, ..)| *there) {
        if let Some(url) = Url::new(address) {
            line(scene, title, &url, "", &mut out);
        }
    }
    out
}

/// The essays of each pillar; of a foreign folder the pages of each top folder, those beside them first.
fn groups<'a>(scene: Scene<'a>, say: &Language) -> Vec<(String, Vec<&'a Node>)> {
    let Scene { graph, gathered } = scene;
    if graph.settings.mode == Mode::Own {
        let pillars = gathered.pillars.iter().zip(&gathered.pillar_pages);
        return pillars.map(|(pillar, pages)| (pillar.title.clone(), nodes(scene, &pages.essays))).collect();
    }
    let mut groups: Vec<(String, Vec<&Node>)> = vec![(say.text("pages").to_owned(), Vec::new())];
    let mut places: Vec<&str> = vec![""];
    for (_, node) in graph.in_order().filter(|(_, node)| node.is_listed(&graph.settings)) {
        let place = graph.settings.in_content(node.page.path.as_str()).unwrap_or("");
        let folder = place.split_once('/').map_or("", |(folder, _)| folder);
        let at = places.iter().position(|known| *known == folder).unwrap_or_else(|| {
            places.push(folder);
            groups.push((title_of(scene, gathered, folder), Vec::new()));
            places.len() - 1
        });
        groups[at].1.push(node);
    }
    groups
}

fn title_of(scene: Scene<'_>, gathered: &Gathered, folder: &str) -> String {
    let title = folder_title(scene.graph, gathered, folder);
    if title.is_empty() { folder_url(folder).to_string() } else { title }
}

fn nodes<'a>(scene: Scene<'a>, ids: &[PageId]) -> Vec<&'a Node> {
    ids.iter().filter_map(|id| scene.graph.node(*id)).collect()
}

fn line(scene: Scene<'_>, title: &str, url: &Url, claim: &str, out: &mut String) {
    out.push_str("- [");
    escape(out, title);
    out.push_str("](");
    out.push_str(scene.graph.settings.config.base_url.as_deref().unwrap_or(""));
    push_address(out, &encode_path(url.below_root()));
    out.push(')');
    if !claim.is_empty() {
        out.push_str(": ");
        escape(out, &shorten(claim, CLAIM));
    }
    out.push('\n');
}
