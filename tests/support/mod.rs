//! Asking a snapshot what a test wants to know.
#![expect(dead_code, reason = "each test asks some of the questions")]

use autometrics::{Caller, Function, Snapshot, snapshot};

/// The function called `name` in metrics.
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

/// Finished calls of `name`, whoever called and however they ended.
#[track_caller]
pub(crate) fn total(name: &str) -> u64 {
    calls(name).iter().map(|(.., calls)| calls).sum()
}

/// Finished calls of `name` with this `result` (`ok`, `error`, or the error's kind).
#[track_caller]
pub(crate) fn ended(name: &str, result: &str) -> u64 {
    calls(name)
        .iter()
        .filter(|(_, ended, _)| ended == result)
        .map(|(.., calls)| calls)
        .sum()
}

/// How the finished calls of `name` ended, one entry for each, sorted: `ok`,
/// `error`, or the error's kind.
#[track_caller]
pub(crate) fn endings(name: &str) -> Vec<String> {
    let mut endings: Vec<String> = calls(name)
        .into_iter()
        .flat_map(|(_, ended, calls)| (0..calls).map(move |_| ended.clone()))
        .collect();
    endings.sort_unstable();
    endings
}

/// The kinds of errors that `name` has series for, apart from panics.
#[track_caller]
pub(crate) fn kinds(name: &str) -> Vec<String> {
    let mut kinds: Vec<String> = calls(name).into_iter().map(|(_, ended, _)| ended).collect();
    kinds.retain(|kind| !["ok", "error", "panic"].contains(&kind.as_str()));
    kinds
}

/// Finished calls of `name` made by `caller` (`""`: by none).
#[track_caller]
pub(crate) fn called_by(name: &str, caller: &str) -> u64 {
    calls(name)
        .iter()
        .filter(|(by, ..)| by == caller)
        .map(|(.., calls)| calls)
        .sum()
}

/// Who called `name`, apart from no one.
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

/// Caller, result and count of each edge to `name`.
#[track_caller]
fn calls(name: &str) -> Vec<(String, String, u64)> {
    let snapshot = snapshot();
    let at = position(&snapshot, name);
    let caller = |caller| match caller {
        Caller::None => String::new(),
        Caller::Function(function) => snapshot.functions[function].name.to_string(),
        Caller::Remote(remote) => snapshot.remote_callers[remote].to_string(),
        Caller::Overflow => "__overflow__".to_owned(),
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

/// Finished calls of all functions.
pub(crate) fn everything() -> u64 {
    snapshot()
        .edges
        .iter()
        .map(|edge| edge.latency.count())
        .sum()
}
