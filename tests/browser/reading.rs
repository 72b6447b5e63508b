//! Reading: lines of a good length, nothing that moves by itself, no scrolling sideways, and the keyboard's way to the text.

use serde_json::{Value, json};

use super::Test;
use super::driver::Browser;
use super::sites::{Site, Sites};

pub const TESTS: &[Test] = &[
    ("lines_have_55_to_75_characters_on_a_desk_and_40_to_50_on_a_phone", lines_have_a_good_length),
    ("nothing_moves_by_itself", nothing_moves_by_itself),
    ("nothing_scrolls_sideways_at_320_px", |browser, sites| fits_at_320(browser, &[sites.shipped(), sites.large(), sites.arabic()], "")),
    ("nothing_scrolls_sideways_at_320_px_with_the_spacing_of_wcag_1_4_12", |browser, sites| {
        fits_at_320(browser, &[sites.shipped(), sites.arabic()], SPACED);
    }),
    ("the_shipped_handbook_turned_around_fits_at_320_px", turned_around_it_fits),
    ("the_first_key_leads_past_the_menu_to_the_text", the_first_key_skips_the_menu),
    ("the_keyboard_goes_through_a_page_as_it_reads", the_keyboard_goes_in_order),
    ("the_focus_can_be_seen_wherever_it_is", the_focus_can_be_seen),
    ("a_phone_has_targets_that_a_thumb_can_hit", targets_are_large),
    ("the_claim_and_the_first_words_are_on_the_first_screen_of_a_phone", the_first_words_are_in_sight),
    ("paper_is_light_whatever_the_screen_is", paper_is_light),
    ("from_disk_nothing_is_offered_that_needs_a_host", from_disk_all_works_that_is_offered),
];

const TAB: &str = "\u{e004}";

/// The fonts of the theme's list that most readers have: Charter and its twin, and what Android has.
const FACES: [&str; 2] = ["Charis SIL", "Noto Serif"];

/// How many characters the whole lines of the paragraphs hold on average; the last line of a paragraph is not whole.
const CHARACTERS_A_LINE: &str = "
    const lines = [];
    for (const paragraph of [...document.querySelectorAll('.text > p')].slice(0, 12)) {
        const own = [], range = document.createRange(), walk = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
        let top = null, count = 0;
        for (let node; (node = walk.nextNode());)
            for (let at = 0; at < node.length; at++) {
                range.setStart(node, at);
                range.setEnd(node, at + 1);
                const box = range.getBoundingClientRect();
                if (!box.height) continue;
                if (top !== null && box.top > top + box.height / 2) own.push(count), count = 0;
                if (!count || box.top > top) top = box.top;
                count++;
            }
        lines.push(...own);
    }
    return [lines.reduce((sum, count) => sum + count, 0) / lines.length, lines.length];";

/// The essay with the longest text.
fn essay(site: &Site) -> String {
    site.url(&site.kinds().into_iter().find(|(kind, _)| *kind == "essay").unwrap().1)
}

fn lines_have_a_good_length(browser: &Browser, sites: &Sites) {
    let mut found = Vec::new();
    for face in FACES {
        for (width, least, most) in [(1920, 55.0, 75.0), (1280, 55.0, 75.0), (1024, 55.0, 75.0), (768, 55.0, 75.0), (390, 40.0, 50.0)] {
            browser.resize(width, 900);
            browser.open(&essay(sites.shipped()));
            browser.run(&format!("document.documentElement.style.setProperty('--serif', '\"{face}\"')"));
            assert_eq!(browser.value(&format!("document.fonts.check('16px \"{face}\"')")), true, "{face} is not installed; see .ci/run");
            let measured = browser.run(CHARACTERS_A_LINE);
            let (average, lines) = (measured[0].as_f64().unwrap(), measured[1].as_u64().unwrap());
            assert!(lines > 8, "{lines} lines");
            found.push((face, width, average, (least..=most).contains(&average)));
        }
    }
    eprintln!("{found:#?}");
    assert!(found.iter().all(|(.., fits)| *fits), "{found:#?}");
}

fn nothing_moves_by_itself(browser: &Browser, sites: &Sites) {
    let mut moved = Vec::new();
    for site in [sites.shipped(), sites.large()] {
        let found = ["?q=trust", "?q=qqqqqqzzzz", "?q=quota&kind=term"].map(|query| ("results", format!("search/{query}")));
        for (kind, address) in site.kinds().into_iter().chain(found) {
            for width in [1280, 390] {
                browser.resize(width, 844);
                // A busy machine may show a page that it has read by half. What moves by itself moves every time.
                let shifts: Vec<f64> = (0..3).map(|_| shift(browser, &site.url(&address))).take_while(|shift| *shift > 0.0).collect();
                if shifts.len() == 3 {
                    moved.push(format!("{kind} ({address}), {width} px: {shifts:?} {}", browser.value("watched.moved")));
                }
            }
        }
    }
    assert!(moved.is_empty(), "{moved:#?}");
}

