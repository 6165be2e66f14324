//! The words that one thread adds to and everyone reads.
//!
//! ```text
//! of an edge:           key, number, ticks, nanoseconds, aim: least ticks, how many, slot,
//!                       locations of groups
//! of a group of an edge: location of the next group, number and group, buckets
//! of calls in flight:   key, number, in flight
//! ```
//!
//! The aim of an edge is the bucket of its last call: the least ticks of that bucket, how many
//! there are, and the slot that counts it. A call that takes about as long as the one before is
//! counted without looking for its bucket, and the processor, which guesses so, need not wait for
//! the clock.
//!
//! The buckets of a group have 32 bits each, two in a word, as the time of a snapshot is that of
//! reading the cells. When one is full, at 2^31 calls, the owner goes on in a second cell of the
//! same group with 64 bits per bucket; readers add up both.

use super::{edge::EdgeCell, group::GroupCell};
use crate::sync::{AtomicU64, Ordering};

/// A cell, as a reader finds it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cell<'a> {
    Edge(EdgeCell<'a>),
    Group(GroupCell<'a>),
}

impl<'a> Cell<'a> {
    /// Returns the cells in the words of a chunk. `buckets` returns the number of buckets of a
    /// group.
    pub(super) fn all(
        mut words: &'a [AtomicU64],
        buckets: impl Fn(u8) -> usize,
    ) -> impl Iterator<Item = Self> {
        std::iter::from_fn(move || {
            let (cell, rest) = Self::split_first(words, &buckets)?;
            words = rest;
            Some(cell)
        })
    }

    fn split_first(
        words: &'a [AtomicU64],
        buckets: impl Fn(u8) -> usize,
    ) -> Option<(Self, &'a [AtomicU64])> {
        let header = words.first()?.load(Ordering::Relaxed);
        if EdgeCell::has_header(header) {
            let (cell, rest) = words.split_first_chunk()?;
            return Some((Self::Edge(EdgeCell(cell)), rest));
        }
        let (cell, rest) = GroupCell::split_first(words, buckets)?;
        Some((Self::Group(cell), rest))
    }
}
