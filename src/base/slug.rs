//! Heading ids as GitHub makes them.
//!
//! In: the text of a heading as readers see it. Out: its slug, unique on the page.
//!
//! Rule, from github-slugger: lower case, keep letters, marks, numbers, connector punctuation, `-` and space, then each
//! space becomes `-`. Equal slugs are numbered `-1`, `-2` … in order of appearance, and a number that is taken is skipped.

use rustc_hash::FxHashMap;

/// The slug of one heading, before it is made unique.
pub fn slug(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for ch in text.trim_matches('\n').chars() {
        if ch.is_ascii() {
            match ch {
                ' ' => out.push('-'),
                '-' | '_' => out.push(ch),
                c if c.is_ascii_alphanumeric() => out.push(c.to_ascii_lowercase()),
                _ => {}
            }
        } else {
            out.extend(ch.to_lowercase().filter(|c| is_word(*c)));
        }
    }
    out
}

/// Letters, marks, decimal and letter numbers, connector punctuation and circled letters.
fn is_word(ch: char) -> bool {
    use unicode_normalization::char::is_combining_mark;
    let connector = matches!(ch, '\u{203F}' | '\u{2040}' | '\u{2054}' | '\u{FE33}' | '\u{FE34}' | '\u{FE4D}'..='\u{FE4F}' | '\u{FF3F}');
    let circled = matches!(ch, '\u{24B6}'..='\u{24E9}');
    // Superscripts, fractions and dingbat digits are "other numbers", which GitHub drops.
    let other_number = ch.is_numeric() && !is_decimal_or_letter_number(ch);
    ch.is_alphabetic() && !other_number || is_combining_mark(ch) || connector || circled || ch.is_numeric() && !other_number
}

fn is_decimal_or_letter_number(ch: char) -> bool {
    let letter_number = matches!(ch, '\u{16EE}'..='\u{16F0}' | '\u{2160}'..='\u{2188}' | '\u{3007}' | '\u{3021}'..='\u{3029}' | '\u{3038}'..='\u{303A}' | '\u{A6E6}'..='\u{A6EF}');
    let other = matches!(ch,
        '\u{B2}' | '\u{B3}' | '\u{B9}' | '\u{BC}'..='\u{BE}' | '\u{9F4}'..='\u{9F9}' | '\u{B72}'..='\u{B77}' | '\u{BF0}'..='\u{BF2}'
        | '\u{C78}'..='\u{C7E}' | '\u{D58}'..='\u{D5E}' | '\u{D70}'..='\u{D78}' | '\u{F2A}'..='\u{F33}' | '\u{1369}'..='\u{137C}'
        | '\u{17F0}'..='\u{17F9}' | '\u{19DA}' | '\u{2070}'..='\u{2079}' | '\u{2080}'..='\u{2089}' | '\u{2150}'..='\u{215F}' | '\u{2189}'
        | '\u{2460}'..='\u{249B}' | '\u{24EA}'..='\u{24FF}' | '\u{2776}'..='\u{2793}' | '\u{2CFD}' | '\u{3192}'..='\u{3195}'
        | '\u{3220}'..='\u{3229}' | '\u{3248}'..='\u{324F}' | '\u{3251}'..='\u{325F}' | '\u{3280}'..='\u{3289}' | '\u{32B1}'..='\u{32BF}'
        | '\u{A830}'..='\u{A835}');
    letter_number || !other
}

/// Hands out ids on one page.
#[derive(Default)]
pub struct Slugger {
    seen: FxHashMap<String, u32>,
}

impl Slugger {
    /// Reserves an id that an author has set by hand, so that no later slug takes it.
    pub fn reserve(&mut self, id: &str) {
        self.seen.entry(id.to_owned()).or_insert(0);
    }

    /// The id of the next heading with this text.
    pub fn next(&mut self, text: &str) -> String {
        let base = slug(text);
        let Some(count) = self.seen.get(&base).copied() else {
            self.seen.insert(base.clone(), 0);
            return base;
        };
        let mut number = count;
        let id = loop {
            number += 1;
            let id = format!("{base}-{number}");
            if !self.seen.contains_key(&id) {
                break id;
            }
        };
        self.seen.insert(base, number);
        self.seen.insert(id.clone(), 0);
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_those_of_github() {
        for (text, want) in [
            ("\"Buffer is never enough\"", "buffer-is-never-enough"),
            ("\"fit_height\"", "fit_height"),
            ("\"Virtual\" Cargo.toml", "virtual-cargotoml"),
            ("A  b – c", "a--b--c"),
            ("Ⅷ and ② and x²", "ⅷ-and--and-x"),
            ("先把基础概念记下来", "先把基础概念记下来"),
        ] {
            assert_eq!(slug(text), want, "{text}");
        }
    }

    #[test]
    fn equal_headings_are_numbered_and_taken_numbers_skipped() {
        let mut ids = Slugger::default();
        let got: Vec<_> = ["Notes", "Notes 1", "Notes", "Notes"].map(|h| ids.next(h)).into();
        assert_eq!(got, ["notes", "notes-1", "notes-2", "notes-3"]);
    }
}
