//! What cases are made from: texts that stand in the repository, and the literals of our own scanners.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Texts longer than this are left to the tests of growth.
const LONGEST: usize = 6_000;

/// The Markdown of the specs' files, the hostile cases and the shipped handbook, sorted.
pub fn pages() -> Vec<String> {
    let mut texts: BTreeSet<String> = sites()
        .iter()
        .flat_map(|site| super::site::split(site.as_bytes()))
        .map(|(_, text)| String::from_utf8_lossy(&text).into_owned())
        .collect();
    for folder in ["content", "tests/hostile"] {
        texts.extend(files(&root().join(folder), "md").iter().filter_map(|path| fs::read_to_string(path).ok()));
    }
    texts.into_iter().filter(|text| text.len() <= LONGEST && !text.is_empty()).collect()
}

/// Whole handbooks: each case of the specs as one text in which `== path` begins a file.
pub fn sites() -> Vec<String> {
    let sites: BTreeSet<String> = crate::specs::handbooks().iter().map(|handbook| super::site::joined(&handbook.files)).collect();
    sites.into_iter().filter(|site| site.len() <= LONGEST && !site.is_empty()).collect()
}

/// Every file below a folder with an extension, sorted.
pub fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .into_iter()
        .flatten()
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|found| found == extension) && path.is_file())
        .collect();
    found.sort();
    found
}

/// The string and character literals of the code that reads what people write: what it looks for is what may mislead it.
pub fn literals() -> Vec<String> {
    let mut found = BTreeSet::new();
    for folder in ["src/parse", "src/base", "src/discover", "src/resolve"] {
        for path in files(&root().join(folder), "rs") {
            mine(&fs::read_to_string(path).unwrap_or_default(), &mut found);
        }
    }
    // What is long and has many words is said to people, not looked for.
    found.into_iter().filter(|text| !text.is_empty() && text.len() <= 40 && text.matches(' ').count() <= 3).collect()
}

/// Takes the literals out of one source file.
fn mine(code: &str, found: &mut BTreeSet<String>) {
    for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
        let mut rest = line;
        while let Some(at) = rest.find(['"', '\'']) {
            let quote = rest.as_bytes()[at] as char;
            rest = &rest[at + 1..];
            match literal(rest, quote) {
                Some((text, length)) => {
                    found.insert(text);
                    rest = &rest[length..];
                }
                None => continue,
            }
        }
    }
}

/// The literal at the start of a text, and where it has ended; `None` for a lifetime or a string over several lines.
fn literal(text: &str, quote: char) -> Option<(String, usize)> {
    let mut out = String::new();
    let mut chars = text.char_indices();
    while let Some((at, ch)) = chars.next() {
        match ch {
            _ if ch == quote => return Some((out, at + 1)),
            '\\' => match chars.next()?.1 {
                'n' => out.push('\n'),
                't' => out.push('\t'),
                'r' => out.push('\r'),
                '0' => out.push('\0'),
                'u' => {
                    let digits: String = chars.by_ref().map(|(_, ch)| ch).skip(1).take_while(|ch| *ch != '}').collect();
                    out.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
                }
                'x' => {
                    let digits: String = chars.by_ref().map(|(_, ch)| ch).take(2).collect();
                    out.push(char::from(u8::from_str_radix(&digits, 16).ok()?));
                }
                other => out.push(other),
            },
            _ if quote == '\'' && out.chars().count() >= 1 => return None,
            _ => out.push(ch),
        }
    }
    None
}

/// Characters and pieces that have misled programs before.
pub const SPITEFUL: &[&str] = &[
    "\0",
    "\u{1}",
    "\u{8}",
    "\u{b}",
    "\u{c}",
    "\u{1b}",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{ad}",
    "\u{200b}",
    "\u{200d}",
    "\u{202e}",
    "\u{2028}",
    "\u{2066}",
    "\u{301}",
    "\u{feff}",
    "\u{fffd}",
    "\u{ffff}",
    "\u{1f469}\u{200d}\u{1f467}",
    "ﬀ",
    "İ",
    "ß",
    "ſ",
    "K",
    "é",
    "e\u{301}",
    "\r",
    "\r\n",
    "\n",
    "\n\n",
    "\t",
    "    ",
    "\\",
    "%2e%2e",
    "%00",
    "%",
    "..",
    "../",
    "//",
    "/",
    "\\\\",
    ":",
    "&#0;",
    "&#x6A;",
    "&colon;",
    "&Tab;",
    "&NewLine;",
    "&lt;",
    "]]>",
    "-->",
    "--!>",
    "<!--",
    "<![CDATA[",
    "<?",
    "</",
    "<script>",
    "</script>",
    "<style>",
    "<svg onload=x>",
    "<math>",
    "<iframe src=x>",
    "<img src=x onerror=y>",
    "<a href=javascript:x>",
    "javascript:x",
    "JaVa\tScript:x",
    "data:text/html,x",
    "vbscript:x",
    "\"",
    "'",
    "`",
    "={",
    "__proto__",
    "constructor",
    "NUL",
    "CON.md",
    ".fourfold/manifest",
    "_redirects",
    "index.html",
    "- ",
    "> ",
    "1. ",
    "# ",
    "| a | b |\n|---|---|\n",
    "[^1]",
    "\n[^1]: ",
    "```\n",
    "~~~\n",
    "$x^2$",
    "$$",
    "%%",
    "{{",
    "}}",
    "{%",
    "%}",
    ":::",
    "!!! ",
    "[[",
    "]]",
    "![[",
    "![",
    "](",
    "[x]: ",
    "<",
    ">",
    "=== \"a\"\n",
    "+++\n",
    "---\n",
    "&",
    "*",
    "_",
    "~~",
    "^",
    "{#a}",
    "{.b c=d}",
    "99999999999999999999",
    "-1",
    "0x10",
    "1e999",
    "2026-02-30",
    "true",
    "~",
    "null",
    "!!binary",
    "&a ",
    "*a",
    "<<: ",
    "? ",
    "@x",
    "[[a|b]]",
];
