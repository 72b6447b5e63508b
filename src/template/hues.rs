//! The colours of the pillars: their stylesheet, and whether they can be read.
//!
//! In: the pillars of the config, each with an ink for light and one for dark paper. Out: rules for `[data-pillar]`, with
//! tints mixed from ink and paper, and `contrast` diagnostics.
//!
//! Invariant: mixing is integer arithmetic, so the stylesheet is the same on every machine.

use std::fmt::Write as _;

use crate::base::config::Pillar;
use crate::base::diagnostic::{Code, Diagnostic, Severity};

/// Light and dark paper, as `style.css` has them.
const PAPERS: [Colour; 2] = [Colour([0xfc, 0xfb, 0xf8]), Colour([0x15, 0x17, 0x1a])];
const SCHEMES: [&str; 2] = ["light", "dark"];
/// How much ink a tint has, in thousandths: the text on it stays within a step of its contrast on paper.
const TINT: u32 = 65;
/// What WCAG 2.2 asks of text: level AA, and level AAA.
const AA: f64 = 4.5;
const AAA: f64 = 7.0;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Colour([u8; 3]);

impl Colour {
    /// Reads `#rrggbb` or `#rgb`.
    fn parse(text: &str) -> Option<Self> {
        let digits: Vec<u8> = text.trim().strip_prefix('#')?.chars().map(|c| c.to_digit(16).map(|d| d as u8)).collect::<Option<_>>()?;
        match digits[..] {
            [r, g, b] => Some(Self([r * 17, g * 17, b * 17])),
            [a, b, c, d, e, f] => Some(Self([a * 16 + b, c * 16 + d, e * 16 + f])),
            _ => None,
        }
    }

    fn hex(self) -> String {
        let [r, g, b] = self.0;
        format!("#{r:02x}{g:02x}{b:02x}")
    }

    /// Moves towards another colour by so many thousandths.
    fn mix(self, other: Self, thousandths: u32) -> Self {
        let channel =
            |at: usize| ((u32::from(self.0[at]) * (1000 - thousandths) + u32::from(other.0[at]) * thousandths + 500) / 1000) as u8;
        Self([channel(0), channel(1), channel(2)])
    }

    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0[0]) + 0.7152 * linear(self.0[1]) + 0.0722 * linear(self.0[2])
    }

    /// The ratio of WCAG: 1 for equal colours, 21 for black on white.
    fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance() + 0.05, other.luminance() + 0.05);
        if a > b { a / b } else { b / a }
    }

    /// The lower of the contrasts on a paper and on the own tint there.
    fn legibility(self, paper: Self) -> f64 {
        self.contrast(paper).min(self.contrast(paper.mix(self, TINT)))
    }

    /// The nearest colour towards black or white that reaches a contrast on a paper.
    fn mended(self, paper: Self, wanted: f64) -> Option<Self> {
        let end = if paper.luminance() > 0.5 { Self([0, 0, 0]) } else { Self([255, 255, 255]) };
        (0..=100).map(|step| self.mix(end, step * 10)).find(|colour| colour.legibility(paper) >= wanted)
    }
}

/// The rules that give every pillar its ink and its tint; to stand behind the theme's own stylesheet.
///
/// A pillar whose colours cannot be read as colours gets no rule: `check` reports it.
pub fn stylesheet(pillars: &[Pillar]) -> String {
    let mut out = String::from("@layer pillars{");
    for pillar in pillars {
        let [Some(light), Some(dark)] = [Colour::parse(&pillar.hue[0]), Colour::parse(&pillar.hue[1])] else { continue };
        let [tint_light, tint_dark] = [PAPERS[0].mix(light, TINT), PAPERS[1].mix(dark, TINT)];
        let _ = write!(
            out,
            "[data-pillar=\"{}\"]{{--hue:light-dark({},{});--tint:light-dark({},{})}}",
            escape(&pillar.id),
            light.hex(),
            dark.hex(),
            tint_light.hex(),
            tint_dark.hex()
        );
    }
    out.push_str("}\n");
    out
}

