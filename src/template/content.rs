//! The text of a page with its holes filled.
//!
//! In: a body, where its links lead, the terms in it. Out: HTML in which every address is relative to the root of the
//! site and leads somewhere; a link that leads nowhere is its words, a picture that is not there is its description.
//!
//! Invariant: embeds end. A page never embeds itself, however indirectly, and a page takes in no more than the budget.

mod images;

use std::borrow::Cow;
use std::ops::Range;

use crate::base::config::Settings;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::parse::body::{escape_href, escape_text};
use crate::parse::page::{Hole, Link, Part, Relation};
use crate::resolve::terms::TermUse;
use crate::resolve::{Graph, Lead, Node, PageId, Resolution};

use super::gather::{Gathered, folder_url};
use super::href::{href, href_to};
use super::notes;
use super::outputs::{asset_url, gathering_of};
use super::part::href_of;
use super::pictures;
use super::print::{Place, Sections};

/// How much a page may embed.
const BUDGET_BYTES: usize = 1 << 20;
const BUDGET_COUNT: usize = 1_000;
/// Embeds within embeds; each takes room on the stack.
const BUDGET_DEPTH: usize = 64;

/// About how many bytes a filled hole and a linked term take, so that a text is written without moving.
const HOLE: usize = 48;
const TERM: usize = 64;

/// Writes the texts of one page.
pub struct Writer<'a> {
    graph: &'a Graph,
    gathered: &'a Gathered,
    root: &'a str,
    page: PageId,
    /// The pages that are being embedded, outermost first; empty while the page's own text is written.
    embedding: Vec<PageId>,
    embedded_bytes: usize,
    embedded_count: usize,
    /// Whether a picture has been written.
    has_picture: bool,
    /// Whether the text goes where no page of the site stands around it.
    is_apart: bool,
    /// A link that is shown apart from the text and left out of it.
    pub without: Option<u32>,
    /// The link that was opened last: its page, its number there, and whether it leads somewhere.
    opened: Option<(PageId, u32, bool)>,
    /// The print edition that the text is a section of.
    pub sections: Option<&'a Sections<'a>>,
    /// Problems that only show when embeds are put together.
    pub diagnostics: Vec<Diagnostic>,
}

impl<'a> Writer<'a> {
    /// A writer for the page `page`, from which `root` leads to the root of the site.
    pub fn new(graph: &'a Graph, gathered: &'a Gathered, root: &'a str, page: PageId) -> Self {
        Self {
            graph,
            gathered,
            root,
            page,
            embedding: Vec::new(),
            embedded_bytes: 0,
            embedded_count: 0,
            has_picture: false,
            is_apart: false,
            without: None,
            opened: None,
            sections: None,
            diagnostics: Vec::new(),
        }
    }

