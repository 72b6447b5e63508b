//! Stances blocks in prose: two neighbouring headings or two neighbouring callouts, one a leader's, one a manager's.

use pulldown_cmark::{Event, HeadingLevel, Tag};

use crate::base::config::Stance;

use super::quotes::voice_named;
use super::{Writer, after_end, plain_text};

const BOTH: &str = "</div>\n";
const SECOND: [&str; 2] = ["</div><div class=\"l\">\n", "</div><div class=\"m\">\n"];
const FIRST: [&str; 2] = ["<div class=\"stances prose\"><div class=\"l\">\n", "<div class=\"stances prose\"><div class=\"m\">\n"];

fn side(stance: Stance) -> usize {
    usize::from(stance == Stance::Management)
}

impl Writer<'_, '_> {
    /// Opens a stances block before a heading that names one voice, if the next heading of its level names the other.
    pub(super) fn stances_by_headings(&mut self, at: usize) {
        if !self.at_top() || !self.breaks.is_empty() {
            return;
        }
        let Some((level, first)) = self.stance_heading(at) else { return };
        let Some((middle, second)) = self.next_heading(at, level) else { return };
        let Some(second) = second.filter(|second| *second != first) else { return };
        // The block ends where the second section ends: at the next heading of its level or above.
        let end = self.section_end(middle, level);
        self.open_stances(first, second, middle, end);
    }

    /// Opens a stances block before a callout of one voice, if a callout of the other follows at once.
    pub(super) fn stances_by_callouts(&mut self, at: usize) {
        if !self.breaks.is_empty() {
            return;
        }
        let middle = after_end(self.events, at);
        let voice = |at: usize| match self.events.get(at) {
            Some((Event::Start(Tag::BlockQuote(_)), range)) => super::quotes::voice_of(self.slice(range)),
            _ => None,
        };
        if let (Some(first), Some(second)) = (voice(at), voice(middle))
            && first != second
        {
            let end = after_end(self.events, middle);
            self.open_stances(first, second, middle, end);
        }
    }

    fn open_stances(&mut self, first: Stance, second: Stance, middle: usize, end: usize) {
        self.out.stances = vec![Stance::Leadership, Stance::Management];
        self.note_first_block();
        self.push(FIRST[side(first)]);
        self.shells += 1;
        self.breaks.push((end, BOTH));
        self.breaks.push((end, BOTH));
        self.breaks.push((middle, SECOND[side(second)]));
    }

    fn stance_heading(&self, at: usize) -> Option<(HeadingLevel, Stance)> {
        match &self.events.get(at)?.0 {
            Event::Start(Tag::Heading { level, .. }) => {
                let text = plain_text(&self.events[at..after_end(self.events, at)]);
                voice_named(&text, self.reading.say).map(|stance| (*level, stance))
            }
            _ => None,
        }
    }

    /// The next heading of the level after the one at `at`, with its voice; `None` where one above it comes first.
    fn next_heading(&self, at: usize, level: HeadingLevel) -> Option<(usize, Option<Stance>)> {
        let next = self.section_end(at, level);
        match self.events.get(next) {
            Some((Event::Start(Tag::Heading { level: found, .. }), _)) if *found == level => {
                Some((next, self.stance_heading(next).map(|(_, stance)| stance)))
            }
            _ => None,
        }
    }

    /// The index of the next heading outside of other blocks whose level is `level` or above, or of the end.
    fn section_end(&self, at: usize, level: HeadingLevel) -> usize {
        let mut next = after_end(self.events, at);
        while let Some((event, _)) = self.events.get(next) {
            match event {
                Event::Start(Tag::Heading { level: found, .. }) if *found <= level => return next,
                // Where the enclosing text ends (a note, say), so does the section.
                Event::End(_) => return next,
                Event::Start(_) => next = after_end(self.events, next),
                _ => next += 1,
            }
        }
        next
    }
}
