//! Events of one service in a test.

use slo_spec::rules::Window;

/// Events per second of a busy service.
pub(super) const BUSY: f64 = 10_000.0;

/// Values of counters are multiples of 1 / `FRACTIONS`.
pub(super) const FRACTIONS: f64 = 262_144.0;

/// Events over time, from second 0 on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Timeline {
    phases: Vec<Phase>,
}

/// Span of time with a constant rate of events.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Phase {
    /// End of the phase, in seconds.
    pub(crate) until: u32,
    /// Events per second.
    pub(crate) calls: f64,
    /// Bad events per second.
    pub(crate) errors: f64,
}

/// Number of events.
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

    /// Returns the share of bad events; `None` without events.
    pub(crate) fn ratio(self) -> Option<f64> {
        (self.calls > 0.0).then(|| self.errors / self.calls)
    }
}

impl Timeline {
    /// Adds a phase until `until`, in seconds, with `calls` events per second and the share
    /// `error_ratio` of bad ones. A phase that would end in the past is left out.
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

    /// Returns the end in seconds; there are no samples after it.
    pub(crate) fn end(&self) -> u32 {
        self.phases.last().map_or(0, |phase| phase.until)
    }

    /// Returns the events in the window that ends at second `at`.
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

    /// Returns the values of a counter in the notation of `promtool`; `of` returns its events per
    /// second.
    pub(crate) fn values(&self, of: impl Fn(&Phase) -> f64) -> String {
        let interval = super::INTERVAL;
        // `rate` takes a counter that begins at zero as just started.
        let (mut value, mut at) = (1e9, 0);
        let mut values = Vec::new();
        for phase in &self.phases {
            // Sums of these fractions are exact, and no counter ever falls.
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
