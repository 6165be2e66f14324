//! The history's counts as observed calls, the model in which questions about them are answered.

use std::collections::BTreeMap;

use autometrics_context::calls::{
    Bucket, Caller, Calls, Counts, Distribution, EdgeCalls, FlowCalls, FunctionCalls, Name,
};
use autometrics_core::{self as core, FineBuckets};

use crate::history::{Flow, Function, History, Span, float};

/// Returns the calls in `span`. The latencies of edges are those of `of_edges`.
pub(crate) fn calls(history: &History, span: &Span, of_edges: Option<&Span>) -> Calls {
    let flows: Vec<_> = history
        .edges
        .iter()
        .map(|edge| edge.flow_in(span))
        .collect();
    let mut functions: Vec<_> = history
        .functions
        .iter()
        .map(|function| FunctionCalls {
            name: name(function),
            counts: Counts::default(),
            kinds: kinds(function, span),
            latencies: distribution(&function.latencies_in(span)),
        })
        .collect();
    let edges = history.edges.iter().zip(flows).enumerate();
    let edges = edges.map(|(place, (edge, flow))| {
        let counts = counts(flow);
        functions[edge.callee].counts.add(counts);
        EdgeCalls {
            caller: match edge.caller {
                core::Caller::Function(caller) => Caller::Function(caller),
                core::Caller::Overflow => Caller::Overflow,
                _ => Caller::Uninstrumented,
            },
            callee: edge.callee,
            counts,
            latencies: of_edges.map(|span| distribution(&history.latencies_of_edge(place, span))),
        }
    });
    let edges = edges.collect();
    let of_flows = history.flows.iter().map(|flow| FlowCalls {
        function: flow.function,
        flow: flow.name.clone().into_owned(),
        counts: counts(flow.flow_in(span)),
    });
    let calls = Calls {
        seconds: span.seconds,
        functions,
        edges,
        flows: of_flows.collect(),
    };
    calls.sorted()
}

/// Returns the name of a function.
pub(crate) fn name(function: &Function) -> Name {
    Name::new(&*function.module, &*function.name)
}

fn kinds(function: &Function, span: &Span) -> BTreeMap<String, f64> {
    let kinds = function.kinds.iter();
    let counted = kinds.map(|kind| (kind.name.clone().into_owned(), float(kind.errors_in(span))));
    counted.filter(|(_, errors)| *errors > 0.0).collect()
}

fn counts(flow: Flow) -> Counts {
    Counts {
        calls: float(flow.calls),
        errors: float(flow.errors),
        seconds: float(flow.nanos) / 1e9,
    }
}

fn distribution(latencies: &FineBuckets) -> Distribution {
    let zero = Bucket {
        lower: 0.0,
        upper: FineBuckets::ZERO_THRESHOLD,
        calls: float(latencies.zero()),
    };
    let fine = latencies.iter().map(|(bucket, calls)| Bucket {
        lower: FineBuckets::upper(bucket.saturating_sub(1)),
        upper: FineBuckets::upper(bucket),
        calls: float(calls),
    });
    Distribution::new(fine.chain([zero]))
}
