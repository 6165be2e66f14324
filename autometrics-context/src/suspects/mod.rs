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
//! A walk begins at functions that rose. For an objective that burns, it also begins at
//! functions that are up by a tenth, so that chance is no suspect. Errors of an objective that burns
//! matter even if there are as many as before: then the walk explains all of them.
//!
//! Equal shares, such as those of two callees that each explain everything, are ordered by amount
//! and then by id, so that the same numbers always give the same result.
//!
//! # Limitations
//!
//! Errors that a caller handles count in the callee's amount and not in the caller's, so they
//! explain at most the caller's amount. Time of a callee that runs concurrently, in another task,
//! counts as the caller's time, too.

mod find;
mod graph;
mod path;
mod sentence;
mod significance;
#[cfg(test)]
mod tests;
mod walk;

pub use self::{
    find::{Promise, Scope, Start, Station, Suspect, find},
    graph::Measure,
};
