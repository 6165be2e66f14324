//! Exposition formats that Prometheus scrapes, and their content types.

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
    /// Returns [`OpenMetricsWithCreated`](Self::OpenMetricsWithCreated) for
    /// [`OpenMetrics`](Self::OpenMetrics), and every other format unchanged.
    #[must_use]
    pub const fn with_created(self) -> Self {
        match self {
            Self::OpenMetrics => Self::OpenMetricsWithCreated,
            other => other,
        }
    }

    /// Returns the value of the `Content-Type` header for a page in this format.
    ///
    /// ```
    /// # use autometrics::prometheus::Format;
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
