//! Metrics as text, by the names of `autometrics` 3.0.
//!
//! ```
//! use autometrics::prometheus_exporter::{self, PrometheusResponse};
//!
//! pub async fn get_metrics() -> PrometheusResponse {
//!     prometheus_exporter::encode_http_response()
//! }
//!
//! prometheus_exporter::init();
//! ```
//!
//! The new names are in [`autometrics::prometheus`](crate::prometheus), where nothing
//! has to be initialized, and whose answers are in the format that is asked for.

use std::{
    error::Error,
    fmt,
    sync::atomic::{AtomicBool, Ordering},
};

use http::{Response, header::CONTENT_TYPE};

use crate::prometheus::{Format, encode};

/// What [`encode_http_response`] returns.
pub type PrometheusResponse = Response<String>;

static INITIALIZED: AtomicBool = AtomicBool::new(false);

/// Notes that the exporter was initialized; there is nothing to initialize.
///
/// # Errors
///
/// The second time, and after the settings were initialized.
pub fn try_init() -> Result<(), ExporterInitializationError> {
    if INITIALIZED.swap(true, Ordering::Relaxed) {
        Err(ExporterInitializationError::AlreadyInitialized)
    } else {
        Ok(())
    }
}

/// As [`try_init`].
///
/// # Panics
///
/// Where that fails: the second time, and after the settings were initialized.
pub fn init() {
    if let Err(error) = try_init() {
        panic!("{error}");
    }
}

/// All metrics in Prometheus' text format, version 0.0.4.
///
/// # Errors
///
/// None; the type is that of 3.0.
pub fn encode_to_string() -> Result<String, EncodingError> {
    Ok(encode(&crate::snapshot(), Format::Text))
}

/// All metrics as an answer to Prometheus.
pub fn encode_http_response() -> PrometheusResponse {
    let mut response = Response::new(encode(&crate::snapshot(), Format::Text));
    let content_type = http::HeaderValue::from_static(Format::Text.content_type());
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}

/// Why metrics could not be written: never.
#[derive(Debug)]
#[non_exhaustive]
pub enum EncodingError {
    /// The exporter could not be initialized.
    Initialization(ExporterInitializationError),
}

/// Why the exporter was not initialized.
#[derive(Debug)]
#[non_exhaustive]
pub enum ExporterInitializationError {
    /// It was before.
    AlreadyInitialized,
}

impl fmt::Display for EncodingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Initialization(error) = self;
        error.fmt(f)
    }
}

impl fmt::Display for ExporterInitializationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the Prometheus exporter has already been initialized; \
             once is enough, and initializing the settings does it, too",
        )
    }
}

impl Error for EncodingError {}
impl Error for ExporterInitializationError {}

impl From<ExporterInitializationError> for EncodingError {
    fn from(error: ExporterInitializationError) -> Self {
        Self::Initialization(error)
    }
}
