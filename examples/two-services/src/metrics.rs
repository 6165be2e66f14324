//! The route that both services have.

use autometrics::prometheus;
use axum::{body::Body, http::HeaderMap, response::Response};

/// What the service has recorded.
pub(crate) async fn show(headers: HeaderMap) -> Response {
    prometheus::response(&headers).map(Body::from)
}
