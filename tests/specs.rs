//! The specification: Markdown documents in `tests/specs/` whose headings are cases.
//!
//! In a case, fenced blocks are files and expectations; the text around them says why:
//!
//! - a block whose info string is a language and a path (`md content/vision/a.md`) is a file; `handbook.toml` is one too.
//!   A case is a handbook of our own where a file lies in `content/`, else a foreign folder;
//! - `settings` holds lines such as `drafts = true`, `vault = true`, `static = public`, `content = docs`, `today = 2026-01-01`;
//! - `html /address/` is the text of that page; a third word selects elements instead: a tag name, `.class` or `#id`;
//! - `files` names outputs that must be there, with `-` before one that must not;
//! - `diagnostics` lists errors and warnings, and in a foreign folder hints, in the short form. Without it there must be
//!   none. In a handbook of our own, hints are compared for the codes that the block names.
//!
//! - `found` says what the folder is taken for and where its content lies; a case that has it is written to a disk and
//!   found there as the program finds it;
//! - `pages` lists the pages in the order that readers see, `links` every link inside the folder and where it leads.
//!
//! `UPDATE=1 cargo test specs` writes what the program does into the blocks; then read the difference.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use fourfold::base::diagnostic::{Diagnostic, Severity};

use crate::support::html::{pretty, select, tree};
use crate::support::{Handbook, Site, closed_world, ill_formed};

/// A fenced block of a document.
struct Block {
    /// The words after the fence.
    info: Vec<String>,
    /// Its lines.
    text: String,
    /// The lines of the document that hold `text`: from the line after the fence to the closing fence.
    lines: std::ops::Range<usize>,
}

struct Case {
    title: String,
    blocks: Vec<Block>,
    /// The line after its last one.
    end: usize,
}

impl Case {
    fn of(&self, first: &str) -> impl Iterator<Item = &Block> {
        self.blocks.iter().filter(move |block| block.info.first().is_some_and(|word| word == first))
    }

    fn handbook(&self) -> Handbook {
        let mut files = crate::support::handbook::Files::new();
        for block in &self.blocks {
            if let [language, path @ ..] = &block.info[..]
                && language != "html"
                && !path.is_empty()
            {
                files.insert(path.join(" "), block.text.clone().into_bytes());
            }
        }
        let own = files.keys().any(|path| path.starts_with("content/"));
        let mut handbook = if own { Handbook::of(files) } else { Handbook::of(files).foreign() };
        for line in self.of("settings").flat_map(|block| block.text.lines()) {
            let (key, value) = line.split_once('=').unwrap_or_else(|| panic!("`{line}` is no setting"));
            let value = value.trim();
            match key.trim() {
                "drafts" => handbook.drafts = value == "true",
                "vault" => handbook.vault = value == "true",
                "portable" => handbook.portable = value == "true",
                "content" => handbook.content = value.to_owned(),
                "static" => handbook.static_roots.push(value.to_owned()),
                "today" => handbook.today = value.parse().unwrap(),
                key => panic!("there is no setting `{key}`"),
            }
        }
        handbook
    }
}

/// The handbooks of all cases, for those who make others from them.
pub(crate) fn handbooks() -> Vec<Handbook> {
    let documents = documents();
    documents.iter().flat_map(|path| cases(&fs::read_to_string(path).unwrap())).map(|case| case.handbook()).collect()
}

/// The cases of a document: headings that have at least one file.
fn cases(document: &str) -> Vec<Case> {
    let lines: Vec<&str> = document.lines().collect();
    let mut cases: Vec<Case> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        let fence = line.len() - line.trim_start_matches('`').len();
        if fence >= 3 {
            let close = (at + 1..lines.len()).find(|next| lines[*next].trim_end() == "`".repeat(fence));
            let close = close.unwrap_or_else(|| panic!("line {}: the block is not closed", at + 1));
            let text = lines[at + 1..close].iter().fold(String::new(), |text, line| text + line + "\n");
            let info = line[fence..].split_whitespace().map(str::to_owned).collect();
            let case = cases.last_mut().unwrap_or_else(|| panic!("line {}: a block before the first heading", at + 1));
            case.blocks.push(Block { info, text, lines: at + 1..close });
            at = close;
        } else if let Some(title) = line.strip_prefix('#') {
            cases.push(Case { title: title.trim_start_matches('#').trim().to_owned(), blocks: Vec::new(), end: at });
        }
        at += 1;
        if let Some(case) = cases.last_mut() {
            case.end = at;
        }
    }
    cases.retain(|case| !case.blocks.is_empty());
    cases
}

/// What a block should hold, as the program has it.
fn actual(block: &Block, site: &Site, found: &str) -> Option<String> {
    match block.info.first()?.as_str() {
        "found" => Some(format!("{found}\n")),
        "pages" => Some(site.pages.clone()),
        "links" => Some(site.links.clone()),
        "html" => {
            let url = block.info.get(1).expect("`html` needs an address");
            let nodes = tree(site.at(url));
            Some(match block.info.get(2) {
                None => select(&nodes, ".text").into_iter().map(inside).collect(),
                Some(selector) => select(&nodes, selector).into_iter().map(|node| pretty(std::slice::from_ref(node))).collect(),
            })
        }
        "files" => {
            let named = block.text.lines().map(|line| line.trim_start_matches("- ").trim());
            let paths = site.paths();
            Some(named.fold(String::new(), |text, path| text + if paths.contains(&path) { "" } else { "- " } + path + "\n"))
        }
        _ => None,
    }
}

