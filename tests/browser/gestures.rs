//! What readers can do beside reading: previews, definitions, copying an address, choosing colours, keeping their place.

use serde_json::json;

use super::Test;
use super::accessibility::page_with_term;
use super::driver::Browser;
use super::sites::{Site, Sites};

pub const TESTS: &[Test] = &[
    ("a_pointer_that_rests_opens_a_preview_and_escape_closes_it", a_preview_by_pointer),
    ("a_preview_can_be_pointed_at_and_goes_when_left", a_preview_can_be_reached),
    ("the_keyboard_opens_a_preview_which_describes_the_link", a_preview_by_keyboard),
    ("a_finger_opens_no_preview", no_preview_for_a_finger),
    ("previews_can_be_switched_off_for_good", previews_can_be_switched_off),
    ("a_tapped_term_shows_its_definition_from_below", a_definition_from_below),
    ("a_clicked_term_leads_to_the_glossary", a_clicked_term_is_a_link),
    ("the_sign_beside_a_heading_copies_its_address", a_heading_is_copied),
    ("colours_are_chosen_kept_and_there_before_the_first_paint", colours_are_kept),
    ("the_lens_dims_one_voice_and_stays", the_lens_dims_one_voice),
    ("the_lens_works_without_scripts", the_lens_without_scripts),
    ("a_path_knows_what_was_read_on_this_device", a_path_keeps_its_place),
    ("an_address_with_a_slip_is_told_what_it_may_have_meant", an_address_with_a_slip),
    ("pages_pass_into_each_other_unless_motion_is_unwanted", pages_pass_into_each_other),
];

const ESCAPE: &str = "\u{e00c}";
const OPEN: &str = "document.querySelector('.preview:popover-open')";
const LINK: &str = "document.querySelector('.text p a[href^=\"../\"]:not(.term)')";

/// An essay whose text links to another page.
fn essay(site: &Site) -> String {
    let links = |page: &String| {
        std::fs::read_to_string(site.file(page)).unwrap().split("class=\"text\"").nth(1).is_some_and(|text| text.contains("<a href=\"../"))
    };
    site.url(&site.pages().into_iter().filter(|page| page.starts_with("vision/") && page.len() > 8).find(links).unwrap())
}

fn at_a_desk(browser: &Browser, sites: &Sites) {
    browser.resize(1280, 900);
    browser.open(&essay(sites.shipped()));
}

#[track_caller]
fn is_clean(browser: &Browser) {
    assert_eq!(browser.misdeeds(), Vec::<String>::new());
}

fn a_preview_by_pointer(browser: &Browser, sites: &Sites) {
    at_a_desk(browser, sites);
    let begun = browser.run(&format!("{LINK}.addEventListener('pointerover', () => (window.begun ??= performance.now())); return 0"));
    assert_eq!(begun, 0);
    browser.run(
        "new MutationObserver((all) => {
             for (const one of all) for (const node of one.addedNodes) if (node.className === 'preview') window.shown ??= performance.now();
         }).observe(document.querySelector('main'), { childList: true })",
    );
    browser.hover(LINK);
    browser.until(OPEN);
    let waited = browser.value("shown - begun").as_f64().unwrap();
    assert!(waited >= 290.0, "it opened after {waited} ms");
    let title = browser.text(&format!("{OPEN}.querySelector('strong').textContent"));
    let box_ = browser.run(&format!("const box = {OPEN}.getBoundingClientRect(); return [box.left, box.top, innerWidth - box.right, innerHeight - box.bottom, box.height / innerHeight];"));
    for (at, least) in [(0, 15.0), (1, 15.0), (2, 15.0), (3, 15.0)] {
        assert!(box_[at].as_f64().unwrap() >= least, "it leaves the window: {box_}");
    }
    assert!(box_[4].as_f64().unwrap() <= 0.41, "{box_}");
    assert_eq!(browser.value(&format!("{OPEN}.closest('main') !== null")), true, "it is outside of the main part");
    browser.press(ESCAPE);
    browser.until(&format!("!{OPEN}"));
    browser.run(&format!("{LINK}.click()"));
    browser.until(&format!("document.querySelector('h1')?.innerText.includes({title:?})"));
    is_clean(browser);
}

