//! Call graph edges from source code: calls in a function's body, by their spelling.

use std::collections::BTreeSet;

use autometrics_core::Caller;
use autometrics_schema::calls::Index;

use super::{History, name::bare};

/// Returns the edges of `history` that occur in source code, as indexes of caller and callee.
///
/// A call whose spelling may mean several functions becomes an edge to those that were called from
/// there at run time, as in `cargo autometrics graph`.
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
