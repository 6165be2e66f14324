//! The counter of one bucket in a cell, and the word by which an edge remembers it.

use super::chunk::{Directory, Location};
use crate::sync::{AtomicU64, Ordering};

/// The counter of one bucket: half a word, which is full at 2^31 calls, or a whole one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    word: &'static AtomicU64,
    aim: Aim,
}

/// The part of a word that a slot is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    LowerHalf,
    UpperHalf,
    Whole,
}

/// A slot and the bound of its bucket in one word: from the lowest bit on, the bit that is set
/// where the slot is full, `1` for an upper half, the bound, and the location of the slot's word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Aim(u64);

const FULL: u64 = 63;
const UPPER_HALF: u32 = 6;
const BOUND: u32 = 7;
const LOCATION: u32 = 32;

impl Aim {
    #[inline]
    pub(super) fn from_word(word: u64) -> Self {
        Self(word)
    }

    pub(super) fn word(self) -> u64 {
        self.0
    }

    /// Returns the slot, of a set with these chunks.
    #[inline]
    pub(super) fn slot(self, directory: Directory) -> Option<Slot> {
        let location = Location::from_bits((self.0 >> LOCATION) as u32);
        let word = directory.word(location)?;
        Some(Slot { word, aim: self })
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "taken apart")]
    pub(super) fn bound(self) -> u16 {
        (self.0 >> BOUND) as u16
    }

    /// Returns `true` if the slot is full in its word.
    #[inline]
    fn is_full(self, word: u64) -> bool {
        word >> (self.0 & FULL) & 1 == 1
    }

    /// Returns the amount by which a call raises the slot's word.
    #[inline]
    fn one(self) -> u64 {
        1 << (self.0 >> (UPPER_HALF - u32::BITS.trailing_zeros()) & u64::from(u32::BITS))
    }
}

impl Slot {
    /// Returns the slot that is a part of the word at a location, which is `None` where it has too
    /// many bits.
    pub(super) fn new(word: &'static AtomicU64, part: Part, location: Option<Location>) -> Self {
        let (upper, full) = match part {
            Part::LowerHalf => (0, 31),
            Part::UpperHalf => (1, 63),
            Part::Whole => (0, 63),
        };
        let location = location.map_or(0, Location::bits);
        Self {
            word,
            aim: Aim(u64::from(location) << LOCATION | upper << UPPER_HALF | full),
        }
    }

    /// Returns the slot with the bound of its bucket as one word, if it has a location.
    pub(super) fn aim(self, bound: u16) -> Option<Aim> {
        let aim = Aim(self.aim.0 | u64::from(bound) << BOUND);
        (aim.0 >> LOCATION != 0).then_some(aim)
    }

    /// Adds a call. Returns `false` when the slot is full.
    #[inline]
    pub(super) fn add(self) -> bool {
        // Relaxed: a count orders nothing. Not `fetch_add`: this thread is the only writer.
        let calls = self.word.load(Ordering::Relaxed);
        if self.aim.is_full(calls) {
            return false;
        }
        self.word
            .store(calls.wrapping_add(self.aim.one()), Ordering::Relaxed);
        true
    }

    pub(super) fn is_full(self) -> bool {
        self.aim.is_full(self.word.load(Ordering::Relaxed))
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::Slot;
    use crate::{
        buckets::{Place, Window},
        cells::{CallKind, Cell, Key, Scope, Sets},
        sync::Ordering,
    };

    const BUCKETS: usize = 3;
    const FULL: u64 = 1 << 31;

    fn fill(slot: Slot) {
        let other = slot.word.load(Ordering::Relaxed);
        let almost = slot.aim.one().wrapping_mul(FULL - 1);
        slot.word
            .store(other.wrapping_add(almost), Ordering::Relaxed);
    }

    #[test]
    fn a_full_bucket_is_counted_on_in_a_wide_cell() {
        let sets: &_ = Box::leak(Box::new(Sets::new()));
        let set = sets.adopt().unwrap();
        let cell = set
            .create(Key::new(1, Scope::NONE, CallKind::OK), 0)
            .unwrap();
        // Two groups in one list.
        for group in [3, 7] {
            for bucket in 0..3 {
                let place = Place { group, bucket };
                let mut slot = set.slot(cell, place, BUCKETS).unwrap();
                let window = Window {
                    low: 5,
                    width: 1,
                    bound: 1,
                };
                cell.aim(window, slot);
                fill(slot);
                for _ in 0..3 {
                    if cell.add_aimed(set.index().directory, 5).is_none() {
                        slot = set.slot(cell, place, BUCKETS).unwrap();
                        cell.add_ticks(slot, 5);
                        cell.aim(window, slot);
                    }
                }
            }
        }
        assert_eq!(cell.times(), [2 * 3 * 3 * 5, 0]);
        let mut cells = 0;
        for group in [3, 7] {
            let mut sums = [0; BUCKETS + 1];
            for cell in sets.cells(|_| BUCKETS) {
                match cell {
                    Cell::Group(cell) if cell.group() == group => {
                        cell.add_to(&mut sums);
                        cells += 1;
                    }
                    _ => {}
                }
            }
            assert_eq!(sums[..BUCKETS], [FULL + 2; BUCKETS], "group {group}");
        }
        assert_eq!(cells, 4, "one wide cell for each group");
    }
}
