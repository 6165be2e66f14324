//! A call of a synchronous function, from its first statement to its way out.

use std::mem;

use crate::{
    callsite::Callsite,
    cells::{Key, Kind},
    clock::Start,
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

    /// Counts the call as one that was given up.
    #[cold]
    pub(crate) fn cancel<const TRACKED: bool>(self) {
        thread::record_cancelled(self.ok.callee());
        if TRACKED {
            thread::record_landed(self.ok.callee());
        }
    }
}

/// Counts a call that ends now, and makes `around` the innermost.
///
/// A function of its own, not a part of each that is decorated, as it is the
/// same for all of them.
fn count(flight: Flight, around: u32, verdict: Verdict) {
    let Some((counter, ticks)) = flight.start.ticks() else {
        return count_nanos(flight, around, verdict);
    };
    thread::set_caller(around);
    thread::record_ticks(
        flight.ok.with_kind(verdict.kind),
        counter.bounds.bucket(ticks),
        ticks,
        verdict.kinds,
    );
}

#[inline(never)]
fn count_nanos(flight: Flight, around: u32, verdict: Verdict) {
    let nanos = flight.start.nanos();
    thread::set_caller(around);
    thread::record_nanos(flight.ok.with_kind(verdict.kind), nanos, verdict.kinds);
}

/// Runs the body of a decorated function and counts the call.
///
/// `outcome` says how the value that it returned is counted. A panic goes
/// through and is counted as an error. `TRACKED` is whether calls in flight
/// are counted.
#[inline]
pub fn call<const TRACKED: bool, R>(
    site: &'static Callsite,
    body: impl FnOnce() -> R,
    outcome: impl FnOnce(&R) -> Verdict,
) -> R {
    let unwinding = Unwinding::<TRACKED>(Flight::begin::<TRACKED>(site));
    let value = body();
    let verdict = outcome(&value);
    let Unwinding(flight) = unwinding;
    mem::forget(unwinding);
    flight.end::<TRACKED>(flight.caller(), verdict);
    value
}

/// Dropped only while the stack unwinds.
struct Unwinding<const TRACKED: bool>(Flight);

impl<const TRACKED: bool> Drop for Unwinding<TRACKED> {
    // Inlined, so that the call stays in registers.
    #[inline]
    fn drop(&mut self) {
        self.0.unwind::<TRACKED>(self.0.caller());
    }
}
