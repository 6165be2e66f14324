//! Compares the calls of two versions, or of two windows of time.
//!
//! # Method
//!
//! Each function, and each edge, is asked several questions: is it still called, does it fail more
//! often, does it have a new error kind, is it slower? A change is reported only if all of this
//! holds:
//!
//! - there are enough calls on both sides;
//! - the test is significant, after Holm's correction, so that the probability of *any* wrong
//!   verdict in a comparison is at most 0.001;
//! - the change matters: latency by 10 %, its 95th percentile by 20 %, errors by half or a
//!   percentage point, and at least three of them.
//!
//! Otherwise, the answer is that nothing that matters changed, that it is undecided, or that there
//! were too few calls. These are three different answers.
//!
//! # Noise
//!
//! Two runs of the same program differ by some percent: another machine, other neighbours, another
//! layout of memory. With enough calls, every such difference is significant. Therefore
//!
//! - a side is given in slices of time, and the variance between slices inflates the standard
//!   errors;
//! - the standard error of a latency has a floor of 2 % per side, which no number of calls reduces;
//! - the drift that all functions share is taken off, up to 5 %.
//!
//! Simulated with 3 % noise between runs, no comparison of 50 had a wrong verdict. A function with
//! 5,000 calls that is 20 % slower was found in 90 %, one that is 30 % slower always. With 5 %
//! noise, no single pair of runs can tell.
//!
//! # Callers
//!
//! The same function may be fast for one caller and slow for another. If the mix of callers
//! changes, its latency does too, although nothing is slower. So latencies are weighted by the
//! callers' shares before, and errors are compared per caller. Where the latency by caller is
//! unknown, a change that the new mix may explain is undecided. A change of arguments *within* one
//! caller cannot be seen.

mod cells;
mod comparison;
mod dispersion;
mod errors;
mod exposure;
mod fisher;
mod holm;
mod latency;
mod mantel_haenszel;
mod mix;
mod options;
mod presence;
mod proportion;
mod rank;
mod result;
mod sides;
#[cfg(test)]
mod simulated;
#[cfg(test)]
mod simulation;
mod special;
mod table;
mod tail;
mod trial;
mod verdict;

pub use self::{
    comparison::compare,
    mix::MixChange,
    options::Options,
    result::{Comparison, EdgeChange, FunctionChange},
    sides::compare_sides,
    table::CallerName,
    verdict::{Estimate, Finding, Question, Verdict},
};
