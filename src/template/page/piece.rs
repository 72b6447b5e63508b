//! A piece of a text, cut out of the elements around it, as the inside of a paragraph.
//!
//! In: HTML of our own writing from somewhere within an element to somewhere after it. Out: HTML that can stand in a `<p>`.
//!
//! Invariant: what comes out closes what it opens, and nothing else. A piece that does so is left as it is.

use crate::parse::body::VOID;

/// Elements that stand within a line.
const INLINE: [&str; 19] =
    ["a", "b", "br", "code", "del", "em", "i", "img", "ins", "kbd", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "u"];

/// The piece, if it is whole within a paragraph; else its first words, up to where another block begins or its own ends.
pub(super) fn in_paragraph(html: &str) -> String {
    if is_whole(html) { html.to_owned() } else { first_words(html) }
}

/// The tags of a piece: where each begins and ends, its name, and whether it is an end tag.
fn tags(html: &str) -> impl Iterator<Item = (usize, usize, &str, bool)> {
    html.match_indices('<').map(|(at, _)| {
        let tag = &html[at + 1..];
        let end = tag.find('>').map_or(html.len(), |end| at + end + 2);
        let is_end = tag.starts_with('/');
        let name = tag.trim_start_matches('/');
        (at, end, &name[..name.find([' ', '>', '/', '\n']).unwrap_or(name.len())], is_end)
    })
}

/// Whether a paragraph that holds the piece is still open after it, and nothing else is.
fn is_whole(html: &str) -> bool {
    let mut open = vec!["p"];
    for (_, _, name, is_end) in tags(html).filter(|(.., name, _)| !VOID.contains(name)) {
        if !is_end {
            open.push(name);
        } else if open.pop() != Some(name) {
            return false;
        }
    }
    open == ["p"]
}

fn first_words(html: &str) -> String {
    let mut out = String::new();
    let (mut open, mut from) = (Vec::new(), 0);
    for (at, end, name, is_end) in tags(html) {
        out.push_str(&html[from..at]);
        from = end;
        if !INLINE.contains(&name) {
            from = html.len();
            break;
        }
        match is_end {
            true if open.last() == Some(&name) => _ = open.pop(),
            true => continue,
            false if !VOID.contains(&name) => open.push(name),
            false => {}
        }
        out.push_str(&html[at..end]);
    }
    out.push_str(&html[from..]);
    out.truncate(out.trim_end().len());
    for name in open.into_iter().rev() {
        out.push_str(&format!("</{name}>"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_closes_what_it_opens_and_nothing_else() {
        for (piece, shown) in [
            (": why <em>this</em>", ": why <em>this</em>"),
            ("one</p>\n<p>two <br> three", "one</p>\n<p>two <br> three"),
            (" x</em> and <b>more", " x and <b>more</b>"),
            ("</li>\n</ol>\n", ""),
            (" words\n<ul>\n<li>one</li>", " words"),
            ("</p>\n</blockquote>\n", ""),
        ] {
            assert_eq!(in_paragraph(piece), shown, "{piece}");
        }
    }
}
