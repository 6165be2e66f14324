//! Time for latencies: the processor's counter once its rate is known, the monotonic clock before
//! that and on processors without a usable counter.
//!
//! The generic timer of aarch64 declares its rate and times calls from the first one on. To measure
//! the rate of the time stamp counter of x86-64, both clocks are read at the first call and then at
//! the end of calls, until two intervals agree; [`calibration`] decides. It needs no waiting, no
//! spinning and no thread. Latencies are converted to seconds, so the bucket of a call does not
//! depend on the clock that timed it.

mod calibration;

use std::{
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use self::calibration::{Calibration, Decision, Reading};
use crate::{
    buckets::{Layout, Windows},
    platform::counter::{self, Frequency},
};

/// Marks a [`Start`] of the monotonic clock. The counter reaches this value after a century.
const MONOTONIC: u64 = 1 << 63;

static ORIGIN: OnceLock<Origin> = OnceLock::new();
static COUNTER: OnceLock<Counter> = OnceLock::new();
/// `true` while calls are timed by the counter; its rate is known then.
static IN_USE: AtomicBool = AtomicBool::new(false);

/// The first reading of both clocks.
#[derive(Debug)]
struct Origin {
    instant: Instant,
    /// `None` if the counter is not usable.
    calibration: Option<Mutex<Calibration>>,
}

/// The processor's counter, with a known rate.
#[derive(Debug)]
pub(crate) struct Counter {
    /// Length of a tick, in seconds.
    pub(crate) seconds_per_tick: f64,
    /// The buckets in ticks.
    pub(crate) windows: Windows,
}

impl Counter {
    fn new(ticks_per_nano: f64, layout: &Layout) -> Self {
        let seconds_per_tick = 1e-9 / ticks_per_nano;
        Self {
            seconds_per_tick,
            windows: Windows::new(layout, |ticks| float(ticks) * seconds_per_tick),
        }
    }

    /// Converts ticks to seconds.
    #[inline]
    pub(crate) fn seconds(&self, ticks: u64) -> f64 {
        // Converted as a signed number, which takes one instruction; no latency is that long.
        float(ticks) * self.seconds_per_tick
    }
}

/// The start of a call, in the unit of the clock that timed it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start(u64);

impl Start {
    #[inline]
    pub(crate) fn now() -> Self {
        // Relaxed: the counter is read under its own synchronisation when the call ends.
        if IN_USE.load(Ordering::Relaxed) {
            return Self(counter::read());
        }
        Self(nanos() | MONOTONIC)
    }

    /// Returns the counter and the ticks since the start; `None` if the start was read from the
    /// monotonic clock.
    #[inline]
    pub(crate) fn ticks(self) -> Option<(&'static Counter, u64)> {
        if self.0 & MONOTONIC != 0 {
            return None;
        }
        let now = counter::read();
        // The counters of two cores may differ by a few ticks.
        Some((COUNTER.get()?, now.saturating_sub(self.0)))
    }

    /// Returns the reading of the start's clock `units` of its units later.
    #[inline]
    pub(crate) fn later(self, units: u64) -> u64 {
        (self.0 & !MONOTONIC).saturating_add(units)
    }

    /// Returns the time since the start, in units of its clock.
    pub(crate) fn elapsed(self) -> u64 {
        match self.ticks() {
            Some((_, ticks)) => ticks,
            None => self.nanos(),
        }
    }

    /// Returns the start `units` of its clock later.
    pub(crate) fn postponed(self, units: u64) -> Self {
        Self(self.later(units).min(!MONOTONIC) | self.0 & MONOTONIC)
    }

    /// Returns the nanoseconds since the start, which must have been read from the monotonic clock.
    pub(crate) fn nanos(self) -> u64 {
        nanos().saturating_sub(self.0 & !MONOTONIC)
    }
}

/// Returns the counter; `None` until its rate is known.
pub(crate) fn counter() -> Option<&'static Counter> {
    COUNTER.get()
}

/// Converts nanoseconds to seconds.
pub(crate) fn seconds(nanos: u64) -> f64 {
    // One correctly rounded division: 180 ms become 0.18 and not the next `f64`.
    float(nanos) / 1e9
}

#[expect(
    clippy::cast_precision_loss,
    reason = "exact below 2^53, which are 104 days of nanoseconds"
)]
pub(crate) fn float(number: u64) -> f64 {
    number as f64
}

/// Returns the whole seconds since the first call.
#[expect(clippy::cast_possible_truncation, reason = "2^32 s are 136 years")]
pub(crate) fn second() -> u32 {
    (nanos() / 1_000_000_000) as u32
}

