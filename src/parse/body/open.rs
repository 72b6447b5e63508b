//! Raw elements that are open, and what ends them.
//!
//! In: starts and ends of raw elements, and of the Markdown around them. Out: the ends that the HTML needs.
//!
//! Invariant: an end is written only for an element that is open, at the depth of the Markdown in which it was opened.

use rustc_hash::FxHashSet;

use super::Writer;

/// How many elements outwards the one that an end belongs to is looked for. Browsers nest no deeper, and a page of nothing but
/// starts is read in the time that its length allows.
const REACH: usize = 512;

/// Raw elements that are open.
#[derive(Default)]
pub struct Elements {
    /// The innermost last.
    pub(super) stack: Vec<Element>,
    /// Names that the page closes somewhere; found when first asked for.
    pub(super) closed: Option<FxHashSet<String>>,
    /// Whether paragraphs of the HTML that is being read are shown as plain blocks.
    pub(super) open_paragraph: bool,
    /// Whether marked words of the HTML that is being read go on beyond it.
    pub(super) open_words: bool,
}

/// A raw element that is open.
pub(super) struct Element {
    /// Its name as its author wrote it, which its end has too.
    pub(super) written: String,
    /// Its name as it is shown.
    pub(super) shown: &'static str,
    /// How deep in the Markdown it was opened.
    pub(super) depth: usize,
    /// Whether it is a link or stands in one; asked for at each block, so it is not looked for each time.
    in_link: bool,
    /// Whether it is a heading or stands in one.
    in_heading: bool,
}

impl Elements {
    /// Opens an element within those that are open.
    pub(super) fn open(&mut self, written: String, shown: &'static str, depth: usize) {
        let in_link = shown == "a" || self.is_inside_link();
        let in_heading = matches!(shown, "h2" | "h3" | "h4" | "h5" | "h6") || self.is_inside_heading();
        self.stack.push(Element { written, shown, depth, in_link, in_heading });
    }

    pub(super) fn is_inside_link(&self) -> bool {
        self.stack.last().is_some_and(|element| element.in_link)
    }

    pub(super) fn is_inside_heading(&self) -> bool {
        self.stack.last().is_some_and(|element| element.in_heading)
    }

    /// Closes everything that was opened at `depth` or deeper.
    pub(super) fn close(&mut self, depth: usize) -> String {
        let mut html = String::new();
        while let Some(element) = self.stack.pop_if(|element| element.depth >= depth) {
            html.push_str("</");
            html.push_str(element.shown);
            html.push('>');
        }
        html
    }

    pub(super) fn close_all(&mut self) -> String {
        self.close(0)
    }
}

impl Writer<'_, '_> {
    /// Closes raw elements that were opened inside the Markdown that ends, and words that were marked in it.
    pub(super) fn close_raw(&mut self, mut depth: usize) {
        if self.mark == Some(self.inline_depth) && self.alt.is_none() {
            let html = self.raw.close(depth);
            self.push(&html);
            self.push("</mark>");
            (self.mark, self.inline_depth) = (None, self.inline_depth - 1);
            depth = depth.min(self.raw_depth());
        }
        if !self.raw.stack.is_empty() {
            let html = self.raw.close(depth);
            self.push(&html);
        }
    }

    /// The depth of what is opened in the Markdown block that we are in, but in no running text.
    pub(super) fn raw_floor(&self) -> usize {
        (self.nesting + self.shells) << 20
    }

    /// How deep in the Markdown we are: running text is one deeper than the block around it, marked words deeper still.
    pub(super) fn raw_depth(&self) -> usize {
        self.raw_floor() + usize::from(self.block.on) + self.inline_depth
    }

    /// Whether what is written now is the inside of a link.
    pub(super) fn is_inside_link(&self) -> bool {
        !self.links.is_empty() || self.raw.is_inside_link()
    }

    /// Ends the elements that the start of another one ends: an item by the next item, a cell by the next cell.
    pub(super) fn end_implied(&mut self, name: &str) {
        let (ends, within): (&[&str], &[&str]) = match name {
            "li" => (&["li"], &["ul", "ol", "menu"]),
            "dt" | "dd" => (&["dt", "dd"], &["dl"]),
            "td" | "th" => (&["td", "th"], &["tr", "table"]),
            "tr" => (&["tr"], &["table", "tbody", "thead", "tfoot"]),
            "tbody" | "tfoot" => (&["thead", "tbody"], &["table"]),
            _ => return,
        };
        let floor = self.raw_depth();
        let reach =
            self.raw.stack.iter().rev().take(REACH).take_while(|element| element.depth >= floor && !within.contains(&element.shown));
        if let Some(open) = reach.filter(|element| ends.contains(&element.shown)).last().map(|element| element.written.clone()) {
            self.end_element(&open);
        }
    }

    pub(super) fn end_element(&mut self, name: &str) {
        // What was opened outside of these words ends outside of them.
        let floor = self.raw_depth();
        let mut reach = self.raw.stack.iter().enumerate().rev().take(REACH);
        let Some((open, _)) = reach.find(|(_, element)| element.written == name && element.depth >= floor) else { return };
        while self.raw.stack.len() > open {
            let Some(inner) = self.raw.stack.pop() else { return };
            self.push("</");
            self.push(inner.shown);
            self.push(">");
        }
    }

    pub(super) fn is_closed(&mut self, name: &str) -> bool {
        let text = &self.source.text;
        let closed = self.raw.closed.get_or_insert_with(|| {
            let ends = memchr::memmem::find_iter(text.as_bytes(), "</");
            ends.filter_map(|at| text.get(at + 2..))
                .map(|rest| {
                    let end = rest.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(rest.len()).min(80);
                    rest.get(..end).unwrap_or("").to_ascii_lowercase()
                })
                .collect()
        });
        closed.contains(name)
    }
}
