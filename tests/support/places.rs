//! Diagnostics drawn under the line that they speak of, so that a test shows what an author would see.
//!
//! ```text
//! content/results/ledger.md: See [[Setting direction]].
//!                                  ^^^^^^^^^^^^^^^^^ error[broken-link]: there is no page called `Setting direction`
//!                                  help: did you mean `Choosing direction`?
//! ```

use fourfold::base::diagnostic::Diagnostic;

use super::Site;
use super::handbook::dedent;

/// Compares what is wrong with a site, drawn, with what is expected; hints about the health of a handbook left out.
#[track_caller]
pub fn expect(site: &Site, expected: &str) {
    let drawn = draw(site);
    let expected = dedent(expected);
    assert!(drawn.trim_end() == expected.trim_end(), "expected:\n{}\n\nfound:\n{}", expected.trim_end(), drawn.trim_end());
}

fn draw(site: &Site) -> String {
    let health = ["orphan-page", "no-example", "one-sided", "no-claim", "empty-cell"];
    let wanted = |diagnostic: &&Diagnostic| !health.contains(&diagnostic.code.name());
    site.diagnostics.iter().filter(wanted).map(|diagnostic| one(site, diagnostic)).collect()
}

fn one(site: &Site, diagnostic: &Diagnostic) -> String {
    use fourfold::base::diagnostic::render::Sources;
    let said = format!("{}[{}]: {}", diagnostic.severity.word(), diagnostic.code.name(), diagnostic.message);
    let help = |indent: usize| diagnostic.help.as_ref().map_or(String::new(), |help| format!("{}help: {help}\n", " ".repeat(indent)));
    let Some(label) = diagnostic.primary() else { return format!("{said}\n{}", help(0)) };
    let bytes = site.bytes(&label.file).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let (start, end) = (label.span.start as usize, (label.span.end as usize).max(label.span.start as usize));
    let (Some(before), Some(marked)) = (text.get(..start), text.get(start..end)) else {
        return format!("{}: a span that cuts a character: {start}..{end} {said}\n", label.file);
    };
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = text[line_start..].lines().next().unwrap_or("");
    let lead = format!("{}: ", label.file);
    let indent = lead.chars().count() + before[line_start..].chars().count();
    let carets = marked.lines().next().unwrap_or("").chars().count().max(1);
    // What cannot be seen is drawn as something that can.
    let line = line.replace('\u{FEFF}', "·").replace('\0', "␀");
    format!("{lead}{line}\n{}{} {said}\n{}", " ".repeat(indent), "^".repeat(carets), help(indent))
}
