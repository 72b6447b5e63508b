//! Publishing: the output is one whole build, and nothing else is touched.

#![cfg(unix)]

use std::collections::BTreeSet;
use std::fs;

use super::Folder;

/// The paths of two trees whose values differ.
fn changed<T: PartialEq>(
    before: &std::collections::BTreeMap<String, T>,
    after: &std::collections::BTreeMap<String, T>,
) -> BTreeSet<String> {
    let paths = before.keys().chain(after.keys());
    paths.filter(|path| before.get(*path) != after.get(*path)).cloned().collect()
}

#[test]
fn a_second_build_writes_no_file() {
    let folder = Folder::sound();
    let _ = folder.run("build").exits(0);
    let before = folder.stamps("public");
    assert!(before.len() > 20);
    let _ = folder.run("build").exits(0).says("0 files written").says("0 removed");
    assert_eq!(folder.stamps("public"), before);
}

#[test]
fn a_build_of_what_has_not_changed_for_a_while_writes_nothing_anywhere_and_still_sees_edits() {
    let folder = Folder::sound();
    let _ = folder.run("build").exits(0);
    // Only files older than two seconds are remembered.
    std::thread::sleep(std::time::Duration::from_millis(2500));
    let _ = folder.run("build").exits(0);
    assert_eq!(folder.read(".fourfold/.gitignore"), "*\n");
    let before = folder.stamps("");
    let _ = folder.run("build").exits(0).says("5 pages").says("0 files written");
    assert_eq!(folder.stamps(""), before);
    folder.write("public/vision/direction/index.html", "edited by hand");
    let _ = folder.run("build").exits(0);
    assert!(folder.read("public/vision/direction/index.html").contains("A claim about a"), "a page of ours is made again");
    folder.edit("content/index.md", "Start with", "Begin with");
    let _ = folder.run("build").exits(0);
    assert!(folder.read("public/index.html").contains("Begin with"));
    folder.write("content/vision/new.md", "[[Nowhere to be found]]\n");
    let _ = folder.run("build").exits(1);
    let _ = folder.run("build").exits(1);
}

#[test]
fn one_edit_rewrites_only_what_shows_it() {
    let folder = Folder::sound();
    let _ = folder.run("build").exits(0);
    let (stamps, bytes) = (folder.stamps("public"), folder.site("public"));
    folder.edit("content/vision/direction.md", "![The road](road.png)", "![The road](road.png)\n\nAnother thought.");
    let _ = folder.run("build").exits(0).says("5 files written");
    let rewritten = changed(&stamps, &folder.stamps("public"));
    let shows_it =
        ["_/w/0.json", "print/index.html", "print/vision/index.html", "vision/direction/index.html", "vision/direction/index.md"];
    assert_eq!(changed(&bytes, &folder.site("public")), shows_it.iter().map(|path| (*path).to_owned()).collect());
    let pages: Vec<&String> = rewritten.iter().filter(|path| !path.starts_with(".fourfold/")).collect();
    assert_eq!(pages, shows_it);
}

#[test]
fn a_title_is_changed_wherever_it_is_shown() {
    let folder = Folder::sound();
    let _ = folder.run("build").exits(0);
    let _ = folder.run("build").exits(0);
    folder.edit("content/examples/one.md", "I drew a road", "I drew a map");
    let _ = folder.run("build").exits(0);
    let again = folder.site("public");
    assert!(!again.values().any(|bytes| String::from_utf8_lossy(bytes).contains("I drew a road")));
    // What was carried over and what was made again are one build: the same as a build from nothing.
    fs::remove_dir_all(folder.path("public")).unwrap();
    let _ = folder.run("build").exits(0);
    assert_eq!(folder.site("public"), again);
}

#[test]
fn pages_that_are_gone_are_removed_with_their_folders() {
    let folder = Folder::sound();
    let _ = folder.run("build").exits(0);
    assert!(folder.has("public/examples/one/index.html") && folder.has("public/tags/focus"));
    folder.remove("content/examples/one.md");
    let _ = folder.run("build").exits(0);
    for gone in ["examples/one", "tags/focus", "contributors/anna-berg"] {
        assert!(!folder.has(&format!("public/{gone}")), "{gone}");
    }
    assert!(folder.has("public/vision/direction/index.html"));
}

