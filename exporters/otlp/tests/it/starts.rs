//! Tests that counters start at the time when they were zero.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use autometrics_core::{Caller, Outcome, Snapshot};
use autometrics_otlp::{HistogramAggregation, Options, encode};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest as Export;
use prost::Message as _;

use crate::{
    page,
    program::{edge, shop},
};

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

/// Returns a program that began at 1,000 s, before its exporter, and got another caller at 1,500 s.
fn program() -> Snapshot {
    let mut snapshot = shop();
    snapshot.started = Some(at(1_000));
    let mut late = edge(1, Caller::Function(0), Outcome::Ok, &[40], 0.0);
    late.created = Some(at(1_500));
    snapshot.edges.push(late);
    snapshot
}

/// Returns options of an export at 1,560 s, by an exporter that started at 1,200 s.
fn options() -> Options {
    let mut options = Options::new(at(1_200));
    options.time = at(1_560);
    options
}

/// Returns start and end, in seconds, of each point of the metric `name`, which is a sum or gauge.
fn times(export: &Export, name: &str) -> Vec<(u64, u64)> {
    let points = page::numbers(export, name).iter();
    let times = points.map(|point| (point.start_time_unix_nano, point.time_unix_nano));
    times
        .map(|(start, end)| (start / 1_000_000_000, end / 1_000_000_000))
        .collect()
}

fn decoded(snapshot: &Snapshot, options: &Options) -> Export {
    Export::decode(&*encode(snapshot, options)).unwrap()
}

#[test]
fn late_series_start_with_their_first_call() {
    let calls = times(&decoded(&program(), &options()), "function.calls");
    assert_eq!(calls.len(), 8);
    assert_eq!(
        calls.iter().filter(|one| **one == (1_500, 1_560)).count(),
        1
    );
    assert_eq!(
        calls.iter().filter(|one| **one == (1_000, 1_560)).count(),
        7
    );
}

#[test]
fn histograms_and_objective_calls_start_with_the_program() {
    for histograms in [
        HistogramAggregation::Explicit,
        HistogramAggregation::Exponential,
    ] {
        let mut options = options();
        options.histograms = histograms;
        let mut program = program();
        // Only one of the two functions has fine buckets.
        for edge in &mut program.edges {
            if edge.function == 0 {
                edge.latency = autometrics_core::Histogram::default();
            }
        }
        let export = decoded(&program, &options);
        let with_bounds = page::durations(&export).iter();
        let exponential = page::exponential(&export).iter();
        let starts: Vec<_> = with_bounds
            .map(|point| point.start_time_unix_nano)
            .chain(exponential.map(|point| point.start_time_unix_nano))
            .collect();
        assert_eq!(starts, [1_000_000_000_000; 2]);
        let judged = times(&export, "function.objective.calls");
        assert_eq!(judged, [(1_000, 1_560); 4]);
    }
}

#[test]
fn up_down_sums_start_with_the_exporter_and_gauges_have_no_start() {
    let export = decoded(&program(), &options());
    assert_eq!(times(&export, "build_info"), [(0, 1_560)]);
    let concurrent = times(&export, "function.calls.concurrent");
    assert_eq!(concurrent, [(1_200, 1_560)]);
}

#[test]
fn deltas_start_where_the_last_one_ended() {
    let mut options = options();
    options.since = Some(at(1_510));
    let calls = times(&decoded(&program(), &options), "function.calls");
    assert!(calls.iter().all(|one| *one == (1_510, 1_560)), "{calls:?}");
}

#[test]
fn clock_set_back_moves_no_start() {
    let mut options = options();
    options.time = at(1_300);
    let calls = times(&decoded(&program(), &options), "function.calls");
    assert!(calls.contains(&(1_500, 1_500)), "{calls:?}");
    assert!(calls.contains(&(1_000, 1_300)), "{calls:?}");
}
