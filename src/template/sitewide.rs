//! What is common to all pages: the handbook's name, its pillars or groups, its foot.

use crate::base::config::{Mode, Settings};
use crate::base::path::Url;
use crate::parse::place;
use crate::resolve::Graph;

use super::gather::{Folder, Gathered, folder_url};
use super::href::{base_path, href};
use super::page::Scene;
use super::view::{LinkView, SiteView};

/// The view that all templates share.
pub fn site(graph: &Graph, gathered: &Gathered) -> SiteView {
    let settings = &*graph.settings;
    SiteView {
        title: gathered.title.clone(),
        language: settings.config.language.clone(),
        base_url: settings.config.base_url.clone(),
        base_path: base_path(settings),
        home_href: href(&Url::home(), settings),
        pillars: gathered.pillars.clone(),
        groups: groups(graph, gathered),
        foot: foot(graph, gathered),
        index_href: link("/search/", settings),
        policy: policy(settings.config.remote),
        banner: settings.config.banner.clone(),
        preview: settings.drafts || !settings.config.banner.is_empty(),
    }
}

/// What browsers may load and run: files of the site and nothing else, unless the handbook shows pictures and frames of others.
fn policy(remote: bool) -> String {
    let others = if remote { " https:" } else { "" };
    let frames = if remote { "; frame-src https:" } else { "" };
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:{others}; font-src 'self'; media-src 'self'{others}; \
         connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'{frames}; \
         require-trusted-types-for 'script'; trusted-types 'none'"
    )
}

fn link(address: &str, settings: &Settings) -> String {
    Url::new(address).map_or_else(String::new, |url| href(&url, settings))
}

/// The top folders of a foreign folder.
fn groups(graph: &Graph, gathered: &Gathered) -> Vec<LinkView> {
    if graph.settings.mode == Mode::Own {
        return Vec::new();
    }
    let top = gathered.folders.get("").map_or(&[][..], |folder| &folder.folders);
    let shown = top.iter().filter(|folder| gathered.folders.get(*folder).is_some_and(|entry| !is_empty(entry)));
    shown
        .map(|folder| LinkView { title: folder_title(graph, gathered, folder), href: href(&folder_url(folder), &graph.settings) })
        .collect()
}

/// Whether a folder has nothing to show.
pub fn is_empty(folder: &Folder) -> bool {
    folder.index.is_none() && folder.pages.is_empty() && folder.folders.is_empty()
}

/// The title of a folder: its page's, else its name made readable.
pub fn folder_title(graph: &Graph, gathered: &Gathered, folder: &str) -> String {
    let index = gathered.folders.get(folder).and_then(|entry| entry.index).and_then(|index| graph.node(index));
    index.map_or_else(|| place::readable(folder.rsplit('/').next().unwrap_or(folder)), |node| node.title().to_owned())
}

/// Pages that the foot of every page links to.
fn foot(graph: &Graph, gathered: &Gathered) -> Vec<LinkView> {
    let settings = &*graph.settings;
    let mut foot = Vec::new();
    let mut add = |there: bool, title: &str, address: &str| {
        if there {
            foot.push(LinkView { title: title.to_owned(), href: link(address, settings) });
        }
    };
    add(!graph.terms().is_empty(), "Glossary", "/glossary/");
    add(!gathered.people.is_empty(), "People", "/contributors/");
    add(!gathered.paths.is_empty(), "Paths", "/paths/");
    add(!gathered.tags.is_empty(), "Tags", "/tags/");
    add(settings.mode == Mode::Own, "Coverage", "/coverage/");
    add(settings.mode == Mode::Own && super::map::essays(gathered) > 0, "Map", "/map/");
    add(super::recent::has_days(Scene { graph, gathered }), "What’s new", "/new/");
    add(super::print::parts(graph, gathered, super::print::Edition::Whole) > 0, "Print", "/print/");
    add(true, "Index", "/search/");
    foot
}
