//! Colours code, at build time and without a script.
//!
//! In: the bytes of a finished output. Out: the same, with the words of its code in `<span class="hl-…">` where the
//! language is one of `LANGUAGES`. What is no code or of another language stays byte for byte.
//!
//! It comes after rendering, so a view and its fingerprint hold plain code, and only outputs that are written anew are
//! coloured. Grammars are read when they are first needed and shared by all threads.
//!
//! Invariant: the text of the output stays the same; there are no inline styles.

/// Colours the code of outputs.
#[derive(Default)]
pub struct Shader {
    /// What the highlighters of all threads are made from.
    #[cfg(feature = "highlight")]
    seed: arborium::Highlighter,
    /// Highlighters that no thread uses at the moment.
    #[cfg(feature = "highlight")]
    idle: std::sync::Mutex<Vec<arborium::Highlighter>>,
}

#[cfg(not(feature = "highlight"))]
impl Shader {
    /// Leaves an output as it is: this program was built without `highlight`.
    pub fn shade(&self, html: Vec<u8>) -> Vec<u8> {
        html
    }
}

#[cfg(feature = "highlight")]
pub use colour::LANGUAGES;

#[cfg(feature = "highlight")]
mod colour {
    use std::sync::PoisonError;

    use arborium::Highlighter;
    use arborium::advanced::Span;
    use memchr::memmem;

    use super::Shader;
    use crate::parse::body::escape_text;

    /// How code in a named language begins and ends; our own writer escapes all that is in it.
    const OPEN: &[u8] = b"<pre><code class=\"language-";
    const CLOSE: &[u8] = b"</code></pre>";
    /// Longer code stays plain: it is data more often than not, and nobody reads it for its colours.
    const LENGTH: usize = 16 * 1024;
    /// How much code of one output is coloured.
    const BUDGET: usize = 128 * 1024;
    /// Brackets within brackets: the time of a grammar grows with the square of their depth.
    const DEPTH: usize = 64;

    /// Names that authors write for languages, and the names of their grammars.
    pub const LANGUAGES: [(&str, &str); 36] = [
        ("bash", "bash"),
        ("sh", "bash"),
        ("shell", "bash"),
        ("zsh", "bash"),
        ("console", "console"),
        ("shell-session", "console"),
        ("css", "css"),
        ("diff", "diff"),
        ("patch", "diff"),
        ("dockerfile", "dockerfile"),
        ("docker", "dockerfile"),
        ("go", "go"),
        ("golang", "go"),
        ("html", "html"),
        ("htm", "html"),
        ("xml", "html"),
        ("svg", "html"),
        ("vue", "html"),
        ("javascript", "javascript"),
        ("js", "javascript"),
        ("jsx", "javascript"),
        ("mjs", "javascript"),
        ("cjs", "javascript"),
        ("json", "json"),
        ("jsonc", "json"),
        ("json5", "json"),
        ("python", "python"),
        ("py", "python"),
        ("python3", "python"),
        ("rust", "rust"),
        ("rs", "rust"),
        ("toml", "toml"),
        ("typescript", "typescript"),
        ("ts", "typescript"),
        ("yaml", "yaml"),
        ("yml", "yaml"),
    ];

    /// Code in an output.
    struct Block {
        /// Where its text begins and ends.
        inside: std::ops::Range<usize>,
        grammar: &'static str,
        code: String,
    }

    impl Shader {
        /// Colours the code in an output.
        pub fn shade(&self, html: Vec<u8>) -> Vec<u8> {
            let mut left = BUDGET;
            let affordable = |block: &Block| -> bool {
                let length = block.code.len();
                let affordable = length <= left;
                left -= if affordable { length } else { 0 };
                affordable
            };
            let blocks = memmem::find_iter(&html, OPEN).filter_map(|at| block(&html, at + OPEN.len()));
            let blocks: Vec<Block> = blocks.filter(affordable).collect();
            if blocks.is_empty() {
                return html;
            }
            let mut highlighter = self.lend();
            let mut out = String::with_capacity(html.len() + html.len() / 4);
            let text = String::from_utf8_lossy(&html);
            if text.len() != html.len() {
                return html;
            }
            let mut from = 0;
            for Block { inside, grammar, code } in blocks {
                let by_line = matches!(grammar, "diff" | "console");
                let spans = if by_line { None } else { highlighter.highlight_spans(grammar, &code).ok() };
                out.push_str(&text[from..inside.start]);
                match spans {
                    Some(spans) => write(&code, spans, &mut out),
                    None => write_lines(grammar, &code, &mut out),
                }
                from = inside.end;
            }
            out.push_str(&text[from..]);
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(highlighter);
            out.into_bytes()
        }

        fn lend(&self) -> Highlighter {
            let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            idle.unwrap_or_else(|| self.seed.fork())
        }
    }

    /// The block whose language is named at `at`, if it can be coloured.
    fn block(html: &[u8], at: usize) -> Option<Block> {
        let name = &html[at..at + memchr::memchr2(b'"', b'>', &html[at..html.len().min(at + 40)])?];
        let name = std::str::from_utf8(name).ok()?.to_ascii_lowercase();
        let (_, grammar) = LANGUAGES.into_iter().find(|(known, _)| *known == name)?;
        let start = at + memchr::memchr(b'>', &html[at..])? + 1;
        let end = start + memmem::find(&html[start..], CLOSE)?;
        let inside = std::str::from_utf8(&html[start..end]).ok().filter(|inside| inside.len() <= LENGTH && !inside.contains('<'))?;
        // What is escaped here in some other way than ours is not our code.
        let code = inside.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
        (depth(&code) <= DEPTH).then_some(Block { inside: start..end, grammar, code })
    }

