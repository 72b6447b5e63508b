//! What machines read about a page: JSON-LD in the words of schema.org.
//!
//! In: a view, the site. Out: the text of a `script` element that only holds data.
//!
//! Invariant: it says what the page shows and no more; who is not named on the page is not named here.
//! Invariant: no `<` stands in it, so no text can end the element.

use serde::Serialize;

use super::view::{LinkView, ListingView, PageHead, PageView, PersonView, SiteView};

/// How many lines of a list are told.
const LINES: usize = 100;

/// A thing of schema.org, as far as one is known here.
#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct Thing<'a> {
    #[serde(rename = "@type")]
    of: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headline: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_language: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    author: Vec<Thing<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    article_section: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    keywords: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    word_count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_required: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    citation: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    about: Vec<Thing<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    main_entity: Option<Box<Thing<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_defined_term_set: Option<Box<Thing<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_part_of: Option<Box<Thing<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number_of_items: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    item_list_element: Vec<Thing<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<String>,
}

#[derive(Serialize)]
struct Graph<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@graph")]
    graph: Vec<Thing<'a>>,
}

/// What is said about a page of the content.
pub(super) fn of_page(view: &PageView, site: &SiteView) -> String {
    let head = &view.page;
    let mut main = Thing { description: some(&head.description), ..about(head, site) };
    match view.kind {
        "home" => return written(head, site, Thing { is_part_of: None, ..Thing { of: "WebSite", name: Some(&site.title), ..main } }),
        "essay" | "example" => {
            main = Thing { of: "Article", name: None, headline: Some(&head.title), ..main };
            main.author = view.by.iter().map(|person| author(person, site)).collect();
            main.date_published = view.date.as_ref().map(|day| day.iso.as_str());
            main.date_modified = view.updated.as_ref().map(|day| day.iso.as_str());
            main.article_section = view.pillars.first().map(|pillar| pillar.title.as_str());
            main.keywords = view.tags.iter().map(|tag| tag.title.as_str()).collect();
            main.word_count = Some(view.words);
            main.time_required = Some(format!("PT{}M", view.minutes));
            main.citation = view.sources.iter().map(String::as_str).collect();
            let essays = view.illustrates.iter();
            main.about = essays
                .map(|card| Thing { of: "Article", headline: Some(&card.title), url: absolute(&card.href, site), ..Thing::default() })
                .collect();
        }
        "contributor" => {
            main.of = "ProfilePage";
            let job_title = view.role.as_deref();
            let person = Thing { of: "Person", name: Some(&head.title), job_title, url: head.canonical.clone(), ..Thing::default() };
            main.main_entity = Some(Box::new(person));
        }
        "term" => {
            main.of = "DefinedTerm";
            let set = head.crumbs.last();
            let set =
                set.map(|set| Thing { of: "DefinedTermSet", name: Some(&set.title), url: absolute(&set.href, site), ..Thing::default() });
            (main.in_defined_term_set, main.is_part_of, main.in_language) = (set.map(Box::new), None, None);
        }
        "path" => {
            main.of = "ItemList";
            let stops = view.stops.iter().filter_map(|stop| stop.card.as_ref());
            let stops: Vec<(&str, &str)> = stops.map(|card| (card.title.as_str(), card.href.as_str())).collect();
            (main.is_part_of, main.in_language) = (None, None);
            list(&mut main, &stops, site);
        }
        "pillar" => main.of = "CollectionPage",
        _ => {}
    }
    written(head, site, main)
}

/// What is said about a made list.
pub(super) fn of_listing(view: &ListingView, site: &SiteView) -> String {
    let mut main = about(&view.page, site);
    main.description = some(&view.page.description).or(some(&view.lead));
    main.of = "CollectionPage";
    let lines = view.groups.iter().flat_map(|group| &group.items);
    let lines: Vec<(&str, &str)> = lines.take(LINES + 1).map(|item| (item.title.as_str(), item.href.as_str())).collect();
    match view.kind {
        "glossary" => {
            main.of = "DefinedTermSet";
            main.is_part_of = None;
        }
        "search" | "new" => {}
        // A list that is cut says nothing about what is left out.
        _ if lines.len() <= LINES && view.paging.of == 1 => {
            let mut entity = Thing { of: "ItemList", ..Thing::default() };
            list(&mut entity, &lines, site);
            main.main_entity = Some(Box::new(entity));
        }
        _ => {}
    }
    written(&view.page, site, main)
}

/// What is said about any other page that readers may find.
pub(super) fn of_made(head: &PageHead, site: &SiteView) -> String {
    if head.canonical.is_none() && head.noindex { String::new() } else { written(head, site, about(head, site)) }
}

fn about<'a>(head: &'a PageHead, site: &'a SiteView) -> Thing<'a> {
    let whole = Thing { of: "WebSite", name: Some(&site.title), url: site.base_url.clone(), ..Thing::default() };
    Thing {
        of: "WebPage",
        name: Some(&head.title),
        url: head.canonical.clone(),
        in_language: Some(&head.lang),
        is_part_of: Some(Box::new(whole)),
        ..Thing::default()
    }
}

fn author<'a>(person: &'a PersonView, site: &SiteView) -> Thing<'a> {
    Thing { of: "Person", name: Some(&person.name), url: absolute(&person.href, site), ..Thing::default() }
}

fn list<'a>(thing: &mut Thing<'a>, lines: &[(&'a str, &'a str)], site: &SiteView) {
    thing.number_of_items = Some(lines.len() as u32);
    thing.item_list_element = (1..)
        .zip(lines)
        .map(|(at, (title, href))| Thing {
            of: "ListItem",
            position: Some(at),
            name: Some(title),
            url: absolute(href, site),
            ..Thing::default()
        })
        .collect();
}

/// The way to a page, itself at the end.
fn crumbs<'a>(head: &'a PageHead, site: &SiteView) -> Option<Thing<'a>> {
    if head.crumbs.is_empty() || site.base_url.is_none() {
        return None;
    }
    let step = |position: usize, name: &'a str, item| Thing {
        of: "ListItem",
        position: Some(position),
        name: Some(name),
        item,
        ..Thing::default()
    };
    let way = head.crumbs.iter().enumerate();
    let mut steps: Vec<Thing<'a>> = way.map(|(at, LinkView { title, href })| step(at + 1, title, absolute(href, site))).collect();
    steps.push(step(steps.len() + 1, &head.title, head.canonical.clone()));
    Some(Thing { of: "BreadcrumbList", item_list_element: steps, ..Thing::default() })
}

fn absolute(href: &str, site: &SiteView) -> Option<String> {
    site.base_url.as_ref().map(|base| format!("{base}{href}"))
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn written<'a>(head: &'a PageHead, site: &'a SiteView, main: Thing<'a>) -> String {
    let graph = Graph { context: "https://schema.org", graph: std::iter::once(main).chain(crumbs(head, site)).collect() };
    // Texts and numbers under texts always are JSON.
    let text = serde_json::to_string(&graph).unwrap_or_default();
    if memchr::memchr3(b'<', b'>', b'&', text.as_bytes()).is_none() {
        return text;
    }
    // Within text these mean the same in JSON, and nothing in HTML or XML.
    text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}
