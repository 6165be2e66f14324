//! A program that forks goes on counting, whatever its other threads are doing.

#![cfg(unix)]
#![expect(unsafe_code, reason = "`fork` has no safe interface")]

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use autometrics::{CurrentCall, RemoteCaller, instrument_fn, snapshot};

unsafe extern "C" {
    fn fork() -> i32;
    fn waitpid(child: i32, status: *mut i32, options: i32) -> i32;
    fn _exit(status: i32) -> !;
    fn alarm(seconds: u32) -> u32;
}

#[instrument_fn]
fn called() {}

/// Calls with a caller that it did not have before, so that the registry must be locked.
fn call_by(number: usize) {
    let caller = RemoteCaller::new("web", "", format!("caller{number}")).unwrap();
    if let Ok(current) = CurrentCall::remote(&caller) {
        current.run(called);
    }
}

#[test]
fn a_child_counts_on_while_threads_of_the_parent_call_for_the_first_time() {
    static DONE: AtomicBool = AtomicBool::new(false);
    called();
    thread::scope(|scope| {
        for first in 0..2 {
            scope.spawn(move || {
                for number in 0.. {
                    if DONE.load(Ordering::Relaxed) {
                        break;
                    }
                    call_by(number % 400 * 2 + first);
                    // A thread of its own, as that is a first call as well.
                    thread::spawn(called).join().unwrap();
                }
            });
        }
        for round in 0..200 {
            // SAFETY: the child calls nothing but this program's functions that are to be
            // tried, and ends without destructors.
            match unsafe { fork() } {
                0 => {
                    // SAFETY: ends the process if it hangs.
                    unsafe { alarm(20) };
                    called();
                    call_by(900 + round % 50);
                    let status = i32::from(snapshot().functions.len() != 1);
                    // SAFETY: ends the process.
                    unsafe { _exit(status) }
                }
                child => {
                    let mut status = -1;
                    // SAFETY: `status` is written while it is there.
                    let ended = unsafe { waitpid(child, &raw mut status, 0) };
                    DONE.store(round == 199 || status != 0, Ordering::Relaxed);
                    assert_eq!((ended, status), (child, 0), "round {round}");
                }
            }
        }
    });
}
