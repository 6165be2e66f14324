//! Items in a body may have names that the signature or the arguments have, too.
#![deny(warnings)]
#![allow(
    dead_code,
    unused_imports,
    clippy::unused_async,
    reason = "the names are the point"
)]

use std::{
    fmt,
    future::{Future, ready},
    pin::Pin,
};

use autometrics::{Objective, instrument_fn};

const SLO: Objective = Objective::new("items").success_rate(99.0);

#[derive(Debug, PartialEq)]
struct Error(u8);

impl From<std::io::Error> for Error {
    fn from(_: std::io::Error) -> Self {
        Self(1)
    }
}

#[derive(Debug, PartialEq)]
struct Page(u8);

mod other {
    pub struct Error;
    pub struct Page;
    pub struct Box;
    pub struct Result;
    pub enum Bar {
        Page,
        Error,
        Ok,
    }
}

async fn wait() {}

#[instrument_fn(objective = SLO)]
async fn uses(fails: bool) -> Result<u8, Error> {
    use std::io::Error;
    const SLO: u8 = 1;
    wait().await;
    if fails {
        Err(Error::other("no"))?;
    }
    Ok(SLO)
}

#[instrument_fn]
async fn uses_all(fails: bool) -> Result<Page, Error> {
    use other::*;
    use std::io::*;
    wait().await;
    if fails { Err(crate::Error(2)) } else { Ok(crate::Page(1)) }
}

#[instrument_fn(objective = SLO)]
async fn declares() -> Page {
    struct Page;
    const SLO: u8 = 2;
    wait().await;
    let _ = Page;
    crate::Page(SLO)
}

#[instrument_fn]
async fn has_variants() -> Result<Page, Error> {
    use other::Bar::{Error, Page};
    wait().await;
    let _ = (Error, Page);
    Ok(crate::Page(3))
}

#[instrument_fn(events)]
async fn keeps() -> Result<u8, Error> {
    type Error = u8;
    type Result = u8;
    wait().await;
    let _: (Error, Result) = (1, 1);
    Ok(1)
}

macro_rules! items {
    () => {
        struct Page;
        struct Error;
    };
}

#[instrument_fn]
async fn has_a_macro() -> Result<Page, Error> {
    items!();
    wait().await;
    let _ = (Page, Error);
    Ok(crate::Page(4))
}

#[instrument_fn]
#[track_caller]
fn tracks(fails: bool) -> Result<u8, Error> {
    use std::io::Error;
    if fails {
        return Err(Error::other("no").into());
    }
    Err(Error::other("no"))?;
    Ok(1)
}

#[instrument_fn(events, objective = SLO)]
#[track_caller]
fn tracks_events() -> Result<Page, Error> {
    struct Page;
    const SLO: u8 = 2;
    let _ = Page;
    Ok(crate::Page(SLO))
}

#[instrument_fn(objective = SLO)]
fn is_sync() -> Result<Page, Error> {
    struct Page;
    struct Error;
    const SLO: u8 = 5;
    let _ = (Page, Error);
    Ok(crate::Page(SLO))
}

#[instrument_fn(objective = SLO)]
fn is_whole() -> u8 {
    const SLO: u8 = 6;
    SLO
}

#[instrument_fn]
fn boxed(fails: bool) -> Pin<Box<dyn Future<Output = Result<u8, Error>>>> {
    use other::Box;
    use std::io::Error;
    let _ = Box;
    if fails {
        return std::boxed::Box::pin(ready(Err(Error::other("no").into())));
    }
    std::boxed::Box::pin(ready(Ok(1)))
}

#[instrument_fn]
fn boxed_at_the_end() -> Pin<Box<dyn Future<Output = Result<u8, Error>> + Send>> {
    use std::io::Error;
    std::boxed::Box::pin(ready(Err(Error::other("no").into())))
}

#[instrument_fn]
fn boxed_block() -> Pin<Box<dyn Future<Output = Result<u8, Error>> + Send>> {
    use std::io::Error;
    Box::pin(async {
        wait().await;
        Err(Error::other("no"))?;
        Ok(1)
    })
}

#[instrument_fn]
fn boxed_block_with_items() -> Pin<Box<dyn Future<Output = Result<u8, Error>> + Send>> {
    Box::pin(async move {
        use std::io::Error;
        wait().await;
        Err(Error::other("no"))?;
        Ok(1)
    })
}

#[instrument_fn]
fn opaque() -> impl Future<Output = Result<Page, Error>> {
    struct Page;
    struct Error;
    let _ = (Page, Error);
    async {
        wait().await;
        Ok(crate::Page(1))
    }
}

#[instrument_fn]
fn opaque_call() -> impl Future<Output = Result<u8, Error>> {
    use std::io::Error;
    let error = Error::other("no");
    ready(Err(error.into()))
}

type BoxFuture<T> = Pin<Box<dyn Future<Output = T>>>;

#[instrument_fn]
fn named() -> BoxFuture<Result<u8, Error>> {
    use other::*;
    type BoxFuture = u8;
    let one: BoxFuture = 1;
    std::boxed::Box::pin(async move {
        wait().await;
        Ok(one)
    })
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).as_mut().poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("it waits for nothing"),
    }
}

fn main() {
    assert_eq!(run(uses(true)), Err(Error(1)));
    assert_eq!(run(uses(false)), Ok(1));
    assert_eq!(run(uses_all(true)), Err(Error(2)));
    assert_eq!(run(declares()), Page(2));
    assert_eq!(run(has_variants()), Ok(Page(3)));
    assert_eq!(run(keeps()), Ok(1));
    assert_eq!(run(has_a_macro()), Ok(Page(4)));
    assert_eq!(tracks(true), Err(Error(1)));
    assert_eq!(tracks_events(), Ok(Page(2)));
    assert_eq!(is_sync(), Ok(Page(5)));
    assert_eq!(is_whole(), 6);
    assert_eq!(run(boxed(true)), Err(Error(1)));
    assert_eq!(run(boxed(false)), Ok(1));
    assert_eq!(run(boxed_at_the_end()), Err(Error(1)));
    assert_eq!(run(boxed_block()), Err(Error(1)));
    assert_eq!(run(boxed_block_with_items()), Err(Error(1)));
    assert_eq!(run(opaque()), Ok(Page(1)));
    assert_eq!(run(opaque_call()), Err(Error(1)));
    assert_eq!(run(named()), Ok(1));
}
