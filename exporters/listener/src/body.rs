//! Finds the end of a request's body, and decodes chunks.

use http::header::{CONTENT_LENGTH, EXPECT, TRANSFER_ENCODING};
use http::{HeaderMap, Request, StatusCode, Version};

/// Maximum length of the line before a chunk, in bytes.
const MAX_CHUNK_LINE: usize = 256;
/// Maximum length of the fields after the last chunk, in bytes.
const MAX_TRAILERS: usize = 1024;

/// Rule by which the end of a body is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// The body has this length in bytes; 0 for a request without one.
    Length(usize),
    /// The body is sent in chunks.
    Chunked,
}

impl Framing {
    /// Returns the framing of the body behind `headers`.
    ///
    /// # Errors
    ///
    /// Returns the status for refusing a body that is longer than `most` bytes, or whose end cannot
    /// be found for certain.
    pub(crate) fn of(headers: &HeaderMap, most: usize) -> Result<Self, StatusCode> {
        let mut lengths = headers.get_all(CONTENT_LENGTH).iter();
        let mut encodings = headers.get_all(TRANSFER_ENCODING).iter();
        let (length, encoding) = (lengths.next(), encodings.next());
        let one_at_most = lengths.next().is_none() && encodings.next().is_none();
        match (length, encoding) {
            // RFC 9112, section 6.3: two ends of one body are an attack on whoever reads it.
            _ if !one_at_most => Err(StatusCode::BAD_REQUEST),
            (Some(_), Some(_)) => Err(StatusCode::BAD_REQUEST),
            (None, None) => Ok(Self::Length(0)),
            (None, Some(encoding)) if encoding.as_bytes().eq_ignore_ascii_case(b"chunked") => {
                Ok(Self::Chunked)
            }
            (None, Some(_)) => Err(StatusCode::NOT_IMPLEMENTED),
            (Some(length), None) => {
                let digits = length.to_str().unwrap_or_default();
                if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Err(StatusCode::BAD_REQUEST);
                }
                // More digits than a number has are too large as well.
                match digits.parse() {
                    Ok(length) if length <= most => Ok(Self::Length(length)),
                    _ => Err(StatusCode::PAYLOAD_TOO_LARGE),
                }
            }
        }
    }
}

/// Returns `true` if the headers announce a body.
pub(crate) fn is_announced(headers: &HeaderMap) -> bool {
    headers.contains_key(TRANSFER_ENCODING)
        || headers.get_all(CONTENT_LENGTH).iter().any(|len| len != "0")
}

/// Returns `true` if the client sends the body only after status 100.
pub(crate) fn waits_for_continue(request: &Request<()>) -> bool {
    let expect = request.headers().get(EXPECT);
    let expects = expect.is_some_and(|it| it.as_bytes().eq_ignore_ascii_case(b"100-continue"));
    expects && request.version() == Version::HTTP_11
}

