//! Paragraphs, headings, code.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, LinkType, Tag, TagEnd};

use crate::parse::page::{Heading, Target};
use crate::parse::rules::is_media;

use super::{Events, Writer, escape_into};

/// A heading whose end has not come yet.
pub struct HeadingStart {
    level: u8,
    shown: u8,
    id: String,
    text: String,
    start: u32,
    inside: u32,
    range: Range<usize>,
}

/// How many headings of a page carry a link to themselves. Beyond that the links would make most of the page, so that a small
/// file could become a large one; the headings keep their ids.
const ANCHORED: usize = 1000;

impl<'a> Writer<'_, 'a> {
    pub(super) fn start_tag(&mut self, at: usize, tag: &Tag<'a>, range: Range<usize>) -> usize {
        match tag {
            Tag::Paragraph => self.start_paragraph(at),
            Tag::Heading { level, id, .. } => {
                self.stances_by_headings(at);
                self.start_heading(at, *level, id.as_deref(), range);
            }
            Tag::BlockQuote(_) => return self.start_quote(at, range),
            Tag::CodeBlock(kind) => {
                if let Some(after) = self.formula_block(at, kind) {
                    return after;
                }
                self.start_code(kind);
            }
            Tag::HtmlBlock => self.end_block(),
            Tag::List(first) => self.start_list(at, *first),
            Tag::Item => self.start_item(at),
            Tag::DefinitionList => self.start_definitions(),
            Tag::DefinitionListTitle => self.begin_block(at, "dt", ""),
            Tag::DefinitionListDefinition => self.start_definition(at),
            // A definition is written where its first reference stands.
            Tag::FootnoteDefinition(_) => return super::after_end(self.events, at),
            Tag::Table(alignments) => return self.start_table(at, alignments),
            Tag::TableHead => self.push("<thead><tr>"),
            Tag::TableRow => self.start_row(),
            Tag::TableCell => self.start_cell(at),
            _ => return self.start_inline(at, tag, range),
        }
        at + 1
    }

    pub(super) fn end_tag(&mut self, end: TagEnd) {
        match end {
            TagEnd::Paragraph => self.end_paragraph(),
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::BlockQuote(_) => self.end_quote(),
            TagEnd::CodeBlock => {
                self.in_code = false;
                self.push("</code></pre>\n");
            }
            TagEnd::HtmlBlock => {}
            TagEnd::List(_) => self.end_list(),
            TagEnd::Item => self.end_item(),
            TagEnd::DefinitionList => self.end_list_like(),
            TagEnd::DefinitionListTitle => self.end_term(),
            TagEnd::DefinitionListDefinition => self.end_definition(),
            TagEnd::Table => self.end_table(),
            TagEnd::TableHead => self.push("</tr></thead><tbody>\n"),
            TagEnd::TableRow => self.end_row(),
            TagEnd::TableCell => self.end_cell(),
            _ => self.end_inline(end),
        }
    }

    /// Whether nothing encloses the current block.
    pub(super) fn at_top(&self) -> bool {
        self.nesting == 0
    }

    /// Remembers that the text has begun, so that a later paragraph is not taken for the claim.
    pub(super) fn note_first_block(&mut self) {
        self.first_block_seen = true;
    }

    fn start_paragraph(&mut self, at: usize) {
        let opens_text = self.at_top() && !self.first_block_seen && self.notes.writing.is_none();
        let start = self.here();
        let is_paragraph = self.open_paragraph(at);
        if opens_text && is_paragraph && !self.is_picture_only(at) {
            let inside = self.here();
            self.out.body.claim = Some((start..start, inside..inside));
            self.out.body.claim_id = (!self.block.anchor.is_empty()).then(|| self.block.anchor.clone());
        }
    }

    /// Opens a paragraph; one that embeds a page or holds blocks of raw HTML is a `div`, and it gives `false`.
    pub(super) fn open_paragraph(&mut self, at: usize) -> bool {
        let blocks = self.signs.blocks && self.has_blocks(at);
        self.begin_block(at, if blocks { "div" } else { "p" }, "");
        self.paragraph_end = if blocks { "</div>\n" } else { "</p>\n" };
        !blocks
    }

    /// Whether a paragraph shows the text of another page, or blocks of raw HTML.
    fn has_blocks(&self, at: usize) -> bool {
        let inline = self.events[at + 1..].iter().take_while(|(event, _)| !matches!(event, Event::End(TagEnd::Paragraph)));
        inline.into_iter().any(|(event, _)| match event {
            Event::Start(Tag::Image { link_type: LinkType::WikiLink { .. }, dest_url, .. }) => {
                !matches!(super::inlines::wiki_target(dest_url).0, Target::Name(name) if is_media(&name))
            }
            Event::InlineHtml(html) => self.opens_block(html),
            _ => false,
        })
    }

    /// Whether a paragraph shows pictures (badges, say) and no words.
    fn is_picture_only(&self, at: usize) -> bool {
        let end = super::after_end(self.events, at);
        let mut depth = 0usize;
        self.events[at..end].iter().all(|(event, _)| {
            match event {
                Event::Start(Tag::Image { .. }) => depth += 1,
                Event::End(TagEnd::Image) => depth -= 1,
                Event::Text(text) => return depth > 0 || text.trim().is_empty(),
                Event::Code(_) => return false,
                _ => {}
            }
            true
        })
    }

    fn end_paragraph(&mut self) {
        self.close_raw(self.raw_depth());
        let inside = self.here();
        self.push(self.paragraph_end);
        let end = self.here();
        let at_top = self.at_top() && self.notes.writing.is_none();
        if let Some((whole, inner)) = &mut self.out.body.claim
            && whole.start == whole.end
        {
            inner.end = inside;
            whole.end = end;
        }
        let shows_only_pictures = at_top && !self.first_block_seen && self.out.body.claim.is_none();
        if at_top && self.out.claim.is_empty() && !shows_only_pictures {
            self.out.claim = self.block.text.trim().to_owned();
        }
        if at_top && !shows_only_pictures {
            self.note_first_block();
        }
        self.end_block();
        self.write_pending_notes();
    }

    fn start_heading(&mut self, at: usize, level: HeadingLevel, id: Option<&str>, range: Range<usize>) {
        self.end_block();
        let level = level as u8;
        let is_title = self.at_top() && self.is_title(level);
        let shown = match (is_title, self.at_top()) {
            (true, _) => 2,
            (false, true) => self.shown_level(level),
            // In a quote or a list, no deeper than one level below the heading that it stands under.
            (false, false) => level.max(2).min(self.levels.len() as u8 + 1),
        };
        let end = super::after_end(self.events, at);
        let text = self.heading_text(&self.events[at..end]);
        if is_title && !text.is_empty() {
            self.out.lead = Some(self.out.headings.len());
        }
        let id = match id.filter(|id| !id.is_empty() && !id.starts_with("_ff-") && self.taken.insert((*id).to_owned())) {
            Some(id) => {
                self.slugger.reserve(id);
                id.to_owned()
            }
            None => {
                let id = self.slugger.next(&text);
                self.taken.insert(id.clone());
                id
            }
        };
        let start = self.here();
        self.push(["<h1", "<h2", "<h3", "<h4", "<h5", "<h6"][usize::from(shown) - 1]);
        if !id.is_empty() {
            self.push_id(&id);
        }
        self.push(">");
        let inside = self.here();
        (self.block.on, self.block.wanted) = (true, true);
        self.block.start = range.start;
        self.block.anchor.clone_from(&id);
        self.heading = Some(HeadingStart { level, shown, id, text, start, inside, range });
    }

    /// The words of a heading as GitHub reads them for its id, numbers of notes included.
    fn heading_text(&self, events: Events<'_, '_>) -> String {
        let mut text = String::new();
        let (mut noted, mut pictures) = (0, 0usize);
        for (event, _) in events {
            match event {
                // The description of a picture is no word of the heading.
                Event::Start(Tag::Image { link_type, .. }) if !matches!(link_type, LinkType::WikiLink { .. }) => pictures += 1,
                Event::End(TagEnd::Image) => pictures = pictures.saturating_sub(1),
                _ if pictures > 0 => {}
                Event::FootnoteReference(label) => text.push_str(&self.note_number(label, &mut noted).to_string()),
                Event::Text(part) | Event::Code(part) => text.push_str(part),
                Event::SoftBreak | Event::HardBreak => text.push(' '),
                _ => {}
            }
        }
        text.trim().to_owned()
    }

    /// Whether a heading at the top is the title of the page, below which the others begin anew: the only one of the
    /// first level, or one that opens the text and is the only one of its level.
    fn is_title(&mut self, level: u8) -> bool {
        let counts = *self.top_headings.get_or_insert_with(|| count_top_headings(self.events));
        let only = counts[usize::from(level) - 1] == 1;
        // In a vault a note is called by the name of its file, whatever heading it begins with.
        let vault = self.rules.settings.vault;
        only && (level == 1 || !vault && counts[0] != 1 && self.out.body.html.is_empty())
    }

    /// The level that is shown: one below the heading that encloses this one, so that no level is skipped.
    fn shown_level(&mut self, level: u8) -> u8 {
        // The title of the page takes the first level; a heading of the first level in the text stands below it too.
        let level = level.max(2);
        while self.levels.len() > 1 && self.levels.last().is_some_and(|last| *last >= level) {
            self.levels.pop();
        }
        self.levels.push(level);
        (self.levels.len() as u8).min(6)
    }

    fn end_heading(&mut self) {
        let Some(heading) = self.heading.take() else { return };
        let top = self.at_top();
        self.close_raw(self.raw_depth());
        self.end_block();
        let html = self.without_links(heading.inside as usize);
        let marked = (html != heading.text.as_str()).then(|| html.into());
        if !heading.id.is_empty() && self.out.headings.len() < ANCHORED {
            let start = self.here();
            self.push("<a class=\"anchor\" href=\"#");
            let html = &mut self.out.body.html;
            escape_into(html, &crate::base::path::encode_path(&heading.id));
            self.push("\" aria-label=\"");
            self.push_said("link_to_section");
            self.push("\"></a>");
            self.leave_out_of_embeds(start);
        }
        self.push(["</h1>\n", "</h2>\n", "</h3>\n", "</h4>\n", "</h5>\n", "</h6>\n"][usize::from(heading.shown) - 1]);
        let range = heading.start..self.here();
        let HeadingStart { level, shown, id, text, range: source, .. } = heading;
        let span = self.span(&source);
        self.out.headings.push(Heading { level, shown, id: id.into(), text: text.into(), marked, range, top, span });
        // Only what directly follows the title opens the page.
        if self.out.headings.len() > 1 || !top {
            self.note_first_block();
        }
        self.write_pending_notes();
    }

    /// The HTML since `from` without links and references to notes.
    fn without_links(&self, from: usize) -> Cow<'_, str> {
        let html = &self.out.body.html[from..];
        if html.contains('<') { strip_links(html).into() } else { html.into() }
    }

    fn start_code(&mut self, kind: &CodeBlockKind<'a>) {
        self.end_block();
        self.note_first_block();
        self.in_code = true;
        let language = match kind {
            CodeBlockKind::Fenced(info) => info.split([',', ' ', '\t', '{']).next().unwrap_or("").to_owned(),
            CodeBlockKind::Indented => String::new(),
        };
        if language.is_empty() {
            self.push("<pre><code>");
        } else {
            self.push("<pre><code class=\"language-");
            escape_into(&mut self.out.body.html, &language);
            self.push("\">");
        }
    }
}

