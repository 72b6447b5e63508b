//! Files that contributors put beside their examples: pictures, and nothing that could act.
//!
//! In: the files of the content that are no pages. Out: which of them are left out, and why.
//!
//! Invariant: a file is judged by its first bytes as well as by its name, so that nothing hides behind the name of a picture.

use std::io::Read;
use std::path::Path;

use globset::GlobSet;

use super::{read, trouble, walk};
use crate::base::config::{Mode, Settings};
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::path::SourcePath;
use crate::base::text::Span;

/// The places that `[trust]` leaves to contributors.
pub(super) struct Contributed {
    places: GlobSet,
    trusted: GlobSet,
    content: String,
}

/// What a file of a contributor is.
enum Judged {
    Picture,
    /// Its name ends in something else.
    NoPicture,
    /// It is called a picture, but its bytes are something else.
    Disguised,
}

impl Contributed {
    /// The places of a handbook; a foreign folder has none.
    pub(super) fn of(settings: &Settings) -> Option<Self> {
        let config = &settings.config;
        (settings.mode == Mode::Own && !config.contributor.is_empty()).then(|| Self {
            places: walk::globs(&config.contributor),
            trusted: walk::globs(&config.full),
            content: format!("{}/", settings.content),
        })
    }

    /// Why a file is left out; `None` for one that is taken.
    pub(super) fn refuses(&self, root: &Path, path: &SourcePath, settings: &Settings) -> Option<Option<Diagnostic>> {
        let place = path.as_str().strip_prefix(&self.content)?;
        if !self.places.is_match(place) || self.trusted.is_match(place) {
            return None;
        }
        let message = match judge(&root.join(path.as_str()), path) {
            Judged::Picture => return None,
            Judged::NoPicture => "contributors can add pictures (png, jpg, gif, webp, avif), and this file is none; it is left out",
            Judged::Disguised => "this file is called a picture, but its bytes are not those of one; it is left out",
        };
        let help = "put a picture in its place, move it to a folder of the authors, or name it under `full` in [trust]";
        Some(trouble(settings, Code::SpecialFile, Some(path), Span::default(), message.into(), help))
    }
}

fn judge(file: &Path, path: &SourcePath) -> Judged {
    let name = path.file_name().to_ascii_lowercase();
    let Some((_, extension)) = name.rsplit_once('.') else { return Judged::NoPicture };
    let mut head = [0; 16];
    let read = read::open(file).and_then(|mut file| file.read(&mut head)).unwrap_or(0);
    let head = &head[..read];
    let fits = match extension {
        "png" => head.starts_with(b"\x89PNG\r\n\x1a\n"),
        "jpg" | "jpeg" => head.starts_with(b"\xFF\xD8\xFF"),
        "gif" => head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a"),
        "webp" => head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP"),
        "avif" => head.get(4..8) == Some(b"ftyp") && matches!(head.get(8..12), Some(b"avif" | b"avis" | b"mif1" | b"miaf")),
        _ => return Judged::NoPicture,
    };
    if fits { Judged::Picture } else { Judged::Disguised }
}
