//! The listener against a thousand connections at once that mean no good.
//!
//! A program of its own, as it has more files open than other tests like beside
//! them: a thousand and a few, below the limit of 1,024 that many systems have.

#[path = "../it/client.rs"]
mod client;

use std::{
    fs::{self, DirEntry},
    io::Write as _,
    net::{SocketAddr, TcpStream},
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use autometrics_core::Snapshot;
use autometrics_prometheus::serve_from;

use crate::client::Client;

/// The listener's threads.
const WORKERS: usize = 4;
/// So many connections at once.
const CROWD: usize = 1000;
/// Longer than a client that does everything right may have to wait, on a machine
/// with other things to do. Ten seconds is how long a request may take to arrive.
const PATIENCE: Duration = Duration::from_secs(8);

/// One crowd at a time, so that there are descriptors for it.
static TURN: Mutex<()> = Mutex::new(());

/// Has a crowd at a server, whose members send `first` when they are connected, and
/// `then` every second; asks for pages meanwhile, and looks at what is left.
#[track_caller]
fn check(first: &[u8], then: Option<u8>) {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let without_server = resources();
    let server = serve_from("127.0.0.1:0", || Snapshot::new("shop")).expect("a free port");
    let addr = server.local_addr();
    let [threads, descriptors] = resources();
    let before = [threads.map(|_| WORKERS), descriptors];
    wait_for(before);
    let (is_there, is_over) = (AtomicBool::new(false), AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| {
            let crowd = gather(addr, first);
            is_there.store(true, Ordering::Relaxed);
            stay(crowd, then, &is_over);
        });
        let mut longest = Duration::ZERO;
        let mut more = 10;
        while more > 0 {
            longest = longest.max(ask(addr));
            more -= usize::from(is_there.load(Ordering::Relaxed));
        }
        is_over.store(true, Ordering::Relaxed);
        println!("the longest wait was {longest:?}");
        assert!(longest < PATIENCE, "{longest:?}");
    });
    // The crowd is gone, and the server notices.
    wait_for(before);
    let mut last = Client::connect(addr);
    last.get("/");
    server.shutdown();
    assert!(last.is_closed());
    drop(last);
    assert_eq!(resources(), without_server, "threads and descriptors");
}

fn gather(addr: SocketAddr, first: &[u8]) -> Vec<TcpStream> {
    let connect = |_| {
        let mut stream = TcpStream::connect(addr).expect("connects");
        // It may have been cut off already.
        let _ = stream.write_all(first);
        stream
    };
    (0..CROWD).map(connect).collect()
}

/// Keeps a crowd until it is over.
fn stay(mut crowd: Vec<TcpStream>, then: Option<u8>, is_over: &AtomicBool) {
    while !is_over.load(Ordering::Relaxed) {
        for stream in &mut crowd {
            if let Some(byte) = then {
                let _ = stream.write_all(&[byte]);
            }
        }
        thread::sleep(Duration::from_millis(if then.is_some() {
            1000
        } else {
            10
        }));
    }
}

/// Asks for both pages, and tells how long the slower one took.
fn ask(addr: SocketAddr) -> Duration {
    let pages = ["/metrics", "/"].map(|path| {
        let began = Instant::now();
        let reply = Client::connect(addr).get(path);
        assert_eq!(reply.status, "HTTP/1.1 200 OK");
        began.elapsed()
    });
    thread::sleep(Duration::from_millis(100));
    pages.into_iter().max().unwrap_or_default()
}

#[track_caller]
fn wait_for(expected: [Option<usize>; 2]) {
    let began = Instant::now();
    while resources() != expected {
        let late = began.elapsed() >= PATIENCE;
        assert!(!late, "{:?} instead of {expected:?}", resources());
        thread::sleep(Duration::from_millis(10));
    }
}

/// How many threads of servers, and how many descriptors this process has, where
/// the system tells.
fn resources() -> [Option<usize>; 2] {
    let entries = |folder: &str| Path::new(folder).read_dir().ok();
    let is_a_servers = |task: &DirEntry| {
        let name = fs::read_to_string(task.path().join("comm"));
        name.is_ok_and(|name| name.starts_with("metrics-http"))
    };
    let threads =
        entries("/proc/self/task").map(|tasks| tasks.flatten().filter(is_a_servers).count());
    [threads, entries("/proc/self/fd").map(Iterator::count)]
}

#[test]
fn a_crowd_that_sends_nothing_leaves_pages_answering() {
    check(b"", None);
}

#[test]
fn a_crowd_that_trickles_leaves_pages_answering() {
    check(b"GET /metrics HTTP/1.1\r\nX-Slow: ", Some(b'x'));
}

#[test]
fn a_crowd_that_sends_garbage_leaves_pages_answering() {
    check(b"\x16\x03\x01 this is no request\r\n\r\n", Some(b'\n'));
}

#[test]
fn a_crowd_that_takes_no_answers_leaves_pages_answering() {
    check(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", None);
}
