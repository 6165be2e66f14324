//! Requests over HTTP/1.1.

use std::{
    net::IpAddr,
    time::{Duration, SystemTime},
};

use http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use prost::Message as _;
use ureq::{Agent, Error, Proxy};

use crate::{
    answer::{Answer, quoted, retry_after},
    error::StartError,
    proto::{ExportResponse, Status},
    settings::{Compression, Settings},
};

/// Sends requests one after the other, over one connection while it lasts.
pub(crate) struct Http {
    agent: Agent,
    endpoint: Uri,
    headers: Vec<(HeaderName, HeaderValue)>,
    compression: Compression,
}

/// More than any answer needs.
const LONGEST_ANSWER: u64 = 64 * 1024;

impl Http {
    #[cfg_attr(
        not(feature = "tls"),
        expect(clippy::unnecessary_wraps, reason = "with `tls` files can be wrong")
    )]
    pub(crate) fn new(settings: &Settings) -> Result<Self, StartError> {
        let config = Agent::config_builder()
            // What the collector says of a mistake is in the body.
            .http_status_as_error(false)
            // A redirect would carry metrics, and headers, to where nobody said.
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

    /// What ends a request that is under way, from another thread.
    pub(crate) fn agent(&self) -> Agent {
        self.agent.clone()
    }

    /// Sends `body`, which is compressed already.
    pub(crate) fn send(&self, body: &[u8], timeout: Duration) -> Answer {
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
        answer(status, after, body.read_to_vec().ok().as_deref())
    }
}

const PROTOBUF: &str = "application/x-protobuf";

/// Exporter, language and version, as the specification asks for.
pub(crate) const USER_AGENT: &str = concat!(
    "OTel-OTLP-Exporter-Rust-autometrics/",
    env!("CARGO_PKG_VERSION")
);

/// The proxy that the environment names, but not to get to this very machine.
fn proxy(endpoint: &Uri) -> Option<Proxy> {
    let host = endpoint.host().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let is_here = host.eq_ignore_ascii_case("localhost")
        || address
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback());
    if is_here { None } else { Proxy::try_from_env() }
}

fn failed(error: &Error, timeout: Duration) -> Answer {
    match error {
        Error::Timeout(_) => Answer::later(format!("did not answer within {timeout:?}")),
        Error::HostNotFound => Answer::later("is not to be found: there is no such host"),
        Error::Io(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => Answer::later(
            "refuses connections: is a Collector listening there? OTEL_EXPORTER_OTLP_ENDPOINT says where it is",
        ),
        Error::Io(error) => Answer::later(format!("can't be reached: {error}")),
        Error::Protocol(error) => Answer::later(format!(
            "does not speak HTTP/1.1 ({error}); a Collector's port for it is usually 4318, and 4317 for gRPC"
        )),
        Error::ConnectionFailed => Answer::later("can't be reached"),
        // Their texts have the endpoint with its password.
        Error::BadUri(_) | Error::RequireHttpsOnly(_) => {
            Answer::refused("can't be asked: its URL has no host or another scheme than http")
        }
        other => Answer::refused(format!("can't be asked: {other}")),
    }
}

/// What `status` and `body` mean; there is no body where it could not be read.
fn answer(status: StatusCode, after: Option<Duration>, body: Option<&[u8]>) -> Answer {
    if status.is_success() {
        // The collector has decided. A body that is none changes nothing of that, but
        // may mean that it was no collector.
        return match body.map(ExportResponse::decode) {
            Some(Ok(response)) => Answer::accepted(&response),
            _ => Answer::Accepted {
                remark: Some(format!(
                    "answered {status} with what is no answer of OTLP; is it a Collector?"
                )),
            },
        };
    }
    let said = body.map(message).unwrap_or_default();
    let why = format!("answered {status}{}{}", quoted(&said), advice(status));
    match status.as_u16() {
        429 | 502 | 503 | 504 => Answer::Later { why, after },
        _ => Answer::Refused { why },
    }
}

/// What an error says of itself: as the protocol has it, or the first line of a page.
fn message(body: &[u8]) -> String {
    if let Ok(Status { message, .. }) = Status::decode(body) {
        return message;
    }
    let text = String::from_utf8_lossy(body);
    text.trim().lines().next().unwrap_or_default().to_owned()
}

fn advice(status: StatusCode) -> &'static str {
    match status.as_u16() {
        300..=399 => "; send to where it points, with OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
        401 | 403 | 407 => "; OTEL_EXPORTER_OTLP_HEADERS says who is asking",
        404 | 405 => "; OTEL_EXPORTER_OTLP_ENDPOINT wants a URL to which /v1/metrics is added",
        413 => "; `Exporter::max_request_size` makes requests smaller",
        _ => "",
    }
}
