//! The words that one thread adds to and everyone reads.
//!
//! ```text
//! of an edge:            key, index, ticks, nanoseconds, aim: low, width, word; buckets of group 0
//! of a group of its:     key, index, buckets
//! of calls in flight:    key, index, in flight
//! ```
//!
//! The cell of an edge is followed, in the same chunk, by those of groups in which it was called
//! then. Its aim is the bucket of the last call: the least ticks of that bucket, how many there
//! are, and how far behind the beginning of the cell its word is. A call that takes as long as
//! the one before, about, is counted without looking for its bucket, and the processor, which
//! guesses so, need not wait for the clock.

use super::{Key, Kind};
use crate::{
    buckets::{Place, Window},
    sync::{AtomicU64, Ordering},
};

const KEY: usize = 0;
const INDEX: usize = 1;
const IN_FLIGHT: usize = 2;
const TICKS: usize = 2;
const NANOS: usize = 3;
/// Where the buckets begin, of an edge and of a group.
const FIRST_BUCKET: [usize; 2] = [7, 2];

/// The bits of an aim's word that say where the bucket is; those above have its bound.
const WORD_BITS: u32 = 48;

/// How many words the cell of `key` has, whose group has `buckets` buckets.
pub(crate) const fn words(key: Key, buckets: usize) -> usize {
    match key.kind() {
        Kind::IN_FLIGHT => IN_FLIGHT + 1,
        _ => first_bucket(key.group()) + buckets,
    }
}

const fn first_bucket(group: u8) -> usize {
    FIRST_BUCKET[(group != 0) as usize]
}

/// Where the bucket of a place is in the cell of its group.
fn word(place: Place) -> usize {
    first_bucket(place.group) + usize::from(place.bucket)
}

/// One cell, as a view of its words.
///
/// Only the thread that owns the cell's set may call what changes it: with one
/// writer, a load and a store add without a locked instruction. The owner's view goes on to
/// the end of the chunk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cell<'a>(pub(super) &'a [AtomicU64]);

impl<'a> Cell<'a> {
    /// Says what an unpublished cell counts.
    pub(super) fn name(self, key: Key, index: usize) {
        // Relaxed: readers see the cell only after its chunk's length, which
        // is stored with Release.
        self.0[KEY].store(key.word(), Ordering::Relaxed);
        self.0[INDEX].store(index as u64, Ordering::Relaxed);
    }

    pub(crate) fn key(self) -> Key {
        Key::from_word(self.0[KEY].load(Ordering::Relaxed))
    }

    /// The number of the cell's edge, from zero, the same in every thread.
    #[expect(clippy::cast_possible_truncation, reason = "stored from a usize")]
    pub(crate) fn index(self) -> usize {
        self.0[INDEX].load(Ordering::Relaxed) as usize
    }

    /// Adds a call of this edge that took `ticks`, if they are in the bucket of the last one.
    /// Returns the bound of that bucket.
    #[inline]
    pub(crate) fn add_aimed(self, ticks: u64) -> Option<u16> {
        let [_, _, sum, _, low, width, word, ..] = self.0 else {
            return None;
        };
        let low = low.load(Ordering::Relaxed);
        if ticks.wrapping_sub(low) >= width.load(Ordering::Relaxed) {
            return None;
        }
        let word = word.load(Ordering::Relaxed);
        let calls = self.0.get((word & ((1 << WORD_BITS) - 1)) as usize)?;
        add(calls, 1);
        add(sum, ticks);
        Some((word >> WORD_BITS) as u16)
    }

    /// Aims this cell of an edge at a bucket, which the cell `group` has, if that is near.
    pub(crate) fn aim(self, window: Window, group: Self, place: Place) {
        let distance = address(group).wrapping_sub(address(self)) / size_of::<AtomicU64>();
        let word = distance.wrapping_add(word(place));
        // In another chunk, or before this one.
        if word >= self.0.len() {
            return;
        }
        let Some([_, _, _, _, low, width, aimed]) = self.0.first_chunk() else {
            return;
        };
        low.store(window.low, Ordering::Relaxed);
        width.store(window.width, Ordering::Relaxed);
        let word = word as u64 | u64::from(window.bound) << WORD_BITS;
        aimed.store(word, Ordering::Relaxed);
    }

    /// Adds a call of this edge that took `ticks` of the time stamp counter. `group` is the cell
    /// of the group of its bucket.
    pub(crate) fn add_ticks(self, group: Self, place: Place, ticks: u64) {
        group.add_to(word(place), 1);
        self.add_to(TICKS, ticks);
    }

    /// Adds a call of this edge that took `nanos` of the monotonic clock. `group` is the cell of
    /// the group of its bucket.
    pub(crate) fn add_nanos(self, group: Self, place: Place, nanos: u64) {
        group.add_to(word(place), 1);
        self.add_to(NANOS, nanos);
    }

    /// Adds to the calls in flight. A call may begin on one thread and end on
    /// another, so a single cell may be negative: only the sum means something.
    /// `change` is 1 or its two's complement, which subtracts as it wraps.
    pub(crate) fn add_in_flight(self, change: u64) {
        self.add_to(IN_FLIGHT, change);
    }

    fn add_to(self, word: usize, amount: u64) {
        // A missing word would be a bug of ours: losing a count is better than
        // a panic in the user's call.
        if let Some(word) = self.0.get(word) {
            add(word, amount);
        }
    }

    /// The ticks and the nanoseconds of the calls of this edge.
    pub(crate) fn times(self) -> [u64; 2] {
        [TICKS, NANOS].map(|at| self.0[at].load(Ordering::Relaxed))
    }

    pub(crate) fn buckets(self) -> impl Iterator<Item = u64> + use<'a> {
        self.0[first_bucket(self.key().group())..]
            .iter()
            .map(|word| word.load(Ordering::Relaxed))
    }

    pub(crate) fn in_flight(self) -> u64 {
        self.0[IN_FLIGHT].load(Ordering::Relaxed)
    }
}

/// Where a cell is in memory, to tell how far it is from another.
fn address(cell: Cell<'_>) -> usize {
    cell.0.as_ptr().addr()
}

#[inline]
fn add(word: &AtomicU64, amount: u64) {
    // Relaxed: a count orders nothing. Not `fetch_add`: this thread is the only
    // writer.
    word.store(
        word.load(Ordering::Relaxed).wrapping_add(amount),
        Ordering::Relaxed,
    );
}
