//! Waiting, but not for ever.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

/// Longest time that anything may take before the test gives up.
const DEADLINE: Duration = Duration::from_secs(60);

/// Waits until `condition` gives something.
///
/// # Panics
///
/// After a minute; the message names `what`.
#[track_caller]
pub fn wait_for<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + DEADLINE;
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(Instant::now() < deadline, "waited {DEADLINE:?} for {what}");
        sleep(Duration::from_millis(50));
    }
}
