//! Draws diagnostics: one value, many faces.
//!
//! In: a sorted list of diagnostics and the files they speak of. Out: text for people, for tools and for code hosts.
//!
//! Invariant: no face panics or grows without bound, whatever the spans and the bytes on disk are.
//! Invariant: each file is read and indexed once while its diagnostics are drawn, so the time is linear.
//! Invariant: text for people holds no character that could steer a terminal, except colours when asked for.

mod excerpt;
mod files;
mod github;
mod human;
mod json;
mod sarif;
mod short;
mod summary;

use std::borrow::Cow;
use std::io;

use super::super::path::SourcePath;
use super::Diagnostic;
use files::Files;

/// Where the renderer finds the files.
pub trait Sources {
    /// The bytes of a file on disk; `None` where they cannot be had, and the diagnostic is drawn without them.
    fn bytes(&self, file: &SourcePath) -> Option<Cow<'_, [u8]>>;
}

/// Which face.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// For people: the source line drawn, with what to do.
    Human,
    /// One line each: `file:line:col: severity[code]: message`.
    Short,
    /// One JSON object a line.
    Json,
    /// One SARIF 2.1.0 document.
    Sarif,
    /// GitHub workflow commands, the most severe first.
    Github,
}

/// Whether text for people is coloured; the other formats never are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Colour {
    /// No escape codes.
    Plain,
    /// ANSI colours and weights.
    Styled,
}

/// Draws the diagnostics in the order given (GitHub's excepted). Fails only where `out` does.
pub fn render(
    format: Format,
    diagnostics: &[Diagnostic],
    sources: &dyn Sources,
    out: &mut dyn io::Write,
    colour: Colour,
) -> io::Result<()> {
    let mut files = Files::new(sources);
    match format {
        Format::Human => human::render(diagnostics, &mut files, out, colour),
        Format::Short => short::render(diagnostics, &mut files, out),
        Format::Json => json::render(diagnostics, &mut files, out),
        Format::Sarif => sarif::render(diagnostics, &mut files, out),
        Format::Github => github::render(diagnostics, &mut files, out),
    }
}

/// Writes what `--report` asks for: the objects of `Format::Json` as one array, an object a line.
pub fn report(diagnostics: &[Diagnostic], sources: &dyn Sources, out: &mut dyn io::Write) -> io::Result<()> {
    json::report(diagnostics, &mut Files::new(sources), out)
}

/// Writes a table of all problems for the summary of a workflow's job, in Markdown; `diagnostics` come the most severe first.
pub fn job_summary(diagnostics: &[Diagnostic], sources: &dyn Sources, out: &mut dyn io::Write) -> io::Result<()> {
    summary::render(diagnostics, &mut Files::new(sources), out)
}

#[cfg(test)]
mod testing {
    use super::super::super::text::Span;
    use super::super::{Code, Edit, Fix, Safety, Severity};
    use super::*;

