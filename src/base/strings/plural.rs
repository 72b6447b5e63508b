//! Which form of a word goes with a number.
//!
//! In: a language, a whole number. Out: one of the categories of Unicode's plural rules.

use intl_pluralrules::{PluralCategory, PluralRuleType, PluralRules};
use unic_langid::LanguageIdentifier;

/// The categories, by the names that a table of forms has.
pub const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];
/// The category that every language has.
pub(super) const OTHER: usize = 5;

/// The place of the category of a number in `CATEGORIES`.
pub(super) fn category(tag: &str, number: u32) -> usize {
    select(rules(tag).as_ref(), number)
}

/// The categories of the numbers from 0 to 100.
pub(super) fn small(tag: &str) -> Vec<u8> {
    let rules = rules(tag);
    (0..=100).map(|number| select(rules.as_ref(), number) as u8).collect()
}

fn select(rules: Option<&PluralRules>, number: u32) -> usize {
    match rules.and_then(|rules| rules.select(number).ok()).unwrap_or(PluralCategory::OTHER) {
        PluralCategory::ZERO => 0,
        PluralCategory::ONE => 1,
        PluralCategory::TWO => 2,
        PluralCategory::FEW => 3,
        PluralCategory::MANY => 4,
        PluralCategory::OTHER => OTHER,
    }
}

/// The rules of a language, or of what it is a kind of.
fn rules(tag: &str) -> Option<PluralRules> {
    let mut tag = tag;
    loop {
        let known = tag.parse::<LanguageIdentifier>().ok().and_then(|id| PluralRules::create(id, PluralRuleType::CARDINAL).ok());
        match known {
            Some(rules) => return Some(rules),
            None => tag = tag.rsplit_once(['-', '_'])?.0,
        }
    }
}
