//! Outcome of one request to a collector.

use std::time::{Duration, SystemTime};

use crate::proto::{ExportResponse, PartialSuccess};

/// Outcome of one request to a collector, for either transport.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SendOutcome {
    /// The collector accepted the request. `remark` is its warning or count of rejected data
    /// points, if there is one.
    Accepted { remark: Option<String> },
    /// The request may succeed on another attempt. `after` is the pause that the collector asked
    /// for, if it asked for one.
    Retry {
        why: String,
        after: Option<Duration>,
    },
    /// The collector would refuse the same request again, so it is not retried.
    Refused { why: String },
}

impl SendOutcome {
    pub(crate) fn accepted(response: &ExportResponse) -> Self {
        let remark = response.partial_success.as_ref().and_then(remark);
        Self::Accepted { remark }
    }

    pub(crate) fn retry(why: impl Into<String>) -> Self {
        let why = why.into();
        Self::Retry { why, after: None }
    }

    pub(crate) fn refused(why: impl Into<String>) -> Self {
        Self::Refused { why: why.into() }
    }
}

fn remark(partial: &PartialSuccess) -> Option<String> {
    let message = quoted(&partial.error_message);
    match partial.rejected_data_points {
        0 => {
            (!message.is_empty()).then(|| format!("accepted the metrics with the message{message}"))
        }
        rejected => Some(format!("rejected {rejected} data points{message}")),
    }
}

/// Upper limit for the pause that a collector may ask for.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// Parses the value of a `Retry-After` header, in seconds or as an HTTP date.
///
/// Returns `None` if it is neither. The result is at most [`LONGEST_WAIT`], and zero for a date in
/// the past.
pub(crate) fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    let wait = if value.bytes().all(|byte| byte.is_ascii_digit()) && !value.is_empty() {
        // A number with more digits than fit in a `u64` is capped as well.
        Duration::from_secs(value.parse().unwrap_or(u64::MAX))
    } else {
        let date = httpdate::parse_http_date(value).ok()?;
        date.duration_since(now).unwrap_or_default()
    };
    Some(wait.min(LONGEST_WAIT))
}

/// Formats text from a collector for one line of a log: ` "…"` with at most 200 characters,
/// escaped, or an empty string if `said` is blank.
pub(crate) fn quoted(said: &str) -> String {
    const LONGEST: usize = 200;
    let said = said.trim();
    if said.is_empty() {
        return String::new();
    }
    let mut short: String = said.chars().take(LONGEST).collect();
    if short.len() < said.len() {
        short.push('…');
    }
    format!(" {short:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date_and_capped_at_an_hour() {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        for (value, expected) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("Sun, 06 Nov 1994 08:49:47 GMT", Some(10)),
            ("Sunday, 06-Nov-94 08:50:37 GMT", Some(60)),
            ("Sun, 06 Nov 1994 08:49:27 GMT", Some(0)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(3600)),
            ("99999999999999999999999", Some(3600)),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
        ] {
            let expected = expected.map(Duration::from_secs);
            assert_eq!(retry_after(value, now), expected, "{value}");
        }
    }

    #[test]
    fn quoted_text_is_escaped_and_truncated() {
        assert_eq!(quoted("no\nway\u{1b}[31m"), r#" "no\nway\u{1b}[31m""#);
        assert_eq!(quoted(&"x".repeat(300)).chars().count(), 204);
        assert_eq!(quoted("  "), "");
    }
}
