//! What the tags of other programs mean: `{{< … >}}` and `{{% … %}}` of Hugo, `{% … %}` of Liquid, Jinja and GitBook.
//!
//! In: the inside of a tag. Out: what stands in its place.
//!
//! Invariant: links inside tags stay links; a tag that is not known leaves nothing but a notice.

/// What stands in the place of a tag.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Meaning {
    /// Nothing, and nothing is lost.
    Nothing,
    /// Some Markdown.
    Text(String),
    /// A text of another file, each line of it with what stands before the tag.
    Lines(String),
    /// Nothing; the tag is of this kind.
    Unknown(String),
    /// The start of a note.
    Open(Note),
    /// The end of what the tag of this name has opened.
    Close(String),
    /// The start of code in a language; the tag has this name.
    Fence(String, String),
    /// The start of something that is not read; the tag has this name.
    Quiet(String),
}

/// The start of a note.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Note {
    /// The name of its tag, which its end has too.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// Its title; empty for the usual one.
    pub title: String,
    /// `-` where it is folded, `+` where it can be.
    pub fold: &'static str,
}

/// Tags that are notes, whatever they say inside.
const NOTES: [&str; 9] = ["alert", "notice", "callout", "admonition", "hint", "pageinfo", "panel", "banner", "adm"];

/// Kinds of notes that tags and containers are named by.
pub(super) const KINDS: [&str; 30] = [
    "abstract",
    "attention",
    "bug",
    "caution",
    "check",
    "danger",
    "details",
    "error",
    "example",
    "expand",
    "failure",
    "faq",
    "hint",
    "important",
    "info",
    "help",
    "note",
    "primary",
    "question",
    "quote",
    "secondary",
    "seealso",
    "spoiler",
    "success",
    "summary",
    "tip",
    "tldr",
    "todo",
    "warn",
    "warning",
];

/// The words after the name of a tag.
struct Arguments<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Arguments<'a> {
    /// Reads `key="value"`, `key=value`, `"value"` and `value`; a value alone has no key.
    fn read(text: &'a str) -> Self {
        let mut all = Vec::new();
        let mut rest = text.trim_start_matches([' ', '\t', '\n', '\r', ',']);
        while !rest.is_empty() {
            let key_end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(rest.len());
            let (key, after) = rest.split_at(key_end);
            let (key, value) = match after.trim_start().strip_prefix(['=', ':']) {
                Some(value) if !key.is_empty() => (key, value.trim_start()),
                _ => ("", rest),
            };
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\'' | '`' | '“'));
            let (value, after) = match quote {
                Some(quote) => {
                    let inside = &value[quote.len_utf8()..];
                    let close = if quote == '“' { '”' } else { quote };
                    inside.find(close).map_or((inside, ""), |end| (&inside[..end], &inside[end + close.len_utf8()..]))
                }
                None => value.split_at(value.find([' ', '\t', '\n', '\r', ',']).unwrap_or(value.len())),
            };
            all.push((key, value));
            rest = after.trim_start_matches([' ', '\t', '\n', '\r', ',']);
        }
        Self(all)
    }

    fn named(&self, key: &str) -> Option<&'a str> {
        self.0.iter().find(|(found, _)| found.eq_ignore_ascii_case(key)).map(|(_, value)| *value)
    }

    fn first_of(&self, keys: &[&str]) -> Option<&'a str> {
        keys.iter().find_map(|key| self.named(key)).filter(|value| !value.is_empty())
    }

    /// The first value without a key.
    fn alone(&self) -> Option<&'a str> {
        self.named("")
    }
}

/// The name of a tag and what follows it.
fn name_of(inside: &str) -> (&str, &str) {
    let inside = inside.trim();
    inside.split_at(inside.find([' ', '\t', '\n', '\r']).unwrap_or(inside.len()))
}

