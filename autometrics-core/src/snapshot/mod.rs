//! Recorded calls as plain values, the only input of exporters.

mod edges;
mod families;
mod fine_buckets;
mod histogram;
mod identity;
mod judged;
mod merged;
mod order;
mod since;
mod sums;
mod take;
mod totals;

use std::{
    borrow::Cow,
    time::{Duration, SystemTime},
};

use slo_spec::Objective;

pub(crate) use self::edges::outcome;
pub use self::{
    families::{Buckets, Families, Family, Group, Label, Sample, Value},
    fine_buckets::{BucketSpan, FineBuckets, Quantile},
    histogram::Histogram,
    judged::{Judged, Sli},
    take::{service_name, snapshot},
};
use crate::{RemoteCaller, TraceContext};

/// Text that is usually a constant of the program, or an owned `String`, for example in a test.
pub type Text = Cow<'static, str>;

/// All functions, all edges of the call graph and their counts, at one moment.
///
/// [`snapshot`](crate::snapshot()) takes one of the running program. A test can build one:
///
/// ```
/// use autometrics_core::{Caller, Edge, Function, Histogram, Outcome, Snapshot};
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
    pub service_name: Text,
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
    /// Calls in a [trace](crate::Settings::trace_source) as examples of their buckets, sorted by
    /// function and bucket.
    pub exemplars: Vec<Exemplar>,
    /// `true` if latencies are also exported by caller.
    pub latency_by_caller: bool,
    /// Number of caller–callee pairs that are counted as [`Caller::Overflow`]; counted up to the
    /// cardinality limit.
    pub folded_edges: u64,
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
    pub name: Text,
    /// Module: `module_path!()` of the function.
    pub module: Text,
    /// Package in which the function was compiled; empty if cargo did not set it.
    pub package: Text,
    /// Source file: as passed to the compiler, or below `PACKAGE-VERSION` for a file outside of the
    /// workspace; empty if unknown.
    pub file: Text,
    /// Line of the function's name; 0 if unknown.
    pub line: u32,
    /// Callees in the body, as written there: one per line, sorted. `a::b` is a path, `.name` a
    /// method of any value, `self.name` a method of `self`.
    pub calls: Text,
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

/// Outcome of a call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// The call returned without an error.
    Ok,
    /// The call failed, with an error kind or without.
    Error(Option<Text>),
}

impl Outcome {
    /// The call panicked: an error with the error kind `panic`.
    pub const PANIC: Self = Self::Error(Some(Cow::Borrowed("panic")));

    /// Returns `true` if the call panicked: an error with the error kind `panic`.
    pub fn is_panic(&self) -> bool {
        *self == Self::PANIC
    }

    /// Returns the value of the label `result`: `ok` or `error`.
    pub fn result(&self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error(_) => "error",
        }
    }

    /// Returns the error kind, the value of the label `error`; `None` if there is none.
    pub fn error(&self) -> Option<&str> {
        match self {
            Self::Ok => None,
            Self::Error(kind) => kind.as_deref(),
        }
    }
}

/// The build of the program. Fields are empty if unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BuildInfo {
    /// Version of the program.
    pub version: Text,
    /// Commit of the build.
    pub commit: Text,
    /// Branch of the build.
    pub branch: Text,
    /// URL of the source repository.
    pub repository_url: Text,
    /// Provider of the repository, such as `github`, `gitlab` or `bitbucket`.
    pub repository_provider: Text,
}

impl BuildInfo {
    /// Creates a build description without values. [`build_info!`](crate::build_info!) creates one
    /// with the values that are known at compile time.
    ///
    /// ```
    /// use autometrics_core::BuildInfo;
    ///
    /// let build = BuildInfo::new()
    ///     .version("1.2.0")
    ///     .repository_url("https://user:token@example.com/shop");
    /// assert_eq!(build.repository_url, "https://example.com/shop");
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the version of the program.
    #[must_use]
    pub fn version(mut self, version: impl Into<Text>) -> Self {
        self.version = version.into();
        self
    }

    /// Sets the commit of the build.
    #[must_use]
    pub fn commit(mut self, commit: impl Into<Text>) -> Self {
        self.commit = commit.into();
        self
    }

    /// Sets the branch of the build.
    #[must_use]
    pub fn branch(mut self, branch: impl Into<Text>) -> Self {
        self.branch = branch.into();
        self
    }

    /// Sets the URL of the source repository. User and password in it are removed, because labels
    /// are public.
    #[must_use]
    pub fn repository_url(mut self, url: impl Into<Text>) -> Self {
        self.repository_url = identity::without_user(url.into());
        self
    }

    /// Sets the provider of the repository, such as `github`. If it is empty, as by default,
    /// snapshots of the program derive it from the host of the URL.
    #[must_use]
    pub fn repository_provider(mut self, provider: impl Into<Text>) -> Self {
        self.repository_provider = provider.into();
        self
    }
}

/// Returns the [`BuildInfo`] of the crate in which the macro is used, as known at compile time.
///
/// Version and repository come from the environment variables `AUTOMETRICS_VERSION` and
/// `AUTOMETRICS_REPOSITORY_URL` of the compiler, else from the crate's manifest. Commit and branch
/// come from `AUTOMETRICS_COMMIT` and `AUTOMETRICS_BRANCH`, else from `VERGEN_GIT_SHA` and
/// `VERGEN_GIT_BRANCH`, which crate `vergen` sets. Values that are not set are empty.
///
/// ```
/// let build = autometrics_core::build_info!();
/// assert_eq!(build.version, env!("CARGO_PKG_VERSION"));
/// ```
#[macro_export]
macro_rules! build_info {
    () => {{
        const fn first(candidates: [Option<&'static str>; 2]) -> &'static str {
            match candidates {
                [Some(value), _] | [None, Some(value)] => value,
                [None, None] => "",
            }
        }
        $crate::BuildInfo::new()
            .version(first([
                ::core::option_env!("AUTOMETRICS_VERSION"),
                ::core::option_env!("CARGO_PKG_VERSION"),
            ]))
            .commit(first([
                ::core::option_env!("AUTOMETRICS_COMMIT"),
                ::core::option_env!("VERGEN_GIT_SHA"),
            ]))
            .branch(first([
                ::core::option_env!("AUTOMETRICS_BRANCH"),
                ::core::option_env!("VERGEN_GIT_BRANCH"),
            ]))
            .repository_url(first([
                ::core::option_env!("AUTOMETRICS_REPOSITORY_URL"),
                ::core::option_env!("CARGO_PKG_REPOSITORY"),
            ]))
    }};
}

impl Snapshot {
    /// Creates a snapshot without functions, with the default bounds.
    pub fn new(service_name: impl Into<Text>) -> Self {
        Self {
            service_name: service_name.into(),
            started: None,
            build: BuildInfo::default(),
            bounds: autometrics_schema::DEFAULT_BUCKETS.to_vec(),
            functions: Vec::new(),
            edges: Vec::new(),
            exemplars: Vec::new(),
            latency_by_caller: false,
            folded_edges: 0,
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
    pub fn new(module: impl Into<Text>, name: impl Into<Text>) -> Self {
        Self {
            name: name.into(),
            module: module.into(),
            package: Text::default(),
            file: Text::default(),
            line: 0,
            calls: Text::default(),
            objectives: Vec::new(),
            in_flight: None,
            cancelled: None,
            suppressed_events: None,
            collides: false,
        }
    }
}
