//! The Markdown twin of a page: its own text for machines and for people who read Markdown.
//!
//! In: the text and its cuts, where its links lead. Out: Markdown, with what is public of the front matter at its top. A
//! link leads to the twin of a page, or to a made page; an embedded text is a link to where it stands.
//!
//! Invariant: it says no more than the page does: credit of an anonymous page, comments and drafts are not in it.
//! Invariant: it begins with `---`, so that no browser takes it for HTML, whatever the page begins with.

use crate::base::config::Settings;
use crate::base::path::{Url, encode_path};
use crate::parse::page::{Cut, Link, Put, Relation, Syntax};
use crate::parse::rules::is_picture;
use crate::resolve::{Lead, Node, PageId, Resolution};

use super::content::{Writer, readable_name, words_of};
use super::gather::{kind_word, stance_word};
use super::href::{absolute, href_to};
use super::outputs::gathering_of;
use super::page::{Scene, status_word};

/// About how many bytes an address takes, so that a text is written without moving.
const ADDRESS: usize = 40;

/// The name of a twin in the folder of its page.
pub const FILE: &str = "index.md";

/// The address of a page's twin, where it has one: what is hidden from search engines has none.
pub fn twin_url(node: &Node, settings: &Settings) -> Option<Url> {
    has_twin(node, settings).then(|| Url::new(&[node.url.as_str(), FILE].concat())).flatten()
}

/// Whether a page has a twin.
pub fn has_twin(node: &Node, settings: &Settings) -> bool {
    settings.config.markdown && !node.page.front.hidden && node.url.as_str().ends_with('/')
}

/// The twin of a page.
pub fn twin(scene: Scene<'_>, id: PageId, node: &Node) -> String {
    let root = node.url.to_root();
    let mut stitch =
        Stitch { scene, id, node, root: &root, writer: Writer::new(scene.graph, scene.gathered, &root, id), out: String::new() };
    let twin = &node.page.twin;
    let text = twin.text.text(&node.page.body.html);
    stitch.out.reserve(text.len() + twin.cuts.len() * ADDRESS + 512);
    stitch.front();
    // What follows a byte order mark or front matter mostly begins with an empty line.
    if text.starts_with(['\r', '\n']) {
        stitch.out.pop();
    }
    let mut at = 0;
    for cut in &twin.cuts {
        let (start, end) = (cut.range.start as usize, cut.range.end as usize);
        if start >= at {
            stitch.out.push_str(&text[at..start]);
            stitch.put(cut, &text[start..end]);
            at = end;
        }
    }
    stitch.out.push_str(&text[at..]);
    stitch.out
}

struct Stitch<'a> {
    scene: Scene<'a>,
    id: PageId,
    node: &'a Node,
    root: &'a str,
    writer: Writer<'a>,
    out: String,
}

impl<'a> Stitch<'a> {
    /// What the front matter says that readers see on the page, too.
    fn front(&mut self) {
        let Scene { graph, gathered } = self.scene;
        let (page, front) = (&self.node.page, &self.node.page.front);
        self.out.push_str("---\n");
        self.fact("title", Some(self.node.title()));
        self.fact("url", absolute(&self.node.url, &graph.settings).as_deref());
        self.fact("kind", Some(kind_word(page.kind)));
        self.facts("pillar", self.node.pillars.iter().map(|pillar| &**pillar));
        self.facts("stance", page.stances.iter().map(|stance| stance_word(*stance)));
        self.fact("summary", front.summary.as_ref().map(|summary| summary.value.trim()));
        let people = gathered.credited(page, &self.node.links);
        self.facts("by", people.iter().map(|person| person.name.as_str()));
        self.fact("role", front.role.as_deref());
        self.fact("industry", front.industry.as_deref());
        self.fact("status", front.status.map(status_word));
        self.targets("illustrates", Relation::Illustrates);
        self.targets("contrasts", Relation::Contrasts);
        self.facts("tags", front.tags.iter().map(|tag| tag.value.as_str()));
        self.facts("sources", front.sources.iter().map(String::as_str));
        self.fact("lang", front.lang.as_ref().map(|lang| lang.value.as_str()));
        for (name, day) in [("date", front.date), ("updated", page.changed())] {
            if let Some(day) = day {
                self.out.push_str(&format!("{name}: {day}\n"));
            }
        }
        self.out.push_str(if page.draft { "draft: true\n---\n\n" } else { "---\n\n" });
    }

