//! Classifies the error of `axum::response::Result`, which holds a response.
//!
//! Axum's responses themselves are types of crate `http`.

use std::fmt::{self, Write as _};

use axum_core::response::ErrorResponse;

use super::{ResultLabel, ResultLabels, status};

#[diagnostic::do_not_recommend]
impl ResultLabels for ErrorResponse {
    fn result_label(&self) -> Option<ResultLabel> {
        let mut found = StatusIn::default();
        // The write ends with an error once the status is complete, so the body is never formatted.
        let _ = write!(found, "{self:?}");
        Some(status::label(found.status()?))
    }
}

/// Finds the status in the `Debug` output of a response.
///
/// Axum gives access to the response and its status only by consuming the value, and a returned
/// value is classified by reference. If the `Debug` output contains no status, the response counts
/// as an error without an error kind.
#[derive(Default)]
struct StatusIn {
    /// Number of bytes of [`BEFORE`] that were just matched.
    matched: usize,
    digits: [u8; 3],
    seen: usize,
}

const BEFORE: &[u8] = b"status: ";

impl StatusIn {
    fn status(&self) -> Option<u16> {
        let digits = self.digits.get(..self.seen)?;
        let is_whole = self.seen == self.digits.len();
        std::str::from_utf8(digits)
            .ok()?
            .parse()
            .ok()
            .filter(|_| is_whole)
    }
}

impl fmt::Write for StatusIn {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            if self.matched == BEFORE.len() {
                self.digits[self.seen] = byte;
                self.seen += 1;
                if self.seen == self.digits.len() {
                    return Err(fmt::Error);
                }
            } else if byte == BEFORE[self.matched] {
                self.matched += 1;
            } else {
                self.matched = usize::from(byte == BEFORE[0]);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use axum_core::response::ErrorResponse;
    use http::{HeaderMap, StatusCode};

    use super::{ResultLabel, ResultLabels as _};

    fn kind(error: impl Into<ErrorResponse>) -> Option<&'static str> {
        match error.into().result_label()? {
            ResultLabel::Ok => Some("ok"),
            ResultLabel::Error(kind) => Some(kind?.name()),
        }
    }

    #[test]
    fn classifies_error_responses_by_their_status() {
        let mut headers = HeaderMap::new();
        headers.insert("x-status", "status: 200".parse().unwrap());
        assert_eq!(kind(StatusCode::SERVICE_UNAVAILABLE), Some("503"));
        assert_eq!(kind(StatusCode::NOT_FOUND), Some("ok"));
        assert_eq!(
            kind((StatusCode::BAD_GATEWAY, headers, "status: 200")),
            Some("502")
        );
        assert_eq!(kind("status: 500"), Some("ok"), "the body is ignored");
    }
}
