//! Search as readers use it: the real scripts in a real browser over the shipped handbook.

use std::io::Write;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::Test;
use super::driver::Browser;
use super::generated;
use super::serving::Serving;
use super::sites::{Site, Sites};

pub const TESTS: &[Test] = &[
    ("what_is_looked_for_is_among_the_first_three", |browser, sites| are_found(browser, sites.shipped(), QUERIES)),
    ("words_of_other_scripts_are_found", |browser, sites| are_found(browser, sites.arabic(), QUERIES_OF_OTHER_SCRIPTS)),
    ("below_a_path_it_finds_the_same", |browser, sites| are_found(browser, sites.below(), &QUERIES[..6])),
    ("nothing_that_can_be_typed_does_anything_but_search", nothing_typed_does_harm),
    ("results_are_links_with_real_focus", results_are_links),
    ("escape_closes_at_once_and_control_k_opens_anywhere", escape_closes),
    ("enter_opens_the_first_result", enter_opens_the_first),
    ("a_result_shows_the_passage_and_marks_the_words", passages_are_marked),
    ("the_number_of_results_is_said", the_number_is_said),
    ("nothing_found_offers_the_index", nothing_found_offers_the_index),
    ("an_address_holds_a_search", an_address_holds_a_search),
    ("facets_narrow_a_search_down_and_say_by_how_much", facets_narrow),
    ("nothing_is_fetched_before_somebody_searches", nothing_is_fetched_early),
    ("a_first_search_of_ten_thousand_pages_is_light", ten_thousand_pages_are_light),
];

/// What somebody types, and the page that has to be among the first three.
type Query = (&'static str, &'static str);

const QUERIES: &[Query] = &[
    // Titles, whole and in part.
    ("pictures not slogans", "vision/pictures-not-slogans/"),
    ("busy", "efficiency/busy-is-not-a-measure/"),
    ("Give back an hour", "efficiency/give-back-an-hour/"),
    ("objection", "vision/the-future-arrives-as-an-objection/"),
    ("best seller", "results/do-not-promote-only-your-best-seller/"),
    ("second number", "results/every-number-needs-a-second/"),
    ("twelve moments", "bridges/a-day-on-the-floor/"),
    ("how to add an example", "contributing/add-an-example/"),
    ("nine days at one desk", "examples/illustrative-the-draughtsman/"),
    ("full diary", "examples/illustrative-the-full-diary/"),
    // Terms, by name and by another name.
    ("delegation", "glossary/delegation/"),
    ("quota", "glossary/quota/"),
    ("psychological safety", "glossary/psychological-safety/"),
    ("key performance indicator", "glossary/kpi/"),
    ("bonus", "glossary/incentive/"),
    ("span of control", "glossary/direct-report/"),
    // People.
    ("salesdog", "contributors/salesdog/"),
    ("clive miller", "contributors/clive-miller/"),
    ("boye", "contributors/gary-a-boye/"),
    // Slips of the pen.
    ("delgate", "glossary/delegation/"),
    ("empowerement", "empowerment/"),
    ("slogns", "vision/pictures-not-slogans/"),
    ("transfomational", "glossary/transformational-leadership/"),
    ("salesdgo", "contributors/salesdog/"),
    ("forcast", "glossary/forecast/"),
    // Beginnings of words.
    ("empow", "empowerment/"),
    ("ninet", "paths/first-ninety-days/"),
    ("telesa", "glossary/telesales/"),
    // Signs that others leave out, and the other way round.
    ("délégation", "glossary/delegation/"),
    ("PICTÜRES", "vision/pictures-not-slogans/"),
    // Words of two places of a page.
    ("coach newcomer", "empowerment/free-the-newcomer-first/"),
    ("miller skills serve both", "examples/clive-miller-shared-skills/"),
    ("without direct reports", "bridges/leading-without-direct-reports/"),
    ("script leave purpose", "efficiency/keep-one-script/"),
];

