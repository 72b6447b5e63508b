//! Draws social cards.
//!
//! In: a `Card`. Out: a PNG of `WIDTH` by `HEIGHT` pixels.
//!
//! The card is put together as SVG, whose texts do not wrap, so lines are broken here by measured widths. The letters are
//! those in `fonts/`; those of the machine are never looked for.
//!
//! Invariant: the same card has the same bytes: flat colours, our own letters, one thread.

use std::fmt::Write as _;
use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Node, Options, Tree};

use crate::base::card::{Card, HEIGHT, Shape, WIDTH};

/// The letters for titles and those for sentences; their licence lies beside them.
const FONTS: [&[u8]; 2] = [include_bytes!("fonts/Literata-SemiBold.ttf"), include_bytes!("fonts/Literata-Regular.ttf")];
const BOLD: &str = "Literata SemiBold";
const PLAIN: &str = "Literata";

const INK: &str = "#1d1f23";
const SOFT: &str = "#4a4e57";
/// Where texts begin, and how wide they may be beside the shapes.
const LEFT: f32 = 80.0;
const COLUMN: f32 = 670.0;
/// Where the foot stands.
const FOOT: f32 = 548.0;
/// Sizes of a title, each with how many lines of it there may be.
const TITLES: [(f32, usize); 4] = [(92.0, 2), (80.0, 2), (68.0, 3), (58.0, 4)];
const SMALLEST: (f32, usize) = (46.0, 5);
const TOP: f32 = 100.0;
const KICKER: f32 = 30.0;
const NAME: f32 = 28.0;
/// Sizes of a sentence: under the name of a pillar, under the title of a page.
const DETAIL: [f32; 2] = [40.0, 31.0];
const LINE: f32 = 1.16;
const DETAIL_LINE: f32 = 1.42;

/// Draws cards; the letters are read once.
pub(super) struct Artist {
    options: Options<'static>,
}

impl std::fmt::Debug for Artist {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Artist")
    }
}

/// A text, cut into words of known widths.
struct Measured<'a> {
    words: Vec<(&'a str, f32)>,
    space: f32,
}

impl Measured<'_> {
    /// Lines of at most `width` at a size; where there would be more than `most`, the last one ends in an ellipsis.
    fn lines(&self, size: f32, width: f32, most: usize) -> Vec<String> {
        let mut lines: Vec<(String, f32)> = Vec::new();
        for (word, own) in &self.words {
            let is_full = lines.len() == most;
            match lines.last_mut() {
                Some((line, taken)) if (*taken + self.space + own) * size <= width => {
                    line.push(' ');
                    line.push_str(word);
                    *taken += self.space + own;
                }
                Some((line, _)) if is_full => {
                    line.push('…');
                    break;
                }
                _ => lines.push(((*word).to_owned(), *own)),
            }
        }
        lines.into_iter().map(|(line, _)| line).collect()
    }

    /// The same number of lines in the narrowest column, so that no word stands alone on the last one.
    fn balanced(&self, size: f32, most: usize) -> Vec<String> {
        let lines = self.lines(size, COLUMN, most);
        if most == 0 || !self.fits(size, COLUMN, most) {
            return lines;
        }
        let narrower = (1_u8..10).map(|step| COLUMN * (1.0 - 0.05 * f32::from(step)));
        let kept = narrower.take_while(|width| self.fits(size, *width, lines.len())).last();
        kept.map_or_else(|| lines.clone(), |width| self.lines(size, width, lines.len()))
    }

    fn fits(&self, size: f32, width: f32, most: usize) -> bool {
        let widest = self.words.iter().map(|(_, own)| own * size).fold(0.0, f32::max);
        widest <= width && !self.lines(size, width, most).last().is_some_and(|line| line.ends_with('…'))
    }
}

impl Artist {
    pub(super) fn new() -> Self {
        let mut fonts = Database::new();
        for font in FONTS {
            fonts.load_font_data(font.to_vec());
        }
        Self { options: Options { fontdb: Arc::new(fonts), font_family: PLAIN.to_owned(), ..Options::default() } }
    }

