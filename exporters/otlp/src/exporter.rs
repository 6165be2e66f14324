//! Builder of an exporter, and the handle of a running one.

use std::{
    env, fmt, process,
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

#[cfg(feature = "tls")]
use std::path::PathBuf;

use autometrics_core::Snapshot;
use ureq::Agent;

use crate::{
    choices::{Compression, Dialect, HistogramAggregation, Protocol, Temporality},
    endpoint::Endpoint,
    error::{ExportError, StartError},
    redaction::redacted,
    settings::{BuilderSettings, Settings},
    shared::Shared,
    variables::Variables,
    worker::{Source, Worker},
};

/// Builder of an exporter that sends the program's metrics to an OpenTelemetry Collector.
///
/// A setting of this builder takes precedence over the environment variable for it. The
/// [table](crate#variables) lists variables and defaults.
///
/// ```no_run
/// use std::time::Duration;
///
/// use autometrics::otlp::Exporter;
///
/// fn main() -> Result<(), Box<dyn std::error::Error>> {
///     let metrics = Exporter::new()
///         .endpoint("http://collector:4318")
///         .interval(Duration::from_secs(15))
///         .start()?;
///     // … the program
///     metrics.shutdown(Duration::from_secs(5))?;
///     Ok(())
/// }
/// ```
#[must_use = "an exporter sends nothing until `start` is called"]
pub struct Exporter {
    source: Source,
    pub(crate) settings: BuilderSettings,
}

impl Exporter {
    /// Creates an exporter of the metrics that this program records.
    pub fn new() -> Self {
        Self {
            source: Box::new(autometrics_core::snapshot),
            settings: BuilderSettings::default(),
        }
    }

    /// Sets the source of snapshots. Default: this program.
    ///
    /// `source` is called once per export, on the exporter's thread. If it panics, that export
    /// fails and the next one calls it again.
    pub fn snapshot_source(mut self, source: impl Fn() -> Snapshot + Send + 'static) -> Self {
        self.source = Box::new(source);
        self
    }

    /// Sets the transport protocol. Default: `http/protobuf`.
    pub fn protocol(mut self, protocol: Protocol) -> Self {
        self.settings.protocol = Some(protocol);
        self
    }

    /// Sets the base URL of the Collector, such as `http://collector:4318`. For HTTP, `/v1/metrics`
    /// is appended.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.settings.endpoint = Some(Endpoint::Collector(url.into()));
        self
    }

    /// Sets the complete URL for metrics. Nothing is appended.
    pub fn metrics_endpoint(mut self, url: impl Into<String>) -> Self {
        self.settings.endpoint = Some(Endpoint::Metrics(url.into()));
        self
    }

    /// Adds a header to every request, such as `authorization`. Headers added here take precedence
    /// over those from variables.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the compression of requests. Default: gzip.
    pub fn compression(mut self, compression: Compression) -> Self {
        self.settings.compression = Some(compression);
        self
    }

    /// Sets the aggregation temporality of counters and histograms. Default: cumulative.
    pub fn temporality(mut self, temporality: Temporality) -> Self {
        self.settings.temporality = Some(temporality);
        self
    }

    /// Sets the kind of histogram for latencies. Default: explicit bounds.
    pub fn histogram_aggregation(mut self, aggregation: HistogramAggregation) -> Self {
        self.settings.histograms = Some(aggregation);
        self
    }

    /// Sets the names of metrics and attributes. Default: those of the Autometrics specification.
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.settings.dialect = Some(dialect);
        self
    }

    /// Sets whether functions have the attribute `code.file.path` in [`Dialect::Code`]. Default:
    /// `false`.
    pub fn code_file_paths(mut self, are_exported: bool) -> Self {
        self.settings.code_file_paths = are_exported;
        self
    }

    /// Sets the maximum size of a request in bytes, before compression. Default: 3.5 MiB, below the
    /// 4 MiB limit of gRPC receivers.
    ///
    /// A larger export is split into several requests, sent one after the other. A single data
    /// point above the limit is sent in a request of its own.
    pub fn max_request_size(mut self, bytes: usize) -> Self {
        self.settings.max_request_size = Some(bytes);
        self
    }

    /// Sets the time from one export to the next, between 1 ms and 24 days. Default: 60 s.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.settings.interval = Some(interval);
        self
    }

    /// Sets the time limit of one request. Default: 10 s. Zero, and anything longer, means one
    /// hour.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = Some(timeout);
        self
    }

    /// Sets the time limit of one export with all its attempts. Default: 30 s. Zero, and anything
    /// longer, means one hour. No attempt begins once the next export is due.
    pub fn export_timeout(mut self, timeout: Duration) -> Self {
        self.settings.export_timeout = Some(timeout);
        self
    }

    /// Adds a resource attribute, such as `deployment.environment.name`.
    ///
    /// `service.name` cannot be set here, and [`start`](Self::start) returns an error for it. Set
    /// it with [`Settings`](autometrics_core::Settings::service_name), for all exporters.
    pub fn resource_attribute(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.resource.push((key.into(), value.into()));
        self
    }

    /// Sets a PEM file with the root certificates to trust for `https://`, instead of the system's.
    #[cfg(feature = "tls")]
    pub fn certificate(mut self, path: impl Into<PathBuf>) -> Self {
        self.settings.files.certificate = Some(path.into());
        self
    }

    /// Sets PEM files with a client certificate and its key, with which the program authenticates
    /// itself to the Collector.
    #[cfg(feature = "tls")]
    pub fn client_certificate(
        mut self,
        certificate: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
    ) -> Self {
        self.settings.files.client_certificate = Some(certificate.into());
        self.settings.files.client_key = Some(key.into());
        self
    }

    /// Starts a thread that exports the metrics: after one second for the first time, or after one
    /// interval if that is shorter, then once per interval.
    ///
    /// A child of `fork` does not have that thread: a program that becomes a daemon calls this
    /// afterwards.
    ///
    /// If variables turn the export off (`OTEL_SDK_DISABLED`, `OTEL_METRICS_EXPORTER=none`), no
    /// thread starts, and [`flush`](Running::flush) and [`shutdown`](Running::shutdown) of the
    /// handle return `Ok` at once.
    ///
    /// # Errors
    ///
    /// Returns an error if
    ///
    /// - a setting of the builder is invalid,
    /// - the endpoint has scheme `https` and feature `tls` is off, or certificates are missing or
    ///   unreadable,
    /// - the system cannot start another thread.
    ///
    /// An invalid variable is no error: the exporter logs a warning with crate `log` and uses the
    /// default.
    pub fn start(self) -> Result<Running, StartError> {
        let read = |name: &str| env::var(name).ok();
        let mut variables = Variables::new(&read);
        let settings = Settings::resolve(&self.settings, &mut variables)?;
        for warning in variables.into_warnings() {
            log::warn!("{warning}");
        }
        let sender = settings.map(|settings| Sender::start(settings, self.source));
        sender.transpose().map(|sender| Running { sender })
    }
}

