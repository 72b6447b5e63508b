//! Raw HTML in Markdown, as far as its author is trusted.
//!
//! A contributor's HTML is escaped. An author's passes, but for what can act: scripts, styles, frames, forms, handlers,
//! addresses with a scheme that is not allowed. A tokenizer reads it, so no trick of spelling gets past. Elements that
//! are left open are closed where the Markdown around them ends, and ends without a start are dropped, so raw HTML can
//! never break the page around it. A `<word>` that is no element and is never closed is shown as it was written.

use std::ops::Range;

use html5gum::{StartTag, Token, Tokenizer};
use pulldown_cmark::Event;

use crate::base::diagnostic::Code;
use crate::parse::page::{Link, Part, Put, Relation, Syntax, Target};
use crate::parse::rules::Trust;

use super::declarations::without_comments;
use super::elements::{ACTING, ATTRIBUTES, BLOCKS, SHOWN, UNREAD, VOID};
use super::text::escape_text;
use super::{Writer, escape_into};

/// A picture must have a source to be one; an empty one shows its description.
const NO_SOURCE: &str = " src=\"data:,\"";

/// What stands for an address that is left out: a recording without a source plays nothing, and no policy has to forbid it.
pub fn no_source(part: Part) -> &'static str {
    if part == Part::Img { NO_SOURCE } else { "" }
}

/// How far behind the tag before an attribute may end.
const VALUE_WITHIN: usize = 4 * 1024;

/// Starts and ends of marked words that authors put around whole blocks.
const WORDS: [(&str, &str); 8] = [
    ("<span", "</span"),
    ("<strong", "</strong"),
    ("<em>", "</em"),
    ("<b>", "</b>"),
    ("<i>", "</i>"),
    ("<u>", "</u>"),
    ("<small", "</small"),
    ("<font", "</font"),
];

fn is_heading(name: &[u8]) -> bool {
    matches!(name, [b'h', b'1'..=b'6'])
}

impl Writer<'_, '_> {
    /// Whether an inline piece of raw HTML opens a block, which a paragraph cannot hold.
    pub(super) fn opens_block(&self, html: &str) -> bool {
        let name: String = html.trim_start_matches('<').chars().take_while(char::is_ascii_alphanumeric).collect();
        self.reading.trust != Trust::Contributor && BLOCKS.contains(&name.to_ascii_lowercase().as_str())
    }

    /// Writes the run of raw HTML at `at` and gives the index after it.
    pub(super) fn raw_html(&mut self, at: usize) -> usize {
        let events = self.events;
        let mut html = String::new();
        let mut range = events[at].1.clone();
        let mut next = at;
        while let Some((Event::Html(part) | Event::InlineHtml(part), span)) = events.get(next) {
            if next > at && matches!(events[at].0, Event::InlineHtml(_)) {
                break;
            }
            html.push_str(part);
            range.end = span.end;
            next += 1;
        }
        if self.alt.is_some() {
            return next;
        }
        // Within a text, `<` has to stay one, or what stands before it may become an address in angle brackets.
        let escaped = if matches!(events[at].0, Event::Html(_)) { Put::Less } else { Put::Escaped };
        match self.reading.trust {
            Trust::Full => self.push(&html),
            Trust::Contributor => {
                self.cut_html(&range, Some(escaped));
                let html = without_comments(&html);
                if !html.trim().is_empty() {
                    self.report(
                        Code::RawHtml,
                        &range,
                        "HTML is shown as it is written, because this page is a contribution".into(),
                        "say it in Markdown, or move the page out of the folders that [trust] names",
                    );
                    let block = matches!(events[at].0, Event::Html(_));
                    self.push(if block { "<p>" } else { "" });
                    escape_text(&mut self.out.body.html, html.trim_end_matches('\n'));
                    self.push(if block { "</p>\n" } else { "" });
                }
            }
            Trust::Author => {
                (self.cuts.defused, self.cuts.tag, self.cuts.values) = (false, range.start, range.start);
                self.neutralised(&html, &range, next);
                self.cut_html(&range, self.cuts.defused.then_some(escaped));
                if matches!(events[at].0, Event::Html(_)) {
                    // A link that its block leaves open would swallow all that follows.
                    self.end_element("a");
                }
            }
        }
        next
    }

