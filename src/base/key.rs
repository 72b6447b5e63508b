//! Names that are compared the way people read them.
//!
//! In: a title, an alias, a file name, as written. Out: a `Key`, equal for spellings that differ only in case,
//! in Unicode composition or in white space; `loose` also drops punctuation and accents.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Normalises to NFC, folds case fully, collapses white space: two spellings of one name give one key.
pub fn key(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for word in name.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&fold(word));
    }
    out
}

/// Normalises to NFC and folds case fully; white space stays.
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return if text.bytes().any(|b| b.is_ascii_uppercase()) { text.to_ascii_lowercase().into() } else { text.into() };
    }
    let composed: String = text.nfc().collect();
    unicase::UniCase::unicode(composed).to_folded_case().nfc().collect::<String>().into()
}

/// What is left of a name without case, accents, spaces and punctuation: letters and digits.
pub fn loose(text: &str) -> String {
    if text.is_ascii() {
        return text.bytes().filter(u8::is_ascii_alphanumeric).map(|b| char::from(b.to_ascii_lowercase())).collect();
    }
    let decomposed: String = text.nfkd().filter(|c| !is_combining_mark(*c)).collect();
    unicase::UniCase::unicode(decomposed).to_folded_case().chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_have_one_key() {
        assert_eq!(key("Set  a\nDirection "), "set a direction");
        assert_eq!(key("U\u{308}bersicht"), key("übersicht"));
        assert_eq!(fold("STRASSE"), fold("straße"));
    }

    #[test]
    fn loose_names_keep_letters_and_digits_only() {
        assert_eq!(loose("What's new — in 2.0?"), "whatsnewin20");
        assert_eq!(loose("Café"), "cafe");
    }
}
