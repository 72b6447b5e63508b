//! What one file says, read alone: the card that others may show, the body that only its own page shows, the names it
//! answers to and the links it makes.
//!
//! Invariant: a `Page` depends on its own file and the settings, never on another file.
//! Invariant: offsets into HTML are those of `Body::html`; spans are those of the file on disk.

use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;

use crate::base::config::Stance;
use crate::base::diagnostic::Diagnostic;
use crate::base::fingerprint::Fingerprint;
use crate::base::path::{SourcePath, Url};
use crate::base::text::Span;

use super::echo::Echo;
use super::front::{Front, Kind};
use super::packed::Ranges;
use super::sentence::Sentence;
use super::words::Words;

/// One Markdown file, parsed.
#[derive(Clone, Debug)]
pub struct Page {
    /// Where it lies.
    pub path: SourcePath,
    /// The fingerprint of its bytes.
    pub fingerprint: Fingerprint,
    /// Where it asks to be published.
    pub url: Url,
    /// Former addresses and other addresses, from front matter and from compound extensions.
    pub addresses: Vec<Address>,
    /// What its front matter says.
    pub front: Front,
    /// The day of the last commit that changed it, where the whole history is there.
    pub committed: Option<Date>,
    /// Other names that wikilinks may use: aliases that are no addresses.
    pub names: Vec<String>,
    /// What it is.
    pub kind: Kind,
    /// Whether it is a draft: by its own word, its folder or its name.
    pub draft: bool,
    /// Whether it is the page of its folder.
    pub index: bool,
    /// The pillar it stands in by its own word or by its folder; examples inherit more from their essays.
    pub pillars: Vec<Arc<str>>,
    /// The voices it speaks with by its own word or by its stances block; empty where it says neither.
    pub stances: Vec<Stance>,
    /// Whether it has a stances block.
    pub has_stances: bool,
    /// The heading that is its title unless front matter or a navigation file knows better; an index of `headings`.
    pub lead: Option<usize>,
    /// The title from the file name, for a page that has no other.
    pub file_title: String,
    /// The claim: `summary`, else the first paragraph, as plain text.
    pub claim: String,
    /// The `summary` with its marks, as HTML.
    pub summary: Option<String>,
    /// The number in front of the file name, if any.
    pub number: Option<i64>,
    /// Words of the text.
    pub words: u32,
    /// The different words of the text, for those who search; their places are those of `body.html`.
    pub text: Words,
    /// Its headings in order.
    pub headings: Vec<Heading>,
    /// Its other ids: of raw HTML, and of paragraphs that link somewhere.
    pub ids: Vec<String>,
    /// Its HTML.
    pub body: Body,
    /// Its Markdown, for the twin of the page; empty where the handbook has none.
    pub twin: Twin,
    /// Its links in order: front matter first, then the text.
    pub links: Vec<Link>,
    /// The stops of a reading path.
    pub stops: Vec<Stop>,
    /// Terms that it defines as sections, for a glossary in one file.
    pub sections: Vec<TermSection>,
    /// What is wrong with it, as far as it can be seen from this file alone.
    pub diagnostics: Vec<Diagnostic>,
}

impl Page {
    /// The title that the file itself gives: front matter, the leading heading, the file name.
    pub fn own_title(&self) -> &str {
        match (self.front.title.as_ref().map(|title| trimmed(&title.value)), self.lead) {
            (Some(title), _) if !title.is_empty() => title,
            (_, Some(lead)) => &self.headings[lead].text,
            _ => &self.file_title,
        }
    }

    /// The day on which it changed last, as far as anybody says.
    pub fn changed(&self) -> Option<Date> {
        self.front.updated.or(self.committed.filter(|day| self.front.date.is_none_or(|date| *day > date)))
    }

    /// The day on which it changed last, or else came.
    pub fn day(&self) -> Option<Date> {
        self.changed().max(self.front.date)
    }

    /// Minutes to read at 230 words a minute, at least 1.
    pub fn minutes(&self) -> u32 {
        self.words.div_ceil(230).max(1)
    }

    /// Whether readers shall not see it: a draft, or a page whose day has not come.
    pub fn is_hidden_until(&self, today: Date) -> bool {
        self.front.publish_after.is_some_and(|day| day > today)
    }
}

/// A text without white space at its ends; titles are asked for often and mostly have none.
fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// Another address of a page, such as a former one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address {
    /// The address.
    pub url: Url,
    /// Where the author wrote it; empty for one that follows from the file name.
    pub span: Span,
    /// Whether links of the handbook may use it; otherwise it only forwards.
    pub answers: bool,
}

/// A heading of the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heading {
    /// As written: 1 to 6.
    pub level: u8,
    /// As shown: 2 to 6, without gaps.
    pub shown: u8,
    /// Its id.
    pub id: Box<str>,
    /// Its words as plain text.
    pub text: Box<str>,
    /// Its words as HTML where that is something else.
    pub(super) marked: Option<Box<str>>,
    /// The whole element.
    pub range: Range<u32>,
    /// Whether it stands outside of quotes and lists, so that a section can begin with it.
    pub top: bool,
    /// Where it is on disk.
    pub span: Span,
}

impl Heading {
    /// Its words with their marks but without links and notes, as HTML.
    pub fn html(&self) -> &str {
        self.marked.as_deref().unwrap_or(&self.text)
    }
}

