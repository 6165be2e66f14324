//! API endpoint `graph`: the call graph, with edges seen at run time and edges in source code.

use std::collections::BTreeSet;

use autometrics_core::Caller;
use serde::Serialize;
use slo_spec::Objective;

use super::{
    Head, View, Window,
    figures::{Quantiles, rate, ratio},
    sums::Sums,
};
use crate::history::{Flow, History, Span, code};

/// The call graph.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Graph<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    #[serde(flatten)]
    window: Window,
    /// The functions, by id.
    nodes: Vec<Node<'a>>,
    /// The edges, by caller and callee.
    edges: Vec<Edge<'a>>,
}

/// A function in the graph.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Node<'a> {
    /// Id of the function: `module::name`, opaque to clients.
    id: &'a str,
    /// Module of the function.
    module: &'a str,
    /// Its name in the module.
    name: &'a str,
    /// Names of the function's objectives.
    objectives: Vec<&'static str>,
    /// `true` if a call has ended since the program began.
    called: bool,
    /// Calls per second in the window.
    calls_per_second: f64,
    /// The share of calls that failed, from 0 to 1; null without calls.
    error_ratio: Option<f64>,
    /// 95th percentile of the latency, in seconds, at most 4.5 % off; null without calls.
    p95_seconds: Option<f64>,
}

/// Calls of one function by another. The time that the percentiles cover is exact to 5 s for the
/// last 10 s to 5 minutes, and to 150 s for more.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Edge<'a> {
    /// Id of the caller; null if the caller is not an instrumented function, see `overflow`.
    caller: Option<&'a str>,
    /// `true` for callers beyond the cardinality limit; otherwise a caller of null is code that is
    /// not instrumented.
    overflow: bool,
    /// Id of the callee: `module::name`, opaque to clients.
    callee: &'a str,
    /// `true` if there was such a call since the program began.
    seen: bool,
    /// `true` if the caller's body names the callee, judged by spelling.
    in_code: bool,
    /// Calls since the program began.
    calls_total: u64,
    /// Calls per second in the window.
    calls_per_second: f64,
    /// Calls per second in the window that failed.
    errors_per_second: f64,
    /// The share of calls in the window that failed, from 0 to 1; null without calls.
    error_ratio: Option<f64>,
    /// The mean latency in the window, in seconds; null without calls.
    mean_seconds: Option<f64>,
    #[serde(flatten)]
    quantiles: Quantiles,
}

/// Returns the call graph, with rates and latencies over the last `window` seconds.
pub(crate) fn graph<'a>(view: &View<'a>, window: u32) -> Graph<'a> {
    let history = view.history;
    let span = history.last(window.into());
    let sums = Sums::of(history, &span);
    let places = history.functions.iter().enumerate();
    let nodes = places.map(|(place, function)| {
        let flow = sums.functions[place];
        Node {
            id: &function.id,
            module: &function.module,
            name: &function.name,
            objectives: function.objectives.iter().map(Objective::name).collect(),
            called: function.called,
            calls_per_second: rate(flow.calls, sums.covered),
            error_ratio: ratio(flow.errors, flow.calls),
            p95_seconds: Quantiles::of(&function.latencies_in(&span)).p95_seconds,
        }
    });
    let mut nodes: Vec<_> = nodes.collect();
    nodes.sort_by_key(|node| node.id);
    Graph {
        head: view.head(),
        window: Window::of(window, &span),
        nodes,
        edges: edges(history, &sums, &history.span_of_edges(0.0, window.into())),
    }
}

fn edges<'a>(history: &'a History, sums: &Sums, span: &Span) -> Vec<Edge<'a>> {
    let mut in_code: BTreeSet<(usize, usize)> = code::edges(history);
    let mut edges: Vec<_> = history
        .edges
        .iter()
        .zip(&sums.edges)
        .enumerate()
        .map(|(place, (edge, &flow))| {
            let is_in_code = match edge.caller {
                Caller::Function(caller) => in_code.remove(&(caller, edge.callee)),
                _ => false,
            };
            Edge {
                seen: true,
                in_code: is_in_code,
                calls_total: edge.total.calls,
                quantiles: Quantiles::of(&history.latencies_of_edge(place, span)),
                ..Edge::new(history, edge.caller, edge.callee, flow, sums.covered)
            }
        })
        .collect();
    let only_in_code = in_code.into_iter().map(|(caller, callee)| Edge {
        in_code: true,
        ..Edge::new(
            history,
            Caller::Function(caller),
            callee,
            Flow::default(),
            sums.covered,
        )
    });
    edges.extend(only_in_code);
    edges.sort_by_key(|edge| (edge.caller, edge.overflow, edge.callee));
    edges
}

impl<'a> Edge<'a> {
    fn new(history: &'a History, caller: Caller, callee: usize, flow: Flow, covered: f64) -> Self {
        let caller_id = match caller {
            Caller::Function(caller) => Some(&*history.functions[caller].id),
            _ => None,
        };
        Self {
            caller: caller_id,
            overflow: caller == Caller::Overflow,
            callee: &history.functions[callee].id,
            seen: false,
            in_code: false,
            calls_total: 0,
            calls_per_second: rate(flow.calls, covered),
            errors_per_second: rate(flow.errors, covered),
            error_ratio: ratio(flow.errors, flow.calls),
            mean_seconds: ratio(flow.nanos, flow.calls).map(|nanos| nanos / 1e9),
            quantiles: Quantiles::default(),
        }
    }
}
