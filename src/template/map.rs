//! The picture of the handbook: pillars around a centre, essays on an arc around each, links as curves between them.
//!
//! In: the essays of each pillar in their order, the links between them. Out: two pictures of the same map, a wide one and a
//! tall one for narrow screens, and the same as a list. Above `LIMIT` essays the map shows the pillars, and each pillar has a
//! map of its own.
//!
//! Every essay has a line of its own beside its pillar, so no label can meet another, and nothing is simulated: equal
//! handbooks have equal pictures.
//!
//! Invariant: it depends on titles, addresses and links of essays, on their order, and on the pillars.

use rustc_hash::FxHashMap;

use crate::base::path::Url;
use crate::parse::page::Relation;
use crate::resolve::PageId;

use super::gather::{Gathered, PillarPages};
use super::href::href;
use super::listing::item;
use super::page::{Scene, made_head};
use super::view::{CurveView, GroupView, LinkView, MapView, NodeView, PictureView, PillarCardView, PillarView};

/// How many essays one picture shows at most.
pub const LIMIT: usize = 120;
/// The height of a line, in units of the picture; about pixels.
const LINE: i32 = 32;
/// The width of the wide picture and of the tall one.
const WIDE: i32 = 960;
const TALL: i32 = 360;
/// About how wide a letter is.
const LETTER: i32 = 8;

/// How many essays all pillars have.
pub fn essays(gathered: &Gathered) -> usize {
    gathered.pillar_pages.iter().map(|pages| pages.essays.len()).sum()
}

/// An essay of the map, before it has a place.
struct Essay {
    id: PageId,
    pillar: usize,
    inbound: usize,
}

/// The map of the handbook, or of one pillar.
pub fn map(scene: Scene<'_>, only: Option<usize>, url: &Url) -> MapView {
    let Scene { graph, gathered } = scene;
    let is_overview = only.is_none() && essays(gathered) > LIMIT;
    let mut shown: Vec<Essay> = Vec::new();
    for (pillar, pages) in gathered.pillar_pages.iter().enumerate().filter(|(at, _)| only.is_none_or(|only| only == *at)) {
        let inbound = |id: &PageId| graph.inbound(*id).iter().filter(|from| graph.relation(**from) == Some(Relation::Mentions)).count();
        let all = pages.essays.iter().map(|id| Essay { id: *id, pillar, inbound: inbound(id) });
        shown.extend(if is_overview { Vec::new() } else { most_linked(all.collect()) });
    }
    let places: FxHashMap<PageId, usize> = shown.iter().enumerate().map(|(at, essay)| (essay.id, at)).collect();
    let links = if is_overview { Vec::new() } else { links(scene, &shown, &places) };
    let say = scene.say_at(url);
    let title =
        only.map_or_else(|| say.text("map").to_owned(), |at| say.fill("map_of", &[("pillar", gathered.pillars[at].title.as_str())]));
    let to_map = |address: &str| Url::new(address).map(|url| href(&url, &graph.settings)).unwrap_or_default();
    let crumbs = if only.is_some() { vec![LinkView { title: say.text("map").to_owned(), href: to_map("/map/") }] } else { Vec::new() };
    let mut page = made_head(scene, url, &title, crumbs);
    page.pillar = only.map(|at| gathered.pillars[at].id.clone());
    let left_out = only.map_or(0, |at| gathered.pillar_pages[at].essays.len()) as u32;
    MapView {
        page,
        pictures: if is_overview { Vec::new() } else { vec![wide(scene, &shown, &links), tall(scene, &shown, &links)] },
        parts: if is_overview { parts(gathered, to_map) } else { Vec::new() },
        groups: groups(scene, &shown),
        left_out: if left_out as usize > LIMIT { left_out - LIMIT as u32 } else { 0 },
    }
}

/// The pillars that have a map of their own.
fn parts(gathered: &Gathered, to_map: impl Fn(&str) -> String) -> Vec<PillarCardView> {
    let pillars = gathered.pillars.iter().zip(&gathered.pillar_pages).filter(|(_, pages)| !pages.essays.is_empty());
    let part = |(pillar, pages): (&PillarView, &PillarPages)| PillarCardView {
        pillar: PillarView { href: to_map(&format!("/map/{}/", pillar.id)), ..pillar.clone() },
        essays: pages.essays.len() as u32,
        examples: pages.examples.len() as u32,
    };
    pillars.map(part).collect()
}

/// The essays that others link to most, in the order of the pillar.
fn most_linked(mut all: Vec<Essay>) -> Vec<Essay> {
    if all.len() > LIMIT {
        let mut ranked: Vec<usize> = (0..all.len()).collect();
        ranked.sort_by_key(|at| std::cmp::Reverse(all[*at].inbound));
        ranked.truncate(LIMIT);
        ranked.sort_unstable();
        let mut at = 0;
        all.retain(|_| {
            at += 1;
            ranked.binary_search(&(at - 1)).is_ok()
        });
    }
    all
}

