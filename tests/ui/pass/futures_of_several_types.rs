//! A boxed future may come from branches with futures of different types.
#![deny(warnings)]

use std::{
    future::{Future, ready},
    pin::Pin,
};

use autometrics::instrument_fn;

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

async fn read(id: u8) -> Result<u8, String> {
    ready(Ok(id)).await
}

#[instrument_fn]
fn chooses(id: u8) -> Pin<Box<dyn Future<Output = Result<u8, String>> + Send>> {
    if id == 0 {
        Box::pin(ready(Err(String::new())))
    } else {
        Box::pin(async move { read(id).await })
    }
}

#[instrument_fn]
fn matches(id: &u8) -> Pin<Box<dyn Future<Output = Result<u8, String>> + Send + '_>> {
    let one = 1;
    match id {
        0 => Box::pin(async move { Ok(one) }),
        1 => Box::pin(ready(Ok(2))),
        2 => {
            let id = *id;
            Box::pin(async move { Ok(id) })
        }
        _ => Box::pin(read(*id)),
    }
}

#[instrument_fn]
fn unsafely(id: u8) -> Pin<Box<dyn Future<Output = u8>>> {
    let Some(id) = id.checked_sub(1) else {
        return Box::pin(ready(0));
    };
    match id {
        0 => Box::pin(async { 1 }),
        _ => Box::pin(ready(id)),
    }
}

#[instrument_fn(events(fields(id)))]
fn keeps(id: u8) -> Pin<Box<dyn Future<Output = Result<u8, String>> + Send>> {
    if id == 0 { Box::pin(ready(Ok(1))) } else { Box::pin(read(id)) }
}

struct Shop;

trait Sells {
    fn sells<'a>(&'a self, what: &'a str) -> Boxed<'a, Result<usize, ()>>;
}

#[instrument_fn]
impl Sells for Shop {
    fn sells<'a>(&'a self, what: &'a str) -> Pin<Box<dyn Future<Output = Result<usize, ()>> + 'a>> {
        if what.is_empty() {
            Box::pin(ready(Err(())))
        } else {
            Box::pin(async move { Ok(what.len()) })
        }
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).as_mut().poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("it waits for nothing"),
    }
}

fn main() {
    assert_eq!(run(chooses(0)), Err(String::new()));
    assert_eq!(run(chooses(7)), Ok(7));
    assert_eq!(run(matches(&0)), Ok(1));
    assert_eq!(run(matches(&2)), Ok(2));
    assert_eq!(run(unsafely(0)), 0);
    assert_eq!(run(unsafely(1)), 1);
    assert_eq!(run(keeps(0)), Ok(1));
    assert_eq!(run(Shop.sells("ab")), Ok(2));
    let calls: u64 = autometrics::snapshot()
        .edges
        .iter()
        .map(|edge| edge.latency.count())
        .sum();
    assert_eq!(calls, 8);
}
