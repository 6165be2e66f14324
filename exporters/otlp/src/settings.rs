//! Settings of an exporter: from the builder, else from the variables, else the defaults.

#[cfg(feature = "tls")]
use std::path::PathBuf;
use std::time::Duration;

use http::{HeaderName, HeaderValue, Uri};

use crate::{
    endpoint,
    error::StartError,
    exporter::Exporter,
    resource,
    variables::{LONGEST, Variables, header, milliseconds},
};

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

/// Resolved settings of an exporter.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) protocol: Protocol,
    /// URL that requests are sent to.
    pub(crate) endpoint: Uri,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) compression: Compression,
    pub(crate) temporality: Temporality,
    pub(crate) histograms: HistogramAggregation,
    /// Maximum size of a request, in bytes before compression.
    pub(crate) max_request_size: usize,
    pub(crate) interval: Duration,
    /// Time limit of one request.
    pub(crate) timeout: Duration,
    /// Time limit of one export with all its attempts.
    pub(crate) export_timeout: Duration,
    pub(crate) resource: Vec<(String, String)>,
    #[cfg(feature = "tls")]
    pub(crate) files: Files,
}

/// PEM files for `https`.
#[cfg(feature = "tls")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Files {
    /// Root certificates to trust, instead of the system's.
    pub(crate) certificate: Option<PathBuf>,
    /// Certificate with which the program authenticates itself.
    pub(crate) client_certificate: Option<PathBuf>,
    pub(crate) client_key: Option<PathBuf>,
}

const INTERVAL: Duration = Duration::from_secs(60);
const TIMEOUT: Duration = Duration::from_secs(10);
/// 3.5 MiB. gRPC receivers take 4 MiB by default and count the framing of a message too. The
/// Collector takes 20 MiB over HTTP, other receivers less.
pub(crate) const MAX_REQUEST_SIZE: usize = 7 * 512 * 1024;
const EXPORT_TIMEOUT: Duration = Duration::from_secs(30);
/// Timeout used for zero, which means no limit in the specification, and the longest timeout.
const NO_LIMIT: Duration = Duration::from_secs(3600);

impl Settings {
    /// Resolves the settings of `exporter` and `variables`. Returns `None` if variables turn the
    /// export off.
    pub(crate) fn resolve(
        exporter: &Exporter,
        variables: &mut Variables<'_>,
    ) -> Result<Option<Self>, StartError> {
        let disabled = variables.is_true("OTEL_SDK_DISABLED");
        let chosen = variables.text("OTEL_METRICS_EXPORTER");
        if disabled || chosen.is_some_and(|chosen| chosen.eq_ignore_ascii_case("none")) {
            return Ok(None);
        }
        let protocol = exporter
            .protocol
            .or_else(|| variables.first(&named("PROTOCOL"), protocol))
            .unwrap_or(Protocol::HttpProtobuf);
        let endpoint = endpoint::resolve(exporter.endpoint.as_ref(), protocol, variables)?;
        Ok(Some(Self {
            protocol,
            endpoint,
            headers: headers(&exporter.headers, variables)?,
            compression: exporter
                .compression
                .or_else(|| variables.first(&named("COMPRESSION"), compression))
                .unwrap_or(Compression::Gzip),
            temporality: exporter
                .temporality
                .or_else(|| variables.first(&[TEMPORALITY], temporality))
                .unwrap_or(Temporality::Cumulative),
            histograms: exporter
                .histograms
                .or_else(|| variables.first(&[HISTOGRAMS], histograms))
                .unwrap_or_default(),
            max_request_size: exporter.max_request_size.unwrap_or(MAX_REQUEST_SIZE),
            interval: exporter
                .interval
                .map(checked_interval)
                .transpose()?
                .or_else(|| variables.first(&["OTEL_METRIC_EXPORT_INTERVAL"], interval))
                .unwrap_or(INTERVAL),
            timeout: exporter
                .timeout
                .or_else(|| variables.first(&named("TIMEOUT"), milliseconds))
                .map_or(TIMEOUT, limit),
            export_timeout: exporter
                .export_timeout
                .or_else(|| variables.first(&["OTEL_METRIC_EXPORT_TIMEOUT"], milliseconds))
                .map_or(EXPORT_TIMEOUT, limit),
            resource: resource::attributes(&exporter.resource, variables.attributes())?,
            #[cfg(feature = "tls")]
            files: exporter.files.clone().or_named_in(variables),
        }))
    }
}

