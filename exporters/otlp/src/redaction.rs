//! Endpoints in messages, without the parts that may be secret.

use http::Uri;

/// Formats `endpoint` without user, password and query, which may be secret.
pub(crate) fn redacted(endpoint: &Uri) -> String {
    let port = endpoint.port_u16().map(|port| format!(":{port}"));
    format!(
        "{}://{}{}{}",
        endpoint.scheme_str().unwrap_or_default(),
        endpoint.host().unwrap_or_default(),
        port.unwrap_or_default(),
        endpoint.path().trim_end_matches('/')
    )
}
