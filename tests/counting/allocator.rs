//! Checks that an instrumented allocator neither hangs nor overflows the stack.

#![expect(unsafe_code, reason = "an allocator has no safe interface")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    thread,
};

use autometrics::{Caller, instrument_fn, snapshot};

struct Counted;

// The first allocations happen before `main`.
#[global_allocator]
static ALLOCATOR: Counted = Counted;

// SAFETY: all calls are forwarded to `System`.
#[instrument_fn]
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = note(layout.size());
        // SAFETY: the caller upholds the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller upholds the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[instrument_fn]
fn note(size: usize) -> Result<usize, Empty> {
    if size == 0 { Err(Empty) } else { Ok(size) }
}

struct Empty;

#[instrument_fn]
fn work(size: usize) -> Vec<u8> {
    vec![1; size]
}

#[test]
fn calls_are_counted_while_the_allocator_is_instrumented() {
    let threads: Vec<_> = (0..4)
        .map(|_| {
            thread::spawn(|| {
                for size in 1..500 {
                    assert_eq!(work(size).len(), size);
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let snapshot = snapshot();
    let place = snapshot.functions.iter().position(|it| it.name == "work");
    let edges = snapshot
        .edges
        .iter()
        .filter(|it| Some(it.function) == place);
    let calls: u64 = edges
        .filter(|edge| edge.caller == Caller::None)
        .map(|edge| edge.latency.count())
        .sum();
    assert_eq!(calls, 4 * 499);
}
