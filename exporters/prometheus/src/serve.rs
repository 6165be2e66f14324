//! The routes of our own listener.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs};

use autometrics_core::Snapshot;
use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};

use crate::listener::{self, ServeError, Server};
use crate::response_from;

/// Where [`serve`](crate::serve) listens unless told otherwise: port 9464, which
/// OpenTelemetry's Prometheus exporters use as well, on the loopback interface.
pub const DEFAULT_ADDR: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9464);

/// As [`serve`](crate::serve), with `snapshot` called at each scrape.
///
/// ```
/// use autometrics_core::Snapshot;
///
/// let server = autometrics_prometheus::serve_from("127.0.0.1:0", || Snapshot::new("shop"))?;
/// println!("metrics at http://{}/metrics", server.local_addr());
/// server.shutdown();
/// # Ok::<(), autometrics_prometheus::listener::ServeError>(())
/// ```
///
/// # Errors
///
/// As [`serve`](crate::serve).
pub fn serve_from(
    addr: impl ToSocketAddrs,
    snapshot: impl Fn() -> Snapshot + Send + Sync + 'static,
) -> Result<Server, ServeError> {
    listener::listen("metrics-http", addr, move |request: &Request<()>| {
        answer(request, &snapshot)
    })
}

fn answer(request: &Request<()>, snapshot: impl Fn() -> Snapshot) -> Response<Vec<u8>> {
    let is_known = matches!(request.uri().path(), "/" | "/metrics");
    if !is_known {
        return page(
            StatusCode::NOT_FOUND,
            "nothing here; metrics are at /metrics\n",
        );
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut response = page(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n");
        let allow = HeaderValue::from_static("GET, HEAD");
        response.headers_mut().insert(ALLOW, allow);
        return response;
    }
    if request.uri().path() == "/metrics" {
        return response_from(request.headers(), &snapshot()).map(String::into_bytes);
    }
    page(
        StatusCode::OK,
        "This program is instrumented with autometrics. Its metrics are at /metrics\n",
    )
}

fn page(status: StatusCode, text: &str) -> Response<Vec<u8>> {
    let mut response = Response::new(text.as_bytes().to_vec());
    *response.status_mut() = status;
    let content_type = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}
