//! What `fourfold explain` shows as a mistake is one, and what it shows as its remedy has it no more.
//!
//! The blocks below *An example* and *Mended* are put into a small handbook, each into the file that is named for it.

use std::path::Path;

use fourfold::base::diagnostic::Code;
use rayon::prelude::*;

use super::pages::{Block, Page, read};
use super::scratch::Scratch;

/// A code, the files around its example (`== path` begins each), and where the blocks of the example and of its remedy go.
type Case = (&'static str, &'static str, &'static [&'static str], &'static [&'static str]);

const DELEGATE: &str = "== content/empowerment/delegate-outcomes.md\n# Delegate outcomes\n\nA claim.\n\n## What stays with you?\n\nMuch.\n";
const DIRECTION: &str = "== handbook.toml\nbase_url = \"https://handbook.example/\"\n\
                         == content/vision/set-a-direction.md\n---\naliases: [/goals/]\n---\n# Set a direction\n\nA claim.\n";
const X: &str = "content/vision/x.md";
const NEAR: &str = "content/empowerment/x.md";

const CASES: &[Case] = &[
    (
        "broken-link",
        "== content/efficiency/run-fewer-meetings.md\n# Run fewer meetings\n\nA claim.\n== content/templates/agenda.md\n# Agenda\n",
        &[X],
        &[X],
    ),
    ("broken-anchor", DELEGATE, &[NEAR], &[NEAR]),
    ("wanted-page", "== handbook.toml\n[links]\nwanted = true\n", &["content/a.md"], &["content/how-we-hire.md"]),
    ("moved-link", "== content/efficiency/run-fewer-meetings.md\n# Run fewer meetings\n\nA claim.\n", &[X], &[X]),
    ("loose-link", DELEGATE, &[NEAR], &[NEAR]),
    ("loose-anchor", DELEGATE, &[NEAR], &[NEAR]),
    (
        "ambiguous-link",
        "== content/vision/planning.md\n# Planning\n\nA claim.\n== content/results/planning.md\n# Planning\n\nA claim.\n",
        &["content/efficiency/x.md"],
        &["content/efficiency/x.md"],
    ),
    ("stale-own-url", DIRECTION, &["content/results/x.md"], &["content/results/x.md"]),
    ("redirected-link", DIRECTION, &["content/results/x.md"], &["content/results/x.md"]),
    ("draft-link", "== content/results/count-what-counts.md\n---\ndraft: true\n---\n# Count what counts\n\nA claim.\n", &[X], &[X]),
    ("shadowed-url", "== content/goals.md\n# Goals\n\nThese.\n", &[X], &[X]),
    ("front-matter", "", &[X], &[X]),
    ("unknown-key", "", &[X], &[X]),
    ("raw-html", "", &[X], &[X]),
    ("unsafe-url", "", &[X], &[X]),
    ("placeholder", "", &[X], &[X]),
    ("embed-cycle", "", &["content/vision.md", "content/results.md"], &["content/results.md"]),
    (
        "unknown-contributor",
        "== content/contributors/maria-lopez.md\n# Maria Lopez\n",
        &["content/examples/x.md"],
        &["content/examples/x.md"],
    ),
    ("unknown-pillar", "", &["content/x.md"], &["content/x.md"]),
    ("unknown-stance", "", &[X], &[X]),
    ("missing-alt", "== content/vision/pipeline.png\nas far as anybody looks\n", &[X], &[X]),
    ("remote-asset", "== content/vision/pipeline.png\nas far as anybody looks\n", &[X], &[X]),
    ("shortcode", "== content/vision/pipeline.png\nas far as anybody looks\n", &[X], &[X]),
    ("orphan-page", DELEGATE, &[], &["content/index.md"]),
    ("no-example", DELEGATE, &[], &["content/examples/x.md"]),
    ("one-sided", "", &[X], &[X]),
    ("no-claim", "", &[X], &[X]),
    (
        "empty-cell",
        "== handbook.toml\n[[pillars]]\nid = \"vision\"\n[[pillars]]\nid = \"results\"\n== content/results/a.md\n---\nstance: both\n---\nA claim.\n",
        &[X],
        &[X],
    ),
    ("contrast", "", &["handbook.toml"], &["handbook.toml"]),
    ("config", "", &["handbook.toml"], &["handbook.toml"]),
    (
        "theme",
        "== handbook.toml\ntheme = \"ours\"\n== content/vision/a.md\n# A\n\nA claim.\n",
        &["themes/ours/templates/essay.html"],
        &["themes/ours/templates/essay.html"],
    ),
];

