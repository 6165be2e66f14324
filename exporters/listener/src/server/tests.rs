//! Tests of slow clients, with limits short enough to wait for.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use http::{Request, Response};

use super::{Server, WORKERS, listen_within};
use crate::limits::Limits;

const SHORT: Duration = Duration::from_millis(100);
/// Longer than any test takes, so in effect no limit.
const LONG: Duration = Duration::from_secs(3600);
const NONE: Limits = Limits {
    request: LONG,
    answer: LONG,
    idle: LONG,
    grace: LONG,
    body: None,
};

/// Starts a listener with answers larger than the buffers of sockets.
fn server(limits: Limits) -> Server {
    let answer = |_: Request<Vec<u8>>| Response::new(vec![b'x'; 32 << 20]);
    listen_within(limits, "test", "127.0.0.1:0", answer).expect("a free port")
}

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.local_addr()).expect("connects");
    let patience = Some(Duration::from_secs(60));
    stream.set_read_timeout(patience).expect("a timeout");
    stream
}

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";

/// Returns `true` if the server answers a client that behaves well.
fn serves(server: &Server) -> bool {
    let mut client = connect(server);
    client.write_all(REQUEST).expect("sends");
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).expect("an answer");
    answer.starts_with(b"HTTP/1.1 200 OK\r\n") && answer.len() > 32 << 20
}

#[test]
fn request_that_trickles_in_is_cut_off() {
    let server = server(Limits {
        request: SHORT,
        ..NONE
    });
    let mut slow: Vec<_> = (0..WORKERS).map(|_| connect(&server)).collect();
    // Each single wait is shorter than the limit.
    for byte in b"GET / HTTP/1.1\r\nX: "
        .iter()
        .chain(std::iter::repeat_n(&b'x', 1000))
    {
        let mut all_cut_off = true;
        for client in &mut slow {
            all_cut_off &= client.write_all(&[*byte]).is_err();
        }
        if all_cut_off {
            break;
        }
        thread::sleep(SHORT / 10);
    }
    assert!(serves(&server));
    server.shutdown();
}

#[test]
fn trickling_client_gets_status_408() {
    let server = server(Limits {
        request: SHORT,
        ..NONE
    });
    let mut client = connect(&server);
    client.write_all(b"GET /").expect("sends");
    let mut answer = String::new();
    client.read_to_string(&mut answer).expect("an answer");
    assert!(
        answer.starts_with("HTTP/1.1 408 Request Timeout\r\n"),
        "{answer}"
    );
    server.shutdown();
}

#[test]
fn body_that_trickles_in_gets_status_408() {
    let server = server(Limits {
        request: SHORT * 5,
        body: Some(1000),
        ..NONE
    });
    for headers in ["Content-Length: 1000", "Transfer-Encoding: chunked"] {
        let mut client = connect(&server);
        let head = format!("POST / HTTP/1.1\r\nHost: test\r\n{headers}\r\n\r\n1;");
        client.write_all(head.as_bytes()).expect("sends");
        // Each single wait is shorter than the limit.
        let wait = Some(SHORT / 10);
        client.set_read_timeout(wait).expect("a timeout");
        let mut answer = vec![0; 1000];
        let len = loop {
            if let Ok(len) = client.read(&mut answer) {
                break len;
            }
            client.write_all(b"x").expect("sends");
        };
        let answer = String::from_utf8_lossy(&answer[..len]);
        let is_late = answer.starts_with("HTTP/1.1 408 Request Timeout\r\n");
        assert!(is_late, "{answer}");
    }
    server.shutdown();
}

#[test]
fn untaken_answer_is_cut_off_at_the_limit() {
    let server = server(Limits {
        answer: SHORT * 5,
        ..NONE
    });
    let mut deaf: Vec<_> = (0..WORKERS).map(|_| connect(&server)).collect();
    for client in &mut deaf {
        client.write_all(REQUEST).expect("sends");
    }
    let mut client = connect(&server);
    client.write_all(b"nonsense\r\n\r\n").expect("sends");
    let mut answer = String::new();
    client.read_to_string(&mut answer).expect("an answer");
    assert!(
        answer.starts_with("HTTP/1.1 400 Bad Request\r\n"),
        "{answer}"
    );
    server.shutdown();
}

#[test]
fn untaken_answer_makes_room_for_others() {
    let server = server(Limits {
        grace: SHORT * 10,
        ..NONE
    });
    let deaf: Vec<_> = (0..WORKERS)
        .map(|_| {
            let mut client = connect(&server);
            client.write_all(REQUEST).expect("sends");
            client
        })
        .collect();
    assert!(serves(&server));
    drop(deaf);
    server.shutdown();
}

#[test]
fn slowly_taken_answer_makes_room_for_others() {
    let server = server(Limits {
        grace: SHORT * 10,
        ..NONE
    });
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        // More clients than threads. Each of them always takes some bytes.
        for _ in 0..WORKERS * 4 {
            let mut slow = connect(&server);
            slow.write_all(REQUEST).expect("sends");
            let is_over = &is_over;
            scope.spawn(move || {
                let mut chunk = [0; 16 << 10];
                while !is_over.load(Ordering::Relaxed)
                    && slow.read(&mut chunk).is_ok_and(|len| len > 0)
                {
                    thread::sleep(SHORT / 10);
                }
            });
        }
        let served = serves(&server);
        is_over.store(true, Ordering::Relaxed);
        assert!(served);
    });
    server.shutdown();
}

#[test]
fn connection_is_closed_when_idle_for_too_long() {
    let server = server(Limits {
        idle: SHORT,
        ..NONE
    });
    let mut client = connect(&server);
    client
        .write_all(b"HEAD / HTTP/1.1\r\nHost: test\r\n\r\n")
        .expect("sends");
    let mut answer = String::new();
    client.read_to_string(&mut answer).expect("an answer");
    assert!(answer.contains("connection: keep-alive\r\n"), "{answer}");
    server.shutdown();
}

#[test]
fn shutdown_cuts_off_an_untaken_answer() {
    let server = server(NONE);
    let mut deaf = connect(&server);
    deaf.write_all(REQUEST).expect("sends");
    let mut first = [0; 1];
    deaf.read_exact(&mut first).expect("an answer begins");
    let addr = server.local_addr();
    server.shutdown();
    let error = TcpStream::connect(addr).expect_err("nobody listens");
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
}