    fn fact(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.out.push_str(name);
            self.out.push_str(": ");
            quote(&mut self.out, value);
            self.out.push('\n');
        }
    }

    fn facts<'v>(&mut self, name: &str, values: impl Iterator<Item = &'v str>) {
        let mut first = true;
        for value in values {
            if std::mem::take(&mut first) {
                self.out.push_str(name);
                self.out.push_str(":\n");
            }
            self.out.push_str("  - ");
            quote(&mut self.out, value);
            self.out.push('\n');
        }
    }

    /// Links of the front matter, each as a link in Markdown.
    fn targets(&mut self, name: &str, relation: Relation) {
        let of_relation = |(link, _): &(&Link, _)| link.relation == relation && link.syntax == Syntax::Front;
        let links: Vec<String> =
            self.node.page.links.iter().zip(&self.node.links).filter(of_relation).filter_map(|(link, to)| self.named(link, to)).collect();
        self.facts(name, links.iter().map(String::as_str));
    }

    fn named(&self, link: &Link, resolution: &Resolution) -> Option<String> {
        let address = self.address(resolution)?;
        let mut out = String::from("[");
        self.words(link, resolution, &mut out);
        out.push_str("](");
        push_address(&mut out, &address);
        out.push(')');
        Some(out)
    }

    fn put(&mut self, cut: &Cut, written: &str) {
        match cut.put {
            Put::Nothing => return,
            Put::Less => return self.out.push_str("&lt;"),
            Put::Escaped => {
                self.out.push('\\');
                return self.out.push_str(written);
            }
            _ => {}
        }
        let at = cut.link as usize;
        let (Some(link), Some(resolution)) = (self.node.page.links.get(at), self.node.links.get(at)) else { return };
        // Only a file can be shown as a picture.
        let is_shown = link.relation != Relation::Shows || matches!(resolution.lead, Lead::Asset(_));
        let address = if is_shown { self.address(resolution) } else { None };
        match (cut.put, address) {
            (Put::Address, Some(address)) => push_address(&mut self.out, &address),
            (Put::Address, None) if link.syntax == Syntax::Html => self.out.push('#'),
            (Put::Frame, Some(_)) => self.out.push_str(written),
            (Put::Open, Some(_)) => self.out.push('['),
            (Put::Close, Some(address)) => {
                self.out.push_str("](");
                push_address(&mut self.out, &address);
                self.out.push(')');
            }
            (Put::Whole, address) => self.whole(link, resolution, address, written),
            _ => {}
        }
    }

    /// A link that has no words of its own.
    fn whole(&mut self, link: &Link, resolution: &Resolution, address: Option<String>, written: &str) {
        let mut words = String::new();
        match (link.syntax, &resolution.lead) {
            (Syntax::Embed, Lead::Asset(path)) if is_picture(path.as_str()) => {
                self.out.push_str(if address.is_some() { "!" } else { "" });
                escape(&mut words, &readable_name(&link.raw));
            }
            (Syntax::Embed, Lead::Page(..)) => self.words(link, resolution, &mut words),
            (Syntax::Embed, _) => escape(&mut words, link.label.as_deref().unwrap_or(&readable_name(&link.raw))),
            (Syntax::Wiki, _) => self.words(link, resolution, &mut words),
            _ => escape(&mut words, written.trim_matches(['<', '>'])),
        }
        match address {
            Some(address) => {
                self.out.push('[');
                self.out.push_str(&words);
                self.out.push_str("](");
                push_address(&mut self.out, &address);
                self.out.push(')');
            }
            None => self.out.push_str(&words),
        }
    }

    fn words(&self, link: &Link, resolution: &Resolution, out: &mut String) {
        let (title, part) = words_of(self.scene.gathered, self.id, link, resolution);
        escape(out, title);
        if let Some(part) = part {
            out.push_str(if title.is_empty() { "" } else { " › " });
            escape(out, part);
        }
    }

    /// Where a link leads from here: to the twin of a page, else where the page's own link leads.
    fn address(&self, resolution: &Resolution) -> Option<String> {
        let Scene { graph, gathered } = self.scene;
        let Lead::Page(target, part) = &resolution.lead else { return self.own_address(resolution) };
        let part = part.as_deref().unwrap_or("");
        // A page that is shown as a listing has no parts of its own text.
        let has_other_parts = !part.is_empty() && gathering_of(graph, *target).is_some();
        if *target == self.id && !has_other_parts {
            return Some(if part.is_empty() { FILE.to_owned() } else { href_to("", part) });
        }
        let node = graph.node(*target).filter(|_| gathered.card_of(*target).is_some())?;
        if has_other_parts || !has_twin(node, &graph.settings) {
            return self.own_address(resolution);
        }
        Some(href_to([self.root, &encode_path(node.url.below_root()), FILE].concat(), part))
    }

    fn own_address(&self, resolution: &Resolution) -> Option<String> {
        self.writer.address(self.id, resolution).map(|(way, rest)| format!("{way}{rest}"))
    }
}

