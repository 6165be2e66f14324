//! Tasks and threads inherit the caller on request.

#[path = "../support/mod.rs"]
mod support;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
};

use autometrics::{CurrentCall, InCurrentCall as _, RunInCurrentCall as _, instrument_fn};
use rayon::prelude::*;
use support::{called_by, callers, total};

#[instrument_fn]
async fn task() {
    tokio::task::yield_now().await;
    in_task();
    tokio::task::yield_now().await;
}

#[instrument_fn]
fn in_task() {}

#[instrument_fn]
async fn spawns_tasks() {
    let carried: Vec<_> = (0..10)
        .map(|_| tokio::spawn(task().in_current_call()))
        .collect();
    let plain: Vec<_> = (0..5).map(|_| tokio::spawn(task())).collect();
    for task in carried.into_iter().chain(plain) {
        task.await.expect("no panic");
    }
}

#[instrument_fn]
async fn spawns_on_another_runtime() {
    let local = tokio::task::LocalSet::new();
    local.spawn_local(local_task().in_current_call());
    local.await;
}

#[instrument_fn]
async fn local_task() {
    tokio::task::yield_now().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spawned_future_inherits_the_caller_on_request() {
    spawns_tasks().await;
    assert_eq!(called_by("task", "spawns_tasks"), 10);
    assert_eq!(
        called_by("task", ""),
        5,
        "without it a task has no caller, and never a wrong one"
    );
    assert_eq!(
        callers("in_task"),
        ["task"],
        "inside, the task itself is the caller"
    );
    assert_eq!(total("in_task"), 15);
    assert!(
        !CurrentCall::get().is_some(),
        "nothing stays behind on the thread"
    );
}

#[tokio::test]
async fn future_on_a_local_set_inherits_the_caller() {
    spawns_on_another_runtime().await;
    assert_eq!(callers("local_task"), ["spawns_on_another_runtime"]);
}

#[instrument_fn]
fn blocking() {}

#[instrument_fn]
async fn spawns_blocking() {
    tokio::task::spawn_blocking(blocking.in_current_call())
        .await
        .expect("no panic");
    tokio::task::spawn_blocking(blocking)
        .await
        .expect("no panic");
}

#[tokio::test]
async fn blocking_closure_inherits_the_caller_on_request() {
    spawns_blocking().await;
    assert_eq!(called_by("blocking", "spawns_blocking"), 1);
    assert_eq!(called_by("blocking", ""), 1);
}

#[instrument_fn]
fn on_a_thread() {}

#[instrument_fn]
fn spawns_threads() {
    thread::spawn(on_a_thread.in_current_call())
        .join()
        .expect("no panic");
    let borrowed = 1;
    thread::scope(|scope| {
        let work = || {
            assert_eq!(borrowed, 1);
            on_a_thread();
        };
        scope.spawn(work.in_current_call());
        scope.spawn(work);
    });
}

#[test]
fn closure_on_a_thread_inherits_the_caller_on_request() {
    spawns_threads();
    assert_eq!(called_by("on_a_thread", "spawns_threads"), 2);
    assert_eq!(called_by("on_a_thread", ""), 1);
}

#[instrument_fn]
fn in_a_pool(number: u64) -> u64 {
    number
}

#[instrument_fn]
fn uses_a_pool() -> u64 {
    let current = CurrentCall::get();
    let left = (|| in_a_pool(1)).in_current_call();
    let (left, right) = rayon::join(left, (|| in_a_pool(2)).in_current_call());
    let many: u64 = (0..100_u64)
        .into_par_iter()
        .map(|number| current.run(|| in_a_pool(number)))
        .sum();
    left + right + many
}

#[test]
fn closures_in_a_rayon_pool_inherit_the_caller() {
    assert_eq!(uses_a_pool(), 3 + 4_950);
    assert_eq!(callers("in_a_pool"), ["uses_a_pool"]);
    assert_eq!(called_by("in_a_pool", "uses_a_pool"), 102);
}

#[instrument_fn]
fn panics() {
    panic!("on purpose");
}

#[test]
fn panic_restores_the_caller() {
    let nowhere = CurrentCall::get();
    let result = catch_unwind(AssertUnwindSafe(|| nowhere.run(panics)));
    assert!(result.is_err());
    assert_eq!(CurrentCall::get(), nowhere);
}
