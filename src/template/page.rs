//! Views of pages of text: those that a file makes, and those of pillars, people and terms that no file makes.

mod piece;
mod relations;

use std::ops::Range;
use std::sync::Arc;

use crate::base::config::Mode;
use crate::base::diagnostic::Diagnostic;
use crate::base::key::key;
use crate::base::path::Url;
use crate::base::strings::{Language, direction};
use crate::parse::body::{escape_text, without_ids};
use crate::parse::front::{Kind, Status};
use crate::parse::page::{Heading, Relation};
use crate::resolve::{Graph, Lead, Node, PageId};

pub use self::relations::backlinks;
pub(super) use self::relations::stops;
use self::relations::{contrasts, neighbours, sources, targets, terms};
use super::content::Writer;
use super::gather::{Gathered, date_view, folder_url, kind_word, stance_word};
use super::href::{absolute, href};
use super::languages::{groups, language_at};
use super::listing;
use super::sitewide::folder_title;
use super::social;
use super::twin::{FILE, has_twin};
use super::view::{ClaimView, HeadingView, LinkView, PageHead, PageView, PagingView, TocView};

/// What composing a view needs.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The graph.
    pub graph: &'a Graph,
    /// What pages share.
    pub gathered: &'a Gathered,
}

impl<'a> Scene<'a> {
    /// What the site says at an address that no file is written for.
    pub fn say_at(self, url: &Url) -> &'a Language {
        let settings = &self.graph.settings;
        settings.language(language_at(url, settings))
    }

    /// What the site says on a page.
    pub fn say_on(self, head: &PageHead) -> &'a Language {
        self.graph.settings.language(&head.said_in)
    }
}

/// Head and chrome of a made page.
pub fn made_head(scene: Scene<'_>, url: &Url, title_text: &str, crumbs: Vec<LinkView>) -> PageHead {
    let settings = &*scene.graph.settings;
    let lang = language_at(url, settings);
    let groups = groups(scene.graph, scene.gathered, url);
    PageHead {
        url: url.to_string(),
        root: url.to_root(),
        head_title: if *url == Url::home() { scene.gathered.title.clone() } else { format!("{title_text} · {}", scene.gathered.title) },
        title: title_text.to_owned(),
        description: String::new(),
        lang: lang.to_owned(),
        dir: direction(lang),
        said_in: settings.language(lang).tag.clone(),
        pillar: None,
        canonical: absolute(url, settings),
        card: None,
        group: group_of(&crumbs, &groups),
        crumbs,
        noindex: false,
        draft: false,
        source: None,
        twin: None,
        groups,
    }
}

/// The group that a page stands in: of a translation's own groups the one on the way to it, else the first of the way.
fn group_of(crumbs: &[LinkView], groups: &[LinkView]) -> Option<String> {
    let of_translation = |crumb: &&LinkView| groups.is_empty() || groups.iter().any(|group| group.href == crumb.href);
    crumbs.iter().find(of_translation).map(|crumb| crumb.href.clone())
}

/// A view with nothing but its head.
pub fn blank(head: PageHead, kind: &'static str) -> PageView {
    let mut html = String::new();
    escape_text(&mut html, &head.title);
    PageView {
        page: head,
        kind,
        heading: HeadingView { html, id: None },
        claim: None,
        content: String::new(),
        has_stances: false,
        toc: Vec::new(),
        minutes: 1,
        words: 0,
        pillars: Vec::new(),
        stances: Vec::new(),
        by: Vec::new(),
        role: None,
        industry: None,
        status: None,
        date: None,
        updated: None,
        tags: Vec::new(),
        reviewed: None,
        sources: Vec::new(),
        illustrates: Vec::new(),
        examples: Vec::new(),
        contrasts: Vec::new(),
        terms: Vec::new(),
        backlinks: Vec::new(),
        backlinks_more: 0,
        related: Vec::new(),
        paths: Vec::new(),
        previous: None,
        next: None,
        stops: Vec::new(),
        stops_minutes: 0,
        rest: String::new(),
        sections: Vec::new(),
        pillar_cards: Vec::new(),
        paging: PagingView { number: 1, of: 1, previous: None, next: None },
        edit_href: None,
        add_example_href: None,
        extra: Arc::default(),
    }
}

