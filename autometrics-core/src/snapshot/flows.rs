//! Calls by function and flow.

use std::{borrow::Cow, collections::BTreeMap};

use super::{FlowCalls, Function, order::Order, sums::Sum};
use crate::{
    cells::{CallKind, NO_FLOW},
    flow::Flows,
};

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
