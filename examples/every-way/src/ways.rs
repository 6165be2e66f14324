//! Every way to export metrics, each as in a program that uses only this one.

use std::{error::Error, time::Duration};

use autometrics::{
    opentelemetry_0_33::{AppendingClient, observe},
    otlp,
    prometheus::{self as exposition, Format, client_0_25, client_0_26, registry_0_14},
    snapshot,
};
use metrics_exporter_prometheus::PrometheusBuilder;
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{
    Compression, MetricExporter, Protocol, WithExportConfig as _, WithHttpConfig as _,
};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_sdk::metrics::SdkMeterProvider;

use crate::{collector::Collector, totals::Totals};

/// Exports the metrics in every way, and returns the totals by the name of the way.
pub(crate) fn all() -> Result<Vec<(&'static str, Totals)>, Box<dyn Error>> {
    let text = exposition::encode(&snapshot(), Format::Text);
    let open = exposition::encode(&snapshot(), Format::OpenMetrics);
    Ok(vec![
        ("prometheus, text 0.0.4", Totals::of_page(&text)),
        ("prometheus, OpenMetrics", Totals::of_page(&open)),
        (
            "registry of prometheus-client 0.25",
            Totals::of_page(&client_0_25()?),
        ),
        (
            "registry of prometheus-client 0.26",
            Totals::of_page(&client_0_26()?),
        ),
        ("registry of prometheus 0.14", Totals::of_page(&registry()?)),
        (
            "page of metrics-exporter-prometheus",
            Totals::of_page(&page()),
        ),
        (
            "instruments of opentelemetry 0.33",
            Totals::of_request(&observed()?),
        ),
        (
            "requests of opentelemetry-otlp",
            Totals::of_request(&appended()?),
        ),
        ("otlp", Totals::of_request(&sent()?)),
    ])
}

fn client_0_25() -> Result<String, Box<dyn Error>> {
    let mut registry = prometheus_client::registry::Registry::default();
    registry.register_collector(Box::new(client_0_25::Collector::new()));
    let mut page = String::new();
    prometheus_client::encoding::text::encode(&mut page, &registry)?;
    Ok(page)
}

fn client_0_26() -> Result<String, Box<dyn Error>> {
    let mut registry = prometheus_client_0_26::registry::Registry::default();
    registry.register_collector(Box::new(client_0_26::Collector::new()));
    let mut page = String::new();
    prometheus_client_0_26::encoding::text::encode(&mut page, &registry)?;
    Ok(page)
}

fn registry() -> Result<String, Box<dyn Error>> {
    let registry = prometheus::Registry::new();
    registry.register(Box::new(registry_0_14::Collector::new()))?;
    let page = prometheus::TextEncoder::new().encode_to_string(&registry.gather())?;
    Ok(page)
}

fn page() -> String {
    let recorder = PrometheusBuilder::new().build_recorder();
    metrics::with_local_recorder(&recorder, || metrics::counter!("carts_total").increment(5));
    let mut page = recorder.handle().render();
    exposition::append(&mut page);
    page
}

fn observed() -> Result<ExportMetricsServiceRequest, Box<dyn Error>> {
    let collector = Collector::start()?;
    let provider = provider(&collector, Client::new())?;
    observe(&provider.meter("autometrics"));
    provider.force_flush()?;
    collector.request()
}

/// Returns a request that also has a counter of the program's own.
fn appended() -> Result<ExportMetricsServiceRequest, Box<dyn Error>> {
    let collector = Collector::start()?;
    let provider = provider(&collector, AppendingClient::new(Client::new()))?;
    let carts = provider.meter("shop").u64_counter("carts").build();
    carts.add(5, &[]);
    provider.force_flush()?;
    let request = collector.request()?;
    let metrics = request
        .resource_metrics
        .iter()
        .flat_map(|one| &one.scope_metrics);
    let mut names = metrics
        .flat_map(|scope| &scope.metrics)
        .map(|metric| &*metric.name);
    if !names.any(|name| name == "carts") {
        return Err("the request lacks the metrics of the program".into());
    }
    Ok(request)
}

fn sent() -> Result<ExportMetricsServiceRequest, Box<dyn Error>> {
    let collector = Collector::start()?;
    let exporter = otlp::Exporter::new().metrics_endpoint(collector.url());
    exporter.start()?.shutdown(Duration::from_secs(60))?;
    collector.request()
}

fn provider(
    collector: &Collector,
    client: impl HttpClient + 'static,
) -> Result<SdkMeterProvider, Box<dyn Error>> {
    let exporter = MetricExporter::builder()
        .with_http()
        .with_http_client(client)
        // Metrics can't be added to JSON, which is the default protocol if any crate enables it.
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(collector.url())
        .with_compression(Compression::Gzip)
        .build()?;
    Ok(SdkMeterProvider::builder()
        .with_periodic_exporter(exporter)
        .build())
}

/// The HTTP client that the program already has.
#[derive(Debug)]
struct Client(ureq::Agent);

impl Client {
    fn new() -> Self {
        Self(ureq::Agent::new_with_defaults())
    }
}

#[async_trait::async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (head, body) = request.into_parts();
        let response = self.0.run(Request::from_parts(head, &body[..]))?;
        let (head, mut body) = response.into_parts();
        Ok(Response::from_parts(head, body.read_to_vec()?.into()))
    }
}
