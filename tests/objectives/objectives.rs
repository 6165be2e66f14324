//! Good and bad calls of objectives, for finished, failed, slow and cancelled calls.

use std::{
    pin::pin,
    task::{Context, Waker},
    thread,
    time::Duration,
};

use autometrics::{Cancelled, Objective, ObjectiveCalls, instrument_fn, prometheus, snapshot};

const MILLI: Duration = Duration::from_millis(1);
const HOUR: Duration = Duration::from_secs(3600);

/// Returns the good and bad calls of `function` for each promise of its objectives, one per line.
#[track_caller]
fn judged(function: &str) -> Vec<String> {
    let snapshot = snapshot();
    let of = |it: &ObjectiveCalls| snapshot.functions[it.function].name == function;
    let lines = snapshot.objective_calls().into_iter().filter(of).map(|it| {
        let (objective, sli) = (it.objective.name(), it.sli.as_str());
        format!("{objective} {sli}: {} good, {} bad", it.good, it.bad)
    });
    lines.collect()
}

const UPLOAD: Objective = Objective::new("upload")
    .success_rate(99.9)
    .latency(Duration::from_millis(50), 99.0);

#[instrument_fn(objective = UPLOAD)]
async fn upload() {
    tokio::time::sleep(Duration::from_millis(200)).await;
}

#[tokio::test]
async fn calls_cancelled_by_a_timeout_are_bad_for_both_promises() {
    let limit = Duration::from_millis(60);
    let calls: Vec<_> = (0..20)
        .map(|_| tokio::spawn(async move { tokio::time::timeout(limit, upload()).await }))
        .collect();
    for call in calls {
        assert!(call.await.expect("a timeout").is_err(), "it was cut off");
    }
    assert_eq!(
        judged("upload"),
        [
            "upload success: 0 good, 20 bad",
            "upload latency: 0 good, 20 bad"
        ]
    );
}

const STRICT: Objective = Objective::new("strict")
    .success_rate(99.0)
    .latency(MILLI, 90.0);
const PATIENT: Objective = Objective::new("patient")
    .success_rate(99.0)
    .latency(HOUR, 90.0)
    .cancelled(Cancelled::BadIfSlow);
const LENIENT: Objective = Objective::new("lenient")
    .success_rate(99.0)
    .latency(MILLI, 90.0)
    .cancelled(Cancelled::BadIfSlow);
const DEAF: Objective = Objective::new("deaf")
    .success_rate(99.0)
    .latency(MILLI, 90.0)
    .cancelled(Cancelled::Ignored);

#[instrument_fn(objective = [STRICT, PATIENT, LENIENT, DEAF])]
async fn wait(fails: bool) -> Result<(), ()> {
    if !fails {
        std::future::pending::<()>().await;
    }
    Err(())
}

/// Starts a call, lets it run for at least `time`, and drops it.
fn give_up_after(time: Duration) {
    let mut waiting = Context::from_waker(Waker::noop());
    let mut call = pin!(wait(false));
    assert!(call.as_mut().poll(&mut waiting).is_pending());
    thread::sleep(time);
}

#[test]
fn each_objective_classifies_cancelled_calls_by_its_own_setting() {
    let mut waiting = Context::from_waker(Waker::noop());
    assert!(pin!(wait(true)).poll(&mut waiting).is_ready());
    for _ in 0..3 {
        give_up_after(2 * MILLI);
    }
    // A future that was never polled does not count as a call.
    drop(wait(false));
    let lines = judged("wait");
    let bad = |line: &str| line.rsplit(' ').nth(1).unwrap().parse::<u64>().unwrap();
    assert_eq!(lines[0], "strict success: 0 good, 4 bad");
    assert_eq!(bad(&lines[1]), 3 + slow(), "{}", lines[1]);
    assert_eq!(lines[2], "patient success: 0 good, 1 bad");
    assert_eq!(lines[3], "patient latency: 1 good, 0 bad");
    assert_eq!(lines[4], "lenient success: 0 good, 1 bad");
    assert_eq!(bad(&lines[5]), 3 + slow(), "{}", lines[5]);
    assert_eq!(lines[6], "deaf success: 0 good, 1 bad");
    assert_eq!(bad(&lines[7]), slow(), "{}", lines[7]);
    let cancelled = snapshot()
        .functions
        .iter()
        .find(|function| function.name == "wait")
        .and_then(|function| Some(function.cancelled.as_ref()?.count()));
    assert_eq!(cancelled, Some(3));
}

/// Returns the number of finished calls of `wait` that took more than a millisecond. A busy machine
/// may have some.
fn slow() -> u64 {
    let snapshot = snapshot();
    let fast = snapshot.bounds.partition_point(|&bound| bound <= 0.001);
    let edges = snapshot.edges.iter();
    edges
        .filter(|edge| snapshot.functions[edge.function].name == "wait")
        .flat_map(|edge| edge.latency.buckets().iter().skip(fast))
        .sum()
}

const FRESH: Objective = Objective::new("fresh")
    .success_rate(99.9)
    .latency(HOUR, 99.0);

#[instrument_fn(objective = FRESH)]
fn never_called() -> Result<(), ()> {
    Ok(())
}

#[test]
fn good_and_bad_have_series_before_the_first_call() {
    let page = prometheus::encode(&snapshot(), prometheus::Format::Text);
    let lines: Vec<_> = page
        .lines()
        .filter(|line| line.starts_with("function_objective_calls_total{function=\"never_called\""))
        .collect();
    let rest = |sli: &str, promise: &str, outcome: &str| {
        format!(
            "function_objective_calls_total{{function=\"never_called\",module=\"objectives\",\
             service_name=\"autometrics\",package=\"autometrics\",sli=\"{sli}\",\
             objective_name=\"fresh\",{promise},outcome=\"{outcome}\"}} 0"
        )
    };
    let (success, latency) = (
        "objective_percentile=\"99.9\"",
        "objective_percentile=\"99\",objective_latency_threshold=\"3600.0\"",
    );
    assert_eq!(
        lines,
        [
            rest("success", success, "good"),
            rest("success", success, "bad"),
            rest("latency", latency, "good"),
            rest("latency", latency, "bad"),
        ]
    );
    // Makes the function used, because nothing else calls it.
    let _: fn() -> Result<(), ()> = never_called;
}

const BLOCK: Objective = Objective::new("block").success_rate(99.0);

struct Store;

#[instrument_fn(objective = [Self::LOAD, BLOCK])]
impl Store {
    const LOAD: Objective = Objective::new("load").success_rate(95.0);

    fn load(found: bool) -> Option<u8> {
        found.then_some(1)
    }

    fn save(works: bool) -> Result<(), ()> {
        works.then_some(()).ok_or(())
    }
}

#[test]
fn list_of_objectives_applies_to_all_methods_of_a_block() {
    let _ = (Store::load(true), Store::save(true), Store::save(false));
    assert_eq!(
        [judged("Store::load"), judged("Store::save")].concat(),
        [
            "load success: 1 good, 0 bad",
            "block success: 1 good, 0 bad",
            "load success: 1 good, 1 bad",
            "block success: 1 good, 1 bad",
        ]
    );
}
