//! Problems for people: the line drawn, the place marked, what to do.
//!
//! In: diagnostics. Out: a paragraph each, with a blank line between two.
//!
//! Invariant: lines and columns are those of the file, also where only a part of a long line is shown.

use std::io;

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use super::super::super::path::SourcePath;
use super::super::{Diagnostic, Label, Safety, Severity};
use super::Colour;
use super::excerpt::{Excerpt, Mark, visible};
use super::files::Files;

/// How many places of one problem are drawn.
const PLACES: usize = 12;

/// Stands for a path while the library draws. It counts columns in the excerpt that it is given, so its count is
/// replaced by the file's. No text can hold this character, since `visible` escapes it.
const STAND_IN: char = '\u{FFFF}';

pub(super) fn render(diagnostics: &[Diagnostic], files: &mut Files<'_>, out: &mut dyn io::Write, colour: Colour) -> io::Result<()> {
    let renderer = match colour {
        Colour::Plain => Renderer::plain(),
        Colour::Styled => Renderer::styled(),
    };
    for (at, diagnostic) in diagnostics.iter().enumerate() {
        if at > 0 {
            out.write_all(b"\n")?;
        }
        writeln!(out, "{}", one(diagnostic, files, &renderer))?;
    }
    Ok(())
}

fn one(diagnostic: &Diagnostic, files: &mut Files<'_>, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Hint => Level::INFO.with_name(diagnostic.severity.word()),
    };
    let mut group = Group::with_title(level.primary_title(visible(&diagnostic.message)).id(diagnostic.code.name()));
    let mut origins = Vec::new();
    for cluster in clusters(&diagnostic.labels, files) {
        group = group.element(drawn(&cluster, files, &mut origins));
    }
    if diagnostic.labels.is_empty() {
        return without_place(group, diagnostic, renderer);
    }
    if let Some(more) = diagnostic.labels.len().checked_sub(PLACES + 1) {
        group = group.element(Level::NOTE.message(format!("and {} more places", more + 1)));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(visible(help)));
    }
    for fix in diagnostic.fixes.iter().filter(|fix| fix.safety == Safety::Safe) {
        group = group.element(Level::HELP.message(visible(&fix.title)));
    }
    with_origins(&renderer.render(&[group]), &origins)
}

/// A problem that no line is to blame for: its help stands below it as it is, without the margin of a line.
fn without_place(group: Group<'_>, diagnostic: &Diagnostic, renderer: &Renderer) -> String {
    let mut text = renderer.render(&[group]).to_string();
    let safe = diagnostic.fixes.iter().filter(|fix| fix.safety == Safety::Safe).map(|fix| fix.title.as_str());
    for help in diagnostic.help.as_deref().into_iter().chain(safe) {
        text.push_str("\n  = help: ");
        text.push_str(&visible(help));
    }
    text
}

/// Places in one file that are drawn together.
struct Cluster<'a> {
    file: &'a SourcePath,
    /// The labels; a mark is `None` where the bytes of the file cannot be had.
    labels: Vec<(&'a Label, Option<Mark>, AnnotationKind)>,
}

fn clusters<'a>(labels: &'a [Label], files: &mut Files<'_>) -> Vec<Cluster<'a>> {
    let mut clusters: Vec<Cluster<'a>> = Vec::new();
    for (at, label) in labels.iter().take(PLACES).enumerate() {
        let mark = files.get(&label.file).map(|file| Mark::new(&file.index, label.span));
        let kind = if at == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        let fits = |cluster: &&mut Cluster<'_>| {
            let near = |other: &Option<Mark>| mark.as_ref().zip(other.as_ref()).is_none_or(|(mark, other)| mark.is_near(other));
            *cluster.file == label.file && cluster.labels.iter().all(|(_, other, _)| near(other))
        };
        match clusters.iter_mut().find(fits) {
            Some(cluster) => cluster.labels.push((label, mark, kind)),
            None => clusters.push(Cluster { file: &label.file, labels: vec![(label, mark, kind)] }),
        }
    }
    clusters
}

/// One excerpt with its marks, or the bare path; adds what the excerpt's stand-in stands for.
fn drawn<'a>(cluster: &Cluster<'a>, files: &mut Files<'_>, origins: &mut Vec<String>) -> Element<'a> {
    let path = visible(cluster.file.as_str());
    let marks: Vec<&Mark> = cluster.labels.iter().filter_map(|(_, mark, _)| mark.as_ref()).collect();
    let Some(file) = files.get(cluster.file).filter(|_| !marks.is_empty()) else {
        return Origin::path(path).into();
    };
    let place = file.place(cluster.labels[0].0.span);
    origins.push(format!("{path}:{}:{}", place.line, place.column));
    let excerpt = Excerpt::new(&file.index, &marks);
    let mut snippet = Snippet::source(excerpt.text).line_start(excerpt.first as usize).path(STAND_IN.to_string());
    for ((label, mark, kind), span) in cluster.labels.iter().zip(excerpt.marks) {
        let until = mark.as_ref().and_then(|mark| mark.until).map(|line| format!("up to line {line}"));
        let said = Some(visible(&label.text)).filter(|text| !text.is_empty());
        let text = match (said, until) {
            (Some(text), Some(until)) => Some(format!("{text} ({until})").into()),
            (text, until) => text.or(until.map(Into::into)),
        };
        snippet = snippet.annotation(kind.span(span).label(text));
    }
    snippet.into()
}

