//! HTTP client that appends metrics to the requests of the program's own OTLP exporter.

use std::{
    fmt,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::SystemTime,
};

use autometrics_core::Snapshot;
use autometrics_otlp::{HistogramAggregation, Options, Requests, Stream, Temporality};
use http::{Request, Response, StatusCode, header, request::Parts};
use opentelemetry_http::{Bytes, HttpClient, HttpError};

use crate::{
    body::{Encoding, Refused},
    resource,
};

/// HTTP client that adds the program's metrics to the requests of an OTLP exporter.
///
/// Pass it to the builder of a `MetricExporter` of crate `opentelemetry-otlp`. It wraps the client
/// that the builder would use otherwise, or one of your own:
///
/// ```
/// use autometrics::opentelemetry_0_33::AppendingClient;
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
/// All metrics, histograms and exemplars included, arrive in one request with the program's other
/// metrics, under the program's resource. Only `service.name` comes from
/// [`Settings`](autometrics_core::Settings::service_name). The variable `OTEL_SERVICE_NAME` sets it
/// for both.
///
/// A request grows up to [3.5 MiB](Self::max_request_size). Data points that do not fit follow in
/// further requests, to the same address and with the same headers, once the first one was
/// accepted. The exporter does not learn of them. If one is not accepted, a warning is logged, and
/// the next export contains its counts.
///
/// Requests to `…/v1/traces` and `…/v1/logs` are sent unchanged. So are requests whose body is not
/// protobuf, or has another compression than gzip; for these, a warning is logged once with crate
/// [`log`]. An exporter whose protocol is not set sends JSON if any crate of the program enables
/// feature `http-json`.
pub struct AppendingClient<C> {
    client: C,
    source: Box<dyn Fn() -> Snapshot + Send + Sync>,
    start: SystemTime,
    temporality: Temporality,
    histograms: HistogramAggregation,
    max_request_size: Option<usize>,
    /// `None` while a request in progress holds the stream.
    stream: Mutex<Option<Stream>>,
    has_warned: AtomicBool,
    has_warned_of_rest: AtomicBool,
}

impl<C> AppendingClient<C> {
    /// Creates a client that adds the program's metrics and lets `client` send the requests.
    pub fn new(client: C) -> Self {
        let client = Self {
            client,
            source: Box::new(autometrics_core::snapshot),
            start: SystemTime::now(),
            temporality: Temporality::Cumulative,
            histograms: HistogramAggregation::from_env().unwrap_or_default(),
            max_request_size: None,
            stream: Mutex::default(),
            has_warned: AtomicBool::new(false),
            has_warned_of_rest: AtomicBool::new(false),
        };
        client.with_stream()
    }

    /// Sets the source of snapshots, which is called for each request. Default: this program.
    #[must_use]
    pub fn snapshot_source(
        mut self,
        source: impl Fn() -> Snapshot + Send + Sync + 'static,
    ) -> Self {
        self.source = Box::new(source);
        self
    }

    /// Sends deltas, each since the last accepted request. By default, counts are cumulative.
    ///
    /// For exporters with `Temporality::Delta`.
    #[must_use]
    pub fn delta(mut self) -> Self {
        self.temporality = Temporality::Delta;
        self.with_stream()
    }

    /// Sets the kind of histogram for latencies. Takes precedence over the variable
    /// `OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION`.
    #[must_use]
    pub fn histogram_aggregation(mut self, aggregation: HistogramAggregation) -> Self {
        self.histograms = aggregation;
        self
    }

    /// Sets the size up to which data points are added to a request, in bytes before compression.
    /// Default: 3.5 MiB.
    #[must_use]
    pub fn max_request_size(mut self, bytes: usize) -> Self {
        self.max_request_size = Some(bytes);
        self.with_stream()
    }

    fn with_stream(mut self) -> Self {
        let stream = Stream::new(self.start, self.temporality);
        self.stream = Mutex::new(Some(match self.max_request_size {
            Some(bytes) => stream.max_request_size(bytes),
            None => stream,
        }));
        self
    }

