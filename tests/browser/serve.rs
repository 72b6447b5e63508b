//! What an author sees while `fourfold serve` runs.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use super::Test;
use super::driver::Browser;
use super::serving::Serving;
use super::sites::Sites;

pub const TESTS: &[Test] = &[
    ("a_save_changes_the_page_where_it_stands", a_save_changes_the_page_where_it_stands),
    ("a_page_that_is_not_affected_does_nothing", a_page_that_is_not_affected_does_nothing),
    ("a_broken_template_shows_over_the_last_good_page", a_broken_template_shows_over_the_last_good_page),
    ("a_link_that_goes_nowhere_is_explained", a_link_that_goes_nowhere_is_explained),
    ("a_stylesheet_is_changed_without_loading_the_page", a_stylesheet_is_changed_without_loading_the_page),
    ("a_page_that_goes_and_comes_back", a_page_that_goes_and_comes_back),
    ("the_bar_says_what_could_be_better", the_bar_says_what_could_be_better),
    ("any_version_becomes_any_other_in_place", any_version_becomes_any_other_in_place),
    ("what_readers_did_to_a_page_stays", what_readers_did_to_a_page_stays),
    ("many_windows_leave_a_connection_free", many_windows_leave_a_connection_free),
];

const ESCAPE: &str = "\u{e00c}";

/// A handbook that is served.
struct Desk {
    _place: TempDir,
    root: PathBuf,
    serving: Serving,
}

impl Desk {
    fn new(files: &[(&str, &str)]) -> Self {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().canonicalize().unwrap();
        write(&root, "handbook.toml", "title = \"Desk\"\n");
        write(&root, "content/index.md", "# The question\n\nWho leads, and who manages?\n");
        for (path, text) in files {
            write(&root, path, text);
        }
        let serving = Serving::start(&root, "");
        Self { _place: place, root, serving }
    }

    fn write(&self, path: &str, text: &str) {
        write(&self.root, path, text);
    }

    fn edit(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.root.join(path)).unwrap();
        assert!(text.contains(from), "{path}: {text}");
        self.write(path, &text.replace(from, to));
    }

    fn url(&self, address: &str) -> String {
        format!("{}{address}", self.serving.url())
    }

    /// Opens a page and waits until it listens.
    fn open(&self, browser: &Browser, address: &str) {
        browser.open(&self.url(address));
        browser.until("document.querySelector('fourfold-dev')?.shadowRoot.querySelector('.facts').textContent");
    }
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// The overlay, as an expression.
const DIALOG: &str = "document.querySelector('fourfold-dev').shadowRoot.querySelector('dialog')";

/// Nothing that the page's policy forbids was tried.
#[track_caller]
fn is_clean(browser: &Browser) {
    let log = browser.log();
    let bad: Vec<&String> =
        log.iter().filter(|line| line.contains("Content Security") || line.contains("Trusted") || line.contains("Uncaught")).collect();
    assert!(bad.is_empty(), "{bad:#?}");
}

const LONG: (&str, &str) = ("content/vision/long.md", "");

fn long_page() -> String {
    let paragraph = |number: usize| {
        format!("Paragraph number {number} says what paragraph {number} has to say, at some length and with some care.\n\n")
    };
    let stances = "| | Leader | Manager |\n| --- | --- | --- |\n| Asks | why | how |\n\n";
    format!("# A long page\n\nThe claim.\n\n{stances}{}## The end\n\nLast words.\n", (0..80).map(paragraph).collect::<String>())
}

fn long_desk() -> Desk {
    Desk::new(&[(LONG.0, &long_page()), ("content/results/other.md", "# Another page\n\nIts claim.\n")])
}

