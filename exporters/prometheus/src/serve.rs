//! Options and routes of the metrics listener.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs},
};

use autometrics_core::Snapshot;
use autometrics_listener::listen;
use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};

use crate::response::respond;
use crate::{Format, Hosts, ServeError, Server};

/// Default address for [`serve`](crate::serve): port 9464, which OpenTelemetry's Prometheus
/// exporters use too, on the loopback interface.
pub const DEFAULT_ADDR: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9464);

/// Serves like [`serve`](crate::serve), and calls `snapshot` at each scrape of `/metrics`.
///
/// ```
/// use autometrics::Snapshot;
///
/// let server = autometrics::prometheus::serve_from("127.0.0.1:0", || Snapshot::new("shop"))?;
/// println!("metrics at http://{}/metrics", server.local_addr());
/// server.shutdown();
/// # Ok::<(), autometrics::prometheus::ServeError>(())
/// ```
///
/// # Errors
///
/// Returns an error in the cases of [`serve`](crate::serve).
pub fn serve_from(
    addr: impl ToSocketAddrs,
    snapshot: impl Fn() -> Snapshot + Send + Sync + 'static,
) -> Result<Server, ServeError> {
    MetricsServer::new().snapshot_source(snapshot).serve(addr)
}

/// Options of a listener that serves metrics at `/metrics`. All have defaults.
///
/// ```
/// use autometrics::prometheus::MetricsServer;
///
/// let server = MetricsServer::new().host("shop.internal").serve("127.0.0.1:0")?;
/// println!("metrics at http://{}/metrics", server.local_addr());
/// # server.shutdown();
/// # Ok::<(), autometrics::prometheus::ServeError>(())
/// ```
#[must_use = "a metrics server serves nothing until `serve` is called"]
pub struct MetricsServer {
    hosts: Hosts,
    created_samples: bool,
    source: Box<dyn Fn() -> Snapshot + Send + Sync>,
}

impl MetricsServer {
    /// Returns a server of the program's own metrics, which answers for the hosts of
    /// [`Hosts::from_env`].
    pub fn new() -> Self {
        Self {
            hosts: Hosts::from_env(),
            created_samples: false,
            source: Box::new(autometrics_core::snapshot),
        }
    }

    /// Allows requests for the host `name`, in addition to the default ones.
    ///
    /// Requests for addresses, `localhost` and names that end with `.localhost` are always
    /// answered. Others are refused, because a web site could let its name point to this machine
    /// and have its visitors' browsers read the metrics (DNS rebinding). So a scrape of
    /// `http://shop.internal:9464/metrics` needs `.host("shop.internal")`, or
    /// `AUTOMETRICS_HOSTS=shop.internal` in the environment.
    pub fn host(mut self, name: &str) -> Self {
        self.hosts = self.hosts.allow(name);
        self
    }

    /// Answers requests for every host. For programs behind a proxy that checks the host.
    pub fn any_host(mut self) -> Self {
        self.hosts = self.hosts.allow_any();
        self
    }

    /// Sets whether OpenMetrics pages have a `_created` sample for each counter and histogram.
    /// Default: no.
    ///
    /// For a Prometheus that runs with `--enable-feature=created-timestamp-zero-ingestion`. See
    /// [`Format::OpenMetricsWithCreated`].
    pub fn created_samples(mut self, are_written: bool) -> Self {
        self.created_samples = are_written;
        self
    }

    /// Sets the source of snapshots, which is called at each scrape. Default: this program.
    pub fn snapshot_source(
        mut self,
        source: impl Fn() -> Snapshot + Send + Sync + 'static,
    ) -> Self {
        self.source = Box::new(source);
        self
    }

    /// Serves at `addr`, on threads of its own, until [`Server::shutdown`] or the end of the
    /// program.
    ///
    /// # Errors
    ///
    /// Returns an error in the cases of [`serve`](crate::serve).
    pub fn serve(self, addr: impl ToSocketAddrs) -> Result<Server, ServeError> {
        listen("metrics-http", addr, move |request: &Request<()>| {
            self.answer(request)
        })
    }

    fn answer(&self, request: &Request<()>) -> Response<Vec<u8>> {
        match self.hosts.check(request) {
            Ok(()) => self.answer_host(request),
            Err(_) => page(
                StatusCode::MISDIRECTED_REQUEST,
                "requests for this host are refused; use the address or localhost, or allow the name \
                 with AUTOMETRICS_HOSTS or MetricsServer::host\n",
            ),
        }
    }

    /// Answers a request whose host is allowed.
    fn answer_host(&self, request: &Request<()>) -> Response<Vec<u8>> {
        let is_known = matches!(request.uri().path(), "/" | "/metrics");
        if !is_known {
            return page(
                StatusCode::NOT_FOUND,
                "nothing here; metrics are at /metrics\n",
            );
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let mut response = page(
                StatusCode::METHOD_NOT_ALLOWED,
                "only GET and HEAD are allowed\n",
            );
            let allow = HeaderValue::from_static("GET, HEAD");
            response.headers_mut().insert(ALLOW, allow);
            return response;
        }
        if request.uri().path() == "/metrics" {
            let choose = |format: Format| {
                if self.created_samples {
                    format.with_created()
                } else {
                    format
                }
            };
            return respond(request.headers(), &(self.source)(), choose);
        }
        page(
            StatusCode::OK,
            "This program is instrumented with autometrics. Its metrics are at /metrics\n",
        )
    }
}

impl Default for MetricsServer {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MetricsServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetricsServer")
            .field("hosts", &self.hosts)
            .finish_non_exhaustive()
    }
}

fn page(status: StatusCode, text: &str) -> Response<Vec<u8>> {
    let mut response = Response::new(text.as_bytes().to_vec());
    *response.status_mut() = status;
    let content_type = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}