/// How many headings of each level stand outside of other blocks.
fn count_top_headings(events: Events<'_, '_>) -> [u32; 6] {
    let (mut counts, mut depth) = ([0; 6], 0usize);
    for (event, _) in events {
        match event {
            Event::Start(Tag::Heading { level, .. }) if depth == 0 => {
                counts[*level as usize - 1] += 1;
                depth += 1;
            }
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    counts
}

/// Leaves out anchors and references to notes; their words stay, the numbers of notes do not.
pub fn strip_links(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let tag = &rest[at..];
        let end = tag.find('>').map_or(tag.len(), |end| end + 1);
        rest = &tag[end..];
        if tag.starts_with("<sup class=\"fn-ref\"") {
            rest = rest.find("</sup>").map_or("", |end| &rest[end + "</sup>".len()..]);
        } else if !tag.starts_with("<a ") && !tag.starts_with("<a>") && !tag.starts_with("</a>") {
            out.push_str(&tag[..end]);
        }
    }
    out.push_str(rest);
    out
}

/// Leaves out ids, for words that are shown a second time: in a page an id is there once.
pub fn without_ids(html: &str) -> String {
    const ID: &str = " id=\"";
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        let (tag, after) = tag.split_at(tag.find('>').map_or(tag.len(), |end| end + 1));
        out.push_str(text);
        match tag.split_once(ID).and_then(|(before, id)| Some((before, id.split_once('"')?.1))) {
            Some((before, behind)) => out.extend([before, behind]),
            None => out.push_str(tag),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}
