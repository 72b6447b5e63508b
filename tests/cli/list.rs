//! `fourfold list`: the model as data.

use serde_json::{Value, json};

use super::{DIAGNOSTIC, Folder, keys};

const PAGE: [&str; 14] =
    ["source", "output", "url", "title", "kind", "pillar", "stance", "by", "tags", "draft", "words", "minutes", "inbound", "outbound"];

fn find<'a>(rows: &'a [Value], key: &str, value: &str) -> &'a Value {
    rows.iter().find(|row| row[key] == value).unwrap_or_else(|| panic!("no row has {key} = {value}: {rows:?}"))
}

#[test]
fn pages_have_every_key_and_lists_are_arrays() {
    let rows = Folder::sound().run("list pages --format json").exits(0).rows();
    for row in &rows {
        assert_eq!(keys(row), PAGE);
        for list in ["pillar", "stance", "by", "tags"] {
            assert!(row[list].is_array(), "{list}: {row}");
        }
        for number in ["words", "minutes", "inbound", "outbound"] {
            assert!(row[number].is_u64(), "{number}: {row}");
        }
    }
    let example = find(&rows, "title", "I drew a road");
    assert_eq!(
        *example,
        json!({
            "source": "content/examples/one.md", "output": "examples/one/index.html", "url": "/examples/one/", "title": "I drew a road",
            "kind": "example", "pillar": ["vision"], "stance": [], "by": ["Anna Berg"], "tags": ["focus"], "draft": false,
            "words": example["words"], "minutes": 1, "inbound": example["inbound"], "outbound": example["outbound"],
        })
    );
    assert_eq!(find(&rows, "title", "Anna Berg")["source"], Value::Null, "a made page has no source");
    assert_eq!(find(&rows, "title", "Set a direction")["kind"], "essay");
    assert_eq!(find(&rows, "title", "Goal")["kind"], "term");
}

#[test]
fn links_have_every_key_and_say_how_they_stand() {
    let folder = Folder::sound();
    folder.write("content/vision/half.md", "---\ndraft: true\n---\n# Half\n");
    folder.write("content/vision/former.md", "---\naliases: [/was/here/]\n---\n# Former\n");
    folder.write(
        "content/vision/new.md",
        "# New\n\n[a](direction.md)\n[b](nowhere.md)\n[c](half.md)\n[d](https://else.example/)\n[e](/was/here/)\n\
         [f](ledger.md)\n[g](Direction.md)\n[h](direction.md#nope)\n[[objective]]\n[i](https://test.example/gone/)\n",
    );
    let rows = folder.run("list links --format json").exits(0).rows();
    for row in &rows {
        assert_eq!(keys(row), ["file", "line", "column", "syntax", "raw", "rule", "target", "anchor", "status"]);
    }
    let own: Vec<&Value> = rows.iter().filter(|row| row["file"] == "content/vision/new.md").collect();
    let standing: Vec<(&str, &str)> = own.iter().map(|row| (row["raw"].as_str().unwrap(), row["status"].as_str().unwrap())).collect();
    assert_eq!(
        standing,
        [
            ("direction.md", "ok"),
            ("nowhere.md", "broken"),
            ("half.md", "draft"),
            ("https://else.example/", "external"),
            ("/was/here/", "redirected"),
            ("ledger.md", "moved"),
            ("Direction.md", "loose"),
            ("direction.md#nope", "broken"),
            ("objective", "ok"),
            ("https://test.example/gone/", "stale"),
        ]
    );
    assert_eq!((&own[0]["line"], &own[0]["column"]), (&json!(3), &json!(1)));
    assert_eq!(own[0]["target"], "content/vision/direction.md");
    assert_eq!((&own[0]["anchor"], &own[1]["target"], &own[1]["rule"]), (&Value::Null, &Value::Null, &Value::Null));
    assert_eq!(own[7]["anchor"], "nope");
}

#[test]
fn orphans_are_rows_of_pages_that_no_page_links_to() {
    let folder = Folder::sound_but(&[("content/vision/lonely.md", "# Lonely\n\n[[Lonely]]\n")]);
    let rows = folder.run("list orphans --format json").exits(0).rows();
    assert!(rows.iter().all(|row| keys(row) == PAGE));
    let _ = find(&rows, "title", "Lonely");
    assert!(!rows.iter().any(|row| row["title"] == "Set a direction" || row["title"] == "The question"));
}

