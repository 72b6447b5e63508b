//! Looks for texts that take more than their share: the literals of our own scanners, repeated, alone and in pairs.
//!
//! Time is that of the processor, of this thread alone, so that a busy machine does not decide; it is judged as a ratio of two sizes.

use std::time::Duration;

use fourfold::base::config::{Config, Mode};
use fourfold::base::path::SourcePath;
use fourfold::base::text::Source;
use fourfold::discover;
use fourfold::parse::parse;
use fourfold::parse::rules::Rules;

use super::corpus::{self, SPITEFUL};
use super::mutate::Stock;
use super::random::Random;
use super::run::{Target, Verdict, fuzz, processor};
use super::values::{outcome, settings};

/// How a repeated piece is read.
const WAYS: &[(&str, &str)] = &[
    ("", ""),
    ("---\n", "\n---\n"),
    ("+++\n", "\n+++\n"),
    ("---\ntags: [", "]\n---\n"),
    ("- ", "\n"),
    ("> ", "\n"),
    ("| a |\n|---|\n| ", " |\n"),
    ("config", ""),
];

#[test]
fn blow_ups() {
    let mut first: Vec<Vec<u8>> = corpus::literals().into_iter().map(String::into_bytes).collect();
    first.extend(SPITEFUL.iter().map(|piece| piece.as_bytes().to_vec()));
    // Each literal alone takes a minute in all; a short run begins with some of them.
    let short = std::env::var("FOURFOLD_FUZZ").is_err();
    let first: Vec<Vec<u8>> = first.into_iter().enumerate().filter(|(at, _)| !short || at % 97 == 0).map(|(_, piece)| piece).collect();
    let make = |stock: &Stock, random: &mut Random| {
        let mut piece = Vec::new();
        for _ in 0..1 + random.below(4) {
            let more = if random.once_in(2) && !stock.pieces.is_empty() { random.pick(&stock.pieces) } else { random.word(SPITEFUL) };
            piece.extend_from_slice(more.as_bytes());
            if random.once_in(3) {
                piece.extend_from_slice(random.word(&[" ", "\n", "a", "\n\n", "#"]).as_bytes());
            }
        }
        piece
    };
    fuzz(Target { name: "blow_ups", first, pieces: corpus::literals(), make: &make, shrinks: true }, |bytes| {
        judge_growth(&String::from_utf8_lossy(bytes), if short { 16_000 } else { 64_000 })
    });
}

/// What a repeated piece takes and makes: the time of this thread, and bytes of HTML.
fn measure(piece: &str, (before, after): (&str, &str), bytes: usize) -> (Duration, usize, usize) {
    let piece = if piece.is_empty() { "a" } else { piece };
    let mut text = if before == "config" { String::new() } else { before.to_owned() };
    let mut number = 0;
    while text.len() < bytes {
        // A piece may need names that differ.
        text.push_str(&piece.replace("a#", &format!("a{number}")));
        number += 1;
    }
    text.push_str(after);
    if before == "config" {
        let start = processor();
        drop(discover::config::config(&text, &SourcePath::new("handbook.toml").unwrap()));
        return (processor().saturating_sub(start), 0, text.len());
    }
    let source = Source::from_text(SourcePath::new("content/vision/page.md").unwrap(), &text);
    let rules = Rules::new(settings(Mode::Own, Config::default()).into());
    let start = processor();
    let page = parse(&source, &rules);
    (processor().saturating_sub(start), page.body.html.len(), text.len())
}

/// What a repeated piece takes, looked at closely: clocks of a thread may go on in steps of four milliseconds, so runs are added up
/// until many steps have passed, and the shortest of some sums is the one that nothing disturbed.
fn steady(piece: &str, way: (&str, &str), bytes: usize) -> Duration {
    let mean = || {
        let (mut sum, mut runs) = (Duration::ZERO, 0);
        while sum < 4 * NOISE && runs < 100 {
            sum += measure(piece, way, bytes).0;
            runs += 1;
        }
        sum / runs
    };
    (0..3).map(|_| mean()).min().unwrap_or_default()
}

/// Below this nothing can be told apart from noise.
const NOISE: Duration = Duration::from_millis(25);

fn judge_growth(piece: &str, largest: usize) -> Verdict {
    let mut steep = Vec::new();
    for way in WAYS {
        let mut size = 4_000;
        let (mut one, _, _) = measure(piece, *way, size);
        while size < largest {
            size *= 2;
            let (mut two, html, text) = measure(piece, *way, size);
            // A formula of one letter is a tree of elements in MathML, and a quotation of one sign two tags.
            let factor = if piece.contains('$') || piece.contains('\\') { 60 } else { 30 };
            if html > factor * text + 64 * 1024 {
                return Err(format!("output: {html} bytes from {text} of {piece:?} in {:?}", way.0));
            }
            let is_steep = |one: Duration, two: Duration| two > NOISE && two.as_secs_f64() > 2.6 * one.as_secs_f64();
            // What grows steeply does so however closely one looks, and at the next size too.
            if is_steep(one, two) {
                (one, two) = (steady(piece, *way, size / 2), steady(piece, *way, size));
                if is_steep(one, two) && is_steep(two, steady(piece, *way, 2 * size)) {
                    return Err(format!("time: {one:?} for {} bytes of {piece:?} in {:?}, {two:?} for {size}", size / 2, way.0));
                }
            }
            one = two;
            // What is quick at this size is quick at the next.
            if two < NOISE / 8 && size >= 16_000 {
                break;
            }
        }
        steep.push(size);
    }
    Ok(outcome((steep, piece.len())))
}
