//! Selection of the calls that are kept as events.

use std::sync::atomic::{AtomicU32, Ordering};

use slo_spec::{Latency, Objective};

use super::{EventReason, EventSite, thread};
use crate::{call::Elapsed, callsite::Callsite, cells::CallKind, clock, registry};

/// Number of functions that have requested a countdown of their own.
static PLACES: AtomicU32 = AtomicU32::new(0);

impl EventSite {
    /// Returns the reason for which a call of the function `site` is kept; `None` for most calls.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it is most of its callers' code")]
    pub(super) fn reason(
        &self,
        site: &'static Callsite,
        kind: CallKind,
        elapsed: Elapsed,
    ) -> Option<EventReason> {
        match kind {
            CallKind::OK => {}
            CallKind::PANIC => return Some(EventReason::Panic),
            _ => return Some(EventReason::Error),
        }
        // Relaxed: each value is used alone.
        let limit = if elapsed.is_ticks {
            self.ticks.load(Ordering::Relaxed)
        } else {
            self.nanos.load(Ordering::Relaxed)
        };
        if elapsed.latency <= limit && thread::pass(self.place.load(Ordering::Relaxed)) {
            return None;
        }
        self.slow_or_sampled(site, elapsed)
    }

    /// Returns the reason for a call that may be slow or sampled, or is one of the first.
    #[cold]
    #[inline(never)]
    fn slow_or_sampled(&self, site: &'static Callsite, elapsed: Elapsed) -> Option<EventReason> {
        if elapsed.latency > self.limit(site, elapsed.is_ticks) {
            return Some(EventReason::Slow);
        }
        self.is_sampled().then_some(EventReason::Sampled)
    }

    /// Returns the latency above which a call is slow, in ticks or nanoseconds.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "saturates after centuries"
    )]
    fn limit(&self, site: &'static Callsite, in_ticks: bool) -> u64 {
        let (known, per_nano) = match clock::counter().filter(|_| in_ticks) {
            Some(counter) => (&self.ticks, 1e-9 / counter.seconds_per_tick),
            None => (&self.nanos, 1.0),
        };
        let limit = known.load(Ordering::Relaxed);
        if limit != 0 {
            return limit;
        }
        let given = self.slower_than.or(registry::get().events.slower_than);
        let objectives = site.info().objectives.iter();
        let promised = objectives
            .filter_map(Objective::latency_target)
            .map(Latency::threshold);
        let limit = promised.chain(given).min();
        let limit = limit.map_or(u64::MAX, |limit| {
            ((limit.as_nanos() as f64 * per_nano) as u64).max(1)
        });
        known.store(limit, Ordering::Relaxed);
        limit
    }

    /// Counts an ordinary call; returns `true` if it is sampled.
    fn is_sampled(&self) -> bool {
        let one_in = registry::get().events.one_in;
        let place = self.place();
        if !thread::has(place) {
            let calls = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
            return one_in != 0 && calls % u64::from(one_in) == 0;
        }
        let mut is_sampled = false;
        thread::count(place, |left| {
            if one_in == 0 {
                return u32::MAX;
            }
            let left = if left == 0 { self.begin(one_in) } else { left };
            is_sampled = left == 1;
            if is_sampled { one_in } else { left - 1 }
        });
        is_sampled
    }

    /// Returns the start of a thread's countdown. The first thread starts at the maximum; the
    /// others, which may be short-lived, are spread by the golden ratio (Knuth, TAOCP 3, 6.4).
    fn begin(&self, one_in: u32) -> u32 {
        match self.threads.fetch_add(1, Ordering::Relaxed) {
            0 => one_in,
            thread => {
                let spread = u64::from(thread.wrapping_mul(0x9E37_79B9));
                let start = ((spread * u64::from(one_in)) >> 32) as u32;
                start + 1
            }
        }
    }

    fn place(&self) -> u32 {
        let place = self.place.load(Ordering::Relaxed);
        if place != thread::NO_PLACE {
            return place;
        }
        let mine = thread::place(PLACES.fetch_add(1, Ordering::Relaxed));
        let set = self.place.compare_exchange(
            thread::NO_PLACE,
            mine,
            Ordering::Relaxed,
            Ordering::Relaxed,
        );
        // If another thread was faster, the place of this one stays unused.
        set.err().unwrap_or(mine)
    }
}
