//! Formulas: `$…$`, `$$…$$` and code in the language `math`, as MathML.
//!
//! In: the LaTeX of a formula. Out: MathML that browsers show by themselves, without a script and without inline styles, with its
//! source for people who copy it;
//! a formula that cannot be read is shown as code, with a diagnostic.
//!
//! A dollar sign is money more often than not, so the rules of GitHub decide what is a formula: nothing that could be a
//! word touches the outer sides of the dollars, nothing blank the inner ones, and plain words are none.

use std::ops::Range;

use html5gum::{Token, Tokenizer};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, TagEnd};
use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Storage, push_mathml};

use crate::base::diagnostic::Code;
use crate::parse::dialects::Plain;

use super::{Writer, escape_into, escape_text};

/// How many bytes a formula may have.
const LENGTH: usize = 8 * 1024;
/// Braces within braces.
const DEPTH: usize = 40;
/// How often a text is read again without a dollar sign that begins no formula.
const ROUNDS: usize = 4;
/// Commands that make new commands, which a short formula could use to grow without end.
const MAKING: [&str; 8] = ["\\def", "\\gdef", "\\edef", "\\xdef", "\\let", "\\futurelet", "\\newcommand", "\\renewcommand"];

/// Elements of MathML that only show something.
const ELEMENTS: [&str; 24] = [
    "math",
    "menclose",
    "mfrac",
    "mi",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mphantom",
    "mroot",
    "mrow",
    "ms",
    "mspace",
    "msqrt",
    "mstyle",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
];
/// Attributes that only say how something is shown; a style is none of them, since the site forbids inline styles.
const SAID: [&str; 19] = [
    "accent",
    "accentunder",
    "class",
    "display",
    "displaystyle",
    "fence",
    "form",
    "linethickness",
    "lspace",
    "mathvariant",
    "maxsize",
    "minsize",
    "movablelimits",
    "rspace",
    "scriptlevel",
    "separator",
    "stretchy",
    "symmetric",
    "width",
];

/// Where a formula stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// In a sentence.
    Inline,
    /// By itself.
    Display,
}

/// The text in which every dollar sign that begins no formula is written so that it begins none; nothing where there is
/// no formula at all.
pub(super) fn with_formulas<'a>(plain: &Plain<'a>, options: Options) -> Option<Plain<'a>>
where
    'static: 'a,
{
    let mut dollars = memchr::memchr_iter(b'$', plain.text.as_bytes());
    dollars.next().and(dollars.next())?;
    let mut read: Option<Plain<'static>> = None;
    for _ in 0..ROUNDS {
        let text = read.as_ref().map_or(&*plain.text, |read| &*read.text);
        let (mut formulas, mut money) = (0usize, Vec::new());
        for (event, range) in Parser::new_ext(text, options | Options::ENABLE_MATH).into_offset_iter() {
            match event {
                Event::InlineMath(inside) if is_formula(text, &range, &inside) => formulas += 1,
                Event::InlineMath(_) => money.push(range.start),
                Event::DisplayMath(inside) if !is_words(&inside) => formulas += 1,
                Event::DisplayMath(_) => money.extend([range.start, range.start + 1]),
                _ => {}
            }
        }
        if money.is_empty() {
            return (formulas > 0).then(|| read.unwrap_or_else(|| plain.with("", &[])));
        }
        money.sort_unstable();
        money.dedup();
        read = Some(read.as_ref().unwrap_or(plain).with("\\", &money));
    }
    None
}

/// Whether what stands between two single dollars is a formula.
fn is_formula(text: &str, range: &Range<usize>, inside: &str) -> bool {
    let before = text.get(..range.start).and_then(|before| before.chars().next_back());
    let after = text.get(range.end..).and_then(|after| after.chars().next());
    let open = |next: Option<char>| next.is_none_or(|next| !next.is_alphanumeric() && !matches!(next, '$' | '\\'));
    open(before) && open(after) && !is_words(inside)
}

