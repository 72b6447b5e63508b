//! Answers: a status, a kind of content, bytes; and how they look on the wire.
//!
//! In: what is to be said. Out: the bytes of an HTTP/1.1 response.
//!
//! Invariant: every answer, a refusal too, carries the headers that keep strangers and mistakes out; none has a CORS header.
//! Invariant: a refusal says nothing of what was asked.

use std::fmt::Write;

use crate::base::path::encode_path;

/// What pages may do: load what is ours, and nothing inline but data.
const STRICT: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
     media-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; \
     frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/// The same where the config allows remote pictures, media and frames.
const REMOTE: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https: http:; font-src 'self'; \
     media-src 'self' https: http:; frame-src https:; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
     object-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/// The same without scripts, to see how a page does without them.
const PLAIN: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; media-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What a refusal or a page about a fault may do: wear its stylesheet.
const BARE: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What an answer may do in the browser.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Leave {
    /// As pages of the site.
    Strict,
    /// As pages of a site whose config allows remote pictures.
    Remote,
    /// As pages whose scripts do not run.
    Plain,
    /// As a page about a fault.
    Bare,
}

/// The statuses that are ever given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// 200.
    Ok,
    /// 301.
    Moved,
    /// 304.
    NotModified,
    /// 400.
    BadRequest,
    /// 403.
    Forbidden,
    /// 404.
    NotFound,
    /// 405.
    MethodNotAllowed,
    /// 414.
    UriTooLong,
    /// 431.
    HeadersTooLarge,
    /// 500: a page that cannot be made.
    Fault,
    /// 503: too many connections.
    Busy,
}

impl Status {
    fn line(self) -> &'static str {
        match self {
            Self::Ok => "200 OK",
            Self::Moved => "301 Moved Permanently",
            Self::NotModified => "304 Not Modified",
            Self::BadRequest => "400 Bad Request",
            Self::Forbidden => "403 Forbidden",
            Self::NotFound => "404 Not Found",
            Self::MethodNotAllowed => "405 Method Not Allowed",
            Self::UriTooLong => "414 URI Too Long",
            Self::HeadersTooLarge => "431 Request Header Fields Too Large",
            Self::Fault => "500 Internal Server Error",
            Self::Busy => "503 Service Unavailable",
        }
    }
}

/// What is answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The status.
    pub status: Status,
    /// The media type of the body.
    pub kind: &'static str,
    /// The body.
    pub body: Vec<u8>,
    /// What stands for the content, without quotes.
    pub etag: Option<String>,
    /// Where it is instead, decoded.
    pub location: Option<String>,
    /// What it may do in the browser.
    pub leave: Leave,
}

impl Answer {
    /// Content of a kind.
    pub fn new(status: Status, kind: &'static str, body: Vec<u8>) -> Self {
        Self { status, kind, body, etag: None, location: None, leave: Leave::Strict }
    }

    /// A few plain words instead of what was asked for.
    pub fn refusal(status: Status) -> Self {
        let body = format!("{}\n", status.line()).into_bytes();
        Self { leave: Leave::Bare, ..Self::new(status, TEXT, body) }
    }

    /// The way to where it is; `path` is decoded.
    pub fn moved(path: String) -> Self {
        Self { location: Some(path), ..Self::refusal(Status::Moved) }
    }

    /// Puts a fingerprint to the content; where the asker has it already, the content is left out.
    #[must_use]
    pub fn tagged(mut self, etag: String, known: Option<&str>) -> Self {
        let same = |known: &str| known.split(',').any(|known| known.trim().trim_start_matches("W/").trim_matches('"') == etag);
        if self.status == Status::Ok && known.is_some_and(same) {
            self.status = Status::NotModified;
            self.body.clear();
        }
        self.etag = Some(etag);
        self
    }