#[test]
fn files_that_others_put_into_the_output_survive_every_build() {
    let folder = Folder::sound();
    let foreign = [
        ("CNAME", "handbook.example"),
        (".git/HEAD", "ref: refs/heads/pages\n"),
        (".gitignore", "x\n"),
        (".well-known/security.txt", "me"),
    ];
    for (path, text) in foreign {
        folder.write(&format!("public/{path}"), text);
    }
    let _ = folder.run("build").exits(0);
    folder.write("public/vision/notes/nested.txt", "kept");
    folder.write("public/downloads/form.pdf", "kept");
    folder.remove("content/vision/direction.md");
    folder.write("content/index.md", "# The question\n");
    folder.write("content/results/ledger.md", "# Keep a ledger\n");
    folder.write("content/examples/one.md", "# I drew a road\n");
    let _ = folder.run("build").exits(0);
    let _ = folder.run("build --portable").exits(0);
    for (path, text) in foreign.into_iter().chain([("vision/notes/nested.txt", "kept"), ("downloads/form.pdf", "kept")]) {
        assert_eq!(folder.read(&format!("public/{path}")), text);
    }
    assert!(!folder.has("public/vision/direction"));
}

#[test]
fn a_page_that_somebody_edited_in_the_output_is_kept_when_its_source_goes() {
    let folder = Folder::sound();
    let _ = folder.run("build").exits(0);
    folder.write("public/examples/one/index.html", "edited by hand");
    folder.remove("content/examples/one.md");
    let _ = folder.run("build").exits(0).says("kept examples/one/index.html");
    assert_eq!(folder.read("public/examples/one/index.html"), "edited by hand");
}

#[test]
fn errors_stop_a_build_before_anything_is_published() {
    let folder = Folder::sound();
    let _ = folder.run("build").exits(0);
    let (site, stamps) = (folder.tree("public"), folder.stamps("public"));
    folder.edit("content/index.md", "Start with", "Start [[Nowhere to be found]] with");
    folder.edit("content/vision/direction.md", "A claim", "Another claim");
    let _ = folder.run("build").exits(1).says("Nothing was published: 1 error");
    assert_eq!(folder.tree("public"), site);
    assert_eq!(folder.stamps("public"), stamps);
    assert!(!folder.has(".public.fourfold-staging"));
    folder.edit("content/index.md", "[[Nowhere to be found]] ", "");
    let _ = folder.run("build").exits(0);
    assert_ne!(folder.tree("public"), site);
}

#[test]
fn errors_in_a_first_build_leave_no_output() {
    let folder = Folder::sound_but(&[("content/vision/new.md", "[[Nowhere to be found]]\n")]);
    let before = folder.tree("");
    let _ = folder.run("build").exits(1);
    assert_eq!(folder.tree(""), before);
}

#[test]
fn dangerous_outputs_are_refused_and_nothing_is_changed() {
    let folder = Folder::sound();
    folder.write("papers/thesis.txt", "years of work");
    folder.write("../letters/to-mum.txt", "dear");
    std::os::unix::fs::symlink(folder.home(), folder.path("home-link")).unwrap();
    let machine = folder.machine.path().to_str().unwrap().to_owned();
    let before = folder.tree("../..");
    for (output, words) in [
        ("/", "the whole machine"),
        ("..", "your home folder"),
        ("home-link", "your home folder"),
        (machine.as_str(), "your home folder or holds it"),
        (".", "the project's folder"),
        ("content/..", "the project's folder"),
        ("content", "the content folder"),
        ("public/../content", "the content folder"),
        ("papers", "`thesis.txt`"),
        ("../letters", "`to-mum.txt`"),
        ("handbook.toml", "not a folder"),
        ("handbook.toml/site", "not a folder"),
    ] {
        let run = folder.run(&format!("build -o {output}")).exits(2).says(words);
        assert_eq!(run.stdout, "", "{output}");
        assert_eq!(folder.tree("../.."), before, "{output}");
    }
}

#[test]
fn a_refusal_says_how_to_go_on() {
    let folder = Folder::sound_but(&[("papers/thesis.txt", "years of work")]);
    let _ = folder.run("build -o papers").exits(2).says("nothing was changed").says("empty it first").says("-o");
}

#[test]
fn an_output_inside_the_content_works_and_is_never_walked() {
    let folder = Folder::sound();
    let _ = folder.run("build -o content/site").exits(0).says("5 pages");
    let first = folder.site("content/site");
    let _ = folder.run("build -o content/site").exits(0).says("5 pages").says("0 files written");
    assert_eq!(folder.site("content/site"), first);
    folder.write("content/site/kept.md", "# A file of somebody else\n\n[[Nowhere to be found]]\n");
    assert!(!first.keys().any(|path| path.starts_with("site/")));
    let _ = folder.run("check").exits(0).says("0 problems");
    let _ = folder.run("build").exits(0).says("5 pages");
    assert!(!folder.has("public/site"), "one output is no content of another");
}