/// HTML with places that only other pages can fill.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Body {
    /// The text as HTML.
    pub html: String,
    /// Places to fill, ascending.
    pub holes: Vec<Hole>,
    /// Running text in which a glossary term may become a link: outside of headings, links and code.
    pub prose: Ranges,
    /// What an embed leaves out: ids, links to them, notes; ascending by start, the longer first.
    pub own: Vec<Range<u32>>,
    /// The first paragraph where it opens the text: the whole element and its inside.
    pub claim: Option<(Range<u32>, Range<u32>)>,
    /// The id of that paragraph, where it has one.
    pub claim_id: Option<String>,
    /// The list of stops of a reading path.
    pub stops: Option<Range<u32>>,
}

/// A place in the HTML that is filled when links are known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hole {
    /// Where.
    pub at: u32,
    /// The link that fills it, an index of `Page::links`.
    pub link: u32,
    /// What belongs there.
    pub part: Part,
}

/// What a link puts into the HTML.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The start of the element; nothing where the link leads nowhere.
    Open,
    /// Its end.
    Close,
    /// The words of a link without words of its own: the title of its target.
    Words,
    /// A picture, or its alternative text.
    Image,
    /// The text of another page, or media.
    Embed,
    /// An `href` attribute of raw HTML with a space before it, or nothing.
    Href,
    /// A `src` attribute of raw HTML with a space before it, or nothing.
    Src,
    /// The same of an `img`, with its size as far as the author has not given it.
    Img,
}

/// Markdown with places that only other pages can fill.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Twin {
    /// The text without front matter, in plain Markdown, told by the HTML of the page.
    pub text: Echo,
    /// What of it is replaced, ascending by start; one that begins inside another is none.
    pub cuts: Box<[Cut]>,
}

/// A stretch of Markdown that is replaced.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cut {
    /// Where, in the text of the twin.
    pub range: Range<u32>,
    /// The link that it belongs to, an index of `Page::links`.
    pub link: u32,
    /// What stands there instead.
    pub put: Put,
}

/// What stands in the place of a stretch of Markdown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Put {
    /// The address; where the link leads nowhere, `#` in raw HTML and else nothing.
    Address,
    /// The stretch as it is; nothing where the link leads nowhere.
    Frame,
    /// The bracket that opens a link; nothing where it leads nowhere.
    Open,
    /// The bracket that closes it, and the address.
    Close,
    /// A link with the title of its target, a picture, or words.
    Whole,
    /// `&lt;`.
    Less,
    /// A backslash and the sign as it is.
    Escaped,
    /// Nothing.
    Nothing,
}

/// How a link was written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Syntax {
    /// `[[name]]`.
    Wiki,
    /// `![[name]]`.
    Embed,
    /// `[words](path)`.
    Markdown,
    /// `![words](path)`.
    Image,
    /// `<a href>`, `<img src>`.
    Html,
    /// A key of the front matter.
    Front,
}

impl Syntax {
    /// The word for it in `list links`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Wiki => "wiki",
            Self::Embed => "embed",
            Self::Markdown => "link",
            Self::Image => "image",
            Self::Html => "html",
            Self::Front => "front",
        }
    }
}

/// What a link says about the two pages.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Relation {
    /// The text mentions a page.
    Mentions,
    /// The text shows another page's text, or media.
    Embeds,
    /// The text shows a picture.
    Shows,
    /// An example illustrates an essay.
    Illustrates,
    /// Two pages stand against each other.
    Contrasts,
    /// A page is by a person.
    By,
    /// A page has a tag.
    Tagged,
}

/// What a link asks for.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Target {
    /// A name in double brackets; empty for the page itself.
    Name(Box<str>),
    /// A path as in Markdown: relative to the file, or from a root where it starts with `/`; decoded, without its query.
    Path(Box<str>),
    /// A path below the content root, which an absolute URL of this site names.
    OwnSite(Box<str>),
    /// A path below the project root, which an absolute URL of the repository names.
    OwnRepository(Box<str>),
    /// A title, path or wikilink in a key of the front matter.
    Reference(Box<str>),
    /// A person, by file name, title or alias.
    Person(Box<str>),
    /// A tag.
    Tag(Box<str>),
    /// Out of the handbook, with a scheme that is allowed.
    External(Box<str>),
    /// Nothing, or nothing that a reader may follow; with what to tell the author.
    Refused(&'static str),
}

/// One link, unresolved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// What it asks for.
    pub target: Target,
    /// The part of the page: a heading's id or words, a block; decoded, without `#`.
    pub anchor: Option<Box<str>>,
    /// What it says about the two pages.
    pub relation: Relation,
    /// How it was written.
    pub syntax: Syntax,
    /// The destination as written.
    pub raw: Box<str>,
    /// The whole link on disk.
    pub span: Span,
    /// The destination on disk, which a fix replaces; empty where it could not be found.
    pub destination: Span,
    /// Where a problem of the link is shown: its destination; for a link by reference the definition where that follows
    /// the passage at once, else the passage up to the link.
    pub place: Span,
    /// The sentence around it; absent for pictures, embeds and keys.
    pub sentence: Option<Arc<Sentence>>,
    /// Words for a picture, or for an embed with a label; for an `img` of raw HTML its size as written: `300x200`, `300x`, `x200`.
    pub label: Option<Box<str>>,
    /// What shows while a pointer rests on it.
    pub title: Option<Box<str>>,
}

/// A stop of a reading path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stop {
    /// The link, an index of `Page::links`.
    pub link: u32,
    /// The words of the link as written.
    pub words: String,
    /// The rest of the line: why to read it; an offset range of the HTML.
    pub sentence: Range<u32>,
}

/// A term that is a section of a glossary in one file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TermSection {
    /// The heading, an index of `Page::headings`.
    pub heading: usize,
    /// The text of the section without its heading.
    pub range: Range<u32>,
    /// Its first paragraph as plain text.
    pub claim: String,
}
