//! The print edition as one page that a browser prints: everything it shows is in it, and it may ask for nothing else.
//!
//! In: an edition. Out: HTML with its styles and pictures inside, without scripts.
//!
//! The page is opened from a disk, where a page could show other files. Its policy allows what is written in the page and
//! nothing that has an address, so content can neither read the disk nor reach the network.

use html5gum::{DefaultEmitter, EndTag, StartTag, Token, Tokenizer};

use super::pictures::{Gallery, kind};
use super::{BookError, Making};
use crate::base::path::join;
use crate::parse::body::{escape_into, escape_text};
use crate::template::view::View;

/// What the page may show.
const POLICY: &str = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
                      img-src data:; font-src data:; base-uri 'none'; form-action 'none'\">";

/// An edition that is ready to be printed.
pub struct Sheet {
    /// The page.
    pub html: String,
    /// How many pages of the handbook it has.
    pub pages: usize,
    /// The day of the book, as ISO 8601 writes it.
    pub day: String,
}

/// Writes the page.
///
/// # Errors
///
/// A template that fails, a picture that cannot be read.
pub fn sheet(making: Making<'_>) -> Result<Sheet, BookError> {
    let view = making.plan.book(making.edition);
    let pages = view.chapters.iter().map(|chapter| chapter.pages.len()).sum();
    let day = view.updated.as_ref().map_or_else(|| making.settings().today.to_string(), |day| day.iso.clone());
    let html = making.plan.show(&View::Print(Box::new(view)), making.theme)?;
    let html = String::from_utf8_lossy(&html);
    let mut binder =
        Binder { making, gallery: Gallery::new(making), html: &html, out: String::with_capacity(html.len()), from: 0, inside: None };
    for token in Tokenizer::new_with_emitter(html.as_ref(), DefaultEmitter::<usize>::new_with_span()).flatten() {
        match token {
            Token::StartTag(tag) => binder.start(&tag)?,
            Token::EndTag(tag) => binder.end(&tag),
            _ => {}
        }
    }
    binder.out.push_str(&html[binder.from..]);
    Ok(Sheet { html: binder.out, pages, day })
}

struct Binder<'a> {
    making: Making<'a>,
    gallery: Gallery<'a>,
    html: &'a str,
    out: String,
    /// From where the page is still to be copied.
    from: usize,
    /// An element that is left out with all that is in it.
    inside: Option<&'static str>,
}

