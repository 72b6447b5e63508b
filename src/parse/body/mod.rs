//! Markdown to HTML with holes, in one pass over the events.
//!
//! In: a source, where its text begins, the rules of the handbook. Out: the `Body`, headings, links, words and
//! diagnostics of the page.
//!
//! The events are collected first, because some shapes can only be told from what follows: a table of two stances, two
//! neighbouring headings, a callout, a footnote that is written after the paragraph that refers to it. Then one loop
//! writes HTML; it is flat, so no nesting of the input can exhaust the stack.
//!
//! Invariant: the HTML is well formed whatever the input; no inline style, no script, no scheme that is not allowed.

mod ahead;
mod anchors;
mod blocks;
mod components;
mod declarations;
mod elements;
mod inlines;
mod lists;
mod marks;
mod maths;
mod notes;
mod open;
mod pictures;
mod quotes;
mod raw;
mod report;
mod sheets;
mod stances;
mod tables;
mod text;
mod twin;
mod urls;

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::config::Stance;
use crate::base::diagnostic::Diagnostic;
use crate::base::slug::Slugger;
use crate::base::strings::Language;
use crate::base::text::Source;

use super::dialects::{self, Manner, Plain};
use super::packed::Ranges;
use super::page::{Body, Heading, Hole, Link, Part, Stop, Twin};
use super::rules::{Rules, Trust};
use ahead::{Events, after_end, is_block, is_block_end, plain_text};
use sheets::{emptied, fitted};

pub use blocks::{strip_links, without_ids};
pub use elements::VOID;
pub use notes::{NOTE, NOTE_REFERENCE};
pub use quotes::is_voice;
pub use raw::no_source;
pub use sheets::Sheets;
pub(super) use sheets::joined;
pub use text::{escape_href, escape_text};

/// What the text of a page gives.
#[derive(Default)]
pub struct Written {
    /// The HTML.
    pub body: Body,
    /// The Markdown.
    pub twin: Twin,
    /// Headings in order.
    pub headings: Vec<Heading>,
    /// The heading that is the title, an index of `headings`.
    pub lead: Option<usize>,
    /// Other ids.
    pub ids: Vec<String>,
    /// Links of the text, in order.
    pub links: Vec<Link>,
    /// Voices of its stances blocks.
    pub stances: Vec<Stance>,
    /// The first paragraph as plain text.
    pub claim: String,
    /// Words.
    pub words: u32,
    /// Stops of the first ordered list.
    pub stops: Vec<Stop>,
    /// Problems.
    pub diagnostics: Vec<Diagnostic>,
}

/// The extensions of Markdown that are on.
pub fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_WIKILINKS
}

/// How a page is read.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// What the site says on the page.
    pub say: &'a Language,
    /// How far its raw HTML is trusted.
    pub trust: Trust,
    /// Whether its first ordered list holds the stops of a reading path.
    pub stops: bool,
    /// The number of the first link of the text: front matter has those before it.
    pub first_link: u32,
}

/// Reads the text from `start` on.
pub fn write(source: &Source, start: usize, reading: Reading<'_>, rules: &Rules, sheets: &mut Sheets) -> Written {
    let manner = Manner { vault: rules.settings.vault, mdx: source.path.as_str().ends_with(".mdx") };
    let plain = dialects::plain_source(source, start, manner);
    let mut options = options();
    options.set(Options::ENABLE_DEFINITION_LIST, lists::may_define(&plain.text));
    let formulas = maths::with_formulas(&plain, options);
    options.set(Options::ENABLE_MATH, formulas.is_some());
    let plain = formulas.unwrap_or(plain);
    let text = &*plain.text;
    let parser = Parser::new_ext(text, options);
    let definitions = parser.reference_definitions().iter().map(|(label, definition)| (label.to_owned(), definition.span.clone()));
    let definitions = definitions.collect();
    // Events are large and a page of prose has about one for eight bytes; growing would copy them several times.
    let mut events = emptied(std::mem::take(&mut sheets.events));
    events.reserve(text.len() / 8 + 16);
    events.extend(parser.into_offset_iter());
    let mut writer = Writer::new(source, start, &plain, reading, rules, &events);
    writer.definitions = definitions;
    writer.out.body.html = std::mem::take(&mut sheets.html);
    writer.prose = std::mem::take(&mut sheets.prose);
    writer.out.body.html.reserve(text.len() + text.len() / 2);
    writer.signs = text::Signs::of(text.as_bytes());
    if writer.signs.notes {
        writer.find_notes();
    }
    writer.report_tags();
    writer.run(0..events.len());
    writer.cut_unread_notes();
    sheets.prose = std::mem::take(&mut writer.prose);
    let mut written = writer.finish(&sheets.prose);
    written.body.html = sheets.keep(written.body.html, events);
    written
}

