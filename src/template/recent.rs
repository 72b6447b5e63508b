//! What has come or changed last, by the days that authors have given, or else the history.
//!
//! In: listed pages with `updated` or `date`. Out: a listing with a group a day, the latest first.
//!
//! Invariant: it depends on those days, and on the cards of the pages that it shows; no clock is asked.

use jiff::civil::Date;

use crate::base::path::Url;
use crate::resolve::{Node, PageId};

use super::gather::date_view;
use super::listing::{item, list};
use super::page::Scene;
use super::view::{GroupView, ItemView, ListingView};

/// How many pages are shown.
const SHOWN: usize = 30;

fn day(node: &Node) -> Option<Date> {
    node.page.day()
}

/// Whether any page says when it came.
pub fn has_days(scene: Scene<'_>) -> bool {
    scene.graph.in_order().any(|(_, node)| node.is_listed(&scene.graph.settings) && day(node).is_some())
}

/// The page of recent changes.
pub fn recent(scene: Scene<'_>, url: &Url) -> ListingView {
    let Scene { graph, gathered } = scene;
    let listed = graph.in_order().filter(|(_, node)| node.is_listed(&graph.settings));
    let mut dated: Vec<(Date, PageId)> = listed.filter_map(|(id, node)| Some((day(node)?, id))).collect();
    // Sorting is stable, so pages of one day stay in the order that readers know.
    dated.sort_by_key(|(day, _)| std::cmp::Reverse(*day));
    let say = scene.say_at(url);
    let mut groups: Vec<GroupView> = Vec::new();
    for (day, id) in dated.into_iter().take(SHOWN) {
        let Some(card) = gathered.card_of(id) else { continue };
        let by: Vec<&str> = card.by.iter().map(|person| person.name.as_str()).collect();
        let line = ItemView { also: by.into_iter().map(str::to_owned).collect(), ..item(card) };
        let date = date_view(day, say);
        match groups.last_mut() {
            Some(group) if group.title == date.text => group.items.push(line),
            _ => groups.push(GroupView { title: date.text, id: format!("_ff-day-{}", date.iso), items: vec![line] }),
        }
    }
    list(scene, url, "new", say.text("new"), groups)
}
