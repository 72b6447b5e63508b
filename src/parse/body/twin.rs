//! The Markdown that is published beside a page: which places of the text only other pages can fill.
//!
//! In: links as they are met while the page is written. Out: cuts, by place: what of the text is replaced when links are
//! known. The text itself is kept as it is read, in plain Markdown; nothing is parsed again.
//!
//! Invariant: what a page does not show (comments) is cut; raw HTML that a page does not show as HTML is escaped.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, TagEnd};

use crate::parse::echo::Echo;
use crate::parse::page::{Body, Cut, Put, Twin};

use super::Writer;
use super::declarations::comments;

/// The cuts so far.
#[derive(Default)]
pub(super) struct Cuts {
    /// Whether the page has a twin.
    pub(super) wanted: bool,
    /// Whether the raw HTML that is being written was not shown as it is.
    pub(super) defused: bool,
    /// Where the values of the tag that is being written are looked for.
    pub(super) tag: usize,
    /// Where the last value ends that was found.
    pub(super) values: usize,
    pub(super) all: Vec<Cut>,
}

impl Cuts {
    /// The text of the page, told by its HTML, with its cuts in order.
    pub(super) fn twin(&mut self, text: &str, body: &Body) -> Twin {
        if !self.wanted {
            return Twin::default();
        }
        let mut cuts = std::mem::take(&mut self.all);
        cuts.sort_by_key(|cut| (cut.range.start, cut.range.end));
        cuts.dedup_by(|later, first| later.range == first.range);
        Twin { text: Echo::of(text, &body.html, body.prose.iter()), cuts: cuts.as_slice().into() }
    }
}

impl Writer<'_, '_> {
    fn cut(&mut self, range: Range<usize>, link: usize, put: Put) {
        if !range.is_empty() {
            let link = self.reading.first_link + link as u32;
            self.cuts.all.push(Cut { range: range.start as u32..range.end as u32, link, put });
        }
    }

    /// Cuts a link or picture, the start of which is the event at `at`. One that readers may not follow leaves its words.
    pub(super) fn cut_link(&mut self, at: usize, link: usize, link_type: LinkType, range: &Range<usize>, picture: bool, dead: bool) {
        if !self.cuts.wanted {
            return;
        }
        let frame = if dead { Put::Nothing } else { Put::Frame };
        let opens = range.start + if picture { 2 } else { 1 };
        match link_type {
            LinkType::WikiLink { has_pothole: true } if !picture => {
                let bar = self.slice(range).find('|').map_or(range.end, |bar| range.start + bar + 1);
                self.cut(range.start..bar, link, if dead { Put::Nothing } else { Put::Open });
                self.cut(range.end.saturating_sub(2).max(bar)..range.end, link, if dead { Put::Nothing } else { Put::Close });
            }
            LinkType::WikiLink { .. } | LinkType::Autolink | LinkType::Email => self.cut(range.clone(), link, Put::Whole),
            _ => {
                let end = self.end_of_words(at, opens, range);
                self.cut(range.start..opens, link, frame);
                let dest = &*self.out.links[link].raw;
                let inside = match link_type {
                    LinkType::Inline => self.slice(&(end..range.end)).find(dest).filter(|_| !dest.is_empty()),
                    _ => None,
                };
                match inside.map(|from| end + from..end + from + dest.len()) {
                    Some(dest) => {
                        self.cut(end..dest.start, link, frame);
                        self.cut(dest.clone(), link, if dead { Put::Nothing } else { Put::Address });
                        self.cut(dest.end..range.end, link, frame);
                    }
                    None => self.cut(end..range.end, link, if dead { Put::Nothing } else { Put::Close }),
                }
            }
        }
    }

