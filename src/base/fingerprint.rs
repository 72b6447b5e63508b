//! Equality of large values by 128 bits.
//!
//! In: anything that can be hashed. Out: a `Fingerprint`, the same on every machine and in every run of one version.
//!
//! Invariant: no platform-dependent width enters a fingerprint (`usize` counts as 64 bits, little-endian).

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use xxhash_rust::xxh3::Xxh3;

/// 128 bits that stand for a value: equal values have equal fingerprints.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub u128);

impl Fingerprint {
    /// The fingerprint of a value made of hashable parts.
    pub fn of<T: Hash + ?Sized>(value: &T) -> Self {
        let mut state = State(Xxh3::new());
        value.hash(&mut state);
        Self(state.0.digest128())
    }

    /// The fingerprint of plain bytes, such as a file.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self(xxhash_rust::xxh3::xxh3_128(bytes))
    }

    /// The fingerprint of the bytes of a text in pieces.
    pub fn of_pieces(pieces: impl Iterator<Item = String>) -> Self {
        let mut state = Xxh3::new();
        pieces.for_each(|piece| state.update(piece.as_bytes()));
        Self(state.digest128())
    }

    /// Reads what `Display` wrote.
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 32).then(|| u128::from_str_radix(text, 16).ok().map(Self))?
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

struct State(Xxh3);

impl Hasher for State {
    fn finish(&self) -> u64 {
        self.0.digest()
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
    fn write_u16(&mut self, n: u16) {
        self.0.update(&n.to_le_bytes());
    }
    fn write_u32(&mut self, n: u32) {
        self.0.update(&n.to_le_bytes());
    }
    fn write_u64(&mut self, n: u64) {
        self.0.update(&n.to_le_bytes());
    }
    fn write_u128(&mut self, n: u128) {
        self.0.update(&n.to_le_bytes());
    }
    fn write_usize(&mut self, n: usize) {
        self.0.update(&(n as u64).to_le_bytes());
    }
    fn write_isize(&mut self, n: isize) {
        self.0.update(&(n as i64).to_le_bytes());
    }
}

/// A shared value that knows its fingerprint; equal and hashed by it, cheap to clone.
pub struct Sealed<T>(Arc<Seal<T>>);

struct Seal<T> {
    print: Fingerprint,
    value: T,
}

impl<T: Hash> Sealed<T> {
    /// Seals a value: it cannot change any more.
    pub fn new(value: T) -> Self {
        Self(Arc::new(Seal { print: Fingerprint::of(&value), value }))
    }
}

impl<T> Sealed<T> {
    /// The fingerprint of the sealed value.
    pub fn fingerprint(&self) -> Fingerprint {
        self.0.print
    }
}

impl<T> Clone for Sealed<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Deref for Sealed<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0.value
    }
}

impl<T> PartialEq for Sealed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0.print == other.0.print
    }
}

impl<T> Eq for Sealed<T> {}

impl<T> Hash for Sealed<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.print.hash(state);
    }
}

impl<T: fmt::Debug> fmt::Debug for Sealed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.value.fmt(f)
    }
}

impl<T: Serialize> Serialize for Sealed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.value.serialize(serializer)
    }
}