/// Codes whose examples cannot be put into a file as they are printed; `tests/hostile` and the tests of the command line make such files.
const OTHERWISE: &[&str] = &["duplicate-url", "encoding", "unreadable", "symlink", "special-file", "too-large", "embed-budget"];

/// What a check says of a handbook with these files and blocks.
fn said(files: &str, blocks: &[&Block], paths: &[&str]) -> String {
    let mut scratch = Scratch::empty();
    scratch.write("handbook.toml", "");
    scratch.write("content/index.md", "# Home\n\nText.\n");
    for file in files.split("== ").skip(1) {
        let (path, text) = file.split_once('\n').unwrap();
        scratch.write(path, text);
    }
    assert!(blocks.len() >= paths.len(), "{paths:?} have no blocks");
    for (path, block) in paths.iter().zip(blocks) {
        let whole = !path.ends_with(".md") || block.text.starts_with("# ");
        let (front, body) = match block.text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")) {
            Some((front, body)) => (format!("---\n{front}\n---\n"), body),
            None => (String::new(), block.text.as_str()),
        };
        let text = if whole || body.contains("# ") { format!("{front}{body}") } else { format!("{front}# A page\n\nA claim.\n\n{body}") };
        scratch.write(path, &text);
    }
    // What is wrong with a template shows when it is used.
    let themed = paths.iter().any(|path| path.starts_with("themes/"));
    scratch.run(if themed { "fourfold build" } else { "fourfold check --format short" }, &[]).shown.join("\n")
}

fn blocks<'a>(page: &'a Page, title: &str) -> Vec<&'a Block> {
    let section = page.sections.iter().find(|section| section.title == title);
    section.unwrap_or_else(|| panic!("{} has no section `## {title}`", page.name)).blocks.iter().collect()
}

#[test]
fn a_mistake_in_an_explanation_is_one_and_its_remedy_is_one() {
    let wrong: Vec<String> = CASES
        .par_iter()
        .flat_map_iter(|(code, files, example, mended)| {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/base/diagnostic/explain");
            let page = read(folder.join(format!("{code}.md")));
            let mark = format!("[{code}]");
            let before = said(files, &blocks(&page, "An example"), example);
            let after = said(files, &blocks(&page, "Mended"), mended);
            let named = |said: &str| said.lines().any(|line| line.contains(&mark));
            let mut wrong = Vec::new();
            wrong.extend((!named(&before)).then(|| format!("{code}: the example does not have it:\n{before}")));
            // What a page as a whole lacks, another page may lack as well.
            let about = if example.is_empty() { "content/empowerment/delegate-outcomes.md" } else { mended[0] };
            let still = after.lines().any(|line| line.contains(&mark) && (line.starts_with(about) || !line.starts_with("content/")));
            wrong.extend(still.then(|| format!("{code}: the remedy still has it:\n{after}")));
            wrong
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_explanation_is_tried() {
    let tried: Vec<&str> = CASES.iter().map(|case| case.0).chain(OTHERWISE.iter().copied()).collect();
    for code in Code::ALL {
        assert!(tried.contains(&code.name()), "nothing tries the example of {}", code.name());
    }
    assert_eq!(tried.len(), Code::ALL.len());
}