    /// Draws a card.
    ///
    /// # Errors
    ///
    /// What the drawing says that it cannot do; no card should make it.
    pub(super) fn draw(&self, card: &Card) -> Result<Vec<u8>, String> {
        let tree = Tree::from_str(&self.drawing(card), &self.options).map_err(|error| error.to_string())?;
        let mut pixels = Pixmap::new(WIDTH, HEIGHT).ok_or("there is no memory for it")?;
        resvg::render(&tree, Transform::default(), &mut pixels.as_mut());
        pixels.encode_png().map_err(|error| error.to_string())
    }

    fn drawing(&self, card: &Card) -> String {
        let mut svg = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\">");
        let _ = write!(svg, "<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"{}\"/>", card.paper);
        shapes(&card.shapes, &mut svg);
        let mut y = TOP;
        if !card.kicker.is_empty() {
            text(&mut svg, y, BOLD, KICKER, &card.hue, &card.kicker);
            y += 34.0;
        }
        let title = self.measured(&card.title, BOLD);
        let (size, most) = TITLES.into_iter().find(|(size, most)| title.fits(*size, COLUMN, *most)).unwrap_or(SMALLEST);
        for line in title.balanced(size, most) {
            text(&mut svg, y + size * 0.8, BOLD, size, INK, &line);
            y += size * LINE;
        }
        y += 18.0;
        let small = DETAIL[usize::from(!card.kicker.is_empty())];
        let room = ((FOOT - 82.0 - y) / (small * DETAIL_LINE)).max(0.0) as usize;
        for line in self.measured(&card.detail, PLAIN).balanced(small, room.min(4)).iter().take(room) {
            y += small * DETAIL_LINE;
            text(&mut svg, y - small * 0.3, PLAIN, small, SOFT, line);
        }
        if let Some(name) = self.measured(&card.handbook, BOLD).lines(NAME, COLUMN, 1).first() {
            let _ = write!(svg, "<rect x=\"{LEFT}\" y=\"{}\" width=\"56\" height=\"5\" fill=\"{}\"/>", FOOT - 50.0, card.hue);
            text(&mut svg, FOOT, BOLD, NAME, INK, name);
        }
        svg.push_str("</svg>");
        svg
    }

    fn measured<'a>(&self, words: &'a str, family: &str) -> Measured<'a> {
        let words = words.split(' ').filter(|word| !word.is_empty()).map(|word| (word, self.width(word, family))).collect();
        Measured { words, space: self.width("x x", family) - 2.0 * self.width("x", family) }
    }

    /// The width of a text at the size of one pixel.
    fn width(&self, words: &str, family: &str) -> f32 {
        const SIZE: f32 = 100.0;
        let mut svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9000\" height=\"200\">".to_owned();
        text(&mut svg, SIZE, family, SIZE, INK, words);
        svg.push_str("</svg>");
        let tree = Tree::from_str(&svg, &self.options).ok();
        let width = tree.and_then(|tree| match tree.root().children().first()? {
            Node::Text(text) => Some(text.bounding_box().width()),
            _ => None,
        });
        width.unwrap_or_default() / SIZE
    }
}

fn text(svg: &mut String, y: f32, family: &str, size: f32, colour: &str, words: &str) {
    let _ = write!(svg, "<text x=\"{LEFT}\" y=\"{y}\" font-family=\"{family}\" font-size=\"{size}\" fill=\"{colour}\">");
    for c in words.chars() {
        match c {
            '&' => svg.push_str("&amp;"),
            '<' => svg.push_str("&lt;"),
            '>' => svg.push_str("&gt;"),
            c => svg.push(c),
        }
    }
    svg.push_str("</text>");
}

