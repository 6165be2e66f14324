//! Layer for servers: reads the caller and its flow from incoming requests.

use std::{
    collections::BTreeSet,
    sync::Arc,
    task::{Context, Poll},
};

use autometrics_core::{CurrentCall, RefusedCaller};
use http::{HeaderMap, Request};
use tower_layer::Layer;
use tower_service::Service;

use crate::{
    ResponseFuture,
    baggage::{self, Sender},
};

/// Layer for servers that makes the function that sent a request the caller of the functions that
/// handle it.
///
/// The caller comes from the request's header `baggage`, as [`ClientLayer`](crate::ClientLayer)
/// writes it. It becomes the remote caller, with label `caller_service`, of the first instrumented
/// functions that the request reaches. Functions that these call have them as their caller, as
/// usual. Code that runs after the response's head, such as a streamed body, has no caller.
/// Requests without such a header are handled as without this layer.
///
/// Anybody can write a header, so a caller is accepted only if all of these hold:
///
/// - The whole baggage, in one header or several, follows [W3C's grammar][grammar] and has at most
///   64 members and 8192 bytes.
/// - It has `autometrics.service` and `autometrics.function`, and none of our members twice.
///   `autometrics.module` may be missing. Properties after `;` are ignored.
/// - Values are percent-encoded UTF-8 without control characters and have at most 128 bytes
///   (service) or 256 bytes (module, function). Service and function are not empty.
/// - The service is one of those allowed by [`accept_from`](Self::accept_from).
/// - The program does not have 1,000 other remote callers already.
///
/// Otherwise the request is handled as if it had no caller, and is counted in
/// `autometrics_refused_callers_total`.
///
/// If this program counts [flows](autometrics_core::Settings::flows), the request also goes on in
/// the flow of an accepted caller, `autometrics.flow`, so that one flow reaches through several
/// programs. Its name follows the rules of the caller's, except that it is cut to 256 bytes. An
/// invalid name, or two of them, are ignored: the caller is accepted without a flow. Names of other
/// programs count towards this program's limit of flows.
///
/// [grammar]: https://www.w3.org/TR/baggage/#header-content
#[derive(Clone, Debug, Default)]
pub struct ServerLayer {
    options: Arc<Options>,
}

#[derive(Clone, Debug, Default)]
struct Options {
    /// Names of accepted services, or `None` for all.
    services: Option<BTreeSet<String>>,
    strip: bool,
}

impl ServerLayer {
    /// Returns a layer that accepts callers from every service, and leaves requests unchanged.
    pub fn new() -> Self {
        Self::default()
    }

    /// Accepts callers only from `services`, by their exact names. With an empty list it accepts
    /// none.
    ///
    /// Set this if requests come from users. A program keeps up to 1,000 remote callers as long as
    /// it runs, and each is a series of the functions that it calls. Whoever makes up that many
    /// leaves no room for real ones.
    ///
    /// This does not prove who sent a request: a stranger who knows the name of a service can still
    /// use it. If strangers can send requests, have the header removed at the edge of your network.
    ///
    /// ```
    /// let layer = autometrics::tower_service_0_3::ServerLayer::new().accept_from(["web", "app"]);
    /// ```
    #[must_use]
    pub fn accept_from<S: Into<String>>(mut self, services: impl IntoIterator<Item = S>) -> Self {
        let services = services.into_iter().map(Into::into).collect();
        Arc::make_mut(&mut self.options).services = Some(services);
        self
    }

    /// Removes our members from the baggage before the request is handled, also those of a caller
    /// that is refused. For programs that pass a baggage on to others.
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

/// Service whose functions get the caller of a request. [`ServerLayer`] creates it.
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
        ResponseFuture::new(caller, || self.inner.call(request))
    }
}

impl Options {
    /// Returns the call in which a request with these headers runs; `None` without a caller.
    fn caller(&self, headers: &HeaderMap) -> Result<Option<CurrentCall>, RefusedCaller> {
        let Some(Sender { caller, flow }) = baggage::sender(headers)? else {
            return Ok(None);
        };
        let expected = self.services.as_ref();
        if expected.is_some_and(|services| !services.contains(&*caller.service)) {
            return Err(RefusedCaller::new("its service is not in `accept_from`"));
        }
        let call = CurrentCall::remote(&caller)?;
        // A flow that was named around this layer goes on if the request carries none.
        Ok(Some(match flow.or_else(|| CurrentCall::get().flow()) {
            Some(flow) => call.in_flow(&flow),
            None => call,
        }))
    }
}
