//! Tests of the user (`ok_if`, `error_if`), which take precedence over the type.

use super::Verdict;
use crate::cells::CallKind;

/// Argument of `ok_if` and `error_if`: a function or closure from a reference to the returned
/// value, or to the error of a returned `Result`, to `bool`.
///
/// `On` distinguishes the two; the compiler infers it.
#[diagnostic::on_unimplemented(
    message = "`ok_if` and `error_if` need a function from `&{R}`, or from a reference to its error, to `bool`",
    label = "not a function or closure of such a type"
)]
pub trait Test<R, On> {
    /// Runs the test; returns `None` if it tests an error and the value is `Ok`.
    fn ask(self, returned: &R) -> Option<bool>;
}

/// Marks a test of the whole value.
#[derive(Debug)]
pub enum OfValue {}

/// Marks a test of the error in a `Result`.
#[derive(Debug)]
pub enum OfError {}

impl<R, F: FnOnce(&R) -> bool> Test<R, OfValue> for F {
    #[inline]
    fn ask(self, returned: &R) -> Option<bool> {
        Some(self(returned))
    }
}

impl<T, E, F: FnOnce(&E) -> bool> Test<Result<T, E>, OfError> for F {
    #[inline]
    fn ask(self, returned: &Result<T, E>) -> Option<bool> {
        returned.as_ref().err().map(self)
    }
}

/// Classifies a returned value by `test`. `is_ok` is the result of the test for calls that are ok.
/// The verdict of the type, `by_type`, holds if the test does not apply, and supplies the error
/// kind.
#[inline]
pub fn classify<R, On>(
    returned: &R,
    test: impl Test<R, On>,
    is_ok: bool,
    by_type: Verdict,
) -> Verdict {
    let kind = match test.ask(returned) {
        None => by_type.kind,
        Some(answer) if answer == is_ok => CallKind::OK,
        // An error, with the error kind that its type supplies.
        Some(_) => by_type.kind.or(CallKind::ERROR),
    };
    Verdict { kind, ..by_type }
}

/// Classifies as [`classify`] does, by a closure without a declared argument type: it takes the whole
/// value.
#[inline]
pub fn classify_value<R>(
    returned: &R,
    test: impl FnOnce(&R) -> bool,
    is_ok: bool,
    by_type: Verdict,
) -> Verdict {
    classify::<R, OfValue>(returned, test, is_ok, by_type)
}
