//! A minimal OTLP Collector, which keeps the spans that arrive.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing::post};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{KeyValue, any_value::Value},
    trace::v1::Span as Sent,
};
use prost::Message as _;
use tokio::runtime::Runtime;

/// A span that has arrived, with ids in hexadecimal.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    trace_id: String,
    pub(crate) id: String,
    pub(crate) parent_id: String,
    pub(crate) name: String,
    pub(crate) seconds: f64,
    /// Attributes with text values.
    pub(crate) attributes: BTreeMap<String, String>,
}

type Spans = Arc<Mutex<Vec<Span>>>;

/// A server on the loopback interface. It runs until it is dropped.
pub(crate) struct Collector {
    addr: SocketAddr,
    spans: Spans,
    _runtime: Runtime,
}

impl Collector {
    pub(crate) fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let spans = Spans::default();
        let router = Router::new()
            .route("/v1/traces", post(receive))
            .with_state(Arc::clone(&spans));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0");
        let listener = runtime.block_on(listener).unwrap();
        let addr = listener.local_addr().unwrap();
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self {
            addr,
            spans,
            _runtime: runtime,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Returns the spans of a trace that have arrived so far.
    pub(crate) fn trace(&self, id: &str) -> Vec<Span> {
        let spans = self.spans.lock().unwrap();
        let of_it = spans.iter().filter(|span| span.trace_id == id);
        of_it.cloned().collect()
    }
}

async fn receive(State(spans): State<Spans>, body: Bytes) -> StatusCode {
    let Ok(request) = ExportTraceServiceRequest::decode(body) else {
        return StatusCode::BAD_REQUEST;
    };
    let scopes = request
        .resource_spans
        .into_iter()
        .flat_map(|it| it.scope_spans);
    let received = scopes.flat_map(|scope| scope.spans).map(span);
    spans.lock().unwrap().extend(received);
    StatusCode::OK
}

#[expect(clippy::cast_precision_loss, reason = "of some seconds at most")]
fn span(sent: Sent) -> Span {
    let nanos = sent.end_time_unix_nano - sent.start_time_unix_nano;
    Span {
        trace_id: hex(&sent.trace_id),
        id: hex(&sent.span_id),
        parent_id: hex(&sent.parent_span_id),
        name: sent.name,
        seconds: nanos as f64 / 1e9,
        attributes: sent.attributes.into_iter().filter_map(text).collect(),
    }
}

fn text(attribute: KeyValue) -> Option<(String, String)> {
    match attribute.value?.value? {
        Value::StringValue(value) => Some((attribute.key, value)),
        _ => None,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