/// One shape runs out of the card; several stand in rows of two.
fn shapes(shapes: &[Shape], svg: &mut String) {
    let place = |at: usize| match shapes.len() {
        1 => (800.0, 130.0, 600.0),
        count => {
            let (side, rows) = (if count > 4 { 130.0 } else { 170.0 }, count.div_ceil(2));
            let top = (HEIGHT as f32 - rows as f32 * side - (rows as f32 - 1.0) * 44.0) / 2.0;
            (776.0 + (at % 2) as f32 * (side + 44.0), top + (at / 2) as f32 * (side + 44.0), side)
        }
    };
    for (at, shape) in shapes.iter().enumerate() {
        let (x, y, side) = place(at);
        let scale = side / 16.0;
        let _ = write!(svg, "<g transform=\"translate({x} {y}) scale({scale})\" fill=\"{}\">{}</g>", shape.hue, outline(shape.number));
    }
}

/// The shapes of the theme, in a square of 16.
fn outline(number: u32) -> &'static str {
    match number {
        1 => "<circle cx=\"8\" cy=\"8\" r=\"6.5\"/>",
        2 => "<path d=\"M8 1l7 14H1z\"/>",
        3 => "<path d=\"M8 .5 15.5 8 8 15.5.5 8z\"/>",
        4 => "<path d=\"M1.5 1.5h13v13h-13z\"/>",
        5 => "<path d=\"M4.5 1.5h7L15.5 8l-4 6.5h-7L.5 8z\"/>",
        _ => "<path d=\"M8 .5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zm0 4a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7z\"/>",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::social::is_drawn;

    /// A word at the size of some pixels, as it looks.
    fn looks(artist: &Artist, family: &str, word: &str) -> Vec<u8> {
        let mut svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"200\" height=\"60\">".to_owned();
        text(&mut svg, 40.0, family, 30.0, INK, word);
        svg.push_str("</svg>");
        let tree = Tree::from_str(&svg, &artist.options).expect("a drawing");
        let mut pixels = Pixmap::new(200, 60).expect("some memory");
        resvg::render(&tree, Transform::default(), &mut pixels.as_mut());
        pixels.take()
    }

    #[test]
    fn every_letter_that_is_promised_is_there() {
        let artist = Artist::new();
        for family in [BOLD, PLAIN] {
            let missing = looks(&artist, family, "\u{e123}");
            let promised = (0x21..0x3000).filter_map(char::from_u32).filter(|c| is_drawn(*c));
            let lost: String = promised.filter(|c| looks(&artist, family, &c.to_string()) == missing).collect();
            assert_eq!(lost, "", "{family}");
        }
    }

    #[test]
    fn a_line_is_never_wider_than_its_column_and_no_word_is_lost() {
        let artist = Artist::new();
        let words = "A forecast that is wrong in the same direction every quarter is a habit and not a number";
        let measured = artist.measured(words, BOLD);
        for (size, most) in TITLES {
            let lines = measured.balanced(size, most);
            assert!(lines.len() <= most, "{lines:?}");
            assert!(lines.iter().all(|line| artist.width(line, BOLD) * size <= COLUMN + 2.0), "{size}: {lines:?}");
        }
        assert_eq!(measured.balanced(SMALLEST.0, SMALLEST.1).join(" "), words);
        assert!(measured.balanced(92.0, 2)[1].ends_with('…'));
    }

    #[test]
    fn markup_in_a_title_is_text() {
        let card = |title: &str| Card {
            kicker: String::new(),
            title: title.to_owned(),
            detail: "a < b && c".to_owned(),
            handbook: "\"quoted\"".to_owned(),
            paper: "#ffffff".to_owned(),
            hue: "#000000".to_owned(),
            shapes: Vec::new(),
        };
        let artist = Artist::new();
        let drawn = artist.draw(&card("<text>&amp;</text>")).expect("a card");
        assert_eq!(drawn, artist.draw(&card("<text>&amp;</text>")).expect("a card"));
        assert_ne!(drawn, artist.draw(&card("&")).expect("a card"));
        assert!(artist.draw(&card("")).is_ok());
    }
}
