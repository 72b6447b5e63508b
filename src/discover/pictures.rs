//! Reads what pages need to know of a picture: its size, and whether smaller ones can be made from it.
//!
//! In: the bytes of a file that is called a picture. Out: a `Picture`; nothing for one that has no size of its own.
//!
//! Nothing is decoded here. The first bytes tell the size; all of them are read only where pictures are scaled, since what
//! is made from a picture is named by its fingerprint.
//!
//! Invariant: the same bytes and settings give the same facts; reading is linear and ends at `FILE_LIMIT`.

use std::io::{self, Cursor, Read};
use std::path::Path;

use exif::{In, Tag};
use html5gum::{StartTag, Token, Tokenizer};
use imagesize::ImageType;

use super::read;
use crate::base::fingerprint::Fingerprint;
use crate::base::path::SourcePath;
use crate::base::picture::{Flaw, Picture, Still};

/// How many bytes a picture may have that is scaled.
pub const FILE_LIMIT: u64 = 64 * 1024 * 1024;
/// How many pixels a picture may have that is decoded: those of a large camera.
pub const PIXEL_LIMIT: u64 = 64_000_000;

/// As much of a file as nearly always tells its size.
const HEAD: u64 = 256 * 1024;
/// Where the root of a drawing stands at the latest.
const DRAWING_HEAD: usize = 64 * 1024;
/// A size beyond this is no size but a slip or a trick.
const SIDE_LIMIT: u32 = 1_000_000;

/// The facts of a picture on the disk; `None` for a file that is not called a picture or cannot be read, which is said elsewhere.
/// `scales` is whether it may be scaled, for which the whole of it is read.
pub(super) fn picture(root: &Path, path: &SourcePath, scales: bool) -> Option<Picture> {
    is_read(path).then_some(())?;
    let file = root.join(path.as_str());
    let (mut bytes, size) = head(&file, if scales { FILE_LIMIT } else { HEAD }).ok()?;
    if !scales && size > HEAD && matches!(imagesize::blob_size(&bytes), Err(imagesize::ImageError::IoError(_))) {
        // Some cameras put whole pictures in front of the size.
        bytes = head(&file, FILE_LIMIT).ok()?.0;
    }
    facts(path, &bytes, size, scales)
}

/// The first bytes of a plain file, and how many it has.
fn head(file: &Path, limit: u64) -> io::Result<(Vec<u8>, u64)> {
    let file = read::open(file)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut bytes = Vec::with_capacity(metadata.len().min(limit) as usize + 1);
    file.take(limit).read_to_end(&mut bytes)?;
    let size = metadata.len().max(bytes.len() as u64);
    Ok((bytes, size))
}

