//! Tests that exponential histograms are the fine buckets, decoded by `opentelemetry-proto`.

use std::time::{Duration, UNIX_EPOCH};

use autometrics_core::{
    Caller, Edge, Exemplar, FineBuckets, Function, Histogram, Outcome, Snapshot, TraceContext,
};
use autometrics_otlp::{HistogramAggregation, Options, encode};
use autometrics_prometheus::Format;
use opentelemetry_proto::tonic::{
    collector::metrics::v1::ExportMetricsServiceRequest as Export,
    metrics::v1::{AggregationTemporality, ExponentialHistogramDataPoint as Point, metric::Data},
};
use prost::Message as _;

use crate::{equality, page, program::shop};

fn options() -> Options {
    let mut options = equality::options();
    options.histograms = HistogramAggregation::Exponential;
    options.time = options.start + Duration::from_secs(60);
    options
}

/// Returns a program with one function and these latencies of its calls.
fn program(latencies: impl IntoIterator<Item = Duration>) -> Snapshot {
    let mut snapshot = Snapshot::new("shop");
    snapshot.functions.push(Function::new("shop", "pay"));
    let latency = Histogram::of(latencies, &snapshot.bounds);
    let edge = Edge::new(0, Caller::None, Outcome::Ok, latency);
    snapshot.edges.push(edge);
    snapshot
}

fn decoded(snapshot: &Snapshot, options: &Options) -> Export {
    let bytes = encode(snapshot, options);
    let export = Export::decode(&*bytes).unwrap();
    // Fields unknown to `opentelemetry-proto` would get lost when it encodes the request again.
    assert_eq!(export.encoded_len(), bytes.len());
    export
}

#[track_caller]
fn point(snapshot: &Snapshot) -> Point {
    let export = decoded(snapshot, &options());
    let [point] = page::exponential(&export) else {
        panic!("not one point: {export:?}");
    };
    point.clone()
}

/// Returns lower bound, upper bound and calls of each bucket, by the protocol's formula.
fn buckets(point: &Point) -> Vec<(f64, f64, u64)> {
    let positive = point.positive.as_ref().unwrap();
    let base = 2_f64.powf(2_f64.powi(-point.scale));
    let counts = (positive.offset..).zip(&positive.bucket_counts);
    counts
        .map(|(at, calls)| (base.powi(at), base.powi(at + 1), *calls))
        .collect()
}

/// Estimates the latency with that rank: the geometric mean of its bucket's bounds.
fn quantile(point: &Point, rank: u64) -> f64 {
    let mut below = point.zero_count;
    if below >= rank {
        return point.zero_threshold;
    }
    for (lower, upper, calls) in buckets(point) {
        below += calls;
        if below >= rank {
            return (lower * upper).sqrt();
        }
    }
    panic!("{rank} of {below} calls");
}

/// Returns pseudo-random latencies between 2 µs and a second.
fn latencies(count: u64) -> Vec<Duration> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    (0..count)
        .map(|_| Duration::from_nanos((next() % 2_000 + 2_000) << (next() % 19)))
        .collect()
}

#[test]
fn every_bucket_equals_its_fine_bucket() {
    let snapshot = program(latencies(5_000));
    let point = point(&snapshot);
    let fine = snapshot.edges[0].latency.fine_buckets().unwrap();
    assert_eq!((point.scale, point.count), (3, 5_000));
    assert_eq!(point.zero_count, fine.zero());
    assert_eq!(
        point.zero_threshold.to_bits(),
        FineBuckets::ZERO_THRESHOLD.to_bits()
    );
    let sent = buckets(&point).into_iter();
    let sent: Vec<_> = sent.filter(|(_, _, calls)| *calls > 0).collect();
    assert!(sent.len() > 100);
    assert_eq!(sent.len(), fine.iter().count());
    for ((lower, upper, calls), (bucket, expected)) in sent.into_iter().zip(fine.iter()) {
        let [below, above] = [bucket - 1, bucket].map(FineBuckets::upper);
        assert!((lower / below - 1.0).abs() < 1e-9, "{lower} {below}");
        assert!((upper / above - 1.0).abs() < 1e-9, "{upper} {above}");
        assert_eq!(calls, expected, "up to {above} s");
    }
    assert_eq!(point.sum, Some(snapshot.edges[0].latency.sum()));
    let negative = point.negative.map(|buckets| buckets.bucket_counts);
    assert!(negative.unwrap_or_default().is_empty());
    assert_eq!((point.min, point.max), (None, None));
}

