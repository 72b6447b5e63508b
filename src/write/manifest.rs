//! What we wrote into an output folder: `OUT/.fourfold/manifest`.
//!
//! In: the bytes of the file, whatever happened to them. Out: a `Reading`; and the same bytes again for the same entries.
//!
//! The first line is `fourfold manifest FORMAT GENERATOR COUNT`, each further line `BYTES SIZE VIEW PATH`, sorted by path.
//!
//! Invariant: entries are sorted by path, each path once, none of them below `.fourfold/`.
//! Invariant: a line that is not exactly as we write it owns nothing: its file is somebody else's.

use std::path::Path;

use rayon::prelude::*;

use super::disk::{At, DiskError, look, read_regular};
use crate::base::fingerprint::Fingerprint;
use crate::base::path::OutPath;

/// The folder inside the output that holds what we remember of it.
pub const STATE: &str = ".fourfold";

/// Where the manifest lies in the output.
pub const MANIFEST: &str = ".fourfold/manifest";

/// The version of the format below; a higher one is not read.
const FORMAT: u64 = 1;

/// The version of the program, which is part of the manifest.
const GENERATOR: &str = env!("CARGO_PKG_VERSION");

/// So many lines are written on one thread at a time.
const CHUNK: usize = 2_048;

/// A file that we wrote.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Where, below the output.
    pub path: OutPath,
    /// The fingerprint of its bytes.
    pub bytes: Fingerprint,
    /// How many bytes.
    pub size: u64,
    /// The fingerprint of everything that it was rendered from.
    pub view: Fingerprint,
}

/// The files that we wrote, by path.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Manifest {
    entries: Vec<Entry>,
}

/// What was found where a manifest should be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reading {
    /// No manifest.
    Missing,
    /// One that this version of the program wrote, as it wrote it.
    Whole(Manifest),
    /// One that was cut or edited, or that another version wrote: the lines that can be relied on.
    Other(Manifest),
    /// One in a format that this version does not know.
    Newer {
        /// The version of the program that wrote it.
        generator: String,
    },
}

impl Manifest {
    /// Takes entries in any order; of two with one path the first stays.
    pub fn new(mut entries: Vec<Entry>) -> Self {
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        entries.dedup_by(|b, a| a.path == b.path);
        Self { entries }
    }

    /// The entries, sorted by path.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The place of a path among the entries.
    pub fn position(&self, path: &str) -> Option<usize> {
        self.entries.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok()
    }

    /// The entry of a path.
    pub fn get(&self, path: &str) -> Option<&Entry> {
        self.position(path).map(|at| &self.entries[at])
    }

    /// Reads the manifest of an output folder.
    pub fn load(out: &Path) -> Result<Reading, DiskError> {
        let path = out.join(MANIFEST);
        match look(&path)? {
            Some(meta) if meta.is_file() => Ok(Self::parse(&read_regular(&path).at("read", &path)?)),
            _ => Ok(Reading::Missing),
        }
    }

    /// Reads the bytes of a manifest; total: any bytes give an answer.
    pub fn parse(bytes: &[u8]) -> Reading {
        let mut lines = bytes.split_inclusive(|&b| b == b'\n').map(|line| std::str::from_utf8(line).ok()?.strip_suffix('\n'));
        let head = lines.next().flatten().and_then(parse_head);
        if let Some((format, generator, _)) = head
            && format > FORMAT
        {
            return Reading::Newer { generator: generator.to_owned() };
        }
        let (mut entries, mut torn) = (Vec::new(), false);
        for line in lines {
            match line.and_then(parse_line) {
                Some(entry) => entries.push(entry),
                None => torn = true,
            }
        }
        let sorted = entries.is_sorted_by(|a, b| a.path < b.path);
        let whole = head == Some((FORMAT, GENERATOR, entries.len() as u64)) && sorted && !torn;
        let manifest = if sorted { Self { entries } } else { Self::new(entries) };
        if whole { Reading::Whole(manifest) } else { Reading::Other(manifest) }
    }

    /// The bytes of the file: the same entries always give the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let head = format!("fourfold manifest {FORMAT} {GENERATOR} {}\n", self.entries.len());
        // A large handbook has hundreds of thousands of files, and nothing else is left to do when their manifest is written.
        let lines: Vec<Vec<u8>> = self.entries.par_chunks(CHUNK).map(lines).collect();
        std::iter::once(head.as_bytes()).chain(lines.iter().map(Vec::as_slice)).collect::<Vec<_>>().concat()
    }
}

