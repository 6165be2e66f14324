//! The route for metrics, which both services have.

use autometrics::prometheus;
use axum::{body::Body, http::HeaderMap, response::Response};

/// Returns the metrics of the service.
pub(crate) async fn show(headers: HeaderMap) -> Response {
    prometheus::response(&headers).map(Body::from)
}