    fn neutralised(&mut self, html: &str, range: &Range<usize>, next: usize) {
        let mut unread: Option<String> = None;
        // A tag that does not end is none.
        let tags = html.rfind('<').filter(|at| !html[*at..].contains('>')).map_or(html, |at| &html[..at]);
        let count = |what: &str| memchr::memmem::find_iter(tags.as_bytes(), what).count();
        // A paragraph that a block of HTML leaves open will hold blocks, and so will marked words.
        self.raw.open_paragraph = count("<p") > count("</p");
        self.raw.open_words = !self.block.on && WORDS.iter().any(|(start, end)| count(start) > count(end));
        let html = self.shown_declarations(html, range);
        let tokens: Vec<Token> = Tokenizer::new(&*html).flatten().collect();
        for (at, token) in tokens.iter().enumerate() {
            match token {
                Token::StartTag(tag) if unread.is_none() => {
                    self.raw_heading = is_heading(&tag.name).then(|| self.raw_heading_text(&tokens[at + 1..], next));
                    unread = self.start_element(tag, range);
                }
                Token::EndTag(tag) => {
                    let name = String::from_utf8_lossy(&tag.name).into_owned();
                    if unread.as_ref() == Some(&name) {
                        unread = None;
                    } else if unread.is_none() {
                        self.end_element(&name);
                    }
                }
                Token::String(text) if unread.is_none() => {
                    let text = String::from_utf8_lossy(text).into_owned();
                    self.raw_text(&text);
                }
                _ => {}
            }
        }
    }

    /// The words of a heading in raw HTML, up to its end in this run or among the events from `next` on.
    fn raw_heading_text(&self, tokens: &[Token], next: usize) -> String {
        let mut text = String::new();
        for token in tokens {
            match token {
                Token::String(part) => text.push_str(&String::from_utf8_lossy(part)),
                Token::EndTag(tag) if is_heading(&tag.name) => return text.trim().to_owned(),
                _ => {}
            }
        }
        for (event, _) in &self.events[next..] {
            match event {
                Event::Text(part) | Event::Code(part) => text.push_str(part),
                Event::SoftBreak | Event::HardBreak => text.push(' '),
                Event::InlineHtml(tag) if !tag.starts_with("</h") => {}
                _ => break,
            }
        }
        text.trim().to_owned()
    }

    pub(super) fn raw_text(&mut self, text: &str) {
        self.remember(text);
        self.out.words += text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count() as u32;
        escape_text(&mut self.out.body.html, text);
    }

    /// Writes a start tag; gives its name where what follows is not for readers.
    fn start_element(&mut self, tag: &StartTag<()>, range: &Range<usize>) -> Option<String> {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        if SHOWN.contains(&name.as_str()) {
            self.shown_element(&name, tag, range);
            return None;
        }
        if ACTING.contains(&name.as_str()) {
            self.cuts.defused = true;
            self.report(
                Code::RawHtml,
                range,
                format!("the element <{name}> is left out: a page may show things, not do things"),
                "say it in Markdown, or name the page under `full` in [trust]",
            );
            if matches!(name.as_str(), "iframe" | "embed" | "frame") {
                self.frame_link(tag);
            }
            return (UNREAD.contains(&name.as_str()) && !tag.self_closing).then_some(name);
        }
        if name == "listing" && !tag.attributes.is_empty() {
            self.listing(tag);
            return None;
        }
        self.cuts.defused = true;
        if self.is_closed(&name) || tag.self_closing {
            self.component(&name, range);
        } else {
            let written = self.slice(range);
            // The tag as written; in a longer run of HTML it is written again from what was read.
            let shown = if written.starts_with('<') && written.find('>') == Some(written.len() - 1) {
                written.to_owned()
            } else {
                format!("<{name}>")
            };
            self.report(
                Code::Placeholder,
                range,
                format!("<{name}> is no HTML element, so readers see it as written"),
                "put it between backticks, or write &lt; for <",
            );
            self.raw_text(&shown);
        }
        None
    }

