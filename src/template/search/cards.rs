//! What a result shows, and what narrows a search down.
//!
//! In: the entries. Out: a shard of cards; the file that says how large the search is and how its entries are filed.

use crate::base::config::Stance;
use crate::parse::front::Kind;
use crate::resolve::Node;

use super::super::gather::kind_word;
use super::super::href::href;
use super::super::page::Scene;
use super::code;
use super::{Entry, SLOTS, Sizes, What};

/// How far from its own number an entry may stand where others had it before.
const NEAR: usize = 64;

/// The kinds, in the order of the digits that stand for them.
const KINDS: [Kind; 6] = [Kind::Essay, Kind::Example, Kind::Contributor, Kind::Term, Kind::Path, Kind::Page];

/// The cards of a shard: `[number, address, title, claim, kind, pillar, minutes, examples, who]` each.
pub(super) fn shard(scene: Scene<'_>, entries: &[Entry], shard: u32) -> String {
    let from = entries.partition_point(|entry| entry.number < shard * SLOTS);
    let to = entries.partition_point(|entry| entry.number / SLOTS <= shard);
    let mut out = String::with_capacity(400 * (to - from) + 2);
    out.push('[');
    for entry in &entries[from..to] {
        out.push_str(if out.len() > 1 { ",\n[" } else { "[" });
        card(scene, entry, &mut out);
        out.push(']');
    }
    out.push(']');
    out
}

fn card(scene: Scene<'_>, entry: &Entry, out: &mut String) {
    let Scene { graph, gathered } = scene;
    let mut row = |address: &str, title: &str, claim: &str, kind: &str| {
        out.push_str(&entry.number.to_string());
        for field in [address, title, claim, kind] {
            out.push(',');
            code::text(out, field);
        }
    };
    match entry.what {
        What::Page(id) => {
            let Some(card) = gathered.card_of(id) else { return };
            row(&card.href, &card.title, &card.claim, card.kind);
            out.push(',');
            code::text(out, card.pillar.as_deref().unwrap_or(""));
            let by: Vec<&str> = card.by.iter().map(|person| person.name.as_str()).collect();
            let who = if by.is_empty() { card.role.clone().unwrap_or_default() } else { by.join(", ") };
            out.push_str(&format!(",{},{},", card.minutes, card.examples));
            code::text(out, &who);
        }
        What::Term(at) => {
            let term = &graph.terms()[at];
            row(&href(&term.url, &graph.settings), &term.title, &term.definition, "term");
        }
        What::Person(at) => {
            let person = &gathered.people[at];
            row(&href(&person.url, &graph.settings), &person.name, "", "contributor");
        }
    }
}

/// Sizes, kinds, pillars and people, and of each entry its number, kind, pillars and stances.
pub(super) fn meta(scene: Scene<'_>, entries: &[Entry], sizes: Sizes) -> String {
    let Scene { graph, gathered } = scene;
    let mut out = format!("{{\"words\":{},\"cards\":{},\"slots\":{SLOTS},\"kinds\":[", sizes.words, sizes.cards);
    list(&mut out, KINDS, |out, kind| code::text(out, kind_word(kind)));
    out.push_str("],\"pillars\":[");
    list(&mut out, &gathered.pillars, |out, pillar| pair(out, &pillar.id, &pillar.title));
    out.push_str("],\"people\":[");
    let people = gathered.people.iter().filter(|person| !person.pages.is_empty());
    list(&mut out, people, |out, person| {
        let mut numbers: Vec<u32> = person.pages.iter().filter_map(|page| place(entries, scene, *page, sizes)).collect();
        numbers.sort_unstable();
        pair(out, &person.name, &steps(&numbers));
    });
    let numbers: Vec<u32> = entries.iter().map(|entry| entry.number).collect();
    out.push_str(&format!("],\"entries\":\"{}\",\"kind\":\"", steps(&numbers)));
    let node = |entry: &Entry| match entry.what {
        What::Page(id) => graph.node(id),
        What::Term(_) | What::Person(_) => None,
    };
    let mut facets = [String::new(), String::new()];
    for entry in entries {
        let (kind, pillars, stances) = match (entry.what, node(entry)) {
            (_, Some(node)) => (node.page.kind, pillar_bits(scene, node), stance_bits(node)),
            (What::Person(_), None) => (Kind::Contributor, 0, 0),
            _ => (Kind::Term, 0, 0),
        };
        code::digit(&mut out, KINDS.iter().position(|known| *known == kind).unwrap_or(KINDS.len() - 1) as u32);
        code::digit(&mut facets[0], pillars);
        code::digit(&mut facets[1], stances);
    }
    let [pillars, stances] = facets;
    out.push_str(&format!("\",\"pillar\":\"{pillars}\",\"stance\":\"{stances}\"}}"));
    out
}

fn list<T>(out: &mut String, items: impl IntoIterator<Item = T>, write: impl Fn(&mut String, T)) {
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write(out, item);
    }
}

fn pair(out: &mut String, first: &str, second: &str) {
    out.push('[');
    code::text(out, first);
    out.push(',');
    code::text(out, second);
    out.push(']');
}

/// The steps between ascending numbers.
fn steps(numbers: &[u32]) -> String {
    let mut out = String::with_capacity(numbers.len() * 3);
    let mut last = 0;
    for number in numbers {
        code::number(&mut out, number - last);
        last = *number;
    }
    out
}

/// The place of a page among the entries.
fn place(entries: &[Entry], scene: Scene<'_>, page: crate::resolve::PageId, sizes: Sizes) -> Option<u32> {
    let node = scene.graph.node(page)?;
    let first = super::number(&node.url, sizes.cards);
    let from = entries.partition_point(|entry| entry.number < first);
    let at = entries[from..].iter().take(NEAR).position(|entry| entry.what == What::Page(page))?;
    Some((from + at) as u32)
}

fn pillar_bits(scene: Scene<'_>, node: &Node) -> u32 {
    let known = scene.gathered.pillars.iter().enumerate();
    known.filter(|(_, pillar)| node.pillars.iter().any(|id| **id == *pillar.id)).fold(0, |bits, (at, _)| bits | 1 << at.min(5))
}

fn stance_bits(node: &Node) -> u32 {
    node.page.stances.iter().fold(0, |bits, stance| bits | if *stance == Stance::Leadership { 1 } else { 2 })
}
