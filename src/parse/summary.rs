//! The summary of a page, which may hold marks of Markdown.
//!
//! In: the text of the key `summary`. Out: HTML for the claim, plain text for cards, descriptions and searches.
//!
//! A link is its words: what a summary says is shown in places where a link could not lead anywhere, and only links of the
//! text are mentions.
//!
//! Invariant: the HTML holds `em`, `strong`, `del` and `code` and nothing else; no word is lost.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::body::{escape_text, options};

/// A summary in both forms.
#[derive(Debug, PartialEq, Eq)]
pub struct Summary {
    /// With its marks.
    pub html: String,
    /// Without them.
    pub text: String,
}

/// Reads a summary; one that is more than a paragraph is taken as it stands.
pub fn read(written: &str) -> Summary {
    let written = written.trim();
    if written.contains(['*', '_', '`', '[', '~', '\\', '&', '<', '!']) {
        paragraph(written).unwrap_or_else(|| as_written(written))
    } else {
        as_written(written)
    }
}

fn as_written(text: &str) -> Summary {
    let mut html = String::with_capacity(text.len() + 8);
    escape_text(&mut html, text);
    Summary { html, text: text.to_owned() }
}

/// The marks of a single paragraph; `None` for anything else.
fn paragraph(written: &str) -> Option<Summary> {
    let mut events = Parser::new_ext(written, options());
    let Some(Event::Start(Tag::Paragraph)) = events.next() else { return None };
    let mut summary = Summary { html: String::with_capacity(written.len() + 16), text: String::with_capacity(written.len()) };
    for event in &mut events {
        match event {
            Event::End(TagEnd::Paragraph) => break,
            Event::Text(text) => summary.say(&text),
            Event::Code(code) => {
                summary.html.push_str("<code>");
                summary.say(&code);
                summary.html.push_str("</code>");
            }
            // Tags would act on the page around the claim, so they are shown as what was written.
            Event::InlineHtml(html) => summary.say(&html),
            Event::SoftBreak | Event::HardBreak => summary.say(" "),
            Event::Start(tag) => summary.html.push_str(match tag {
                Tag::Emphasis => "<em>",
                Tag::Strong => "<strong>",
                Tag::Strikethrough => "<del>",
                _ => "",
            }),
            Event::End(tag) => summary.html.push_str(match tag {
                TagEnd::Emphasis => "</em>",
                TagEnd::Strong => "</strong>",
                TagEnd::Strikethrough => "</del>",
                _ => "",
            }),
            Event::FootnoteReference(label) => summary.say(&format!("[^{label}]")),
            _ => {}
        }
    }
    events.next().is_none().then_some(summary)
}

impl Summary {
    fn say(&mut self, text: &str) {
        escape_text(&mut self.html, text);
        self.text.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(written: &str) -> (String, String) {
        let Summary { html, text } = read(written);
        (html, text)
    }

    #[test]
    fn marks_are_shown_in_the_claim_and_left_out_elsewhere() {
        assert_eq!(
            both("Say *no* in **public** `now`."),
            ("Say <em>no</em> in <strong>public</strong> <code>now</code>.".into(), "Say no in public now.".into())
        );
        assert_eq!(both("A & B"), ("A &amp; B".into(), "A & B".into()));
        assert_eq!(both("snake_case and 2 * 3 * 4"), ("snake_case and 2 * 3 * 4".into(), "snake_case and 2 * 3 * 4".into()));
    }

    #[test]
    fn a_link_is_its_words() {
        let words = "Run fewer meetings first.";
        for written in [
            "[[Run fewer meetings]] first.",
            "[[x|Run fewer meetings]] first.",
            "[Run fewer meetings](x.md) first.",
            "![Run fewer meetings](x.png) first.",
        ] {
            assert_eq!(both(written), (words.into(), words.into()), "{written}");
        }
    }

    #[test]
    fn what_is_no_paragraph_stays_as_it_is() {
        for written in ["* a\n* b", "# *a*", "a *b*\n\nc", "> *a*", "<div>*a*</div>"] {
            assert_eq!(read(written).text, written, "{written}");
        }
    }

    #[test]
    fn tags_are_words() {
        assert_eq!(both("a <b onclick=x>b</b>").0, "a &lt;b onclick=x&gt;b&lt;/b&gt;");
    }
}
