//! The user guide in `docs/` does what it says: every block in it is run.
//!
//! A section works in a folder of its own: the handbook that `fourfold init` makes, or nothing where its first block says `new`.
//! Blocks are taken in order. The words behind their language, which readers do not see, say what they are:
//!
//! - `file=PATH` is a file. A page must be as free of errors and warnings as the section leaves it; with `says=CODE,CODE` it has
//!   exactly these. A `handbook.toml` must be accepted. Any other file must be followed by something that can use it;
//! - `sample` is a part of a page: its text, or with `yaml` and `toml` its front matter. It is tried alone, as `at=PATH` if it says so.
//!   With `shown` the page goes on with the same text, so that readers see what becomes of it;
//! - `console` is what a terminal shows. Lines behind `$` are run: `fourfold …`, `cd` and `cat`. With `exit=N` the last of them ends so;
//! - `paths` is a list of files and folders that must be there by then;
//! - `from=PATH` is a part of a file of this repository;
//! - `elsewhere` holds commands of other programs; what they are is listed here, with the reason why no test runs them.
//!
//! `UPDATE=1 cargo test guide` writes what terminals show into the pages; then read the difference.

mod explain;
mod lists;
mod pages;
mod scratch;

use std::fs;
use std::ops::Range;

use pages::{Block, Page, Section};
use rayon::prelude::*;
use scratch::{Scratch, agrees, repository};

/// Commands that the guide shows and no test runs, and who does.
const ELSEWHERE: &[(&str, &str)] = &[
    ("cargo install --path .", "`.ci/run` installs it so"),
    ("cargo install --path . --features full", "like the one before, with what continuous integration builds anyway"),
    ("fourfold check --external", "needs the network; the tests of the command line ask a server of their own"),
    (
        "fourfold export pdf",
        "needs a browser; the tests of the command line print with one of their own and, where one is installed, with that",
    ),
    ("export FOURFOLD_EDITOR=", "is a line for a shell; the tests of the server set it"),
];

/// Pages whose blocks other tests answer for.
const MADE: &[&str] = &["diagnostics.md", "themes-reference.md"];

/// Where a sample lies that says nothing about it.
const SAMPLE: &str = "content/vision/a-sample.md";

/// What happened in a section.
#[derive(Default)]
struct Report {
    commands: usize,
    samples: usize,
    wrong: Vec<String>,
    /// Lines of the page to put in place of lines.
    edits: Vec<(Range<usize>, Vec<String>)>,
}

/// A section while it is tried.
struct Trial<'a> {
    page: &'a Page,
    scratch: Scratch,
    /// Pages that were written and not looked at yet, with the codes that they must have.
    written: Vec<(&'a Block, String, Vec<String>)>,
    /// A file that nothing has used yet.
    untried: Option<&'a Block>,
    report: Report,
}

impl<'a> Trial<'a> {
    fn section(page: &'a Page, section: &'a Section) -> Report {
        let bare = section.blocks.first().is_some_and(|block| block.has("new"));
        let scratch = if bare { Scratch::empty() } else { Scratch::starter() };
        let mut trial = Self { page, scratch, written: Vec::new(), untried: None, report: Report::default() };
        for block in &section.blocks {
            trial.block(block);
        }
        trial.look();
        if let Some(block) = trial.untried {
            trial.wrong(block, "nothing uses this file");
        }
        trial.report
    }

    fn block(&mut self, block: &'a Block) {
        self.report.samples += 1;
        if let Some(path) = block.word("file") {
            self.scratch.write(path, &block.text);
            let page = path.ends_with(".md") && (path.starts_with("content/") || !self.scratch.has("handbook.toml"));
            if page {
                self.written.push((block, path.to_owned(), codes(block)));
            } else if path == "handbook.toml" {
                self.config(block);
            } else {
                self.untried = Some(block);
            }
        } else if block.has("sample") {
            self.look();
            let path = block.word("at").unwrap_or(SAMPLE).to_owned();
            self.scratch.write(&path, &whole(block));
            self.written.push((block, path.clone(), codes(block)));
            self.look();
            self.scratch.remove(&path);
            // Behind the block come its fence and an empty line.
            let after = self.page.lines.get(block.lines.end + 2..).unwrap_or_default();
            if block.has("shown") && !block.text.lines().eq(after.iter().take(block.lines.len()).map(String::as_str)) {
                self.wrong(block, "the page does not go on with the same text");
            }
        } else if block.language == "console" {
            self.look();
            self.console(block);
        } else if block.has("paths") {
            for path in block.text.lines().filter_map(|line| line.split_whitespace().next()) {
                if !self.scratch.has(path) {
                    self.wrong(block, &format!("there is no {path}"));
                }
            }
        } else if let Some(path) = block.word("from") {
            if !repository(path).contains(&block.text) {
                self.wrong(block, &format!("{path} holds no such lines"));
            }
        } else if block.has("elsewhere") {
            for line in block.text.lines().filter(|line| !ELSEWHERE.iter().any(|(known, _)| line.starts_with(known))) {
                self.wrong(block, &format!("who runs `{line}`?"));
            }
        } else {
            self.wrong(block, "no word says what this block is");
        }
    }

