//! Feeds: what has come or changed last, for programs that tell their readers.
//!
//! In: listed pages with a day. Out: a view for the theme's `atom.xml`, and the same as JSON Feed; for the site, and for each pillar.
//!
//! Invariant: it depends on the days that authors or the history give, and on the pages that it holds; no clock is asked.
//! Invariant: no text holds a character that XML cannot.

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use crate::base::config::Feeds;
use crate::base::path::Url;
use crate::resolve::{Node, PageId};

use super::content::Writer;
use super::gather::Gathered;
use super::href::absolute;
use super::network::without_tags;
use super::page::Scene;
use super::view::{FeedEntryView, FeedLinkView, FeedView};

/// How many pages a feed holds.
const SHOWN: usize = 20;

/// How a feed is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Atom.
    Atom,
    /// JSON Feed.
    Json,
}

impl Format {
    fn file_name(self) -> &'static str {
        match self {
            Self::Atom => "atom.xml",
            Self::Json => "feed.json",
        }
    }

    /// The type under which servers send it.
    fn media_type(self) -> &'static str {
        match self {
            Self::Atom => "application/atom+xml",
            Self::Json => "application/feed+json",
        }
    }
}

/// The address of a feed of the site or of a pillar.
pub fn address(gathered: &Gathered, format: Format, pillar: Option<usize>) -> Option<Url> {
    let folder = pillar.map_or(Some(String::new()), |at| gathered.pillars.get(at).map(|pillar| format!("{}/", pillar.id)))?;
    Url::new(&format!("/{folder}{}", format.file_name()))
}

/// Every feed that there is something to tell in: of the site, then of pillars, each in both formats.
pub fn feeds(scene: Scene<'_>) -> Vec<(Format, Option<usize>)> {
    let settings = &*scene.graph.settings;
    if settings.config.base_url.is_none() || settings.config.feeds == Feeds::None {
        return Vec::new();
    }
    let mut has = vec![false; scene.gathered.pillars.len() + 1];
    for (_, node) in scene.graph.in_order().filter(|(_, node)| is_told(scene, node) && node.page.day().is_some()) {
        has[0] = true;
        for (at, pillar) in scene.gathered.pillars.iter().enumerate() {
            has[at + 1] |= node.pillars.iter().any(|of| **of == *pillar.id);
        }
    }
    let all = std::iter::once(None).chain((0..scene.gathered.pillars.len()).map(Some));
    let told = all.zip(has).filter(|(_, has)| *has).map(|(pillar, _)| pillar);
    told.flat_map(|pillar| [(Format::Atom, pillar), (Format::Json, pillar)]).collect()
}

/// How pages name the feeds.
pub fn links(scene: Scene<'_>) -> Vec<FeedLinkView> {
    let link = |(format, pillar): (Format, Option<usize>)| {
        Some(FeedLinkView {
            title: title(scene.gathered, pillar),
            href: address(scene.gathered, format, pillar)?.below_root().to_owned(),
            media_type: format.media_type(),
            pillar: pillar.and_then(|at| scene.gathered.pillars.get(at)).map(|pillar| pillar.id.clone()),
        })
    };
    feeds(scene).into_iter().filter_map(link).collect()
}

fn title(gathered: &Gathered, pillar: Option<usize>) -> String {
    match pillar.and_then(|at| gathered.pillars.get(at)) {
        Some(pillar) => format!("{}: {}", gathered.title, pillar.title),
        None => gathered.title.clone(),
    }
}

/// Whether a feed may hold a page: listed, and no draft of a preview.
fn is_told(scene: Scene<'_>, node: &Node) -> bool {
    node.is_listed(&scene.graph.settings) && !node.page.draft
}

/// What a feed holds; `None` where there is nothing.
pub fn feed(scene: Scene<'_>, format: Format, pillar: Option<usize>) -> Option<FeedView> {
    let Scene { graph, gathered } = scene;
    let settings = &*graph.settings;
    let of_pillar = pillar.map(|at| gathered.pillars.get(at)).unwrap_or_default();
    let stands = |node: &Node| of_pillar.is_none_or(|pillar| node.pillars.iter().any(|of| **of == *pillar.id));
    let told = graph.in_order().filter(|(_, node)| is_told(scene, node) && stands(node));
    let mut dated: Vec<(Date, PageId, &Node)> = told.filter_map(|(id, node)| Some((node.page.day()?, id, node))).collect();
    // Sorting is stable, so pages of one day stay in the order that readers know.
    dated.sort_by_key(|(day, ..)| std::cmp::Reverse(*day));
    dated.truncate(SHOWN);
    let home = match of_pillar {
        Some(pillar) => Url::new(&format!("/{}/", pillar.id))?,
        None => Url::home(),
    };
    let home = absolute(&home, settings)?;
    Some(FeedView {
        title: xml_text(&title(gathered, pillar)),
        author: xml_text(&gathered.title),
        id: home.clone(),
        home,
        href: absolute(&address(gathered, format, pillar)?, settings)?,
        subtitle: of_pillar.map(|pillar| xml_text(&pillar.question)).filter(|question| !question.is_empty()),
        updated: moment(dated.first()?.0),
        lang: settings.config.language.clone(),
        entries: dated.into_iter().filter_map(|(day, id, node)| entry(scene, day, id, node)).collect(),
    })
}

