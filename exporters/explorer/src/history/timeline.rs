//! Times of the history's steps, and the steps that a window covers.

use std::collections::VecDeque;

use super::compact_rows::Ages;

/// Length of a fine step, in seconds.
pub(crate) const FINE_SECONDS: f64 = 1.0;
/// Length of a coarse step, in seconds.
pub(crate) const COARSE_SECONDS: f64 = 30.0;

/// Number of steps that are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Steps {
    /// Number of steps of a second.
    pub(crate) fine: usize,
    /// Number of steps of 30 seconds.
    pub(crate) coarse: usize,
}

/// A ring to read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ring {
    Fine,
    Coarse,
}

/// The ends of the steps, in seconds since the history began.
#[derive(Debug)]
pub(crate) struct Timeline {
    /// Length of a fine step, in seconds.
    step: f64,
    fine: VecDeque<Step>,
    coarse: VecDeque<Step>,
    /// Begin of the coarse step that has not ended.
    pending_since: f64,
    now: f64,
}

/// Begin and end of a step, in seconds on the history's clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Step {
    pub(crate) begin: f64,
    pub(crate) end: f64,
}

/// Steps that a window covers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Span {
    pub(super) ring: Ring,
    pub(super) ages: Ages,
    /// `true` if the span continues until now, beyond the last coarse step.
    pub(super) pending: bool,
    /// Length of the steps together, in seconds.
    pub(crate) seconds: f64,
}

impl Timeline {
    /// Returns a timeline with fine steps of `step` seconds, and coarse steps of 30 fine ones.
    pub(crate) fn new(step: f64) -> Self {
        Self {
            step,
            fine: VecDeque::new(),
            coarse: VecDeque::new(),
            pending_since: 0.0,
            now: 0.0,
        }
    }

    /// Returns `true` if the current step should end at `now`.
    pub(crate) fn is_due(&self, now: f64) -> bool {
        now - self.now >= self.step - FINE_SECONDS / 2.0
    }

    /// Adds a step that ends at `now`. Returns `true` if a coarse step ends, too.
    pub(crate) fn push(&mut self, now: f64, steps: Steps) -> bool {
        let begin = self.now;
        self.now = now;
        push(&mut self.fine, Step { begin, end: now }, steps.fine);
        // Half a fine step of tolerance, as samples may be a little early or late.
        let ends_coarse = now - self.pending_since >= self.coarse_step() - self.step / 2.0;
        if ends_coarse {
            let begin = self.pending_since;
            push(&mut self.coarse, Step { begin, end: now }, steps.coarse);
            self.pending_since = now;
        }
        ends_coarse
    }

    /// Sets the begin of the first step.
    pub(crate) fn begin(&mut self, now: f64) {
        self.now = now;
        self.pending_since = now;
    }

    /// Returns the end of the last step.
    pub(crate) fn now(&self) -> f64 {
        self.now
    }

    /// Returns the begin of the oldest step, or now if there is none.
    pub(crate) fn since(&self) -> f64 {
        let oldest = [self.fine.front(), self.coarse.front()];
        let begins = oldest.into_iter().flatten().map(|step| step.begin);
        begins.fold(self.now, f64::min)
    }

    /// Returns the steps of `ring`, oldest first.
    pub(crate) fn steps(&self, ring: Ring) -> &VecDeque<Step> {
        match ring {
            Ring::Fine => &self.fine,
            Ring::Coarse => &self.coarse,
        }
    }

    /// Returns the span of the last `window` seconds, or of all steps if there are fewer.
    pub(crate) fn last(&self, window: f64, steps: Steps) -> Span {
        if window <= as_seconds(steps.fine) * self.step {
            self.covering(Ring::Fine, 0, window, self.step)
        } else {
            self.last_coarse(window)
        }
    }

    /// Returns the spans of the last `window` seconds, and of the same time before.
    pub(crate) fn last_two(&self, window: f64, steps: Steps) -> (Span, Span) {
        let is_fine = 2.0 * window <= as_seconds(steps.fine) * self.step;
        let spans = [0.0, window].map(|ago| self.ending(ago, window, is_fine));
        let [now, before] = spans;
        (now, before)
    }

    /// Returns the span of the `window` seconds that ended `ago` seconds before now, accurate to
    /// half a step at both ends.
    pub(crate) fn span(&self, ago: f64, window: f64, steps: Steps) -> Span {
        let is_fine = ago + window <= as_seconds(steps.fine) * self.step;
        self.ending(ago, window, is_fine)
    }

    fn ending(&self, ago: f64, window: f64, is_fine: bool) -> Span {
        let (ring, step) = if is_fine {
            (Ring::Fine, self.step)
        } else {
            (Ring::Coarse, self.coarse_step())
        };
        let since = |window: f64| match ring {
            Ring::Fine => self.covering(ring, 0, window, step),
            Ring::Coarse => self.last_coarse(window),
        };
        if ago <= 0.0 {
            return since(window);
        }
        self.covering(ring, since(ago).ages.count, window, step)
    }

    fn coarse_step(&self) -> f64 {
        self.step * COARSE_SECONDS / FINE_SECONDS
    }

    fn last_coarse(&self, window: f64) -> Span {
        let pending = self.now - self.pending_since;
        let whole = self.covering(Ring::Coarse, 0, window - pending, self.coarse_step());
        Span {
            pending: true,
            seconds: whole.seconds + pending,
            ..whole
        }
    }

    /// Returns the steps of `ring` from age `first` on that together last `window` seconds,
    /// accurate to half a `step`.
    fn covering(&self, ring: Ring, first: usize, window: f64, step: f64) -> Span {
        let mut span = Span {
            ring,
            ages: Ages { first, count: 0 },
            pending: false,
            seconds: 0.0,
        };
        for step_then in self.steps(ring).iter().rev().skip(first) {
            if span.seconds >= window - step / 2.0 {
                break;
            }
            span.ages.count += 1;
            span.seconds += step_then.seconds();
        }
        span
    }
}

impl Step {
    pub(crate) fn seconds(&self) -> f64 {
        self.end - self.begin
    }
}

fn push(steps: &mut VecDeque<Step>, step: Step, most: usize) {
    while steps.len() >= most.max(1) {
        steps.pop_front();
    }
    steps.push_back(step);
}

/// Converts a number of steps to `f64`.
pub(crate) fn as_seconds(steps: usize) -> f64 {
    u32::try_from(steps).map_or(f64::INFINITY, f64::from)
}
