//! The error of `axum::response::Result`, which holds an answer.
//!
//! The answers themselves are types of crate `http`.

use std::fmt::{self, Write as _};

use axum_core::response::ErrorResponse;

use super::{ResultLabel, ResultLabels, status};

#[diagnostic::do_not_recommend]
impl ResultLabels for ErrorResponse {
    fn result_label(&self) -> Option<ResultLabel> {
        let mut found = StatusIn::default();
        // It ends early, when the status is complete: the body is never formatted.
        let _ = write!(found, "{self:?}");
        Some(status::label(found.status()?))
    }
}

/// Finds the status in what `Debug` writes of a response.
///
/// Axum lends neither the answer nor its status, and gives them away by value only; a returned
/// value is judged by reference. Where `Debug` writes something else, the answer counts as any
/// other error does.
#[derive(Default)]
struct StatusIn {
    /// The number of bytes of `BEFORE` that were just seen.
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
    fn answers_have_their_status() {
        let mut headers = HeaderMap::new();
        headers.insert("x-status", "status: 200".parse().unwrap());
        assert_eq!(kind(StatusCode::SERVICE_UNAVAILABLE), Some("503"));
        assert_eq!(kind(StatusCode::NOT_FOUND), Some("ok"));
        assert_eq!(
            kind((StatusCode::BAD_GATEWAY, headers, "status: 200")),
            Some("502")
        );
        assert_eq!(kind("status: 500"), Some("ok"), "the body has no say");
    }
}
