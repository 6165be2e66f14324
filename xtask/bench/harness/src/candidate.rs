//! Something that is measured.

use std::time::Duration;

use crate::clock::{process_time, thread_time};

/// Iterates so many times.
pub type Loop = fn(u32);

/// A loop around calls of one function, or of a few that call each other.
#[derive(Clone, Copy, Debug)]
pub struct Candidate {
    /// What the parent asks for it by.
    pub name: &'static str,
    /// How many calls of a function one iteration makes.
    pub calls: u32,
    /// Iterates so many times.
    pub run: Loop,
    /// Runs the loop in whatever its calls need around them, such as spans: with numbers of
    /// iterations whose sum is the one given.
    pub within: Option<fn(u32, Loop)>,
    /// Waits until other threads have done what calls have left to them.
    ///
    /// Time is then that of the process and not of the thread that calls, or a library
    /// whose work is done elsewhere would look as if it did none.
    pub settle: Option<fn()>,
}

impl Candidate {
    /// A loop that needs nothing around it, and leaves nothing to other threads.
    pub const fn new(name: &'static str, calls: u32, run: Loop) -> Self {
        Self {
            name,
            calls,
            run,
            within: None,
            settle: None,
        }
    }

    /// Iterates so many times.
    pub(crate) fn iterate(&self, iterations: u32) {
        match self.within {
            Some(within) => within(iterations, self.run),
            None => (self.run)(iterations),
        }
    }

    /// Waits until what the calls have left to other threads is done.
    pub(crate) fn settle(&self) {
        if let Some(settle) = self.settle {
            settle();
        }
    }

    /// The processor time that so many iterations take, on this thread or, where
    /// others do a part of the work, on all.
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
