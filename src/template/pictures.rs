//! What stands around a picture in a text: its size, when it is loaded, and the smaller ones that a browser may take instead.
//!
//! In: what is known of the picture, and what its author says of its size. Out: attributes and elements.
//!
//! Invariant: a picture whose size is known says it, so that no text moves when the picture arrives.

use std::fmt::Write as _;

use crate::base::path::{SourcePath, Url};
use crate::base::picture::{Picture, Still};
use crate::parse::body::{escape_href, escape_text};
use crate::parse::rules::has_extension;

/// How wide a picture is shown at most, as browsers are told that do not find out by themselves: the column of the text, or
/// the window where that is narrower. A theme with a wider column gets pictures that are a little less sharp.
const COLUMN: &str = "(min-width: 40rem) 36rem, 100vw";

/// The address of a picture that is scaled to a width.
pub fn scaled_url(still: &Still, width: u32) -> Option<Url> {
    Url::new(&format!("/_/pictures/{}", still.file_name(width)))
}

/// The sides that are not written yet; `wanted` is what the author asks for, `written` what stands in the element already.
pub(super) fn size(picture: Option<&Picture>, wanted: [Option<u32>; 2], written: [Option<u32>; 2], out: &mut String) {
    let known = picture.and_then(|picture| picture.size).map(|(width, height)| (u64::from(width), u64::from(height)));
    let [width, height] = match (wanted.map(|side| side.map(u64::from)), known) {
        ([None, None], Some((width, height))) => [Some(width), Some(height)],
        ([Some(width), None], Some((w, h))) => [Some(width), Some(rounded(width * h, w))],
        ([None, Some(height)], Some((w, h))) => [Some(rounded(height * w, h)), Some(height)],
        (wanted, _) => wanted,
    };
    for (name, side, written) in [("width", width, written[0]), ("height", height, written[1])] {
        if let (Some(side), None) = (side, written) {
            let _ = write!(out, " {name}=\"{side}\"");
        }
    }
}

fn rounded(one: u64, by: u64) -> u64 {
    ((one + by / 2) / by.max(1)).max(1)
}

/// The first picture is loaded at once, any other when the reader comes near it.
pub(super) fn loading(first: bool, out: &mut String) {
    out.push_str(if first { " decoding=\"async\"" } else { " loading=\"lazy\" decoding=\"async\"" });
}

/// A picture where it is shown.
pub(super) struct Shown<'a> {
    /// The way to the root of the site.
    pub(super) root: &'a str,
    /// The address of the file itself.
    pub(super) address: &'a str,
    /// The width that the author asks for.
    pub(super) wanted: Option<u32>,
    /// Whether readers see it at once.
    pub(super) first: bool,
}

/// Opens the element that offers a picture in other sizes; whether there are any.
pub(super) fn open(picture: Option<&Picture>, shown: &Shown<'_>, out: &mut String) -> bool {
    let Some((picture, still)) = picture.and_then(|picture| Some((picture, picture.still?))) else { return false };
    let widths = picture.widths();
    let Some(mut largest) = widths.last().copied() else { return false };
    let own = picture.size.map(|(width, _)| width).filter(|_| still.webp);
    let is_choice = widths.len() > 1 || own.is_some();
    out.push_str("<picture><source type=\"image/webp\" srcset=\"");
    for (at, width) in widths.iter().enumerate() {
        let comma = if at > 0 { ", " } else { "" };
        let _ = write!(out, "{comma}{}_/pictures/{}", shown.root, still.file_name(*width));
        if is_choice {
            let _ = write!(out, " {width}w");
        }
    }
    if let Some(own) = own {
        out.push_str(", ");
        escape_href(out, shown.address);
        let _ = write!(out, " {own}w");
        largest = own;
    }
    out.push('"');
    if is_choice {
        // A browser that lays a page out before it loads the picture knows better than anybody how wide it is shown.
        let auto = if shown.first { "" } else { "auto, " };
        let _ = match shown.wanted {
            Some(width) => write!(out, " sizes=\"{}px\"", width.min(largest)),
            None => write!(out, " sizes=\"{auto}{COLUMN}\""),
        };
    }
    out.push('>');
    true
}

/// Sound and film play, anything else is a link.
pub(super) fn media(path: &SourcePath, address: &str, words: &str, out: &mut String) {
    let element = if has_extension(path.as_str(), &["mp3", "wav", "ogg", "m4a", "flac", "3gp"]) {
        "audio"
    } else if has_extension(path.as_str(), &["mp4", "webm", "ogv", "mov", "mkv"]) {
        "video"
    } else {
        out.push_str("<a href=\"");
        escape_href(out, address);
        out.push_str("\">");
        escape_text(out, words);
        return out.push_str("</a>");
    };
    out.push_str(&format!("<{element} controls preload=\"metadata\" src=\""));
    escape_href(out, address);
    out.push_str("\"></");
    out.push_str(element);
    out.push('>');
}

/// `300` or `300x200`.
pub(super) fn size_of(label: &str) -> Option<(u32, Option<u32>)> {
    let (width, height) = label.split_once('x').map_or((label, None), |(width, height)| (width, Some(height)));
    let number = |text: &str| text.trim().parse::<u32>().ok().filter(|n| (1..=10_000).contains(n));
    Some((number(width)?, height.map(number).unwrap_or_default()))
}
