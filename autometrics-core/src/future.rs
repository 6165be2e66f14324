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
    call::{CallInProgress, Suspended},
    callsite::Callsite,
    cells::Scope,
    outcome::Verdict,
    thread,
};

pin_project! {
    /// The body of an instrumented `async fn`, counted when it completes or is dropped.
    ///
    /// The call begins at the first poll: a future that is dropped before it is not counted. The
    /// call is the innermost call of the thread only during a poll, so other tasks on the thread
    /// never have it as their caller.
    #[must_use = "futures do nothing unless polled"]
    pub struct Instrumented<F, O, C> {
        #[pin]
        body: F,
        outcome: O,
        call: C,
    }
}

/// Callsite and classification of a call whose future does not exist yet. The call begins at the
/// first poll.
#[derive(Debug)]
pub struct CallOf<const TRACKED: bool, O> {
    site: &'static Callsite,
    outcome: O,
}

/// Returns the call of a future with the output `R`. If `TRACKED` is `true`, calls in flight are
/// counted.
#[inline]
pub fn call_of<const TRACKED: bool, R, O: Fn(&R) -> Verdict>(
    site: &'static Callsite,
    outcome: O,
) -> CallOf<TRACKED, O> {
    CallOf { site, outcome }
}

/// Attaches `call` to the body of an instrumented `async fn`, or to the future that a function
/// returns.
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

/// Instruments `body` for functions whose return type contains `impl Trait` and therefore does not
/// determine the output type. `body` comes before `outcome`, so that its output type is known when
/// `outcome` is compiled.
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

/// The body of an `async fn`, as a closure that creates it, and the call to attach to it.
///
/// The future is created at the place where it is polled and exists nowhere else on the stack:
/// without optimisation, each step on the way would reserve space for the whole future.
#[derive(Debug)]
pub struct DeferredCall<C, M> {
    call: C,
    make: M,
}

/// Returns the call of the future that `make` creates.
#[inline]
pub fn defer<C, M>(call: C, make: M) -> DeferredCall<C, M> {
    DeferredCall { call, make }
}

/// Returns the call of the future that `make` creates, for functions whose return type contains
/// `impl Trait` and therefore does not determine the output type. `make` comes before `outcome`, so
/// that the type is known when `outcome` is compiled.
#[inline]
pub fn defer_opaque<const TRACKED: bool, M, F, O, R>(
    site: &'static Callsite,
    make: M,
    outcome: O,
) -> DeferredCall<CallOf<TRACKED, O>, M>
where
    M: FnOnce() -> F,
    F: Future<Output = R>,
    O: Fn(&R) -> Verdict,
{
    defer(CallOf { site, outcome }, make)
}

impl<C, F, M: FnOnce() -> F> DeferredCall<C, M> {
    /// Creates the future and returns it with its call.
    #[inline]
    pub(crate) fn create(self) -> (C, F) {
        (self.call, (self.make)())
    }
}

impl<const TRACKED: bool, O, F, M> IntoFuture for DeferredCall<CallOf<TRACKED, O>, M>
where
    M: FnOnce() -> F,
    F: Future,
    O: Fn(&F::Output) -> Verdict,
{
    type Output = F::Output;
    type IntoFuture = Instrumented<F, O, AsyncCall<TRACKED>>;

    #[inline]
    fn into_future(self) -> Self::IntoFuture {
        let (call, body) = self.create();
        instrument(call, body)
    }
}

/// The output type of a future, for a body in which the type's name may refer to another type.
///
/// Not `Copy`, so that an `async` block without `move` captures it by value.
#[derive(Debug)]
pub struct Output<R>(PhantomData<fn() -> R>);

impl<R> Output<R> {
    /// The only value, which holds no value of the type.
    pub const NEW: Self = Self(PhantomData);

    /// Gives the compiler a value of the type; never called, and would not return.
    #[cold]
    pub fn never(self) -> R {
        #[expect(clippy::empty_loop, reason = "it is never called")]
        loop {}
    }
}

