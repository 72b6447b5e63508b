//! Ids of a section: every page has its own, and in a book they stand together.
//!
//! In: HTML of our own writing and the id of its section. Out: the same with a prefix to its ids and to the links that lead to
//! them, and with its headings two levels deeper.

/// The HTML with its prefix. A link that begins with `##` already names its place in the book.
pub(super) fn prefixed(html: &str, prefix: &str) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 16);
    let mut rest = html;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        // In text and in attributes these signs are escaped, so what stands between them is a tag.
        let end = memchr::memchr(b'>', &rest.as_bytes()[at..]).map_or(rest.len(), |end| at + end + 1);
        tag(&rest[at..end], prefix, &mut out);
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

fn tag(tag: &str, prefix: &str, out: &mut String) {
    let name = if tag.starts_with("</") { 2 } else { 1 };
    let level = tag.strip_prefix("</h").or_else(|| tag.strip_prefix("<h")).and_then(|rest| rest.bytes().next()).filter(u8::is_ascii_digit);
    let mut rest = tag;
    if let Some(level) = level {
        out.push_str(&tag[..name + 1]);
        out.push(((level + 2).min(b'6')) as char);
        rest = &tag[name + 2..];
    }
    while let Some(at) = memchr::memmem::find(rest.as_bytes(), b"=\"").map(|at| at + 2) {
        let (before, value) = rest.split_at(at);
        let end = value.find('"').map_or(value.len(), |end| end + 1);
        out.push_str(before);
        rest = &value[end..];
        let value = &value[..end];
        if before.ends_with(" id=\"") {
            out.push_str(prefix);
            out.push('-');
            out.push_str(value);
        } else if let Some(part) = value.strip_prefix('#').filter(|_| before.ends_with(" href=\"")) {
            match part.strip_prefix('#') {
                Some(section) => out.push_str(&format!("#{section}")),
                None => out.push_str(&format!("#{prefix}-{part}")),
            }
        } else {
            out.push_str(value);
        }
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_prefixed_in_tags_and_nowhere_else() {
        let html = "<h2 id=\"a\">A</h2><hr><p>say id=\"b\" <a href=\"#a\">x</a> <a href=\"##p2\">y</a></p>";
        let wanted = "<h4 id=\"p1-a\">A</h4><hr><p>say id=\"b\" <a href=\"#p1-a\">x</a> <a href=\"#p2\">y</a></p>";
        assert_eq!(prefixed(html, "p1"), wanted);
    }
}
