//! Handlers for axum 0.8, and classification of its responses by their status.
//!
//! ```
//! use autometrics::{axum_0_8, instrument_fn};
//! use axum::{Router, http::StatusCode, routing::get};
//!
//! // `error="503"`: the status is the kind of the error. 4xx is none.
//! #[instrument_fn]
//! async fn stock() -> Result<&'static str, StatusCode> {
//!     Err(StatusCode::SERVICE_UNAVAILABLE)
//! }
//!
//! let app: Router = Router::new()
//!     .route("/stock", get(stock))
//!     .route("/metrics", get(axum_0_8::metrics));
//! ```
//!
//! These types are classified by their status: `Response`, `StatusCode`, `Parts`, tuples that begin
//! with one of them, and `ErrorResponse`, the error of `axum::response::Result`. Each may be the
//! returned value or inside a `Result`, also behind `impl IntoResponse`.
//!
//! # Types of your own
//!
//! A type of your own that implements `IntoResponse` counts as an error in `Err` and as ok
//! elsewhere, regardless of its status, unless it implements
//! [`ResultLabels`](trait@crate::ResultLabels): `IntoResponse` consumes the value, and a returned
//! value is classified by reference. `StatusCode` implements `ResultLabels`, so an error type with
//! a method for its status needs one line, and label and status cannot differ:
//!
//! ```
//! use autometrics::{ResultLabel, ResultLabels, instrument_fn};
//! use axum::{
//!     http::StatusCode,
//!     response::{IntoResponse, Response},
//! };
//!
//! enum StockError {
//!     NoSuchProduct,
//!     Closed,
//! }
//!
//! impl StockError {
//!     fn status(&self) -> StatusCode {
//!         match self {
//!             Self::NoSuchProduct => StatusCode::NOT_FOUND,
//!             Self::Closed => StatusCode::SERVICE_UNAVAILABLE,
//!         }
//!     }
//! }
//!
//! impl IntoResponse for StockError {
//!     fn into_response(self) -> Response {
//!         self.status().into_response()
//!     }
//! }
//!
//! impl ResultLabels for StockError {
//!     fn result_label(&self) -> Option<ResultLabel> {
//!         self.status().result_label()
//!     }
//! }
//!
//! #[instrument_fn] // `NoSuchProduct` is ok, `Closed` is error="503"
//! async fn stock(id: u64) -> Result<String, StockError> {
//!     Err(if id == 0 { StockError::NoSuchProduct } else { StockError::Closed })
//! }
//! # let _ = stock(0);
//! ```
//!
//! With `#[derive(ResultLabels)]`, variants carry the same information as attributes:
//! `#[label(result = "ok")]` and `#[label(error = "503")]`.

use axum::{
    body::Body,
    extract::{MatchedPath, Request},
    http::{HeaderMap, Response},
    middleware::Next,
};

use crate::{CurrentCall, route_name::route_name};

/// Answers a scrape with the program's metrics, in the format that the request's headers prefer.
///
/// With feature `prometheus-exporter-gzip` the response is compressed if the scraper accepts that.
///
/// The handler accepts every `Host`, because it does not know the names of a public server. If a
/// browser on the same machine or network can reach the server, a foreign site can read the page by
/// DNS rebinding. To prevent that, check `Host` with [`Hosts`](crate::prometheus::Hosts), or use
/// [`prometheus::serve`](crate::prometheus::serve), which checks it:
///
/// ```
/// use autometrics::{axum_0_8, prometheus::Hosts};
/// use axum::{
///     extract::Request,
///     http::StatusCode,
///     response::{IntoResponse, Response},
/// };
///
/// /// Answers for addresses, `localhost` and the names in `AUTOMETRICS_HOSTS`.
/// async fn metrics(request: Request) -> Response {
///     match Hosts::from_env().check(&request) {
///         Ok(()) => axum_0_8::metrics(request.headers().clone()).await.into_response(),
///         Err(_) => StatusCode::MISDIRECTED_REQUEST.into_response(),
///     }
/// }
/// # let _ = metrics;
/// ```
#[expect(clippy::unused_async, reason = "handlers of axum are async")]
pub async fn metrics(headers: HeaderMap) -> Response<Body> {
    crate::prometheus::response(&headers).map(Body::from)
}

