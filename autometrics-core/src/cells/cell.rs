//! The words that one thread adds to and everyone reads.

use super::{Key, Kind};
use crate::sync::{AtomicU64, Ordering};

// A cell of calls that ended: key, index, ticks, nanoseconds, then the buckets.
// A cell of calls in flight:  key, index, in flight.
const KEY: usize = 0;
const INDEX: usize = 1;
const TICKS: usize = 2;
const NANOS: usize = 3;
const BUCKETS: usize = 4;
const IN_FLIGHT: usize = 2;

/// How many words a cell of `kind` has where histograms have `buckets` buckets.
pub(crate) const fn words(kind: Kind, buckets: usize) -> usize {
    match kind {
        Kind::IN_FLIGHT => IN_FLIGHT + 1,
        _ => BUCKETS + buckets,
    }
}

/// One cell, as a view of its words.
///
/// Only the thread that owns the cell's set may call what changes it: with one
/// writer, a load and a store add without a locked instruction.
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

    /// Adds a call that took `ticks` of the time stamp counter.
    #[inline]
    pub(crate) fn add_ticks(self, bucket: u16, ticks: u64) {
        self.add_call(bucket, TICKS, ticks);
    }

    /// Adds a call that took `nanos` of the monotonic clock.
    pub(crate) fn add_nanos(self, bucket: u16, nanos: u64) {
        self.add_call(bucket, NANOS, nanos);
    }

    /// Adds to the calls in flight. A call may begin on one thread and end on
    /// another, so a single cell may be negative: only the sum means something.
    /// `change` is 1 or its two's complement, which subtracts as it wraps.
    pub(crate) fn add_in_flight(self, change: u64) {
        add(&self.0[IN_FLIGHT], change);
    }

    #[inline]
    fn add_call(self, bucket: u16, unit: usize, time: u64) {
        // A missing word would be a bug of ours: losing a count is better than
        // a panic in the user's call.
        if let Some(calls) = self.0.get(BUCKETS + usize::from(bucket)) {
            add(calls, 1);
            // In front of the buckets, so it is there too.
            add(&self.0[unit], time);
        }
    }

    pub(crate) fn ticks(self) -> u64 {
        self.0[TICKS].load(Ordering::Relaxed)
    }

    pub(crate) fn nanos(self) -> u64 {
        self.0[NANOS].load(Ordering::Relaxed)
    }

    pub(crate) fn buckets(self) -> impl Iterator<Item = u64> + use<'a> {
        self.0[BUCKETS..]
            .iter()
            .map(|word| word.load(Ordering::Relaxed))
    }

    pub(crate) fn in_flight(self) -> u64 {
        self.0[IN_FLIGHT].load(Ordering::Relaxed)
    }
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
