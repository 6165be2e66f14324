//! Parses the head of a request.

use http::header::{CONNECTION, HOST};
use http::{HeaderName, HeaderValue, Method, Request, StatusCode, Uri, Version};

/// Maximum number of headers.
const MAX_HEADERS: usize = 64;

/// Parses the head at the beginning of `bytes`. Returns it with its length in bytes, or `None` if
/// it is incomplete.
///
/// # Errors
///
/// Returns the status for refusing a malformed head.
pub(crate) fn parse(bytes: &[u8]) -> Result<Option<(Request<()>, usize)>, StatusCode> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut head = httparse::Request::new(&mut headers);
    let httparse::Status::Complete(len) = head.parse(bytes).map_err(status)? else {
        return Ok(None);
    };
    let request = convert(&head).ok_or(StatusCode::BAD_REQUEST)?;
    Ok(Some((request, len)))
}

fn status(error: httparse::Error) -> StatusCode {
    match error {
        httparse::Error::TooManyHeaders => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        httparse::Error::Version => StatusCode::HTTP_VERSION_NOT_SUPPORTED,
        _ => StatusCode::BAD_REQUEST,
    }
}

/// Returns `None` if the head breaks a rule of HTTP.
fn convert(head: &httparse::Request<'_, '_>) -> Option<Request<()>> {
    let mut request = Request::new(());
    *request.method_mut() = Method::from_bytes(head.method?.as_bytes()).ok()?;
    *request.uri_mut() = Uri::try_from(head.path?).ok()?;
    *request.version_mut() = match head.version? {
        0 => Version::HTTP_10,
        _ => Version::HTTP_11,
    };
    for header in &*head.headers {
        let name = HeaderName::from_bytes(header.name.as_bytes()).ok()?;
        let value = HeaderValue::from_bytes(header.value).ok()?;
        request.headers_mut().append(name, value);
    }
    // RFC 9112, section 3.2: exactly one `Host`, optional for HTTP/1.0.
    let hosts = request.headers().get_all(HOST).iter().count();
    let may_lack_host = request.version() == Version::HTTP_10;
    (hosts == 1 || hosts == 0 && may_lack_host).then_some(request)
}

/// Returns `true` if the client may send another request on the connection.
pub(crate) fn may_follow<T>(request: &Request<T>) -> bool {
    let asked_to_close = request
        .headers()
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|option| option.trim().eq_ignore_ascii_case("close"));
    request.version() == Version::HTTP_11 && !asked_to_close
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::{may_follow, parse};

    fn check(bytes: &str, expected: &Expect) {
        let seen = match parse(bytes.as_bytes()) {
            Ok(None) => "partial".to_owned(),
            Err(status) => status.to_string(),
            Ok(Some((request, len))) => format!(
                "{} {}, {} headers, {} bytes left, {}",
                request.method(),
                request.uri(),
                request.headers().len(),
                bytes.len() - len,
                if may_follow(&request) {
                    "open"
                } else {
                    "close"
                },
            ),
        };
        expected.assert_eq(&seen);
    }

    #[test]
    fn complete_head_is_parsed_and_the_rest_is_left() {
        check(
            "GET /metrics?x=1 HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\nGET",
            &expect!["GET /metrics?x=1, 2 headers, 3 bytes left, open"],
        );
        check(
            "GET http://a/metrics HTTP/1.1\r\nhost: a\r\n\r\n",
            &expect!["GET http://a/metrics, 1 headers, 0 bytes left, open"],
        );
    }

    #[test]
    fn connection_closes_after_requests_that_none_can_follow() {
        check(
            "GET / HTTP/1.0\r\n\r\n",
            &expect!["GET /, 0 headers, 0 bytes left, close"],
        );
        check(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: TE, Close\r\n\r\n",
            &expect!["GET /, 2 headers, 0 bytes left, close"],
        );
    }

    #[test]
    fn incomplete_head_is_none() {
        check("", &expect!["partial"]);
        check("GET /metrics HTTP/1.1\r\nHost: a\r\n", &expect!["partial"]);
    }

    #[test]
    fn malformed_heads_are_refused() {
        check("\u{1}\u{2}\u{3}", &expect!["400 Bad Request"]);
        check("GET / HTTP/1.1\r\n\r\n", &expect!["400 Bad Request"]);
        check(
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            &expect!["400 Bad Request"],
        );
        check(
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            &expect!["505 HTTP Version Not Supported"],
        );
        let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(65));
        check(&many, &expect!["431 Request Header Fields Too Large"]);
    }
}
