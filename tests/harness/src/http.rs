//! Requests to a server, each over a connection of its own.

use std::{
    io::{self, Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    time::Duration,
};

/// Limit of the time that a server may take, long enough for every test, so that a hanging server
/// fails the test.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Returns status and body of `GET path`.
///
/// # Errors
///
/// Fails if nothing answers within a minute, or the response is not HTTP.
pub fn get(addr: SocketAddr, path: &str) -> io::Result<(u16, String)> {
    // Servers answer HTTP/1.0 without chunks, and close the connection after the response.
    let request = format!("GET {path} HTTP/1.0\r\nHost: {addr}\r\n\r\n");
    let answer = send(addr, request, PATIENCE)?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    status
        .map(|status| (status, body.to_owned()))
        .ok_or_else(|| io::Error::other(format!("not HTTP: {head}")))
}

/// Sends a request that asks the server to close the connection, and returns the whole response.
///
/// # Errors
///
/// Fails if nothing answers for the time `patience`, or the response is not UTF-8.
pub fn send(addr: SocketAddr, request: impl AsRef<[u8]>, patience: Duration) -> io::Result<String> {
    let mut connection = TcpStream::connect(addr)?;
    connection.set_read_timeout(Some(patience))?;
    connection.write_all(request.as_ref())?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    Ok(answer)
}

/// Returns an address on 127.0.0.1 whose port was free a moment ago.
///
/// # Panics
///
/// Panics if this machine has no free port.
pub fn free_addr() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    listener.local_addr().expect("a listener has an address")
}

/// Encodes `text` as a value in a URL's query.
pub fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' | b'-' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
