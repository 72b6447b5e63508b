//! What templates see: for each output, one value that holds everything the file is made of.
//!
//! In: `template::page`, `template::listing` and their neighbours fill these types from the graph. Out: `render` shows
//! them to a template as its context, under the names of the fields; `site` is beside them and the same for all.
//!
//! Invariant: a view owns or seals all it shows, so the fingerprint of a view decides whether its file is fresh.
//! Invariant: an `href` is relative to the root of the site and percent-encoded; a template writes
//! `{{ page.root }}{{ card.href }}`. A field of the type `Html` is safe to show as it is; every other text is escaped.

use std::sync::Arc;

use serde::Serialize;

use crate::base::fingerprint::Sealed;

mod listings;
mod site;

pub use listings::{
    BookView, CoverageCellView, CoverageRowView, CoverageView, CurveView, FeedEntryView, FeedLinkView, FeedView, GroupView, ItemView,
    ListingView, MapView, NodeView, NotFoundView, PictureView, PrintChapterView, PrintLineView, PrintPageView, PrintView, RedirectView,
    SitemapEntryView, SitemapView,
};

pub use site::{FootView, PillarView, SiteView, SocialView};

/// HTML that is safe to show as it is.
pub type Html = String;

/// A link.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct LinkView {
    /// The words.
    pub title: String,
    /// The address.
    pub href: String,
}

/// A person who is credited.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct PersonView {
    /// The name.
    pub name: String,
    /// Their page.
    pub href: String,
    /// One or two letters for a drawn portrait.
    pub initials: String,
}

/// A day.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct DateView {
    /// As machines read it: `2026-08-03`.
    pub iso: String,
    /// As people read it, in the language of the page or, on a card, of the handbook: `3 August 2026`.
    pub text: String,
}

/// What lists and links show of a page.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct CardView {
    /// The title.
    pub title: String,
    /// The address.
    pub href: String,
    /// `essay`, `example`, `contributor`, `term`, `path` or `page`.
    pub kind: &'static str,
    /// The first pillar's id; absent outside of the pillars.
    pub pillar: Option<String>,
    /// The title of that pillar.
    pub pillar_title: Option<String>,
    /// The claim, as plain text; may be empty.
    pub claim: String,
    /// Minutes to read, at least 1.
    pub minutes: u32,
    /// How many examples illustrate it.
    pub examples: u32,
    /// Who is credited; empty where the page is anonymous.
    pub by: Vec<PersonView>,
    /// `role` and `industry`, as far as given.
    pub role: Option<String>,
    /// The day of `date`.
    pub date: Option<DateView>,
    /// Whether it is a draft.
    pub draft: bool,
}

/// Head and chrome of every page: `page` in every template.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct PageHead {
    /// The address from the root of the site, with a leading `/`.
    pub url: String,
    /// The way to the root: `../../`.
    pub root: String,
    /// The title of the browser's tab, unique on the site; the handbook's name is included.
    pub head_title: String,
    /// The title as plain text.
    pub title: String,
    /// A description for search engines and link previews; may be empty.
    pub description: String,
    /// The language as a BCP 47 tag.
    pub lang: String,
    /// `ltr` or `rtl`.
    pub dir: &'static str,
    /// The language of what the site says here, as a tag: that of the page, where the theme knows it, else the handbook's.
    pub said_in: String,
    /// The pillar whose colours the page wears.
    pub pillar: Option<String>,
    /// The absolute address, where the site has one.
    pub canonical: Option<String>,
    /// A social card of its own; pages without one have that of their pillar, or else that of the site.
    pub card: Option<SocialView>,
    /// The way here, without the page itself.
    pub crumbs: Vec<LinkView>,
    /// The address of the first of `crumbs`: in a foreign folder that of the top folder, as `site.groups` has it.
    pub group: Option<String>,
    /// Whether search engines shall leave it out.
    pub noindex: bool,
    /// Whether it is a draft.
    pub draft: bool,
    /// The source file, relative to the project root; absent for made pages.
    pub source: Option<String>,
    /// The address of the same text as Markdown, seen from the page itself; absent where there is none.
    pub twin: Option<&'static str>,
    /// The navigation of the translation that the page belongs to; empty where the site's own holds.
    pub groups: Vec<LinkView>,
}

/// The title of a page inside its text.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct HeadingView {
    /// The words, with their marks.
    pub html: Html,
    /// Its id, where the author wrote it as a heading.
    pub id: Option<String>,
}