    fn config(&mut self, block: &Block) {
        let file = fourfold::base::path::SourcePath::new("handbook.toml").unwrap();
        let (_, problems) = fourfold::discover::config::config(&block.text, &file);
        if !problems.is_empty() {
            self.wrong(block, &format!("{problems:#?}"));
        }
    }

    /// Checks the pages that were written, all at once, so that they may link to each other.
    fn look(&mut self) {
        if self.written.is_empty() {
            return;
        }
        self.untried = None;
        let ran = self.scratch.run("fourfold check --format json", &[]);
        let problems: Vec<serde_json::Value> = ran.shown.iter().filter_map(|line| serde_json::from_str(line).ok()).collect();
        for (block, path, codes) in std::mem::take(&mut self.written) {
            let here = problems.iter().filter(|problem| problem["file"] == path.as_str() && problem["severity"] != "hint");
            let mut found: Vec<String> = here.map(|problem| problem["code"].as_str().unwrap().to_owned()).collect();
            found.sort();
            if found != codes {
                let lines = ran.shown.join("\n");
                self.wrong(block, &format!("says {codes:?} and has {found:?}\n{lines}"));
            }
        }
    }

    fn console(&mut self, block: &Block) {
        let lines: Vec<&str> = block.text.lines().collect();
        let starts: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].starts_with("$ ")).collect();
        if starts.first() != Some(&0) {
            self.wrong(block, "a terminal begins with a command");
        }
        for (number, &at) in starts.iter().enumerate() {
            let end = starts.get(number + 1).copied().unwrap_or(lines.len());
            let (line, expected) = (&lines[at][2..], &lines[at + 1..end]);
            let ran = self.scratch.run(line, expected);
            self.untried = None;
            self.report.commands += 1;
            let exit = if end == lines.len() { block.word("exit").map_or(0, |exit| exit.parse().unwrap()) } else { 0 };
            if ran.exit != exit {
                self.wrong(block, &format!("`{line}` ends with {}, not {exit}:\n{}", ran.exit, ran.shown.join("\n")));
            }
            if !agrees(expected, &ran.shown) {
                self.wrong(block, &format!("`{line}` shows:\n{}", ran.shown.join("\n")));
                let first = block.lines.start;
                self.report.edits.push((first + at + 1..first + end, ran.shown));
            }
        }
    }

    fn wrong(&mut self, block: &Block, what: &str) {
        let wrong = format!("{}: {what}", self.place(block));
        self.report.wrong.push(wrong);
    }

    fn place(&self, block: &Block) -> String {
        format!("docs/content/{}:{}", self.page.name, block.lines.start)
    }
}

/// The codes that a page must have, sorted.
fn codes(block: &Block) -> Vec<String> {
    let mut codes: Vec<String> = block.word("says").map_or_else(Vec::new, |says| says.split(',').map(str::to_owned).collect());
    codes.sort();
    codes
}

/// A part of a page with what makes it a whole one.
fn whole(block: &Block) -> String {
    let text = &block.text;
    match block.language.as_str() {
        "yaml" => format!("---\n{text}---\n\n# A sample\n\nA text.\n"),
        "toml" => format!("+++\n{text}+++\n\n# A sample\n\nA text.\n"),
        _ if text.starts_with("# ") || text.starts_with("---\n") || text.starts_with("+++\n") => text.clone(),
        _ => format!("# A sample\n\nA text.\n\n{text}"),
    }
}

fn write_anew(page: &Page, mut edits: Vec<(Range<usize>, Vec<String>)>) {
    let mut lines = page.lines.clone();
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    for (range, text) in edits {
        lines.splice(range, text);
    }
    fs::write(&page.path, lines.join("\n") + "\n").unwrap();
}

#[test]
fn every_block_of_the_guide_does_what_the_guide_says() {
    let mut pages = pages::all();
    pages.retain(|page| !MADE.contains(&page.name.as_str()));
    let reports: Vec<(&Page, Report)> =
        pages.par_iter().flat_map(|page| page.sections.par_iter().map(move |section| (page, Trial::section(page, section)))).collect();
    let (mut commands, mut samples, mut wrong) = (0, 0, Vec::new());
    let update = std::env::var_os("UPDATE").is_some();
    for page in &pages {
        let mut edits = Vec::new();
        for (_, report) in reports.iter().filter(|(of, _)| of.name == page.name) {
            (commands, samples) = (commands + report.commands, samples + report.samples);
            wrong.extend(report.wrong.iter().cloned());
            edits.extend(report.edits.iter().cloned());
        }
        if update && !edits.is_empty() {
            write_anew(page, edits);
        }
    }
    assert!(wrong.is_empty(), "`UPDATE=1 cargo test guide` writes what terminals show into the pages\n\n{}", wrong.join("\n\n"));
    // What every fence of the pages is, counted by another hand.
    let fences: usize = pages.iter().map(|page| page.lines.iter().filter(|line| line.trim_start().starts_with("```")).count()).sum();
    assert!(samples * 2 <= fences && samples >= LEAST_SAMPLES, "{samples} blocks were tried, and there are {fences} fences");
    assert!(commands >= LEAST_COMMANDS, "only {commands} commands were run");
}

/// What the guide has at least; with less, the pages are not read as they should be.
const LEAST_SAMPLES: usize = 100;
const LEAST_COMMANDS: usize = 45;