/// Writes a text as YAML.
fn quote(out: &mut String, text: &str) {
    out.push('"');
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\' | b'<')) {
        out.push_str(text);
        return out.push('"');
    }
    for ch in text.chars() {
        match ch {
            '"' | '\\' => out.extend(['\\', ch]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            // Whoever takes the file for HTML finds no element in it.
            '<' => out.push_str("\\x3C"),
            // YAML takes no control characters, nor the line ends of others, between quotes.
            ch if ch.is_control() || matches!(ch, '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}') => {
                out.push_str(&format!("\\U{:08X}", ch as u32));
            }
            ch => out.push(ch),
        }
    }
    out.push('"');
}

/// Writes plain text so that it means itself in Markdown, in a cell of a table, too.
pub(super) fn escape(out: &mut String, text: &str) {
    for (at, ch) in text.char_indices() {
        match ch {
            '<' => out.push_str("&lt;"),
            '&' if is_entity(&text[at + 1..]) => out.push_str("\\&"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' => out.extend(['\\', ch]),
            ch => out.push(if ch.is_control() { ' ' } else { ch }),
        }
    }
}

/// Whether what follows an ampersand would make another sign of it.
fn is_entity(text: &str) -> bool {
    let name = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#').count();
    name > 0 && text.as_bytes().get(name) == Some(&b';')
}

/// Writes an address so that it ends where it ends.
pub(super) fn push_address(out: &mut String, address: &str) {
    if address.bytes().all(|byte| matches!(byte, b'!'..=b'~') && !matches!(byte, b'(' | b')')) {
        return out.push_str(address);
    }
    for ch in address.chars() {
        match ch {
            '(' => out.push_str("%28"),
            ')' => out.push_str("%29"),
            ch if ch.is_whitespace() => out.push_str("%20"),
            ch => out.push(ch),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_in_yaml_is_read_as_it_was() {
        for text in ["plain", "a: \"b\" \\ #c", "two\nlines\tand a tab", "\u{0}\u{1B}\u{85}\u{2028}\u{FEFF}é✓", "{{ x }}", ""] {
            let mut yaml = String::from("title: ");
            quote(&mut yaml, text);
            let read: std::collections::BTreeMap<String, String> = serde_saphyr::from_str(&yaml).expect("it is YAML");
            assert_eq!(read["title"], text, "{yaml}");
        }
    }

    #[test]
    fn a_title_means_itself_in_markdown() {
        let mut out = String::new();
        escape(&mut out, "A [b] *c* <d> `e` f_g | h\ni");
        let html: String = pulldown_cmark::Parser::new(&out)
            .filter_map(|event| match event {
                pulldown_cmark::Event::Text(text) => Some(text.to_string()),
                _ => None,
            })
            .collect();
        assert_eq!(html, "A [b] *c* <d> `e` f_g | h i");
        let mut out = String::new();
        escape(&mut out, "R&D, &amp; and &#9;");
        assert_eq!(out, "R&D, \\&amp; and \\&#9;");
    }
}