/// Links between the essays shown, each pair once.
fn links(scene: Scene<'_>, shown: &[Essay], places: &FxHashMap<PageId, usize>) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (to, essay) in shown.iter().enumerate() {
        let inbound = scene.graph.inbound(essay.id).iter().filter_map(|inbound| places.get(&inbound.from));
        pairs.extend(inbound.filter(|from| **from != to).map(|from| (to.min(*from), to.max(*from))));
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// A place in a picture.
type Point = (i32, i32);

/// The pillars two by two, their essays outwards of them.
fn wide(scene: Scene<'_>, shown: &[Essay], links: &[(usize, usize)]) -> PictureView {
    let mut pillars = pillars_of(shown);
    let is_alone = pillars.len() == 1;
    if let [(pillar, essays)] = &mut pillars[..] {
        // A pillar alone has its essays on both sides.
        let (pillar, others) = (*pillar, essays.split_off(essays.len().div_ceil(2)));
        pillars.push((pillar, others));
    }
    let centre = WIDE / 2;
    let mut picture = Picture::new("wide", WIDE);
    let mut places: Vec<Point> = vec![(0, 0); shown.len()];
    let mut top = LINE;
    for row in pillars.chunks(2) {
        let height = row.iter().map(|(_, essays)| essays.len() as i32).max().unwrap_or(0).max(3) * LINE;
        for (side, (pillar, essays)) in row.iter().enumerate() {
            let out = if side == 0 { -1 } else { 1 };
            let first = top + (height - essays.len() as i32 * LINE) / 2 + LINE / 2;
            let hub = (if is_alone { centre } else { centre + out * 90 }, top + height / 2);
            for (at, essay) in essays.iter().enumerate() {
                let bulge = bulge(at, essays.len());
                let place = (centre + out * (150 + bulge), first + at as i32 * LINE);
                places[*essay] = place;
                let room = (centre - 150 - bulge - 24) / LETTER;
                picture.spoke(scene, *pillar, hub, place);
                picture.essay(scene, &shown[*essay], place, (place.0 + out * 18, if side == 0 { "end" } else { "start" }), room);
            }
            if side == 0 || !is_alone {
                picture.pillar(scene, *pillar, hub, (hub.0, hub.1 + 30, "middle"));
            }
        }
        top += height + LINE;
    }
    let middle = top / 2;
    for (from, to) in links {
        let (a, b) = (places[*from], places[*to]);
        // Links across the map meet near its centre; those within a pillar stay near it.
        let is_near = shown[*from].pillar == shown[*to].pillar && (a.0 < centre) == (b.0 < centre);
        let through = if is_near { ((a.0 + b.0) / 2 + (centre - a.0).signum() * 60, (a.1 + b.1) / 2) } else { (centre, middle) };
        picture.curve(scene, shown, (*from, *to), (a, through, b));
    }
    picture.finish(top)
}

/// How far an arc stands out at one of its places: a parabola over them.
fn bulge(at: usize, of: usize) -> i32 {
    let (at, of) = (at as i32, of as i32);
    if of < 2 { 60 } else { 60 * 4 * (at * 2 + 1) * (of * 2 - at * 2 - 1) / (of * of * 4) }
}

/// The pillars one below the other.
fn tall(scene: Scene<'_>, shown: &[Essay], links: &[(usize, usize)]) -> PictureView {
    let mut picture = Picture::new("tall", TALL);
    let mut places: Vec<Point> = vec![(0, 0); shown.len()];
    let mut top = LINE;
    for (pillar, essays) in pillars_of(shown) {
        let hub = (24, top);
        for (at, essay) in essays.iter().enumerate() {
            let place = (64, top + (at as i32 + 1) * LINE);
            places[*essay] = place;
            picture.spoke(scene, pillar, hub, place);
            picture.essay(scene, &shown[*essay], place, (place.0 + 18, "start"), (TALL - place.0 - 18) / LETTER);
        }
        picture.pillar(scene, pillar, hub, (hub.0 + 20, hub.1 + 5, "start"));
        top += (essays.len() as i32 + 2) * LINE;
    }
    for (from, to) in links {
        let (a, b) = (places[*from], places[*to]);
        picture.curve(scene, shown, (*from, *to), (a, (a.0 - 12 - ((b.1 - a.1).abs() / 6).min(80), (a.1 + b.1) / 2), b));
    }
    picture.finish(top)
}

/// The pillars that have something to show, each with the places of its essays in the list.
fn pillars_of(shown: &[Essay]) -> Vec<(usize, Vec<usize>)> {
    let mut pillars: Vec<(usize, Vec<usize>)> = Vec::new();
    for (at, essay) in shown.iter().enumerate() {
        match pillars.last_mut() {
            Some((pillar, essays)) if *pillar == essay.pillar => essays.push(at),
            _ => pillars.push((essay.pillar, vec![at])),
        }
    }
    pillars
}

struct Picture {
    view: PictureView,
}

impl Picture {
    fn new(shape: &'static str, width: i32) -> Self {
        Self { view: PictureView { shape, width, height: 0, curves: Vec::new(), nodes: Vec::new() } }
    }

    fn finish(mut self, height: i32) -> PictureView {
        self.view.height = height;
        // Spokes and curves lie below the nodes, links between essays above the spokes.
        self.view
    }

    fn spoke(&mut self, scene: Scene<'_>, pillar: usize, from: Point, to: Point) {
        let d = format!("M{} {}L{} {}", from.0, from.1, to.0, to.1);
        self.view.curves.push(CurveView { d, pillar: scene.gathered.pillars[pillar].id.clone(), kind: "spoke" });
    }

    fn curve(&mut self, scene: Scene<'_>, shown: &[Essay], ends: (usize, usize), (a, through, b): (Point, Point, Point)) {
        let d = format!("M{} {}Q{} {} {} {}", a.0, a.1, through.0, through.1, b.0, b.1);
        let pillar = scene.gathered.pillars[shown[ends.0].pillar].id.clone();
        self.view.curves.push(CurveView { d, pillar, kind: "link" });
    }

    fn essay(&mut self, scene: Scene<'_>, essay: &Essay, at: Point, label: (i32, &'static str), room: i32) {
        let Some(card) = scene.gathered.card_of(essay.id) else { return };
        self.view.nodes.push(NodeView {
            title: card.title.clone(),
            label: fitted(&card.title, room.max(8) as usize),
            href: card.href.clone(),
            pillar: scene.gathered.pillars[essay.pillar].id.clone(),
            x: at.0,
            y: at.1,
            radius: (6 + essay.inbound as i32).min(12),
            label_x: label.0,
            label_y: at.1 + 5,
            anchor: label.1,
            kind: "essay",
        });
    }

    fn pillar(&mut self, scene: Scene<'_>, pillar: usize, at: Point, label: (i32, i32, &'static str)) {
        let pillar = &scene.gathered.pillars[pillar];
        self.view.nodes.push(NodeView {
            title: pillar.title.clone(),
            label: pillar.title.clone(),
            href: pillar.href.clone(),
            pillar: pillar.id.clone(),
            x: at.0,
            y: at.1,
            radius: 13,
            label_x: label.0,
            label_y: label.1,
            anchor: label.2,
            kind: "pillar",
        });
    }
}

