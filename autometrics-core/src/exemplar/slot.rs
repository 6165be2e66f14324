//! The slot of one exemplar, which any thread may write while any other reads.

use super::stored::{StoredExemplar, WORDS};
use crate::sync::{AtomicU64, Ordering, fence};

/// Number of attempts of a reader if a writer is active.
#[cfg(not(loom))]
const TRIES: usize = 8;
#[cfg(loom)]
const TRIES: usize = 1;

/// The newest exemplar of one bucket, behind a sequence lock.
///
/// ```text
/// claim   due: as it was read → later, one thread wins       Relaxed
/// write   version: even → odd (Acquire), fence Release,
///         the words (Relaxed), version: odd → even           Release
/// read    version (Acquire), the words (Relaxed),
///         fence Acquire, version again: equal and even
/// ```
///
/// Aligned to a cache line, so that calls of functions with adjacent slots do not disturb each
/// other.
#[derive(Debug)]
#[repr(align(64))]
pub(super) struct Slot {
    /// Earliest time of the next exemplar, in the unit of the clock that timed the last call.
    due: AtomicU64,
    /// Odd during a write; zero before the first one.
    version: AtomicU64,
    /// Words of the exemplar, as in [`StoredExemplar::words`].
    words: [AtomicU64; WORDS],
}

impl Slot {
    pub(super) fn new() -> Self {
        Self {
            due: AtomicU64::new(0),
            version: AtomicU64::new(0),
            words: std::array::from_fn(|_| AtomicU64::new(0)),
        }
    }

    /// Returns the earliest time of the next exemplar.
    #[inline]
    pub(super) fn due(&self) -> u64 {
        // Relaxed: calling the source too often or too rarely is not an error.
        self.due.load(Ordering::Relaxed)
    }

    /// Postpones the next exemplar to `later`; returns `false` if another thread did so since `due`
    /// was read.
    pub(super) fn claim(&self, due: u64, later: u64) -> bool {
        self.due
            .compare_exchange(due, later, Ordering::Relaxed, Ordering::Relaxed)
            .is_ok()
    }

    /// Sets the earliest time of the next exemplar. Only for the thread that claimed it.
    pub(super) fn put_off(&self, due: u64) {
        self.due.store(due, Ordering::Relaxed);
    }

    /// Replaces the exemplar, unless another thread is writing.
    pub(super) fn write(&self, exemplar: StoredExemplar) {
        let version = self.version.load(Ordering::Relaxed);
        let odd = version | 1;
        // Acquire: this write comes after the one that left the version even.
        if version == odd
            || self
                .version
                .compare_exchange(version, odd, Ordering::Acquire, Ordering::Relaxed)
                .is_err()
        {
            return;
        }
        // Release: a reader of one of the words below sees an odd version.
        fence(Ordering::Release);
        for (word, value) in self.words.iter().zip(exemplar.words()) {
            word.store(value, Ordering::Relaxed);
        }
        self.version.store(odd.wrapping_add(1), Ordering::Release);
    }

    /// Returns the exemplar; `None` if there is none, or if writers interfere with every attempt.
    pub(super) fn read(&self) -> Option<StoredExemplar> {
        for _ in 0..TRIES {
            let version = self.version.load(Ordering::Acquire);
            if version == 0 {
                return None;
            }
            let words = std::array::from_fn(|at| self.words[at].load(Ordering::Relaxed));
            // Acquire: pairs with the fence of `write`, so that words of a write that began
            // meanwhile are not accepted.
            fence(Ordering::Acquire);
            if version % 2 == 0 && self.version.load(Ordering::Relaxed) == version {
                return Some(StoredExemplar::from_words(words));
            }
        }
        None
    }
}
