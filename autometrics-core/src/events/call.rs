//! A call of a synchronous function with events; `crate::call` has those without.

use std::{cell::Cell, thread::panicking};

use super::{
    Captured, ErrorText,
    ended_call::EndedCall,
    keep::{ErrorNote, keep, note},
    thread,
};
use crate::{
    call::{CallInProgress, count_here},
    callsite::Callsite,
    cells::{CallKind, Scope},
    outcome::Verdict,
    thread::record_landed,
};

/// Begins a call that may be kept as an event, with `fields`. Otherwise the same as
/// [`enter`](crate::__private0::enter).
#[inline]
pub fn enter_with_events<const TRACKED: bool, F: Fn(&mut Captured<'_>)>(
    site: &'static Callsite,
    default_verdict: Verdict,
    fields: F,
) -> EventCall<TRACKED, F> {
    let call = CallInProgress::begin::<TRACKED>(site);
    thread::push(call.key());
    EventCall {
        call: Cell::new(call),
        verdict: Cell::new(default_verdict),
        was_panicking: panicking(),
        note: Cell::new(None),
        site,
        fields,
    }
}

/// Begins a call of a function whose every return passes a verdict: a call that ends without one
/// has panicked.
#[inline]
pub fn enter_classified_with_events<const TRACKED: bool, F: Fn(&mut Captured<'_>)>(
    site: &'static Callsite,
    fields: F,
) -> EventCall<TRACKED, F> {
    let call = CallInProgress::begin::<TRACKED>(site);
    thread::push(call.key());
    EventCall {
        call: Cell::new(call),
        verdict: Cell::new(Verdict::of(CallKind::PANIC)),
        was_panicking: true,
        note: Cell::new(None),
        site,
        fields,
    }
}

/// A call in progress, which ends when this value is dropped and may then be kept as an event.
pub struct EventCall<const TRACKED: bool, F: Fn(&mut Captured<'_>)> {
    call: Cell<CallInProgress>,
    verdict: Cell<Verdict>,
    was_panicking: bool,
    /// Result of looking at the returned error.
    note: Cell<Option<Box<ErrorNote>>>,
    site: &'static Callsite,
    fields: F,
}

impl<const TRACKED: bool, F: Fn(&mut Captured<'_>)> EventCall<TRACKED, F> {
    /// Sets the verdict, and formats the error with `error` if the verdict is one.
    #[inline]
    pub fn set_verdict(&self, verdict: Verdict, error: impl Fn(&mut ErrorText)) {
        self.verdict.set(verdict);
        if verdict.kind != CallKind::OK {
            // An error that is not formatted needs no further readings of the clock.
            let show = |text: &mut ErrorText| self.untimed(|| error(text));
            self.note.set(note(self.site, &show));
        }
    }

    /// Runs `work`, such as recording the returned value, and excludes its duration from the
    /// latency.
    pub fn untimed(&self, work: impl FnOnce()) {
        let mut call = self.call.get();
        call.untimed(work);
        self.call.set(call);
    }

    /// Returns `value`, which the function is about to return, and sets verdict and error text.
    #[inline]
    pub fn classify<R>(
        &self,
        value: R,
        outcome: impl FnOnce(&R) -> Verdict,
        error: impl Fn(&R, &mut ErrorText),
    ) -> R {
        self.set_verdict(outcome(&value), |text| error(&value, text));
        value
    }
}

impl<const TRACKED: bool, F: Fn(&mut Captured<'_>)> Drop for EventCall<TRACKED, F> {
    #[inline]
    fn drop(&mut self) {
        let call = self.call.get();
        let ended = leave(call, self.verdict.get(), self.was_panicking, self.site);
        if TRACKED {
            record_landed(call.key().callee());
        }
        if let Some(ended) = ended {
            keep(self.site, call.key(), ended, self.note.take(), &self.fields);
        }
    }
}

/// Counts a call that ends because its function returns or panics; returns it if it is to be kept.
#[inline(never)]
fn leave(
    call: CallInProgress,
    verdict: Verdict,
    was_panicking: bool,
    site: &'static Callsite,
) -> Option<EndedCall> {
    if !was_panicking && panicking() {
        return end_panicked(call, call.outer(), site);
    }
    end_here(call, call.outer(), verdict, site)
}

/// Counts a call that panicked.
#[cold]
#[inline(never)]
pub(super) fn end_panicked(
    call: CallInProgress,
    outer: Scope,
    site: &'static Callsite,
) -> Option<EndedCall> {
    end(call, outer, Verdict::of(CallKind::PANIC), site)
}

/// Counts a call that ends, makes `outer` the innermost, and returns the call if it is to be kept.
#[inline(never)]
pub(super) fn end(
    call: CallInProgress,
    outer: Scope,
    verdict: Verdict,
    site: &'static Callsite,
) -> Option<EndedCall> {
    end_here(call, outer, verdict, site)
}

#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "it is the whole of its two callers, each of which is called"
)]
fn end_here(
    call: CallInProgress,
    outer: Scope,
    verdict: Verdict,
    site: &'static Callsite,
) -> Option<EndedCall> {
    let elapsed = count_here(call, outer, verdict);
    thread::pop();
    let reason = site.events()?.reason(site, verdict.kind, elapsed)?;
    Some(EndedCall {
        latency: elapsed.latency,
        is_ticks: elapsed.is_ticks,
        reason,
        kind: verdict.kind,
    })
}