#[test]
fn the_outputs_of_a_foreign_folder_are_no_content_of_each_other() {
    let folder = Folder::new(&[("index.md", "# Notes\n\n[Plan](plan.md)\n"), ("plan.md", "# Plan\n")]);
    let _ = folder.run("build").exits(0).says("2 pages");
    folder.write("_site/kept.md", "# A file of somebody else\n");
    let _ = folder.run("build -o other").exits(0).says("2 pages");
    folder.write("other/kept.md", "# A file of somebody else\n");
    let _ = folder.run("build").exits(0).says("2 pages").says("0 files written");
}

#[test]
fn a_foreign_folder_is_built_into_its_site_folder_and_nothing_else_is_written() {
    let folder = Folder::new(&[("readme.md", "# Notes\n\n[[Plan]]\n"), ("deep/plan.md", "# Plan\n"), ("deep/data.csv", "1,2\n")]);
    let before = folder.tree("");
    let _ = folder.run("build").exits(0);
    assert!(folder.has("_site/index.html") && folder.has("_site/deep/plan/index.html"));
    let mut after = folder.tree("");
    after.retain(|path, _| path != "_site" && !path.starts_with("_site/"));
    assert_eq!(after, before);
}

#[test]
fn a_handbook_is_found_from_a_folder_in_it() {
    let folder = Folder::sound();
    let _ = folder.run_in("content/vision", "build", &[]).exits(0).says("5 pages");
    assert!(folder.has("public/vision/direction/index.html"));
    assert!(!folder.has("content/vision/_site") && !folder.has("content/vision/public"));
    let _ = folder.run_in("public", "check", &[]).exits(0).says("0 problems");
    let _ = folder.run_in("content", "build ../content/vision", &[]).exits(0).says("5 pages").says("0 files written");
}

#[test]
fn what_the_program_remembers_is_no_page_and_no_link_leads_to_it() {
    let folder = Folder::sound();
    folder.write("content/.fourfold/secret.md", "# Secret\n");
    let _ = folder.run("build").exits(0);
    for (path, bytes) in folder.site("public") {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains(".fourfold") && !text.contains("Secret"), "{path}");
        assert!(!text.contains(folder.home().to_str().unwrap()), "{path} shows where it was built");
    }
    assert_eq!(folder.tree("public").keys().filter(|path| path.starts_with(".fourfold/")).count(), 1);
}

#[test]
fn a_broken_template_stops_the_build_with_its_place_and_the_old_site_stays() {
    let folder = Folder::sound();
    let _ = folder.run("build").exits(0);
    let site = folder.tree("public");
    for (template, line) in
        [("<p>\n{% if %}\n", 2), ("<h1>\n\n{{ page.title | nosuchfilter }}\n</h1>\n", 3), ("<h1>{{ nosuch.thing }}</h1>\n", 1)]
    {
        folder.write("themes/default/templates/essay.html", template);
        let run = folder.run("build").exits(2).says("error[theme]").says(&format!("themes/default/templates/essay.html:{line}:"));
        assert_eq!(run.stdout, "");
        assert_eq!(folder.tree("public"), site, "{template}");
        assert!(!folder.has(".public.fourfold-staging"), "{template}");
    }
    folder.remove("themes/default/templates/essay.html");
    let _ = folder.run("build").exits(0).says("0 files written");
}

#[test]
fn a_theme_overrides_one_file_and_the_rest_stays() {
    let folder =
        Folder::sound_but(&[("themes/default/templates/not-found.html", "<!doctype html><title>Gone</title><p>Gone fishing</p>\n")]);
    let _ = folder.run("build").exits(0);
    assert!(folder.read("public/404.html").contains("Gone fishing"));
    assert!(folder.read("public/vision/direction/index.html").contains("A claim about a"));
}

#[test]
fn a_build_that_was_killed_is_mended_by_the_next() {
    let folder = Folder::sound();
    let _ = folder.run("build").exits(0);
    let whole = folder.site("public");
    folder.write(".public.fourfold-staging/half/index.html", "half a site");
    let _ = folder.run("build").exits(0);
    assert_eq!(folder.site("public"), whole);
    folder.edit("content/index.md", "Start with", "Begin with");
    let _ = folder.run("build").exits(0);
    assert!(folder.read("public/index.html").contains("Begin with"));
}
