//! `fourfold build`: what its flags do to the site.

use serde_json::Value;

use super::{DIAGNOSTIC, Folder, keys};

/// The values of `href` and `src` in a page, but for other sites and places on the same page.
fn addresses(html: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for start in [" href=\"", " src=\""] {
        let values = html.match_indices(start).filter_map(|(at, _)| html[at + start.len()..].split('"').next());
        found.extend(values.filter(|value| !value.contains("://") && !value.starts_with(['#'])));
    }
    found
}

/// Where an address of a page leads, as a browser without a server finds it.
fn landing(page: &str, address: &str) -> String {
    let path = address.split(['#', '?']).next().unwrap_or_default();
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[test]
fn a_portable_site_opens_from_disk() {
    let folder = Folder::sound();
    let _ = folder.run("build --portable").exits(0);
    let site = folder.site("public");
    let mut followed = 0;
    for (page, bytes) in site.iter().filter(|(path, _)| path.ends_with(".html") && *path != "404.html") {
        for address in addresses(std::str::from_utf8(bytes).unwrap()) {
            assert!(!address.starts_with('/'), "{page}: {address}");
            let target = landing(page, address);
            assert!(folder.path("public").join(&target).is_file(), "{page}: {address} is no file");
            followed += 1;
        }
    }
    assert!(followed > 100, "{followed}");
    let vision = folder.read("public/vision/direction/index.html");
    assert!(vision.contains("href=\"../../examples/one/index.html\"") && vision.contains("src=\"../../vision/road.png\""), "{vision}");
}

#[test]
fn a_site_for_a_server_has_no_index_html_in_its_links() {
    let folder = Folder::sound();
    let _ = folder.run("build").exits(0);
    for (page, bytes) in folder.site("public").iter().filter(|(path, _)| path.ends_with(".html")) {
        for address in addresses(std::str::from_utf8(bytes).unwrap()) {
            assert!(!address.contains("index.html"), "{page}: {address}");
        }
    }
}

#[test]
fn a_base_url_may_have_a_path() {
    let folder = Folder::sound();
    let _ = folder.run("build --base-url https://pages.example/team/handbook").exits(0);
    let missing = folder.read("public/404.html");
    for address in addresses(&missing) {
        assert!(address.starts_with("/team/handbook/"), "{address}");
    }
    assert!(folder.read("public/sitemap.xml").contains("<loc>https://pages.example/team/handbook/vision/direction/</loc>"));
    assert!(folder.read("public/robots.txt").contains("https://pages.example/team/handbook/sitemap.xml"));
    let page = folder.read("public/vision/direction/index.html");
    assert!(page.contains("<link rel=\"canonical\" href=\"https://pages.example/team/handbook/vision/direction/\">"));
    assert!(page.contains("href=\"../../results/ledger/\""), "links in pages are relative");
    assert!(
        !folder.site("public").values().any(|bytes| String::from_utf8_lossy(bytes).contains("test.example")),
        "the flag beats the config"
    );
}

#[test]
fn without_a_base_url_there_is_no_sitemap_and_one_hint() {
    let folder = Folder::sound_but(&[("handbook.toml", "title = \"Test\"\n")]);
    let run = folder.run("build").exits(0).says("base_url");
    assert_eq!(run.stderr.matches("base_url").count(), 1, "{}", run.stderr);
    assert!(!folder.has("public/sitemap.xml"));
    assert!(!folder.read("public/index.html").contains("canonical"));
    assert!(addresses(&folder.read("public/404.html")).iter().all(|address| address.starts_with('/')));
}

#[test]
fn strict_makes_warnings_stop_a_build_and_hints_never_do() {
    let folder = Folder::sound_but(&[("content/vision/lonely.md", "# Lonely\n\nNobody links here.\n")]);
    let _ = folder.run("build --strict").exits(0);
    folder.write("content/vision/lonely.md", "---\nsumary: x\n---\n# Lonely\n");
    let _ = folder.run("build").exits(0).says("warning[unknown-key]");
    let site = folder.tree("public");
    folder.edit("content/index.md", "Start", "Begin");
    let _ = folder.run("build --strict").exits(1).says("Nothing was published: 1 warning");
    assert_eq!(folder.tree("public"), site);
}

#[test]
fn in_a_foreign_folder_only_strict_makes_problems_fail() {
    let folder = Folder::new(&[("index.md", "# Notes\n\n[Plan](nowhere.md)\n")]);
    let _ = folder.run("build").exits(0).says("warning[broken-link]");
    let _ = folder.run("check").exits(0).says("1 warning");
    let _ = folder.run("build --strict").exits(1);
    let _ = folder.run("check --strict").exits(1);
}

fn report(folder: &Folder) -> Vec<Value> {
    let value: Value = serde_json::from_str(&folder.read("report.json")).unwrap();
    value.as_array().expect("an array").clone()
}

#[test]
fn a_report_is_an_array_of_every_problem() {
    let folder = Folder::sound_but(&[("content/vision/new.md", "---\nsumary: x\n---\n# New\n\n[[Nowhere to be found]]\n")]);
    let _ = folder.run("build --report report.json").exits(1);
    let rows = report(&folder);
    for row in &rows {
        assert_eq!(keys(row), DIAGNOSTIC);
        for fix in row["fixes"].as_array().unwrap() {
            assert_eq!(keys(fix), ["title", "safe", "edits"]);
            assert!(fix["edits"].as_array().unwrap().iter().all(|edit| keys(edit) == ["file", "start", "end", "text"]));
        }
    }
    let broken = rows.iter().find(|row| row["code"] == "broken-link").unwrap();
    assert_eq!(broken["severity"], "error");
    assert_eq!(broken["file"], "content/vision/new.md");
    assert_eq!((&broken["line"], &broken["column"]), (&Value::from(6), &Value::from(3)));
    assert_eq!((&broken["end_line"], &broken["end_column"]), (&Value::from(6), &Value::from(22)));
    assert_eq!(broken["target"], "Nowhere to be found");
    let unknown = rows.iter().find(|row| row["code"] == "unknown-key").unwrap();
    let edit = &unknown["fixes"][0]["edits"][0];
    assert_eq!((&edit["start"], &edit["end"], &edit["text"]), (&Value::from(4), &Value::from(10), &Value::from("summary")));
    assert!(rows.iter().any(|row| row["severity"] == "hint" && row["file"].is_null() && row["line"].is_null()));
}

#[test]
fn a_report_is_the_same_as_what_check_prints() {
    let folder = Folder::sound_but(&[("content/vision/new.md", "---\nsumary: x\n---\n# New\n\n[[Nowhere to be found]]\n")]);
    let _ = folder.run("build --report report.json").exits(1);
    let printed = folder.run("check --format json").exits(1);
    let printed: Vec<Value> = printed.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(report(&folder), printed);
}

#[test]
fn a_report_is_written_in_every_case() {
    let folder = Folder::sound();
    let _ = folder.run("build --report report.json").exits(0);
    assert!(report(&folder).iter().all(|row| row["severity"] == "hint"));

    folder.write("themes/default/templates/essay.html", "{% if %}");
    let _ = folder.run("build --report report.json").exits(2);
    assert!(report(&folder).iter().any(|row| row["code"] == "theme" && row["file"] == "themes/default/templates/essay.html"));
    folder.remove("themes/default/templates/essay.html");

    folder.write("themes/default/templates/essay.html", "<p>\n{{ nosuch.thing }}");
    let _ = folder.run("build --report report.json").exits(2);
    assert!(report(&folder).iter().any(|row| row["code"] == "theme" && row["line"] == 2), "{:?}", report(&folder));
    folder.remove("themes/default/templates/essay.html");

    folder.write("handbook.toml", "titel = \"Test\"\n");
    let _ = folder.run("build --report report.json").exits(2);
    assert!(report(&folder).iter().any(|row| row["code"] == "config" && row["file"] == "handbook.toml"));

    folder.write("handbook.toml", "title = \"Test\"\n");
    folder.write("content/vision/new.md", "[[Nowhere to be found]]\n");
    folder.write("papers/thesis.txt", "years of work");
    folder.remove("report.json");
    let _ = folder.run("build -o papers --report report.json").exits(2);
    let _ = report(&folder);
}

#[test]
fn a_report_that_cannot_be_written_is_a_failure() {
    let folder = Folder::sound();
    let _ = folder.run("build --report missing/report.json").exits(2).says("missing/report.json");
}

#[test]
fn drafts_are_built_only_when_asked_for() {
    let folder = Folder::sound_but(&[
        ("content/vision/half.md", "---\ndraft: true\n---\n# Half a thought\n"),
        ("content/drafts/idea.md", "# An idea\n"),
        ("content/vision/_note.md", "# A note\n"),
    ]);
    let _ = folder.run("build").exits(0).says("5 pages");
    for draft in ["Half a thought", "An idea", "A note"] {
        assert!(!folder.site("public").values().any(|bytes| String::from_utf8_lossy(bytes).contains(draft)), "{draft}");
    }
    let _ = folder.run("build --drafts").exits(0).says("8 pages");
    assert!(folder.has("public/vision/half/index.html"));
    let _ = folder.run("build").exits(0);
    assert!(!folder.has("public/vision/half"));
}

#[test]
fn a_link_to_a_draft_is_plain_words_and_a_warning() {
    let folder = Folder::sound_but(&[("content/vision/half.md", "---\ndraft: true\n---\n# Half a thought\n")]);
    folder.edit("content/index.md", "Start with", "Start with [half](vision/half.md) and");
    let _ = folder.run("build").exits(0).says("warning[draft-link]");
    let home = folder.read("public/index.html");
    assert!(home.contains("half") && !home.contains("vision/half"), "{home}");
}

#[test]
fn a_page_is_published_from_its_day_on() {
    let folder = Folder::sound_but(&[
        ("handbook.toml", "title = \"Test\"\n"),
        ("content/vision/later.md", "---\npublish_after: 2026-06-01\n---\n# Later\n"),
    ]);
    let is_there = || folder.has("public/vision/later/index.html");
    let _ = folder.run("build --today 2026-05-31").exits(0);
    assert!(!is_there());
    let _ = folder.run("build --today 2026-06-01").exits(0);
    assert!(is_there());
    let epoch = |day| folder.run_with("build", &[("SOURCE_DATE_EPOCH", day)]);
    let _ = epoch("1780185600").exits(0);
    assert!(!is_there(), "2026-05-31");
    let _ = epoch("1780272000").exits(0);
    assert!(is_there(), "2026-06-01");
    folder.write("handbook.toml", "title = \"Test\"\ntoday = 2026-01-01\n");
    let _ = epoch("1780272000").exits(0);
    assert!(!is_there(), "the config beats the variable");
    let _ = folder.run("build --today 2027-01-01").exits(0);
    assert!(is_there(), "the flag beats the config");
    folder.write("handbook.toml", "title = \"Test\"\n");
    let _ = epoch("yesterday").exits(2).says("SOURCE_DATE_EPOCH");
}

#[test]
fn the_output_can_be_chosen() {
    let folder = Folder::sound();
    let _ = folder.run("build -o ../site").exits(0).says("site");
    assert!(folder.has("../site/index.html") && !folder.has("public"));
    let _ = folder.run_in("..", "build project --output deep/er", &[]).exits(0);
    assert!(folder.has("../deep/er/index.html"), "relative to the working directory");
    assert_eq!(folder.site("../deep/er"), folder.site("../site"));
}

#[test]
fn the_number_of_threads_does_not_show() {
    let folder = Folder::sound();
    let _ = folder.run("build --jobs 1 -o ../one --report ../one.json").exits(0);
    let _ = folder.run("build --jobs 4 -o ../four --report ../four.json").exits(0);
    assert_eq!(folder.tree("../one"), folder.tree("../four"));
    assert_eq!(folder.read("../one.json"), folder.read("../four.json"));
}

#[test]
fn path_time_zone_and_language_do_not_show() {
    let (here, there) = (Folder::sound(), Folder::sound());
    std::fs::rename(&there.root, there.path("../\u{fc}ber all")).unwrap();
    std::fs::create_dir(there.path("")).unwrap();
    let _ = here.run_with("build", &[("TZ", "Pacific/Kiritimati"), ("LANG", "tr_TR.UTF-8"), ("LC_ALL", "tr_TR.UTF-8")]).exits(0);
    let _ = there.run_in("../\u{fc}ber all", "build", &[("TZ", "America/Adak"), ("LANG", "C"), ("LC_ALL", "C")]).exits(0);
    assert_eq!(here.tree("public"), there.tree("../\u{fc}ber all/public"));
}

#[test]
fn explain_says_why_each_file_was_made_again() {
    let folder = Folder::sound();
    let _ = folder.run("build --explain").exits(0).says("vision/direction/index.html: it is new");
    folder.edit("content/vision/direction.md", "![The road]", "More.\n\n![The road]");
    let run = folder.run("build --explain").exits(0).says("vision/direction/index.html: what it shows has changed");
    // Beside the page, its Markdown, the shard of the search that has its words and the two print editions.
    assert_eq!(run.stderr.matches("what it shows has changed").count(), 5, "{}", run.stderr);
}

#[test]
fn an_address_of_the_handbook_on_the_command_line_is_internal() {
    let folder = Folder::sound();
    folder.edit("content/index.md", "Start with", "Start [there](https://wiki.example/hb/vision/direction/) with");
    let _ = folder.run("build").exits(0);
    assert!(folder.read("public/index.html").contains("https://wiki.example/hb/vision/direction/"));
    let _ = folder.run("build --own-url https://wiki.example/hb/").exits(0);
    assert!(!folder.read("public/index.html").contains("wiki.example"));
}