/// A pillar's ink on light paper and the paper of its card, both as `#rrggbb`; `None` for what is no colour.
pub fn on_paper(hue: &str) -> Option<(String, String)> {
    let ink = Colour::parse(hue)?;
    Some((ink.hex(), PAPERS[0].mix(ink, TINT).hex()))
}

/// A text inside a CSS string.
fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '"' | '\\' | '<' => _ = write!(out, "\\{:x} ", u32::from(c)),
            c if c.is_control() => _ = write!(out, "\\{:x} ", u32::from(c)),
            c => out.push(c),
        }
        out
    })
}

/// Every colour that is hard to read on paper or on its own tint: below AA an error, below AAA a warning.
pub fn check(pillars: &[Pillar]) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for pillar in pillars {
        for ((text, paper), scheme) in pillar.hue.iter().zip(PAPERS).zip(SCHEMES) {
            let title = &pillar.title;
            let Some(colour) = Colour::parse(text) else {
                let message = format!("the {scheme} colour of the pillar “{title}” is not a colour: `{text}`");
                out.push(Diagnostic::new(Code::Contrast, Severity::Error, message).help("write it like `#08259b`").target(text));
                continue;
            };
            let ratio = colour.legibility(paper);
            let (severity, level, wanted) = match ratio {
                r if r < AA => (Severity::Error, "AA", AA),
                r if r < AAA => (Severity::Warning, "AAA", AAA),
                _ => continue,
            };
            // Rounding down keeps the message from saying that 4.5 is less than 4.5.
            let shown = (ratio * 10.0).floor() / 10.0;
            let message = format!(
                "the {scheme} colour of the pillar “{title}” is hard to read: its contrast is {shown}, level {level} asks for {wanted}"
            );
            let problem = Diagnostic::new(Code::Contrast, severity, message).target(text);
            out.push(match colour.mended(paper, AAA) {
                Some(mended) => problem.help(format!("the nearest colour that everybody can read is `{}`", mended.hex())),
                None => problem,
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::config::four_pillars;

    fn pillar(light: &str, dark: &str) -> Pillar {
        Pillar { hue: [light.into(), dark.into()], ..four_pillars().remove(0) }
    }

    #[test]
    fn the_four_pillars_reach_level_aaa() {
        assert_eq!(check(&four_pillars()), []);
    }

    #[test]
    fn a_faint_colour_is_an_error_and_a_fair_one_a_warning() {
        let severities = |light| check(&[pillar(light, "#b9d0ff")]).iter().map(|problem| problem.severity).collect::<Vec<_>>();
        assert_eq!(severities("#99aaff"), [Severity::Error]);
        assert_eq!(severities("#3d5a80"), [Severity::Warning]);
        assert_eq!(severities("blue"), [Severity::Error]);
    }

    #[test]
    fn the_colour_that_is_offered_passes() {
        for (light, dark) in [("#99aaff", "#102030"), ("#ffff00", "#000000")] {
            let offered: Vec<String> =
                check(&[pillar(light, dark)]).iter().filter_map(|p| p.help.as_ref()?.split('`').nth(1).map(str::to_owned)).collect();
            let [light, dark] = offered.try_into().expect("an offer for each scheme");
            assert_eq!(check(&[pillar(&light, &dark)]), []);
        }
    }

    #[test]
    fn an_id_cannot_leave_its_string() {
        let rules = stylesheet(&[Pillar { id: "a\"]{}</style>".into(), ..pillar("#000", "#fff") }]);
        assert!(rules.starts_with("@layer pillars{[data-pillar=\"a\\22 ]{}\\3c /style>\"]{--hue:light-dark(#000000,#ffffff)"), "{rules}");
    }

    #[test]
    fn paper_is_the_paper_of_the_stylesheet() {
        let papers = format!("--paper: light-dark({}, {});", PAPERS[0].hex(), PAPERS[1].hex());
        assert!(super::super::embedded::ASSETS.iter().any(|(_, bytes)| String::from_utf8_lossy(bytes).contains(&papers)), "{papers}");
    }
}
