//! Comments, declarations and instructions in raw HTML: what a browser would hide.
//!
//! In: a run of raw HTML. Out: the same, with what has no end, or hides more than itself, as text.
//!
//! Invariant: nothing of a text is hidden but comments that end, and the type of a document.

use std::borrow::Cow;
use std::ops::Range;

use crate::base::diagnostic::Code;

use super::Writer;

/// Where the comments of raw HTML stand, in order; one that does not end is none.
pub(super) fn comments(html: &str) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let mut from = 0;
    while let Some(start) = html[from..].find("<!--").map(|at| from + at) {
        // The two dashes may be those of the end, too: `<!-->`.
        let Some(end) = html[start + 2..].find("-->").map(|at| start + at + 5) else { break };
        all.push(start..end);
        from = end;
    }
    all
}

/// HTML without its comments.
pub(super) fn without_comments(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut from = 0;
    for comment in comments(html) {
        out.push_str(&html[from..comment.start]);
        from = comment.end;
    }
    out.push_str(&html[from..]);
    out
}

impl Writer<'_, '_> {
    /// HTML in which declarations and instructions (`<!name`, `<?name`) are text. A browser would show nothing from there up to
    /// the next `>`, which may be far away. The type of a document is what it is in every browser: nothing to read.
    pub(super) fn shown_declarations<'h>(&mut self, html: &'h str, range: &Range<usize>) -> Cow<'h, str> {
        let comments = comments(html);
        let is_hidden =
            |at: usize| comments.get(comments.partition_point(|comment| comment.end <= at)).is_some_and(|comment| comment.start <= at);
        let is_doctype = |text: &str| text.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"));
        let mut out = Cow::Borrowed("");
        let mut from = 0;
        for (at, _) in html.match_indices('<') {
            let rest = &html[at..];
            if !rest.starts_with("<!") && !rest.starts_with("<?") || is_hidden(at) || is_doctype(rest) {
                continue;
            }
            let end = rest[2..].find(|c: char| !c.is_alphanumeric()).map_or(rest.len(), |end| end + 2);
            let (message, help) = if rest.starts_with("<!--") {
                ("this comment does not end, so readers see it as written".to_owned(), "write --> where it ends")
            } else {
                let message = format!("{} begins no HTML that is shown, so readers see it as written", &rest[..end]);
                (message, "put it between backticks, or write &lt; for <")
            };
            self.report(Code::Placeholder, range, message, help);
            self.cuts.defused = true;
            out.to_mut().push_str(&html[from..at]);
            out.to_mut().push_str("&lt;");
            from = at + 1;
        }
        if from == 0 {
            return Cow::Borrowed(html);
        }
        out.to_mut().push_str(&html[from..]);
        out
    }
}
