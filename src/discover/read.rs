//! Reads single files.
//!
//! In: a path that the walk found. Out: its text with those that it takes in and its stamp, or what keeps it from being read.
//!
//! Invariant: what is opened is a plain file at the moment of opening, whatever the walk saw; no link is followed.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

use super::includes::include;
use super::trouble;
use crate::base::config::Settings;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::path::SourcePath;
use crate::base::text::{Source, Span};

/// How many bytes a page may have.
pub const PAGE_LIMIT: u64 = 4 * 1024 * 1024;

/// What tells whether a file has changed since it was read; zeros where the system does not say.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// When the content changed, in nanoseconds since 1970.
    pub mtime_ns: i64,
    /// When anything about it changed, in nanoseconds since 1970.
    pub ctime_ns: i64,
    /// The number of the file on its disk.
    pub inode: u64,
}

impl Stamp {
    /// The stamp of a file.
    pub fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let nanoseconds = |seconds: i64, rest: i64| seconds.saturating_mul(1_000_000_000).saturating_add(rest);
            Self {
                size: metadata.len(),
                mtime_ns: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
                ctime_ns: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
                inode: metadata.ino(),
            }
        }
        #[cfg(not(unix))]
        Self { size: metadata.len(), ..Self::default() }
    }
}

/// Reads a page; one that is not UTF-8 is read as far as it goes.
pub(super) fn page(root: &Path, path: &SourcePath, settings: &Settings) -> (Option<(Source, Stamp)>, Vec<Diagnostic>) {
    let (bytes, stamp) = match bytes(&root.join(path.as_str())) {
        Ok(read) => read,
        Err(error) => return (None, unreadable(settings, path, &error).into_iter().collect()),
    };
    if bytes.len() as u64 > PAGE_LIMIT {
        let size = stamp.size.max(bytes.len() as u64) as f64 / (1024.0 * 1024.0);
        let message = format!("this page has {size:.1} MB; {} MB are allowed", PAGE_LIMIT / (1024 * 1024));
        let problem = trouble(settings, Code::TooLarge, Some(path), Span::default(), message, "split it into several pages");
        return (None, problem.into_iter().collect());
    }
    let utf_16 = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
    let mut source = Source::decode(path.clone(), bytes);
    let mut wrong = include(root, &mut source, settings);
    wrong.extend(source.invalid_at.and_then(|at| {
        let message =
            if utf_16 { "this page is UTF-16, not UTF-8".to_owned() } else { format!("this page is not UTF-8: byte {at} cannot be read") };
        trouble(settings, Code::Encoding, Some(path), Span { start: at, end: at + 1 }, message, "save it as UTF-8")
    }));
    (Some((source, stamp)), wrong)
}

/// The stamp of a file that is not read.
pub(super) fn stamp(root: &Path, path: &SourcePath, settings: &Settings) -> (Option<Stamp>, Option<Diagnostic>) {
    match root.join(path.as_str()).symlink_metadata() {
        Ok(metadata) if metadata.is_file() => (Some(Stamp::of(&metadata)), None),
        Ok(_) => (None, None),
        Err(error) => (None, unreadable(settings, path, &error)),
    }
}

/// The bytes of a file that a problem is drawn from: none of a link, a pipe or a file that is too large to be a page.
pub fn bytes_to_draw(path: &Path) -> Option<Vec<u8>> {
    bytes(path).ok().map(|(bytes, _)| bytes).filter(|bytes| bytes.len() as u64 <= PAGE_LIMIT)
}

/// The bytes of a file of the content that is no page, whatever its size; `path` is one that a walk has found.
///
/// # Errors
///
/// Where it cannot be read, or has become a link or anything but a plain file, or lies behind one.
pub fn asset_bytes(root: &Path, path: &SourcePath) -> io::Result<Vec<u8>> {
    if !is_plainly_there(root, path) {
        return Err(io::ErrorKind::NotFound.into());
    }
    let mut file = open(&root.join(path.as_str()))?;
    if !file.metadata()?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether a path leads to a plain file without passing a link.
pub(super) fn is_plainly_there(root: &Path, path: &SourcePath) -> bool {
    let mut place = root.to_owned();
    let mut parts = path.as_str().split('/').peekable();
    while let Some(part) = parts.next() {
        place.push(part);
        let is_last = parts.peek().is_none();
        if !place.symlink_metadata().is_ok_and(|metadata| if is_last { metadata.is_file() } else { metadata.is_dir() }) {
            return false;
        }
    }
    true
}

fn unreadable(settings: &Settings, path: &SourcePath, error: &io::Error) -> Option<Diagnostic> {
    let message = format!("this file cannot be read: {}", error.kind());
    trouble(settings, Code::Unreadable, Some(path), Span::default(), message, "check that it is there and may be read")
}

pub(super) fn bytes(path: &Path) -> io::Result<(Vec<u8>, Stamp)> {
    let file = open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let size = metadata.len().min(PAGE_LIMIT);
    // One byte more than the size lets the last read find the end without growing the buffer.
    let mut bytes = Vec::with_capacity(size as usize + 1);
    file.take(PAGE_LIMIT + 1).read_to_end(&mut bytes)?;
    Ok((bytes, Stamp::of(&metadata)))
}

#[cfg(unix)]
pub(super) fn open(path: &Path) -> io::Result<File> {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt;
    // Without NONBLOCK a pipe put in the file's place would wait for a writer for ever.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path)
}

#[cfg(not(unix))]
pub(super) fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}
