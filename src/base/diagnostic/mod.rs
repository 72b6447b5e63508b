//! What is wrong with the content, as one value with many faces.
//!
//! In: every stage makes diagnostics, cached with the page that they belong to. Out: `render` draws them.
//!
//! Invariant: spans are bytes of the file on disk; lines and columns are computed only when a face is drawn.
//! Invariant: diagnostics have a total order (file, place, code, message), so a report never depends on timing.

mod code;
pub mod render;

use std::collections::BTreeSet;

pub use code::Code;
use serde::Serialize;

use super::config::Mode;
use super::path::SourcePath;
use super::text::Span;

/// How bad it is. Errors stop a build before anything is published; hints never fail anything.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The site cannot be published like this.
    Error,
    /// Readers will miss something.
    Warning,
    /// The handbook could be better.
    Hint,
}

impl Severity {
    /// The word for it, in every face.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Hint => "hint",
        }
    }
}

/// A place in a file, with a few words about it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Label {
    /// The file, relative to the project root.
    pub file: SourcePath,
    /// Bytes of the file on disk.
    pub span: Span,
    /// What is there; may be empty.
    pub text: String,
}

/// Whether a fix may be applied without asking.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Safety {
    /// It changes nothing that readers see but the fault.
    Safe,
    /// A person should look at it first.
    Unsafe,
}

/// One replacement in one file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Edit {
    /// The file, relative to the project root.
    pub file: SourcePath,
    /// Bytes of the file on disk that are replaced.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// The bytes of a file with edits in their places, which ascend; `None` where they do not fit the bytes or meet.
pub fn edited(bytes: &[u8], edits: &[Edit]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len() + 64);
    let mut at = 0;
    for edit in edits {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        out.extend_from_slice(bytes.get(at..start).filter(|_| start <= end && end <= bytes.len())?);
        out.extend_from_slice(edit.text.as_bytes());
        at = end;
    }
    out.extend_from_slice(&bytes[at..]);
    Some(out)
}

/// A way to mend a problem.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Fix {
    /// What it does, in an author's words.
    pub title: String,
    /// Whether it may be applied without asking.
    pub safety: Safety,
    /// All the edits; they belong together.
    pub edits: Vec<Edit>,
}

/// One problem, in an author's words.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Diagnostic {
    /// Which problem it is.
    pub code: Code,
    /// How bad it is here.
    pub severity: Severity,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// Where: the first is the place itself, the others help to see why. Empty where no file is to blame.
    pub labels: Vec<Label>,
    /// What to do about it, one sentence.
    pub help: Option<String>,
    /// What was looked for and not found (a link's target, a key), as written.
    pub target: Option<String>,
    /// Ways to mend it, the best first.
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    /// A problem without a place; `at` adds it.
    pub fn new(code: Code, severity: Severity, message: impl Into<String>) -> Self {
        Self { code, severity, message: message.into(), labels: Vec::new(), help: None, target: None, fixes: Vec::new() }
    }

    /// Adds a place; the first one added is the primary one.
    #[must_use]
    pub fn at(mut self, file: &SourcePath, span: impl Into<Span>, text: impl Into<String>) -> Self {
        self.labels.push(Label { file: file.clone(), span: span.into(), text: text.into() });
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Names what was looked for.
    #[must_use]
    pub fn target(mut self, text: impl Into<String>) -> Self {
        self.target = Some(text.into());
        self
    }

    /// Adds a way to mend it.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }

    /// The primary place.
    pub fn primary(&self) -> Option<&Label> {
        self.labels.first()
    }
}

impl Ord for Diagnostic {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |d: &Self| d.primary().map(|label| (label.file.clone(), label.span.start, label.span.end));
        key(self)
            .cmp(&key(other))
            .then_with(|| self.code.name().cmp(other.code.name()))
            .then_with(|| self.message.cmp(&other.message))
            .then_with(|| self.labels.cmp(&other.labels))
            .then_with(|| {
                (self.severity, &self.help, &self.target, &self.fixes).cmp(&(other.severity, &other.help, &other.target, &other.fixes))
            })
    }
}

impl PartialOrd for Diagnostic {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl std::fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

/// Every problem: of the plan and of finding the files; a kind of foreign tag is named once, in a foreign folder a key as well.
pub fn merged(planned: Vec<Diagnostic>, found: &[Diagnostic], mode: Mode) -> Vec<Diagnostic> {
    let mut all = planned;
    all.extend(found.iter().cloned());
    all.sort();
    let mut seen: BTreeSet<(Code, String)> = BTreeSet::new();
    let once = |code| code == Code::Shortcode || code == Code::UnknownKey && mode == Mode::Foreign;
    all.retain(|problem| !once(problem.code) || problem.target.as_ref().is_none_or(|name| seen.insert((problem.code, name.clone()))));
    all
}

/// How many problems there are, by severity.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// Problems that stop a build.
    pub errors: usize,
    /// Problems that readers notice.
    pub warnings: usize,
    /// Suggestions.
    pub hints: usize,
}

impl Counts {
    /// Counts a list.
    pub fn of(diagnostics: &[Diagnostic]) -> Self {
        diagnostics.iter().fold(Self::default(), |mut counts, diagnostic| {
            match diagnostic.severity {
                Severity::Error => counts.errors += 1,
                Severity::Warning => counts.warnings += 1,
                Severity::Hint => counts.hints += 1,
            }
            counts
        })
    }

    /// Errors and warnings: what "0 problems" counts.
    pub fn problems(self) -> usize {
        self.errors + self.warnings
    }
}