/// The meaning of a tag of Hugo.
pub(super) fn hugo(inside: &str, close: &str) -> Option<Meaning> {
    let trimmed = inside.trim();
    if let Some(shown) = trimmed.strip_prefix("/*").and_then(|rest| rest.strip_suffix("*/")) {
        // How a page of Hugo shows a tag as it is written.
        let open = if close == ">}}" { "{{\\<" } else { "{{%" };
        return Some(Meaning::Text(format!("{open}{shown}{close}")));
    }
    if let Some(name) = trimmed.strip_prefix('/') {
        return Some(Meaning::Close(name.trim().to_owned()));
    }
    let (name, rest) = name_of(trimmed.trim_end_matches('/'));
    let arguments = Arguments::read(rest);
    if name.is_empty() {
        return None;
    }
    Some(match name {
        "ref" | "relref" => Meaning::Text(address(arguments.named("path").or(arguments.alone()).unwrap_or(""))),
        "figure" | "img" | "image" | "imgproc" => figure(&arguments),
        "highlight" => Meaning::Fence(word(arguments.alone().unwrap_or("")), name.to_owned()),
        "youtube" => film(&arguments).unwrap_or_else(|| Meaning::Unknown(name.to_owned())),
        "br" => Meaning::Text("<br>".to_owned()),
        _ => note(name, &arguments).unwrap_or_else(|| Meaning::Unknown(name.to_owned())),
    })
}

/// The meaning of a tag of Liquid, Jinja or GitBook.
pub(super) fn liquid(inside: &str) -> Option<Meaning> {
    let (name, rest) = name_of(inside.trim().trim_start_matches('-').trim_end_matches('-'));
    let valid = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '#');
    if !valid || name.contains(['(', '"', '<']) {
        return None;
    }
    if let Some(name) = name.strip_prefix("end").filter(|name| !name.is_empty()) {
        return Some(Meaning::Close(name.to_owned()));
    }
    let arguments = Arguments::read(rest);
    let quoted = || arguments.first_of(&["url", "src", "path"]).or(arguments.alone()).unwrap_or("");
    Some(match name {
        // Both name a file from the root of the content.
        "link" | "page" => Meaning::Text(rooted(quoted())),
        "embed" | "file" => link(quoted()),
        "content-ref" | "tabs" | "code" | "stepper" | "columns" | "column" => Meaning::Nothing,
        "tab" | "step" => arguments.named("title").map_or(Meaning::Nothing, |title| Meaning::Text(format!("**{title}**\n"))),
        "raw" | "verbatim" | "comment" => Meaning::Quiet(if name == "comment" { name } else { "raw" }.to_owned()).renamed(name),
        "highlight" => Meaning::Fence(word(arguments.alone().unwrap_or("")), name.to_owned()),
        "youtube" => film(&arguments).unwrap_or_else(|| Meaning::Unknown(name.to_owned())),
        _ => note(name, &arguments).unwrap_or_else(|| Meaning::Unknown(name.trim_start_matches('#').to_owned())),
    })
}

impl Meaning {
    /// The same, with the name that its end has.
    fn renamed(self, name: &str) -> Self {
        match self {
            Self::Quiet(kind) if kind != "comment" => Self::Quiet(name.to_owned()),
            other => other,
        }
    }
}

/// The meaning of `{{ … }}`: the address of the site in front of a path is nothing, everything else is words.
pub(super) fn variable(inside: &str, before: &str) -> Option<Meaning> {
    let inside = inside.trim();
    if let Some(title) = inside.strip_prefix("#title") {
        return title.starts_with(char::is_whitespace).then_some(Meaning::Nothing);
    }
    let in_address = before.ends_with("](") || before.ends_with("](<") || before.ends_with("=\"") || before.ends_with("]: ");
    if !in_address {
        return None;
    }
    if let Some((path, "relative_url" | "absolute_url" | "url" | "safe")) =
        inside.split_once('|').map(|(path, filter)| (path.trim(), filter.trim()))
    {
        return Some(Meaning::Text(rooted(path.trim_matches(['"', '\'']))));
    }
    let base = ["site.baseurl", "site.url", "site.base_url", "base_url", "config.base_url", "get_url(path='')"];
    base.contains(&inside).then_some(Meaning::Nothing)
}

/// A note where the tag is one.
fn note(name: &str, arguments: &Arguments<'_>) -> Option<Meaning> {
    let general = NOTES.contains(&name);
    if !general && !KINDS.contains(&name) {
        return None;
    }
    let said =
        arguments.first_of(&["style", "type", "color", "context", "kind", "level"]).or_else(|| arguments.alone().filter(|_| general));
    let said = said.map(str::to_lowercase).filter(|said| KINDS.contains(&said.as_str()) || matches!(said.as_str(), "working" | "danger"));
    let kind = said.unwrap_or_else(|| if KINDS.contains(&name) && name != "hint" { name.to_owned() } else { "note".to_owned() });
    let title = arguments.first_of(&["title", "heading", "summary"]).or_else(|| arguments.alone().filter(|_| !general)).unwrap_or("");
    let fold = if matches!(name, "details" | "expand" | "spoiler") { "-" } else { "" };
    Some(Meaning::Open(Note { name: name.to_owned(), kind: kind_of(&kind).to_owned(), title: line(title), fold }))
}

