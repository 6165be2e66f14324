//! Selects a format by the `Accept` header of a request.

use std::cmp::Reverse;

use crate::Format;
use crate::qualities::{split, thousandths};

impl Format {
    /// Returns the text format that the value of an `Accept` header prefers, for
    /// [`encode`](crate::encode()).
    ///
    /// Qualities are respected. The result is [`Format::Text`], which every scraper reads, if the
    /// header is missing, accepts neither format, or accepts anything.
    ///
    /// ```
    /// use autometrics::prometheus::Format;
    ///
    /// let prometheus = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3";
    /// assert_eq!(Format::from_accept(Some(prometheus)), Format::OpenMetrics);
    /// assert_eq!(Format::from_accept(Some("*/*")), Format::Text);
    /// assert_eq!(Format::from_accept(None), Format::Text);
    /// ```
    pub fn from_accept(accept: Option<&str>) -> Self {
        accept.map_or(Self::Text, |accept| {
            preferred(accept, &[Self::Text, Self::OpenMetrics])
        })
    }

    /// Returns the format that the value of an `Accept` header prefers, for
    /// [`encode_to_vec`](crate::encode_to_vec).
    ///
    /// Works as [`from_accept`](Self::from_accept). With feature `protobuf` the result may also be
    /// `Format::Protobuf`, if the header names it with `proto=io.prometheus.client.MetricFamily`
    /// and `encoding=delimited`. Prometheus sends such a header if it scrapes native histograms.
    ///
    /// ```
    /// use autometrics::Snapshot;
    /// use autometrics::prometheus::{Format, encode_to_vec};
    ///
    /// let accept = "text/plain;version=0.0.4;q=0.3,*/*;q=0.1";
    /// let format = Format::negotiate(Some(accept));
    /// let (content_type, body) = (format.content_type(), encode_to_vec(&Snapshot::new("shop"), format));
    /// # assert!(content_type.starts_with("text/plain") && body.starts_with(b"# HELP "));
    /// ```
    pub fn negotiate(accept: Option<&str>) -> Self {
        accept.map_or(Self::Text, |accept| preferred(accept, Self::ALL))
    }

    /// Formats of this build that may be negotiated, the most widely understood first.
    const ALL: &[Self] = &[
        Self::Text,
        Self::OpenMetrics,
        #[cfg(feature = "protobuf")]
        Self::Protobuf,
    ];
}

/// Preference of a header for a format: first by quality, then by how specific the matching media
/// range is. The greatest wins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Preference {
    /// Quality in thousandths, from 0, a refusal, to 1000.
    quality: u16,
    exactness: Exactness,
}

/// Specificity of the media range that matched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Exactness {
    /// No range matched.
    #[default]
    None,
    /// `*/*`.
    Anything,
    /// `text/*`.
    Type,
    /// `text/plain`.
    Subtype,
    /// `text/plain;version=0.0.4`.
    Parameters,
}

/// Returns the format of `formats` that the header value `accept` prefers, and text if it accepts
/// none of them. Of equally preferred formats, the one that the header names first wins.
fn preferred(accept: &str, formats: &[Format]) -> Format {
    let wanted = formats.iter().filter_map(|format| {
        let mut preference = Preference::default();
        let mut first = None;
        for (position, range) in split(accept, b',').enumerate() {
            let Some(found) = preference_for(*format, range) else {
                continue;
            };
            first = first.or(Some(position));
            // RFC 9110, section 12.5.1: the most specific range that matches decides, whatever its
            // quality.
            if found.exactness > preference.exactness {
                preference = found;
            }
        }
        (preference.quality > 0).then_some((preference, first, *format))
    });
    // `max_by_key` returns the last of equal elements, hence the reversal.
    let best = wanted
        .rev()
        .max_by_key(|(preference, first, _)| (*preference, Reverse(*first)));
    best.map_or(Format::Text, |(_, _, format)| format)
}

/// Returns the preference of one media range for `format`, or `None` if the range does not match
/// it.
fn preference_for(format: Format, range: &str) -> Option<Preference> {
    let mut parts = split(range, b';');
    let (kind, subtype) = parts.next()?.split_once('/')?;
    let parameters: Vec<_> = parts.map(parameter).collect();
    let quality = parameters.iter().find(|(name, _)| is(name, "q"));
    let quality = quality.map_or(Some(1000), |(_, value)| thousandths(value))?;
    let exactness = match format {
        Format::Text => text(kind, subtype, &parameters, ["text", "plain", "0.0.4"])?,
        Format::OpenMetrics | Format::OpenMetricsWithCreated => {
            let ours = ["application", "openmetrics-text", "1.0.0"];
            text(kind, subtype, &parameters, ours)?
        }
        #[cfg(feature = "protobuf")]
        Format::Protobuf => protobuf(kind, subtype, &parameters)?,
    };
    Some(Preference { quality, exactness })
}

