//! Quotes and callouts: `> [!NOTE]` as GitHub and Obsidian write it.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};

use crate::base::config::Stance;
use crate::base::strings::Language;

use super::{Open, Writer, escape_into};

/// Words in bold that make a quote a note.
const SPOKEN: [&str; 10] = ["note", "notes", "tip", "important", "warning", "caution", "attention", "danger", "info", "hint"];

/// The first line of a callout.
struct Marker<'a> {
    kind: &'a str,
    fold: Option<char>,
    title: &'a str,
    /// Bytes of the line up to the title.
    length: usize,
}

/// Reads `[!kind]`, a fold mark and a title from the text of a quote.
fn marker(quote: &str) -> Option<Marker<'_>> {
    // Only this quote's own mark: a callout in a quote makes no callout of the quote, and deep nesting is read once a level.
    let inner = quote.trim_start_matches([' ', '\t']);
    let inner = inner.strip_prefix('>').unwrap_or(inner).trim_start_matches([' ', '\t']);
    let skipped = quote.len() - inner.len();
    let rest = inner.strip_prefix("[!")?;
    let end = rest.find(']')?;
    let kind = &rest[..end];
    if kind.is_empty() || !kind.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '|' | ' ')) {
        return None;
    }
    let after = &rest[end + 1..];
    let fold = after.chars().next().filter(|c| matches!(c, '+' | '-'));
    let after = &after[fold.map_or(0, char::len_utf8)..];
    let line = after.lines().next().unwrap_or("");
    // `[!x](…)` and `[!x][y]` are links that begin with an exclamation mark.
    if line.starts_with(['(', '[']) {
        return None;
    }
    let length = skipped + 2 + end + 1 + fold.map_or(0, char::len_utf8);
    Some(Marker { kind: kind.split('|').next().unwrap_or(kind).trim(), fold, title: line.trim(), length })
}

/// The voice that a callout or a heading speaks with.
pub fn stance_word(word: &str) -> Option<Stance> {
    let is_one_of = |words: [&str; 3]| words.iter().any(|known| known.eq_ignore_ascii_case(word.trim()));
    if is_one_of(["leadership", "leader", "leaders"]) {
        Some(Stance::Leadership)
    } else {
        is_one_of(["management", "manager", "managers"]).then_some(Stance::Management)
    }
}

/// The voice that a column or a heading names, in English or in the language of the page.
pub fn voice_named(words: &str, say: &Language) -> Option<Stance> {
    let in_language = || {
        let words = words.trim().to_lowercase();
        match say.voices().iter().position(|voice| *voice == words)? {
            0 | 1 => Some(Stance::Leadership),
            _ => Some(Stance::Management),
        }
    };
    stance_word(words).or_else(in_language)
}

/// Whether a word names one of the two voices.
pub fn is_voice(word: &str) -> bool {
    stance_word(word).is_some()
}

/// The voice of a quote that is a callout of one.
pub fn voice_of(quote: &str) -> Option<Stance> {
    stance_word(marker(quote)?.kind)
}

