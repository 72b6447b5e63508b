//! Pictures that the program makes itself: those of the content in other sizes, and social cards.
//!
//! In: what to make, and where the handbook lies. Out: bytes, from memory, from the cache in `.fourfold/`, or made now.
//!
//! The rooms: `scale` makes pictures smaller, `draw` draws cards.
//!
//! Invariant: the same job gives the same bytes on any thread; a cache saves work and changes nothing.
//! Invariant: a picture that cannot be scaled is published as it is, and that is said; nothing here ends a build.
//! Invariant: what is made carries no metadata of the picture it is made from: no place, no camera, no name.

#[cfg(feature = "cards")]
mod draw;
#[cfg(feature = "images")]
mod scale;
mod shelf;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::base::card::Card;
use crate::base::fingerprint::Fingerprint;
use crate::base::path::SourcePath;
use crate::base::picture::Scaled;
use crate::discover::asset_bytes;
use crate::write::local;

use shelf::Shelf;

/// The folder of the cache, in that of the handbook.
const FOLDER: &str = "pictures";

/// Makes pictures, each once.
#[derive(Debug)]
pub struct Studio {
    root: PathBuf,
    keeps: bool,
    shelf: Mutex<Shelf>,
    /// One lock for each file that is worked on, so that no two threads decode the same one.
    busy: Mutex<BTreeMap<String, Arc<Mutex<()>>>>,
    troubles: Mutex<BTreeMap<SourcePath, String>>,
    #[cfg(feature = "cards")]
    artist: std::sync::OnceLock<draw::Artist>,
}

impl Studio {
    /// A studio for the project at `root`; one that keeps nothing on the disk where `keeps` is not set.
    pub fn new(root: PathBuf, keeps: bool) -> Self {
        Self {
            root,
            keeps,
            shelf: Mutex::default(),
            busy: Mutex::default(),
            troubles: Mutex::default(),
            #[cfg(feature = "cards")]
            artist: std::sync::OnceLock::new(),
        }
    }

    /// A picture in another size; the picture itself where it cannot be scaled.
    ///
    /// # Errors
    ///
    /// Where the picture cannot be read.
    pub fn scaled(&self, scaled: &Scaled) -> io::Result<Arc<Vec<u8>>> {
        let name = scaled.file_name();
        if let Some(bytes) = self.recall(&name) {
            return Ok(bytes);
        }
        let lock = Arc::clone(hold(&self.busy).entry(scaled.still.print.to_string()).or_default());
        let _working = lock.lock().unwrap_or_else(PoisonError::into_inner);
        match self.recall(&name) {
            Some(bytes) => Ok(bytes),
            None => self.make(scaled),
        }
    }

    /// Makes a picture in all its sizes, since decoding it is most of the work.
    fn make(&self, scaled: &Scaled) -> io::Result<Arc<Vec<u8>>> {
        let source = asset_bytes(&self.root, &scaled.source)?;
        let made = match scale(&source, &scaled.widths) {
            Ok(made) => made,
            Err(why) => {
                hold(&self.troubles).insert(scaled.source.clone(), why);
                return Ok(Arc::new(source));
            }
        };
        // A picture that has changed since it was looked at is told of soon; until then its name stands for other bytes.
        let is_current = Fingerprint::of_bytes(&source) == scaled.still.print;
        let mut wanted = Arc::new(source);
        for (width, bytes) in scaled.widths.iter().zip(made) {
            let bytes = Arc::new(bytes);
            if is_current {
                self.put(scaled.still.file_name(*width), &bytes);
            }
            if *width == scaled.width {
                wanted = bytes;
            }
        }
        Ok(wanted)
    }

    /// A social card.
    ///
    /// # Errors
    ///
    /// What keeps it from being drawn; no card should.
    pub fn drawn(&self, card: &Card) -> Result<Arc<Vec<u8>>, String> {
        let name = card.file_name();
        if let Some(bytes) = self.recall(&name) {
            return Ok(bytes);
        }
        let bytes = Arc::new(self.draw(card)?);
        self.put(name, &bytes);
        Ok(bytes)
    }

    #[cfg(feature = "cards")]
    fn draw(&self, card: &Card) -> Result<Vec<u8>, String> {
        self.artist.get_or_init(draw::Artist::new).draw(card)
    }

    /// A program without this power has planned no such file.
    #[cfg(not(feature = "cards"))]
    fn draw(&self, _: &Card) -> Result<Vec<u8>, String> {
        Err("this program was built without the feature `cards`".to_owned())
    }

    fn put(&self, name: String, bytes: &Arc<Vec<u8>>) {
        if self.keeps {
            // A cache that cannot be written costs time, nothing else.
            let _ = local::write(&self.root, &format!("{FOLDER}/{name}"), bytes);
        }
        hold(&self.shelf).put(name, Arc::clone(bytes));
    }

    fn recall(&self, name: &str) -> Option<Arc<Vec<u8>>> {
        if let Some(bytes) = hold(&self.shelf).get(name) {
            return Some(bytes);
        }
        let bytes = Arc::new(local::read(&self.root, &format!("{FOLDER}/{name}")).filter(|bytes| is_whole(bytes))?);
        hold(&self.shelf).put(name.to_owned(), Arc::clone(&bytes));
        Some(bytes)
    }

    /// Pictures that could not be scaled, each with the reason.
    pub fn troubles(&self) -> Vec<(SourcePath, String)> {
        hold(&self.troubles).iter().map(|(path, why)| (path.clone(), why.clone())).collect()
    }

    /// Forgets what the cache holds besides the named files.
    pub fn keep_only(&self, names: &BTreeSet<String>) {
        if self.keeps {
            local::keep_only(&self.root, FOLDER, names);
        }
    }
}

#[cfg(feature = "images")]
use scale::scale;

/// A program without this power has planned no such file.
#[cfg(not(feature = "images"))]
fn scale(_: &[u8], _: &[u32]) -> Result<Vec<Vec<u8>>, String> {
    Err("this program was built without the feature `images`".to_owned())
}

/// Whether a file of the cache is a whole picture, as far as its head says.
fn is_whole(bytes: &[u8]) -> bool {
    let said = bytes.get(4..8).and_then(|size| size.try_into().ok()).map_or(0, u32::from_le_bytes);
    if bytes.starts_with(b"\x89PNG") {
        return bytes.ends_with(b"IEND\xAE\x42\x60\x82");
    }
    bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") && bytes.len() as u64 == u64::from(said) + 8
}

/// A lock that somebody has died with still holds sound data: every change of it is a single step.
fn hold<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
