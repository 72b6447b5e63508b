//! Where links and pictures lead in a book.
//!
//! In: links and pictures as the template wrote them. Out: addresses within the book, or of the web.
//!
//! Invariant: an address within the book leads to an id that is there; a picture is in the book or described.

use rustc_hash::FxHashMap;

use super::super::pictures::{Gallery, kind, without_doctype};
use super::super::xhtml::{Leads, escaped, plain_id};
use super::super::{BookError, Making};
use super::drafts::Draft;
use super::package::{Item, document};
use crate::base::path::decode_percent;

/// A picture that the book has.
pub(super) struct Picture {
    pub(super) item: Item,
    pub(super) file: String,
    pub(super) bytes: Vec<u8>,
    /// A page that describes it, for systems that cannot show it.
    pub(super) fallback: Option<(Item, String)>,
}

/// What the pages of a book gather.
pub(super) struct Binding<'a> {
    gallery: Gallery<'a>,
    /// Files by address; `None` for what is described only.
    known: FxHashMap<String, Option<String>>,
    pub(super) pictures: Vec<Picture>,
    pub(super) described: Vec<String>,
    pub(super) error: Option<BookError>,
}

impl<'a> Binding<'a> {
    pub(super) fn new(making: Making<'a>) -> Self {
        let gallery = Gallery::new(making);
        Self { gallery, known: FxHashMap::default(), pictures: Vec::new(), described: Vec::new(), error: None }
    }

    fn picture(&mut self, src: &str, description: &str) -> Option<String> {
        if let Some(known) = self.known.get(src) {
            return known.clone();
        }
        let file = match self.gallery.bytes(src) {
            Ok(Some(bytes)) => self.take(src, bytes, description),
            Ok(None) => None,
            Err(error) => {
                self.error.get_or_insert(error);
                None
            }
        };
        self.known.insert(src.to_owned(), file.clone());
        file
    }

    fn take(&mut self, src: &str, bytes: Vec<u8>, description: &str) -> Option<String> {
        let Some(kind) = kind(&bytes) else {
            self.described.push(src.trim_start_matches("./").to_owned());
            return None;
        };
        let bytes = if kind.extension == "svg" { without_doctype(bytes) } else { bytes };
        let number = self.pictures.len() + 1;
        let item = |id: String, file: &str, media, fallback| Item {
            id,
            file: file.to_owned(),
            media,
            properties: String::new(),
            fallback,
            is_in_spine: false,
        };
        let file = format!("picture-{number}.{}", kind.extension);
        let fallback = (!kind.is_core).then(|| {
            let page = format!("picture-{number}.xhtml");
            let words = if description.is_empty() { &file } else { description };
            let body = format!("<p>{}</p>\n", escaped(words));
            (
                item(format!("picture-{number}-described"), &page, "application/xhtml+xml", None),
                document("en", false, &escaped(words), "bodymatter", &body),
            )
        });
        let named = fallback.as_ref().map(|(item, _)| item.id.clone());
        let picture = Picture { item: item(format!("picture-{number}"), &file, kind.media, named), file: file.clone(), bytes, fallback };
        self.pictures.push(picture);
        Some(file)
    }
}

/// Where the links of one page lead.
pub(super) struct PageLeads<'a, 'b> {
    /// The page.
    pub(super) at: usize,
    pub(super) drafts: &'a [Draft],
    /// The pages by the ids on them.
    pub(super) places: &'a FxHashMap<&'a str, usize>,
    /// Where the handbook is on the web.
    pub(super) base: Option<&'a str>,
    pub(super) binding: &'a mut Binding<'b>,
}

impl Leads for PageLeads<'_, '_> {
    fn link(&mut self, href: &str) -> Option<String> {
        if let Some(id) = href.strip_prefix('#') {
            let id = plain_id(&decode_percent(id));
            let at = *self.places.get(id.as_str())?;
            return Some(if at == self.at { format!("#{id}") } else { format!("{}#{id}", self.drafts[at].file) });
        }
        outward(href)
    }

    fn picture(&mut self, src: &str, description: &str) -> Option<String> {
        self.binding.picture(src, description)
    }

    fn recording(&mut self, src: &str) -> Option<String> {
        let base = self.base?;
        outward(src).or_else(|| (!src.contains(':')).then(|| format!("{base}{}", src.trim_start_matches("./"))))
    }
}

/// An address of the web as a book may have it; `None` for any other.
fn outward(href: &str) -> Option<String> {
    let is_web = ["https://", "http://", "mailto:", "tel:"].iter().any(|scheme| href.starts_with(scheme));
    // What an address has no sign for is written as numbers.
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte);
    let mut out = String::with_capacity(href.len());
    for byte in href.bytes() {
        if is_plain(byte) {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    is_web.then_some(out)
}
