//! Calls of one side of a comparison: totals and slices by function and by edge.

use std::{collections::BTreeMap, fmt};

use super::cells::Cells;
use crate::calls::{Caller, Calls, Counts, Distribution, FunctionCalls, Name};

/// Caller of an edge, by its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallerName {
    /// Instrumented function of the observed programs.
    Function(Name),
    /// Function of another program: service and name.
    Remote(String, Name),
    /// Code that is not instrumented.
    Uninstrumented,
    /// One of the callers beyond the cardinality limit.
    Overflow,
}

/// Formats as a function, `service/function`, or a description in parentheses.
impl fmt::Display for CallerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Function(name) => name.fmt(f),
            Self::Remote(service, name) => write!(f, "{service}/{name}"),
            Self::Uninstrumented => f.write_str("(not instrumented)"),
            Self::Overflow => f.write_str("(beyond the cardinality limit)"),
        }
    }
}

/// Calls of a side.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// Observed time, in seconds.
    pub(super) seconds: f64,
    /// Length of each slice, in seconds.
    pub(super) slices: Vec<f64>,
    pub(super) functions: BTreeMap<Name, FunctionRow>,
    /// Edges by callee and caller.
    pub(super) edges: BTreeMap<(Name, CallerName), EdgeRow>,
}

/// Calls of a function.
#[derive(Clone, Debug, Default)]
pub(super) struct FunctionRow {
    pub(super) total: FunctionCalls,
    /// A value for each slice of the side.
    pub(super) slices: Vec<FunctionSlice>,
}

/// Calls of a function in a slice.
#[derive(Clone, Debug, Default)]
pub(super) struct FunctionSlice {
    pub(super) counts: Counts,
    pub(super) kinds: BTreeMap<String, f64>,
    pub(super) cells: Cells,
}

/// Calls of a function by one caller.
#[derive(Clone, Debug, Default)]
pub(super) struct EdgeRow {
    pub(super) counts: Counts,
    /// Latencies; without calls if they are not known per caller.
    pub(super) latencies: Distribution,
    /// Counts and latencies of each slice of the side.
    pub(super) slices: Vec<(Counts, Cells)>,
}

impl Table {
    pub(super) fn new(slices: &[Calls]) -> Self {
        let mut table = Self::default();
        for (at, slice) in slices.iter().enumerate() {
            table.seconds += slice.seconds;
            table.slices.push(slice.seconds);
            for function in &slice.functions {
                table.add_function(at, slices.len(), function);
            }
            for edge in &slice.edges {
                let name = |at: usize| slice.functions.get(at).map(|it| it.name.clone());
                let caller = match &edge.caller {
                    Caller::Function(at) => name(*at).map(CallerName::Function),
                    Caller::Remote(service, name) => {
                        Some(CallerName::Remote(service.clone(), name.clone()))
                    }
                    Caller::Uninstrumented => Some(CallerName::Uninstrumented),
                    Caller::Overflow => Some(CallerName::Overflow),
                };
                let Some(key) = name(edge.callee).zip(caller) else {
                    continue;
                };
                let row = table.edges.entry(key).or_default();
                row.slices.resize_with(slices.len(), Default::default);
                row.counts.add(edge.counts);
                row.slices[at].0.add(edge.counts);
                if let Some(latencies) = &edge.latencies {
                    row.latencies.merge(latencies);
                    row.slices[at].1.add_scaled(&Cells::new(latencies), 1.0);
                }
            }
        }
        table
    }

    fn add_function(&mut self, at: usize, slices: usize, function: &FunctionCalls) {
        let row = self.functions.entry(function.name.clone()).or_default();
        row.slices.resize_with(slices, Default::default);
        row.total.name = function.name.clone();
        row.total.counts.add(function.counts);
        row.total.latencies.merge(&function.latencies);
        let slice = &mut row.slices[at];
        slice.counts.add(function.counts);
        slice
            .cells
            .add_scaled(&Cells::new(&function.latencies), 1.0);
        for (kind, errors) in &function.kinds {
            *row.total.kinds.entry(kind.clone()).or_default() += errors;
            *slice.kinds.entry(kind.clone()).or_default() += errors;
        }
    }

    /// Returns the edges to a function.
    pub(super) fn callers<'a>(
        &'a self,
        callee: &'a Name,
    ) -> impl Iterator<Item = (&'a CallerName, &'a EdgeRow)> {
        let first = (callee.clone(), CallerName::Function(Name::default()));
        self.edges
            .range(first..)
            .take_while(move |((name, _), _)| name == callee)
            .map(|((_, caller), row)| (caller, row))
    }

    /// Returns the number of calls of a function.
    pub(super) fn calls(&self, name: &Name) -> f64 {
        self.functions
            .get(name)
            .map_or(0.0, |row| row.total.counts.calls)
    }

    /// Returns the number of calls by code that is not instrumented, or in other programs, without
    /// those of `but`.
    pub(super) fn outer_calls(&self, but: &Name) -> f64 {
        let outer = self.edges.iter().filter(|((callee, caller), _)| {
            callee != but && !matches!(caller, CallerName::Function(_))
        });
        outer.map(|(_, row)| row.counts.calls).sum()
    }
}

impl FunctionRow {
    /// Returns the latencies of all slices.
    pub(super) fn cells(&self) -> Vec<Cells> {
        self.slices
            .iter()
            .map(|slice| slice.cells.clone())
            .collect()
    }
}

impl EdgeRow {
    pub(super) fn cells(&self) -> Vec<Cells> {
        self.slices.iter().map(|slice| slice.1.clone()).collect()
    }
}
