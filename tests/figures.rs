//! The figures behind the promises: `docs/results/promises.json` holds what the last long run counted, and the page of the
//! guide shows a table of it.
//!
//! `FOURFOLD_RESULTS="2026-11-26, two cores" cargo test figures -- --ignored` takes what `tests/promises` and `tests/fuzz` have left in
//! `target/promises` into the file; `UPDATE=1 cargo test figures` writes the table.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// A file of this repository.
fn file(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

const RESULTS: &str = "docs/results/promises.json";
const PAGE: &str = "docs/content/promises.md";
const MARKS: [&str; 2] = ["<!-- figures: made from the results of the last long run -->\n", "<!-- end of the figures -->\n"];

/// What the last long run counted.
#[derive(Serialize, Deserialize, Default)]
struct Results {
    /// When, and on what kind of machine.
    run: String,
    /// What each test counted, by its name.
    tests: BTreeMap<String, BTreeMap<String, u64>>,
}

/// Which promises a test is about, and what it does, in readers' words.
const TESTS: &[(&str, &str, &str)] = &[
    (
        "P1 P2 P4",
        "a_build_killed_at_any_call_leaves_one_whole_site_and_the_next_mends_it",
        "a build is killed at each of its calls that could change something",
    ),
    ("P1 P2 P4", "a_first_build_killed_at_any_call_is_mended_by_the_next", "the same for the first build of all"),
    ("P1 P2 P4", "a_build_killed_at_any_moment_leaves_one_whole_site", "a build is killed at a random moment"),
    (
        "P1 P2 P4",
        "a_build_whose_calls_fail_leaves_one_whole_site",
        "a call of the system fails: no space, no more files, not allowed, an error of the disk",
    ),
    ("P1 P2", "a_full_disk_leaves_the_old_site", "the disk is full"),
    ("P1 P2 P4", "writes_that_are_cut_short_keep_the_old_site", "a write is cut short"),
    ("P1 P2 P4", "folders_that_may_not_be_written_keep_the_old_site", "folders may not be written"),
    ("P1 P2", "a_disk_that_becomes_read_only_keeps_the_old_site", "the disk becomes read-only"),
    (
        "P1",
        "a_reader_never_meets_a_torn_page_or_a_dead_link_while_the_site_is_published",
        "a reader follows links while the site is published again and again",
    ),
    ("P1", "two_builds_at_once_end_with_one_whole_site", "two builds write to one output at once"),
    (
        "P4",
        "a_manifest_that_is_missing_cut_edited_or_newer_costs_nobody_a_file",
        "what we remember of our files is missing, cut, edited or newer",
    ),
    (
        "P4",
        "dangerous_outputs_are_refused_and_nothing_changes",
        "the output is the home folder, the project, the content or a folder of others",
    ),
    ("P3", "fuzz_edit_scripts", "a random script of twenty edits, compared with a clean build after each"),
    ("P5 P6 P7 P10", "there_are_at_least_120_hostile_cases", "a folder that means harm is built and checked"),
    ("P7", "twice_the_text_takes_about_twice_the_time", "a text that has made parsers slow is doubled"),
    ("P7", "references_and_embeds_cannot_amplify", "a little text asks for much"),
    ("P7", "fuzz_blow_ups", "literals of our own scanners are repeated, alone and in pairs"),
    ("P7 P10", "fuzz_front_matter", "random facts at the top of a page"),
    ("P6 P7 P10", "fuzz_markdown", "a random page; its HTML is read by a strict reader that knows what content may make"),
    ("P10", "fuzz_words", "a random page; no word of its text is lost"),
    ("P5 P6", "fuzz_urls", "a random address in every place that takes one"),
    ("P5", "fuzz_out_paths", "a random path"),
    ("P7 P10", "fuzz_config", "a random `handbook.toml`"),
    ("P4 P7", "fuzz_manifest", "a random manifest"),
    ("P7 P10", "fuzz_wikilinks", "a random web of wikilinks; none is dead, none is dropped in silence"),
    ("P7", "fuzz_embeds", "pages that embed each other at random"),
    ("P6 P7", "fuzz_feeds", "a random handbook whose feeds, site map and data are read by strict readers"),
    ("P10", "fuzz_fixes", "safe fixes of random handbooks end, and readers see what they saw"),
    ("P7 P9", "fuzz_handbooks", "a random handbook is whole: no dead address, no torn page"),
    (
        "P9",
        "the_shipped_handbook_comes_out_the_same_on_every_machine",
        "builds in other places, zones, languages, orders, masks and numbers of threads",
    ),
];

fn results() -> Results {
    serde_json::from_str(&fs::read_to_string(file(RESULTS)).unwrap()).unwrap()
}

/// The table of the page.
fn table(results: &Results) -> String {
    let say = |(what, count): (&String, &u64)| match (what.as_str(), count) {
        ("kinds of failures", 0) => "no failure".to_owned(),
        ("kinds of failures", 1) => "1 kind of failure, mended".to_owned(),
        ("kinds of failures", count) => format!("{count} kinds of failures, mended"),
        (what, count) => format!("{} {what}", thousands(*count)),
    };
    let mut out = format!("Made on {}.\n\n| promise | what is tried | counted |\n| --- | --- | --- |\n", results.run);
    for (promises, test, words) in TESTS {
        let counts = results.tests.get(*test).into_iter().flatten();
        let counts: Vec<String> = counts.filter(|(what, _)| *what != "kinds of outcome").map(say).collect();
        out.push_str(&format!("| {promises} | {words} | {} |\n", counts.join("; ")));
    }
    out
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap()).collect();
    groups.join(",")
}

