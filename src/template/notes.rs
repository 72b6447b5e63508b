//! The notes of a page where its text is shown without the page, as in a feed: numbers, without the way there and back.
//!
//! In: what `parse::body` marks as the page's own: an id, a reference to a note, a note. Out: what is left of it elsewhere.
//!
//! Invariant: nothing that is written has an id or an address.

use crate::parse::body::{NOTE, NOTE_REFERENCE};

/// Writes what is left of such a part, and says how many of its bytes are done with; the text of a note is still to come.
pub(super) fn bare(part: &str, out: &mut String) -> usize {
    if part.starts_with(NOTE_REFERENCE) {
        let words = part.split("</").next().and_then(|before| before.rsplit('>').next()).unwrap_or_default();
        out.extend(["<sup>", words, "</sup>"]);
        return part.len();
    }
    let Some((way_back, _)) = part.split_once("</a> ").filter(|_| part.starts_with(NOTE)) else { return part.len() };
    out.extend(["<aside><sup>", way_back.rsplit('>').next().unwrap_or_default(), "</sup> "]);
    way_back.len() + "</a> ".len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_keeps_its_number_and_its_text_and_an_id_is_gone() {
        let bared = |part: &str| {
            let mut out = String::new();
            let done = bare(part, &mut out);
            out + &part[done..]
        };
        assert_eq!(bared("<sup class=\"fn-ref\"><a id=\"_ff-fnref-2\" href=\"#_ff-fn-2\">2</a></sup>"), "<sup>2</sup>");
        assert_eq!(bared("<sup class=\"fn-ref\" id=\"_ff-fnref-2\">2</sup>"), "<sup>2</sup>");
        let note = "<aside class=\"note\" role=\"note\" id=\"_ff-fn-2\"><a class=\"note-back\" href=\"#_ff-fnref-2\" aria-label=\"Back\">2</a> A <a href=\"x\">b</a></aside>\n";
        assert_eq!(bared(note), "<aside><sup>2</sup> A <a href=\"x\">b</a></aside>\n");
        assert_eq!(bared(" id=\"a\""), "");
    }
}