    /// How deep brackets stand within brackets.
    fn depth(code: &str) -> usize {
        let (mut depth, mut deepest) = (0usize, 0);
        for byte in code.bytes() {
            match byte {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            deepest = deepest.max(depth);
        }
        deepest
    }

    /// The class of what a grammar calls by a name.
    fn class(capture: &str) -> Option<&'static str> {
        let capture = capture.strip_prefix("text.").unwrap_or(capture);
        Some(match capture.split('.').next()? {
            "keyword" | "include" | "conditional" | "repeat" | "exception" | "storageclass" | "preproc" | "define" | "structure" => "hl-k",
            "function" | "method" | "macro" => "hl-f",
            "string" | "character" | "char" | "escape" | "regex" => "hl-s",
            "comment" => "hl-c",
            "type" | "class" | "namespace" | "module" | "constructor" => "hl-t",
            "constant" | "number" | "float" | "boolean" => "hl-n",
            "attribute" | "property" | "tag" | "label" | "field" => "hl-a",
            _ => return None,
        })
    }

    /// Writes code with its spans: the innermost one decides, of two for the same words the later rule.
    fn write(code: &str, mut spans: Vec<Span>, out: &mut String) {
        spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end), span.pattern_index));
        let mut open: Vec<(usize, Option<&'static str>)> = Vec::new();
        let mut at = 0;
        let mut spans = spans.into_iter().filter(|span| span.start < span.end).peekable();
        loop {
            let next = spans.peek().map_or(usize::MAX, |span| span.start as usize);
            let end = open.last().map_or(usize::MAX, |(end, _)| *end);
            let to = next.min(end).min(code.len());
            if to > at
                && let Some(part) = code.get(at..to)
            {
                piece(part, open.last().and_then(|(_, class)| *class), out);
                at = to;
            }
            if next == usize::MAX && end == usize::MAX {
                break;
            }
            if end <= next {
                open.pop();
            } else if let Some(span) = spans.next() {
                // A span may not reach out of the one around it.
                open.push(((span.end as usize).min(end), class(&span.capture)));
            }
        }
        piece(code.get(at..).unwrap_or(""), None, out);
    }

    /// Writes code whose lines say by their beginning what they are: the difference of two texts, what a terminal shows.
    fn write_lines(grammar: &str, code: &str, out: &mut String) {
        for line in code.split_inclusive('\n') {
            let class = match (grammar, line.as_bytes()) {
                ("diff", [b'+', ..]) => Some("hl-i"),
                ("diff", [b'-', ..]) => Some("hl-d"),
                ("diff", [b'@', ..]) | ("console", [b'$', b' ', ..]) => Some("hl-f"),
                _ => None,
            };
            let words = line.trim_end_matches(['\n', '\r']);
            piece(words, class, out);
            out.push_str(&line[words.len()..]);
        }
    }

    fn piece(text: &str, class: Option<&str>, out: &mut String) {
        match class.filter(|_| !text.trim().is_empty()) {
            Some(class) => {
                out.push_str("<span class=\"");
                out.push_str(class);
                out.push_str("\">");
                escape_text(out, text);
                out.push_str("</span>");
            }
            None => escape_text(out, text),
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn shade(language: &str, code: &str) -> String {
            let mut html = format!("<p>x</p><pre><code class=\"language-{language}\">");
            escape_text(&mut html, code);
            html.push_str("</code></pre>\n");
            String::from_utf8(Shader::default().shade(html.into_bytes())).expect("it is text")
        }

        #[test]
        fn every_language_is_coloured_and_keeps_its_text() {
            let code = "# one\nlet x = \"<a & b>\" // two\n<b id=\"c\">1</b>\n+ key: [1, true]\nif [ a ]; then echo 'x'; fi\n$ x\n";
            for (name, _) in LANGUAGES {
                let html = shade(name, code);
                assert!(html.contains("<span class=\"hl-"), "{name}: {html}");
                assert!(crate::parse::plain(&html).starts_with("x# one let x = \"<a & b>\" // two"), "{name}: {html}");
            }
        }

        #[test]
        fn words_get_the_class_of_what_they_are() {
            let html = shade("rust", "fn main() { // x < y\n    let a: u8 = 1; }\n");
            for span in ["hl-k\">fn<", "hl-f\">main<", "hl-c\">// x &lt; y<", "hl-n\">1<"] {
                assert!(html.contains(span), "{span} in {html}");
            }
            assert!(shade("diff", "-a\n+b\n").contains("hl-i\">+b"));
            assert!(shade("console", "$ a\n+b\n").contains("<span class=\"hl-f\">$ a</span>\n+b\n"));
        }

        #[test]
        fn other_code_stays_as_it_is() {
            for language in ["mermaid", "text", "nothing", "rust&quot;onclick=&quot;x"] {
                let html = shade(language, "fn main() {}");
                assert!(!html.contains("hl-"), "{html}");
            }
            for hostile in ["(".repeat(10_000), "x ".repeat(20_000)] {
                assert!(!shade("rust", &hostile).contains("hl-"));
            }
            let odd = b"<pre><code class=\"language-rust\">fn <b>x</b></code></pre>".to_vec();
            assert_eq!(Shader::default().shade(odd.clone()), odd);
        }
    }
}
