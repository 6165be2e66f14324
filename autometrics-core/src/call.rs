//! A call of a synchronous function, from its first statement to its way out.

use std::{cell::Cell, num::NonZeroU64, thread::panicking};

use crate::{
    callsite::Callsite,
    cells::{Key, Kind, NO_CALLER},
    clock::Start,
    exemplar::{Now, exemplars},
    outcome::Verdict,
    thread,
};

/// A call that has begun: who was called, by whom, and when.
///
/// Two words, so that it is passed in registers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flight {
    /// Where the call is counted if it ends well.
    ok: Key,
    start: Start,
}

impl Flight {
    /// Begins a call of `site` and makes it the thread's innermost.
    #[inline]
    pub(crate) fn begin<const TRACKED: bool>(site: &'static Callsite) -> Self {
        let callee = site.id();
        if TRACKED {
            thread::record_begun(callee);
        }
        let caller = thread::swap_caller(callee);
        let ok = Key::new(callee, caller, Kind::OK);
        // The clock last, so that our own work is not part of the latency.
        Self {
            ok,
            start: Start::now(),
        }
    }

    /// A call that has been counted already, and the innermost, which it leaves alone.
    #[cold]
    #[inline(never)]
    pub(crate) fn uncounted() -> (Self, u32) {
        let uncounted = Self {
            ok: Key::from_word(0),
            start: Start::now(),
        };
        (uncounted, thread::caller())
    }

    /// Returns whether the call is counted when it ends.
    #[inline]
    pub(crate) fn is_counted(self) -> bool {
        self.ok.word() != 0
    }

    /// Who was called and by whom.
    #[inline]
    pub(crate) fn key(self) -> Key {
        self.ok
    }

    /// Makes this call the innermost again, and returns which one was.
    #[inline]
    pub(crate) fn resume(self) -> u32 {
        thread::swap_caller(self.ok.callee())
    }

    /// The call that was the innermost when this one began.
    #[inline]
    pub(crate) fn caller(self) -> u32 {
        self.ok.caller()
    }

    /// Does `work` that is no part of the call, whose time does not count.
    #[cold]
    #[inline(never)]
    pub(crate) fn aside<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let before = self.start.elapsed();
        let made = work();
        let took = self.start.elapsed().saturating_sub(before);
        self.start = self.start.postponed(took);
        made
    }

    /// Counts the call, and makes `around` the innermost.
    #[inline]
    pub(crate) fn end<const TRACKED: bool>(self, around: u32, verdict: Verdict) {
        count(self, around, verdict);
        if TRACKED {
            thread::record_landed(self.ok.callee());
        }
    }

    /// Counts the call as one that panicked.
    #[cold]
    pub(crate) fn unwind<const TRACKED: bool>(self, around: u32) {
        self.end::<TRACKED>(around, Verdict::of(Kind::PANIC));
    }

    /// Counts the call as one that was given up, with the time that it had run.
    #[cold]
    pub(crate) fn cancel<const TRACKED: bool>(self) {
        // Without a caller: there is one such cell per function and thread.
        let key = Key::new(self.ok.callee(), NO_CALLER, Kind::CANCELLED);
        match self.start.ticks() {
            Some((counter, ticks)) => {
                thread::record_ticks(key, counter, ticks, None);
            }
            None => drop(thread::record_nanos(key, self.start.nanos(), None)),
        }
        if TRACKED {
            thread::record_landed(self.ok.callee());
        }
    }
}

/// A call between two polls of its future, with a word that is never zero.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Suspended {
    /// The key with [`MARK`], which a key of calls that are ok does not have.
    ok: NonZeroU64,
    start: Start,
}

const MARK: NonZeroU64 = NonZeroU64::MIN;

impl From<Flight> for Suspended {
    #[inline]
    fn from(flight: Flight) -> Self {
        Self {
            ok: MARK | flight.ok.word(),
            start: flight.start,
        }
    }
}

impl From<Suspended> for Flight {
    #[inline]
    fn from(suspended: Suspended) -> Self {
        Self {
            ok: Key::from_word(suspended.ok.get() ^ MARK.get()),
            start: suspended.start,
        }
    }
}

/// Counts a call that ends now, and makes `around` the innermost.
///
/// A function of its own, not a part of each that is decorated, as it is the
/// same for all of them.
#[inline(never)]
fn count(flight: Flight, around: u32, verdict: Verdict) {
    count_here(flight, around, verdict);
}

/// How long a call took, by the clock that timed it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Took {
    /// In ticks or nanoseconds.
    pub(crate) latency: u64,
    pub(crate) is_ticks: bool,
}

