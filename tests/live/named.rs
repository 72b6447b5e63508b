//! What becomes stale by one edit: all of it, and nothing else.

use fourfold::engine::{Reach, Reason, Rule};

use super::session::Session;
use crate::support::Handbook;

/// Replaces words of one file; the outputs that became stale.
fn edit(session: &mut Session, path: &str, from: &str, to: &str) -> Vec<(String, Reason)> {
    let mut files = session.handbook.files.clone();
    let text = String::from_utf8(files[path].clone()).unwrap();
    assert!(text.contains(from), "{path} says `{from}`");
    files.insert(path.to_owned(), text.replace(from, to).into_bytes());
    turn(session, files)
}

fn write(session: &mut Session, path: &str, text: &str) -> Vec<(String, Reason)> {
    let mut files = session.handbook.files.clone();
    files.insert(path.to_owned(), text.as_bytes().to_vec());
    turn(session, files)
}

/// What is put together from all pages is stale after every edit of a page, so it is left out.
fn turn(session: &mut Session, files: crate::support::handbook::Files) -> Vec<(String, Reason)> {
    let mut stale = session.turn(files);
    stale.retain(|(_, because)| *because != Reason::Whole);
    let difference = session.difference();
    assert!(difference.is_none(), "{}", difference.unwrap());
    stale
}

fn paths(stale: &[(String, Reason)]) -> Vec<&str> {
    stale.iter().map(|(path, _)| path.as_str()).collect()
}

fn session(text: &str) -> Session {
    Session::new(Handbook::new(text).file("handbook.toml", "title = \"Handbook\"\n"), Reach::ALL)
}

const SMALL: &str = "
    == content/vision/direction.md
    # Setting direction

    Say where, and leave the way open.

    ## Why

    Because goals move.
    == content/results/ledger.md
    # The ledger

    A page of numbers. See [[Setting direction]] before you count.

    Then count.
    == content/results/other.md
    # Another matter

    Nothing to see.
    == content/results/digest.md
    # Digest

    ![[The ledger]]
    == content/glossary/goal.md
    # Goal

    What somebody wants.
";

#[test]
fn a_body_edit_renders_that_page_alone() {
    let mut session = session(SMALL);
    let stale = edit(&mut session, "content/results/other.md", "Nothing to see.", "Nothing to see here.\n\nOr is there?");
    // The first paragraph is the claim, which lists show.
    assert_eq!(paths(&stale), ["results/index.html", "results/other/index.html"]);
    let stale = edit(&mut session, "content/results/other.md", "Or is there?", "There is.");
    assert_eq!(stale, [("results/other/index.html".to_owned(), Reason::Itself)]);
}

#[test]
fn a_text_is_rendered_again_where_it_is_embedded() {
    let mut session = session(SMALL);
    let stale = edit(&mut session, "content/results/ledger.md", "Then count.", "Then count twice.");
    assert_eq!(paths(&stale), ["results/digest/index.html", "results/ledger/index.html"]);
}

#[test]
fn renaming_an_essay_renders_only_those_who_name_it() {
    let mut session = session(SMALL);
    let stale = edit(&mut session, "content/vision/direction.md", "# Setting direction", "# Choosing a direction");
    // It stands in the list of its pillar and in the index, uses a term, and is named by a page that another page embeds.
    let lists = ["glossary/index.html", "search/index.html", "vision/index.html"];
    let mut expected = vec!["vision/direction/index.html", "results/ledger/index.html", "results/digest/index.html"];
    expected.extend(lists);
    expected.sort_unstable();
    assert_eq!(paths(&stale), expected);
}

#[test]
fn a_sentence_that_links_renders_the_page_it_links_to() {
    let mut session = session(SMALL);
    let stale = edit(&mut session, "content/results/ledger.md", "before you count", "before you count anything");
    let because = stale.iter().find(|(path, _)| path == "vision/direction/index.html").map(|(_, because)| because);
    let Some(Reason::Backlink { from, at }) = because else { panic!("{stale:#?}") };
    let text = &session.handbook.files["content/results/ledger.md"];
    assert_eq!(from.as_str(), "content/results/ledger.md");
    assert!(text[*at as usize..].starts_with(b"[[Setting direction]]"), "{at}");
    assert!(!paths(&stale).contains(&"results/other/index.html"), "{stale:#?}");
}

#[test]
fn a_page_that_was_waited_for_renders_those_who_wait() {
    let mut session = session(SMALL);
    edit(&mut session, "content/results/other.md", "Nothing to see.", "Nothing to see, but wait for [[A late page]].");
    let stale = write(&mut session, "content/results/late.md", "# A late page\n\nHere it is.\n");
    assert!(stale.contains(&("results/late/index.html".to_owned(), Reason::New)), "{stale:#?}");
    assert!(stale.contains(&("results/other/index.html".to_owned(), Reason::Links)), "{stale:#?}");
    assert!(!paths(&stale).contains(&"vision/direction/index.html"), "{stale:#?}");
}

#[test]
fn another_definition_renders_those_who_use_the_word() {
    let mut session = session(SMALL);
    let stale = edit(&mut session, "content/glossary/goal.md", "What somebody wants.", "What somebody wants to have.");
    assert!(paths(&stale).contains(&"vision/direction/index.html"), "{stale:#?}");
    assert!(paths(&stale).contains(&"glossary/index.html"), "{stale:#?}");
    assert!(!paths(&stale).contains(&"results/other/index.html"), "{stale:#?}");
}

