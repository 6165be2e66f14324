//! A set of keys that is read without a lock.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::cells::{Key, List};

/// Number of places in the first table.
const FIRST: usize = 64;

/// Keys up to a limit, in open-addressing tables of one word per place; zero is an empty place.
///
/// One thread at a time inserts, under the registry's lock; every thread may read.
#[derive(Debug)]
pub(super) struct Keys {
    /// The last table is in use. Another thread may still read an outgrown one; all outgrown tables
    /// together are smaller than the last.
    tables: List<Table>,
    count: AtomicUsize,
    limit: usize,
}

/// At least half of the places are empty.
#[derive(Debug)]
struct Table(Box<[AtomicU64]>);

impl Keys {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            tables: List::new(),
            count: AtomicUsize::new(0),
            limit,
        }
    }

    /// Returns `true` if no further key has room. If it is called before
    /// [`contains`](Self::contains) and returns `true`, `contains` finds every key of the full set.
    pub(super) fn is_full(&self) -> bool {
        self.has_at_least(self.limit)
    }

    /// Returns `true` if there are at least `count` keys.
    pub(super) fn has_at_least(&self, count: usize) -> bool {
        // Acquire: a thread that sees the count sees the keys.
        self.count.load(Ordering::Acquire) >= count
    }

    pub(super) fn contains(&self, key: Key) -> bool {
        let table = self.tables.last();
        table.is_some_and(|table| table.find(key).is_ok())
    }

    /// Inserts `key` if there is room. Returns if the key is in the set now, and if it is new. Only
    /// called under the registry's lock.
    pub(super) fn insert(&self, key: Key) -> (bool, bool) {
        if self.contains(key) {
            return (true, false);
        }
        // Relaxed: only the owner of the lock stores it.
        let count = self.count.load(Ordering::Relaxed);
        if count >= self.limit {
            return (false, false);
        }
        let table = match self.tables.last() {
            Some(table) if (count + 1) * 2 <= table.0.len() => table,
            table => self.tables.push(Table::larger(table)),
        };
        table.insert(key.word());
        // Release: a thread that sees the count sees the word, and the table.
        self.count.store(count + 1, Ordering::Release);
        (true, true)
    }
}

impl Table {
    /// Returns a table of twice the size with the same keys.
    fn larger(smaller: Option<&Self>) -> Self {
        let words = smaller.map_or(&[][..], |smaller| &smaller.0);
        let places = (2 * words.len()).max(FIRST);
        let empty = std::iter::repeat_with(AtomicU64::default);
        let larger = Self(empty.take(places).collect());
        for word in words {
            larger.insert(word.load(Ordering::Relaxed));
        }
        larger
    }

    /// Inserts a word that is not in the table; ignores zero, the empty place.
    fn insert(&self, word: u64) {
        if let Err(Some(place)) = self.find(Key::from_word(word)) {
            place.store(word, Ordering::Relaxed);
        }
    }

    /// Returns `Ok` if `key` is in the table, else the empty place where it belongs.
    fn find(&self, key: Key) -> Result<(), Option<&AtomicU64>> {
        let words = &self.0;
        let mask = words.len() - 1;
        let home = (key.hash() >> 32) as usize & mask;
        // Terminates at an empty place: at least half of the places are empty.
        for at in (home..home + words.len()).map(|at| at & mask) {
            let place = words.get(at).ok_or(None)?;
            match place.load(Ordering::Relaxed) {
                0 => return Err(Some(place)),
                word if word == key.word() => return Ok(()),
                _ => {}
            }
        }
        Err(None)
    }
}

#[cfg(test)]
mod tests {
    use super::Keys;
    use crate::cells::{CallKind, Key, NO_FLOW, Scope};

    #[test]
    fn holds_as_many_keys_as_the_limit() {
        for limit in [1, 2, 3, 32, 33, 1_000] {
            let keys = Keys::new(limit);
            let key = |number: usize| {
                let callee = u32::try_from(number).unwrap() + 1;
                Key::new(callee, Scope::new(7, NO_FLOW), CallKind::OK)
            };
            assert!(!keys.contains(key(0)));
            for number in 0..limit {
                assert!(!keys.is_full());
                assert_eq!(keys.insert(key(number)), (true, true));
                assert_eq!(keys.insert(key(number)), (true, false));
            }
            assert!(keys.is_full());
            assert_eq!(keys.insert(key(limit)), (false, false));
            assert!((0..limit).all(|number| keys.contains(key(number))));
            assert!(!keys.contains(key(limit)));
        }
    }
}
