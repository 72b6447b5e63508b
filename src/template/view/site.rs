//! What is common to all pages: `site` in every template.
//!
//! In: nothing but its fields. Out: a part of the theme's fingerprint.

use serde::Serialize;

use super::{FeedLinkView, LinkView};

/// What is common to all pages: `site` in every template. It is part of the theme's fingerprint.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct SiteView {
    /// The name of the handbook.
    pub title: String,
    /// The language of the handbook, as a BCP 47 tag.
    pub language: String,
    /// The languages in which something is said on its pages, as tags: the handbook's own first, then the others.
    pub languages: Vec<String>,
    /// Where the site is published, with a trailing `/`; absent where nobody has said so.
    pub base_url: Option<String>,
    /// The way from any page of the host to the root, for pages that are served at any depth: `/` or `/sub/path/`.
    pub base_path: String,
    /// The pillars, in order; empty in a foreign folder.
    pub pillars: Vec<PillarView>,
    /// The top folders of a foreign folder, in order; empty in an own handbook.
    pub groups: Vec<LinkView>,
    /// Pages of the site's foot: glossary, people, paths, coverage, index … those that exist.
    pub foot: Vec<FootView>,
    /// The address of the home page: empty, or `index.html` where links name files.
    pub home_href: String,
    /// The address of the A to Z index.
    pub index_href: String,
    /// Feeds, those of the site first; none where the handbook has none.
    pub feeds: Vec<FeedLinkView>,
    /// The description of the search for browsers, where there is one.
    pub open_search: Option<String>,
    /// What browsers may load and run on a page, as a Content-Security-Policy.
    pub policy: String,
    /// A text on every page of a preview; empty for none.
    pub banner: String,
    /// Whether this is a preview with drafts, which search engines shall not index.
    pub preview: bool,
    /// The social card of pages outside of the pillars, where the site has cards.
    pub card: Option<SocialView>,
}

/// A pillar, as the strip, the cards and the crumbs show it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct PillarView {
    /// The id: also the value of `data-pillar`.
    pub id: String,
    /// What readers see.
    pub title: String,
    /// Its question.
    pub question: String,
    /// The stance that is at home here: `leadership`, `management` or absent.
    pub stance: Option<String>,
    /// Its page.
    pub href: String,
    /// Its place in the order, from 1; shapes and hues follow it.
    pub number: u32,
    /// The social card of its pages, where the site has cards.
    pub card: Option<SocialView>,
}

/// A picture that other sites set beside a link, always 1200 by 630 pixels.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct SocialView {
    /// Its absolute address.
    pub href: String,
    /// What it says.
    pub alt: String,
}

/// A page of the site's foot.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct FootView {
    /// The key of its words: `say[link.name]` is what it is called in the language of a page.
    pub name: &'static str,
    /// What it is called in the language of the handbook.
    pub title: String,
    /// The address.
    pub href: String,
}
