//! Tests that deltas add up to the cumulative values.

use std::{
    collections::BTreeMap,
    time::{Duration, UNIX_EPOCH},
};

use autometrics_core::{
    Caller, Exemplar, Function, Histogram, Outcome, RemoteCaller, Snapshot, TraceContext,
};
use autometrics_otlp::encode;
use opentelemetry_proto::tonic::{
    collector::metrics::v1::ExportMetricsServiceRequest as Export,
    metrics::v1::{AggregationTemporality, metric::Data},
};
use prost::Message as _;

use crate::{
    equality::options,
    page,
    program::{edge, shop},
};

/// Calls, buckets of durations, and further counters, by their labels.
type Totals = BTreeMap<String, i64>;

fn add(totals: &mut Totals, snapshot: &Snapshot) {
    let export = Export::decode(&*encode(snapshot, &options())).unwrap();
    for name in [
        "function.calls",
        "function.calls.cancelled",
        "autometrics.suppressed_events",
        "autometrics.refused_callers",
    ] {
        for point in page::numbers(&export, name) {
            let series = format!("{name} {:?}", page::labels(&point.attributes));
            *totals.entry(series).or_default() += page::integer(point);
        }
    }
    for point in page::durations(&export) {
        for (bucket, calls) in point.bucket_counts.iter().enumerate() {
            let series = format!("{bucket} {:?}", page::labels(&point.attributes));
            *totals.entry(series).or_default() += i64::try_from(*calls).unwrap();
        }
    }
}

/// Returns successive snapshots of a program: more calls, a function that registers late and shifts
/// the indexes of the others, new callers.
fn history() -> Vec<Snapshot> {
    let first = shop();
    let mut second = first.clone();
    second.edges[1].latency.add(&Histogram::new([0, 0, 5], 0.0));
    second.edges[1].latency.add(&Histogram::new([], 0.75));
    second.functions[1].cancelled = Some(Histogram::new(vec![9], 0.0));
    second.functions[1].suppressed_events = Some(7);
    let mut third = second.clone();
    third.functions.insert(0, Function::new("shop", "late"));
    for edge in &mut third.edges {
        edge.function += 1;
        if let Caller::Function(caller) = &mut edge.caller {
            *caller += 1;
        }
    }
    third
        .edges
        .push(edge(0, Caller::Function(2), Outcome::Ok, &[7], 0.01));
    third
        .edges
        .push(edge(1, Caller::Function(0), Outcome::Ok, &[1, 1], 0.02));
    third.edges[3].latency.add(&Histogram::new([1], 0.0));
    for service in ["web", "app"] {
        let caller = Caller::Remote(third.remote_callers.len());
        let remote = RemoteCaller::new(service, "web", "pay").unwrap();
        third.remote_callers.push(remote);
        third.edges.push(edge(2, caller, Outcome::Ok, &[1], 0.5));
    }
    third.refused_callers = 4;
    let mut fourth = third.clone();
    let last = fourth.edges.last_mut().unwrap();
    last.latency.add(&Histogram::new([1], 0.0));
    fourth.refused_callers = 5;
    vec![first, second, third, fourth]
}

#[test]
fn deltas_add_up_to_the_cumulative_values() {
    let (mut sum, mut total) = (Totals::new(), Totals::new());
    let history = history();
    add(&mut sum, &history[0]);
    for pair in history.windows(2) {
        add(&mut sum, &pair[1].since(&pair[0]));
    }
    add(&mut total, &history[3]);
    assert_eq!(sum, total);
    assert_eq!(total.values().sum::<i64>(), 87);
}

#[test]
fn only_the_first_delta_has_series_of_zero() {
    let history = history();
    let mut options = options();
    options.since = Some(options.start);
    let first = Export::decode(&*encode(&history[0], &options)).unwrap();
    assert_eq!(page::numbers(&first, "function.calls").len(), 7);
    options.since = Some(options.start + Duration::from_secs(60));
    options.time = options.start + Duration::from_secs(120);
    let second = history[1].since(&history[0]);
    let second = Export::decode(&*encode(&second, &options)).unwrap();
    let points = page::numbers(&second, "function.calls");
    assert_eq!(points.iter().map(page::integer).collect::<Vec<_>>(), [5]);
    assert_eq!(points[0].start_time_unix_nano, 1_700_000_060_000_000_000);
    assert_eq!(page::durations(&second).len(), 1);
    let durations = &page::durations(&second)[0];
    assert_eq!(durations.sum, Some(0.75));
    assert_eq!(durations.start_time_unix_nano, 1_700_000_060_000_000_000);
    // A sum that goes up and down is not a delta. It has its value since the beginning.
    let concurrent = &page::numbers(&second, "function.calls.concurrent")[0];
    assert_eq!(page::integer(concurrent), 2);
    assert_eq!(concurrent.start_time_unix_nano, 1_700_000_000_000_000_000);
}

#[test]
fn only_monotonic_metrics_are_delta() {
    let mut options = options();
    options.since = Some(options.start);
    let export = Export::decode(&*encode(&shop(), &options)).unwrap();
    let (delta, cumulative) = (
        AggregationTemporality::Delta,
        AggregationTemporality::Cumulative,
    );
    let seen = page::metrics(&export).filter_map(|metric| match metric.data.as_ref()? {
        Data::Sum(sum) => Some((&*metric.name, sum.aggregation_temporality())),
        Data::Histogram(all) => Some((&*metric.name, all.aggregation_temporality())),
        _ => None,
    });
    assert_eq!(
        seen.collect::<Vec<_>>(),
        [
            ("function.calls", delta),
            ("function.objective.calls", delta),
            ("function.calls.duration", delta),
            ("function.calls.concurrent", cumulative),
            ("function.calls.cancelled", delta),
            ("autometrics.suppressed_events", delta),
        ]
    );
}

#[test]
fn exemplars_are_sent_once() {
    let mut base = shop();
    let trace = TraceContext::new(1, 2, true);
    base.exemplars = vec![Exemplar::new(
        0,
        1,
        Duration::from_millis(70),
        UNIX_EPOCH,
        trace,
    )];
    let mut now = base.clone();
    now.exemplars.push(base.exemplars[0]);
    now.exemplars[1].time += Duration::from_secs(1);
    assert_eq!(now.since(&base).exemplars, now.exemplars[1..]);
}
