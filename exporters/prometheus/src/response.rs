//! Returns a snapshot as an HTTP response.

use autometrics_core::Snapshot;
use http::header::{ACCEPT, CONTENT_TYPE, VARY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderValue, Response};

use crate::{Format, encode_to_vec, qualities};

/// Request headers that the response depends on.
const DEPENDS_ON: &str = if cfg!(feature = "gzip") {
    "accept, accept-encoding"
} else {
    "accept"
};

/// Returns `snapshot` as the response to a scrape. `headers` are those of the request.
///
/// The status is 200, and the format is the one that the `Accept` header prefers, see
/// [`Format::negotiate`]. With feature `gzip`, a page of more than 1,400 bytes is compressed if
/// `Accept-Encoding` allows it.
///
/// ```
/// use autometrics::Snapshot;
/// use autometrics::prometheus::response_from;
///
/// let request = http::Request::get("/metrics").body(())?;
/// let response = response_from(request.headers(), &Snapshot::new("shop"));
/// assert_eq!(response.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
/// # Ok::<(), http::Error>(())
/// ```
pub fn response_from(headers: &HeaderMap, snapshot: &Snapshot) -> Response<Vec<u8>> {
    respond(headers, snapshot, |format| format)
}

/// Returns `snapshot` as the response to a scrape. `choose` maps the preferred format to the one
/// that is used.
pub(crate) fn respond(
    headers: &HeaderMap,
    snapshot: &Snapshot,
    choose: impl Fn(Format) -> Format,
) -> Response<Vec<u8>> {
    let format = choose(format_for(headers));
    let mut response = Response::new(encode_to_vec(snapshot, format));
    let content_type = HeaderValue::from_static(format.content_type());
    let answered = response.headers_mut();
    answered.insert(CONTENT_TYPE, content_type);
    // A cache between scraper and program must not mix the formats up.
    answered.insert(VARY, HeaderValue::from_static(DEPENDS_ON));
    // The text contains function names, which a browser must not interpret as HTML.
    answered.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    #[cfg(feature = "gzip")]
    compress(headers, &mut response);
    response
}

/// Returns the format that `headers` prefer.
fn format_for(headers: &HeaderMap) -> Format {
    Format::negotiate(qualities::list(headers, ACCEPT).as_deref())
}

/// Compresses the body of `response` if `headers` allow it.
#[cfg(feature = "gzip")]
fn compress(headers: &HeaderMap, response: &mut Response<Vec<u8>>) {
    use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};

    use crate::gzip;

    let accepted = qualities::list(headers, ACCEPT_ENCODING).unwrap_or_default();
    if !gzip::is_wanted(&accepted, response.body().len()) {
        return;
    }
    // If compression fails, the page stays uncompressed.
    if let Ok(compressed) = gzip::compress(response.body()) {
        *response.body_mut() = compressed;
        let coding = HeaderValue::from_static("gzip");
        response.headers_mut().insert(CONTENT_ENCODING, coding);
    }
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
    fn unreadable_accept_header_is_ignored() {
        let mut headers = HeaderMap::new();
        headers.append(ACCEPT, HeaderValue::from_bytes(b"text/\xfc").unwrap());
        assert_eq!(format_for(&headers), Format::Text);
    }
}