    fn shown_element(&mut self, name: &str, tag: &StartTag<()>, range: &Range<usize>) {
        if name == "a" {
            self.end_element("a");
            if self.is_inside_link() {
                return;
            }
        }
        self.end_implied(name);
        let Some(shown) = self.shown_name(name) else { return };
        self.push("<");
        self.push(shown);
        if name == "center" {
            self.push(" class=\"center\"");
        }
        let mut refused = false;
        if let Some(text) = self.raw_heading.take()
            && !tag.attributes.contains_key(b"id".as_slice())
            && !text.is_empty()
        {
            // GitHub gives headings in raw HTML an id as it gives one to any other.
            let id = self.slugger.next(&text);
            self.taken.insert(id.clone());
            self.push_id(&id);
            self.out.ids.push(id);
        }
        for (key, value) in &tag.attributes {
            let key = String::from_utf8_lossy(key).into_owned();
            let value = String::from_utf8_lossy(value).into_owned();
            match key.as_str() {
                "name" if tag.attributes.contains_key(b"id".as_slice()) => {}
                "id" | "name" => self.raw_id(&value),
                "href" if name == "a" => self.raw_address(&value, Part::Href, range),
                "src" if name == "img" => self.raw_picture(&value, tag, range),
                "src" if matches!(name, "audio" | "video" | "source" | "track") => self.raw_address(&value, Part::Src, range),
                // Widths in percent and the like are styles.
                "width" | "height" if !value.bytes().all(|byte| byte.is_ascii_digit()) || value.is_empty() => {}
                "class" if name == "center" => {}
                "alt" if name != "img" => {}
                // On a code host it names the language of the code, elsewhere that of people.
                "lang" if name == "pre" => {}
                key if ATTRIBUTES.contains(&key) && name != "font" => {
                    self.push(" ");
                    self.push(key);
                    self.push("=\"");
                    escape_into(&mut self.out.body.html, &value);
                    self.push("\"");
                }
                // An address that the page does not take over.
                "srcset" | "poster" | "src" | "href" | "data" | "action" | "formaction" | "background" => {
                    let at = self.value_place(&value, range);
                    self.cut_away(&at);
                }
                key => refused |= key.starts_with("on") || key == "style" || key == "srcdoc",
            }
        }
        self.cuts.tag = self.cuts.values;
        if name == "img" && !tag.attributes.contains_key(b"src".as_slice()) {
            self.push(NO_SOURCE);
        }
        if name == "img" && !tag.attributes.contains_key(b"alt".as_slice()) {
            self.push(" alt=\"\"");
        }
        self.push(">");
        if refused {
            self.cuts.defused = true;
            self.report(
                Code::RawHtml,
                range,
                format!("styles and handlers of <{name}> are left out: a page may show things, not do things"),
                "leave the attribute out, or name the page under `full` in [trust]",
            );
        }
        if name == "a" && !tag.attributes.contains_key(b"href".as_slice()) {
            // It marks a place; its end is often forgotten.
            self.push("</a>");
        } else if !VOID.contains(&name) {
            let depth = self.raw_depth();
            self.raw.open(name.to_owned(), shown, depth);
        }
    }