impl Default for Exporter {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Exporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Headers may be secret, and endpoints may contain passwords.
        f.debug_struct("Exporter").finish_non_exhaustive()
    }
}

/// Handle of an exporter that is running.
///
/// Dropping it does not stop the exporter: its thread sends metrics until
/// [`shutdown`](Self::shutdown) or the end of the program. Calls since the last export are sent
/// only by [`flush`](Self::flush) and [`shutdown`](Self::shutdown), as a program that ends does not
/// wait for the thread.
pub struct Running {
    sender: Option<Sender>,
}

impl Running {
    /// Returns the URL that metrics are sent to, without user, password and query. `None` if
    /// variables turn the export off.
    pub fn endpoint(&self) -> Option<&str> {
        self.sender.as_ref().map(|sender| &*sender.endpoint)
    }

    /// Exports a new snapshot now and waits until the Collector has accepted it, for at most
    /// `timeout`.
    ///
    /// # Errors
    ///
    /// Returns an error if the Collector refuses the export or does not accept it in time. No count
    /// is lost by that, as later exports contain it. In a child of `fork`, which does not have the
    /// thread that sends, it returns an error at once.
    pub fn flush(&self, timeout: Duration) -> Result<(), ExportError> {
        match &self.sender {
            Some(sender) => {
                sender.check_process()?;
                sender.request(false, timeout)
            }
            None => Ok(()),
        }
    }

