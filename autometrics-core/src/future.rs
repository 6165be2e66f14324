//! A call of an asynchronous function, from its first poll to its end.

use std::{
    future::Future,
    marker::PhantomData,
    mem,
    pin::Pin,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;

use crate::{
    call::{Flight, Suspended},
    callsite::Callsite,
    outcome::Verdict,
    thread,
};

pin_project! {
    /// The body of a decorated `async fn`, counted when it is done or dropped.
    ///
    /// The call begins at the first poll: a future that is dropped before that
    /// was never a call. While it is polled it is the innermost call of the
    /// thread, and only then, so other tasks on the thread never see it as
    /// their caller.
    #[must_use = "futures do nothing unless polled"]
    pub struct Instrumented<F, O, C> {
        #[pin]
        body: F,
        outcome: O,
        call: C,
    }
}

/// A call that begins with the first poll of a future which is still to come.
#[derive(Debug)]
pub struct CallOf<const TRACKED: bool, O> {
    site: &'static Callsite,
    outcome: O,
}

/// Returns the call of a future that evaluates to an `R`. `TRACKED` is whether calls in
/// flight are counted.
#[inline]
pub fn call_of<const TRACKED: bool, R, O: Fn(&R) -> Verdict>(
    site: &'static Callsite,
    outcome: O,
) -> CallOf<TRACKED, O> {
    CallOf { site, outcome }
}

/// Makes the body of an instrumented `async fn`, or the future that a function returns, a `call`.
#[inline]
pub fn instrument<const TRACKED: bool, F, O, R>(
    call: CallOf<TRACKED, O>,
    body: F,
) -> Instrumented<F, O, AsyncCall<TRACKED>>
where
    F: Future<Output = R>,
    O: Fn(&R) -> Verdict,
{
    Instrumented {
        body,
        outcome: call.outcome,
        call: AsyncCall::new(call.site),
    }
}

/// The same where the return type does not tell what the future evaluates to, as it has an
/// `impl Trait`: `body` does, so that its type is known where `outcome` is compiled.
#[inline]
pub fn instrument_opaque<const TRACKED: bool, F, O, R>(
    site: &'static Callsite,
    body: F,
    outcome: O,
) -> Instrumented<F, O, AsyncCall<TRACKED>>
where
    F: Future<Output = R>,
    O: Fn(&R) -> Verdict,
{
    instrument(CallOf { site, outcome }, body)
}

/// The body of an `async fn`, as a closure that makes it, and the call that it becomes.
///
/// The future is made in the place where it is polled, and is nowhere else on the stack: without
/// optimisation each step on the way would be a place for all that the future holds.
#[derive(Debug)]
pub struct Unmade<C, M> {
    call: C,
    make: M,
}

/// Returns the call of the future that `make` makes.
#[inline]
pub fn unmade<C, M>(call: C, make: M) -> Unmade<C, M> {
    Unmade { call, make }
}

/// The same where the return type does not tell what the future evaluates to, as it has an
/// `impl Trait`: `make` does, so that its type is known where `outcome` is compiled.
#[inline]
pub fn unmade_opaque<const TRACKED: bool, M, F, O, R>(
    site: &'static Callsite,
    make: M,
    outcome: O,
) -> Unmade<CallOf<TRACKED, O>, M>
where
    M: FnOnce() -> F,
    F: Future<Output = R>,
    O: Fn(&R) -> Verdict,
{
    unmade(CallOf { site, outcome }, make)
}

impl<C, F, M: FnOnce() -> F> Unmade<C, M> {
    /// The call, and its future.
    #[inline]
    pub(crate) fn made(self) -> (C, F) {
        (self.call, (self.make)())
    }
}

impl<const TRACKED: bool, O, F, M> IntoFuture for Unmade<CallOf<TRACKED, O>, M>
where
    M: FnOnce() -> F,
    F: Future,
    O: Fn(&F::Output) -> Verdict,
{
    type Output = F::Output;
    type IntoFuture = Instrumented<F, O, AsyncCall<TRACKED>>;

    #[inline]
    fn into_future(self) -> Self::IntoFuture {
        let (call, body) = self.made();
        instrument(call, body)
    }
}

/// The type of what a future evaluates to, for a body in which its name may mean another.
///
/// Not `Copy`, so that a block takes it that borrows what it can.
#[derive(Debug)]
pub struct Output<R>(PhantomData<fn() -> R>);

impl<R> Output<R> {
    /// The type, without a value.
    pub const NEW: Self = Self(PhantomData);

    /// A value that is never made.
    #[cold]
    pub fn never(self) -> R {
        #[expect(clippy::empty_loop, reason = "it is never called")]
        loop {}
    }
}

pin_project! {
    /// A future whose value is written before it is passed on.
    #[must_use = "futures do nothing unless polled"]
    pub struct Recorded<F, W> {
        #[pin]
        future: F,
        record: W,
    }
}

/// Returns `future`, with `record` called for its value. Around a call, so that the time for
/// it does not count.
#[inline]
pub fn recorded<F: Future, W: Fn(&F::Output)>(future: F, record: W) -> Recorded<F, W> {
    Recorded { future, record }
}

impl<F: Future, W: Fn(&F::Output)> Future for Recorded<F, W> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let polled = this.future.poll(context);
        if let Poll::Ready(value) = &polled {
            (this.record)(value);
        }
        polled
    }
}

