//! Layer for servers: names the flow of a request.

use std::{
    fmt,
    future::Future,
    task::{Context, Poll},
};

use autometrics_core::CurrentCall;
use http::Request;
use tower_layer::Layer;
use tower_service::Service;

use crate::ResponseFuture;

/// Layer that runs each request in the flow that a function names, such as its route.
///
/// The function returns the name, or `None` to leave the flow as it is. It runs only for requests
/// that are in no flow yet: the flow from another program, which a [`ServerLayer`](crate::ServerLayer)
/// around this layer accepts, stays.
///
/// Names must be limited: return the template of the route, `GET /orders/{id}`, and never the path of
/// the request. A program keeps up to [`Settings::flows`](autometrics_core::Settings::flows) of them
/// as long as it runs, and counts the others as `__overflow__`. Without that setting the layer
/// changes nothing.
///
/// For axum and actix-web, `autometrics` has functions that read the template from the router:
/// `axum_0_8::flow` and `actix_web_4::flow`.
///
/// ```
/// use std::convert::Infallible;
///
/// use autometrics::{CurrentCall, Settings, tower_service_0_3::FlowLayer};
/// use http::Request;
/// use tower::{Layer as _, ServiceExt as _, service_fn};
///
/// fn route(request: &Request<()>) -> Option<&'static str> {
///     match request.uri().path().split('/').nth(1)? {
///         "orders" => Some("GET /orders/{id}"),
///         _ => None,
///     }
/// }
///
/// let service = service_fn(async |_| Ok::<_, Infallible>(CurrentCall::get().flow()));
/// let service = FlowLayer::new(route).layer(service);
/// # Settings::new().flows(50).apply()?;
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// let flow = runtime.block_on(service.oneshot(Request::get("/orders/7").body(())?))?;
/// assert_eq!(flow.as_deref(), Some("GET /orders/{id}"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct FlowLayer<F> {
    name: F,
}

impl<F> FlowLayer<F> {
    /// Returns a layer that names the flow of a request with `name`, a function from `&Request<B>` to
    /// `Option` of a text.
    pub const fn new(name: F) -> Self {
        Self { name }
    }
}

impl<F> fmt::Debug for FlowLayer<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FlowLayer").finish_non_exhaustive()
    }
}

impl<S, F: Clone> Layer<S> for FlowLayer<F> {
    type Service = FlowService<S, F>;

    fn layer(&self, inner: S) -> Self::Service {
        FlowService {
            inner,
            name: self.name.clone(),
        }
    }
}

/// Service whose requests run in a flow. [`FlowLayer`] creates it.
#[derive(Clone, Copy)]
pub struct FlowService<S, F> {
    inner: S,
    name: F,
}

impl<S: fmt::Debug, F> fmt::Debug for FlowService<S, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("FlowService");
        fields.field("inner", &self.inner).finish_non_exhaustive()
    }
}

impl<S, B, F, N> Service<Request<B>> for FlowService<S, F>
where
    S: Service<Request<B>, Future: Future>,
    F: Fn(&Request<B>) -> Option<N>,
    N: AsRef<str>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let current = CurrentCall::get();
        let name = if current.has_flow() {
            None
        } else {
            (self.name)(&request)
        };
        let call = name.map(|name| current.in_flow(name.as_ref()));
        ResponseFuture::new(call, || self.inner.call(request))
    }
}