#[cfg(feature = "tls")]
impl Files {
    fn or_named_in(self, variables: &mut Variables<'_>) -> Self {
        let mut file = |given: Option<PathBuf>, option| {
            given.or_else(|| variables.first(&named(option), |path| Ok(path.into())))
        };
        Self {
            certificate: file(self.certificate, "CERTIFICATE"),
            client_certificate: file(self.client_certificate, "CLIENT_CERTIFICATE"),
            client_key: file(self.client_key, "CLIENT_KEY"),
        }
    }
}

const TEMPORALITY: &str = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE";

const HISTOGRAMS: &str = "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION";

/// Returns the names of the variables for an option, in order of precedence: for metrics, for all
/// signals.
pub(crate) fn named(option: &str) -> [String; 2] {
    ["OTEL_EXPORTER_OTLP_METRICS_", "OTEL_EXPORTER_OTLP_"].map(|of| format!("{of}{option}"))
}

fn headers(
    given: &[(String, String)],
    variables: &mut Variables<'_>,
) -> Result<Vec<(HeaderName, HeaderValue)>, StartError> {
    let given = (1..).zip(given).map(|(number, (name, value))| {
        header(name, value).map_err(|why| StartError::header(number, why))
    });
    let mut all = given.collect::<Result<Vec<_>, _>>()?;
    for (name, value) in variables.headers(&named("HEADERS")) {
        if all.iter().all(|(known, _)| *known != name) {
            all.push((name, value));
        }
    }
    Ok(all)
}

fn protocol(text: &str) -> Result<Protocol, String> {
    match &*text.to_ascii_lowercase() {
        "http/protobuf" => Ok(Protocol::HttpProtobuf),
        #[cfg(feature = "grpc")]
        "grpc" => Ok(Protocol::Grpc),
        #[cfg(not(feature = "grpc"))]
        "grpc" => Err("this program was built without feature `otlp-grpc`".to_owned()),
        _ => Err("write http/protobuf or grpc".to_owned()),
    }
}

fn compression(text: &str) -> Result<Compression, String> {
    match &*text.to_ascii_lowercase() {
        "gzip" => Ok(Compression::Gzip),
        "none" => Ok(Compression::None),
        _ => Err("write gzip or none".to_owned()),
    }
}

fn temporality(text: &str) -> Result<Temporality, String> {
    match &*text.to_ascii_lowercase() {
        "cumulative" => Ok(Temporality::Cumulative),
        // The two differ only for instruments other than counters and histograms.
        "delta" | "lowmemory" => Ok(Temporality::Delta),
        _ => Err("write cumulative, delta or lowmemory".to_owned()),
    }
}

fn histograms(text: &str) -> Result<HistogramAggregation, String> {
    match &*text.to_ascii_lowercase() {
        "explicit_bucket_histogram" => Ok(HistogramAggregation::Explicit),
        "base2_exponential_bucket_histogram" => Ok(HistogramAggregation::Exponential),
        _ => {
            Err("write explicit_bucket_histogram or base2_exponential_bucket_histogram".to_owned())
        }
    }
}

fn interval(text: &str) -> Result<Duration, String> {
    match milliseconds(text)? {
        Duration::ZERO => Err("write a number of milliseconds above 0".to_owned()),
        interval => Ok(interval),
    }
}

fn checked_interval(interval: Duration) -> Result<Duration, StartError> {
    if (MILLISECOND..=LONGEST).contains(&interval) {
        return Ok(interval);
    }
    let why = "choose 1 ms to 24 days".to_owned();
    Err(StartError::of("interval", &format!("{interval:?}"), why))
}

const MILLISECOND: Duration = Duration::from_millis(1);

/// Caps a timeout at one hour. Zero, no limit in the specification, becomes one hour too.
fn limit(time: Duration) -> Duration {
    if time.is_zero() {
        NO_LIMIT
    } else {
        time.min(NO_LIMIT)
    }
}

#[cfg(test)]
#[expect(
    clippy::needless_raw_string_hashes,
    reason = "`UPDATE_EXPECT=1` writes them"
)]
mod tests;