fn a_save_changes_the_page_where_it_stands(browser: &Browser, _: &Sites) {
    let desk = long_desk();
    desk.open(browser, "vision/long/");
    browser.run(
        "window.marker = {}; document.querySelector('#_ff-lens-l').click(); document.querySelector('#_ff-lens-l').focus({ preventScroll: true });
         window.sameLens = document.querySelector('#_ff-lens-l'); scrollTo({ top: 1500, behavior: 'instant' });",
    );
    browser.until("Math.abs(scrollY - 1500) < 2");
    desk.edit(LONG.0, "Paragraph number 70 says", "Paragraph number 70 insists");
    browser.until("document.body.innerText.includes('Paragraph number 70 insists')");
    assert_eq!(browser.value("Boolean(window.marker)"), true, "the page was loaded again");
    assert_eq!(browser.value("Math.abs(scrollY - 1500) < 2"), true, "{}", browser.value("scrollY"));
    assert_eq!(browser.value("document.activeElement === window.sameLens && window.sameLens.checked"), true);
    // A longer text above what is read does not push it away.
    browser.run("window.seen = [...document.querySelectorAll('.text p')].find((p) => p.getBoundingClientRect().top > 0); window.at = window.seen.getBoundingClientRect().top;");
    desk.edit(LONG.0, "Paragraph number 2 says", &format!("Paragraph number 2 says {}", "a great deal and ".repeat(40)));
    browser.until("document.body.innerText.includes('a great deal and a great deal')");
    browser.until("Math.abs(window.seen.getBoundingClientRect().top - window.at) < 4");
    assert_eq!(browser.value("Boolean(window.marker) && document.activeElement === window.sameLens"), true);
    // What has changed lights up, and it alone.
    browser.run("window.lit = []; const animate = Element.prototype.animate; Element.prototype.animate = function (...all) { window.lit.push(this.textContent.slice(0, 30)); return animate.apply(this, all); };");
    desk.edit(LONG.0, "Last words.", "Very last words.");
    browser.until("window.lit.length > 0");
    assert_eq!(browser.value("window.lit"), serde_json::json!(["Very last words."]));
    is_clean(browser);
}

fn a_page_that_is_not_affected_does_nothing(browser: &Browser, _: &Sites) {
    let desk = long_desk();
    desk.open(browser, "vision/long/");
    browser.run(
        "window.changes = 0; new MutationObserver((all) => (window.changes += all.length)).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
         window.asked = () => performance.getEntriesByType('resource').filter((entry) => entry.name.endsWith('/vision/long/')).length; window.before = window.asked();",
    );
    desk.edit("content/results/other.md", "Its claim.", "Its claim, said otherwise.");
    browser.until("window.asked() > window.before");
    browser.until("performance.getEntriesByType('resource').filter((entry) => entry.name.includes('status.json')).length > 1");
    assert_eq!(browser.value("window.changes"), 0);
    is_clean(browser);
}

fn a_broken_template_shows_over_the_last_good_page(browser: &Browser, _: &Sites) {
    let desk = long_desk();
    desk.open(browser, "vision/long/");
    browser.run("window.marker = {};");
    let template = "themes/default/templates/essay.html";
    desk.write(template, "{% extends \"article.html\" %}\n{% block facts %}\n{{ minutes | no_such_filter }}\n{% endblock facts %}");
    browser.until(&format!("{DIALOG}.open"));
    let said = browser.text(&format!("{DIALOG}.innerText"));
    assert!(said.contains(&format!("{template}, line 3")), "{said}");
    assert!(said.contains("no_such_filter") && said.contains("Readers would see"), "{said}");
    assert_eq!(browser.text(&format!("{DIALOG}.getAttribute('role')")), "alertdialog");
    assert_eq!(browser.value(&format!("{DIALOG}.getRootNode().activeElement === {DIALOG}")), true);
    assert!(browser.text("document.body.innerText").contains("Paragraph number 1 says"), "the last good page stays");
    browser.press(ESCAPE);
    browser.until(&format!("!{DIALOG}.open"));
    assert_eq!(
        browser.value("document.querySelector('fourfold-dev').shadowRoot.querySelector('.problems').hidden"),
        false,
        "the number stays"
    );
    // The same problem does not come back by itself, another one does, and mending takes it away.
    desk.write(template, "{% extends \"article.html\" %}\n\n{% block facts %}{{ other.thing }}{% endblock facts %}");
    browser.until(&format!("{DIALOG}.open && {DIALOG}.innerText.includes('line 3')"));
    fs::remove_file(desk.root.join(template)).unwrap();
    browser.until(&format!("!{DIALOG}.open"));
    browser.until("document.querySelector('fourfold-dev').shadowRoot.querySelector('.problems').hidden");
    assert_eq!(browser.value("Boolean(window.marker)"), true, "the page was loaded again");
    is_clean(browser);
}

