//! Tests metrics that do not fit in the request of the program's own exporter.

use std::{
    collections::BTreeMap,
    io::Read as _,
    pin::pin,
    sync::{Arc, Mutex, atomic::Ordering},
    task::{Context, Waker},
    time::Duration,
};

use autometrics_core::{Caller, Function, Histogram, Outcome, Snapshot};
use autometrics_opentelemetry_0_33::{AppendingClient, HistogramAggregation};
use expect_test::expect;
use http::{Request, StatusCode};
use opentelemetry_http::{Bytes, HttpClient as _};
use opentelemetry_otlp::Protocol;
use opentelemetry_proto::tonic::{
    collector::metrics::v1::ExportMetricsServiceRequest,
    metrics::v1::{ResourceMetrics, metric::Data},
};
use prost::Message as _;

use crate::{
    appending::{Collector, PROTOBUF, export, listen, number, parse, post, said, send, summary},
    observe::edge,
};

/// Returns a program with `functions` functions, each with `calls` calls.
fn program(functions: usize, calls: u64) -> Snapshot {
    let mut snapshot = Snapshot::new("shop");
    snapshot.bounds = vec![0.1];
    for at in 0..functions {
        let function = Function::new("shop", format!("function_{at}"));
        snapshot.functions.push(function);
        snapshot
            .edges
            .push(edge(at, Caller::None, Outcome::Ok, calls));
    }
    snapshot
}

/// Returns the number of calls by function in accepted requests.
fn calls(requests: &[Request<Bytes>]) -> BTreeMap<String, i64> {
    let mut calls = BTreeMap::new();
    for resource in requests.iter().flat_map(parse) {
        for metric in resource.scope_metrics.iter().flat_map(|one| &one.metrics) {
            let Some(Data::Sum(sum)) = &metric.data else {
                continue;
            };
            for point in &sum.data_points {
                let name = format!("{:?}", point.attributes.first());
                *calls.entry(name).or_default() += number(std::slice::from_ref(point));
            }
        }
    }
    calls
}

#[test]
fn surplus_points_follow_in_further_requests() {
    let own = ExportMetricsServiceRequest {
        resource_metrics: parse(&export(Protocol::HttpBinary, None))[..1].to_vec(),
    };
    let own = own.encode_to_vec();
    for headers in [
        &[PROTOBUF, ("content-length", "0"), ("authorization", "me")][..],
        &[
            PROTOBUF,
            ("content-encoding", "gzip"),
            ("authorization", "me"),
        ],
    ] {
        let collector = Collector::default();
        let client = AppendingClient::new(collector.clone())
            .snapshot_source(|| program(50, 3))
            .max_request_size(2_000);
        let is_packed = headers[1].0 == "content-encoding";
        let body = if is_packed { gzip(&own) } else { own.clone() };
        let answered = post(&client, "/v1/metrics", headers, body.into());
        assert_eq!(answered, Some(StatusCode::OK));
        let received = collector.received.lock().unwrap().clone();
        assert!(received.len() > 4, "{} requests", received.len());
        let carts = |request: &Request<Bytes>| summary(&parse(request)).join("").contains("carts");
        assert!(carts(&received[0]) && !received[1..].iter().any(carts));
        for request in &received {
            assert_eq!(request.uri().path(), "/v1/metrics");
            assert_eq!(request.headers()["authorization"], "me");
            if !is_packed {
                let len = request.body().len();
                assert!(len <= 2_000);
                assert_eq!(request.headers()["content-length"], len.to_string());
            }
            let resource = &parse(request).pop().unwrap().resource.unwrap();
            let instance = resource
                .attributes
                .iter()
                .any(|one| one.key == "service.instance.id");
            assert!(instance, "the program's resource");
        }
        assert!(calls(&received).len() > 50);
    }
}

#[test]
fn full_request_is_sent_unchanged_before_ours() {
    let collector = Collector::default();
    let client = AppendingClient::new(collector.clone())
        .snapshot_source(|| program(3, 3))
        .max_request_size(10);
    post(&client, "/v1/metrics", &[PROTOBUF], own_metrics().into());
    let received = collector.received.lock().unwrap().clone();
    assert_eq!(received[0].body()[..], own_metrics());
    assert_eq!(calls(&received[1..]).values().sum::<i64>(), 9);
}

fn own_metrics() -> Vec<u8> {
    let request = ExportMetricsServiceRequest {
        resource_metrics: vec![ResourceMetrics::default()],
    };
    request.encode_to_vec().repeat(100)
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    flate2::read::GzEncoder::new(plain, flate2::Compression::default())
        .read_to_end(&mut packed)
        .unwrap();
    packed
}

