//! Where pages stand: folders, and the reading paths that stop at them.
//!
//! In: the graph. Out: `folders`, `paths`, `on_paths` and, in a foreign folder, `neighbours` of `Gathered`.
//!
//! Invariant: folders above a page are known even where they hold no page themselves.

use crate::base::config::Mode;
use crate::parse::front::Kind;
use crate::resolve::{Graph, Lead, PageId};

use super::{Folder, Gathered, Path};

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
        for (parent, mut folders) in std::mem::take(&mut self.above) {
            folders.sort();
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