    fn settings(&self) -> &'a Settings {
        &self.graph.settings
    }

    /// The part of a node's text in `range`, without the parts in `skip` (ascending).
    pub fn text(&mut self, id: PageId, node: &Node, range: Range<u32>, skip: &[Range<u32>]) -> String {
        let body = &node.page.body;
        let within = |at: u32| range.contains(&at);
        let (holes, terms) =
            (body.holes.iter().filter(|hole| within(hole.at)).count(), node.terms.iter().filter(|usage| within(usage.at)).count());
        let mut out = String::with_capacity((range.end - range.start) as usize + holes * HOLE + terms * TERM + 64);
        let mut from = range.start;
        for gap in skip.iter().filter(|gap| gap.start >= range.start && gap.end <= range.end) {
            if gap.start >= from {
                self.stretch(id, node, from..gap.start, &mut out);
                from = gap.end;
            }
        }
        self.stretch(id, node, from..range.end, &mut out);
        out
    }

    /// A text as it is shown away from its page: without ids and links of terms, as in an embed, but with its notes.
    pub(super) fn apart(&mut self, id: PageId, node: &Node, range: Range<u32>) -> String {
        self.embedding.push(id);
        self.is_apart = true;
        let text = self.text(id, node, range, &[]);
        self.is_apart = false;
        self.embedding.pop();
        text
    }

    /// A stretch without gaps: HTML, holes, terms and, in an embed, what is left out, each in its turn.
    fn stretch(&mut self, id: PageId, node: &Node, range: Range<u32>, out: &mut String) {
        let body = &node.page.body;
        let html = &body.html;
        let holes = &body.holes[body.holes.partition_point(|hole| hole.at < range.start)..];
        let without = self.without.filter(|_| self.embedding.is_empty());
        // A stretch ends before a tag, so a hole at its very end belongs to its text.
        let mut holes = holes.iter().take_while(|hole| hole.at <= range.end).filter(|hole| Some(hole.link) != without).peekable();
        let terms = &node.terms[node.terms.partition_point(|usage| usage.at < range.start)..];
        let mut terms = terms.iter().take_while(|usage| usage.at + usage.length <= range.end).peekable();
        let embedding = !self.embedding.is_empty();
        let own: &[Range<u32>] = if embedding { &body.own[body.own.partition_point(|own| own.start < range.start)..] } else { &[] };
        let mut own = own.iter().take_while(|own| own.end <= range.end).peekable();
        let mut at = range.start;
        loop {
            let hole = holes.peek().map_or(u32::MAX, |hole| hole.at);
            let term = terms.peek().map_or(u32::MAX, |usage| usage.at);
            let skip = own.peek().map_or(u32::MAX, |own| own.start);
            let next = hole.min(term).min(skip);
            if next == u32::MAX {
                break;
            }
            if next < at {
                // Inside something that was left out.
                if skip == next {
                    own.next();
                } else if term == next {
                    terms.next();
                } else {
                    holes.next();
                }
                continue;
            }
            out.push_str(&html[at as usize..next as usize]);
            at = next;
            if skip == next {
                let with_notes = self.is_apart && self.embedding.len() == 1;
                at = match own.next() {
                    Some(own) if with_notes => own.start + notes::bare(&html[own.start as usize..own.end as usize], out) as u32,
                    own => own.map_or(at, |own| own.end),
                };
            } else if hole == next {
                if let Some(hole) = holes.next() {
                    self.fill(id, node, hole, out);
                }
            } else if let Some(usage) = terms.next() {
                self.term(usage, &html[usage.at as usize..(usage.at + usage.length) as usize], out);
                at += usage.length;
            }
        }
        if at < range.end {
            out.push_str(&html[at as usize..range.end as usize]);
        }
    }

    fn term(&self, usage: &TermUse, words: &str, out: &mut String) {
        let address = self.gathered.term_addresses.get(usage.term as usize).filter(|_| self.embedding.is_empty());
        // An edition leads to its own glossary or nowhere.
        let address = match self.sections {
            None => address.map(|address| (self.root, Cow::Borrowed(address.as_str()))),
            Some(sections) => address.and_then(|_| Some(("", sections.entry(&self.gathered.terms.get(usage.term as usize)?.href)?.into()))),
        };
        let Some((way, address)) = address else { return out.push_str(words) };
        out.extend(["<a class=\"term\" href=\"", way, &address, "\">", words, "</a>"]);
    }

    fn fill(&mut self, id: PageId, node: &Node, hole: &Hole, out: &mut String) {
        let at = hole.link as usize;
        let (Some(link), Some(resolution)) = (node.page.links.get(at), node.links.get(at)) else { return };
        // A tag of a page that is in no list has no page of its own.
        if let (Relation::Tagged, Lead::Made(url)) = (link.relation, &resolution.lead)
            && self.gathered.tag(url).is_none()
        {
            return;
        }
        match hole.part {
            Part::Open => {
                let leads = self.open(id, link, resolution, out);
                self.opened = Some((id, hole.link, leads));
            }
            Part::Close if self.section_of(resolution).is_some() => {
                out.push_str("</a>");
                if let Some(place) = self.section_of(resolution).filter(|place| !place.is_foreword()) {
                    out.extend(["<span class=\"ref\"> §", &place.number(), "</span>"]);
                }
            }
            Part::Close => out.push_str(if self.leads(id, hole.link, resolution) {
                "</a>"
            } else if is_wanted(resolution) {
                "</span>"
            } else {
                ""
            }),
            Part::Words => self.words(id, link, resolution, out),
            Part::Image => self.picture(link, resolution, out),
            Part::Embed => self.embed(id, node, link, resolution, out),
            Part::Href => self.href(id, resolution, out),
            Part::Src => self.source(Part::Src, resolution, out),
            Part::Img => self.raw_picture(link, resolution, out),
        }
    }

    /// The section of the print edition that a link leads to.
    fn section_of(&self, resolution: &Resolution) -> Option<Place> {
        match &resolution.lead {
            Lead::Page(target, _) => self.sections?.place(*target),
            _ => None,
        }
    }

    /// The address of a link as it stands on this page: the way to the root, if it goes there, and the rest; `None` where it
    /// leads nowhere.
    pub(super) fn address(&self, id: PageId, resolution: &Resolution) -> Option<(&'a str, Cow<'a, str>)> {
        if let (Some(sections), Lead::Page(target, part)) = (self.sections, &resolution.lead)
            && let Some(reference) = sections.reference(self.root, *target, self.graph.node(*target)?, part.as_deref())
        {
            return Some(("", reference.into()));
        }
        let address = match &resolution.lead {
            Lead::Page(target, part) if *target == id && self.embedding.is_empty() && gathering_of(self.graph, id).is_none() => {
                let own = match part {
                    Some(part) => href_to("", part).into(),
                    None if self.settings().portable => "index.html".into(),
                    None => "./".into(),
                };
                return Some(("", own));
            }
            Lead::Page(target, part) => href_of(self.graph, self.gathered, *target, part.as_deref().unwrap_or(""))?,
            Lead::Asset(path) => href(&asset_url(path, self.settings())?, self.settings()).into(),
            Lead::Made(url) => href(url, self.settings()).into(),
            Lead::Folder(folder) => {
                let place = self.settings().in_content(folder)?;
                let has_pages = self.gathered.folders.contains_key(place);
                if has_pages && !self.gathered.has_page(self.graph, place) {
                    return None;
                }
                href(&folder_url(place), self.settings()).into()
            }
            Lead::Nowhere => return None,
        };
        match self.sections {
            Some(sections) => Some(("", sections.outward(self.root, &address)?.into())),
            None => Some((self.root, address)),
        }
    }

    /// Whether a link has an address; the one that was opened last is mostly the one that is closed next.
    fn leads(&self, id: PageId, link: u32, resolution: &Resolution) -> bool {
        match self.opened {
            Some((page, opened, leads)) if (page, opened) == (id, link) => leads,
            _ => self.address(id, resolution).is_some(),
        }
    }

    /// The start of a link; says whether it has an address.
    fn open(&self, id: PageId, link: &Link, resolution: &Resolution, out: &mut String) -> bool {
        let address = self.address(id, resolution);
        let leads = address.is_some();
        match address {
            Some((way, address)) => {
                out.push_str("<a href=\"");
                out.push_str(way);
                escape_href(out, &address);
                if let Some(title) = &link.title {
                    out.push_str("\" title=\"");
                    crate::parse::body::escape_into(out, title);
                }
                out.push_str("\">");
            }
            None if is_wanted(resolution) => out.push_str("<span class=\"wanted\">"),
            None => {}
        }
        leads
    }

    fn href(&self, id: PageId, resolution: &Resolution, out: &mut String) {
        if let Some((way, address)) = self.address(id, resolution) {
            out.extend([" href=\"", way]);
            escape_href(out, &address);
            out.push('"');
        }
    }

    /// The words of a wikilink that has none of its own: the title of the page, with the heading where it names one.
    fn words(&self, id: PageId, link: &Link, resolution: &Resolution, out: &mut String) {
        let (title, part) = words_of(self.gathered, id, link, resolution);
        escape_text(out, title);
        if let Some(part) = part {
            if !title.is_empty() {
                out.push_str(" › ");
            }
            escape_text(out, part);
        }
    }

    fn embed(&mut self, id: PageId, node: &Node, link: &Link, resolution: &Resolution, out: &mut String) {
        let words = |out: &mut String| escape_text(out, link.label.as_deref().unwrap_or(&readable_name(&link.raw)));
        let (target, part) = match &resolution.lead {
            Lead::Page(target, part) => (*target, part.clone()),
            Lead::Asset(path) => {
                if let Some(url) = asset_url(path, self.settings()) {
                    let address = format!("{}{}", self.root, href(&url, self.settings()));
                    pictures::media(path, &address, &readable_name(&link.raw), out);
                }
                return;
            }
            _ => return words(out),
        };
        let Some(embedded) = self.graph.node(target) else { return words(out) };
        if target == self.page || self.embedding.contains(&target) {
            let message = format!("`{}` embeds itself, here or by way of other pages", embedded.title());
            self.problem(Code::EmbedCycle, node, link, message, "link to the page instead of embedding it");
            return words(out);
        }
        let range = section(embedded, part.as_deref());
        self.embedded_count += 1;
        self.embedded_bytes += (range.end - range.start) as usize;
        if self.embedded_count > BUDGET_COUNT || self.embedded_bytes > BUDGET_BYTES || self.embedding.len() >= BUDGET_DEPTH {
            let message = "this page embeds more than a page may: 1,000 texts or 1 MB".to_owned();
            self.problem(Code::EmbedBudget, node, link, message, "link to the pages instead of embedding them");
            return words(out);
        }
        self.embedding.push(target);
        let text = self.text(target, embedded, range, &[]);
        self.embedding.pop();
        out.push_str("<div class=\"embed\">");
        out.push_str(&text);
        let (way, from) = self.address(id, resolution).unwrap_or_default();
        out.push_str("<p class=\"embed-from\"><a href=\"");
        out.push_str(way);
        escape_href(out, &from);
        out.push_str("\">");
        escape_text(out, embedded.title());
        out.push_str("</a></p></div>\n");
    }

    fn problem(&mut self, code: Code, node: &Node, link: &Link, message: String, help: &str) {
        if let Some(severity) = self.settings().severity(code) {
            let diagnostic = Diagnostic::new(code, severity, message).at(&node.page.path, link.span, "").help(help).target(&*link.raw);
            if !self.diagnostics.contains(&diagnostic) {
                self.diagnostics.push(diagnostic);
            }
        }
    }
}

