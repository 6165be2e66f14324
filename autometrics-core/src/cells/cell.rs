//! The words that one thread adds to and everyone reads.
//!
//! ```text
//! of an edge:            key, number, ticks, nanoseconds, aim: least ticks, how many, where
//! of a group of its:     number and group, buckets
//! of calls in flight:    key, number, in flight
//! ```
//!
//! The aim of an edge is the bucket of its last call: the least ticks of that bucket, how many
//! there are, and where in the owner's table the cell of its group is. A call that takes about
//! as long as the one before is counted without looking for its bucket, and the processor,
//! which guesses so, need not wait for the clock.

use super::{Index, Key, Kind};
use crate::{
    buckets::{Place, Window},
    sync::{AtomicU64, Ordering},
};

const NUMBER: usize = 1;
const IN_FLIGHT: usize = 2;
const TICKS: usize = 2;
const NANOS: usize = 3;
/// The number of words of an edge's cell.
const OF_EDGE: usize = 7;
/// The number of words before the buckets of a group.
const BUCKETS: usize = 1;

/// An aim has, from the lowest bit on: the group, the word in its cell, the bound, and the position
/// in the table.
const WORD_BITS: u32 = 16 - Key::GROUP_BITS;
const BOUND_BITS: u32 = 16;
const BOUND: u32 = Key::GROUP_BITS + WORD_BITS;
const POSITION: u32 = BOUND + BOUND_BITS;

/// The calls that a cell counts, as its first word says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Header {
    /// The calls of an edge.
    Edge(Key),
    /// The calls of a group of the edge with this number.
    Group { edge: usize, group: u8 },
}

impl Header {
    /// Keys have a callee, whose bits are the upper ones.
    #[inline]
    fn from_word(word: u64) -> Self {
        let key = Key::from_word(word);
        if key.callee() != 0 {
            return Self::Edge(key);
        }
        Self::Group {
            edge: (word >> Key::GROUP_BITS) as usize,
            group: key.group(),
        }
    }

    /// Returns how many words the cell has, whose group has `buckets` buckets.
    pub(crate) fn words(self, buckets: usize) -> usize {
        match self {
            Self::Edge(key) if key.kind() == Kind::IN_FLIGHT => IN_FLIGHT + 1,
            Self::Edge(_) => OF_EDGE,
            Self::Group { .. } => BUCKETS + buckets,
        }
    }

    /// Returns the group; 0 for an edge.
    pub(crate) fn group(self) -> u8 {
        match self {
            Self::Edge(_) => 0,
            Self::Group { group, .. } => group,
        }
    }
}

/// One cell, as a view of its words.
///
/// Only the thread that owns the cell's set may call what changes it: with one
/// writer, a load and a store add without a locked instruction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cell<'a>(pub(super) &'a [AtomicU64]);

impl<'a> Cell<'a> {
    /// Says what an unpublished cell counts, for the edge with this number.
    pub(super) fn name(self, key: Key, number: usize) {
        // Relaxed: readers see the cell only after its chunk's length, which
        // is stored with Release.
        if key.group() == 0 {
            self.0[0].store(key.word(), Ordering::Relaxed);
            self.0[NUMBER].store(number as u64, Ordering::Relaxed);
        } else {
            let word = (number as u64) << Key::GROUP_BITS | u64::from(key.group());
            self.0[0].store(word, Ordering::Relaxed);
        }
    }

    pub(crate) fn header(self) -> Header {
        Header::from_word(self.0[0].load(Ordering::Relaxed))
    }

    /// The number of this edge, from zero, the same in every thread.
    #[expect(clippy::cast_possible_truncation, reason = "stored from a usize")]
    pub(crate) fn number(self) -> usize {
        self.0[NUMBER].load(Ordering::Relaxed) as usize
    }

