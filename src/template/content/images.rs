//! Pictures and media in the text of a page.
//!
//! In: a link that shows something, and where it leads. Out: its element, or its description where there is nothing to show.
//!
//! Invariant: a picture has the size in which it is shown, so that no text moves when it comes.

use super::super::href::href;
use super::super::outputs::asset_url;
use super::super::pictures;
use super::{Writer, readable_name};
use crate::parse::body::{escape_href, escape_into, escape_text, no_source};
use crate::parse::page::{Link, Part, Syntax};
use crate::parse::rules::is_picture;
use crate::resolve::{Lead, Resolution};

impl Writer<'_> {
    /// The source of what is shown or played, which is a file, even in a book, or what stands for none.
    pub(super) fn source(&self, part: Part, resolution: &Resolution, out: &mut String) {
        let url = match &resolution.lead {
            Lead::Asset(path) => asset_url(path, self.settings()),
            Lead::Page(..) | Lead::Made(_) | Lead::Folder(_) | Lead::Nowhere => None,
        };
        let Some(url) = url else { return out.push_str(no_source(part)) };
        out.extend([" src=\"", self.root]);
        escape_href(out, &href(&url, self.settings()));
        out.push('"');
    }

    /// The attributes of an `img` that its author has not written.
    pub(super) fn raw_picture(&mut self, link: &Link, resolution: &Resolution, out: &mut String) {
        self.source(Part::Img, resolution, out);
        let Lead::Asset(path) = &resolution.lead else { return };
        let (width, height) = link.label.as_deref().and_then(|label| label.split_once('x')).unwrap_or_default();
        let written = [width, height].map(|side| side.parse().ok());
        pictures::size(self.graph.picture(path), written, written, out);
        pictures::loading(self.is_first_picture(), out);
    }

    /// Whether this is the first picture of the page, which readers see at once; a print edition begins with a cover.
    fn is_first_picture(&mut self) -> bool {
        self.sections.is_none() && !std::mem::replace(&mut self.has_picture, true)
    }

    pub(super) fn picture(&mut self, link: &Link, resolution: &Resolution, out: &mut String) {
        let label = link.label.as_deref().unwrap_or("");
        // Obsidian gives a picture's size where others give its description.
        let size = (link.syntax == Syntax::Embed).then(|| pictures::size_of(label)).flatten();
        let description =
            if size.is_some() || (label.is_empty() && link.syntax == Syntax::Embed) { readable_name(&link.raw) } else { label.to_owned() };
        let address = match &resolution.lead {
            Lead::Asset(path) => asset_url(path, self.settings()).map(|url| (path, url)),
            _ => None,
        };
        let Some((path, url)) = address else { return escape_text(out, &description) };
        let address = format!("{}{}", self.root, href(&url, self.settings()));
        if !is_picture(path.as_str()) {
            return pictures::media(path, &address, &description, out);
        }
        let picture = self.graph.picture(path);
        let (width, height) = size.map_or((None, None), |(width, height)| (Some(width), height));
        let first = self.is_first_picture();
        let shown = pictures::Shown { root: self.root, address: &address, wanted: width, first };
        let scaled = pictures::open(picture, &shown, out);
        out.push_str("<img src=\"");
        escape_href(out, &address);
        out.push_str("\" alt=\"");
        escape_into(out, &description);
        if let Some(title) = &link.title {
            out.push_str("\" title=\"");
            escape_into(out, title);
        }
        out.push('"');
        pictures::size(picture, [width, height], [None; 2], out);
        pictures::loading(first, out);
        out.push_str(if scaled { "></picture>" } else { ">" });
    }
}
