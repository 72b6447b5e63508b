//! Every file that the site shall have, and who may have which address.
//!
//! In: the graph and what was gathered. Out: outputs with their addresses, in order, and the conflicts between them.
//!
//! One table of claims, compared after composition and full case folding: a page beats an asset, an asset beats a made
//! file, a made file beats a former address; of equals the first by source path wins. The loser is left out and named.

mod claims;
mod stays;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::base::card::Card;
use crate::base::config::{Mode, Settings};
use crate::base::diagnostic::Diagnostic;
use crate::base::path::{OutPath, SourcePath, Url};
use crate::base::text::Span;
use crate::parse::front::Kind;
use crate::parse::page::{Relation, Syntax};
use crate::resolve::{Graph, Lead, Node, PageId};

use claims::{Claims, Rank, steers};
pub use stays::stays;

use super::feed::{self, Format};
use super::gather::{Gathered, folder_url, section_url};
use super::hosts::HostFile;
use super::page::Scene;
use super::print::{self, Edition};
use super::sitemap;
use super::twin::twin_url;
use super::{map, pictures, recent, search, social};

/// How many cards or lines one part of a listing holds.
pub const PART: usize = 100;
/// How many lines a page of the A to Z index holds. A longer index is split by letter, and a longer letter into parts.
pub const INDEX_LIMIT: usize = 2_000;

/// What a file is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Output {
    /// A page of the content.
    Page(PageId),
    /// The Markdown of a page.
    Twin(PageId),
    /// The home page of a handbook without one.
    Home,
    /// A pillar without a page of its own.
    Pillar(usize),
    /// A later part of a pillar's list, from 2.
    PillarPart(usize, u32),
    /// A person, by place in the list; later parts from 2.
    Person(usize, u32),
    /// A term that is a section of a glossary in one file, by place in the list of terms.
    Term(usize),
    /// A tag, by place in the list; parts from 1.
    Tag(usize, u32),
    /// A folder without a page of its own; parts from 1.
    Folder(String, u32),
    /// A folder that holds no pages but is linked to: its files.
    Files(String),
    /// All people.
    People,
    /// All terms.
    Glossary,
    /// All reading paths.
    Paths,
    /// All tags.
    Tags,
    /// The coverage matrix.
    Coverage,
    /// The A to Z index, or a part of one letter of it, from 1.
    Index(Option<(char, u32)>),
    /// What has come or changed last.
    New,
    /// The map, or that of a pillar.
    Map(Option<usize>),
    /// A part of a print edition, from 1.
    Print(Edition, u32),
    /// A file of the search.
    Search(search::Part),
    /// The page for addresses that lead nowhere.
    NotFound,
    /// A former address of a page.
    Redirect(PageId, Url),
    /// The sitemap: the whole or the list of its parts, and parts from 1.
    Sitemap(u32),
    /// A feed of the site or of a pillar.
    Feed(Format, Option<usize>),
    /// The pages and how they relate, for programs.
    Network,
    /// The handbook in a few lines, for programs that read text.
    Llms,
    /// How browsers search.
    OpenSearch,
    /// A file for the web host.
    Host(HostFile),
    /// What robots may do.
    Robots,
    /// Tells hosts not to run Jekyll.
    NoJekyll,
    /// A file of the content, copied.
    Asset(SourcePath),
    /// A picture of the content, scaled to a width.
    Scaled(SourcePath, u32),
    /// A social card.
    Card(Box<Card>),
}

/// A file that the site shall have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Planned {
    /// What it is.
    pub output: Output,
    /// Its address.
    pub url: Url,
    /// Its place in the output folder.
    pub path: OutPath,
}

/// Every output, by path, and the conflicts.
pub fn outputs(graph: &Graph, gathered: &Gathered) -> (Vec<Planned>, Vec<Diagnostic>) {
    let file_folders = file_folders(graph, gathered);
    let written = || {
        let mut claims = Claims::new(&graph.settings);
        claim_pages(graph, &mut claims);
        claim_assets(graph, &file_folders, &mut claims);
        claim_scaled(graph, &mut claims);
        claims
    };
    let made = || {
        let mut claims = Claims::new(&graph.settings);
        claim_made(graph, gathered, &file_folders, &mut claims);
        claim_former(graph, &mut claims);
        claims
    };
    let (mut claims, made) = rayon::join(written, made);
    claims.append(made);
    let (mut planned, conflicts) = claims.settle();
    add_sitemaps(graph, gathered, &mut planned);
    (planned, conflicts)
}

