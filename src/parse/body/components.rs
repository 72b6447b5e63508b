//! Components of other programs in raw HTML: `<Tabs>` and the like.
//!
//! In: a start tag that is no element of HTML. Out: a figure for a listing of mdBook; for any other a diagnostic, once a
//! kind, while what it holds is shown.

use std::ops::Range;

use html5gum::StartTag;

use super::Writer;

impl Writer<'_, '_> {
    /// Says that a component of another program shows nothing but what it holds.
    pub(super) fn component(&mut self, name: &str, range: &Range<usize>) {
        let written = self.slice(range);
        let named = |at: usize| written.get(at + 1..at + 1 + name.len()).filter(|found| found.eq_ignore_ascii_case(name));
        let Some(found) = memchr::memchr_iter(b'<', written.as_bytes()).find_map(named) else { return };
        if found.starts_with(|c: char| c.is_ascii_uppercase()) || found.contains('-') {
            let found = found.to_owned();
            let written = self.plain.written(range);
            self.report_tag(&found, written);
        }
    }

    /// Opens a listing as mdBook has it: a figure with a number, a caption and the name of a file.
    pub(super) fn listing(&mut self, tag: &StartTag<()>) {
        let said = |key: &[u8]| tag.attributes.get(key).map(|value| String::from_utf8_lossy(value).into_owned()).unwrap_or_default();
        self.push("<figure class=\"listing\"><figcaption>");
        let (number, caption) = (said(b"number"), said(b"caption"));
        let numbered = !number.is_empty();
        self.raw_text(&if numbered { self.reading.say.fill("listing_number", &[("n", &number)]) } else { String::new() });
        for (at, part) in caption.split('`').enumerate() {
            let code = at % 2 == 1;
            self.raw_text(if at == 0 && numbered && !caption.is_empty() { ": " } else { "" });
            self.push(if code { "<code>" } else { "" });
            self.raw_text(part);
            self.push(if code { "</code>" } else { "" });
        }
        let file = said(b"file-name");
        if !file.is_empty() {
            self.push(" <span class=\"file-name\">");
            self.raw_text(&file);
            self.push("</span>");
        }
        self.push("</figcaption>\n");
        let depth = self.raw_depth();
        self.raw.open("listing".to_owned(), "figure", depth);
    }
}
