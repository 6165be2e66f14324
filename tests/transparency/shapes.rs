//! Instrumented functions of each shape behave as before, and are counted.

#![expect(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    clippy::let_and_return,
    clippy::unused_async,
    reason = "the shapes are the point"
)]

#[path = "../support/mod.rs"]
mod support;

use std::{
    cell::RefCell,
    future::{Future, ready},
    num::ParseIntError,
    panic::{AssertUnwindSafe, Location, catch_unwind},
    pin::Pin,
    rc::Rc,
    time::Duration,
};

use async_trait::async_trait;
use autometrics::{Histogram, instrument_fn, snapshot};
use support::{called_by, ended, function, total};

type Boxed<T> = Pin<Box<dyn Future<Output = T>>>;

/// Returns the line of the call, as `#[track_caller]` functions see it.
#[instrument_fn]
#[track_caller]
fn line() -> u32 {
    Location::caller().line()
}

#[track_caller]
#[instrument_fn]
fn line_or(text: &str) -> Result<u32, ParseIntError> {
    if text.is_empty() {
        return Ok(Location::caller().line());
    }
    let number: u32 = text.parse()?;
    if number > 9 {
        return "too large".parse();
    }
    Ok(number)
}

#[test]
fn track_caller_functions_see_the_line_of_the_call() {
    assert_eq!(line(), line!());
    assert_eq!(line_or(""), Ok(line!()));
}

#[test]
fn track_caller_functions_are_classified_at_each_exit() {
    let before = (ended("line_or", "ok"), ended("line_or", "error"));
    assert_eq!(line_or("7"), Ok(7));
    assert!(line_or("x").is_err());
    assert!(line_or("10").is_err());
    let after = (ended("line_or", "ok"), ended("line_or", "error"));
    assert!(after.0 > before.0);
    assert_eq!(after.1, before.1 + 2);
}

struct Noisy(&'static str, Rc<RefCell<Vec<&'static str>>>);

impl Drop for Noisy {
    fn drop(&mut self) {
        self.1.borrow_mut().push(self.0);
    }
}

fn drop_order_uninstrumented(_: Noisy, used: Noisy, _unused: Noisy) -> Result<usize, ()> {
    let local = Noisy("local", used.1.clone());
    Ok(local.0.len() + used.0.len())
}

#[instrument_fn]
fn drop_order(_: Noisy, used: Noisy, _unused: Noisy) -> Result<usize, ()> {
    let local = Noisy("local", used.1.clone());
    Ok(local.0.len() + used.0.len())
}

#[test]
fn parameters_and_locals_are_dropped_in_the_same_order() {
    let order = |run: fn(Noisy, Noisy, Noisy) -> Result<usize, ()>| {
        let log = Rc::default();
        let noisy = |name| Noisy(name, Rc::clone(&log));
        run(noisy("ignored"), noisy("used"), noisy("unused")).expect("it never fails");
        log.take()
    };
    assert_eq!(order(drop_order), ["local", "unused", "used", "ignored"]);
    assert_eq!(order(drop_order), order(drop_order_uninstrumented));
}

/// Logs its number when it is dropped.
struct Telling {
    number: u8,
    log: Rc<RefCell<Vec<u8>>>,
    text: &'static str,
}

impl Drop for Telling {
    fn drop(&mut self) {
        self.log.borrow_mut().push(self.number);
    }
}

#[instrument_fn]
impl Telling {
    fn change(mut self) -> Result<(), ()> {
        self.number = 1;
        if self.text.is_empty() {
            Err(())
        } else {
            Ok(())
        }
    }

    fn lend(mut self, text: &str) -> Result<&str, ()> {
        self.number = 2;
        if self.text.is_empty() {
            Err(())
        } else {
            Ok(text)
        }
    }

    async fn later(mut self) -> Result<(), ()> {
        self.number = ready(3).await;
        Ok(())
    }

    fn future(mut self) -> Boxed<Result<u8, ()>> {
        self.number = 4;
        if self.text.is_empty() {
            return Box::pin(ready(Err(())));
        }
        Box::pin(ready(Ok(1)))
    }

    async fn inside((mut this, number): (Self, u8)) -> Result<(), ()> {
        this.number = ready(number).await;
        Ok(())
    }
}

#[tokio::test]
async fn destructors_see_assignments_of_the_body() {
    let log = Rc::default();
    let telling = || Telling {
        number: 0,
        log: Rc::clone(&log),
        text: "text",
    };
    assert_eq!(telling().change(), Ok(()));
    assert_eq!(telling().lend("lent"), Ok("lent"));
    assert_eq!(telling().later().await, Ok(()));
    assert_eq!(telling().future().await, Ok(1));
    assert_eq!(Telling::inside((telling(), 5)).await, Ok(()));
    assert_eq!(log.take(), [1, 2, 3, 4, 5]);
}

#[instrument_fn]
fn closes() {}

struct Closing;

impl Drop for Closing {
    fn drop(&mut self) {
        closes();
    }
}

#[instrument_fn]
fn panics_while_open(open: bool) -> String {
    let _closing = Closing;
    assert!(!open, "on purpose");
    String::new()
}

#[test]
fn destructor_during_a_panic_is_ok() {
    assert!(catch_unwind(AssertUnwindSafe(|| panics_while_open(true))).is_err());
    panics_while_open(false);
    assert_eq!((ended("closes", "ok"), ended("closes", "error")), (2, 0));
    let ends = |result| ended("panics_while_open", result);
    assert_eq!((ends("ok"), ends("panic")), (1, 1));
}

