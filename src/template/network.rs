//! `graph.json`: the pages of the handbook and how they relate, for programs.
//!
//! In: the graph. Out: JSON as `docs/graph.schema.json` describes it, made when it is asked for.
//!
//! Invariant: it names what lists may name and nothing else; credit of an anonymous page is not in it.
//! Invariant: pages stand in the order that readers see, links of a page in the order of its text, each once.
//! Invariant: no more than one page of it is in memory beside a piece of its text.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;
use serde::Serialize;

use crate::base::path::Url;
use crate::parse::page::Relation;
use crate::resolve::{Lead, Node};

use super::gather::{kind_word, stance_word};
use super::page::Scene;
use super::twin::twin_url;

/// The version of the format; it grows when a field changes its meaning or goes.
const VERSION: u32 = 1;
/// About how many bytes a piece has.
const PIECE: usize = 64 * 1024;

#[derive(Serialize)]
struct Member<'a> {
    url: &'a Url,
    title: &'a str,
    kind: &'static str,
    pillar: Vec<&'a str>,
    stance: Vec<&'static str>,
    by: Vec<String>,
    tags: Vec<&'a str>,
    date: Option<String>,
    updated: Option<String>,
    markdown: Option<Url>,
    /// Where it leads, by the kind of relation.
    links: BTreeMap<&'static str, Vec<&'a Url>>,
}

/// The network as JSON.
pub fn network(scene: Scene<'_>) -> String {
    pieces(scene).collect()
}

/// The network as JSON, made piece by piece, since it grows with the handbook.
pub fn pieces(scene: Scene<'_>) -> impl Iterator<Item = String> {
    let base_url = scene.graph.settings.config.base_url.as_deref();
    let head = format!("{{\"version\":{VERSION},\"title\":{},\"base_url\":{},\"pages\":[", json(&scene.gathered.title), json(&base_url));
    let mut members = members(scene).enumerate().map(|(at, member)| (if at > 0 { "," } else { "" }, json(&member)));
    let some = move || {
        let mut piece = String::with_capacity(PIECE + PIECE / 8);
        while piece.len() < PIECE
            && let Some((comma, member)) = members.next()
        {
            piece.push_str(comma);
            piece.push_str(&member);
        }
        (!piece.is_empty()).then_some(piece)
    };
    let end = "]}\n".to_owned();
    std::iter::once(head).chain(std::iter::from_fn(some)).chain(std::iter::once(end)).map(without_tags)
}

/// Every page that has an address of its own.
fn members(scene: Scene<'_>) -> impl Iterator<Item = Member<'_>> {
    let Scene { graph, gathered } = scene;
    let listed = move || graph.in_order().map(|(_, node)| node).filter(|node| node.is_listed(&graph.settings));
    let people = move || gathered.people.iter().filter(|person| person.page.is_none());
    let sections = move || graph.terms().iter().filter(|term| term.section.is_some());
    let mut known: FxHashSet<&Url> = listed().map(|node| &node.url).collect();
    known.extend(people().map(|person| &person.url));
    known.extend(sections().map(|term| &term.url));
    let pages = listed().map(move |node| member(scene, node, &known));
    let people = people().map(|person| made(&person.url, &person.name, "contributor"));
    let sections = sections().map(|term| made(&term.url, &term.title, "term"));
    pages.chain(people).chain(sections)
}

/// A value of texts, numbers and lists of them as JSON, which cannot fail.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// JSON in which nobody finds an element who takes it for HTML. It may be long, so it is copied only where it has to be.
pub fn without_tags(json: String) -> String {
    if json.contains('<') { json.replace('<', "\\u003c") } else { json }
}

fn member<'a>(scene: Scene<'a>, node: &'a Node, known: &FxHashSet<&Url>) -> Member<'a> {
    let Scene { graph, gathered } = scene;
    let (page, front) = (&node.page, &node.page.front);
    let mut links = BTreeMap::new();
    let mut seen = FxHashSet::default();
    for (kind, to) in ties(scene, node).filter(|tie| known.contains(tie.1) && seen.insert(*tie)) {
        links.entry(kind).or_insert_with(Vec::new).push(to);
    }
    Member {
        url: &node.url,
        title: node.title(),
        kind: kind_word(page.kind),
        pillar: node.pillars.iter().map(|pillar| &**pillar).collect(),
        stance: page.stances.iter().map(|stance| stance_word(*stance)).collect(),
        by: gathered.people_of(graph, page, &node.links).into_iter().map(|person| person.name).collect(),
        tags: front.tags.iter().map(|tag| tag.value.as_str()).collect(),
        date: front.date.map(|day| day.to_string()),
        updated: page.changed().map(|day| day.to_string()),
        markdown: twin_url(node, &graph.settings),
        links,
    }
}

/// A page that no file makes.
fn made<'a>(url: &'a Url, title: &'a str, kind: &'static str) -> Member<'a> {
    let (pillar, stance, by, tags) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    Member { url, title, kind, pillar, stance, by, tags, date: None, updated: None, markdown: None, links: BTreeMap::new() }
}

/// Where the links and terms of a page lead, and what each is to it.
fn ties<'a>(scene: Scene<'a>, node: &'a Node) -> impl Iterator<Item = (&'static str, &'a Url)> {
    let Scene { graph, gathered } = scene;
    let links = node.page.links.iter().zip(&node.links).filter_map(move |(link, resolution)| {
        let kind = match link.relation {
            Relation::Mentions => "mentions",
            Relation::Embeds => "embeds",
            Relation::Illustrates => "illustrates",
            Relation::Contrasts => "contrasts",
            Relation::By if !node.page.front.anonymous => "by",
            Relation::By | Relation::Shows | Relation::Tagged => return None,
        };
        let to = match &resolution.lead {
            Lead::Page(target, _) => &graph.node(*target)?.url,
            lead => &gathered.person(lead)?.url,
        };
        Some((kind, to))
    });
    let terms = node.terms.iter().filter_map(move |usage| Some(("uses", &graph.terms().get(usage.term as usize)?.url)));
    links.chain(terms).filter(|(_, to)| **to != node.url)
}
