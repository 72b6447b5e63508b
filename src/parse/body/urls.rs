//! Bare URLs in running text, which become links as on GitHub.
//!
//! In: a text. Out: where a URL begins and ends, and the link that it becomes.

use std::ops::Range;

use pulldown_cmark::{CowStr, LinkType};

use crate::parse::page::{Part, Target};

use super::Writer;
use super::text::{escape_href, escape_text};

impl Writer<'_, '_> {
    /// Writes a URL as a link.
    pub(super) fn bare_url(&mut self, url: &str, range: &Range<usize>) {
        let title = CowStr::Borrowed("");
        let dest = CowStr::from(url.to_owned());
        let at = self.slice(range).find(url).map_or(range.clone(), |at| range.start + at..range.start + at + url.len());
        let index = self.add_link(LinkType::Autolink, [&dest, &title, &title], &at, false);
        if let Target::External(_) = self.out.links[index].target {
            let html = &mut self.out.body.html;
            html.push_str("<a href=\"");
            escape_href(html, url);
            html.push_str("\">");
            escape_text(html, url);
            html.push_str("</a>");
        } else {
            self.cut_address(index, &at);
            self.hole(index, Part::Open);
            escape_text(&mut self.out.body.html, url);
            self.hole(index, Part::Close);
        }
    }
}

/// The first bare URL of a text, and what stands before it.
pub(super) fn next_url(text: &str) -> Option<(&str, &str)> {
    let mut from = 0;
    loop {
        let colon = from + text[from..].find("://")?;
        let scheme = ["https", "http"].into_iter().find(|scheme| text[..colon].ends_with(scheme));
        let begins = scheme.map(|scheme| colon - scheme.len());
        match begins {
            Some(start) if text[..start].chars().next_back().is_none_or(|c| !c.is_alphanumeric()) => {
                let end = start + url_length(&text[start..]);
                if end > colon + 3 {
                    return Some((&text[..start], &text[start..end]));
                }
            }
            _ => {}
        }
        from = colon + 3;
    }
}

/// The length of the URL at the start, without the punctuation of the sentence, as GitHub's autolinks have it.
fn url_length(text: &str) -> usize {
    let mut url = &text[..text.find(|c: char| c.is_whitespace() || c == '<').unwrap_or(text.len())];
    loop {
        let trimmed = url.trim_end_matches(['?', '!', '.', ',', ':', '*', '_', '~', '\'', '"', ';']);
        let open = trimmed.matches('(').count();
        let trimmed = if trimmed.ends_with(')') && trimmed.matches(')').count() > open { &trimmed[..trimmed.len() - 1] } else { trimmed };
        if trimmed.len() == url.len() {
            return url.len();
        }
        url = trimmed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_url_ends_before_the_punctuation_of_the_sentence() {
        for (text, want) in [
            ("see https://a.example/x.", "https://a.example/x"),
            ("(https://a.example/x_(y))", "https://a.example/x_(y)"),
            ("https://a.example/?q=1&b=2, and", "https://a.example/?q=1&b=2"),
        ] {
            assert_eq!(next_url(text).map(|(_, url)| url), Some(want), "{text}");
        }
        assert_eq!(next_url("xhttps://a.example ftp://b.example"), None);
    }
}
