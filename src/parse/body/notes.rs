//! Footnotes, written where their first reference stands, so that they can become margin notes.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Tag};
use rustc_hash::FxHashMap;

use super::{Writer, escape_into};

/// How a reference to a note begins.
pub const NOTE_REFERENCE: &str = "<sup class=\"fn-ref\"";
/// How a note begins.
pub const NOTE: &str = "<aside class=\"note\" role=\"note\"";

/// The footnotes of a page.
#[derive(Default)]
pub struct Notes {
    /// The inside of each definition, as a range of events, by label.
    defined: FxHashMap<String, Range<usize>>,
    /// Numbers by label, in the order of the first references.
    numbers: FxHashMap<String, u32>,
    /// Notes whose paragraph is not at its end yet.
    pending: Vec<(u32, Range<usize>)>,
    /// The note that is being written.
    pub(super) writing: Option<u32>,
}

impl<'a> Writer<'_, 'a> {
    pub(super) fn find_notes(&mut self) {
        for at in 0..self.events.len() {
            if let (Event::Start(Tag::FootnoteDefinition(label)), _) = &self.events[at] {
                let inside = at + 1..super::after_end(self.events, at) - 1;
                self.notes.defined.entry(label.to_string()).or_insert(inside);
            }
        }
    }

    /// Cuts notes out of the twin that nothing refers to, and second ones of one label: readers do not see them either.
    pub(super) fn cut_unread_notes(&mut self) {
        if self.notes.defined.is_empty() {
            return;
        }
        for (at, (event, range)) in self.events.iter().enumerate() {
            let Event::Start(Tag::FootnoteDefinition(label)) = event else { continue };
            let is_first = self.notes.defined.get(label.as_ref()).is_some_and(|inside| inside.start == at + 1);
            if !is_first || !self.notes.numbers.contains_key(label.as_ref()) {
                self.cut_away(range);
            }
        }
    }

    /// The number that a note has or will have; `coming` counts those that are not numbered yet.
    pub(super) fn note_number(&self, label: &str, coming: &mut u32) -> u32 {
        self.notes.numbers.get(label).copied().unwrap_or_else(|| {
            *coming += 1;
            self.notes.numbers.len() as u32 + *coming
        })
    }

    pub(super) fn note_reference(&mut self, label: &CowStr<'a>) {
        if self.alt.is_some() {
            return;
        }
        let known = self.notes.numbers.get(label.as_ref()).copied();
        let number = known.unwrap_or(self.notes.numbers.len() as u32 + 1);
        let inside_link = self.is_inside_link();
        let start = self.here();
        if known.is_none() {
            self.notes.numbers.insert(label.to_string(), number);
            if let Some(inside) = self.notes.defined.get(label.as_ref()) {
                self.notes.pending.push((number, inside.clone()));
            }
        }
        if inside_link {
            self.push(NOTE_REFERENCE);
            if known.is_none() {
                self.push_id(&format!("_ff-fnref-{number}"));
            }
            self.push(&format!(">{number}</sup>"));
        } else {
            self.push(NOTE_REFERENCE);
            self.push("><a");
            if known.is_none() {
                self.push_id(&format!("_ff-fnref-{number}"));
            }
            self.push(&format!(" href=\"#_ff-fn-{number}\">{number}</a></sup>"));
        }
        self.leave_out_of_embeds(start);
    }

    /// Writes the notes of the block that has ended. Notes of a table or of a note wait for its end.
    pub(super) fn write_pending_notes(&mut self) {
        if self.table.is_some() || self.notes.writing.is_some() || self.heading.is_some() {
            return;
        }
        // A note may refer to further notes; each is written once, so this ends.
        while !self.notes.pending.is_empty() {
            let (number, inside) = self.notes.pending.remove(0);
            self.write_note(number, inside);
        }
    }

    fn write_note(&mut self, number: u32, inside: Range<usize>) {
        self.notes.writing = Some(number);
        let start = self.here();
        self.push(NOTE);
        self.push_id(&format!("_ff-fn-{number}"));
        self.push(&format!("><a class=\"note-back\" href=\"#_ff-fnref-{number}\" aria-label=\""));
        let back = self.reading.say.fill("back_to_note", &[("n", &number.to_string())]);
        escape_into(&mut self.out.body.html, &back);
        self.push(&format!("\">{number}</a> "));
        // The breaks and the open blocks of the surrounding text are not those of the note.
        let breaks = std::mem::take(&mut self.breaks);
        let (nesting, list_depth, stop) = (self.nesting, self.list_depth, self.stop.take());
        self.nesting += 1;
        self.run(inside);
        self.end_block();
        self.close_raw(self.raw_floor());
        (self.nesting, self.list_depth, self.stop) = (nesting, list_depth, stop);
        self.breaks = breaks;
        self.push("</aside>\n");
        self.leave_out_of_embeds(start);
        self.notes.writing = None;
    }
}
