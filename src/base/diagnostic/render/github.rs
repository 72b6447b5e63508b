//! GitHub workflow commands, which a code host shows beside the changed lines.
//!
//! In: diagnostics. Out: one `::error …::message` each, the most severe first, since the host shows only the first few.

use std::io;

use super::super::{Diagnostic, Severity};
use super::excerpt::visible;
use super::files::Files;

pub(super) fn render(diagnostics: &[Diagnostic], files: &mut Files<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    for severity in [Severity::Error, Severity::Warning, Severity::Hint] {
        for diagnostic in diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity) {
            one(diagnostic, files, out)?;
        }
    }
    Ok(())
}

fn one(diagnostic: &Diagnostic, files: &mut Files<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let command = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "notice",
    };
    write!(out, "::{command} ")?;
    if let Some(label) = diagnostic.primary() {
        write!(out, "file={},", property(label.file.as_str()))?;
        if let Some(place) = files.place(label) {
            write!(out, "line={},endLine={},", place.line, place.end_line)?;
            // The host refuses columns of a place that spans lines.
            if place.line == place.end_line {
                write!(out, "col={},endColumn={},", place.column, place.end_column)?;
            }
        }
    }
    write!(out, "title={}::{}", diagnostic.code.name(), data(&diagnostic.message))?;
    if let Some(help) = &diagnostic.help {
        write!(out, "%0A{}", data(help))?;
    }
    writeln!(out)
}

/// Escapes the text of a command. Line ends survive, since the host shows them.
fn data(text: &str) -> String {
    let escaped: Vec<String> = text.split('\n').map(|line| visible(line.trim_end_matches('\r')).replace('%', "%25")).collect();
    escaped.join("%0A")
}

/// Escapes a property of a command.
fn property(text: &str) -> String {
    visible(text).replace('%', "%25").replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::testing::{drawn, handbook, list};
    use super::*;

    #[test]
    fn a_command_names_the_place_and_the_worst_comes_first() {
        let mut diagnostics = list();
        diagnostics.reverse();
        let expected = "\
::error file=content/delegate%2C or%3A not.md,line=3,endLine=3,col=6,endColumn=27,title=broken-link::there is no page called \"Run fewer meeting\"%0Adid you mean \"Run fewer meetings\"?
::warning file=content/vision.md,line=2,endLine=3,title=raw-html::this HTML is left out
::notice title=orphan-page::there is no address yet
";
        assert_eq!(drawn(Format::Github, &diagnostics, &handbook()), expected);
    }

    #[test]
    fn what_the_host_reads_as_syntax_is_escaped() {
        assert_eq!(data("100%\r\n::stop\u{7}"), "100%25%0A::stop\\u{7}");
        assert_eq!(property("a%,b:c\nd"), "a%25%2Cb%3Ac\\nd");
    }
}
