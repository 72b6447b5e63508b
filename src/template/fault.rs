//! Errors of templates, said in a theme maker's words and with their places.
//!
//! In: an error of the template engine. Out: `theme` diagnostics, whose label is a byte span of the file in `themes/NAME`.
//!
//! Invariant: a fault in the embedded theme has no label, since no file of the handbook is to blame.

use std::collections::BTreeMap;
use std::ops::Range;

use tera::{Error, ErrorKind};

use crate::base::diagnostic::{Code, Diagnostic, Severity};
use crate::base::path::SourcePath;
use crate::base::text::Span;

/// What the names of the embedded templates start with.
pub(super) const EMBEDDED: &str = "default/";

/// Where the templates of a theme lie, and what they say.
pub(super) struct Origin<'a> {
    /// The theme's folder, relative to the project root.
    pub root: &'a str,
    /// The handbook's own templates by name; empty once they are loaded, when spans come with the error.
    pub texts: &'a BTreeMap<String, String>,
}

impl Origin<'_> {
    /// The problems that an error stands for; it may gather several.
    pub fn faults(&self, error: &Error) -> Vec<Diagnostic> {
        match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
                let span = report.span();
                vec![self.fault(report.message(), report.filename(), span.range.clone(), span.start_line)]
            }
            ErrorKind::MissingParent { current, parent } => {
                vec![self.named(current, parent, &format!("there is no template `{parent}` to extend"))]
            }
            ErrorKind::CircularExtend { tpl, .. } => {
                let help = format!("a template that changes the built-in one of the same name extends `{EMBEDDED}{tpl}`");
                vec![self.named(tpl, "extends", "the template extends itself").help(help)]
            }
            ErrorKind::CircularInclude { tpl, .. } => vec![self.named(tpl, "include", "the template includes itself")],
            ErrorKind::Msg(text) => {
                let found = self.reports(text);
                if found.is_empty() { vec![plain(text)] } else { found }
            }
            other => vec![plain(&other.to_string())],
        }
    }

    /// A problem with a file of the theme that is no template.
    pub fn file(&self, name: &str, span: Range<usize>, message: &str) -> Diagnostic {
        self.label(plain(message), name, span)
    }

    fn fault(&self, message: &str, template: &str, range: Range<usize>, line: usize) -> Diagnostic {
        match template.strip_prefix(EMBEDDED) {
            Some(name) => {
                let problem = plain(message);
                let message = format!("{} (in the built-in template {name}, line {line})", problem.message);
                Diagnostic { message, ..problem }
            }
            None => self.label(plain(message), &format!("templates/{template}"), range),
        }
    }

    fn label(&self, problem: Diagnostic, name: &str, range: Range<usize>) -> Diagnostic {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        match SourcePath::new(&format!("{}/{name}", self.root)) {
            Some(path) => problem.at(&path, Span { start: offset(range.start), end: offset(range.end) }, ""),
            None => problem,
        }
    }

    /// A problem at the first place of a word in a template.
    fn named(&self, template: &str, word: &str, message: &str) -> Diagnostic {
        let text = self.texts.get(template).map_or("", String::as_str);
        let start = text.find(word).unwrap_or(0);
        let line = text[..start].matches('\n').count() + 1;
        self.fault(message, template, start..(start + word.len()).min(text.len()), line)
    }

    /// Reads the reports that the engine joins into one text when names are unknown: each a message, a place and a line
    /// of carets.
    fn reports(&self, text: &str) -> Vec<Diagnostic> {
        let mut out = Vec::new();
        let mut message = "";
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if let Some(rest) = line.strip_prefix("error: ") {
                message = rest;
            } else if let Some(place) = line.trim_start().strip_prefix("--> ") {
                let mut parts = place.rsplitn(3, ':');
                let (column, row, template) = (parts.next(), parts.next(), parts.next().unwrap_or_default());
                let number = |part: Option<&str>| part.and_then(|part| part.parse::<usize>().ok()).unwrap_or(1);
                let carets = lines.by_ref().take(3).last().map_or(1, |carets| carets.matches('^').count());
                let range = self.texts.get(template).map_or(0..0, |text| bytes(text, number(row), number(column), carets));
                out.push(self.fault(message, template, range, number(row)));
            }
        }
        out
    }
}

/// The bytes of so many characters from a line and column, both from 1.
fn bytes(text: &str, line: usize, column: usize, length: usize) -> Range<usize> {
    let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let row = text[start..].lines().next().unwrap_or_default();
    let at = |chars: usize| row.char_indices().nth(chars).map_or(row.len(), |(at, _)| at);
    start + at(column - 1)..start + at(column - 1 + length)
}

/// A problem without a place; what the engine adds after its first sentence becomes the help.
fn plain(message: &str) -> Diagnostic {
    let message = message.trim().trim_end_matches('.');
    match message.split_once(". ") {
        Some((first, rest)) => Diagnostic::new(Code::Theme, Severity::Error, first).help(rest),
        None => Diagnostic::new(Code::Theme, Severity::Error, message),
    }
}
