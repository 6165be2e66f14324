//! Checks that calls allocate only once per edge and octave of latencies.

use std::{
    collections::HashSet,
    future::{Future, ready},
    hint::black_box,
    pin::pin,
    task::{Context, Waker},
    time::Duration,
};

use allocation_counter::measure;
use autometrics::{Histogram, Objective, ResultLabels, instrument_fn};

const API: Objective = Objective::new("api")
    .success_rate(99.9)
    .latency(Duration::from_millis(10), 99.0);

#[instrument_fn(objective = API)]
fn sync(value: u64) -> Result<u64, u64> {
    if value % 3 == 0 {
        Err(inner(value))
    } else {
        Ok(inner(value))
    }
}

#[instrument_fn(track_concurrency)]
fn inner(value: u64) -> u64 {
    value + 1
}

#[instrument_fn(track_concurrency, objective = API)]
async fn future(value: u64) -> Result<u64, u64> {
    ready(()).await;
    sync(value)
}

#[derive(ResultLabels)]
enum LoadError {
    #[label(error = "odd")]
    Odd,
    #[label(error = "never")]
    Never,
}

#[instrument_fn]
fn load(value: u64) -> Result<u64, LoadError> {
    match value {
        u64::MAX => Err(LoadError::Never),
        value if value % 2 == 1 => Err(LoadError::Odd),
        value => Ok(value),
    }
}

#[instrument_fn]
async fn waits() {
    std::future::pending::<()>().await;
}

/// Calls all edges: ok, error and error with a kind, with and without a caller, finished and
/// cancelled.
fn calls(number: u64) {
    let mut context = Context::from_waker(Waker::noop());
    for value in 0..number {
        let _ = black_box(sync(black_box(value)));
        black_box(inner(black_box(value)));
        let _ = black_box(load(black_box(value)));
        let _ = black_box(pin!(future(value)).poll(&mut context));
        let _ = black_box(pin!(waits()).poll(&mut context));
    }
}

#[test]
fn only_the_first_call_of_an_edge_in_an_octave_allocates() {
    let first = measure(|| calls(3));
    assert!(first.count_total > 0, "the counting works: cells are made");
    // These rounds include the intervals in which the clock is calibrated, which allocates once.
    for _ in 0..3 {
        std::thread::sleep(Duration::from_millis(20));
        calls(3);
    }
    let mut quiet = 0;
    for _ in 0..20 {
        let before = octaves();
        let later = measure(|| calls(1_000));
        // A call may be delayed, and take longer than any before.
        let new = octaves() - before;
        let most = new * MOST_PER_OCTAVE;
        assert!(later.count_total <= most, "{new} octaves, {later:?}");
        quiet += u32::from(new == 0);
    }
    assert!(quiet > 0, "every round met an octave that was new");
}

/// Allocations for a new octave: a chunk of cells and a table, each in a list with a node.
const MOST_PER_OCTAVE: u64 = 4;

/// Returns the number of octaves that the latencies of all edges fall into.
fn octaves() -> u64 {
    let snapshot = autometrics::snapshot();
    let octaves = |latency: &Histogram| {
        let fine = latency.fine_buckets().expect("the run time counts finely");
        let octaves: HashSet<i16> = fine
            .iter()
            .map(|(bucket, _)| (bucket - 1).div_euclid(8))
            .collect();
        octaves.len() as u64
    };
    let edges = snapshot.edges.iter().map(|edge| &edge.latency);
    let cancelled = snapshot
        .functions
        .iter()
        .filter_map(|it| it.cancelled.as_ref());
    edges.chain(cancelled).map(octaves).sum()
}
