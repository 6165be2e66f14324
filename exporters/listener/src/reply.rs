//! Encodes the head of an answer, and answers for refused requests.

use std::fmt::Write as _;

use http::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderValue, Response, StatusCode};

/// Returns the answer to a request that does not reach the handler.
pub(crate) fn refusal(status: StatusCode) -> Response<Vec<u8>> {
    let reason = status.canonical_reason().unwrap_or_default();
    let mut response = Response::new(format!("{}\n", reason.to_lowercase()).into_bytes());
    *response.status_mut() = status;
    let content_type = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}

/// Encodes status line and headers of `response`. `X-Content-Type-Options: nosniff` is added, so
/// that browsers do not guess another content type.
pub(crate) fn head(response: &Response<Vec<u8>>, stays_open: bool) -> Vec<u8> {
    let status = response.status();
    let reason = status.canonical_reason().unwrap_or_default();
    let mut head = format!("HTTP/1.1 {} {reason}\r\n", status.as_str());
    let connection = if stays_open { "keep-alive" } else { "close" };
    // Writing to a string does not fail.
    let _ = write!(
        head,
        "{CONTENT_LENGTH}: {}\r\n{CONNECTION}: {connection}\r\n",
        response.body().len(),
    );
    let mut head = head.into_bytes();
    for (name, value) in response.headers() {
        if [CONTENT_LENGTH, CONNECTION, TRANSFER_ENCODING].contains(name) {
            continue;
        }
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    if !response.headers().contains_key(X_CONTENT_TYPE_OPTIONS) {
        head.extend_from_slice(b"x-content-type-options: nosniff\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}
