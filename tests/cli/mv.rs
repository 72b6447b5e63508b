//! `fourfold mv`: a page or a folder goes elsewhere, and no link notices.

use super::{Folder, problems};

/// A handbook that names one page in every way there is.
fn many_ways() -> Folder {
    let folder = Folder::handbook(&[
        ("handbook.toml", "[links]\nown_urls = [\"https://hand.example/book/\", \"https://github.com/acme/book\"]\n"),
        (
            "content/vision/aim.md",
            "# Take aim\n\nA claim. ![Road](road.png) and ![Shared](../shared.png) and [home](../index.md).\n\n## Why\n\nSo.\n",
        ),
        ("content/vision/road.png", super::ROAD),
        ("content/shared.png", super::ROAD),
        ("content/index.md", "# Home\n\nStart [here](vision/aim.md).\n"),
        (
            "content/results/ways.md",
            "+++\ncontrasts = [\"../vision/aim.md\", '[[aim]]']\n+++\n# Ways\n\nA claim.\n\n\
             [a](../vision/aim.md#why \"Title\")\n[b](<../vision/aim.md>)\n[c](../vision/aim.md?x=1#why)\n[d](/vision/aim.md)\n\
             [e](../vision/aim)\n[f](../vision/aim.html)\n[g][ref] and [ref]\n[[aim]]\n[[aim|words]]\n[[aim#Why]]\n[[vision/aim]]\n\
             [[Take aim]]\n<a href=\"../vision/aim.md\">h</a> <a href='../vision/aim.md#why'>i</a>\n\
             https://hand.example/book/vision/aim/\n[j](https://github.com/acme/book/blob/main/content/vision/aim.md)\n\
             [k](..\\/vision/aim.md)\n![l](../vision/road.png)\n\n![[aim#Why]]\n\n| t |\n| --- |\n| [[aim\\|in a table]] |\n\n\
             `[[aim]]` stays\n\n[ref]: ../vision/aim.md#why \"Why\"\n",
        ),
        ("content/examples/one.md", "---\nillustrates: vision/aim.md\nby: [\"ada\"]\n---\n# One\n\nDone. Words.\n"),
        ("content/contributors/ada.md", "# Ada Lovelace\n\nShe [aims](../vision/aim.md).\n"),
        ("content/paths/first.md", "# First\n\n1. [[aim]]: begin.\n"),
    ]);
    assert_eq!(folder.run("check --strict").exits(0).stdout, "");
    folder
}

/// The links of the handbook, in order, as `list` has them: file, target, anchor and how they stand.
fn links(folder: &Folder) -> Vec<String> {
    let rows = folder.run("list links --format json").exits(0).rows();
    rows.iter().map(|row| format!("{} {} {} {}", row["file"], row["target"], row["anchor"], row["status"])).collect()
}

#[test]
fn every_way_to_name_a_page_follows_it() {
    let folder = many_ways();
    let before = links(&folder);
    let _ = folder.run("mv content/vision/aim.md content/efficiency/goal.md").exits(0).says("Moved content/vision/aim.md");
    assert_eq!(
        folder.read("content/results/ways.md"),
        "+++\ncontrasts = [\"../efficiency/goal.md\", '[[goal]]']\n+++\n# Ways\n\nA claim.\n\n\
         [a](../efficiency/goal.md#why \"Title\")\n[b](<../efficiency/goal.md>)\n[c](../efficiency/goal.md?x=1#why)\n[d](/efficiency/goal.md)\n\
         [e](../efficiency/goal)\n[f](../efficiency/goal.html)\n[g][ref] and [ref]\n[[goal]]\n[[goal|words]]\n[[goal#Why]]\n[[efficiency/goal]]\n\
         [[Take aim]]\n<a href=\"../efficiency/goal.md\">h</a> <a href='../efficiency/goal.md#why'>i</a>\n\
         https://hand.example/book/efficiency/goal/\n[j](https://github.com/acme/book/blob/main/content/efficiency/goal.md)\n\
         [k](../efficiency/goal.md)\n![l](../vision/road.png)\n\n![[goal#Why]]\n\n| t |\n| --- |\n| [[goal\\|in a table]] |\n\n\
         `[[aim]]` stays\n\n[ref]: ../efficiency/goal.md#why \"Why\"\n"
    );
    assert_eq!(
        folder.read("content/efficiency/goal.md"),
        "+++\naliases = [\"/vision/aim/\"]\n+++\n# Take aim\n\nA claim. ![Road](../vision/road.png) and ![Shared](../shared.png) and [home](../index.md).\n\n## Why\n\nSo.\n"
    );
    assert!(folder.read("content/examples/one.md").contains("illustrates: efficiency/goal.md\n"));
    assert!(!folder.has("content/vision/aim.md"));
    let _ = folder.run("check --strict").exits(0);
    let mut expected: Vec<String> = before.iter().map(|row| row.replace("vision/aim.md", "efficiency/goal.md")).collect();
    let mut after = links(&folder);
    expected.sort();
    after.sort();
    assert_eq!(after, expected);
    let _ = folder.run("build").exits(0);
    assert!(folder.read("public/vision/aim/index.html").contains("efficiency/goal/"), "the former address forwards");
}

