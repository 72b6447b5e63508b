//! The rules by which an edit reaches other outputs, taken away one at a time: for each there is a handbook and an edit after
//! which a reader would see something old, and with all rules nobody does. So no rule is idle, and the comparison with a
//! clean build can fail.

use fourfold::engine::{Reach, Rule};

use super::session::Session;
use crate::support::Handbook;

/// What is done to one file.
enum Deed {
    Replace(&'static str, &'static str),
    Write(&'static str),
    Delete,
}
use Deed::{Delete, Replace, Write};

/// Whether an edit leaves something old on the screen.
fn leaves_old(reach: Reach, handbook: &Handbook, path: &str, deed: &Deed) -> bool {
    let mut session = Session::new(handbook.clone(), reach);
    let mut files = session.handbook.files.clone();
    match deed {
        Replace(from, to) => {
            let text = String::from_utf8(files[path].clone()).unwrap();
            assert!(text.contains(from), "{path} says `{from}`");
            files.insert(path.to_owned(), text.replacen(from, to, 1).into_bytes());
        }
        Write(text) => _ = files.insert(path.to_owned(), text.as_bytes().to_vec()),
        Delete => assert!(files.remove(path).is_some(), "{path} is there"),
    }
    session.turn(files);
    session.difference().is_some()
}

#[track_caller]
fn is_missed(rule: Rule, files: &str, path: &str, deed: &Deed) {
    is_missed_in(rule, Handbook::new(files), path, deed);
}

#[track_caller]
fn is_missed_in(rule: Rule, handbook: Handbook, path: &str, deed: &Deed) {
    let handbook = handbook.file("handbook.toml", "title = \"Handbook\"\n");
    assert!(!leaves_old(Reach::ALL, &handbook, path, deed), "with all rules, nothing is old");
    assert!(leaves_old(Reach::without(rule), &handbook, path, deed), "without {rule:?}, something is old");
}

#[test]
fn every_rule_has_a_case() {
    let cases = include_str!("missed.rs");
    let without: Vec<Rule> = Rule::ALL.into_iter().filter(|rule| !cases.contains(&format!("(Rule::{rule:?}, "))).collect();
    assert_eq!(without, []);
}

#[test]
fn itself_a_page_is_made_from_its_own_file() {
    let files = "
        == content/vision/a.md
        # A

        Claim.

        Text.
    ";
    is_missed(Rule::Itself, files, "content/vision/a.md", &Replace("Text", "Other text"));
}

#[test]
fn resolved_a_heading_that_comes_mends_the_links_that_wanted_it() {
    let files = "
        == content/vision/a.md
        # A

        Claim.

        ## Why
        == content/results/b.md
        # B

        Claim.

        See [how](../vision/a.md#how).
    ";
    is_missed(Rule::Resolved, files, "content/vision/a.md", &Replace("## Why", "## How"));
}

#[test]
fn shifted_a_person_is_called_as_the_first_page_says() {
    let files = "
        == content/vision/1-a.md
        +++
        by = \"grace HOPPER\"
        +++
        # A

        Claim.
        == content/vision/2-between.md
        +++
        by = \"Bob\"
        +++
        # Between

        Claim.
        == content/vision/3-b.md
        +++
        by = \"Grace Hopper\"
        +++
        # B

        Claim.
    ";
    is_missed(Rule::Shifted, files, "content/vision/1-a.md", &Delete);
}

#[test]
fn pictures_are_as_large_as_they_are() {
    let files = "
        == content/vision/a.md
        # A

        Claim.

        ![A road](road.gif)
        == content/vision/road.gif
        GIF89a\u{20}\u{1}\u{10}\u{0}\u{0}\u{0}\u{0}
    ";
    is_missed(Rule::Pictures, files, "content/vision/road.gif", &Write("GIF89a\x10\0\x20\x01\0\0\0"));
}

#[test]
fn reworded_a_spelling_that_the_glossary_gives_up_is_no_term_any_more() {
    let files = "
        == content/glossary/goal.md
        +++
        aliases = [\"aim\"]
        +++
        # Goal

        What somebody wants.
        == content/vision/a.md
        # A

        Claim.

        We have one aim.
    ";
    is_missed(Rule::Reworded, files, "content/glossary/goal.md", &Replace("\"aim\"", "\"purpose\""));
}

#[test]
fn former_an_address_forwards_under_the_new_title() {
    let files = "
        == content/vision/a.md
        +++
        aliases = [\"/old/\"]
        +++
        # A

        Claim.
    ";
    is_missed(Rule::Former, files, "content/vision/a.md", &Replace("# A", "# Another"));
}

#[test]
fn backlinks_show_the_sentence_as_it_is() {
    let files = "
        == content/vision/a.md
        # A

        Claim.
        == content/results/b.md
        # B

        Claim.

        Before you count, see [this](../vision/a.md).
    ";
    is_missed(Rule::Backlinks, files, "content/results/b.md", &Replace("Before you count", "Before you add"));
}

#[test]
fn linkers_show_the_card_of_what_they_illustrate() {
    let files = "
        == content/vision/a.md
        # A

        Claim.
        == content/examples/b.md
        +++
        illustrates = \"A\"
        +++
        # B

        Claim.
    ";
    is_missed(Rule::Linkers, files, "content/vision/a.md", &Replace("Claim", "Another claim"));
}

#[test]
fn targets_show_the_title_of_who_links_to_them() {
    let files = "
        == content/vision/a.md
        # A

        Claim.

        See [this](../results/b.md).
        == content/results/b.md
        # B

        Claim.
    ";
    is_missed(Rule::Targets, files, "content/vision/a.md", &Replace("# A", "# Another"));
}

/// Two pages that link to a third, in three pillars so that none follows another.
const THREE: &str = "
    == content/vision/a.md
    # A

    Claim.

    See [that](../efficiency/common.md).
    == content/results/b.md
    # B

    Claim.

    See [that](../efficiency/common.md).
    == content/efficiency/common.md
    # Common

    Claim.
";

#[test]
fn related_cards_are_those_of_today() {
    is_missed(Rule::RelatedCards, THREE, "content/vision/a.md", &Replace("# A", "# Another"));
}

#[test]
fn related_links_make_pages_related() {
    is_missed(Rule::RelatedLinks, THREE, "content/vision/a.md", &Replace("[that](../efficiency/common.md)", "nothing"));
}

#[test]
fn related_terms_make_pages_related() {
    let files = "
        == content/glossary/goal.md
        # Goal

        What somebody wants.
        == content/vision/a.md
        # A

        Claim.

        One goal.
        == content/results/b.md
        # B

        Claim.

        One goal.
    ";
    is_missed(Rule::RelatedTerms, files, "content/vision/a.md", &Replace("One goal", "One aim"));
}

#[test]
fn embeds_show_the_text_as_it_is_through_embeds_of_embeds() {
    let files = "
        == content/vision/a.md
        # A

        Claim.

        Text.
        == content/results/b.md
        # B

        ![[vision/a]]
        == content/efficiency/c.md
        # C

        ![[results/b]]
    ";
    is_missed(Rule::Embeds, files, "content/vision/a.md", &Replace("Text", "Other text"));
}

#[test]
fn sections_of_a_glossary_have_pages_of_their_own() {
    let files = "
        == content/glossary.md
        # Glossary

        ## Goal

        What somebody wants.

        And then some.
        == content/vision/a.md
        # A

        Claim.
    ";
    is_missed(Rule::Sections, files, "content/glossary.md", &Replace("And then some", "And then some more"));
}

#[test]
fn owners_of_an_address_may_change() {
    let files = "
        == content/vision/a.md
        +++
        aliases = [\"/results/b/\"]
        +++
        # A

        Claim.
        == content/results/b.md
        # B

        Claim.
    ";
    is_missed(Rule::Owners, files, "content/results/b.md", &Delete);
}

#[test]
fn neighbours_are_named() {
    let files = "
        == content/vision/1-a.md
        # A

        Claim.
        == content/vision/2-b.md
        # B

        Claim.
        == content/vision/3-c.md
        # C

        Claim.
    ";
    is_missed(Rule::Neighbours, files, "content/vision/2-b.md", &Replace("# B", "# Bee"));
}

#[test]
fn paths_name_the_stops_before_and_after() {
    // A path so long that its stops are related no more; stops that follow each other stand apart in their pillar.
    let mut handbook = Handbook::new("");
    let mut list = String::from("# Path\n\nFor whom.\n\n");
    for number in 0..60 {
        handbook = handbook.file(&format!("content/vision/{number:02}-page.md"), format!("# Page {number}\n\nClaim.\n"));
        list += &format!("1. [[vision/{:02}-page]]: why\n", number * 7 % 60);
    }
    handbook = handbook.file("content/paths/long.md", list);
    is_missed_in(Rule::Paths, handbook, "content/vision/07-page.md", &Replace("# Page 7", "# Page seven"));
}

#[test]
fn twins_say_where_they_stand() {
    let files = "
        == content/vision/a.md
        # Same

        Claim.
        == content/results/b.md
        # Other

        Claim.
    ";
    is_missed(Rule::Twins, files, "content/results/b.md", &Replace("# Other", "# Same"));
}

#[test]
fn folders_are_called_as_their_page_says() {
    let files = "
        == content/notes/deep/index.md
        # Deep

        Claim.
        == content/notes/deep/a.md
        # A

        Claim.
        == content/notes/deep/er/b.md
        # B

        Claim.
    ";
    is_missed(Rule::Folders, files, "content/notes/deep/index.md", &Replace("# Deep", "# Deeper"));
}

#[test]
fn tags_are_written_as_the_first_page_writes_them() {
    let files = "
        == content/vision/a.md
        +++
        tags = [\"Team Work\"]
        +++
        # A

        Claim.
        == content/results/b.md
        +++
        tags = [\"team work\"]
        +++
        # B

        Claim.
    ";
    is_missed(Rule::Tags, files, "content/vision/a.md", &Replace("Team Work", "TEAM Work"));
}

#[test]
fn gatherings_show_whatever_there_is() {
    let files = "
        == content/vision/a.md
        # A

        Claim.
    ";
    is_missed(Rule::Gatherings, files, "content/results/b.md", &Write("# B\n\nClaim.\n"));
}

#[test]
fn lists_show_cards_as_they_are() {
    let files = "
        == content/vision/a.md
        +++
        tags = [\"one\"]
        +++
        # A

        Claim.
    ";
    is_missed(Rule::Lists, files, "content/vision/a.md", &Replace("Claim", "Another claim"));
}

#[test]
fn term_lists_show_who_uses_a_term() {
    let files = "
        == content/glossary/goal.md
        # Goal

        What somebody wants.
        == content/vision/a.md
        # A

        Claim.

        One aim.
    ";
    is_missed(Rule::TermLists, files, "content/vision/a.md", &Replace("One aim", "One goal"));
}
