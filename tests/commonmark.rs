//! The examples of the CommonMark specification, through our own reading of a page.
//!
//! `FOURFOLD_COMMONMARK` names the file with the examples (`spec-0.31.2.json` as commonmark.org has it). Without it the
//! test has nothing to judge and says so; `.ci/run` always names it, and a name that cannot be read fails.

use std::env;
use std::fs;
use std::sync::Arc;

use fourfold::base::config::{Config, Mode, Settings};
use fourfold::base::path::SourcePath;
use fourfold::base::text::Source;
use fourfold::parse::page::{Hole, Link, Page, Part};
use fourfold::parse::parse;
use fourfold::parse::rules::Rules;
use serde::Deserialize;

use crate::support::handbook::TODAY;
use crate::support::html::{Node, tree};

#[derive(Deserialize)]
struct Example {
    markdown: String,
    html: String,
    example: u32,
    section: String,
}

/// Examples that we show otherwise, with the reason.
const DIFFERENCES: &[(u32, &str)] = &[
    (200, "a link without an address leads nowhere and is its words"),
    (485, "a link without an address leads nowhere and is its words"),
    (486, "a link without an address leads nowhere and is its words"),
    (487, "a link without an address leads nowhere and is its words"),
    (567, "a link without an address leads nowhere and is its words"),
    (548, "two pairs of brackets are a wikilink"),
    (559, "two pairs of brackets are a wikilink"),
    (590, "two pairs of brackets are a wikilink, and an embed with an exclamation mark"),
    (596, "the scheme is none that a page may lead to"),
    (598, "the scheme is none that a page may lead to"),
    (599, "the scheme is none that a page may lead to"),
    (601, "the scheme is none that a page may lead to"),
    (602, "a bare address is a link, as on GitHub"),
    (608, "a bare address is a link, as on GitHub"),
    (611, "a bare address is a link, as on GitHub"),
];

#[test]
fn the_examples_of_commonmark_hold_but_for_those_listed() {
    let Some(file) = env::var_os("FOURFOLD_COMMONMARK") else {
        return eprintln!("CommonMark's examples are not judged: FOURFOLD_COMMONMARK names no file");
    };
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    // The specification writes a tab as an arrow, so that it shows.
    let examples: Vec<Example> = serde_json::from_str(&text.replace('→', "\\t")).unwrap();
    assert!(examples.len() >= 600, "only {} examples", examples.len());
    let rules = rules();
    let mut wrong = String::new();
    let (mut agree, mut listed) = (0, 0);
    for example in &examples {
        let (ours, theirs) = (ours(&example.markdown, &rules), normal(&tree(&example.html)));
        let reason = DIFFERENCES.iter().find(|(number, _)| *number == example.example);
        match (ours == theirs, reason) {
            (true, None) => agree += 1,
            (false, Some(_)) => listed += 1,
            (true, Some(_)) => wrong += &format!("{}: agrees, though it is listed\n\n", example.example),
            (false, None) => {
                wrong += &format!(
                    "{} ({})\n  markdown: {:?}\n  theirs:   {theirs}\n  ours:     {ours}\n\n",
                    example.example, example.section, example.markdown
                );
            }
        }
    }
    eprintln!("CommonMark: {agree} of {} examples agree, {listed} differ by design", examples.len());
    assert!(wrong.is_empty(), "{wrong}");
}

fn rules() -> Rules {
    let settings = Settings {
        config: Config { full: vec!["**".into()], remote: true, ..Config::default() },
        mode: Mode::Own,
        content: "content".into(),
        today: TODAY,
        drafts: false,
        portable: false,
        vault: false,
        static_roots: Vec::new(),
        signposts: Default::default(),
        history: Default::default(),
        below: String::new(),
        strings: Default::default(),
        visuals: Default::default(),
    };
    Rules::new(Arc::new(settings))
}

fn ours(markdown: &str, rules: &Rules) -> String {
    // An empty block of front matter keeps an example from being read as one.
    let text = format!("+++\n+++\n{markdown}");
    let source = Source::from_text(SourcePath::new("content/example.md").unwrap(), &text);
    let page = parse(&source, rules);
    let nodes = tree(&filled(&page));
    let mut levels = page.headings.iter().map(|heading| heading.level);
    normal(&nodes.iter().filter_map(|node| plain(node, &mut levels)).collect::<Vec<_>>())
}

