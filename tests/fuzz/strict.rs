//! A reader of the HTML that we write, which shares nothing with the code that wrote it and forgives nothing.
//!
//! It knows one spelling of tags, attributes and entities, so what it takes is read alike by every browser; anything else is a
//! failure. What it has read is held against lists of elements, attributes and schemes. The lists are those of the promise (content
//! cannot put script, style or an active address into a page), not those of the program.

use std::collections::BTreeSet;

/// Elements that content may make; those of MathML follow.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "audio",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hgroup",
    "hr",
    "i",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "li",
    "mark",
    "menu",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "source",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "track",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
    "math",
    "semantics",
    "annotation",
    "menclose",
    "merror",
    "mfrac",
    "mi",
    "mmultiscripts",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mphantom",
    "mprescripts",
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
    "none",
];

/// Attributes that content may make.
const ATTRIBUTES: &[&str] = &[
    "abbr",
    "accent",
    "accentunder",
    "align",
    "alt",
    "aria-hidden",
    "aria-label",
    "aria-describedby",
    "aria-labelledby",
    "checked",
    "cite",
    "class",
    "colspan",
    "columnalign",
    "columnlines",
    "columnspacing",
    "controls",
    "data-code",
    "data-lang",
    "datetime",
    "depth",
    "dir",
    "disabled",
    "display",
    "displaystyle",
    "encoding",
    "fence",
    "form",
    "headers",
    "height",
    "href",
    "hreflang",
    "id",
    "kind",
    "label",
    "lang",
    "largeop",
    "linethickness",
    "loading",
    "loop",
    "lspace",
    "mathbackground",
    "mathcolor",
    "mathsize",
    "mathvariant",
    "maxsize",
    "media",
    "minsize",
    "movablelimits",
    "muted",
    "notation",
    "open",
    "preload",
    "reversed",
    "role",
    "rowlines",
    "rowspacing",
    "rowspan",
    "rspace",
    "scope",
    "scriptlevel",
    "separator",
    "span",
    "src",
    "srclang",
    "start",
    "stretchy",
    "symmetric",
    "tabindex",
    "title",
    "translate",
    "type",
    "value",
    "voffset",
    "width",
    "xmlns",
];

/// Attributes that a browser takes for addresses.
const ADDRESSES: &[&str] =
    &["href", "src", "cite", "poster", "srcset", "data", "action", "formaction", "background", "ping", "longdesc", "usemap"];

/// A start tag.
pub struct Tag {
    pub name: String,
    pub attributes: Vec<(String, String)>,
}

/// What a page consists of.
#[derive(Default)]
pub struct Read {
    pub tags: Vec<Tag>,
    /// All text that is shown, a space where a tag was.
    pub text: String,
}

impl Read {
    /// The different elements.
    pub fn elements(&self) -> BTreeSet<&str> {
        self.tags.iter().map(|tag| tag.name.as_str()).collect()
    }
}

/// Reads HTML that is spelt as we spell it.
pub fn read(html: &str) -> Result<Read, String> {
    let mut out = Read::default();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.text.push_str(&decoded(&rest[..at])?);
        out.text.push(' ');
        rest = &rest[at + 1..];
        let near = || rest.chars().take(60).collect::<String>();
        if let Some(after) = rest.strip_prefix('/') {
            let end = name_length(after);
            if end == 0 || !after[end..].starts_with('>') {
                return Err(format!("an end tag of another spelling: {:?}", near()));
            }
            rest = &after[end + 1..];
            continue;
        }
        let (tag, length) = tag(rest).map_err(|why| format!("{why}: {:?}", near()))?;
        rest = &rest[length..];
        out.tags.push(tag);
    }
    out.text.push_str(&decoded(rest)?);
    Ok(out)
}

/// The tag that begins after `<`, and where it has ended.
fn tag(text: &str) -> Result<(Tag, usize), String> {
    let mut at = name_length(text);
    if at == 0 {
        return Err("a `<` that begins no tag".into());
    }
    let mut tag = Tag { name: text[..at].to_owned(), attributes: Vec::new() };
    loop {
        let rest = &text[at..];
        if rest.starts_with('>') {
            return Ok((tag, at + 1));
        }
        if rest.starts_with("/>") || rest.starts_with(" />") {
            return Ok((tag, at + rest.find('>').unwrap_or(0) + 1));
        }
        let Some(rest) = rest.strip_prefix(' ') else { return Err("a tag of another spelling".into()) };
        let length = rest.find(|ch: char| !(ch.is_ascii_lowercase() || ch == '-' || ch.is_ascii_digit())).unwrap_or(rest.len());
        if length == 0 {
            return Err("an attribute without a name".into());
        }
        let name = rest[..length].to_owned();
        at += 1 + length;
        let mut value = String::new();
        if let Some(quoted) = rest[length..].strip_prefix("=\"") {
            let end = quoted.find('"').ok_or("an attribute that never ends")?;
            value = decoded(&quoted[..end])?;
            at += 2 + end + 1;
        }
        if tag.attributes.iter().any(|(known, _)| *known == name) {
            return Err(format!("the attribute {name} twice"));
        }
        tag.attributes.push((name, value));
    }
}