fn a_preview_can_be_reached(browser: &Browser, sites: &Sites) {
    at_a_desk(browser, sites);
    browser.hover(LINK);
    browser.until(OPEN);
    let middle = browser.run(&format!("const box = {OPEN}.getBoundingClientRect(); return [box.left + 20, box.top + box.height / 2];"));
    browser.point(middle[0].as_f64().unwrap(), middle[1].as_f64().unwrap());
    browser.run("await new Promise((done) => setTimeout(done, 400))");
    assert_eq!(browser.value(&format!("Boolean({OPEN})")), true, "it went although the pointer is on it");
    browser.point(5.0, 5.0);
    browser.until(&format!("!{OPEN}"));
    is_clean(browser);
}

fn a_preview_by_keyboard(browser: &Browser, sites: &Sites) {
    at_a_desk(browser, sites);
    browser.run(&format!("{LINK}.focus({{ focusVisible: true }})"));
    browser.until(OPEN);
    let described = browser.text("document.activeElement.getAttribute('aria-describedby')");
    assert_eq!(browser.value(&format!("document.getElementById({described:?}) === {OPEN}")), true);
    assert_eq!(browser.text(&format!("{OPEN}.getAttribute('role')")), "tooltip");
    browser.press(ESCAPE);
    browser.until(&format!("!{OPEN}"));
    assert_eq!(browser.value("document.activeElement.hasAttribute('aria-describedby')"), false);
    assert_eq!(browser.value(&format!("document.activeElement === {LINK}")), true, "the focus has moved");
    is_clean(browser);
}

fn on_a_phone(browser: &Browser) {
    browser.resize(390, 844);
    browser.tell("Emulation.setTouchEmulationEnabled", &json!({ "enabled": true }));
}

fn no_preview_for_a_finger(browser: &Browser, sites: &Sites) {
    on_a_phone(browser);
    browser.open(&essay(sites.shipped()));
    browser.run(&format!("{LINK}.addEventListener('click', (event) => event.preventDefault())"));
    browser.tap(LINK);
    browser.run("await new Promise((done) => setTimeout(done, 700))");
    assert_eq!(browser.value("Boolean(document.querySelector('.preview'))"), false);
    // The page is asked, not the host, which answers other tests at the same time.
    let cards = "performance.getEntriesByType('resource').filter((entry) => entry.name.includes('/_/c/')).length";
    assert_eq!(browser.value(cards), 0);
    is_clean(browser);
}

fn previews_can_be_switched_off(browser: &Browser, sites: &Sites) {
    at_a_desk(browser, sites);
    browser.hover(LINK);
    browser.until("document.getElementById('_ff-previews')");
    browser.until(OPEN);
    browser.press(ESCAPE);
    browser.click("document.getElementById('_ff-previews')");
    browser.open(&essay(sites.shipped()));
    browser.hover(LINK);
    browser.run("await new Promise((done) => setTimeout(done, 700))");
    assert_eq!(browser.value(&format!("Boolean({OPEN})")), false);
    browser.until("document.getElementById('_ff-previews')");
    browser.click("document.getElementById('_ff-previews')");
    browser.hover(LINK);
    browser.until(OPEN);
    is_clean(browser);
}

fn a_definition_from_below(browser: &Browser, sites: &Sites) {
    on_a_phone(browser);
    let site = sites.shipped();
    let page = site.url(&page_with_term(site));
    browser.open(&page);
    browser.tap("document.querySelector('.text a.term')");
    browser.until("document.querySelector('dialog.sheet[open]')");
    let found = browser.run(
        "const sheet = document.querySelector('dialog.sheet'), box = sheet.getBoundingClientRect();
         return [sheet.querySelector('strong').textContent.length, sheet.querySelector('p').textContent.length, innerHeight - box.bottom, box.width, sheet.getAttribute('aria-label').length];",
    );
    assert!(found[0].as_u64() > Some(2) && found[1].as_u64() > Some(20) && found[4].as_u64() > Some(2), "{found}");
    assert!(found[2].as_f64().unwrap().abs() < 2.0 && found[3].as_f64().unwrap() > 380.0, "it does not stand at the edge: {found}");
    browser.tap("[...document.querySelectorAll('dialog.sheet button')].at(-1)");
    browser.until("!document.querySelector('dialog.sheet[open]')");
    assert_eq!(browser.text("location.href"), page);
    browser.tap("document.querySelector('.text a.term')");
    browser.until("document.querySelector('dialog.sheet[open]')");
    browser.tap("document.querySelector('dialog.sheet a')");
    browser.until("location.pathname.includes('/glossary/')");
    is_clean(browser);
}