/// Moves the contents of the complete chunks at the beginning of `received` to `body`. Returns
/// `true` after the last chunk and the fields behind it, which are dropped.
///
/// # Errors
///
/// Returns the status for refusing chunks that are malformed, or longer than `most` bytes together.
pub(crate) fn take_chunks(
    received: &mut Vec<u8>,
    body: &mut Vec<u8>,
    most: usize,
) -> Result<bool, StatusCode> {
    let mut at = 0;
    let is_complete = loop {
        let rest = &received[at..];
        // The parser takes a line without a number for a last chunk.
        if rest.first().is_some_and(|byte| !byte.is_ascii_hexdigit()) {
            return Err(StatusCode::BAD_REQUEST);
        }
        let (line, size) = match httparse::parse_chunk_size(rest) {
            Ok(httparse::Status::Complete(line)) if line.0 <= MAX_CHUNK_LINE => line,
            Ok(httparse::Status::Partial) if rest.len() <= MAX_CHUNK_LINE => break false,
            _ => return Err(StatusCode::BAD_REQUEST),
        };
        if size == 0 {
            let Some(end) = trailers_end(&rest[line..])? else {
                break false;
            };
            at += line + end;
            break true;
        }
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        if size > most - body.len() {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        let end = line + size;
        match rest.get(end..end + 2) {
            None => break false,
            Some(b"\r\n") => {}
            Some(_) => return Err(StatusCode::BAD_REQUEST),
        }
        body.extend_from_slice(&rest[line..end]);
        at += end + 2;
    };
    received.drain(..at);
    Ok(is_complete)
}

/// Returns the length of the fields behind the last chunk with the empty line that ends them, or
/// `None` if they are incomplete.
fn trailers_end(bytes: &[u8]) -> Result<Option<usize>, StatusCode> {
    if bytes.starts_with(b"\r\n") {
        return Ok(Some(2));
    }
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    match end {
        Some(end) if end <= MAX_TRAILERS => Ok(Some(end + 4)),
        None if bytes.len() <= MAX_TRAILERS => Ok(None),
        _ => Err(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::{Framing, take_chunks};

    fn check_framing(headers: &[(&'static str, &'static str)], expected: &Expect) {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect();
        let seen = match Framing::of(&headers, 100) {
            Ok(framing) => format!("{framing:?}"),
            Err(status) => status.to_string(),
        };
        expected.assert_eq(&seen);
    }

    #[test]
    fn end_of_the_body_comes_from_one_header() {
        check_framing(&[], &expect!["Length(0)"]);
        check_framing(&[("content-length", "0")], &expect!["Length(0)"]);
        check_framing(&[("content-length", "100")], &expect!["Length(100)"]);
        check_framing(&[("transfer-encoding", "Chunked")], &expect!["Chunked"]);
    }

    #[test]
    fn body_beyond_the_limit_is_refused() {
        let refusal = expect!["413 Payload Too Large"];
        check_framing(&[("content-length", "101")], &refusal);
        check_framing(
            &[("content-length", "99999999999999999999999999")],
            &refusal,
        );
    }

    #[test]
    fn body_without_a_certain_end_is_refused() {
        let refusal = expect!["400 Bad Request"];
        for length in ["", "-1", "+1", "1.0", "0x1", "1, 1", "1 1"] {
            check_framing(&[("content-length", length)], &refusal);
        }
        let length = ("content-length", "1");
        let chunked = ("transfer-encoding", "chunked");
        for headers in [[length, length], [length, chunked], [chunked, chunked]] {
            check_framing(&headers, &refusal);
        }
        check_framing(
            &[("transfer-encoding", "gzip, chunked")],
            &expect!["501 Not Implemented"],
        );
    }

    /// Decodes `bytes` as they arrive one by one.
    fn decoded(bytes: &[u8]) -> String {
        let (mut received, mut body) = (Vec::new(), Vec::new());
        for (at, byte) in bytes.iter().enumerate() {
            received.push(*byte);
            match take_chunks(&mut received, &mut body, 10) {
                Ok(false) => {}
                Ok(true) => {
                    let body = String::from_utf8_lossy(&body);
                    return format!("{body}, {} bytes left", bytes.len() - at - 1);
                }
                Err(status) => return status.to_string(),
            }
        }
        "partial".to_owned()
    }

    #[test]
    fn chunks_are_joined_and_the_rest_is_left() {
        for (bytes, expected) in [
            ("0\r\n\r\n", ", 0 bytes left"),
            (
                "2\r\nab\r\n3;x=y\r\ncde\r\n0\r\n\r\nGET",
                "abcde, 3 bytes left",
            ),
            (
                "00A\r\n0123456789\r\n0\r\nA: b\r\nC: d\r\n\r\n",
                "0123456789, 0 bytes left",
            ),
            ("2\r\nab\r\n", "partial"),
            ("2\r\nab\r\n0\r\n", "partial"),
        ] {
            assert_eq!(decoded(bytes.as_bytes()), expected, "{bytes:?}");
            let mut received = bytes.as_bytes().to_vec();
            let mut body = Vec::new();
            let at_once = take_chunks(&mut received, &mut body, 10);
            assert_eq!(at_once, Ok(expected != "partial"), "{bytes:?}");
        }
    }

    #[test]
    fn malformed_and_endless_chunks_are_refused() {
        let long = "x".repeat(2000);
        for (bytes, expected) in [
            ("x\r\n", "400 Bad Request"),
            ("-1\r\n", "400 Bad Request"),
            ("\r\n", "400 Bad Request"),
            ("1\na\r\n", "400 Bad Request"),
            ("1;\na\r\n0\r\n\r\n", "400 Bad Request"),
            ("2\r\nabc\r\n", "400 Bad Request"),
            ("2\r\nab0\r\n\r\n", "400 Bad Request"),
            ("b\r\n", "413 Payload Too Large"),
            ("9\r\n012345678\r\n2\r\n", "413 Payload Too Large"),
            ("ffffffffffffffff\r\n", "413 Payload Too Large"),
            ("fffffffffffffffff\r\n", "400 Bad Request"),
            (&*format!("1;{long}"), "400 Bad Request"),
            (&*format!("1;{long}\r\n"), "400 Bad Request"),
            (
                &*format!("0\r\nA: {long}"),
                "431 Request Header Fields Too Large",
            ),
        ] {
            assert_eq!(decoded(bytes.as_bytes()), expected, "{bytes:?}");
        }
    }
}
