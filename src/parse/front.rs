//! The block of facts at the top of a page.
//!
//! In: the text of a file. Out: where the block ends, what it says, and what is wrong with it.

use jiff::civil::Date;

use crate::base::config::Stance;
use crate::base::text::Span;

/// A value and its place in the file on disk.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Spanned<T> {
    /// What the author wrote.
    pub value: T,
    /// Where.
    pub span: Span,
}

/// What a page is, when its author says so.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// A claim, argued.
    Essay,
    /// What one person did.
    Example,
    /// A person.
    Contributor,
    /// A definition.
    Term,
    /// An ordered list of links for one kind of reader.
    Path,
    /// Itself, in no pillar.
    Page,
}

/// How far an example has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Status {
    /// Being written.
    Draft,
    /// Written by its contributor.
    Initial,
    /// Read by somebody else.
    Reviewed,
}

/// Everything that front matter can say; absent where it does not.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Front {
    /// `title`; a number or a date counts as its text.
    pub title: Option<Spanned<String>>,
    /// `summary` (foreign folders also `description`, `subtitle`).
    pub summary: Option<Spanned<String>>,
    /// `lang`.
    pub lang: Option<Spanned<String>>,
    /// `owner`.
    pub owner: Option<Spanned<String>>,
    /// `kind`.
    pub kind: Option<Spanned<Kind>>,
    /// `pillar`, a word or a list, as written; whether such a pillar exists is checked by the caller.
    pub pillar: Vec<Spanned<String>>,
    /// `stance`: one, or both for `both`.
    pub stance: Vec<Stance>,
    /// `by`, as written.
    pub by: Vec<Spanned<String>>,
    /// `illustrates`, as written: a path, a wikilink or a title.
    pub illustrates: Vec<Spanned<String>>,
    /// `contrasts`, as written.
    pub contrasts: Vec<Spanned<String>>,
    /// `tags`.
    pub tags: Vec<Spanned<String>>,
    /// `aliases`.
    pub aliases: Vec<Spanned<String>>,
    /// `weight` in thousandths, so that it can be compared and hashed (foreign folders also `order`, `nav_order`, `sidebar_position`).
    pub weight: Option<i64>,
    /// `date`.
    pub date: Option<Date>,
    /// `updated` (foreign folders also `lastmod`, `date modified`, `last_reviewed_on` is not one).
    pub updated: Option<Date>,
    /// `publish_after`.
    pub publish_after: Option<Date>,
    /// `draft` (foreign folders also `publish: false`).
    pub draft: bool,
    /// `toc`, unless left to the theme.
    pub toc: Option<bool>,
    /// `hidden` (foreign folders also `unlisted`, `hide_in_navigation`).
    pub hidden: bool,
    /// `sources`.
    pub sources: Vec<String>,
    /// `reviewed.by`.
    pub reviewed_by: Option<String>,
    /// `reviewed.on`.
    pub reviewed_on: Option<Date>,
    /// `role`.
    pub role: Option<String>,
    /// `industry`.
    pub industry: Option<String>,
    /// `status`.
    pub status: Option<Status>,
    /// `anonymous`.
    pub anonymous: bool,
    /// Keys that are not ours, in the order written, as JSON text a value: templates see them.
    pub extra: Vec<(String, String)>,
    /// Other addresses that foreign front matter gives the page (`permalink`, `slug`, `url`, `redirect_from` …), as written.
    pub addresses: Vec<Spanned<String>>,
}

/// Placeholder until merge.
pub fn front(source: &crate::base::text::Source, _: &crate::base::config::Settings, _: &mut Vec<crate::base::diagnostic::Diagnostic>) -> (Front, usize) {
    let _ = source;
    (Front::default(), 0)
}
