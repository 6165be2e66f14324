//! Where a thread finds the cell of an edge: open addressing over one word.

use super::{Cell, Key};
use crate::sync::{AtomicU64, AtomicUsize, OnceLock, Ordering};

/// A hash table that its owner fills and that never loses an entry.
///
/// When it is half full the owner makes a larger one.
#[derive(Debug)]
pub(crate) struct Table {
    /// A power of two, or none.
    entries: Vec<OnceLock<Entry>>,
    used: AtomicUsize,
}

#[derive(Debug)]
struct Entry {
    key: Key,
    words: &'static [AtomicU64],
}

impl Table {
    /// A table without room, in which nothing is found.
    #[cfg(not(loom))]
    pub(crate) const fn empty() -> Self {
        Self {
            entries: Vec::new(),
            used: AtomicUsize::new(0),
        }
    }

    /// A table with room for `entries / 2` keys.
    pub(super) fn with_entries(entries: usize) -> Self {
        let entries = entries.next_power_of_two();
        Self {
            entries: std::iter::repeat_with(OnceLock::new)
                .take(entries)
                .collect(),
            used: AtomicUsize::new(0),
        }
    }

    #[inline]
    pub(crate) fn find(&self, key: Key) -> Option<Cell<'static>> {
        // Without entries the mask is all ones, and nothing is found there.
        let mask = self.entries.len().wrapping_sub(1);
        let mut at = key.hash() & mask;
        // Ends at an empty entry: at least half of them are.
        loop {
            let entry = self.entries.get(at)?.get()?;
            if entry.key == key {
                return Some(Cell(entry.words));
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds `key`, which must not be there. `false` when the table is half full.
    pub(super) fn insert(&self, key: Key, cell: Cell<'static>) -> bool {
        let used = self.used.load(Ordering::Relaxed);
        if (used + 1) * 2 > self.entries.len() {
            return false;
        }
        let mask = self.entries.len() - 1;
        let mut at = key.hash() & mask;
        let mut entry = Entry { key, words: cell.0 };
        while let Err(refused) = self.entries[at].set(entry) {
            entry = refused;
            at = (at + 1) & mask;
        }
        self.used.store(used + 1, Ordering::Relaxed);
        true
    }

    /// A table of twice the size with the same entries.
    pub(super) fn grown(&self) -> Self {
        let larger = Self::with_entries((self.entries.len() * 2).max(16));
        for entry in self.entries.iter().filter_map(OnceLock::get) {
            larger.insert(entry.key, Cell(entry.words));
        }
        larger
    }

    /// How many keys it has.
    pub(super) fn len(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }
}