fn inside(node: &crate::support::html::Node) -> String {
    match node {
        crate::support::html::Node::Element { children, .. } => pretty(children),
        crate::support::html::Node::Text(text) => text.clone(),
    }
}

fn diagnostics(case: &Case, handbook: &Handbook, site: &Site) -> String {
    let foreign = handbook.mode == fourfold::base::config::Mode::Foreign;
    let shown: BTreeSet<&str> = case
        .of("diagnostics")
        .flat_map(|block| block.text.lines())
        .filter_map(|line| line.split_once("hint[")?.1.split_once(']'))
        .map(|(code, _)| code)
        .collect();
    site.short(|diagnostic: &Diagnostic| diagnostic.severity != Severity::Hint || foreign || shown.contains(diagnostic.code.name()))
}

/// The edits that make a case true, as lines to put in place of lines; and what is wrong with it as text.
fn check(case: &Case) -> (Vec<(std::ops::Range<usize>, String)>, String) {
    let handbook = case.handbook();
    let (handbook, taken) = if case.of("found").next().is_some() { handbook.found() } else { (handbook, String::new()) };
    let site = handbook.build();
    let mut edits = Vec::new();
    let mut wrong = String::new();
    let mut differ = |block: &Block, found: String| {
        if found.trim_end() != block.text.trim_end() {
            let _ = writeln!(wrong, "  `{}` expects:\n{}  found:\n{found}", block.info.join(" "), block.text);
            edits.push((block.lines.clone(), found));
        }
    };
    for block in &case.blocks {
        if let Some(found) = actual(block, &site, &taken) {
            differ(block, found);
        }
    }
    let found = diagnostics(case, &handbook, &site);
    match case.of("diagnostics").next() {
        Some(block) => differ(block, found),
        None if found.is_empty() => {}
        None => {
            let _ = writeln!(wrong, "  expects no diagnostics, found:\n{found}");
            edits.push((case.end..case.end, format!("```diagnostics\n{found}```\n\n")));
        }
    }
    for diagnostic in &site.diagnostics {
        let fixes = diagnostic.fixes.iter().map(|fix| &fix.title);
        for said in [&diagnostic.message].into_iter().chain(&diagnostic.help).chain(fixes) {
            let mut letters = said.chars();
            let capital = letters.next().is_some_and(char::is_uppercase) && letters.next().is_none_or(|next| !next.is_uppercase());
            assert!(!capital && !said.ends_with('.'), "{}: a message begins small and has no full stop: {said}", case.title);
        }
    }
    let dead = closed_world(&site);
    assert!(dead.is_empty(), "{}: not a closed world: {dead:#?}", case.title);
    let torn = ill_formed(&site);
    assert!(torn.is_empty(), "{}: {torn:#?}", case.title);
    (edits, wrong)
}

fn documents() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/specs");
    let mut all: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    all.sort();
    all
}

#[test]
fn the_program_does_what_the_documents_say() {
    use rayon::prelude::*;
    let update = std::env::var_os("UPDATE").is_some();
    let failures: Vec<String> = documents()
        .par_iter()
        .flat_map_iter(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let document = fs::read_to_string(path).unwrap();
            let mut lines: Vec<String> = document.lines().map(str::to_owned).collect();
            let (mut failures, mut edits) = (Vec::new(), Vec::new());
            for case in cases(&document) {
                let run = std::panic::catch_unwind(|| check(&case));
                match run {
                    Ok((_, wrong)) if wrong.is_empty() => {}
                    Ok((more, wrong)) if !update => {
                        drop(more);
                        failures.push(format!("{name}: {}\n{wrong}", case.title));
                    }
                    Ok((more, _)) => edits.extend(more),
                    Err(problem) => {
                        let text =
                            problem.downcast_ref::<String>().cloned().or_else(|| problem.downcast_ref::<&str>().map(|s| (*s).to_owned()));
                        failures.push(format!("{name}: {}\n  panicked: {}", case.title, text.unwrap_or_default()));
                    }
                }
            }
            edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
            for (range, text) in edits {
                lines.splice(range, text.lines().map(str::to_owned));
            }
            let written = lines.join("\n") + "\n";
            if update && written != document {
                fs::write(path, written).unwrap();
            }
            failures
        })
        .collect();
    assert!(failures.is_empty(), "{} cases differ; `UPDATE=1` records what the program does\n\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn there_are_many_cases_and_each_has_a_name_of_its_own() {
    let mut names = BTreeSet::new();
    for path in documents() {
        let document = fs::read_to_string(&path).unwrap();
        for case in cases(&document) {
            let name = format!("{}: {}", path.file_name().unwrap().to_string_lossy(), case.title);
            assert!(names.insert(name.clone()), "two cases called {name}");
            assert!(case.blocks.iter().any(is_expectation) || case.blocks.len() == 1, "{name} expects nothing");
        }
    }
    assert!(names.len() >= 80, "only {} cases", names.len());
}

/// Whether a block is an expectation.
fn is_expectation(block: &Block) -> bool {
    block.info.first().is_some_and(|word| ["html", "files", "diagnostics", "found", "pages", "links"].contains(&word.as_str()))
}
