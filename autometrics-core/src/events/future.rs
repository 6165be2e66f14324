//! A call of an asynchronous function with events, as `crate::future` has the others.

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
    call::Flight,
    callsite::Callsite,
    cells::Kind,
    future::{AsyncCall, Unmade, unmade},
    outcome::Verdict,
    thread::{record_landed, set_caller},
};

pin_project! {
    /// The body of a decorated `async fn` with events, counted when it is done or
    /// dropped, and kept when it is done and worth it.
    #[must_use = "futures do nothing unless polled"]
    pub struct WatchedFuture<F, O, E, W, C> {
        #[pin]
        body: F,
        outcome: O,
        error: E,
        fields: W,
        site: &'static Callsite,
        call: C,
    }
}

/// A call that begins with the first poll of a future which is still to come.
pub struct WatchedCallOf<const TRACKED: bool, O, E, W> {
    site: &'static Callsite,
    fields: W,
    outcome: O,
    error: E,
}

/// Returns the call of a future that evaluates to an `R`. The `fields` are made before the
/// future, which takes what they name.
#[inline]
pub fn watched_call_of<const TRACKED: bool, R, W, O, E>(
    site: &'static Callsite,
    fields: W,
    outcome: O,
    error: E,
) -> WatchedCallOf<TRACKED, O, E, W>
where
    W: Fn(&mut Captured<'_>),
    O: Fn(&R) -> Verdict,
    E: Fn(&R, &mut ErrorText),
{
    WatchedCallOf {
        site,
        fields,
        outcome,
        error,
    }
}

/// Makes the body of an instrumented `async fn`, or the future that a function returns, a `call`.
#[inline]
pub fn watch_future<const TRACKED: bool, W, F, O, E, R>(
    call: WatchedCallOf<TRACKED, O, E, W>,
    body: F,
) -> WatchedFuture<F, O, E, W, AsyncCall<TRACKED>>
where
    W: Fn(&mut Captured<'_>),
    F: Future<Output = R>,
    O: Fn(&R) -> Verdict,
    E: Fn(&R, &mut ErrorText),
{
    WatchedFuture {
        body,
        outcome: call.outcome,
        error: call.error,
        fields: call.fields,
        site: call.site,
        call: AsyncCall::new(call.site),
    }
}

/// The same where the return type does not tell what the future evaluates to, as it has an
/// `impl Trait`: `body` does, so that its type is known where the closures behind it are compiled.
#[inline]
pub fn watch_opaque<const TRACKED: bool, W, F, O, E, R>(
    site: &'static Callsite,
    fields: W,
    body: F,
    outcome: O,
    error: E,
) -> WatchedFuture<F, O, E, W, AsyncCall<TRACKED>>
where
    W: Fn(&mut Captured<'_>),
    F: Future<Output = R>,
    O: Fn(&R) -> Verdict,
    E: Fn(&R, &mut ErrorText),
{
    watch_future(watched_call_of(site, fields, outcome, error), body)
}

/// The same for a future that `make` makes where it is polled.
#[inline]
pub fn unmade_watched<const TRACKED: bool, W, M, F, O, E, R>(
    site: &'static Callsite,
    fields: W,
    make: M,
    outcome: O,
    error: E,
) -> Unmade<WatchedCallOf<TRACKED, O, E, W>, M>
where
    W: Fn(&mut Captured<'_>),
    M: FnOnce() -> F,
    F: Future<Output = R>,
    O: Fn(&R) -> Verdict,
    E: Fn(&R, &mut ErrorText),
{
    unmade(watched_call_of(site, fields, outcome, error), make)
}

impl<const TRACKED: bool, O, E, W, F, M> IntoFuture for Unmade<WatchedCallOf<TRACKED, O, E, W>, M>
where
    M: FnOnce() -> F,
    F: Future,
    O: Fn(&F::Output) -> Verdict,
    E: Fn(&F::Output, &mut ErrorText),
    W: Fn(&mut Captured<'_>),
{
    type Output = F::Output;
    type IntoFuture = WatchedFuture<F, O, E, W, AsyncCall<TRACKED>>;

    #[inline]
    fn into_future(self) -> Self::IntoFuture {
        let (call, body) = self.made();
        watch_future(call, body)
    }
}

impl<const TRACKED: bool, F, O, E, W> Future for WatchedFuture<F, O, E, W, AsyncCall<TRACKED>>
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
        let (mut flight, around) = this.call.resume();
        thread::push(flight.key());
        let unwinding = Unwinding::<TRACKED, W> {
            flight,
            around,
            site,
            fields: this.fields,
            call: this.call,
        };
        let polled = this.body.poll(context);
        let judged = match &polled {
            Poll::Ready(value) => {
                let verdict = (this.outcome)(value);
                let is_error = verdict.kind != Kind::OK;
                let begun = Cell::new(flight);
                // An error that is not shown needs no more readings of the clock.
                let show = |text: &mut ErrorText| {
                    let mut flight = begun.get();
                    flight.aside(|| error(value, text));
                    begun.set(flight);
                };
                let noted = is_error.then(|| note(site, &show));
                flight = begun.get();
                Some((verdict, noted.flatten()))
            }
            Poll::Pending => None,
        };
        let Some((verdict, noted)) = judged else {
            thread::pop();
            set_caller(around);
            unwinding.call.suspend(flight);
            mem::forget(unwinding);
            return polled;
        };
        unwinding.call.end();
        mem::forget(unwinding);
        if !flight.is_counted() {
            thread::pop();
            return polled;
        }
        let ended = end(flight, around, verdict, site);
        if TRACKED {
            record_landed(flight.key().callee());
        }
        if let Some(ended) = ended {
            keep(site, flight.caller(), ended, noted, this.fields);
        }
        polled
    }
}

/// Dropped only while the stack unwinds.
struct Unwinding<'a, const TRACKED: bool, W: Fn(&mut Captured<'_>)> {
    flight: Flight,
    around: u32,
    site: &'static Callsite,
    fields: &'a W,
    call: &'a mut AsyncCall<TRACKED>,
}

impl<const TRACKED: bool, W: Fn(&mut Captured<'_>)> Drop for Unwinding<'_, TRACKED, W> {
    #[inline]
    fn drop(&mut self) {
        self.call.end();
        if !self.flight.is_counted() {
            return thread::pop();
        }
        let ended = end_panicked(self.flight, self.around, self.site);
        if TRACKED {
            record_landed(self.flight.key().callee());
        }
        if let Some(ended) = ended {
            keep(self.site, self.flight.caller(), ended, None, self.fields);
        }
    }
}
