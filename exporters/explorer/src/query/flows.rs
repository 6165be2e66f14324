//! API endpoint `flows`: what the program does on the outside, and the functions that it calls for it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    Head, View, Window,
    figures::{rate, ratio},
    sums::Sums,
};
use crate::history::{Flow, FlowCounts, History, Span};

/// All flows of the program.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Flows"))]
pub(crate) struct Answer<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    #[serde(flatten)]
    window: Window,
    /// `true` once a call was counted in a flow; `false` for a program that does not count flows.
    counted: bool,
    /// The flows seen since the program began, by name.
    flows: Vec<Row<'a>>,
}

/// A flow. Its calls are those of all functions in it.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Flow"))]
struct Row<'a> {
    /// Name of the flow: its route, or its outermost function; `__overflow__` for flows beyond the
    /// limit.
    name: &'a str,
    /// Calls since the program began.
    calls_total: u64,
    /// Calls per second.
    calls_per_second: f64,
    /// Calls per second that failed.
    errors_per_second: f64,
    /// The share of calls that failed, from 0 to 1; null without calls.
    error_ratio: Option<f64>,
    /// The functions with calls in the flow in the window, by id.
    functions: Vec<Reached<'a>>,
}

/// A function in a flow.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "FlowFunction"))]
struct Reached<'a> {
    /// Id of the function: `module::name`, opaque to clients.
    id: &'a str,
    /// Its calls in the flow, per second.
    calls_per_second: f64,
    /// These calls that failed, per second.
    errors_per_second: f64,
    /// The share of these calls that failed, from 0 to 1.
    error_ratio: Option<f64>,
    /// Their mean latency, in seconds.
    mean_seconds: Option<f64>,
    /// Their share of all calls of the function, from 0 to 1.
    share: f64,
}

/// A flow that a function serves, over a range.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct FunctionFlow<'a> {
    /// Name of the flow.
    name: &'a str,
    /// Calls of the function in the flow, per second.
    calls_per_second: f64,
    /// Their share of all calls of the function, from 0 to 1.
    share: f64,
    /// The share of these calls that failed, from 0 to 1.
    error_ratio: Option<f64>,
    /// Their mean latency, in seconds.
    mean_seconds: Option<f64>,
}

/// Returns all flows, with rates over the last `window` seconds.
pub(crate) fn flows<'a>(view: &View<'a>, window: u32) -> Answer<'a> {
    let history = view.history;
    let span = history.last(window.into());
    let sums = Sums::of(history, &span);
    let mut by_name: BTreeMap<&str, Vec<&FlowCounts>> = BTreeMap::new();
    for flow in &history.flows {
        by_name.entry(&flow.name).or_default().push(flow);
    }
    let flows = by_name.into_iter();
    Answer {
        head: view.head(),
        window: Window::of(window, &span),
        counted: !history.flows.is_empty(),
        flows: flows
            .map(|(name, parts)| row(history, &span, &sums, name, &parts))
            .collect(),
    }
}

fn row<'a>(
    history: &'a History,
    span: &Span,
    sums: &Sums,
    name: &'a str,
    parts: &[&'a FlowCounts],
) -> Row<'a> {
    let (mut all, mut total) = (Flow::default(), Flow::default());
    let mut functions = Vec::new();
    for part in parts {
        let flow = part.flow_in(span);
        all.add(flow);
        total.add(part.total);
        if flow.calls > 0 {
            functions.push(Reached {
                id: &history.functions[part.function].id,
                calls_per_second: rate(flow.calls, sums.covered),
                errors_per_second: rate(flow.errors, sums.covered),
                error_ratio: ratio(flow.errors, flow.calls),
                mean_seconds: mean(flow),
                share: share(flow, sums.functions[part.function]),
            });
        }
    }
    functions.sort_by_key(|function| function.id);
    Row {
        name,
        calls_total: total.calls,
        calls_per_second: rate(all.calls, sums.covered),
        errors_per_second: rate(all.errors, sums.covered),
        error_ratio: ratio(all.errors, all.calls),
        functions,
    }
}

/// Returns the flows in which the function with index `place` was called in `span`, by name.
/// `sums` are those of the same span.
pub(super) fn of_function<'a>(
    history: &'a History,
    place: usize,
    span: &Span,
    sums: &Sums,
) -> Vec<FunctionFlow<'a>> {
    let parts = history.flows.iter().filter(|flow| flow.function == place);
    let called = parts.map(|part| (part, part.flow_in(span)));
    let mut flows: Vec<_> = called
        .filter(|(_, flow)| flow.calls > 0)
        .map(|(part, flow)| FunctionFlow {
            name: &part.name,
            calls_per_second: rate(flow.calls, sums.covered),
            share: share(flow, sums.functions[place]),
            error_ratio: ratio(flow.errors, flow.calls),
            mean_seconds: mean(flow),
        })
        .collect();
    flows.sort_by_key(|flow| flow.name);
    flows
}

/// Returns the mean latency, in seconds; `None` without calls.
pub(super) fn mean(flow: Flow) -> Option<f64> {
    ratio(flow.nanos, flow.calls).map(|nanos| nanos / 1e9)
}

/// Returns the share of the calls of a function. Both are read from one snapshot, but not at one
/// moment, so that `part` may have a call more.
fn share(part: Flow, all: Flow) -> f64 {
    ratio(part.calls, all.calls).unwrap_or(0.0).min(1.0)
}
