//! Tests that deltas arrive once, whatever part of an export is accepted.

use std::{ops::Range, time::Duration};

use autometrics_core::{Caller, Exemplar, Function, Histogram, TraceContext};
use autometrics_otlp::{HistogramAggregation, Options, Stream, Temporality, encode};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest as Export;
use prost::Message as _;

use crate::{
    page,
    store::{Random, Store, at, call, program, whole},
};

#[test]
fn every_delta_arrives_once_for_any_accepted_requests() {
    for seed in 0..25 {
        for histograms in [
            HistogramAggregation::Explicit,
            HistogramAggregation::Exponential,
        ] {
            let mut random = Random::new(seed);
            let mut stream = Stream::new(at(0), Temporality::Delta).max_request_size(1_200);
            let mut program = program(20);
            let mut store = Store::default();
            let (mut requests, mut partial) = (0, 0);
            for export in 1..40 {
                call(&mut program, &mut random);
                if export == 11 {
                    // A function that registers late shifts the indexes of the others.
                    let late = Function::new("shop", "another");
                    program.functions.insert(0, late);
                    for edge in &mut program.edges {
                        edge.function += 1;
                        if let Caller::Function(caller) = &mut edge.caller {
                            *caller += 1;
                        }
                    }
                    program.functions[0].cancelled = Some(Histogram::default());
                }
                let mut options = Options::new(at(0));
                // The clock is set back at times.
                options.time = at(export * 10 - random.below(15).min(9 + export));
                options.histograms = histograms;
                let mut sent = stream.export(program.clone(), options);
                let accepts = match export {
                    39 => 10,
                    _ => [0, 4, 7, 10][usize::try_from(random.below(4)).unwrap()],
                };
                requests += sent.count();
                assert!(sent.bodies.iter().all(|body| body.len() <= 1_200));
                sent.bodies.retain(|body| {
                    let is_accepted = random.below(10) < accepts;
                    if is_accepted {
                        store.add(&Export::decode(&**body).unwrap());
                    }
                    !is_accepted
                });
                let left = sent.bodies.len();
                partial += usize::from(left > 0 && left < sent.count());
                stream.settle(sent);
            }
            assert!(requests > 100 && partial > 5, "{requests} {partial}");
            let whole = whole(&program, histograms);
            assert!(whole.counted().len() > 60);
            assert_eq!(store.counted(), whole.counted(), "seed {seed}");
        }
    }
}

#[test]
fn unaccepted_points_are_bounded_by_the_number_of_series() {
    let mut random = Random::new(7);
    let mut stream = Stream::new(at(0), Temporality::Delta).max_request_size(3_000);
    let mut program = program(20);
    let mut most = 0;
    for export in 1..300 {
        call(&mut program, &mut random);
        let mut options = Options::new(at(0));
        options.time = at(export * 10);
        options.histograms = HistogramAggregation::Exponential;
        let mut sent = stream.export(program.clone(), options);
        most = sent.bodies.iter().map(Vec::len).sum::<usize>().max(most);
        // All requests but the first are refused in every export.
        sent.bodies.remove(0);
        stream.settle(sent);
    }
    let mut options = Options::new(at(0));
    options.histograms = HistogramAggregation::Exponential;
    let all = encode(&program, &options).len();
    assert!(most < all * 2, "{most} bytes, and {all} of all series");
}

#[test]
fn next_delta_starts_where_the_last_accepted_one_ended() {
    for histograms in [
        HistogramAggregation::Explicit,
        HistogramAggregation::Exponential,
    ] {
        let mut stream = Stream::new(at(0), Temporality::Delta).max_request_size(1);
        let mut program = program(1);
        let bounds = program.bounds.clone();
        let mut export = |stream: &mut Stream, time, accepted: Range<usize>| {
            let latency = Duration::from_millis(5);
            program.edges[0].latency.record(latency, 2, &bounds);
            let mut options = Options::new(at(0));
            options.time = at(time);
            options.histograms = histograms;
            let mut sent = stream.export(program.clone(), options);
            let accepted: Vec<_> = sent.bodies.drain(accepted).collect();
            stream.settle(sent);
            accepted
        };
        // Accepted are: of the first export all but gauges, then only `build_info` twice, and of
        // the last one calls and latencies too.
        export(&mut stream, 10, 0..6);
        export(&mut stream, 20, 0..1);
        export(&mut stream, 30, 0..1);
        let mut seen = Vec::new();
        for body in export(&mut stream, 40, 0..3) {
            let export = Export::decode(&*body).unwrap();
            let calls = page::numbers(&export, "function.calls").iter();
            seen.extend(calls.map(|one| {
                let count = u64::try_from(page::integer(one)).unwrap();
                (one.start_time_unix_nano, one.time_unix_nano, count)
            }));
            let with_bounds = page::durations(&export).iter();
            seen.extend(
                with_bounds.map(|one| (one.start_time_unix_nano, one.time_unix_nano, one.count)),
            );
            let exponential = page::exponential(&export).iter();
            seen.extend(
                exponential.map(|one| (one.start_time_unix_nano, one.time_unix_nano, one.count)),
            );
        }
        let second = 1_000_000_000;
        let expected = (1_700_000_010 * second, 1_700_000_040 * second, 6);
        assert_eq!(seen, [expected; 2]);
    }
}

