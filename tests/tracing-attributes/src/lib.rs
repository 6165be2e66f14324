//! Parts of an unpublished crate that the tests of `tracing-attributes` use.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
};

/// A future that is ready at a given poll.
#[derive(Debug)]
pub struct PollN<T, E> {
    and_return: Option<Result<T, E>>,
    left: usize,
}

impl PollN<(), ()> {
    /// Returns a future that is ready with `Ok` at the poll number `finish_at`.
    pub fn new_ok(finish_at: usize) -> Self {
        Self {
            and_return: Some(Ok(())),
            left: finish_at,
        }
    }

    /// Returns a future that is ready with `Err` at the poll number `finish_at`.
    pub fn new_err(finish_at: usize) -> Self {
        Self {
            and_return: Some(Err(())),
            left: finish_at,
        }
    }
}

impl<T: Unpin, E: Unpin> Future for PollN<T, E> {
    type Output = Result<T, E>;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        self.left = self.left.saturating_sub(1);
        let result = if self.left == 0 {
            self.and_return.take()
        } else {
            None
        };
        match result {
            Some(result) => Poll::Ready(result),
            None => Poll::Pending,
        }
    }
}

/// Polls a future in a loop until it is ready.
pub fn block_on_future<F: Future>(future: F) -> F::Output {
    let mut future = Box::pin(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}
