//! Error kinds are distinguished up to the cardinality limit, and no call is lost beyond it.

#[path = "../support/mod.rs"]
mod support;

use std::thread;

use autometrics::{ResultLabels, Settings, instrument_fn, snapshot};
use support::{called_by, ended, everything};

macro_rules! kinds {
    ($($variant:ident $kind:literal),*) => {
        #[derive(Clone, Copy, ResultLabels)]
        enum LoadError {
            $(#[label(error = $kind)] $variant,)*
        }

        const ALL: &[(LoadError, &str)] = &[$((LoadError::$variant, $kind)),*];
    };
}

kinds!(A "a", B "b", C "c", D "d", E "e", F "f", G "g", H "h", I "i", J "j", Panic "panic");

#[instrument_fn]
fn load(result: Result<(), LoadError>) -> Result<(), LoadError> {
    result
}

#[instrument_fn]
fn first_caller(result: Result<(), LoadError>) {
    let _ = load(result);
}

#[instrument_fn]
fn second_caller(result: Result<(), LoadError>) {
    let _ = load(result);
}

/// Returns the error kinds of `load` without a caller, and their numbers of calls.
fn series() -> Vec<(String, u64)> {
    let snapshot = snapshot();
    let load = snapshot.functions.iter().position(|f| f.name == "load");
    snapshot
        .edges
        .iter()
        .filter(|edge| Some(edge.function) == load && edge.caller == autometrics::Caller::None)
        .filter_map(|edge| {
            let kind = edge.outcome.error()?.to_owned();
            Some((kind, edge.latency.count()))
        })
        .collect()
}

/// One test, because a process has one limit.
#[test]
fn distinguishes_error_kinds_up_to_the_limit_and_counts_overflow() {
    Settings::new()
        .cardinality_limit(8)
        .apply()
        .expect("they are valid");
    assert_eq!(series(), [("panic".to_owned(), 0)]);

    // After the first call, half of the error kinds that fit are exported with value 0.
    let _ = load(Ok(()));
    let zeros = ["a", "b", "c", "d", "panic"].map(|kind| (kind.to_owned(), 0));
    assert_eq!(series(), zeros);

    // Further kinds are accepted in order of their first call. `panic` always has its place.
    let fail = || {
        for &(error, _) in ALL {
            let _ = load(Err(error));
        }
    };
    fail();
    thread::spawn(fail).join().expect("no panic");
    let mut expected = ["a", "b", "c", "d", "e", "f", "g", "h", "panic"]
        .map(|kind| (kind.to_owned(), 2))
        .to_vec();
    expected.insert(0, ("__overflow__".to_owned(), 4));
    assert_eq!(series(), expected);
    assert_eq!(everything(), 23);

    // For other callers no kinds fit, and no call is lost.
    for &(error, _) in ALL {
        first_caller(Err(error));
        second_caller(Err(error));
    }
    assert_eq!(called_by("load", "first_caller"), 11);
    assert_eq!(called_by("load", "second_caller"), 11);
    assert_eq!(ended("load", "__overflow__"), 4 + 2 * 10);
    assert_eq!(ended("load", "panic"), 2 + 2);
    assert_eq!(everything(), 23 + 4 * 11);
}
