//! `fourfold check`: every problem in every format; nothing is written.

use serde_json::Value;

use super::{DIAGNOSTIC, Folder, keys, problems};

/// A handbook with an error, a warning and hints.
fn troubled() -> Folder {
    Folder::sound_but(&[("content/vision/new.md", "---\nsumary: x\n---\n# New\n\nSee [[Nowhere to be found]].\n")])
}

#[test]
fn people_see_the_line_with_the_place_marked() {
    let run = troubled().run("check").exits(1);
    let expected = "\
error[broken-link]: there is no page called `Nowhere to be found`
 --> content/vision/new.md:6:7
  |
6 | See [[Nowhere to be found]].
  |       ^^^^^^^^^^^^^^^^^^^
";
    assert!(run.stderr.contains(expected), "{}", run.stderr);
    assert!(run.stderr.contains("did you mean `summary`?"), "{}", run.stderr);
    let last = run.stderr.lines().last().unwrap();
    assert!(last.contains("1 error, 1 warning, ") && last.ends_with(" hints"), "{last}");
}

#[test]
fn short_is_a_line_a_problem() {
    let run = troubled().run("check --format short").exits(1);
    let lines: Vec<&str> = run.stdout.lines().filter(|line| !line.starts_with("hint") && !line.contains(" hint[")).collect();
    assert_eq!(
        lines,
        [
            "content/vision/new.md:2:1: warning[unknown-key]: the key `sumary` is not known here",
            "content/vision/new.md:6:7: error[broken-link]: there is no page called `Nowhere to be found`",
        ]
    );
}

#[test]
fn json_is_an_object_a_line_with_every_key() {
    let run = troubled().run("check --format json").exits(1);
    let rows: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(rows.iter().all(|row| keys(row) == DIAGNOSTIC));
    let places: Vec<_> = rows.iter().map(|row| (row["file"].as_str().map(str::to_owned), row["line"].as_u64())).collect();
    assert!(places.is_sorted(), "sorted by file and place: {places:?}");
}

#[test]
fn sarif_names_the_rule_and_the_place() {
    let run = troubled().run("check --format sarif").exits(1);
    let sarif = run.json();
    assert_eq!(sarif["version"], "2.1.0");
    let driver = &sarif["runs"][0]["tool"]["driver"];
    assert_eq!(driver["name"], "fourfold");
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let broken = results.iter().find(|result| result["ruleId"] == "broken-link").unwrap();
    assert_eq!(broken["level"], "error");
    let place = &broken["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "content/vision/new.md");
    assert_eq!((&place["region"]["startLine"], &place["region"]["startColumn"]), (&Value::from(6), &Value::from(7)));
    let rules = driver["rules"].as_array().unwrap();
    for result in results {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
    }
}

#[test]
fn sarif_without_problems_is_still_sarif() {
    let folder = Folder::new(&[("index.md", "# Notes\n")]);
    let sarif = folder.run("check --format sarif").exits(0).json();
    assert_eq!(sarif["runs"][0]["results"], Value::Array(Vec::new()));
}

#[test]
fn github_gets_an_annotation_a_problem() {
    let run = troubled().run("check --format github").exits(1);
    let start = "::error file=content/vision/new.md,line=6,endLine=6,col=7,endColumn=26,title=broken-link::";
    assert!(run.stdout.lines().any(|line| line.starts_with(start)), "{}", run.stdout);
    assert!(run.stdout.lines().all(|line| ["::error ", "::warning ", "::notice "].iter().any(|word| line.starts_with(word))));
}

#[test]
fn check_writes_nothing() {
    let folder = troubled();
    let before = folder.tree("../..");
    for args in ["check", "check --strict", "check --format sarif", "check --drafts", "check content/vision"] {
        let _ = folder.run(args).exits(1);
        assert_eq!(folder.tree("../.."), before, "{args}");
    }
    let foreign = Folder::new(&[("notes/a.md", "[b](b.md)\n"), (".git/HEAD", "x")]);
    let before = foreign.tree("../..");
    let _ = foreign.run("check").exits(0);
    let _ = foreign.run("list links").exits(0);
    assert_eq!(foreign.tree("../.."), before);
}

#[test]
fn deny_makes_a_code_an_error() {
    let folder = Folder::sound();
    let _ = folder.run("check").exits(0);
    let _ = folder.run("check --deny one-sided").exits(1).says("error[one-sided]");
    let _ = folder.run("check --deny no-claim --deny one-sided").exits(1);
}

#[test]
fn allow_leaves_a_code_out() {
    let folder = troubled();
    let run = folder.run("check --allow broken-link --format short").exits(0);
    assert!(!run.stdout.contains("broken-link") && run.stdout.contains("unknown-key"));
    let _ = folder.run("check --allow broken-link --allow unknown-key --strict").exits(0);
}

#[test]
fn the_config_sets_levels_and_flags_beat_it() {
    let folder = troubled();
    folder.write(
        "handbook.toml",
        "[checks]\nbroken-link = \"off\"\nunknown-key = { level = \"error\", reason = \"we index them\" }\norphan-page = \"warning\"\n",
    );
    let run = folder.run("check --format short").exits(1);
    assert!(!run.stdout.contains("broken-link"), "{}", run.stdout);
    assert!(run.stdout.contains("error[unknown-key]") && run.stdout.contains("warning[orphan-page]"), "{}", run.stdout);
    let run = folder.run("check --format short --deny broken-link --allow unknown-key").exits(1);
    assert!(run.stdout.contains("error[broken-link]") && !run.stdout.contains("unknown-key"), "{}", run.stdout);
    let _ = folder.run("check --allow unknown-key").exits(0);
    let _ = folder.run("check --allow unknown-key --strict").exits(1);
}

#[test]
fn an_error_made_a_warning_lets_a_build_through() {
    let folder = troubled();
    folder.write("handbook.toml", "base_url = \"https://test.example/\"\n[checks]\nbroken-link = \"warning\"\n");
    let _ = folder.run("build").exits(0).says("warning[broken-link]");
    let page = folder.read("public/vision/new/index.html");
    assert!(page.contains("See Nowhere to be found."), "{page}");
}

#[test]
fn strict_counts_warnings_as_errors_but_never_hints() {
    let folder = Folder::sound();
    assert!(folder.run("check --format short").exits(0).stdout.contains("hint["));
    let _ = folder.run("check --strict").exits(0);
    folder.write("content/vision/new.md", "---\nsumary: x\n---\n# New\n");
    let _ = folder.run("check").exits(0);
    let _ = folder.run("check --strict").exits(1);
}

#[test]
fn all_problems_are_named_at_once() {
    let folder = troubled();
    folder.write("content/results/more.md", "---\ntitle: [\n---\n[[Also nowhere]] and [x](ledger.md#nope)\n");
    assert_eq!(problems(&folder, "broken-link").len(), 2);
    assert_eq!(problems(&folder, "broken-anchor").len(), 1);
    assert_eq!(problems(&folder, "front-matter").len(), 1);
    assert_eq!(problems(&folder, "unknown-key").len(), 1);
}

#[test]
fn the_nearest_name_is_offered_with_a_fix() {
    let folder = Folder::sound_but(&[("content/vision/new.md", "# New\n\n[[Set a directoin]] and [n](../results/ledger.md#numberz)\n")]);
    let _ = folder.run("check").exits(1).says("`Set a direction`").says("`#numbers`");
    let run = folder.run("check --format json").exits(1);
    let broken = run.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).find(|row| row["code"] == "broken-link");
    assert_eq!(broken.unwrap()["fixes"][0]["edits"][0]["text"], "Set a direction");
}