/// The words of a wikilink on a page that has none of its own: a title and a part.
pub(super) fn words_of<'v>(gathered: &'v Gathered, id: PageId, link: &'v Link, resolution: &Resolution) -> (&'v str, Option<&'v str>) {
    let (name, part) = link.raw.split_once('#').map_or((&*link.raw, None), |(name, part)| (name, Some(part)));
    let part = part.map(|part| part.rsplit('#').next().unwrap_or(part).trim()).filter(|part| !part.starts_with('^'));
    let title = match &resolution.lead {
        Lead::Page(target, _) if *target == id && name.trim().is_empty() => "",
        Lead::Page(target, _) => gathered.card_of(*target).map_or(name, |card| &card.title),
        _ => name.trim().trim_end_matches('\\'),
    };
    (title, part)
}

fn is_wanted(resolution: &Resolution) -> bool {
    resolution.standing == crate::resolve::Standing::Wanted
}

/// The part of a page's text that an embed shows: the section of a heading without its title, or all of it.
fn section(node: &Node, part: Option<&str>) -> Range<u32> {
    let page = &node.page;
    let whole = 0..page.body.html.len() as u32;
    let lead = page.lead.map(|lead| page.headings[lead].range.clone());
    let Some(at) = part.and_then(|part| page.headings.iter().position(|heading| *heading.id == *part && heading.top)) else {
        // The title of the page stands below the embed already.
        return lead.filter(|lead| lead.start == 0).map_or(whole.clone(), |lead| lead.end..whole.end);
    };
    let heading = &page.headings[at];
    let end =
        page.headings[at + 1..].iter().find(|next| next.top && next.level <= heading.level).map_or(whole.end, |next| next.range.start);
    heading.range.end..end
}

/// The last part of a name without its ending.
pub(super) fn readable_name(raw: &str) -> String {
    let name = raw.split('#').next().unwrap_or(raw);
    let name = name.rsplit('/').next().unwrap_or(name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).trim().to_owned()
}
