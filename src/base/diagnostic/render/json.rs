//! Diagnostics as JSON: one object a line, or one array for `--report`.
//!
//! In: diagnostics. Out: objects whose keys stand in one order; what is absent is `null`, never missing.
//!
//! Invariant: lines and columns count from 1, in characters; `start` and `end` are bytes of the file on disk.

use std::io;

use serde::Serialize;

use super::super::super::path::SourcePath;
use super::super::{Diagnostic, Fix, Safety};
use super::files::Files;

#[derive(Serialize)]
struct Entry<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    file: Option<&'a SourcePath>,
    line: Option<u32>,
    column: Option<u32>,
    end_line: Option<u32>,
    end_column: Option<u32>,
    target: Option<&'a str>,
    help: Option<&'a str>,
    fixes: Vec<FixEntry<'a>>,
}

#[derive(Serialize)]
struct FixEntry<'a> {
    title: &'a str,
    safe: bool,
    edits: Vec<EditEntry<'a>>,
}

#[derive(Serialize)]
struct EditEntry<'a> {
    file: &'a SourcePath,
    start: u32,
    end: u32,
    text: &'a str,
}

pub(super) fn render(diagnostics: &[Diagnostic], files: &mut Files<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    for diagnostic in diagnostics {
        serde_json::to_writer(&mut *out, &entry(diagnostic, files))?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

pub(super) fn report(diagnostics: &[Diagnostic], files: &mut Files<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    out.write_all(b"[")?;
    for (at, diagnostic) in diagnostics.iter().enumerate() {
        out.write_all(if at == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, &entry(diagnostic, files))?;
    }
    out.write_all(if diagnostics.is_empty() { b"]\n" } else { b"\n]\n" })
}

fn entry<'a>(diagnostic: &'a Diagnostic, files: &mut Files<'_>) -> Entry<'a> {
    let label = diagnostic.primary();
    let place = label.and_then(|label| files.place(label));
    Entry {
        code: diagnostic.code.name(),
        severity: diagnostic.severity.word(),
        message: &diagnostic.message,
        file: label.map(|label| &label.file),
        line: place.map(|place| place.line),
        column: place.map(|place| place.column),
        end_line: place.map(|place| place.end_line),
        end_column: place.map(|place| place.end_column),
        target: diagnostic.target.as_deref(),
        help: diagnostic.help.as_deref(),
        fixes: diagnostic
            .fixes
            .iter()
            .map(|fix| FixEntry { title: &fix.title, safe: fix.safety == Safety::Safe, edits: edits(fix) })
            .collect(),
    }
}

fn edits(fix: &Fix) -> Vec<EditEntry<'_>> {
    fix.edits.iter().map(|edit| EditEntry { file: &edit.file, start: edit.span.start, end: edit.span.end, text: &edit.text }).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::testing::{drawn, handbook, list};

    const LINES: [&str; 3] = [
        concat!(
            r#"{"code":"broken-link","severity":"error","message":"there is no page called \"Run fewer meeting\"","#,
            r#""file":"content/delegate, or: not.md","line":3,"column":6,"end_line":3,"end_column":27,"#,
            r#""target":"Run fewer meeting","help":"did you mean \"Run fewer meetings\"?","#,
            r#""fixes":[{"title":"link to \"Run fewer meetings\"","safe":true,"#,
            r#""edits":[{"file":"content/delegate, or: not.md","start":23,"end":40,"text":"Run fewer meetings"}]}]}"#,
        ),
        concat!(
            r#"{"code":"raw-html","severity":"warning","message":"this HTML is left out","#,
            r#""file":"content/vision.md","line":2,"column":5,"end_line":3,"end_column":8,"target":null,"help":null,"fixes":[]}"#,
        ),
        concat!(
            r#"{"code":"orphan-page","severity":"hint","message":"there is no address yet","file":null,"#,
            r#""line":null,"column":null,"end_line":null,"end_column":null,"target":null,"help":null,"fixes":[]}"#,
        ),
    ];

    #[test]
    fn an_object_a_line_with_every_key_in_order() {
        assert_eq!(drawn(Format::Json, &list(), &handbook()), LINES.map(|line| format!("{line}\n")).concat());
    }

    #[test]
    fn the_report_is_the_same_as_one_array() {
        let mut out = Vec::new();
        super::super::report(&list(), &handbook(), &mut out).expect("memory takes everything");
        assert_eq!(String::from_utf8(out).expect("UTF-8"), format!("[\n{}\n]\n", LINES.join(",\n")));
        let mut out = Vec::new();
        super::super::report(&[], &handbook(), &mut out).expect("memory takes everything");
        assert_eq!(out, b"[]\n");
    }
}
