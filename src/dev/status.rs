//! How things stand, as the browser shows it: what is wrong, and the facts of the page that is looked at.
//!
//! In: the state of the site, the page, the faults. Out: JSON for the overlay and the author bar.
//!
//! Invariant: problems come worst first, those of the page itself before others; their number is limited, their count is not.

use std::borrow::Cow;
use std::path::Path;

use serde::Serialize;

use crate::base::diagnostic::render::Sources;
use crate::base::diagnostic::{Code, Counts, Diagnostic, Safety, Severity};
use crate::base::fingerprint::Fingerprint;
use crate::base::path::{OutPath, SourcePath, encode_path};
use crate::base::text::LineIndex;
use crate::discover::bytes_to_draw;

use super::site::State;

/// How many problems are shown.
const SHOWN: usize = 60;
/// How many lines are shown before and after the one that is marked.
const AROUND: u32 = 2;
/// How many characters of a line are shown on each side of the mark.
const WIDTH: usize = 160;

/// Opens a file in the author's editor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Editor {
    /// The address that does it, with `{file}` and `{line}`.
    pub address: String,
}

impl Editor {
    fn opens(&self, root: &Path, file: &str, line: u32) -> String {
        let path = root.join(file).to_string_lossy().replace('\\', "/");
        self.address.replace("{file}", &encode_path(&path)).replace("{line}", &line.max(1).to_string())
    }
}

/// Reads files below the project root when a problem in them is shown.
pub(super) struct OnDisk<'a>(pub(super) &'a Path);

impl Sources for OnDisk<'_> {
    fn bytes(&self, file: &SourcePath) -> Option<Cow<'_, [u8]>> {
        bytes_to_draw(&self.0.join(file.as_str())).map(Cow::Owned)
    }
}

#[derive(Serialize)]
struct Standing<'a> {
    page: Option<Facts<'a>>,
    errors: usize,
    warnings: usize,
    hints: usize,
    /// Stands for all errors: a person who has seen them is not shown them again.
    signature: String,
    problems: Vec<Shown>,
}

#[derive(Serialize)]
struct Facts<'a> {
    file: &'a SourcePath,
    words: u32,
    minutes: u32,
    draft: bool,
    open: Option<String>,
}

/// A problem as it is shown.
#[derive(Clone, Serialize, Default, Debug)]
pub(super) struct Shown {
    pub(super) code: &'static str,
    pub(super) severity: &'static str,
    pub(super) message: String,
    /// `vision/x.md, line 14`.
    pub(super) place: Option<String>,
    pub(super) lines: Vec<Line>,
    pub(super) help: Option<String>,
    /// What to type to mend it.
    pub(super) command: Option<String>,
    /// What readers see as long as nothing is done.
    pub(super) effect: Option<&'static str>,
    pub(super) open: Option<String>,
    /// Whether it is about the page that is looked at.
    pub(super) here: bool,
}

/// A line of a file, with the part that is meant.
#[derive(Clone, Serialize, Debug)]
pub(super) struct Line {
    pub(super) number: u32,
    pub(super) before: String,
    pub(super) marked: String,
    pub(super) after: String,
}

/// How things stand, as JSON.
pub(super) fn of(state: &State, page: Option<&OutPath>, faults: &[Diagnostic], editor: Option<&Editor>) -> Vec<u8> {
    let node = page.and_then(|page| state.live.page_at(page));
    let facts = node.map(|node| Facts {
        file: &node.page.path,
        words: node.page.words,
        minutes: node.page.minutes(),
        draft: node.page.draft,
        open: editor.map(|editor| editor.opens(&state.root, node.page.path.as_str(), 1)),
    });
    let file = node.map(|node| &node.page.path);
    let is_here = |problem: &Diagnostic| file.is_some() && problem.primary().map(|label| &label.file) == file;
    let mut all: Vec<&Diagnostic> = faults.iter().chain(&state.problems).collect();
    all.sort_by_key(|problem| (problem.severity, !is_here(problem)));
    let errors: Vec<String> = all.iter().filter(|problem| problem.severity == Severity::Error).map(|problem| place_of(problem)).collect();

    let sources = OnDisk(&state.root);
    let mut drawn = Drawn::new(&sources);
    // Hints about other pages would only be in the way.
    let concerns = |problem: &&&Diagnostic| problem.severity != Severity::Hint || is_here(problem);
    let show = |problem: &&Diagnostic| Shown { here: is_here(problem), ..shown(problem, &mut drawn, editor, &state.root) };
    let problems = all.iter().filter(concerns).take(SHOWN).map(show).collect();
    let counts = all.iter().fold(Counts::default(), |counts, problem| {
        let one = Counts::of(std::slice::from_ref(*problem));
        Counts { errors: counts.errors + one.errors, warnings: counts.warnings + one.warnings, hints: counts.hints + one.hints }
    });
    let standing = Standing {
        page: facts,
        errors: counts.errors,
        warnings: counts.warnings,
        hints: counts.hints,
        signature: Fingerprint::of(&errors).to_string(),
        problems,
    };
    serde_json::to_vec(&standing).unwrap_or_default()
}

