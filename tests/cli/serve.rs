//! `fourfold serve`, from the first page to Ctrl+C.

use super::Folder;
use crate::support::serving::Serving;

/// The site that a build writes for the address of a server, drafts included.
fn built(folder: &Folder, serving: &Serving) -> std::collections::BTreeMap<String, Vec<u8>> {
    let _ = folder.run(&format!("build --drafts --base-url {} -o ../clean", serving.url())).exits(0);
    let mut site = folder.site("../clean");
    site.retain(|path, _| folder.path("../clean").join(path).is_file());
    site
}

/// Whether no page and no template has a problem; hints are none.
fn is_sound(report: &str) -> bool {
    report.starts_with('[') && !report.contains("\"severity\":\"error\"")
}

#[test]
fn what_is_served_is_what_a_build_writes() {
    let folder = Folder::sound_but(&[("content/vision/later.md", "---\ndraft: yes\n---\n# Later\n\nA claim.\n")]);
    let serving = Serving::start(&folder.root, "");
    let site = built(&folder, &serving);
    assert!(site.len() > 20 && site.contains_key("vision/later/index.html"), "{:?}", site.keys());
    for (path, bytes) in site {
        let address = format!("/{}", path.strip_suffix("index.html").unwrap_or(&path));
        let reply = serving.get(&address);
        assert_eq!(reply.status, 200, "{address}: {}", reply.head);
        assert!(reply.artifact() == bytes, "{address} differs:\n{}", reply.text());
    }
    assert!(!folder.has("public") && !folder.has(".fourfold"), "serving writes nothing");
}

#[test]
fn drafts_are_there_unless_they_are_not_wanted() {
    let files = [("content/vision/later.md", "---\ndraft: yes\n---\n# Later\n\nA claim.\n")];
    let folder = Folder::sound_but(&files);
    let with = Serving::start(&folder.root, "");
    let page = with.get("/vision/later/");
    assert!(page.status == 200 && page.text().contains("draft"), "{}", page.text());
    assert_eq!(Serving::start(&folder.root, "--no-drafts").get("/vision/later/").status, 404);
}

#[test]
fn an_address_leads_where_it_should() {
    let folder = Folder::sound_but(&[("content/über uns/wir & ihr.md", "# Wir\n")]);
    let serving = Serving::start(&folder.root, "");
    let moved = serving.get("/%C3%BCber-uns/wir-&-ihr");
    assert_eq!((moved.status, moved.header("Location")), (301, Some("/%C3%BCber-uns/wir-&-ihr/")), "{}", moved.head);
    assert_eq!(serving.get("/%C3%BCber-uns/wir-&-ihr/").status, 200);
    let lost = serving.get("/nowhere/");
    assert!(lost.status == 404 && lost.text().contains("/.fourfold/dev.js"), "{}", lost.text());
    let png = serving.get("/vision/road.png");
    assert_eq!((png.status, png.header("Content-Type")), (200, Some("image/png")));
    let page = serving.get("/vision/direction/");
    let etag = page.header("ETag").unwrap().to_owned();
    let same = serving.get_with("/vision/direction/", &[&format!("If-None-Match: {etag}")]);
    assert!(same.status == 304 && same.body.is_empty(), "{}", same.head);
    assert!(
        serving.get("/vision/direction/?_ff-plain").header("Content-Security-Policy").is_some_and(|policy| !policy.contains("script-src"))
    );
}

#[test]
fn a_save_is_served() {
    let folder = Folder::sound();
    let serving = Serving::start(&folder.root, "--explain");
    folder.edit("content/vision/direction.md", "A claim about a goal.", "Another claim.");
    serving.get_until("/vision/direction/", |reply| reply.text().contains("Another claim."));
    serving.hears("vision/direction/index.html: its own file");
    folder.edit("content/results/ledger.md", "See [[Set a direction]].", "Look at [[Set a direction]].");
    serving.hears("vision/direction/index.html: backlink sentence from content/results/ledger.md:7\n");
    folder.write("content/vision/new/deep.md", "# Deep\n\nA claim.\n");
    serving.get_until("/vision/new/deep/", |reply| reply.status == 200);
    std::fs::rename(folder.path("content/vision/new"), folder.path("content/vision/old")).unwrap();
    serving.get_until("/vision/old/deep/", |reply| reply.status == 200);
    serving.get_until("/vision/new/deep/", |reply| reply.status == 404);
    folder.edit("handbook.toml", "title = \"Test\"", "title = \"Other\"");
    serving.get_until("/", |reply| reply.text().contains("Other"));
}

#[test]
fn a_text_that_a_page_takes_in_is_watched_too() {
    let folder = Folder::sound_but(&[
        ("src/greet.rs", "fn hello() {}\n"),
        ("content/vision/code.md", "# Code\n\nA claim.\n\n```rust\n{{#include ../../src/greet.rs}}\n```\n"),
    ]);
    let serving = Serving::start(&folder.root, "");
    assert!(serving.get("/vision/code/").text().contains("hello"));
    folder.write("src/greet.rs", "fn goodbye() {}\n");
    serving.get_until("/vision/code/", |reply| reply.text().contains("goodbye"));
}

