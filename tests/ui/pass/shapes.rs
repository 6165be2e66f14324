//! Borrows, generics, receivers, early returns and nested items.
#![deny(warnings)]

use std::{fmt::Display, pin::Pin, sync::Arc};

use autometrics::instrument_fn;

#[instrument_fn]
fn borrowed<'a>(text: &'a str, other: &str) -> &'a str {
    text.strip_suffix(other).unwrap_or(text)
}

#[instrument_fn]
fn elided(items: &mut Vec<u8>) -> &mut u8 {
    &mut items[0]
}

#[instrument_fn]
fn generic<T: Display, const N: usize>(items: [T; N]) -> String
where
    T: Clone,
{
    items.iter().map(ToString::to_string).collect()
}

#[instrument_fn]
fn iterator(limit: u8) -> impl Iterator<Item = u8> {
    (0..limit).filter(|n| n % 2 == 0)
}

#[instrument_fn]
fn nested_impl(limit: u8) -> Result<impl Iterator<Item = u8>, impl Display> {
    if limit > 9 {
        return Err("too many");
    }
    Ok(0..limit)
}

#[instrument_fn]
fn patterns((left, right): (u8, u8), [first, ..]: [u8; 3], mut sum: u8) -> u8 {
    sum += left + right + first;
    sum
}

#[instrument_fn]
fn items() -> u8 {
    const START: u8 = 1;
    fn next(n: u8) -> u8 {
        n + START
    }
    next(START)
}

#[instrument_fn]
fn never(text: &str) -> ! {
    panic!("{text}")
}

#[instrument_fn]
async fn never_later() -> ! {
    loop {
        std::future::pending::<()>().await;
    }
}

trait Shape {
    type Output;
}

impl Shape for u8 {
    type Output = String;
}

#[instrument_fn]
fn projected<T: Shape>(output: T::Output) -> <T as Shape>::Output {
    output
}

#[must_use]
#[inline]
#[cold]
#[instrument_fn]
extern "C" fn attributes(#[allow(unused_variables)] number: i32) -> i32 {
    1
}

struct Counter {
    count: u8,
}

#[instrument_fn]
impl Counter {
    const STEP: u8 = 2;

    fn count(&mut self) -> &mut u8 {
        self.count += Self::STEP;
        &mut self.count
    }

    fn shared(self: Arc<Self>) -> u8 {
        self.count
    }

    fn pinned(self: Pin<&mut Self>) -> u8 {
        self.count
    }

    async fn later(&self, more: &u8) -> Result<u8, std::num::TryFromIntError> {
        let sum = u16::from(self.count) + u16::from(*more);
        Ok(u8::try_from(sum)?)
    }
}

struct Reader<'a> {
    bytes: &'a mut Vec<u8>,
    closed: bool,
}

#[instrument_fn]
impl<'a> Reader<'a> {
    fn check(&self) -> Result<(), String> {
        if self.closed {
            return Err("closed".to_owned());
        }
        Ok(())
    }

    fn into_first(self) -> Result<&'a [u8], String> {
        self.check()?;
        Ok(&self.bytes[..1])
    }
}

struct Lonely(u8);

impl Lonely {
    #[instrument_fn]
    fn method(&self) -> u8 {
        self.0
    }

    #[instrument_fn]
    async fn method_later(&mut self) -> &mut u8 {
        &mut self.0
    }
}

fn main() {
    assert_eq!(borrowed("a.rs", ".rs"), "a");
    assert_eq!(*elided(&mut vec![1]), 1);
    assert_eq!(generic([1, 2]), "12");
    assert_eq!(iterator(5).count(), 3);
    assert!(nested_impl(10).is_err());
    assert_eq!(patterns((1, 2), [3, 4, 5], 6), 12);
    assert_eq!(items(), 2);
    assert!(std::panic::catch_unwind(|| never("on purpose")).is_err());
    drop(never_later());
    assert_eq!(projected::<u8>("a".into()), "a");
    assert_eq!(attributes(2), 1);
    let mut counter = Counter { count: 0 };
    *counter.count() += 1;
    assert_eq!(Pin::new(&mut counter).pinned(), 3);
    drop(counter.later(&1));
    assert_eq!(Arc::new(counter).shared(), 3);
    let mut bytes = vec![1, 2];
    let reader = Reader {
        bytes: &mut bytes,
        closed: false,
    };
    assert_eq!(reader.into_first(), Ok(&[1][..]));
    let mut lonely = Lonely(1);
    assert_eq!(lonely.method(), 1);
    drop(lonely.method_later());
}