#[instrument_fn]
fn prepares() -> u8 {
    3
}

#[instrument_fn]
async fn inner() -> u8 {
    tokio::time::sleep(Duration::from_millis(20)).await;
    3
}

#[instrument_fn]
fn opaque(fails: bool) -> impl Future<Output = Result<u8, String>> {
    let before = prepares();
    async move {
        let sum = before + inner().await;
        if fails { Err("no".to_owned()) } else { Ok(sum) }
    }
}

#[instrument_fn]
fn boxed(n: u8) -> Boxed<Result<u8, String>> {
    Box::pin(async move { n.checked_add(inner().await).ok_or("full".to_owned()) })
}

#[instrument_fn]
fn boxed_by_hand(n: u8) -> Pin<Box<dyn Future<Output = u8> + Send>> {
    if n == 0 {
        return Box::pin(ready(0));
    }
    let future = Box::pin(inner());
    future
}

#[instrument_fn]
fn forwards() -> impl Future<Output = u8> {
    inner()
}

struct Shop;

#[async_trait]
trait Sells {
    async fn sells(&self, what: &str) -> Result<u8, String>;
}

#[async_trait]
impl Sells for Shop {
    #[instrument_fn(name = "sells_above")]
    async fn sells(&self, what: &str) -> Result<u8, String> {
        let length = inner().await;
        if what.is_empty() {
            Err(String::new())
        } else {
            Ok(length)
        }
    }
}

struct Market;

#[instrument_fn]
#[async_trait]
impl Sells for Market {
    async fn sells(&self, what: &str) -> Result<u8, String> {
        let length = inner().await;
        if what.is_empty() {
            Err(String::new())
        } else {
            Ok(length)
        }
    }
}

/// Returns the total seconds of calls of a function.
fn seconds(name: &str) -> f64 {
    let snapshot = snapshot();
    let at = snapshot
        .functions
        .iter()
        .position(|function| function.name == name);
    let edges = snapshot
        .edges
        .iter()
        .filter(|edge| Some(edge.function) == at);
    edges.map(|edge| edge.latency.sum()).sum()
}

#[tokio::test]
async fn returned_future_is_measured_until_it_is_done() {
    let future = opaque(false);
    assert_eq!(called_by("prepares", "opaque"), 0, "not yet in the call");
    assert_eq!(ended("prepares", "ok"), 1, "but it ran");
    assert_eq!(total("opaque"), 0, "nothing was polled");
    assert_eq!(future.await, Ok(6));
    assert!(opaque(true).await.is_err());
    assert_eq!((ended("opaque", "ok"), ended("opaque", "error")), (1, 1));
    assert!(seconds("opaque") > 0.03);
    assert_eq!(called_by("inner", "opaque"), 2);

    assert_eq!(boxed(1).await, Ok(4));
    assert!(boxed(254).await.is_err());
    assert_eq!((ended("boxed", "ok"), ended("boxed", "error")), (1, 1));
    assert!(seconds("boxed") > 0.03);

    assert_eq!((boxed_by_hand(0).await, boxed_by_hand(1).await), (0, 3));
    assert_eq!(total("boxed_by_hand"), 2);
    assert_eq!(called_by("inner", "boxed_by_hand"), 1);

    assert_eq!(forwards().await, 3);
    assert_eq!(called_by("inner", "forwards"), 1);
    drop(forwards());
    assert_eq!(
        function(&snapshot(), "forwards").cancelled,
        Some(Histogram::default())
    );
}

#[tokio::test]
async fn methods_of_async_trait_are_measured_until_their_futures_are_done() {
    assert_eq!(Shop.sells("a").await, Ok(3));
    assert!(Shop.sells("").await.is_err());
    assert_eq!(Market.sells("a").await, Ok(3));
    assert!(Market.sells("").await.is_err());
    for name in ["sells_above", "Market::sells"] {
        assert_eq!((ended(name, "ok"), ended(name, "error")), (1, 1), "{name}");
        assert!(seconds(name) > 0.03, "{name}");
        assert_eq!(called_by("inner", name), 2, "{name}");
    }
}

#[instrument_fn]
async fn never_waits(fails: bool) -> Result<u8, String> {
    if fails {
        return Err("no".to_owned());
    }
    Ok(prepares_too())
}

#[instrument_fn]
fn prepares_too() -> u8 {
    1
}

#[tokio::test]
async fn async_fn_without_await_is_counted_when_polled() {
    drop(never_waits(true));
    assert_eq!(total("never_waits"), 0);
    assert!(never_waits(true).await.is_err());
    assert_eq!(never_waits(false).await, Ok(1));
    let ends = |result| ended("never_waits", result);
    assert_eq!((ends("ok"), ends("error")), (1, 1));
    assert_eq!(called_by("prepares_too", "never_waits"), 1);
    assert_eq!(
        function(&snapshot(), "never_waits").cancelled,
        Some(Histogram::default())
    );
}

/// A future that may be polled again after its end.
struct Always;

impl Future for Always {
    type Output = u8;

    fn poll(self: Pin<&mut Self>, _: &mut std::task::Context<'_>) -> std::task::Poll<u8> {
        std::task::Poll::Ready(1)
    }
}

#[instrument_fn]
fn always() -> impl Future<Output = u8> {
    Always
}

#[test]
fn future_polled_again_after_its_end_is_counted_once() {
    let mut future = std::pin::pin!(always());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    for _ in 0..3 {
        assert!(future.as_mut().poll(&mut context).is_ready());
    }
    assert_eq!(total("always"), 1);
}
