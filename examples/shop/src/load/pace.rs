//! The rate of requests.

use std::time::Duration;

use tokio::{
    sync::Mutex,
    time::{Interval, MissedTickBehavior, interval},
};

/// A clock for all customers, with a tick for each request that may be sent.
#[derive(Debug)]
pub(super) struct Pace(Option<Mutex<Interval>>);

impl Pace {
    /// Creates a clock with `rps` ticks per second; without a limit if it is 0.
    pub(super) fn new(rps: f64) -> Self {
        if rps <= 0.0 {
            return Self(None);
        }
        let mut ticks = interval(Duration::from_secs_f64(1.0 / rps));
        // Catches up after short delays, so that the mean rate is the requested one.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        Self(Some(Mutex::new(ticks)))
    }

    /// Waits until one more request may be sent.
    pub(super) async fn wait(&self) {
        if let Some(ticks) = &self.0 {
            ticks.lock().await.tick().await;
        }
    }
}
