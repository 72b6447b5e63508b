//! Makes a picture smaller.
//!
//! In: the bytes of a JPEG, PNG or WebP and the widths that are wanted. Out: a WebP for each width.
//!
//! The picture is turned as its camera asks and its colours become those that every screen assumes, since nothing of what
//! said so is carried over.
//!
//! Invariant: what is decoded has at most `PIXEL_LIMIT` pixels, whatever the file's head promised.
//! Invariant: scaling is integer arithmetic over weights from a polynomial, and the encoder runs on one thread.

use std::io::Cursor;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};
use webp::{Encoder, PixelLayout, WebPConfig};

use crate::base::picture::scaled_height;
use crate::discover::{PIXEL_LIMIT, orientation};

/// Quality of photographs: above it files grow faster than anybody sees.
const QUALITY: f32 = 80.0;
/// How much larger than with losses a screenshot or a diagram may be without them: letters stay sharp.
const SHARP: (usize, usize) = (5, 4);
/// How much memory decoding may take besides the pixels.
const MEMORY: u64 = 1 << 30;

/// Pixels of eight bits, three or four to each.
struct Pixels {
    width: u32,
    height: u32,
    bytes: Vec<u8>,
    has_alpha: bool,
}

/// Makes a picture in several widths.
///
/// # Errors
///
/// Why it cannot be decoded or encoded.
pub(super) fn scale(bytes: &[u8], widths: &[u32]) -> Result<Vec<Vec<u8>>, String> {
    let (pixels, format) = decode(bytes)?;
    widths.iter().map(|width| encode(&shrunk(&pixels, *width)?, format == ImageFormat::Png)).collect()
}

fn decode(bytes: &[u8]) -> Result<(Pixels, ImageFormat), String> {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(said)?;
    let format = reader.format().ok_or("its kind is not known")?;
    let mut decoder = reader.into_decoder().map_err(said)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXEL_LIMIT {
        return Err(format!("it has more than {PIXEL_LIMIT} pixels"));
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY);
    decoder.set_limits(limits).map_err(said)?;
    let profile = decoder.icc_profile().ok().flatten();
    let mut image = DynamicImage::from_decoder(decoder).map_err(said)?;
    if format == ImageFormat::Jpeg
        && let Some(turn) = u8::try_from(orientation(bytes)).ok().and_then(Orientation::from_exif)
    {
        image.apply_orientation(turn);
    }
    let (width, height, has_alpha) = (image.width(), image.height(), image.color().has_alpha());
    let bytes = if has_alpha { image.into_rgba8().into_raw() } else { image.into_rgb8().into_raw() };
    let pixels = Pixels { width, height, bytes, has_alpha };
    Ok((profile.and_then(|profile| in_srgb(&pixels, &profile)).unwrap_or(pixels), format))
}

/// The pixels in the colours that are meant where nobody says otherwise; `None` where they are that already, or cannot be.
fn in_srgb(pixels: &Pixels, profile: &[u8]) -> Option<Pixels> {
    let profile = ColorProfile::new_from_slice(profile).ok().filter(|profile| profile.color_space == DataColorSpace::Rgb)?;
    let layout = if pixels.has_alpha { Layout::Rgba } else { Layout::Rgb };
    let transform = profile.create_transform_8bit(layout, &ColorProfile::new_srgb(), layout, TransformOptions::default()).ok()?;
    let mut bytes = vec![0; pixels.bytes.len()];
    transform.transform(&pixels.bytes, &mut bytes).ok()?;
    Some(Pixels { bytes, ..*pixels })
}

fn shrunk(pixels: &Pixels, width: u32) -> Result<Pixels, String> {
    let kind = if pixels.has_alpha { PixelType::U8x4 } else { PixelType::U8x3 };
    let from = ImageRef::new(pixels.width, pixels.height, &pixels.bytes, kind).map_err(said)?;
    let height = scaled_height((pixels.width, pixels.height), width);
    let mut to = Image::new(width, height, kind);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
    Resizer::new().resize(&from, &mut to, &options).map_err(said)?;
    Ok(Pixels { width, height, bytes: to.into_vec(), has_alpha: pixels.has_alpha })
}

/// With losses; a picture that had none before is tried without them as well.
fn encode(pixels: &Pixels, had_no_losses: bool) -> Result<Vec<u8>, String> {
    let layout = if pixels.has_alpha { PixelLayout::Rgba } else { PixelLayout::Rgb };
    let encoder = Encoder::new(&pixels.bytes, layout, pixels.width, pixels.height);
    let mut config = WebPConfig::new().map_err(|()| "the encoder cannot be set up".to_owned())?;
    (config.quality, config.method, config.thread_level) = (QUALITY, 4, 0);
    let lossy = encoder.encode_advanced(&config).map_err(|error| format!("it cannot be encoded: {error:?}"))?.to_vec();
    if !had_no_losses {
        return Ok(lossy);
    }
    // Without losses, quality is how hard the encoder tries.
    (config.lossless, config.quality, config.method) = (1, 50.0, 3);
    let lossless = encoder.encode_advanced(&config).map_err(|error| format!("it cannot be encoded: {error:?}"))?.to_vec();
    Ok(if lossless.len() * SHARP.1 <= lossy.len() * SHARP.0 { lossless } else { lossy })
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}
