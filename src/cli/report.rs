//! What is said, and where: problems and progress to standard error, data to standard output.

use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use crate::base::diagnostic::render::{Colour, Format, render, report};
use crate::base::diagnostic::{Counts, Diagnostic, Severity};
use crate::resolve::Graph;

use super::load::OnDisk;

/// Everything went well.
pub const DONE: u8 = 0;
/// The content has problems.
pub const PROBLEMS: u8 = 1;
/// The usage, the config, the theme or the environment is at fault.
pub const USAGE: u8 = 2;

/// Why a command could not do its work at all: exit code 2.
#[derive(Debug)]
pub struct Failure {
    message: Option<String>,
    problems: Vec<Diagnostic>,
}

impl Failure {
    /// A failure that one sentence explains.
    pub fn new(message: String) -> Self {
        Self { message: Some(message), problems: Vec::new() }
    }

    /// A failure that problems with places explain.
    pub fn with(problems: Vec<Diagnostic>) -> Self {
        Self { message: None, problems }
    }

    /// The problems, for a report.
    pub fn problems(&self) -> &[Diagnostic] {
        &self.problems
    }

    /// The sentence, where one explains it.
    pub fn message(&self) -> &str {
        self.message.as_deref().unwrap_or_default()
    }

    /// Says it.
    pub fn say(&self, root: &Path) -> ExitCode {
        if let Some(message) = &self.message {
            line(&format!("error: {message}"));
        }
        show(&self.problems, root);
        ExitCode::from(USAGE)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::new(error.to_string())
    }
}

/// Says a line to people.
pub fn line(text: &str) {
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Whether to use colours on standard error.
pub fn colour() -> Colour {
    let choice = anstream::AutoStream::choice(&io::stderr());
    if matches!(choice, anstream::ColorChoice::Never) { Colour::Plain } else { Colour::Styled }
}

/// Draws problems for people.
pub fn show(problems: &[Diagnostic], root: &Path) {
    let mut out = BufWriter::new(anstream::stderr());
    let _ = render(Format::Human, problems, &OnDisk(root), &mut out, colour());
    let _ = out.flush();
}

/// Draws errors and warnings for people.
pub fn show_without_hints(problems: &[Diagnostic], root: &Path) {
    let shown: Vec<Diagnostic> = problems.iter().filter(|problem| problem.severity != Severity::Hint).cloned().collect();
    show(&shown, root);
}

/// Writes problems to standard output in a format for programs.
pub fn print(problems: &[Diagnostic], format: Format, root: &Path) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    ignore_closed_pipe(render(format, problems, &OnDisk(root), &mut out, Colour::Plain).and_then(|()| out.flush()))
}

/// Writes text to standard output.
pub fn data(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    ignore_closed_pipe(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// A reader that has seen enough is no error.
fn ignore_closed_pipe(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Writes the report file.
pub fn write_report(problems: &[Diagnostic], root: &Path, file: &Path) -> Result<(), Failure> {
    let mut bytes = Vec::new();
    report(problems, &OnDisk(root), &mut bytes)?;
    std::fs::write(file, bytes).map_err(|error| Failure::new(format!("The report {} cannot be written: {error}", file.display())))
}

/// Whether warnings count as errors.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Strictness {
    /// They do not.
    Lenient,
    /// They do.
    Strict,
}

impl From<bool> for Strictness {
    fn from(strict: bool) -> Self {
        if strict { Self::Strict } else { Self::Lenient }
    }
}

/// Whether the problems stop a build and make a check fail.
pub fn fails(problems: &[Diagnostic], strictness: Strictness) -> bool {
    let worst = if strictness == Strictness::Strict { Severity::Warning } else { Severity::Error };
    problems.iter().any(|problem| problem.severity <= worst)
}

/// `2 errors, 1 warning`, or `0 problems`; hints are named where there are any.
pub fn counted(problems: &[Diagnostic]) -> String {
    let counts = Counts::of(problems);
    let mut parts = Vec::new();
    for (count, word) in [(counts.errors, "error"), (counts.warnings, "warning")] {
        if count > 0 {
            parts.push(plural(count, word));
        }
    }
    if parts.is_empty() {
        parts.push("0 problems".to_owned());
    }
    if counts.hints > 0 {
        parts.push(plural(counts.hints, "hint"));
    }
    parts.join(", ")
}

/// How many pages readers get, and how many links are written in them.
pub fn published(graph: &Graph) -> (usize, usize) {
    let published = graph.in_order().filter(|(_, node)| node.is_published(&graph.settings));
    published.fold((0, 0), |(pages, links), (_, node)| (pages + 1, links + node.page.links.len()))
}

/// `1 page`, `2 pages`, `10,000 pages`.
pub fn plural(count: usize, word: &str) -> String {
    format!("{} {word}{}", grouped(count), if count == 1 { "" } else { "s" })
}

fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(plural(1, "page"), "1 page");
        assert_eq!(plural(10_000, "page"), "10,000 pages");
    }
}
