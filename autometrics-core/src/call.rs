//! A call of a synchronous function, from its first statement to its way out.

use std::{cell::Cell, mem, thread::panicking};

use crate::{
    callsite::Callsite,
    cells::{Key, Kind},
    clock::Start,
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
        let ok = Key::new(callee, caller, Kind::Ok);
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
    pub(crate) fn end<const TRACKED: bool>(self, around: u32, kind: Kind) {
        count(self, around, kind);
        if TRACKED {
            thread::record_landed(self.ok.callee());
        }
    }

    /// Counts the call as one that panicked.
    #[cold]
    pub(crate) fn unwind<const TRACKED: bool>(self, around: u32) {
        self.end::<TRACKED>(around, Kind::Panic);
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
fn count(flight: Flight, around: u32, kind: Kind) {
    let Some((counter, ticks)) = flight.start.ticks() else {
        return count_nanos(flight, around, kind);
    };
    thread::set_caller(around);
    thread::record_ticks(
        flight.ok.with_kind(kind),
        counter.bounds.bucket(ticks),
        ticks,
    );
}

#[inline(never)]
fn count_nanos(flight: Flight, around: u32, kind: Kind) {
    let nanos = flight.start.nanos();
    thread::set_caller(around);
    thread::record_nanos(flight.ok.with_kind(kind), nanos);
}

/// Runs the body of a decorated function and counts the call.
///
/// `outcome` says how the value that it returned is counted. A panic goes
/// through and is counted as an error. `TRACKED` is whether calls in flight
/// are counted.
#[inline]
pub fn call<const TRACKED: bool, R, B, O>(site: &'static Callsite, body: B, outcome: O) -> R
where
    B: FnOnce() -> R,
    O: FnOnce(&R) -> Kind,
{
    let unwinding = Unwinding::<TRACKED>(Flight::begin::<TRACKED>(site));
    let value = body();
    let kind = outcome(&value);
    let Unwinding(flight) = unwinding;
    mem::forget(unwinding);
    flight.end::<TRACKED>(flight.caller(), kind);
    value
}

/// Runs a closure that may borrow only once.
#[inline]
pub fn evaluate<R>(body: impl FnOnce() -> R) -> R {
    body()
}

/// Begins a call whose body stays where it is, in the function itself.
///
/// Dropping the result ends the call. It is counted as `unless_judged`, or as
/// the last [`Entered::judge`] said, or as a panic.
#[inline]
pub fn enter<const TRACKED: bool>(
    site: &'static Callsite,
    unless_judged: Kind,
) -> Entered<TRACKED> {
    Entered {
        flight: Flight::begin::<TRACKED>(site),
        kind: Cell::new(unless_judged),
        was_panicking: panicking(),
    }
}

/// A call that goes on until this is dropped.
#[derive(Debug)]
pub struct Entered<const TRACKED: bool> {
    flight: Flight,
    kind: Cell<Kind>,
    /// A destructor may run because of a panic and itself return as usual.
    was_panicking: bool,
}

impl<const TRACKED: bool> Entered<TRACKED> {
    /// Passes on the value that the function is about to return, and notes how
    /// it is counted.
    #[inline]
    pub fn judge<R>(&self, value: R, outcome: impl FnOnce(&R) -> Kind) -> R {
        self.kind.set(outcome(&value));
        value
    }
}

impl<const TRACKED: bool> Drop for Entered<TRACKED> {
    #[inline]
    fn drop(&mut self) {
        let kind = if panicking() && !self.was_panicking {
            Kind::Panic
        } else {
            self.kind.get()
        };
        self.flight.end::<TRACKED>(self.flight.caller(), kind);
    }
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