#[test]
fn quantiles_are_accurate_to_4_5_percent() {
    let mut latencies = latencies(5_000);
    let point = point(&program(latencies.iter().copied()));
    latencies.sort();
    for rank in [1, 50, 2_500, 4_500, 4_950, 4_995, 5_000] {
        let latency = latencies[usize::try_from(rank).unwrap() - 1].as_secs_f64();
        let error = quantile(&point, rank) / latency - 1.0;
        assert!(error.abs() < 0.045, "rank {rank}: {error}");
    }
}

#[test]
fn latency_equal_to_a_bound_is_in_the_bucket_below() {
    let point = point(&program([
        Duration::from_millis(500),
        Duration::from_secs(1),
    ]));
    let with_calls: Vec<_> = buckets(&point)
        .into_iter()
        .filter(|(_, _, calls)| *calls > 0)
        .map(|(_, upper, _)| upper)
        .collect();
    assert_eq!(with_calls.len(), 2);
    assert!((with_calls[0] - 0.5).abs() < 1e-12 && (with_calls[1] - 1.0).abs() < 1e-12);
}

#[test]
fn latencies_of_any_range_take_at_most_160_buckets() {
    let nanos = (0..43).map(|power| Duration::from_nanos(3 << power));
    let all: Vec<Duration> = nanos.chain(latencies(1_000)).collect();
    let point = point(&program(all.iter().copied()));
    // 42 octaves, from 3 ns to 3.7 hours.
    assert_eq!(point.scale, 1);
    assert!(point.positive.as_ref().unwrap().bucket_counts.len() <= 160);
    let in_buckets: u64 = buckets(&point).iter().map(|(_, _, calls)| calls).sum();
    assert_eq!(point.zero_count + in_buckets, point.count);
    assert_eq!(point.count, 1_043);
    for (lower, upper, calls) in buckets(&point) {
        let inside = all.iter().map(Duration::as_secs_f64);
        let inside = inside.filter(|seconds| *seconds > lower && *seconds <= upper);
        assert_eq!(inside.count() as u64, calls, "{lower} to {upper} s");
    }
}

#[test]
fn scale_of_a_delta_depends_on_its_own_calls() {
    let far_apart = program([Duration::from_nanos(2), Duration::from_secs(3_000)]);
    let mut now = far_apart.clone();
    let bounds = now.bounds.clone();
    now.edges[0]
        .latency
        .record(Duration::from_millis(7), 4, &bounds);
    assert!(point(&now).scale < 3);
    let mut options = options();
    options.since = Some(options.time);
    let export = decoded(&now.since(&far_apart), &options);
    let [delta] = page::exponential(&export) else {
        panic!("not one point");
    };
    assert_eq!((delta.scale, delta.count), (3, 4));
    assert_eq!(delta.positive.as_ref().unwrap().bucket_counts, [4]);
    assert_eq!(delta.start_time_unix_nano, 1_700_000_060_000_000_000);
    let temporality = page::metrics(&export).find_map(|metric| match metric.data.as_ref()? {
        Data::ExponentialHistogram(all) => Some(all.aggregation_temporality()),
        _ => None,
    });
    assert_eq!(temporality, Some(AggregationTemporality::Delta));
}

#[test]
fn latencies_below_the_threshold_are_in_the_zero_bucket() {
    let point = point(&program([
        Duration::ZERO,
        Duration::ZERO,
        Duration::from_millis(1),
    ]));
    assert_eq!((point.zero_count, point.count), (2, 3));
}

#[test]
fn function_without_calls_has_a_point_without_buckets() {
    let point = point(&program([]));
    assert_eq!((point.count, point.scale, point.sum), (0, 3, Some(0.0)));
    assert_eq!(buckets(&point), []);
    assert!(point.zero_threshold > 0.0);
}

