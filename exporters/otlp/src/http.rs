//! Sends requests over HTTP/1.1.

use std::{
    net::IpAddr,
    time::{Duration, SystemTime},
};

use http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use prost::Message as _;
use ureq::{Agent, Error, Proxy};

use crate::{
    choices::Compression,
    error::StartError,
    outcome::{SendOutcome, quoted, retry_after},
    proto::{ExportResponse, Status},
    settings::Settings,
};

/// HTTP client. It sends one request at a time and keeps its connection open.
pub(crate) struct Http {
    agent: Agent,
    endpoint: Uri,
    headers: Vec<(HeaderName, HeaderValue)>,
    compression: Compression,
}

/// Maximum size of a response body that is read, in bytes, more than any OTLP response needs.
const LONGEST_ANSWER: u64 = 64 * 1024;

impl Http {
    #[cfg_attr(
        not(feature = "tls"),
        expect(
            clippy::unnecessary_wraps,
            reason = "with `tls`, reading files can fail"
        )
    )]
    pub(crate) fn new(settings: &Settings) -> Result<Self, StartError> {
        let config = Agent::config_builder()
            // The body of an error response has the collector's explanation.
            .http_status_as_error(false)
            // A redirect would send metrics and headers to a host that nobody configured.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_idle_connections(1)
            .user_agent(USER_AGENT)
            .proxy(proxy(&settings.endpoint));
        #[cfg(feature = "tls")]
        let config = if settings.endpoint.scheme_str() == Some("https") {
            config.tls_config(crate::tls::config(&settings.files)?)
        } else {
            config
        };
        Ok(Self {
            agent: config.build().new_agent(),
            endpoint: settings.endpoint.clone(),
            headers: settings.headers.clone(),
            compression: settings.compression,
        })
    }

    /// Returns the agent, with which another thread can cancel a request in progress.
    pub(crate) fn agent(&self) -> Agent {
        self.agent.clone()
    }

    /// Sends `body`, which is already compressed, and waits for the answer for at most `timeout`.
    pub(crate) fn send(&self, body: &[u8], timeout: Duration) -> SendOutcome {
        let request = self.agent.post(&self.endpoint).config();
        let mut request = request.timeout_global(Some(timeout)).build();
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request = request.header(header::CONTENT_TYPE, PROTOBUF);
        if self.compression == Compression::Gzip {
            request = request.header(header::CONTENT_ENCODING, "gzip");
        }
        let mut response = match request.send(body) {
            Ok(response) => response,
            Err(error) => return failed(&error, timeout),
        };
        let status = response.status();
        let after = response.headers().get(header::RETRY_AFTER);
        let after = after.and_then(|value| retry_after(value.to_str().ok()?, SystemTime::now()));
        let body = response.body_mut().with_config().limit(LONGEST_ANSWER);
        outcome(status, after, body.read_to_vec().ok().as_deref())
    }
}

const PROTOBUF: &str = "application/x-protobuf";

/// Exporter, language and version, in the form that the OTLP specification recommends.
pub(crate) const USER_AGENT: &str = concat!(
    "OTel-OTLP-Exporter-Rust-autometrics/",
    env!("CARGO_PKG_VERSION")
);

/// Returns the proxy that the environment names, or `None` for an endpoint on this machine.
fn proxy(endpoint: &Uri) -> Option<Proxy> {
    let host = endpoint.host().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let is_local = host.eq_ignore_ascii_case("localhost")
        || address
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback());
    if is_local {
        None
    } else {
        Proxy::try_from_env()
    }
}

fn failed(error: &Error, timeout: Duration) -> SendOutcome {
    match error {
        Error::Timeout(_) => SendOutcome::retry(format!("did not answer within {timeout:?}")),
        Error::HostNotFound => SendOutcome::retry("cannot be found: no such host"),
        Error::Io(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
            SendOutcome::retry(
                "refuses connections: start a Collector there, or set its address in OTEL_EXPORTER_OTLP_ENDPOINT",
            )
        }
        Error::Io(error) => SendOutcome::retry(format!("cannot be reached: {error}")),
        Error::Protocol(error) => SendOutcome::retry(format!(
            "does not speak HTTP/1.1 ({error}); a Collector's port for it is usually 4318, and 4317 for gRPC"
        )),
        Error::ConnectionFailed => SendOutcome::retry("cannot be reached"),
        // The messages of these errors contain the endpoint with its password.
        Error::BadUri(_) | Error::RequireHttpsOnly(_) => {
            SendOutcome::refused("cannot be reached: its URL has no host or an unsupported scheme")
        }
        other => SendOutcome::refused(format!("cannot receive metrics: {other}")),
    }
}

/// Converts a response to an outcome. `body` is `None` if it could not be read.
fn outcome(status: StatusCode, after: Option<Duration>, body: Option<&[u8]>) -> SendOutcome {
    if status.is_success() {
        // The collector has accepted the request, whatever the body is. A body that is not OTLP is
        // worth a remark, as the server may not be a collector.
        return match body.map(ExportResponse::decode) {
            Some(Ok(response)) => SendOutcome::accepted(&response),
            _ => SendOutcome::Accepted {
                remark: Some(format!(
                    "answered {status} without an OTLP response; is it a Collector?"
                )),
            },
        };
    }
    let said = body.map(message).unwrap_or_default();
    let why = format!("answered {status}{}{}", quoted(&said), advice(status));
    match status.as_u16() {
        429 | 502 | 503 | 504 => SendOutcome::Retry { why, after },
        _ => SendOutcome::Refused { why },
    }
}

/// Extracts the message of an error response: from `google.rpc.Status`, else the first line of the
/// body.
fn message(body: &[u8]) -> String {
    if let Ok(Status { message, .. }) = Status::decode(body) {
        return message;
    }
    let text = String::from_utf8_lossy(body);
    text.trim().lines().next().unwrap_or_default().to_owned()
}

fn advice(status: StatusCode) -> &'static str {
    match status.as_u16() {
        300..=399 => "; set OTEL_EXPORTER_OTLP_METRICS_ENDPOINT to the target of the redirect",
        401 | 403 | 407 => "; set credentials in OTEL_EXPORTER_OTLP_HEADERS",
        404 | 405 => {
            "; set OTEL_EXPORTER_OTLP_ENDPOINT to a URL without /v1/metrics, which is appended"
        }
        413 => "; reduce `Exporter::max_request_size`",
        _ => "",
    }
}
