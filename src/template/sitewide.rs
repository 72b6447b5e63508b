//! What is common to all pages: the handbook's name, its pillars or groups, its foot.

use std::collections::BTreeSet;

use crate::base::config::{Mode, Settings};
use crate::base::path::Url;
use crate::parse::place;
use crate::resolve::Graph;

use super::gather::{Folder, Gathered, folder_url};
use super::href::{base_path, href};
use super::page::Scene;
use super::social;
use super::view::{FootView, LinkView, SiteView};
use super::{feed, languages};

/// The view that all templates share.
pub fn site(graph: &Graph, gathered: &Gathered) -> SiteView {
    let settings = &*graph.settings;
    SiteView {
        title: gathered.title.clone(),
        language: settings.config.language.clone(),
        languages: languages(graph),
        base_url: settings.config.base_url.clone(),
        base_path: base_path(settings),
        home_href: href(&Url::home(), settings),
        pillars: gathered.pillars.clone(),
        groups: groups(graph, gathered),
        foot: foot(graph, gathered),
        index_href: link("/search/", settings),
        feeds: feed::links(Scene { graph, gathered }),
        open_search: settings.config.base_url.is_some().then(|| "opensearch.xml".to_owned()),
        policy: policy(settings.config.remote),
        banner: settings.config.banner.clone(),
        preview: settings.drafts || !settings.config.banner.is_empty(),
        card: social::handbook(settings, &gathered.title)
            .and_then(|card| social::reference(&card, &gathered.title, &gathered.title, settings)),
    }
}

/// What browsers may load and run: files of the site and nothing else, unless the handbook shows pictures and frames of others.
pub(super) fn policy(remote: bool) -> String {
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

/// The sections of a foreign folder's list of contents, else its top folders.
fn groups(graph: &Graph, gathered: &Gathered) -> Vec<LinkView> {
    if graph.settings.mode == Mode::Own {
        return Vec::new();
    }
    let sections = section_links(graph);
    if sections.len() > 1 { sections } else { folder_links(graph, gathered, "") }
}

/// The outermost sections of the list of contents, each with its first page.
fn section_links(graph: &Graph) -> Vec<LinkView> {
    let mut links: Vec<LinkView> = Vec::new();
    for (_, node) in graph.in_order().filter(|(_, node)| node.is_listed(&graph.settings)) {
        let section = node.entry.as_ref().and_then(|entry| graph.contents.sections.get(entry.section? as usize));
        let title = section.map(|name| name.split(": ").next().unwrap_or(name));
        if let Some(title) = title.filter(|title| links.iter().all(|link| link.title != *title)) {
            links.push(LinkView { title: title.to_owned(), href: href(&node.url, &graph.settings) });
        }
    }
    links
}

/// The folders of a folder that have something to show.
pub fn folder_links(graph: &Graph, gathered: &Gathered, folder: &str) -> Vec<LinkView> {
    let top = gathered.folders.get(folder).map_or(&[][..], |folder| &folder.folders);
    let shown = top.iter().filter(|folder| gathered.folders.get(*folder).is_some_and(|entry| !is_empty(entry)));
    shown
        .map(|folder| LinkView { title: folder_title(graph, gathered, folder), href: href(&folder_url(folder), &graph.settings) })
        .collect()
}

/// Whether a folder has nothing to show.
pub fn is_empty(folder: &Folder) -> bool {
    folder.index.is_none() && folder.pages.is_empty() && folder.folders.is_empty()
}

/// The title of a folder: what a file of another tool calls it, its page's, its language, else its name made readable.
pub fn folder_title(graph: &Graph, gathered: &Gathered, folder: &str) -> String {
    let settings = &*graph.settings;
    let index = gathered.folders.get(folder).and_then(|entry| entry.index).and_then(|index| graph.node(index));
    let said = || settings.signposts.folders.iter().find(|said| settings.in_content(&said.path) == Some(folder))?.title.clone();
    let readable = || place::readable(folder.rsplit('/').next().unwrap_or(folder));
    let of_page = || index.map(|node| node.label().to_owned());
    let named = index.and_then(|node| node.page.front.label.clone()).or_else(said).or_else(of_page);
    named.or_else(|| languages::title(settings, folder)).unwrap_or_else(readable)
}

/// The languages in which something is said on the pages: the handbook's own, then those of pages and translations, by tag.
fn languages(graph: &Graph) -> Vec<String> {
    let settings = &*graph.settings;
    let own = &settings.language(&settings.config.language).tag;
    let of_pages = graph.in_order().filter_map(|(_, node)| node.page.front.lang.as_ref()).map(|lang| lang.value.as_str());
    let of_folders = settings.signposts.languages.iter().map(|(_, tag)| tag.as_str());
    let others: BTreeSet<&String> = of_pages.chain(of_folders).map(|tag| &settings.language(tag).tag).filter(|tag| *tag != own).collect();
    std::iter::once(own).chain(others).cloned().collect()
}

/// Pages that the foot of every page links to.
fn foot(graph: &Graph, gathered: &Gathered) -> Vec<FootView> {
    let settings = &*graph.settings;
    let say = settings.language(&settings.config.language);
    let mut foot = Vec::new();
    let mut add = |there: bool, name: &'static str, address: &str| {
        if there {
            foot.push(FootView { name, title: say.text(name).to_owned(), href: link(address, settings) });
        }
    };
    add(!graph.terms().is_empty(), "glossary", "/glossary/");
    add(!gathered.people.is_empty(), "people", "/contributors/");
    add(!gathered.paths.is_empty(), "paths_short", "/paths/");
    add(!gathered.tags.is_empty(), "tags", "/tags/");
    add(settings.mode == Mode::Own, "coverage", "/coverage/");
    add(settings.mode == Mode::Own && super::map::essays(gathered) > 0, "map", "/map/");
    add(super::recent::has_days(Scene { graph, gathered }), "new", "/new/");
    add(super::print::parts(Scene { graph, gathered }, super::print::Edition::Whole) > 0, "print", "/print/");
    add(true, "index", "/search/");
    foot
}