#[test]
fn a_folder_goes_with_its_files_and_every_page_keeps_its_former_address() {
    let folder = many_ways();
    let _ = folder.run("mv content/vision content/empowerment").exits(0);
    assert!(folder.has("content/empowerment/road.png") && !folder.has("content/vision"));
    let aim = folder.read("content/empowerment/aim.md");
    assert!(aim.starts_with("+++\naliases = [\"/vision/aim/\"]\n+++\n# Take aim\n\nA claim. ![Road](road.png)"), "{aim}");
    let ways = folder.read("content/results/ways.md");
    assert!(ways.contains("![l](../empowerment/road.png)") && ways.contains("[[aim]]\n[[aim|words]]"), "{ways}");
    let _ = folder.run("check --strict").exits(0);
}

#[test]
fn a_dry_run_shows_a_diff_and_changes_nothing() {
    let folder = many_ways();
    let before = folder.tree("");
    let run = folder.run("mv content/contributors/ada.md content/contributors/lovelace.md --dry-run").exits(0).says("Would move");
    assert_eq!(folder.tree(""), before);
    assert_eq!(
        run.stdout,
        "rename content/contributors/ada.md => content/contributors/lovelace.md\n\
         --- content/contributors/ada.md\n+++ content/contributors/lovelace.md\n@@ -1,2 +1,5 @@\n\
         ++++\n+aliases = [\"/contributors/ada/\"]\n++++\n # Ada Lovelace\n \n\
         --- content/examples/one.md\n+++ content/examples/one.md\n@@ -1,5 +1,5 @@\n ---\n illustrates: vision/aim.md\n\
         -by: [\"ada\"]\n+by: [\"lovelace\"]\n ---\n # One\n"
    );
}

#[test]
fn a_credit_follows_the_person() {
    let folder = many_ways();
    let _ = folder.run("mv content/contributors/ada.md content/contributors/lovelace.md").exits(0);
    assert!(folder.read("content/examples/one.md").contains("by: [\"lovelace\"]"));
    let rows = folder.run("list contributors --format json").rows();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["examples"], 1);
}

#[test]
fn a_move_works_from_any_folder_and_a_page_may_go_into_a_folder() {
    let folder = many_ways();
    let _ = folder.run_in("content/vision", "mv aim.md ../results/", &[]).exits(0);
    assert!(folder.has("content/results/aim.md"));
    let _ = folder.run("mv results/aim.md results/new/aim.md").exits(0);
    let text = folder.read("content/results/new/aim.md");
    assert!(text.contains("aliases = [\"/vision/aim/\", \"/results/aim/\"]"), "{text}");
    let _ = folder.run("check --strict").exits(0);
}

#[test]
fn only_the_case_of_a_name_may_change() {
    let folder = many_ways();
    let _ = folder.run("mv content/vision/aim.md content/vision/Aim.md").exits(0);
    assert!(folder.tree("content/vision").contains_key("Aim.md"));
    assert!(folder.read("content/index.md").contains("(vision/Aim.md)"));
    let _ = folder.run("check --strict").exits(0);
}