/// The view of a page of the content.
pub fn page(scene: Scene<'_>, id: PageId, node: &Node) -> (PageView, Vec<Diagnostic>) {
    let Scene { graph, gathered } = scene;
    let (page, front) = (&node.page, &node.page.front);
    let root = node.url.to_root();
    let kind = template_kind(scene, node);
    let mut view = blank(head(scene, node, kind), kind);
    let mut writer = Writer::new(graph, gathered, &root, id);

    let parts = Parts::of(node, kind);
    view.heading = heading(node, &mut writer, id);
    view.claim =
        parts.claim.as_ref().map(|inside| ClaimView { html: writer.text(id, node, inside.clone(), &[]), id: page.body.claim_id.clone() });
    if view.claim.is_none() && parts.shows_summary {
        view.claim = page.summary.clone().map(|html| ClaimView { html, id: None });
    }
    let whole = page.body.html.len() as u32;
    // The stops of a path are shown as what they lead to, between the texts before and after them.
    let (before, after) = page.body.stops.as_ref().filter(|_| kind == "path").map_or((whole, whole), |stops| (stops.start, stops.end));
    view.content = writer.text(id, node, 0..before, &parts.left_out);
    view.rest = writer.text(id, node, after..whole, &parts.left_out);
    view.has_stances = page.has_stances;
    view.toc = toc(node, &parts.left_out);
    (view.minutes, view.words) = (page.minutes(), page.words);
    view.pillars = node.pillars.iter().filter_map(|pillar| gathered.pillar(pillar)).cloned().collect();
    view.stances = page.stances.iter().map(|stance| stance_word(*stance)).collect();
    view.by = gathered.people_of(graph, page, &node.links);
    (view.role, view.industry) = (front.role.clone(), front.industry.clone());
    view.status = front.status.map(status_word);
    let say = scene.say_on(&view.page);
    (view.date, view.updated) = (front.date.map(|day| date_view(day, say)), page.changed().map(|day| date_view(day, say)));
    view.tags = tags(scene, node);
    view.reviewed = reviewed(node, say);
    view.sources.clone_from(&front.sources);
    view.illustrates = targets(scene, node, Relation::Illustrates);
    view.contrasts = contrasts(scene, id, node);
    view.examples = sources(scene, id, Relation::Illustrates);
    view.terms = if matches!(page.kind, Kind::Essay | Kind::Example) { terms(scene, node) } else { Vec::new() };
    (view.backlinks, view.backlinks_more) = backlinks(scene, id);
    neighbours(scene, id, &mut view);
    view.stops = stops(scene, node, &mut writer, id);
    view.stops_minutes = view.stops.iter().filter_map(|stop| stop.card.as_ref()).map(|card| card.minutes).sum();
    if !front.anonymous {
        view.edit_href = edit_href(scene, node);
    }
    view.extra = extra(node);
    listing::sections(scene, id, node, &mut view);
    (view, writer.diagnostics)
}

