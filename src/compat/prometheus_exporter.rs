//! Prometheus text with the names of `autometrics` 3.0.
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
//! The new names are in [`autometrics::prometheus`](crate::prometheus), which needs no
//! initialization and responds in the format that the request prefers.

use std::{
    error::Error,
    fmt,
    sync::atomic::{AtomicBool, Ordering},
};

use http::{Response, header::CONTENT_TYPE};

use crate::prometheus::{Format, encode};

/// The type of responses of [`encode_http_response`].
pub type PrometheusResponse = Response<String>;

static INITIALIZED: AtomicBool = AtomicBool::new(false);

/// Marks the exporter as initialized; no other effect.
///
/// # Errors
///
/// Returns an error if the exporter was initialized before, also by the settings.
pub fn try_init() -> Result<(), ExporterInitializationError> {
    if INITIALIZED.swap(true, Ordering::Relaxed) {
        Err(ExporterInitializationError::AlreadyInitialized)
    } else {
        Ok(())
    }
}

/// Calls [`try_init`] and panics on errors.
///
/// # Panics
///
/// Panics if the exporter was initialized before, also by the settings.
pub fn init() {
    if let Err(error) = try_init() {
        panic!("{error}");
    }
}

/// Encodes all metrics in Prometheus' text format, version 0.0.4.
///
/// # Errors
///
/// Never fails; the type is that of 3.0.
pub fn encode_to_string() -> Result<String, EncodingError> {
    Ok(encode(&crate::snapshot(), Format::Text))
}

/// Returns an HTTP response with all metrics in Prometheus' text format, version 0.0.4.
pub fn encode_http_response() -> PrometheusResponse {
    let mut response = Response::new(encode(&crate::snapshot(), Format::Text));
    let content_type = http::HeaderValue::from_static(Format::Text.content_type());
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}

/// Error of encoding metrics; never returned.
#[derive(Debug)]
#[non_exhaustive]
pub enum EncodingError {
    /// The exporter could not be initialized.
    Initialization(ExporterInitializationError),
}

/// Error of initializing the exporter.
#[derive(Debug)]
#[non_exhaustive]
pub enum ExporterInitializationError {
    /// The exporter was initialized before.
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
             initializing the settings initializes it as well",
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
