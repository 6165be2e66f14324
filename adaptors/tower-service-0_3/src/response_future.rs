//! Future of a response that is polled in a call.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use autometrics_core::{CalledFrom, CurrentCall};
use pin_project_lite::pin_project;

pin_project! {
    /// Future of a response. The remote caller and the flow of the request apply while it is polled.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        #[pin]
        work: Work<F>,
    }
}

pin_project! {
    #[project = Pinned]
    #[derive(Debug)]
    enum Work<F> {
        Called { #[pin] future: CalledFrom<F> },
        Plain { #[pin] future: F },
    }
}

impl<F: Future> ResponseFuture<F> {
    /// Creates the future that `begin` returns. `begin` runs in `call`, too, so that the call also
    /// applies to code that a service runs before it returns a future.
    pub(crate) fn new(call: Option<CurrentCall>, begin: impl FnOnce() -> F) -> Self {
        let work = match call {
            Some(call) => Work::Called {
                future: call.around(call.run(begin)),
            },
            None => Work::Plain { future: begin() },
        };
        Self { work }
    }
}

impl<F: Future> Future for ResponseFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        match self.project().work.project() {
            Pinned::Called { future } => future.poll(context),
            Pinned::Plain { future } => future.poll(context),
        }
    }
}
