//! The builder, and the handle of what it starts.

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
    endpoint::{self, Endpoint},
    error::{ExportError, StartError},
    settings::{Compression, HistogramAggregation, Protocol, Settings, Temporality},
    shared::Shared,
    variables::Variables,
    worker::Worker,
};

pub(crate) type Source = Box<dyn Fn() -> Snapshot + Send>;

/// Sends the program's metrics to an OpenTelemetry Collector.
///
/// What is said here goes before the variables, and what neither says has a default: see
/// the [table](crate#variables).
///
/// ```no_run
/// use std::time::Duration;
///
/// use autometrics_otlp::Exporter;
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
#[must_use = "nothing is sent before `start`"]
pub struct Exporter {
    source: Source,
    pub(crate) protocol: Option<Protocol>,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) compression: Option<Compression>,
    pub(crate) temporality: Option<Temporality>,
    pub(crate) histograms: Option<HistogramAggregation>,
    pub(crate) max_request_size: Option<usize>,
    pub(crate) interval: Option<Duration>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) export_timeout: Option<Duration>,
    pub(crate) resource: Vec<(String, String)>,
    #[cfg(feature = "tls")]
    pub(crate) files: crate::settings::Files,
}

impl Exporter {
    /// An exporter of what the program records.
    pub fn new() -> Self {
        Self::from_fn(autometrics_core::snapshot)
    }

    /// An exporter of what `snapshot` returns, which is called at each export.
    pub fn from_fn(snapshot: impl Fn() -> Snapshot + Send + 'static) -> Self {
        Self {
            source: Box::new(snapshot),
            protocol: None,
            endpoint: None,
            headers: Vec::new(),
            compression: None,
            temporality: None,
            histograms: None,
            max_request_size: None,
            interval: None,
            timeout: None,
            export_timeout: None,
            resource: Vec::new(),
            #[cfg(feature = "tls")]
            files: crate::settings::Files::default(),
        }
    }

    /// How requests travel.
    pub fn protocol(mut self, protocol: Protocol) -> Self {
        self.protocol = Some(protocol);
        self
    }

    /// Where the Collector is, such as `http://collector:4318`. For HTTP `/v1/metrics`
    /// is added.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(Endpoint::Collector(url.into()));
        self
    }

    /// Where metrics go, with the path: nothing is added.
    pub fn metrics_endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(Endpoint::Metrics(url.into()));
        self
    }

    /// A header of every request, such as one that says who is asking.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// How requests are made smaller.
    pub fn compression(mut self, compression: Compression) -> Self {
        self.compression = Some(compression);
        self
    }

    /// What a counter's value counts.
    pub fn temporality(mut self, temporality: Temporality) -> Self {
        self.temporality = Some(temporality);
        self
    }

    /// Sets the buckets of latencies.
    pub fn histogram_aggregation(mut self, aggregation: HistogramAggregation) -> Self {
        self.histograms = Some(aggregation);
        self
    }

    /// Sets the size up to which data points go in one request, in bytes before it is compressed:
    /// 3.5 MiB by default, below the 4 MiB that receivers of gRPC take. An export that is larger is
    /// several requests, one after the other. A data point that is larger by itself goes alone.
    pub fn max_request_size(mut self, bytes: usize) -> Self {
        self.max_request_size = Some(bytes);
        self
    }

    /// From one export to the next: a millisecond to 24 days.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = Some(interval);
        self
    }

    /// How long one request may take. Zero is an hour, as is everything above.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How long one export may take with all its tries. Zero is an hour, as is everything
    /// above. No try begins once the next export is due.
    pub fn export_timeout(mut self, timeout: Duration) -> Self {
        self.export_timeout = Some(timeout);
        self
    }

    /// An attribute of the resource, such as `deployment.environment.name`.
    ///
    /// The service's name is none of these: it is that of
    /// [`Settings`](autometrics_core::Settings::service_name), as for all exporters.
    pub fn resource_attribute(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.resource.push((key.into(), value.into()));
        self
    }

    /// A file with certificates in PEM form: whom to trust behind `https://`, instead of
    /// the system's root certificates.
    #[cfg(feature = "tls")]
    pub fn certificate(mut self, path: impl Into<PathBuf>) -> Self {
        self.files.certificate = Some(path.into());
        self
    }

    /// Files with a certificate and its key in PEM form, by which the Collector knows
    /// who is asking.
    #[cfg(feature = "tls")]
    pub fn client_certificate(
        mut self,
        certificate: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
    ) -> Self {
        self.files.client_certificate = Some(certificate.into());
        self.files.client_key = Some(key.into());
        self
    }

    /// Sends from now on, on a thread of its own: after a second for the first time,
    /// then every interval. A child of `fork` does not have that thread: a program that becomes a
    /// daemon calls this afterwards.
    ///
    /// Nothing is sent where variables say so: then the handle is one of nothing.
    ///
    /// # Errors
    ///
    /// When a setting can't be right, when the endpoint's `https` needs a feature or
    /// certificates that are not there, and when the system has no more threads. A
    /// variable that can't be right is warned of, by way of crate `log`, and the default
    /// is used.
    pub fn start(self) -> Result<Running, StartError> {
        let read = |name: &str| env::var(name).ok();
        let mut variables = Variables::new(&read);
        let settings = Settings::resolve(&self, &mut variables)?;
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
        // Headers may be secret, and endpoints have passwords.
        f.debug_struct("Exporter").finish_non_exhaustive()
    }
}