/// The same, which costs nothing more where it is not asked how long the call took.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "it is the whole of its callers, each of which is called"
)]
pub(crate) fn count_here(flight: Flight, around: u32, verdict: Verdict) -> Took {
    let Some((counter, ticks)) = flight.start.ticks() else {
        return Took {
            latency: count_nanos(flight, around, verdict),
            is_ticks: false,
        };
    };
    thread::set_caller(around);
    let edge = flight.ok.with_kind(verdict.kind);
    let bound = thread::record_ticks(edge, counter, ticks, verdict.kinds);
    if let Some(exemplars) = exemplars() {
        let now = Now {
            reading: flight.start.later(ticks),
            latency: ticks,
            seconds_per_unit: counter.seconds_per_tick,
        };
        exemplars.offer(edge.callee(), bound, now);
    }
    Took {
        latency: ticks,
        is_ticks: true,
    }
}

#[inline(never)]
fn count_nanos(flight: Flight, around: u32, verdict: Verdict) -> u64 {
    let nanos = flight.start.nanos();
    thread::set_caller(around);
    let edge = flight.ok.with_kind(verdict.kind);
    let bound = thread::record_nanos(edge, nanos, verdict.kinds);
    if let (Some(exemplars), Some(bound)) = (exemplars(), bound) {
        let now = Now {
            reading: flight.start.later(nanos),
            latency: nanos,
            seconds_per_unit: 1e-9,
        };
        exemplars.offer(edge.callee(), bound, now);
    }
    nanos
}

/// Begins a call, which ends when the result is dropped.
///
/// It is counted as [`Entered::judge`] or [`Entered::judged`] said last, else as
/// `unless_judged`, and as a panic when it is unwound. `TRACKED` is whether calls
/// in flight are counted.
///
/// The body itself is no argument: a generic function that calls it would call
/// itself, for the compiler, once per decorated function on a chain of calls, and
/// that ends at 128 of them.
#[inline]
pub fn enter<const TRACKED: bool>(
    site: &'static Callsite,
    unless_judged: Verdict,
) -> Entered<TRACKED> {
    Entered {
        flight: Cell::new(Flight::begin::<TRACKED>(site)),
        verdict: Cell::new(unless_judged),
        was_panicking: panicking(),
    }
}

/// The same where every value is judged: who leaves without, panics.
#[inline]
pub fn enter_judged<const TRACKED: bool>(site: &'static Callsite) -> Entered<TRACKED> {
    Entered {
        flight: Cell::new(Flight::begin::<TRACKED>(site)),
        verdict: Cell::new(Verdict::of(Kind::PANIC)),
        // Whether it does needs no further proof.
        was_panicking: true,
    }
}

/// A call that goes on until this is dropped.
#[derive(Debug)]
pub struct Entered<const TRACKED: bool> {
    flight: Cell<Flight>,
    verdict: Cell<Verdict>,
    /// A destructor may run because of a panic and itself return as usual.
    was_panicking: bool,
}

impl<const TRACKED: bool> Entered<TRACKED> {
    /// Notes how the call is counted.
    #[inline]
    pub fn judged(&self, verdict: Verdict) {
        self.verdict.set(verdict);
    }

    /// Does `work` whose time does not count, such as to write what is returned.
    pub fn aside(&self, work: impl FnOnce()) {
        let mut flight = self.flight.get();
        flight.aside(work);
        self.flight.set(flight);
    }

    /// Passes on the value that the function is about to return, and notes how
    /// it is counted.
    #[inline]
    pub fn judge<R>(&self, value: R, outcome: impl FnOnce(&R) -> Verdict) -> R {
        self.judged(outcome(&value));
        value
    }
}

impl<const TRACKED: bool> Drop for Entered<TRACKED> {
    #[inline]
    fn drop(&mut self) {
        let flight = self.flight.get();
        leave(flight, self.verdict.get(), self.was_panicking);
        if TRACKED {
            thread::record_landed(flight.ok.callee());
        }
    }
}

/// Counts a call that ends because its function does, one way or the other.
///
/// Out of line, as [`count`] is.
#[inline(never)]
fn leave(flight: Flight, verdict: Verdict, was_panicking: bool) {
    if panicking() {
        return leave_panicking(flight, verdict, was_panicking);
    }
    count_here(flight, flight.caller(), verdict);
}

#[cold]
#[inline(never)]
fn leave_panicking(flight: Flight, verdict: Verdict, was_panicking: bool) {
    let verdict = if was_panicking {
        verdict
    } else {
        Verdict::of(Kind::PANIC)
    };
    count(flight, flight.caller(), verdict);
}

/// Returns a closure as one that may be called once, so that it may give away
/// what it captured.
#[inline]
pub fn once<R, F: FnOnce() -> R>(body: F) -> F {
    body
}
