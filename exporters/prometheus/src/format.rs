//! Exposition formats, and their selection by the `Accept` header.

use crate::accept;

/// Exposition format that Prometheus scrapes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Prometheus' text format 0.0.4, which every scraper reads.
    #[default]
    Text,
    /// OpenMetrics 1.0.0.
    OpenMetrics,
    /// OpenMetrics 1.0.0 with a `_created` sample for each counter and histogram: the time when it
    /// was zero, in seconds since 1970.
    ///
    /// A Prometheus with the feature `created-timestamp-zero-ingestion` reads that sample, and so
    /// counts the first calls of a series. One without the feature stores each as a separate
    /// series, so this format is never negotiated. The protobuf format always contains these times.
    OpenMetricsWithCreated,
    /// Prometheus' protobuf format: length-delimited `io.prometheus.client.MetricFamily` messages.
    /// It is binary, so it needs [`encode_to_vec`](crate::encode_to_vec).
    #[cfg(feature = "protobuf")]
    Protobuf,
}

/// Content type of [`Format::Protobuf`].
#[cfg(feature = "protobuf")]
const PROTOBUF: &str =
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

impl Format {
    /// Returns the text format that the value of an `Accept` header prefers, for
    /// [`encode`](crate::encode()).
    ///
    /// Qualities are respected. The result is [`Format::Text`], which every scraper reads, if the
    /// header is missing, accepts neither format, or accepts anything.
    ///
    /// ```
    /// use autometrics_prometheus::Format;
    ///
    /// let prometheus = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3";
    /// assert_eq!(Format::from_accept(Some(prometheus)), Format::OpenMetrics);
    /// assert_eq!(Format::from_accept(Some("*/*")), Format::Text);
    /// assert_eq!(Format::from_accept(None), Format::Text);
    /// ```
    pub fn from_accept(accept: Option<&str>) -> Self {
        accept.map_or(Self::Text, |accept| {
            accept::preferred(accept, &[Self::Text, Self::OpenMetrics])
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
    /// use autometrics_core::Snapshot;
    /// use autometrics_prometheus::{Format, encode_to_vec};
    ///
    /// let accept = "text/plain;version=0.0.4;q=0.3,*/*;q=0.1";
    /// let format = Format::negotiate(Some(accept));
    /// let (content_type, body) = (format.content_type(), encode_to_vec(&Snapshot::new("shop"), format));
    /// # assert!(content_type.starts_with("text/plain") && body.starts_with(b"# HELP "));
    /// ```
    pub fn negotiate(accept: Option<&str>) -> Self {
        accept.map_or(Self::Text, |accept| accept::preferred(accept, Self::ALL))
    }

    /// Returns [`OpenMetricsWithCreated`](Self::OpenMetricsWithCreated) for
    /// [`OpenMetrics`](Self::OpenMetrics), and every other format unchanged.
    #[must_use]
    pub const fn with_created(self) -> Self {
        match self {
            Self::OpenMetrics => Self::OpenMetricsWithCreated,
            other => other,
        }
    }

    /// Formats of this build that may be negotiated, the most widely understood first.
    const ALL: &[Self] = &[
        Self::Text,
        Self::OpenMetrics,
        #[cfg(feature = "protobuf")]
        Self::Protobuf,
    ];

    /// Returns the value of the `Content-Type` header for a page in this format.
    ///
    /// ```
    /// # use autometrics_prometheus::Format;
    /// assert_eq!(Format::Text.content_type(), "text/plain; version=0.0.4; charset=utf-8");
    /// ```
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics | Self::OpenMetricsWithCreated => {
                "application/openmetrics-text; version=1.0.0; charset=utf-8"
            }
            #[cfg(feature = "protobuf")]
            Self::Protobuf => PROTOBUF,
        }
    }
}
