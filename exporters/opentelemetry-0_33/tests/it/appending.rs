//! Tests metrics appended to the requests of the program's own exporter.

use std::{
    collections::{BTreeMap, VecDeque},
    io::Read as _,
    pin::pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Waker},
    time::{Duration, UNIX_EPOCH},
};

use autometrics_core::{Caller, Exemplar, Function, Outcome, Snapshot, TraceContext};
use autometrics_opentelemetry_0_33::AppendingClient;
use expect_test::expect;
use flate2::read::GzDecoder;
use http::{Request, Response, StatusCode, header};
use opentelemetry::{KeyValue, metrics::MeterProvider as _};
use opentelemetry_http::{Bytes, HttpClient, HttpError};
use opentelemetry_otlp::{
    Compression, MetricExporter, Protocol, WithExportConfig as _, WithHttpConfig as _,
};
use opentelemetry_proto::tonic::{
    collector::metrics::v1::ExportMetricsServiceRequest,
    common::v1::any_value::Value,
    metrics::v1::{ResourceMetrics, metric::Data, number_data_point},
};
use opentelemetry_sdk::{Resource, metrics::SdkMeterProvider};
use prost::Message as _;

use crate::observe::edge;

/// HTTP client that stores requests, and answers with `answers` in turn, then with `status`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Collector {
    pub(crate) received: Arc<Mutex<Vec<Request<Bytes>>>>,
    pub(crate) status: Arc<Mutex<StatusCode>>,
    pub(crate) answers: Arc<Mutex<VecDeque<StatusCode>>>,
    /// While `true`, requests are not answered.
    pub(crate) is_silent: Arc<AtomicBool>,
}

#[async_trait::async_trait]
impl HttpClient for Collector {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        self.received.lock().unwrap().push(request);
        if self.is_silent.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        let next = self.answers.lock().unwrap().pop_front();
        let status = next.unwrap_or_else(|| *self.status.lock().unwrap());
        Ok(Response::builder().status(status).body(Bytes::new())?)
    }
}

impl Collector {
    /// Returns the only request since the last call.
    #[track_caller]
    fn request(&self) -> Request<Bytes> {
        let mut received = std::mem::take(&mut *self.received.lock().unwrap());
        assert_eq!(received.len(), 1, "requests");
        received.remove(0)
    }
}

pub(crate) fn parse(request: &Request<Bytes>) -> Vec<ResourceMetrics> {
    let mut body = request.body().to_vec();
    if request.headers().get(header::CONTENT_ENCODING).is_some() {
        body.clear();
        GzDecoder::new(&request.body()[..])
            .read_to_end(&mut body)
            .unwrap();
    }
    ExportMetricsServiceRequest::decode(&body[..])
        .unwrap()
        .resource_metrics
}

/// Returns a program with one function and `calls` calls, one of them with an exemplar.
fn shop(calls: u64) -> Snapshot {
    let mut snapshot = Snapshot::new("shop");
    snapshot.bounds = vec![0.1];
    snapshot.functions = vec![Function::new("shop::cart", "Cart::add")];
    snapshot.edges = vec![edge(0, Caller::None, Outcome::Ok, calls)];
    snapshot.exemplars = vec![Exemplar::new(
        0,
        0,
        Duration::from_millis(50),
        UNIX_EPOCH + Duration::from_secs(1_700_000_000),
        TraceContext::new(0x4bf9, 0xf067, true),
    )];
    snapshot
}

/// Returns the request of a program with a counter of its own, which exports once.
pub(crate) fn export(protocol: Protocol, compression: Option<Compression>) -> Request<Bytes> {
    let collector = Collector::default();
    let client = AppendingClient::new(collector.clone()).snapshot_source(|| shop(10));
    let mut exporter = MetricExporter::builder()
        .with_http()
        .with_http_client(client)
        .with_protocol(protocol);
    if let Some(compression) = compression {
        exporter = exporter.with_compression(compression);
    }
    let resource = Resource::builder_empty()
        .with_service_name("unknown_service")
        .with_attribute(KeyValue::new("service.instance.id", "one"))
        .with_attribute(KeyValue::new("telemetry.sdk.name", "opentelemetry"))
        .with_attribute(KeyValue::new("process.pid", 7))
        .build();
    let provider = SdkMeterProvider::builder()
        .with_resource(resource)
        .with_periodic_exporter(exporter.build().unwrap())
        .build();
    provider
        .meter("shop")
        .u64_counter("carts")
        .build()
        .add(3, &[]);
    provider.force_flush().unwrap();
    collector.request()
}