#[test]
fn the_page_of_promises_shows_the_figures_of_the_last_long_run() {
    let page = fs::read_to_string(file(PAGE)).unwrap();
    let (before, rest) = page.split_once(MARKS[0]).expect("the page says where the figures are");
    let (shown, after) = rest.split_once(MARKS[1]).expect("the page says where the figures end");
    let wanted = format!("\n{}\n", table(&results()));
    if std::env::var_os("UPDATE").is_some() && shown != wanted {
        return fs::write(file(PAGE), [before, MARKS[0], &wanted, MARKS[1], after].concat()).unwrap();
    }
    assert_eq!(shown, wanted, "`UPDATE=1 cargo test figures` writes the table");
}

#[test]
fn every_promise_has_figures_and_every_figure_a_test() {
    let results = results();
    let mut promises = BTreeSet::new();
    let names: BTreeSet<&str> = TESTS.iter().map(|(_, test, _)| *test).collect();
    let sources: String = ["promises", "fuzz"]
        .iter()
        .flat_map(|folder| fs::read_dir(file("tests").join(folder)).unwrap().flatten())
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"))
        .map(|entry| fs::read_to_string(entry.path()).unwrap())
        .collect();
    for (about, test, _) in TESTS {
        let counts = results.tests.get(*test).unwrap_or_else(|| panic!("the results say nothing of {test}"));
        assert!(counts.values().any(|count| *count > 0), "{test} has counted nothing");
        let name = test.strip_prefix("fuzz_").unwrap_or(test);
        // What a long run has found is mended, and its case is tried for ever.
        let failed = counts.get("kinds of failures").copied().unwrap_or(0);
        let mended = fs::read_dir(file("tests/fuzz/found").join(name)).map_or(0, |cases| cases.count() as u64);
        assert!(failed <= mended, "{test}: {failed} kinds of failures, {mended} cases in tests/fuzz/found");
        assert!(sources.contains(&format!("\"{name}\"")), "there is no test {test}");
        promises.extend(about.split(' '));
    }
    // What `serve` gives to strangers is a list of attacks, each with its answer; there is nothing to count.
    let wanted: BTreeSet<&str> = ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P9", "P10"].into();
    assert_eq!(promises, wanted);
    let unknown: Vec<&String> = results.tests.keys().filter(|test| !names.contains(test.as_str())).collect();
    assert!(unknown.is_empty(), "the table leaves out {unknown:?}");
}

#[test]
#[ignore = "takes what the last run counted into the results: FOURFOLD_RESULTS=\"date, machine\" cargo test figures -- --ignored"]
fn the_results_are_taken_from_the_last_run() {
    let run = std::env::var("FOURFOLD_RESULTS").expect("FOURFOLD_RESULTS says when and on what the tests ran");
    let mut results: Results = fs::read_to_string(file(RESULTS)).ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    results.run = run;
    for (_, test, _) in TESTS {
        if let Ok(text) = fs::read_to_string(file("target/promises").join(format!("{test}.json"))) {
            results.tests.insert((*test).to_owned(), serde_json::from_str(&text).unwrap());
        }
    }
    fs::create_dir_all(file("docs/results")).unwrap();
    fs::write(file(RESULTS), serde_json::to_string_pretty(&results).unwrap() + "\n").unwrap();
}
