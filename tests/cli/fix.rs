//! `fourfold check --fix`: what is safe to mend is mended, byte by byte, and stays mended.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Folder;

/// A handbook in which every fault has a safe fix, with line ends and signs that a careless editor would change.
fn mendable() -> Folder {
    Folder::sound_but(&[
        ("content/vision/quotes.md", "---\r\ntitle: Plans: the long kind\r\n---\r\n\r\nText\u{a0}with odd signs.\r\n"),
        ("content/results/case.md", "# Case\n\nSee [a road](../vision/Direction.md#set-a-direction) and [another](direction.md)."),
        ("content/results/anchor.md", "# Anchor\n\nSee [the sums](ledger.md#Numbers).\n"),
        (
            "content/results/moved.md",
            "# Moved\n\nSee [it](old/place/ledger.md#numbers), then [it again](old/place/ledger.md \"with a title\").\n",
        ),
    ])
}

fn found(folder: &Folder) -> Vec<Value> {
    folder.run("check --format json").stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Problems by code, without their places, which fixes move.
fn by_code(problems: &[Value]) -> BTreeMap<String, usize> {
    problems.iter().fold(BTreeMap::new(), |mut counts, problem| {
        *counts.entry(problem["code"].as_str().unwrap().to_owned()).or_insert(0) += 1;
        counts
    })
}

fn has_safe_fix(problem: &Value) -> bool {
    problem["fixes"].as_array().unwrap().iter().any(|fix| fix["safe"] == true)
}

#[test]
fn every_safe_fix_removes_its_problem_and_adds_none() {
    let folder = mendable();
    let before = found(&folder);
    let fixable = before.iter().filter(|problem| has_safe_fix(problem)).count();
    assert!(fixable >= 5, "{before:#?}");
    let run = folder.run("check");
    assert!(run.stderr.trim_end().ends_with(&format!("; `fourfold check --fix` mends {fixable} of them")), "{}", run.stderr);
    let run = folder.run("check --fix").exits(0);
    assert!(run.stderr.starts_with(&format!("Mended {fixable} problems in 4 files\n")), "{}", run.stderr);
    let after = found(&folder);
    assert!(!after.iter().any(has_safe_fix), "{after:#?}");
    let (before, after) = (by_code(&before), by_code(&after));
    assert!(after.iter().all(|(code, count)| before.get(code).is_some_and(|old| old >= count)), "{before:?} became {after:?}");
}

#[test]
fn a_fix_changes_its_own_bytes_only() {
    let folder = mendable();
    let _ = folder.run("check --fix").exits(0);
    assert_eq!(
        folder.read("content/vision/quotes.md"),
        "---\r\ntitle: \"Plans: the long kind\"\r\n---\r\n\r\nText\u{a0}with odd signs.\r\n"
    );
    assert_eq!(
        folder.read("content/results/case.md"),
        "# Case\n\nSee [a road](../vision/direction.md#set-a-direction) and [another](../vision/direction.md)."
    );
    assert_eq!(folder.read("content/results/anchor.md"), "# Anchor\n\nSee [the sums](ledger.md#numbers).\n");
    assert_eq!(
        folder.read("content/results/moved.md"),
        "# Moved\n\nSee [it](ledger.md#numbers), then [it again](ledger.md \"with a title\").\n"
    );
}

#[test]
fn a_second_turn_finds_nothing_to_mend() {
    let folder = mendable();
    let _ = folder.run("check --fix").exits(0);
    let run = folder.run("check --fix").exits(0);
    assert!(run.stderr.starts_with("Mended 0 problems in 0 files\n"), "{}", run.stderr);
}

#[test]
fn keys_of_other_tools_get_our_names_where_that_says_the_same() {
    let text = "---\ndescription: In short.\nauthor: Anna Berg\ncategories: [a]\nkeywords: [b]\norder: heavy\nsumary: x\n---\n# Moved here\n\nText.\n";
    let folder = Folder::sound_but(&[("content/about.md", text)]);
    let _ = folder.run("check --fix");
    let mended = text.replace("description:", "summary:").replace("author:", "by:");
    assert_eq!(
        folder.read("content/about.md"),
        mended,
        "two keys for one of ours, a value that does not fit and a likeness are left alone"
    );
}
