//! Where things are: files of the project, files of the output, addresses of the site.
//!
//! In: strings from the file system, from front matter and from links. Out: values that are safe by construction.
//!
//! Invariant: a `SourcePath` and an `OutPath` are relative, `/`-separated and have no empty, `.` or `..` segment.
//! Invariant: an `OutPath` has no segment that a host or a shell could misread (NUL, `\`, more than 200 bytes).

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// A file below the project root, such as `content/vision/set-a-direction.md`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourcePath(Arc<str>);

impl SourcePath {
    /// Takes a `/`-separated relative path; `None` where a segment is empty, `.` or `..`.
    pub fn new(path: &str) -> Option<Self> {
        is_plain(path).then(|| Self(path.into()))
    }

    /// The path as written, `/`-separated, relative to the project root.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder that holds the file; empty for a file at the project root.
    pub fn folder(&self) -> &str {
        self.0.rfind('/').map_or("", |cut| &self.0[..cut])
    }

    /// The last segment, with its extension.
    pub fn file_name(&self) -> &str {
        self.0.rfind('/').map_or(&*self.0, |cut| &self.0[cut + 1..])
    }

    /// The last segment without a Markdown extension (`x.html.md` gives `x`), or whole where it has none.
    pub fn stem(&self) -> &str {
        markdown_stem(self.file_name()).unwrap_or_else(|| self.file_name())
    }

    /// Whether this is the page of its folder: `index.md`, `_index.md` or `README.md`, in any case.
    pub fn is_index(&self) -> bool {
        is_index_stem(self.stem()) && is_markdown(self.file_name())
    }
}

/// Whether a file name without its extension names the page of its folder.
pub fn is_index_stem(stem: &str) -> bool {
    ["index", "_index", "readme"].iter().any(|name| stem.eq_ignore_ascii_case(name))
}

/// Whether a file name has one of the extensions that are read as Markdown.
pub fn is_markdown(name: &str) -> bool {
    markdown_stem(name).is_some()
}

/// The file name without its Markdown extension, the longest that fits: `x.html.md` gives `x`.
pub fn markdown_stem(name: &str) -> Option<&str> {
    [".html.md", ".markdown", ".mdx", ".md"].iter().find_map(|ext| {
        let cut = name.len().checked_sub(ext.len()).filter(|&cut| cut > 0)?;
        let tail = name.get(cut..)?;
        tail.eq_ignore_ascii_case(ext).then(|| &name[..cut])
    })
}

fn is_plain(path: &str) -> bool {
    let bytes = path.as_bytes();
    let mut start = 0;
    for (at, byte) in bytes.iter().chain(b"/").enumerate() {
        match byte {
            b'/' if matches!(&bytes[start..at], b"" | b"." | b"..") => return false,
            b'/' => start = at + 1,
            0 => return false,
            _ => {}
        }
    }
    true
}

/// A path as tools that drop numbers and endings would have it: `01-start/02-install.md` gives `start/install`, and the page
/// of a folder gives the folder. Paths of one page have one bare path.
pub fn bare_path(path: &str) -> String {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = markdown_stem(name).unwrap_or(name);
    let last = if is_index_stem(stem) { None } else { Some(stem) };
    let parts: Vec<&str> = folders.split('/').filter(|part| !part.is_empty()).chain(last).map(without_number).collect();
    parts.join("/")
}

/// A name without the number in front of it; a date or a version is no such number.
fn without_number(name: &str) -> &str {
    let rest = name.trim_start_matches(|ch: char| ch.is_ascii_digit());
    let words = rest.trim_start_matches(['-', '_', '.', ' ']);
    let numbered = rest.len() < name.len() && name.len() - rest.len() <= 3 && words.len() < rest.len();
    if numbered && words.starts_with(|ch: char| !ch.is_ascii_digit()) { words } else { name }
}

/// Folders with a dot whose files are meant to be shown: pictures and downloads of other tools.
const SHOWN: &[&str] = &[".gitbook", ".attachments", ".assets", ".images", ".media", ".vuepress", ".vitepress", ".github-assets"];

/// Whether a path leads into a folder or to a file that its dot keeps from readers.
pub fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.') && !SHOWN.contains(&part))
}

/// Joins a relative reference to a folder and folds `.` and `..`; `None` where it climbs above the root.
///
/// `folder` is empty for the root. The answer is empty where the reference names the root itself.
pub fn join(folder: &str, reference: &str) -> Option<String> {
    let mut out = String::with_capacity(folder.len() + reference.len() + 1);
    let add = |out: &mut String, part: &str| {
        if !out.is_empty() {
            out.push('/');
        }
        out.push_str(part);
    };
    folder.split('/').filter(|part| !part.is_empty()).for_each(|part| add(&mut out, part));
    for part in reference.split('/') {
        match part {
            "" | "." => {}
            ".." if out.is_empty() => return None,
            ".." => out.truncate(out.rfind('/').unwrap_or(0)),
            name => add(&mut out, name),
        }
    }
    Some(out)
}

/// A file below the output folder, such as `vision/set-a-direction/index.html`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutPath(Arc<str>);

/// The longest segment of an output path, in bytes: what common file systems take, less room for suffixes.
pub const SEGMENT_LIMIT: usize = 200;