/// Pages, and the Markdown beside each.
fn claim_pages(graph: &Graph, claims: &mut Claims<'_>) {
    let pages: Vec<(PageId, &Node)> = graph.in_order().filter(|(_, node)| node.is_published(&graph.settings)).collect();
    claims.many(Rank::Page, pages.par_iter().map(|(id, node)| (Some(&node.page.path), Output::Page(*id), Some(node.url.clone()))));
    claims.many(Rank::Made, pages.par_iter().map(|(id, node)| (None, Output::Twin(*id), twin_url(node, &graph.settings))));
}

/// Files that a page links to or shows, and everything in a static folder.
fn claim_assets(graph: &Graph, file_folders: &BTreeSet<&str>, claims: &mut Claims<'_>) {
    let settings = &*graph.settings;
    let mut used: FxHashSet<&SourcePath> = FxHashSet::default();
    for (_, node) in graph.in_order().filter(|(_, node)| node.is_published(settings)) {
        used.extend(node.links.iter().filter_map(|resolution| match &resolution.lead {
            Lead::Asset(path) => Some(path),
            _ => None,
        }));
    }
    for path in graph.assets() {
        let static_root = static_root(path, settings);
        let wanted = used.contains(path) || file_folders.contains(path.folder()) || static_root.is_some();
        match asset_url(path, settings).filter(|_| wanted) {
            Some(url) => claims.add(Rank::Asset, Some(path), Span::default(), Output::Asset(path.clone()), url),
            None => claims.left_out(path, wanted),
        }
    }
}

/// Pictures that texts show, in the sizes in which they are offered. Equal pictures are one, whatever they are called.
fn claim_scaled(graph: &Graph, claims: &mut Claims<'_>) {
    let settings = &*graph.settings;
    let mut shown: BTreeMap<&SourcePath, bool> = BTreeMap::new();
    for (_, node) in graph.in_order().filter(|(_, node)| node.is_published(settings)) {
        let pictures = node.page.links.iter().zip(&node.links).filter(|(link, _)| link.relation == Relation::Shows);
        for (link, resolution) in pictures {
            if let Lead::Asset(path) = &resolution.lead {
                *shown.entry(path).or_default() |= link.syntax != Syntax::Html;
            }
        }
    }
    let mut known: BTreeSet<Url> = BTreeSet::new();
    for (path, is_offered) in shown {
        let Some(picture) = graph.picture(path).filter(|_| asset_url(path, settings).is_some()) else { continue };
        if let Some(flaw) = picture.flaw {
            claims.flawed(path, flaw);
        }
        for (still, width) in picture.still.iter().flat_map(|still| picture.widths().into_iter().map(move |width| (still, width))) {
            let url = pictures::scaled_url(still, width).filter(|url| is_offered && known.insert(url.clone()));
            claims.made(Output::Scaled(path.clone(), width), url);
        }
    }
}

fn static_root<'a>(path: &SourcePath, settings: &'a Settings) -> Option<&'a str> {
    let below = |root: &&String| path.as_str().strip_prefix(root.as_str()).is_some_and(|rest| rest.starts_with('/'));
    settings.static_roots.iter().filter(below).max_by_key(|root| root.len()).map(String::as_str)
}

/// Folders that pages link to and that hold files but no pages, by path below the project root.
fn file_folders<'a>(graph: &'a Graph, gathered: &Gathered) -> BTreeSet<&'a str> {
    let published = graph.in_order().filter(|(_, node)| node.is_published(&graph.settings));
    let folders = published.flat_map(|(_, node)| &node.links).filter_map(|resolution| match &resolution.lead {
        Lead::Folder(folder) => Some(folder.as_str()),
        _ => None,
    });
    folders.filter(|folder| graph.settings.in_content(folder).is_some_and(|place| !gathered.folders.contains_key(place))).collect()
}

/// The address of a file that is no page: its place below the content or below its static folder, else below the
/// project root. `None` for names that would steer the host, and for what no address can be made of.
pub fn asset_url(path: &SourcePath, settings: &Settings) -> Option<Url> {
    let place = match (static_root(path, settings), settings.in_content(path.as_str())) {
        (_, Some(place)) => place,
        (Some(root), None) => path.as_str()[root.len()..].trim_start_matches('/'),
        (None, None) => path.as_str(),
    };
    if steers(place) {
        return None;
    }
    let segments: Vec<String> = place.split('/').map(crate::parse::place::segment).collect();
    Url::new(&format!("/{}", segments.join("/")))
}