/// Which template shows the page.
fn template_kind(scene: Scene<'_>, node: &Node) -> &'static str {
    if node.url == Url::home() {
        return "home";
    }
    let is_pillar = scene
        .gathered
        .pillar_pages
        .iter()
        .any(|pages| pages.index.is_some_and(|index| scene.graph.node(index).is_some_and(|index| index.url == node.url)));
    if is_pillar { "pillar" } else { kind_word(node.page.kind) }
}

fn head(scene: Scene<'_>, node: &Node, kind: &str) -> PageHead {
    let (graph, page) = (scene.graph, &node.page);
    let settings = &*graph.settings;
    let lang = page.front.lang.as_ref().map_or(settings.config.language.as_str(), |lang| lang.value.as_str());
    let pillar = node.pillars.first().map(|pillar| pillar.to_string()).or_else(|| {
        // A pillar's own page stands in it, though it is no essay.
        (kind == "pillar").then(|| node.url.as_str().trim_matches('/').to_owned())
    });
    let (crumbs, groups) = (crumbs(scene, node), groups(graph, scene.gathered, &node.url));
    PageHead {
        url: node.url.to_string(),
        root: node.url.to_root(),
        head_title: head_title(scene, node),
        title: node.title().to_owned(),
        description: crate::parse::sentence::shorten(&page.claim, 200),
        lang: lang.to_owned(),
        dir: direction(lang),
        said_in: settings.language(lang).tag.clone(),
        pillar: pillar.filter(|_| !scene.gathered.pillars.is_empty()),
        canonical: absolute(&node.url, settings),
        card: social::page(graph, scene.gathered, node)
            .and_then(|card| social::reference(&card, node.title(), &scene.gathered.title, settings)),
        group: group_of(&crumbs, &groups),
        crumbs,
        noindex: page.front.hidden || page.draft || settings.drafts,
        draft: page.draft,
        source: (!page.front.anonymous).then(|| page.path.to_string()),
        twin: has_twin(node, settings).then_some(FILE),
        groups,
    }
}

/// The title of the browser's tab: unique, so of pages with one title each says where it stands.
fn head_title(scene: Scene<'_>, node: &Node) -> String {
    let (site, own) = (&scene.gathered.title, node.title());
    if node.url == Url::home() {
        return if own == site { site.clone() } else { format!("{site}: {own}") };
    }
    let twins = scene.gathered.titles.get(&key(own)).copied().unwrap_or(0);
    if twins > 1 { format!("{own} ({}) · {site}", node.url.as_str().trim_matches('/')) } else { format!("{own} · {site}") }
}

/// The way to a page: its pillar or its folders, each where it has a page.
fn crumbs(scene: Scene<'_>, node: &Node) -> Vec<LinkView> {
    let Scene { graph, gathered } = scene;
    let settings = &*graph.settings;
    if matches!(node.page.kind, Kind::Example | Kind::Essay)
        && let Some(pillar) = node.pillars.first().and_then(|id| gathered.pillar(id))
    {
        return vec![LinkView { title: pillar.title.clone(), href: pillar.href.clone() }];
    }
    let place = settings.in_content(node.page.path.as_str()).unwrap_or("");
    let mut folder = place.rsplit_once('/').map_or("", |(folder, _)| folder);
    if node.page.index {
        folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
    }
    let mut crumbs = Vec::new();
    while !folder.is_empty() {
        if !scene.gathered.has_page(graph, folder) {
            folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
            continue;
        }
        let made = matches!((settings.mode, folder), (Mode::Own, "contributors" | "glossary" | "paths"));
        let title = if made && gathered.folders.get(folder).is_none_or(|entry| entry.index.is_none()) {
            scene.say_at(&node.url).text(listing::made_title(folder)).to_owned()
        } else {
            folder_title(graph, gathered, folder)
        };
        crumbs.push(LinkView { title, href: href(&folder_url(folder), settings) });
        folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
    }
    crumbs.reverse();
    crumbs
}

/// What of the text is shown apart from the rest.
pub(super) struct Parts {
    /// The inside of the first paragraph, where it is the claim.
    pub(super) claim: Option<Range<u32>>,
    /// Whether the summary is shown as the claim.
    pub(super) shows_summary: bool,
    /// What the text leaves out: the title, the claim; ascending.
    pub(super) left_out: Vec<Range<u32>>,
}

impl Parts {
    /// The parts of a page of that kind.
    pub(super) fn of(node: &Node, kind: &str) -> Self {
        let page = &node.page;
        let mut left_out: Vec<Range<u32>> = Vec::new();
        if let Some(lead) = lead_heading(node) {
            left_out.push(page.headings[lead].range.clone());
        }
        let has_summary = page.front.summary.is_some();
        // Under a heading that stays, the first paragraph belongs to its section.
        let is_below_heading = |whole: &Range<u32>| {
            page.headings.iter().any(|heading| heading.range.start < whole.start && !left_out.contains(&heading.range))
        };
        let opens = page.body.claim.as_ref().filter(|(whole, _)| !has_summary && !is_below_heading(whole));
        let opens = opens.filter(|_| matches!(kind, "essay" | "home" | "pillar" | "path"));
        if let Some((whole, _)) = opens {
            left_out.push(whole.clone());
        }
        left_out.sort_by_key(|range| range.start);
        let shows_summary = has_summary && !page.claim.is_empty() && matches!(kind, "essay" | "home" | "pillar" | "path" | "example");
        Self { claim: opens.map(|(_, inside)| inside.clone()), shows_summary, left_out }
    }
}

/// The heading of the text that the title repeats.
fn lead_heading(node: &Node) -> Option<usize> {
    let lead = node.page.lead?;
    (key(&node.page.headings[lead].text) == key(node.title())).then_some(lead)
}

/// The title of a page inside its text.
pub(super) fn heading(node: &Node, writer: &mut Writer<'_>, id: PageId) -> HeadingView {
    let Some(lead) = lead_heading(node).map(|lead| &node.page.headings[lead]) else {
        let mut html = String::new();
        escape_text(&mut html, node.title());
        return HeadingView { html, id: None };
    };
    HeadingView { html: heading_html(node, writer, id, lead), id: Some(lead.id.to_string()).filter(|id| !id.is_empty()) }
}

/// A heading as the title of a page: without links, but with its references to notes, which lead back there.
pub fn heading_html(node: &Node, writer: &mut Writer<'_>, id: PageId, heading: &Heading) -> String {
    let body = &node.page.body;
    let written = &body.html[heading.range.start as usize..heading.range.end as usize];
    if written.contains("<sup class=\"fn-ref\"") {
        let html = writer.text(id, node, heading.range.clone(), &[]);
        let inside = html.split_once('>').map_or("", |(_, inside)| inside);
        let end = inside.rfind("<a class=\"anchor\"").or_else(|| inside.rfind("</h")).unwrap_or(inside.len());
        return inside[..end].to_owned();
    }
    let has_holes = body.holes.iter().any(|hole| heading.range.contains(&hole.at));
    if has_holes { crate::parse::plain_html(&writer.text(id, node, heading.range.clone(), &[])) } else { heading.html().to_owned() }
}

/// How many lines the contents of a page have at most: more than that nobody reads, and a page must not grow out of hand.
const CONTENTS: usize = 500;

fn toc(node: &Node, left_out: &[Range<u32>]) -> Vec<TocView> {
    if node.page.front.toc == Some(false) {
        return Vec::new();
    }
    let shown = node.page.headings.iter().filter(|heading| heading.top && heading.shown <= 3 && !heading.id.is_empty());
    // A heading without words is nothing to choose.
    let shown = shown.filter(|heading| !left_out.contains(&heading.range) && !heading.text.trim().is_empty()).take(CONTENTS);
    let lines: Vec<&Heading> = shown.collect();
    // A single line says no more than the page does.
    let lines = if lines.len() > 1 { lines } else { Vec::new() };
    lines
        .into_iter()
        .map(|heading| TocView { html: without_ids(heading.html()), id: heading.id.to_string(), level: heading.shown })
        .collect()
}

pub(super) fn status_word(status: Status) -> &'static str {
    match status {
        Status::Draft => "draft",
        Status::Initial => "initial",
        Status::Reviewed => "reviewed",
    }
}

