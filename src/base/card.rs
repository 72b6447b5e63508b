//! What a social card shows: the picture that other sites set beside a link.
//!
//! In: `template::social` says what is written on it. Out: plain data, from which `visuals` draws the picture.

use super::fingerprint::Fingerprint;

/// Pixels of a card, as the sites that show them ask for.
pub const WIDTH: u32 = 1_200;
/// See `WIDTH`.
pub const HEIGHT: u32 = 630;

/// Counts up whenever the same card is drawn otherwise than before, since the file is named by what it shows.
const RECIPE: u32 = 1;

/// A card. Every text can be set in the letters that the program has; what cannot is empty.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Card {
    /// A line above the title.
    pub kicker: String,
    /// The words that are read first.
    pub title: String,
    /// A sentence below.
    pub detail: String,
    /// The foot.
    pub handbook: String,
    /// The paper, as `#rrggbb`.
    pub paper: String,
    /// The colour of the lines, as `#rrggbb`.
    pub hue: String,
    /// The shape of a pillar, or those of all pillars.
    pub shapes: Vec<Shape>,
}

/// The shape of a pillar.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Shape {
    /// The pillar's place, from 1.
    pub number: u32,
    /// Its colour, as `#rrggbb`.
    pub hue: String,
}

impl Card {
    /// The file that it is, without a folder; equal names stand for equal bytes.
    pub fn file_name(&self) -> String {
        let print = Fingerprint::of(&(RECIPE, self)).to_string();
        format!("{}.png", &print[..16])
    }
}