fn claim_made(graph: &Graph, gathered: &Gathered, file_folders: &BTreeSet<&str>, claims: &mut Claims<'_>) {
    let settings = &*graph.settings;
    let own = settings.mode == Mode::Own;
    let taken: FxHashSet<&Url> = graph.in_order().filter(|(_, node)| node.is_published(settings)).map(|(_, node)| &node.url).collect();
    let free = |url: &Url| !taken.contains(url);
    let mut listings: Vec<(Output, Url)> = Vec::new();
    let mut list = |output: Output, address: &str| listings.extend(Url::new(address).map(|url| (output, url)));
    list(Output::Home, "/");
    if own {
        for (at, pillar) in settings.config.pillars.iter().enumerate() {
            list(Output::Pillar(at), &format!("/{}/", pillar.id));
            let pages = &gathered.pillar_pages[at];
            for part in 2..=parts(pages.essays.len() + pages.examples.len()) {
                list(Output::PillarPart(at, part), &part_address(&format!("/{}/", pillar.id), part));
            }
        }
        list(Output::Coverage, "/coverage/");
        if map::essays(gathered) > 0 {
            list(Output::Map(None), "/map/");
        }
        if map::essays(gathered) > map::LIMIT {
            for (at, pillar) in settings.config.pillars.iter().enumerate().filter(|(at, _)| !gathered.pillar_pages[*at].essays.is_empty()) {
                list(Output::Map(Some(at)), &format!("/map/{}/", pillar.id));
            }
        }
    }
    let pillars = (0..gathered.pillar_pages.len()).filter(|_| own).map(Edition::Pillar);
    for edition in std::iter::once(Edition::Whole).chain(pillars) {
        for part in 1..=print::parts(Scene { graph, gathered }, edition) {
            list(Output::Print(edition, part), &print::address(gathered, edition, part));
        }
    }
    if recent::has_days(Scene { graph, gathered }) {
        list(Output::New, "/new/");
    }
    if !gathered.people.is_empty() {
        list(Output::People, "/contributors/");
    }
    for (at, person) in gathered.people.iter().enumerate() {
        if person.page.is_none() {
            list(Output::Person(at, 1), person.url.as_str());
        }
        for part in 2..=parts(person.pages.len()) {
            list(Output::Person(at, part), &part_address(person.url.as_str(), part));
        }
    }
    if !graph.terms().is_empty() {
        list(Output::Glossary, "/glossary/");
    }
    for (at, term) in graph.terms().iter().enumerate().filter(|(_, term)| term.section.is_some()) {
        list(Output::Term(at), section_url(&term.title).as_str());
    }
    if !gathered.paths.is_empty() {
        list(Output::Paths, "/paths/");
    }
    if !gathered.tags.is_empty() {
        list(Output::Tags, "/tags/");
    }
    for (at, tag) in gathered.tags.iter().enumerate() {
        for part in 1..=parts(tag.pages.len()) {
            list(Output::Tag(at, part), &part_address(tag.url.as_str(), part));
        }
    }
    for (folder, entry) in &gathered.folders {
        let url = folder_url(folder);
        let gathered_elsewhere = gathered.is_list(graph, folder);
        let is_pillar = own && settings.pillar(folder).is_some();
        if (own && folder.is_empty()) || gathered_elsewhere || is_pillar || entry.pages.len() + entry.folders.len() == 0 {
            continue;
        }
        // The first part of the content folder itself is the home page.
        let first = if folder.is_empty() { 2 } else { 1 };
        for part in first..=parts(entry.pages.len()) {
            list(Output::Folder(folder.clone(), part), &part_address(url.as_str(), part));
        }
    }
    for folder in file_folders {
        let url = folder_url(settings.in_content(folder).unwrap_or(folder));
        listings.push((Output::Files((*folder).to_owned()), url));
    }
    for (output, url) in listings {
        // A page that somebody has written at a made address takes its place on purpose.
        if free(&url) {
            claims.made(output, Some(url));
        }
    }
    for (output, address) in [
        (Output::NotFound, "/404.html"),
        (Output::Robots, "/robots.txt"),
        (Output::NoJekyll, "/.nojekyll"),
        (Output::Network, "/graph.json"),
        (Output::Llms, "/llms.txt"),
        (Output::Index(None), "/search/"),
    ] {
        claims.made(output, Url::new(address));
    }
    for (letter, lines) in index_letters(gathered) {
        for part in 1..=parts_of(lines, INDEX_LIMIT) {
            claims.made(Output::Index(Some((letter, part))), letter_url(letter, part));
        }
    }
    for part in search::Part::all(search::count(graph, gathered)) {
        claims.made(Output::Search(part), Url::new(&part.address()));
    }
    for (url, card) in social::all(graph, gathered) {
        claims.made(Output::Card(Box::new(card)), Some(url));
    }
    for (format, pillar) in feed::feeds(Scene { graph, gathered }) {
        claims.made(Output::Feed(format, pillar), feed::address(gathered, format, pillar));
    }
    for file in HostFile::of(settings.config.host) {
        claims.made(Output::Host(*file), Url::new(file.address()));
    }
    if settings.config.base_url.is_some() {
        claims.made(Output::Sitemap(0), sitemap::address(0));
        claims.made(Output::OpenSearch, Url::new("/opensearch.xml"));
    }
}

