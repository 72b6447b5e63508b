//! Targets that read one page: its Markdown, its words, its addresses.

use std::collections::BTreeSet;

use fourfold::base::config::{Config, Mode};
use fourfold::base::path::SourcePath;
use fourfold::base::text::Source;
use fourfold::parse::body::options;
use fourfold::parse::page::Page;
use fourfold::parse::parse;
use fourfold::parse::rules::Rules;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::corpus;
use super::mutate::Stock;
use super::random::Random;
use super::run::{Target, Verdict, fuzz, like_known};
use super::site::Builder;
use super::strict::{acting, forbidden, read};
use super::values::{outcome, settings, sound, sound_problems};
use crate::support::html::unbalanced;

/// Places with different trust: an author's, a contributor's, a path's, a foreign folder's.
const PLACES: &[(&str, Mode)] = &[
    ("content/vision/a.md", Mode::Own),
    ("content/examples/a.md", Mode::Own),
    ("content/paths/a.md", Mode::Own),
    ("notes/a.md", Mode::Foreign),
];

fn pages() -> Vec<Vec<u8>> {
    corpus::pages().into_iter().map(String::into_bytes).collect()
}

fn page_of(bytes: &[u8], place: &str, mode: Mode) -> Page {
    let source = Source::decode(SourcePath::new(place).unwrap(), bytes.to_vec());
    parse(&source, &Rules::new(settings(mode, Config::default()).into()))
}

#[test]
fn markdown() {
    fuzz(Target { name: "markdown", first: pages(), pieces: corpus::literals(), make: &like_known, shrinks: true }, |bytes| {
        let mut done = Vec::new();
        for (place, mode) in PLACES {
            done.push(judge_page(&page_of(bytes, place, *mode), bytes)?);
        }
        Ok(outcome(done))
    });
}

/// Any bytes are a page: offsets hold, elements nest, and nothing in it is what content may not make.
fn judge_page(page: &Page, bytes: &[u8]) -> Verdict {
    let html = &page.body.html;
    if let Some(problem) = unbalanced(html) {
        return Err(format!("nesting: {problem}\n{html}"));
    }
    let whole = |range: &std::ops::Range<u32>| html.get(range.start as usize..range.end as usize).is_some();
    let ranges =
        page.body.prose.iter().chain(page.body.own.iter().cloned()).chain(page.headings.iter().map(|heading| heading.range.clone()));
    let ranges =
        ranges.chain(page.body.claim.iter().flat_map(|(outer, inner)| [outer.clone(), inner.clone()])).chain(page.body.stops.clone());
    if let Some(range) = ranges.into_iter().find(|range| !whole(range)) {
        return Err(format!("range: {range:?} of {}\n{html}", html.len()));
    }
    let holes = &page.body.holes;
    if !holes.is_sorted_by_key(|hole| hole.at)
        || !holes.iter().all(|hole| html.is_char_boundary(hole.at as usize) && (hole.link as usize) < page.links.len())
    {
        return Err(format!("holes: {holes:?}\n{html}"));
    }
    for link in &page.links {
        for span in [link.span, link.destination, link.place] {
            sound(span, bytes, &link.raw)?;
        }
    }
    sound_problems(&page.diagnostics, bytes)?;
    let read = read(html).map_err(|why| format!("spelling: {why}\n{html}"))?;
    if let Some(what) = forbidden(&read) {
        return Err(format!("forbidden: {what}\n{html}"));
    }
    let mut ids = BTreeSet::new();
    let all = read.tags.iter().flat_map(|tag| &tag.attributes).filter(|(name, _)| name == "id").map(|(_, id)| id);
    if let Some(twice) = all.into_iter().find(|id| !ids.insert((*id).clone())) {
        return Err(format!("ids: {twice:?} is there twice\n{html}"));
    }
    let codes: BTreeSet<&str> = page.diagnostics.iter().map(|problem| problem.code.name()).collect();
    let syntaxes: BTreeSet<_> = page.links.iter().map(|link| link.syntax).collect();
    Ok(outcome((read.elements(), codes, syntaxes, page.front.extra.len().min(2))))
}

