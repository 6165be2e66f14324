//! Result of a comparison.

use super::{
    mix::MixChange,
    table::CallerName,
    verdict::{Finding, Verdict, worst},
};
use crate::calls::{Counts, Distribution, FunctionCalls, Name};

/// Result of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Observed time before and after, in seconds.
    pub seconds: [f64; 2],
    /// Number of slices of time before and after.
    pub slices: [usize; 2],
    /// Number of statistical tests.
    pub tests: usize,
    /// Factor by which the latency of all functions changed; `None` with fewer than eight functions
    /// with many calls. At most 5 % of it is taken off.
    pub drift: Option<f64>,
    /// Compared functions: changed ones first, causes before their callers.
    pub functions: Vec<FunctionChange>,
    /// Compared edges: changed ones first.
    pub edges: Vec<EdgeChange>,
    /// Limits of the comparison, such as missing slices.
    pub notes: Vec<String>,
}

/// Change of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionChange {
    /// Calls before; without calls if there were none.
    pub before: FunctionCalls,
    /// Calls after; without calls if there were none.
    pub after: FunctionCalls,
    /// Caller whose share of the calls changed most, if one changed by more than 5 percentage points.
    pub mix: Option<MixChange>,
    /// Answers, at least one.
    pub findings: Vec<Finding>,
    /// Callees with the same verdict, which explain it.
    pub because_of: Vec<Name>,
}

/// Change of the calls of a function by one caller.
#[derive(Clone, Debug, PartialEq)]
pub struct EdgeChange {
    /// The function, or other code, that makes the calls.
    pub caller: CallerName,
    /// The function that is called.
    pub callee: Name,
    /// Counts before and after.
    pub counts: [Counts; 2],
    /// Latencies before and after; without calls if they are not known per caller.
    pub latencies: [Distribution; 2],
    /// Answers; empty if no question applies.
    pub findings: Vec<Finding>,
}

impl FunctionChange {
    /// Returns the name of the function.
    pub fn name(&self) -> &Name {
        &self.before.name
    }

    /// Returns the most important verdict.
    pub fn verdict(&self) -> Verdict {
        worst(&self.findings)
    }
}

impl EdgeChange {
    /// Returns the most important verdict.
    pub fn verdict(&self) -> Verdict {
        worst(&self.findings)
    }
}

impl Comparison {
    /// Returns `true` if a function is lost, slower, fails more often or with a new error kind.
    pub fn is_bad(&self) -> bool {
        self.functions.iter().any(|it| it.verdict().is_bad())
    }

    /// Returns `true` if there were enough data for a verdict about at least one function.
    pub fn is_decided(&self) -> bool {
        let mut findings = self.functions.iter().flat_map(|it| &it.findings);
        findings.any(|finding| finding.verdict.is_decided())
    }

    /// Returns the result in one sentence.
    pub fn summary(&self) -> String {
        let bad = self.functions.iter().filter(|it| it.verdict().is_bad());
        let bad: Vec<_> = bad
            .map(|it| format!("`{}`: {}", it.name(), it.verdict()))
            .collect();
        let changed = self.functions.iter().filter(|it| it.verdict().is_change());
        let counted = |count: usize, what: &str| format!("{count} {what}");
        match &bad[..] {
            [] if !self.is_decided() => {
                "too little data for a verdict about any function".to_owned()
            }
            [] => format!(
                "nothing is worse; {}, {}, {}",
                counted(changed.count(), "changed"),
                counted(self.count(Verdict::Unchanged), "unchanged"),
                counted(self.count(Verdict::Undecided), "undecided")
            ),
            [one] => one.clone(),
            [first, rest @ ..] => format!("{first} (and {} more)", rest.len()),
        }
    }

    /// Returns the number of functions with a verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        let functions = self.functions.iter();
        functions.filter(|it| it.verdict() == verdict).count()
    }
}