#[test]
fn an_outage_keeps_at_most_32_exemplars_per_series() {
    let mut stream = Stream::new(at(0), Temporality::Delta).max_request_size(1);
    let mut program = program(1);
    let bounds = program.bounds.clone();
    let mut most = 0;
    for export in 1..100 {
        let latency = Duration::from_millis(5);
        program.edges[0].latency.record(latency, 1, &bounds);
        let trace = TraceContext::new(1, export, true);
        program.exemplars = vec![Exemplar::new(0, 1, latency, at(export), trace)];
        let mut options = Options::new(at(0));
        options.time = at(export);
        let mut sent = stream.export(program.clone(), options);
        for body in &sent.bodies {
            let export = Export::decode(&**body).unwrap();
            for point in page::durations(&export) {
                most = most.max(point.exemplars.len());
                let last = point.exemplars.last().unwrap();
                assert_eq!(last.time_unix_nano, point.time_unix_nano);
            }
        }
        sent.bodies.remove(0);
        stream.settle(sent);
    }
    assert!((2..=32).contains(&most), "{most}");
}

#[test]
fn vanished_series_lose_no_calls() {
    let mut stream = Stream::new(at(0), Temporality::Delta).max_request_size(1);
    let mut program = program(2);
    call(&mut program, &mut Random::new(3));
    let mut first = Options::new(at(0));
    first.time = at(10);
    let whole = whole(&program, HistogramAggregation::Explicit);
    assert!(whole.counted().len() > 3);
    let mut sent = stream.export(program.clone(), first);
    let mut store = Store::default();
    store.add(&Export::decode(&*sent.bodies.remove(0)).unwrap());
    stream.settle(sent);
    program.functions.clear();
    program.edges.clear();
    let mut second = Options::new(at(0));
    second.time = at(20);
    let mut sent = stream.export(program, second);
    for body in sent.bodies.drain(..) {
        store.add(&Export::decode(&*body).unwrap());
    }
    stream.settle(sent);
    assert_eq!(store.counted(), whole.counted());
}

#[test]
fn changing_the_histogram_kind_loses_no_calls() {
    let mut stream = Stream::new(at(0), Temporality::Delta).max_request_size(1);
    let mut program = program(1);
    let bounds = program.bounds.clone();
    let latency = Duration::from_millis(5);
    program.edges[0].latency.record(latency, 3, &bounds);
    let mut sent = stream.export(program.clone(), Options::new(at(0)));
    // Only `build_info` is accepted.
    sent.bodies.remove(0);
    stream.settle(sent);

    program.edges[0].latency.record(latency, 2, &bounds);
    let mut options = Options::new(at(0));
    options.histograms = HistogramAggregation::Exponential;
    let mut sent = stream.export(program, options);
    let (mut with_bounds, mut exponential) = (Vec::new(), Vec::new());
    for body in sent.bodies.drain(..) {
        let export = Export::decode(&*body).unwrap();
        with_bounds.extend(page::durations(&export).iter().map(|point| point.count));
        exponential.extend(page::exponential(&export).iter().map(|point| point.count));
    }
    stream.settle(sent);
    assert_eq!((&*with_bounds, &*exponential), (&[3][..], &[2][..]));
}

#[test]
fn cumulative_exports_are_complete_each_time() {
    let mut stream = Stream::new(at(0), Temporality::Cumulative).max_request_size(3_000);
    let mut program = program(20);
    call(&mut program, &mut Random::new(5));
    let options = || {
        let mut options = Options::new(at(0));
        options.time = at(10);
        options
    };
    let sent = stream.export(program.clone(), options());
    let first = sent.bodies.clone();
    assert!(first.len() > 3);
    stream.settle(sent);
    assert_eq!(stream.export(program.clone(), options()).bodies, first);
    // The same points in the same order as in a single request.
    let single = Export::decode(&*encode(&program, &options())).unwrap();
    let parts = first.iter().map(|body| Export::decode(&**body).unwrap());
    let lines: Vec<String> = parts.flat_map(|part| page::lines(&part)).collect();
    assert_eq!(lines, page::lines(&single));
}

#[test]
fn first_request_fits_behind_other_metrics() {
    let mut stream = Stream::new(at(0), Temporality::Cumulative).max_request_size(3_000);
    for (taken, most) in [(0, 3_000), (1_000, 2_000), (2_995, 0), (9_999, 0)] {
        let sent = stream.export_behind(taken, program(20), Options::new(at(0)));
        assert!(sent.bodies[0].len() <= most, "behind {taken} bytes");
        assert_eq!(sent.bodies[0].is_empty(), most == 0);
        assert!(sent.bodies[1..].iter().all(|body| !body.is_empty()));
        // All requests but the last are nearly full.
        let full = sent.bodies[1..sent.bodies.len() - 1].iter();
        assert!(full.clone().count() > 0 && full.clone().all(|body| body.len() > 2_500));
        let points = sent.bodies.iter().map(|body| {
            let export = Export::decode(&**body).unwrap();
            page::lines(&export).len()
        });
        let single = encode(&program(20), &Options::new(at(0)));
        let single = page::lines(&Export::decode(&*single).unwrap());
        assert_eq!(points.sum::<usize>(), single.len());
        stream.settle(sent);
    }
}