/// Marks of Markdown around words that are told apart by their numbers.
const MARKS: &[&str] = &[
    " ",
    "\n",
    "\n\n",
    "*",
    "_",
    "**",
    "__",
    "~~",
    "`",
    "``",
    "> ",
    "- ",
    "* ",
    "1. ",
    "  ",
    "    ",
    "# ",
    "## ",
    "### ",
    " #",
    "|",
    " | ",
    "\n|---|---|\n",
    "\n---\n",
    "\n===\n",
    "\n```\n",
    "\n~~~\n",
    "\\",
    "\\\n",
    "  \n",
    "(",
    ")",
    "[",
    "]",
    "[^n]",
    "\n\n[^n]: ",
    "- [ ] ",
    "> [!NOTE]\n> ",
    "> [!LEADERSHIP]\n> ",
    "\n## Leadership\n\n",
    "\n## Management\n\n",
    "\n| Leader | Manager |\n|---|---|\n| ",
    ":",
    "\n: ",
    "$",
    "&amp;",
    "\"",
    "'",
    "...",
    "--",
    "!",
    "^",
    "==",
    "http://a.example/",
    "@",
    "#",
    "{",
    "}",
    "<b>",
    "</b>",
    "<td>",
    "<details>",
    "<!-- ",
    " -->",
    "%%",
    "+++\n",
    "!!! note\n    ",
    ":::\n",
    "\t",
];

#[test]
fn words() {
    let make = |_: &Stock, random: &mut Random| {
        let mut text = String::new();
        let mut number = 0;
        for _ in 0..random.below(50) {
            if random.once_in(2) {
                number += 1;
                text.push_str(&format!("word{number}z"));
            }
            text.push_str(random.word(MARKS));
        }
        text.into_bytes()
    };
    fuzz(Target { name: "words", first: Vec::new(), pieces: Vec::new(), make: &make, shrinks: true }, |bytes| {
        let mut done = Vec::new();
        for (place, mode) in PLACES {
            done.push(judge_words(bytes, place, *mode)?);
        }
        Ok(outcome(done))
    });
}

/// Every word that the parser of Markdown takes for text is text of the page; nothing is dropped.
fn judge_words(bytes: &[u8], place: &str, mode: Mode) -> Verdict {
    let page = page_of(bytes, place, mode);
    let text = String::from_utf8_lossy(bytes);
    let shown = read(&page.body.html).map_err(|why| format!("spelling: {why}"))?.text;
    let shown: BTreeSet<&str> = marked(&shown).collect();
    let said: Vec<&str> = page.diagnostics.iter().map(|problem| problem.code.name()).collect();
    // Facts at the top are no text; what is said of them is tried elsewhere.
    if text.trim_start().starts_with("+++") || text.contains("%%") {
        return Ok(outcome(said));
    }
    // A note that nothing on the page refers to is shown nowhere, as on code hosts.
    // Lists of definitions are read where a line begins like one.
    let lists = text.contains("\n: ") || text.contains("\n:\t");
    let options = options() | if lists { Options::ENABLE_DEFINITION_LIST } else { Options::empty() };
    let referred = notes_in_use(&text, options);
    let (mut hidden, mut in_html) = (0, false);
    let (mut notes, mut seen) = (Vec::new(), BTreeSet::new());
    for event in Parser::new_ext(&text, options) {
        match event {
            Event::Start(Tag::FootnoteDefinition(label)) => {
                // Of two notes with one label the first counts.
                let used = referred.contains(&*label) && seen.insert(label.to_string());
                notes.push(used);
                hidden += i32::from(!used);
            }
            Event::End(TagEnd::FootnoteDefinition) => hidden -= i32::from(notes.pop() == Some(false)),
            Event::Start(Tag::Image { .. } | Tag::MetadataBlock(_)) => hidden += 1,
            Event::End(TagEnd::Image | TagEnd::MetadataBlock(_)) => hidden -= 1,
            Event::Start(Tag::HtmlBlock) => in_html = true,
            Event::End(TagEnd::HtmlBlock) => in_html = false,
            Event::Text(words) | Event::Code(words) if hidden == 0 && !in_html => {
                // `^name` at the end of a line names its block and is not shown.
                let names_a_block = |word: &&str| page.ids.iter().any(|id| id.starts_with('^') && id.contains(&format!("word{word}z")));
                if let Some(lost) = marked(&words).find(|word| !shown.contains(word) && !names_a_block(word)) {
                    return Err(format!("lost: `{lost}` at {place}\n{}", page.body.html));
                }
            }
            _ => {}
        }
    }
    Ok(outcome((said, page.headings.len().min(4))))
}

/// The labels of the notes to which the text refers, or a note that it refers to.
fn notes_in_use(text: &str, options: Options) -> BTreeSet<String> {
    let (mut open, mut references) = (Vec::new(), Vec::new());
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Start(Tag::FootnoteDefinition(label)) => open.push(label.to_string()),
            Event::End(TagEnd::FootnoteDefinition) => _ = open.pop(),
            Event::FootnoteReference(label) => references.push((open.last().cloned(), label.to_string())),
            _ => {}
        }
    }
    let mut used = BTreeSet::new();
    loop {
        let from_here = |from: &Option<String>| from.as_ref().is_none_or(|from| used.contains(from));
        let more: Vec<String> =
            references.iter().filter(|(from, to)| from_here(from) && !used.contains(to)).map(|(_, to)| to.clone()).collect();
        if more.is_empty() {
            return used;
        }
        used.extend(more);
    }
}

