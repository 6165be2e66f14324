//! Classification of a returned value by its type.
//!
//! Method resolution selects the implementation, because it sees types where a macro sees only
//! their names. It takes the first match of: inherent methods, methods of traits that take `self`,
//! methods of traits that take `&self`. A generic function cannot do the same, as it knows a type
//! only by its bounds.
//!
//! Methods that are found this way have a prefix in their names, because a trait in the user's
//! scope might have a method with the same name.

use std::{convert::Infallible, ops::ControlFlow, task::Poll};

use super::{
    ResultLabels,
    verdict::{HalfVerdict, WithLabels, WithoutLabels},
};
use crate::cells::CallKind;

/// A returned value, to be split into success and failure. `None` if only the type matters.
#[derive(Debug)]
pub struct Returned<'a, T>(pub Option<&'a T>);

/// The success half of a returned value; `None` if the call failed.
#[derive(Debug)]
pub struct Value<'a, T>(Option<&'a T>);

/// The failure half of a returned value; `None` if the call succeeded.
#[derive(Debug)]
pub struct Failure<'a, E>(Option<&'a E>);

type Split<'a, T, E> = (Value<'a, T>, Failure<'a, E>);

// These functions are compiled for the type of every instrumented function, so there are few of
// them and no closures.

#[inline]
fn value<T, E>(value: &T) -> Split<'_, T, E> {
    (Value(Some(value)), Failure(None))
}

#[inline]
fn failure<T, E>(error: &E) -> Split<'_, T, E> {
    (Value(None), Failure(Some(error)))
}

#[inline]
fn nothing<'a, T, E>() -> Split<'a, T, E> {
    (Value(None), Failure(None))
}

impl<'a, T, E> Returned<'a, Result<T, E>> {
    /// Splits into `Ok` (success) and `Err` (failure).
    #[inline]
    pub fn __autometrics_split(self) -> Split<'a, T, E> {
        match self.0 {
            Some(Ok(it)) => value(it),
            Some(Err(it)) => failure(it),
            None => nothing(),
        }
    }
}

impl<'a, B, C> Returned<'a, ControlFlow<B, C>> {
    /// Splits into `Continue` (success) and `Break` (failure, because `?` returns early with it).
    #[inline]
    pub fn __autometrics_split(self) -> Split<'a, C, B> {
        match self.0 {
            Some(ControlFlow::Continue(it)) => value(it),
            Some(ControlFlow::Break(it)) => failure(it),
            None => nothing(),
        }
    }
}

impl<'a, T, E> Returned<'a, Poll<Result<T, E>>> {
    /// Splits the result that is ready; both halves are empty for `Pending`.
    #[inline]
    pub fn __autometrics_split(self) -> Split<'a, T, E> {
        match self.0 {
            Some(Poll::Ready(Ok(it))) => value(it),
            Some(Poll::Ready(Err(it))) => failure(it),
            _ => nothing(),
        }
    }
}

impl<'a, T, E> Returned<'a, Poll<Option<Result<T, E>>>> {
    /// Splits the item of a stream; both halves are empty for `Pending` and at the end.
    #[inline]
    pub fn __autometrics_split(self) -> Split<'a, T, E> {
        match self.0 {
            Some(Poll::Ready(Some(Ok(it)))) => value(it),
            Some(Poll::Ready(Some(Err(it)))) => failure(it),
            _ => nothing(),
        }
    }
}

impl<'a, B, C> Returned<'a, Poll<ControlFlow<B, C>>> {
    /// Splits the control flow that is ready; both halves are empty for `Pending`.
    #[inline]
    pub fn __autometrics_split(self) -> Split<'a, C, B> {
        match self.0 {
            Some(Poll::Ready(ControlFlow::Continue(it))) => value(it),
            Some(Poll::Ready(ControlFlow::Break(it))) => failure(it),
            _ => nothing(),
        }
    }
}

/// Method for a `Poll` of other types.
pub trait Ready<'a, T> {
    /// Returns the value that is ready as a success; both halves are empty for `Pending`.
    fn __autometrics_split(self) -> Split<'a, T, Infallible>;
}

impl<'a, T> Ready<'a, T> for Returned<'a, Poll<T>> {
    #[inline]
    fn __autometrics_split(self) -> Split<'a, T, Infallible> {
        match self.0 {
            Some(Poll::Ready(it)) => value(it),
            _ => nothing(),
        }
    }
}

/// Method for all other types.
pub trait Otherwise<'a, T> {
    /// Returns the value as a success.
    fn __autometrics_split(&self) -> Split<'a, T, Infallible>;
}

impl<'a, T> Otherwise<'a, T> for Returned<'a, T> {
    #[inline]
    fn __autometrics_split(&self) -> Split<'a, T, Infallible> {
        (Value(self.0), Failure(None))
    }
}

impl<'a, T> Value<'a, T> {
    /// Returns the value.
    #[inline]
    pub fn get(&self) -> Option<&'a T> {
        self.0
    }
}

impl<'a, E> Failure<'a, E> {
    /// Returns the error.
    #[inline]
    pub fn get(&self) -> Option<&'a E> {
        self.0
    }
}

impl<'a, T: ResultLabels> Value<'a, T> {
    /// Classifies the value by its label; without one, as ok.
    #[inline]
    pub fn __autometrics_classify(self) -> HalfVerdict<WithLabels<'a, T>> {
        HalfVerdict::new(match self.0 {
            Some(value) => kind_of(value, CallKind::OK),
            None => CallKind::OK,
        })
    }
}

impl<'a, E: ResultLabels> Failure<'a, E> {
    /// Classifies the error by its label; without one, as an error without an error kind.
    #[inline]
    pub fn __autometrics_classify(self) -> HalfVerdict<WithLabels<'a, E>> {
        HalfVerdict::new(match self.0 {
            Some(error) => kind_of(error, CallKind::ERROR),
            None => CallKind::OK,
        })
    }
}

#[inline]
fn kind_of<T: ResultLabels>(value: &T, otherwise: CallKind) -> CallKind {
    match value.result_label() {
        Some(label) => label.kind(),
        None => otherwise,
    }
}

/// Method for values whose type does not implement [`ResultLabels`].
///
/// The method takes `self`, so an implementation for `Failure` itself, such as that for the errors
/// of a web framework, is found before the one for a reference to it.
pub trait Unlabelled {
    /// Classifies a success as ok and a failure as an error.
    fn __autometrics_classify(self) -> HalfVerdict<WithoutLabels>;
}

impl<T> Unlabelled for &Value<'_, T> {
    #[inline]
    fn __autometrics_classify(self) -> HalfVerdict<WithoutLabels> {
        HalfVerdict::new(CallKind::OK)
    }
}

impl<E> Unlabelled for &Failure<'_, E> {
    #[inline]
    fn __autometrics_classify(self) -> HalfVerdict<WithoutLabels> {
        HalfVerdict::new(match self.0 {
            Some(_) => CallKind::ERROR,
            None => CallKind::OK,
        })
    }
}