fn a_link_that_goes_nowhere_is_explained(browser: &Browser, _: &Sites) {
    let desk = Desk::new(&[
        ("content/results/meetings.md", "# Run fewer meetings\n\nIts claim.\n"),
        ("content/vision/x.md", "# X\n\nThe claim.\n"),
    ]);
    desk.open(browser, "vision/x/");
    desk.edit("content/vision/x.md", "The claim.", "The claim.\n\nSee [[Run fewer meeting]] first.");
    browser.until(&format!("{DIALOG}.open"));
    let said = browser.text(&format!("{DIALOG}.innerText"));
    for words in ["content/vision/x.md, line 5", "Run fewer meetings", "Readers would see: the words without a link", "In a terminal"] {
        assert!(said.contains(words), "{words} is missing:\n{said}");
    }
    assert_eq!(browser.text(&format!("{DIALOG}.querySelector('mark').textContent")), "Run fewer meeting");
    desk.edit("content/vision/x.md", "[[Run fewer meeting]]", "[[Run fewer meetings]]");
    browser.until(&format!("!{DIALOG}.open"));
    browser.until("document.querySelector('.text a[href*=meetings]')");
    // Markup in a message is text.
    desk.edit("content/vision/x.md", "[[Run fewer meetings]]", "[[<img src=x onerror=alert(1)>]]");
    browser.until(&format!("{DIALOG}.open && {DIALOG}.innerText.includes('<img src=x')"));
    assert_eq!(browser.value(&format!("{DIALOG}.querySelector('img')")), Value::Null);
    is_clean(browser);
}

fn a_stylesheet_is_changed_without_loading_the_page(browser: &Browser, _: &Sites) {
    let desk = long_desk();
    let style = include_str!("../../themes/default/assets/style.css");
    desk.write("themes/default/assets/style.css", style);
    desk.open(browser, "vision/long/");
    browser.run("window.marker = {}; window.bare = 0; const look = () => { window.bare += document.styleSheets.length === 0 ? 1 : 0; requestAnimationFrame(look); }; look();");
    desk.write("themes/default/assets/style.css", &format!("{style}\nh1 {{ color: rgb(1, 2, 3) !important; }}\n"));
    browser.until("getComputedStyle(document.querySelector('h1')).color === 'rgb(1, 2, 3)'");
    browser.until("document.querySelectorAll('link[rel=stylesheet]').length === 1");
    assert_eq!(browser.value("Boolean(window.marker) && window.bare === 0"), true);
    is_clean(browser);
}

fn a_page_that_goes_and_comes_back(browser: &Browser, _: &Sites) {
    let desk = long_desk();
    desk.open(browser, "results/other/");
    let text = fs::read_to_string(desk.root.join("content/results/other.md")).unwrap();
    fs::remove_file(desk.root.join("content/results/other.md")).unwrap();
    browser.until("!document.body.innerText.includes('Its claim.')");
    desk.write("content/results/other.md", &text);
    browser.until("document.querySelector('h1').textContent === 'Another page' && document.body.innerText.includes('Its claim.')");
    is_clean(browser);
}

fn the_bar_says_what_could_be_better(browser: &Browser, _: &Sites) {
    let page = "---\ndraft: yes\n---\n# X\n\nThe claim.\n\nRead [here](../index.md).\n\nWords.\n";
    let desk = Desk::new(&[("content/vision/x.md", page)]);
    desk.open(browser, "vision/x/");
    let bar = "document.querySelector('fourfold-dev').shadowRoot.querySelector('.bar')";
    let said = browser.text(&format!("{bar}.innerText"));
    assert!(said.contains("content/vision/x.md") && said.contains("words") && said.contains("Draft"), "{said}");
    browser.run(&format!("{bar}.querySelector('.hints').open = true;"));
    let hints = browser.text(&format!("{bar}.querySelector('.hints').innerText"));
    for words in ["says only “here”", "brackets around words", "No page links here"] {
        assert!(hints.contains(words), "{words}:\n{hints}");
    }
    assert!(browser.text("document.querySelector('main').innerText").contains("draft"), "the band is there");
    desk.edit("content/vision/x.md", "[here]", "[the question that this answers]");
    browser.until(&format!("!{bar}.querySelector('.hints').textContent.includes('says only')"));
    is_clean(browser);
}