/// Something that a later event closes.
enum Open {
    /// Closed with this text.
    With(&'static str),
    /// A list item.
    Item,
}

/// A block whose text is being read, for the sentences of its links.
#[derive(Default)]
struct Block {
    /// Its id, if it has one.
    anchor: String,
    /// Its plain text.
    text: String,
    /// Its links: the index in `out.links` and the words.
    links: Vec<(usize, Range<usize>)>,
    /// Where it begins in the text.
    start: usize,
    /// Whether it is being read.
    on: bool,
    /// Whether its plain text is needed: for sentences, the claim, a callout's title.
    wanted: bool,
}

struct Writer<'e, 'a> {
    source: &'e Source,
    /// Where the text begins in the source.
    start: usize,
    /// The text that is read.
    plain: &'e Plain<'e>,
    reading: Reading<'e>,
    rules: &'e Rules,
    events: Events<'e, 'a>,
    out: Written,
    /// Running text so far, as ranges of the HTML.
    prose: Vec<Range<u32>>,
    slugger: Slugger,
    /// Ids that authors have set by hand.
    taken: FxHashSet<String>,
    /// Where references are defined, by label.
    definitions: FxHashMap<String, Range<usize>>,
    open: Vec<Open>,
    /// HTML that goes in before an event, the next one last.
    breaks: Vec<(usize, &'static str)>,
    block: Block,
    heading: Option<blocks::HeadingStart>,
    /// What ends the paragraph that is being written.
    paragraph_end: &'static str,
    levels: Vec<u8>,
    /// Headings of each level outside of other blocks, counted when the first one comes.
    top_headings: Option<[u32; 6]>,
    /// Links and pictures that are open: what closes them.
    links: Vec<inlines::OpenLink>,
    /// Depth of pictures, whose inside is only their alternative text.
    alt: Option<String>,
    notes: notes::Notes,
    raw: open::Elements,
    /// The words of a heading in raw HTML that is about to start.
    raw_heading: Option<String>,
    table: Option<tables::Table>,
    nesting: usize,
    /// Boxes around blocks of the top level, such as the sides of a stances block.
    shells: usize,
    /// Whether the title of a callout is being written, which holds no blocks.
    in_title: bool,
    /// Marked words and links that are open.
    inline_depth: usize,
    in_code: bool,
    first_block_seen: bool,
    /// What the text has to be looked through for.
    signs: text::Signs,
    anchors: FxHashMap<String, u32>,
    /// The top list of stops, while it is read.
    stop: Option<lists::StopStart>,
    list_depth: usize,
    /// How deep in marked words the words between `==` are that are open.
    mark: Option<usize>,
    /// Kinds of tags that have been reported.
    told: FxHashSet<String>,
    /// What the twin of the page says otherwise.
    cuts: twin::Cuts,
}

impl<'e, 'a> Writer<'e, 'a> {
    fn new(source: &'e Source, start: usize, plain: &'e Plain<'e>, reading: Reading<'e>, rules: &'e Rules, events: Events<'e, 'a>) -> Self {
        Self {
            source,
            start,
            plain,
            reading,
            rules,
            events,
            out: Written::default(),
            prose: Vec::new(),
            slugger: Slugger::default(),
            taken: FxHashSet::default(),
            definitions: FxHashMap::default(),
            open: Vec::new(),
            breaks: Vec::new(),
            block: Block::default(),
            heading: None,
            paragraph_end: "</p>\n",
            levels: vec![1],
            top_headings: None,
            links: Vec::new(),
            alt: None,
            notes: notes::Notes::default(),
            raw: open::Elements::default(),
            raw_heading: None,
            table: None,
            nesting: 0,
            shells: 0,
            in_title: false,
            inline_depth: 0,
            in_code: false,
            first_block_seen: false,
            signs: text::Signs::default(),
            anchors: FxHashMap::default(),
            stop: None,
            list_depth: 0,
            mark: None,
            told: FxHashSet::default(),
            cuts: twin::Cuts { wanted: rules.settings.config.markdown, ..twin::Cuts::default() },
        }
    }