/// What tells a problem from others, whatever line it has moved to.
fn place_of(problem: &Diagnostic) -> String {
    let file = problem.primary().map_or("", |label| label.file.as_str());
    format!("{file} {} {}", problem.code.name(), problem.message)
}

/// The files that lines are drawn from; the last one stays open.
pub(super) struct Drawn<'a> {
    sources: &'a dyn Sources,
    open: Option<(SourcePath, Option<LineIndex<'a>>)>,
}

impl<'a> Drawn<'a> {
    pub(super) fn new(sources: &'a dyn Sources) -> Self {
        Self { sources, open: None }
    }

    fn file(&mut self, path: &SourcePath) -> Option<&LineIndex<'a>> {
        if self.open.as_ref().is_none_or(|(open, _)| open != path) {
            self.open = Some((path.clone(), self.sources.bytes(path).map(LineIndex::new)));
        }
        self.open.as_ref().and_then(|(_, index)| index.as_ref())
    }
}

/// A problem as it is shown.
pub(super) fn shown(problem: &Diagnostic, drawn: &mut Drawn<'_>, editor: Option<&Editor>, root: &Path) -> Shown {
    let label = problem.primary();
    let index = label.and_then(|label| drawn.file(&label.file));
    let span = label.map(|label| label.span).unwrap_or_default();
    let line = index.map(|index| index.line_at(span.start));
    let place = label.map(|label| match line {
        Some(line) => format!("{}, line {line}", label.file),
        None => label.file.to_string(),
    });
    Shown {
        code: problem.code.name(),
        severity: problem.severity.word(),
        message: sentence(&problem.message),
        place,
        lines: index.map(|index| lines(index, span.start as usize, span.end as usize)).unwrap_or_default(),
        help: problem.help.as_deref().map(sentence),
        command: command(problem),
        effect: effect(problem.code),
        open: editor.zip(label).map(|(editor, label)| editor.opens(root, label.file.as_str(), line.unwrap_or(1))),
        here: false,
    }
}

/// A message as a sentence: with a capital letter and a full stop.
fn sentence(message: &str) -> String {
    let mut chars = message.chars();
    let first = chars.next().map(char::to_uppercase).into_iter().flatten();
    let mut out: String = first.chain(chars).collect();
    if !out.ends_with(['.', '?', '!']) {
        out.push('.');
    }
    out
}

/// The lines around a place, the place marked.
fn lines(index: &LineIndex<'_>, start: usize, end: usize) -> Vec<Line> {
    let bytes = index.bytes();
    let (start, end) = (start.min(bytes.len()), end.clamp(start.min(bytes.len()), bytes.len()));
    let here = index.line_at(start as u32);
    let last = index.line_at(bytes.len() as u32);
    let draw = |number: u32| {
        let whole = index.line_bytes(number);
        let (from, to) =
            if number == here { (start.min(whole.end), end.min(whole.end).max(start.min(whole.end))) } else { (whole.end, whole.end) };
        let text = |range: std::ops::Range<usize>| String::from_utf8_lossy(&bytes[range]).replace('\t', "    ");
        let before = text(whole.start..from);
        let before = match before.char_indices().rev().nth(WIDTH) {
            Some((cut, _)) if number == here => format!("…{}", &before[cut..]),
            _ => shortened(&before),
        };
        Line { number, before, marked: shortened(&text(from..to)), after: shortened(&text(to..whole.end)) }
    };
    let is_blank = |number: &u32| *number != here && bytes[index.line_bytes(*number)].trim_ascii().is_empty();
    let first = (here.saturating_sub(AROUND).max(1)..=here).find(|number| !is_blank(number)).unwrap_or(here);
    let end = (here..=(here + AROUND).min(last)).rev().find(|number| !is_blank(number)).unwrap_or(here);
    (first..=end).map(draw).collect()
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(WIDTH) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.to_owned(),
    }
}

