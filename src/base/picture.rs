//! What is known of a picture before anybody decodes it.
//!
//! In: `discover::pictures` reads the first bytes of a file, and all of them where the picture may be scaled. Out: plain
//! data, an input of the pure stages: how large the picture is shown, and in which other widths it is made.
//!
//! Invariant: a picture is never made wider than it is.

use super::fingerprint::Fingerprint;
use super::path::SourcePath;

/// The widths in which a large picture is made, besides its own: phones, the column on a plain screen, the column on a dense one.
const WIDTHS: [u32; 4] = [480, 800, 1_200, 1_800];
/// Counts up whenever the same picture is scaled to other bytes than before, since what is made is named by what it is made from.
const RECIPE: u32 = 1;
/// A file of fewer bytes than this is loaded as quickly as any that could be made from it.
const SMALL: u64 = 16 * 1024;

/// The longest side that the format has room for.
const SIDE: u32 = 16_383;

/// The height of a picture that is scaled to a width; at least a pixel.
pub fn scaled_height((width, height): (u32, u32), to: u32) -> u32 {
    let (width, height, to) = (u64::from(width.max(1)), u64::from(height), u64::from(to));
    u32::try_from((height * to + width / 2) / width).unwrap_or(u32::MAX).max(1)
}

/// A picture of the content.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Picture {
    /// How wide and how high browsers show it, turned as the camera asks; absent where the file does not say.
    pub size: Option<(u32, u32)>,
    /// Bytes of the file.
    pub bytes: u64,
    /// What it may be scaled from; absent for drawings, moving pictures, and where nothing is scaled.
    pub still: Option<Still>,
    /// What keeps it from being shown, or from being scaled.
    pub flaw: Option<Flaw>,
}

/// A photograph, a screenshot, a scan: anything that can be made smaller.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Still {
    /// The fingerprint of its bytes.
    pub print: Fingerprint,
    /// Whether it is WebP already, so that only smaller ones are worth their bytes.
    pub webp: bool,
}

/// What is wrong with a picture.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Flaw {
    /// Its bytes are not those of a picture.
    NoPicture,
    /// It ends in the middle.
    CutOff,
    /// It has more pixels than may be decoded.
    Pixels,
    /// It has more bytes than may be read at once.
    Bytes,
}

impl Picture {
    /// The widths in which it is made as WebP, ascending; none for a picture that is published as it is alone.
    pub fn widths(&self) -> Vec<u32> {
        let (Some(still), Some((width, height))) = (self.still, self.size) else { return Vec::new() };
        if self.flaw.is_some() || self.bytes < SMALL {
            return Vec::new();
        }
        // A width close to the picture's own saves next to nothing.
        let mut widths: Vec<u32> = WIDTHS.into_iter().filter(|smaller| smaller * 8 <= width * 7).collect();
        let largest = WIDTHS[WIDTHS.len() - 1];
        if !still.webp && width < largest * 8 / 7 {
            widths.push(width);
        }
        widths.retain(|smaller| scaled_height((width, height), *smaller) <= SIDE);
        widths
    }
}

impl Still {
    /// The file that a scaled picture is, without a folder; equal names stand for equal bytes.
    pub fn file_name(&self, width: u32) -> String {
        let print = Fingerprint::of(&(RECIPE, self.print)).to_string();
        format!("{}-{width}.webp", &print[..16])
    }
}

/// A picture to scale.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Scaled {
    /// The picture.
    pub source: SourcePath,
    /// What its bytes are known by.
    pub still: Still,
    /// To which width.
    pub width: u32,
    /// In which widths it is made, this one among them: to read it once is to make all.
    pub widths: Vec<u32>,
}

impl Scaled {
    /// The name of the file, which stands for its bytes.
    pub fn file_name(&self) -> String {
        self.still.file_name(self.width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, webp: bool) -> Picture {
        let still = Some(Still { print: Fingerprint(1), webp });
        Picture { size: Some((width, width / 2)), bytes: 100_000, still, flaw: None }
    }

    #[test]
    fn no_width_is_larger_than_the_picture() {
        for width in 1..4_000 {
            let widths = picture(width, false).widths();
            assert!(!widths.is_empty() && widths.iter().all(|other| *other <= width), "{width}: {widths:?}");
            assert!(widths.is_sorted() && widths.len() <= WIDTHS.len(), "{width}: {widths:?}");
            assert!(picture(width, true).widths().iter().all(|other| *other < width));
        }
        assert_eq!(picture(4_000, false).widths(), WIDTHS);
        assert_eq!(picture(300, false).widths(), [300]);
        assert_eq!(picture(820, false).widths(), [480, 820]);
    }

    const NONE: [u32; 0] = [];

    #[test]
    fn what_is_small_or_flawed_is_left_alone() {
        assert_eq!(Picture { bytes: SMALL - 1, ..picture(900, false) }.widths(), NONE);
        assert_eq!(Picture { flaw: Some(Flaw::CutOff), ..picture(900, false) }.widths(), NONE);
        assert_eq!(Picture { still: None, ..picture(900, false) }.widths(), NONE);
        assert_eq!(Picture { size: Some((900, 20_000)), ..picture(900, false) }.widths(), [480], "a high strip fits no other");
    }
}
