//! Pictures of every kind of page, for people to look at: light, dark, on a phone, and on paper.
//!
//! `FOURFOLD_BROWSER=required FOURFOLD_PICTURES=target/pictures cargo test --test browser pictures`

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::Test;
use super::driver::Browser;
use super::sites::{Site, Sites};

pub const TESTS: &[Test] = &[
    ("of_the_shipped_handbook", |browser, sites| draw(browser, sites.shipped(), "shipped")),
    ("of_a_large_handbook", |browser, sites| draw(browser, sites.large(), "large")),
    ("of_a_handbook_in_arabic", |browser, sites| draw(browser, sites.arabic(), "arabic")),
    ("of_what_can_be_opened", draw_what_opens),
];

/// Where pictures go; without it none are drawn.
pub fn folder() -> Option<PathBuf> {
    std::env::var_os("FOURFOLD_PICTURES").map(PathBuf::from)
}

/// The ways a page is looked at: a name, colours, a medium, the size of the window.
const WAYS: [(&str, &str, &str, (u32, u32)); 4] = [
    ("light", "light", "screen", (1280, 1400)),
    ("dark", "dark", "screen", (1280, 1400)),
    ("phone", "light", "screen", (390, 844)),
    ("paper", "dark", "print", (700, 1000)),
];

fn draw(browser: &Browser, site: &Site, name: &str) {
    let folder = folder().expect("FOURFOLD_PICTURES names a folder").join(name);
    fs::create_dir_all(&folder).unwrap();
    for (way, colours, medium, (width, height)) in WAYS {
        browser.resize(width, height);
        let features = json!([{ "name": "prefers-color-scheme", "value": colours }]);
        browser.tell("Emulation.setEmulatedMedia", &json!({ "media": medium, "features": features }));
        for (kind, address) in site.kinds() {
            browser.open(&site.url(&address));
            browser.run("await document.fonts.ready; await new Promise((done) => setTimeout(done, 150))");
            save(browser, &folder, &format!("{}-{way}", kind.replace(' ', "-")));
        }
    }
}

fn draw_what_opens(browser: &Browser, sites: &Sites) {
    let folder = folder().expect("FOURFOLD_PICTURES names a folder").join("open");
    fs::create_dir_all(&folder).unwrap();
    for (colours, width) in [("light", 1280), ("dark", 1280), ("light", 390)] {
        browser.resize(width, 844);
        browser.prefer(&[("prefers-color-scheme", colours)]);
        browser.open(&sites.shipped().url("vision/pictures-not-slogans/"));
        if width > 600 {
            browser.hover("document.querySelector('.text p a[href^=\"../\"]')");
            browser.until("document.querySelector('.preview:popover-open')");
            save(browser, &folder, &format!("preview-{colours}-{width}"));
        }
        browser.run("[...document.querySelectorAll('a.find')].find((link) => link.checkVisibility()).click()");
        browser.until("document.querySelector('dialog[open] input')");
        browser.press("delegat");
        browser.until("document.querySelectorAll('dialog .hits mark').length > 1");
        save(browser, &folder, &format!("search-{colours}-{width}"));
        browser.open(&sites.shipped().url("search/?q=trust"));
        browser.until("document.querySelectorAll('.hits li').length > 2 && document.querySelector('.facets select')");
        save(browser, &folder, &format!("results-{colours}-{width}"));
    }
    browser.tell("Emulation.setTouchEmulationEnabled", &json!({ "enabled": true }));
    browser.open(&sites.shipped().url(&super::accessibility::page_with_term(sites.shipped())));
    browser.tap("document.querySelector('.text a.term')");
    browser.until("document.querySelector('dialog.sheet[open]')");
    save(browser, &folder, "definition-phone");
}

fn save(browser: &Browser, folder: &Path, name: &str) {
    fs::write(folder.join(format!("{name}.png")), browser.picture()).unwrap();
}
