//! An exchange of bytes with the server as one text.

use std::net::SocketAddr;

use crate::client::Client;

/// Sends `bytes` on a new connection, after whose answer the server must close it, and returns the
/// answer with line breaks of one character.
pub(crate) fn exchange(addr: SocketAddr, bytes: &str) -> String {
    let mut client = Client::connect(addr);
    client.send(bytes);
    let reply = client.reply();
    let head = reply.head.replace("\r\n", "\n");
    assert!(client.is_closed());
    format!("{}\n{head}{}", reply.status, reply.body)
}