    /// Exports a new snapshot, waits until the Collector has accepted it, for at most `timeout`,
    /// and ends the thread. At least one attempt is made, even if the Collector asked for a longer
    /// pause.
    ///
    /// # Errors
    ///
    /// Returns an error in the cases of [`flush`](Self::flush). A request that is in progress when
    /// the time is up is cancelled. Over gRPC, the thread may go on until the request's own
    /// timeout.
    pub fn shutdown(self, timeout: Duration) -> Result<(), ExportError> {
        let Some(sender) = self.sender else {
            return Ok(());
        };
        sender.check_process()?;
        let outcome = sender.request(true, timeout);
        if outcome.as_ref().is_err_and(ExportError::is_timeout) {
            if let Some(agent) = sender.agent {
                agent.shutdown();
            }
            return outcome;
        }
        // The thread catches panics itself.
        let _ = sender.thread.join();
        outcome
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running")
            .field("endpoint", &self.endpoint())
            .finish_non_exhaustive()
    }
}

struct Sender {
    endpoint: String,
    /// Id of the process that the thread belongs to.
    process: u32,
    shared: Arc<Shared>,
    agent: Option<Agent>,
    thread: JoinHandle<()>,
}

impl Sender {
    fn start(settings: Settings, source: Source) -> Result<Self, StartError> {
        let endpoint = redacted(&settings.endpoint);
        let shared = Arc::new(Shared::default());
        let (tell, told) = mpsc::sync_channel(1);
        let its = Arc::clone(&shared);
        // Everything that the thread owns is created there, because a Tokio runtime must not be
        // dropped inside another one.
        let thread = thread::Builder::new()
            .name("metrics-otlp".to_owned())
            .spawn(move || match Worker::new(settings, source, its) {
                Ok(worker) => {
                    let _ = tell.send(Ok(worker.agent()));
                    worker.run();
                }
                Err(error) => {
                    let _ = tell.send(Err(error));
                }
            })
            .map_err(StartError::thread)?;
        let agent = told.recv().unwrap_or_else(|_| {
            Err(StartError::thread(std::io::Error::other(
                "the thread ended",
            )))
        })?;
        Ok(Self {
            endpoint,
            process: process::id(),
            shared,
            agent,
            thread,
        })
    }

    /// Checks that this process has the thread. A child of `fork` does not have it. If the thread
    /// held a lock at that moment, nobody in the child ever releases it.
    fn check_process(&self) -> Result<(), ExportError> {
        if self.process == process::id() {
            return Ok(());
        }
        Err(ExportError::said(
            "the thread that sends metrics was started before `fork` and does not run in this \
             process; start the exporter after `fork`"
                .to_owned(),
        ))
    }

    fn request(&self, last: bool, timeout: Duration) -> Result<(), ExportError> {
        const LONGEST: Duration = Duration::from_secs(3600);
        let until = Instant::now() + timeout.min(LONGEST);
        let number = self.shared.request(until, last);
        let outcome = self.shared.outcome(number, until);
        outcome.unwrap_or_else(|| {
            let trouble = self.shared.trouble();
            Err(ExportError::late(&self.endpoint, timeout, trouble))
        })
    }
}