/// How far things move on a page while it loads and comes to rest.
fn shift(browser: &Browser, url: &str) -> f64 {
    browser.open(url);
    browser.run("await document.fonts.ready; await new Promise((done) => setTimeout(done, 400))");
    browser.value("watched.shift").as_f64().unwrap()
}

/// The distances that a reader may ask for.
const SPACED: &str = "
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-block-end: 2em !important }');
    document.adoptedStyleSheets.push(sheet);";

/// What sticks out of the window, with the size of the page where it is too wide.
const TOO_WIDE: &str = "
    const width = document.documentElement.scrollWidth;
    if (width <= innerWidth) return null;
    const out = [...document.querySelectorAll('body *')].filter((element) => {
        const box = element.getBoundingClientRect();
        return box.width && (box.right > innerWidth + 1 || box.left < -1) && !element.closest('.skip, .table');
    });
    return `${width} px: ${out.slice(-3).map((element) => element.outerHTML.slice(0, 120)).join(' ')}`;";

#[track_caller]
fn fits_at_320(browser: &Browser, sites: &[&Site], change: &str) {
    browser.resize(320, 700);
    let mut wide = Vec::new();
    for site in sites {
        for (kind, address) in site.kinds() {
            browser.open(&site.url(&address));
            browser.run(change);
            if let Some(found) = browser.run(TOO_WIDE).as_str() {
                wide.push(format!("{kind} ({address}): {found}"));
            }
        }
    }
    assert!(wide.is_empty(), "{wide:#?}");
}

fn turned_around_it_fits(browser: &Browser, sites: &Sites) {
    fits_at_320(browser, &[sites.shipped()], &format!("document.documentElement.dir = 'rtl'; {SPACED}"));
}

fn the_first_key_skips_the_menu(browser: &Browser, sites: &Sites) {
    browser.open(&essay(sites.shipped()));
    browser.press(TAB);
    assert_eq!(browser.value("document.activeElement.matches('.skip')"), true);
    let place = browser.run("const box = document.activeElement.getBoundingClientRect(); return [box.top, box.bottom];");
    assert!(place[0].as_f64().unwrap() >= 0.0 && place[1].as_f64().unwrap() > 20.0, "it cannot be seen: {place}");
    browser.press("\u{e007}");
    browser.until("document.activeElement === document.querySelector('main')");
    assert_eq!(browser.text("getComputedStyle(document.querySelector('main')).outlineStyle"), "none");
    browser.press(TAB);
    assert_eq!(browser.value("Boolean(document.activeElement.closest('main'))"), true);
}

fn the_keyboard_goes_in_order(browser: &Browser, sites: &Sites) {
    browser.resize(1280, 900);
    browser.open(&essay(sites.shipped()));
    let seen: Vec<Value> = (0..40)
        .map(|_| {
            browser.press(TAB);
            browser.run(
                "const element = document.activeElement;
                 window.before ??= [];
                 const later = window.last ? window.last.compareDocumentPosition(element) & 4 : 4;
                 window.last = element;
                 const part = ['.skip', '.top .name', '.top .find', '#_ff-theme', '.strip', '.trail', '.toc', '.lens', '.text'].find((part) => element.closest(part));
                 return [part ?? 'other', Boolean(later), getComputedStyle(element).outlineStyle, element.outerHTML.slice(0, 80)];",
            )
        })
        .collect();
    let mut parts: Vec<&str> = Vec::new();
    for stop in &seen {
        assert_eq!(stop[1], true, "the order jumps back at {stop}");
        let part = stop[0].as_str().unwrap();
        if parts.last() != Some(&part) {
            parts.push(part);
        }
    }
    let menu = ["skip", "top .name", "top .find", "strip", "trail", "toc"];
    let wanted: Vec<String> = menu.iter().map(|part| format!(".{part}")).collect();
    let found: Vec<&str> = parts.iter().copied().filter(|part| *part != "#_ff-theme" && *part != ".lens").collect();
    assert_eq!(found[..wanted.len()], wanted, "{parts:?}");
    assert!(parts.contains(&".text"), "{parts:?}");
    let first = seen.iter().position(|stop| stop[0] == ".text").unwrap();
    eprintln!("{first} stops before the text");
    assert!(first <= 30, "{first} stops before the text");
}

