//! Lists by letter: the glossary, and the index of every page.
//!
//! In: terms, pages, people. Out: listings with a group a letter, and a long letter in parts.

use std::collections::BTreeMap;

use crate::base::path::Url;
use crate::base::slug::Slugger;
use crate::base::strings::Language;
use crate::parse::front::Kind;
use crate::resolve::order::natural;
use crate::resolve::{Graph, Node};

use super::super::gather::{Gathered, kind_word};
use super::super::href::href;
use super::super::outputs::{INDEX_LIMIT, index_letters, letter, letter_url, parts_of};
use super::super::page::Scene;
use super::super::view::{GroupView, ItemView, LinkView, ListingView};
use super::{bare, item, later, list, made_title, one_group, paging};
use crate::base::config::Mode;

/// All terms by letter, below the text of the page that introduces them, if there is one.
pub fn glossary(scene: Scene<'_>, intro: Option<&Node>, url: &Url) -> ListingView {
    let Scene { graph, gathered } = scene;
    let mut ids = Slugger::default();
    if let Some(Node { page, .. }) = intro {
        page.ids.iter().for_each(|id| ids.reserve(id));
        page.headings.iter().for_each(|heading| ids.reserve(&heading.id));
    }
    let mut groups: Vec<GroupView> = Vec::new();
    for (at, term) in graph.terms().iter().enumerate() {
        let used = graph
            .used_in(at)
            .iter()
            .filter(|id| graph.node(**id).is_some_and(|node| node.is_listed(&graph.settings) && node.page.kind != Kind::Term));
        let used_in =
            used.filter_map(|id| gathered.card_of(*id)).take(8).map(|card| LinkView { title: card.title.clone(), href: card.href.clone() });
        let line = ItemView {
            text: term.definition.clone(),
            also: term.aliases.iter().filter(|alias| !alias.starts_with('/')).cloned().collect(),
            used_in: used_in.collect(),
            id: ids.next(&term.title),
            ..bare(&term.title, href(&term.url, &graph.settings), "term")
        };
        push_lettered(&mut groups, letter(&term.title), line);
    }
    list(scene, url, "glossary", scene.say_at(url).text(made_title("glossary")), groups)
}

fn push_lettered(groups: &mut Vec<GroupView>, letter: char, line: ItemView) {
    let title = letter_title(letter);
    match groups.last_mut() {
        Some(group) if group.title == title => group.items.push(line),
        _ => groups.push(GroupView { id: format!("_ff-letter-{letter}"), title, items: vec![line] }),
    }
}

fn letter_title(letter: char) -> String {
    if letter == '0' { "0–9".to_owned() } else { letter.to_string() }
}

/// The A to Z index, or a part of one letter of it; numbers stand by their value, so `Part 2` before `Part 10`.
pub fn index(scene: Scene<'_>, wanted: Option<(char, u32)>, url: &Url) -> ListingView {
    let (Scene { graph, gathered }, say) = (scene, scene.say_at(url));
    let letters = if wanted.is_none() { index_letters(gathered) } else { BTreeMap::new() };
    if !letters.is_empty() {
        let link = |letter: &char| letter_url(*letter, 1).map(|url| bare(&letter_title(*letter), href(&url, &graph.settings), "page"));
        return list(scene, url, "search", say.text("index"), one_group(letters.keys().filter_map(link).collect()));
    }
    let in_scope = |title: &str| wanted.is_none_or(|(wanted, _)| letter(title) == wanted);
    let mut lines: Vec<(char, String, ItemView)> = Vec::new();
    let pages =
        gathered.lettered.iter().filter(|(letter, _)| wanted.is_none_or(|(wanted, _)| **letter == wanted)).flat_map(|(_, pages)| pages);
    for id in pages {
        if let (Some(card), Some(node)) = (gathered.card_of(*id), graph.node(*id)) {
            let text = place_text(graph, gathered, node, say);
            lines.push((letter(&card.title), natural(&card.title), ItemView { text, ..item(card) }));
        }
    }
    for person in gathered.people.iter().filter(|person| person.page.is_none() && in_scope(&person.name)) {
        lines.push((letter(&person.name), natural(&person.name), bare(&person.name, href(&person.url, &graph.settings), "contributor")));
    }
    lines.sort_by(|a, b| (a.0, &a.1, &a.2.href).cmp(&(b.0, &b.1, &b.2.href)));
    let Some((letter, part)) = wanted else { return list(scene, url, "search", say.text("index"), grouped(lines)) };
    let parts = parts_of(lines.len(), INDEX_LIMIT);
    let shown = lines.into_iter().skip((part as usize - 1) * INDEX_LIMIT).take(INDEX_LIMIT);
    let name = say.fill("index_letter", &[("letter", &letter_title(letter))]);
    let mut view = list(scene, url, "search", &name, grouped(shown));
    view.page.head_title = format!("{} · {}", later(&name, part, say), gathered.title);
    view.paging = paging(scene, parts, part, |part| letter_url(letter, part));
    view
}

/// Sorted lines, in a group a letter.
fn grouped(lines: impl IntoIterator<Item = (char, String, ItemView)>) -> Vec<GroupView> {
    let mut groups = Vec::new();
    for (letter, _, line) in lines {
        push_lettered(&mut groups, letter, line);
    }
    groups
}

/// Where a page stands, for those of one title.
fn place_text(graph: &Graph, gathered: &Gathered, node: &Node, say: &Language) -> String {
    let pillar = node.pillars.first().and_then(|id| gathered.pillar(id)).map(|pillar| pillar.title.clone());
    let kind = match node.page.kind {
        Kind::Page => String::new(),
        kind => say.text(&format!("kinds.{}", kind_word(kind))).to_owned(),
    };
    let folder =
        graph.settings.in_content(node.page.path.as_str()).and_then(|place| place.rsplit_once('/')).map(|(folder, _)| folder.to_owned());
    match (pillar, kind.is_empty()) {
        (Some(pillar), false) => format!("{pillar}{}{kind}", say.text("comma")),
        (None, false) => kind,
        _ if graph.settings.mode == Mode::Foreign => folder.unwrap_or_default(),
        _ => String::new(),
    }
}
