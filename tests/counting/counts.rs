//! Counts are exact with any threads and tasks, and while snapshots are taken.

#[path = "../support/mod.rs"]
mod support;

use std::{
    cell::RefCell,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use autometrics::{instrument_fn, snapshot};
use support::{called_by, ended, total};

/// Takes snapshots while `work` runs, and checks that no count and no sum decreases.
fn watched(work: impl FnOnce()) {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let mut before = snapshot();
            let mut taken = 0;
            while !done.load(Ordering::Relaxed) {
                let now = snapshot();
                for edge in &before.edges {
                    let later = now.edges.iter().find(|later| {
                        (later.function, later.caller, &later.outcome)
                            == (edge.function, edge.caller, &edge.outcome)
                    });
                    let later = &later.expect("an edge never goes away").latency;
                    assert!(later.sum() >= edge.latency.sum(), "a sum went down");
                    for (bucket, &calls) in edge.latency.buckets().iter().enumerate() {
                        assert!(later.buckets()[bucket] >= calls, "a count went down");
                    }
                }
                before = now;
                taken += 1;
            }
            taken
        });
        // The flag is also set when `work` panics, so that the watcher ends.
        let finished = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        done.store(true, Ordering::Relaxed);
        assert!(watcher.join().expect("the watcher saw nothing go down") > 0);
        if let Err(panic) = finished {
            std::panic::resume_unwind(panic);
        }
    });
}

#[instrument_fn]
fn many_threads(fails: bool) -> Result<(), ()> {
    if fails { Err(()) } else { Ok(()) }
}

#[test]
fn counts_calls_of_threads_that_come_and_go() {
    watched(|| {
        for _round in 0..5 {
            thread::scope(|scope| {
                for thread in 0..64 {
                    scope.spawn(move || {
                        for call in 0..1_000 {
                            let _ = many_threads((thread + call) % 10 == 0);
                        }
                    });
                }
            });
        }
    });
    assert_eq!(ended("many_threads", "ok"), 5 * 64 * 900);
    assert_eq!(ended("many_threads", "error"), 5 * 64 * 100);
}

#[instrument_fn]
fn short_thread() {}

#[test]
fn counts_calls_of_ten_thousand_short_lived_threads() {
    watched(|| {
        for _batch in 0..500 {
            thread::scope(|scope| {
                for _ in 0..20 {
                    scope.spawn(short_thread);
                }
            });
        }
    });
    assert_eq!(total("short_thread"), 10_000);
}

#[instrument_fn]
async fn outer_task(task: u32) -> Result<u32, u32> {
    tokio::task::yield_now().await;
    let value = inner_task(task).await;
    tokio::task::yield_now().await;
    if value % 7 == 0 {
        Err(value)
    } else {
        Ok(value)
    }
}

#[instrument_fn]
async fn inner_task(task: u32) -> u32 {
    tokio::task::yield_now().await;
    task
}

#[test]
fn counts_calls_of_ten_thousand_tasks_that_yield() {
    watched(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(4)
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let tasks: Vec<_> = (0..10_000)
                .map(|task| tokio::spawn(outer_task(task)))
                .collect();
            for task in tasks {
                let _ = task.await.expect("the task does not panic");
            }
        });
    });
    assert_eq!(ended("outer_task", "error"), 10_000_u64.div_ceil(7));
    assert_eq!(total("outer_task"), 10_000);
    assert_eq!(called_by("outer_task", ""), 10_000, "a task has no caller");
    assert_eq!(called_by("inner_task", "outer_task"), 10_000);
    assert_eq!(total("inner_task"), 10_000);
}

#[instrument_fn]
fn recursive(depth: u32) -> u32 {
    if depth == 0 {
        leaf()
    } else {
        1 + recursive(depth - 1)
    }
}

#[instrument_fn]
fn leaf() -> u32 {
    0
}

#[test]
fn counts_nested_and_recursive_calls() {
    for _ in 0..100 {
        assert_eq!(recursive(9), 9);
    }
    assert_eq!(called_by("recursive", ""), 100);
    assert_eq!(called_by("recursive", "recursive"), 900);
    assert_eq!(called_by("leaf", "recursive"), 100);
    assert_eq!(total("leaf"), 100);
}

#[instrument_fn]
fn before_the_end() {}

#[instrument_fn]
fn in_a_destructor() {}

struct CallsWhenDropped;

impl Drop for CallsWhenDropped {
    fn drop(&mut self) {
        in_a_destructor();
        in_a_destructor();
    }
}

thread_local! {
    // Both orders are tested: destructors run in the reverse order of first use.
    static USED_FIRST: RefCell<Option<CallsWhenDropped>> = const { RefCell::new(None) };
    static USED_LAST: RefCell<Option<CallsWhenDropped>> = const { RefCell::new(None) };
}

#[test]
fn counts_calls_in_thread_local_destructors() {
    watched(|| {
        for _ in 0..200 {
            thread::spawn(|| {
                USED_FIRST.with_borrow_mut(|slot| *slot = Some(CallsWhenDropped));
                before_the_end();
                USED_LAST.with_borrow_mut(|slot| *slot = Some(CallsWhenDropped));
            })
            .join()
            .expect("the thread does not panic");
        }
    });
    assert_eq!(total("before_the_end"), 200);
    assert_eq!(total("in_a_destructor"), 800);
}