/// Whether a file is called a picture of a kind that is looked into.
pub(super) fn is_read(path: &SourcePath) -> bool {
    let extension = path.file_name().rsplit_once('.').map_or("", |(_, extension)| extension);
    ["png", "jpg", "jpeg", "gif", "webp", "avif", "svg"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// The facts of a picture from its first bytes; `size` is how many the whole file has, `scales` whether it may be scaled.
pub fn facts(path: &SourcePath, bytes: &[u8], size: u64, scales: bool) -> Option<Picture> {
    is_read(path).then_some(())?;
    let blank = Picture { size: None, bytes: size, still: None, flaw: None };
    if path.file_name().to_ascii_lowercase().ends_with(".svg") {
        let size = drawing_size(&bytes[..bytes.len().min(DRAWING_HEAD)])?;
        return Some(Picture { size: Some(size), ..blank });
    }
    let (Ok(kind), Ok(found)) = (imagesize::image_type(bytes), imagesize::blob_size(bytes)) else {
        return Some(Picture { flaw: Some(Flaw::NoPicture), ..blank });
    };
    let side = |side: usize| u32::try_from(side).ok().filter(|side| (1..=SIDE_LIMIT).contains(side));
    let (Some(width), Some(height)) = (side(found.width), side(found.height)) else {
        return Some(Picture { flaw: Some(Flaw::NoPicture), ..blank });
    };
    let shown = if kind == ImageType::Jpeg && lies_on_its_side(bytes) { (height, width) } else { (width, height) };
    let picture = Picture { size: Some(shown), ..blank };
    if !scales || !is_still(kind, bytes) {
        return Some(picture);
    }
    let flaw = if size > FILE_LIMIT {
        Some(Flaw::Bytes)
    } else if u64::from(width) * u64::from(height) > PIXEL_LIMIT {
        Some(Flaw::Pixels)
    } else {
        is_cut_off(kind, bytes).then_some(Flaw::CutOff)
    };
    let still = Still { print: Fingerprint::of_bytes(bytes), webp: kind == ImageType::Webp };
    Some(Picture { still: Some(still), flaw, ..picture })
}

/// Whether the camera was held so that browsers turn the picture by a quarter.
fn lies_on_its_side(bytes: &[u8]) -> bool {
    (5..=8).contains(&orientation(bytes))
}

/// How browsers turn a JPEG, as EXIF numbers it: 1 is not at all.
pub fn orientation(bytes: &[u8]) -> u32 {
    let exif = exif::Reader::new().read_from_container(&mut Cursor::new(bytes));
    let turned = exif.ok().and_then(|exif| exif.get_field(Tag::Orientation, In::PRIMARY)?.value.get_uint(0));
    turned.filter(|turned| (1..=8).contains(turned)).unwrap_or(1)
}

/// Whether a picture can be scaled: it neither moves nor is drawn by lines.
fn is_still(kind: ImageType, bytes: &[u8]) -> bool {
    match kind {
        ImageType::Jpeg => true,
        // The chunk that makes it move stands in front of the pixels.
        ImageType::Png => {
            let pixels = memchr::memmem::find(bytes, b"IDAT").unwrap_or(bytes.len());
            memchr::memmem::find(&bytes[..pixels], b"acTL").is_none()
        }
        ImageType::Webp => !(bytes.get(12..16) == Some(b"VP8X") && bytes.get(20).is_some_and(|flags| flags & 2 != 0)),
        _ => false,
    }
}

/// Whether the end of a picture is missing.
fn is_cut_off(kind: ImageType, bytes: &[u8]) -> bool {
    match kind {
        // Behind the scan; a small picture for previews in front of it has an end of its own.
        ImageType::Jpeg => scan(bytes).is_none_or(|scan| memchr::memmem::find(&bytes[scan..], b"\xFF\xD9").is_none()),
        ImageType::Png => memchr::memmem::rfind(bytes, b"IEND").is_none(),
        ImageType::Webp => {
            let said = bytes.get(4..8).and_then(|size| size.try_into().ok()).map_or(0, u32::from_le_bytes);
            (bytes.len() as u64) < u64::from(said) + 8
        }
        _ => false,
    }
}

/// Where the pixels of a JPEG begin.
fn scan(bytes: &[u8]) -> Option<usize> {
    let mut at = 2;
    loop {
        match bytes.get(at..at + 4)? {
            [0xFF, 0xFF, ..] => at += 1,
            [0xFF, 0xDA, ..] => return Some(at),
            [0xFF, _, high, low] => at += 2 + usize::from(u16::from_be_bytes([*high, *low])),
            _ => return None,
        }
    }
}

/// The size of a drawing: its own, else that of its view.
fn drawing_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let root = Tokenizer::new(bytes).flatten().find_map(|token| match token {
        Token::StartTag(tag) if tag.name.as_slice() == b"svg" => Some(tag),
        _ => None,
    })?;
    let (width, height) = (length(&root, b"width"), length(&root, b"height"));
    let view = root.attributes.get(b"viewbox".as_slice()).and_then(|view| view_size(&String::from_utf8_lossy(view)));
    let (width, height) = match (width, height, view) {
        (Some(width), Some(height), _) => (width, height),
        (Some(width), None, Some((w, h))) => (width, width * h / w),
        (None, Some(height), Some((w, h))) => (height * w / h, height),
        (_, _, view) => view?,
    };
    let side = |side: f64| ((0.5..=f64::from(SIDE_LIMIT)).contains(&side)).then(|| side.round() as u32);
    Some((side(width)?, side(height)?))
}

/// A length in pixels; `None` for one that depends on where the drawing stands.
fn length(root: &StartTag<()>, name: &[u8]) -> Option<f64> {
    let text = String::from_utf8_lossy(root.attributes.get(name)?).trim().to_ascii_lowercase();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let unit = match &text[end..] {
        "" | "px" => 1.0,
        "pt" => 4.0 / 3.0,
        "pc" => 16.0,
        "in" => 96.0,
        "cm" => 96.0 / 2.54,
        "mm" => 96.0 / 25.4,
        _ => return None,
    };
    text[..end].parse::<f64>().ok().map(|number| number * unit).filter(|length| *length > 0.0)
}

fn view_size(view: &str) -> Option<(f64, f64)> {
    let numbers = view.split([' ', ',', '\t', '\n', '\r']).filter(|part| !part.is_empty());
    let numbers: Vec<f64> = numbers.map(|part| part.parse().ok().filter(|n: &f64| n.is_finite())).collect::<Option<_>>()?;
    match numbers[..] {
        [_, _, width, height] if width > 0.0 && height > 0.0 => Some((width, height)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
