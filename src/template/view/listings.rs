//! Views of made pages: lists, the coverage matrix, forwards, the sitemap.
//!
//! In: nothing but their fields. Out: what `View` holds beside pages of text.
//!
//! Invariant: as for all views, a field is all that a template may show.

use serde::Serialize;

use super::{BacklinkView, DateView, Html, LinkView, PageHead, PagingView, PillarCardView, PillarView};

/// A made page that lists in groups: templates `contributors`, `glossary`, `paths`, `tags`, `tag`, `search`, and `folder` for any other kind.
///
/// Beside the fields templates see `crumb_lines`, `jump_lines` (component `jump`, from three groups on), `group_lists` (`group`
/// around `item`), `mention_lines` and `paging_line`, as for pages.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct ListingView {
    /// Head and chrome.
    pub page: PageHead,
    /// Which listing; `folder` also stands for a person without a file and for later parts of a pillar.
    pub kind: &'static str,
    /// A sentence below the title; may be empty.
    pub lead: String,
    /// A text that the author has written for this listing; may be empty.
    pub intro: Html,
    /// The groups; a listing without groups has one without a title.
    pub groups: Vec<GroupView>,
    /// Which part of a long listing this is.
    pub paging: PagingView,
    /// Pages that mention what is listed here (a person, say).
    pub backlinks: Vec<BacklinkView>,
}

/// A group of a listing: a letter, a pillar, a kind.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct GroupView {
    /// The heading; empty for none.
    pub title: String,
    /// Its id, for the jump list; empty for none.
    pub id: String,
    /// What is listed.
    pub items: Vec<ItemView>,
}

/// A line of a listing.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct ItemView {
    /// The words.
    pub title: String,
    /// The address.
    pub href: String,
    /// What it is: a kind, or `tag`.
    pub kind: &'static str,
    /// The pillar's id, where it stands in one.
    pub pillar: Option<String>,
    /// A definition, a claim, a role; may be empty. Plain text.
    pub text: String,
    /// How many: examples of a person, pages of a tag; 0 shows nothing.
    pub count: u32,
    /// How many other pages a person has written.
    pub pages: u32,
    /// Other spellings or names.
    pub also: Vec<String>,
    /// Where a term is used.
    pub used_in: Vec<LinkView>,
    /// The id of the line, where links lead to it; empty for none.
    pub id: String,
}

/// The coverage matrix: template `coverage`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct CoverageView {
    /// Head and chrome.
    pub page: PageHead,
    /// A row a pillar.
    pub rows: Vec<CoverageRowView>,
}

/// A pillar of the coverage matrix.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct CoverageRowView {
    /// The pillar.
    pub pillar: PillarView,
    /// Leadership, then management.
    pub cells: Vec<CoverageCellView>,
}

/// A cell of the coverage matrix.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct CoverageCellView {
    /// `leadership` or `management`.
    pub stance: &'static str,
    /// How many essays speak with this voice.
    pub essays: u32,
    /// How many examples.
    pub examples: u32,
    /// The first pages, to start from.
    pub pages: Vec<LinkView>,
}

/// The page for addresses that lead nowhere: template `not-found`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct NotFoundView {
    /// Head and chrome; `page.root` is the path of the site, since hosts serve this page at any depth.
    pub page: PageHead,
}

/// A former address that forwards: template `redirect`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct RedirectView {
    /// The way to the page, relative.
    pub href: String,
    /// The absolute address, where the site has one.
    pub canonical: Option<String>,
    /// The title of the page.
    pub title: String,
    /// The language of the page.
    pub lang: String,
    /// `ltr` or `rtl`.
    pub dir: &'static str,
    /// The language of what the site says here, as a tag.
    pub said_in: String,
}

/// The list of all addresses for search engines: template `sitemap.xml`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct SitemapView {
    /// Every page, by address; none where the file lists others.
    pub entries: Vec<SitemapEntryView>,
    /// The files that hold the pages, where one may not hold them all.
    pub parts: Vec<SitemapEntryView>,
}

/// A line of the sitemap.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct SitemapEntryView {
    /// The absolute address.
    pub loc: String,
    /// The day it was last changed, as its author says.
    pub lastmod: Option<String>,
}

/// How pages name a feed.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct FeedLinkView {
    /// What it tells of.
    pub title: String,
    /// Its address.
    pub href: String,
    /// The type under which it is sent.
    pub media_type: &'static str,
    /// The pillar that it is about; absent for the feed of the site.
    pub pillar: Option<String>,
}

/// A feed: template `atom.xml`. All its addresses are absolute.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct FeedView {
    /// Its title.
    pub title: String,
    /// Who speaks where an entry names nobody: the handbook.
    pub author: String,
    /// What it is known by.
    pub id: String,
    /// The page that it tells of.
    pub home: String,
    /// Its own address.
    pub href: String,
    /// A question of a pillar.
    pub subtitle: Option<String>,
    /// The day of the latest entry, as RFC 3339 writes a moment.
    pub updated: String,
    /// The language of the handbook.
    pub lang: String,
    /// The latest pages, the latest first.
    pub entries: Vec<FeedEntryView>,
}

/// A page in a feed.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct FeedEntryView {
    /// Its title as plain text.
    pub title: String,
    /// What it is known by.
    pub id: String,
    /// Its address.
    pub url: String,
    /// When it came, as far as its author says.
    pub published: Option<String>,
    /// When it changed last, or else came.
    pub updated: String,
    /// Its claim.
    pub summary: Option<String>,
    /// Its text as HTML, where feeds carry it.
    pub content: Option<Html>,
    /// Who is credited.
    pub authors: Vec<String>,
    /// Its pillars and tags.
    pub categories: Vec<String>,
    /// Its language.
    pub lang: String,
}

