//! A program with random calls, and a store that adds up its deltas.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use autometrics_core::{Caller, Edge, Function, Histogram, Outcome, Snapshot};
use autometrics_otlp::{HistogramAggregation, Options, encode};
use opentelemetry_proto::tonic::{
    collector::metrics::v1::ExportMetricsServiceRequest as Export,
    metrics::v1::{AggregationTemporality, metric::Data},
};
use prost::Message as _;

use crate::page;

/// Pseudo-random numbers, the same for the same seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }
}

/// Returns a program with `functions` functions that call each other.
pub(crate) fn program(functions: usize) -> Snapshot {
    let mut snapshot = Snapshot::new("shop");
    snapshot.bounds = vec![0.001, 1.0];
    for at in 0..functions {
        let mut function = Function::new("shop", format!("function_{at:05}"));
        function.cancelled = Some(Histogram::default());
        snapshot.functions.push(function);
        for caller in [Caller::None, Caller::Function(at / 2)] {
            let none = Histogram::default();
            snapshot
                .edges
                .push(Edge::new(at, caller, Outcome::Ok, none));
        }
    }
    snapshot
}

/// Records up to eleven random batches of calls.
pub(crate) fn call(snapshot: &mut Snapshot, random: &mut Random) {
    let bounds = snapshot.bounds.clone();
    for _ in 0..random.below(12) {
        let at = usize::try_from(random.below(snapshot.edges.len() as u64)).unwrap();
        let latency = Duration::from_nanos(random.below(1000) << random.below(34));
        let calls = random.below(5);
        snapshot.edges[at].latency.record(latency, calls, &bounds);
        let function = snapshot.edges[at].function;
        let cancelled = snapshot.functions[function].cancelled.as_mut().unwrap();
        cancelled.record(latency, 1, &bounds);
    }
}

/// Contents of a store: counts per series and bucket, and the end of each series' last point.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Store {
    pub(crate) counts: BTreeMap<String, i64>,
    ends: BTreeMap<String, u64>,
}

impl Store {
    /// Adds the deltas of an accepted request. Checks that none begins before the previous one of
    /// its series ended.
    pub(crate) fn add(&mut self, export: &Export) {
        for metric in page::metrics(export) {
            let mut take = |kind: &str, attributes: &[_], times: [u64; 2], counts: Vec<i64>| {
                let series = format!("{} {:?}", metric.name, page::labels(attributes));
                let end = self.ends.entry(format!("{series} {kind}")).or_default();
                assert!(*end <= times[0], "{series} begins before it ended");
                assert!(times[0] <= times[1], "{series} ends before it begins");
                *end = times[1];
                for (at, count) in counts.into_iter().enumerate() {
                    *self.counts.entry(format!("{series} {at}")).or_default() += count;
                }
            };
            let delta = AggregationTemporality::Delta;
            let signed = |count: u64| i64::try_from(count).unwrap();
            match metric.data.as_ref().unwrap() {
                Data::Sum(sum) if sum.aggregation_temporality() == delta => {
                    for point in &sum.data_points {
                        let times = [point.start_time_unix_nano, point.time_unix_nano];
                        take(
                            "number",
                            &point.attributes,
                            times,
                            vec![page::integer(point)],
                        );
                    }
                }
                Data::Histogram(all) => {
                    assert_eq!(all.aggregation_temporality(), delta);
                    for point in &all.data_points {
                        let times = [point.start_time_unix_nano, point.time_unix_nano];
                        let counts = point.bucket_counts.iter().copied().map(signed);
                        let nanos = nanos(point.sum);
                        let counts = [signed(point.count), nanos].into_iter().chain(counts);
                        take("bounds", &point.attributes, times, counts.collect());
                    }
                }
                Data::ExponentialHistogram(all) => {
                    assert_eq!(all.aggregation_temporality(), delta);
                    for point in &all.data_points {
                        let times = [point.start_time_unix_nano, point.time_unix_nano];
                        let buckets = point.positive.as_ref().unwrap();
                        assert!(buckets.bucket_counts.len() <= 160);
                        let inside: u64 = buckets.bucket_counts.iter().sum();
                        assert_eq!(inside + point.zero_count, point.count);
                        // All scales have octaves in common.
                        let mut counts = vec![0; 80];
                        for (bucket, calls) in (buckets.offset..).zip(&buckets.bucket_counts) {
                            let octave = usize::try_from((bucket >> point.scale) + 40).unwrap();
                            counts[octave] += signed(*calls);
                        }
                        let nanos = nanos(point.sum);
                        let zeros = signed(point.zero_count);
                        let whole = [signed(point.count), nanos, zeros].into_iter();
                        take(
                            "exponential",
                            &point.attributes,
                            times,
                            whole.chain(counts).collect(),
                        );
                    }
                }
                _ => {}
            }
        }
    }

    /// Returns the counts that are not zero.
    pub(crate) fn counted(&self) -> BTreeMap<&str, i64> {
        let counts = self.counts.iter().filter(|(_, count)| **count != 0);
        counts.map(|(series, count)| (&**series, *count)).collect()
    }
}

/// Converts seconds to whole nanoseconds. Sums in these tests are some hours, which `f64`
/// represents to a picosecond.
#[expect(clippy::cast_possible_truncation, reason = "below 2^53")]
fn nanos(seconds: Option<f64>) -> i64 {
    (seconds.unwrap() * 1e9).round() as i64
}

/// Returns the time `seconds` after the program began.
pub(crate) fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_700_000_000 + seconds)
}

/// Returns the contents of a store that got the whole snapshot in one request.
pub(crate) fn whole(snapshot: &Snapshot, histograms: HistogramAggregation) -> Store {
    let mut options = Options::new(at(0));
    options.histograms = histograms;
    options.since = Some(at(0));
    let mut store = Store::default();
    store.add(&Export::decode(&*encode(snapshot, &options)).unwrap());
    store
}