    /// The head as it goes out.
    pub(super) fn head(&self, keep_alive: bool) -> String {
        let mut head = head(self.status, self.kind, self.leave);
        if self.status != Status::NotModified {
            push(&mut head, "Content-Length", &self.body.len().to_string());
        }
        if let Some(etag) = &self.etag {
            push(&mut head, "ETag", &format!("\"{etag}\""));
        }
        if let Some(location) = &self.location {
            push(&mut head, "Location", &ascii(&encode_path(location)));
        }
        if self.status == Status::MethodNotAllowed {
            push(&mut head, "Allow", "GET, HEAD");
        }
        push(&mut head, "Connection", if keep_alive { "keep-alive" } else { "close" });
        head.push_str("\r\n");
        head
    }
}

/// The media type of plain words.
const TEXT: &str = "text/plain; charset=utf-8";
/// The media type of pages.
pub const HTML: &str = "text/html; charset=utf-8";
/// The media type of data.
pub const JSON: &str = "application/json";

/// The head of a stream of events, which has no end.
pub(super) fn stream_head() -> String {
    let mut head = head(Status::Ok, "text/event-stream", Leave::Bare);
    push(&mut head, "Connection", "close");
    head.push_str("\r\n");
    head
}

fn head(status: Status, kind: &str, leave: Leave) -> String {
    let policy = match leave {
        Leave::Strict => STRICT,
        Leave::Remote => REMOTE,
        Leave::Plain => PLAIN,
        Leave::Bare => BARE,
    };
    let mut head = format!("HTTP/1.1 {}\r\n", status.line());
    let fixed = [
        ("Content-Type", kind),
        ("Content-Security-Policy", policy),
        ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Referrer-Policy", "no-referrer"),
        ("Cache-Control", "no-store"),
    ];
    for (name, value) in fixed {
        push(&mut head, name, value);
    }
    head
}

fn push(head: &mut String, name: &str, value: &str) {
    write!(head, "{name}: {value}\r\n").expect("a string takes everything");
}

/// Percent-encodes what is not ASCII, as a header wants it.
fn ascii(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    for byte in address.bytes() {
        if byte.is_ascii() {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("a string takes everything");
        }
    }
    out
}

/// The media type of a file by its name.
pub fn media_type(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or_default();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    match extension.as_str() {
        "html" | "htm" => HTML,
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => JSON,
        "xml" if name == "atom.xml" => "application/atom+xml",
        "xml" => "application/xml",
        "md" => "text/markdown; charset=utf-8",
        "txt" | "csv" | "toml" | "yaml" | "yml" => TEXT,
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        "pdf" => "application/pdf",
        "mp3" => "audio/mpeg",
        "m4a" => "audio/mp4",
        "oga" | "ogg" | "opus" => "audio/ogg",
        "wav" => "audio/wav",
        "flac" => "audio/flac",
        "mp4" | "m4v" => "video/mp4",
        "webm" => "video/webm",
        "ogv" => "video/ogg",
        "vtt" => "text/vtt; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_is_guarded() {
        let answers = [
            Answer::new(Status::Ok, HTML, b"x".to_vec()).head(true),
            Answer::refusal(Status::BadRequest).head(false),
            Answer::moved("/a b/ü/\r\nSet-Cookie: x".into()).head(true),
            stream_head(),
        ];
        for head in answers {
            for name in ["nosniff", "Cross-Origin-Resource-Policy: same-origin", "no-referrer", "no-store", "frame-ancestors 'none'"] {
                assert!(head.contains(name), "{name} is missing: {head}");
            }
            assert!(!head.to_ascii_lowercase().contains("access-control") && head.is_ascii(), "{head}");
            assert!(!head.contains("\r\nSet-Cookie") && head.ends_with("\r\n\r\n"), "{head}");
        }
    }

    #[test]
    fn what_the_asker_has_is_not_sent_again() {
        let page = || Answer::new(Status::Ok, HTML, b"x".to_vec());
        assert_eq!(page().tagged("7f".into(), Some("\"7f\"")).status, Status::NotModified);
        assert_eq!(page().tagged("7f".into(), Some("W/\"1\", W/\"7f\"")).status, Status::NotModified);
        assert_eq!(page().tagged("7f".into(), Some("\"7\"")).body, b"x");
        assert_eq!(Answer { status: Status::NotFound, ..page() }.tagged("7f".into(), Some("7f")).status, Status::NotFound);
    }
}
