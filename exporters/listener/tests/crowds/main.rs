//! Tests the listener with a thousand misbehaving connections at once.
//!
//! These tests have a program of their own, because they need some thousand open files, just below
//! the limit of 1,024 that many systems have.

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

use autometrics_listener::listen;
use http::Response;
use test_harness::Client;

/// Name of the listener, with which the names of its threads begin.
const NAME: &str = "crowds-http";
/// Number of threads of the listener.
const WORKERS: usize = 4;
/// Number of connections at once.
const CROWD: usize = 1000;
/// Longest time that a well-behaved client may have to wait, on a machine with other work. It is
/// shorter than the ten seconds in which a request may arrive.
const PATIENCE: Duration = Duration::from_secs(8);

/// Allows one crowd at a time, so that there are enough file descriptors for it.
static TURN: Mutex<()> = Mutex::new(());

/// Connects a crowd to a server. Its members send `first` when they are connected, and `then` every
/// second. Requests pages meanwhile, and checks that neither threads nor descriptors are left over.
#[track_caller]
fn check(first: &[u8], then: Option<u8>) {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let without_server = resources();
    let server = listen(NAME, "127.0.0.1:0", |_| Response::new(vec![b'x'; 2_000]));
    let server = server.expect("a free port");
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
    // The crowd has left, and the server notices.
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
        // The connection may have been closed already.
        let _ = stream.write_all(first);
        stream
    };
    (0..CROWD).map(connect).collect()
}

/// Keeps a crowd connected until `is_over`.
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

/// Requests both pages, and returns the time of the slower one.
fn ask(addr: SocketAddr) -> Duration {
    let pages = ["/page", "/"].map(|path| {
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

/// Returns the number of server threads and of file descriptors of this process, if the system
/// reports them.
fn resources() -> [Option<usize>; 2] {
    let entries = |folder: &str| Path::new(folder).read_dir().ok();
    let is_a_servers = |task: &DirEntry| {
        let name = fs::read_to_string(task.path().join("comm"));
        name.is_ok_and(|name| name.starts_with(NAME))
    };
    let threads =
        entries("/proc/self/task").map(|tasks| tasks.flatten().filter(is_a_servers).count());
    [threads, entries("/proc/self/fd").map(Iterator::count)]
}

#[test]
fn pages_answer_beside_a_silent_crowd() {
    check(b"", None);
}

#[test]
fn pages_answer_beside_a_trickling_crowd() {
    check(b"GET /page HTTP/1.1\r\nX-Slow: ", Some(b'x'));
}

#[test]
fn pages_answer_beside_a_crowd_that_sends_garbage() {
    check(b"\x16\x03\x01 this is no request\r\n\r\n", Some(b'\n'));
}

#[test]
fn pages_answer_beside_a_crowd_that_takes_no_answers() {
    check(b"GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n", None);
}
