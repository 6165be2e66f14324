//! Events of one service in a test.

use slo_spec::rules::Window;

/// Events per second where there is much to do.
pub(super) const BUSY: f64 = 10_000.0;

/// Counters are whole multiples of one part in so many.
pub(super) const FRACTIONS: f64 = 262_144.0;

/// Events as they happen, from second 0 on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Timeline {
    phases: Vec<Phase>,
}

/// A time in which events happen evenly.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Phase {
    /// Its end, in seconds.
    pub(crate) until: u32,
    /// Events per second.
    pub(crate) calls: f64,
    /// Bad ones per second.
    pub(crate) errors: f64,
}

/// A number of events.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Count {
    pub(crate) calls: f64,
    pub(crate) errors: f64,
}

impl Count {
    pub(crate) fn add(&mut self, other: Self, times: f64) {
        self.calls += other.calls * times;
        self.errors += other.errors * times;
    }

    /// The share of bad events; none while nothing happens.
    pub(crate) fn ratio(self) -> Option<f64> {
        (self.calls > 0.0).then(|| self.errors / self.calls)
    }
}

impl Timeline {
    /// Goes on until `until`, in seconds, with so many events per second, and
    /// such a share of bad ones. A time that is over already has no events.
    pub(crate) fn then(mut self, until: u32, calls: f64, error_ratio: f64) -> Self {
        assert!(until % super::INTERVAL == 0, "{until} is between samples");
        if until > self.end() {
            self.phases.push(Phase {
                until,
                calls,
                errors: calls * error_ratio,
            });
        }
        self
    }

    /// Its end, in seconds; there are no samples behind it.
    pub(crate) fn end(&self) -> u32 {
        self.phases.last().map_or(0, |phase| phase.until)
    }

    /// The events in the window that ends at second `at`.
    pub(crate) fn count(&self, at: u32, window: Window) -> Count {
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

    /// A counter of what `of` says of each phase, as `promtool` reads its values.
    pub(crate) fn values(&self, of: impl Fn(&Phase) -> f64) -> String {
        let interval = super::INTERVAL;
        // `rate` takes a counter that begins at zero for one that was just started.
        let (mut value, mut at) = (1e9, 0);
        let mut values = Vec::new();
        for phase in &self.phases {
            // Sums of such fractions are exact, and no counter ever falls.
            let step = (of(phase) * f64::from(interval) * FRACTIONS).round() / FRACTIONS;
            let steps = (phase.until - at) / interval;
            at = phase.until;
            // `a+bxn` has n + 1 values.
            let (first, more) = if values.is_empty() {
                (value, steps)
            } else {
                (value + step, steps.saturating_sub(1))
            };
            values.push(format!("{first}+{step}x{more}"));
            value += step * f64::from(steps);
        }
        values.join(" ")
    }
}
