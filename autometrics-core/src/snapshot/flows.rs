//! Calls by function and flow.

use std::{borrow::Cow, collections::BTreeMap, time::SystemTime};

use super::{Function, order::Order, sums::Sum};
use crate::{
    cells::{CallKind, NO_FLOW},
    flow::Flows,
};

/// The calls of one function in one flow, by all callers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FlowCalls {
    /// Index of the function in [`Snapshot::functions`](crate::Snapshot::functions).
    pub function: usize,
    /// Name of the flow: the name from [`CurrentCall::in_flow`](crate::CurrentCall::in_flow), or
    /// module and name of the outermost instrumented function; `__overflow__` for flows beyond the
    /// limit.
    pub flow: Cow<'static, str>,
    /// Number of calls that returned without an error.
    pub ok: u64,
    /// Number of calls that failed.
    pub errors: u64,
    /// Sum of the latencies of all of these calls, in seconds.
    pub seconds: f64,
    /// Time when the first of these calls was counted; `None` for
    /// [`Snapshot::started`](crate::Snapshot::started).
    pub created: Option<SystemTime>,
}

impl FlowCalls {
    /// Creates the calls of a function in a flow, with all counts zero.
    pub fn new(function: usize, flow: impl Into<Cow<'static, str>>) -> Self {
        Self {
            function,
            flow: flow.into(),
            ok: 0,
            errors: 0,
            seconds: 0.0,
            created: None,
        }
    }

    /// Adds the calls of the same function and flow.
    pub(super) fn add(&mut self, other: &Self) {
        self.ok = self.ok.saturating_add(other.ok);
        self.errors = self.errors.saturating_add(other.errors);
        self.seconds += other.seconds;
        self.created = [self.created, other.created].into_iter().flatten().min();
    }

    /// Subtracts earlier counts of the same calls.
    pub(super) fn subtract(&mut self, base: &Self) {
        self.ok = self.ok.saturating_sub(base.ok);
        self.errors = self.errors.saturating_sub(base.errors);
        self.seconds = (self.seconds - base.seconds).max(0.0);
    }
}

/// Returns the calls by function and flow, sorted.
pub(super) fn sorted(
    functions: &[Function],
    order: &Order,
    flows: &Flows,
    sums: &[Sum],
) -> Vec<FlowCalls> {
    if !flows.are_counted() {
        return Vec::new();
    }
    let name = |id: u32| {
        let function = functions.get(order.place(id)?)?;
        Some(format!("{}::{}", function.module, function.name))
    };
    let mut names: BTreeMap<u8, Cow<'static, str>> = BTreeMap::new();
    let mut all: BTreeMap<(usize, u8), FlowCalls> = BTreeMap::new();
    for sum in sums {
        let (flow, kind) = (sum.key.flow(), sum.key.kind());
        let Some(function) = order.place(sum.key.callee()) else {
            continue;
        };
        if flow == NO_FLOW || !kind.is_finished() {
            continue;
        }
        let calls = all.entry((function, flow)).or_insert_with(|| {
            let name = names.entry(flow).or_insert_with(|| {
                let known = flows.name(flow);
                known.map_or_else(String::new, |it| it.format(name)).into()
            });
            FlowCalls::new(function, name.clone())
        });
        let count = sum.latency.count();
        let (ok, errors) = if kind == CallKind::OK {
            (count, 0)
        } else {
            (0, count)
        };
        calls.add(&FlowCalls {
            ok,
            errors,
            seconds: sum.latency.sum(),
            created: sum.created,
            ..FlowCalls::new(function, "")
        });
    }
    let mut all: Vec<_> = all.into_values().collect();
    all.sort_by(|one, other| (one.function, &one.flow).cmp(&(other.function, &other.flow)));
    all
}