/// The claim of a page.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct ClaimView {
    /// The sentence or paragraph, with its links.
    pub html: Html,
    /// Its id, where another page's backlink leads to it.
    pub id: Option<String>,
}

/// A line of the contents of a page.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct TocView {
    /// The words, with their marks but without links.
    pub html: Html,
    /// The id of the heading.
    pub id: String,
    /// 2 for the sections of the page, 3 and more below.
    pub level: u8,
}

/// A sentence that links here.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct SentenceView {
    /// What stands before the link.
    pub before: String,
    /// The words of the link.
    pub marked: String,
    /// What stands after it.
    pub after: String,
    /// The address of the very paragraph.
    pub href: String,
}

/// A page that links here.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct BacklinkView {
    /// The page.
    pub card: Sealed<CardView>,
    /// Its sentences, in their order.
    pub sentences: Vec<SentenceView>,
}

/// A term that the page uses.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct TermView {
    /// The term.
    pub title: String,
    /// Its page.
    pub href: String,
    /// The definition as plain text, shortened.
    pub definition: String,
}

/// The page's place on a reading path.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct PathRowView {
    /// The path.
    pub path: LinkView,
    /// Its place, from 1.
    pub position: u32,
    /// How many stops the path has.
    pub of: u32,
    /// The stop before.
    pub previous: Option<LinkView>,
    /// The stop after.
    pub next: Option<LinkView>,
}

/// A stop of a reading path.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct StopView {
    /// The page; absent where the link leads out of the handbook or nowhere.
    pub card: Option<Sealed<CardView>>,
    /// The words of the link.
    pub title: String,
    /// The address, where it leads somewhere; shown as it is where there is no card.
    pub href: Option<String>,
    /// Why to read it.
    pub sentence: Html,
}

/// Which part of a long listing this is.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct PagingView {
    /// From 1.
    pub number: u32,
    /// How many parts there are; 1 means that nothing needs to be shown.
    pub of: u32,
    /// The part before.
    pub previous: Option<String>,
    /// The part after.
    pub next: Option<String>,
}

/// A page of the content: templates `home`, `pillar`, `essay`, `example`, `contributor`, `term`, `path`, and `page` for any other kind.
///
/// Beside the fields templates see `content` cut before its first stances block as `content_opening` and `content_rest`, `initials` of the first in `by`, `example_count`, what numbers are in words (`minutes_text`,
/// `example_text`, `stops_minutes_text`, and of a card `minutes_text` and `examples_text`), and the lines of lists, drawn by
/// components, as text that a template only has to show: `crumb_lines` (component `crumb`), `toc_lines` (`line`), `by_line`
/// (`person`), `tag_lines` (`tag`), `illustrates_cards` and `contrast_cards` (`card`), `example_lines` (`example`), `term_lines`
/// (`term`), `mention_lines` (`mention` around `sentence`), `related_rows` (`row`) and `section_lists` (`section` around
/// `example` for `examples` and `newest`, `card` for `essays` and `paths`, `row` for others) and `paging_line` (`paging`). A template that computes with a list or
/// a text draws slower than one that shows it, never otherwise.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct PageView {
    /// Head and chrome.
    pub page: PageHead,
    /// What the page is.
    pub kind: &'static str,
    /// The title.
    pub heading: HeadingView,
    /// The claim; where it is the first paragraph, `content` does not repeat it.
    pub claim: Option<ClaimView>,
    /// The text.
    pub content: Html,
    /// Whether the text has a stances block, so that readers are offered to see one voice at a time.
    pub has_stances: bool,
    /// The contents: headings of the text, then of the sections that the theme adds; empty where the author switched them off, and where there would be one line.
    ///
    /// Ids of the default theme's sections: `_ff-examples`, `_ff-illustrates`, `_ff-sources`, `_ff-terms`, `_ff-contrasts`,
    /// `_ff-mentions`, `_ff-related`, and those of `sections`.
    pub toc: Vec<TocView>,
    /// Minutes to read, at least 1.
    pub minutes: u32,
    /// Words of the text.
    pub words: u32,
    /// The pillars it stands in; several only for examples.
    pub pillars: Vec<PillarView>,
    /// `leadership`, `management`, both or none.
    pub stances: Vec<&'static str>,
    /// Who is credited; empty where the page is anonymous.
    pub by: Vec<PersonView>,
    /// What they do.
    pub role: Option<String>,
    /// Where they do it.
    pub industry: Option<String>,
    /// `draft`, `initial` or `reviewed`.
    pub status: Option<&'static str>,
    /// The day of `date`.
    pub date: Option<DateView>,
    /// The day of `updated`.
    pub updated: Option<DateView>,
    /// Tags, each with its page.
    pub tags: Vec<LinkView>,
    /// Who reviewed it and when, to follow `say.reviewed_by`: `Ann, 3 May 2026`.
    pub reviewed: Option<String>,
    /// `sources` of the front matter.
    pub sources: Vec<String>,
    /// Essays that this example illustrates.
    pub illustrates: Vec<Sealed<CardView>>,
    /// Examples that illustrate this essay.
    pub examples: Vec<Sealed<CardView>>,
    /// Pages that this one stands against, from both sides.
    pub contrasts: Vec<Sealed<CardView>>,
    /// The first terms that the text uses, at most eight.
    pub terms: Vec<Sealed<TermView>>,
    /// Pages that mention this one, with their sentences; for a term, where it is used.
    pub backlinks: Vec<BacklinkView>,
    /// How many more pages mention it than `backlinks` shows.
    pub backlinks_more: u32,
    /// At most three pages on the same matter.
    pub related: Vec<Sealed<CardView>>,
    /// The reading paths it is on.
    pub paths: Vec<PathRowView>,
    /// The page before in its pillar or folder.
    pub previous: Option<LinkView>,
    /// The page after.
    pub next: Option<LinkView>,
    /// Stops, for a path.
    pub stops: Vec<StopView>,
    /// Minutes of all stops, for a path.
    pub stops_minutes: u32,
    /// The text that follows the stops of a path; empty elsewhere.
    pub rest: Html,
    /// Lists below the text: what a folder, a pillar, a person or the home page gathers.
    pub sections: Vec<SectionView>,
    /// Pillars with their numbers, for the home page.
    pub pillar_cards: Vec<PillarCardView>,
    /// Which part of a long listing this is.
    pub paging: PagingView,
    /// Where to edit the source.
    pub edit_href: Option<String>,
    /// Where to add an example for this essay.
    pub add_example_href: Option<String>,
    /// Keys of the front matter that are not ours, as JSON.
    pub extra: Arc<serde_json::Map<String, serde_json::Value>>,
}