/// The map: template `map`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct MapView {
    /// Head and chrome.
    pub page: PageHead,
    /// The same map drawn wide and tall; none for an overview.
    pub pictures: Vec<PictureView>,
    /// The pillars, each with the address of its own map, for an overview.
    pub parts: Vec<PillarCardView>,
    /// The same as a list: a group a pillar, where `used_in` of a line are the essays that link to it.
    pub groups: Vec<GroupView>,
    /// How many essays of the pillar the picture leaves out; those that others link to least.
    pub left_out: u32,
}

/// A drawn map, in whole units.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct PictureView {
    /// `wide` or `tall`.
    pub shape: &'static str,
    /// The width.
    pub width: i32,
    /// The height.
    pub height: i32,
    /// Lines between nodes, to be drawn below them.
    pub curves: Vec<CurveView>,
    /// Pillars and essays, in reading order.
    pub nodes: Vec<NodeView>,
}

/// A line of a map.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct CurveView {
    /// The path, as SVG writes it.
    pub d: String,
    /// The pillar in whose colour it is drawn.
    pub pillar: String,
    /// `spoke` from a pillar to its essay, `link` between essays.
    pub kind: &'static str,
}

/// A pillar or an essay on a map.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct NodeView {
    /// The whole title.
    pub title: String,
    /// The title as far as there is room for it.
    pub label: String,
    /// The address.
    pub href: String,
    /// The pillar's id.
    pub pillar: String,
    /// The place of the node.
    pub x: i32,
    /// The place of the node.
    pub y: i32,
    /// Its size; it grows with the number of links to the essay.
    pub radius: i32,
    /// The place of the label.
    pub label_x: i32,
    /// The place of the label.
    pub label_y: i32,
    /// Which part of the label stands at its place: `start`, `middle` or `end`.
    pub anchor: &'static str,
    /// `pillar` or `essay`.
    pub kind: &'static str,
}

/// A part of a print edition: template `print`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct PrintView {
    /// Head and chrome.
    pub page: PageHead,
    /// The home page, before the chapters; only in the first part of the whole edition, and never more than that one.
    pub foreword: Vec<PrintPageView>,
    /// The chapters, as far as this part has them.
    pub chapters: Vec<PrintChapterView>,
    /// The glossary, at the end of the whole edition.
    pub terms: Vec<PrintLineView>,
    /// The contributors, at the end of the whole edition.
    pub people: Vec<PrintLineView>,
    /// The latest day that its pages name.
    pub updated: Option<DateView>,
    /// Which part this is.
    pub paging: PagingView,
    /// All parts of this edition, and then the editions of single pillars.
    pub parts: Vec<LinkView>,
}

/// The inside of a page of an EPUB: template `epub`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct BookView {
    /// Head of the book; `page.title` is the title of the edition.
    pub page: PageHead,
    /// The title of this page.
    pub title: String,
    /// `cover`, `foreword`, `part` (what opens a chapter), `section`, `end` (what closes a chapter), `glossary`, `people` or `colophon`.
    pub kind: &'static str,
    /// For `part` and `end`: the chapter, without its sections.
    pub chapter: Option<PrintChapterView>,
    /// For `section` and `foreword`: the page of the handbook.
    pub section: Option<PrintPageView>,
    /// For `glossary` and `people`: the lines.
    pub lines: Vec<PrintLineView>,
    /// Who is credited in the book.
    pub by: Vec<String>,
    /// The latest day that its pages name.
    pub updated: Option<DateView>,
    /// Where the handbook is on the web.
    pub address: Option<String>,
}

/// A chapter of a print edition.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct PrintChapterView {
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// Its id.
    pub id: String,
    /// The pillar, if it is one.
    pub pillar: Option<String>,
    /// The pillar's question; may be empty.
    pub question: String,
    /// What the page of the pillar or path claims, with its links and notes, where its text begins with it; its ids have the
    /// prefix of the chapter.
    pub claim: Option<Html>,
    /// The edition that has its text, where this one has not.
    pub href: Option<String>,
    /// The text of the pillar's own page, or of the path's before its stops; its ids have the prefix of the chapter.
    pub intro: Html,
    /// Its sections.
    pub pages: Vec<PrintPageView>,
    /// The text that follows the stops of a path; empty elsewhere.
    pub rest: Html,
}

/// A page as a section of a print edition.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct PrintPageView {
    /// Its number: `2.3`; empty for the foreword.
    pub number: String,
    /// Its title, with its marks.
    pub title: Html,
    /// Its title as plain text.
    pub plain: String,
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: &'static str,
    /// Its first pillar.
    pub pillar: Option<String>,
    /// Its language.
    pub lang: String,
    /// `ltr` or `rtl`.
    pub dir: &'static str,
    /// Who is credited.
    pub by: Vec<String>,
    /// What they do.
    pub role: Option<String>,
    /// Why the reading path stops here; empty elsewhere.
    pub lead: Html,
    /// The claim.
    pub claim: Option<Html>,
    /// The text; its headings begin at the fourth level, its ids have a prefix.
    pub content: Html,
}

/// A name and what is said of it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct PrintLineView {
    /// The id of the line.
    pub id: String,
    /// The term or the person.
    pub title: String,
    /// The definition; may be empty.
    pub text: String,
}
