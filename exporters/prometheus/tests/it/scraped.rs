//! Tests that Prometheus 3 stores the same from the protobuf format as from OpenMetrics.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    path::Path,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, SystemTime},
};

use autometrics_core::{Caller, FineBuckets, Histogram, Outcome, Snapshot};
use autometrics_listener::listen;
use autometrics_prometheus::{Format, Server, encode_to_vec, response_from};
use http::{HeaderValue, Request, Response, header::CONTENT_TYPE};
use test_harness::{Prometheus, Scrape, wait_for};

use crate::{
    exemplars::traced,
    fine::fine,
    program::{born, edge},
};

/// Content types of the answers.
type Answered = Arc<Mutex<BTreeSet<String>>>;

fn serve(answered: &Answered, snapshot: fn() -> Snapshot) -> Server {
    let answered = Arc::clone(answered);
    let server = listen("scraped", "127.0.0.1:0", move |request: &Request<()>| {
        let response = response_from(request.headers(), &snapshot());
        let content_type = response.headers()[CONTENT_TYPE].to_str();
        let content_type = content_type.expect("ASCII").to_owned();
        answered.lock().unwrap().insert(content_type);
        response
    });
    server.expect("a free port")
}

/// Contents of a Prometheus after a scrape: the value of each series, and the exemplars.
#[derive(Debug, PartialEq)]
struct Stored {
    series: BTreeMap<BTreeMap<String, String>, f64>,
    exemplars: String,
}

/// Starts a Prometheus with these scrape options, and waits for its first scrape.
fn scraping(folder: &Path, addr: SocketAddr, options: &'static str) -> Prometheus {
    let scrape = Scrape {
        options,
        ..Scrape::of(addr, &[])
    };
    let prometheus = Prometheus::start(folder, &scrape, &[], None);
    wait_for("a scrape", || {
        (!prometheus.query("build_info").is_empty()).then_some(())
    });
    prometheus
}

fn stored(addr: SocketAddr, options: &'static str) -> Stored {
    let folder = tempfile::tempdir().expect("a folder");
    let prometheus = scraping(folder.path(), addr, options);
    let series = prometheus.query("{job=\"programs\",__name__!~\"up|scrape_.*\"}");
    let exemplars = prometheus.exemplars("function_calls_duration_seconds_bucket");
    Stored {
        series: series.into_iter().collect(),
        exemplars: exemplars.to_string(),
    }
}

#[test]
fn prometheus_stores_the_same_from_protobuf_and_from_open_metrics() {
    let answered = Answered::default();
    let server = serve(&answered, traced);
    let addr = server.local_addr();
    let mut seen = Vec::new();
    for (options, format) in [
        ("scrape_protocols: [PrometheusProto]", Format::Protobuf),
        (
            "scrape_protocols: [OpenMetricsText1.0.0]",
            Format::OpenMetrics,
        ),
    ] {
        seen.push(stored(addr, options));
        let answered = std::mem::take(&mut *answered.lock().unwrap());
        let answered: Vec<_> = answered.into_iter().collect();
        assert_eq!(answered, [format.content_type()]);
    }
    server.shutdown();
    assert_eq!(seen[0], seen[1]);
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    assert_eq!(seen[0].exemplars.matches(trace).count(), 3);
    assert!(seen[0].series.len() > 30, "{}", seen[0].series.len());
}

/// Returns the only value of a query about function `Cart::add`.
#[track_caller]
fn of_cart(prometheus: &Prometheus, query: &str) -> f64 {
    let query = query.replace(
        "LATENCY",
        "function_calls_duration_seconds{function='Cart::add'}",
    );
    let answer = prometheus.query(&query);
    let [(_, value)] = &answer[..] else {
        panic!("{query}: {answer:?}")
    };
    *value
}

#[test]
fn native_histograms_give_quantiles_over_the_whole_range() {
    let server = serve(&Answered::default(), fine);
    let folder = tempfile::tempdir().expect("a folder");
    let options = "scrape_protocols: [PrometheusProto]\nalways_scrape_classic_histograms: true";
    let prometheus = scraping(folder.path(), server.local_addr(), options);
    // Two edges: latencies of 0, 40 ns, 900 ns, 81 µs, 62.5 ms, 3 s and 2 h, and twice these.
    assert_eq!(
        of_cart(&prometheus, "histogram_count(LATENCY)").to_string(),
        "14"
    );
    let sum = of_cart(&prometheus, "histogram_sum(LATENCY)");
    assert!((sum / 21_609.187_745_82 - 1.0).abs() < 1e-9, "{sum}");
    for (quantile, seconds) in [
        (0.25, 80e-9),
        (0.4, 1.8e-6),
        (0.53, 162e-6),
        (0.99, 14_400.0),
    ] {
        let query = format!("histogram_quantile({quantile}, LATENCY)");
        let estimate = of_cart(&prometheus, &query);
        // A bucket is 9 % wide.
        assert!(
            (estimate / seconds - 1.0).abs() < 0.095,
            "{quantile}: {estimate}"
        );
    }
    let zeros = format!(
        "histogram_fraction(0, {}, LATENCY)",
        FineBuckets::ZERO_THRESHOLD
    );
    let share = of_cart(&prometheus, &zeros);
    assert!((share - 2.0 / 14.0).abs() < 1e-9, "{share}");
    // Without the option, the classic buckets would be missing.
    let bucket = "function_calls_duration_seconds_bucket{function='Cart::add',le='+Inf'}";
    assert_eq!(of_cart(&prometheus, bucket).to_string(), "14");
    let exemplars = prometheus.exemplars("function_calls_duration_seconds");
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    assert_eq!(
        exemplars.to_string().matches(trace).count(),
        2,
        "{exemplars}"
    );
    server.shutdown();
}