/// Whether there are only words or amounts, as between two prices.
fn is_words(inside: &str) -> bool {
    let inside = inside.trim_matches('`').trim();
    let marked = inside.contains(['\\', '^', '_', '=', '{', '<', '>']);
    if inside.is_empty() || marked {
        return inside.is_empty();
    }
    let long = |word: &str| word.chars().filter(|c| c.is_alphabetic()).count() >= 2;
    inside.contains(char::is_whitespace) && inside.split_whitespace().any(long)
}

impl<'a> Writer<'_, 'a> {
    /// Writes a formula.
    pub(super) fn formula(&mut self, latex: &str, place: Place, range: &Range<usize>) {
        // GitHub also takes code between dollars, which keeps Markdown out of it.
        let latex = latex.strip_prefix('`').and_then(|inside| inside.strip_suffix('`')).unwrap_or(latex);
        if let Some(alt) = &mut self.alt {
            return alt.push_str(latex);
        }
        match mathml(latex, place) {
            Ok(html) => {
                self.out.words += 1;
                self.remember(latex);
                self.push(&html);
            }
            Err(why) => {
                let message = format!("this formula cannot be read, so readers see it as it is written: {why}");
                self.report(Code::Shortcode, range, message, "mend the formula, or put it between backticks if it is none");
                self.code_span(latex);
            }
        }
    }

    /// Writes code in the language `math` as a formula and gives the index after it.
    pub(super) fn formula_block(&mut self, at: usize, kind: &CodeBlockKind<'a>) -> Option<usize> {
        if !matches!(kind, CodeBlockKind::Fenced(info) if info.split_whitespace().next() == Some("math")) {
            return None;
        }
        let events = self.events;
        let (mut latex, mut next) = (String::new(), at + 1);
        while let Some((Event::Text(text), _)) = events.get(next) {
            latex.push_str(text);
            next += 1;
        }
        self.end_block();
        self.note_first_block();
        self.push("<p>");
        self.formula(latex.trim(), Place::Display, &events[at].1.clone());
        self.push("</p>\n");
        Some(next + usize::from(matches!(events.get(next), Some((Event::End(TagEnd::CodeBlock), _)))))
    }
}

