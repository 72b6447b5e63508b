//! Marked words, links and pictures.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};

use crate::base::diagnostic::Code;
use crate::base::text::Span;
use crate::parse::page::{Link, Part, Relation, Syntax, Target};
use crate::parse::rules::is_media;

use super::text::escape_href;
use super::{Writer, escape_into, shows_title};

/// A link or picture whose end has not come yet.
pub struct OpenLink {
    /// What closes it.
    pub(super) close: Closing,
    /// Where its words begin in the block's text.
    pub(super) words: usize,
    /// Its index in the links of the page.
    pub(super) link: usize,
}

/// What closes a link or picture.
pub enum Closing {
    /// A link that the graph resolves.
    Hole,
    /// A link out of the handbook.
    Element,
    /// A link that is not shown as one.
    Nothing,
    /// A picture.
    Picture,
}

impl<'a> Writer<'_, 'a> {
    pub(super) fn start_inline(&mut self, at: usize, tag: &Tag<'a>, range: Range<usize>) -> usize {
        match tag {
            Tag::Emphasis => self.start_marked("<em>"),
            Tag::Strong => self.start_marked("<strong>"),
            Tag::Strikethrough => self.start_marked("<del>"),
            Tag::Superscript => self.start_marked("<sup>"),
            Tag::Subscript => self.start_marked("<sub>"),
            Tag::Link { link_type, dest_url, title, id } => return self.start_link(at, *link_type, [dest_url, title, id], range),
            Tag::Image { link_type, dest_url, title, id } => return self.start_picture(at, *link_type, [dest_url, title, id], range),
            _ => {}
        }
        at + 1
    }

    pub(super) fn end_inline(&mut self, end: TagEnd) {
        match end {
            TagEnd::Emphasis => self.end_marked("</em>"),
            TagEnd::Strong => self.end_marked("</strong>"),
            TagEnd::Strikethrough => self.end_marked("</del>"),
            TagEnd::Superscript => self.end_marked("</sup>"),
            TagEnd::Subscript => self.end_marked("</sub>"),
            TagEnd::Link | TagEnd::Image => self.end_link(),
            _ => {}
        }
    }

    fn start_marked(&mut self, html: &str) {
        self.push(html);
        self.inline_depth += 1;
    }

    /// Ends marked words, and the raw HTML that was opened in them.
    fn end_marked(&mut self, html: &str) {
        self.close_raw(self.raw_depth());
        self.inline_depth -= 1;
        self.push(html);
    }

    fn start_link(&mut self, at: usize, link_type: LinkType, texts: [&CowStr<'a>; 3], range: Range<usize>) -> usize {
        let [dest, title, _] = texts;
        if self.is_test_of_a_shell(link_type, &range) {
            self.text(self.slice(&range), &range);
            return self.skip_to_link_end(at) + 1;
        }
        let words = self.block.text.len();
        let index = self.add_link(link_type, texts, &range, false);
        let link = &self.out.links[index];
        let close = match &link.target {
            // A link inside a link, or inside the words for a picture, cannot be one.
            _ if self.alt.is_some() || self.is_inside_link() => Closing::Nothing,
            Target::Refused(reason) => {
                let message = format!("this link leads nowhere: {reason}");
                let unsafe_url = *reason == crate::parse::rules::UNSAFE;
                let code = if unsafe_url { Code::UnsafeUrl } else { Code::BrokenLink };
                let place = self.destination_range(link_type, dest, &range);
                self.report(code, &place, message, "write the address of a page, of a web site (https://…) or of a mailbox (mailto:…)");
                Closing::Nothing
            }
            Target::External(url) => {
                let url = url.clone();
                let html = &mut self.out.body.html;
                html.push_str("<a href=\"");
                escape_href(html, &url);
                if !title.is_empty() {
                    html.push_str("\" title=\"");
                    escape_into(html, title);
                }
                html.push_str("\">");
                Closing::Element
            }
            _ => {
                self.hole(index, Part::Open);
                Closing::Hole
            }
        };
        if !matches!(close, Closing::Element) {
            self.cut_link(at, index, link_type, &range, false, matches!(close, Closing::Nothing));
        }
        self.links.push(OpenLink { close, words, link: index });
        self.inline_depth += 1;
        if shows_title(link_type) {
            // The words are the raw target; the title of the page stands there instead, put in when it is known.
            let name = self.out.links[index].raw.clone();
            let shown = match name.split_once('#') {
                Some(("", anchor)) => anchor,
                Some((page, _)) => page,
                None => &name,
            };
            if matches!(self.links.last(), Some(OpenLink { close: Closing::Hole, .. })) {
                self.hole(index, Part::Words);
            } else {
                self.text_out(shown);
            }
            self.remember(shown);
            return self.skip_to_link_end(at);
        }
        at + 1
    }

    /// Whether brackets have blanks at both ends, as in `[[ -f x ]]`, which no author means as a link.
    fn is_test_of_a_shell(&self, link_type: LinkType, range: &Range<usize>) -> bool {
        let inside = self.slice(range).strip_prefix("[[").and_then(|rest| rest.strip_suffix("]]"));
        let blank = |inside: &str| inside.starts_with(char::is_whitespace) && inside.ends_with(char::is_whitespace);
        matches!(link_type, LinkType::WikiLink { .. }) && inside.is_some_and(blank)
    }

    /// The index of the end of the link at `at`.
    fn skip_to_link_end(&self, at: usize) -> usize {
        let ahead = self.events[at..].iter().position(|(event, _)| matches!(event, Event::End(TagEnd::Link)));
        ahead.map_or(self.events.len(), |ahead| at + ahead)
    }

    fn end_link(&mut self) {
        let Some(open) = self.links.pop() else { return };
        self.close_raw(self.raw_depth());
        self.inline_depth -= 1;
        match open.close {
            Closing::Hole => self.hole(open.link, Part::Close),
            Closing::Element => self.push("</a>"),
            Closing::Nothing => {}
            Closing::Picture => {
                let inner = self.links.iter().any(|link| matches!(link.close, Closing::Picture));
                if !inner {
                    let alt = self.alt.take().unwrap_or_default();
                    self.picture(open.link, &alt);
                }
                return;
            }
        }
        self.note_stop(open.link);
        if self.block.wanted {
            let words = open.words.min(self.block.text.len())..self.block.text.len();
            self.block.links.push((open.link, words));
        }
    }

    /// Records a link and gives its index.
    pub(super) fn add_link(
        &mut self,
        link_type: LinkType,
        [dest, title, label]: [&CowStr<'a>; 3],
        range: &Range<usize>,
        picture: bool,
    ) -> usize {
        let wiki = matches!(link_type, LinkType::WikiLink { .. });
        let (target, anchor) = match link_type {
            LinkType::WikiLink { .. } => wiki_target(dest),
            LinkType::Email => (Target::External(format!("mailto:{dest}").into()), None),
            _ if picture => self.rules.classify_source(dest),
            _ => self.rules.classify(dest),
        };
        let (destination, place) = self.places(link_type, dest, label, range);
        let destination =
            if destination.is_empty() || !self.plain.is_written(&destination) { Span::default() } else { self.span(&destination) };
        let place = self.span(&place);
        let media = matches!(&target, Target::Name(name) if is_media(name));
        self.out.links.push(Link {
            target,
            anchor,
            relation: if !picture {
                Relation::Mentions
            } else if wiki && !media {
                Relation::Embeds
            } else {
                Relation::Shows
            },
            syntax: match (wiki, picture) {
                (true, true) => Syntax::Embed,
                (true, false) => Syntax::Wiki,
                (false, true) => Syntax::Image,
                (false, false) => Syntax::Markdown,
            },
            raw: dest.as_ref().into(),
            span: self.span(range),
            destination,
            place,
            sentence: None,
            label: None,
            title: (!title.is_empty()).then(|| title.as_ref().into()),
        });
        self.out.links.len() - 1
    }

    /// Where the destination stands, and where a problem of the link is shown.
    fn places(&self, link_type: LinkType, dest: &str, label: &str, range: &Range<usize>) -> (Range<usize>, Range<usize>) {
        let inside = self.destination_range(link_type, dest, range);
        if !matches!(link_type, LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut) {
            let place = if inside.is_empty() { range.clone() } else { inside.clone() };
            return (inside, place);
        }
        let block = if self.block.on { self.block.start.min(range.start) } else { range.start };
        let passage = block..block + opening(self.slice(&(block..range.end)));
        let Some(definition) = self.definitions.get(label) else { return (inside, passage) };
        let Some(at) = self.slice(definition).rfind(dest) else { return (inside, passage) };
        let written = definition.start + at..definition.start + at + dest.len();
        let follows = written.start > block && goes_on(self.slice(&(block..written.start)));
        (written.clone(), if follows { written } else { passage })
    }

    /// Where the destination stands in the text; empty where it is not inside the link (a reference) or was escaped.
    fn destination_range(&self, link_type: LinkType, dest: &str, range: &Range<usize>) -> Range<usize> {
        let slice = self.slice(range);
        let found = match link_type {
            LinkType::WikiLink { .. } => slice.find("[[").map(|at| at + 2),
            LinkType::Inline => slice.rfind("](").and_then(|cut| slice[cut..].find(dest).map(|at| cut + at)).or_else(|| slice.rfind(dest)),
            LinkType::Autolink | LinkType::Email => Some(1),
            _ => None,
        };
        match found {
            Some(at) if !dest.is_empty() && slice.get(at..at + dest.len()) == Some(dest) => range.start + at..range.start + at + dest.len(),
            _ => range.start..range.start,
        }
    }
}

/// Whether a passage goes on to the end of the text: no empty line after its first five lines, and not too long.
fn goes_on(text: &str) -> bool {
    // No more is looked at than the rule needs, since every link by reference asks.
    let mut later = text.lines().skip(5);
    later.by_ref().take(395).all(|line| !line.trim().is_empty()) && later.next().is_none()
}

/// The start of a passage: its first line, or as much of it as is worth marking.
fn opening(passage: &str) -> usize {
    let line = passage.find(['\n', '\r']).unwrap_or(passage.len());
    passage.char_indices().nth(100).map_or(line, |(limit, _)| limit.min(line))
}

/// The name and the part that a wikilink asks for.
pub fn wiki_target(dest: &str) -> (Target, Option<Box<str>>) {
    // In a table the bar is escaped, and the backslash stays on the target.
    let dest = dest.strip_suffix('\\').unwrap_or(dest).trim();
    let (name, anchor) = dest.split_once('#').map_or((dest, None), |(name, anchor)| (name, Some(anchor)));
    let anchor = anchor.map(str::trim).filter(|part| !part.is_empty()).map(Into::into);
    (Target::Name(name.trim().replace(['\n', '\r'], " ").into()), anchor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wikilink_names_a_page_and_a_part() {
        assert_eq!(wiki_target(" Set a direction # Why "), (Target::Name("Set a direction".into()), Some("Why".into())));
        assert_eq!(wiki_target("page\\"), (Target::Name("page".into()), None));
        assert_eq!(wiki_target("#Why"), (Target::Name("".into()), Some("Why".into())));
    }
}