#[test]
fn polling_sees_the_same() {
    let folder = Folder::sound();
    let serving = Serving::start(&folder.root, "--poll");
    folder.edit("content/vision/direction.md", "A claim about a goal.", "Another claim.");
    serving.get_until("/vision/direction/", |reply| reply.text().contains("Another claim."));
    folder.remove("content/vision/road.png");
    serving.get_until("/vision/road.png", |reply| reply.status == 404);
}

#[test]
fn the_last_good_page_stays_while_a_template_is_broken() {
    let folder = Folder::sound();
    let serving = Serving::start(&folder.root, "");
    assert!(is_sound(&serving.get("/.fourfold/report.json").text()));
    for broken in [
        "{% extends \"base.html\" %}\n{% block main %}{{ no such thing",
        "{% extends \"base.html\" %}\n{% block main %}{{ no.such }}{% endblock main %}",
    ] {
        folder.write("themes/default/templates/essay.html", broken);
        let told = serving.get_until("/.fourfold/report.json", |reply| reply.text().contains("theme")).text();
        assert!(told.contains("themes/default/templates/essay.html") && told.contains("\"line\":2"), "{told}");
        let page = serving.get("/vision/direction/");
        assert!(page.text().contains("A claim about a goal.") || page.status == 500, "{}", page.text());
        folder.remove("themes/default/templates/essay.html");
        serving.get_until("/.fourfold/report.json", |reply| is_sound(&reply.text()));
        let page = serving.get("/vision/direction/");
        assert!(page.status == 200 && page.text().contains("A claim about a goal."), "{}", page.text());
    }
}

#[test]
fn a_page_that_was_never_good_says_what_is_wrong_and_nothing_runs_in_it() {
    let folder = Folder::sound();
    folder.write("themes/default/templates/contributor.html", "{{ no.such[\"<script>\"] }}");
    let serving = Serving::start(&folder.root, "");
    let page = serving.get("/contributors/anna-berg/");
    assert_eq!((page.status, page.header("Content-Security-Policy").map(|policy| policy.contains("script"))), (500, Some(false)));
    assert!(page.text().contains("contributor.html, line 1") && !page.text().contains("<script"), "{}", page.text());
    folder.remove("themes/default/templates/contributor.html");
    serving.get_until("/contributors/anna-berg/", |reply| reply.status == 200);
}

#[test]
fn a_broken_config_leaves_the_site_as_it_was() {
    let folder = Folder::sound();
    let serving = Serving::start(&folder.root, "");
    folder.write("handbook.toml", "titel = \"Test\"\n");
    serving.get_until("/.fourfold/report.json", |reply| reply.text().contains("handbook.toml"));
    serving.hears("did you mean");
    folder.edit("content/vision/direction.md", "A claim about a goal.", "Another claim.");
    serving.get_until("/vision/direction/", |reply| reply.text().contains("Another claim."));
    folder.write("handbook.toml", "title = \"Mended\"\n");
    serving.get_until("/", |reply| reply.text().contains("Mended"));
    assert!(is_sound(&serving.get("/.fourfold/report.json").text()));
}

#[test]
fn a_taken_port_is_an_error_only_if_it_was_asked_for() {
    let folder = Folder::sound();
    let held = Serving::start(&folder.root, "");
    let run = folder.run(&format!("serve --port {}", held.port));
    let _ = run.exits(2).says(&format!("Port {} is taken", held.port));
    let first = Serving::start(&folder.root, "--host 127.0.0.1");
    assert!(first.get("/").status == 200 && first.said().contains("http://127.0.0.1:"));
}

#[test]
fn without_a_port_the_next_free_one_is_found() {
    let folder = Folder::sound();
    // Whether 4444 is free here is not ours to say; two servers at once cannot both have it.
    let (one, two) = (Serving::start_on_its_port(&folder.root), Serving::start_on_its_port(&folder.root));
    assert!(one.port != two.port && (4444..4544).contains(&one.port) && (4444..4544).contains(&two.port));
    assert!(two.said().contains("is taken)"), "{}", two.said());
}

#[test]
#[cfg(unix)]
fn an_interrupt_is_a_clean_end() {
    let folder = Folder::sound();
    assert_eq!(Serving::start(&folder.root, "").interrupt(), Some(0));
}

#[test]
fn what_cannot_be_served_exits_with_2() {
    let folder = Folder::sound();
    let _ = folder.run("serve nowhere").exits(2).says("nowhere");
    let _ = folder.run("serve --host 192.0.2.1").exits(2).says("--host");
    folder.write("handbook.toml", "titel = \"x\"\n");
    let _ = folder.run("serve").exits(2).says("did you mean");
}
