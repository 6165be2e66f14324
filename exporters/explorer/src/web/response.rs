//! Responses in JSON and other types.

use http::{HeaderValue, Response, StatusCode, header::CONTENT_TYPE};
use serde::Serialize;

pub(super) const JSON: &str = "application/json";

/// Refusal of a request.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Error"))]
pub(super) struct Problem {
    /// The problem and its remedy.
    error: String,
}

/// Returns an error response. `error` names the problem and the remedy.
pub(crate) fn refusal(status: StatusCode, error: String) -> Response<Vec<u8>> {
    let mut response = json(&Problem { error });
    *response.status_mut() = status;
    response
}

/// Returns a response with `value` in JSON.
pub(super) fn json<T: Serialize>(value: &T) -> Response<Vec<u8>> {
    // Serialization fails only for maps whose keys are not strings, and there are none.
    typed(serde_json::to_vec(value).unwrap_or_default(), JSON)
}

/// Returns a response with this body and type.
pub(super) fn typed(body: Vec<u8>, content_type: &'static str) -> Response<Vec<u8>> {
    let mut response = Response::new(body);
    let content_type = HeaderValue::from_static(content_type);
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}
