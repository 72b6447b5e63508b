//! Pictures of a book: found by their address on the site, judged by their bytes.
//!
//! In: an address below the root of the site. Out: the bytes and the kind of the picture.
//!
//! Invariant: only files that the site would have are read.

use memchr::memmem;
use rustc_hash::FxHashMap;

use super::{BookError, Making};
use crate::base::path::decode_percent;
use crate::engine::Content;

/// A kind of picture: its media type and how its file is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Kind {
    pub(super) media: &'static str,
    pub(super) extension: &'static str,
    /// Whether every reading system has to know it.
    pub(super) is_core: bool,
}

/// Pictures by their first bytes.
pub(super) fn kind(bytes: &[u8]) -> Option<Kind> {
    let kind = |media, extension, is_core| Some(Kind { media, extension, is_core });
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    let at = |from: usize, magic: &[u8]| bytes.get(from..from + magic.len()) == Some(magic);
    if starts(b"\x89PNG\r\n\x1a\n") {
        kind("image/png", "png", true)
    } else if starts(b"\xff\xd8\xff") {
        kind("image/jpeg", "jpg", true)
    } else if starts(b"GIF87a") || starts(b"GIF89a") {
        kind("image/gif", "gif", true)
    } else if starts(b"RIFF") && at(8, b"WEBP") {
        kind("image/webp", "webp", false)
    } else if at(4, b"ftypavif") || at(4, b"ftypavis") {
        kind("image/avif", "avif", false)
    } else if is_drawing(bytes) {
        kind("image/svg+xml", "svg", true)
    } else {
        None
    }
}

/// Whether a file is an SVG drawing that does nothing but show.
fn is_drawing(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let is_svg = text.starts_with("<svg") || (text.starts_with('<') && text.get(..1024).unwrap_or(text).contains("<svg"));
    is_svg && !["<script", "javascript:", "<!ENTITY", "<!ATTLIST", "<foreignObject"].iter().any(|sign| text.contains(sign))
}

/// A drawing without its document type, which names a file of the web.
pub(super) fn without_doctype(bytes: Vec<u8>) -> Vec<u8> {
    let range = memmem::find(&bytes, b"<!DOCTYPE").and_then(|start| Some((start, start + memchr::memchr(b'>', &bytes[start..])? + 1)));
    match range {
        Some((start, end)) if !bytes[start..end].contains(&b'[') => [&bytes[..start], &bytes[end..]].concat(),
        _ => bytes,
    }
}

/// The pictures of the site by their addresses.
pub(super) struct Gallery<'a> {
    making: Making<'a>,
    at: FxHashMap<&'a str, usize>,
}

impl<'a> Gallery<'a> {
    pub(super) fn new(making: Making<'a>) -> Self {
        let planned = making.plan.planned.iter().enumerate();
        Self { making, at: planned.map(|(at, planned)| (planned.path.as_str(), at)).collect() }
    }

    /// The bytes of the file at an address below the root of the site; `None` where the site has none.
    pub(super) fn bytes(&self, address: &str) -> Result<Option<Vec<u8>>, BookError> {
        let path = decode_percent(address.trim_start_matches("./"));
        let Some(at) = self.at.get(path.as_ref()) else { return Ok(None) };
        match self.making.plan.make(*at, self.making.theme)?.1 {
            Content::Bytes(bytes) => Ok(Some(bytes)),
            // Smaller copies are for screens: a book has the picture itself.
            Content::Scaled(_) | Content::Drawn(_) => Ok(None),
            Content::Copy(path) => match (self.making.read)(&path) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(error) => Err(BookError::Read(path, error)),
            },
        }
    }
}
