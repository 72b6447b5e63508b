//! Social cards: which there are, what they show, and who refers to which.
//!
//! In: the graph, the pillars, the settings. Out: cards, and the addresses that heads of pages give to other sites.
//!
//! There is one card for the handbook and one for each pillar, and one for each page where the config asks for it. Pages
//! without a card of their own refer to that of their pillar, and pages outside of the pillars to that of the handbook. Other
//! sites need absolute addresses, so without `base_url` there are no cards.
//!
//! Invariant: a text of a card is made of letters that the program can draw; a page whose title is not has no card of its own.

use std::collections::BTreeMap;

use crate::base::card::{Card, Shape};
use crate::base::config::{Cards, Mode, Settings};
use crate::base::path::Url;
use crate::parse::sentence::shorten;
use crate::resolve::{Graph, Node};

use super::gather::Gathered;
use super::href::absolute;
use super::hues;
use super::view::{PillarView, SocialView};

/// How many bytes of a claim a card shows.
const DETAIL: usize = 150;
/// Ink and paper of what stands in no pillar.
const PLAIN: (&str, &str) = ("#1d1f23", "#fcfbf8");

/// All cards, each once, with its address.
pub fn all(graph: &Graph, gathered: &Gathered) -> BTreeMap<Url, Card> {
    let settings = &*graph.settings;
    let pillars = gathered.pillars.iter().filter_map(|view| pillar(settings, view, &gathered.title));
    let pages = graph.in_order().filter(|_| settings.cards() == Cards::Page).filter_map(|(_, node)| page(graph, gathered, node));
    let cards = handbook(settings, &gathered.title).into_iter().chain(pillars).chain(pages);
    cards.filter_map(|card| Some((url(&card)?, card))).collect()
}

/// The card of the handbook.
pub fn handbook(settings: &Settings, title: &str) -> Option<Card> {
    if settings.cards() == Cards::None {
        return None;
    }
    let own = settings.mode == Mode::Own;
    let pillars = settings.config.pillars.iter().filter(|_| own);
    let shapes = pillars.clone().enumerate().filter_map(|(at, pillar)| shape(at, &pillar.hue[0])).collect();
    let names: Vec<String> = pillars.filter_map(|pillar| drawable(&pillar.title)).collect();
    let (hue, paper) = (PLAIN.0.to_owned(), PLAIN.1.to_owned());
    let title = drawable(title).unwrap_or_default();
    Some(Card { kicker: String::new(), title, detail: String::new(), handbook: names.join(" · "), paper, hue, shapes })
}

/// The card of a pillar, whose question may be written on its page.
pub fn pillar(settings: &Settings, view: &PillarView, handbook: &str) -> Option<Card> {
    let at = (view.number as usize).checked_sub(1)?;
    let pillar = settings.config.pillars.get(at).filter(|_| settings.cards() != Cards::None)?;
    let (hue, paper) = colours(&pillar.hue[0]);
    Some(Card {
        kicker: String::new(),
        title: drawable(&pillar.title).unwrap_or_default(),
        detail: drawable(&shorten(&view.question, DETAIL)).unwrap_or_default(),
        handbook: drawable(handbook).unwrap_or_default(),
        paper,
        hue,
        shapes: shape(at, &pillar.hue[0]).into_iter().collect(),
    })
}

/// The card of a page of the content, where it has one of its own.
pub fn page(graph: &Graph, gathered: &Gathered, node: &Node) -> Option<Card> {
    let settings = &*graph.settings;
    let is_made_of_others = node.page.index || node.url == Url::home();
    if settings.cards() != Cards::Page || is_made_of_others || !node.is_published(settings) {
        return None;
    }
    let at = node.pillars.first().and_then(|id| settings.config.pillars.iter().position(|pillar| *pillar.id == **id));
    let pillar = at.and_then(|at| settings.config.pillars.get(at));
    let (hue, paper) = pillar.map_or_else(|| (PLAIN.0.to_owned(), PLAIN.1.to_owned()), |pillar| colours(&pillar.hue[0]));
    Some(Card {
        kicker: pillar.and_then(|pillar| drawable(&pillar.title)).unwrap_or_default(),
        title: drawable(node.title())?,
        detail: drawable(&shorten(&node.page.claim, DETAIL)).unwrap_or_default(),
        handbook: drawable(&gathered.title).unwrap_or_default(),
        paper,
        hue,
        shapes: at.zip(pillar).and_then(|(at, pillar)| shape(at, &pillar.hue[0])).into_iter().collect(),
    })
}

/// The address of a card.
pub fn url(card: &Card) -> Option<Url> {
    Url::new(&format!("/_/cards/{}", card.file_name()))
}

/// How the head of a page refers to a card that shows something called `title`.
pub fn reference(card: &Card, title: &str, handbook: &str, settings: &Settings) -> Option<SocialView> {
    let alt = if title == handbook { title.to_owned() } else { format!("{title} · {handbook}") };
    Some(SocialView { href: absolute(&url(card)?, settings)?, alt })
}

fn shape(at: usize, hue: &str) -> Option<Shape> {
    hues::on_paper(hue).map(|(hue, _)| Shape { number: at as u32 + 1, hue })
}

fn colours(hue: &str) -> (String, String) {
    hues::on_paper(hue).unwrap_or_else(|| (PLAIN.0.to_owned(), PLAIN.1.to_owned()))
}

/// A text as a card can show it: signs that no letter depends on are left out; `None` where a letter cannot be drawn.
fn drawable(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_whitespace() => out.push(' '),
            '\u{2011}' => out.push('\u{2010}'),
            c if is_drawn(c) => out.push(c),
            c if c.is_alphanumeric() => return None,
            _ => {}
        }
    }
    let words: Vec<&str> = out.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Whether the letters of the program have one for a character: Latin, Greek and Cyrillic, and the signs that go with them.
pub fn is_drawn(c: char) -> bool {
    const RANGES: [(u32, u32); 24] = [
        (0x20, 0x7e),
        (0xa1, 0xac),
        (0xae, 0x17e),
        (0x1a0, 0x1a1),
        (0x1af, 0x1b0),
        (0x1fa, 0x21b),
        (0x384, 0x38a),
        (0x38c, 0x38c),
        (0x38e, 0x3a1),
        (0x3a3, 0x3ce),
        (0x401, 0x44f),
        (0x451, 0x45f),
        (0x490, 0x491),
        (0x1ea0, 0x1ef9),
        (0x2010, 0x2010),
        (0x2012, 0x2015),
        (0x2018, 0x201a),
        (0x201c, 0x201e),
        (0x2020, 0x2022),
        (0x2026, 0x2026),
        (0x2039, 0x203a),
        (0x20ac, 0x20ac),
        (0x2190, 0x2193),
        (0x2264, 0x2265),
    ];
    RANGES.iter().any(|(first, last)| (*first..=*last).contains(&u32::from(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_drawn_whole_or_not_at_all() {
        assert_eq!(drawable("Führen &\u{a0}leiten: 🚀 ¿qué?").as_deref(), Some("Führen & leiten: ¿qué?"));
        assert_eq!(drawable("Лидерство и Ηγεσία").as_deref(), Some("Лидерство и Ηγεσία"));
        assert_eq!(drawable("リーダーシップ and more"), None);
        assert_eq!(drawable("القيادة"), None);
        assert_eq!(drawable("🚀"), None);
    }
}