/// The kind of a note as callouts have it.
pub(super) fn kind_of(kind: &str) -> &str {
    match kind {
        "primary" | "secondary" | "details" | "expand" | "spoiler" | "working" => "note",
        "warn" => "warning",
        kind => kind,
    }
}

/// A picture with its caption.
fn figure(arguments: &Arguments<'_>) -> Meaning {
    let Some(source) = arguments.first_of(&["src", "path", "link"]).or(arguments.alone()) else {
        return Meaning::Unknown("figure".to_owned());
    };
    let caption = arguments.first_of(&["caption", "title", "attr"]).map(line);
    let words = arguments.first_of(&["alt"]).map(line).or_else(|| caption.clone()).unwrap_or_default();
    let picture = format!("![{}]({})", words.replace(['[', ']'], ""), address(source));
    let picture = match arguments.named("link") {
        Some(link) if !link.is_empty() && link != source => format!("[{picture}]({})", address(link)),
        _ => picture,
    };
    Meaning::Text(match caption.filter(|caption| *caption != words) {
        Some(caption) => format!("{picture}\n*{caption}*"),
        None => picture,
    })
}

fn film(arguments: &Arguments<'_>) -> Option<Meaning> {
    let id = arguments.first_of(&["id"]).or(arguments.alone())?;
    let plain = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    plain.then(|| Meaning::Text(format!("<https://www.youtube.com/watch?v={id}>")))
}

fn link(target: &str) -> Meaning {
    if target.is_empty() {
        return Meaning::Nothing;
    }
    let name = target.rsplit('/').next().filter(|name| !target.contains("://") && !name.is_empty()).unwrap_or(target);
    Meaning::Text(if target.contains("://") { format!("<{}>", address(target)) } else { format!("[{}]({})", line(name), address(target)) })
}

/// A path from the root of the content.
fn rooted(path: &str) -> String {
    if path.is_empty() || path.starts_with('#') { address(path) } else { format!("/{}", address(path.trim_start_matches('/'))) }
}

/// An address that may stand between parentheses.
fn address(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for ch in path.trim().chars() {
        match ch {
            ' ' => out.push_str("%20"),
            '(' => out.push_str("%28"),
            ')' => out.push_str("%29"),
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            ch if ch.is_control() => {}
            ch => out.push(ch),
        }
    }
    out
}

/// A text as one line.
pub(super) fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The name of a language.
fn word(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '+' | '#' | '.')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(meaning: Option<Meaning>) -> String {
        match meaning {
            Some(Meaning::Text(text)) => text,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn links_inside_tags_stay_links() {
        assert_eq!(text(hugo(" ref \"a b.md#c\" ", ">}}")), "a%20b.md#c");
        assert_eq!(text(hugo(" relref path=\"x.md\" lang=\"de\" ", ">}}")), "x.md");
        assert_eq!(text(liquid(" link guides/x.md ")), "/guides/x.md");
        assert_eq!(text(liquid(" page \"a/b\" ")), "/a/b");
        assert_eq!(text(liquid(" embed url=\"https://x.example/?a=1\" ")), "<https://x.example/?a=1>");
        assert_eq!(text(variable(" '/a' | relative_url ", "[x](")), "/a");
        assert_eq!(variable(" site.baseurl ", "[x]("), Some(Meaning::Nothing));
        assert_eq!(variable(" date ", "today is "), None);
    }

    #[test]
    fn figures_are_pictures() {
        assert_eq!(text(hugo("figure src=\"a b.png\" caption=\"Our *pipe*\"", ">}}")), "![Our *pipe*](a%20b.png)");
        assert_eq!(text(hugo("figure src=x.png alt=\"A pipe\" title='Ours'", ">}}")), "![A pipe](x.png)\n*Ours*");
    }

    #[test]
    fn a_tag_that_is_shown_stays_shown() {
        assert_eq!(text(hugo("/* ref \"x\" */", ">}}")), "{{\\< ref \"x\" >}}");
    }
}
