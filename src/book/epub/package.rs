//! What a reading system reads first: the package, the contents, the container.
//!
//! In: what a book is called and made of. Out: XML.
//!
//! Invariant: every file of the book is named once in the manifest.

use std::fmt::Write as _;

use super::super::xhtml::escaped;

/// What is said about a book.
pub(super) struct About {
    pub(super) title: String,
    pub(super) language: String,
    pub(super) is_rtl: bool,
    pub(super) creators: Vec<String>,
    pub(super) identifier: String,
    pub(super) description: String,
    /// Where the handbook is on the web.
    pub(super) source: Option<String>,
    /// The day of the latest change.
    pub(super) day: String,
    pub(super) has_pictures: bool,
}

/// A file of a book.
pub(super) struct Item {
    pub(super) id: String,
    pub(super) file: String,
    pub(super) media: &'static str,
    pub(super) properties: String,
    /// The id of what is shown where the file cannot be.
    pub(super) fallback: Option<String>,
    /// Whether readers come to it page by page.
    pub(super) is_in_spine: bool,
}

/// A line of the contents.
pub(super) struct Line {
    pub(super) number: String,
    pub(super) title: String,
    pub(super) file: String,
    pub(super) is_deep: bool,
}

pub(super) const CONTAINER: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <container version=\"1.0\" xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\">\n\
    <rootfiles><rootfile full-path=\"book/package.opf\" media-type=\"application/oebps-package+xml\"/></rootfiles>\n</container>\n";

/// The package document.
pub(super) fn package(about: &About, items: &[Item]) -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" \
         unique-identifier=\"id\" xml:lang=\"{0}\"{1}>\n<metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n\
         <dc:identifier id=\"id\">{2}</dc:identifier>\n<dc:title>{3}</dc:title>\n<dc:language>{0}</dc:language>\n",
        escaped(&about.language),
        if about.is_rtl { " dir=\"rtl\"" } else { "" },
        escaped(&about.identifier),
        escaped(&about.title),
    );
    for creator in &about.creators {
        let _ = writeln!(out, "<dc:creator>{}</dc:creator>", escaped(creator));
    }
    let mut element = |name: &str, text: &str| {
        if !text.is_empty() {
            let _ = writeln!(out, "<dc:{name}>{}</dc:{name}>", escaped(text));
        }
    };
    element("description", &about.description);
    element("source", about.source.as_deref().unwrap_or_default());
    element("date", &about.day);
    let _ = writeln!(out, "<meta property=\"dcterms:modified\">{}T00:00:00Z</meta>", about.day);
    for (property, value) in accessibility(about.has_pictures) {
        let _ = writeln!(out, "<meta property=\"schema:{property}\">{value}</meta>");
    }
    out.push_str("</metadata>\n<manifest>\n");
    for item in items {
        let _ = write!(out, "<item id=\"{}\" href=\"{}\" media-type=\"{}\"", item.id, item.file, item.media);
        if !item.properties.is_empty() {
            let _ = write!(out, " properties=\"{}\"", item.properties);
        }
        if let Some(fallback) = &item.fallback {
            let _ = write!(out, " fallback=\"{fallback}\"");
        }
        out.push_str("/>\n");
    }
    let _ = writeln!(out, "</manifest>\n<spine{}>", if about.is_rtl { " page-progression-direction=\"rtl\"" } else { "" });
    for item in items.iter().filter(|item| item.is_in_spine) {
        let _ = writeln!(out, "<itemref idref=\"{}\"/>", item.id);
    }
    out.push_str("</spine>\n</package>\n");
    out
}

fn accessibility(has_pictures: bool) -> Vec<(&'static str, &'static str)> {
    let mut out = vec![("accessMode", "textual"), ("accessModeSufficient", "textual")];
    if has_pictures {
        out.push(("accessMode", "visual"));
        out.push(("accessibilityFeature", "alternativeText"));
    }
    out.extend([
        ("accessibilityFeature", "structuralNavigation"),
        ("accessibilityFeature", "tableOfContents"),
        ("accessibilityFeature", "readingOrder"),
        ("accessibilityHazard", "none"),
        ("accessibilitySummary", "Reflowable text with headings, a table of contents, and links between its sections."),
    ]);
    out
}

/// The contents with the numbers of sections, and what else a reader may jump to.
pub(super) fn contents(about: &About, heading: &str, lines: &[Line], start: &str) -> String {
    let mut list = String::new();
    let mut lines = lines.iter().peekable();
    while let Some(line) = lines.next() {
        let next_is_deep = lines.peek().is_some_and(|next| next.is_deep);
        list.push_str("<li>");
        entry(&mut list, line);
        match (line.is_deep, next_is_deep) {
            (false, true) => list.push_str("\n<ol>\n"),
            (true, false) => list.push_str("</li>\n</ol>\n</li>\n"),
            _ => list.push_str("</li>\n"),
        }
    }
    let heading = escaped(heading);
    let body = format!(
        "<nav epub:type=\"toc\" id=\"toc\" role=\"doc-toc\" class=\"contents\"><h1>{heading}</h1>\n<ol>\n{list}</ol></nav>\n\
         <nav epub:type=\"landmarks\" hidden=\"hidden\"><h2>{heading}</h2><ol>\
         <li><a epub:type=\"cover\" href=\"cover.xhtml\">{title}</a></li><li><a epub:type=\"toc\" href=\"#toc\">{heading}</a></li>\
         <li><a epub:type=\"bodymatter\" href=\"{start}\">{first}</a></li></ol></nav>\n",
        title = escaped(&about.title),
        first = escaped(&about.title),
    );
    document(&about.language, about.is_rtl, heading.as_str(), "frontmatter", &body)
}

fn entry(out: &mut String, line: &Line) {
    let _ = write!(out, "<a href=\"{}\">", line.file);
    if !line.number.is_empty() {
        let _ = write!(out, "<b>{}</b> ", escaped(&line.number));
    }
    let _ = write!(out, "{}</a>", escaped(&line.title));
}

/// A page of the book around its body; the title is escaped.
pub(super) fn document(language: &str, is_rtl: bool, title: &str, kind: &str, body: &str) -> String {
    let language = escaped(language);
    let dir = if is_rtl { "rtl" } else { "ltr" };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" \
         xmlns:epub=\"http://www.idpf.org/2007/ops\" lang=\"{language}\" xml:lang=\"{language}\" dir=\"{dir}\">\n<head>\n\
         <title>{title}</title>\n<link rel=\"stylesheet\" type=\"text/css\" href=\"style.css\"/>\n</head>\n\
         <body epub:type=\"{kind}\">\n{body}</body>\n</html>\n"
    )
}
