//! `graph.json`: the pages of the handbook and how they relate, for programs.
//!
//! In: the graph. Out: JSON as `docs/graph.schema.json` describes it, made when it is asked for.
//!
//! Invariant: it names what lists may name and nothing else; credit of an anonymous page is not in it.
//! Invariant: pages stand in the order that readers see, links of a page in the order of its text, each once.
//! Invariant: no more than one page of it is in memory beside its text.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;
use serde::{Serialize, Serializer};

use crate::base::path::Url;
use crate::parse::page::Relation;
use crate::resolve::{Lead, Node};

use super::gather::{kind_word, stance_word};
use super::page::Scene;
use super::twin::twin_url;

/// The version of the format; it grows when a field changes its meaning or goes.
const VERSION: u32 = 1;
/// About how many bytes a page takes, rather too many.
const MEMBER: usize = 1_500;

#[derive(Serialize)]
struct Network<'a> {
    version: u32,
    title: &'a str,
    base_url: Option<&'a str>,
    pages: Pages<'a>,
}

/// The pages, each made when it is written.
struct Pages<'a>(Scene<'a>);

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
    let Scene { graph, gathered } = scene;
    let network =
        Network { version: VERSION, title: &gathered.title, base_url: graph.settings.config.base_url.as_deref(), pages: Pages(scene) };
    // A large text is not moved while it grows.
    let mut json = Vec::with_capacity(gathered.cards.len() * MEMBER);
    // Texts, numbers and lists of them, written into memory: nothing here can fail.
    if serde_json::to_writer(&mut json, &network).is_err() {
        json.clear();
    }
    json.push(b'\n');
    without_tags(String::from_utf8(json).unwrap_or_default())
}

impl Serialize for Pages<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Scene { graph, gathered } = self.0;
        let listed = || graph.in_order().map(|(_, node)| node).filter(|node| node.is_listed(&graph.settings));
        let people = || gathered.people.iter().filter(|person| person.page.is_none());
        let sections = || graph.terms().iter().filter(|term| term.section.is_some());
        let mut known: FxHashSet<&Url> = listed().map(|node| &node.url).collect();
        known.extend(people().map(|person| &person.url));
        known.extend(sections().map(|term| &term.url));
        let pages = listed().map(|node| member(self.0, node, &known));
        let people = people().map(|person| made(&person.url, &person.name, "contributor"));
        let sections = sections().map(|term| made(&term.url, &term.title, "term"));
        serializer.collect_seq(pages.chain(people).chain(sections))
    }
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
