//! A reader of HTML for tests: tokens, a tree, a form in which two texts can be compared and read.

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Token, Tokenizer};

/// Elements without an end.
pub const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// Elements that draw.
const DRAWN: [&str; 5] = ["circle", "line", "path", "polygon", "rect"];

/// Elements that stand on lines of their own where HTML is written for people.
const BLOCKS: [&str; 46] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "label",
    "legend",
    "li",
    "link",
    "main",
    "meta",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
    "tfoot",
];

/// One token; comments and the doctype are left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece {
    Start(String, Vec<(String, String)>),
    End(String),
    Text(String),
}

/// The tokens of some HTML.
pub fn pieces(html: &str) -> Vec<Piece> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut out: Vec<Piece> = Vec::new();
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Token::StartTag(tag) => {
                let attributes = tag.attributes.iter().map(|(name, value)| (text(name), text(value))).collect();
                out.push(Piece::Start(text(&tag.name), attributes));
                // Only elements of SVG may close themselves.
                if tag.self_closing && DRAWN.contains(&text(&tag.name).as_str()) {
                    out.push(Piece::End(text(&tag.name)));
                }
            }
            Token::EndTag(tag) => out.push(Piece::End(text(&tag.name))),
            Token::String(words) => match out.last_mut() {
                Some(Piece::Text(last)) => last.push_str(&text(&words)),
                _ => out.push(Piece::Text(text(&words))),
            },
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    out
}

/// What is wrong with the nesting, if anything: every start has its end, every end its start, in order.
pub fn unbalanced(html: &str) -> Option<String> {
    let mut open: Vec<String> = Vec::new();
    for piece in pieces(html) {
        match piece {
            Piece::Start(name, _) if VOID.contains(&name.as_str()) => {}
            Piece::Start(name, _) => open.push(name),
            Piece::End(name) => match open.pop() {
                Some(last) if last == name => {}
                last => return Some(format!("</{name}> closes {last:?}")),
            },
            Piece::Text(_) => {}
        }
    }
    open.pop().map(|name| format!("<{name}> is left open"))
}

/// What a browser would tear apart although it is balanced: blocks in paragraphs, links in links.
pub fn misnested(html: &str) -> Option<String> {
    let mut open: Vec<String> = Vec::new();
    for piece in pieces(html) {
        match piece {
            Piece::Start(name, _) => {
                let inside = |outer: &str| open.iter().any(|open| open == outer);
                // A paragraph holds phrases only; a table starts afresh.
                if open.iter().rev().take_while(|open| *open != "table").any(|open| open == "p")
                    && CLOSES_PARAGRAPHS.contains(&name.as_str())
                {
                    return Some(format!("<{name}> in <p>"));
                }
                if name == "a" && inside("a") {
                    return Some("<a> in <a>".into());
                }
                if !VOID.contains(&name.as_str()) {
                    open.push(name);
                }
            }
            Piece::End(name) => {
                if let Some(at) = open.iter().rposition(|open| *open == name) {
                    open.truncate(at);
                }
            }
            Piece::Text(_) => {}
        }
    }
    None
}

/// Elements whose start ends a paragraph.
const CLOSES_PARAGRAPHS: [&str; 30] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "details",
    "div",
    "dl",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "ul",
    "dd",
];

/// An element or a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Node {
    Element { name: String, attributes: Vec<(String, String)>, children: Vec<Node> },
    Text(String),
}

impl Node {
    fn attribute(&self, wanted: &str) -> Option<&str> {
        match self {
            Self::Element { attributes, .. } => attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str()),
            Self::Text(_) => None,
        }
    }

    fn is(&self, selector: &str) -> bool {
        let Self::Element { name, .. } = self else { return false };
        if let Some(class) = selector.strip_prefix('.') {
            return self.attribute("class").is_some_and(|classes| classes.split_whitespace().any(|one| one == class));
        }
        match selector.strip_prefix('#') {
            Some(id) => self.attribute("id") == Some(id),
            None => name == selector,
        }
    }
}

