//! Tests that OTLP has the same series and values as OpenMetrics.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use autometrics_core::{
    Caller, Exemplar, Function, Histogram, Outcome, RemoteCaller, Snapshot, TraceContext,
};
use autometrics_otlp::{Options, encode, encode_into};
use autometrics_prometheus::Format;
use expect_test::expect;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest as Export;
use prost::Message as _;

use crate::{
    page,
    program::{born, edge, shop},
};

pub(crate) fn options() -> Options {
    Options::new(UNIX_EPOCH + Duration::from_secs(1_700_000_000))
}

/// Returns the lines of samples in OpenMetrics.
fn scraped(snapshot: &Snapshot) -> Vec<String> {
    let text = autometrics_prometheus::encode(snapshot, Format::OpenMetrics);
    let samples = text.lines().filter(|line| !line.starts_with("# "));
    samples.map(str::to_owned).collect()
}

#[track_caller]
fn check(snapshot: &Snapshot) {
    let export = Export::decode(&*encode(snapshot, &options())).expect("a request of OTLP");
    let (sent, scraped) = (page::lines(&export), scraped(snapshot));
    for (sent, scraped) in sent.iter().zip(&scraped) {
        assert_eq!(sent, scraped);
    }
    assert_eq!(sent.len(), scraped.len());
}

#[test]
fn every_metric_equals_its_scrape() {
    let snapshot = shop();
    assert_eq!(scraped(&snapshot).len(), 31);
    check(&snapshot);
}

#[test]
fn latencies_by_caller_equal_their_scrape() {
    let snapshot = born();
    assert_eq!(scraped(&snapshot).len(), 31 + 3 * 4);
    check(&snapshot);
}