fn name_length(text: &str) -> usize {
    text.find(|ch: char| !(ch.is_ascii_lowercase() || ch.is_ascii_digit())).unwrap_or(text.len())
}

/// Text with the few entities that we write.
fn decoded(text: &str) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let end = rest[at..].find(';').map_or(rest.len(), |end| at + end + 1);
        out.push_str(match &rest[at..end] {
            "&amp;" => "&",
            "&lt;" => "<",
            "&gt;" => ">",
            "&quot;" => "\"",
            "&#39;" | "&#x27;" => "'",
            "&nbsp;" | "&#160;" => "\u{a0}",
            "&#8617;" => "\u{21a9}",
            other => return Err(format!("an entity of another spelling: {:?}", other.chars().take(40).collect::<String>())),
        });
        rest = &rest[end..];
    }
    out.push_str(rest);
    Ok(out)
}

/// The first thing in a page that content may not make.
pub fn forbidden(read: &Read) -> Option<String> {
    read.tags.iter().find_map(|tag| {
        if !ELEMENTS.contains(&tag.name.as_str()) {
            return Some(format!("the element <{}>", tag.name));
        }
        tag.attributes.iter().find_map(|(name, value)| {
            if !ATTRIBUTES.contains(&name.as_str()) {
                return Some(format!("the attribute {name} on <{}>", tag.name));
            }
            let address = ADDRESSES.contains(&name.as_str()) && !is_allowed(value, name);
            address.then(|| format!("the address {value:?} in {name} of <{}>", tag.name))
        })
    })
}

/// Whether an address, as a browser reads it, is relative or has a scheme that content may use.
pub fn is_allowed(address: &str, attribute: &str) -> bool {
    // As the URL standard has it: C0 controls and spaces go from the ends, tabs and line ends from anywhere.
    let address: String = address.trim_matches(|ch: char| ch <= ' ').chars().filter(|ch| !matches!(ch, '\t' | '\n' | '\r')).collect();
    let scheme = address.find(|ch: char| !(ch.is_ascii_alphanumeric() || matches!(ch, '+' | '-' | '.')));
    let Some(end) = scheme.filter(|end| address[*end..].starts_with(':') && address.starts_with(|ch: char| ch.is_ascii_alphabetic()))
    else {
        // A backslash is a slash to browsers, so these lead to other hosts.
        return !address.starts_with("\\") && !address.starts_with("/\\");
    };
    match address[..end].to_ascii_lowercase().as_str() {
        "http" | "https" | "mailto" | "tel" => true,
        "data" => {
            let kind = address[end + 1..].to_ascii_lowercase();
            attribute == "src"
                && (kind == ","
                    || ["png", "jpeg", "jpg", "gif", "webp", "avif"].iter().any(|picture| kind.starts_with(&format!("image/{picture}"))))
        }
        _ => false,
    }
}

/// What would act in a whole page, that of a site with its theme: scripts and styles that are written into it, handlers, addresses.
pub fn acting(html: &str) -> Option<String> {
    crate::support::html::pieces(html).iter().find_map(|piece| {
        let crate::support::html::Piece::Start(name, attributes) = piece else { return None };
        let has = |wanted: &str| attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
        let foreign = |address: &str| address.contains("://") || address.starts_with("//");
        let bad = match name.as_str() {
            "script" => !(has("type") == Some("application/ld+json") || has("src").is_some_and(|src| src.contains("_/") && !foreign(src))),
            "link" => has("rel") == Some("stylesheet") && has("href").is_none_or(|href| !href.contains("_/") || foreign(href)),
            "style" | "iframe" | "object" | "embed" | "base" | "frame" | "applet" => true,
            _ => false,
        };
        if bad {
            return Some(format!("<{name}> {attributes:?}"));
        }
        attributes.iter().find_map(|(name, value)| {
            let act = name.starts_with("on")
                || name == "style"
                || name == "srcdoc"
                || ADDRESSES.contains(&name.as_str()) && name != "data" && !is_allowed(value, name);
            act.then(|| format!("{name}={value:?}"))
        })
    })
}