/// Passes on what a function returns after a change that keeps its type.
#[inline]
pub fn rewrap<T>(value: T, wrap: impl FnOnce(T) -> T) -> T {
    wrap(value)
}

impl<const TRACKED: bool, F, O> Future for Instrumented<F, O, AsyncCall<TRACKED>>
where
    F: Future,
    O: Fn(&F::Output) -> Verdict,
{
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let (flight, around) = this.call.resume();
        let unwinding = Unwinding::<TRACKED> {
            flight,
            around,
            call: this.call,
        };
        let polled = this.body.poll(context);
        if let Poll::Ready(value) = &polled {
            let verdict = (this.outcome)(value);
            unwinding.call.end();
            mem::forget(unwinding);
            if flight.is_counted() {
                flight.end::<TRACKED>(around, verdict);
            }
        } else {
            thread::set_caller(around);
            unwinding.call.suspend(flight);
            mem::forget(unwinding);
        }
        polled
    }
}

/// The call while its future is not polled.
///
/// Two words, as each future around it has them, too.
#[derive(Debug)]
pub struct AsyncCall<const TRACKED: bool>(State);

#[derive(Debug)]
enum State {
    /// Before the end of the first poll; `None` after the last.
    Idle(Option<&'static Callsite>),
    Begun(Suspended),
}

impl<const TRACKED: bool> AsyncCall<TRACKED> {
    /// A call that has not begun.
    #[inline]
    pub(crate) fn new(site: &'static Callsite) -> Self {
        Self(State::Idle(Some(site)))
    }

    /// Makes the call the innermost, and returns it with the one that was. After the end it
    /// is one that is not counted.
    #[inline]
    pub(crate) fn resume(&self) -> (Flight, u32) {
        match self.0 {
            State::Begun(suspended) => {
                let flight = Flight::from(suspended);
                (flight, flight.resume())
            }
            State::Idle(Some(site)) => {
                let flight = Flight::begin::<TRACKED>(site);
                (flight, flight.caller())
            }
            State::Idle(None) => Flight::uncounted(),
        }
    }

    /// Keeps the call for the polls after the first.
    #[inline]
    pub(crate) fn suspend(&mut self, flight: Flight) {
        self.0 = State::Begun(flight.into());
    }

    /// Lets the call go, which is counted by other means.
    #[inline]
    pub(crate) fn end(&mut self) {
        self.0 = State::Idle(None);
    }
}

impl<const TRACKED: bool> Drop for AsyncCall<TRACKED> {
    #[inline]
    fn drop(&mut self) {
        if let State::Begun(suspended) = self.0 {
            let flight = Flight::from(suspended);
            if flight.is_counted() {
                flight.cancel::<TRACKED>();
            }
        }
    }
}

/// Dropped only while the stack unwinds.
struct Unwinding<'a, const TRACKED: bool> {
    flight: Flight,
    /// The innermost call around this poll, not necessarily the one around the first.
    around: u32,
    call: &'a mut AsyncCall<TRACKED>,
}

impl<const TRACKED: bool> Drop for Unwinding<'_, TRACKED> {
    // Inlined, so that the call stays in registers.
    #[inline]
    fn drop(&mut self) {
        self.call.end();
        if !self.flight.is_counted() {
            return;
        }
        self.flight.unwind::<TRACKED>(self.around);
    }
}
