//! Observed calls of a program, or of a fleet of programs, in a span of time.

mod distribution;

use std::{collections::BTreeMap, fmt};

pub use self::distribution::{Bucket, Distribution};

/// Observed calls in a span of time.
///
/// Counts are `f64`: those of a program are whole numbers, and those of Prometheus are estimated
/// from the rates of its samples.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calls {
    /// Part of the span with observations, in seconds.
    pub seconds: f64,
    /// Functions that were called, sorted by name.
    pub functions: Vec<FunctionCalls>,
    /// Calls by caller and callee. Callee and caller are indexes in `functions`.
    pub edges: Vec<EdgeCalls>,
    /// Calls by function and flow; empty if the program does not count flows.
    pub flows: Vec<FlowCalls>,
}

/// Module and name of a function, as in the labels `module` and `function`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name {
    /// Module of the function.
    pub module: String,
    /// `name` or `Type::name`, with ` (file:line)` if another function has the same name.
    pub function: String,
}

/// Number of calls, number of failed calls, and the time that calls took.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    /// Number of finished calls.
    pub calls: f64,
    /// Number of calls among them that failed.
    pub errors: f64,
    /// Sum of their latencies, in seconds.
    pub seconds: f64,
}

/// Calls of one function.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FunctionCalls {
    /// Name of the function.
    pub name: Name,
    /// Counts of all of its calls.
    pub counts: Counts,
    /// Number of errors by error kind. Errors without a kind have the empty name.
    pub kinds: BTreeMap<String, f64>,
    /// Latencies of its calls.
    pub latencies: Distribution,
}

/// Calls of one function by one caller.
#[derive(Clone, Debug, PartialEq)]
pub struct EdgeCalls {
    /// Caller, or the reason for which it is unknown.
    pub caller: Caller,
    /// Index of the callee in [`Calls::functions`].
    pub callee: usize,
    /// Counts of the calls.
    pub counts: Counts,
    /// Latencies of the calls; `None` if they are not known per caller.
    pub latencies: Option<Distribution>,
}

/// Caller of an edge.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caller {
    /// Instrumented function, as its index in [`Calls::functions`].
    Function(usize),
    /// Function of another program: service and name.
    Remote(String, Name),
    /// Code that is not instrumented.
    Uninstrumented,
    /// One of the callers beyond the cardinality limit.
    Overflow,
}

/// Calls of one function in one flow.
#[derive(Clone, Debug, PartialEq)]
pub struct FlowCalls {
    /// Index of the function in [`Calls::functions`].
    pub function: usize,
    /// Name of the flow: its route, or its outermost function.
    pub flow: String,
    /// Counts of the calls.
    pub counts: Counts,
}

impl Name {
    /// Creates a name.
    pub fn new(module: impl Into<String>, function: impl Into<String>) -> Self {
        Self {
            module: module.into(),
            function: function.into(),
        }
    }
}

/// Formats as `shop::checkout::place_order`.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.module.is_empty() {
            write!(f, "{}::", self.module)?;
        }
        f.write_str(&self.function)
    }
}

impl Counts {
    /// Adds other counts.
    pub fn add(&mut self, other: Self) {
        self.calls += other.calls;
        self.errors += other.errors;
        self.seconds += other.seconds;
    }

    /// Returns the share of calls that failed, from 0 to 1; `None` without calls.
    pub fn error_ratio(self) -> Option<f64> {
        (self.calls > 0.0).then(|| self.errors / self.calls)
    }

    /// Returns the mean latency in seconds; `None` without calls.
    pub fn mean_seconds(self) -> Option<f64> {
        (self.calls > 0.0).then(|| self.seconds / self.calls)
    }
}

impl Calls {
    /// Returns the index of a function.
    pub fn find(&self, name: &Name) -> Option<usize> {
        let found = self.functions.binary_search_by(|it| it.name.cmp(name));
        found.ok()
    }

    /// Returns the number of calls of a function, or 0 if it was not called.
    pub fn counts(&self, name: &Name) -> Counts {
        let function = self.find(name).map(|at| &self.functions[at]);
        function.map_or_else(Counts::default, |function| function.counts)
    }

    /// Sorts the functions by name, and adapts the indexes of edges and flows.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        let mut order: Vec<usize> = (0..self.functions.len()).collect();
        order.sort_by(|&a, &b| self.functions[a].name.cmp(&self.functions[b].name));
        let mut places = vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            places[old] = new;
        }
        for edge in &mut self.edges {
            edge.callee = places[edge.callee];
            if let Caller::Function(caller) = &mut edge.caller {
                *caller = places[*caller];
            }
        }
        for flow in &mut self.flows {
            flow.function = places[flow.function];
        }
        self.functions
            .sort_by(|one, other| one.name.cmp(&other.name));
        self.edges
            .sort_by(|a, b| (a.callee, &a.caller).cmp(&(b.callee, &b.caller)));
        self.flows
            .sort_by(|a, b| (a.function, &a.flow).cmp(&(b.function, &b.flow)));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::{Caller, Calls, Counts, EdgeCalls, FunctionCalls, Name};

    #[test]
    fn sorting_keeps_callers_and_callees() {
        let function = |name| FunctionCalls {
            name: Name::new("m", name),
            ..FunctionCalls::default()
        };
        let calls = Calls {
            functions: vec![function("b"), function("a")],
            edges: vec![EdgeCalls {
                caller: Caller::Function(0),
                callee: 1,
                counts: Counts::default(),
                latencies: None,
            }],
            ..Calls::default()
        };
        let sorted = calls.sorted();
        assert_eq!(sorted.find(&Name::new("m", "b")), Some(1));
        assert_eq!(sorted.edges[0].caller, Caller::Function(1));
        assert_eq!(sorted.edges[0].callee, 0);
    }
}