/// Returns the latencies of 5,000 calls in ascending order: from 200 ns to 2 s, most of them around
/// 3 µs and 40 ms.
fn latencies() -> Vec<Duration> {
    let around = |middle: f64, calls: u32| {
        let share = move |call: u32| f64::from(call) / f64::from(calls) - 0.5;
        (0..calls).map(move |call| middle * share(call).exp())
    };
    let spread = (0..500).map(|call| 2e-7 * 1e7_f64.powf(f64::from(call) / 500.0));
    let mut all: Vec<f64> = around(3e-6, 3_000)
        .chain(around(0.04, 1_500))
        .chain(spread)
        .collect();
    all.sort_by(f64::total_cmp);
    all.into_iter().map(Duration::from_secs_f64).collect()
}

fn many() -> Snapshot {
    let mut snapshot = born();
    snapshot.edges.truncate(1);
    snapshot.edges[0].latency = Histogram::of(latencies(), &snapshot.bounds);
    snapshot
}

#[test]
fn native_histograms_give_quantiles_to_5_percent() {
    let server = serve(&Answered::default(), many);
    let folder = tempfile::tempdir().expect("a folder");
    let options = "scrape_protocols: [PrometheusProto]";
    let prometheus = scraping(folder.path(), server.local_addr(), options);
    let latencies = latencies();
    for per_mille in [10_usize, 50, 250, 500, 590, 750, 900, 950, 990, 999] {
        let exact = latencies[(latencies.len() * per_mille).div_ceil(1_000) - 1].as_secs_f64();
        let quantile = format!("0.{per_mille:03}");
        let native = format!("histogram_quantile({quantile}, LATENCY)");
        let estimate = of_cart(&prometheus, &native);
        assert!(
            (estimate / exact - 1.0).abs() < 0.05,
            "{quantile}: {estimate}, {exact}"
        );
    }
    server.shutdown();
}

#[test]
fn without_fine_buckets_there_are_only_classic_ones() {
    let server = serve(&Answered::default(), traced);
    let folder = tempfile::tempdir().expect("a folder");
    let options = "scrape_protocols: [PrometheusProto]";
    let prometheus = scraping(folder.path(), server.local_addr(), options);
    assert!(
        !prometheus
            .query("function_calls_duration_seconds_bucket")
            .is_empty()
    );
    assert_eq!(prometheus.query("function_calls_duration_seconds"), []);
    server.shutdown();
}

/// A program in which `place_order` calls `Cart::add` forty times before the third scrape.
#[derive(Default)]
struct Late {
    pages: AtomicU32,
    called: OnceLock<SystemTime>,
}

impl Late {
    fn snapshot(&self) -> Snapshot {
        let mut snapshot = born();
        snapshot.started = Some(SystemTime::now() - Duration::from_secs(600));
        snapshot.edges.truncate(1);
        if self.pages.fetch_add(1, Ordering::Relaxed) >= 2 {
            let before = || SystemTime::now() - Duration::from_millis(400);
            let mut calls = edge(0, Caller::Function(1), Outcome::Ok, &[40], 0.001);
            calls.created = Some(*self.called.get_or_init(before));
            snapshot.edges.push(calls);
        }
        snapshot
    }
}

/// Returns the increase of these calls that a Prometheus calculates from pages in `format`.
fn increase(format: Format) -> f64 {
    let program = Arc::new(Late::default());
    let served = Arc::clone(&program);
    let server = listen("late", "127.0.0.1:0", move |_: &Request<()>| {
        let mut response = Response::new(encode_to_vec(&served.snapshot(), format));
        let content_type = HeaderValue::from_static(format.content_type());
        response.headers_mut().insert(CONTENT_TYPE, content_type);
        response
    });
    let server = server.expect("a free port");
    let folder = tempfile::tempdir().expect("a folder");
    let scrape = Scrape {
        features: "created-timestamp-zero-ingestion",
        ..Scrape::of(server.local_addr(), &[])
    };
    let prometheus = Prometheus::start(folder.path(), &scrape, &[], None);
    wait_for("the scrape with the calls and two more", || {
        (program.pages.load(Ordering::Relaxed) >= 6).then_some(())
    });
    let query = "max(increase(function_calls_total{caller_function='place_order'}[5m]))";
    let increase = prometheus.query(query)[0].1;
    server.shutdown();
    increase
}

#[test]
fn first_calls_of_a_series_count_if_its_start_is_known() {
    let formats = [
        (Format::Protobuf, true),
        (Format::OpenMetricsWithCreated, true),
        (Format::OpenMetrics, false),
    ];
    let increases = formats.map(|(format, _)| thread::spawn(move || increase(format)));
    for ((format, are_counted), increase) in formats.into_iter().zip(increases) {
        let increase = increase.join().unwrap();
        assert_eq!(increase > 39.0, are_counted, "{format:?}: {increase}");
    }
}