#[test]
fn the_summary_of_a_job_has_what_the_annotations_leave_out() {
    let links: String = (0..14).map(|number| format!("[x](nowhere-{number}.md)\n\n")).collect();
    let folder = Folder::handbook(&[("content/index.md", &format!("# Home\n\n{links}")), ("content/vision/a.md", "# A\n\nText.\n")]);
    let alone = folder.run("check --format github").exits(1);
    assert_eq!(alone.stdout.matches("title=broken-link").count(), 14);
    let summary = folder.path("summary.md");
    let run = folder.run_with("check --format github", &[("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())]).exits(1);
    assert_eq!((run.stdout.matches("::error ").count(), run.stdout.lines().count()), (10, 10));
    let table = folder.read("summary.md");
    assert_eq!(table.matches("| error `broken-link` | content/index.md:").count(), 14, "{table}");
    let nowhere = folder.path("no/such/folder/summary.md");
    let run = folder.run_with("check --format github", &[("GITHUB_STEP_SUMMARY", nowhere.to_str().unwrap())]).exits(1);
    assert_eq!(run.stdout.matches("title=broken-link").count(), 14, "a summary that cannot be written is no error");
}

#[test]
fn a_template_that_fails_is_found_without_a_build() {
    let folder = Folder::sound();
    let essay = "{% extends \"article.html\" %}\n{% block above %}\n{{ page.nothing }}\n{% endblock above %}\n";
    folder.write("themes/default/templates/essay.html", essay);
    let run = folder.run("check --format short").exits(2).says("themes/default/templates/essay.html");
    assert!(run.stderr.contains("essay.html:3") && run.stderr.matches("essay.html:3").count() == 1, "each place once: {}", run.stderr);
    folder.write("themes/default/templates/essay.html", "{% extends \"article.html\" %}\n{% if %}\n");
    let _ = folder.run("check").exits(2).says("essay.html:2");
    folder.write("themes/default/templates/essay.html", "{% extends \"article.html\" %}\n");
    let _ = folder.run("check").exits(0);
    assert!(!folder.has("public"), "nothing is written");
}
