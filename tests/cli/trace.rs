//! `fourfold why` and `fourfold impact`: what a page is made from, and what a file reaches.

use serde_json::Value;

use super::{Folder, keys};

fn reasons(answer: &Value, source: &str) -> Vec<String> {
    let from = answer["made_from"].as_array().unwrap().iter().find(|from| from["source"] == source);
    let from = from.unwrap_or_else(|| panic!("{source} is not named: {answer:#}"));
    from["because"].as_array().unwrap().iter().map(|because| because.as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_page_says_what_it_is_made_from_however_it_is_named() {
    let folder = Folder::sound();
    let first = folder.run("why content/vision/direction.md --format json").exits(0).json();
    assert_eq!(keys(&first), ["source", "output", "url", "title", "decided", "made_from"]);
    assert_eq!(reasons(&first, "content/examples/one.md"), ["illustrates this page"]);
    assert!(reasons(&first, "content/results/ledger.md").contains(&"links to this page".to_owned()));
    assert_eq!(reasons(&first, "content/glossary/goal.md"), ["defines a term in its text"]);
    assert_eq!(reasons(&first, "content/vision/road.png"), ["this page shows it"]);
    let decided: Vec<(&str, &str)> = first["decided"]
        .as_array()
        .unwrap()
        .iter()
        .map(|decided| (decided["what"].as_str().unwrap(), decided["because"].as_str().unwrap()))
        .collect();
    assert!(decided.contains(&("title", "its first heading")) && decided.contains(&("pillar", "its place")), "{decided:?}");
    for name in ["vision/direction", "/vision/direction/", "https://test.example/vision/direction/", "direction"] {
        let other = folder.run(&format!("why {name} --format json")).exits(0).json();
        assert_eq!(other, first, "{name}");
    }
    let human = folder.run("why /vision/direction/").exits(0);
    assert!(human.stdout.contains("content/vision/direction.md -> vision/direction/index.html"), "{}", human.stdout);
}

#[test]
fn a_made_page_says_what_made_it() {
    let answer = Folder::sound().run("why /contributors/anna-berg/ --format json").exits(0).json();
    assert_eq!(answer["source"], Value::Null);
    assert_eq!(reasons(&answer, "content/examples/one.md"), ["credits this person"]);
}

#[test]
fn a_page_that_is_not_there_is_named_with_the_nearest() {
    let folder = Folder::sound();
    let _ = folder.run("why directoin").exits(2).says("did you mean `direction`?");
    folder.write("content/vision/half.md", "---\ndraft: true\n---\n# Half\n");
    let _ = folder.run("why content/vision/half.md").exits(2).says("--drafts");
}

/// Every output that a file reaches, with why.
fn reached(folder: &Folder, file: &str) -> Vec<(String, String)> {
    let rows = folder.run(&format!("impact {file} --format json")).exits(0).rows();
    rows.iter().map(|row| (row["output"].as_str().unwrap().to_owned(), row["because"].as_str().unwrap().to_owned())).collect()
}

#[test]
fn an_impact_is_exactly_what_would_differ_without_the_file() {
    let folder = Folder::sound();
    let _ = folder.run("build").exits(0);
    let before = folder.site("public");
    let said = reached(&folder, "content/glossary/goal.md");
    folder.remove("content/glossary/goal.md");
    let _ = folder.run("build").exits(0);
    let after = folder.site("public");
    let mut differ: Vec<&String> = before.iter().filter(|(path, bytes)| after.get(*path) != Some(bytes)).map(|(path, _)| path).collect();
    differ.retain(|path| path.contains('.') && path.rsplit('/').next().is_some_and(|name| name.contains('.')));
    let mut said: Vec<&String> = said.iter().map(|(path, _)| path).collect();
    differ.sort();
    said.sort();
    assert_eq!(said, differ);
}

#[test]
fn a_file_reaches_no_list_that_is_the_same_without_it() {
    let folder = Folder::sound_but(&[("content/notes/quiet.md", "---\nhidden: true\n---\n# Quiet\n\nA text.\n")]);
    let said = reached(&folder, "content/notes/quiet.md");
    assert!(said.iter().all(|(path, _)| path.starts_with("notes/quiet/")), "{said:?}");
}

#[test]
fn a_files_own_page_its_words_and_its_name_are_told_apart() {
    let folder = Folder::sound_but(&[("content/results/shows.md", "# Shows\n\nA claim.\n\n![[Set a direction]]\n")]);
    let said = reached(&folder, "content/vision/direction.md");
    let because = |output: &str| said.iter().find(|(path, _)| path == output).map(|(_, because)| because.as_str());
    assert_eq!(because("vision/direction/index.html"), Some("itself"));
    assert_eq!(because("results/shows/index.html"), Some("text"));
    assert_eq!(because("index.html"), Some("name"));
    // A picture is published because a page shows it.
    assert_eq!(because("vision/road.png"), Some("name"));
    let road = reached(&folder, "content/vision/road.png");
    assert!(road.contains(&("vision/direction/index.html".into(), "name".into())), "{road:?}");
}

#[test]
fn the_config_and_the_theme_reach_every_page() {
    let folder = Folder::sound_but(&[("themes/default/assets/extra.css", "p {}\n")]);
    let all = reached(&folder, "handbook.toml");
    assert!(all.len() > 10 && all.iter().all(|(_, because)| because == "everything"));
    assert_eq!(reached(&folder, "themes/default/assets/extra.css").len(), all.len());
    let _ = folder.run("impact content/vision/nothing.md").exits(2).says("There is no file");
    folder.write("notes.txt", "x");
    let _ = folder.run("impact notes.txt").exits(2).says("no file of the handbook");
}
