//! A set of keys that is read without a lock.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::cells::{Key, List};

/// The number of places in the first table.
const FIRST: usize = 64;

/// Keys up to a limit, in open-addressing tables of one word each, of which zero is none.
///
/// One thread at a time inserts, under the registry's lock; anyone reads.
#[derive(Debug)]
pub(super) struct Keys {
    /// The last one is in use. Another thread may still read an outgrown one; together they are
    /// smaller than the last.
    tables: List<Table>,
    count: AtomicUsize,
    limit: usize,
}

/// At least half of it stays empty.
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

    /// Returns whether no further key has room. Who asks this before [`contains`](Self::contains)
    /// finds every key.
    pub(super) fn is_full(&self) -> bool {
        self.has_at_least(self.limit)
    }

    /// Returns whether there are so many keys.
    pub(super) fn has_at_least(&self, count: usize) -> bool {
        // Acquire: a thread that sees the count sees the keys.
        self.count.load(Ordering::Acquire) >= count
    }

    pub(super) fn contains(&self, key: Key) -> bool {
        let table = self.tables.last();
        table.is_some_and(|table| table.find(key).is_ok())
    }

    /// Inserts `key` if there is room. Returns whether it is there now, and whether it was not
    /// before. Only under the registry's lock.
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
        // Release: who sees the count sees the word, and the table.
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

    /// Inserts a word that is not there. Zero is none.
    fn insert(&self, word: u64) {
        if let Err(Some(place)) = self.find(Key::from_word(word)) {
            place.store(word, Ordering::Relaxed);
        }
    }

    /// Finds `key`, or else the place where it goes.
    fn find(&self, key: Key) -> Result<(), Option<&AtomicU64>> {
        let words = &self.0;
        let mask = words.len() - 1;
        let home = (key.hash() >> 32) as usize & mask;
        // Ends at an empty place: at least half of them are.
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
    use crate::cells::{Key, Kind};

    #[test]
    fn as_many_keys_fit_as_the_limit_says() {
        for limit in [1, 2, 3, 32, 33, 1_000] {
            let keys = Keys::new(limit);
            let key = |number: usize| Key::new(u32::try_from(number).unwrap() + 1, 7, Kind::OK);
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
