//! The formats of pages, and which of them a scraper asks for.

use crate::accept;

/// A format that Prometheus scrapes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Prometheus' text format 0.0.4, which every scraper reads.
    #[default]
    Text,
    /// OpenMetrics 1.0.0.
    OpenMetrics,
    /// OpenMetrics 1.0.0 with a sample `_created` beside each counter and histogram: when it was
    /// zero, in seconds since 1970.
    ///
    /// A Prometheus with the feature `created-timestamp-zero-ingestion` reads it and so counts the
    /// first calls of a series. One without stores each as a series of its own, so that this
    /// format is never negotiated. Protobuf has the times for all that ask for it.
    OpenMetricsWithCreated,
    /// Prometheus' protobuf format: messages `io.prometheus.client.MetricFamily`, each behind its
    /// length. It is bytes and no text, so it takes [`encode_to_vec`](crate::encode_to_vec).
    #[cfg(feature = "protobuf")]
    Protobuf,
}

/// The content type of [`Format::Protobuf`].
#[cfg(feature = "protobuf")]
const PROTOBUF: &str =
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

impl Format {
    /// The text format that the value of an `Accept` header prefers, for
    /// [`encode`](crate::encode()).
    ///
    /// Qualities are respected. [`Format::Text`] is the answer where the header
    /// is missing, asks for neither format, or accepts anything: a scraper that
    /// understands nothing else still understands that.
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

    /// The format that the value of an `Accept` header prefers, for
    /// [`encode_to_vec`](crate::encode_to_vec).
    ///
    /// As [`from_accept`](Self::from_accept), with feature `protobuf` also `Format::Protobuf`,
    /// where the header names it with `proto=io.prometheus.client.MetricFamily` and
    /// `encoding=delimited`. Prometheus does where it scrapes native histograms.
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
    /// [`OpenMetrics`](Self::OpenMetrics), and other formats as they are.
    #[must_use]
    pub const fn with_created(self) -> Self {
        match self {
            Self::OpenMetrics => Self::OpenMetricsWithCreated,
            other => other,
        }
    }

    /// The formats of this build that are negotiated, the most widely understood first.
    const ALL: &[Self] = &[
        Self::Text,
        Self::OpenMetrics,
        #[cfg(feature = "protobuf")]
        Self::Protobuf,
    ];

    /// The value of the `Content-Type` header that goes with the page.
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
