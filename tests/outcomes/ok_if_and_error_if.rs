//! `ok_if` and `error_if` with tests of the returned value or of its error, and the cases that they
//! leave to the type.

#[path = "../support/mod.rs"]
mod support;

use std::fmt::Display;

use autometrics::{ResultLabels, instrument_fn};
use support::endings;

#[derive(Clone, Debug, ResultLabels)]
enum LoadError {
    NotFound,
    #[label(result = "ok")]
    Cancelled,
    #[label(error = "store_failed")]
    Store,
    Unlabelled,
}

/// A value that may itself count as an error.
#[derive(ResultLabels)]
enum Page {
    Whole,
    #[label(result = "error")]
    Torn,
}

#[instrument_fn(error_if = |error: &LoadError| !matches!(error, LoadError::NotFound))]
fn closure_of_error(result: Result<Page, LoadError>) -> Result<Page, LoadError> {
    result
}

impl LoadError {
    fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound)
    }
}

#[instrument_fn(ok_if = LoadError::is_not_found)]
fn path_of_error(result: Result<u8, LoadError>) -> Result<u8, LoadError> {
    result
}

#[instrument_fn(ok_if = Result::is_ok)]
fn path_of_value(result: Result<u8, LoadError>) -> Result<u8, LoadError> {
    result
}

macro_rules! closure_of_value {
    ($test:expr) => {
        #[instrument_fn(error_if = $test)]
        fn closure_of_value(result: Result<u8, LoadError>) -> Result<u8, LoadError> {
            result
        }
    };
}

closure_of_value!(|result| result.as_ref().is_ok_and(|value| *value > 1));

#[instrument_fn(error_if = |result: &Result<_, u16>| result.as_ref().is_err_and(|code| *code >= 500))]
fn partly_typed(result: Result<u8, u16>) -> Result<u8, u16> {
    result
}

#[instrument_fn(ok_if = |result: &Result<Result<u8, ()>, ()>| matches!(result, Ok(Ok(_))))]
fn nested(result: Result<Result<u8, ()>, ()>) -> Result<Result<u8, ()>, ()> {
    result
}

#[instrument_fn(ok_if = one_of([404, 410]))]
fn made_test(result: Result<u8, u16>) -> Result<u8, u16> {
    result
}

fn one_of<const N: usize>(codes: [u16; N]) -> impl Fn(&u16) -> bool {
    move |code| codes.contains(code)
}

#[instrument_fn(error_if = |error: &E| error.to_string().is_empty())]
fn generic_test<T, E: Display>(result: Result<T, E>) -> Result<T, E> {
    result
}

#[test]
fn test_of_the_error_leaves_ok_values_to_the_type() {
    for result in [
        Ok(Page::Whole),
        Ok(Page::Torn),
        Err(LoadError::NotFound),
        Err(LoadError::Store),
        Err(LoadError::Cancelled),
        Err(LoadError::Unlabelled),
    ] {
        let _ = closure_of_error(result);
    }
    assert_eq!(
        endings("closure_of_error"),
        ["error", "error", "error", "ok", "ok", "store_failed"],
        "an error of which the test says so has its kind, if it has one"
    );
    for result in [Ok(1), Err(LoadError::NotFound), Err(LoadError::Store)] {
        let _ = path_of_error(result);
    }
    assert_eq!(endings("path_of_error"), ["ok", "ok", "store_failed"]);
    let _ = (made_test(Ok(1)), made_test(Err(404)), made_test(Err(500)));
    assert_eq!(endings("made_test"), ["error", "ok", "ok"]);
    let _ = (
        generic_test::<u8, _>(Err("")),
        generic_test::<u8, _>(Err("x")),
    );
    assert_eq!(endings("generic_test"), ["error", "ok"]);
}

#[test]
fn test_of_the_value_overrides_the_type() {
    for result in [
        Ok(1),
        Ok(2),
        Err(LoadError::Store),
        Err(LoadError::Cancelled),
    ] {
        let _ = path_of_value(result.clone());
        let _ = closure_of_value(result);
    }
    assert_eq!(
        endings("path_of_value"),
        ["error", "ok", "ok", "store_failed"]
    );
    assert_eq!(endings("closure_of_value"), ["error", "ok", "ok", "ok"]);
    let _ = (
        partly_typed(Err(500)),
        partly_typed(Err(404)),
        partly_typed(Ok(1)),
    );
    assert_eq!(endings("partly_typed"), ["error", "ok", "ok"]);
    let _ = (nested(Ok(Ok(1))), nested(Ok(Err(()))), nested(Err(())));
    assert_eq!(endings("nested"), ["error", "error", "ok"]);
}
