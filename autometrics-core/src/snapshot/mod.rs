//! What was recorded, as plain values: all that an exporter ever sees.

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

use std::{borrow::Cow, time::SystemTime};

use slo_spec::Objective;

pub(crate) use self::edges::outcome;
pub use self::{
    families::{Buckets, Families, Family, Group, Label, Sample, Value},
    fine_buckets::{FineBuckets, Quantile, Span},
    histogram::Histogram,
    judged::{Judged, Sli},
    take::{service_name, snapshot},
};
use crate::{RemoteCaller, TraceContext};

/// Text that is usually a constant of the program, and may be made up in a test.
pub type Text = Cow<'static, str>;

/// Every function, every edge of the call graph and everything recorded of
/// them, at one moment.
///
/// [`snapshot`](crate::snapshot()) takes one. A test builds one by hand:
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
    /// The program, as `service_name` on every series.
    pub service_name: Text,
    /// When the program began to count; `None` when that is not known.
    pub started: Option<SystemTime>,
    /// Which build of it runs.
    pub build: BuildInfo,
    /// Upper bounds of the latency buckets in seconds, ascending, without +Inf.
    pub bounds: Vec<f64>,
    /// Functions, sorted by module, name, file and line.
    pub functions: Vec<Function>,
    /// Calls, sorted by function, caller and outcome. At least one `Ok`, one
    /// plain `Error`, (where panics unwind) one panic and one of each known kind
    /// of error per function, with zeros if need be.
    pub edges: Vec<Edge>,
    /// Calls that stand for others of their bucket, sorted by function and bucket:
    /// those that [a trace](crate::Settings::trace_source) shows.
    pub exemplars: Vec<Exemplar>,
    /// `true` if the latencies of each caller's calls are exported, too.
    pub latency_by_caller: bool,
    /// How many edges were folded into [`Caller::Overflow`].
    pub folded_edges: u64,
    /// Callers in other programs, in the order in which they were first seen.
    pub remote_callers: Vec<RemoteCaller>,
    /// How many calls said of their caller in another program what was not to be
    /// believed.
    pub refused_callers: u64,
}

/// A call that a trace shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exemplar {
    /// The function called: an index into [`Snapshot::functions`].
    pub function: usize,
    /// The bucket in which it was counted: an index into [`Snapshot::bounds`], or
    /// their number for the one above them.
    pub bucket: usize,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// When it ended.
    pub time: SystemTime,
    /// Which span shows it.
    pub trace: TraceContext,
}

/// A decorated function.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Function {
    /// `name` or `Type::name`. Where two functions of a module have the same
    /// name, each carries ` (file:line)` behind it.
    pub name: Text,
    /// `module_path!()` of the function.
    pub module: Text,
    /// The package that it was compiled in; empty when cargo did not say.
    pub package: Text,
    /// The source file: as the compiler was given it, or below `PACKAGE-VERSION` for a file
    /// outside of the workspace; empty when unknown.
    pub file: Text,
    /// The line of the function's name; 0 when unknown.
    pub line: u32,
    /// What its body calls, as written there: one per line, sorted. `a::b` is a
    /// path, `.name` a method of something, `self.name` one of `self`.
    pub calls: Text,
    /// The objectives that it belongs to, each once.
    pub objectives: Vec<Objective>,
    /// Calls in flight, when the function tracks them.
    pub in_flight: Option<u64>,
    /// Futures that were dropped after they began and before they finished, by
    /// the time that they had run, when its calls are futures.
    pub cancelled: Option<Histogram>,
    /// Events that the rate limit kept back, when the function has `events`.
    pub suppressed_events: Option<u64>,
    /// Whether another function has the same name and module.
    pub collides: bool,
}

/// The calls of one function by one caller with one outcome.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Edge {
    /// The function called: an index into [`Snapshot::functions`].
    pub function: usize,
    /// Who called it.
    pub caller: Caller,
    /// How the calls ended.
    pub outcome: Outcome,
    /// How many there were and how long they took.
    pub latency: Histogram,
    /// When they were first counted, which the series of the edge begins with; `None` for
    /// [`Snapshot::started`].
    pub created: Option<SystemTime>,
}

impl Edge {
    /// Returns an edge that was counted from the start.
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
pub enum Caller {
    /// None: the call came from code that is not instrumented.
    None,
    /// A function: an index into [`Snapshot::functions`].
    Function(usize),
    /// A function of another program: an index into [`Snapshot::remote_callers`].
    Remote(usize),
    /// One of the callers beyond the cardinality limit.
    Overflow,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It returned, and not with an error.
    Ok,
    /// It failed, in a way that has a name or not.
    Error(Option<Text>),
}

impl Outcome {
    /// It panicked.
    pub const PANIC: Self = Self::Error(Some(Cow::Borrowed("panic")));

    /// Returns the value of the label `result`.
    pub fn result(&self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error(_) => "error",
        }
    }

    /// Returns the kind of the error, if it has one.
    pub fn error(&self) -> Option<&str> {
        match self {
            Self::Ok => None,
            Self::Error(kind) => kind.as_deref(),
        }
    }
}

/// Which build of the program runs. Empty where unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BuildInfo {
    /// The program's version.
    pub version: Text,
    /// The commit that it was built from.
    pub commit: Text,
    /// The branch that it was built from.
    pub branch: Text,
    /// Where its source is.
    pub repository_url: Text,
    /// Who hosts the source: `github`, `gitlab`, `bitbucket`.
    pub repository_provider: Text,
}

impl BuildInfo {
    /// Returns what is known of a build; [`build_info!`](crate::build_info!) finds it. A user
    /// and password in the URL are dropped, as labels are public.
    pub fn new(
        version: impl Into<Text>,
        commit: impl Into<Text>,
        branch: impl Into<Text>,
        repository_url: impl Into<Text>,
    ) -> Self {
        Self {
            version: version.into(),
            commit: commit.into(),
            branch: branch.into(),
            repository_url: identity::without_user(repository_url.into()),
            repository_provider: Text::default(),
        }
    }
}

/// What the compiler was told of the crate in which this stands: a [`BuildInfo`].
///
/// The version and repository come from the crate's manifest. Commit and branch
/// come from `AUTOMETRICS_COMMIT` and `AUTOMETRICS_BRANCH`, else from what the
/// crate `vergen` sets (`VERGEN_GIT_SHA`, `VERGEN_GIT_BRANCH`), as they are when
/// the crate is compiled.
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
        $crate::BuildInfo::new(
            first([
                ::core::option_env!("AUTOMETRICS_VERSION"),
                ::core::option_env!("CARGO_PKG_VERSION"),
            ]),
            first([
                ::core::option_env!("AUTOMETRICS_COMMIT"),
                ::core::option_env!("VERGEN_GIT_SHA"),
            ]),
            first([
                ::core::option_env!("AUTOMETRICS_BRANCH"),
                ::core::option_env!("VERGEN_GIT_BRANCH"),
            ]),
            first([
                ::core::option_env!("AUTOMETRICS_REPOSITORY_URL"),
                ::core::option_env!("CARGO_PKG_REPOSITORY"),
            ]),
        )
    }};
}

impl Snapshot {
    /// A snapshot of a program in which nothing is instrumented.
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

    /// The objectives that functions belong to, by name, each once.
    pub fn objectives(&self) -> Vec<Objective> {
        let objectives = self.functions.iter().flat_map(|f| &f.objectives);
        let mut all: Vec<_> = objectives.copied().collect();
        all.sort_by_key(Objective::name);
        all.dedup();
        all
    }
}

impl Function {
    /// A function of `module` that was never called.
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
