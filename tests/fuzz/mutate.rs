//! Makes a new case out of known ones: pieces come, go, change places and are repeated.

use super::corpus::SPITEFUL;
use super::random::Random;

/// No case is longer: what is long is tried by the tests of growth.
const LONGEST: usize = 12_000;

/// What cases are made from.
pub struct Stock {
    /// Cases that did something new, and those that we began with.
    pub known: Vec<Vec<u8>>,
    /// Pieces to put in.
    pub pieces: Vec<String>,
}

impl Stock {
    /// A case like a known one.
    pub fn mutant(&self, random: &mut Random) -> Vec<u8> {
        let mut text = random.pick(&self.known).clone();
        let changes = 1 + random.below(3) + if random.once_in(4) { random.below(12) } else { 0 };
        for _ in 0..changes {
            self.change(&mut text, random);
        }
        text.truncate(LONGEST);
        text
    }

    /// A case of nothing but pieces.
    pub fn heap(&self, random: &mut Random) -> Vec<u8> {
        let mut text = Vec::new();
        for _ in 0..1 + random.below(40) {
            let piece = self.piece(random);
            let times = if random.once_in(20) { random.below(200) } else { 1 };
            (0..times).for_each(|_| text.extend_from_slice(piece.as_bytes()));
            if random.once_in(6) {
                text.extend_from_slice(random.word(&["\n", "\n\n", " ", "words and more", "a"]).as_bytes());
            }
        }
        text.truncate(LONGEST);
        text
    }

    fn piece<'a>(&'a self, random: &mut Random) -> &'a str {
        if self.pieces.is_empty() || random.once_in(3) { random.word(SPITEFUL) } else { random.pick::<String>(&self.pieces) }
    }

    fn change(&self, text: &mut Vec<u8>, random: &mut Random) {
        let (from, to) = stretch(text, random);
        match random.below(12) {
            0 => _ = text.drain(from..to),
            1 => {
                let copy = text[from..to].to_vec();
                let times = if random.once_in(8) { random.below(100) } else { 1 };
                insert(text, to, &copy.repeat(times));
            }
            2 => {
                let copy: Vec<u8> = text.drain(from..to).collect();
                let at = place(text, random);
                insert(text, at, &copy);
            }
            3 => {
                let other = random.pick(&self.known);
                let (start, end) = stretch(other, random);
                let copy = other[start..end].to_vec();
                insert(text, from, &copy);
            }
            4 => prefix_lines(text, from, to, random.word(&["> ", "- ", "1. ", "    ", "\t", "# ", "  ", "| ", "<!-- ", "\\", ": "])),
            5 => {
                let times = if random.once_in(6) { random.below(300) } else { 1 };
                let piece = self.piece(random).repeat(times);
                insert(text, from, piece.as_bytes());
            }
            6 => {
                let piece = self.piece(random).to_owned();
                text.splice(from..to, piece.bytes());
            }
            7 if !text.is_empty() => {
                let at = random.below(text.len());
                text[at] = random.next() as u8;
            }
            _ => {
                let (piece, at) = (self.piece(random).to_owned(), place(text, random));
                insert(text, at, piece.as_bytes());
            }
        }
    }
}

fn insert(text: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    text.splice(at..at, bytes.iter().copied());
}

/// A place in a text; often where a line begins, since most of what is read begins there.
fn place(text: &[u8], random: &mut Random) -> usize {
    let mut at = random.below(text.len() + 1);
    if random.once_in(2) {
        at = text[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |line| line + 1);
    }
    while at < text.len() && text[at] & 0xC0 == 0x80 {
        at += 1;
    }
    at
}

/// A stretch of a text: a few bytes, a line, or from anywhere to anywhere.
fn stretch(text: &[u8], random: &mut Random) -> (usize, usize) {
    let (one, other) = (place(text, random), place(text, random));
    let (from, to) = (one.min(other), one.max(other));
    match random.below(4) {
        0 => (from, to),
        1 => (from, text[from..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |line| from + line + 1)),
        _ => {
            let mut end = (from + 1 + random.below(16)).min(text.len());
            while end < text.len() && text[end] & 0xC0 == 0x80 {
                end += 1;
            }
            (from, end)
        }
    }
}

fn prefix_lines(text: &mut Vec<u8>, from: usize, to: usize, prefix: &str) {
    let changed: Vec<u8> =
        text[from..to].split_inclusive(|byte| *byte == b'\n').flat_map(|line| [prefix.as_bytes(), line].concat()).collect();
    text.splice(from..to, changed);
}
