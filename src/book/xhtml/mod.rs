//! The texts of a book as well-formed XHTML, whatever HTML their authors wrote.
//!
//! In: HTML. Out: XHTML whose elements are balanced, nested as the standard asks, and known to reading systems.
//!
//! Reading and writing are two steps, since a link can only be written once the ids of the whole book are known.
//!
//! Invariant: the output is well-formed XML, and nothing in it acts.

mod read;
mod tables;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

/// A part of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Event {
    Start(String, Vec<(String, String)>),
    End(String),
    Text(String),
    /// A picture, which is its description where it cannot be had.
    Picture(Vec<(String, String)>),
    /// Sound or film, which a book links to: its source and what it is called.
    Recording(String, String),
}

/// A text that was read.
#[derive(Default, Debug)]
pub struct Fragment {
    events: Vec<Event>,
    /// The ids in it, in order.
    pub ids: Vec<String>,
    /// Whether there are formulas in it.
    pub has_formula: bool,
}

/// Where links and pictures of a text lead in the book.
pub trait Leads {
    /// The address of a link; `None` where the book leads nowhere.
    fn link(&mut self, href: &str) -> Option<String>;
    /// The address of a picture; `None` where it cannot be had.
    fn picture(&mut self, src: &str, description: &str) -> Option<String>;
    /// The address of sound or film, which is no part of the book.
    fn recording(&mut self, src: &str) -> Option<String>;
}

impl Fragment {
    /// Reads HTML.
    pub fn read(html: &str) -> Self {
        read::read(html)
    }

    /// The words alone.
    pub fn words(&self) -> String {
        let words = self.events.iter().filter_map(|event| match event {
            Event::Text(text) => Some(text.as_str()),
            _ => None,
        });
        words.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Writes XHTML.
    pub fn write(&self, leads: &mut dyn Leads) -> String {
        let mut out = String::new();
        let mut events = self.events.iter().peekable();
        while let Some(event) = events.next() {
            match event {
                Event::Start(name, attributes) => {
                    start(&mut out, name, attributes, leads);
                    if tables::VOID.contains(&name.as_str()) {
                        out.push('/');
                        events.next();
                    }
                    out.push('>');
                }
                Event::End(name) => _ = write!(out, "</{name}>"),
                Event::Text(text) => escape(&mut out, text),
                Event::Picture(attributes) => picture(&mut out, attributes, leads),
                Event::Recording(source, words) => match leads.recording(source) {
                    Some(href) => link(&mut out, &href, words),
                    None => escape(&mut out, words),
                },
            }
        }
        out
    }
}

fn start(out: &mut String, name: &str, attributes: &[(String, String)], leads: &mut dyn Leads) {
    out.push('<');
    out.push_str(name);
    for (key, value) in attributes {
        if key != "href" {
            attribute(out, key, value);
        } else if let Some(href) = leads.link(value) {
            attribute(out, key, &href);
        }
    }
}

fn picture(out: &mut String, attributes: &[(String, String)], leads: &mut dyn Leads) {
    let value = |name: &str| attributes.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value);
    let description = value("alt");
    let Some(src) = leads.picture(value("src"), description) else { return escape(out, description) };
    out.push_str("<img");
    attribute(out, "src", &src);
    attribute(out, "alt", description);
    for (key, value) in attributes.iter().filter(|(key, _)| !matches!(key.as_str(), "src" | "alt")) {
        attribute(out, key, value);
    }
    out.push_str("/>");
}

fn link(out: &mut String, href: &str, words: &str) {
    out.push_str("<a");
    attribute(out, "href", href);
    out.push('>');
    escape(out, words);
    out.push_str("</a>");
}

fn attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    escape(out, value);
    out.push('"');
}

/// Text as XML holds it; characters that XML has not are left out.
pub fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(c),
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
}

/// The same as a value of its own.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(&mut out, text);
    out
}

/// An id that XML allows: what it has no sign for is written as a number.
pub fn plain_id(id: &str) -> String {
    let mut out = String::with_capacity(id.len());
    if !id.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && !id.is_empty() {
        out.push('_');
    }
    for c in id.chars() {
        if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') {
            out.push(c);
        } else {
            let _ = write!(out, ".{:x}.", u32::from(c));
        }
    }
    out
}