    /// Files at hand.
    pub(super) struct Table(pub Vec<(&'static str, Vec<u8>)>);

    impl Sources for Table {
        fn bytes(&self, file: &SourcePath) -> Option<Cow<'_, [u8]>> {
            self.0.iter().find(|(name, _)| *name == file.as_str()).map(|(_, bytes)| Cow::Borrowed(bytes.as_slice()))
        }
    }

    pub(super) fn path(name: &str) -> SourcePath {
        SourcePath::new(name).expect("a path")
    }

    pub(super) fn handbook() -> Table {
        Table(vec![
            ("content/delegate, or: not.md", b"# D\xC3\xA9l\xC3\xA9guer\n\nD\xC3\xA9j\xC3\xA0 [[Run fewer meeting]] first.\n".to_vec()),
            ("content/vision.md", b"One\r\nTwo <div\r\nclass=x> end\r\n".to_vec()),
        ])
    }

    /// One of each shape: a fix, a second place in another file, several lines, no place.
    pub(super) fn list() -> Vec<Diagnostic> {
        let page = path("content/delegate, or: not.md");
        let vision = path("content/vision.md");
        let span = Span { start: 21, end: 42 };
        let edit = Edit { file: page.clone(), span: Span { start: 23, end: 40 }, text: "Run fewer meetings".into() };
        let fix = Fix { title: "link to \"Run fewer meetings\"".into(), safety: Safety::Safe, edits: vec![edit] };
        vec![
            Diagnostic::new(Code::BrokenLink, Severity::Error, "there is no page called \"Run fewer meeting\"")
                .at(&page, span, "this link goes nowhere")
                .at(&vision, 0..3, "100% alike")
                .help("did you mean \"Run fewer meetings\"?")
                .target("Run fewer meeting")
                .fix(fix),
            Diagnostic::new(Code::RawHtml, Severity::Warning, "this HTML is left out").at(&vision, 9..22, ""),
            Diagnostic::new(Code::OrphanPage, Severity::Hint, "there is no address yet"),
        ]
    }

    pub(super) fn drawn(format: Format, diagnostics: &[Diagnostic], sources: &dyn Sources) -> String {
        let mut out = Vec::new();
        render(format, diagnostics, sources, &mut out, Colour::Plain).expect("memory takes everything");
        String::from_utf8(out).expect("UTF-8")
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::text::Span;
    use super::super::{Code, Severity};
    use super::testing::{Table, drawn, path};
    use super::*;

    const ALL: [Format; 5] = [Format::Human, Format::Short, Format::Json, Format::Sarif, Format::Github];

    #[test]
    fn no_span_makes_a_face_panic() {
        let bytes =
            b"\xEF\xBB\xBFa\tb\r\n\xA6\xE2\x82\xAC\0\xF0\x9F\x98\x80x\r\n\xE2\x80\xAE\n\n1\n2\n3\n4\n5\n6\n7\n\xE4\xB8\xAD\r".to_vec();
        let end = bytes.len() as u32 + 2;
        let table = Table(vec![("a.md", bytes), ("empty.md", Vec::new())]);
        for start in 0..=end {
            for stop in (0..=end).chain([u32::MAX]) {
                let diagnostic = Diagnostic::new(Code::Encoding, Severity::Error, "x")
                    .at(&path("a.md"), Span { start, end: stop }, "here")
                    .at(&path("a.md"), Span { start: stop, end: start }, "there")
                    .at(&path("empty.md"), start..stop, "");
                for format in ALL {
                    assert!(!drawn(format, std::slice::from_ref(&diagnostic), &table).is_empty());
                }
            }
        }
    }

    #[test]
    fn a_file_that_cannot_be_had_is_named_without_a_line() {
        let gone = [Diagnostic::new(Code::Unreadable, Severity::Error, "this file cannot be read").at(&path("a.md"), 4..5, "")];
        let table = Table(Vec::new());
        assert_eq!(drawn(Format::Human, &gone, &table), "error[unreadable]: this file cannot be read\n--> a.md\n");
        assert_eq!(drawn(Format::Short, &gone, &table), "a.md: error[unreadable]: this file cannot be read\n");
        assert_eq!(drawn(Format::Github, &gone, &table), "::error file=a.md,title=unreadable::this file cannot be read\n");
    }

    #[test]
    fn nothing_steers_a_terminal() {
        let evil = "\u{1b}[31mred\u{202e}\u{9b}2J\nnext";
        let table = Table(vec![("a.md", format!("x {evil}\n").into_bytes())]);
        let diagnostic = Diagnostic::new(Code::BrokenLink, Severity::Error, evil).at(&path("a.md"), 2..9, evil).help(evil);
        for format in [Format::Human, Format::Short, Format::Github] {
            let text = drawn(format, std::slice::from_ref(&diagnostic), &table);
            assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{9b}']), "{format:?}: {text}");
            assert!(text.contains("\\u{1b}[31mred\\u{202e}"), "{format:?}: {text}");
        }
    }
}
