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

/// A returned value, to be taken apart.
#[derive(Debug)]
pub struct Returned<'a, T>(pub &'a T);

/// What was returned on success, if that is what happened.
#[derive(Debug)]
pub struct Value<'a, T>(Option<&'a T>);

/// What was returned on failure, if that is what happened.
#[derive(Debug)]
pub struct Failure<'a, E>(Option<&'a E>);

type Split<'a, T, E> = (Value<'a, T>, Failure<'a, E>);

#[inline]
fn split<'a, T, E>(result: Result<Option<&'a T>, &'a E>) -> Split<'a, T, E> {
    match result {
        Ok(value) => (Value(value), Failure(None)),
        Err(error) => (Value(None), Failure(Some(error))),
    }
}

impl<'a, T, E> Returned<'a, Result<T, E>> {
    /// `Err` is a failure.
    #[inline]
    pub fn split(self) -> Split<'a, T, E> {
        split(self.0.as_ref().map(Some))
    }
}

impl<'a, B, C> Returned<'a, ControlFlow<B, C>> {
    /// `Break` is a failure, as it is what `?` returns early with.
    #[inline]
    pub fn split(self) -> Split<'a, C, B> {
        split(match self.0 {
            ControlFlow::Continue(value) => Ok(Some(value)),
            ControlFlow::Break(value) => Err(value),
        })
    }
}

impl<'a, T, E> Returned<'a, Poll<Result<T, E>>> {
    /// As the result that is ready.
    #[inline]
    pub fn split(self) -> Split<'a, T, E> {
        split(match self.0 {
            Poll::Ready(result) => result.as_ref().map(Some),
            Poll::Pending => Ok(None),
        })
    }
}

impl<'a, T, E> Returned<'a, Poll<Option<Result<T, E>>>> {
    /// As the item of a stream.
    #[inline]
    pub fn split(self) -> Split<'a, T, E> {
        split(match self.0 {
            Poll::Ready(Some(result)) => result.as_ref().map(Some),
            Poll::Ready(None) | Poll::Pending => Ok(None),
        })
    }
}

impl<'a, B, C> Returned<'a, Poll<ControlFlow<B, C>>> {
    /// As the control flow that is ready.
    #[inline]
    pub fn split(self) -> Split<'a, C, B> {
        match self.0 {
            Poll::Ready(flow) => Returned(flow).split(),
            Poll::Pending => split(Ok(None)),
        }
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
        split(Ok(match self.0 {
            Poll::Ready(value) => Some(value),
            Poll::Pending => None,
        }))
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
        split(Ok(Some(self.0)))
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
