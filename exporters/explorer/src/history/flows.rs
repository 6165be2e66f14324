//! Calls by function and flow.

use autometrics_core::{FlowCalls, Snapshot};

use super::{
    History,
    counted::{Flow, FlowCounts, nanos, write},
    series::Rollup,
    snapshot_reader::SnapshotReader,
};

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
