//! The edges that the code tells of: what functions call, by its spelling.

use std::collections::BTreeSet;

use autometrics_core::Caller;
use autometrics_schema::calls::Index;

use super::{History, name::bare};

/// The edges of `history` that stand in the code, as places of caller and
/// callee.
///
/// A call that may mean several functions is an edge to those of them that were
/// seen to be called from there, as in `cargo autometrics graph`.
pub(crate) fn edges(history: &History) -> BTreeSet<(usize, usize)> {
    let names: Vec<(&str, &str)> = history
        .functions
        .iter()
        .map(|function| {
            let name = bare(&function.name, &function.file, function.line);
            (&*function.module, name)
        })
        .collect();
    let index = Index::new(names.iter().copied());
    let mut edges = BTreeSet::new();
    for (caller, function) in history.functions.iter().enumerate() {
        for call in function.calls.lines() {
            let callees = index.resolve(names[caller], call).candidates;
            let is_clear = callees.len() == 1;
            let meant = callees.into_iter().filter(|&callee| {
                is_clear || history.edge(callee, Caller::Function(caller)).is_some()
            });
            edges.extend(meant.map(|callee| (caller, callee)));
        }
    }
    edges
}
