//! Our metrics in the requests of the program's own OTLP exporter.

use std::{
    fmt,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::SystemTime,
};

use autometrics_core::Snapshot;
use autometrics_otlp::{Options, encode_into};
use http::{Request, Response, header};
use opentelemetry_http::{Bytes, HttpClient, HttpError};

use crate::{
    body::{Encoding, Refused},
    resource,
};

/// An HTTP client that adds the program's metrics to those that an exporter sends.
///
/// It is for the builder of a `MetricExporter` of crate `opentelemetry-otlp`, and wraps the
/// client that the builder would have had, or one of your own:
///
/// ```
/// use autometrics_opentelemetry_0_33::AppendingClient;
/// use opentelemetry_http::HttpClient;
/// use opentelemetry_otlp::{ExporterBuildError, MetricExporter, Protocol};
/// use opentelemetry_otlp::{WithExportConfig, WithHttpConfig};
///
/// fn exporter(client: impl HttpClient + 'static) -> Result<MetricExporter, ExporterBuildError> {
///     MetricExporter::builder()
///         .with_http()
///         .with_protocol(Protocol::HttpBinary)
///         .with_http_client(AppendingClient::new(client))
///         .build()
/// }
/// ```
///
/// Histograms and exemplars included, all arrives in one request with the program's own
/// metrics, under the program's resource. Only `service.name` is what
/// [`Settings`](autometrics_core::Settings::service_name) say; the variable
/// `OTEL_SERVICE_NAME` sets it for both.
///
/// Requests that it can't add to go out as they are: bodies that are not protobuf, or
/// compressed otherwise than with gzip, of which the log (crate [`log`]) hears once, and
/// those to `…/v1/traces` and `…/v1/logs`. An exporter that is not told its protocol
/// sends JSON where any crate of the program asks for feature `http-json`.
pub struct AppendingClient<C> {
    client: C,
    snapshot: Box<dyn Fn() -> Snapshot + Send + Sync>,
    start: SystemTime,
    /// If it is to be delta, what was accepted last and when it was taken.
    base: Option<Mutex<Option<Base>>>,
    has_warned: AtomicBool,
}

type Base = (Snapshot, SystemTime);

impl<C> AppendingClient<C> {
    /// Adds the program's metrics, and lets `client` send the request.
    pub fn new(client: C) -> Self {
        Self::from_fn(client, autometrics_core::snapshot)
    }

    /// Adds what `snapshot` returns, which is called for each request.
    pub fn from_fn(client: C, snapshot: impl Fn() -> Snapshot + Send + Sync + 'static) -> Self {
        Self {
            client,
            snapshot: Box::new(snapshot),
            start: SystemTime::now(),
            base: None,
            has_warned: AtomicBool::new(false),
        }
    }

    /// Sends deltas, each since the last request that was accepted; otherwise counts are
    /// cumulative.
    ///
    /// For exporters with `Temporality::Delta`.
    #[must_use]
    pub fn delta(mut self) -> Self {
        self.base = Some(Mutex::default());
        self
    }

    /// Adds to `request`, if it can be added to. Returns what is then in it.
    fn append(&self, request: &mut Request<Bytes>) -> Option<Base> {
        match self.try_append(request) {
            Ok(added) => added,
            Err(refused) => {
                if !self.has_warned.swap(true, Ordering::Relaxed) {
                    // Without the user and password that an address may have.
                    let uri = request.uri();
                    let (host, path) = (uri.host().unwrap_or_default(), uri.path());
                    log::warn!(
                        "requests to {host}{path} go out without the metrics of autometrics: {refused}"
                    );
                }
                None
            }
        }
    }

    fn try_append(&self, request: &mut Request<Bytes>) -> Result<Option<Base>, Refused> {
        let path = request.uri().path().trim_end_matches('/');
        if path.ends_with("/v1/traces") || path.ends_with("/v1/logs") {
            return Ok(None);
        }
        let encoding = Encoding::of(request.headers())?;
        let mut body = encoding.decode(request.body())?;

        let snapshot = (self.snapshot)();
        let mut options = Options::new(self.start);
        options.resource = resource::attributes(&body)?;
        let base = self.base.as_ref().map(lock);
        match base.as_deref() {
            None => encode_into(&mut body, &snapshot, &options),
            Some(None) => {
                options.since = Some(self.start);
                encode_into(&mut body, &snapshot, &options);
            }
            Some(Some((base, time))) => {
                options.since = Some(*time);
                encode_into(&mut body, &snapshot.since(base), &options);
            }
        }
        *request.body_mut() = encoding.encode(body)?.into();
        let len = request.body().len();
        // Clients set it themselves; one that was set before would be wrong now.
        if let Some(known) = request.headers_mut().get_mut(header::CONTENT_LENGTH) {
            *known = len.into();
        }
        Ok(Some((snapshot, options.time)))
    }
}

#[async_trait::async_trait]
impl<C: HttpClient> HttpClient for AppendingClient<C> {
    async fn send_bytes(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let added = self.append(&mut request);
        let response = self.client.send_bytes(request).await?;
        if let (Some(base), true) = (&self.base, response.status().is_success()) {
            if added.is_some() {
                *lock(base) = added;
            }
        }
        Ok(response)
    }
}

impl<C: fmt::Debug> fmt::Debug for AppendingClient<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppendingClient")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
