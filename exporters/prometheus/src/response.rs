//! A snapshot as an HTTP response.

use autometrics_core::Snapshot;
use http::header::{ACCEPT, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderValue, Response};

use crate::{Format, encode};

/// `snapshot` as the response to a scrape whose request had `headers`.
///
/// The format is the one that the `Accept` header prefers, see
/// [`Format::from_accept`]; the status is 200.
///
/// ```
/// use autometrics_core::Snapshot;
/// use autometrics_prometheus::response_from;
///
/// let request = http::Request::get("/metrics").body(())?;
/// let response = response_from(request.headers(), &Snapshot::new("shop"));
/// assert_eq!(response.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
/// # Ok::<(), http::Error>(())
/// ```
pub fn response_from(headers: &HeaderMap, snapshot: &Snapshot) -> Response<String> {
    let format = format_for(headers);
    let mut response = Response::new(encode(snapshot, format));
    let content_type = HeaderValue::from_static(format.content_type());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, content_type);
    // Names of functions are in the text, whatever a browser would make of them.
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// The format that `headers` ask for. Several `Accept` headers are one list.
fn format_for(headers: &HeaderMap) -> Format {
    let mut ranges = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|v| v.to_str().ok());
    let Some(first) = ranges.next() else {
        return Format::from_accept(None);
    };
    let accept = ranges.fold(first.to_owned(), |list, more| list + "," + more);
    Format::from_accept(Some(&accept))
}

#[cfg(test)]
mod tests {
    use http::header::ACCEPT;
    use http::{HeaderMap, HeaderValue};

    use super::format_for;
    use crate::Format;

    #[test]
    fn several_accept_headers_are_one_list() {
        let mut headers = HeaderMap::new();
        headers.append(ACCEPT, HeaderValue::from_static("text/plain;q=0.3"));
        headers.append(
            ACCEPT,
            HeaderValue::from_static("application/openmetrics-text;q=0.5"),
        );
        assert_eq!(format_for(&headers), Format::OpenMetrics);
    }

    #[test]
    fn unreadable_accept_header_is_none() {
        let mut headers = HeaderMap::new();
        headers.append(ACCEPT, HeaderValue::from_bytes(b"text/\xfc").unwrap());
        assert_eq!(format_for(&headers), Format::Text);
    }
}
