//! A call of a synchronous function, from its first statement to its end.

use std::{cell::Cell, num::NonZeroU64, thread::panicking};

use crate::{
    callsite::Callsite,
    cells::{CallKind, Key, Scope, UNKNOWN_FLOW},
    clock::Start,
    exemplar::{CallEnd, exemplars},
    outcome::Verdict,
    registry, thread,
};

/// A call in progress: callee, caller and start.
///
/// Two words, so that it is passed in registers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallInProgress {
    /// Key under which the call is counted if its outcome is ok. Zero for a call that has been
    /// counted already.
    ok: Key,
    start: Start,
}

impl CallInProgress {
    /// Begins a call of `site` and makes it the thread's innermost call.
    #[inline]
    pub(crate) fn begin<const TRACKED: bool>(site: &'static Callsite) -> Self {
        let own = site.scope();
        if TRACKED {
            thread::record_begun(own.caller());
        }
        let (mut inner, outer) = thread::begin(own);
        if inner.flow() == UNKNOWN_FLOW {
            inner = registry::begin_flow(site);
        }
        let ok = Key::begun(inner, outer);
        // The clock is read last, so that this code is not part of the latency.
        Self {
            ok,
            start: Start::now(),
        }
    }

    /// Returns a call that has been counted already, and the thread's innermost call, which stays
    /// the innermost.
    #[cold]
    #[inline(never)]
    pub(crate) fn uncounted() -> (Self, Scope) {
        let uncounted = Self {
            ok: Key::from_word(0),
            start: Start::now(),
        };
        (uncounted, thread::scope())
    }

    /// Returns `true` if the call is counted when it ends.
    #[inline]
    pub(crate) fn is_counted(self) -> bool {
        self.ok.word() != 0
    }

    /// Returns callee and caller of the call, as the key of its ok calls.
    #[inline]
    pub(crate) fn key(self) -> Key {
        self.ok
    }

    /// Makes this call the innermost again, and returns the previous scope.
    #[inline]
    pub(crate) fn resume(self) -> Scope {
        thread::swap_scope(self.ok.inner())
    }

    /// Returns the scope in which this call began.
    #[inline]
    pub(crate) fn outer(self) -> Scope {
        self.ok.outer()
    }

    /// Runs `work` and excludes its duration from the latency of the call.
    #[cold]
    #[inline(never)]
    pub(crate) fn untimed<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let before = self.start.elapsed();
        let made = work();
        let elapsed = self.start.elapsed().saturating_sub(before);
        self.start = self.start.postponed(elapsed);
        made
    }

    /// Counts the call and makes `outer` the innermost.
    #[inline]
    pub(crate) fn end<const TRACKED: bool>(self, outer: Scope, verdict: Verdict) {
        count(self, outer, verdict);
        if TRACKED {
            thread::record_landed(self.ok.callee());
        }
    }

    /// Counts the call as a panic.
    #[cold]
    pub(crate) fn unwind<const TRACKED: bool>(self, outer: Scope) {
        self.end::<TRACKED>(outer, Verdict::of(CallKind::PANIC));
    }

    /// Counts the call as cancelled, with the time that it had run.
    #[cold]
    pub(crate) fn cancel<const TRACKED: bool>(self) {
        // Without caller and flow: one such cell per function and thread is enough.
        let key = Key::new(self.ok.callee(), Scope::NONE, CallKind::CANCELLED);
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

/// A call between two polls of its future. The word `ok` is never zero, so an enum around it needs
/// no tag.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Suspended {
    /// The key with the bit [`MARK`], which is zero in keys of ok calls.
    ok: NonZeroU64,
    start: Start,
}

const MARK: NonZeroU64 = NonZeroU64::MIN;

impl From<CallInProgress> for Suspended {
    #[inline]
    fn from(call: CallInProgress) -> Self {
        Self {
            ok: MARK | call.ok.word(),
            start: call.start,
        }
    }
}

impl From<Suspended> for CallInProgress {
    #[inline]
    fn from(suspended: Suspended) -> Self {
        Self {
            ok: Key::from_word(suspended.ok.get() ^ MARK.get()),
            start: suspended.start,
        }
    }
}

/// Counts a call that ends now, and makes `outer` the innermost.
///
/// Not inlined, because the code is the same for every instrumented function.
#[inline(never)]
fn count(call: CallInProgress, outer: Scope, verdict: Verdict) {
    count_here(call, outer, verdict);
}

/// Latency of a call, in the unit of the clock that timed it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Elapsed {
    /// Ticks of the counter, or nanoseconds of the monotonic clock.
    pub(crate) latency: u64,
    pub(crate) is_ticks: bool,
}