/// Middleware that runs each request in the flow of its route, such as `GET /orders/{id}`.
///
/// The name consists of the method and the template of the route, never of the path, so there are as
/// many flows as routes and methods. Methods that HTTP does not define are `_OTHER`. It needs
/// [`Settings::flows`](crate::Settings::flows); without it, nothing changes.
///
/// ```
/// use autometrics::axum_0_8;
/// use axum::{Router, middleware::from_fn, routing::get};
///
/// let app: Router = Router::new()
///     .route("/orders/{id}", get(async || "an order"))
///     .layer(from_fn(axum_0_8::flow));
/// ```
///
/// - Only requests whose route the router knows are named: put the layer on a [`Router`], with `layer`
///   or `route_layer`, after the routes. Around the whole router, as in `from_fn(flow).layer(router)`,
///   no route is known yet, and the flow does not change. The same holds for fallbacks, and for
///   services behind `nest_service`.
/// - Routes of nested routers have the whole template, `GET /shop/orders/{id}`, whether the layer is on
///   the inner or the outer router.
/// - A request that is in a flow already stays in it. That is how one flow goes over several programs:
///   with `tower_service_0_3::ServerLayer`, the flow of the calling program.
/// - A known route with a method that it does not handle, status 405, is a flow as well. To avoid those
///   flows, use [`MethodRouter::route_layer`].
///
/// [`Router`]: axum::Router
/// [`MethodRouter::route_layer`]: axum::routing::MethodRouter::route_layer
pub async fn flow(request: Request, next: Next) -> Response<Body> {
    let current = CurrentCall::get();
    let route = request.extensions().get::<MatchedPath>();
    let Some(route) = route.filter(|_| !current.has_flow()) else {
        return next.run(request).await;
    };
    let name = route_name(request.method().as_str(), route.as_str());
    current.in_flow(&name).around(next.run(request)).await
}

/// Returns routes for [`Router::merge`] that serve the explorer's page at `path`, and starts the
/// explorer's sampling.
///
/// ```
/// use autometrics::axum_0_8;
/// use axum::Router;
///
/// let app: Router = Router::new().merge(axum_0_8::explorer("/explorer"));
/// ```
///
/// The page answers requests whose `Host` is an IP address, `localhost` or a name in
/// `AUTOMETRICS_HOSTS`. With feature `explorer-mcp`, agents ask at `mcp` below `path`.
///
/// # Panics
///
/// Panics as `axum::Router::route` does, if `path` has captures or wildcards that axum rejects.
///
/// [`Router::merge`]: axum::Router::merge
#[cfg(feature = "explorer")]
pub fn explorer<S>(path: &str) -> axum::Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    use axum::routing::any;

    #[cfg(not(feature = "explorer-mcp"))]
    async fn explore(request: Request) -> Response<Body> {
        crate::explorer::handle(&request).map(Body::from)
    }

    #[cfg(feature = "explorer-mcp")]
    async fn explore(request: Request) -> Response<Body> {
        use axum::http::StatusCode;

        let (head, body) = request.into_parts();
        let body = axum::body::to_bytes(body, crate::explorer::MCP_MAX_BODY);
        let Ok(body) = body.await else {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
            return response;
        };
        let request = Request::from_parts(head, body);
        crate::explorer::handle_with_body(&request).map(Body::from)
    }

    crate::explorer::start();
    let path = path.trim_matches('/');
    let mount = if path.is_empty() {
        String::new()
    } else {
        format!("/{path}")
    };
    let router = axum::Router::new()
        .route(&format!("{mount}/"), any(explore))
        .route(&format!("{mount}/{{*path}}"), any(explore));
    if mount.is_empty() {
        router
    } else {
        router.route(&mount, any(explore))
    }
}
