//! A set of keys that is read without a lock.

use std::sync::{
    OnceLock,
    atomic::{AtomicU64, AtomicUsize, Ordering},
};

use crate::cells::Key;

/// Keys up to a limit, in an open-addressing table of one word each, of which zero is none.
///
/// One thread at a time inserts, under the registry's lock; anyone reads.
#[derive(Debug)]
pub(super) struct Keys {
    /// Made at the first insertion; half of it stays empty.
    words: OnceLock<Box<[AtomicU64]>>,
    count: AtomicUsize,
    limit: usize,
}

impl Keys {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            words: OnceLock::new(),
            count: AtomicUsize::new(0),
            limit,
        }
    }

    /// Returns whether no further key has room.
    pub(super) fn is_full(&self) -> bool {
        self.has_at_least(self.limit)
    }

    /// Returns whether there are so many keys.
    pub(super) fn has_at_least(&self, count: usize) -> bool {
        // Acquire: a thread that sees the set full sees every key in it.
        self.count.load(Ordering::Acquire) >= count
    }

    pub(super) fn contains(&self, key: Key) -> bool {
        self.find(key).is_ok()
    }

    /// Inserts `key` if there is room. Returns whether it is there now, and whether it was not
    /// before. Only under the registry's lock.
    pub(super) fn insert(&self, key: Key) -> (bool, bool) {
        self.words.get_or_init(|| {
            let places = (2 * self.limit).max(1).next_power_of_two();
            std::iter::repeat_with(AtomicU64::default)
                .take(places)
                .collect()
        });
        match self.find(key) {
            Ok(()) => (true, false),
            Err(Some(place)) if !self.is_full() => {
                // Release: who sees the count sees the word.
                place.store(key.word(), Ordering::Relaxed);
                self.count.fetch_add(1, Ordering::Release);
                (true, true)
            }
            Err(_) => (false, false),
        }
    }

    /// Finds `key`, or else the place where it goes.
    fn find(&self, key: Key) -> Result<(), Option<&AtomicU64>> {
        let words = self.words.get().ok_or(None)?;
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
        for limit in [1, 2, 3, 1_000] {
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