    /// The name under which an element is shown: headings in raw HTML must not outrank the title or stand in another
    /// heading; landmarks of the page are the theme's.
    fn shown_name(&self, name: &str) -> Option<&'static str> {
        // Asked for headings alone: it looks at all open elements, and a page may have thousands.
        let in_heading = || self.heading.is_some() || self.raw.is_inside_heading();
        Some(match name {
            name if self.in_title && BLOCKS.contains(&name) => "span",
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" if in_heading() => "span",
            "h1" => "h2",
            "p" if self.raw.open_paragraph => "div",
            "span" | "strong" | "em" | "b" | "i" | "u" | "small" | "font" if self.raw.open_words => "div",
            "main" | "header" | "footer" | "nav" => "div",
            "center" if !self.block.on => "div",
            "center" | "big" | "tt" | "strike" | "font" => "span",
            _ => SHOWN.into_iter().find(|shown| *shown == name)?,
        })
    }

    fn raw_id(&mut self, id: &str) {
        if id.is_empty() || id.starts_with("_ff-") || id.contains(char::is_whitespace) || !self.taken.insert(id.to_owned()) {
            return;
        }
        self.slugger.reserve(id);
        self.push_id(id);
        self.out.ids.push(id.to_owned());
    }

    fn raw_address(&mut self, value: &str, part: Part, range: &Range<usize>) {
        let (target, anchor) = if part == Part::Src { self.rules.classify_source(value) } else { self.rules.classify(value) };
        let remote = matches!(target, Target::External(_));
        if part != Part::Href && remote && !self.rules.settings.config.remote && !value.starts_with("data:") {
            self.cuts.defused = true;
            let message = "this picture or recording lies on another site and is left out".to_owned();
            self.report(Code::RemoteAsset, range, message, "put it beside the page, or allow it with `remote = true` under [content]");
            return self.push(no_source(part));
        }
        let refused = matches!(target, Target::Refused(_));
        if refused && !value.trim().is_empty() {
            let message = "this address is not allowed and is left out".to_owned();
            self.report(
                Code::UnsafeUrl,
                range,
                message,
                "write the address of a page, of a web site (https://…) or of a mailbox (mailto:…)",
            );
        }
        if refused {
            self.cuts.defused = true;
            return self.push(no_source(part));
        }
        let at = self.value_place(value, range);
        let destination = if at.is_empty() || !self.plain.is_written(&at) { crate::base::text::Span::default() } else { self.span(&at) };
        let span = self.span(range);
        self.out.links.push(Link {
            target: target.clone(),
            anchor,
            relation: if part == Part::Href { Relation::Mentions } else { Relation::Shows },
            syntax: Syntax::Html,
            raw: value.into(),
            span,
            destination,
            place: if destination == crate::base::text::Span::default() { span } else { destination },
            sentence: None,
            label: None,
            title: None,
        });
        if remote {
            self.push(if part == Part::Href { " href=\"" } else { " src=\"" });
            super::text::escape_href(&mut self.out.body.html, value);
            self.push("\"");
        } else {
            let index = self.out.links.len() - 1;
            self.cut_value(index, &at);
            self.hole(index, part);
        }
    }

    /// Where the value of the next attribute of that value stands; empty where it is written otherwise, with entities say.
    fn value_place(&mut self, value: &str, range: &Range<usize>) -> Range<usize> {
        let from = self.cuts.tag.clamp(range.start, range.end);
        let html = self.slice(&(from..range.end));
        // Values are near; one that is written otherwise must not cost a look at all that follows.
        let html = &html[..html.floor_char_boundary(VALUE_WITHIN)];
        let begins = |at: usize| html[..at].trim_end_matches(['"', '\'']).trim_end().ends_with('=');
        let ends = |at: usize| html[at + value.len()..].chars().next().is_none_or(|next| next.is_whitespace() || "\"'>/".contains(next));
        let is_value = |at: usize| begins(at) && ends(at);
        let Some((at, _)) = html.match_indices(value).find(|(at, _)| !value.is_empty() && is_value(*at)) else {
            self.cuts.defused |= !value.is_empty();
            return range.start..range.start;
        };
        self.cuts.values = self.cuts.values.max(from + at + value.len());
        from + at..from + at + value.len()
    }

    /// The address of a picture; what the author says of its size stays with the link, so that the rest can be added.
    fn raw_picture(&mut self, source: &str, tag: &StartTag<()>, range: &Range<usize>) {
        let written = |name: &[u8]| tag.attributes.get(name).map_or("", |value| std::str::from_utf8(value).unwrap_or_default());
        let (links, holes) = (self.out.links.len(), self.out.body.holes.len());
        self.raw_address(source, Part::Img, range);
        let side = |name: &[u8]| Some(written(name)).filter(|side| side.bytes().all(|byte| byte.is_ascii_digit())).unwrap_or_default();
        let is_filled_later = self.out.body.holes.len() > holes;
        match self.out.links.get_mut(links) {
            Some(link) if is_filled_later => link.label = Some(format!("{}x{}", side(b"width"), side(b"height")).into()),
            Some(_) => self.push(" loading=\"lazy\" decoding=\"async\""),
            None => {}
        }
    }

    /// A frame becomes a link to what it would have shown.
    fn frame_link(&mut self, tag: &StartTag<()>) {
        let Some(source) = tag.attributes.get(b"src".as_slice()) else { return };
        let source = String::from_utf8_lossy(source).into_owned();
        if let (Target::External(url), true, true) = (self.rules.classify(&source).0, self.links.is_empty(), !self.raw.is_inside_link()) {
            self.push("<a href=\"");
            super::text::escape_href(&mut self.out.body.html, &url);
            self.push("\">");
            escape_text(&mut self.out.body.html, &url);
            self.push("</a>");
        }
    }
}
