//! When the steps of the history were, and which of them a window covers.

use std::collections::VecDeque;

use super::column::Ages;

/// A fine step is a second long.
pub(crate) const FINE_SECONDS: f64 = 1.0;
/// So many fine steps are a coarse one.
pub(crate) const COARSE_SECONDS: f64 = 30.0;

/// How many steps are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Steps {
    /// Of a second.
    pub(crate) fine: usize,
    /// Of 30 seconds.
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
    /// The length of a fine step, in seconds.
    step: f64,
    fine: VecDeque<Step>,
    coarse: VecDeque<Step>,
    /// When the coarse step began that has not ended.
    pending_since: f64,
    now: f64,
}

/// From when to when a step was, in seconds since the history began.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Step {
    pub(crate) begin: f64,
    pub(crate) end: f64,
}

/// The steps that a window covers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Span {
    pub(super) ring: Ring,
    pub(super) ages: Ages,
    /// Whether it goes on until now, beyond the last coarse step.
    pub(super) pending: bool,
    /// How long the steps took together.
    pub(crate) seconds: f64,
}

impl Timeline {
    /// Returns a timeline of fine steps that take `step` seconds, and coarse ones of 30 of them.
    pub(crate) fn new(step: f64) -> Self {
        Self {
            step,
            fine: VecDeque::new(),
            coarse: VecDeque::new(),
            pending_since: 0.0,
            now: 0.0,
        }
    }

    /// Returns whether the step that began with the last one's end is over.
    pub(crate) fn is_due(&self, now: f64) -> bool {
        now - self.now >= self.step - FINE_SECONDS / 2.0
    }

    /// Adds a step that ends at `now`, and tells whether a coarse one ends, too.
    pub(crate) fn push(&mut self, now: f64, steps: Steps) -> bool {
        let begin = self.now;
        self.now = now;
        push(&mut self.fine, Step { begin, end: now }, steps.fine);
        // Half a fine step of tolerance: samples come a little early or late.
        let ends_coarse = now - self.pending_since >= self.coarse_step() - self.step / 2.0;
        if ends_coarse {
            let begin = self.pending_since;
            push(&mut self.coarse, Step { begin, end: now }, steps.coarse);
            self.pending_since = now;
        }
        ends_coarse
    }

    /// Begins at `now`, before the first step.
    pub(crate) fn begin(&mut self, now: f64) {
        self.now = now;
        self.pending_since = now;
    }

    /// The end of the last step.
    pub(crate) fn now(&self) -> f64 {
        self.now
    }

    /// The beginning of the oldest step, or now if there is none.
    pub(crate) fn since(&self) -> f64 {
        let oldest = [self.fine.front(), self.coarse.front()];
        let begins = oldest.into_iter().flatten().map(|step| step.begin);
        begins.fold(self.now, f64::min)
    }

    /// The steps of `ring`, oldest first.
    pub(crate) fn steps(&self, ring: Ring) -> &VecDeque<Step> {
        match ring {
            Ring::Fine => &self.fine,
            Ring::Coarse => &self.coarse,
        }
    }

    /// The last `window` seconds, or as much of them as there is.
    pub(crate) fn last(&self, window: f64, steps: Steps) -> Span {
        if window <= as_seconds(steps.fine) * self.step {
            self.covering(Ring::Fine, 0, window, self.step)
        } else {
            self.last_coarse(window)
        }
    }

    /// The last `window` seconds, and as many before these.
    pub(crate) fn last_two(&self, window: f64, steps: Steps) -> (Span, Span) {
        let (now, seconds) = if 2.0 * window <= as_seconds(steps.fine) * self.step {
            (self.covering(Ring::Fine, 0, window, self.step), self.step)
        } else {
            (self.last_coarse(window), self.coarse_step())
        };
        let before = self.covering(now.ring, now.ages.count, window, seconds);
        (now, before)
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

    /// Steps of `ring` from the age `first` on until they make `window` seconds,
    /// to within half a `step`.
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

/// A number of steps, for arithmetic.
pub(crate) fn as_seconds(steps: usize) -> f64 {
    u32::try_from(steps).map_or(f64::INFINITY, f64::from)
}