#[test]
fn exemplars_are_sent_with_exponential_buckets() {
    let mut snapshot = program([Duration::from_millis(62)]);
    snapshot.exemplars = vec![Exemplar::new(
        0,
        4,
        Duration::from_millis(62),
        UNIX_EPOCH + Duration::from_secs(1_700_000_001),
        TraceContext::new(0x4bf9, 0xf067, true),
    )];
    let point = point(&snapshot);
    assert_eq!(point.exemplars.len(), 1);
    assert_eq!(point.exemplars[0].trace_id[14..], [0x4b, 0xf9]);
}

/// A snapshot made by hand may have only explicit bounds, for all functions or for some.
#[test]
fn histograms_without_fine_buckets_are_sent_with_their_bounds() {
    let mut snapshot = shop();
    let bounds = snapshot.bounds.clone();
    snapshot.functions.push(Function::new("shop::till", "pay"));
    let latency = Histogram::of([Duration::from_millis(3)], &bounds);
    snapshot
        .edges
        .push(Edge::new(2, Caller::None, Outcome::Ok, latency));
    let export = decoded(&snapshot, &options());
    assert_eq!(
        page::durations(&export),
        page::durations(&decoded(&shop(), &options()))
    );
    assert_eq!(page::durations(&export).len(), 2);
    assert_eq!(page::exponential(&export).len(), 1);
    let kinds = page::metrics(&export).filter(|one| one.name == "function.calls.duration");
    let units: Vec<&str> = kinds.map(|metric| &*metric.unit).collect();
    assert_eq!(units, ["s", "s"]);
}

#[test]
fn explicit_bounds_are_the_default() {
    let export = decoded(&program(latencies(9)), &equality::options());
    assert_eq!(page::durations(&export).len(), 1);
    assert_eq!(page::exponential(&export), []);
}

/// Compares counts and sums of latencies with a scrape, and all other metrics line by line.
#[test]
fn exponential_histograms_agree_with_openmetrics() {
    let mut snapshot = program(latencies(300));
    snapshot.functions.push(Function::new("shop", "ship"));
    let latency = Histogram::of(latencies(40), &snapshot.bounds);
    snapshot.edges.push(Edge::new(
        1,
        Caller::Function(0),
        Outcome::Error(None),
        latency,
    ));
    let export = decoded(&snapshot, &options());
    let is_latency = |line: &&str| line.starts_with("function_calls_duration_seconds");
    let text = autometrics_prometheus::encode(&snapshot, Format::OpenMetrics);
    let scraped: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with("# "))
        .collect();
    let value = |suffix: &str, labels: &str| {
        let name = format!("function_calls_duration_seconds_{suffix}{{{labels}}} ");
        let line = scraped.iter().find_map(|line| line.strip_prefix(&name));
        line.unwrap().to_owned()
    };
    let points = page::exponential(&export);
    assert_eq!(points.len(), 2);
    for point in points {
        let labels = page::labels(&point.attributes).join(",");
        let in_buckets: u64 = buckets(point).iter().map(|(_, _, calls)| calls).sum();
        assert_eq!(point.zero_count + in_buckets, point.count);
        assert_eq!(value("count", &labels), point.count.to_string());
        assert_eq!(value("sum", &labels).parse(), Ok(point.sum.unwrap()));
        // A classic bound that is also a bound of a fine bucket has the same number of calls below
        // it.
        let below: u64 = buckets(point)
            .iter()
            .filter(|(_, upper, _)| *upper <= 1.000_001)
            .map(|(_, _, calls)| calls)
            .sum();
        let labels = format!("{labels},le=\"1.0\"");
        let below = point.zero_count + below;
        assert_eq!(value("bucket", &labels), below.to_string());
    }
    let mut explicit = export.clone();
    for metric in &mut explicit.resource_metrics[0].scope_metrics[0].metrics {
        if let Some(Data::ExponentialHistogram(_)) = metric.data {
            metric.data = Some(Data::Histogram(
                opentelemetry_proto::tonic::metrics::v1::Histogram::default(),
            ));
        }
    }
    let others: Vec<&str> = scraped
        .iter()
        .copied()
        .filter(|line| !is_latency(line))
        .collect();
    assert_eq!(page::lines(&explicit), others);
}
