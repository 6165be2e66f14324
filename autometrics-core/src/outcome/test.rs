//! Tests of the user's, which decide instead of the type.

use super::Verdict;
use crate::cells::Kind;

/// What `ok_if` and `error_if` take: a function or closure over the returned
/// value, or over the error of a returned `Result`.
///
/// `On` tells the two apart, and is found by the compiler.
#[diagnostic::on_unimplemented(
    message = "this is no test of a `{R}`, nor of the error in it",
    label = "expected a function or closure from `&{R}`, or from a reference to its error, to `bool`"
)]
pub trait Test<R, On> {
    /// What the test says, or `None` when it is of an error and there is none.
    fn ask(self, returned: &R) -> Option<bool>;
}

/// A test of the whole value.
#[derive(Debug)]
pub enum OfValue {}

/// A test of the error in a `Result`.
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

/// How a value is counted of which the type says `by_type`, and which `test`
/// tests. `is_ok` is what `true` means.
#[inline]
pub fn judge<R, On>(
    returned: &R,
    test: impl Test<R, On>,
    is_ok: bool,
    by_type: Verdict,
) -> Verdict {
    let kind = match test.ask(returned) {
        None => by_type.kind,
        Some(answer) if answer == is_ok => Kind::OK,
        // An error of the kind that its type says.
        Some(_) => by_type.kind.or(Kind::ERROR),
    };
    Verdict { kind, ..by_type }
}

/// The same with a closure that does not say what it takes: the whole value.
#[inline]
pub fn judge_value<R>(
    returned: &R,
    test: impl FnOnce(&R) -> bool,
    is_ok: bool,
    by_type: Verdict,
) -> Verdict {
    judge::<R, OfValue>(returned, test, is_ok, by_type)
}
