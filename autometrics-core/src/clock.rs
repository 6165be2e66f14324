//! Time for latencies: the time stamp counter once its rate is known, the
//! monotonic clock before that and wherever there is no such counter.
//!
//! To know the counter's rate, both clocks are read at the first call and again
//! at least [`BASELINE`] later, when a call happens to end. Nothing waits, spins
//! or starts a thread for it. Bucket bounds exist in both units, so a call is
//! sorted into the right bucket whichever clock timed it.

use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};

use crate::{bounds::Bounds, platform::tsc};

/// Marks a [`Start`] of the monotonic clock. The counter reaches it after a century.
const MONOTONIC: u64 = 1 << 63;

/// How far apart the two readings are that tell the counter's rate. Reading both
/// clocks takes some 100 ns, so the rate is right to 10 parts per million.
const BASELINE: Duration = Duration::from_millis(10);

static ORIGIN: OnceLock<Origin> = OnceLock::new();
static COUNTER: OnceLock<Counter> = OnceLock::new();

/// The first reading of both clocks.
#[derive(Clone, Copy, Debug)]
struct Origin {
    instant: Instant,
    /// `None` where the counter is of no use.
    ticks: Option<u64>,
}

/// The time stamp counter, its rate known.
#[derive(Debug)]
pub(crate) struct Counter {
    /// The bounds of the histograms in ticks.
    pub(crate) bounds: Bounds,
    /// How long a tick is.
    pub(crate) seconds_per_tick: f64,
}

/// When a call began, in the unit of the clock that timed it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start(u64);

impl Start {
    #[inline]
    pub(crate) fn now() -> Self {
        if COUNTER.get().is_some() {
            return Self(tsc::read());
        }
        Self(nanos() | MONOTONIC)
    }

    /// The ticks since then, if it was the counter that was read then.
    #[inline]
    pub(crate) fn ticks(self) -> Option<(&'static Counter, u64)> {
        if self.0 & MONOTONIC != 0 {
            return None;
        }
        let now = tsc::read();
        // Two cores' counters may differ by a few ticks.
        Some((COUNTER.get()?, now.saturating_sub(self.0)))
    }

    /// What its clock read so many of its units later.
    #[inline]
    pub(crate) fn later(self, units: u64) -> u64 {
        (self.0 & !MONOTONIC).saturating_add(units)
    }

    /// The units of its clock since then.
    pub(crate) fn elapsed(self) -> u64 {
        match self.ticks() {
            Some((_, ticks)) => ticks,
            None => self.nanos(),
        }
    }

    /// The same so many units of its clock later.
    pub(crate) fn postponed(self, units: u64) -> Self {
        Self(self.later(units).min(!MONOTONIC) | self.0 & MONOTONIC)
    }

    /// The nanoseconds since then, if it was the monotonic clock that was read then.
    pub(crate) fn nanos(self) -> u64 {
        nanos().saturating_sub(self.0 & !MONOTONIC)
    }
}

/// The counter, once its rate is known.
pub(crate) fn counter() -> Option<&'static Counter> {
    COUNTER.get()
}

/// Whole seconds since the first call.
#[expect(clippy::cast_possible_truncation, reason = "2^32 s are 136 years")]
pub(crate) fn second() -> u32 {
    (nanos() / 1_000_000_000) as u32
}

/// Nanoseconds since the first call.
#[cold]
#[inline(never)]
#[expect(clippy::cast_possible_truncation, reason = "2^63 ns are 292 years")]
fn nanos() -> u64 {
    origin().instant.elapsed().as_nanos() as u64
}

fn origin() -> Origin {
    *ORIGIN.get_or_init(|| {
        let (instant, ticks) = read_both();
        Origin {
            instant,
            ticks: tsc::is_invariant().then_some(ticks),
        }
    })
}

/// Takes the counter into use when enough time has gone by to know its rate.
#[cold]
#[expect(clippy::cast_precision_loss, reason = "ticks of hours, far below 2^53")]
pub(crate) fn calibrate(bounds: &Bounds) {
    let Origin {
        instant,
        ticks: Some(ticks),
    } = origin()
    else {
        return;
    };
    if COUNTER.get().is_some() || instant.elapsed() < BASELINE {
        return;
    }
    let (now, ticks_now) = read_both();
    let elapsed = now.duration_since(instant).as_nanos();
    let ticks = ticks_now.saturating_sub(ticks);
    if ticks == 0 || elapsed == 0 {
        return;
    }
    let ticks_per_nano = ticks as f64 / elapsed as f64;
    // Losing a race is fine: another thread measured the same rate.
    let _ = COUNTER.set(Counter {
        bounds: bounds.scaled(ticks_per_nano),
        seconds_per_tick: 1e-9 / ticks_per_nano,
    });
}

/// Both clocks at one moment, as nearly as can be had in a few tries.
fn read_both() -> (Instant, u64) {
    let mut best = (u64::MAX, Instant::now(), tsc::read());
    for _ in 0..5 {
        let before = tsc::read();
        let instant = Instant::now();
        let width = tsc::read().saturating_sub(before);
        if width < best.0 {
            best = (width, instant, before + width / 2);
        }
    }
    (best.1, best.2)
}
