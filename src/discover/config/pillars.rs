//! `[[pillars]]`: two to six groups, with ink for each that names none.

use super::{Fit, Reader, choice, text};
use crate::base::config::{Pillar, Stance, four_pillars};
use crate::base::tree::{Entry, Node, Value};

/// Ink for a fifth and a sixth pillar, at least 7:1 on either paper and apart from the other four.
const MORE_HUES: [[&str; 2]; 2] = [["#3c0000", "#ffd24b"], ["#00003c", "#ffffc3"]];

impl Reader<'_> {
    pub(super) fn pillars(&mut self, entry: &Entry) {
        let Value::List(items) = &entry.node.value else {
            return self.unfit(entry, "tables that start with `[[pillars]]`");
        };
        let mut pillars: Vec<Pillar> = Vec::new();
        for item in items {
            let Value::Table(keys) = &item.value else {
                return self.unfit(entry, "tables that start with `[[pillars]]`");
            };
            let Some(pillar) = self.pillar(item, keys) else { continue };
            if pillars.iter().any(|other| other.id == pillar.id) {
                let place = keys.iter().find(|key| key.key == "id").map_or(&item.span, |id| &id.node.span);
                let mistake = self.mistake(format!("two pillars are called `{}`", pillar.id), place).target(pillar.id.as_str());
                self.diagnostics.push(mistake);
            } else {
                pillars.push(pillar);
            }
        }
        if !(2..=6).contains(&items.len()) {
            let message = format!("a handbook has two to six pillars, not {}", items.len());
            let place = items.get(6).or(items.first()).map_or(&entry.node.span, |item| &item.span);
            let mistake = self.mistake(message, place).help("leave `[[pillars]]` out for the four");
            self.diagnostics.push(mistake);
            return;
        }
        give_hues(&mut pillars);
        self.config.pillars = pillars;
    }

    /// One pillar; those of the four keep what the table leaves out. `None` without a usable id.
    fn pillar(&mut self, item: &Node, keys: &[Entry]) -> Option<Pillar> {
        let id = keys.iter().find(|key| key.key == "id");
        let Some(named) = id else {
            let mistake = self.mistake("a pillar needs an `id`", &item.span).help("the id is also the name of its folder");
            self.diagnostics.push(mistake);
            return None;
        };
        let mut pillar = match pillar_id(&named.node) {
            Ok(id) => blank(&id),
            Err(wanted) => {
                self.unfit(named, &wanted);
                return None;
            }
        };
        for key in keys {
            let node = &key.node;
            match key.key.as_str() {
                "id" => {}
                "title" => self.put(key, text(node), |_, title| pillar.title = title),
                "question" => self.put(key, text(node), |_, question| pillar.question = question),
                "stance" => self.put(key, stance(node), |_, stance| pillar.stance = stance),
                "hue" => self.put(key, hue(node), |_, hue| pillar.hue = hue),
                "match" => self.patterns(key, |_, globs| pillar.matches = globs),
                "key" => self.put(key, text(node), |_, name| pillar.key = Some(name)),
                _ => self.unknown(key, super::schema::PILLAR),
            }
        }
        Some(pillar)
    }
}

fn blank(id: &str) -> Pillar {
    let known = four_pillars().into_iter().find(|pillar| pillar.id == id);
    known.unwrap_or_else(|| Pillar {
        id: id.to_owned(),
        title: readable(id),
        question: String::new(),
        stance: None,
        hue: Default::default(),
        matches: Vec::new(),
        key: None,
    })
}

fn readable(id: &str) -> String {
    let words = id.replace('-', " ");
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Gives each pillar without ink the first that no other pillar has.
fn give_hues(pillars: &mut [Pillar]) {
    let more = MORE_HUES.map(|hue| hue.map(str::to_owned));
    let all: Vec<[String; 2]> = four_pillars().into_iter().map(|pillar| pillar.hue).chain(more).collect();
    for at in 0..pillars.len() {
        if pillars[at].hue[0].is_empty()
            && let Some(free) = all.iter().find(|hue| !pillars.iter().any(|pillar| pillar.hue == **hue))
        {
            pillars[at].hue = free.clone();
        }
    }
}

fn pillar_id(node: &Node) -> Fit<String> {
    let id = text(node)?;
    let plain = !id.is_empty() && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if plain { Ok(id) } else { Err("small letters, digits and `-`".into()) }
}

fn stance(node: &Node) -> Fit<Option<Stance>> {
    const WORDS: &[(&str, Option<Stance>)] =
        &[("leadership", Some(Stance::Leadership)), ("management", Some(Stance::Management)), ("both", None)];
    choice(node, WORDS)
}

fn hue(node: &Node) -> Fit<[String; 2]> {
    let wanted = || "two colours, for light and dark paper, such as `[\"#08259b\", \"#b9d0ff\"]`".to_owned();
    let Value::List(items) = &node.value else { return Err(wanted()) };
    let [light, dark] = items.as_slice() else { return Err(wanted()) };
    let colour = |node: &Node| {
        let written = text(node).ok().filter(|text| text.len() == 7 && text.starts_with('#'))?;
        written[1..].bytes().all(|b| b.is_ascii_hexdigit()).then(|| written.to_ascii_lowercase())
    };
    Ok([colour(light).ok_or_else(wanted)?, colour(dark).ok_or_else(wanted)?])
}
