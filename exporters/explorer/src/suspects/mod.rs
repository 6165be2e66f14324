//! Finds the function that most likely causes a rise of errors or latency.
//!
//! # Amounts and rises
//!
//! Two windows of the same length are compared: the current one and the one before. A [`Measure`]
//! selects errors or time. A function's *amount* is the number of errors, or the seconds, of its
//! calls per second.
//!
//! More traffic brings more errors and takes more time without a fault. Therefore the amount before
//! is scaled to today's traffic: the amount per call before, times the calls per second now. The
//! *rise* is the excess over that:
//!
//! # The walk
//!
//! The walk begins at a function with a rise, and calculates for each of its callees how much of
//! the rise went through that edge. The rise of an edge is calculated as above, with the number of
//! calls of the *caller*. So an edge has a rise if its calls take longer or fail more often, and
//! also if the caller makes more of them per call of its own, as in a retry storm. The edge
//! explains the share
//!
//! > share = rise of the edge / rise of the caller
//!
//! of the caller's rise, between 0 and 1. If concurrent calls explain more than all of it, the
//! shares are scaled so that their sum is 1. The part that no callee explains is the function's
//! *own share*.
//!
//! The walk goes on to the callee with the greatest share. It stops
//!
//! - if the own share is at least as great;
//! - at a function that it has already visited, so that recursion ends;
//! - at a callee whose number of calls per call of the caller grew by a larger factor than the
//!   amount of each call. The callee is called too often then, and its time is not the cause. For
//!   errors this rule does not apply to calls that fail more often, because failed calls are
//!   retried;
//! - before a callee whose rise for its other callers is less than half as large: the cause is then
//!   the request of this caller. So the suspect of one slow query is the function with the query,
//!   and not the function that runs all queries, whereas the suspect of a slow database is the
//!   latter.
//!
//! A walk begins at functions that [rose](rose). For an objective that burns, it also begins at
//! functions that [are up](is_up) by a tenth, so that chance is no suspect. Errors of an objective
//! that burns matter even if there are as many as before: then the walk uses [`Flows::lasting`].
//!
//! Equal shares, such as those of two callees that each explain everything, are ordered by amount
//! and then by id, so that the same numbers always give the same result.
//!
//! # Limitations
//!
//! Errors that a caller handles count in the callee's amount and not in the caller's, so they
//! explain at most the caller's amount. Time of a callee that runs concurrently, in another task,
//! counts as the caller's time, too.

mod sentence;
mod significance;
#[cfg(test)]
mod tests;
mod walk;

pub(crate) use self::{
    significance::{is_up, rose},
    walk::walk,
};

/// Quantity that a walk follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Measure {
    /// Number of failed calls.
    Errors,
    /// Time that calls took, in seconds.
    Time,
}

/// Calls, errors and time per second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Load {
    pub(crate) calls: f64,
    pub(crate) errors: f64,
    /// Seconds that the calls took, per second.
    pub(crate) time: f64,
}

/// Load in both windows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Change {
    pub(crate) before: Load,
    pub(crate) now: Load,
}

/// Call graph with the loads of both windows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flows {
    /// `true` if errors before count as zero, see [`Flows::lasting`].
    pub(crate) lasting: bool,
    pub(crate) functions: Vec<Node>,
    /// Calls of functions by functions.
    pub(crate) edges: Vec<Link>,
}

/// Function of the call graph.
#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    pub(crate) id: String,
    /// Load of all of its calls, by any caller.
    pub(crate) change: Change,
    /// Error kind with the largest rise.
    pub(crate) kind: Option<String>,
}

/// Calls of one function by another. Both are indexes in [`Flows::functions`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    pub(crate) caller: usize,
    pub(crate) callee: usize,
    pub(crate) change: Change,
}

/// Result of a walk.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WalkResult {
    pub(crate) measure: Measure,
    /// `true` if the walk followed errors that are not new.
    pub(crate) lasting: bool,
    /// Functions from the start of the walk to its end, at least one.
    pub(crate) path: Vec<Station>,
    /// Callee before which the walk stopped, because it had no such rise for its other callers.
    pub(crate) cleared: Option<usize>,
    /// Sentence that describes the rise, and why the walk ended where it did.
    pub(crate) explanation: String,
    /// Weight of the result: the share of the rise that the path explains, times the share of the
    /// rise in today's amount per call.
    pub(crate) score: f64,
}

/// Function on the path, with the amounts of the edge to it. The first one has its own amounts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Station {
    pub(crate) function: usize,
    /// Amount before, scaled to today's traffic of the caller.
    pub(crate) before: f64,
    pub(crate) now: f64,
    /// Share of the rise at the start of the walk that went through this function.
    pub(crate) share: f64,
    /// Share of the rise here that no callee explains.
    pub(crate) own_share: f64,
    /// Number of calls per call of the caller, before and now.
    pub(crate) per_call: Option<(f64, f64)>,
    /// `true` if that number grew by a larger factor than the amount per call.
    pub(crate) is_storm: bool,
}

/// Callee that rose for the caller on the path, and not so for its other callers.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Cleared {
    callee: usize,
    /// Load of the calls by other callers.
    others: Change,
}

impl WalkResult {
    /// Returns the function at which the walk ended.
    pub(crate) fn suspect(&self) -> usize {
        self.path.last().map_or(0, |station| station.function)
    }
}

impl Flows {
    /// Returns the same call graph without errors before, for walks to the cause of errors that go
    /// on: an outage longer than the window has no rise.
    pub(crate) fn lasting(&self) -> Self {
        let without = |change: Change| Change {
            before: Load {
                errors: 0.0,
                ..change.now
            },
            now: change.now,
        };
        let mut flows = self.clone();
        flows.lasting = true;
        for node in &mut flows.functions {
            node.change = without(node.change);
        }
        for link in &mut flows.edges {
            link.change = without(link.change);
        }
        flows
    }
}

impl Load {
    /// Subtracts a part of the load.
    fn without(self, part: Self) -> Self {
        Self {
            calls: (self.calls - part.calls).max(0.0),
            errors: (self.errors - part.errors).max(0.0),
            time: (self.time - part.time).max(0.0),
        }
    }

    pub(crate) fn amount(self, measure: Measure) -> f64 {
        match measure {
            Measure::Errors => self.errors,
            Measure::Time => self.time,
        }
    }

    /// Returns the amount of one call, or `None` without calls.
    pub(crate) fn per_call(self, measure: Measure) -> Option<f64> {
        (self.calls > 0.0).then(|| self.amount(measure) / self.calls)
    }
}

impl Change {
    /// Returns the factor by which the number of calls grew. It is 1 if there were no calls before,
    /// as there was no amount then either.
    pub(crate) fn traffic(self) -> f64 {
        if self.before.calls > 0.0 {
            self.now.calls / self.before.calls
        } else {
            1.0
        }
    }

    /// Returns the amount before, scaled to `traffic` times as many calls.
    pub(crate) fn expected(self, measure: Measure, traffic: f64) -> f64 {
        self.before.amount(measure) * traffic
    }
}