/// The tree of some HTML; an end without a start is left out, and what is left open ends where its parent ends.
pub fn tree(html: &str) -> Vec<Node> {
    type Open = (String, Vec<(String, String)>, Vec<Node>);
    let mut stack: Vec<Open> = vec![(String::new(), Vec::new(), Vec::new())];
    let close = |stack: &mut Vec<Open>| {
        let (name, attributes, children) = stack.pop().unwrap();
        stack.last_mut().unwrap().2.push(Node::Element { name, attributes, children });
    };
    for piece in pieces(html) {
        match piece {
            Piece::Start(name, attributes) => {
                let void = VOID.contains(&name.as_str());
                stack.push((name, attributes, Vec::new()));
                if void {
                    close(&mut stack);
                }
            }
            Piece::End(name) => {
                if let Some(at) = stack.iter().rposition(|open| open.0 == name).filter(|at| *at > 0) {
                    while stack.len() > at {
                        close(&mut stack);
                    }
                }
            }
            Piece::Text(text) => stack.last_mut().unwrap().2.push(Node::Text(text)),
        }
    }
    while stack.len() > 1 {
        close(&mut stack);
    }
    stack.pop().unwrap().2
}

/// Every element that fits a tag name, a `.class` or an `#id`, in order; the insides of what fits are not searched.
pub fn select<'a>(nodes: &'a [Node], selector: &str) -> Vec<&'a Node> {
    let mut found = Vec::new();
    for node in nodes {
        if node.is(selector) {
            found.push(node);
        } else if let Node::Element { children, .. } = node {
            found.extend(select(children, selector));
        }
    }
    found
}

/// The text of a tree.
pub fn text(nodes: &[Node]) -> String {
    nodes
        .iter()
        .map(|node| match node {
            Node::Text(text) => text.clone(),
            Node::Element { children, .. } => text(children),
        })
        .collect()
}

/// HTML as people read it: a block a line, white space collapsed, attributes sorted; without the links that headings
/// have to themselves and without hints about loading, which are the same everywhere.
pub fn pretty(nodes: &[Node]) -> String {
    let mut out = String::new();
    for node in nodes {
        draw(node, 0, false, &mut out);
    }
    let lines = out.lines().map(str::trim_end).filter(|line| !line.is_empty());
    lines.fold(String::new(), |text, line| text + &line.replace('\u{1}', "") + "\n")
}

fn is_noise(node: &Node) -> bool {
    node.is(".anchor")
}

fn draw(node: &Node, depth: usize, verbatim: bool, out: &mut String) {
    match node {
        Node::Text(text) if verbatim => out.push_str(&escape(text).replace('\n', "\n\u{1}")),
        Node::Text(text) => {
            let fresh = out.is_empty() || out.ends_with(['\n', ' ']);
            let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if text.starts_with(char::is_whitespace) && !fresh {
                out.push(' ');
            }
            if !words.is_empty() {
                indent(depth, out);
                out.push_str(&escape(&words));
                if text.ends_with(char::is_whitespace) {
                    out.push(' ');
                }
            }
        }
        Node::Element { name, attributes, children } if !is_noise(node) => {
            let block = BLOCKS.contains(&name.as_str()) && !verbatim;
            if block {
                line(out);
            }
            if !verbatim {
                indent(depth, out);
            }
            out.push('<');
            out.push_str(name);
            let mut attributes: Vec<_> = attributes.iter().filter(|(name, _)| name != "loading" && name != "decoding").collect();
            attributes.sort();
            for (name, value) in attributes {
                out.push_str(&format!(" {name}=\"{}\"", escape(value).replace('"', "&quot;")));
            }
            out.push('>');
            let holds_blocks = children.iter().any(|child| matches!(child, Node::Element { name, .. } if BLOCKS.contains(&name.as_str())));
            if block && holds_blocks {
                line(out);
            }
            for child in children {
                draw(child, if block && holds_blocks { depth + 1 } else { depth }, verbatim || name == "pre", out);
            }
            if !VOID.contains(&name.as_str()) {
                if block && holds_blocks {
                    line(out);
                    indent(depth, out);
                } else if block && out.ends_with(' ') {
                    out.truncate(out.trim_end_matches(' ').len());
                }
                out.push_str(&format!("</{name}>"));
            }
            if block {
                line(out);
            }
        }
        Node::Element { .. } => {}
    }
}

fn line(out: &mut String) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }
}

fn indent(depth: usize, out: &mut String) {
    if out.is_empty() || out.ends_with('\n') {
        out.push_str(&"  ".repeat(depth));
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