/// How a ring around what has the focus stands out, for every element that takes the focus.
fn the_focus_can_be_seen(browser: &Browser, sites: &Sites) {
    let mut hidden = Vec::new();
    for width in [1280, 390] {
        browser.resize(width, 700);
        for (kind, address) in sites.shipped().kinds() {
            browser.open(&sites.shipped().url(&address));
            browser.press(TAB);
            let found = browser.run(
                "const bad = [], strip = document.querySelector('.strip');
                 const stops = [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex=\"0\"]')].filter((stop) => stop.checkVisibility() && !stop.disabled);
                 for (const stop of stops.slice(0, 120)) {
                     stop.focus({ focusVisible: true });
                     if (document.activeElement !== stop) continue;
                     let ring = stop;
                     while (ring && !(parseFloat(getComputedStyle(ring).outlineWidth) >= 3 && getComputedStyle(ring).outlineStyle === 'solid')) ring = ring.parentElement;
                     const drawn = ring ?? (stop.closest('svg') && stop.querySelector('circle'));
                     const box = stop.getBoundingClientRect();
                     const bar = getComputedStyle(strip ?? document.body).position === 'fixed' ? strip.getBoundingClientRect().top : innerHeight;
                     const covered = !strip?.contains(stop) && box.top >= bar - 1;
                     if (!drawn || covered || box.bottom < 0) bad.push(`${covered ? 'covered' : 'no ring'}: ${stop.outerHTML.slice(0, 100)}`);
                 }
                 return bad.slice(0, 5);",
            );
            let found = found.as_array().unwrap().iter().map(|line| format!("{kind} ({address}), {width} px: {line}"));
            hidden.extend(found);
        }
    }
    assert!(hidden.is_empty(), "{hidden:#?}");
}

fn targets_are_large(browser: &Browser, sites: &Sites) {
    browser.resize(390, 844);
    let mut small = Vec::new();
    for (kind, address) in sites.shipped().kinds() {
        browser.open(&sites.shipped().url(&address));
        let found = browser.run(
            "const strip = [...document.querySelectorAll('.strip a')].filter((link) => {
                 const box = link.getBoundingClientRect();
                 return box.width < 60 || box.height < 56;
             });
             return [...strip].map((link) => link.outerHTML.slice(0, 100));",
        );
        small.extend(found.as_array().unwrap().iter().map(|line| format!("{kind} ({address}): {line}")));
    }
    assert!(small.is_empty(), "{small:#?}");
}

fn the_first_words_are_in_sight(browser: &Browser, sites: &Sites) {
    browser.resize(390, 844);
    let essays: Vec<String> = sites.shipped().pages().into_iter().filter(|page| page.starts_with("vision/") && page.len() > 8).collect();
    for page in essays {
        browser.open(&sites.shipped().url(&page));
        let found = browser.run(
            "const strip = document.querySelector('.strip').getBoundingClientRect().top;
             const claim = document.querySelector('.claim').getBoundingClientRect().bottom;
             const text = document.querySelector('.text > p').getBoundingClientRect().top;
             return [strip, claim, text];",
        );
        let [strip, claim, text] = [0, 1, 2].map(|at| found[at].as_f64().unwrap());
        assert!(claim < strip && text < strip - 20.0, "{page}: the claim ends at {claim}, the text begins at {text}, the strip at {strip}");
    }
}

fn paper_is_light(browser: &Browser, sites: &Sites) {
    let site = sites.shipped();
    for (kind, address) in site.kinds() {
        browser.open(&site.url(&address));
        let dark = json!({ "media": "print", "features": [{ "name": "prefers-color-scheme", "value": "dark" }] });
        browser.tell("Emulation.setEmulatedMedia", &dark);
        let found = browser.run(
            "const light = (colour) => { const [r, g, b] = colour.match(/[\\d.]+/g).map(Number); return (r * 2 + g * 5 + b) / 8; };
             const pale = [...document.querySelectorAll('main :is(p, li, h1, h2, h3, td, dd)')].filter((element) =>
                 element.checkVisibility() && light(getComputedStyle(element).color) > 110);
             const menu = [...document.querySelectorAll('.top, .strip, .foot, .skip, .lens, .next')].filter((element) => element.checkVisibility());
             return [...pale, ...menu].slice(0, 5).map((element) => element.outerHTML.slice(0, 100));",
        );
        assert_eq!(found, json!([]), "{kind} ({address})");
        if kind == "map" {
            assert_eq!(
                browser.value("[...document.querySelectorAll('.map figure')].filter((one) => one.checkVisibility()).length"),
                1,
                "no picture"
            );
        }
    }
}

fn from_disk_all_works_that_is_offered(browser: &Browser, sites: &Sites) {
    browser.resize(1280, 900);
    let site = sites.portable();
    let on_disk = |page: &str| format!("file://{}", site.file(page).display());
    // The button for colours and the key of the search are scripts, and browsers load no modules from disk.
    browser.open(&on_disk("search/"));
    let shown = "[getComputedStyle(document.querySelector('#_ff-theme')).visibility, \
                 getComputedStyle(document.querySelector('.top .find'), '::after').content, \
                 document.querySelector('#_ff-search').offsetHeight]";
    assert_eq!(browser.value(shown), json!(["hidden", "none", 0]));
    // What leads on is a link to a file.
    browser.click("document.querySelector('.top .find')");
    browser.until("location.pathname.endsWith('/search/index.html')");
    browser.open(&on_disk(""));
    browser.click("document.querySelector('.strip a')");
    browser.until("document.querySelector('h1').textContent === 'Vision'");
    // On a host the same page offers both.
    browser.open(&site.url("search/index.html"));
    browser.until("document.querySelector('#_ff-search input')");
    assert_eq!(browser.value("getComputedStyle(document.querySelector('#_ff-theme')).visibility"), json!("visible"));
}
