//! The coverage matrix: what is said about each pillar in either voice.
//!
//! In: the pages of the pillars. Out: a row a pillar, a cell a voice.

use crate::base::config::Stance;
use crate::base::path::Url;
use crate::parse::front::Kind;
use crate::resolve::PageId;

use super::super::gather::stance_word;
use super::super::page::{Scene, made_head};
use super::super::view::{CoverageCellView, CoverageRowView, CoverageView, LinkView};

/// The coverage matrix.
pub fn coverage(scene: Scene<'_>, url: &Url) -> CoverageView {
    let Scene { graph, gathered } = scene;
    let row = |at: usize| {
        let pages = &gathered.pillar_pages[at];
        let pillar = &graph.settings.config.pillars[at];
        let speaks = |id: &PageId, stance: Stance| {
            graph.node(*id).is_some_and(|node| {
                let said = &node.page.stances;
                said.contains(&stance) || (said.is_empty() && node.page.kind == Kind::Example && pillar.stance == Some(stance))
            })
        };
        let cell = |stance: Stance| {
            let essays: Vec<PageId> = pages.essays.iter().copied().filter(|id| speaks(id, stance)).collect();
            let examples = pages.examples.iter().filter(|id| speaks(id, stance)).count() as u32;
            let first = essays.iter().take(5).filter_map(|id| gathered.card_of(*id));
            let links = first.map(|card| LinkView { title: card.title.clone(), href: card.href.clone() }).collect();
            CoverageCellView { stance: stance_word(stance), essays: essays.len() as u32, examples, pages: links }
        };
        CoverageRowView { pillar: gathered.pillars[at].clone(), cells: vec![cell(Stance::Leadership), cell(Stance::Management)] }
    };
    CoverageView {
        page: made_head(scene, url, scene.say_at(url).text("coverage"), Vec::new()),
        rows: (0..gathered.pillars.len()).map(row).collect(),
    }
}
