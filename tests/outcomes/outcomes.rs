//! Each call is counted once with the right outcome, and the gauge returns to zero.

#![expect(
    clippy::unused_async,
    reason = "futures that are ready at once are among those that are tried"
)]

#[path = "../support/mod.rs"]
mod support;

use std::{
    future::{Future, pending},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use autometrics::{instrument_fn, snapshot};
use support::{called_by, ended, function, total};

/// Runs `work`, and asserts that it panics.
fn panics(work: impl FnOnce()) {
    let result = catch_unwind(AssertUnwindSafe(work));
    assert!(result.is_err(), "it was meant to panic");
}

#[track_caller]
fn cancelled(name: &str) -> u64 {
    function(&snapshot(), name)
        .cancelled
        .as_ref()
        .expect("it is a future")
        .count()
}

#[track_caller]
fn in_flight(name: &str) -> Option<u64> {
    function(&snapshot(), name).in_flight
}

type Aliased<T> = Result<T, String>;

#[instrument_fn]
fn plain() -> u8 {
    1
}

#[instrument_fn]
fn fallible(fails: bool) -> Result<u8, &'static str> {
    if fails { Err("no") } else { Ok(1) }
}

#[instrument_fn]
fn aliased(fails: bool) -> Aliased<u8> {
    let text = if fails { "x" } else { "1" };
    let value: u8 = text.parse().map_err(|_| "not a number".to_owned())?;
    Ok(value)
}

#[instrument_fn]
fn input_output() -> std::io::Result<String> {
    std::fs::read_to_string("/no/such/file")
}

#[instrument_fn]
fn generic<T>(value: T) -> T {
    value
}

#[test]
fn results_are_ok_or_error_also_behind_an_alias() {
    plain();
    let _ = (fallible(true), fallible(false), fallible(false));
    let _ = (aliased(true), aliased(false));
    let _ = input_output();
    let _ = generic::<Result<(), ()>>(Err(()));
    assert_eq!((ended("plain", "ok"), ended("plain", "error")), (1, 0));
    assert_eq!(
        (ended("fallible", "ok"), ended("fallible", "error")),
        (2, 1)
    );
    assert_eq!((ended("aliased", "ok"), ended("aliased", "error")), (1, 1));
    assert_eq!(
        (ended("input_output", "ok"), ended("input_output", "error")),
        (0, 1)
    );
    assert_eq!(
        ended("generic", "ok"),
        1,
        "a generic `T` is not known to be a result"
    );
}

#[instrument_fn(ok_if = Option::is_some)]
fn found(value: Option<u8>) -> Option<u8> {
    value
}

const LIMIT: u16 = 500;

#[instrument_fn(error_if = |returned| *returned >= LIMIT)]
async fn status(returned: u16) -> u16 {
    returned
}

/// An error only with a status of 500 or more.
#[instrument_fn(error_if = |result: &Result<_, u16>| matches!(result, Err(500..)))]
fn served(status: u16) -> Result<(), u16> {
    if status < 400 { Ok(()) } else { Err(status) }
}

#[tokio::test]
async fn ok_if_and_error_if_override_the_type() {
    let _ = (found(None), found(Some(1)), found(Some(2)));
    let _ = (status(200).await, status(404).await, status(503).await);
    let _ = (served(200), served(404), served(500));
    for name in ["found", "status", "served"] {
        assert_eq!((ended(name, "ok"), ended(name, "error")), (2, 1), "{name}");
    }
}

#[instrument_fn(track_concurrency)]
fn depth(level: u32) {
    assert!(level > 0, "the bottom");
    if level == 5 {
        // The panic is caught half way: the outer calls continue and return.
        panics(|| depth(level - 1));
    } else {
        depth(level - 1);
    }
}

#[instrument_fn]
fn after_panics() {}

#[test]
fn panic_is_counted_for_every_call_that_it_unwinds() {
    depth(8);
    // Levels 8 to 5 return, and 4 to 0 unwind.
    assert_eq!(ended("depth", "ok"), 4);
    assert_eq!(ended("depth", "panic"), 5);
    assert_eq!(ended("depth", "error"), 0);
    assert_eq!(in_flight("depth"), Some(0));
    // The calls that unwound have restored the caller.
    after_panics();
    assert_eq!(called_by("after_panics", ""), 1);
}

#[instrument_fn(track_concurrency)]
async fn panics_after(polls: u32) -> Result<(), ()> {
    for _ in 0..polls {
        tokio::task::yield_now().await;
    }
    inner_panic(polls).await
}

#[instrument_fn(track_concurrency)]
async fn inner_panic(polls: u32) -> Result<(), ()> {
    tokio::task::yield_now().await;
    panic!("after {polls} polls")
}

#[tokio::test]
async fn panic_in_a_future_is_not_a_cancellation() {
    for polls in [0, 1, 3] {
        let joined = tokio::spawn(panics_after(polls)).await;
        assert!(joined.is_err_and(|error| error.is_panic()));
    }
    for name in ["panics_after", "inner_panic"] {
        assert_eq!(ended(name, "panic"), 3, "{name}");
        assert_eq!(total(name), 3, "{name}");
        assert_eq!(cancelled(name), 0, "{name}");
        assert_eq!(in_flight(name), Some(0), "{name}");
    }
}

#[instrument_fn(track_concurrency)]
async fn never_ends() {
    pending::<()>().await;
}

