//! The summary of a workflow's job: every problem in one table.
//!
//! In: diagnostics, the most severe first. Out: Markdown for the page of the job, since a code host shows only the first few
//! annotations.

use std::io;

use super::super::{Counts, Diagnostic};
use super::excerpt::visible;
use super::files::Files;

/// How many problems the table lists; the page of a job holds one megabyte.
const ROWS: usize = 1000;

pub(super) fn render(diagnostics: &[Diagnostic], files: &mut Files<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let Counts { errors, warnings, hints } = Counts::of(diagnostics);
    writeln!(out, "### fourfold: {errors} errors, {warnings} warnings, {hints} hints\n")?;
    if diagnostics.is_empty() {
        return Ok(());
    }
    writeln!(out, "| | where | what | help |\n| --- | --- | --- | --- |")?;
    for diagnostic in diagnostics.iter().take(ROWS) {
        let place = diagnostic.primary().map_or_else(String::new, |label| match files.place(label) {
            Some(place) => format!("{}:{}", label.file.as_str(), place.line),
            None => label.file.as_str().to_owned(),
        });
        let (level, code) = (diagnostic.severity.word(), diagnostic.code.name());
        let help = diagnostic.help.as_deref().unwrap_or_default();
        writeln!(out, "| {level} `{code}` | {} | {} | {} |", cell(&place), cell(&diagnostic.message), cell(help))?;
    }
    if let Some(more) = diagnostics.len().checked_sub(ROWS).filter(|more| *more > 0) {
        writeln!(out, "\nand {more} more")?;
    }
    Ok(())
}

/// Text in a cell of a table: it can neither end the cell nor be HTML.
fn cell(text: &str) -> String {
    visible(text).replace('&', "&amp;").replace('<', "&lt;").replace('|', "\\|").replace("[[", "&#91;&#91;")
}

#[cfg(test)]
mod tests {
    use super::super::super::{Code, Severity};
    use super::super::testing::{handbook, list};
    use super::*;

    fn drawn(diagnostics: &[Diagnostic]) -> String {
        let mut out = Vec::new();
        render(diagnostics, &mut Files::new(&handbook()), &mut out).expect("memory takes everything");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn the_table_has_a_row_a_problem() {
        let expected = "\
### fourfold: 1 errors, 1 warnings, 1 hints

| | where | what | help |
| --- | --- | --- | --- |
| error `broken-link` | content/delegate, or: not.md:3 | there is no page called \"Run fewer meeting\" | did you mean \"Run fewer meetings\"? |
| warning `raw-html` | content/vision.md:2 | this HTML is left out |  |
| hint `orphan-page` |  | there is no address yet |  |
";
        assert_eq!(drawn(&list()), expected);
    }

    #[test]
    fn a_cell_cannot_be_left() {
        let evil = [Diagnostic::new(Code::RawHtml, Severity::Hint, "a | b\n<script> `x`")];
        assert!(drawn(&evil).ends_with("| hint `raw-html` |  | a \\| b\\n&lt;script> `x` |  |\n"), "{}", drawn(&evil));
        let many = vec![evil[0].clone(); ROWS + 3];
        assert!(drawn(&many).ends_with("\nand 3 more\n"));
    }
}