#[test]
fn what_cannot_be_moved_is_refused_and_nothing_changes() {
    let folder = many_ways();
    folder.write("elsewhere.md", "# Outside\n");
    let before = folder.tree("");
    for (args, why) in [
        ("content/vision/nothing.md content/a.md", "There is no file or folder content/vision/nothing.md"),
        ("content/vision/aim.md content/results/ways.md", "is there already"),
        ("content/vision content/results", "write content/results/vision"),
        ("content/vision content/vision/deep", "cannot go into itself"),
        ("content/vision/aim.md content/vision/aim.md", "are the same place"),
        ("elsewhere.md content/elsewhere.md", "does not lie in the handbook's content"),
        ("content/vision/aim.md aim.md", "does not lie in the handbook's content"),
        ("content/vision/aim.md ../aim.md", "does not lie in the handbook's content"),
        ("content elsewhere", "does not lie in the handbook's content"),
        ("content/vision/aim.md content/vision/aim.txt", "keep the ending"),
        ("content/vision/aim.md content/vision/goal", "keep the ending"),
        ("content/vision/aim.md content/.hidden/aim.md", "would not be read"),
        ("content/vision/aim.md content/index.md/aim.md", "is no folder"),
    ] {
        let _ = folder.run(&format!("mv {args}")).exits(2).says(why);
        assert_eq!(folder.tree(""), before, "{args}");
    }
}

#[test]
fn a_move_that_would_break_something_is_refused_with_the_place() {
    let folder = many_ways();
    // Two pages cannot have one address.
    folder.write("content/results/a b.md", "# A b\n\nWords here.\n");
    let before = folder.tree("");
    let _ = folder.run("mv content/vision/aim.md content/results/a-b.md").exits(1).says("duplicate-url").says("Nothing was moved");
    assert_eq!(folder.tree(""), before);
    // The link leads to the list of a folder, which is gone with its last page.
    folder.write("content/index.md", "# Home\n\nSee [the aims](vision/), [here](vision/aim.md).\n");
    folder.remove("content/vision/road.png");
    folder.edit("content/vision/aim.md", "![Road](road.png) and ", "");
    folder.edit("content/results/ways.md", "![l](../vision/road.png)", "");
    let _ = folder.run("check --strict").exits(0);
    let _ = folder.run("mv content/vision/aim.md content/results/aim.md").exits(1).says("content/index.md:3:5: this link to `vision/`");
}

#[test]
fn a_folder_of_others_keeps_its_list_of_contents_and_its_way_of_writing() {
    let folder = Folder::new(&[
        ("book.toml", "[book]\n"),
        ("src/SUMMARY.md", "# Summary\r\n\r\n- [One](one.md)\r\n  - [Two](part/two%20b.md)\r\n"),
        ("src/one.md", "# One\r\n\r\n[two](./part/two%20b.md#x) ![p](img/p.png)\r\n"),
        ("src/part/two b.md", "---\r\ntitle: Two\r\n---\r\n\r\n# X\r\n\r\n[one](../one.md) [lost](gone.md)\r\n"),
        ("src/img/p.png", "x"),
    ]);
    let before = problems(&folder, "broken-link").len();
    let _ = folder.run("mv src/part src/chapters").exits(0);
    assert_eq!(folder.read("src/SUMMARY.md"), "# Summary\r\n\r\n- [One](one.md)\r\n  - [Two](chapters/two%20b.md)\r\n");
    assert_eq!(folder.read("src/one.md"), "# One\r\n\r\n[two](./chapters/two%20b.md#x) ![p](img/p.png)\r\n");
    assert_eq!(
        folder.read("src/chapters/two b.md"),
        "---\r\ntitle: Two\r\naliases: [\"/part/two-b/\"]\r\n---\r\n\r\n# X\r\n\r\n[one](../one.md) [lost](gone.md)\r\n"
    );
    assert_eq!(problems(&folder, "broken-link").len(), before);
    let _ = folder.run("mv src/img/p.png src/p(1.png").exits(0);
    assert!(folder.read("src/one.md").contains("![p](p%281.png)"));
}
