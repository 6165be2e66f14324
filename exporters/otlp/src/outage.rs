//! What the program's log hears of: once, and not with every export.

use std::time::{Duration, Instant};

/// The least time between two warnings of the same kind.
const QUIET: Duration = Duration::from_secs(300);

/// Whether exports succeed, and when that was last said.
pub(crate) struct Outage {
    endpoint: String,
    failing: Option<Failing>,
    remarked: Option<Instant>,
}

struct Failing {
    since: Instant,
    warned: Instant,
    exports: u64,
}

impl Outage {
    pub(crate) fn new(endpoint: String) -> Self {
        Self {
            endpoint,
            failing: None,
            remarked: None,
        }
    }

    /// An export failed, for good.
    pub(crate) fn failed(&mut self, why: &str) {
        let now = Instant::now();
        let endpoint = &self.endpoint;
        let Some(failing) = &mut self.failing else {
            log::warn!("{endpoint} {why}. No count is lost: later exports have what this one had");
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
            log::warn!("{endpoint} {why}. That makes {exports} exports in {minutes} minutes");
        }
    }

    /// An export succeeded, and the collector may have said something.
    pub(crate) fn accepted(&mut self, remark: Option<&str>) {
        let endpoint = &self.endpoint;
        if let Some(failing) = self.failing.take() {
            let exports = failing.exports;
            log::info!("{endpoint} accepts metrics again, after {exports} exports that failed");
        }
        let Some(remark) = remark else { return };
        if self.remarked.is_none_or(|last| last.elapsed() >= QUIET) {
            self.remarked = Some(Instant::now());
            log::warn!("{endpoint} {remark}");
        }
    }
}
