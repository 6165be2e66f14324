//! What an `Accept` header says about our two formats.

use crate::Format;
use crate::qualities::{split, thousandths};

/// How much a header wants a format: by quality, then by how exactly it names
/// the format. The greatest wins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Wish {
    /// Between 0, which is a refusal, and 1000.
    quality: u16,
    exactness: Exactness,
}

/// How exactly a media range matched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Exactness {
    /// Not at all.
    #[default]
    None,
    /// `*/*`.
    Anything,
    /// `text/*`.
    Type,
    /// `text/plain`.
    Subtype,
    /// `text/plain;version=0.0.4`.
    Version,
}

/// The better of our formats for someone who sent `accept`.
pub(crate) fn preferred(accept: &str) -> Format {
    let mut text = Wish::default();
    let mut open_metrics = Wish::default();
    let mut first = None;
    for range in split(accept, b',') {
        for (format, wish) in [
            (Format::Text, &mut text),
            (Format::OpenMetrics, &mut open_metrics),
        ] {
            let Some(found) = wish_for(format, range) else {
                continue;
            };
            first = first.or(Some(format));
            // RFC 9110, section 12.5.1: the most specific range that matches
            // decides, whatever its quality.
            if found.exactness > wish.exactness {
                *wish = found;
            }
        }
    }
    if open_metrics.quality == 0 {
        return Format::Text;
    }
    match open_metrics.cmp(&text) {
        std::cmp::Ordering::Greater => Format::OpenMetrics,
        std::cmp::Ordering::Less => Format::Text,
        std::cmp::Ordering::Equal => first.unwrap_or_default(),
    }
}

/// What one media range wishes of `format`; `None` when it is about something else.
fn wish_for(format: Format, range: &str) -> Option<Wish> {
    let mut parts = split(range, b';');
    let (kind, subtype) = parts.next()?.split_once('/')?;
    let (our_kind, our_subtype, our_version) = match format {
        Format::Text => ("text", "plain", "0.0.4"),
        Format::OpenMetrics => ("application", "openmetrics-text", "1.0.0"),
    };
    let mut exactness = if kind == "*" && subtype == "*" {
        Exactness::Anything
    } else if !kind.eq_ignore_ascii_case(our_kind) {
        return None;
    } else if subtype == "*" {
        Exactness::Type
    } else if subtype.eq_ignore_ascii_case(our_subtype) {
        Exactness::Subtype
    } else {
        return None;
    };
    let mut quality = 1000;
    for parameter in parts {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let (name, value) = (name.trim(), value.trim().trim_matches('"'));
        if name.eq_ignore_ascii_case("q") {
            quality = thousandths(value)?;
        } else if name.eq_ignore_ascii_case("version") {
            // `text/plain;version=1.0.0` is Prometheus 3's text format with
            // names in UTF-8: not ours.
            if value != our_version {
                return None;
            }
            exactness = Exactness::Version;
        }
        // `charset` is ours in every case, and `escaping` is about names that
        // our metrics do not have.
    }
    Some(Wish { quality, exactness })
}

#[cfg(test)]
mod tests {
    use super::preferred;
    use crate::Format::{self, OpenMetrics, Text};

    #[track_caller]
    fn check(accept: &str, expected: Format) {
        assert_eq!(preferred(accept), expected);
    }

    #[test]
    fn prometheus_2() {
        check(
            "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4, text/plain;version=0.0.4;q=0.3,*/*;q=0.1",
            OpenMetrics,
        );
        check(
            "application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            Text,
        );
    }

    #[test]
    fn prometheus_3() {
        check(
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
            OpenMetrics,
        );
        check(
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=underscores;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1",
            OpenMetrics,
        );
        check(
            "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.5,application/openmetrics-text;version=1.0.0;q=0.4",
            Text,
        );
        check(
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
            Text,
        );
    }

    #[test]
    fn browsers_and_curl() {
        check("*/*", Text);
        check(
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            Text,
        );
        check("", Text);
    }

    #[test]
    fn quality_decides_and_zero_refuses() {
        check("application/openmetrics-text;q=0, text/plain;q=0.1", Text);
        check("application/openmetrics-text;q=0", Text);
        check(
            "text/plain;q=0, application/openmetrics-text;q=0.001",
            OpenMetrics,
        );
        check("application/openmetrics-text;q=0.2,text/plain;q=0.3", Text);
        check("*/*;q=0.9, text/plain;q=0.1", OpenMetrics);
    }

    #[test]
    fn equal_quality_goes_to_the_exact_name_then_to_the_first() {
        check("*/*, application/openmetrics-text", OpenMetrics);
        check(
            "text/plain, application/openmetrics-text;version=1.0.0",
            OpenMetrics,
        );
        check("text/plain, application/openmetrics-text", Text);
        check("application/openmetrics-text, text/plain", OpenMetrics);
        check("application/*", OpenMetrics);
    }

    #[test]
    fn case_blanks_quotes_and_nonsense() {
        check(
            "Application/OpenMetrics-Text ; Version=\"1.0.0\" ; Q=0.5",
            OpenMetrics,
        );
        check(
            "application/openmetrics-text;x=\",text/plain;q=9\";q=0.5",
            OpenMetrics,
        );
        check("application/openmetrics-text;version=2.0.0", Text);
        for nonsense in [
            "q=1",
            "application/openmetrics-text;q=NaN",
            ",;=/",
            "\"",
            "/;/,/",
        ] {
            check(nonsense, Text);
        }
    }
}