/// Returns how specifically a media range matches the text format with the type, subtype and
/// version in `ours`, or `None` if it does not match.
fn text(
    kind: &str,
    subtype: &str,
    parameters: &[(&str, &str)],
    ours: [&str; 3],
) -> Option<Exactness> {
    let mut exactness = if kind == "*" && subtype == "*" {
        Exactness::Anything
    } else if !is(kind, ours[0]) {
        return None;
    } else if subtype == "*" {
        Exactness::Type
    } else if is(subtype, ours[1]) {
        Exactness::Subtype
    } else {
        return None;
    };
    for (_, version) in parameters.iter().filter(|(name, _)| is(name, "version")) {
        // `text/plain;version=1.0.0` is Prometheus 3's text format with UTF-8 names, which this
        // crate does not write.
        if *version != ours[2] {
            return None;
        }
        exactness = Exactness::Parameters;
    }
    // Our pages are UTF-8 whatever `charset` is, and `escaping` concerns names that our metrics do
    // not have.
    Some(exactness)
}

/// Matches the protobuf format, like [`text`]. It must be named with all of its parameters, because
/// other encodings of the messages exist, and a client that accepts anything may expect text.
#[cfg(feature = "protobuf")]
fn protobuf(kind: &str, subtype: &str, parameters: &[(&str, &str)]) -> Option<Exactness> {
    let has = |name: &str, value: &str| {
        let mut same = parameters.iter().filter(|(known, _)| is(known, name));
        same.next().is_some_and(|(_, given)| *given == value) && same.next().is_none()
    };
    let is_ours = is(kind, "application")
        && is(subtype, "vnd.google.protobuf")
        && has("proto", "io.prometheus.client.MetricFamily")
        && has("encoding", "delimited");
    is_ours.then_some(Exactness::Parameters)
}

/// Splits a parameter into name and value.
fn parameter(text: &str) -> (&str, &str) {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    (name.trim(), value.trim().trim_matches('"'))
}

fn is(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

#[cfg(test)]
mod tests {
    use crate::Format::{self, OpenMetrics, Text};

    /// Checks the choice among the text formats.
    #[track_caller]
    fn check(accept: &str, expected: Format) {
        assert_eq!(Format::from_accept(Some(accept)), expected);
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
    fn equal_quality_prefers_the_specific_range_then_the_first() {
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
    fn case_blanks_and_quotes_are_parsed_and_nonsense_is_text() {
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

    /// `Accept` headers of Prometheus 2.42 and 3.5 with native histograms, and of 3.5 with a single
    /// protocol. The Collector's receiver sends those of Prometheus.
    const WITH_PROTOBUF: [&str; 4] = [
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,*/*;q=0.1",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,*/*;q=0.5",
    ];

    #[test]
    fn from_accept_always_returns_a_text_format() {
        let expected = [OpenMetrics, OpenMetrics, OpenMetrics, Text];
        for (accept, expected) in WITH_PROTOBUF.into_iter().zip(expected) {
            check(accept, expected);
        }
    }

    #[cfg(feature = "protobuf")]
    mod protobuf {
        use super::WITH_PROTOBUF;
        use crate::Format::{self, OpenMetrics, Protobuf, Text};

        #[track_caller]
        fn check(accept: &str, expected: Format) {
            assert_eq!(Format::negotiate(Some(accept)), expected);
        }

        #[test]
        fn negotiate_returns_protobuf_if_preferred() {
            for accept in WITH_PROTOBUF {
                check(accept, Protobuf);
            }
        }

        #[test]
        fn negotiate_returns_text_unless_protobuf_is_named() {
            // Prometheus 3.5 and VictoriaMetrics with their default configuration.
            check(
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                OpenMetrics,
            );
            check("text/plain;version=0.0.4;q=1,*/*;q=0.1", Text);
            check("*/*", Text);
            check("application/*", OpenMetrics);
            check("application/octet-stream", Text);
        }

        #[test]
        fn only_delimited_metric_families_match() {
            for accept in [
                "application/vnd.google.protobuf",
                "application/vnd.google.protobuf;encoding=delimited",
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily",
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text",
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=compact-text",
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text;encoding=delimited",
                "application/vnd.google.protobuf;proto=io.prometheus.write.v2.Request;encoding=delimited",
                "application/openmetrics-protobuf;version=1.0.0",
            ] {
                check(accept, Text);
            }
            check(
                "Application/Vnd.Google.Protobuf ; Encoding=\"delimited\" ; Proto=\"io.prometheus.client.MetricFamily\"",
                Protobuf,
            );
        }

        #[test]
        fn quality_decides_and_zero_refuses() {
            let protobuf = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";
            check(&format!("{protobuf};q=0,*/*;q=0.1"), Text);
            check(&format!("{protobuf};q=0.1,text/plain;q=0.2"), Text);
            check(&format!("text/plain;version=0.0.4,{protobuf}"), Text);
            check(&format!("{protobuf},text/plain;version=0.0.4"), Protobuf);
            check(&format!("text/plain;q=0,{protobuf};q=0.1"), Protobuf);
        }
    }
}
