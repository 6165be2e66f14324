//! HTTP client that sends exactly the given bytes over a connection that stays open.

#![expect(
    clippy::missing_panics_doc,
    reason = "`Client` has the reasons for all of its methods"
)]

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
};

use crate::http::PATIENCE;

/// A connection to a server, and the bytes received so far.
///
/// Its methods panic if the connection breaks, or takes longer than a minute.
pub struct Client {
    stream: TcpStream,
    received: Vec<u8>,
}

/// Answer of the server, with status line, headers and body.
pub struct Reply {
    /// Status line, such as `HTTP/1.1 200 OK`.
    pub status: String,
    /// Headers, each line with its end.
    pub head: String,
    /// Body; empty if only the head was read, or if the body is returned separately.
    pub body: String,
}

impl Reply {
    /// Returns the value of the header `name`, which must be in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

impl Client {
    /// Connects to a server.
    pub fn connect(addr: SocketAddr) -> Self {
        let stream = TcpStream::connect(addr).expect("connects");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream.set_write_timeout(Some(PATIENCE)).expect("a timeout");
        Self {
            stream,
            received: Vec::new(),
        }
    }

    /// Sends these bytes.
    pub fn send(&mut self, bytes: &str) {
        self.stream.write_all(bytes.as_bytes()).expect("sends");
    }

    /// Sends a request for `path`.
    pub fn ask(&mut self, method: &str, path: &str) {
        self.send(&format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"
        ));
    }

    /// Sends a `GET` request for `path` and returns the answer.
    pub fn get(&mut self, path: &str) -> Reply {
        self.ask("GET", path);
        self.reply()
    }

    /// Reads an answer with a text as its body.
    pub fn reply(&mut self) -> Reply {
        let (mut reply, body) = self.reply_in_bytes();
        reply.body = String::from_utf8(body).expect("UTF-8");
        reply
    }

    /// Reads an answer and returns its body separately.
    pub fn reply_in_bytes(&mut self) -> (Reply, Vec<u8>) {
        let reply = self.head();
        let len = reply.header("content-length").expect("a length");
        let len = len.parse().expect("a number");
        while self.received.len() < len {
            assert!(self.read() > 0, "the body is cut off");
        }
        let rest = self.received.split_off(len);
        (reply, std::mem::replace(&mut self.received, rest))
    }

    /// Reads the head of an answer.
    pub fn head(&mut self) -> Reply {
        let end = loop {
            let end = self
                .received
                .windows(4)
                .position(|bytes| bytes == b"\r\n\r\n");
            match end {
                Some(end) => break end + 4,
                None => assert!(self.read() > 0, "the head is cut off"),
            }
        };
        let rest = self.received.split_off(end);
        let head = String::from_utf8(std::mem::replace(&mut self.received, rest)).expect("UTF-8");
        let (status, head) = head.split_once("\r\n").expect("a status line");
        Reply {
            status: status.to_owned(),
            head: head.to_owned(),
            body: String::new(),
        }
    }

    /// Returns `true` if the server closes the connection without another byte.
    pub fn is_closed(&mut self) -> bool {
        self.received.is_empty() && self.read() == 0
    }

    fn read(&mut self) -> usize {
        let mut chunk = [0; 4096];
        let len = match self.stream.read(&mut chunk) {
            Ok(len) => len,
            // The server closed the connection with unread bytes of this client.
            Err(error) if error.kind() == ErrorKind::ConnectionReset => 0,
            Err(error) => panic!("no answer: {error}"),
        };
        self.received.extend_from_slice(&chunk[..len]);
        len
    }
}

/// Sends `bytes` on a new connection, which the server must close after its answer. Returns the
/// answer with line breaks of one character.
///
/// # Panics
///
/// Panics if the server does not answer, or keeps the connection open.
pub fn exchange(addr: SocketAddr, bytes: &str) -> String {
    let mut client = Client::connect(addr);
    client.send(bytes);
    let reply = client.reply();
    let head = reply.head.replace("\r\n", "\n");
    assert!(client.is_closed(), "the server keeps the connection open");
    format!("{}\n{head}{}", reply.status, reply.body)
}
