//! Ids of a section: every page has its own, and in a book they stand together.
//!
//! In: HTML of our own writing, the id of its section and the level of that section's title. Out: the same with a prefix to its
//! ids and to the links that lead to them, and with its headings below that title: what was `h2` comes next to it.

/// The HTML with its prefix, below a title of that level. A link that begins with `##` already names its place in the book.
pub(super) fn prefixed(html: &str, prefix: &str, title: u8) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 16);
    let bytes = html.as_bytes();
    // Only what changes is looked for, each sign in a sweep of its own: most of a text is neither.
    let mut signs = [ID, LINK, "<h", "</h"].map(|sign| memchr::memmem::find_iter(bytes, sign).map(move |at| (at, sign)).peekable());
    let (mut done, mut seen, mut in_tag) = (0, 0, false);
    while let Some((at, sign)) = signs.iter_mut().filter_map(|found| found.peek().copied()).min_by_key(|(at, _)| *at) {
        signs.iter_mut().for_each(|found| _ = found.next_if_eq(&(at, sign)));
        // In text and in attributes `<` and `>` are escaped, so the last of them tells whether this is a tag.
        if let Some(last) = memchr::memrchr2(b'<', b'>', &bytes[seen..at]) {
            in_tag = bytes[seen + last] == b'<';
        }
        seen = at;
        let end = at + sign.len();
        match sign {
            ID | LINK if !in_tag => {}
            LINK if bytes.get(end) == Some(&b'#') => {
                out.push_str(&html[done..end]);
                done = end + 1;
            }
            ID | LINK => {
                out.extend([&html[done..end], prefix, "-"]);
                done = end;
            }
            _ => {
                if let Some(level) = bytes.get(end).filter(|level| level.is_ascii_digit()) {
                    out.push_str(&html[done..end]);
                    out.push(char::from((level + title - 1).min(b'6')));
                    done = end + 1;
                }
            }
        }
    }
    out.push_str(&html[done..]);
    out
}

/// The start of an id, and of a link to a part of the same file.
const ID: &str = " id=\"";
const LINK: &str = " href=\"#";

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
