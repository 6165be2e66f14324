//! Tests the listener with well-behaved and misbehaving clients.

use std::error::Error as _;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::thread;

use autometrics_listener::{ServeError, Server, listen};
use expect_test::{Expect, expect};
use http::{Request, Response};

use test_harness::{Client, exchange};

/// More connections than the listener has threads.
const CROWD: usize = 8;

/// Starts a listener that answers every request with the same page.
fn serve(addr: impl ToSocketAddrs) -> Result<Server, ServeError> {
    listen("test", addr, |_| Response::new(b"hello\n".to_vec()))
}

fn server() -> Server {
    serve("127.0.0.1:0").expect("a free port")
}

/// Compares the answer of a new server to `bytes`.
#[track_caller]
fn check(bytes: &str, expected: &Expect) {
    let server = server();
    expected.assert_eq(&exchange(server.local_addr(), bytes));
    server.shutdown();
}

#[test]
fn requests_that_are_not_http_are_refused() {
    check(
        "\u{16}\u{3}\u{1}\u{2}\u{0}",
        &expect![[r#"
            HTTP/1.1 400 Bad Request
            content-length: 12
            connection: close
            content-type: text/plain; charset=utf-8
            x-content-type-options: nosniff

            bad request
        "#]],
    );
    check(
        "GET /page HTTP/1.1\r\n\r\n",
        &expect![[r#"
            HTTP/1.1 400 Bad Request
            content-length: 12
            connection: close
            content-type: text/plain; charset=utf-8
            x-content-type-options: nosniff

            bad request
        "#]],
    );
    check(
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        &expect![[r#"
            HTTP/1.1 505 HTTP Version Not Supported
            content-length: 27
            connection: close
            content-type: text/plain; charset=utf-8
            x-content-type-options: nosniff

            http version not supported
        "#]],
    );
}

#[test]
fn endless_head_is_refused() {
    check(
        &format!("GET /page HTTP/1.1\r\nCookie: {}", "x".repeat(20_000)),
        &expect![[r#"
            HTTP/1.1 431 Request Header Fields Too Large
            content-length: 32
            connection: close
            content-type: text/plain; charset=utf-8
            x-content-type-options: nosniff

            request header fields too large
        "#]],
    );
}

#[test]
fn http_1_0_is_answered_and_closed() {
    let server = server();
    let mut client = Client::connect(server.local_addr());
    client.send("GET /page HTTP/1.0\r\n\r\n");
    let reply = client.reply();
    assert_eq!(reply.header("connection"), Some("close"));
    assert!(client.is_closed());
    server.shutdown();
}

#[test]
fn head_has_the_length_and_no_body() {
    let server = server();
    let mut client = Client::connect(server.local_addr());
    client.ask("HEAD", "/page");
    let head = client.head();
    // The next answer begins directly after the head.
    let get = client.get("/page");
    assert_eq!(get.status, "HTTP/1.1 200 OK");
    assert_eq!(head.head, get.head);
    server.shutdown();
}

#[test]
fn connection_takes_many_requests_also_pipelined() {
    let server = server();
    let mut client = Client::connect(server.local_addr());
    for _ in 0..50 {
        assert_eq!(client.get("/").header("connection"), Some("keep-alive"));
    }
    for _ in 0..50 {
        client.ask("GET", "/");
    }
    for _ in 0..50 {
        assert_eq!(client.reply().status, "HTTP/1.1 200 OK");
    }
    server.shutdown();
}

#[test]
fn idle_connections_make_room() {
    let server = server();
    let mut idle = Vec::new();
    for _ in 0..CROWD {
        let mut client = Client::connect(server.local_addr());
        assert_eq!(client.get("/page").status, "HTTP/1.1 200 OK");
        idle.push(client);
    }
    // The first connections were closed to make room.
    assert!(idle[0].is_closed());
    server.shutdown();
}

#[test]
fn unfinished_requests_make_room_with_status_408() {
    let server = server();
    let mut slow = Vec::new();
    for _ in 0..CROWD {
        let mut client = Client::connect(server.local_addr());
        client.send("GET /page HTTP/1.1\r\n");
        slow.push(client);
    }
    let mut client = Client::connect(server.local_addr());
    assert_eq!(client.get("/page").status, "HTTP/1.1 200 OK");
    assert_eq!(slow[0].reply().status, "HTTP/1.1 408 Request Timeout");
    server.shutdown();
}

#[test]
fn silent_clients_make_room() {
    let server = server();
    let silent: Vec<_> = (0..CROWD)
        .map(|_| Client::connect(server.local_addr()))
        .collect();
    let mut client = Client::connect(server.local_addr());
    assert_eq!(client.get("/page").status, "HTTP/1.1 200 OK");
    drop(silent);
    server.shutdown();
}

#[test]
fn more_clients_than_threads_are_served() {
    let server = server();
    let addr = server.local_addr();
    thread::scope(|scope| {
        for _ in 0..CROWD {
            scope.spawn(move || {
                for _ in 0..20 {
                    let mut client = Client::connect(addr);
                    assert_eq!(client.get("/page").status, "HTTP/1.1 200 OK");
                }
            });
        }
    });
    server.shutdown();
}

#[test]
fn clients_that_leave_free_their_threads() {
    let server = server();
    for bytes in ["", "GET", "GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n"] {
        for _ in 0..CROWD {
            Client::connect(server.local_addr()).send(bytes);
        }
    }
    let mut client = Client::connect(server.local_addr());
    assert_eq!(client.get("/page").status, "HTTP/1.1 200 OK");
    server.shutdown();
}

#[test]
fn panic_of_the_handler_is_status_500() {
    let server = listen("panicking", "127.0.0.1:0", |request: &Request<()>| {
        assert_ne!(request.uri().path(), "/panic", "on purpose");
        Response::new(b"fine".to_vec())
    });
    let server = server.expect("a free port");
    let mut client = Client::connect(server.local_addr());
    for _ in 0..CROWD {
        let reply = client.get("/panic");
        assert_eq!(reply.status, "HTTP/1.1 500 Internal Server Error");
        assert_eq!(client.get("/").body, "fine");
    }
    server.shutdown();
}

#[test]
fn shutdown_closes_connections_and_frees_the_port() {
    let server = server();
    let addr = server.local_addr();
    let mut idle = Client::connect(addr);
    idle.get("/page");
    let mut silent = Client::connect(addr);
    server.shutdown();
    assert!(idle.is_closed());
    assert!(silent.is_closed());
    let again = serve(addr).expect("the port is free");
    assert_eq!(again.local_addr(), addr);
    again.shutdown();
}

#[test]
fn shutdown_wakes_a_listener_on_all_interfaces() {
    for addr in ["0.0.0.0:0", "[::]:0"] {
        // A machine may lack IPv6.
        let Ok(server) = serve(addr) else {
            continue;
        };
        let port = server.local_addr().port();
        server.shutdown();
        let freed = SocketAddr::new(addr.parse::<SocketAddr>().expect("an address").ip(), port);
        serve(freed).expect("the port is free").shutdown();
    }
}

#[test]
fn dropping_the_handle_does_not_stop_the_listener() {
    let addr = server().local_addr();
    let mut client = Client::connect(addr);
    assert_eq!(client.get("/page").status, "HTTP/1.1 200 OK");
}

#[test]
fn occupied_address_is_an_error() {
    let other = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let addr = other.local_addr().expect("an address");
    let error = serve(addr).expect_err("it is taken");
    assert!(error.is_address_in_use());
    assert!(error.source().is_some());
    let message = error.to_string().replace(&addr.port().to_string(), "9464");
    expect!["cannot listen on 127.0.0.1:9464: address already in use; stop the other program, or choose another address (port 0 picks a free one)"].assert_eq(&message);
}

#[test]
fn invalid_address_is_an_error() {
    let error = serve("9464").expect_err("it has no host");
    expect![
        "cannot resolve the address to listen on; write it as host:port, such as 127.0.0.1:9464"
    ]
    .assert_eq(&error.to_string());
    let error = serve("203.0.113.1:0").expect_err("it is not ours");
    expect!["cannot listen on 203.0.113.1:0: no interface of this machine has that address; choose 127.0.0.1, or 0.0.0.0 for all interfaces"].assert_eq(&error.to_string());
}