impl OutPath {
    /// Takes a `/`-separated relative path; `None` where a segment could leave the output or be misread.
    pub fn new(path: &str) -> Option<Self> {
        let safe = |part: &str| part.len() <= SEGMENT_LIMIT && !part.contains(['\\', '\0']) && !part.chars().any(char::is_control);
        (is_plain(path) && path.split('/').all(safe)).then(|| Self(path.into()))
    }

    /// The path as written, `/`-separated, relative to the output folder.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An address of the site from its root, such as `/vision/set-a-direction/` or `/404.html`; never percent-encoded.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Url(Arc<str>);

impl Url {
    /// Takes an address that starts with `/` and has no empty, `.` or `..` segment (a last empty one is a folder).
    pub fn new(address: &str) -> Option<Self> {
        let rest = address.strip_prefix('/')?;
        let inner = rest.strip_suffix('/').unwrap_or(rest);
        (rest.is_empty() || is_plain(inner)).then(|| Self(address.into()))
    }

    /// The address of the home page.
    pub fn home() -> Self {
        Self("/".into())
    }

    /// The address with its leading `/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address without its leading `/`, as it follows the relative way to the root.
    pub fn below_root(&self) -> &str {
        &self.0[1..]
    }

    /// The file that answers at this address; `None` where no safe file name exists for it.
    pub fn out_path(&self) -> Option<OutPath> {
        let rest = self.below_root();
        if rest.is_empty() || rest.ends_with('/') { OutPath::new(&format!("{rest}index.html")) } else { OutPath::new(rest) }
    }

    /// The relative way from a page at this address to the root: `./` for the home page, `../../` for `/a/b/`.
    pub fn to_root(&self) -> String {
        match self.below_root().matches('/').count() {
            0 => "./".to_owned(),
            depth => "../".repeat(depth),
        }
    }
}

/// Bytes that stand in any address as they are, by their number.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut at = 0;
    while at < 256 {
        let byte = at as u8;
        plain[at] = byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_');
        at += 1;
    }
    plain
};

/// Percent-encodes what may not stand in the path of a URL; keeps Unicode, as browsers show it.
pub fn encode_path(path: &str) -> Cow<'_, str> {
    // Most paths need nothing.
    if path.bytes().all(|b| PLAIN[usize::from(b)]) {
        return path.into();
    }
    let mut out = String::with_capacity(path.len() + 8);
    for ch in path.chars() {
        match ch {
            '%' | '?' | '#' | '"' | '<' | '>' | '`' | '{' | '}' | '|' | '\\' | '^' | '[' | ']' | ' ' | '\'' => {
                out.push_str(&format!("%{:02X}", ch as u32));
            }
            c if c.is_control() => out.extend(c.to_string().bytes().map(|b| format!("%{b:02X}"))),
            c => out.push(c),
        }
    }
    out.into()
}

/// Decodes `%XX` where the result is valid UTF-8; otherwise gives the text as it was.
pub fn decode_percent(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return text.into();
    }
    let bytes = text.as_bytes();
    let hex = |at: usize| bytes.get(at).and_then(|b| (*b as char).to_digit(16));
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'%'
            && let (Some(high), Some(low)) = (hex(at + 1), hex(at + 2))
        {
            out.push((high * 16 + low) as u8);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(out).map_or_else(|_| text.into(), Into::into)
}

macro_rules! shown_as_text {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", &*self.0)
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
    )*};
}
shown_as_text!(SourcePath, OutPath, Url);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_path_has_no_numbers_and_no_ending() {
        assert_eq!(bare_path("01-start/02_install.md"), "start/install");
        assert_eq!(bare_path("1. Guide/README.md"), "Guide");
        assert_eq!(bare_path("2024-01-02-hello.md"), "2024-01-02-hello");
        assert_eq!(bare_path("42.mdx"), "42");
        assert_eq!(bare_path("7.0-notes"), "7.0-notes");
    }

    #[test]
    fn an_output_path_cannot_leave_the_output() {
        for bad in ["", "/etc/passwd", "../x", "a/../b", "a//b", "a/./b", "a\\b", "a\0", "a/"] {
            assert_eq!(OutPath::new(bad), None, "{bad:?}");
        }
        assert!(OutPath::new(&"x".repeat(SEGMENT_LIMIT + 1)).is_none());
        assert!(OutPath::new("a/b c/ü.html").is_some());
    }

    #[test]
    fn the_way_to_the_root_fits_the_depth() {
        let way = |url: &str| Url::new(url).expect("an address").to_root();
        assert_eq!([way("/"), way("/404.html"), way("/a/"), way("/a/b/")], ["./", "./", "../", "../../"]);
    }

    #[test]
    fn a_reference_that_climbs_above_the_root_is_none() {
        assert_eq!(join("a/b", "../c.md").as_deref(), Some("a/c.md"));
        assert_eq!(join("a", "../../c.md"), None);
        assert_eq!(join("", "./").as_deref(), Some(""));
    }

    #[test]
    fn percent_decoding_keeps_what_is_not_utf8() {
        assert_eq!(decode_percent("a%20b%C3%BC"), "a bü");
        assert_eq!(decode_percent("50%"), "50%");
        assert_eq!(decode_percent("%ff"), "%ff");
    }

    #[test]
    fn the_longest_markdown_extension_is_taken() {
        assert_eq!(markdown_stem("deploy.html.md"), Some("deploy"));
        assert_eq!(markdown_stem("A.MD"), Some("A"));
        assert_eq!(markdown_stem(".md"), None);
    }
}