impl Binder<'_> {
    fn start(&mut self, tag: &StartTag<usize>) -> Result<(), BookError> {
        if self.inside.is_some() {
            return Ok(());
        }
        let value = |name: &str| tag.attributes.get(name.as_bytes()).map(|value| String::from_utf8_lossy(value).into_owned());
        let instead = match tag.name.as_slice() {
            b"head" => format!("<head>{POLICY}"),
            b"link" if value("rel").as_deref() == Some("stylesheet") => self.style(&value("href").unwrap_or_default())?,
            b"link" | b"source" | b"track" | b"base" => String::new(),
            b"meta" if value("http-equiv").is_some() => String::new(),
            b"img" => self.picture(tag)?,
            // What is folded on a screen is open on paper.
            b"details" => "<details open>".to_owned(),
            b"script" => {
                self.inside = Some("script");
                String::new()
            }
            b"audio" | b"video" => self.recording(&value("src").unwrap_or_default()),
            _ => return Ok(()),
        };
        self.replace(tag.span.start, tag.span.end, &instead);
        Ok(())
    }

    fn end(&mut self, tag: &EndTag<usize>) {
        let is_end = self.inside.is_some_and(|name| tag.name.as_slice() == name.as_bytes());
        if is_end {
            self.inside = None;
            // What lies between has not been copied.
            self.from = tag.span.end;
        } else if self.inside.is_none() && matches!(tag.name.as_slice(), b"audio" | b"video") {
            self.replace(tag.span.start, tag.span.end, "");
        }
    }

    fn replace(&mut self, start: usize, end: usize, instead: &str) {
        self.out.push_str(&self.html[self.from..start]);
        self.out.push_str(instead);
        self.from = end;
    }

    /// A stylesheet of the theme, with what it names inside it.
    fn style(&self, href: &str) -> Result<String, BookError> {
        let path = href.trim_start_matches("./");
        let Some(asset) = self.making.theme.assets().iter().find(|asset| asset.path.as_str() == path) else { return Ok(String::new()) };
        let css = String::from_utf8_lossy(&asset.bytes);
        if css.contains("</style") {
            return Ok(String::new());
        }
        let mut out = String::from("<style>");
        let mut rest = css.as_ref();
        while let Some(at) = rest.find("url(") {
            let (before, from) = rest.split_at(at + 4);
            out.push_str(before);
            let end = from.find(')').unwrap_or(from.len());
            let address = from[..end].trim().trim_matches(['"', '\'']);
            match self.theme_data(path, address) {
                Some(data) => out.push_str(&data),
                None => out.push_str(&from[..end]),
            }
            rest = &from[end..];
        }
        out.push_str(rest);
        out.push_str("</style>");
        Ok(out)
    }

    /// A font or a picture of the theme, named by one of its stylesheets.
    fn theme_data(&self, sheet: &str, address: &str) -> Option<String> {
        let folder = sheet.rsplit_once('/').map_or("", |(folder, _)| folder);
        let path = join(folder, address)?;
        let asset = self.making.theme.assets().iter().find(|asset| asset.path.as_str() == path)?;
        let media = match path.rsplit('.').next()? {
            "woff2" => "font/woff2",
            "woff" => "font/woff",
            "ttf" => "font/ttf",
            "otf" => "font/otf",
            _ => kind(&asset.bytes)?.media,
        };
        Some(data(media, &asset.bytes))
    }

    /// A picture of the content inside the page, or its description.
    fn picture(&self, tag: &StartTag<usize>) -> Result<String, BookError> {
        let mut out = String::from("<img");
        let mut is_shown = false;
        for (name, value) in &tag.attributes {
            let (name, value) = (String::from_utf8_lossy(name), String::from_utf8_lossy(value));
            let value = match name.as_ref() {
                // A browser that prints does not wait for what it would load late.
                "srcset" | "sizes" | "loading" => continue,
                "src" => {
                    let bytes = self.gallery.bytes(&value)?;
                    let Some((bytes, kind)) = bytes.and_then(|bytes| kind(&bytes).map(|kind| (bytes, kind))) else { continue };
                    is_shown = true;
                    data(kind.media, &bytes)
                }
                _ => value.into_owned(),
            };
            out.push_str(&format!(" {name}=\""));
            escape_into(&mut out, &value);
            out.push('"');
        }
        if !is_shown {
            let mut words = String::new();
            let alt = tag.attributes.get(b"alt".as_slice()).map(|alt| String::from_utf8_lossy(alt).into_owned());
            escape_text(&mut words, &alt.unwrap_or_default());
            return Ok(words);
        }
        out.push('>');
        Ok(out)
    }

    /// What cannot be played on paper is named.
    fn recording(&self, source: &str) -> String {
        let mut words = String::new();
        escape_text(&mut words, source.rsplit('/').next().unwrap_or(source));
        words
    }
}

fn data(media: &str, bytes: &[u8]) -> String {
    let mut out = format!("data:{media};base64,");
    base64(bytes, &mut out);
    out
}

fn base64(bytes: &[u8], out: &mut String) {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    out.reserve(bytes.len() / 3 * 4 + 4);
    for chunk in bytes.chunks(3) {
        let bits = u32::from(chunk[0]) << 16 | u32::from(*chunk.get(1).unwrap_or(&0)) << 8 | u32::from(*chunk.get(2).unwrap_or(&0));
        for at in 0..4 {
            out.push(if at <= chunk.len() { LETTERS[(bits >> (18 - 6 * at)) as usize & 63] as char } else { '=' });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_in_base_64() {
        for (bytes, wanted) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")] {
            let mut out = String::new();
            base64(bytes.as_bytes(), &mut out);
            assert_eq!(out, wanted);
        }
    }
}