impl<'a> Writer<'_, 'a> {
    pub(super) fn start_quote(&mut self, at: usize, range: Range<usize>) -> usize {
        self.end_block();
        let slice = self.slice(&range);
        let found = marker(slice);
        if found.as_ref().is_some_and(|found| stance_word(found.kind).is_some()) && self.at_top() {
            self.stances_by_callouts(at);
        }
        self.note_first_block();
        self.nesting += 1;
        let Some(found) = found else {
            if let Some(next) = self.spoken_note(at) {
                return next;
            }
            self.push("<blockquote>\n");
            self.open.push(Open::With("</blockquote>\n"));
            return at + 1;
        };
        let voice = stance_word(found.kind);
        let title = match (found.title.is_empty(), voice) {
            (false, _) => found.title.to_owned(),
            (true, Some(Stance::Leadership)) => self.reading.say.text("leader").to_owned(),
            (true, Some(Stance::Management)) => self.reading.say.text("manager").to_owned(),
            (true, None) => {
                let known = self.reading.say.get(&format!("callouts.{}", found.kind.to_lowercase()));
                known.map_or_else(|| readable(found.kind), str::to_owned)
            }
        };
        self.count_title(&title);
        let class = callout_class(found.kind);
        match (voice, found.fold) {
            (Some(_), _) => self.push("<aside class=\"callout stance\"><p class=\"callout-title\">"),
            (None, None) => self.push(&format!("<aside class=\"callout callout-{class}\"><p class=\"callout-title\">")),
            (None, Some('+')) => self.push(&format!("<details class=\"callout callout-{class}\" open><summary>")),
            (None, Some(_)) => self.push(&format!("<details class=\"callout callout-{class}\"><summary>")),
        }
        let folded = found.fold.is_some() && voice.is_none();
        let line_end = self.callout_title(at, &range, &found, &title);
        self.push(if folded { "</summary>\n" } else { "</p>\n" });
        self.open.push(Open::With(if folded { "</details>\n" } else { "</aside>\n" }));
        // What follows the title on further lines is a paragraph of its own; its end is still to come.
        if matches!(self.events.get(line_end), Some((Event::SoftBreak | Event::HardBreak, _))) {
            self.open_paragraph(line_end);
        }
        line_end + 1
    }

    /// A note made by hand, `> **Note**: …`: opens it and gives the index of the event to go on with.
    fn spoken_note(&mut self, at: usize) -> Option<usize> {
        let events = self.events;
        let [
            (Event::Start(Tag::Paragraph), _),
            (Event::Start(Tag::Strong), _),
            (Event::Text(said), _),
            (Event::End(TagEnd::Strong), _),
            (next, span),
            ..,
        ] = events.get(at + 1..)?
        else {
            return None;
        };
        let title = said.trim().trim_end_matches(':').trim_end();
        let kind = SPOKEN.into_iter().find(|kind| title.eq_ignore_ascii_case(kind))?;
        let rest = match next {
            _ if said.trim().ends_with(':') => None,
            Event::Text(text) => Some(text.trim_start().strip_prefix(':')?),
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph) => None,
            _ => return None,
        };
        self.count_title(title);
        self.push(&format!("<aside class=\"callout callout-{}\"><p class=\"callout-title\">", callout_class(kind)));
        escape_into(&mut self.out.body.html, title);
        self.push("</p>\n");
        self.open.push(Open::With("</aside>\n"));
        let next_at = at + 5;
        if matches!(next, Event::End(TagEnd::Paragraph)) {
            return Some(next_at + 1);
        }
        self.open_paragraph(next_at - 1);
        let text = match (next, rest) {
            (_, Some(rest)) => rest,
            (Event::Text(text), None) => text,
            (Event::SoftBreak | Event::HardBreak, _) => "",
            _ => return Some(next_at),
        };
        let cut = CowStr::from(text.trim_start().to_owned());
        Some(if cut.is_empty() { next_at + 1 } else { self.text_run(next_at, &cut, span.clone()) })
    }

    fn count_title(&mut self, title: &str) {
        self.out.words += title.split_whitespace().count() as u32;
    }

    /// Writes the title, with its marks where the author wrote one, and gives the index of the event that ends its line.
    fn callout_title(&mut self, at: usize, range: &Range<usize>, found: &Marker<'_>, title: &str) -> usize {
        let marker_end = range.start + found.length;
        let events = self.events;
        // The marker is the start of the first paragraph; a quote without one has no marker either.
        if !matches!(events.get(at + 1), Some((Event::Start(Tag::Paragraph), _))) {
            escape_into(&mut self.out.body.html, title);
            return at;
        }
        let mut depth = 0usize;
        let line_end = events[at + 2..].iter().position(|(event, _)| {
            match event {
                // Marked words that go over the end of the line belong to the title.
                Event::SoftBreak | Event::HardBreak => return depth == 0,
                Event::End(TagEnd::Paragraph) => return true,
                Event::Start(_) => depth += 1,
                Event::End(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
            false
        });
        let line_end = line_end.map_or(events.len(), |ahead| at + 2 + ahead);
        if found.title.is_empty() {
            escape_into(&mut self.out.body.html, title);
        } else {
            (self.block.on, self.block.wanted) = (true, true);
            self.in_title = true;
            let mut next = at + 2;
            while next < line_end {
                let (event, span) = &events[next];
                if span.end <= marker_end {
                    next += 1;
                } else if let (Event::Text(text), true) = (event, span.start < marker_end) {
                    let rest = text.get(marker_end - span.start..).unwrap_or(text).trim_start().to_owned();
                    self.remember(&rest);
                    self.text_out(&rest);
                    next += 1;
                } else if let Event::Text(text) = event {
                    let text = if self.block.text.is_empty() { text.trim_start().to_owned() } else { text.to_string() };
                    self.remember(&text);
                    self.text_out(&text);
                    next += 1;
                } else {
                    next = self.event(next);
                }
            }
            self.close_raw(self.raw_depth());
            self.in_title = false;
            self.end_block();
        }
        line_end
    }

    pub(super) fn end_quote(&mut self) {
        self.end_block();
        self.close_raw(self.raw_floor());
        self.nesting -= 1;
        if let Some(Open::With(html)) = self.open.pop() {
            self.push(html);
        }
        // The title of a callout without text may have asked for them.
        self.write_pending_notes();
    }
}

/// A callout's kind as a class: lower case, letters, digits and `-`; known synonyms become one.
fn callout_class(kind: &str) -> String {
    let plain: String = kind.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    match plain.as_str() {
        "notes" | "info" | "abstract" | "summary" | "tldr" | "seealso" => "note".into(),
        "hint" | "success" | "check" | "done" => "tip".into(),
        "attention" => "warning".into(),
        "danger" | "error" | "failure" | "fail" | "missing" | "bug" => "caution".into(),
        "help" | "faq" => "question".into(),
        "cite" => "quote".into(),
        _ => plain,
    }
}

/// `tip` becomes `Tip`, `see-also` becomes `See also`.
fn readable(kind: &str) -> String {
    let words = kind.to_lowercase().replace(['-', '_'], " ");
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callout_is_a_quote_that_begins_with_a_marker() {
        let read = |text| marker(text).map(|m: Marker<'_>| (m.kind, m.fold, m.title));
        assert_eq!(read("> [!NOTE]\n> text"), Some(("NOTE", None, "")));
        assert_eq!(read("> [!tip]- Try *this*\n> text"), Some(("tip", Some('-'), "Try *this*")));
        assert_eq!(read("> [!x](y)"), None);
        assert_eq!(read("> plain [!NOTE]"), None);
    }
}