fn a_clicked_term_is_a_link(browser: &Browser, sites: &Sites) {
    let site = sites.shipped();
    browser.resize(1280, 900);
    browser.open(&site.url(&page_with_term(site)));
    browser.click("document.querySelector('.text a.term')");
    browser.until("location.pathname.includes('/glossary/')");
    is_clean(browser);
}

fn a_heading_is_copied(browser: &Browser, sites: &Sites) {
    let origin = sites.shipped().host.origin();
    browser
        .tell("Browser.grantPermissions", &json!({ "origin": origin, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] }));
    at_a_desk(browser, sites);
    browser.click("document.querySelector('.text .anchor')");
    browser.until("document.querySelector('.copied')?.textContent");
    let href = browser.text("document.querySelector('.text .anchor').href");
    assert_eq!(browser.text("location.href"), href, "a link it still is");
    assert_eq!(browser.text("document.querySelector('.copied').getAttribute('role')"), "status");
    assert_eq!(browser.text("await navigator.clipboard.readText()"), href);
    browser.until("!document.querySelector('.copied').textContent");
    is_clean(browser);
}

fn colours_are_kept(browser: &Browser, sites: &Sites) {
    browser.prefer(&[("prefers-color-scheme", "light")]);
    at_a_desk(browser, sites);
    const PAPER: &str = "getComputedStyle(document.body).backgroundColor";
    let light = browser.text(PAPER);
    let said = |browser: &Browser| browser.text("document.getElementById('_ff-theme').getAttribute('aria-label')");
    let first = said(browser);
    browser.click("document.getElementById('_ff-theme')");
    assert_eq!(browser.text(PAPER), light, "the first step is what it is by day");
    assert_ne!(said(browser), first);
    browser.click("document.getElementById('_ff-theme')");
    let dark = browser.text(PAPER);
    assert_ne!(dark, light);
    // Seen before anything is drawn: the choice stands when the head has been read.
    browser.tell(
        "Page.addScriptToEvaluateOnNewDocument",
        &json!({ "source": "new MutationObserver((_, watch) => { if (!document.body) return; watch.disconnect(); window.atFirst = document.documentElement.dataset.theme; }).observe(document, { childList: true, subtree: true })" }),
    );
    browser.open(&sites.shipped().url("vision/"));
    assert_eq!(browser.text("window.atFirst"), "dark");
    assert_eq!(browser.text(PAPER), dark);
    browser.click("document.getElementById('_ff-theme')");
    assert_eq!(browser.text(PAPER), light);
    assert_eq!(said(browser), first);
    is_clean(browser);
}

/// A page that shows both voices, and what both look like.
fn two_voices(browser: &Browser, sites: &Sites) {
    browser.resize(1280, 900);
    let site = sites.shipped();
    let has_lens = |page: &String| std::fs::read_to_string(site.file(page)).unwrap().contains("class=\"lens\"");
    browser.open(&site.url(&site.pages().into_iter().filter(|page| page.len() > 12).find(has_lens).unwrap()));
}

const VOICES: &str = "['.l', '.m'].map((voice) => { const one = document.querySelector(`.stances dd${voice}, .stances > ${voice}`); return [getComputedStyle(one).fontSize, getComputedStyle(one).color, one.checkVisibility()].join(); }).join(' ')";

fn the_lens_dims_one_voice(browser: &Browser, sites: &Sites) {
    two_voices(browser, sites);
    let both = browser.text(VOICES);
    browser.click("document.querySelector('label:has(#_ff-lens-l)')");
    let leader = browser.text(VOICES);
    assert_ne!(both, leader);
    assert!(leader.contains("true") && !leader.contains("false"), "a voice is hidden: {leader}");
    assert_eq!(both.split(' ').next(), leader.split(' ').next(), "the chosen voice is as before");
    two_voices(browser, sites);
    browser.until("document.getElementById('_ff-lens-l').checked");
    assert_eq!(browser.text(VOICES), leader);
    is_clean(browser);
}

