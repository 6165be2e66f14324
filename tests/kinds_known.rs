//! Kinds of errors have series of zeros: before the first call where a static may name the
//! returned type, else from the first call on.

mod support;

use std::{fmt::Display, marker::PhantomData, task::Poll};

use autometrics::{ResultLabels, instrument_fn};
use support::kinds;

#[derive(ResultLabels)]
enum LoadError {
    #[label(error = "not_found")]
    NotFound,
    #[label(transparent)]
    Store(StoreError),
    #[label(transparent)]
    Again(Box<LoadError>),
}

#[derive(ResultLabels)]
#[label(error = "store_failed")]
struct StoreError;

type Aliased<T> = Result<T, LoadError>;

#[instrument_fn]
fn alone() -> Aliased<Vec<&'static str>> {
    Err(LoadError::NotFound)
}

#[instrument_fn(ok_if = |_: &LoadError| true)]
async fn later(_of: &str) -> Result<&str, LoadError> {
    Err(LoadError::Store(StoreError))
}

#[instrument_fn]
fn polled<'a>(of: &'a str) -> Poll<Option<Result<&'a str, LoadError>>> {
    Poll::Ready(Some(Ok(of)))
}

#[instrument_fn]
fn both() -> Result<StoreError, LoadError> {
    Err(LoadError::Again(Box::new(LoadError::NotFound)))
}

struct Loader<'a, B>(&'a str, PhantomData<B>);

#[instrument_fn]
impl<'a, B> Loader<'a, B> {
    fn plain(&self) -> Result<&'a str, LoadError> {
        Ok(self.0)
    }

    /// Of a type that only the block knows.
    fn of_block(&self) -> Result<Option<B>, LoadError> {
        assert!(self.0.is_empty());
        Ok(None)
    }
}

struct Card;

#[instrument_fn]
impl TryFrom<u8> for Card {
    type Error = StoreError;

    fn try_from(_: u8) -> Result<Self, Self::Error> {
        Err(StoreError)
    }
}

#[instrument_fn]
impl Card {
    fn read() -> Result<Self, StoreError> {
        Ok(Self)
    }
}

/// Decorated one by one, where the attribute does not see what is around.
impl<'a, B: Default> Loader<'a, B> {
    #[instrument_fn]
    fn with_receiver(&self) -> Result<B, LoadError> {
        assert!(self.0.is_empty());
        Ok(B::default())
    }

    #[instrument_fn]
    fn without_receiver() -> Result<B, LoadError> {
        Ok(B::default())
    }

    #[instrument_fn]
    fn new(text: &'a str) -> Result<Self, LoadError> {
        Ok(Self(text, PhantomData))
    }
}

#[instrument_fn]
fn hidden() -> Result<impl Display, LoadError> {
    Ok(1)
}

#[instrument_fn]
fn generic<T>(value: T) -> Result<T, LoadError> {
    Ok(value)
}

const ALL: [&str; 2] = ["not_found", "store_failed"];

#[test]
fn kinds_are_known_before_the_first_call() {
    for name in ["alone", "later", "polled", "both", "Loader::plain"] {
        assert_eq!(kinds(name), ALL, "{name}");
    }
    assert_eq!(kinds("Card::read"), ["store_failed"]);
    let _ = (alone(), later(""), polled(""), both(), Card::read());
    let _ = Loader("", PhantomData::<u8>).plain();
    for name in ["alone", "later", "polled", "both", "Loader::plain"] {
        assert_eq!(kinds(name), ALL, "{name}");
    }
}

#[test]
fn else_they_are_known_from_the_first_call_on() {
    let names = [
        "with_receiver",
        "without_receiver",
        "new",
        "hidden",
        "generic",
        "Loader::of_block",
    ];
    for name in names {
        assert_eq!(kinds(name), [""; 0], "{name}");
    }
    let loader = Loader::<u8>::new("").ok().expect("it is ok");
    let _ = (loader.with_receiver(), loader.of_block(), hidden());
    let _ = (Loader::<u8>::without_receiver(), generic(1));
    for name in names {
        assert_eq!(kinds(name), ALL, "{name}");
    }
    assert_eq!(kinds("<Card as TryFrom<u8>>::try_from"), [""; 0]);
    let _ = Card::try_from(1);
    assert_eq!(kinds("<Card as TryFrom<u8>>::try_from"), ["store_failed"]);
}
