//! A page does what its policy allows, asks no other host, and can be reached without a script.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::Test;
use super::driver::Browser;
use super::sites::{Site, Sites, copy};

pub const TESTS: &[Test] = &[
    ("no_page_does_what_its_policy_forbids_or_asks_another_host", |browser, sites| {
        behaves(browser, sites.shipped(), &sites.shipped().pages());
    }),
    ("the_kinds_of_a_large_handbook_keep_to_their_policy", |browser, sites| {
        let site = sites.large();
        behaves(browser, site, &site.kinds().into_iter().map(|(_, page)| page).collect::<Vec<_>>());
    }),
    ("below_a_path_pages_keep_to_their_policy", |browser, sites| {
        let site = sites.below();
        behaves(browser, site, &site.kinds().into_iter().map(|(_, page)| page).collect::<Vec<_>>());
    }),
    ("hostile_content_does_nothing_in_a_browser", hostile_content_does_nothing),
    ("a_large_handbook_of_others_keeps_to_its_policy", others_keep_to_their_policy),
    ("without_scripts_every_page_can_be_reached", every_page_can_be_reached),
    ("without_scripts_every_page_of_a_large_handbook_can_be_reached", every_page_of_many_can_be_reached),
];

/// Opens pages: nothing that a policy forbids, no error, no dialog, no request to another host, no cookie.
#[track_caller]
fn behaves(browser: &Browser, site: &Site, pages: &[String]) {
    assert!(!pages.is_empty());
    let mut bad = Vec::new();
    browser.requests();
    for page in pages {
        browser.open(&site.url(page));
        // What scripts do at first, they have done when they are idle.
        browser.run("await new Promise((done) => requestIdleCallback(done, { timeout: 500 }))");
        bad.extend(browser.misdeeds().into_iter().map(|line| format!("{page}: {line}")));
    }
    let (own, mut asked) = (site.host.origin(), browser.requests());
    assert!(asked.len() >= pages.len(), "{} requests", asked.len());
    asked.retain(|url| !url.starts_with(&own) && !url.starts_with("data:"));
    assert!(bad.is_empty() && asked.is_empty(), "{bad:#?}\nother hosts: {asked:#?}");
    assert_eq!(browser.value("document.cookie"), "");
}

/// The cases of `tests/hostile`, all pages in one handbook where they are pages, and each in a site of its own otherwise.
fn hostile_content_does_nothing(browser: &Browser, _: &Sites) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile");
    let mut sites = Vec::new();
    for case in folders(&root).iter().flat_map(|family| folders(family)) {
        let described: toml::Table = toml::from_str(&fs::read_to_string(case.join("case.toml")).unwrap()).unwrap();
        let builds = described["exit"].as_integer() == Some(0);
        let is_text = !described.contains_key("make") && described.get("foreign").is_none() && case.join("content").is_dir();
        if !(builds && is_text) {
            continue;
        }
        let config = described.get("config").and_then(toml::Value::as_str).unwrap_or("title = \"Test\"\n").to_owned();
        let site = Site::made("/", &[], |place| {
            fs::write(place.join("handbook.toml"), config).unwrap();
            // What every case may count on, as it may when the program is judged by them.
            fs::create_dir_all(place.join("content/vision")).unwrap();
            fs::write(place.join("content/index.md"), "# Home\n\nThe question.\n").unwrap();
            fs::write(place.join("content/vision/sound.md"), "# Sound\n\nA claim that stands.\n").unwrap();
            copy(&case.join("content"), &place.join("content"));
        });
        sites.push((case, site));
    }
    assert!(sites.len() >= 40, "{} cases", sites.len());
    for (case, site) in &sites {
        // A file of HTML that lies beside the pages is passed on as its author wrote it, and is not a page of ours.
        let is_ours = |page: &String| !MADE.iter().any(|made| page.starts_with(made)) && !case.join("content").join(page).is_file();
        let pages: Vec<String> = site.pages().into_iter().filter(is_ours).collect();
        eprintln!("{}: {} pages", case.display(), pages.len());
        behaves(browser, site, &pages);
    }
}

/// Pages that every site has, and which show nothing of a page but its title and its claim, as its pillar does.
const MADE: [&str; 12] = [
    "404.html",
    "contributors/",
    "coverage/",
    "efficiency/",
    "empowerment/",
    "glossary/",
    "map/",
    "new/",
    "print/vision/",
    "results/",
    "search/",
    "tags/",
];

fn others_keep_to_their_policy(browser: &Browser, _: &Sites) {
    let Some(corpora) = std::env::var_os("FOURFOLD_CORPORA") else { return };
    let corpus = PathBuf::from(corpora).join("sourcegraph");
    let site = Site::made("/", &[], |place| copy(&corpus, place));
    let pages = site.pages();
    assert!(pages.len() > 300, "{}", pages.len());
    // Every page would take minutes; every seventh meets whatever is common.
    behaves(browser, &site, &pages.into_iter().step_by(7).collect::<Vec<_>>());
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(of).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// The addresses of the links that a reader sees, with scripts off.
const VISIBLE: &str = "[...document.querySelectorAll('a[href]')].filter((link) => link.checkVisibility())
    .map((link) => new URL(link.getAttribute('href'), document.baseURI).href.split('#')[0])";

fn every_page_can_be_reached(browser: &Browser, sites: &Sites) {
    let site = sites.shipped();
    browser.run_scripts(false);
    browser.resize(390, 844);
    let links = |page: &str| {
        browser.open(&site.url(page));
        let links = browser.value(VISIBLE);
        let links: Vec<String> = links.as_array().unwrap().iter().map(|link| link.as_str().unwrap().to_owned()).collect();
        assert!(!links.is_empty(), "{page} has no links");
        links
    };
    assert_eq!(unreached(site, links), Vec::<String>::new());
}

fn every_page_of_many_can_be_reached(_: &Browser, sites: &Sites) {
    let site = sites.large();
    let links = |page: &str| {
        let html = fs::read_to_string(site.file(page)).unwrap();
        let hrefs = html.split("<a ").skip(1).filter_map(|tag| tag.split('>').next()?.split("href=\"").nth(1)?.split('"').next());
        hrefs.filter(|href| !href.contains(':')).map(|href| absolute(site, page, href.split('#').next().unwrap())).collect()
    };
    assert_eq!(unreached(site, links), Vec::<String>::new());
}

/// The whole address that a relative one means on a page.
fn absolute(site: &Site, page: &str, href: &str) -> String {
    if href.starts_with('/') {
        return format!("{}{href}", site.host.origin());
    }
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    let (folders, file) = href.rsplit_once('/').map_or(("", href), |(folders, file)| (folders, file));
    for part in folders.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let path = parts.iter().map(|part| format!("{part}/")).collect::<String>();
    if href.is_empty() { site.url(page) } else { site.url(&format!("{path}{file}")) }
}

/// Pages to which no chain of links leads from the front page.
fn unreached(site: &Site, links: impl Fn(&str) -> Vec<String>) -> Vec<String> {
    let pages = site.pages();
    let known: BTreeMap<String, &str> = pages.iter().map(|page| (site.url(page), page.as_str())).collect();
    let (mut seen, mut next) = (BTreeSet::from([""]), vec![""]);
    while let Some(page) = next.pop() {
        for link in links(page) {
            let link = link.split('?').next().unwrap();
            if let Some(page) = known.get(link)
                && seen.insert(page)
            {
                next.push(page);
            }
        }
    }
    pages.iter().filter(|page| !seen.contains(page.as_str()) && *page != "404.html").cloned().collect()
}
