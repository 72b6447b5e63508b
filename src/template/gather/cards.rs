//! What lists and links show of a page.
//!
//! In: the graph, pillars and people. Out: a sealed card for each page that is published.
//!
//! Invariant: a card depends on its page, on who illustrates it, and on the pillars and people of the handbook.

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::base::fingerprint::Sealed;
use crate::parse::front::Kind;
use crate::parse::page::{Page, Relation};
use crate::resolve::{Graph, Node, PageId, Resolution};

use super::super::href::href;
use super::super::view::{CardView, PersonView};
use super::{Gathered, Person, date_view, kind_word, person_view};

/// What was gathered before a change, and which pages it may have given another card.
#[derive(Clone, Copy)]
pub struct Again<'a> {
    /// What was gathered.
    pub before: &'a Gathered,
    /// Pages that changed, that they link to or linked to, and whose address or pillars others have changed.
    pub changed: &'a FxHashSet<PageId>,
}

impl Gathered {
    pub(super) fn make_cards(&mut self, graph: &Graph, again: Option<Again<'_>>) {
        let person = |person: &Person| (person.name.clone(), person.url.clone());
        let again = again.filter(|again| {
            again.before.pillars == self.pillars && again.before.people.iter().map(person).eq(self.people.iter().map(person))
        });
        let known = |id: PageId| again.filter(|again| !again.changed.contains(&id)).and_then(|again| again.before.card_of(id));
        let card = |(at, node): (usize, &Option<Node>)| {
            let node = node.as_ref().filter(|node| node.is_published(&graph.settings))?;
            let id = PageId(at as u32);
            Some(known(id).cloned().unwrap_or_else(|| Sealed::new(self.card(graph, id, node))))
        };
        self.cards = graph.nodes().par_iter().enumerate().map(card).collect();
    }

    /// Makes the card of a page anew, whose text alone has changed; whether it shows something else than before.
    pub fn recard(&mut self, graph: &Graph, id: PageId) -> bool {
        let node = graph.node(id).filter(|node| node.is_published(&graph.settings));
        let card = node.map(|node| Sealed::new(self.card(graph, id, node)));
        let Some(place) = self.cards.get_mut(id.index()).filter(|place| **place != card) else { return false };
        *place = card;
        true
    }

    fn card(&self, graph: &Graph, id: PageId, node: &Node) -> CardView {
        let page = &node.page;
        let pillar = node.pillars.first().and_then(|pillar| self.pillar(pillar));
        let examples = if page.kind == Kind::Essay {
            graph.inbound(id).iter().filter(|inbound| graph.relation(**inbound) == Some(Relation::Illustrates)).count() as u32
        } else {
            0
        };
        let say = graph.settings.language(&graph.settings.config.language);
        let role =
            [&page.front.role, &page.front.industry].into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(say.text("comma"));
        CardView {
            title: node.title().to_owned(),
            href: href(&node.url, &graph.settings),
            kind: kind_word(page.kind),
            pillar: pillar.map(|pillar| pillar.id.clone()),
            pillar_title: pillar.map(|pillar| pillar.title.clone()),
            claim: crate::parse::sentence::shorten(&page.claim, 260),
            minutes: page.minutes(),
            examples,
            by: self.people_of(graph, page, &node.links),
            role: (!role.is_empty()).then_some(role),
            date: page.front.date.map(|day| date_view(day, say)),
            draft: page.draft,
        }
    }

    /// Who is credited on a page.
    pub fn people_of(&self, graph: &Graph, page: &Page, links: &[Resolution]) -> Vec<PersonView> {
        self.credited(page, links).into_iter().map(|person| person_view(person, graph)).collect()
    }

    /// The people themselves, each once: one may be credited by several of their names.
    pub fn credited(&self, page: &Page, links: &[Resolution]) -> Vec<&Person> {
        if page.front.anonymous {
            return Vec::new();
        }
        let credits = page.links.iter().zip(links).filter(|(link, _)| link.relation == Relation::By);
        let mut people: Vec<&Person> = Vec::new();
        for person in credits.filter_map(|(_, resolution)| self.person(&resolution.lead)) {
            if !people.iter().any(|known| std::ptr::eq(*known, person)) {
                people.push(person);
            }
        }
        people
    }
}