fn entry(scene: Scene<'_>, day: Date, id: PageId, node: &Node) -> Option<FeedEntryView> {
    let Scene { graph, gathered } = scene;
    let (page, settings) = (&node.page, &*graph.settings);
    let url = absolute(&node.url, settings)?;
    let pillars = node.pillars.iter().filter_map(|id| gathered.pillar(id)).map(|pillar| xml_text(&pillar.title));
    let content = (settings.config.feeds == Feeds::Full).then(|| {
        let root = settings.config.base_url.as_deref().unwrap_or("");
        let lead = page.lead.map(|lead| page.headings[lead].range.clone()).filter(|lead| lead.start == 0);
        let from = lead.map_or(0, |lead| lead.end);
        let html = Writer::new(graph, gathered, root, id).apart(id, node, from..page.body.html.len() as u32);
        xml_text(html.trim())
    });
    Some(FeedEntryView {
        title: xml_text(node.title()),
        id: url.clone(),
        url,
        published: page.front.date.map(moment),
        updated: moment(day),
        summary: Some(xml_text(&page.claim)).filter(|claim| !claim.is_empty()),
        content,
        authors: gathered.people_of(graph, page, &node.links).iter().map(|person| xml_text(&person.name)).collect(),
        categories: pillars.chain(page.front.tags.iter().map(|tag| xml_text(&tag.value))).collect(),
        lang: page.front.lang.as_ref().map_or_else(|| settings.config.language.clone(), |lang| xml_text(&lang.value)),
    })
}

/// A day as RFC 3339 wants it.
fn moment(day: Date) -> String {
    format!("{day}T00:00:00Z")
}

/// A text without what XML 1.0 cannot hold.
pub fn xml_text(text: &str) -> String {
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}');
    text.chars().filter(|c| allowed(*c)).collect()
}

/// A feed as JSON Feed 1.1, which has no absent values.
pub fn json(feed: &FeedView) -> String {
    let mut all = Map::new();
    all.insert("version".into(), "https://jsonfeed.org/version/1.1".into());
    all.insert("title".into(), feed.title.as_str().into());
    all.insert("home_page_url".into(), feed.home.as_str().into());
    all.insert("feed_url".into(), feed.href.as_str().into());
    put(&mut all, "description", feed.subtitle.as_deref());
    all.insert("language".into(), feed.lang.as_str().into());
    all.insert("items".into(), feed.entries.iter().map(json_entry).collect());
    format!("{}\n", without_tags(Value::Object(all).to_string()))
}

fn json_entry(entry: &FeedEntryView) -> Value {
    let mut item = Map::new();
    item.insert("id".into(), entry.id.as_str().into());
    item.insert("url".into(), entry.url.as_str().into());
    item.insert("title".into(), entry.title.as_str().into());
    match &entry.content {
        Some(html) => item.insert("content_html".into(), html.as_str().into()),
        // An item has a text in one form or the other.
        None => item.insert("content_text".into(), entry.summary.as_deref().unwrap_or(&entry.title).into()),
    };
    put(&mut item, "summary", entry.summary.as_deref());
    put(&mut item, "date_published", entry.published.as_deref());
    item.insert("date_modified".into(), entry.updated.as_str().into());
    let authors: Vec<Value> = entry.authors.iter().map(|name| json!({ "name": name })).collect();
    if !authors.is_empty() {
        item.insert("authors".into(), authors.into());
    }
    item.insert("tags".into(), entry.categories.clone().into());
    item.insert("language".into(), entry.lang.as_str().into());
    Value::Object(item)
}

fn put(object: &mut Map<String, Value>, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        object.insert(name.into(), value.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_holds_no_character_that_xml_cannot() {
        assert_eq!(xml_text("a\u{0}b\u{8}c\u{FFFE}d\te\u{1F600}"), "abcd\te\u{1F600}");
    }
}
