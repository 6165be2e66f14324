//! Tests that the protobuf format has the same contents as OpenMetrics, line by line.

mod page;

use autometrics_core::{Caller, FineBuckets, Function, Histogram, Outcome, RemoteCaller, Snapshot};
use autometrics_prometheus::{
    Format, append_from, encode, encode_to_vec, response_from, serve_from,
};
use http::{HeaderMap, HeaderValue, header::ACCEPT};
use prost::Message as _;
use test_harness::Client;

use crate::{
    exemplars::traced,
    fine::fine,
    program::{born, edge, shop},
};

/// `Accept` header of a Prometheus that scrapes native histograms.
const ACCEPTED: &str = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,*/*;q=0.1";

#[track_caller]
fn check(snapshot: &Snapshot) {
    let families = page::decode(&encode_to_vec(snapshot, Format::Protobuf));
    let (decoded, text) = (
        page::open_metrics(&families),
        encode(snapshot, Format::OpenMetricsWithCreated),
    );
    for (decoded, text) in decoded.lines().zip(text.lines()) {
        assert_eq!(decoded, text);
    }
    assert_eq!(decoded.len(), text.len());
}

#[test]
fn every_metric_equals_its_open_metrics() {
    check(&shop());
}

#[test]
fn empty_snapshot_equals_its_open_metrics() {
    check(&Snapshot::new("shop"));
}

#[test]
fn counters_and_histograms_have_created_times() {
    let snapshot = born();
    check(&snapshot);
    let text = encode(&snapshot, Format::OpenMetricsWithCreated);
    let created = text.lines().filter(|line| line.contains("_created{"));
    let times: Vec<&str> = created.filter_map(|line| line.split("} ").nth(1)).collect();
    assert!(times.contains(&"1700000000.250"), "{text}");
    assert!(times.contains(&"1700000060.000"), "{text}");
}

#[test]
fn snapshot_of_this_program_equals_its_open_metrics() {
    check(&autometrics_core::snapshot());
}

#[test]
fn exemplars_equal_their_open_metrics() {
    let page = encode(&traced(), Format::OpenMetrics);
    assert_eq!(page.lines().filter(|line| line.contains(" # ")).count(), 3);
    check(&traced());
}

#[test]
fn fine_buckets_become_native_buckets() {
    let snapshot = fine();
    check(&snapshot);
    let families = page::decode(&encode_to_vec(&snapshot, Format::Protobuf));
    let histograms = page::histograms(&families);
    let mut expected = FineBuckets::default();
    for edge in snapshot.edges.iter().filter(|edge| edge.function == 0) {
        expected.merge(edge.latency.fine_buckets().expect("all calls"));
    }
    let native: Vec<(i32, i64)> = expected
        .iter()
        .map(|(number, calls)| (number.into(), calls.try_into().unwrap()))
        .collect();
    assert!(native.len() > 5, "{native:?}");
    let histogram = histograms[0];
    assert_eq!(histogram.native(), native);
    assert_eq!(histogram.schema, Some(3));
    assert_eq!(histogram.zero_threshold, Some(FineBuckets::ZERO_THRESHOLD));
    assert_eq!(histogram.zero_count, Some(2));
    let calls = native.iter().map(|(_, calls)| calls.unsigned_abs());
    assert_eq!(calls.sum::<u64>() + 2, histogram.sample_count());
    // Prometheus takes the exemplars of a native histogram from this field, and only those with a
    // time.
    let of_buckets = histogram.bucket.iter();
    let of_buckets = of_buckets.filter_map(|bucket| bucket.exemplar.clone());
    assert_eq!(histogram.exemplars, of_buckets.collect::<Vec<_>>());
    assert_eq!(histogram.exemplars.len(), 1);
    assert!(histogram.exemplars[0].timestamp.is_some());
}

#[test]
fn histogram_without_calls_is_native_from_the_start() {
    let mut snapshot = fine();
    snapshot.edges.retain(|edge| edge.function == 1);
    let families = page::decode(&encode_to_vec(&snapshot, Format::Protobuf));
    let histogram = page::histograms(&families)[0];
    assert_eq!(histogram.sample_count(), 0);
    assert_eq!(histogram.native(), []);
    assert!(histogram.zero_threshold() > 0.0);
}

/// Prometheus refuses a native histogram whose buckets lack some of its calls.
#[test]
fn histogram_with_incomplete_fine_buckets_is_classic() {
    let mut snapshot = fine();
    snapshot
        .edges
        .push(edge(0, Caller::None, Outcome::PANIC, &[1], 0.0));
    let families = page::decode(&encode_to_vec(&snapshot, Format::Protobuf));
    let [classic, native] = page::histograms(&families)[..] else {
        panic!("two functions")
    };
    assert_eq!((classic.schema, classic.zero_threshold), (None, None));
    assert_eq!((classic.native(), classic.exemplars.len()), (Vec::new(), 0));
    assert_eq!(native.schema, Some(3));
}

#[test]
fn remote_callers_equal_their_open_metrics() {
    let mut snapshot = shop();
    snapshot.refused_callers = 3;
    let caller = Caller::Remote(0);
    let remote = RemoteCaller::new("web", "web::basket", "Basket::pay").unwrap();
    snapshot.remote_callers.push(remote);
    snapshot.edges.push(edge(1, caller, Outcome::Ok, &[1], 0.5));
    check(&snapshot);
}

#[test]
fn hostile_names_equal_their_open_metrics() {
    let names = [
        "",
        "\"",
        "\\",
        "\\n",
        "\n",
        "\r\n# EOF\n",
        "a\"} 1\nfunction_calls_total{b=\"",
        "naïve_函数_🦀",
        "\u{0}\u{1b}\u{7f}\u{feff}",
        "\u{a}\u{3}\u{8}\u{1}",
    ];
    for service in names {
        let mut snapshot = Snapshot::new(service);
        snapshot.build.version = service.into();
        for (at, name) in names.into_iter().enumerate() {
            snapshot.functions.push(Function::new(name, name));
            for caller in [Caller::None, Caller::Function(at)] {
                let kind = Outcome::Error(Some(name.into()));
                snapshot.edges.push(edge(at, caller, kind, &[1], 0.5));
            }
        }
        check(&snapshot);
    }
}

#[test]
fn lengths_around_varint_limits_are_encoded() {
    for len in [127, 128, 129, 16_383, 16_384, 16_385] {
        let mut snapshot = shop();
        snapshot.functions[0].name = "x".repeat(len).into();
        check(&snapshot);
    }
}

#[test]
fn contradictory_snapshot_equals_its_open_metrics() {
    let mut snapshot = traced();
    snapshot.bounds = vec![-1.0, 0.1, 0.05, f64::NAN, 1.0, f64::INFINITY];
    snapshot.edges[1].latency = Histogram::new([1, 2, 4, 8, 16, 32, 64, 128], 0.07);
    for (edge, sum) in [(2, f64::NAN), (3, -1.0)] {
        let latency = &mut snapshot.edges[edge].latency;
        *latency = Histogram::new(latency.buckets(), sum);
    }
    snapshot.edges[4].caller = Caller::Function(9);
    snapshot.edges[5].function = 9;
    check(&snapshot);
}

/// Fields unknown to the decoder would get lost when the page is encoded again.
#[test]
fn every_field_is_known_to_the_format() {
    for snapshot in [traced(), fine()] {
        let page = encode_to_vec(&snapshot, Format::Protobuf);
        let families = page::decode(&page);
        let again = families
            .iter()
            .flat_map(page::MetricFamily::encode_length_delimited_to_vec);
        assert_eq!(again.count(), page.len());
    }
}

#[test]
fn counters_have_the_names_of_the_text_format() {
    let families = page::decode(&encode_to_vec(&shop(), Format::Protobuf));
    let text = encode(&shop(), Format::Text);
    for family in &families {
        let help = format!("# HELP {} ", family.name());
        assert!(text.contains(&help), "{}", family.name());
    }
    let typed = families.iter().filter(|family| family.r#type.is_some());
    assert_eq!(typed.count(), text.matches("# TYPE ").count());
}

#[test]
fn scraper_that_prefers_protobuf_gets_it() {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static(ACCEPTED));
    let response = response_from(&headers, &shop());
    assert_eq!(
        response.headers()["content-type"],
        "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
    );
    assert_eq!(response.body(), &encode_to_vec(&shop(), Format::Protobuf));
}

#[test]
fn listener_answers_in_protobuf_and_then_in_text() {
    let server = serve_from("127.0.0.1:0", shop).expect("a free port");
    let mut client = Client::connect(server.local_addr());
    client.send(&format!(
        "GET /metrics HTTP/1.1\r\nHost: localhost\r\nAccept: {ACCEPTED}\r\n\r\n"
    ));
    let (reply, body) = client.reply_in_bytes();
    assert_eq!(
        reply.header("content-type"),
        Some(Format::Protobuf.content_type())
    );
    assert_eq!(body, encode_to_vec(&shop(), Format::Protobuf));
    assert_eq!(client.get("/metrics").body, encode(&shop(), Format::Text));
    server.shutdown();
}

/// Text that is declared as protobuf would fail every scrape, so functions that return text never
/// write protobuf.
#[test]
fn functions_that_return_text_never_write_protobuf() {
    assert_eq!(
        encode(&traced(), Format::Protobuf),
        encode(&traced(), Format::Text)
    );
    assert_eq!(Format::from_accept(Some(ACCEPTED)), Format::OpenMetrics);
    let mut page = encode(&Snapshot::new("till"), Format::Text);
    append_from(&mut page, &shop());
    assert!(page.contains("function_calls_total{"));
}
