//! A candidate: a piece of code that is measured.

use std::time::Duration;

use crate::clock::{process_time, thread_time};

/// Function that runs the given number of iterations.
pub type Loop = fn(u32);

/// A loop around calls of one function, or of a few that call each other.
#[derive(Clone, Copy, Debug)]
pub struct Candidate {
    /// Name of the candidate in the parent's requests.
    pub name: &'static str,
    /// Number of calls of a function in one iteration.
    pub calls: u32,
    /// Runs the given number of iterations.
    pub run: Loop,
    /// Runs the loop inside the context that its calls need, such as a span. Calls the loop with
    /// numbers of iterations that add up to the given number.
    pub within: Option<fn(u32, Loop)>,
    /// Waits until other threads have finished the work that calls left to them.
    ///
    /// Time is then the processor time of the process and not of the calling thread. Otherwise a
    /// library that works on another thread would look as if it did nothing.
    pub settle: Option<fn()>,
}

impl Candidate {
    /// A candidate without a context, whose calls leave no work to other threads.
    pub const fn new(name: &'static str, calls: u32, run: Loop) -> Self {
        Self {
            name,
            calls,
            run,
            within: None,
            settle: None,
        }
    }

    /// Runs the given number of iterations, in the context if there is one.
    pub(crate) fn iterate(&self, iterations: u32) {
        match self.within {
            Some(within) => within(iterations, self.run),
            None => (self.run)(iterations),
        }
    }

    /// Waits until other threads have finished the work that calls left to them.
    pub(crate) fn settle(&self) {
        if let Some(settle) = self.settle {
            settle();
        }
    }

    /// Returns the processor time of the given number of iterations: of this thread, or of all
    /// threads if others do a part of the work.
    pub(crate) fn time(&self, iterations: u32) -> Duration {
        let now = if self.settle.is_some() {
            process_time
        } else {
            thread_time
        };
        let start = now();
        self.iterate(iterations);
        self.settle();
        now().saturating_sub(start)
    }
}
