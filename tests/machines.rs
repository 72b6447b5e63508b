//! What programs read: feeds, the sitemap, the graph, lists for language models, files of hosts. Judged by readers that share no
//! code with what writes them.

use serde_json::Value;

use crate::support::{Handbook, Site, schema};

const CONFIG: &str = "title = \"Leading & <managing>\"\nbase_url = \"https://handbook.example/docs/\"\n";

const FILES: &str = "
    == content/index.md
    # Leading & managing

    What we know.
    == content/vision/direction.md
    ---
    date: 2026-03-01
    tags: [a & b]
    ---
    # Say \\<where> & why

    A claim with *marks*, \"quotes\" & a [link](../results/ledger.md).

    See [below](#part) and [[The ledger]].[^1]

    ## Part

    Text.

    [^1]: A note.
    == content/results/ledger.md
    ---
    date: 2026-01-01
    updated: 2026-05-04
    by: Ada Crumb
    aliases: [/old/ledger/, /we*ird/]
    contrasts: [[Say <where> & why]]
    ---
    # The ledger

    Count.
    == content/examples/secret.md
    ---
    date: 2026-06-01
    by: Bea
    anonymous: true
    illustrates: The ledger
    ---
    # Told in secret

    Hush.
    == content/results/hidden.md
    ---
    date: 2026-07-01
    hidden: true
    ---
    # Hidden
    == content/results/draft.md
    ---
    date: 2026-07-02
    draft: true
    ---
    # Draft
    == content/results/undated.md
    # Undated
";

fn handbook() -> Handbook {
    Handbook::new(FILES).file("handbook.toml", CONFIG)
}

fn with(config: &str) -> Site {
    Handbook::new(FILES).file("handbook.toml", format!("{CONFIG}{config}")).build()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn titles(feed: &Value) -> Vec<&str> {
    feed["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect()
}

#[test]
fn a_feed_tells_what_has_changed_last_and_nothing_that_is_kept_back() {
    let site = handbook().build();
    let feed = json(site.at("/feed.json"));
    assert_eq!(titles(&feed), ["Told in secret", "The ledger", "Say <where> & why"]);
    assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
    assert_eq!(feed["feed_url"], "https://handbook.example/docs/feed.json");
    assert_eq!(feed["items"][1]["date_modified"], "2026-05-04T00:00:00Z");
    assert_eq!(feed["items"][1]["date_published"], "2026-01-01T00:00:00Z");
    assert_eq!(feed["items"][1]["authors"][0]["name"], "Ada Crumb");
    assert_eq!(feed["items"][0].get("authors"), None, "it is anonymous");
    assert_eq!(feed["items"][1]["content_text"], "Count.");
    assert!(!site.at("/atom.xml").contains("Bea") && !site.at("/feed.json").contains("Bea"));
    assert_eq!(titles(&json(site.at("/vision/feed.json"))), ["Say <where> & why"]);
    assert!(!site.paths().contains(&"empowerment/atom.xml"), "there is nothing to tell");
}

/// An element of XML: its name, its attributes, its text.
fn elements(xml: &str) -> Vec<(String, String)> {
    let document = roxmltree::Document::parse(xml).unwrap_or_else(|error| panic!("{error}\n{xml}"));
    let named = document.descendants().filter(|node| node.is_element());
    named.map(|node| (node.tag_name().name().to_owned(), node.text().unwrap_or("").to_owned())).collect()
}

fn texts<'e>(elements: &'e [(String, String)], name: &str) -> Vec<&'e str> {
    elements.iter().filter(|(of, _)| of == name).map(|(_, text)| text.as_str()).collect()
}

#[test]
fn atom_says_the_same_as_xml() {
    let site = handbook().build();
    let found = elements(site.at("/atom.xml"));
    assert_eq!(texts(&found, "title"), ["Leading & <managing>", "Told in secret", "The ledger", "Say <where> & why"]);
    assert_eq!(texts(&found, "updated")[..2], ["2026-06-01T00:00:00Z", "2026-06-01T00:00:00Z"]);
    assert_eq!(texts(&found, "id")[1], "https://handbook.example/docs/examples/secret/");
    assert_eq!(texts(&found, "summary")[2], "A claim with marks, \"quotes\" & a link.");
    assert!(texts(&found, "content").is_empty());
}

#[test]
fn a_full_feed_carries_the_text_with_addresses_that_work_anywhere() {
    let site = with("[outputs]\nfeeds = \"full\"\n");
    let found = elements(site.at("/atom.xml"));
    let content = texts(&found, "content")[2];
    assert!(content.contains("<a href=\"https://handbook.example/docs/results/ledger/\">link</a>"), "{content}");
    assert!(content.contains("<a href=\"https://handbook.example/docs/vision/direction/#part\">below</a>"), "{content}");
    assert!(content.contains("<sup>1</sup></p>\n<aside><sup>1</sup> <p>A note.</p>"), "notes come along: {content}");
    assert!(!content.contains("<h1") && !content.contains("id=\"") && !content.contains("_ff-"), "{content}");
    assert_eq!(json(site.at("/feed.json"))["items"][2]["content_html"], content);
}

#[test]
fn pages_name_their_feeds() {
    let site = handbook().build();
    let page = site.at("/results/ledger/");
    assert!(page.contains(
        "<link rel=\"alternate\" type=\"application/atom+xml\" title=\"Leading &amp; &lt;managing&gt;\" href=\"../../atom.xml\">"
    ));
    assert!(page.contains("type=\"application/feed+json\"") && !page.contains("vision/atom.xml"));
    assert!(page.contains("href=\"../../results/atom.xml\""), "that of its pillar as well");
    assert!(site.at("/vision/").contains("href=\"../vision/atom.xml\""), "{}", site.at("/vision/"));
}

#[test]
fn without_an_address_or_when_switched_off_there_are_no_feeds() {
    for site in [Handbook::new(FILES).build(), with("[outputs]\nfeeds = \"none\"\n")] {
        assert!(site.paths().iter().all(|path| !path.ends_with("atom.xml") && !path.ends_with("feed.json")));
        assert!(!site.at("/").contains("atom+xml"));
    }
}

#[test]
fn a_title_with_what_xml_cannot_hold_breaks_no_feed() {
    let text = "---\ntitle: \"a\\u0008b ]]> & </title>\"\ndate: 2026-01-01\n---\nText.\n";
    let site = handbook().file("content/results/odd.md", text).build();
    let found = elements(site.at("/atom.xml"));
    assert!(texts(&found, "title").contains(&"a b ]]> & </title>"), "{found:#?}");
}

#[test]
fn the_sitemap_has_each_page_that_may_be_found_with_its_day() {
    let site = handbook().build();
    let found = elements(site.at("/sitemap.xml"));
    let locs = texts(&found, "loc");
    assert!(locs.contains(&"https://handbook.example/docs/results/ledger/"));
    assert!(locs.iter().all(|loc| !loc.contains("hidden") && !loc.contains("draft") && !loc.ends_with(".md") && !loc.contains("old/")));
    let at = found.iter().position(|(_, text)| text.ends_with("/results/ledger/")).unwrap();
    assert_eq!(found[at + 1], ("lastmod".to_owned(), "2026-05-04".to_owned()));
    assert!(site.at("/robots.txt").contains("Sitemap: https://handbook.example/docs/sitemap.xml"));
}

#[test]
fn browsers_are_told_how_to_search() {
    let site = handbook().build();
    let found = elements(site.at("/opensearch.xml"));
    assert_eq!(texts(&found, "ShortName"), ["Leading & <manag"]);
    assert!(site.at("/opensearch.xml").contains("template=\"https://handbook.example/docs/search/?q={searchTerms}\""));
}

#[test]
fn the_graph_is_what_its_schema_says() {
    let judge = json(include_str!("../docs/graph.schema.json"));
    let shipped = Handbook::on_disk(std::path::Path::new(env!("CARGO_MANIFEST_DIR"))).build();
    for site in [&shipped, &handbook().build(), &Handbook::new("== a.md\n# A\n").foreign().build()] {
        let graph = json(site.at("/graph.json"));
        let faults = schema::faults(&judge, &graph);
        assert!(faults.is_empty(), "{faults:#?}");
        let urls: Vec<&str> = graph["pages"].as_array().unwrap().iter().map(|page| page["url"].as_str().unwrap()).collect();
        for url in &urls {
            let _ = site.at(url);
        }
        let lists = graph["pages"].as_array().unwrap().iter().flat_map(|page| page["links"].as_object().unwrap().values());
        let targets: Vec<&str> = lists.flat_map(|list| list.as_array().unwrap()).map(|url| url.as_str().unwrap()).collect();
        assert!(targets.iter().all(|target| urls.contains(target)), "{targets:?}");
    }
}

#[test]
fn the_graph_has_each_relation_once_and_nothing_that_is_kept_back() {
    let site = handbook().build();
    let graph = json(site.at("/graph.json"));
    let tie = |from: &str, to: &str, kind: &str| {
        let page = graph["pages"].as_array().unwrap().iter().find(|page| page["url"] == from).unwrap();
        page["links"][kind].as_array().map_or(0, |targets| targets.iter().filter(|url| **url == to).count())
    };
    let (direction, ledger, secret) = ("/vision/direction/", "/results/ledger/", "/examples/secret/");
    assert_eq!(tie(direction, ledger, "mentions"), 1, "two links, one relation");
    assert_eq!(tie(ledger, direction, "contrasts"), 1);
    assert_eq!(tie(secret, ledger, "illustrates"), 1);
    assert_eq!(tie(ledger, "/contributors/ada-crumb/", "by"), 1);
    let text = site.at("/graph.json");
    assert!(!text.contains("Bea") && !text.contains("Hidden") && !text.contains("Draft"), "{text}");
}

#[test]
fn language_models_are_given_the_essays_by_pillar() {
    let site = handbook().build();
    let list = site.at("/llms.txt");
    assert!(list.starts_with("# Leading & &lt;managing>\n\n> What we know.\n\n## Vision\n\n"), "{list}");
    let line = "- [Say &lt;where> & why](https://handbook.example/docs/vision/direction/index.md): A claim with marks,";
    assert!(list.contains(line), "{list}");
    assert!(!list.contains("Hidden") && !list.contains("Draft"));
}

#[test]
fn the_list_for_language_models_speaks_the_language_of_the_handbook() {
    let site = Handbook::new(FILES).file("handbook.toml", "language = \"de\"\n").build();
    let list = site.at("/llms.txt");
    assert!(list.contains("- [Menschen](") && list.contains("- [Das Register aller Seiten](") && !list.contains("[People]"), "{list}");
}

#[test]
fn only_the_config_makes_files_that_steer_a_host() {
    let site = handbook().build();
    assert!(
        site.paths().iter().all(|path| !path.starts_with("_redirects") && !path.starts_with("_headers") && !path.starts_with("_nginx"))
    );
    let netlify = with("[outputs]\nhost = \"netlify\"\n");
    assert_eq!(netlify.at("/_redirects"), "/docs/old/ledger/ /docs/results/ledger/ 301!\n", "a pattern is none of an author's");
    let headers = netlify.at("/_headers");
    assert!(
        headers.starts_with("/docs/*\n  Content-Security-Policy: default-src 'none';") && headers.contains("; frame-ancestors 'none'\n")
    );
    assert!(headers.contains("/docs/_/*.css\n  Cache-Control: public, max-age=31536000, immutable\n"));
    assert!(headers.contains("/docs/_/*.json\n  Cache-Control: no-cache\n"));
    let cloudflare = with("[outputs]\nhost = \"cloudflare\"\n");
    assert_eq!(cloudflare.at("/_redirects"), "/docs/old/ledger/ /docs/results/ledger/ 301\n");
    let nginx = with("[outputs]\nhost = \"nginx\"\n");
    assert!(nginx.at("/_nginx.conf").contains("  \"/docs/old/ledger/\" \"/docs/results/ledger/\";\n"));
    assert!(nginx.at("/old/ledger/").contains("results/ledger/"), "the page that forwards is there all the same");
}

#[test]
fn a_preview_is_for_no_search_engine() {
    let site = with("[outputs]\nhost = \"netlify\"\nbanner = \"Preview\"\n");
    assert_eq!(site.at("/robots.txt"), "User-agent: *\nDisallow: /\n");
    assert!(site.at("/_headers").contains("  X-Robots-Tag: noindex\n"));
}