const QUERIES_OF_OTHER_SCRIPTS: &[Query] = &[
    ("会議", "results/meetings/"),
    ("会議を", "results/meetings/"),
    ("窯", "results/meetings/"),
    ("العائد", "glossary/yield/"),
    ("الأرغفة", "vision/say-it-in-loaves/"),
    ("دفتر الحساب", "results/keep-a-ledger/"),
    ("سلمى", "contributors/salma/"),
];

const FIELD: &str = "document.querySelector('.finder input')";

/// Opens the search page and waits until it can be used.
fn open_page(browser: &Browser, site: &Site, query: &str) {
    browser.resize(1280, 900);
    browser.open(&site.url(&format!("search/{query}")));
    browser.until(FIELD);
    browser.run("await new Promise((done) => setTimeout(done, 100))");
}

/// Types a text and waits until its results are shown; the addresses of the results.
fn found(browser: &Browser, query: &str) -> Vec<String> {
    let found = browser.run(&format!(
        "const field = {FIELD}, list = document.querySelector('.hits'), status = document.querySelector('.finder [role=status]');
         status.textContent = '';
         field.value = {};
         field.dispatchEvent(new InputEvent('input', {{ bubbles: true }}));
         for (let turn = 0; turn < 3000 && !status.textContent; turn++) await new Promise((done) => setTimeout(done, 10));
         // Other languages say one or two without a digit.
         const number = parseInt(status.textContent.match(/\\d+/)?.[0] ?? (document.documentElement.lang === 'en' ? '0' : '1'));
         for (let turn = 0; turn < 500 && list.children.length < Math.min(number, 12); turn++) await new Promise((done) => setTimeout(done, 10));
         return [...list.querySelectorAll('a')].map((link) => link.href.split('#')[0]);",
        json!(query)
    ));
    found.as_array().unwrap().iter().map(|href| href.as_str().unwrap().to_owned()).collect()
}