/// The parts of a long sitemap. Only now it is known how many addresses there are.
fn add_sitemaps(graph: &Graph, gathered: &Gathered, planned: &mut Vec<Planned>) {
    let scene = Scene { graph, gathered };
    if graph.settings.config.base_url.is_none() {
        return;
    }
    let addresses = planned.iter().filter(|planned| sitemap::is_found(scene, &planned.output)).count();
    for part in 1..=sitemap::parts(addresses) {
        let named = sitemap::address(part).and_then(|url| url.out_path().map(|path| (url, path)));
        if let Some((url, path)) = named
            && let Err(at) = planned.binary_search_by(|planned| planned.path.cmp(&path))
        {
            planned.insert(at, Planned { output: Output::Sitemap(part), url, path });
        }
    }
}

/// How many parts a list of that length has; an empty one has one part.
pub fn parts(length: usize) -> u32 {
    parts_of(length, PART)
}

/// The same for parts that hold so many each.
pub fn parts_of(length: usize, each: usize) -> u32 {
    length.div_ceil(each).max(1) as u32
}

/// The address of a part of a list, by that of the first.
pub fn part_address(first: &str, part: u32) -> String {
    if part == 1 { first.to_owned() } else { format!("{first}page/{part}/") }
}

/// The letters of the index with the number of their lines, where it is long enough to be split.
pub fn index_letters(gathered: &Gathered) -> BTreeMap<char, usize> {
    let mut letters: BTreeMap<char, usize> = gathered.lettered.iter().map(|(letter, pages)| (*letter, pages.len())).collect();
    for person in gathered.people.iter().filter(|person| person.page.is_none()) {
        *letters.entry(letter(&person.name)).or_default() += 1;
    }
    if letters.values().sum::<usize>() > INDEX_LIMIT { letters } else { BTreeMap::new() }
}

/// The address of a part of a letter of the index.
pub fn letter_url(letter: char, part: u32) -> Option<Url> {
    Url::new(&part_address(&format!("/search/{letter}/"), part))
}

/// The letter under which a title stands: its first in upper case, or `0` for digits and signs.
pub fn letter(title: &str) -> char {
    let first = title.chars().find(|c| c.is_alphanumeric()).unwrap_or('0');
    if first.is_alphabetic() { first.to_uppercase().next().unwrap_or('0') } else { '0' }
}

fn claim_former(graph: &Graph, claims: &mut Claims<'_>) {
    for (id, node) in graph.in_order().filter(|(_, node)| node.is_published(&graph.settings)) {
        for address in &node.page.addresses {
            let output = Output::Redirect(id, address.url.clone());
            claims.add(Rank::Former, Some(&node.page.path), address.span, output, address.url.clone());
        }
    }
}

/// Where the terms are shown that a page defines as its sections.
pub fn section_outputs(node: &Node) -> Vec<OutPath> {
    let titles = node.page.sections.iter().map(|section| &node.page.headings[section.heading].text);
    titles.filter_map(|title| section_url(title).out_path()).collect()
}

/// Whether a page is shown as a listing with an introduction: the page of the glossary, of the people, of the paths.
pub fn gathering_of(graph: &Graph, id: PageId) -> Option<Output> {
    let node = graph.node(id)?;
    if graph.settings.mode != Mode::Own || node.page.kind != Kind::Page {
        return None;
    }
    match node.url.as_str() {
        "/glossary/" => Some(Output::Glossary),
        "/contributors/" => Some(Output::People),
        "/paths/" => Some(Output::Paths),
        _ => None,
    }
}