/// Returns attributes of resources, and metrics with their counts, one line each.
pub(crate) fn summary(all: &[ResourceMetrics]) -> Vec<String> {
    let mut lines = Vec::new();
    for one in all {
        let attributes = &one.resource.as_ref().unwrap().attributes;
        let mut attributes: Vec<_> = attributes
            .iter()
            .map(
                |attribute| match attribute.value.as_ref().unwrap().value.as_ref() {
                    Some(Value::StringValue(text)) => format!("{}={text}", attribute.key),
                    other => format!("{}={other:?}", attribute.key),
                },
            )
            .filter(|attribute| !attribute.starts_with("telemetry.sdk.version"))
            .collect();
        attributes.sort();
        lines.push(attributes.join(" "));
        for scope in &one.scope_metrics {
            for metric in &scope.metrics {
                let value = match metric.data.as_ref().unwrap() {
                    Data::Sum(sum) => format!("{:?}", number(&sum.data_points)),
                    Data::Gauge(gauge) => format!("{:?}", number(&gauge.data_points)),
                    Data::Histogram(histogram) => {
                        let point = &histogram.data_points[0];
                        format!("{} with {} exemplars", point.count, point.exemplars.len())
                    }
                    other => panic!("{other:?}"),
                };
                lines.push(format!("  {} {value}", metric.name));
            }
        }
    }
    lines
}

pub(crate) fn number(points: &[opentelemetry_proto::tonic::metrics::v1::NumberDataPoint]) -> i64 {
    let values = points.iter().map(|point| match point.value {
        Some(number_data_point::Value::AsInt(value)) => value,
        other => panic!("not a count: {other:?}"),
    });
    values.sum()
}

