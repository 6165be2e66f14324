//! Queries on snapshots for tests.
#![expect(dead_code, reason = "each test asks some of the questions")]

use autometrics::{Caller, Function, Snapshot, snapshot};

/// Returns the function with `name` in metrics.
#[track_caller]
pub(crate) fn function<'a>(snapshot: &'a Snapshot, name: &str) -> &'a Function {
    &snapshot.functions[position(snapshot, name)]
}

#[track_caller]
fn position(snapshot: &Snapshot, name: &str) -> usize {
    snapshot
        .functions
        .iter()
        .position(|function| function.name == name)
        .unwrap_or_else(|| panic!("no function called {name}"))
}

/// Returns the number of finished calls of `name`, with any caller and outcome.
#[track_caller]
pub(crate) fn total(name: &str) -> u64 {
    calls(name).iter().map(|(.., calls)| calls).sum()
}

/// Returns the number of finished calls of `name` with this `result` (`ok`, `error`, or the error
/// kind).
#[track_caller]
pub(crate) fn ended(name: &str, result: &str) -> u64 {
    calls(name)
        .iter()
        .filter(|(_, ended, _)| ended == result)
        .map(|(.., calls)| calls)
        .sum()
}

/// Returns the result of each finished call of `name`, sorted: `ok`, `error`, or the error kind.
#[track_caller]
pub(crate) fn endings(name: &str) -> Vec<String> {
    let mut endings: Vec<String> = calls(name)
        .into_iter()
        .flat_map(|(_, ended, calls)| (0..calls).map(move |_| ended.clone()))
        .collect();
    endings.sort_unstable();
    endings
}

/// Returns the error kinds with series of `name`, without `panic`.
#[track_caller]
pub(crate) fn kinds(name: &str) -> Vec<String> {
    let mut kinds: Vec<String> = calls(name).into_iter().map(|(_, ended, _)| ended).collect();
    kinds.retain(|kind| !["ok", "error", "panic"].contains(&kind.as_str()));
    kinds
}

/// Returns the number of finished calls of `name` by `caller`; `""` is no caller.
#[track_caller]
pub(crate) fn called_by(name: &str, caller: &str) -> u64 {
    calls(name)
        .iter()
        .filter(|(by, ..)| by == caller)
        .map(|(.., calls)| calls)
        .sum()
}

/// Returns the callers of `name`, without `""` for calls without a caller.
#[track_caller]
pub(crate) fn callers(name: &str) -> Vec<String> {
    let mut callers: Vec<_> = calls(name)
        .into_iter()
        .filter(|(by, _, calls)| !by.is_empty() && *calls > 0)
        .map(|(by, ..)| by)
        .collect();
    callers.dedup();
    callers
}

/// Returns caller, result and number of calls of each edge to `name`.
#[track_caller]
fn calls(name: &str) -> Vec<(String, String, u64)> {
    let snapshot = snapshot();
    let at = position(&snapshot, name);
    let caller = |caller| match caller {
        Caller::None => String::new(),
        Caller::Function(function) => snapshot.functions[function].name.to_string(),
        Caller::Remote(remote) => snapshot.remote_callers[remote].to_string(),
        Caller::Overflow => "__overflow__".to_owned(),
        other => format!("{other:?}"),
    };
    snapshot
        .edges
        .iter()
        .filter(|edge| edge.function == at)
        .map(|edge| {
            let ended = edge.outcome.error().unwrap_or(edge.outcome.result());
            (caller(edge.caller), ended.to_owned(), edge.latency.count())
        })
        .collect()
}

/// Returns the number of finished calls of all functions.
pub(crate) fn everything() -> u64 {
    snapshot()
        .edges
        .iter()
        .map(|edge| edge.latency.count())
        .sum()
}
