//! What the coming events say, before they are written.
//!
//! In: the events of a page and a place among them. Out: where something ends, what it says.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

/// The events of a page with their places in its text.
pub(super) type Events<'e, 'a> = &'e [(Event<'a>, Range<usize>)];

/// Whether a start is that of a block.
pub(super) fn is_block(tag: &Tag<'_>) -> bool {
    !matches!(
        tag,
        Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Superscript | Tag::Subscript | Tag::Link { .. } | Tag::Image { .. }
    )
}

/// Whether an end is that of a block.
pub(super) fn is_block_end(end: TagEnd) -> bool {
    !matches!(
        end,
        TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Superscript | TagEnd::Subscript | TagEnd::Link | TagEnd::Image
    )
}

/// The index after the end that belongs to the start at `at`.
pub(super) fn after_end(events: Events<'_, '_>, at: usize) -> usize {
    let mut depth = 0usize;
    for (ahead, (event, _)) in events[at..].iter().enumerate() {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + ahead + 1;
        }
    }
    events.len()
}

/// The plain text of a range of events.
pub(super) fn plain_text(events: Events<'_, '_>) -> String {
    events.iter().fold(String::new(), |mut text, (event, _)| {
        match event {
            Event::Text(part) | Event::Code(part) | Event::InlineMath(part) | Event::DisplayMath(part) => text.push_str(part),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            _ => {}
        }
        text
    })
}
