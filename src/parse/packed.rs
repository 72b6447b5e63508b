//! Lists of numbers that are kept for each page of a handbook, and therefore in few bytes.
//!
//! In: numbers, ranges. Out: bytes, and what was put in. A number takes a byte for each seven bits that it has; a range is told
//! by how far it is from the one before.
//!
//! Invariant: what comes out is what was put in.

use std::ops::Range;

/// The highest bit of a byte says that the number goes on.
const MORE: u8 = 0x80;

/// Writes a number.
pub(super) fn push(out: &mut Vec<u8>, mut number: u32) {
    while number >= u32::from(MORE) {
        out.push(number as u8 | MORE);
        number >>= 7;
    }
    out.push(number as u8);
}

/// The numbers of some bytes.
#[derive(Clone, Debug)]
pub(super) struct Numbers<'a>(pub(super) &'a [u8]);

impl Iterator for Numbers<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u32::from(byte & !MORE) << shift;
            shift += 7;
            if *byte < MORE {
                return Some(number);
            }
        }
    }
}

/// Ranges of a text that ascend and do not overlap.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Ranges(Box<[u8]>);

impl Ranges {
    /// Keeps a list of ranges.
    pub(super) fn of(ranges: &[Range<u32>]) -> Self {
        let mut bytes = Vec::with_capacity(ranges.len() * 4);
        let mut last = 0;
        for range in ranges {
            debug_assert!(last <= range.start && range.start <= range.end, "ranges ascend");
            push(&mut bytes, range.start - last);
            push(&mut bytes, range.end - range.start);
            last = range.end;
        }
        // A copy has no spare room; shrinking would leave the memory with it.
        Self(bytes.as_slice().into())
    }

    /// The ranges, ascending.
    pub fn iter(&self) -> RangesIter<'_> {
        RangesIter { numbers: Numbers(&self.0), last: 0 }
    }

    /// Follows a text from its start.
    pub fn follow(&self) -> Follow<'_> {
        Follow { all: self, rest: self.iter(), passed: 0, here: 0..0 }
    }
}

/// Where one is in a list of ranges. Places are mostly asked for in order, so it goes on from the last one.
#[derive(Clone, Debug)]
pub struct Follow<'a> {
    all: &'a Ranges,
    rest: RangesIter<'a>,
    /// The end of the range before this one.
    passed: u32,
    here: Range<u32>,
}

impl Follow<'_> {
    /// The range that a place is in, or the next one after it.
    #[inline]
    pub fn at(&mut self, place: usize) -> Option<Range<usize>> {
        if place < self.passed as usize {
            *self = self.all.follow();
        }
        while place >= self.here.end as usize {
            let next = self.rest.next()?;
            self.passed = self.here.end;
            self.here = next;
        }
        Some(self.here.start as usize..self.here.end as usize)
    }
}

/// The ranges of a list, ascending.
#[derive(Clone, Debug)]
pub struct RangesIter<'a> {
    numbers: Numbers<'a>,
    last: u32,
}

impl Iterator for RangesIter<'_> {
    type Item = Range<u32>;

    #[inline]
    fn next(&mut self) -> Option<Range<u32>> {
        let start = self.last + self.numbers.next()?;
        self.last = start + self.numbers.next()?;
        Some(start..self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_come_out_as_they_were() {
        let lists: [&[Range<u32>]; 4] =
            [&[], &[0..0, 0..1, 1..1], &[0..127, 127..255, 300..16_684], &[5..6, 70_000..2_097_152, 2_097_152..u32::MAX]];
        for ranges in lists {
            assert_eq!(Ranges::of(ranges).iter().collect::<Vec<_>>(), ranges);
        }
    }

    #[test]
    fn a_place_leads_to_its_range_or_the_next_in_any_order() {
        let list: [Range<u32>; 3] = [2..5, 5..6, 9..12];
        let ranges = Ranges::of(&list);
        let mut follow = ranges.follow();
        for place in [0, 2, 4, 5, 7, 8, 11, 12, 13, 8, 6, 5, 1, 9, 3, 12, 0] {
            let wanted = list.iter().find(|range| place < range.end).map(|range| range.start as usize..range.end as usize);
            assert_eq!(follow.at(place as usize), wanted, "{place}");
        }
    }
}
