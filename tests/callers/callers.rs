//! The caller of a call is the innermost instrumented call around it, in the same task.

#[path = "../support/mod.rs"]
mod support;

use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

use autometrics::instrument_fn;
use support::{called_by, callers, total};

#[instrument_fn]
fn callee() {}

#[instrument_fn]
fn first() {
    callee();
    not_instrumented();
}

fn not_instrumented() {
    callee();
}

#[instrument_fn]
fn second() {
    callee();
    first();
    // `first` has ended, so the caller is this function again.
    callee();
}

#[test]
fn caller_is_the_innermost_instrumented_function() {
    callee();
    first();
    second();
    assert_eq!(called_by("callee", ""), 1);
    assert_eq!(called_by("callee", "first"), 4);
    assert_eq!(called_by("callee", "second"), 2);
    assert_eq!(callers("first"), ["second"]);
}

#[instrument_fn]
async fn waits(times: u32) {
    shared_step();
    for _ in 0..times {
        tokio::task::yield_now().await;
        // The caller is restored after every `.await`, whatever the thread did meanwhile.
        shared_step();
    }
}

#[instrument_fn]
async fn waits_too(times: u32) {
    for _ in 0..times {
        other_step();
        tokio::task::yield_now().await;
    }
}

#[instrument_fn]
fn shared_step() {}

#[instrument_fn]
fn other_step() {}

#[instrument_fn]
fn between_polls() {}

/// Polls two calls in turn on one thread, with a call in between.
#[test]
fn caller_survives_an_await_and_does_not_leak_to_other_tasks() {
    let mut context = Context::from_waker(Waker::noop());
    let (mut one, mut two) = (pin!(waits(10)), pin!(waits_too(10)));
    let (mut one_done, mut two_done) = (false, false);
    while !(one_done && two_done) {
        between_polls();
        one_done = one_done || one.as_mut().poll(&mut context).is_ready();
        between_polls();
        two_done = two_done || two.as_mut().poll(&mut context).is_ready();
    }
    assert_eq!(callers("shared_step"), ["waits"]);
    assert_eq!(total("shared_step"), 11);
    assert_eq!(callers("other_step"), ["waits_too"]);
    assert_eq!(
        callers("between_polls"),
        [""; 0],
        "between polls there is no caller"
    );
}

#[instrument_fn]
async fn handler() {
    tokio::spawn(background()).await.expect("it does not panic");
    joined_left().await;
    tokio::join!(joined_left(), joined_right());
}

#[instrument_fn]
async fn background() {
    tokio::task::yield_now().await;
}

#[instrument_fn]
async fn joined_left() {
    tokio::task::yield_now().await;
}

#[instrument_fn]
async fn joined_right() {
    tokio::task::yield_now().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spawned_task_has_no_caller_and_joined_future_has_one() {
    handler().await;
    assert_eq!(called_by("background", ""), 1);
    assert_eq!(callers("background"), [""; 0]);
    assert_eq!(called_by("joined_left", "handler"), 2);
    assert_eq!(called_by("joined_right", "handler"), 1);
}

#[instrument_fn]
async fn begun_elsewhere() {
    tokio::task::yield_now().await;
}

#[instrument_fn]
fn polls_a_strangers_future(call: std::pin::Pin<&mut impl Future<Output = ()>>) {
    let polled = call.poll(&mut Context::from_waker(Waker::noop()));
    assert_eq!(polled, Poll::Ready(()));
}

#[test]
fn caller_is_the_function_that_polls_first() {
    let mut call = pin!(begun_elsewhere());
    let polled = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert_eq!(polled, Poll::Pending);
    polls_a_strangers_future(call);
    assert_eq!(called_by("begun_elsewhere", ""), 1);
    assert_eq!(total("begun_elsewhere"), 1);
}