/// Puts the true origins where the stand-ins are, and drops the counts that follow these.
fn with_origins(drawn: &str, origins: &[String]) -> String {
    let mut parts = drawn.split(STAND_IN);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for (part, origin) in parts.zip(origins) {
        out.push_str(origin);
        out.push_str(part.trim_start_matches(|ch: char| ch == ':' || ch.is_ascii_digit()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::super::Code;
    use super::super::testing::{Table, drawn, handbook, list, path};
    use super::super::{Format, render as render_face};
    use super::*;

    #[test]
    fn the_line_is_drawn_with_its_marks() {
        let expected = r#"
error[broken-link]: there is no page called "Run fewer meeting"
 --> content/delegate, or: not.md:3:6
  |
3 | Déjà [[Run fewer meeting]] first.
  |      ^^^^^^^^^^^^^^^^^^^^^ this link goes nowhere
  |
 ::: content/vision.md:1:1
  |
1 | One
  | --- 100% alike
  |
  = help: did you mean "Run fewer meetings"?
  = help: link to "Run fewer meetings"

warning[raw-html]: this HTML is left out
 --> content/vision.md:2:5
  |
2 |   Two <div
  |  _____^
3 | | class=x> end
  | |_______^

hint[orphan-page]: there is no address yet
"#;
        assert_eq!(drawn(Format::Human, &list(), &handbook()), expected.trim_start());
    }

    #[test]
    fn a_problem_without_a_place_has_no_empty_line_drawn() {
        let diagnostic = Diagnostic::new(Code::EmptyCell, Severity::Hint, "no essay in Vision speaks for management").help("write one");
        let expected = "hint[empty-cell]: no essay in Vision speaks for management\n  = help: write one\n";
        assert_eq!(drawn(Format::Human, &[diagnostic], &handbook()), expected);
    }

    #[test]
    fn a_long_line_keeps_its_column_and_little_text() {
        let line = format!("{}<b>{}\n", "wörd ".repeat(20_000), "x".repeat(100_000));
        let table = Table(vec![("a.md", line.into_bytes())]);
        let diagnostic = Diagnostic::new(Code::RawHtml, Severity::Hint, "left out").at(&path("a.md"), 120_000..120_003, "this");
        let text = drawn(Format::Human, &[diagnostic], &table);
        assert!(text.contains("--> a.md:1:100001\n"), "{text}");
        assert!(text.contains("wörd <b>x") && text.contains("^^^ this") && text.len() < 1000, "{text}");
    }

    #[test]
    fn near_places_share_a_drawing_and_far_ones_do_not() {
        let table = Table(vec![("a.md", b"one\ntwo\n3\n4\n5\n6\n7\n8\n9\n10\nend\n".to_vec())]);
        let a = path("a.md");
        let diagnostic = Diagnostic::new(Code::DuplicateUrl, Severity::Error, "twice").at(&a, 4..7, "here").at(&a, 0..3, "there").at(
            &a,
            25..28,
            "and here",
        );
        let expected = r#"
error[duplicate-url]: twice
  --> a.md:2:1
   |
 1 | one
   | --- there
 2 | two
   | ^^^ here
   |
  ::: a.md:11:1
   |
11 | end
   | --- and here
"#;
        assert_eq!(drawn(Format::Human, &[diagnostic], &table), expected.trim_start());
    }

    #[test]
    fn colours_come_only_when_asked_for() {
        let mut out = Vec::new();
        render_face(Format::Human, &list(), &handbook(), &mut out, Colour::Styled).expect("memory takes everything");
        let text = String::from_utf8(out).expect("UTF-8");
        assert!(text.contains("\u{1b}[") && text.contains("content/delegate, or: not.md:3:6"), "{text}");
        assert!(!drawn(Format::Human, &list(), &handbook()).contains('\u{1b}'));
    }

    #[test]
    fn many_places_are_counted_instead_of_drawn() {
        let table = Table(vec![("a.md", b"x\n".repeat(200))]);
        let a = path("a.md");
        let diagnostic =
            (0..100).fold(Diagnostic::new(Code::AmbiguousLink, Severity::Error, "many"), |d, at| d.at(&a, at * 2..at * 2 + 1, ""));
        let text = drawn(Format::Human, &[diagnostic], &table);
        assert!(text.contains("and 88 more places") && text.lines().count() < 80, "{text}");
    }
}
