//! A call of an asynchronous function, from its first poll to its end.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;

use crate::{
    callsite::Callsite,
    cells::{Key, Kind},
    clock::Start,
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
    pub struct Instrumented<F, O> {
        #[pin]
        body: F,
        outcome: O,
        call: AsyncCall,
    }
}

/// Wraps the body of a decorated `async fn`.
#[inline]
pub fn instrument<F, O>(site: &'static Callsite, body: F, outcome: O) -> Instrumented<F, O>
where
    F: Future,
    O: Fn(&F::Output) -> Kind,
{
    Instrumented {
        body,
        outcome,
        call: AsyncCall { site, flight: None },
    }
}

impl<F, O> Future for Instrumented<F, O>
where
    F: Future,
    O: Fn(&F::Output) -> Kind,
{
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let poll = this.call.enter();
        let value = match this.body.poll(context) {
            Poll::Ready(value) => value,
            Poll::Pending => {
                poll.leave();
                return Poll::Pending;
            }
        };
        let kind = (this.outcome)(&value);
        poll.end(kind);
        Poll::Ready(value)
    }
}

struct AsyncCall {
    site: &'static Callsite,
    /// `None` before the first poll and after the last.
    flight: Option<Flight>,
}

/// A call that has begun.
#[derive(Clone, Copy)]
struct Flight {
    callee: u32,
    caller: u32,
    start: Start,
}

/// One poll of a call. Dropping it counts a panic: it is then the stack that unwinds.
struct Polled<'a> {
    call: &'a mut AsyncCall,
    flight: Flight,
    /// The innermost call around this poll, not necessarily the one around the first.
    around: u32,
}

impl AsyncCall {
    #[inline]
    fn enter(&mut self) -> Polled<'_> {
        match self.flight {
            Some(flight) => {
                let around = thread::swap_caller(flight.callee);
                Polled {
                    call: self,
                    flight,
                    around,
                }
            }
            None => self.begin(),
        }
    }

    #[inline]
    fn begin(&mut self) -> Polled<'_> {
        let callee = self.site.id();
        if self.site.about.concurrency {
            thread::record_begun(callee);
        }
        let around = thread::swap_caller(callee);
        // Last, so that our own work is not part of the latency.
        let flight = Flight {
            callee,
            caller: around,
            start: Start::now(),
        };
        self.flight = Some(flight);
        Polled {
            call: self,
            flight,
            around,
        }
    }

    #[inline]
    fn landed(&mut self, flight: Flight) {
        self.flight = None;
        if self.site.about.concurrency {
            thread::record_landed(flight.callee);
        }
    }
}

impl Polled<'_> {
    #[inline]
    fn leave(self) {
        thread::swap_caller(self.around);
        std::mem::forget(self);
    }

    #[inline]
    fn end(mut self, kind: Kind) {
        self.count(kind);
        std::mem::forget(self);
    }

    #[inline]
    fn count(&mut self, kind: Kind) {
        thread::record(
            Key::new(self.flight.callee, self.flight.caller, kind),
            self.flight.start,
        );
        thread::swap_caller(self.around);
        self.call.landed(self.flight);
    }
}

impl Drop for Polled<'_> {
    #[cold]
    fn drop(&mut self) {
        self.count(Kind::Panic);
    }
}

impl Drop for AsyncCall {
    #[inline]
    fn drop(&mut self) {
        if let Some(flight) = self.flight {
            thread::record_cancelled(flight.callee);
            self.landed(flight);
        }
    }
}