/// The words that were put in.
fn marked(text: &str) -> impl Iterator<Item = &str> {
    text.split("word").skip(1).filter_map(|rest| {
        let end = rest.find('z')?;
        (end > 0 && rest[..end].bytes().all(|byte| byte.is_ascii_digit())).then(|| &rest[..end])
    })
}

/// What addresses are made of.
const PARTS: &[&str] = &[
    "javascript",
    "JaVaScRiPt",
    "vbscript",
    "data",
    "http",
    "https",
    "mailto",
    "tel",
    "file",
    "blob",
    "view-source",
    "x",
    ":",
    "&colon;",
    "&#58;",
    "&#x3a;",
    "%3a",
    "//",
    "/",
    "\\",
    "/\\",
    "host.example",
    "@",
    "?",
    "#",
    "&Tab;",
    "&NewLine;",
    "&#9;",
    "&#10;",
    "&#0;",
    "&#1;",
    "\u{1}",
    "\u{0}",
    "\t",
    " ",
    "\u{a0}",
    "\u{200b}",
    "\u{ad}",
    "\u{feff}",
    "\u{2028}",
    "&amp;",
    "&",
    ";",
    "&#x6a;",
    "&#106;",
    "&lpar;",
    "alert(1)",
    "text/html,",
    "image/png;base64,AA",
    "image/svg+xml,<svg/onload=x>",
    "..",
    ".",
    "index.md",
    "a b",
    "%20",
    "%00",
    "%zz",
    "\"",
    "'",
    "<",
    ">",
    "(",
    ")",
    "https://github.com/acme/book",
    "/blob/main/",
    "//host",
    "[",
    "]",
    "`",
    "tp://",
    "pathname://",
];

#[test]
fn urls() {
    let make = |_: &Stock, random: &mut Random| {
        let mut text = String::new();
        (0..1 + random.below(7)).for_each(|_| text.push_str(random.word(PARTS)));
        text.into_bytes()
    };
    let first = [
        "javascript:alert(1)",
        "java\nscript:x",
        "&#106;avascript:x",
        "\u{1}javascript:x",
        "//host/x",
        "/\\host",
        "data:image/png;base64,AA",
        "mailto:a@b.c",
    ];
    let builder = Builder::default();
    let first = first.map(|url| url.as_bytes().to_vec()).to_vec();
    fuzz(Target { name: "urls", first, pieces: Vec::new(), make: &make, shrinks: true }, |bytes| {
        judge_url(&builder, &String::from_utf8_lossy(bytes))
    });
}

/// An address in every place where content may write one; what reaches the pages is relative or has a scheme that is allowed.
fn judge_url(builder: &Builder, url: &str) -> Verdict {
    let line = url.replace(['\n', '\r'], " ");
    let escaped = url.replace('&', "&amp;").replace('"', "&quot;");
    let text = format!(
        "== content/index.md\n# Home\n\nThe question.\n\n\
         == content/vision/a.md\n+++\ntitle = \"A\"\nby = {by}\naliases = [{by}]\nillustrates = [{by}]\ntags = [{by}]\n+++\n# A\n\n\
         [a]({line}) [b](<{line}>) <{line}> {line} ![c]({line}) [d][ref] [[{line}]] ![[{line}]] <a href=\"{line}\">e</a> <a href='{line}'>f</a>\n\
         <img src=\"{escaped}\"> <a href=\"{escaped}\">g</a> <video src=\"{line}\" poster=\"{line}\"></video> <q cite=\"{line}\">h</q>\n\n\
         [ref]: <{line}> \"title\"\n\n\
         == content/examples/b.md\n+++\nillustrates = \"A\"\n+++\n# B\n\n[a]({line}) <a href=\"{line}\">b</a> <{line}>\n",
        by = serde_json::to_string(url).unwrap()
    );
    let handbook = Builder::handbook(text.as_bytes());
    let site = builder.build(&handbook).ok_or("config: there is none")?;
    for (path, bytes) in site.files.iter().filter(|(path, _)| path.ends_with(".html")) {
        if let Some(what) = acting(&String::from_utf8_lossy(bytes)) {
            return Err(format!("acting: {what} in {path}"));
        }
    }
    let codes: BTreeSet<&str> = site.diagnostics.iter().map(|problem| problem.code.name()).collect();
    Ok(outcome((codes, site.links.len().min(40))))
}