/// Reads both clocks for the first time, unless that was done before.
///
/// May allocate, so it must not be called from within an allocator.
pub(crate) fn begin() {
    if ORIGIN.get().is_some() {
        return;
    }
    // Before the lock, as it allocates.
    let frequency = counter::frequency();
    ORIGIN.get_or_init(|| {
        let (instant, ticks) = read_both();
        let start = Reading { nanos: 0, ticks };
        // A hypervisor may add any offset.
        let frequency = frequency.filter(|_| ticks < MONOTONIC);
        let calibration = frequency.map(|frequency| match frequency {
            Frequency::Unknown => Calibration::new(start),
            Frequency::Hertz(hertz) => Calibration::declared(start, f64::from(hertz) / 1e9),
        });
        Origin {
            instant,
            calibration: calibration.map(Mutex::new),
        }
    });
}

/// Returns the nanoseconds since the first call; zero during it.
#[cold]
#[inline(never)]
fn nanos() -> u64 {
    ORIGIN.get().map_or(0, |origin| since(origin.instant))
}

#[expect(clippy::cast_possible_truncation, reason = "2^63 ns are 292 years")]
fn since(instant: Instant) -> u64 {
    instant.elapsed().as_nanos() as u64
}

/// Takes the counter into use once its rate is known, and checks it afterwards.
///
/// Called when the registry has been created, after calls that the monotonic clock timed, and for
/// each snapshot.
#[cold]
pub(crate) fn calibrate(layout: &Layout) {
    let Some(origin) = ORIGIN.get() else { return };
    // If another thread calibrates now, this one need not.
    let Some(mut calibration) = origin
        .calibration
        .as_ref()
        .and_then(|it| it.try_lock().ok())
    else {
        return;
    };
    let is_due = |(since_then, least): (u64, u64)| since(origin.instant) >= since_then + least;
    if !calibration.due().is_some_and(is_due) {
        return;
    }
    let (instant, ticks) = read_both();
    let elapsed = instant.saturating_duration_since(origin.instant);
    let nanos = u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX);
    match calibration.read(Reading { nanos, ticks }) {
        Decision::Wait => {}
        Decision::Use { ticks_per_nano } => {
            COUNTER.get_or_init(|| Counter::new(ticks_per_nano, layout));
            IN_USE.store(true, Ordering::Relaxed);
        }
        Decision::GiveUp => IN_USE.store(false, Ordering::Relaxed),
    }
}

/// Reads both clocks at nearly the same moment: the best of five attempts.
fn read_both() -> (Instant, u64) {
    let mut best = (u64::MAX, Instant::now(), counter::read());
    for _ in 0..5 {
        let before = counter::read();
        let instant = Instant::now();
        let width = counter::read().saturating_sub(before);
        if width < best.0 {
            best = (width, instant, before + width / 2);
        }
    }
    (best.1, best.2)
}

#[cfg(all(test, target_arch = "aarch64", target_os = "linux", not(miri)))]
mod tests {
    use std::{
        thread,
        time::{Duration, Instant},
    };

    use super::{IN_USE, Ordering, Start};
    use crate::{
        platform::counter::{Frequency, frequency},
        registry,
    };

    /// Creates the registry as a first call does, and waits until the counter is in use; another
    /// test may calibrate at the same time.
    fn ready() {
        registry::get();
        let begun = Instant::now();
        while !IN_USE.load(Ordering::Relaxed) {
            assert!(begun.elapsed() < Duration::from_secs(10), "not in use");
            thread::yield_now();
        }
    }

    /// Returns the seconds since `start`; fails if the counter is not in use.
    fn seconds(start: Start) -> f64 {
        let (counter, ticks) = start.ticks().expect("the generic timer is in use");
        #[expect(clippy::cast_precision_loss, reason = "some seconds")]
        let ticks = ticks as f64;
        ticks * counter.seconds_per_tick
    }

    #[test]
    fn the_generic_timer_is_in_use_from_the_first_call_on() {
        assert!(matches!(frequency(), Some(Frequency::Hertz(_))));
        // No call has to end first.
        ready();
        seconds(Start::now());
    }

    #[test]
    fn the_generic_timer_agrees_with_the_monotonic_clock() {
        ready();
        let before = Instant::now();
        let start = Start::now();
        let within = Instant::now();
        thread::sleep(Duration::from_millis(50));
        let within = within.elapsed().as_secs_f64();
        let measured = seconds(start);
        let around = before.elapsed().as_secs_f64();
        // The clock may be adjusted, and the two are not read at the same moment.
        assert!(within * 0.995 <= measured, "{within} {measured}");
        assert!(measured <= around * 1.005, "{around} {measured}");
    }
}