/// An exporter that is running.
///
/// Dropping it changes nothing: metrics are sent until [`shutdown`](Self::shutdown) or
/// the end of the program, so that starting it is one line in `main`. What came since the
/// last export is sent by [`shutdown`](Self::shutdown) alone: the end of the program does
/// not wait for anyone.
pub struct Running {
    sender: Option<Sender>,
}

impl Running {
    /// Where metrics go, without what may be secret in it; `None` where variables say
    /// that nothing shall be sent.
    pub fn endpoint(&self) -> Option<&str> {
        self.sender.as_ref().map(|sender| &*sender.endpoint)
    }

    /// Sends what is recorded by now, and waits until the Collector has it, up to
    /// `timeout`.
    ///
    /// # Errors
    ///
    /// When the Collector does not take it, or not in time. Nothing is lost by that: later
    /// exports have it as well. In a child of `fork`, which has no thread that sends: at once.
    pub fn flush(&self, timeout: Duration) -> Result<(), ExportError> {
        match &self.sender {
            Some(sender) => {
                sender.is_here()?;
                sender.ask(false, timeout)
            }
            None => Ok(()),
        }
    }

    /// Sends what is recorded by now, waits until the Collector has it, up to `timeout`,
    /// and ends the thread. It tries at least once, also where the Collector asked for a
    /// longer pause.
    ///
    /// # Errors
    ///
    /// As [`flush`](Self::flush). A request that is under way when time is up is broken
    /// off; over gRPC its thread may take until the request's own timeout.
    pub fn shutdown(self, timeout: Duration) -> Result<(), ExportError> {
        let Some(sender) = self.sender else {
            return Ok(());
        };
        sender.is_here()?;
        let outcome = sender.ask(true, timeout);
        if outcome.as_ref().is_err_and(ExportError::is_timeout) {
            if let Some(agent) = sender.agent {
                agent.shutdown();
            }
            return outcome;
        }
        // It catches what it panics with.
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
    /// The process that has the thread.
    process: u32,
    shared: Arc<Shared>,
    agent: Option<Agent>,
    thread: JoinHandle<()>,
}

impl Sender {
    fn start(settings: Settings, source: Source) -> Result<Self, StartError> {
        let endpoint = endpoint::shown(&settings.endpoint);
        let shared = Arc::new(Shared::default());
        let (tell, told) = mpsc::sync_channel(1);
        let its = Arc::clone(&shared);
        // All that belongs to the thread is made there: a runtime must not be dropped
        // where another one runs.
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
        let agent = told
            .recv()
            .unwrap_or_else(|_| Err(StartError::thread(std::io::Error::other("it ended"))))?;
        Ok(Self {
            endpoint,
            process: process::id(),
            shared,
            agent,
            thread,
        })
    }

    /// Checks that this process has the thread. A child of `fork` has neither that nor, if the
    /// thread held it, a lock that anyone would release.
    fn is_here(&self) -> Result<(), ExportError> {
        if self.process == process::id() {
            return Ok(());
        }
        Err(ExportError::said(
            "the thread that sends metrics belongs to the process that this one was forked from; \
             start the exporter after `fork`"
                .to_owned(),
        ))
    }

    fn ask(&self, last: bool, timeout: Duration) -> Result<(), ExportError> {
        const LONGEST: Duration = Duration::from_secs(3600);
        let until = Instant::now() + timeout.min(LONGEST);
        let number = self.shared.ask(until, last);
        let outcome = self.shared.outcome(number, until);
        outcome.unwrap_or_else(|| {
            let trouble = self.shared.trouble();
            Err(ExportError::late(&self.endpoint, timeout, trouble))
        })
    }
}
