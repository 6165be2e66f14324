//! Rate limit of a function's events.

use std::sync::atomic::{AtomicU64, Ordering};

use super::EventReason;

/// The upper half of the word is a second of the clock, the lower half the number of events in that
/// second.
const COUNT_BITS: u32 = 32;

/// State of the rate limit: events admitted in the current second, and events suppressed so far.
#[derive(Debug)]
pub(super) struct Admission {
    /// Second and count in one word, so that both change together.
    used: AtomicU64,
    /// Number of suppressed events since the program began.
    suppressed: AtomicU64,
    /// Number of suppressed events that an event has reported.
    reported: AtomicU64,
}

impl Admission {
    pub(super) const fn new() -> Self {
        Self {
            used: AtomicU64::new(0),
            suppressed: AtomicU64::new(0),
            reported: AtomicU64::new(0),
        }
    }

    /// Returns `true` if one more event is admitted in `second`; otherwise counts it as suppressed.
    pub(super) fn admit(&self, second: u32, per_second: u32, reason: EventReason) -> bool {
        let most = u64::from(share(per_second, reason));
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

    /// Counts a suppressed event.
    pub(super) fn suppress(&self) {
        self.suppressed.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn suppressed(&self) -> u64 {
        self.suppressed.load(Ordering::Relaxed)
    }

    /// Returns the number of suppressed events that no event has reported yet, and marks them as
    /// reported.
    ///
    /// The sum of all returned values is the number of events that were suppressed before the last
    /// call.
    pub(super) fn take_unreported(&self) -> u64 {
        let suppressed = self.suppressed();
        let reported = self.reported.fetch_max(suppressed, Ordering::Relaxed);
        suppressed.saturating_sub(reported)
    }
}

/// Returns the number of events per second up to which an event with this reason is admitted. The
/// events of the second with other reasons count as well.
///
/// Ordinary events never displace important ones: sampled calls stop at half of the limit, slow
/// calls at three quarters.
fn share(per_second: u32, reason: EventReason) -> u32 {
    match reason {
        EventReason::Error | EventReason::Panic => per_second,
        EventReason::Slow => per_second - per_second / 4,
        EventReason::Sampled => per_second - per_second / 2,
    }
}

#[cfg(test)]
mod tests {
    use super::{Admission, EventReason};

    fn admitted(admission: &Admission, second: u32, reason: EventReason) -> usize {
        let all = 0..100;
        all.filter(|_| admission.admit(second, 8, reason)).count()
    }

    #[test]
    fn sampled_and_slow_calls_leave_room_for_errors_and_panics() {
        let admission = Admission::new();
        assert_eq!(admitted(&admission, 0, EventReason::Sampled), 4);
        assert_eq!(admitted(&admission, 0, EventReason::Slow), 2);
        assert_eq!(admitted(&admission, 0, EventReason::Panic), 2);
        assert_eq!(admission.suppressed(), 300 - 8);
        assert_eq!(admission.take_unreported(), 292);
        assert_eq!(admission.take_unreported(), 0, "each is reported once");
        assert_eq!(admitted(&admission, 1, EventReason::Error), 8);
        assert_eq!(admission.take_unreported(), 92);
    }

    #[test]
    fn an_earlier_clock_reading_does_not_restart_the_second() {
        let admission = Admission::new();
        assert_eq!(admitted(&admission, 5, EventReason::Error), 8);
        assert_eq!(admitted(&admission, 4, EventReason::Error), 0);
    }

    #[test]
    fn a_limit_of_one_admits_one_event_for_every_reason() {
        for reason in [
            EventReason::Error,
            EventReason::Panic,
            EventReason::Slow,
            EventReason::Sampled,
        ] {
            let admission = Admission::new();
            assert!(admission.admit(0, 1, reason));
            assert!(!admission.admit(0, 1, reason));
        }
    }
}
