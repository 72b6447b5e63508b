//! What search engines and browsers are told about the site as a whole: the sitemap, robots, how to search.
//!
//! In: the outputs. Out: a sitemap, or several and a list of them where there are more addresses than one may hold.
//!
//! Invariant: no clock is asked; the day of a page is the one that its author or its history gives.

use crate::base::path::Url;

use super::href::absolute;
use super::outputs::{Output, Planned};
use super::page::Scene;
use super::view::{SitemapEntryView, SitemapView};

/// How many addresses one file may hold.
const LIMIT: usize = 50_000;

/// Whether search engines shall find an output.
pub fn is_found(scene: Scene<'_>, output: &Output) -> bool {
    match output {
        Output::Page(id) => scene.graph.node(*id).is_some_and(|node| node.is_listed(&scene.graph.settings)),
        Output::NotFound
        | Output::Twin(_)
        | Output::Search(_)
        | Output::Redirect(..)
        | Output::Sitemap(_)
        | Output::Feed(..)
        | Output::Network
        | Output::Llms
        | Output::Host(_)
        | Output::OpenSearch
        | Output::Robots
        | Output::NoJekyll
        | Output::Asset(_)
        | Output::Scaled(..)
        | Output::Card(_) => false,
        _ => true,
    }
}

/// How many parts a sitemap of so many addresses has beside the list of them; none where one file holds all.
pub fn parts(addresses: usize) -> u32 {
    if addresses <= LIMIT { 0 } else { addresses.div_ceil(LIMIT) as u32 }
}

/// The address of a part.
pub fn address(part: u32) -> Option<Url> {
    Url::new(&if part == 0 { "/sitemap.xml".to_owned() } else { format!("/sitemap-{part}.xml") })
}

/// The sitemap, or a part of it from 1.
pub fn sitemap(scene: Scene<'_>, part: u32, all: &[Planned]) -> SitemapView {
    let settings = &*scene.graph.settings;
    let entry = |planned: &Planned| {
        let lastmod = match &planned.output {
            Output::Page(id) => scene.graph.node(*id)?.page.day().map(|day| day.to_string()),
            _ => None,
        };
        Some(SitemapEntryView { loc: absolute(&planned.url, settings)?, lastmod })
    };
    let found = || all.iter().filter(|planned| is_found(scene, &planned.output));
    let parts = parts(found().count());
    if part == 0 && parts > 0 {
        let file = |part| Some(SitemapEntryView { loc: absolute(&address(part)?, settings)?, lastmod: None });
        return SitemapView { entries: Vec::new(), parts: (1..=parts).filter_map(file).collect() };
    }
    let from = part.saturating_sub(1) as usize * LIMIT;
    SitemapView { entries: found().skip(from).take(LIMIT).filter_map(entry).collect(), parts: Vec::new() }
}

/// What robots may do.
pub fn robots(scene: Scene<'_>) -> String {
    let settings = &*scene.graph.settings;
    if settings.drafts || !settings.config.banner.is_empty() {
        return "User-agent: *\nDisallow: /\n".to_owned();
    }
    match &settings.config.base_url {
        Some(base) => format!("User-agent: *\nAllow: /\n\nSitemap: {base}sitemap.xml\n"),
        None => "User-agent: *\nAllow: /\n".to_owned(),
    }
}

/// How a browser searches the handbook from its own field.
pub fn open_search(scene: Scene<'_>) -> String {
    let title = &scene.gathered.title;
    let escaped = |text: &str| {
        let mut out = String::new();
        crate::parse::body::escape_into(&mut out, &super::feed::xml_text(text));
        out
    };
    // The name of a search engine has at most 16 characters.
    let short: String = title.chars().take(16).collect();
    let base = escaped(scene.graph.settings.config.base_url.as_deref().unwrap_or(""));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<OpenSearchDescription xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">\n\
         <ShortName>{}</ShortName>\n<Description>{}</Description>\n<InputEncoding>UTF-8</InputEncoding>\n\
         <Url type=\"text/html\" method=\"get\" template=\"{base}search/?q={{searchTerms}}\"/>\n</OpenSearchDescription>\n",
        escaped(short.trim()),
        escaped(title),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sitemap_is_split_where_one_file_may_hold_no_more() {
        assert_eq!([0, 1, LIMIT, LIMIT + 1, 2 * LIMIT, 2 * LIMIT + 1].map(parts), [0, 0, 0, 2, 2, 3]);
    }
}
