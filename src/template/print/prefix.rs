//! Ids of a section: every page has its own, and in a book they stand together.
//!
//! In: HTML of our own writing, the id of its section and the level of that section's title. Out: the same with a prefix to its
//! ids and to the links that lead to them, and with its headings below that title: what was `h2` comes next to it.

/// The HTML with its prefix, below a title of that level. A link that begins with `##` already names its place in the book.
pub(super) fn prefixed(html: &str, prefix: &str, title: u8) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 16);
    let bytes = html.as_bytes();
    let (mut done, mut at) = (0, 0);
    // In text and in attributes `<` and `>` are escaped, so a tag goes to the next of them.
    while let Some(start) = memchr::memchr(b'<', &bytes[at..]).map(|next| at + next + 1) {
        let end = memchr::memchr(b'>', &bytes[start..]).map_or(bytes.len(), |length| start + length);
        let name = start + usize::from(bytes[start..end].starts_with(b"/"));
        if let [b'h', level @ b'0'..=b'9', ..] = &bytes[name..end] {
            out.push_str(&html[done..name + 1]);
            out.push(char::from((level + title - 1).min(b'6')));
            done = name + 2;
        }
        // Most tags have no attribute, and looking for one takes as long as all else.
        let attributes = if name == start && end - start > ID.len() { &bytes[start..end] } else { &[] };
        for value in memchr::memchr_iter(b'"', attributes).map(|quote| start + quote + 1) {
            let before = &bytes[start..value];
            let (leads, is_id) = (before.ends_with(LINK) && bytes[value..end].starts_with(b"#"), before.ends_with(ID));
            if leads && bytes.get(value + 1) == Some(&b'#') {
                out.push_str(&html[done..value]);
                done = value + 1;
            } else if leads || is_id {
                let kept = value + usize::from(leads);
                out.extend([&html[done..kept], prefix, "-"]);
                done = kept;
            }
        }
        at = end;
    }
    out.push_str(&html[done..]);
    out
}

/// The start of an id, and of a link.
const ID: &[u8] = b" id=\"";
const LINK: &[u8] = b" href=\"";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_prefixed_in_tags_and_nowhere_else() {
        let html = "<h2 id=\"a\">A</h2><hr><p>say id=\"b\" <a href=\"#a\">x</a> <a href=\"##p2\">y</a></p>";
        let wanted = "<h4 id=\"p1-a\">A</h4><hr><p>say id=\"b\" <a href=\"#p1-a\">x</a> <a href=\"#p2\">y</a></p>";
        assert_eq!(prefixed(html, "p1", 3), wanted);
        assert_eq!(prefixed("<h2>A</h2><h6>B</h6>", "p0", 2), "<h3>A</h3><h6>B</h6>");
    }
}