#[test]
fn contributors_have_every_key() {
    let folder = Folder::sound_but(&[("content/contributors/bo.md", "# Bo Ek\n"), ("content/vision/new.md", "# New\n\nAsk [[Bo Ek]].\n")]);
    let rows = folder.run("list contributors --format json").exits(0).rows();
    assert_eq!(
        rows,
        [
            json!({"name": "Anna Berg", "url": "/contributors/anna-berg/", "examples": 1, "mentions": 0}),
            json!({"name": "Bo Ek", "url": "/contributors/bo/", "examples": 0, "mentions": 1}),
        ]
    );
}

#[test]
fn terms_have_every_key_and_count_their_uses() {
    let rows = Folder::sound().run("list terms --format json").exits(0).rows();
    assert_eq!(rows, [json!({"term": "Goal", "url": "/glossary/goal/", "aliases": ["objective"], "uses": 1})]);
    let folder = Folder::sound_but(&[("content/more.md", "# More\n\nText with [one](glossary/goal.md) and [[Goal|another]].\n")]);
    let rows = folder.run("list terms --format json").exits(0).rows();
    assert_eq!(rows[0]["uses"], 2, "a page that links to a term by hand uses it, once");
}

#[test]
fn health_is_diagnostics() {
    let rows = Folder::sound().run("list health --format json").exits(0).rows();
    assert!(rows.iter().any(|row| row["code"] == "empty-cell") && rows.iter().any(|row| row["code"] == "one-sided"));
    assert!(rows.iter().all(|row| keys(row) == DIAGNOSTIC && row["severity"] == "hint"));
}

#[test]
fn lists_of_an_empty_handbook_are_empty_arrays() {
    let folder = Folder::handbook(&[]);
    std::fs::create_dir(folder.path("content")).unwrap();
    for what in ["pages", "links", "orphans", "contributors", "terms"] {
        assert!(folder.run(&format!("list {what} --format json")).exits(0).rows().is_empty(), "{what}");
        assert_eq!(folder.run(&format!("list {what}")).exits(0).stdout, "", "{what}");
    }
}

#[test]
fn lists_exit_with_0_whatever_the_content_is_like() {
    let folder = Folder::sound();
    folder.write("content/vision/a.md", b"---\ntitle: [\n---\n\xFF\xFE [[Nowhere]] ![](x.png)\n");
    folder.write("content/vision/b/index.md", "# B\n");
    folder.write("content/vision/b.md", "# B\n");
    for what in ["pages", "links", "orphans", "contributors", "terms", "health"] {
        assert!(!folder.run(&format!("list {what} --format json")).exits(0).rows().is_empty(), "{what}");
        assert!(!folder.run(&format!("list {what}")).exits(0).stdout.is_empty(), "{what}");
    }
}

#[test]
fn a_handbook_that_cannot_be_read_is_no_list() {
    let folder = Folder::sound_but(&[("handbook.toml", "titel = 1\n")]);
    let run = folder.run("list pages --format json").exits(2).says("titel");
    assert_eq!(run.stdout, "");
}

#[test]
fn people_read_health_in_groups() {
    let folder = Folder::sound_but(&[
        ("content/vision/lonely.md", "---\nowner: Ada\nupdated: 2020-01-02\n---\n# Lonely\n\nA claim.\n"),
        ("content/empowerment/seen.md", "# Seen\n\nA claim.\n"),
        ("content/examples/two.md", "---\nby: Ada\nillustrates: Seen\ndate: 2024-05-06\n---\n# Two\n\nIt happened.\n"),
    ]);
    let text = folder.run("list health").exits(0).stdout;
    for part in [
        "Pages that no page links to (1)\n  content/vision/lonely.md  Lonely\n",
        "\n\nEssays without an example (2)\n  content/results/ledger.md  Keep a ledger\n  content/vision/lonely.md  Lonely\n",
        "of their last review, change or writing (2)\n  2020-01-02  content/vision/lonely.md  Lonely\n  2024-05-06  content/examples/two.md  Two\n",
        "\n\nPages without an owner (",
    ] {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
    let orphans: Vec<String> =
        folder.run("list orphans --format json").exits(0).rows().iter().map(|row| row["source"].to_string()).collect();
    assert_eq!(orphans, ["\"content/vision/lonely.md\""], "the same pages as in health");
}