fn tags(scene: Scene<'_>, node: &Node) -> Vec<LinkView> {
    let tagged = node.page.links.iter().zip(&node.links).filter(|(link, _)| link.relation == Relation::Tagged);
    let mut tags: Vec<LinkView> = Vec::new();
    for (_, resolution) in tagged {
        if let Lead::Made(url) = &resolution.lead
            && let Some(tag) = scene.gathered.tag(url)
        {
            let link = LinkView { title: tag.title.clone(), href: href(url, &scene.graph.settings) };
            if !tags.contains(&link) {
                tags.push(link);
            }
        }
    }
    tags
}

fn reviewed(node: &Node, say: &Language) -> Option<String> {
    let front = &node.page.front;
    match (&front.reviewed_by, front.reviewed_on) {
        (Some(by), Some(on)) => Some(format!("{by}{}{}", say.text("comma"), say.day(on))),
        (Some(by), None) => Some(by.clone()),
        _ => None,
    }
}

/// Where the source can be edited, on the hosts whose addresses are known.
fn edit_href(scene: Scene<'_>, node: &Node) -> Option<String> {
    let repository = scene.graph.settings.config.repository.as_deref()?.trim_end_matches('/');
    let below = scene.graph.settings.below.as_str();
    let path = if below.is_empty() { node.page.path.to_string() } else { format!("{below}/{}", node.page.path) };
    let path = crate::base::path::encode_path(&path);
    let middle = if repository.contains("gitlab") {
        "/-/edit/HEAD/"
    } else if repository.contains("bitbucket.org") {
        "/src/HEAD/"
    } else if repository.contains("codeberg.org") || repository.contains("gitea") || repository.contains("forgejo") {
        "/_edit/HEAD/"
    } else {
        "/edit/HEAD/"
    };
    Some(format!("{repository}{middle}{path}"))
}

fn extra(node: &Node) -> Arc<serde_json::Map<String, serde_json::Value>> {
    let pairs = node.page.front.extra.iter();
    Arc::new(pairs.filter_map(|(name, json)| serde_json::from_str(json).ok().map(|value| (name.clone(), value))).collect())
}
