//! Handlers for axum 0.8, and verdicts of its answers.
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
//! Judged by their status are `Response`, `StatusCode`, `Parts`, tuples that begin with one of
//! them, and `ErrorResponse`, the error of `axum::response::Result`, each as the returned
//! value or in a `Result`, also behind `impl IntoResponse`. An error type of your own says it
//! with [`ResultLabels`](derive@crate::ResultLabels): `IntoResponse` tells the status by value
//! only, and what was returned is judged by reference.

use axum::http::{HeaderMap, Response};

/// Answers a scrape with the program's metrics, in the format that it asks for.
///
/// A server that a browser on the same machine reaches checks `Host` itself, or uses
/// [`prometheus::serve`](crate::prometheus::serve), which does.
#[expect(clippy::unused_async, reason = "handlers of axum are async")]
pub async fn metrics(headers: HeaderMap) -> Response<String> {
    crate::prometheus::response(&headers)
}

/// Returns routes that serve the explorer's page at `path`, for [`Router::merge`], and begins
/// to sample.
///
/// ```
/// use autometrics::axum_0_8;
/// use axum::Router;
///
/// let app: Router = Router::new().merge(axum_0_8::explorer("/explorer"));
/// ```
///
/// Requests for addresses, `localhost` and names in `AUTOMETRICS_HOSTS` are answered.
///
/// # Panics
///
/// As `axum::Router::route`, when `path` has captures or wildcards that axum refuses.
///
/// [`Router::merge`]: axum::Router::merge
#[cfg(feature = "explorer")]
pub fn explorer<S>(path: &str) -> axum::Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    use axum::{body::Body, extract::Request, routing::any};

    async fn explore(request: Request) -> Response<Body> {
        crate::explorer::handle(&request).map(Body::from)
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