/// A list of cards under a heading.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct SectionView {
    /// What is listed: `essays`, `examples`, `terms`, `people`, `paths`, `pages`, `folders`, `newest`, `contents`, `others`.
    pub name: &'static str,
    /// The heading.
    pub title: String,
    /// Its id; it starts with `_ff-list-`, so that it differs from those of the theme's own sections.
    pub id: String,
    /// What is listed.
    pub cards: Vec<Sealed<CardView>>,
}

/// A pillar on the home page.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct PillarCardView {
    /// The pillar.
    pub pillar: PillarView,
    /// How many essays it has.
    pub essays: u32,
    /// How many examples it has.
    pub examples: u32,
}

/// Everything one output is rendered from.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum View {
    /// A page of the content.
    Page(Box<PageView>),
    /// A made listing.
    Listing(Box<ListingView>),
    /// The coverage matrix.
    Coverage(Box<CoverageView>),
    /// A part of a print edition.
    Print(Box<PrintView>),
    /// The inside of a page of an EPUB.
    Book(Box<BookView>),
    /// The map.
    Map(Box<MapView>),
    /// The page for addresses that lead nowhere.
    NotFound(Box<NotFoundView>),
    /// A former address.
    Redirect(RedirectView),
    /// The sitemap.
    Sitemap(SitemapView),
    /// A feed.
    Feed(Box<FeedView>),
}

impl View {
    /// The template that shows it, by its name in the theme.
    pub fn template(&self) -> &'static str {
        match self {
            Self::Page(page) => match page.kind {
                "home" => "home.html",
                "pillar" => "pillar.html",
                "essay" => "essay.html",
                "example" => "example.html",
                "contributor" => "contributor.html",
                "term" => "term.html",
                "path" => "path.html",
                _ => "page.html",
            },
            Self::Listing(listing) => match listing.kind {
                "contributors" => "contributors.html",
                "glossary" => "glossary.html",
                "paths" => "paths.html",
                "tags" => "tags.html",
                "tag" => "tag.html",
                "search" => "search.html",
                "new" => "new.html",
                _ => "folder.html",
            },
            Self::Coverage(_) => "coverage.html",
            Self::Print(_) => "print.html",
            Self::Book(_) => "epub.html",
            Self::Map(_) => "map.html",
            Self::NotFound(_) => "not-found.html",
            Self::Redirect(_) => "redirect.html",
            Self::Sitemap(_) => "sitemap.xml",
            Self::Feed(_) => "atom.xml",
        }
    }
}
