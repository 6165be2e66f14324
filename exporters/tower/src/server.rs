//! The callee's side: who called, out of the requests that come in.

use std::{
    collections::BTreeSet,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use autometrics_core::{CalledFrom, CurrentCall, RefusedCaller};
use http::{HeaderMap, Request};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use crate::baggage;

/// Makes the function that sent a request the caller of what the request calls.
///
/// Who it is says the request's header `baggage`, as [`ClientLayer`](crate::ClientLayer) writes it.
/// The first decorated functions that the request reaches have it as their caller, with
/// `caller_service`; those which they call have them, as ever. What runs after the response's
/// head, such as a body that is a stream, is called by nobody. Without such a
/// header nothing is different.
///
/// Anybody can write a header, so it is believed only when
///
/// - the whole baggage is as [W3C's grammar][grammar] has it and within 64 members and 8192 bytes, in
///   one header or several;
/// - it has `autometrics.service` and `autometrics.function`, and none of ours twice. `autometrics.module`
///   may be missing; properties behind `;` mean nothing;
/// - their values are percent-encoded UTF-8, not empty, without control characters, and of
///   at most 128 bytes (service) or 256;
/// - the service is one of those expected, see [`accept_from`](Self::accept_from);
/// - there are not 1,000 others already.
///
/// Otherwise the request goes on as if it had none, and is counted in
/// `autometrics_refused_callers_total`.
///
/// [grammar]: https://www.w3.org/TR/baggage/#header-content
#[derive(Clone, Debug, Default)]
pub struct ServerLayer {
    options: Arc<Options>,
}

#[derive(Clone, Debug, Default)]
struct Options {
    /// `None`: all.
    services: Option<BTreeSet<String>>,
    strip: bool,
}

impl ServerLayer {
    /// Believes every service, and leaves the request as it is.
    pub fn new() -> Self {
        Self::default()
    }

    /// Believes `services` alone, by their exact names; without any, none.
    ///
    /// Set this, at the latest where requests come from people: a program keeps 1,000 callers of other
    /// programs for as long as it runs, and each is a series of the functions that
    /// it calls. Whoever makes up that many leaves no room for the real ones. It is no
    /// proof of who sent a request: a stranger who knows the name of a service can
    /// still use it. Where strangers can send requests at all, have
    /// the header taken away at the edge.
    ///
    /// ```
    /// let layer = autometrics_tower::ServerLayer::new().accept_from(["web", "app"]);
    /// ```
    #[must_use]
    pub fn accept_from<S: Into<String>>(mut self, services: impl IntoIterator<Item = S>) -> Self {
        let services = services.into_iter().map(Into::into).collect();
        Arc::make_mut(&mut self.options).services = Some(services);
        self
    }

    /// Takes our members out of the baggage before the request goes on, also when they
    /// are refused, for programs that pass a baggage on to others.
    #[must_use]
    pub fn strip(mut self) -> Self {
        Arc::make_mut(&mut self.options).strip = true;
        self
    }
}

impl<S> Layer<S> for ServerLayer {
    type Service = ServerService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ServerService {
            inner,
            options: Arc::clone(&self.options),
        }
    }
}

/// A server that knows who called; made by [`ServerLayer`].
#[derive(Clone, Debug)]
pub struct ServerService<S> {
    inner: S,
    options: Arc<Options>,
}

impl<S, B> Service<Request<B>> for ServerService<S>
where
    S: Service<Request<B>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let caller = self
            .options
            .caller(request.headers())
            .unwrap_or_else(|refused| {
                refused.count();
                None
            });
        if self.options.strip {
            baggage::replace(request.headers_mut(), None);
        }
        let work = match caller {
            // What the service does before it has a future is called as well.
            Some(caller) => Work::Called {
                future: caller.around(caller.run(|| self.inner.call(request))),
            },
            None => Work::Plain {
                future: self.inner.call(request),
            },
        };
        ResponseFuture { work }
    }
}

impl Options {
    fn caller(&self, headers: &HeaderMap) -> Result<Option<CurrentCall>, RefusedCaller> {
        let Some(caller) = baggage::caller(headers)? else {
            return Ok(None);
        };
        let expected = self.services.as_ref();
        if expected.is_some_and(|services| !services.contains(&*caller.service)) {
            return Err(RefusedCaller::new(
                "its service is not one of those expected",
            ));
        }
        CurrentCall::remote(&caller).map(Some)
    }
}

pin_project! {
    /// The response to come, whose work has the caller that the request named.
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

impl<F: Future> Future for ResponseFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        match self.project().work.project() {
            Pinned::Called { future } => future.poll(context),
            Pinned::Plain { future } => future.poll(context),
        }
    }
}