#[test]
fn refused_deltas_are_in_the_next_request() {
    for status in [
        StatusCode::BAD_REQUEST,
        StatusCode::SERVICE_UNAVAILABLE,
        StatusCode::INTERNAL_SERVER_ERROR,
    ] {
        for refused in 0..6 {
            let now = Arc::new(Mutex::new(3));
            let current = Arc::clone(&now);
            let collector = Collector::default();
            let client = AppendingClient::new(collector.clone())
                .snapshot_source(move || program(30, *current.lock().unwrap()))
                .max_request_size(2_000)
                .delta();
            let mut answers = vec![StatusCode::OK; refused];
            answers.push(status);
            *collector.answers.lock().unwrap() = answers.clone().into();
            let mut accepted = Vec::new();
            let mut exchange = |answered| {
                let post = post(&client, "/v1/metrics", &[PROTOBUF], Bytes::new());
                assert_eq!(post, Some(answered));
                let received = std::mem::take(&mut *collector.received.lock().unwrap());
                accepted.extend(received);
            };
            let first = if refused == 0 { status } else { StatusCode::OK };
            exchange(first);
            *now.lock().unwrap() = 5;
            exchange(StatusCode::OK);
            assert!(accepted.len() > refused + 3, "{} requests", accepted.len());
            // The only request that was not accepted.
            accepted.remove(refused);
            let calls = calls(&accepted);
            let right = calls.values().filter(|count| **count == 5).count();
            assert_eq!(right, 30, "{status} for request {refused}: {calls:?}");
        }
    }
}

#[test]
fn refused_part_is_logged_once() {
    listen();
    let collector = Collector::default();
    let client = AppendingClient::new(collector.clone())
        .snapshot_source(|| program(30, 3))
        .max_request_size(2_000);
    for _ in 0..2 {
        let answers = [StatusCode::OK, StatusCode::PAYLOAD_TOO_LARGE];
        *collector.answers.lock().unwrap() = answers.into();
        let answered = post(&client, "/elsewhere", &[PROTOBUF], Bytes::new());
        assert_eq!(answered, Some(StatusCode::OK));
    }
    expect![[r#"
        WARN: collector/elsewhere did not accept a part of the metrics of autometrics, which did not fit in one request: answered 413 Payload Too Large. No count is lost: later requests contain its counts"#]]
    .assert_eq(&said("/elsewhere").join("\n"));
}

#[test]
fn cancelled_request_neither_loses_nor_repeats_calls() {
    let collector = Collector::default();
    let client = AppendingClient::new(collector.clone())
        .snapshot_source(|| program(2, 4))
        .delta();
    let post = || post(&client, "/v1/metrics", &[PROTOBUF], Bytes::new());
    collector.is_silent.store(true, Ordering::Relaxed);
    {
        let request = Request::post("http://collector/v1/metrics").header(PROTOBUF.0, PROTOBUF.1);
        let mut first = pin!(client.send_bytes(request.body(Bytes::new()).unwrap()));
        let context = &mut Context::from_waker(Waker::noop());
        assert!(first.as_mut().poll(context).is_pending());
        // A concurrent request does not contain the same deltas.
        collector.is_silent.store(false, Ordering::Relaxed);
        assert_eq!(post(), Some(StatusCode::OK));
        let received = collector.received.lock().unwrap().clone();
        assert!(!received[0].body().is_empty() && received[1].body().is_empty());
    }
    collector.received.lock().unwrap().clear();
    assert_eq!(post(), Some(StatusCode::OK));
    let received = collector.received.lock().unwrap().clone();
    assert_eq!(
        calls(&received).values().copied().collect::<Vec<_>>(),
        [4, 4]
    );
}

#[test]
fn exponential_histograms_can_be_selected() {
    let snapshot = || {
        let mut snapshot = program(1, 0);
        let latencies = [3, 3, 40].map(Duration::from_millis);
        snapshot.edges[0].latency = Histogram::of(latencies, &snapshot.bounds);
        snapshot
    };
    for delta in [false, true] {
        let collector = Collector::default();
        let client = AppendingClient::new(collector.clone())
            .snapshot_source(snapshot)
            .histogram_aggregation(HistogramAggregation::Exponential);
        let client = if delta { client.delta() } else { client };
        let request = send(&client, &collector, "/v1/metrics", &[PROTOBUF]);
        let received = parse(&request);
        let metrics = &received[0].scope_metrics[0].metrics;
        let histograms = metrics
            .iter()
            .filter_map(|metric| match metric.data.as_ref()? {
                Data::ExponentialHistogram(histogram) => Some(histogram),
                Data::Histogram(_) => panic!("with bounds"),
                _ => None,
            });
        let [histogram] = histograms.collect::<Vec<_>>()[..] else {
            panic!("not one");
        };
        assert_eq!(histogram.aggregation_temporality, if delta { 1 } else { 2 });
        let point = &histogram.data_points[0];
        assert_eq!((point.count, point.scale), (3, 3));
        let counts = &point.positive.as_ref().unwrap().bucket_counts;
        assert_eq!((counts[0], counts.iter().sum::<u64>()), (2, 3));
    }
}
