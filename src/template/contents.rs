//! The list of contents of a foreign folder on its home page.
//!
//! In: the graph, whose pages know their entries. Out: a section of cards for each section of the list, and at last the pages
//! that the list forgets.

use crate::resolve::PageId;

use super::listing::{cards, section};
use super::outputs::PART;
use super::page::Scene;
use super::view::{PageView, SectionView};

/// The list of contents of a foreign folder: its sections in order, and at last the pages that it forgets.
pub(super) fn sections(scene: Scene<'_>, own: Option<PageId>, view: &mut PageView) {
    let Scene { graph, gathered } = scene;
    let mut groups: Vec<(Option<u32>, Vec<PageId>)> = Vec::new();
    let mut forgotten = Vec::new();
    for (id, node) in graph.in_order().filter(|(id, node)| Some(*id) != own && node.is_listed(&graph.settings)) {
        match &node.entry {
            Some(entry) => match groups.last_mut() {
                Some((section, pages)) if *section == entry.section => pages.push(id),
                _ => groups.push((entry.section, vec![id])),
            },
            None if graph.contents.page.as_ref() == Some(&node.page.path) => {}
            None => forgotten.push(id),
        }
    }
    let say = scene.say_on(&view.page);
    for (at, (section, pages)) in groups.iter().enumerate() {
        let title = section.and_then(|section| graph.contents.sections.get(section as usize)).map_or(say.text("pages"), String::as_str);
        let cards = cards(gathered, pages);
        view.sections.push(SectionView { name: "contents", title: title.to_owned(), id: format!("_ff-list-contents-{}", at + 1), cards });
    }
    forgotten.truncate(PART);
    view.sections.extend(section("others", say.text("not_in_navigation"), cards(gathered, &forgotten)));
}
