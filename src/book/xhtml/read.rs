//! HTML as people and templates write it, read into events that are balanced and stand where they may.
//!
//! In: HTML. Out: events in which every start has its end, blocks do not stand among words, and lists, tables and definitions
//! hold what they can hold.
//!
//! Invariant: no word is lost but those of `Class::Unread`. Time is linear: a tag looks no deeper than `DEPTH` elements.

use html5gum::{StartTag, Token, Tokenizer};
use rustc_hash::FxHashSet;

use super::tables::{Class, VOID, class, may_have, renamed};
use super::{Event, Fragment, plain_id};

/// How deep elements may stand in each other; deeper ones lose their tags.
const DEPTH: usize = 128;

/// An element that is open.
struct Open {
    /// As it is written in the source; empty for one that nobody wrote.
    name: String,
    class: Class,
    /// As it is written in the book; `None` where its tags are left out.
    shown: Option<String>,
    /// Whether something of it has been written.
    filled: bool,
    /// For definitions: whether the last of them was a term.
    after_term: bool,
}

/// Reads HTML.
pub(super) fn read(html: &str) -> Fragment {
    let mut reader = Reader::default();
    for token in Tokenizer::new(html).flatten() {
        match token {
            Token::StartTag(tag) => reader.start(&tag),
            Token::EndTag(tag) => reader.end(&String::from_utf8_lossy(&tag.name)),
            Token::String(text) => reader.text(&String::from_utf8_lossy(&text)),
            _ => {}
        }
    }
    while !reader.open.is_empty() {
        reader.close();
    }
    reader.out
}

#[derive(Default)]
struct Reader {
    out: Fragment,
    open: Vec<Open>,
    ids: FxHashSet<String>,
    /// The element whose inside is not for readers, and how often it is open.
    unread: Option<(String, usize)>,
}

impl Reader {
    fn start(&mut self, tag: &StartTag<()>) {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        if let Some((unread, depth)) = &mut self.unread {
            *depth += usize::from(*unread == name);
            return;
        }
        if self.in_formula() {
            return self.put(&name, Class::Formula, tag);
        }
        match class(&name) {
            Class::Unread if tag.self_closing => {}
            Class::Unread => self.unread = Some((name, 1)),
            Class::None => self.other(&name, tag),
            // The theme's links to a heading from itself say nothing in a book.
            Class::Words if name == "a" && value(tag, "class").is_some_and(|class| class == "anchor") => self.unread = Some((name, 1)),
            Class::Words => self.words(&name, tag),
            Class::Formula => {
                self.out.has_formula = true;
                self.make_room();
                self.put(&name, Class::Formula, tag);
            }
            class => self.block(&name, class, tag),
        }
    }

    fn words(&mut self, name: &str, tag: &StartTag<()>) {
        self.make_room();
        if name == "a"
            && let Some(at) = self.open.iter().rposition(|open| open.name == "a")
        {
            self.close_to(at);
        }
        self.put(name, Class::Words, tag);
    }

    fn block(&mut self, name: &str, class: Class, tag: &StartTag<()>) {
        // A paragraph ends where a block begins; a heading and preformatted text hold no block.
        while let Some(open) = self.open.last() {
            match open.class {
                Class::Words => self.close(),
                Class::Line if open.name == "p" || class == Class::Line => self.close(),
                _ => break,
            }
        }
        if self.top() == Class::Line || (self.top_holds_no_heading() && (is_heading(name) || is_section(name))) {
            return self.leave_out(name);
        }
        let fits = match class {
            Class::Item => self.come_to(&[Class::List], &[Class::Item]),
            Class::Definition => self.come_to_definitions(name == "dt"),
            Class::Rows => self.come_to(&[Class::Table], &[Class::Cell, Class::Row, Class::Rows]),
            Class::Row => self.come_to(&[Class::Table, Class::Rows], &[Class::Cell, Class::Row]),
            Class::Cell => self.come_to_row(),
            Class::Apart => self.top() == Class::Table && (name != "caption" || self.open.last().is_some_and(|table| !table.filled)),
            // A group of terms.
            Class::Block if name == "div" && self.top() == Class::Definitions => true,
            _ => {
                self.make_room();
                true
            }
        };
        match (fits, class) {
            (true, _) => self.put(name, class, tag),
            // Without a list around it an item is a block like others.
            (false, Class::Item | Class::Definition) => {
                self.make_room();
                self.put_as(name, "div", Class::Block, tag);
            }
            (false, _) => self.leave_out(name),
        }
    }

