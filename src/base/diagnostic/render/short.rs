//! One line each, as editors and `grep` read it: `file:line:col: severity[code]: message`.
//!
//! In: diagnostics. Out: a line each; what is not known (a place, a line) is left out from the left part.

use std::io;

use super::super::Diagnostic;
use super::excerpt::visible;
use super::files::Files;

pub(super) fn render(diagnostics: &[Diagnostic], files: &mut Files<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    for diagnostic in diagnostics {
        if let Some(label) = diagnostic.primary() {
            write!(out, "{}:", visible(label.file.as_str()))?;
            if let Some(place) = files.place(label) {
                write!(out, "{}:{}:", place.line, place.column)?;
            }
            out.write_all(b" ")?;
        }
        writeln!(out, "{}[{}]: {}", diagnostic.severity.word(), diagnostic.code.name(), visible(&diagnostic.message))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::testing::{drawn, handbook, list};

    #[test]
    fn a_line_holds_place_severity_code_and_message() {
        let expected = "\
content/delegate, or: not.md:3:6: error[broken-link]: there is no page called \"Run fewer meeting\"
content/vision.md:2:5: warning[raw-html]: this HTML is left out
hint[orphan-page]: there is no address yet
";
        assert_eq!(drawn(Format::Short, &list(), &handbook()), expected);
    }
}