#[track_caller]
fn are_found(browser: &Browser, site: &Site, queries: &[Query]) {
    open_page(browser, site, "");
    let mut missing = Vec::new();
    for (query, page) in queries {
        let found = found(browser, query);
        if !found.iter().take(3).any(|href| *href == site.url(page)) {
            missing.push(format!(
                "`{query}` finds {page} at {:?} of {:?}",
                found.iter().position(|href| *href == site.url(page)),
                &found[..found.len().min(4)]
            ));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
    is_clean(browser);
}

#[track_caller]
fn is_clean(browser: &Browser) {
    assert_eq!(browser.misdeeds(), Vec::<String>::new());
}

/// Texts that have made programs stumble.
const HOSTILE: [&str; 40] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg/onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href=javascript:alert(1)>x</a>",
    "javascript:alert(document.domain)",
    "</dialog></main><h1>",
    "<style>*{display:none}</style>",
    "<base href=//evil.example>",
    "<!--",
    "]]>",
    "&lt;script&gt;",
    "&#x3c;b&#x3e;",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty valueOf",
    "__defineGetter__",
    "null undefined NaN",
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "//evil.example/x",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "' OR 1=1 --",
    "(((((((((((((((((((",
    "[a-",
    "*+?^$.|\\",
    "(a+)+$ aaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
    "\u{0}\u{1}\u{7f}\u{85}",
    "\u{202e}txet desrever\u{202c}",
    "\u{200b}\u{200d}\u{feff}trust",
    "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
    "👩‍👩‍👧‍👦🏴‍☠️",
    "ﷺ ﷽ ㍿",
    "ı İ ß ẞ ﬁ Ǆ",
    "\t\n\r\u{2028}\u{2029}",
    "999999999999999999999999999999",
    "!@#$%^&*()_+-=[]{};':\",./<>?",
    "-0 1e309 0x41",
];

fn nothing_typed_does_harm(browser: &Browser, sites: &Sites) {
    let site = sites.shipped();
    open_page(browser, site, "");
    let mut count = 0;
    for text in HOSTILE {
        let ways = [text.to_owned(), text.repeat(40), format!("trust {text}"), text.to_uppercase(), text.chars().rev().collect()];
        for typed in ways {
            found(browser, &typed);
            count += 1;
        }
    }
    // Half of a pair of surrogates, and more than anybody types.
    for expression in ["'\\ud83d'", "'a'.repeat(100000)", "'x y '.repeat(5000)"] {
        browser.run(&format!("{FIELD}.value = {expression}; {FIELD}.dispatchEvent(new InputEvent('input', {{ bubbles: true }}))"));
        browser.run("await new Promise((done) => setTimeout(done, 300))");
        count += 1;
    }
    assert!(count >= 200, "{count}");
    let strange = browser.value("document.querySelectorAll('.finder :is(script, img, svg, iframe, style, h1, base)').length");
    assert_eq!(strange, 0);
    assert!(!found(browser, "trust").is_empty(), "it still searches");
    is_clean(browser);
    for text in HOSTILE {
        let query: String = text.bytes().map(|byte| format!("%{byte:02x}")).collect();
        open_page(browser, site, &format!("?q={query}&kind={query}&person={query}&__proto__=x"));
        let bad = browser.misdeeds();
        assert!(bad.is_empty(), "{text}: {bad:?}");
    }
    open_page(browser, site, "?q=%ff%fe&q=2&q");
    is_clean(browser);
}

/// Opens the dialog over an essay, types, and waits for results.
fn in_the_dialog(browser: &Browser, sites: &Sites, query: &str) {
    browser.resize(1280, 900);
    browser.open(&sites.shipped().url("vision/pictures-not-slogans/"));
    browser.click("document.querySelector('.top a.find')");
    browser.until("document.querySelector('dialog[open] input') === document.activeElement");
    browser.press(query);
    browser.until("document.querySelectorAll('dialog .hits li').length > 0 && document.querySelector('.finder [role=status]').textContent");
}

const DOWN: &str = "\u{e015}";
const UP: &str = "\u{e013}";
const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";

fn results_are_links(browser: &Browser, sites: &Sites) {
    in_the_dialog(browser, sites, "trust");
    let at = || browser.value("[...document.querySelectorAll('dialog .hits li > a')].indexOf(document.activeElement)");
    browser.press(DOWN);
    assert_eq!(at(), 0);
    browser.press(DOWN);
    assert_eq!(at(), 1);
    browser.press(UP);
    browser.press(UP);
    assert_eq!(browser.value("document.activeElement === document.querySelector('dialog input')"), true);
    browser.press(DOWN);
    browser.press("y");
    assert_eq!(browser.text("document.querySelector('dialog input').value"), "trusty", "typing goes on in the field");
    // No element claims to be what it is not: links in a list, one label, one status.
    assert_eq!(
        browser.value("document.querySelectorAll('dialog [role=listbox], dialog [role=option], dialog [aria-activedescendant]').length"),
        0
    );
    assert!(!browser.text("document.querySelector('dialog').getAttribute('aria-label')").is_empty());
    assert!(!browser.text("document.querySelector('dialog input').getAttribute('aria-label')").is_empty());
    is_clean(browser);
}

fn escape_closes(browser: &Browser, sites: &Sites) {
    in_the_dialog(browser, sites, "trust");
    browser.press(ESCAPE);
    assert_eq!(browser.value("document.querySelector('dialog[open]')"), Value::Null, "the first Esc only clears the field");
    browser.act(&json!([{ "type": "key", "id": "keys", "actions": [
        { "type": "keyDown", "value": "\u{e009}" }, { "type": "keyDown", "value": "k" }, { "type": "keyUp", "value": "k" }, { "type": "keyUp", "value": "\u{e009}" }] }]));
    browser.until("document.querySelector('dialog[open] input') === document.activeElement");
    browser.press(DOWN);
    browser.press(ESCAPE);
    assert_eq!(browser.value("document.querySelector('dialog[open]')"), Value::Null);
    // No key alone does anything: a shortcut of one letter needs a switch that turns it off.
    browser.run("document.querySelector('main').focus()");
    browser.press("/skfnp?");
    assert_eq!(browser.value("document.querySelector('dialog[open]')"), Value::Null);
    is_clean(browser);
}

fn enter_opens_the_first(browser: &Browser, sites: &Sites) {
    in_the_dialog(browser, sites, "delegation");
    let first = browser.text("document.querySelector('dialog .hits a').href");
    browser.press(ENTER);
    browser.until(&format!("location.href === {first:?}"));
    // Faster than the results come.
    browser.open(&sites.shipped().url("vision/"));
    browser.click("document.querySelector('.top a.find')");
    browser.until("document.querySelector('dialog[open] input') === document.activeElement");
    browser.press(&format!("psychological safety{ENTER}"));
    browser.until("location.pathname === '/glossary/psychological-safety/'");
    is_clean(browser);
}

fn passages_are_marked(browser: &Browser, sites: &Sites) {
    open_page(browser, sites.shipped(), "");
    // Words that stand in no title and no claim.
    found(browser, "draughtsman");
    let marks = browser.value("[...document.querySelectorAll('.hits mark')].map((mark) => mark.textContent.toLowerCase())");
    assert!(marks.as_array().unwrap().iter().any(|mark| mark == "draughtsman"), "{marks}");
    found(browser, "prospects telephone");
    browser.until("[...document.querySelectorAll('.hits li > p:last-child')].some((text) => text.querySelector('mark'))");
    let passages = browser.value("[...document.querySelectorAll('.hits li > p:last-child')].map((text) => text.textContent.length)");
    assert!(passages.as_array().unwrap().iter().all(|length| length.as_u64() <= Some(260)), "{passages}");
    is_clean(browser);
}

fn the_number_is_said(browser: &Browser, sites: &Sites) {
    open_page(browser, sites.shipped(), "");
    found(browser, "trust");
    let said = browser.text("document.querySelector('.finder [role=status]').textContent");
    let number: usize = said.split(' ').next().unwrap().parse().unwrap_or_else(|_| panic!("{said}"));
    while browser.value("document.querySelector('.finder > button').hidden") == false {
        let before = browser.value("document.querySelectorAll('.hits li').length");
        browser.click("document.querySelector('.finder > button')");
        browser.until(&format!("document.querySelectorAll('.hits li').length > {before}"));
    }
    assert_eq!(browser.value("document.querySelectorAll('.hits li').length"), number);
    is_clean(browser);
}

fn nothing_found_offers_the_index(browser: &Browser, sites: &Sites) {
    in_the_dialog(browser, sites, "trust");
    browser.run("document.querySelector('dialog input').value = ''");
    browser.press("qqqqqqzzzz");
    browser.until("!document.querySelector('dialog .hits li')");
    let said = browser.text("document.querySelector('dialog [role=status]').textContent");
    assert!(said.contains("qqqqqqzzzz"), "{said}");
    let ways = browser.value("[...document.querySelectorAll('dialog a')].map((link) => link.href)");
    assert!(ways.as_array().unwrap().iter().any(|href| href.as_str().unwrap().contains("/search/")), "{ways}");
    is_clean(browser);
}

fn an_address_holds_a_search(browser: &Browser, sites: &Sites) {
    for site in [sites.shipped(), sites.below()] {
        open_page(browser, site, "?q=quota&kind=term");
        browser.until("document.querySelectorAll('.hits li').length");
        assert_eq!(browser.text(&format!("{FIELD}.value")), "quota");
        assert_eq!(browser.text("document.querySelector('select[name=kind]').value"), "term");
        let kinds =
            browser.value("[...new Set([...document.querySelectorAll('.hits .facts span:first-child')].map((fact) => fact.textContent))]");
        assert_eq!(kinds, json!(["Term"]));
        found(browser, "trust & 'more'?");
        let address = browser.text("location.search");
        assert!(address.contains("kind=term"), "{address}");
        assert_eq!(browser.text("new URL(location.href).searchParams.get('q')"), "trust & 'more'?");
        is_clean(browser);
    }
}

fn facets_narrow(browser: &Browser, sites: &Sites) {
    open_page(browser, sites.shipped(), "");
    browser.until("document.querySelectorAll('.facets select').length === 4");
    found(browser, "salesdog");
    let all = browser.run("return parseInt(document.querySelector('.finder [role=status]').textContent)").as_u64().unwrap();
    for name in ["kind", "pillar", "stance", "person"] {
        let option = browser.run(&format!(
            "const option = [...document.querySelector('select[name={name}]').options].find((one) => one.value && !one.disabled); return [option.value, option.textContent];"
        ));
        let said: u64 = option[1].as_str().unwrap().rsplit('(').next().unwrap().trim_end_matches(')').parse().unwrap();
        browser.run(&format!(
            "const select = document.querySelector('select[name={name}]'); select.value = {}; select.dispatchEvent(new Event('change', {{ bubbles: true }}))",
            option[0]
        ));
        browser.until(&format!("parseInt(document.querySelector('.finder [role=status]').textContent) === {said}"));
        assert!(said > 0 && said <= all, "{name}: {said} of {all}");
        browser.run(&format!(
            "const select = document.querySelector('select[name={name}]'); select.value = ''; select.dispatchEvent(new Event('change', {{ bubbles: true }}))"
        ));
        browser.until(&format!("parseInt(document.querySelector('.finder [role=status]').textContent) === {all}"));
    }
    is_clean(browser);
}

fn nothing_is_fetched_early(browser: &Browser, sites: &Sites) {
    let site = sites.shipped();
    browser.open(&site.url("vision/pictures-not-slogans/"));
    site.host.asked();
    browser.open(&site.url("vision/real-desirable-obtainable/"));
    browser.run("await new Promise((done) => setTimeout(done, 300))");
    let early: Vec<String> = site.host.asked().into_iter().filter(|path| path.ends_with(".json") || path.contains("search")).collect();
    assert_eq!(early, Vec::<String>::new());
}

/// How many bytes a host sends for a file.
fn weight(bytes: &[u8]) -> usize {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap().len()
}

/// The most bytes that the first search may fetch; the scripts and the style of the page and all excerpts are counted too.
const FIRST_SEARCH: usize = 300 * 1024;

fn ten_thousand_pages_are_light(browser: &Browser, _: &Sites) {
    let place: TempDir = tempfile::tempdir().unwrap();
    let root = place.path().canonicalize().unwrap();
    generated::Handbook::new(10_000).write(&root).unwrap();
    // It makes pages when they are asked for, so the site need not be written.
    let serving = Serving::start(&root, "");
    // A word, two words, a common beginning, a slip of the pen.
    for query in ["rehearse", "opening line", "st", "complaitn"] {
        browser.open(&format!("{}search/", serving.url()));
        browser.until(FIELD);
        browser.run("performance.setResourceTimingBufferSize(2000)");
        let found = found(browser, query);
        let said = browser.text("document.querySelector('.finder [role=status]').textContent");
        assert!(!found.is_empty(), "{query} finds nothing, and the page says: {said}");
        browser.run("await new Promise((done) => setTimeout(done, 1500))");
        let asked = browser.value("[...new Set(performance.getEntriesByType('resource').map((one) => new URL(one.name).pathname))]");
        let asked: Vec<&str> =
            asked.as_array().unwrap().iter().filter_map(Value::as_str).filter(|path| !path.starts_with("/.fourfold")).collect();
        let bytes: usize = asked.iter().map(|path| weight(&serving.get(path).body)).sum();
        eprintln!("{query}: {} files, {bytes} bytes", asked.len());
        assert!(bytes <= FIRST_SEARCH, "{query}: {bytes} bytes in {} files", asked.len());
    }
}