/// Counts a call that ends now, makes `outer` the innermost, and returns the latency, at no extra
/// cost for callers that ignore it.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "it is the whole of its callers, each of which is called"
)]
pub(crate) fn count_here(call: CallInProgress, outer: Scope, verdict: Verdict) -> Elapsed {
    let Some((counter, ticks)) = call.start.ticks() else {
        return Elapsed {
            latency: count_nanos(call, outer, verdict),
            is_ticks: false,
        };
    };
    thread::set_scope(outer);
    let edge = call.ok.with_kind(verdict.kind);
    let bound = thread::record_ticks(edge, counter, ticks, verdict.kinds);
    if let Some(exemplars) = exemplars() {
        let end = CallEnd {
            reading: call.start.later(ticks),
            latency: ticks,
            seconds_per_unit: counter.seconds_per_tick,
        };
        exemplars.offer(edge.callee(), bound, end);
    }
    Elapsed {
        latency: ticks,
        is_ticks: true,
    }
}

#[inline(never)]
fn count_nanos(call: CallInProgress, outer: Scope, verdict: Verdict) -> u64 {
    let nanos = call.start.nanos();
    thread::set_scope(outer);
    let edge = call.ok.with_kind(verdict.kind);
    let bound = thread::record_nanos(edge, nanos, verdict.kinds);
    if let (Some(exemplars), Some(bound)) = (exemplars(), bound) {
        let end = CallEnd {
            reading: call.start.later(nanos),
            latency: nanos,
            seconds_per_unit: 1e-9,
        };
        exemplars.offer(edge.callee(), bound, end);
    }
    nanos
}

/// Begins a call, which ends when the returned value is dropped.
///
/// The call is counted with the last verdict passed to [`Entered::classify`] or [`Entered::set_verdict`],
/// else with `default_verdict`, and as a panic if the stack unwinds. If `TRACKED` is `true`, calls in
/// flight are counted.
///
/// The body is not an argument: a generic function that calls it would, for the compiler, be
/// recursive once per instrumented function in a chain of calls, and the compiler's limit is 128.
#[inline]
pub fn enter<const TRACKED: bool>(
    site: &'static Callsite,
    default_verdict: Verdict,
) -> Entered<TRACKED> {
    Entered {
        call: Cell::new(CallInProgress::begin::<TRACKED>(site)),
        verdict: Cell::new(default_verdict),
        was_panicking: panicking(),
    }
}

/// Begins a call of a function whose every return passes a verdict: a call that ends without one
/// has panicked.
#[inline]
pub fn enter_classified<const TRACKED: bool>(site: &'static Callsite) -> Entered<TRACKED> {
    Entered {
        call: Cell::new(CallInProgress::begin::<TRACKED>(site)),
        verdict: Cell::new(Verdict::of(CallKind::PANIC)),
        // The initial verdict is already a panic, so that none has to be detected on `drop`.
        was_panicking: true,
    }
}

/// A call in progress, which ends when this value is dropped.
#[derive(Debug)]
pub struct Entered<const TRACKED: bool> {
    call: Cell<CallInProgress>,
    verdict: Cell<Verdict>,
    /// `true` if the thread was already unwinding when the call began: a destructor that runs
    /// because of a panic may itself return normally.
    was_panicking: bool,
}

impl<const TRACKED: bool> Entered<TRACKED> {
    /// Sets the verdict with which the call is counted.
    #[inline]
    pub fn set_verdict(&self, verdict: Verdict) {
        self.verdict.set(verdict);
    }

    /// Runs `work`, such as recording the returned value, and excludes its duration from the
    /// latency.
    pub fn untimed(&self, work: impl FnOnce()) {
        let mut call = self.call.get();
        call.untimed(work);
        self.call.set(call);
    }

    /// Returns `value`, which the function is about to return, and sets its verdict.
    #[inline]
    pub fn classify<R>(&self, value: R, outcome: impl FnOnce(&R) -> Verdict) -> R {
        self.set_verdict(outcome(&value));
        value
    }
}

impl<const TRACKED: bool> Drop for Entered<TRACKED> {
    #[inline]
    fn drop(&mut self) {
        let call = self.call.get();
        leave(call, self.verdict.get(), self.was_panicking);
        if TRACKED {
            thread::record_landed(call.ok.callee());
        }
    }
}

/// Counts a call that ends because its function returns or panics.
///
/// Not inlined, for the same reason as [`count`].
#[inline(never)]
fn leave(call: CallInProgress, verdict: Verdict, was_panicking: bool) {
    if panicking() {
        return leave_panicking(call, verdict, was_panicking);
    }
    count_here(call, call.outer(), verdict);
}

#[cold]
#[inline(never)]
fn leave_panicking(call: CallInProgress, verdict: Verdict, was_panicking: bool) {
    let verdict = if was_panicking {
        verdict
    } else {
        Verdict::of(CallKind::PANIC)
    };
    count(call, call.outer(), verdict);
}

/// Returns `body` unchanged, typed as a closure that is called once, so that it may move captured
/// values out.
#[inline]
pub fn as_fn_once<R, F: FnOnce() -> R>(body: F) -> F {
    body
}