    /// Elements that have no place in a book, but stand for something that has.
    fn other(&mut self, name: &str, tag: &StartTag<()>) {
        match name {
            "input" if value(tag, "type").as_deref() == Some("checkbox") => {
                let is_checked = tag.attributes.contains_key(b"checked".as_slice());
                self.text(if is_checked { "☑" } else { "☐" });
            }
            "audio" | "video" => {
                if let Some(source) = value(tag, "src") {
                    self.make_room();
                    let words = source.rsplit('/').next().unwrap_or(&source).to_owned();
                    self.out.events.push(Event::Recording(source, words));
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if let Some((unread, depth)) = &mut self.unread {
            *depth -= usize::from(unread == name);
            if *depth == 0 {
                self.unread = None;
            }
            return;
        }
        let of = class(name);
        for at in (0..self.open.len()).rev() {
            let open = &self.open[at];
            if open.name == name {
                return self.close_to(at);
            }
            // An end reaches no further than the block, and no further than the cell, that it stands in.
            let is_wall = match of {
                Class::Words => !matches!(open.class, Class::Words),
                Class::Table | Class::Rows | Class::Row | Class::Cell => open.class == Class::Table,
                _ => matches!(open.class, Class::Cell | Class::Table),
            };
            if is_wall {
                return;
            }
        }
    }

    fn text(&mut self, text: &str) {
        if self.unread.is_some() {
            return;
        }
        let blank = text.chars().all(char::is_whitespace);
        if !blank && !self.in_formula() {
            self.make_room();
        }
        let is_room = !matches!(self.top(), Class::List | Class::Definitions | Class::Table | Class::Rows | Class::Row | Class::Apart);
        if !text.is_empty() && (is_room || blank) {
            self.out.events.push(Event::Text(text.to_owned()));
        }
    }

    fn top(&self) -> Class {
        self.open.last().map_or(Class::Block, |open| open.class)
    }

    fn in_formula(&self) -> bool {
        self.top() == Class::Formula
    }

    fn top_holds_no_heading(&self) -> bool {
        self.open
            .iter()
            .rev()
            .find(|open| open.class != Class::Words && open.shown.is_some())
            .is_some_and(|open| matches!(open.name.as_str(), "th" | "dt" | "caption"))
    }

    /// Opens what a list, a table or definitions need before anything can stand in them.
    fn make_room(&mut self) {
        loop {
            match self.top() {
                Class::List => self.implied("li", Class::Item),
                Class::Definitions => {
                    self.come_to_definitions(false);
                    self.implied("dd", Class::Definition);
                }
                Class::Table | Class::Rows => self.implied("tr", Class::Row),
                Class::Row => self.implied("td", Class::Cell),
                Class::Apart if self.open.last().is_some_and(|open| open.name != "caption") => self.close(),
                _ => return,
            }
        }
    }

    /// Closes elements of the classes `through` until one of the classes `to` is on top.
    fn come_to(&mut self, to: &[Class], through: &[Class]) -> bool {
        let Some(at) = self.open.iter().rposition(|open| !through.contains(&open.class)) else { return false };
        if !to.contains(&self.open[at].class) {
            return false;
        }
        self.close_to(at + 1);
        true
    }

    /// The same for a cell, around which a row may be missing.
    fn come_to_row(&mut self) -> bool {
        let fits = self.come_to(&[Class::Row, Class::Table, Class::Rows], &[Class::Cell]);
        if fits && self.top() != Class::Row {
            self.implied("tr", Class::Row);
        }
        fits
    }

    /// The same for definitions, whose terms come first: a description without one gets an empty term.
    fn come_to_definitions(&mut self, is_term: bool) -> bool {
        while self.top() == Class::Definition {
            self.close();
        }
        let count = self.open.len();
        let is_group = count >= 2 && self.open[count - 1].name == "div" && self.open[count - 2].class == Class::Definitions;
        if !is_group && self.top() != Class::Definitions {
            return false;
        }
        let Some(group) = self.open.last_mut() else { return false };
        let needs_term = !is_term && !group.filled;
        group.filled = true;
        group.after_term = is_term;
        if needs_term {
            self.out.events.push(Event::Start("dt".to_owned(), Vec::new()));
            self.out.events.push(Event::End("dt".to_owned()));
        }
        true
    }

    fn implied(&mut self, name: &str, class: Class) {
        self.mark_filled();
        self.out.events.push(Event::Start(name.to_owned(), Vec::new()));
        self.open.push(Open { name: String::new(), class, shown: Some(name.to_owned()), filled: false, after_term: false });
    }

    fn leave_out(&mut self, name: &str) {
        if !VOID.contains(&name) {
            // Its place is that of what is around it.
            let class = self.top();
            self.open.push(Open { name: name.to_owned(), class, shown: None, filled: false, after_term: false });
        }
    }

    fn put(&mut self, name: &str, class: Class, tag: &StartTag<()>) {
        self.put_as(name, renamed(name), class, tag);
    }

    fn put_as(&mut self, name: &str, shown: &str, class: Class, tag: &StartTag<()>) {
        if self.open.len() >= DEPTH && !VOID.contains(&name) {
            return self.open.push(Open { name: name.to_owned(), class, shown: None, filled: false, after_term: false });
        }
        self.mark_filled();
        let attributes = if class == Class::Formula { formula_attributes(name, tag) } else { self.attributes(name, shown, tag) };
        if name == "img" {
            return self.out.events.push(Event::Picture(attributes));
        }
        self.out.events.push(Event::Start(shown.to_owned(), attributes));
        if VOID.contains(&name) || (class == Class::Formula && tag.self_closing) {
            self.out.events.push(Event::End(shown.to_owned()));
        } else {
            self.open.push(Open { name: name.to_owned(), class, shown: Some(shown.to_owned()), filled: false, after_term: false });
        }
    }

    fn mark_filled(&mut self) {
        if let Some(open) = self.open.last_mut() {
            open.filled = true;
        }
    }

    fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            self.close();
        }
    }

    fn close(&mut self) {
        let Some(open) = self.open.pop() else { return };
        if open.after_term {
            self.out.events.push(Event::Start("dd".to_owned(), Vec::new()));
            self.out.events.push(Event::End("dd".to_owned()));
        }
        if let Some(shown) = open.shown {
            self.out.events.push(Event::End(shown));
        }
    }

    fn attributes(&mut self, name: &str, shown: &str, tag: &StartTag<()>) -> Vec<(String, String)> {
        let mut out = Vec::new();
        for (key, written) in &tag.attributes {
            let key = String::from_utf8_lossy(key);
            let written = String::from_utf8_lossy(written);
            match key.as_ref() {
                "id" => {
                    let id = plain_id(&written);
                    if !id.is_empty() && self.ids.insert(id.clone()) {
                        self.out.ids.push(id.clone());
                        out.push(("id".to_owned(), id));
                    }
                }
                "lang" if is_language(&written) => {
                    out.push(("lang".to_owned(), written.to_string()));
                    out.push(("xml:lang".to_owned(), written.to_string()));
                }
                "href" if name == "a" => out.push(("href".to_owned(), written.to_string())),
                "src" | "alt" if name == "img" => out.push((key.to_string(), written.to_string())),
                key if may_have(shown, key, &written) => out.push((key.to_owned(), written.to_string())),
                _ => {}
            }
        }
        out.extend(self.role(name, tag));
        out
    }

    /// What a note and a reference to it are to a reading system.
    fn role(&self, name: &str, tag: &StartTag<()>) -> Vec<(String, String)> {
        let is = |wanted: &str| value(tag, "class").is_some_and(|class| class.split_whitespace().any(|word| word == wanted));
        let (kind, role) = match name {
            "aside" if is("note") => ("footnote", "doc-footnote"),
            "a" if is("note-back") => ("backlink", "doc-backlink"),
            "a" if self.out.events.last().is_some_and(starts_reference) => ("noteref", "doc-noteref"),
            "a" if is("term") => ("glossref", "doc-glossref"),
            _ => return Vec::new(),
        };
        vec![("epub:type".to_owned(), kind.to_owned()), ("role".to_owned(), role.to_owned())]
    }
}

fn starts_reference(event: &Event) -> bool {
    matches!(event, Event::Start(name, attributes) if name == "sup" && attributes.iter().any(|(name, value)| name == "class" && value == "fn-ref"))
}

fn formula_attributes(name: &str, tag: &StartTag<()>) -> Vec<(String, String)> {
    let mut out = Vec::new();
    if name == "math" {
        out.push(("xmlns".to_owned(), "http://www.w3.org/1998/Math/MathML".to_owned()));
    }
    for (key, value) in &tag.attributes {
        let key = String::from_utf8_lossy(key).into_owned();
        let acts = key.starts_with("on") || matches!(key.as_str(), "style" | "href" | "src" | "xmlns" | "id");
        if !acts && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            out.push((key, String::from_utf8_lossy(value).into_owned()));
        }
    }
    out
}

fn value(tag: &StartTag<()>, name: &str) -> Option<String> {
    tag.attributes.get(name.as_bytes()).map(|value| String::from_utf8_lossy(value).into_owned())
}

fn is_heading(name: &str) -> bool {
    matches!(name.as_bytes(), [b'h', b'1'..=b'6'])
}

fn is_section(name: &str) -> bool {
    matches!(name, "section" | "article" | "aside" | "nav")
}

fn is_language(text: &str) -> bool {
    !text.is_empty() && text.split('-').all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}
