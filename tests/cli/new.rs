//! `fourfold new`: a valid new file, and where it is.

use super::Folder;

/// Every problem of a handbook, hints aside, that names this file.
fn problems_in(folder: &Folder, file: &str) -> Vec<String> {
    let run = folder.run("check --format short");
    run.stdout.lines().filter(|line| line.starts_with(file) && !line.contains(": hint[")).map(str::to_owned).collect()
}

#[test]
fn every_kind_makes_a_file_in_its_place_that_has_no_problem() {
    let folder = Folder::sound();
    for (args, path) in [
        ("essay Draw-the-line --pillar empowerment", "content/empowerment/draw-the-line.md"),
        ("example First_week --for /vision/direction/ --by Anna", "content/examples/first-week.md"),
        ("contributor Grace --by Anna", "content/contributors/grace.md"),
        ("term Slack", "content/glossary/slack.md"),
        ("path Beginners", "content/paths/beginners.md"),
    ] {
        let run = folder.run(&format!("new {args}")).exits(0).says("Made");
        assert_eq!(run.stdout, format!("{path}\n"), "{args}");
        assert_eq!(problems_in(&folder, path), Vec::<String>::new(), "{args}");
    }
    let _ = folder.run("check --strict").exits(0);
    let rows = folder.run("list pages --format json").rows();
    for (title, kind) in
        [("Draw-the-line", "essay"), ("First_week", "example"), ("Grace", "contributor"), ("Slack", "term"), ("Beginners", "path")]
    {
        let row = rows.iter().find(|row| row["title"] == title).unwrap_or_else(|| panic!("{title}"));
        assert_eq!(row["kind"], kind);
    }
    let example = folder.read("content/examples/first-week.md");
    assert!(example.contains("illustrates = \"Set a direction\"\nby = \"Anna\"\n"), "{example}");
    assert!(folder.read("content/paths/beginners.md").contains("[[vision/direction]]: say why"));
    let _ = folder.run("build").exits(0);
}

#[test]
fn nobody_is_asked_in_a_pipe() {
    let folder = Folder::sound();
    let before = folder.tree("");
    let _ = folder.run("new essay Title").exits(2).says("--pillar").says("vision, empowerment, efficiency, results");
    let _ = folder.run("new essay Title --pillar nowhere").exits(2).says("There is no pillar `nowhere`");
    let _ = folder.run("new example Title --for directoin").exits(2).says("did you mean");
    let _ = folder.run("new term Title --for /vision/direction/").exits(2).says("--for");
    let _ = folder.run("new term …").exits(2).says("letters or digits");
    let _ = folder.run("new poem Title").exits(2);
    assert_eq!(folder.tree(""), before);
}

#[test]
fn nothing_is_ever_overwritten() {
    let folder = Folder::sound();
    folder.write("content/glossary/slack.md", "# Something else\n");
    let before = folder.tree("");
    let _ = folder.run("new term Slack").exits(2).says("is there already");
    let _ = folder.run("new term Goal").exits(2).says("a page called `Goal` already");
    assert_eq!(folder.tree(""), before);
}

#[test]
fn a_folder_of_others_gets_no_new_pages() {
    let folder = Folder::new(&[("a.md", "# A\n")]);
    let _ = folder.run("new term X").exits(2).says("fourfold init");
}

#[test]
fn a_pillar_with_folders_of_its_own_gets_its_essays_there() {
    let pillars = "[[pillars]]\nid = \"one\"\nmatch = [\"strategy/**\"]\n[[pillars]]\nid = \"two\"\nkey = \"section\"\n";
    let folder = Folder::handbook(&[("handbook.toml", pillars), ("content/index.md", "# Home\n")]);
    assert_eq!(folder.run("new essay A --pillar one").exits(0).stdout, "content/strategy/a.md\n");
    let _ = folder.run("new essay B --pillar two").exits(0);
    let rows = folder.run("list pages --format json").rows();
    for (title, pillar) in [("A", "one"), ("B", "two")] {
        let row = rows.iter().find(|row| row["title"] == title).unwrap();
        assert_eq!((row["kind"].as_str(), row["pillar"][0].as_str()), (Some("essay"), Some(pillar)), "{row}");
    }
}