    /// Writes a range of events.
    fn run(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while at < range.end {
            while let Some((_, html)) = self.breaks.pop_if(|(end, _)| *end <= at) {
                self.end_block();
                self.break_off(html);
            }
            at = self.event(at);
        }
        while let Some((_, html)) = self.breaks.pop_if(|(end, _)| *end >= range.end) {
            self.break_off(html);
        }
    }

    /// Ends one side of a stances block, and the raw HTML that was opened in it.
    fn break_off(&mut self, html: &'static str) {
        self.close_raw(self.raw_floor());
        self.out.body.html.push_str(html);
        self.shells -= usize::from(self.breaks.is_empty());
    }

    /// Writes the event at `at` and says which comes next.
    fn event(&mut self, at: usize) -> usize {
        let events = self.events;
        let (event, range) = &events[at];
        match event {
            Event::Start(tag) => return self.start_tag(at, tag, range.clone()),
            Event::End(end) => self.end_tag(*end),
            Event::Text(text) => return self.text_run(at, text, range.clone()),
            Event::Code(text) => self.code_span(text),
            Event::InlineHtml(_) | Event::Html(_) => return self.raw_html(at),
            Event::SoftBreak => self.line_break("\n"),
            Event::HardBreak => self.line_break("<br>\n"),
            Event::Rule => {
                self.note_first_block();
                self.push("<hr>\n");
            }
            Event::TaskListMarker(done) => self.push(if *done {
                "<input type=\"checkbox\" disabled checked aria-label=\"done\"> "
            } else {
                "<input type=\"checkbox\" disabled aria-label=\"to do\"> "
            }),
            Event::FootnoteReference(label) => self.note_reference(label),
            Event::InlineMath(text) => self.formula(text, maths::Place::Inline, range),
            Event::DisplayMath(text) => self.formula(text, maths::Place::Display, range),
        }
        at + 1
    }

    fn push(&mut self, html: &str) {
        if self.alt.is_none() {
            self.out.body.html.push_str(html);
        }
    }

    /// Writes what the site says under a key.
    fn push_said(&mut self, key: &str) {
        let say = self.reading.say;
        if self.alt.is_none() {
            escape_into(&mut self.out.body.html, say.text(key));
        }
    }

    fn here(&self) -> u32 {
        self.out.body.html.len() as u32
    }

    /// The source text of an event.
    fn slice(&self, range: &Range<usize>) -> &'e str {
        let plain: &'e Plain<'e> = self.plain;
        plain.text.get(range.clone()).unwrap_or("")
    }

    /// The place of an event on disk.
    fn span(&self, range: &Range<usize>) -> crate::base::text::Span {
        let written = self.plain.written(range);
        self.source.on_disk(self.start + written.start..self.start + written.end)
    }

    /// Writes an id attribute and remembers its place, since embeds leave it out.
    fn push_id(&mut self, id: &str) {
        let start = self.here();
        let html = &mut self.out.body.html;
        html.push_str(" id=\"");
        escape_into(html, id);
        html.push('"');
        let end = self.here();
        self.out.body.own.push(start..end);
    }

    /// Marks what was written since `start` as something that only this page shows.
    fn leave_out_of_embeds(&mut self, start: u32) {
        let end = self.here();
        self.out.body.own.push(start..end);
    }

    fn hole(&mut self, link: usize, part: Part) {
        let at = self.here();
        self.out.body.holes.push(Hole { at, link: self.reading.first_link + link as u32, part });
    }

    fn finish(mut self, prose: &[Range<u32>]) -> Written {
        self.end_block();
        let closing = self.raw.close_all();
        self.out.body.html.push_str(&closing);
        let body = &mut self.out.body;
        body.own.sort_unstable_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
        body.holes = fitted(std::mem::take(&mut body.holes));
        body.prose = Ranges::of(prose);
        body.own = fitted(std::mem::take(&mut body.own));
        self.out.headings = fitted(std::mem::take(&mut self.out.headings));
        self.out.twin = self.cuts.twin(&self.plain.text, &self.out.body);
        self.out
    }
}

/// Writes text so that it can stand between quotes as well as between elements.
pub fn escape_into(out: &mut String, text: &str) {
    // Writing into a string cannot fail.
    let _ = pulldown_cmark_escape::escape_html(pulldown_cmark_escape::FmtWriter(out), text);
}

/// Whether a link without words of its own shows the title of its target.
fn shows_title(link_type: LinkType) -> bool {
    matches!(link_type, LinkType::WikiLink { has_pothole: false })
}

/// An owned copy of an event's text, where it must outlive the events.
fn owned(text: &CowStr<'_>) -> String {
    text.as_ref().to_owned()
}