    /// Appends the first body of an export to `request`. Returns the export in progress, or `None`
    /// if the request stays unchanged.
    fn append(&self, request: &mut Request<Bytes>) -> Option<ExportInProgress<'_>> {
        match self.try_append(request) {
            Ok(added) => added,
            Err(refused) => {
                if !self.has_warned.swap(true, Ordering::Relaxed) {
                    let to = address(request.uri());
                    log::warn!(
                        "requests to {to} are sent without the metrics of autometrics: {refused}"
                    );
                }
                None
            }
        }
    }

    fn try_append(
        &self,
        request: &mut Request<Bytes>,
    ) -> Result<Option<ExportInProgress<'_>>, Refused> {
        let path = request.uri().path().trim_end_matches('/');
        if path.ends_with("/v1/traces") || path.ends_with("/v1/logs") {
            return Ok(None);
        }
        let encoding = Encoding::of(request.headers())?;
        let mut body = encoding.decode(request.body())?;
        let resource = resource::attributes(&body)?;

        let mut in_progress = ExportInProgress {
            stream_slot: &self.stream,
            stream: lock(&self.stream).take(),
            export: None,
            encoding,
        };
        let Some(stream) = &mut in_progress.stream else {
            return Ok(None);
        };
        let mut options = Options::new(self.start);
        options.resource = resource;
        options.histograms = self.histograms;
        let export = stream.export_behind(body.len(), (self.source)(), options);
        let first = export.bodies.first().map(Vec::as_slice);
        body.extend_from_slice(first.unwrap_or_default());
        in_progress.export = Some(export);
        set_body(request, encoding.encode(body)?.into());
        Ok(Some(in_progress))
    }
}

impl<C: HttpClient> AppendingClient<C> {
    /// Sends the remaining bodies of an export. `head` is that of its first request, which was
    /// accepted.
    async fn send_rest(&self, head: &Parts, in_progress: &mut ExportInProgress<'_>) {
        let mut at = 0;
        while let Some(body) = in_progress.body(at) {
            let mut request = Request::from_parts(head.clone(), Bytes::new());
            set_body(&mut request, body);
            let why = match self.client.send_bytes(request).await {
                Ok(response) if response.status().is_success() => {
                    in_progress.accepted(at);
                    continue;
                }
                Ok(response) => {
                    at += 1;
                    let status = response.status();
                    self.warn_of_rest(head, &format!("answered {status}"));
                    if is_temporary(status) {
                        return;
                    }
                    continue;
                }
                Err(error) => error.to_string(),
            };
            self.warn_of_rest(head, &why);
            return;
        }
    }

    fn warn_of_rest(&self, head: &Parts, why: &str) {
        if !self.has_warned_of_rest.swap(true, Ordering::Relaxed) {
            let to = address(&head.uri);
            log::warn!(
                "{to} did not accept a part of the metrics of autometrics, which did not fit in one \
                 request: {why}. No count is lost: later requests contain its counts"
            );
        }
    }
}

#[async_trait::async_trait]
impl<C: HttpClient> HttpClient for AppendingClient<C> {
    async fn send_bytes(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let Some(mut in_progress) = self.append(&mut request) else {
            return self.client.send_bytes(request).await;
        };
        let (head, body) = request.into_parts();
        let request = Request::from_parts(head.clone(), body);
        let response = self.client.send_bytes(request).await?;
        if response.status().is_success() {
            in_progress.accepted(0);
            self.send_rest(&head, &mut in_progress).await;
        }
        Ok(response)
    }
}

/// Export in progress. On drop, also when its future is cancelled, it returns the stream with the
/// bodies that were not accepted.
struct ExportInProgress<'a> {
    stream_slot: &'a Mutex<Option<Stream>>,
    stream: Option<Stream>,
    export: Option<Requests>,
    encoding: Encoding,
}

impl ExportInProgress<'_> {
    /// Returns, encoded for sending, the body at index `at` of those that were not accepted.
    fn body(&self, at: usize) -> Option<Bytes> {
        let body = self.export.as_ref()?.bodies.get(at)?;
        Some(self.encoding.encode(body.clone()).ok()?.into())
    }

    fn accepted(&mut self, at: usize) {
        if let Some(export) = &mut self.export {
            export.bodies.remove(at);
        }
    }
}

impl Drop for ExportInProgress<'_> {
    fn drop(&mut self) {
        let Some(mut stream) = self.stream.take() else {
            return;
        };
        if let Some(export) = self.export.take() {
            stream.settle(export);
        }
        *lock(self.stream_slot) = Some(stream);
    }
}

fn set_body(request: &mut Request<Bytes>, body: Bytes) {
    let len = body.len();
    *request.body_mut() = body;
    // Clients set this header themselves. A value from before would be wrong now.
    if let Some(known) = request.headers_mut().get_mut(header::CONTENT_LENGTH) {
        *known = len.into();
    }
}

/// Returns host and path of `uri`, without user and password.
fn address(uri: &http::Uri) -> String {
    let (host, path) = (uri.host().unwrap_or_default(), uri.path());
    format!("{host}{path}")
}

/// Returns `true` if the status means, by the OTLP specification, that the collector temporarily
/// accepts no requests.
fn is_temporary(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 502 | 503 | 504)
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