/// What to type to mend it.
fn command(problem: &Diagnostic) -> Option<String> {
    if problem.fixes.iter().any(|fix| fix.safety == Safety::Safe) {
        return Some("fourfold check --fix".to_owned());
    }
    let is_title = |target: &&str| !target.is_empty() && !target.contains(['"', '\\', '$', '`', '/', '#', '!']) && !target.contains(".md");
    let is_missing = matches!(problem.code, Code::BrokenLink | Code::WantedPage);
    let has_rival = problem.help.as_ref().is_some_and(|help| help.starts_with("did you mean"));
    match problem.target.as_deref().filter(is_title) {
        Some(title) if is_missing && !has_rival => Some(format!("fourfold new essay \"{title}\"")),
        _ => Some(format!("fourfold explain {}", problem.code.name())),
    }
}

/// What readers see as long as nothing is done.
fn effect(code: Code) -> Option<&'static str> {
    Some(match code {
        Code::BrokenLink | Code::WantedPage | Code::DraftLink | Code::StaleOwnUrl => {
            "the words without a link, or the description of the picture"
        }
        Code::BrokenAnchor => "the top of that page instead of the part that was meant",
        Code::AmbiguousLink => "one of the pages that were perhaps meant",
        Code::DuplicateUrl => "one of the two pages; the other has no address",
        Code::ShadowedUrl => "something else at that address",
        Code::FrontMatter => "the page without what its first lines say",
        Code::UnknownKey => "the page without what that line says",
        Code::Encoding => "question marks in place of letters",
        Code::Unreadable | Code::Symlink | Code::SpecialFile | Code::TooLarge => "nothing of this file",
        Code::RawHtml => "the page without that HTML",
        Code::UnsafeUrl => "the words without a link",
        Code::EmbedCycle | Code::EmbedBudget => "a link instead of the text",
        Code::MissingAlt => "nothing, where pictures are not seen",
        Code::Theme | Code::Contrast => "the handbook as it was before",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_marked_in_its_lines() {
        let index = LineIndex::new(b"one\ntwo\nSee [[X]] first.\nfour\n".as_slice());
        let drawn = lines(&index, 12, 17);
        let numbers: Vec<u32> = drawn.iter().map(|line| line.number).collect();
        assert_eq!(numbers, [1, 2, 3, 4]);
        assert_eq!((&*drawn[2].before, &*drawn[2].marked, &*drawn[2].after), ("See ", "[[X]]", " first."));
        assert_eq!((&*drawn[1].before, &*drawn[1].marked), ("two", ""));
    }

    #[test]
    fn any_place_can_be_drawn() {
        let bytes = format!("a\u{fffd}\r\n{}é\n\t\n", "x".repeat(1000)).into_bytes();
        for start in (0..bytes.len() + 3).step_by(7) {
            for end in (0..bytes.len() + 3).step_by(11) {
                assert!(!lines(&LineIndex::new(bytes.clone()), start, end).is_empty());
            }
        }
    }

    #[test]
    fn a_command_is_safe_to_paste() {
        let missing = |target: &str| Diagnostic::new(Code::BrokenLink, Severity::Error, "x").target(target);
        assert_eq!(command(&missing("Run fewer meetings")).as_deref(), Some("fourfold new essay \"Run fewer meetings\""));
        for evil in ["$(rm -rf)", "a\"; rm", "`x`", "../x.md", "a\\"] {
            assert_eq!(command(&missing(evil)).as_deref(), Some("fourfold explain broken-link"), "{evil}");
        }
    }

    #[test]
    fn an_editor_is_told_file_and_line() {
        let editor = Editor { address: "vscode://file{file}:{line}".into() };
        assert_eq!(editor.opens(Path::new("/h b"), "content/a.md", 0), "vscode://file/h%20b/content/a.md:1");
    }
}
