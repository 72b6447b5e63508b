//! What a word is known by.
//!
//! In: a folded word, or the bytes of one that is all ASCII. Out: its key: 52 bits of a hash, and in the lowest bits the shard
//! that its first letters lead to.
//!
//! Invariant: both ways give a word the same key; the script that searches finds the shard with the same sums.

use super::is_unspaced;

/// How many bits of a key say in which shard a word lies.
pub const SHARD_BITS: u32 = 10;

/// What a word is known by: 52 bits of it and, in the lowest bits, its shard.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Key(pub(super) u64);

impl Key {
    /// Its shard, where there are `shards` of them: a power of two.
    pub fn shard(self, shards: u32) -> u32 {
        (self.0 as u32 & ((1 << SHARD_BITS) - 1)) & (shards - 1)
    }

    /// The key as a number.
    pub fn bits(self) -> u64 {
        self.0
    }
}

/// The length of a word of ASCII letters and digits, eight at the most, and its bytes, those that are letters small.
#[inline]
pub(super) fn short_word(bytes: &[u8], start: usize) -> (usize, u64) {
    let here = &bytes[start..];
    let eight = here.first_chunk::<8>().map_or_else(|| little(&here[..here.len().min(8)]), |eight| u64::from_le_bytes(*eight));
    // The highest bit of each byte says whether it is looked for; no sum of a byte below 128 reaches the next byte.
    let from = |bytes: u64, least: u8| bytes + ONES * u64::from(0x80 - least);
    let low = eight & (ONES * 0x7F);
    let small = low | SMALL;
    let letters = from(small, b'a') & !from(small, b'z' + 1);
    let digits = from(low, b'0') & !from(low, b'9' + 1);
    let outside = !((letters | digits) & !eight) & (ONES * 0x80);
    let length = outside.trailing_zeros() as usize / 8;
    (length, if length == 8 { small } else { small & ((1 << (8 * length)) - 1) })
}

/// A key of which the shard is not known yet: most words are met again and again, and are told apart by the hash alone.
#[derive(Clone, Copy)]
pub(super) struct Half {
    /// A key without its shard.
    pub(super) hash: u64,
    first: First,
}

/// What leads to the shard.
#[derive(Clone, Copy)]
enum First {
    /// The first letters of a word in ASCII, small.
    Letters(u64),
    /// Itself.
    Shard(u32),
}

impl Half {
    fn of(hash: u64, letters: u64) -> Self {
        Self { hash: without_shard(hash), first: First::Letters(letters) }
    }

    /// The key with its shard.
    pub(super) fn key(self) -> Key {
        let letter = |letters: u64, at: u32| (letters >> (8 * at)) as u8 as u32;
        let shard = match self.first {
            First::Letters(letters) => shard([letter(letters, 0), letter(letters, 1), letter(letters, 2)]),
            First::Shard(shard) => shard,
        };
        Key(self.hash | u64::from(shard))
    }
}

impl From<Key> for Half {
    fn from(key: Key) -> Self {
        let shard = key.0 & ((1 << SHARD_BITS) - 1);
        Self { hash: key.0 - shard, first: First::Shard(shard as u32) }
    }
}

fn without_shard(hash: u64) -> u64 {
    (hash >> 12 << SHARD_BITS) & (u64::MAX >> 2)
}

/// The key of a word of less than eight letters and digits, from its bytes.
#[inline]
pub(super) fn short_key(eight: u64, length: usize) -> Half {
    Half::of(mix(SEED ^ length as u64, eight), eight)
}

/// The key of a word of ASCII letters and digits in a text: read eight bytes at a time and lowered at once, since the bit
/// that makes a letter small is set in every digit.
pub(super) fn ascii_key(bytes: &[u8], start: usize, length: usize) -> Half {
    let word = &bytes[start..start + length];
    let (eights, rest) = word.as_chunks::<8>();
    let mut hash = SEED ^ length as u64;
    for eight in eights {
        hash = mix(hash, u64::from_le_bytes(*eight) | SMALL);
    }
    if !rest.is_empty() {
        hash = mix(hash, (little(rest) | SMALL) & ((1 << (8 * rest.len())) - 1));
    }
    Half::of(hash, little(&word[..length.min(8)]) | SMALL)
}

/// The key of a folded word.
pub fn key(folded: &str) -> Key {
    let bytes = folded.as_bytes();
    let mut hash = SEED ^ bytes.len() as u64;
    for eight in bytes.chunks(8) {
        hash = mix(hash, little(eight));
    }
    let mut chars = folded.chars();
    let first = chars.next();
    let second = chars.next().filter(|_| !first.is_some_and(is_unspaced));
    let third = second.and_then(|_| chars.next());
    let prefix = [first, second, third].map(|c| c.map_or(0, u32::from));
    Key(without_shard(hash) | u64::from(shard(prefix)))
}

/// Up to eight bytes as a number.
fn little(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

/// One in each byte.
const ONES: u64 = 0x0101_0101_0101_0101;
/// The bit that makes a letter small, in each byte.
const SMALL: u64 = ONES * 0x20;
const SEED: u64 = 0x9E37_79B9_7F4A_7C15;

fn mix(hash: u64, word: u64) -> u64 {
    let wide = u128::from(hash ^ word) * 0xA076_1D64_78BD_642F_u128;
    (wide as u64) ^ ((wide >> 64) as u64)
}

/// The shard of the words that begin with these letters: the script finds it with the same sums.
fn shard(letters: [u32; 3]) -> u32 {
    let sum = letters[0].wrapping_mul(0x9E37_79B1) ^ letters[1].wrapping_mul(0x85EB_CA6B) ^ letters[2].wrapping_mul(0xC2B2_AE35);
    let sum = (sum ^ (sum >> 15)).wrapping_mul(0x2C1B_3C6D);
    (sum ^ (sum >> 13)) >> (32 - SHARD_BITS)
}
