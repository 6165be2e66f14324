//! The values of a snapshot: functions, edges and exemplars.

use std::{
    borrow::Cow,
    time::{Duration, SystemTime},
};

use slo_spec::Objective;

use super::{BuildInfo, Histogram, Outcome};
use crate::{TraceContext, remote::RemoteCaller};

/// All functions, all edges of the call graph and their counts, at one moment.
///
/// [`snapshot`](crate::snapshot()) takes one of the running program. A test can build one:
///
/// ```
/// use autometrics::{Caller, Edge, Function, Histogram, Outcome, Snapshot};
///
/// let mut snapshot = Snapshot::new("shop");
/// snapshot.bounds = vec![0.1, 1.0];
/// snapshot.functions.push(Function::new("shop::cart", "Cart::add"));
/// let latency = Histogram::new([3, 1, 0], 0.52);
/// snapshot.edges.push(Edge::new(0, Caller::None, Outcome::Ok, latency));
/// assert_eq!(snapshot.edges[0].latency.count(), 4);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Snapshot {
    /// Name of the program: the label `service_name` of every series.
    pub service_name: Cow<'static, str>,
    /// Time when the program began to count; `None` if unknown.
    pub started: Option<SystemTime>,
    /// The running build.
    pub build: BuildInfo,
    /// Upper bounds of the latency buckets in seconds, ascending, without `+Inf`.
    pub bounds: Vec<f64>,
    /// Functions, sorted by module, name, file and line.
    pub functions: Vec<Function>,
    /// Calls, sorted by function, caller and outcome.
    ///
    /// Each function has at least the edges without a caller. Each caller–callee pair has edges for
    /// ok, for an error without an error kind and (where panics unwind) for a panic, with zero
    /// calls if none occurred. After the first call of a pair, the known error kinds of the
    /// function have edges as well, until half of the cardinality limit is used up.
    pub edges: Vec<Edge>,
    /// Calls by function and flow, sorted by both; empty unless the program
    /// [counts flows](crate::Settings::flows).
    pub flows: Vec<FlowCalls>,
    /// Calls in a [trace](crate::Settings::trace_source) as examples of their buckets, sorted by
    /// function and bucket.
    pub exemplars: Vec<Exemplar>,
    /// `true` if latencies are also exported by caller.
    pub latency_by_caller: bool,
    /// Number of caller–callee pairs that are counted as [`Caller::Overflow`]; counted up to the
    /// cardinality limit.
    pub overflowed_pairs: u64,
    /// Callers in other programs, in the order in which they were first seen.
    pub remote_callers: Vec<RemoteCaller>,
    /// Number of refused remote callers: invalid, not accepted, or beyond the limit of 1,000.
    pub refused_callers: u64,
}

/// A call in a sampled trace, as an example of its bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exemplar {
    /// Index of the callee in [`Snapshot::functions`].
    pub function: usize,
    /// Bucket of the call: an index into [`Snapshot::bounds`], or their number for the bucket above
    /// the last bound.
    pub bucket: usize,
    /// Latency, rounded to nanoseconds.
    pub latency: Duration,
    /// Time when the call ended.
    pub time: SystemTime,
    /// Span in which the call ended.
    pub trace: TraceContext,
}

impl Exemplar {
    /// Creates an exemplar of the function and the bucket at these indices. A call with this
    /// `latency` ended at `time`, in the span `trace`.
    pub const fn new(
        function: usize,
        bucket: usize,
        latency: Duration,
        time: SystemTime,
        trace: TraceContext,
    ) -> Self {
        Self {
            function,
            bucket,
            latency,
            time,
            trace,
        }
    }
}

/// An instrumented function.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Function {
    /// Name: `name` or `Type::name`. If two functions of a module have the same name, both have
    /// their position appended, as in `name (file:line)`.
    pub name: Cow<'static, str>,
    /// Module: `module_path!()` of the function.
    pub module: Cow<'static, str>,
    /// Package in which the function was compiled; empty if cargo did not set it.
    pub package: Cow<'static, str>,
    /// Source file: as passed to the compiler, or below `PACKAGE-VERSION` for a file outside of the
    /// workspace; empty if unknown.
    pub file: Cow<'static, str>,
    /// Line of the function's name; 0 if unknown.
    pub line: u32,
    /// Callees in the body, as written there: one per line, sorted. `a::b` is a path, `.name` a
    /// method of any value, `self.name` a method of `self`.
    pub calls: Cow<'static, str>,
    /// Objectives of the function, without duplicates.
    pub objectives: Vec<Objective>,
    /// Number of calls in flight; `None` if the function does not track them.
    pub in_flight: Option<u64>,
    /// Cancelled calls, by the time that they had run: futures that were dropped after their first
    /// poll and before they completed. `None` if the function's calls are not futures.
    pub cancelled: Option<Histogram>,
    /// Number of events that the rate limit suppressed; `None` if the function has no `events`.
    pub suppressed_events: Option<u64>,
    /// `true` if another function has the same name and module.
    pub collides: bool,
}

