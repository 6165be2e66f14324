//! Kinds of errors are told apart within the cardinality limit, and no call is lost beyond.

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

/// The kinds that calls of `load` by no one may end with, and how often they did.
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

/// One test, as there is one limit in a process.
#[test]
fn kinds_are_told_apart_within_the_limit_and_counted_beyond() {
    Settings::new()
        .cardinality_limit(8)
        .apply()
        .expect("they are valid");
    // Before the first call there are series of zeros, for half of the room.
    let zeros = ["a", "b", "c", "d", "panic"].map(|kind| (kind.to_owned(), 0));
    assert_eq!(series(), zeros);
    let _ = load(Ok(()));
    assert_eq!(series(), zeros);

    // Then first come, first served; `panic` has its place in any case.
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

    // Other callers find no room for kinds, and lose no call.
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