#[test]
fn one_request_has_both_the_programs_metrics_and_ours() {
    let plain = parse(&export(Protocol::HttpBinary, None));
    expect![[r#"
        process.pid=Some(IntValue(7)) service.instance.id=one service.name=unknown_service telemetry.sdk.name=opentelemetry
          carts 3
        service.instance.id=one service.name=shop telemetry.sdk.language=rust telemetry.sdk.name=autometrics
          build_info 1
          function.calls 10
          function.calls.duration 10 with 1 exemplars
          autometrics.overflowed_pairs 0
          autometrics.name_collisions 0"#]].assert_eq(&summary(&plain).join("\n"));
    let gzip = parse(&export(Protocol::HttpBinary, Some(Compression::Gzip)));
    assert_eq!(summary(&gzip), summary(&plain));
}

/// Messages of the log.
static LOG: Log = Log(Mutex::new(Vec::new()));

struct Log(Mutex<Vec<String>>);

impl log::Log for Log {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        if record.target().starts_with("autometrics") {
            self.0
                .lock()
                .unwrap()
                .push(format!("{}: {}", record.level(), record.args()));
        }
    }

    fn flush(&self) {}
}

/// Installs the logger that keeps messages.
pub(crate) fn listen() {
    // Only the first test installs it.
    let _ = log::set_logger(&LOG);
    log::set_max_level(log::LevelFilter::Info);
}

/// Returns the log messages that contain `part`.
pub(crate) fn said(part: &str) -> Vec<String> {
    let said = LOG.0.lock().unwrap();
    said.iter()
        .filter(|line| line.contains(part))
        .cloned()
        .collect()
}

/// Sends a request with an empty body, and returns the request that arrived.
pub(crate) fn send(
    client: &impl HttpClient,
    collector: &Collector,
    path: &str,
    headers: &[(&str, &str)],
) -> Request<Bytes> {
    assert!(post(client, path, headers, Bytes::new()).is_some());
    collector.request()
}

/// Sends a request, and returns the status of the answer, or `None` if there is no immediate
/// answer.
pub(crate) fn post(
    client: &impl HttpClient,
    path: &str,
    headers: &[(&str, &str)],
    body: Bytes,
) -> Option<StatusCode> {
    let mut request = Request::post(format!("http://collector:4318{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let sent = client.send_bytes(request.body(body).unwrap());
    match pin!(sent).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => Some(answer.unwrap().status()),
        Poll::Pending => None,
    }
}

pub(crate) const PROTOBUF: (&str, &str) = ("content-type", "application/x-protobuf");

#[test]
fn unsupported_requests_are_sent_unchanged() {
    listen();
    let json = export(Protocol::HttpJson, None);
    assert_eq!(json.headers()["content-type"], "application/json");
    assert!(!json.body().is_empty());
    assert!(!String::from_utf8_lossy(json.body()).contains("function.calls"));
    for headers in [
        &[][..],
        &[PROTOBUF, ("content-encoding", "zstd")],
        &[PROTOBUF, ("content-encoding", "gzip")],
    ] {
        let collector = Collector::default();
        let client = AppendingClient::new(collector.clone()).snapshot_source(|| shop(10));
        for _ in 0..2 {
            assert!(
                send(&client, &collector, "/v1/metrics", headers)
                    .body()
                    .is_empty()
            );
        }
    }
    let said = said("are sent without");
    expect![[r#"
        WARN: requests to localhost/v1/metrics are sent without the metrics of autometrics: the content-type is `application/json`; choose the protocol `http/protobuf`
        WARN: requests to collector/v1/metrics are sent without the metrics of autometrics: the content-type is ``; choose the protocol `http/protobuf`
        WARN: requests to collector/v1/metrics are sent without the metrics of autometrics: the content-encoding is `zstd`; choose `gzip` or none
        WARN: requests to collector/v1/metrics are sent without the metrics of autometrics: the body is not valid gzip: unexpected end of file"#]].assert_eq(&said.join("\n"));

    let collector = Collector::default();
    let client = AppendingClient::new(collector.clone()).snapshot_source(|| shop(10));
    for path in ["/v1/traces", "/v1/logs/", "/here/v1/traces"] {
        assert!(
            send(&client, &collector, path, &[PROTOBUF])
                .body()
                .is_empty()
        );
    }
    assert!(
        !send(&client, &collector, "/here", &[PROTOBUF])
            .body()
            .is_empty()
    );
    assert_eq!(self::said("are sent without"), said);
}

#[test]
fn content_length_is_corrected() {
    let collector = Collector::default();
    let client = AppendingClient::new(collector.clone()).snapshot_source(|| shop(10));
    let request = send(
        &client,
        &collector,
        "/v1/metrics",
        &[PROTOBUF, ("content-length", "0")],
    );
    let len = request.body().len();
    assert!(len > 0);
    assert_eq!(request.headers()["content-length"], len.to_string());
}

#[test]
fn deltas_add_up_after_failed_requests() {
    let calls = Arc::new(Mutex::new(10));
    let current = Arc::clone(&calls);
    let collector = Collector::default();
    let client = AppendingClient::new(collector.clone())
        .snapshot_source(move || shop(*current.lock().unwrap()))
        .delta();
    let counted = |status, so_far| {
        *collector.status.lock().unwrap() = status;
        *calls.lock().unwrap() = so_far;
        let received = parse(&send(&client, &collector, "/v1/metrics", &[PROTOBUF]));
        let metrics = &received[0].scope_metrics[0].metrics;
        let by_name: BTreeMap<_, _> = metrics.iter().map(|one| (&*one.name, one)).collect();
        let Some(Data::Sum(sum)) = by_name["function.calls"].data.as_ref() else {
            panic!("a sum");
        };
        assert_eq!(sum.aggregation_temporality, 1);
        number(&sum.data_points)
    };
    assert_eq!(counted(StatusCode::SERVICE_UNAVAILABLE, 10), 10);
    assert_eq!(counted(StatusCode::OK, 12), 12);
    assert_eq!(counted(StatusCode::TOO_MANY_REQUESTS, 15), 3);
    assert_eq!(counted(StatusCode::OK, 16), 4);
    assert_eq!(counted(StatusCode::OK, 17), 1);
}
