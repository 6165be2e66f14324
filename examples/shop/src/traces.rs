//! Sends spans of all instrumented functions as OTLP to a Collector.

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tracing_subscriber::{layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::result::Result;

/// A handle to the exporter. Dropping it sends the last spans.
pub(crate) struct Spans(SdkTracerProvider);

/// Sends spans to the Collector at `endpoint` from now on.
pub(crate) fn send(endpoint: &str) -> Result<Spans> {
    let endpoint = endpoint.trim_end_matches('/');
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(Client(ureq::Agent::new_with_defaults()))
        .with_endpoint(format!("{endpoint}/v1/traces"))
        // Set here, because the default depends on features that other crates enable.
        .with_protocol(Protocol::HttpBinary)
        .build()
        .map_err(|error| format!("can't send spans to `{endpoint}`: {error}"))?;
    let provider = SdkTracerProvider::builder()
        .with_resource(Resource::builder().with_service_name("shop").build())
        .with_batch_exporter(exporter)
        .build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("shop"));
    tracing_subscriber::registry().with(layer).try_init()?;
    Ok(Spans(provider))
}

impl Drop for Spans {
    fn drop(&mut self) {
        if let Err(error) = self.0.shutdown() {
            eprintln!("the last spans were not sent: {error}");
        }
    }
}

#[derive(Debug)]
struct Client(ureq::Agent);

/// Called on the thread of the batch exporter, which may block.
#[async_trait::async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (head, body) = request.into_parts();
        let response = self.0.run(Request::from_parts(head, &body[..]))?;
        let (head, mut body) = response.into_parts();
        Ok(Response::from_parts(head, body.read_to_vec()?.into()))
    }
}
