//! Waits for a condition, with a deadline.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

/// Longest time that a test waits for anything.
const DEADLINE: Duration = Duration::from_secs(60);

/// Calls `condition` every 50 ms until it returns a value, and returns that.
///
/// # Panics
///
/// Panics after a minute; the message names `what`.
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
