//! Something that is measured.

use std::time::Duration;

use crate::clock::cpu_time;

/// A loop around calls of one function, or of a few that call each other.
#[derive(Clone, Copy, Debug)]
pub struct Candidate {
    /// What the parent asks for it by.
    pub name: &'static str,
    /// How many calls of a function one iteration makes.
    pub calls: u32,
    /// Iterates so many times.
    pub run: fn(u32),
}

impl Candidate {
    /// The processor time that so many iterations take on this thread.
    pub fn time(&self, iterations: u32) -> Duration {
        let start = cpu_time();
        (self.run)(iterations);
        cpu_time().saturating_sub(start)
    }
}