#[tokio::test]
async fn future_dropped_in_flight_is_cancelled() {
    // Drops by a timeout, by a race that another future wins, and by aborting a task.
    let timeout = tokio::time::timeout(Duration::from_millis(1), never_ends()).await;
    assert!(timeout.is_err());
    tokio::select! {
        biased;
        () = never_ends() => unreachable!("it never ends"),
        () = tokio::task::yield_now() => {}
    }
    let task = tokio::spawn(never_ends());
    while in_flight("never_ends") != Some(1) {
        tokio::task::yield_now().await;
    }
    task.abort();
    assert!(task.await.is_err_and(|error| error.is_cancelled()));

    assert_eq!(cancelled("never_ends"), 3);
    assert_eq!(
        total("never_ends"),
        0,
        "a cancelled call is neither ok nor an error"
    );
    assert_eq!(in_flight("never_ends"), Some(0));
}

#[instrument_fn(track_concurrency)]
async fn never_polled() {}

#[test]
fn future_that_was_never_polled_is_not_counted() {
    drop(never_polled());
    assert_eq!((total("never_polled"), cancelled("never_polled")), (0, 0));
    assert_eq!(in_flight("never_polled"), Some(0));
}

#[instrument_fn(track_concurrency)]
async fn in_flight_on_two_threads() {
    tokio::task::yield_now().await;
}

#[test]
fn gauge_returns_to_zero_after_a_call_on_two_threads() {
    let mut context = Context::from_waker(Waker::noop());
    let mut call = Box::pin(in_flight_on_two_threads());
    assert_eq!(call.as_mut().poll(&mut context), Poll::Pending);
    assert_eq!(in_flight("in_flight_on_two_threads"), Some(1));
    std::thread::spawn(move || {
        let mut context = Context::from_waker(Waker::noop());
        while call.as_mut().poll(&mut context).is_pending() {}
    })
    .join()
    .expect("the thread does not panic");
    assert_eq!(in_flight("in_flight_on_two_threads"), Some(0));
    assert_eq!(ended("in_flight_on_two_threads", "ok"), 1);
}

#[instrument_fn]
async fn polled_again() {}

#[test]
fn async_fn_panics_if_polled_after_its_end() {
    let mut context = Context::from_waker(Waker::noop());
    let mut call = pin!(polled_again());
    assert!(call.as_mut().poll(&mut context).is_ready());
    panics(|| {
        let _ = call.as_mut().poll(&mut context);
    });
    assert_eq!(ended("polled_again", "ok"), 1);
}

#[instrument_fn]
fn early_return(stop: bool) -> Result<u8, String> {
    if stop {
        return Err("stopped".into());
    }
    let value: u8 = "7".parse().map_err(|error| format!("{error}"))?;
    Ok(value)
}

#[instrument_fn]
async fn early_return_later(stop: bool) -> Result<u8, Box<dyn std::error::Error>> {
    if stop {
        return Err("stopped".into());
    }
    let value: u8 = "7".parse()?;
    Ok(value)
}

#[tokio::test]
async fn early_returns_are_counted() {
    assert!(early_return(true).is_err());
    assert_eq!(early_return(false), Ok(7));
    assert!(early_return_later(true).await.is_err());
    assert!(
        early_return_later(false)
            .await
            .is_ok_and(|value| value == 7)
    );
    for name in ["early_return", "early_return_later"] {
        assert_eq!((ended(name, "ok"), ended(name, "error")), (1, 1), "{name}");
    }
}

#[instrument_fn]
fn again() -> impl Future<Output = u8> {
    std::future::poll_fn(|_| Poll::Ready(1))
}

#[test]
fn future_polled_again_after_its_end_is_counted_once() {
    let mut future = pin!(again());
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..3 {
        assert_eq!(future.as_mut().poll(&mut context), Poll::Ready(1));
    }
    assert_eq!((total("again"), cancelled("again")), (1, 0));
}

#[instrument_fn]
fn fails_within_a_destructor() -> Result<u8, String> {
    panic!("on purpose")
}

#[instrument_fn]
async fn waits_within_a_destructor() {
    panic!("on purpose")
}

#[instrument_fn(ok_if = |_| true)]
fn has_a_test_within_a_destructor(fails: bool) -> u8 {
    assert!(!fails, "on purpose");
    1
}

/// Catches panics in its destructor.
struct Careful;

impl Drop for Careful {
    fn drop(&mut self) {
        assert!(catch_unwind(fails_within_a_destructor).is_err());
        let wait = || {
            let mut context = Context::from_waker(Waker::noop());
            let _ = pin!(waits_within_a_destructor()).poll(&mut context);
        };
        assert!(catch_unwind(wait).is_err());
        assert!(catch_unwind(|| has_a_test_within_a_destructor(true)).is_err());
        assert_eq!(has_a_test_within_a_destructor(false), 1);
    }
}

#[test]
fn panic_caught_within_a_destructor_is_counted() {
    panics(|| {
        let _careful = Careful;
        panic!("on purpose");
    });
    for name in ["fails_within_a_destructor", "waits_within_a_destructor"] {
        assert_eq!(ended(name, "panic"), 1, "{name}");
        assert_eq!(total(name), 1, "{name}");
    }
    let name = "has_a_test_within_a_destructor";
    assert_eq!((ended(name, "panic"), ended(name, "ok")), (1, 1));
}