pin_project! {
    /// A future whose output is passed to a closure before it is returned.
    #[must_use = "futures do nothing unless polled"]
    pub struct WithOutputHook<F, W> {
        #[pin]
        future: F,
        record: W,
    }
}

/// Wraps `future` so that `record` is called with its output. The wrapper is around the
/// instrumented call, so the latency does not include the time of `record`.
#[inline]
pub fn with_output_hook<F: Future, W: Fn(&F::Output)>(
    future: F,
    record: W,
) -> WithOutputHook<F, W> {
    WithOutputHook { future, record }
}

impl<F: Future, W: Fn(&F::Output)> Future for WithOutputHook<F, W> {
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

/// Applies `wrap` to a returned value and returns the result, which has the same type.
#[inline]
pub fn map_same_type<T>(value: T, wrap: impl FnOnce(T) -> T) -> T {
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
        let (call, outer) = this.call.resume();
        let unwinding = Unwinding::<TRACKED> {
            call,
            outer,
            state: this.call,
        };
        let polled = this.body.poll(context);
        if let Poll::Ready(value) = &polled {
            let verdict = (this.outcome)(value);
            unwinding.state.end();
            mem::forget(unwinding);
            if call.is_counted() {
                call.end::<TRACKED>(outer, verdict);
            }
        } else {
            thread::set_scope(outer);
            unwinding.state.suspend(call);
            mem::forget(unwinding);
        }
        polled
    }
}

/// State of a call between two polls of its future.
///
/// Two words, because every enclosing future contains them as well.
#[derive(Debug)]
pub struct AsyncCall<const TRACKED: bool>(State);

#[derive(Debug)]
enum State {
    /// Before the end of the first poll; `None` after the end of the call.
    Idle(Option<&'static Callsite>),
    Begun(Suspended),
}

impl<const TRACKED: bool> AsyncCall<TRACKED> {
    /// Creates a call that has not begun.
    #[inline]
    pub(crate) fn new(site: &'static Callsite) -> Self {
        Self(State::Idle(Some(site)))
    }

    /// Makes the call the innermost, and returns it with the previous scope.
    /// After the end of the call, returns one that is not counted.
    #[inline]
    pub(crate) fn resume(&self) -> (CallInProgress, Scope) {
        match self.0 {
            State::Begun(suspended) => {
                let call = CallInProgress::from(suspended);
                (call, call.resume())
            }
            State::Idle(Some(site)) => {
                let call = CallInProgress::begin::<TRACKED>(site);
                (call, call.outer())
            }
            State::Idle(None) => CallInProgress::uncounted(),
        }
    }

    /// Stores the call until the next poll.
    #[inline]
    pub(crate) fn suspend(&mut self, call: CallInProgress) {
        self.0 = State::Begun(call.into());
    }

    /// Marks the call as ended, so that `drop` does not count it as cancelled.
    #[inline]
    pub(crate) fn end(&mut self) {
        self.0 = State::Idle(None);
    }
}

impl<const TRACKED: bool> Drop for AsyncCall<TRACKED> {
    #[inline]
    fn drop(&mut self) {
        if let State::Begun(suspended) = self.0 {
            let call = CallInProgress::from(suspended);
            if call.is_counted() {
                call.cancel::<TRACKED>();
            }
        }
    }
}

/// Counts the call as a panic when it is dropped, which happens only if the stack unwinds.
struct Unwinding<'a, const TRACKED: bool> {
    call: CallInProgress,
    /// Scope around this poll, which may differ from the one around the first
    /// poll.
    outer: Scope,
    state: &'a mut AsyncCall<TRACKED>,
}

impl<const TRACKED: bool> Drop for Unwinding<'_, TRACKED> {
    // Inlined, so that the call stays in registers.
    #[inline]
    fn drop(&mut self) {
        self.state.end();
        if !self.call.is_counted() {
            return;
        }
        self.call.unwind::<TRACKED>(self.outer);
    }
}
