//! The cover of a book, as a drawing.
//!
//! In: a title, a line below it, the colours of the pillars. Out: SVG.
//!
//! Invariant: whole numbers and no fonts but those that every system has.

use super::xhtml::escaped;

const WIDTH: usize = 1200;
const HEIGHT: usize = 1800;
/// Where the title begins, and how wide it may be.
const MARGIN: usize = 120;

/// Draws a cover.
pub(super) fn cover(title: &str, below: &str, hues: &[String]) -> String {
    let (size, lines) = set(title);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         width=\"{WIDTH}\" height=\"{HEIGHT}\">\n<title>{}</title>\n<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fcfbf8\"/>\n",
        escaped(title)
    );
    let band = WIDTH.checked_div(hues.len()).unwrap_or(WIDTH);
    for (at, hue) in hues.iter().enumerate() {
        let (x, width) = (at * band, if at + 1 == hues.len() { WIDTH - at * band } else { band });
        out.push_str(&format!("<rect x=\"{x}\" width=\"{width}\" height=\"48\" fill=\"{}\"/>\n", escaped(hue)));
    }
    out.push_str(&format!("<g font-family=\"Georgia, serif\" font-size=\"{size}\" fill=\"#1d1c1a\">\n"));
    for (at, line) in lines.iter().enumerate() {
        let y = 480 + at * size * 5 / 4;
        out.push_str(&format!("<text x=\"{MARGIN}\" y=\"{y}\">{}</text>\n", escaped(line)));
    }
    out.push_str("</g>\n");
    if !below.is_empty() {
        let y = HEIGHT - 160;
        out.push_str(&format!(
            "<text x=\"{MARGIN}\" y=\"{y}\" font-family=\"Georgia, serif\" font-size=\"44\" fill=\"#4b4741\">{}</text>\n",
            escaped(below)
        ));
    }
    out.push_str("</svg>\n");
    out
}

/// The size of the title, and its lines.
fn set(title: &str) -> (usize, Vec<String>) {
    for size in [132, 108, 84, 64] {
        let lines = wrap(title, (WIDTH - 2 * MARGIN) * 2 / size);
        if lines.len() * size * 5 / 4 <= 900 {
            return (size, lines);
        }
    }
    let mut lines = wrap(title, (WIDTH - 2 * MARGIN) * 2 / 64);
    lines.truncate(11);
    if let Some(last) = lines.last_mut() {
        last.push('…');
    }
    (64, lines)
}

/// Breaks between words where a line has more than `columns` letters; a wide letter takes two columns.
fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns_of = |word: &str| word.chars().map(|c| if c >= '\u{1100}' { 2 } else { 1 }).sum::<usize>();
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if columns_of(line) + 1 + columns_of(word) <= columns => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_title_is_set_smaller_and_never_runs_over() {
        assert_eq!(set("Leading and managing in sales"), (132, vec!["Leading and".into(), "managing in".into(), "sales".into()]));
        let (size, lines) = set(&"word ".repeat(500));
        assert!(size == 64 && lines.len() == 11 && lines[10].ends_with('…'));
        assert!(cover("a <b> & \u{1}", "", &[]).contains("a &lt;b&gt; &amp; </text>"));
    }
}
