//! Views of made pages: lists, the coverage matrix, forwards, the sitemap.
//!
//! In: nothing but their fields. Out: what `View` holds beside pages of text.
//!
//! Invariant: as for all views, a field is all that a template may show.

use serde::Serialize;

use super::{BacklinkView, Html, LinkView, PageHead, PagingView, PillarView};

/// A made page that lists in groups: templates `contributors`, `glossary`, `paths`, `tags`, `tag`, `search`, and `folder` for any other kind.
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
}

/// The list of all addresses for search engines: template `sitemap.xml`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct SitemapView {
    /// Every page, by address.
    pub entries: Vec<SitemapEntryView>,
}

/// A line of the sitemap.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct SitemapEntryView {
    /// The absolute address.
    pub loc: String,
    /// The day it was last changed, as its author says.
    pub lastmod: Option<String>,
}
