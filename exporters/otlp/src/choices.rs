//! Settings with a fixed set of values, and their names in variables.

use crate::variables::Variables;

/// OTLP transport protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Protocol {
    /// Protobuf over HTTP/1.1, `http/protobuf` in variables. The default.
    HttpProtobuf,
    /// Protobuf over gRPC, `grpc` in variables.
    #[cfg(feature = "grpc")]
    Grpc,
}

/// Compression of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compression {
    /// gzip, `gzip` in variables. The default.
    Gzip,
    /// No compression, `none` in variables.
    None,
}

/// Aggregation temporality of counters and histograms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Temporality {
    /// Values since the program began, as Prometheus expects them, `cumulative` in variables. The
    /// default.
    ///
    /// If a request is lost, the next one contains its calls.
    Cumulative,
    /// Values since the last request that was accepted, `delta` in variables.
    ///
    /// If the collector's acknowledgement is lost, the collector has the calls of that request
    /// twice.
    Delta,
}

/// Kind of histogram for latencies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum HistogramAggregation {
    /// Histogram with the bounds of [`Snapshot::bounds`](autometrics_core::Snapshot::bounds),
    /// `explicit_bucket_histogram` in variables. The default.
    #[default]
    Explicit,
    /// Exponential histogram, `base2_exponential_bucket_histogram` in variables. Prometheus stores
    /// it as a native histogram.
    ///
    /// A point has at most 160 buckets, and pairs of buckets are merged where there would be more.
    /// Quantiles are accurate to 4.5 % while the latencies of a series span less than a factor of a
    /// million.
    ///
    /// A histogram without [fine buckets](autometrics_core::FineBuckets) is sent with explicit
    /// bounds. Only a snapshot made by hand has such histograms.
    Exponential,
}

impl HistogramAggregation {
    /// Reads `OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION`. Returns `None` if the
    /// variable is unset or empty. Logs a warning with crate [`log`], and returns `None`, if its
    /// value is not one of the specification.
    pub fn from_env() -> Option<Self> {
        let read = |name: &str| std::env::var(name).ok();
        let mut variables = Variables::new(&read);
        let said = variables.first(&[HISTOGRAMS], histograms);
        for warning in variables.into_warnings() {
            log::warn!("{warning}");
        }
        said
    }
}

/// Names of metrics and attributes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dialect {
    /// Names of the Autometrics specification, `autometrics` in the variable. The default. In
    /// Prometheus they arrive as those of a scrape.
    #[default]
    Autometrics,
    /// Names of `code.function.*`, a proposed semantic convention of OpenTelemetry, `code` in the
    /// variable. It is a draft, and its names may change in any version. The
    /// [table](crate#dialects) has them.
    Code,
}

pub(crate) const DIALECT: &str = "AUTOMETRICS_OTLP_DIALECT";

pub(crate) const TEMPORALITY: &str = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE";

pub(crate) const HISTOGRAMS: &str = "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION";

pub(crate) fn protocol(text: &str) -> Result<Protocol, String> {
    match &*text.to_ascii_lowercase() {
        "http/protobuf" => Ok(Protocol::HttpProtobuf),
        #[cfg(feature = "grpc")]
        "grpc" => Ok(Protocol::Grpc),
        #[cfg(not(feature = "grpc"))]
        "grpc" => Err("this program was built without feature `otlp-grpc`".to_owned()),
        _ => Err("write http/protobuf or grpc".to_owned()),
    }
}

pub(crate) fn compression(text: &str) -> Result<Compression, String> {
    match &*text.to_ascii_lowercase() {
        "gzip" => Ok(Compression::Gzip),
        "none" => Ok(Compression::None),
        _ => Err("write gzip or none".to_owned()),
    }
}

pub(crate) fn temporality(text: &str) -> Result<Temporality, String> {
    match &*text.to_ascii_lowercase() {
        "cumulative" => Ok(Temporality::Cumulative),
        // The two differ only for instruments other than counters and histograms.
        "delta" | "lowmemory" => Ok(Temporality::Delta),
        _ => Err("write cumulative, delta or lowmemory".to_owned()),
    }
}

pub(crate) fn dialect(text: &str) -> Result<Dialect, String> {
    match &*text.to_ascii_lowercase() {
        "autometrics" => Ok(Dialect::Autometrics),
        "code" => Ok(Dialect::Code),
        _ => Err("write autometrics or code".to_owned()),
    }
}

pub(crate) fn histograms(text: &str) -> Result<HistogramAggregation, String> {
    match &*text.to_ascii_lowercase() {
        "explicit_bucket_histogram" => Ok(HistogramAggregation::Explicit),
        "base2_exponential_bucket_histogram" => Ok(HistogramAggregation::Exponential),
        _ => {
            Err("write explicit_bucket_histogram or base2_exponential_bucket_histogram".to_owned())
        }
    }
}
