//! The archive of a book.
//!
//! In: the package and the files of a book. Out: bytes.
//!
//! Invariant: the media type comes first and plain, as the standard asks; no time of day enters.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::super::BookError;
use super::package::CONTAINER;

/// Packs a book.
pub(super) fn archive(package: &str, files: Vec<(String, Vec<u8>)>) -> Result<Vec<u8>, BookError> {
    pack(package, files).map_err(|error| BookError::Archive(error.to_string()))
}

fn pack(package: &str, files: Vec<(String, Vec<u8>)>) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // The earliest day that an archive can name.
    let plain = SimpleFileOptions::default().last_modified_time(DateTime::default()).unix_permissions(0o644);
    let stored = plain.compression_method(CompressionMethod::Stored);
    let deflated = plain.compression_method(CompressionMethod::Deflated);
    zip.start_file("mimetype", stored)?;
    zip.write_all(b"application/epub+zip")?;
    zip.start_file("META-INF/container.xml", deflated)?;
    zip.write_all(CONTAINER.as_bytes())?;
    zip.start_file("book/package.opf", deflated)?;
    zip.write_all(package.as_bytes())?;
    for (file, bytes) in files {
        // Pictures are packed already.
        let is_packed = ["png", "jpg", "gif", "webp", "avif"].iter().any(|extension| file.ends_with(extension));
        zip.start_file(format!("book/{file}"), if is_packed { stored } else { deflated })?;
        zip.write_all(&bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}
