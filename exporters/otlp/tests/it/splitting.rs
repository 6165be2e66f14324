//! Tests that exports above the size limit arrive as several requests.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use autometrics_core::Snapshot;
use autometrics_otlp::{Exporter, HistogramAggregation, Running, Temporality};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest as Export;
use prost::Message as _;

use crate::{
    collector::{Behaviour, Collector, Judge},
    page,
    requests::PATIENCE,
    store::{Random, Store, call, program, whole},
};

/// A program with calls during its exports.
#[derive(Clone)]
struct Program(Arc<Mutex<Snapshot>>);

impl Program {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(program(20))))
    }

    fn call(&self, random: &mut Random) {
        call(&mut self.0.lock().unwrap(), random);
    }

    fn snapshot(&self) -> Snapshot {
        self.0.lock().unwrap().clone()
    }

    fn start(&self, collector: &Collector, temporality: Temporality) -> Running {
        let program = self.clone();
        Exporter::new()
            .snapshot_source(move || program.snapshot())
            .endpoint(collector.url())
            .temporality(temporality)
            .histogram_aggregation(HistogramAggregation::Exponential)
            .max_request_size(1_200)
            .interval(Duration::from_secs(3600))
            .start()
            .unwrap()
    }
}

fn judge(judge: impl Fn(&Export) -> u16 + Send + Sync + 'static) -> Behaviour {
    Behaviour::Judge(Judge(Arc::new(judge)))
}

/// Refuses the request at position `at` with `status`, counted from 0 from now on.
fn refuses(status: u16, at: usize) -> Behaviour {
    let seen = AtomicUsize::new(0);
    judge(move |_| match seen.fetch_add(1, Ordering::Relaxed) {
        place if place == at => status,
        _ => 200,
    })
}

fn stored(collector: &Collector) -> Store {
    let mut store = Store::default();
    for export in collector.accepted() {
        store.add(&export);
    }
    store
}

#[test]
fn refused_request_stops_no_other_and_is_in_the_next_export() {
    for refused in 0..4 {
        let collector = Collector::new(refuses(400, refused));
        let (program, mut random) = (Program::new(), Random::new(9));
        program.call(&mut random);
        let running = program.start(&collector, Temporality::Delta);
        let said = running.flush(PATIENCE).unwrap_err().to_string();
        let all = collector.requests(1).len();
        assert!(all > 4);
        assert_eq!(collector.accepted().len(), all - 1);
        let told = format!(
            "answered 400 Bad Request; it accepted {} of {all} requests",
            all - 1
        );
        assert!(said.ends_with(&told), "{said}");

        program.call(&mut random);
        running.flush(PATIENCE).unwrap();
        running.shutdown(PATIENCE).unwrap();
        let whole = whole(&program.snapshot(), HistogramAggregation::Exponential);
        assert_eq!(stored(&collector).counted(), whole.counted());
    }
}

#[test]
fn only_the_unaccepted_request_is_retried() {
    let collector = Collector::new(refuses(503, 2));
    let program = Program::new();
    program.call(&mut Random::new(9));
    let running = program.start(&collector, Temporality::Delta);
    running.flush(PATIENCE).unwrap();
    let received = collector.requests(1);
    let refused = received.iter().position(|one| !one.accepted).unwrap();
    assert_eq!(received[refused].export, received[refused + 1].export);
    assert_eq!(collector.accepted().len(), received.len() - 1);
    let whole = whole(&program.snapshot(), HistogramAggregation::Exponential);
    assert_eq!(stored(&collector).counted(), whole.counted());
    running.shutdown(PATIENCE).unwrap();
}

#[test]
fn deltas_arrive_once_despite_random_refusals() {
    for seed in 0..6 {
        let mut random = Random::new(seed);
        let collector = Collector::new(Behaviour::Accept);
        let program = Program::new();
        let running = program.start(&collector, Temporality::Delta);
        let mut failed = 0;
        for _ in 0..12 {
            program.call(&mut random);
            let choice = Mutex::new(Random::new(random.below(1 << 40)));
            collector.behave(judge(move |_| match choice.lock().unwrap().below(5) {
                0 => 400,
                1 => 413,
                _ => 200,
            }));
            failed += u32::from(running.flush(PATIENCE).is_err());
        }
        assert!(failed > 5);
        collector.behave(Behaviour::Accept);
        running.shutdown(PATIENCE).unwrap();
        let whole = whole(&program.snapshot(), HistogramAggregation::Exponential);
        assert_eq!(stored(&collector).counted(), whole.counted(), "seed {seed}");
    }
}

#[test]
fn next_cumulative_export_has_all_series() {
    let collector = Collector::new(refuses(400, 1));
    let (program, mut random) = (Program::new(), Random::new(9));
    program.call(&mut random);
    let running = program.start(&collector, Temporality::Cumulative);
    running.flush(PATIENCE).unwrap_err();
    let before = collector.accepted().len();
    program.call(&mut random);
    running.flush(PATIENCE).unwrap();
    let series: usize = collector.accepted()[before..]
        .iter()
        .map(|export| page::numbers(export, "function.calls").len())
        .sum();
    assert_eq!(series, 40);
    running.shutdown(PATIENCE).unwrap();
}

#[test]
fn every_request_has_the_resource_and_fits_the_limit() {
    let collector = Collector::new(Behaviour::Accept);
    let program = Program::new();
    let running = program.start(&collector, Temporality::Cumulative);
    running.shutdown(PATIENCE).unwrap();
    let received = collector.requests(1);
    assert!(received.len() > 4);
    for one in &received {
        assert!(one.export.encoded_len() <= 1_200);
        let resource = &one.export.resource_metrics[0].resource;
        let first = &received[0].export.resource_metrics[0].resource;
        assert_eq!(resource, first);
        assert!(page::metrics(&one.export).all(|metric| !metric.description.is_empty()));
    }
}