/// Every page of the handbook that comes with the program becomes every other, and is then the same as if it had been loaded.
fn any_version_becomes_any_other_in_place(browser: &Browser, _: &Sites) {
    let serving = Serving::start(Path::new(env!("CARGO_MANIFEST_DIR")), "");
    browser.open(&serving.url());
    let wrong = browser.run(
        "return (async () => {
            const { Twin } = await import('/.fourfold/morph.js');
            const load = (address) => new Promise((done) => {
                const request = new XMLHttpRequest();
                request.open('GET', address);
                request.responseType = 'document';
                request.onload = () => { request.response.querySelectorAll('script').forEach((node) => node.remove()); done(request.response); };
                request.send();
            });
            const addresses = ['/', ...new Set([...document.querySelectorAll('a[href]')].map((link) => new URL(link.href)).filter((url) => url.origin === location.origin).map((url) => url.pathname))].slice(0, 14);
            const pages = await Promise.all(addresses.map(load));
            const wrong = [];
            let tried = 0;
            for (const from of pages) for (const to of pages) {
                tried++;
                const live = from.cloneNode(true);
                const twin = new Twin(live, from.cloneNode(true));
                const changed = twin.become(to.cloneNode(true));
                live.querySelectorAll('link').forEach((link) => link.dispatchEvent(new Event('load')));
                if (!live.documentElement.isEqualNode(to.documentElement)) wrong.push([from.title, to.title]);
                if (from === to && changed.length > 0) wrong.push(['no change', from.title]);
                const back = twin.become(from.cloneNode(true));
                live.querySelectorAll('link').forEach((link) => link.dispatchEvent(new Event('load')));
                if (back === null || !live.documentElement.isEqualNode(from.documentElement)) wrong.push(['back', to.title, from.title]);
            }
            return { wrong: wrong.slice(0, 5), tried };
        })();",
    );
    assert_eq!(wrong["wrong"], serde_json::json!([]));
    assert!(wrong["tried"].as_u64().is_some_and(|tried| tried > 100), "{wrong}");
}

fn what_readers_did_to_a_page_stays(browser: &Browser, _: &Sites) {
    let desk = long_desk();
    desk.open(browser, "vision/long/");
    browser.run(
        "const note = document.createElement('textarea'); note.id = 'note'; document.querySelector('.text').append(note);
         note.value = 'half a sentence'; note.focus(); note.setSelectionRange(2, 5);
         document.documentElement.dataset.theme = 'dark';
         document.querySelectorAll('details').forEach((details) => (details.open = !details.open));
         window.opened = [...document.querySelectorAll('details')].map((details) => details.open).join();
         window.words = document.querySelector('.text p'); getSelection();",
    );
    desk.edit(LONG.0, "Paragraph number 0 says", "A new first paragraph.\n\nParagraph number 0 still says");
    browser.until("document.body.innerText.includes('number 0 still says')");
    let kept =
        "document.activeElement === note && note.value === 'half a sentence' && note.selectionStart === 2 && note.selectionEnd === 5";
    assert_eq!(browser.value(kept), true);
    assert_eq!(browser.text("document.documentElement.dataset.theme"), "dark");
    assert_eq!(browser.value("[...document.querySelectorAll('details')].map((details) => details.open).join() === window.opened"), true);
    is_clean(browser);
}

/// A browser has six connections to a host; a seventh window of a handbook has to load all the same.
fn many_windows_leave_a_connection_free(browser: &Browser, _: &Sites) {
    let desk = long_desk();
    desk.open(browser, "vision/long/");
    for _ in 0..9 {
        browser.run("window.open(location.href, '_blank');");
    }
    browser.to_last_window();
    browser.open(&desk.url("results/other/"));
    browser.until("document.querySelector('h1').textContent === 'Another page'");
    desk.edit("content/results/other.md", "Its claim.", "Its last claim.");
    browser.until("document.body.innerText.includes('Its last claim.')");
}
