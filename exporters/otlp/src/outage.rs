//! Logs the beginning, duration and end of an outage, not every failed export.

use std::time::{Duration, Instant};

/// Minimum time between two warnings of the same kind.
const QUIET: Duration = Duration::from_secs(300);

/// State of the exports, and the times of the last warnings.
pub(crate) struct OutageLog {
    endpoint: String,
    failing: Option<Failing>,
    remarked: Option<Instant>,
}

struct Failing {
    since: Instant,
    warned: Instant,
    exports: u64,
}

impl OutageLog {
    pub(crate) fn new(endpoint: String) -> Self {
        Self {
            endpoint,
            failing: None,
            remarked: None,
        }
    }

    /// Records an export that failed after its last attempt. Logs a warning for the first one and
    /// then at most once in five minutes.
    pub(crate) fn failed(&mut self, why: &str) {
        let now = Instant::now();
        let endpoint = &self.endpoint;
        let Some(failing) = &mut self.failing else {
            log::warn!("{endpoint} {why}. No count is lost: later exports contain its counts");
            self.failing = Some(Failing {
                since: now,
                warned: now,
                exports: 1,
            });
            return;
        };
        failing.exports += 1;
        if now - failing.warned >= QUIET {
            failing.warned = now;
            let (exports, minutes) = (failing.exports, (now - failing.since).as_secs() / 60);
            log::warn!("{endpoint} {why}. {exports} exports failed in {minutes} minutes");
        }
    }

    /// Records an export that succeeded. Logs the end of an outage, and the collector's `remark` at
    /// most once in five minutes.
    pub(crate) fn accepted(&mut self, remark: Option<&str>) {
        let endpoint = &self.endpoint;
        if let Some(failing) = self.failing.take() {
            let exports = failing.exports;
            log::info!("{endpoint} accepts metrics again, after {exports} failed exports");
        }
        let Some(remark) = remark else { return };
        if self.remarked.is_none_or(|last| last.elapsed() >= QUIET) {
            self.remarked = Some(Instant::now());
            log::warn!("{endpoint} {remark}");
        }
    }
}