#[test]
fn a_person_is_called_as_the_first_page_says_on_all_pages() {
    let essay = |weight: u32, name: &str| format!("+++\nweight = {weight}\nby = {name:?}\n+++\n# Essay {weight}\n\nSomething.\n");
    let handbook = Handbook::new("").file("handbook.toml", "title = \"Handbook\"\n");
    let handbook = handbook.file("content/vision/a.md", essay(1, "grace HOPPER")).file("content/vision/b.md", essay(9, "Grace Hopper"));
    // Somebody stands between the two, so that they are no neighbours.
    let handbook = handbook.file("content/vision/between.md", essay(2, "Bob"));
    let mut session = Session::new(handbook, Reach::without(Rule::Shifted));
    let mut files = session.handbook.files.clone();
    files.remove("content/vision/a.md");
    session.turn(files.clone());
    assert!(session.difference().is_some(), "without the rule the second essay keeps the old name");
    files.insert("content/vision/a.md".to_owned(), essay(1, "grace HOPPER").into_bytes());
    let mut session = Session::new(Handbook::of(files.clone()), Reach::ALL);
    files.remove("content/vision/a.md");
    let stale = turn(&mut session, files);
    assert!(paths(&stale).contains(&"vision/b/index.html"), "{stale:#?}");
}

#[test]
fn a_heading_that_comes_mends_the_link_that_wanted_it() {
    let mut session = session(SMALL);
    edit(&mut session, "content/results/other.md", "Nothing to see.", "See [[Setting direction#How|how]].");
    let broken = session.live.diagnostics().filter(|problem| problem.code.name() == "broken-anchor").count();
    let stale = edit(&mut session, "content/vision/direction.md", "## Why", "## How");
    assert_eq!((broken, session.live.diagnostics().filter(|problem| problem.code.name() == "broken-anchor").count()), (1, 0));
    assert_eq!(paths(&stale), ["results/other/index.html", "vision/direction/index.html"]);
}

#[test]
fn a_file_that_is_written_as_it_was_renders_nothing() {
    let mut session = session(SMALL);
    let text = session.handbook.files["content/results/other.md"].clone();
    assert!(write(&mut session, "content/results/other.md", std::str::from_utf8(&text).unwrap()).is_empty());
}

#[test]
fn a_template_that_breaks_leaves_the_pages_and_names_the_fault() {
    let mut session = session(SMALL);
    let foot = "themes/default/templates/foot.html";
    write(&mut session, foot, "<footer>ours</footer>");
    assert!(write(&mut session, foot, "<footer>{% if %}</footer>").is_empty());
    assert_eq!(session.live.theme_problems().len(), 1);
    let stale = edit(&mut session, "content/results/other.md", "Nothing to see.", "Nothing.");
    assert_eq!(paths(&stale), ["results/index.html", "results/other/index.html"]);
    assert!(write(&mut session, foot, "<footer>ours</footer>").is_empty());
    assert!(session.live.theme_problems().is_empty());
}

#[test]
fn only_the_part_of_a_long_list_is_rendered_that_shows_the_page() {
    let mut handbook = Handbook::new("").file("handbook.toml", "title = \"Handbook\"\n");
    for number in 0..230 {
        let text = format!("+++\nweight = {number}\ntags = [\"all\"]\n+++\n# Page {number}\n\nThe claim of {number}.\n");
        handbook.files.insert(format!("content/notes/page-{number:03}.md"), text.into_bytes());
    }
    let mut session = Session::new(handbook, Reach::ALL);
    let stale = edit(&mut session, "content/notes/page-150.md", "The claim of", "The claim that stands on");
    assert_eq!(paths(&stale), ["notes/page-150/index.html", "notes/page/2/index.html", "tags/all/page/2/index.html"]);
    // One page less moves all that follow it, and the neighbours of the gap.
    let mut files = session.handbook.files.clone();
    files.remove("content/notes/page-120.md");
    let stale = turn(&mut session, files);
    assert!(paths(&stale).contains(&"notes/page/3/index.html") && !paths(&stale).contains(&"notes/index.html"), "{stale:#?}");
    assert!(!paths(&stale).contains(&"notes/page-150/index.html"), "{stale:#?}");
}

#[test]
fn a_picture_of_another_size_changes_the_pages_that_show_it() {
    let mut handbook = Handbook::new(SMALL).file("handbook.toml", "title = \"Handbook\"\n");
    handbook.visuals.scales = true;
    handbook = handbook.file("content/results/other.md", "# Another matter\n\nNothing to see.\n\n![A picture](pic.png)\n");
    handbook = handbook.file("content/results/shows.md", "# Shows\n\nIt embeds.\n\n![[Another matter]]\n");
    let pictures = [(600_u32, 400_u32), (400, 600), (900, 600)].map(|(width, height)| {
        let sides = [width.to_be_bytes(), height.to_be_bytes()].concat();
        [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", &sides[..], b"\x08\x02\0\0\0\0\0\0\0", &[0; 20_000], b"IEND"].concat()
    });
    let mut session = Session::new(handbook.file("content/results/pic.png", &pictures[0]), Reach::ALL);
    for (picture, sizes) in [(&pictures[1], 1), (&pictures[2], 2)] {
        let mut files = session.handbook.files.clone();
        files.insert("content/results/pic.png".to_owned(), picture.clone());
        let stale = turn(&mut session, files);
        let scaled = stale.iter().filter(|(path, _)| path.starts_with("_/pictures/")).count();
        let rest: Vec<_> =
            stale.iter().filter(|(path, _)| !path.starts_with("_/")).map(|(path, because)| (path.as_str(), because)).collect();
        assert_eq!(scaled, sizes, "{stale:?}");
        let of_text = Reason::Embed(fourfold::base::path::SourcePath::new("content/results/other.md").unwrap());
        let expected =
            [("results/other/index.html", &Reason::Picture), ("results/pic.png", &Reason::Itself), ("results/shows/index.html", &of_text)];
        assert_eq!(rest, expected);
    }
}