/// A formula as MathML, or in a few words why it is none.
fn mathml(latex: &str, place: Place) -> Result<String, String> {
    if latex.len() > LENGTH {
        return Err(format!("it has more than {} KB", LENGTH / 1024));
    }
    // The parser cannot be given a number that is none.
    if latex.contains("\\char") {
        return Err("it names a character by its number".to_owned());
    }
    if MAKING.iter().any(|command| latex.contains(command)) {
        return Err("it makes commands of its own".to_owned());
    }
    let mut depth = 0usize;
    for byte in latex.bytes() {
        match byte {
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEPTH {
            return Err(format!("it has more than {DEPTH} brackets within brackets"));
        }
    }
    let storage = Storage::new();
    let mut events = Vec::new();
    for event in pulldown_latex::Parser::new(latex, &storage) {
        events.push(event.map_err(|error| reason(&error.to_string()))?);
    }
    let display_mode = if place == Place::Display { DisplayMode::Block } else { DisplayMode::Inline };
    let mut html = String::with_capacity(latex.len() * 8);
    let config = RenderConfig { display_mode, ..RenderConfig::default() };
    let events = events.into_iter().map(Ok::<_, std::convert::Infallible>);
    push_mathml(&mut html, events, config).map_err(|_| "it is too strange".to_owned())?;
    clean(&html, latex).ok_or_else(|| "it holds what looks like HTML".to_owned())
}

/// The first sentence of an error, without the drawing below it.
fn reason(error: &str) -> String {
    let line = error.lines().map(|line| line.trim_start_matches(|c: char| !c.is_alphanumeric()).trim()).find(|line| !line.is_empty());
    let line = line.map(|line| line.strip_prefix("parsing error: ").unwrap_or(line));
    line.unwrap_or("it is not LaTeX").trim_end_matches(['.', ':']).to_owned()
}

/// MathML written again with nothing but what is known to be harmless, and with its source; nothing where it is not well
/// formed. The names of functions come as the author wrote them, so what was made cannot be trusted.
fn clean(html: &str, latex: &str) -> Option<String> {
    let mut out = String::with_capacity(html.len() + latex.len() + 128);
    let mut open: Vec<Vec<u8>> = Vec::new();
    for token in Tokenizer::new(html).flatten() {
        match token {
            Token::StartTag(tag) => {
                let name = std::str::from_utf8(&tag.name).ok().filter(|name| ELEMENTS.contains(name))?;
                out.push('<');
                out.push_str(name);
                for (key, value) in &tag.attributes {
                    let key = std::str::from_utf8(key).ok()?;
                    if SAID.contains(&key) {
                        out.push_str(&format!(" {key}=\""));
                        escape_into(&mut out, std::str::from_utf8(value).ok()?);
                        out.push('"');
                    }
                }
                out.push('>');
                if tag.self_closing {
                    out.push_str(&format!("</{name}>"));
                } else {
                    open.push(tag.name.to_vec());
                }
                if name == "math" {
                    out.push_str("<semantics><mrow>");
                }
            }
            Token::EndTag(tag) => {
                open.pop().filter(|name| *name == *tag.name)?;
                let name = std::str::from_utf8(&tag.name).ok()?;
                if name == "math" {
                    out.push_str("</mrow><annotation encoding=\"application/x-tex\">");
                    escape_text(&mut out, latex);
                    out.push_str("</annotation></semantics>");
                }
                out.push_str(&format!("</{name}>"));
            }
            Token::String(text) => escape_text(&mut out, std::str::from_utf8(&text).ok()?),
            Token::Comment(_) | Token::Doctype(_) => return None,
            Token::Error(_) => {}
        }
    }
    open.is_empty().then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formulas(text: &str) -> Vec<String> {
        let Some(read) = with_formulas(&Plain::same(text), super::super::options()) else { return Vec::new() };
        let events = Parser::new_ext(&read.text, super::super::options() | Options::ENABLE_MATH);
        events
            .filter_map(|event| match event {
                Event::InlineMath(text) | Event::DisplayMath(text) => Some(text.to_string()),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn money_and_shells_are_no_formulas() {
        for text in [
            "It costs $5 and $6.",
            "From $5 to US$, say",
            "$5M-$10M and $10k/$20k",
            "`$a` and `$b`",
            "Set $HOME and $PATH, then $HOME/bin:$PATH.",
            "a $100 bonus (or $200) each",
            "**$5** and **$6**",
            "\\$x\\$",
            "mobile ($75), internet ($50), wellness ($100)",
        ] {
            assert_eq!(formulas(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn formulas_are_found_beside_money() {
        assert_eq!(formulas("$x^2$ costs $5 (or $6); $$\\frac{1}{2}$$"), ["x^2", "\\frac{1}{2}"]);
        assert_eq!(formulas("Let $n$, $m$-fold, ($k + 1$)."), ["n", "m", "k + 1"]);
        assert_eq!(formulas("$`a*b`$"), ["`a*b`"]);
    }

    #[test]
    fn a_formula_has_no_inline_style() {
        for latex in ["\\color{red} x", "\\begin{cases} a & b \\\\ c & d \\end{cases}", "\\sum_{i=1}^n \\sqrt{x}\\quad y", "x < y \\& z"] {
            let html = mathml(latex, Place::Display).expect(latex);
            assert!(html.starts_with("<math display=\"block\"") && !html.contains("style="), "{html}");
        }
        assert!(mathml("a < b", Place::Inline).expect("it is a formula").contains("<mo>&lt;</mo>"));
        for html in ["\\operatorname{<script>}", "\\operatorname{<mi>}", "\\operatorname{</mi>}", "\\char60", "\\charé"] {
            assert!(mathml(html, Place::Inline).is_err(), "{html}");
        }
        assert!(mathml("\\frac{1", Place::Inline).is_err());
        assert!(mathml("\\nothing", Place::Inline).is_err());
        assert!(mathml(&"{".repeat(10_000), Place::Inline).is_err());
    }
}
