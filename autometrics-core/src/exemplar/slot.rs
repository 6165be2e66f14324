//! The place of one exemplar, which any thread may fill while any other reads.

use super::Recorded;
use crate::sync::{AtomicU64, Ordering, fence};

/// How often a reader tries again that met with a writer.
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
/// A line of the cache for each, so that calls of functions side by side do not
/// disturb each other.
#[derive(Debug)]
#[repr(align(64))]
pub(super) struct Slot {
    /// When the next one may be taken, in the unit of the clock that timed the last.
    due: AtomicU64,
    /// Odd while it is being written; zero when it never was.
    version: AtomicU64,
    /// As in [`Recorded::words`].
    words: [AtomicU64; WORDS],
}

pub(super) const WORDS: usize = 5;

impl Slot {
    pub(super) fn new() -> Self {
        Self {
            due: AtomicU64::new(0),
            version: AtomicU64::new(0),
            words: std::array::from_fn(|_| AtomicU64::new(0)),
        }
    }

    /// When the next one may be taken.
    #[inline]
    pub(super) fn due(&self) -> u64 {
        // Relaxed: too many or too few looks at the source are no mistake.
        self.due.load(Ordering::Relaxed)
    }

    /// Puts the next one off, unless another thread just did.
    pub(super) fn claim(&self, due: u64, later: u64) -> bool {
        self.due
            .compare_exchange(due, later, Ordering::Relaxed, Ordering::Relaxed)
            .is_ok()
    }

    /// Says when the next one may be taken. Only for the thread that claimed it.
    pub(super) fn put_off(&self, due: u64) {
        self.due.store(due, Ordering::Relaxed);
    }

    /// Replaces the exemplar, unless another thread is at it.
    pub(super) fn write(&self, recorded: Recorded) {
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
        // Release: whoever reads one of the words below sees an odd version then.
        fence(Ordering::Release);
        for (word, value) in self.words.iter().zip(recorded.words()) {
            word.store(value, Ordering::Relaxed);
        }
        self.version.store(odd.wrapping_add(1), Ordering::Release);
    }

    /// The exemplar, if there is one and it holds still.
    pub(super) fn read(&self) -> Option<Recorded> {
        for _ in 0..TRIES {
            let version = self.version.load(Ordering::Acquire);
            if version == 0 {
                return None;
            }
            let words = std::array::from_fn(|at| self.words[at].load(Ordering::Relaxed));
            // Acquire: pairs with the fence of `write`, so that words of a write
            // that began meanwhile are not taken for whole.
            fence(Ordering::Acquire);
            if version % 2 == 0 && self.version.load(Ordering::Relaxed) == version {
                return Some(Recorded::from_words(words));
            }
        }
        None
    }
}
