//! Lists: points, steps, tasks, definitions, and the stops of a reading path.
//!
//! In: the events of a list. Out: its HTML, and the first list of a reading path as stops.

use pulldown_cmark::Event;

use crate::parse::page::Stop;

use super::{Open, Writer};

/// A stop of a reading path whose end has not come yet.
pub struct StopStart {
    links: usize,
    depth: usize,
    /// Where the first link of the item ends.
    after: Option<u32>,
}

/// Whether a text may hold definitions, which are read only then: a line that begins with a colon and a blank.
pub(super) fn may_define(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memmem::find_iter(bytes, b"\n:").any(|at| matches!(bytes.get(at + 2), Some(b' ' | b'\t')))
}

impl Writer<'_, '_> {
    pub(super) fn start_list(&mut self, at: usize, first: Option<u64>) {
        self.end_block();
        let top = self.at_top();
        if top && first.is_some() && self.out.body.stops.is_none() && self.reading.stops {
            let start = self.here();
            self.out.body.stops = Some(start..start);
            self.stop = Some(StopStart { links: 0, depth: self.list_depth + 1, after: None });
        }
        if top {
            self.note_first_block();
        }
        self.list_depth += 1;
        self.nesting += 1;
        match first {
            None if self.has_tasks(at) => {
                self.push("<ul class=\"tasks\">\n");
                self.open.push(Open::With("</ul>\n"));
            }
            None => {
                self.push("<ul>\n");
                self.open.push(Open::With("</ul>\n"));
            }
            Some(first) => {
                if first == 1 {
                    self.push("<ol>\n");
                } else {
                    self.push(&format!("<ol start=\"{first}\">\n"));
                }
                self.open.push(Open::With("</ol>\n"));
            }
        }
    }

    fn has_tasks(&self, at: usize) -> bool {
        self.events[at + 1..].iter().take(3).any(|(event, _)| matches!(event, Event::TaskListMarker(_)))
    }

    pub(super) fn end_list(&mut self) {
        self.end_block();
        self.close_raw(self.raw_floor());
        self.nesting -= 1;
        if let Some(Open::With(html)) = self.open.pop() {
            self.push(html);
        }
        if self.stop.as_ref().is_some_and(|stop| stop.depth == self.list_depth) {
            self.stop = None;
            let end = self.here();
            if let Some(range) = &mut self.out.body.stops {
                range.end = end;
            }
        }
        self.list_depth -= 1;
    }

    pub(super) fn start_item(&mut self, at: usize) {
        self.begin_block(at, "li", "");
        self.open.push(Open::Item);
        if let Some(stop) = &mut self.stop
            && stop.depth == self.list_depth
        {
            (stop.links, stop.after) = (self.out.links.len(), None);
        }
    }

    pub(super) fn end_item(&mut self) {
        self.close_raw(self.raw_floor());
        self.end_stop();
        self.end_block();
        self.write_pending_notes();
        self.open.pop();
        self.push("</li>\n");
    }

    /// Remembers where the first link of a stop ends.
    pub(super) fn note_stop(&mut self, link: usize) {
        let here = self.here();
        if let Some(stop) = self.stop.as_mut().filter(|stop| stop.links == link) {
            stop.after.get_or_insert(here);
        }
    }

    /// The first link of an item of the list of stops, and the words after it.
    fn end_stop(&mut self) {
        let Some(stop) = &self.stop else { return };
        if stop.depth != self.list_depth || stop.links >= self.out.links.len() {
            return;
        }
        let link = self.reading.first_link + stop.links as u32;
        let start = stop.after.unwrap_or(self.here());
        let words = self.block.links.iter().find(|(index, _)| *index == stop.links);
        let words = words.and_then(|(_, words)| self.block.text.get(words.clone())).unwrap_or_default().to_owned();
        let mut end = self.here();
        if self.out.body.html.ends_with("</p>\n") {
            end -= "</p>\n".len() as u32;
        }
        self.out.stops.push(Stop { link, words, sentence: start..end.max(start) });
    }

    pub(super) fn start_definitions(&mut self) {
        self.end_block();
        self.note_first_block();
        self.nesting += 1;
        self.push("<dl>\n");
        self.open.push(Open::With("</dl>\n"));
    }

    /// Ends a list that is no list of stops.
    pub(super) fn end_list_like(&mut self) {
        self.end_block();
        self.close_raw(self.raw_floor());
        self.nesting -= 1;
        if let Some(Open::With(html)) = self.open.pop() {
            self.push(html);
        }
    }

    pub(super) fn end_term(&mut self) {
        self.close_raw(self.raw_depth());
        self.end_block();
        self.push("</dt>\n");
    }

    pub(super) fn start_definition(&mut self, at: usize) {
        self.begin_block(at, "dd", "");
        self.open.push(Open::Item);
    }

    pub(super) fn end_definition(&mut self) {
        self.close_raw(self.raw_floor());
        self.end_block();
        self.write_pending_notes();
        self.open.pop();
        self.push("</dd>\n");
    }
}
