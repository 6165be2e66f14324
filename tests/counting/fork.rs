//! Counting continues in the child process of `fork`, whatever other threads do meanwhile.

#![cfg(unix)]
#![expect(unsafe_code, reason = "`fork` has no safe interface")]

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use autometrics::{CurrentCall, RemoteCaller, instrument_fn, snapshot};
use test_harness::Client;

unsafe extern "C" {
    fn fork() -> i32;
    fn waitpid(child: i32, status: *mut i32, options: i32) -> i32;
    fn _exit(status: i32) -> !;
    fn alarm(seconds: u32) -> u32;
}

#[instrument_fn]
fn called() {}

/// Calls with a new caller, so that the registry must be locked.
fn call_by(number: usize) {
    let caller = RemoteCaller::new("web", "", format!("caller{number}")).unwrap();
    if let Ok(current) = CurrentCall::remote(&caller) {
        current.run(called);
    }
}

#[test]
fn child_counts_while_threads_of_the_parent_make_first_calls() {
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
                    // A new thread, because its first call is also one that locks.
                    thread::spawn(called).join().unwrap();
                }
            });
        }
        for round in 0..200 {
            // SAFETY: the child calls only functions of this program, which are under test, and
            // ends without destructors.
            match unsafe { fork() } {
                0 => {
                    // SAFETY: `alarm` only ends the process if it hangs.
                    unsafe { alarm(20) };
                    called();
                    call_by(900 + round % 50);
                    let status = i32::from(snapshot().functions.len() != 1);
                    // SAFETY: `_exit` ends the process.
                    unsafe { _exit(status) }
                }
                child => {
                    let mut status = -1;
                    // SAFETY: `status` outlives the call that writes it.
                    let ended = unsafe { waitpid(child, &raw mut status, 0) };
                    DONE.store(round == 199 || status != 0, Ordering::Relaxed);
                    assert_eq!((ended, status), (child, 0), "round {round}");
                }
            }
        }
    });
}

/// Forks, runs `work` in the child, and returns in the parent after the child has ended with
/// success.
#[track_caller]
fn in_a_child(work: impl FnOnce() -> bool) {
    // SAFETY: the child calls only functions of this program, which are under test, and ends
    // without destructors.
    match unsafe { fork() } {
        0 => {
            // SAFETY: `alarm` only ends the process if it hangs.
            unsafe { alarm(20) };
            let status = i32::from(!work());
            // SAFETY: `_exit` ends the process.
            unsafe { _exit(status) }
        }
        child => {
            let mut status = -1;
            // SAFETY: `status` outlives the call that writes it.
            let ended = unsafe { waitpid(child, &raw mut status, 0) };
            assert_eq!((ended, status), (child, 0));
        }
    }
}

#[test]
fn shutdown_of_a_listener_in_a_child_keeps_clients_of_the_parent() {
    called();
    let server = autometrics::prometheus::serve("127.0.0.1:0").unwrap();
    let mut client = Client::connect(server.local_addr());
    assert!(client.get("/metrics").body.contains("called"));
    in_a_child(|| {
        server.shutdown();
        true
    });
    assert!(client.get("/metrics").body.contains("called"));
}

#[cfg(feature = "otlp")]
#[test]
fn exporter_returns_errors_in_a_child() {
    let exporter = autometrics::otlp::Exporter::new().endpoint("http://127.0.0.1:9");
    let exporter = exporter.start().unwrap();
    in_a_child(|| {
        let flushed = exporter.flush(Duration::from_secs(1)).unwrap_err();
        let stopped = exporter.shutdown(Duration::from_secs(1)).unwrap_err();
        [flushed, stopped].iter().all(|error| {
            error
                .to_string()
                .ends_with("start the exporter after `fork`")
        })
    });
}