/// The text of a page as if every link led where it says.
fn filled(page: &Page) -> String {
    let html = &page.body.html;
    let mut out = String::new();
    let mut at = 0;
    for Hole { at: place, link, part } in &page.body.holes {
        out.push_str(&html[at..*place as usize]);
        at = *place as usize;
        let link = &page.links[*link as usize];
        let raw = attribute(&link.raw);
        match part {
            Part::Open => out.push_str(&format!("<a href=\"{raw}\"{}>", title(link))),
            Part::Close => out.push_str("</a>"),
            Part::Words => out.push_str(&raw),
            Part::Image | Part::Embed => {
                let alt = attribute(link.label.as_deref().unwrap_or_default());
                out.push_str(&format!("<img src=\"{raw}\" alt=\"{alt}\"{}>", title(link)));
            }
            Part::Href => out.push_str(&format!(" href=\"{raw}\"")),
            Part::Src | Part::Img => out.push_str(&format!(" src=\"{raw}\"")),
        }
    }
    out + &html[at..]
}

fn title(link: &Link) -> String {
    link.title.as_ref().map_or_else(String::new, |title| format!(" title=\"{}\"", attribute(title)))
}

fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

/// A node without what is ours by design: ids and anchors of headings and their levels, ids of paragraphs, wrappers,
/// hints about loading, labels.
fn plain(node: &Node, levels: &mut impl Iterator<Item = u8>) -> Option<Node> {
    let Node::Element { name, attributes, children } = node else { return Some(node.clone()) };
    let class = attributes.iter().find(|(name, _)| name == "class").map(|(_, class)| class.as_str());
    if class == Some("anchor") {
        return None;
    }
    let heading = children
        .iter()
        .any(|child| matches!(child, Node::Element { attributes, .. } if attributes.iter().any(|(_, value)| value == "anchor")))
        || (name.len() == 2 && name.starts_with('h') && name != "hr");
    let name = if heading { format!("h{}", levels.next().unwrap_or(0)) } else { name.clone() };
    let ours = |key: &str, value: &str| match key {
        "id" => heading || value.starts_with("_ff-"),
        "loading" | "decoding" => true,
        _ => false,
    };
    let attributes = attributes.iter().filter(|(key, value)| !ours(key, value)).cloned().collect();
    let children = children.iter().filter_map(|child| plain(child, levels)).collect();
    Some(Node::Element { name, attributes, children })
}

/// A tree as one text: attributes sorted, addresses as a browser reads them, white space collapsed but in `<pre>`.
fn normal(nodes: &[Node]) -> String {
    let mut out = String::new();
    write(nodes, false, &mut out);
    out.trim().to_owned()
}

fn write(nodes: &[Node], verbatim: bool, out: &mut String) {
    for node in nodes {
        match node {
            Node::Text(text) if verbatim => out.push_str(text),
            Node::Text(text) => {
                for word in text.split_inclusive(char::is_whitespace) {
                    out.push_str(word.trim_end());
                    if word.ends_with(char::is_whitespace) && !out.ends_with([' ', '>']) {
                        out.push(' ');
                    }
                }
            }
            Node::Element { name, attributes, children } => {
                if !verbatim && is_block(name) {
                    out.truncate(out.trim_end().len());
                }
                out.push_str(&format!("<{name}"));
                let mut attributes: Vec<_> = attributes.iter().filter(|(key, value)| !(key == "title" && value.is_empty())).collect();
                attributes.sort();
                for (key, value) in attributes {
                    let value = if matches!(key.as_str(), "href" | "src") { address(value) } else { value.clone() };
                    out.push_str(&format!(" {key}={value:?}"));
                }
                out.push('>');
                write(children, verbatim || name == "pre", out);
                if !verbatim && is_block(name) {
                    out.truncate(out.trim_end().len());
                }
                out.push_str(&format!("</{name}>"));
            }
        }
    }
}

fn is_block(name: &str) -> bool {
    ["p", "li", "ul", "ol", "blockquote", "pre", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "table", "div", "br", "td"].contains(&name)
}

/// An address with every escape undone, since two writers escape different characters.
fn address(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = |at: usize| after.get(at).and_then(|byte| (*byte as char).to_digit(16));
        if let (b'%', Some(high), Some(low)) = (first, hex(0), hex(1)) {
            bytes.push((high * 16 + low) as u8);
            rest = &after[2..];
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
