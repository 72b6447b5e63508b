//! `graph.json`: the pages of the handbook and how they relate, for programs.
//!
//! In: the graph. Out: JSON as `docs/graph.schema.json` describes it, made when it is asked for.
//!
//! Invariant: it names what lists may name and nothing else; credit of an anonymous page is not in it.
//! Invariant: pages stand in the order that readers see, links of a page in the order of its text, each once.
//! Invariant: no more of it is in memory than a piece of its text for each thread.

use rayon::prelude::*;
use rustc_hash::FxHashSet;
use serde::{Serialize, Serializer};

use crate::base::path::Url;
use crate::parse::page::Relation;
use crate::resolve::terms::Term;
use crate::resolve::{Lead, Node, PageId};

use super::gather::{Person, kind_word, stance_word};
use super::page::Scene;
use super::twin::twin_url;

/// The version of the format; it grows when a field changes its meaning or goes.
const VERSION: u32 = 1;
/// How many pages a piece has.
const PIECE: usize = 64;

#[derive(Serialize)]
struct Member<'a> {
    url: &'a Url,
    title: &'a str,
    kind: &'static str,
    pillar: Vec<&'a str>,
    stance: Vec<&'static str>,
    by: Vec<&'a str>,
    tags: Vec<&'a str>,
    date: Option<String>,
    updated: Option<String>,
    markdown: Option<Url>,
    links: Links<'a>,
}

/// Where a page leads, by the kind of relation; kinds without a link are not said.
#[derive(Default)]
struct Links<'a>([Vec<&'a Url>; TIES.len()]);

/// The kinds of relations, by their words in the file.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Tie {
    By,
    Contrasts,
    Embeds,
    Illustrates,
    Mentions,
    Uses,
}

/// The words for `Tie`, in its order.
const TIES: [&str; 6] = ["by", "contrasts", "embeds", "illustrates", "mentions", "uses"];

impl Serialize for Links<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(TIES.iter().zip(&self.0).filter(|(_, links)| !links.is_empty()))
    }
}

/// The network as JSON.
pub fn network(scene: Scene<'_>) -> String {
    pieces(scene).collect()
}

/// The network as JSON, made piece by piece, since it grows with the handbook: as many pieces at once as there are threads, since
/// it is the one output that takes longer the more pages there are.
pub fn pieces(scene: Scene<'_>) -> impl Iterator<Item = String> {
    let base_url = scene.graph.settings.config.base_url.as_deref();
    let head = format!("{{\"version\":{VERSION},\"title\":{},\"base_url\":{},\"pages\":[", json(&scene.gathered.title), json(&base_url));
    let entries = entries(scene);
    let at_once = PIECE * rayon::current_num_threads();
    let starts = (0..entries.len()).step_by(at_once);
    let piece = move |(at, some): (usize, &[Entry<'_>])| {
        let members: Vec<String> = some.iter().map(|entry| json(&entry.member(scene))).collect();
        format!("{}{}", if at > 0 { "," } else { "" }, members.join(","))
    };
    let some = move |start: usize| -> Vec<String> {
        let some = &entries[start..entries.len().min(start + at_once)];
        some.par_chunks(PIECE).enumerate().map(|(at, some)| piece((start + at, some))).collect()
    };
    std::iter::once(head).chain(starts.flat_map(some)).chain(std::iter::once("]}\n".to_owned())).map(without_tags)
}

/// Who has an address of its own.
enum Entry<'a> {
    Page(&'a Node),
    Person(&'a Person),
    /// A term that is a section of a page.
    Section(&'a Term),
}

/// All of them, in the order that readers see.
fn entries(scene: Scene<'_>) -> Vec<Entry<'_>> {
    let Scene { graph, gathered } = scene;
    let pages = graph.in_order().map(|(_, node)| node).filter(|node| node.is_listed(&graph.settings)).map(Entry::Page);
    let people = gathered.people.iter().filter(|person| person.page.is_none()).map(Entry::Person);
    let sections = graph.terms().iter().filter(|term| term.section.is_some()).map(Entry::Section);
    pages.chain(people).chain(sections).collect()
}

impl<'a> Entry<'a> {
    fn member(&self, scene: Scene<'a>) -> Member<'a> {
        match self {
            Self::Page(node) => member(scene, node),
            Self::Person(person) => made(&person.url, &person.name, "contributor"),
            Self::Section(term) => made(&term.url, &term.title, "term"),
        }
    }
}

/// A value of texts, numbers and lists of them as JSON, which cannot fail.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// JSON in which nobody finds an element who takes it for HTML. It may be long, so it is copied only where it has to be.
pub fn without_tags(json: String) -> String {
    if json.contains('<') { json.replace('<', "\\u003c") } else { json }
}

fn member<'a>(scene: Scene<'a>, node: &'a Node) -> Member<'a> {
    let Scene { graph, gathered } = scene;
    let (page, front) = (&node.page, &node.page.front);
    let mut links = Links::default();
    let mut seen = FxHashSet::default();
    for (tie, to) in ties(scene, node).filter(|tie| seen.insert(*tie)) {
        links.0[tie as usize].push(to);
    }
    Member {
        url: &node.url,
        title: node.title(),
        kind: kind_word(page.kind),
        pillar: node.pillars.iter().map(|pillar| &**pillar).collect(),
        stance: page.stances.iter().map(|stance| stance_word(*stance)).collect(),
        by: gathered.credited(page, &node.links).into_iter().map(|person| person.name.as_str()).collect(),
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
    Member { url, title, kind, pillar, stance, by, tags, date: None, updated: None, markdown: None, links: Links::default() }
}

/// Where the links and terms of a page lead as far as lists may name it, and how.
fn ties<'a>(scene: Scene<'a>, node: &'a Node) -> impl Iterator<Item = (Tie, &'a Url)> {
    let Scene { graph, gathered } = scene;
    let listed = move |id: PageId| graph.node(id).filter(|node| node.is_listed(&graph.settings));
    let links = node.page.links.iter().zip(&node.links).filter_map(move |(link, resolution)| {
        let tie = match link.relation {
            Relation::Mentions => Tie::Mentions,
            Relation::Embeds => Tie::Embeds,
            Relation::Illustrates => Tie::Illustrates,
            Relation::Contrasts => Tie::Contrasts,
            Relation::By if !node.page.front.anonymous => Tie::By,
            Relation::By | Relation::Shows | Relation::Tagged => return None,
        };
        let to = match &resolution.lead {
            Lead::Page(target, _) => &listed(*target)?.url,
            lead => &gathered.person(lead).filter(|person| person.page.is_none_or(|page| listed(page).is_some()))?.url,
        };
        Some((tie, to))
    });
    let terms = node.terms.iter().filter_map(move |usage| graph.terms().get(usage.term as usize));
    let terms = terms.filter(move |term| term.section.is_some() || listed(term.page).is_some()).map(|term| (Tie::Uses, &term.url));
    links.chain(terms).filter(|(_, to)| **to != node.url)
}
