//! What the type of a returned value says of the call.
//!
//! Method resolution decides, which sees types where a macro sees their names.
//! It takes the first that fits of: inherent methods, methods of traits that
//! take `self`, methods of traits that take `&self`. No generic function could
//! do the same, as there a type is known by its bounds only.

use std::{convert::Infallible, ops::ControlFlow, task::Poll};

use super::{
    ResultLabel, ResultLabels,
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

/// What there is of a returned value, as a result.
type Parts<'a, T, E> = Option<Result<&'a T, &'a E>>;

#[inline]
fn split<T, E>(parts: Parts<'_, T, E>) -> Split<'_, T, E> {
    match parts {
        Some(Ok(value)) => (Value(Some(value)), Failure(None)),
        Some(Err(error)) => (Value(None), Failure(Some(error))),
        None => (Value(None), Failure(None)),
    }
}

#[inline]
fn ready<T>(poll: &Poll<T>) -> Option<&T> {
    match poll {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

#[inline]
fn flow<B, C>(flow: &ControlFlow<B, C>) -> Result<&C, &B> {
    match flow {
        ControlFlow::Continue(value) => Ok(value),
        ControlFlow::Break(value) => Err(value),
    }
}

impl<'a, T, E> Returned<'a, Result<T, E>> {
    /// `Err` is a failure.
    #[inline]
    pub fn split(self) -> Split<'a, T, E> {
        split(self.0.map(Result::as_ref))
    }
}

impl<'a, B, C> Returned<'a, ControlFlow<B, C>> {
    /// `Break` is a failure, as it is what `?` returns early with.
    #[inline]
    pub fn split(self) -> Split<'a, C, B> {
        split(self.0.map(flow))
    }
}

impl<'a, T, E> Returned<'a, Poll<Result<T, E>>> {
    /// As the result that is ready.
    #[inline]
    pub fn split(self) -> Split<'a, T, E> {
        split(self.0.and_then(ready).map(Result::as_ref))
    }
}

impl<'a, T, E> Returned<'a, Poll<Option<Result<T, E>>>> {
    /// As the item of a stream.
    #[inline]
    pub fn split(self) -> Split<'a, T, E> {
        let item = self.0.and_then(ready).and_then(Option::as_ref);
        split(item.map(Result::as_ref))
    }
}

impl<'a, B, C> Returned<'a, Poll<ControlFlow<B, C>>> {
    /// As the control flow that is ready.
    #[inline]
    pub fn split(self) -> Split<'a, C, B> {
        split(self.0.and_then(ready).map(flow))
    }
}

/// What holds for a `Poll` of other types.
pub trait Ready<'a, T> {
    /// As the value that is ready.
    fn split(self) -> Split<'a, T, Infallible>;
}

impl<'a, T> Ready<'a, T> for Returned<'a, Poll<T>> {
    #[inline]
    fn split(self) -> Split<'a, T, Infallible> {
        split(self.0.and_then(ready).map(Ok))
    }
}

/// What holds for every other type.
pub trait Otherwise<'a, T> {
    /// It is a value, and no failure.
    fn split(&self) -> Split<'a, T, Infallible>;
}

impl<'a, T> Otherwise<'a, T> for Returned<'a, T> {
    #[inline]
    fn split(&self) -> Split<'a, T, Infallible> {
        split(self.0.map(Ok))
    }
}

impl<'a, T: ResultLabels> Value<'a, T> {
    /// As it says, else ok.
    #[inline]
    pub fn say(self) -> Word<Labelled<'a, T>> {
        let label = self.0.and_then(T::result_label);
        Word::new(label.map_or(Kind::OK, ResultLabel::kind))
    }
}

impl<'a, E: ResultLabels> Failure<'a, E> {
    /// As it says, else an error.
    #[inline]
    pub fn say(self) -> Word<Labelled<'a, E>> {
        Word::new(self.0.map_or(Kind::OK, |error| {
            error.result_label().map_or(Kind::ERROR, ResultLabel::kind)
        }))
    }
}

/// What holds for values that have no say.
pub trait Unlabelled {
    /// Ok on success, an error on failure.
    fn say(&self) -> Word<Silent>;
}

impl<T> Unlabelled for Value<'_, T> {
    #[inline]
    fn say(&self) -> Word<Silent> {
        Word::new(Kind::OK)
    }
}

impl<E> Unlabelled for Failure<'_, E> {
    #[inline]
    fn say(&self) -> Word<Silent> {
        Word::new(self.0.map_or(Kind::OK, |_| Kind::ERROR))
    }
}