fn the_lens_without_scripts(browser: &Browser, sites: &Sites) {
    browser.run_scripts(false);
    two_voices(browser, sites);
    let both = browser.text(VOICES);
    browser.click("document.querySelector('label:has(#_ff-lens-m)')");
    assert_ne!(browser.text(VOICES), both);
}

fn a_path_keeps_its_place(browser: &Browser, sites: &Sites) {
    browser.resize(1280, 900);
    let path = sites.shipped().url("paths/first-ninety-days/");
    browser.open(&path);
    browser.until("document.querySelectorAll('.stops input').length > 3 && document.querySelector('.progress').textContent");
    assert_eq!(browser.value("document.querySelectorAll('.stops input:checked').length"), 0);
    let stop = browser.text("document.querySelector('.stops h2 a').href");
    // Reading a stop to its end is what counts.
    browser.open(&stop);
    browser.run("document.querySelector('.onpath').scrollIntoView({ behavior: 'instant', block: 'center' })");
    browser.until("localStorage.getItem('ff-read')");
    browser.open(&path);
    browser.until("document.querySelector('.stops input')?.checked");
    let progress = browser.text("document.querySelector('.progress').textContent");
    assert!(progress.starts_with("1 of "), "{progress}");
    let second = browser.text("document.querySelectorAll('.stops h2 a')[1].href");
    assert_eq!(browser.text("document.querySelector('.progress a').href"), second);
    browser.click("document.querySelector('.stops input')");
    browser.open(&path);
    browser.until("document.querySelectorAll('.stops input').length > 3");
    assert_eq!(browser.value("document.querySelectorAll('.stops input:checked').length"), 0);
    assert_eq!(browser.value("document.cookie"), "");
    is_clean(browser);
}

fn an_address_with_a_slip(browser: &Browser, sites: &Sites) {
    for (address, meant) in [
        ("vision/pictures-not-slogan/", "vision/pictures-not-slogans/"),
        ("empowerment/coach-les-until-you-coach-well", "empowerment/coach-less-until-you-coach-well/"),
        ("2024/07/give-back-an-hour.html", "efficiency/give-back-an-hour/"),
    ] {
        for site in [sites.shipped(), sites.below()] {
            browser.open(&site.url(address));
            browser.until("document.querySelector('.lost a')");
            let found = browser.value("[...document.querySelectorAll('.lost a')].map((link) => link.href)");
            assert!(found.as_array().unwrap().contains(&json!(site.url(meant))), "{address}: {found}");
        }
    }
    let site = sites.shipped();
    for nonsense in ["qqqzzzxxq/", "%E0%A4%A/", "a/../b%2e%2e/<script>/"] {
        browser.open(&site.url(nonsense));
        browser.run("await new Promise((done) => setTimeout(done, 300))");
        let bad: Vec<String> = browser.misdeeds().into_iter().filter(|line| !line.contains("status of 404")).collect();
        assert!(bad.is_empty(), "{nonsense}: {bad:?}");
    }
}

fn pages_pass_into_each_other(browser: &Browser, sites: &Sites) {
    at_a_desk(browser, sites);
    browser.prefer(&[("prefers-reduced-motion", "no-preference")]);
    const PASSES: &str = "[getComputedStyle(document.querySelector('h1')).viewTransitionName, getComputedStyle(document.querySelector('.strip')).viewTransitionName].join()";
    assert_eq!(browser.text(PASSES), "title,strip");
    browser.run("addEventListener('pageswap', (event) => sessionStorage.setItem('passed', Boolean(event.viewTransition)))");
    browser.click("document.querySelector('.strip a')");
    browser.until("location.pathname === '/vision/'");
    assert_eq!(browser.text("sessionStorage.getItem('passed')"), "true");
    browser.prefer(&[("prefers-reduced-motion", "reduce")]);
    assert_eq!(browser.text(PASSES), "none,none");
    is_clean(browser);
}
