//! The cell of an edge, and how its owner finds those of its groups.

use super::{
    Key,
    chunk::{Directory, Location},
    group::GroupCell,
    slot::{Aim, Slot},
};
use crate::{
    buckets::{Place, Window},
    sync::{AtomicU64, Ordering},
};

const NUMBER: usize = 1;
const TICKS: usize = 2;
const IN_FLIGHT: usize = 2;
const NANOS: usize = 3;
/// The number of words of an edge's cell.
pub(super) const OF_EDGE: usize = 9;
/// The lists of an edge's groups, by the lowest bits of a group's number: each has the location of
/// its first group, two in a word.
const LISTS: usize = 7;
const LIST_BITS: u32 = 2;

/// The calls of an edge, as a view of the cell's words.
///
/// Only the thread that owns the cell's set may call what changes it: with one
/// writer, a load and a store add without a locked instruction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EdgeCell<'a>(pub(super) &'a [AtomicU64; OF_EDGE]);

impl EdgeCell<'_> {
    /// Returns `true` if this is the header of an edge. Those of groups have a group's number, where
    /// keys have zeros.
    #[inline]
    pub(super) fn has_header(word: u64) -> bool {
        word & ((1 << Key::FREE_BITS) - 1) == 0
    }

    /// Fills in the header of an unpublished cell, for the edge with this number.
    pub(super) fn name(self, key: Key, number: usize) {
        // Relaxed: readers see the cell only after the end of its chunk, which
        // is stored with Release.
        self.0[0].store(key.word(), Ordering::Relaxed);
        self.0[NUMBER].store(number as u64, Ordering::Relaxed);
    }

    pub(crate) fn key(self) -> Key {
        Key::from_word(self.0[0].load(Ordering::Relaxed))
    }

    /// Returns the number of this edge, from zero, the same in every thread.
    #[expect(clippy::cast_possible_truncation, reason = "stored from a usize")]
    pub(crate) fn number(self) -> usize {
        self.0[NUMBER].load(Ordering::Relaxed) as usize
    }

    /// Adds a call of this edge that took `ticks`, if they are in the bucket of the last one.
    /// Returns the bound of that bucket.
    #[inline]
    pub(crate) fn add_aimed(self, directory: Directory, ticks: u64) -> Option<u16> {
        let [_, _, sum, _, low, width, aim, _, _] = self.0;
        if ticks.wrapping_sub(low.load(Ordering::Relaxed)) >= width.load(Ordering::Relaxed) {
            return None;
        }
        let aim = Aim::from_word(aim.load(Ordering::Relaxed));
        if !aim.slot(directory)?.add() {
            return None;
        }
        add(sum, ticks);
        Some(aim.bound())
    }

    /// Aims this edge at a bucket and the slot that counts it.
    ///
    /// Aims at nothing where the slot is too far from the start of its chunk to have a location.
    pub(crate) fn aim(self, window: Window, slot: Slot) {
        let Some(slot) = slot.aim(window.bound) else {
            return;
        };
        let [_, _, _, _, low, width, aim, _, _] = self.0;
        low.store(window.low, Ordering::Relaxed);
        width.store(window.width, Ordering::Relaxed);
        aim.store(slot.word(), Ordering::Relaxed);
    }

    /// Adds a call of this edge that took `ticks` of the time stamp counter.
    pub(crate) fn add_ticks(self, slot: Slot, ticks: u64) {
        if slot.add() {
            add(&self.0[TICKS], ticks);
        }
    }

    /// Adds a call of this edge that took `nanos` of the monotonic clock.
    pub(crate) fn add_nanos(self, slot: Slot, nanos: u64) {
        if slot.add() {
            add(&self.0[NANOS], nanos);
        }
    }

    /// Adds to the calls in flight. A call may begin on one thread and end on
    /// another, so a single cell may be negative: only the sum means something.
    /// `change` is 1 or its two's complement, which subtracts as it wraps.
    pub(crate) fn add_in_flight(self, change: u64) {
        add(&self.0[IN_FLIGHT], change);
    }

    /// Returns the ticks and the nanoseconds of the calls of this edge.
    pub(crate) fn times(self) -> [u64; 2] {
        [TICKS, NANOS].map(|at| self.0[at].load(Ordering::Relaxed))
    }

    pub(crate) fn in_flight(self) -> u64 {
        self.0[IN_FLIGHT].load(Ordering::Relaxed)
    }

    /// Returns the slot of a bucket; `None` when there is no cell of its group yet, or the slot is
    /// full.
    #[inline]
    pub(crate) fn slot(self, directory: Directory, place: Place) -> Option<Slot> {
        let (group, location) = self.find(directory, place.group)?;
        let slot = group.slot(location, place.bucket)?;
        (!slot.is_full()).then_some(slot)
    }

    /// Returns the newest cell of a group.
    pub(super) fn find(
        self,
        directory: Directory,
        group: u8,
    ) -> Option<(GroupCell<'static>, Location)> {
        let mut location = self.first(group)?;
        loop {
            let found = GroupCell::first(directory.words(location)?)?;
            if found.group() == group {
                return Some((found, location));
            }
            location = found.next()?;
        }
    }

    /// Returns the location of the first cell in the list of a group.
    #[expect(clippy::cast_possible_truncation, reason = "half a word")]
    pub(super) fn first(self, group: u8) -> Option<Location> {
        let (word, shift) = list(group);
        Location::of_cell((self.0[word].load(Ordering::Relaxed) >> shift) as u32)
    }

    /// Puts a cell in front of the list of its group.
    pub(super) fn prepend(self, group: u8, location: Location) {
        let (word, shift) = list(group);
        let other = self.0[word].load(Ordering::Relaxed) & !(u64::from(u32::MAX) << shift);
        let first = u64::from(location.bits()) << shift;
        self.0[word].store(other | first, Ordering::Relaxed);
    }
}

/// Returns the word of a group's list, and the first of its bits in the word.
fn list(group: u8) -> (usize, u32) {
    let list = u32::from(group) & ((1 << LIST_BITS) - 1);
    (LISTS + (list >> 1) as usize, (list & 1) * 32)
}

#[inline]
fn add(word: &AtomicU64, amount: u64) {
    // Relaxed: a count orders nothing. Not `fetch_add`: this thread is the only writer.
    word.store(
        word.load(Ordering::Relaxed).wrapping_add(amount),
        Ordering::Relaxed,
    );
}
