//! A minimal OTLP Collector, which keeps the spans that arrive.

use std::{collections::BTreeMap, fmt::Write as _};

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{KeyValue, any_value::Value},
    trace::v1::Span as Sent,
};
use prost::Message as _;
use test_harness::{HttpServer, Request, response};

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

/// A server on the loopback interface.
pub(crate) struct Collector(HttpServer);

impl Collector {
    pub(crate) fn start() -> Self {
        Self(HttpServer::start(|_| response("200 OK", "")))
    }

    pub(crate) fn url(&self) -> String {
        self.0.url()
    }

    /// Returns the spans of a trace that have arrived so far.
    pub(crate) fn trace(&self, id: &str) -> Vec<Span> {
        let requests = self.0.requests();
        let spans = requests.iter().flat_map(spans);
        spans.filter(|span| span.trace_id == id).collect()
    }
}

/// Returns the spans in a request.
fn spans(request: &Request) -> impl Iterator<Item = Span> {
    assert_eq!(request.line(), "POST /v1/traces HTTP/1.1");
    let sent = ExportTraceServiceRequest::decode(&*request.body).expect("a request of OTLP");
    let scopes = sent
        .resource_spans
        .into_iter()
        .flat_map(|it| it.scope_spans);
    scopes.flat_map(|scope| scope.spans).map(span)
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
