//! Buffers that outlive a page, and lists that keep no spare room.
//!
//! In: what a page was written with. Out: the same memory, for the next page.
//!
//! Invariant: nothing of a page is left in a buffer.

use std::ops::Range;

use pulldown_cmark::Event;

/// What pages are written on, one after the other: buffers that are asked for once.
#[derive(Default)]
pub struct Sheets {
    pub(super) events: Vec<(Event<'static>, Range<usize>)>,
    pub(super) html: String,
    pub(super) prose: Vec<Range<u32>>,
}

impl Sheets {
    /// Keeps the buffers for the next page; gives the HTML without their spare room.
    pub(super) fn keep(&mut self, html: String, events: Vec<(Event<'_>, Range<usize>)>) -> String {
        let exact = html.as_str().to_owned();
        (self.html, self.events) = (html, emptied(events));
        self.html.clear();
        self.prose.clear();
        exact
    }
}

/// The buffer of events for a text of another life; it has none in it.
pub(super) fn emptied<'a>(mut events: Vec<(Event<'_>, Range<usize>)>) -> Vec<(Event<'a>, Range<usize>)> {
    events.clear();
    // Collecting in place keeps the memory.
    events.into_iter().map(|(_, range)| (Event::Rule, range)).collect()
}

/// A list with no spare room, since a page is kept as long as the handbook is. Shrinking in place would leave the memory with it.
pub(super) fn fitted<T>(list: Vec<T>) -> Vec<T> {
    let mut exact = Vec::with_capacity(list.len());
    exact.extend(list);
    exact
}

/// Two lists as one with no spare room.
pub fn joined<T>(first: Vec<T>, second: Vec<T>) -> Vec<T> {
    let mut all = Vec::with_capacity(first.len() + second.len());
    all.extend(first);
    all.extend(second);
    all
}