/// The attribute names of the Autometrics specification 1.0.0, and further ones of the same style.
/// A comparison with a scrape cannot check them, because Prometheus replaces dots with underscores.
#[test]
fn attributes_have_the_names_of_the_specification() {
    let mut snapshot = shop();
    let caller = Caller::Remote(0);
    let remote = RemoteCaller::new("web", "web::basket", "Basket::pay").unwrap();
    snapshot.remote_callers.push(remote);
    snapshot.edges.push(edge(1, caller, Outcome::Ok, &[1], 0.5));
    let export = Export::decode(&*encode(&snapshot, &options())).unwrap();
    let mut keys = page::attribute_keys(&export);
    keys.sort_unstable();
    keys.dedup();
    expect![[r#"
        autometrics.version
        branch
        caller.function
        caller.module
        caller.service
        commit
        error
        function
        module
        objective.latency_threshold
        objective.name
        objective.percentile
        outcome
        package
        repository.provider
        repository.url
        result
        service.name
        sli
        version"#]]
    .assert_eq(&keys.join("\n"));
}

#[test]
fn empty_snapshot_equals_its_scrape() {
    check(&Snapshot::new("shop"));
}

#[test]
fn snapshot_of_this_program_equals_its_scrape() {
    check(&autometrics_core::snapshot());
}

#[test]
fn exemplars_equal_their_scrape() {
    let mut snapshot = shop();
    let time = UNIX_EPOCH + Duration::from_millis(1_700_000_000_025);
    let exemplar = |function, bucket, seconds, sampled| {
        let trace = TraceContext::new(0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736, 0xf067, sampled);
        let latency = Duration::from_secs_f64(seconds);
        Exemplar::new(function, bucket, latency, time, trace)
    };
    snapshot.exemplars = vec![
        exemplar(0, 1, 0.062_5, true),
        exemplar(0, 2, 0.15, false),
        exemplar(1, 1, 0.1, true),
        exemplar(1, 4, 3.0, true),
    ];
    let shown = scraped(&snapshot);
    assert_eq!(shown.iter().filter(|line| line.contains(" # ")).count(), 3);
    check(&snapshot);
}

#[test]
fn remote_callers_equal_their_scrape() {
    let mut snapshot = shop();
    snapshot.refused_callers = 3;
    for service in ["web", "app"] {
        let caller = Caller::Remote(snapshot.remote_callers.len());
        let remote = RemoteCaller::new(service, "web::basket", "Basket::pay").unwrap();
        snapshot.remote_callers.push(remote);
        snapshot.edges.push(edge(1, caller, Outcome::Ok, &[1], 0.5));
    }
    let shown = scraped(&snapshot);
    let named = |name: &str| shown.iter().filter(|line| line.contains(name)).count();
    assert_eq!(named("caller_service="), 2);
    assert_eq!(named("autometrics_refused_callers_total"), 1);
    check(&snapshot);
}

#[test]
fn hostile_names_equal_their_scrape() {
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
        "service.name",
    ];
    for service in names {
        let mut snapshot = Snapshot::new(service);
        snapshot.build.version = service.into();
        for (at, name) in names.into_iter().enumerate() {
            snapshot.functions.push(Function::new(name, name));
            let kind = || Outcome::Error(Some(name.into()));
            snapshot
                .edges
                .push(edge(at, Caller::None, kind(), &[1], 0.5));
            snapshot
                .edges
                .push(edge(at, Caller::Function(at), kind(), &[1], 0.5));
        }
        check(&snapshot);
    }
}

#[test]
fn contradictory_snapshot_equals_its_scrape() {
    let mut snapshot = shop();
    snapshot.bounds = vec![-1.0, 0.1, 0.05, f64::NAN, 1.0, f64::INFINITY];
    snapshot.edges[1].latency = Histogram::new([1, 2, 4, 8, 16, 32, 64, 128], 0.5);
    snapshot.edges[2].latency = Histogram::new([1], f64::NAN);
    snapshot.edges[3].latency = Histogram::new([1], -1.0);
    snapshot.edges[4].caller = Caller::Function(9);
    snapshot.edges[5].function = 9;
    check(&snapshot);
}

#[test]
fn appended_to_another_request_it_is_one_request() {
    let mut bytes = encode(&Snapshot::new("till"), &options());
    encode_into(&mut bytes, &Snapshot::new("shop"), &options());
    let export = Export::decode(&*bytes).unwrap();
    assert_eq!(export.resource_metrics.len(), 2);
    let names = export.resource_metrics.iter().map(|one| {
        let resource = one.resource.as_ref().unwrap();
        page::text(&resource.attributes[0])
    });
    assert_eq!(names.collect::<Vec<_>>(), ["till", "shop"]);
}

/// Fields unknown to `opentelemetry-proto` would get lost when it encodes the request again.
#[test]
fn every_field_is_known_to_opentelemetry_proto() {
    let bytes = encode(&shop(), &options());
    let export = Export::decode(&*bytes).unwrap();
    assert_eq!(export.encoded_len(), bytes.len());
}

#[test]
fn points_start_when_counting_began() {
    let start = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let mut options = Options::new(start);
    options.time = start + Duration::from_secs(60);
    let export = Export::decode(&*encode(&shop(), &options)).unwrap();
    let (began, now) = (1_700_000_000_000_000_000, 1_700_000_060_000_000_000);
    for name in [
        "function.calls",
        "function.calls.concurrent",
        "function.calls.cancelled",
    ] {
        for point in page::numbers(&export, name) {
            assert_eq!(
                (point.start_time_unix_nano, point.time_unix_nano),
                (began, now)
            );
        }
    }
    for point in page::durations(&export) {
        assert_eq!(
            (point.start_time_unix_nano, point.time_unix_nano),
            (began, now)
        );
    }
    for point in page::numbers(&export, "build_info") {
        assert_eq!((point.start_time_unix_nano, point.time_unix_nano), (0, now));
    }
}

#[test]
fn time_never_precedes_start() {
    let mut options = options();
    options.time = SystemTime::UNIX_EPOCH;
    let export = Export::decode(&*encode(&shop(), &options)).unwrap();
    let point = &page::numbers(&export, "function.calls")[0];
    assert_eq!(point.time_unix_nano, point.start_time_unix_nano);
}
