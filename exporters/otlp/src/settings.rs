//! Settings of an exporter: from the builder, else from the variables, else the defaults.

#[cfg(feature = "tls")]
use std::path::PathBuf;
use std::time::Duration;

use http::{HeaderName, HeaderValue, Uri};

use crate::{
    choices::{
        Compression, DIALECT, Dialect, HISTOGRAMS, HistogramAggregation, Protocol, TEMPORALITY,
        Temporality, compression, dialect, histograms, protocol, temporality,
    },
    endpoint::{self, Endpoint},
    error::StartError,
    resource,
    variables::{LONGEST, Variables, header, milliseconds, named},
};

/// Settings of the builder. `None` and empty lists are settings that were not set.
#[derive(Default)]
pub(crate) struct BuilderSettings {
    pub(crate) protocol: Option<Protocol>,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) compression: Option<Compression>,
    pub(crate) temporality: Option<Temporality>,
    pub(crate) histograms: Option<HistogramAggregation>,
    pub(crate) dialect: Option<Dialect>,
    pub(crate) code_file_paths: bool,
    pub(crate) max_request_size: Option<usize>,
    pub(crate) interval: Option<Duration>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) export_timeout: Option<Duration>,
    pub(crate) resource: Vec<(String, String)>,
    #[cfg(feature = "tls")]
    pub(crate) files: Files,
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
    pub(crate) dialect: Dialect,
    pub(crate) code_file_paths: bool,
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
    /// Resolves the settings of the builder and of `variables`. Returns `None` if variables turn the
    /// export off.
    pub(crate) fn resolve(
        builder: &BuilderSettings,
        variables: &mut Variables<'_>,
    ) -> Result<Option<Self>, StartError> {
        let disabled = variables.is_true("OTEL_SDK_DISABLED");
        let chosen = variables.text("OTEL_METRICS_EXPORTER");
        if disabled || chosen.is_some_and(|chosen| chosen.eq_ignore_ascii_case("none")) {
            return Ok(None);
        }
        let protocol = builder
            .protocol
            .or_else(|| variables.first(&named("PROTOCOL"), protocol))
            .unwrap_or(Protocol::HttpProtobuf);
        let endpoint = endpoint::resolve(builder.endpoint.as_ref(), protocol, variables)?;
        Ok(Some(Self {
            protocol,
            endpoint,
            headers: headers(&builder.headers, variables)?,
            compression: builder
                .compression
                .or_else(|| variables.first(&named("COMPRESSION"), compression))
                .unwrap_or(Compression::Gzip),
            temporality: builder
                .temporality
                .or_else(|| variables.first(&[TEMPORALITY], temporality))
                .unwrap_or(Temporality::Cumulative),
            histograms: builder
                .histograms
                .or_else(|| variables.first(&[HISTOGRAMS], histograms))
                .unwrap_or_default(),
            dialect: builder
                .dialect
                .or_else(|| variables.first(&[DIALECT], dialect))
                .unwrap_or_default(),
            code_file_paths: builder.code_file_paths,
            max_request_size: builder.max_request_size.unwrap_or(MAX_REQUEST_SIZE),
            interval: builder
                .interval
                .map(checked_interval)
                .transpose()?
                .or_else(|| variables.first(&["OTEL_METRIC_EXPORT_INTERVAL"], interval))
                .unwrap_or(INTERVAL),
            timeout: builder
                .timeout
                .or_else(|| variables.first(&named("TIMEOUT"), milliseconds))
                .map_or(TIMEOUT, limit),
            export_timeout: builder
                .export_timeout
                .or_else(|| variables.first(&["OTEL_METRIC_EXPORT_TIMEOUT"], milliseconds))
                .map_or(EXPORT_TIMEOUT, limit),
            resource: resource::attributes(&builder.resource, variables.attributes())?,
            #[cfg(feature = "tls")]
            files: builder.files.clone().or_named_in(variables),
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
