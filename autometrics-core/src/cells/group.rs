//! The cell of a group of latency buckets of an edge.

use super::{
    Key,
    chunk::Location,
    slot::{Part, Slot},
};
use crate::sync::{AtomicU64, Ordering};

/// The number of words before the buckets.
const BUCKETS: usize = 1;
/// The bits of a header for the number of the edge.
const NUMBER_BITS: u32 = 26;
/// Marks a group with 64 bits per bucket, among the bits for its number.
const WIDE: u64 = 1 << (Key::FREE_BITS - 1);

/// The calls in the buckets of a group. Its header has, from the lowest bit on, the group, the
/// mark of a wide one, the number of the edge, and the location of the next group of the edge.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GroupCell<'a> {
    header: u64,
    words: &'a [AtomicU64],
}

impl<'a> GroupCell<'a> {
    /// Returns the cell whose header is the first of these words.
    pub(super) fn first(words: &'a [AtomicU64]) -> Option<Self> {
        let (header, words) = words.split_first()?;
        let header = header.load(Ordering::Relaxed);
        Some(Self { header, words })
    }

    /// Returns the header of a cell in front of the one at `next`.
    pub(super) fn header(edge: usize, group: u8, is_wide: bool, next: Option<Location>) -> u64 {
        let number = (edge as u64).min((1 << NUMBER_BITS) - 1);
        let wide = if is_wide { WIDE } else { 0 };
        let next = next.map_or(0, Location::bits);
        u64::from(next) << 32 | number << Key::FREE_BITS | wide | u64::from(group)
    }

    /// Returns the number of words of a cell of so many buckets.
    pub(super) fn words(buckets: usize, is_wide: bool) -> usize {
        BUCKETS
            + if is_wide {
                buckets
            } else {
                buckets.div_ceil(2)
            }
    }

    /// Splits the first cell off the words.
    pub(super) fn split_first(
        words: &'a [AtomicU64],
        buckets: impl Fn(u8) -> usize,
    ) -> Option<(Self, &'a [AtomicU64])> {
        let cell = Self::first(words)?;
        let length = Self::words(buckets(cell.group()), cell.is_wide());
        let (words, rest) = words.split_at_checked(length)?;
        Some((Self::first(words)?, rest))
    }

    /// Returns the number of the edge.
    #[expect(clippy::cast_possible_truncation, reason = "taken apart")]
    pub(crate) fn edge(self) -> usize {
        (self.header as u32 >> Key::FREE_BITS) as usize
    }

    pub(crate) fn group(self) -> u8 {
        (self.header & (WIDE - 1)) as u8
    }

    pub(super) fn is_wide(self) -> bool {
        self.header & WIDE != 0
    }

    pub(super) fn next(self) -> Option<Location> {
        Location::of_cell((self.header >> 32) as u32)
    }

    /// Adds the calls in each bucket to those at the front of `sums`, which has an even number.
    #[inline]
    pub(crate) fn add_to(self, sums: &mut [u64]) {
        let words = self.words.iter().map(|word| word.load(Ordering::Relaxed));
        if self.is_wide() {
            for (sum, calls) in sums.iter_mut().zip(words) {
                *sum += calls;
            }
            return;
        }
        for (sums, word) in sums.chunks_exact_mut(2).zip(words) {
            sums[0] += word & u64::from(u32::MAX);
            sums[1] += word >> 32;
        }
    }
}

impl GroupCell<'static> {
    /// Returns the slot of a bucket of the cell at this location.
    pub(super) fn slot(self, location: Location, bucket: u16) -> Option<Slot> {
        let bucket = usize::from(bucket);
        let (at, part) = match (self.is_wide(), bucket % 2) {
            (true, _) => (bucket, Part::Whole),
            (false, 0) => (bucket / 2, Part::LowerHalf),
            (false, _) => (bucket / 2, Part::UpperHalf),
        };
        let location = location.plus(BUCKETS + at);
        Some(Slot::new(self.words.get(at)?, part, location))
    }
}
