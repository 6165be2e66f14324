//! From what went wrong to the function that it most likely comes from.
//!
//! # The question
//!
//! Two windows of the same length are compared: now, and the one before. A
//! [`Measure`] says what is looked at, errors or time, and a function's *amount*
//! is how much of it the function's calls have per second.
//!
//! More traffic brings more errors and takes more time without anything being
//! wrong. So what was before is taken at today's traffic: the amount per call
//! then, times the calls per second now. The *rise* is what there is beyond that:
//!
//! > rise = amount now − amount before · calls now / calls before
//!
//! # The walk
//!
//! It begins at a function that rose, and asks for each of its callees how much
//! of the rise went through that edge. The rise of an edge is as above, with the
//! calls of the *caller*: so an edge rises when its calls take longer or fail more
//! often, and also when the caller makes more of them per call of its own, which
//! is how a retry storm is found. An edge explains the share
//!
//! > share = rise of the edge / rise of the caller
//!
//! of the caller's rise, between 0 and 1. Where calls side by side explain more
//! than all of it, the shares are scaled to 1 together. What no callee explains is
//! the function's *own share*.
//!
//! The walk goes on to the callee with the greatest share. It stops
//!
//! - where the own share is at least as great;
//! - at a function that it has been to, so that recursion ends;
//! - at a callee whose calls per call of the caller are more times what they were
//!   than what each of them has: it is called too often, and not to blame for its
//!   time (where calls fail more often that is no cause, as what fails is tried again);
//! - before a callee that did not rise so for its other callers, by less than half
//!   as much: then it is what this caller asks of it. So one slow query is that of
//!   the function with the query in it, and not of the one through which all
//!   queries go; a slow database is.
//!
//! It begins at functions that [rose](rose), and at those of an objective that burns
//! if they [are up](is_up) by a tenth, so that chance is no suspect. Errors of an
//! objective that burns matter even if they are as many as before: then the walk is
//! that of [`Flows::lasting`].
//!
//! Equal shares, such as those of two callees each of which explains all of it, are
//! decided by the amounts and then by the ids, so that the same numbers give the same
//! answer.
//!
//! # What it cannot know
//!
//! Errors that a caller handles are in the callee's amount, not in the caller's:
//! they explain at most what the caller has. Time that a callee takes beside the
//! caller, on another task, is taken for the caller's as well.

mod sentence;
mod significance;
#[cfg(test)]
mod tests;
mod walk;

pub(crate) use self::{
    significance::{is_up, rose},
    walk::walk,
};

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Measure {
    /// Failed calls.
    Errors,
    /// Seconds that calls took.
    Time,
}

/// What happened per second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Load {
    pub(crate) calls: f64,
    pub(crate) errors: f64,
    /// Seconds that the calls took.
    pub(crate) time: f64,
}

/// The same in both windows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Change {
    pub(crate) before: Load,
    pub(crate) now: Load,
}

/// The call graph in both windows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flows {
    /// Whether it is about errors that are not new, see [`Flows::lasting`].
    pub(crate) lasting: bool,
    pub(crate) functions: Vec<Node>,
    /// Calls of functions by functions.
    pub(crate) edges: Vec<Link>,
}

/// A function.
#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    pub(crate) id: String,
    /// All of its calls, whoever made them.
    pub(crate) change: Change,
    /// The kind of error of which there are most more than before.
    pub(crate) kind: Option<String>,
}

/// Calls of one function by another, which are places in [`Flows::functions`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    pub(crate) caller: usize,
    pub(crate) callee: usize,
    pub(crate) change: Change,
}

/// What a walk has found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    pub(crate) measure: Measure,
    /// Whether it is about errors that are not new.
    pub(crate) lasting: bool,
    /// From where the walk began to where it ended; at least one.
    pub(crate) path: Vec<Station>,
    /// The function before which the walk stopped, as it did not rise so for others.
    pub(crate) spared: Option<usize>,
    /// One sentence that says what rose, and why the walk ended where it did.
    pub(crate) why: String,
    /// What the finding is worth: the share of the rise that the path explains,
    /// times how much of today's amount per call it is.
    pub(crate) score: f64,
}

/// A function on the way, with the amounts of the edge by which the walk came;
/// the first one with its own.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Station {
    pub(crate) function: usize,
    /// At today's traffic of the caller.
    pub(crate) before: f64,
    pub(crate) now: f64,
    /// Of the rise at which the walk began, how much went through here.
    pub(crate) share: f64,
    /// Of the rise here, how much no callee explains.
    pub(crate) own_share: f64,
    /// Calls per call of the caller, before and now.
    pub(crate) per_call: Option<(f64, f64)>,
    /// Whether that rose by more than what a call has.
    pub(crate) is_storm: bool,
}

/// A callee that rose for the caller on the path, and not so for others.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Spared {
    callee: usize,
    /// What others called.
    others: Change,
}

impl Found {
    /// Where the walk ended.
    pub(crate) fn suspect(&self) -> usize {
        self.path.last().map_or(0, |station| station.function)
    }
}

impl Flows {
    /// The same with no errors before, to walk to where those come from that go
    /// on as they did: an outage that is longer than the window is no rise.
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
    /// What is left without a part of it.
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

    /// The amount of one call, if there are calls.
    pub(crate) fn per_call(self, measure: Measure) -> Option<f64> {
        (self.calls > 0.0).then(|| self.amount(measure) / self.calls)
    }
}

impl Change {
    /// How many times as many calls there are as before; 1 where there were none,
    /// as then there was no amount either.
    pub(crate) fn traffic(self) -> f64 {
        if self.before.calls > 0.0 {
            self.now.calls / self.before.calls
        } else {
            1.0
        }
    }

    /// What there was before, with `traffic` times as many calls.
    pub(crate) fn expected(self, measure: Measure, traffic: f64) -> f64 {
        self.before.amount(measure) * traffic
    }
}
