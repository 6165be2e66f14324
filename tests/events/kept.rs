//! Selection of the calls that are kept as events.

use std::{thread, time::Duration};

use autometrics::{EventReason, Objective, Outcome, instrument_fn, snapshot};
use expect_test::expect;
use tracing::dispatcher::with_default;

use crate::{Declined, check, log::EventLog, recorded, set_up};

const CALLS: u64 = 100_000;

fn is_error(n: u64) -> bool {
    n % 2_702 == 1_500
}

fn is_slow(n: u64) -> bool {
    n % 8_333 == 7
}

#[instrument_fn(events(fields(n), slower_than = "1s"))]
fn step(n: u64) -> Result<(), String> {
    if is_slow(n) {
        thread::sleep(Duration::from_millis(1_100));
    }
    if is_error(n) {
        return Err(format!("error {n}"));
    }
    Ok(())
}

#[test]
fn keeps_errors_slow_calls_and_one_in_1_000_other_calls() {
    set_up();
    let log = EventLog::default();
    let dispatch = log.dispatch();
    with_default(&dispatch, || {
        // One thread makes all other calls, so that the sampled ones are known.
        for n in (0..CALLS).filter(|&n| !is_slow(n)) {
            let _ = step(n);
        }
    });
    thread::scope(|scope| {
        for n in (0..CALLS).filter(|&n| is_slow(n)) {
            let dispatch = &dispatch;
            scope.spawn(move || with_default(dispatch, || step(n)));
        }
    });
    let rest = (0..CALLS).filter(|&n| !is_slow(n) && !is_error(n));
    let line = |n: u64, reason: &str| format!("reason=\"{reason}\" n={n}");
    let mut expected: Vec<String> = rest
        .skip(999)
        .step_by(1_000)
        .map(|n| line(n, "sampled"))
        .collect();
    expected.extend(
        (0..CALLS)
            .filter(|&n| is_error(n))
            .map(|n| line(n, "error")),
    );
    expected.extend((0..CALLS).filter(|&n| is_slow(n)).map(|n| line(n, "slow")));
    let events = log.lines();
    let mut kept: Vec<String> = events
        .iter()
        .map(|line| line[line.find("reason=").unwrap()..].to_owned())
        .collect();
    expected.sort();
    kept.sort();
    assert_eq!(kept, expected);
    assert_eq!(kept.len(), 37 + 12 + 99);
    assert_eq!(recorded("step").len(), 32, "the last of them");
}

const QUICK: Objective = Objective::new("quick").latency(Duration::from_millis(5), 99.0);
const LIMIT: Duration = Duration::from_secs(100);

#[instrument_fn(events(slower_than = LIMIT), objective = QUICK)]
fn promises(slow: bool) {
    if slow {
        thread::sleep(Duration::from_millis(6));
    }
}

#[test]
fn threshold_of_an_objective_makes_calls_slow() {
    set_up();
    promises(true);
    let events = recorded("promises");
    assert_eq!(events.len(), 1);
    assert_eq!(
        (events[0].reason, &events[0].outcome),
        (EventReason::Slow, &Outcome::Ok)
    );
    assert!(events[0].latency >= Duration::from_millis(6));
}

#[instrument_fn]
fn without() -> Result<(), Declined> {
    Err(Declined(1))
}

#[test]
fn samples_calls_of_short_threads() {
    #[instrument_fn(events)]
    fn shortly() {}

    set_up();
    for _ in 0..200 {
        thread::spawn(|| (0..100).for_each(|_| shortly()))
            .join()
            .unwrap();
    }
    // One in 1,000 calls of 199 threads. The first thread counts down from 1,000, which its 100
    // calls do not reach.
    assert_eq!(recorded("shortly").len(), 19);
}

#[test]
fn functions_without_the_argument_have_no_events() {
    set_up();
    check(|| drop(without()), expect![""]);
    let functions = snapshot().functions;
    let suppressed = |name| {
        functions
            .iter()
            .find(|it| it.name == name)
            .unwrap()
            .suppressed_events
    };
    assert_eq!(
        (suppressed("without"), suppressed("neither")),
        (None, Some(0))
    );
    assert!(recorded("without").is_empty());
}
