//! The hash table in which a thread finds the cells of edges, with open addressing.

use super::{
    Key,
    chunk::Directory,
    edge::{EdgeCell, OF_EDGE},
};
use crate::sync::{AtomicU64, AtomicUsize, OnceLock, Ordering};

/// A hash table that its owner fills and that never loses an entry.
///
/// When it is three quarters full the owner makes a larger one.
#[derive(Debug)]
pub(crate) struct Table {
    /// The number of entries is a power of two.
    entries: Vec<OnceLock<Entry>>,
    /// Number of bits by which a hash is shifted to become an index.
    shift: u32,
    used: AtomicUsize,
}

#[derive(Debug)]
struct Entry {
    key: Key,
    words: &'static [AtomicU64; OF_EDGE],
}

impl Table {
    /// Creates a table with room for three quarters of 2^`bits` keys.
    pub(super) fn with_bits(bits: u32) -> Self {
        Self {
            entries: std::iter::repeat_with(OnceLock::new)
                .take(1 << bits)
                .collect(),
            shift: 64 - bits,
            used: AtomicUsize::new(0),
        }
    }

    /// Returns the index of this table, of a set with these chunks.
    pub(crate) fn index(&'static self, directory: Directory) -> Index {
        Index {
            entries: &self.entries,
            shift: self.shift,
            directory,
        }
    }

    /// Adds `key`, which the table must not have. Returns `false` if the table is three quarters full.
    pub(super) fn insert(&self, key: Key, cell: EdgeCell<'static>) -> bool {
        let used = self.used.load(Ordering::Relaxed);
        if (used + 1) * 4 > self.entries.len() * 3 {
            return false;
        }
        let mut at = home(key, self.shift);
        let mut entry = Entry { key, words: cell.0 };
        while let Err(refused) = self.entries[at].set(entry) {
            entry = refused;
            at = next(at, self.entries.len());
        }
        self.used.store(used + 1, Ordering::Relaxed);
        true
    }

    /// Returns a table of twice the size with the same entries.
    pub(super) fn grown(&self) -> Self {
        let larger = Self::with_bits(65 - self.shift);
        for entry in self.entries.iter().filter_map(OnceLock::get) {
            larger.insert(entry.key, EdgeCell(entry.words));
        }
        larger
    }

    /// Returns the number of keys.
    pub(super) fn len(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }
}

/// A table and the chunks of its set: held by a thread by value, so that a search begins with the
/// entries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Index {
    entries: &'static [OnceLock<Entry>],
    shift: u32,
    pub(crate) directory: Directory,
}

impl Index {
    /// The index of a table without room, in which nothing is found.
    pub(crate) const EMPTY: Self = Self {
        entries: &[],
        shift: 63,
        directory: Directory::EMPTY,
    };

    /// Returns the cell of `key`.
    #[inline]
    pub(crate) fn find(self, key: Key) -> Option<EdgeCell<'static>> {
        let mut at = home(key, self.shift);
        // Ends at an empty entry: at least a quarter of the entries are empty.
        loop {
            let entry = self.entries.get(at)?.get()?;
            if entry.key == key {
                return Some(EdgeCell(entry.words));
            }
            at = next(at, self.entries.len());
        }
    }
}

/// Returns the index of the entry at which the search for `key` begins.
#[inline]
#[expect(
    clippy::cast_possible_truncation,
    reason = "as many bits as there are entries"
)]
fn home(key: Key, shift: u32) -> usize {
    (key.hash() >> shift) as usize
}

/// Returns the index of the entry behind `at`. The number of entries is a power of two.
#[inline]
fn next(at: usize, entries: usize) -> usize {
    (at + 1) & (entries - 1)
}