    /// Where the words of a link end, which is where its bracket closes.
    fn end_of_words(&self, at: usize, opens: usize, range: &Range<usize>) -> usize {
        let mut end = opens;
        let mut depth = 1;
        for (event, inner) in &self.events[at + 1..] {
            match event {
                Event::Start(_) => depth += 1,
                Event::End(TagEnd::Link | TagEnd::Image) if depth == 1 => break,
                Event::End(_) => depth -= 1,
                _ => {}
            }
            end = end.max(inner.end.min(range.end));
        }
        self.slice(&(end..range.end)).find(']').map_or(range.end, |bracket| end + bracket)
    }

    /// Cuts a bare address, which names a page of this handbook.
    pub(super) fn cut_address(&mut self, link: usize, range: &Range<usize>) {
        if self.cuts.wanted {
            self.cut(range.clone(), link, Put::Whole);
        }
    }

    /// Cuts the value of an attribute in raw HTML.
    pub(super) fn cut_value(&mut self, link: usize, range: &Range<usize>) {
        if self.cuts.wanted {
            self.cut(range.clone(), link, Put::Address);
        }
    }

    /// Brackets that are text and do not close within the same text, or stand before what looks like an address, stay text: a link
    /// among them that leads nowhere leaves its words, and then they might be those of another.
    pub(super) fn cut_brackets(&mut self, range: &Range<usize>) {
        if !self.cuts.wanted {
            return;
        }
        let plain = self.plain;
        let bytes = plain.text.as_bytes();
        // Most texts have no bracket, and looking for one is much faster than reading.
        if memchr::memchr2(b'[', b']', bytes.get(range.clone()).unwrap_or_default()).is_none() {
            return;
        }
        // A text begins behind the backslash of its first sign.
        let slashes = bytes.iter().take(range.start).rev().take_while(|byte| **byte == b'\\').count();
        let (mut open, mut kept, mut at) = (Vec::new(), Vec::new(), range.start + slashes % 2);
        while at < range.end.min(bytes.len()) {
            match bytes[at] {
                b'\\' => at += 1,
                b'[' => open.push(at),
                // What follows could be the address of a link, once links in between have left their words.
                b']' if matches!(bytes.get(at + 1), Some(b'(' | b'[')) => kept.extend(open.pop()),
                b']' => _ = open.pop(),
                _ => {}
            }
            at += 1;
        }
        kept.extend(open);
        for at in kept {
            self.cut(at..at + 1, 0, Put::Escaped);
        }
    }

    /// Cuts what readers do not see.
    pub(super) fn cut_away(&mut self, range: &Range<usize>) {
        if self.cuts.wanted {
            self.cut(range.clone(), 0, Put::Nothing);
        }
    }

    /// Cuts what raw HTML hides from readers, and the marks of HTML that readers see as it is written, for which `escape` is put.
    pub(super) fn cut_html(&mut self, range: &Range<usize>, escape: Option<Put>) {
        if !self.cuts.wanted {
            return;
        }
        let html = self.slice(range);
        let comments = comments(html);
        let mut at = 0;
        while let Some(mark) = html[at..].find(['<', '[', ']', '*', '_', '`', '\\']).map(|mark| at + mark) {
            at = mark + 1;
            let is_tag = html[mark..].starts_with('<');
            if let Ok(comment) = comments.binary_search_by_key(&mark, |comment| comment.start) {
                at = comments[comment].end;
                self.cut(range.start + mark..range.start + at, 0, Put::Nothing);
            } else if escape.is_none() && comments.first().is_some_and(|first| first.start < mark) {
                // Without the comment this may be no block of HTML any more, and its text would be Markdown.
                if is_tag {
                    at = html[mark..].find('>').map_or(html.len(), |end| mark + end + 1);
                } else {
                    self.cut(range.start + mark..range.start + at, 0, Put::Escaped);
                }
            } else if let Some(put) = escape {
                // What was no Markdown within HTML is none beside it either.
                self.cut(range.start + mark..range.start + at, 0, if is_tag { put } else { Put::Escaped });
            }
        }
    }
}
