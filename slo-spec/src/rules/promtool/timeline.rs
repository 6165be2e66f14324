//! What happens to one indicator in a test.

use super::super::Window;

/// Events as they happen, from second 0 on.
#[derive(Clone, Debug, Default)]
pub(super) struct Timeline {
    phases: Vec<Phase>,
}

/// A time in which events happen evenly.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phase {
    /// When it ends, in seconds.
    pub(super) until: u32,
    /// Events per second.
    pub(super) calls: f64,
    /// Bad ones per second.
    pub(super) errors: f64,
}

/// How many events there were.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Count {
    pub(super) calls: f64,
    pub(super) errors: f64,
}

impl Count {
    /// So many per second.
    pub(super) fn over(self, seconds: f64) -> Self {
        Self {
            calls: self.calls / seconds,
            errors: self.errors / seconds,
        }
    }
}

impl Timeline {
    /// Goes on until `until`, in seconds, with so many events per second, and
    /// such a share of bad ones.
    pub(super) fn then(mut self, until: u32, calls: f64, error_ratio: f64) -> Self {
        debug_assert!(until > self.end());
        self.phases.push(Phase {
            until,
            calls,
            errors: calls * error_ratio,
        });
        self
    }

    /// When the last phase ends, in seconds; there are no samples behind it.
    pub(super) fn end(&self) -> u32 {
        self.phases.last().map_or(0, |phase| phase.until)
    }

    pub(super) fn phases(&self) -> &[Phase] {
        &self.phases
    }

    /// The events in the window that ends at second `at`.
    pub(super) fn count(&self, at: u32, window: Window) -> Count {
        let from = at.saturating_sub(window.as_seconds());
        let mut count = Count::default();
        let mut start = 0;
        for phase in &self.phases {
            let seconds = phase.until.min(at).saturating_sub(start.max(from));
            count.calls += phase.calls * f64::from(seconds);
            count.errors += phase.errors * f64::from(seconds);
            start = phase.until;
        }
        count
    }
}