/// A title that fits into so many letters.
fn fitted(title: &str, room: usize) -> String {
    let wide = |c: char| if u32::from(c) >= 0x2E80 { 2 } else { 1 };
    let mut width = 0;
    for (at, c) in title.char_indices() {
        width += wide(c);
        if width > room {
            let kept = title[..at].trim_end();
            let cut = kept.rfind(' ').filter(|cut| *cut > kept.len() / 2).unwrap_or(kept.len());
            return format!("{}…", kept[..cut].trim_end_matches([',', ';', ':', ' ']));
        }
    }
    title.to_owned()
}

/// The same as a list: a group a pillar, an essay a line, and what it links to.
fn groups(scene: Scene<'_>, shown: &[Essay]) -> Vec<GroupView> {
    let Scene { graph, gathered } = scene;
    let group = |(pillar, essays): (usize, Vec<usize>)| {
        let pillar = &gathered.pillars[pillar];
        let items = essays.iter().filter_map(|at| {
            let essay = &shown[*at];
            let mut line = item(gathered.card_of(essay.id)?);
            line.text = String::new();
            let mut targets: Vec<PageId> = Vec::new();
            for inbound in graph.inbound(essay.id) {
                let known = shown.iter().any(|other| other.id == inbound.from && other.id != essay.id);
                if known && !targets.contains(&inbound.from) {
                    targets.push(inbound.from);
                }
            }
            let linked = targets.iter().filter_map(|id| gathered.card_of(*id));
            line.used_in = linked.map(|card| LinkView { title: card.title.clone(), href: card.href.clone() }).collect();
            Some(line)
        });
        GroupView { title: pillar.title.clone(), id: format!("_ff-map-{}", pillar.id), items: items.collect() }
    };
    pillars_of(shown).into_iter().map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_title_is_cut_at_a_word() {
        assert_eq!(fitted("Run fewer meetings, and end them", 20), "Run fewer meetings…");
        assert_eq!(fitted("Short", 20), "Short");
        assert_eq!(fitted("会議を減らす", 8), "会議を減…");
    }

    #[test]
    fn an_arc_stands_out_most_in_its_middle() {
        let arc: Vec<i32> = (0..5).map(|at| bulge(at, 5)).collect();
        assert!(arc[2] > arc[1] && arc[1] > arc[0] && arc[0] == arc[4] && arc[1] == arc[3], "{arc:?}");
    }
}
