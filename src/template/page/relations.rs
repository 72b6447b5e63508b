//! What a page shows of others: examples, contrasts, terms, mentions, neighbours, stops of a path.
//!
//! In: the graph, a page. Out: sealed cards and links, in the order in which readers see them.
//!
//! Invariant: only listed pages stand in a list that its own author has not written.

use crate::base::fingerprint::Sealed;
use crate::parse::front::Kind;
use crate::parse::page::Relation;
use crate::parse::sentence::Sentence;
use crate::resolve::related::{is_shown_apart, related};
use crate::resolve::{Lead, Node, PageId};

use super::super::content::Writer;
use super::super::gather::Path;
use super::super::part::href_of;
use super::super::view::{BacklinkView, CardView, LinkView, PageView, PathRowView, SentenceView, StopView, TermView};
use super::Scene;
use super::piece::in_paragraph;

/// How many pages that mention a page are shown on it.
const MENTIONS: usize = 40;
/// How many terms a page defines at its foot.
const TERMS: usize = 8;
/// How many sentences of one page are shown.
const SENTENCES: usize = 3;

/// Cards of the pages that this page's links of one kind lead to.
pub(super) fn targets(scene: Scene<'_>, node: &Node, relation: Relation) -> Vec<Sealed<CardView>> {
    let links = node.page.links.iter().zip(&node.links).filter(|(link, _)| link.relation == relation);
    let mut cards: Vec<Sealed<CardView>> = Vec::new();
    for (_, resolution) in links {
        if let Lead::Page(id, _) = resolution.lead
            && let Some(card) = scene.gathered.card_of(id)
            && !cards.contains(card)
        {
            cards.push(card.clone());
        }
    }
    cards
}

/// Cards of the pages whose links of one kind lead here.
pub(super) fn sources(scene: Scene<'_>, id: PageId, relation: Relation) -> Vec<Sealed<CardView>> {
    let inbound = scene.graph.inbound(id).iter().filter(|inbound| scene.graph.relation(**inbound) == Some(relation));
    let mut cards: Vec<Sealed<CardView>> = Vec::new();
    for inbound in inbound {
        let listed = scene.graph.node(inbound.from).is_some_and(|node| node.is_listed(&scene.graph.settings));
        if let Some(card) = scene.gathered.card_of(inbound.from).filter(|_| listed)
            && !cards.contains(card)
        {
            cards.push(card.clone());
        }
    }
    cards
}

pub(super) fn contrasts(scene: Scene<'_>, id: PageId, node: &Node) -> Vec<Sealed<CardView>> {
    let mut cards = targets(scene, node, Relation::Contrasts);
    for card in sources(scene, id, Relation::Contrasts) {
        if !cards.contains(&card) {
            cards.push(card);
        }
    }
    cards
}

/// The terms that the text uses, in its order; a page that uses many defines the first, and links to all in its text.
pub(super) fn terms(scene: Scene<'_>, node: &Node) -> Vec<Sealed<TermView>> {
    node.terms.iter().take(TERMS).filter_map(|usage| scene.gathered.terms.get(usage.term as usize)).cloned().collect()
}

/// Pages that mention a page with the sentences that do, and how many more there are.
pub fn backlinks(scene: Scene<'_>, id: PageId) -> (Vec<BacklinkView>, u32) {
    let graph = scene.graph;
    let mut views: Vec<BacklinkView> = Vec::new();
    let mut last: Option<PageId> = None;
    let mut more = 0;
    for inbound in graph.inbound(id) {
        let Some(from) = graph.node(inbound.from).filter(|from| from.is_listed(&graph.settings) && from.page.kind != Kind::Path) else {
            continue;
        };
        let link = &from.page.links[inbound.link as usize];
        if inbound.from == id || is_shown_apart(link.relation) {
            continue;
        }
        let Some(card) = scene.gathered.card_of(inbound.from) else { continue };
        if last != Some(inbound.from) {
            last = Some(inbound.from);
            if views.len() == MENTIONS {
                more += 1;
            } else {
                views.push(BacklinkView { card: card.clone(), sentences: Vec::new() });
            }
        }
        if more == 0
            && let (Some(view), Some(sentence)) = (views.last_mut(), &link.sentence)
            && view.sentences.len() < SENTENCES
        {
            let is_same = |other: &SentenceView| (other.before.as_str(), other.after.as_str()) == (sentence.before(), sentence.after());
            if !view.sentences.iter().any(is_same)
                && let Some(href) = href_of(graph, scene.gathered, inbound.from, sentence.anchor())
            {
                view.sentences.push(sentence_view(sentence, href.into_owned()));
            }
        }
    }
    (views, more)
}

fn sentence_view(sentence: &Sentence, href: String) -> SentenceView {
    let [before, marked, after] = [sentence.before(), sentence.marked(), sentence.after()].map(str::to_owned);
    SentenceView { before, marked, after, href }
}

/// The pages before and after, the paths, and what is related but neither.
pub(super) fn neighbours(scene: Scene<'_>, id: PageId, view: &mut PageView) {
    let Scene { graph, gathered } = scene;
    let link = |id: PageId| gathered.card_of(id).map(|card| LinkView { title: card.title.clone(), href: card.href.clone() });
    let mut except: Vec<PageId> = Vec::new();
    if let Some((previous, next)) = gathered.neighbours.get(&id) {
        except.extend(previous.iter().chain(next));
        (view.previous, view.next) = (previous.and_then(link), next.and_then(link));
    }
    for (path, place) in gathered.on_paths.get(&id).map_or(&[][..], Vec::as_slice) {
        let Path { page, stops } = &gathered.paths[*path];
        let at = |place: Option<usize>| place.and_then(|place| stops.get(place)).copied().and_then(link);
        if let Some(path) = link(*page) {
            let (previous, next) = (at(place.checked_sub(1)), at(Some(place + 1)));
            view.paths.push(PathRowView { path, position: *place as u32 + 1, of: stops.len() as u32, previous, next });
        }
    }
    if matches!(view.kind, "essay" | "page") && graph.node(id).is_some_and(|node| !node.page.index) {
        view.related = related(graph, id, &except).into_iter().filter_map(|id| gathered.card_of(id).cloned()).collect();
    }
}

pub(in crate::template) fn stops(scene: Scene<'_>, node: &Node, writer: &mut Writer<'_>, id: PageId) -> Vec<StopView> {
    let page = &node.page;
    let stop = |stop: &crate::parse::page::Stop| {
        let (link, resolution) = (page.links.get(stop.link as usize)?, node.links.get(stop.link as usize)?);
        let card = match resolution.lead {
            Lead::Page(id, _) => scene.gathered.card_of(id).cloned(),
            _ => None,
        };
        let href = match &link.target {
            crate::parse::page::Target::External(url) => Some(url.to_string()),
            _ => None,
        };
        writer.without = Some(stop.link);
        let sentence = writer.text(id, node, stop.sentence.clone(), &[]);
        writer.without = None;
        let sentence = in_paragraph(sentence.trim_start_matches([':', '–', '—', '-', '.', ',', ';', ' ', '\n']));
        let title = card.as_ref().map_or_else(|| stop.words.clone(), |card| card.title.clone());
        Some(StopView { card, title, href, sentence })
    };
    page.stops.iter().filter_map(stop).collect()
}
