//! Tests that a program neither grows nor gets more threads during an outage of its collector.
#![cfg(target_os = "linux")]

use std::{
    fs,
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use autometrics_core::{Caller, Edge, Function, Histogram, Outcome, Snapshot};
use autometrics_otlp::{Exporter, Temporality};

/// Returns a program with 300 functions and some 900 series of calls.
fn program() -> Snapshot {
    let mut snapshot = Snapshot::new("shop");
    for at in 0..300 {
        snapshot.functions.push(Function::new(
            "shop::some::module",
            format!("function_{at}"),
        ));
        for caller in [Caller::None, Caller::Function(at / 2), Caller::Overflow] {
            snapshot.edges.push(Edge::new(
                at,
                caller,
                Outcome::Ok,
                Histogram::new(vec![1; 15], 0.5),
            ));
        }
    }
    snapshot
}

/// Returns a number from `/proc/self/status`, in KiB for memory.
fn status(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn long_outage_takes_no_memory_and_no_threads() {
    let exports = Arc::new(AtomicU64::new(0));
    let wait_for = |more: u64| {
        let until = exports.load(Ordering::Relaxed) + more;
        while exports.load(Ordering::Relaxed) < until {
            thread::sleep(Duration::from_millis(5));
        }
    };
    // The system accepts connections to it, and nobody answers them.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let gone = TcpListener::bind("127.0.0.1:0").unwrap();
    let addrs = [silent.local_addr().unwrap(), gone.local_addr().unwrap()];
    drop(gone);
    let before = status("Threads:");
    for addr in addrs {
        for temporality in [Temporality::Cumulative, Temporality::Delta] {
            let count = Arc::clone(&exports);
            let snapshot = program();
            let source = move || {
                count.fetch_add(1, Ordering::Relaxed);
                snapshot.clone()
            };
            Exporter::new()
                .snapshot_source(source)
                .endpoint(format!("http://{addr}"))
                .temporality(temporality)
                .interval(Duration::from_millis(1))
                .timeout(Duration::from_millis(1))
                .start()
                .unwrap();
        }
    }
    wait_for(100);
    let settled = status("VmRSS:");
    wait_for(400);
    let grown = status("VmRSS:").saturating_sub(settled);
    // A queue of that many requests would take more, and a queue of snapshots 20 times as much.
    assert!(grown < 4096, "{grown} KiB more");
    // One thread per exporter, and possibly one for name resolution.
    let threads = status("Threads:") - before;
    assert!(threads <= 8, "{threads} threads more");
}
