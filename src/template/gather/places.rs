//! Where pages stand: folders, and the reading paths that stop at them.
//!
//! In: the graph. Out: `folders`, `paths`, `on_paths` and, in a foreign folder, `neighbours` of `Gathered`.
//!
//! Invariant: folders above a page are known even where they hold no page themselves.

use std::collections::BTreeMap;

use crate::base::config::Mode;
use crate::parse::front::Kind;
use crate::parse::place;
use crate::resolve::order::natural;
use crate::resolve::{Graph, Lead, PageId};

use super::super::sitewide::folder_title;
use super::{Folder, Gathered, Path};

/// For each folder below the content the place of its first page in the list of contents.
fn first_places(graph: &Graph) -> BTreeMap<String, u32> {
    let mut places = BTreeMap::new();
    for (_, node) in graph.in_order() {
        let (Some(entry), Some(place)) = (&node.entry, graph.settings.in_content(node.page.path.as_str())) else { continue };
        for (cut, _) in place.match_indices('/') {
            let first = places.entry(place[..cut].to_owned()).or_insert(entry.place);
            *first = entry.place.min(*first);
        }
    }
    places
}

impl Gathered {
    pub(super) fn gather_folders(&mut self, graph: &Graph) {
        let settings = &*graph.settings;
        self.folders.entry(String::new()).or_default();
        for (id, node) in graph.in_order().filter(|(_, node)| node.is_published(settings)) {
            let Some(place) = settings.in_content(node.page.path.as_str()) else { continue };
            let folder = place.rsplit_once('/').map_or("", |(folder, _)| folder);
            self.add_folder(folder);
            let entry = self.folders.entry(folder.to_owned()).or_default();
            let keeps_address = node.url == node.page.url;
            if node.page.index && keeps_address && entry.index.is_none() {
                entry.index = Some(id);
            } else if !node.page.front.hidden {
                entry.pages.push(id);
            }
        }
        let places = first_places(graph);
        for (parent, mut folders) in std::mem::take(&mut self.above) {
            folders.sort_by_cached_key(|folder| self.folder_key(graph, folder, &places));
            self.folders.entry(parent).or_default().folders = folders;
        }
        if settings.mode == Mode::Foreign {
            // A list of contents leads through the folder from its first page to its last.
            let listed = graph.in_order().filter(|(_, node)| node.entry.is_some() && node.is_listed(settings));
            let listed: Vec<PageId> = listed.map(|(id, _)| id).collect();
            self.chain(&listed);
            let chains: Vec<Vec<PageId>> = self.folders.values().map(|folder| folder.pages.clone()).collect();
            for chain in chains {
                self.chain(&chain);
            }
        }
    }

    /// What decides the place of a folder among its neighbours: the list of contents, its page's or its own place, the number
    /// in its name, its title.
    fn folder_key(&self, graph: &Graph, folder: &str, places: &BTreeMap<String, u32>) -> (u32, i64, i64, String, String) {
        let settings = &*graph.settings;
        if settings.mode == Mode::Own {
            return (0, 0, 0, String::new(), folder.to_owned());
        }
        let index = self.folders.get(folder).and_then(|entry| entry.index).and_then(|index| graph.node(index));
        let said = settings.signposts.folders.iter().find(|said| settings.in_content(&said.path) == Some(folder));
        let weight = index.and_then(|node| node.page.front.weight).or_else(|| said?.weight).unwrap_or(i64::MAX);
        let (number, _) = place::number(folder.rsplit('/').next().unwrap_or(folder));
        let place = places.get(folder).copied().unwrap_or(u32::MAX);
        (place, weight, number.unwrap_or(i64::MAX), natural(&folder_title(graph, self, folder)), folder.to_owned())
    }

    /// Makes a folder known to the folders above it.
    fn add_folder(&mut self, folder: &str) {
        let mut path = folder.to_owned();
        while !path.is_empty() && !self.folders.contains_key(&path) {
            self.folders.insert(path.clone(), Folder::default());
            let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent).to_owned();
            self.above.entry(parent.clone()).or_default().push(std::mem::replace(&mut path, parent));
        }
    }

    pub(super) fn gather_paths(&mut self, graph: &Graph) {
        for (id, node) in graph.in_order().filter(|(_, node)| node.is_listed(&graph.settings) && node.page.kind == Kind::Path) {
            let stops = node.page.stops.iter().filter_map(|stop| match node.links.get(stop.link as usize)?.lead {
                Lead::Page(page, _) => Some(page),
                _ => None,
            });
            let stops: Vec<PageId> = stops.collect();
            for (place, stop) in stops.iter().enumerate() {
                self.on_paths.entry(*stop).or_default().push((self.paths.len(), place));
            }
            self.paths.push(Path { page: id, stops });
        }
    }
}
