//! Rate limit of events while all calls fail.

mod log;

use std::{
    thread,
    time::{Duration, Instant},
};

use autometrics::{EventReason, EventSettings, Settings, instrument_fn, recent_events, snapshot};
use log::EventLog;
use tracing::dispatcher::with_default;

const PER_SECOND: u32 = 10;
const THREADS: usize = 4;
const ERRORS: usize = 50_000;

#[instrument_fn(events(fields(n)))]
fn fails(n: usize) -> Result<(), String> {
    Err(format!("error {n}"))
}

#[test]
fn limits_the_rate_of_events_and_counts_suppressed_ones_exactly() {
    let events = EventSettings::new().per_second(PER_SECOND).remember(8);
    Settings::new().events(events).apply().unwrap();
    let log = EventLog::default();
    let dispatch = log.dispatch();
    let begin = Instant::now();
    thread::scope(|scope| {
        for _ in 0..THREADS {
            let dispatch = &dispatch;
            scope.spawn(move || {
                with_default(dispatch, || {
                    for n in 0..ERRORS {
                        let _ = fails(n);
                        // Pauses spread the calls over several seconds.
                        if n % 100 == 0 {
                            thread::sleep(Duration::from_millis(4));
                        }
                    }
                });
            });
        }
    });
    let seconds = begin.elapsed().as_secs();
    assert!(seconds >= 1, "a storm that is over at once shows nothing");
    // An event after the storm carries the number of suppressed ones.
    thread::sleep(Duration::from_millis(1_100));
    with_default(&dispatch, || drop(fails(0)));

    let lines = log.lines();
    let function = &snapshot().functions[0];
    let suppressed = function.suppressed_events.unwrap();
    assert_eq!(
        lines.len() as u64 + suppressed,
        (THREADS * ERRORS + 1) as u64
    );
    // Seconds that began: the first, the last, and that of the last call.
    assert!(
        lines.len() as u64 <= u64::from(PER_SECOND) * (seconds + 2) + 1,
        "{}",
        lines.len()
    );
    assert!(lines.len() > PER_SECOND as usize, "the last one at least");
    let told = lines.iter().filter_map(|line| {
        let (_, after) = line.split_once("suppressed=")?;
        after.split(' ').next()?.parse::<u64>().ok()
    });
    assert_eq!(told.sum::<u64>(), suppressed);

    let remembered = recent_events();
    assert_eq!(remembered.len(), 8);
    assert!(remembered.is_sorted_by_key(|event| event.time));
    assert!(
        remembered
            .iter()
            .all(|event| event.reason == EventReason::Error)
    );
}
