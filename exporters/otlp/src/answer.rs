//! What became of a request.

use std::time::{Duration, SystemTime};

use crate::proto::{ExportResponse, PartialSuccess};

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The collector has it, with something to tell or not.
    Accepted { remark: Option<String> },
    /// Another try may help, `after` some time if the collector said so.
    Later {
        why: String,
        after: Option<Duration>,
    },
    /// The same request would end the same way.
    Refused { why: String },
}

impl Answer {
    pub(crate) fn accepted(response: &ExportResponse) -> Self {
        let remark = response.partial_success.as_ref().and_then(remark);
        Self::Accepted { remark }
    }

    pub(crate) fn later(why: impl Into<String>) -> Self {
        let why = why.into();
        Self::Later { why, after: None }
    }

    pub(crate) fn refused(why: impl Into<String>) -> Self {
        Self::Refused { why: why.into() }
    }
}

fn remark(partial: &PartialSuccess) -> Option<String> {
    let said = quoted(&partial.error_message);
    match partial.rejected_data_points {
        0 => (!said.is_empty()).then(|| format!("accepted metrics and says{said}")),
        rejected => Some(format!("rejected {rejected} data points{said}")),
    }
}

/// The longest wait that a collector may ask for.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// The wait that a header `Retry-After` asks for, in seconds or with a date.
pub(crate) fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    let wait = if value.bytes().all(|byte| byte.is_ascii_digit()) && !value.is_empty() {
        // Too many digits are too long as well.
        Duration::from_secs(value.parse().unwrap_or(u64::MAX))
    } else {
        let date = httpdate::parse_http_date(value).ok()?;
        date.duration_since(now).unwrap_or_default()
    };
    Some(wait.min(LONGEST_WAIT))
}

/// What others say, fit for one line of a log: ` "…"`, or nothing if they say nothing.
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
    fn a_wait_is_seconds_or_a_date() {
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
    fn what_others_say_stays_on_one_line() {
        assert_eq!(quoted("no\nway\u{1b}[31m"), r#" "no\nway\u{1b}[31m""#);
        assert_eq!(quoted(&"x".repeat(300)).chars().count(), 204);
        assert_eq!(quoted("  "), "");
    }
}
