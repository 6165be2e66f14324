//! A call of an asynchronous function with events; `crate::future` has those without.

use std::{
    cell::Cell,
    future::Future,
    mem,
    pin::Pin,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;

use super::{
    Captured, ErrorText,
    call::{end, end_panicked},
    keep::{keep, note},
    thread,
};
use crate::{
    call::CallInProgress,
    callsite::Callsite,
    cells::{CallKind, Scope},
    future::{AsyncCall, DeferredCall, defer},
    outcome::Verdict,
    thread::{record_landed, set_scope},
};

pin_project! {
    /// The body of an instrumented `async fn` with events. It is counted when it completes or is
    /// dropped; a completed call may be kept as an event.
    #[must_use = "futures do nothing unless polled"]
    pub struct EventFuture<F, O, E, W, C> {
        #[pin]
        body: F,
        outcome: O,
        error: E,
        fields: W,
        site: &'static Callsite,
        call: C,
    }
}

/// Callsite, fields and classification of a call whose future does not exist yet. The call begins
/// at the first poll.
pub struct EventCallOf<const TRACKED: bool, O, E, W> {
    site: &'static Callsite,
    fields: W,
    outcome: O,
    error: E,
}

/// Returns the call of a future with the output `R`. The `fields` are captured before the future is
/// created, because the future takes ownership of the arguments.
#[inline]
pub fn event_call_of<const TRACKED: bool, R, W, O, E>(
    site: &'static Callsite,
    fields: W,
    outcome: O,
    error: E,
) -> EventCallOf<TRACKED, O, E, W>
where
    W: Fn(&mut Captured<'_>),
    O: Fn(&R) -> Verdict,
    E: Fn(&R, &mut ErrorText),
{
    EventCallOf {
        site,
        fields,
        outcome,
        error,
    }
}

/// Attaches `call` to the body of an instrumented `async fn`, or to the future that a function
/// returns.
#[inline]
pub fn instrument_with_events<const TRACKED: bool, W, F, O, E, R>(
    call: EventCallOf<TRACKED, O, E, W>,
    body: F,
) -> EventFuture<F, O, E, W, AsyncCall<TRACKED>>
where
    W: Fn(&mut Captured<'_>),
    F: Future<Output = R>,
    O: Fn(&R) -> Verdict,
    E: Fn(&R, &mut ErrorText),
{
    EventFuture {
        body,
        outcome: call.outcome,
        error: call.error,
        fields: call.fields,
        site: call.site,
        call: AsyncCall::new(call.site),
    }
}

/// Instruments `body` for functions whose return type contains `impl Trait` and therefore does not
/// determine the output type. `body` comes before the closures, so that its output type is known
/// when they are compiled.
#[inline]
pub fn instrument_opaque_with_events<const TRACKED: bool, W, F, O, E, R>(
    site: &'static Callsite,
    fields: W,
    body: F,
    outcome: O,
    error: E,
) -> EventFuture<F, O, E, W, AsyncCall<TRACKED>>
where
    W: Fn(&mut Captured<'_>),
    F: Future<Output = R>,
    O: Fn(&R) -> Verdict,
    E: Fn(&R, &mut ErrorText),
{
    instrument_with_events(event_call_of(site, fields, outcome, error), body)
}

/// Returns the call of a future that `make` creates at the place where it is polled, with the same
/// order of arguments as [`instrument_opaque_with_events`].
#[inline]
pub fn defer_with_events<const TRACKED: bool, W, M, F, O, E, R>(
    site: &'static Callsite,
    fields: W,
    make: M,
    outcome: O,
    error: E,
) -> DeferredCall<EventCallOf<TRACKED, O, E, W>, M>
where
    W: Fn(&mut Captured<'_>),
    M: FnOnce() -> F,
    F: Future<Output = R>,
    O: Fn(&R) -> Verdict,
    E: Fn(&R, &mut ErrorText),
{
    defer(event_call_of(site, fields, outcome, error), make)
}

impl<const TRACKED: bool, O, E, W, F, M> IntoFuture
    for DeferredCall<EventCallOf<TRACKED, O, E, W>, M>
where
    M: FnOnce() -> F,
    F: Future,
    O: Fn(&F::Output) -> Verdict,
    E: Fn(&F::Output, &mut ErrorText),
    W: Fn(&mut Captured<'_>),
{
    type Output = F::Output;
    type IntoFuture = EventFuture<F, O, E, W, AsyncCall<TRACKED>>;

    #[inline]
    fn into_future(self) -> Self::IntoFuture {
        let (call, body) = self.create();
        instrument_with_events(call, body)
    }
}

impl<const TRACKED: bool, F, O, E, W> Future for EventFuture<F, O, E, W, AsyncCall<TRACKED>>
where
    F: Future,
    O: Fn(&F::Output) -> Verdict,
    E: Fn(&F::Output, &mut ErrorText),
    W: Fn(&mut Captured<'_>),
{
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let (site, error) = (*this.site, this.error);
        let (mut call, outer) = this.call.resume();
        thread::push(call.key());
        let unwinding = Unwinding::<TRACKED, W> {
            call,
            outer,
            site,
            fields: this.fields,
            state: this.call,
        };
        let polled = this.body.poll(context);
        let ready = match &polled {
            Poll::Ready(value) => {
                let verdict = (this.outcome)(value);
                let is_error = verdict.kind != CallKind::OK;
                let begun = Cell::new(call);
                // An error that is not formatted needs no further readings of the clock.
                let show = |text: &mut ErrorText| {
                    let mut call = begun.get();
                    call.untimed(|| error(value, text));
                    begun.set(call);
                };
                let noted = is_error.then(|| note(site, &show));
                call = begun.get();
                Some((verdict, noted.flatten()))
            }
            Poll::Pending => None,
        };
        let Some((verdict, noted)) = ready else {
            thread::pop();
            set_scope(outer);
            unwinding.state.suspend(call);
            mem::forget(unwinding);
            return polled;
        };
        unwinding.state.end();
        mem::forget(unwinding);
        if !call.is_counted() {
            thread::pop();
            return polled;
        }
        let ended = end(call, outer, verdict, site);
        if TRACKED {
            record_landed(call.key().callee());
        }
        if let Some(ended) = ended {
            keep(site, call.key(), ended, noted, this.fields);
        }
        polled
    }
}

/// Counts the call as a panic when it is dropped, which happens only if the stack unwinds.
struct Unwinding<'a, const TRACKED: bool, W: Fn(&mut Captured<'_>)> {
    call: CallInProgress,
    outer: Scope,
    site: &'static Callsite,
    fields: &'a W,
    state: &'a mut AsyncCall<TRACKED>,
}

impl<const TRACKED: bool, W: Fn(&mut Captured<'_>)> Drop for Unwinding<'_, TRACKED, W> {
    #[inline]
    fn drop(&mut self) {
        self.state.end();
        if !self.call.is_counted() {
            return thread::pop();
        }
        let ended = end_panicked(self.call, self.outer, self.site);
        if TRACKED {
            record_landed(self.call.key().callee());
        }
        if let Some(ended) = ended {
            keep(self.site, self.call.key(), ended, None, self.fields);
        }
    }
}
