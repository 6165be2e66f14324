//! Calls by function and flow.

use std::borrow::Cow;

use autometrics_core::{FlowCalls, Snapshot};

use super::{
    History, Span,
    counted::{Flow, write},
    follow::nanos,
    series::{Rollup, Series},
    snapshot_reader::SnapshotReader,
};

/// Calls of one function in one flow.
#[derive(Debug)]
pub(crate) struct FlowCounts {
    /// Index in [`History::functions`](super::History::functions).
    pub(crate) function: usize,
    /// Name of the flow.
    pub(crate) name: Cow<'static, str>,
    /// Counts since the program began.
    total: Flow,
    series: Option<Series<[u64; 3]>>,
}

impl FlowCounts {
    /// Returns the counts in `span`.
    pub(crate) fn flow_in(&self, span: &Span) -> Flow {
        let sums = self.series.as_ref().map(|series| series.sums_in(span));
        sums.map_or(Flow::default(), Flow::of)
    }
}

impl SnapshotReader {
    /// Stores the counts of all flows; with `ends_coarse`, also their rise as a step of `history`.
    pub(super) fn read_flows(
        &self,
        history: &mut History,
        snapshot: &Snapshot,
        ends_coarse: Option<bool>,
    ) {
        let steps = history.steps;
        let mut seen = vec![false; history.flows.len()];
        for calls in &snapshot.flows {
            let Some(&function) = self.functions.get(calls.function) else {
                continue;
            };
            let next = history.flows.len();
            let key = (function, calls.flow.clone());
            let place = *history.by_flow.entry(key).or_insert(next);
            if place == next {
                history.flows.push(FlowCounts {
                    function,
                    name: calls.flow.clone(),
                    total: Flow::default(),
                    series: None,
                });
                seen.push(false);
            }
            let flow = &mut history.flows[place];
            let now = total(calls);
            if let Some(ends_coarse) = ends_coarse {
                let rise = now.since(flow.total);
                write(&mut flow.series, &rise, Rollup::Sum, ends_coarse, steps);
                seen[place] = true;
            }
            flow.total = now;
        }
        // Every series has the same steps.
        let Some(ends_coarse) = ends_coarse else {
            return;
        };
        for (flow, _) in history.flows.iter_mut().zip(seen).filter(|(_, seen)| !seen) {
            write(&mut flow.series, &[0; 3], Rollup::Sum, ends_coarse, steps);
        }
    }
}

fn total(calls: &FlowCalls) -> Flow {
    Flow {
        calls: calls.ok.saturating_add(calls.errors),
        errors: calls.errors,
        nanos: nanos(calls.seconds),
    }
}
