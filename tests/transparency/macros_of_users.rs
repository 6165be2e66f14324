//! Users' own macros with the names of std's macros may contain `.await`.

#[path = "../support/mod.rs"]
mod support;

use std::{
    future::{Future, pending},
    pin::pin,
    task::{Context, Poll, Waker},
};

use autometrics::{CurrentCall, instrument_fn};
use support::{callers, ended, function, total};

macro_rules! print {
    ($($what:tt)*) => {
        pending::<()>().await
    };
}

macro_rules! format {
    ($($what:tt)*) => {{
        tokio::task::yield_now().await;
        String::new()
    }};
}

macro_rules! assert {
    ($what:expr) => {
        Outer::check($what).await?
    };
}

macro_rules! write {
    ($($what:tt)*) => {
        Result::<(), String>::Ok(tokio::task::yield_now().await).map(|()| 1)
    };
}

struct Outer;

impl Outer {
    async fn check(fine: bool) -> Result<(), String> {
        tokio::task::yield_now().await;
        if fine { Ok(()) } else { Err(String::new()) }
    }
}

#[instrument_fn]
async fn prints() {
    print!("waits");
}

#[instrument_fn]
async fn formats() -> String {
    format!("waits")
}

#[instrument_fn]
async fn asserts(fine: bool) -> Result<u8, String> {
    assert!(fine);
    Ok(1)
}

#[instrument_fn]
async fn writes() -> Result<u8, String> {
    let all = std::vec![write!("waits")?, 1];
    Ok(all[0])
}

#[instrument_fn]
#[expect(clippy::unused_async, reason = "it need not wait")]
async fn other() {}

fn poll<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn dropped_future_that_waits_in_a_macro_is_cancelled() {
    {
        let mut future = pin!(prints());
        core::assert!(poll(future.as_mut()).is_pending());
        core::assert!(!CurrentCall::get().is_some(), "it is not running");
        // Another future, like another task on the same thread.
        core::assert!(poll(pin!(other())).is_ready());
    }
    assert_eq!((total("prints"), total("other")), (0, 1));
    core::assert!(callers("other").is_empty());
    let snapshot = autometrics::snapshot();
    let cancelled = function(&snapshot, "prints").cancelled.as_ref();
    assert_eq!(cancelled.map(autometrics::Histogram::count), Some(1));
}

#[tokio::test]
async fn counts_values_and_errors_after_such_macros() {
    assert_eq!(formats().await, "");
    assert_eq!(asserts(true).await, Ok(1));
    core::assert!(asserts(false).await.is_err());
    assert_eq!(writes().await, Ok(1));
    assert_eq!((ended("formats", "ok"), ended("writes", "ok")), (1, 1));
    assert_eq!((ended("asserts", "ok"), ended("asserts", "error")), (1, 1));
}
