//! Nobody is shut out: every kind of page, in either colours, on a desk and on a phone, with all that can be opened.

use super::Test;
use super::driver::Browser;
use super::judges::Axe;
use super::sites::{Site, Sites};

pub const TESTS: &[Test] = &[
    ("axe_finds_nothing_in_the_shipped_handbook", |browser, sites| kinds_pass(browser, sites.shipped(), |_| true)),
    // Print editions are looked at in the others: of 250 pages each they take longer than all else, and are of the same make.
    ("axe_finds_nothing_in_a_large_handbook", |browser, sites| kinds_pass(browser, sites.large(), |kind| !kind.starts_with("print"))),
    ("axe_finds_nothing_in_a_handbook_in_arabic", |browser, sites| kinds_pass(browser, sites.arabic(), |_| true)),
    ("axe_finds_nothing_with_more_contrast_and_forced_colours", wishes_of_readers_pass),
    ("axe_finds_nothing_in_an_open_preview", an_open_preview_passes),
    ("axe_finds_nothing_in_an_open_search", an_open_search_passes),
    ("axe_finds_nothing_in_the_search_page_with_results", the_search_page_passes),
    ("axe_finds_nothing_in_a_definition_on_a_phone", a_definition_passes),
];

const COLOURS: [&str; 2] = ["light", "dark"];
const DESK: (u32, u32) = (1280, 900);
const PHONE: (u32, u32) = (390, 844);

/// Complains with every finding of every state at once.
#[derive(Default)]
struct Findings(Vec<String>);

impl Findings {
    /// Looks at the page in both colours and on both screens.
    #[track_caller]
    fn look(&mut self, axe: &Axe, browser: &Browser, what: &str) {
        for (width, height) in [DESK, PHONE] {
            browser.resize(width, height);
            self.look_here(axe, browser, &format!("{what}, {width} px"));
        }
    }

    /// Looks at the page in both colours.
    #[track_caller]
    fn look_here(&mut self, axe: &Axe, browser: &Browser, what: &str) {
        for colours in COLOURS {
            browser.prefer(&[("prefers-color-scheme", colours), ("prefers-reduced-motion", "reduce")]);
            self.0.extend(axe.findings(browser).into_iter().map(|finding| format!("{what}, {colours}: {finding}")));
        }
    }

    #[track_caller]
    fn are_none(self) {
        assert!(self.0.is_empty(), "{} findings\n{}", self.0.len(), self.0.join("\n"));
    }
}

fn kinds_pass(browser: &Browser, site: &Site, is_looked_at: fn(&str) -> bool) {
    let (axe, mut findings) = (Axe::new(), Findings::default());
    for (kind, address) in site.kinds().into_iter().filter(|(kind, _)| is_looked_at(kind)) {
        browser.open(&site.url(&address));
        findings.look(&axe, browser, &format!("{kind} ({address})"));
    }
    findings.are_none();
}

fn wishes_of_readers_pass(browser: &Browser, sites: &Sites) {
    let (axe, site, mut findings) = (Axe::new(), sites.shipped(), Findings::default());
    let wishes = [("prefers-contrast", "more"), ("forced-colors", "active")];
    for (kind, address) in site.kinds() {
        browser.open(&site.url(&address));
        for (wish, value) in wishes {
            browser.prefer(&[(wish, value), ("prefers-color-scheme", "light")]);
            findings.0.extend(axe.findings(browser).into_iter().map(|finding| format!("{kind} ({address}), {wish}: {finding}")));
        }
    }
    findings.are_none();
}

/// The page with the most links in its text.
fn essay(site: &Site) -> String {
    let essay = site.kinds().into_iter().find(|(kind, _)| *kind == "essay");
    site.url(&essay.unwrap().1)
}

fn an_open_preview_passes(browser: &Browser, sites: &Sites) {
    let (axe, mut findings) = (Axe::new(), Findings::default());
    browser.resize(DESK.0, DESK.1);
    browser.open(&essay(sites.shipped()));
    browser.hover("document.querySelector('.text p a[href^=\"../\"]')");
    browser.until("document.querySelector('.preview:popover-open')");
    findings.look_here(&axe, browser, "a preview");
    findings.are_none();
}

fn an_open_search_passes(browser: &Browser, sites: &Sites) {
    let (axe, mut findings) = (Axe::new(), Findings::default());
    for (width, height) in [DESK, PHONE] {
        browser.resize(width, height);
        browser.open(&essay(sites.shipped()));
        browser.run("[...document.querySelectorAll('a.find')].find((link) => link.checkVisibility()).click()");
        browser.until("document.querySelector('dialog[open] input')");
        findings.look_here(&axe, browser, &format!("an empty search, {width} px"));
        browser.press("delegate");
        browser.until("document.querySelectorAll('dialog .hits mark').length > 1");
        findings.look_here(&axe, browser, &format!("a search with results, {width} px"));
        browser.press("\u{e015}");
        findings.look_here(&axe, browser, &format!("a result with the focus, {width} px"));
        browser.run("document.querySelector('dialog input').focus(); document.querySelector('dialog input').value = ''");
        browser.press("qqqqqqzzzz");
        browser.until("!document.querySelector('dialog .hits li')");
        findings.look_here(&axe, browser, &format!("a search without results, {width} px"));
    }
    findings.are_none();
}

fn the_search_page_passes(browser: &Browser, sites: &Sites) {
    let (axe, mut findings) = (Axe::new(), Findings::default());
    browser.open(&sites.shipped().url("search/?q=trust"));
    browser.until("document.querySelectorAll('.hits li').length > 2 && document.querySelector('.facets select')");
    findings.look(&axe, browser, "the search page");
    findings.are_none();
}

fn a_definition_passes(browser: &Browser, sites: &Sites) {
    let (axe, site, mut findings) = (Axe::new(), sites.shipped(), Findings::default());
    browser.resize(PHONE.0, PHONE.1);
    browser.tell("Emulation.setTouchEmulationEnabled", &serde_json::json!({ "enabled": true }));
    browser.open(&site.url(&page_with_term(site)));
    browser.tap("document.querySelector('.text a.term')");
    browser.until("document.querySelector('dialog.sheet[open]')");
    findings.look_here(&axe, browser, "a definition");
    findings.are_none();
}

/// A page in whose text a term of the glossary stands.
pub fn page_with_term(site: &Site) -> String {
    let has_term = |page: &String| std::fs::read_to_string(site.file(page)).unwrap().contains("class=\"term\"");
    site.pages().into_iter().filter(|page| page.starts_with("results/")).find(has_term).unwrap()
}