    /// Adds a call of this edge that took `ticks`, if they are in the bucket of the last one.
    /// Returns the bound of that bucket. `index` is the owner's table.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "sixteen bits at most")]
    pub(crate) fn add_aimed(self, index: Index, ticks: u64) -> Option<u16> {
        let [_, number, sum, _, low, width, aim] = self.0 else {
            return None;
        };
        if ticks.wrapping_sub(low.load(Ordering::Relaxed)) >= width.load(Ordering::Relaxed) {
            return None;
        }
        let aim = aim.load(Ordering::Relaxed);
        let Self(group) = index.at((aim >> POSITION) as usize)?;
        // When the table has grown, another cell may be there, also of this edge.
        let expected =
            number.load(Ordering::Relaxed) << Key::GROUP_BITS | lowest(aim, Key::GROUP_BITS);
        if group.first()?.load(Ordering::Relaxed) != expected {
            return None;
        }
        let word = lowest(aim >> Key::GROUP_BITS, WORD_BITS);
        add(group.get(word as usize)?, 1);
        add(sum, ticks);
        Some(lowest(aim >> BOUND, BOUND_BITS) as u16)
    }

    /// Aims this edge at a bucket, of a group whose cell is at `position` in the owner's table.
    pub(crate) fn aim(self, window: Window, place: Place, position: usize) {
        let Some([_, _, _, _, low, width, aim]) = self.0.first_chunk() else {
            return;
        };
        let (Ok(position), word) = (u32::try_from(position), word(place) as u64) else {
            return;
        };
        if lowest(word, WORD_BITS) != word {
            return;
        }
        low.store(window.low, Ordering::Relaxed);
        width.store(window.width, Ordering::Relaxed);
        let position = u64::from(position) << POSITION;
        let bound = u64::from(window.bound) << BOUND;
        let word = word << Key::GROUP_BITS;
        let packed = position | bound | word | u64::from(place.group);
        aim.store(packed, Ordering::Relaxed);
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

    /// The calls in each bucket of this group.
    pub(crate) fn buckets(self) -> impl ExactSizeIterator<Item = u64> + use<'a> {
        let buckets = self.0[BUCKETS..].iter();
        buckets.map(|word| word.load(Ordering::Relaxed))
    }

    pub(crate) fn in_flight(self) -> u64 {
        self.0[IN_FLIGHT].load(Ordering::Relaxed)
    }
}

/// Returns so many bits of a word, the lowest ones.
#[inline]
const fn lowest(word: u64, bits: u32) -> u64 {
    word & ((1 << bits) - 1)
}

/// Returns the position of a place's bucket in the cell of its group.
fn word(place: Place) -> usize {
    BUCKETS + usize::from(place.bucket)
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

#[cfg(all(test, not(loom)))]
mod tests {
    use super::Header;
    use crate::{
        buckets::{Place, Window},
        cells::{Key, Kind, NO_CALLER, Sets},
    };

    const BUCKETS: usize = 16;
    const GROUPS: [u8; 3] = [6, 7, 8];

    /// Two groups of an edge may change their places in the table when it grows, so that an aim
    /// leads to the other one.
    #[test]
    fn an_aimed_call_is_counted_in_its_group_however_the_table_grows() {
        let mut moved = 0;
        for callee in 1..3_000 {
            let sets: &_ = Box::leak(Box::new(Sets::new()));
            let set = sets.adopt().unwrap();
            let edge = Key::new(callee, NO_CALLER, Kind::OK);
            let cell = set.create(edge, 0, Header::Edge(edge).words(BUCKETS));
            let groups = GROUPS.map(|group| {
                let header = Header::Group { edge: 0, group };
                let key = edge.in_group(group);
                (key, set.create(key, 0, header.words(BUCKETS)))
            });
            let place = Place {
                group: GROUPS[0],
                bucket: 3,
            };
            let window = Window {
                low: 10,
                width: 1,
                bound: 2,
            };
            let (_, position) = set.index().find_with_position(groups[0].0).unwrap();
            cell.aim(window, place, position);
            assert_eq!(cell.add_aimed(set.index(), 10), Some(2));
            for other in 1..=30 {
                let key = Key::new(callee + other, 1, Kind::OK);
                set.create(key, 1, Header::Edge(key).words(BUCKETS));
                let counted = u64::from(cell.add_aimed(set.index(), 10).is_some());
                let calls = |at: usize| groups[at].1.buckets().sum::<u64>();
                let others = calls(1) + calls(2);
                assert_eq!(others, 0, "of {callee}, {counted} counted");
                let there = set.index().at(position).map(super::Cell::header);
                let is_other = |at: usize| there == Some(groups[at].1.header());
                moved += u32::from(is_other(1) || is_other(2));
            }
        }
        assert!(moved > 0, "another group came to the place of the first");
    }
}