/// The calls of one function by one caller with one outcome.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Edge {
    /// Index of the callee in [`Snapshot::functions`].
    pub function: usize,
    /// Caller of these calls.
    pub caller: Caller,
    /// Outcome of these calls.
    pub outcome: Outcome,
    /// Number and latencies of these calls.
    pub latency: Histogram,
    /// Time when the first call was counted, which is the start time of the edge's series; `None`
    /// for [`Snapshot::started`].
    pub created: Option<SystemTime>,
}

impl Edge {
    /// Creates an edge that is counted since the program's start.
    pub fn new(function: usize, caller: Caller, outcome: Outcome, latency: Histogram) -> Self {
        Self {
            function,
            caller,
            outcome,
            latency,
            created: None,
        }
    }
}

/// The calls of one function in one flow, by all callers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FlowCalls {
    /// Index of the function in [`Snapshot::functions`](crate::Snapshot::functions).
    pub function: usize,
    /// Name of the flow: the name from [`CurrentCall::in_flow`](crate::CurrentCall::in_flow), or
    /// module and name of the outermost instrumented function; `__overflow__` for flows beyond the
    /// limit.
    pub flow: Cow<'static, str>,
    /// Number of calls that returned without an error.
    pub ok: u64,
    /// Number of calls that failed.
    pub errors: u64,
    /// Sum of the latencies of all of these calls, in seconds.
    pub seconds: f64,
    /// Time when the first of these calls was counted; `None` for
    /// [`Snapshot::started`](crate::Snapshot::started).
    pub created: Option<SystemTime>,
}

impl FlowCalls {
    /// Creates the calls of a function in a flow, with all counts zero.
    pub fn new(function: usize, flow: impl Into<Cow<'static, str>>) -> Self {
        Self {
            function,
            flow: flow.into(),
            ok: 0,
            errors: 0,
            seconds: 0.0,
            created: None,
        }
    }

    /// Adds the calls of the same function and flow.
    pub(super) fn add(&mut self, other: &Self) {
        self.ok = self.ok.saturating_add(other.ok);
        self.errors = self.errors.saturating_add(other.errors);
        self.seconds += other.seconds;
        self.created = [self.created, other.created].into_iter().flatten().min();
    }

    /// Subtracts earlier counts of the same calls.
    pub(super) fn subtract(&mut self, base: &Self) {
        self.ok = self.ok.saturating_sub(base.ok);
        self.errors = self.errors.saturating_sub(base.errors);
        self.seconds = (self.seconds - base.seconds).max(0.0);
    }
}

/// The innermost instrumented call around a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Caller {
    /// No caller: the call came from code that is not instrumented.
    None,
    /// A function of this program: an index into [`Snapshot::functions`].
    Function(usize),
    /// A function of another program: an index into [`Snapshot::remote_callers`].
    Remote(usize),
    /// Any of the callers beyond the cardinality limit.
    Overflow,
}

impl Snapshot {
    /// Creates a snapshot without functions, with the default bounds.
    pub fn new(service_name: impl Into<Cow<'static, str>>) -> Self {
        Self {
            service_name: service_name.into(),
            started: None,
            build: BuildInfo::default(),
            bounds: autometrics_schema::DEFAULT_BUCKETS.to_vec(),
            functions: Vec::new(),
            edges: Vec::new(),
            flows: Vec::new(),
            exemplars: Vec::new(),
            latency_by_caller: false,
            overflowed_pairs: 0,
            remote_callers: Vec::new(),
            refused_callers: 0,
        }
    }

    /// Returns the objectives of all functions, sorted by name, without duplicates.
    pub fn objectives(&self) -> Vec<Objective> {
        let objectives = self.functions.iter().flat_map(|f| &f.objectives);
        let mut all: Vec<_> = objectives.copied().collect();
        all.sort_by_key(Objective::name);
        all.dedup();
        all
    }
}

impl Function {
    /// Creates a function of `module` that has not been called.
    pub fn new(module: impl Into<Cow<'static, str>>, name: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: name.into(),
            module: module.into(),
            package: Cow::default(),
            file: Cow::default(),
            line: 0,
            calls: Cow::default(),
            objectives: Vec::new(),
            in_flight: None,
            cancelled: None,
            suppressed_events: None,
            collides: false,
        }
    }
}