/// The lines of some entries.
fn lines(entries: &[Entry]) -> Vec<u8> {
    let mut out = Vec::with_capacity(entries.len() * 128);
    for entry in entries {
        push_hex(&mut out, entry.bytes);
        out.extend_from_slice(format!(" {} ", entry.size).as_bytes());
        push_hex(&mut out, entry.view);
        out.push(b' ');
        out.extend_from_slice(entry.path.as_str().as_bytes());
        out.push(b'\n');
    }
    out
}

/// Whether a path is kept for our own state.
pub(super) fn is_reserved(path: &str) -> bool {
    path.strip_prefix(STATE).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn parse_head(line: &str) -> Option<(u64, &str, u64)> {
    let mut words = line.strip_prefix("fourfold manifest ")?.split(' ');
    let format = number(words.next()?)?;
    let generator = words.next()?;
    // A later format may say anything after the generator.
    let count = words.next().and_then(number).unwrap_or(u64::MAX);
    (format > FORMAT || words.next().is_none()).then_some((format, generator, count))
}

fn parse_line(line: &str) -> Option<Entry> {
    let mut words = line.splitn(4, ' ');
    let entry = Entry {
        bytes: fingerprint(words.next()?)?,
        size: number(words.next()?)?,
        view: fingerprint(words.next()?)?,
        path: OutPath::new(words.next()?)?,
    };
    (!is_reserved(entry.path.as_str())).then_some(entry)
}

/// Reads hexadecimal digits only as we write them: a second spelling would make two manifests of one state.
fn fingerprint(word: &str) -> Option<Fingerprint> {
    word.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')).then(|| Fingerprint::parse(word))?
}

fn number(word: &str) -> Option<u64> {
    let plain = word.bytes().all(|b| b.is_ascii_digit()) && (word == "0" || !word.starts_with('0'));
    plain.then(|| word.parse().ok())?
}

fn push_hex(out: &mut Vec<u8>, print: Fingerprint) {
    for byte in print.0.to_be_bytes() {
        out.push(b"0123456789abcdef"[usize::from(byte >> 4)]);
        out.push(b"0123456789abcdef"[usize::from(byte & 15)]);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]
mod tests {
    use super::*;

    fn three() -> Manifest {
        let entry = |path: &str| Entry {
            path: OutPath::new(path).unwrap(),
            bytes: Fingerprint::of_bytes(path.as_bytes()),
            size: path.len() as u64,
            view: Fingerprint::of(path),
        };
        Manifest::new(["b c/ü.html", "a/index.html", "index.html"].map(entry).to_vec())
    }

    #[test]
    fn what_was_written_is_read_back() {
        let bytes = three().to_bytes();
        assert_eq!(Manifest::parse(&bytes), Reading::Whole(three()));
        assert_eq!(String::from_utf8(bytes).unwrap().lines().count(), 4);
        assert_eq!(Manifest::parse(&Manifest::default().to_bytes()), Reading::Whole(Manifest::default()));
    }

    #[test]
    fn a_manifest_cut_anywhere_owns_only_files_that_were_in_it() {
        let bytes = three().to_bytes();
        for cut in 0..bytes.len() {
            match Manifest::parse(&bytes[..cut]) {
                Reading::Other(rest) => assert!(rest.entries().iter().all(|entry| three().entries().contains(entry)), "{cut}"),
                other => panic!("cut at {cut}: {other:?}"),
            }
        }
    }

    #[test]
    fn an_edited_byte_never_goes_unseen_and_never_panics() {
        let bytes = three().to_bytes();
        for at in 0..bytes.len() {
            for with in [b' ', b'\n', b'/', b'A', b'0', b'9', 0xff] {
                let mut edited = bytes.clone();
                edited[at] = with;
                if edited != bytes {
                    assert_ne!(Manifest::parse(&edited), Reading::Whole(three()), "{at} {with}");
                }
            }
        }
    }

    #[test]
    fn lines_that_could_leave_the_output_own_nothing() {
        let good = format!("{:032x} 5 {:032x} ", 1, 2);
        for path in ["../x", "/etc/passwd", "a//b", ".fourfold/manifest", ".fourfold", ""] {
            let text = format!("fourfold manifest 1 {GENERATOR} 1\n{good}{path}\n");
            assert_eq!(Manifest::parse(text.as_bytes()), Reading::Other(Manifest::default()), "{path}");
        }
    }

    #[test]
    fn a_later_format_is_told_apart() {
        let reading = Manifest::parse(b"fourfold manifest 2 9.1.0 whatever may follow\n\xff\n");
        assert_eq!(reading, Reading::Newer { generator: "9.1.0".into() });
    }

    #[test]
    fn another_version_of_the_program_is_not_whole() {
        let text = String::from_utf8(three().to_bytes()).unwrap().replacen(GENERATOR, "0.0.1", 1);
        assert_eq!(Manifest::parse(text.as_bytes()), Reading::Other(three()));
    }
}
