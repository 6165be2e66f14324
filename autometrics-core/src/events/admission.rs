//! How many events of a function may go out in a second.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Why;

/// The seconds of the clock in the upper half, events of that second in the lower.
const COUNT_BITS: u32 = 32;

/// Events that went out in the current second, and those that did not, ever.
#[derive(Debug)]
pub(super) struct Admission {
    /// Second and count, in one word, so that they change together.
    used: AtomicU64,
    /// Events that were not let out, since the program began.
    suppressed: AtomicU64,
    /// How many of these an event has told of.
    told: AtomicU64,
}

impl Admission {
    pub(super) const fn new() -> Self {
        Self {
            used: AtomicU64::new(0),
            suppressed: AtomicU64::new(0),
            told: AtomicU64::new(0),
        }
    }

    /// Whether one more may go out in `second`, else counts it as suppressed.
    pub(super) fn admit(&self, second: u32, per_second: u32, why: Why) -> bool {
        let most = u64::from(share(per_second, why));
        // Relaxed: a count orders nothing.
        let admitted = self
            .used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |word| {
                // A thread that read the clock before another counts in the other's second.
                let second = u64::from(second).max(word >> COUNT_BITS);
                let begun = second << COUNT_BITS;
                let word = word.max(begun);
                (word - begun < most).then_some(word + 1)
            })
            .is_ok();
        if !admitted {
            self.suppress();
        }
        admitted
    }

    /// Counts an event that does not go out.
    pub(super) fn suppress(&self) {
        self.suppressed.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn suppressed(&self) -> u64 {
        self.suppressed.load(Ordering::Relaxed)
    }

    /// How many were suppressed of which no event has told yet; this one does.
    ///
    /// Over all events they add up to what was suppressed before the last of them.
    pub(super) fn tell(&self) -> u64 {
        let suppressed = self.suppressed();
        let told = self.told.fetch_max(suppressed, Ordering::Relaxed);
        suppressed.saturating_sub(told)
    }
}

/// How much of a second's events may be used up by those kept for this reason and
/// what was let out before.
///
/// The usual never takes the place of what is wrong: sampled calls stop at half, slow
/// ones at three quarters.
fn share(per_second: u32, why: Why) -> u32 {
    match why {
        Why::Error | Why::Panic => per_second,
        Why::Slow => per_second - per_second / 4,
        Why::Sampled => per_second - per_second / 2,
    }
}

#[cfg(test)]
mod tests {
    use super::{Admission, Why};

    fn admitted(admission: &Admission, second: u32, why: Why) -> usize {
        let all = 0..100;
        all.filter(|_| admission.admit(second, 8, why)).count()
    }

    #[test]
    fn a_second_has_its_number_and_leaves_room_for_what_is_worse() {
        let admission = Admission::new();
        assert_eq!(admitted(&admission, 0, Why::Sampled), 4);
        assert_eq!(admitted(&admission, 0, Why::Slow), 2);
        assert_eq!(admitted(&admission, 0, Why::Panic), 2);
        assert_eq!(admission.suppressed(), 300 - 8);
        assert_eq!(admission.tell(), 292);
        assert_eq!(admission.tell(), 0, "each is told of once");
        assert_eq!(admitted(&admission, 1, Why::Error), 8);
        assert_eq!(admission.tell(), 92);
    }

    #[test]
    fn a_clock_read_earlier_does_not_begin_the_second_again() {
        let admission = Admission::new();
        assert_eq!(admitted(&admission, 5, Why::Error), 8);
        assert_eq!(admitted(&admission, 4, Why::Error), 0);
    }

    #[test]
    fn one_a_second_is_one_for_whatever_reason() {
        for why in [Why::Error, Why::Panic, Why::Slow, Why::Sampled] {
            let admission = Admission::new();
            assert!(admission.admit(0, 1, why));
            assert!(!admission.admit(0, 1, why));
        }
    }
}
