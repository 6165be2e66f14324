//! What the type of a returned value says of the call.
//!
//! Method resolution decides, which sees types where a macro sees their names.
//! It takes the first that fits of: inherent methods, methods of traits that
//! take `self`, methods of traits that take `&self`. No generic function could
//! do the same, as there a type is known by its bounds only.
//!
//! The names of methods that are found like this have a prefix, as any trait that
//! the user has in scope may be found instead.

use std::{convert::Infallible, ops::ControlFlow, task::Poll};

use super::{
    ResultLabels,
    verdict::{Labelled, Silent, Word},
};
use crate::cells::Kind;

/// A returned value, to be taken apart. Without one it is about the type.
#[derive(Debug)]
pub struct Returned<'a, T>(pub Option<&'a T>);

/// What was returned on success, if that is what happened.
#[derive(Debug)]
pub struct Value<'a, T>(Option<&'a T>);

/// What was returned on failure, if that is what happened.
#[derive(Debug)]
pub struct Failure<'a, E>(Option<&'a E>);

type Split<'a, T, E> = (Value<'a, T>, Failure<'a, E>);

// Each function here is compiled for the type of each decorated function, so
// there are few of them and no closures.

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
    /// `Err` is a failure.
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
    /// `Break` is a failure, as it is what `?` returns early with.
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
    /// As the result that is ready.
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
    /// As the item of a stream.
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
    /// As the control flow that is ready.
    #[inline]
    pub fn __autometrics_split(self) -> Split<'a, C, B> {
        match self.0 {
            Some(Poll::Ready(ControlFlow::Continue(it))) => value(it),
            Some(Poll::Ready(ControlFlow::Break(it))) => failure(it),
            _ => nothing(),
        }
    }
}

/// What holds for a `Poll` of other types.
pub trait Ready<'a, T> {
    /// As the value that is ready.
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

/// What holds for every other type.
pub trait Otherwise<'a, T> {
    /// It is a value, and no failure.
    fn __autometrics_split(&self) -> Split<'a, T, Infallible>;
}

impl<'a, T> Otherwise<'a, T> for Returned<'a, T> {
    #[inline]
    fn __autometrics_split(&self) -> Split<'a, T, Infallible> {
        (Value(self.0), Failure(None))
    }
}

impl<'a, T> Value<'a, T> {
    /// The value itself.
    #[inline]
    pub fn get(&self) -> Option<&'a T> {
        self.0
    }
}

impl<'a, E> Failure<'a, E> {
    /// The error itself.
    #[inline]
    pub fn get(&self) -> Option<&'a E> {
        self.0
    }
}

impl<'a, T: ResultLabels> Value<'a, T> {
    /// As it says, else ok.
    #[inline]
    pub fn __autometrics_say(self) -> Word<Labelled<'a, T>> {
        Word::new(match self.0 {
            Some(value) => kind_of(value, Kind::OK),
            None => Kind::OK,
        })
    }
}

impl<'a, E: ResultLabels> Failure<'a, E> {
    /// As it says, else an error.
    #[inline]
    pub fn __autometrics_say(self) -> Word<Labelled<'a, E>> {
        Word::new(match self.0 {
            Some(error) => kind_of(error, Kind::ERROR),
            None => Kind::OK,
        })
    }
}

#[inline]
fn kind_of<T: ResultLabels>(value: &T, otherwise: Kind) -> Kind {
    match value.result_label() {
        Some(label) => label.kind(),
        None => otherwise,
    }
}

/// The rule for values that have no [`ResultLabels`].
///
/// The method takes `self`, so an implementation for `Failure` itself, such as that for the
/// errors of a web framework, is found before the one for a reference to it.
pub trait Unlabelled {
    /// Ok on success, an error on failure.
    fn __autometrics_say(self) -> Word<Silent>;
}

impl<T> Unlabelled for &Value<'_, T> {
    #[inline]
    fn __autometrics_say(self) -> Word<Silent> {
        Word::new(Kind::OK)
    }
}

impl<E> Unlabelled for &Failure<'_, E> {
    #[inline]
    fn __autometrics_say(self) -> Word<Silent> {
        Word::new(match self.0 {
            Some(_) => Kind::ERROR,
            None => Kind::OK,
        })
    }
}
