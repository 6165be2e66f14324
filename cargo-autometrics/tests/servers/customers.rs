//! Customers of the shop, who place orders and hang up if an answer takes too long.

use std::{
    io,
    net::SocketAddr,
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{sleep, spawn},
    time::{Duration, SystemTime},
};

use serde_json::{Value, json};
use test_harness::send;

/// Timeout of a checkout during the outage.
const PATIENCE: Duration = Duration::from_millis(100);
/// Timeout of all other requests.
const LONG: Duration = Duration::from_secs(5);

/// Four customers, who place some ten orders a second until this is dropped.
pub(crate) struct Customers(Arc<AtomicBool>);

impl Customers {
    /// Starts customers of the shop at `addr`; they hang up early during the `outage`.
    pub(crate) fn start(addr: SocketAddr, outage: Range<SystemTime>) -> Self {
        let closed = Arc::new(AtomicBool::new(false));
        for first in 0..4 {
            let (closed, outage) = (Arc::clone(&closed), outage.clone());
            spawn(move || {
                for product in (first..).map(|i| i % 20 + 1) {
                    if closed.load(Ordering::Relaxed) {
                        return;
                    }
                    let hasty = outage.contains(&SystemTime::now());
                    // Failures are ignored: the servers count them.
                    let _ = order(addr, product, if hasty { PATIENCE } else { LONG });
                    sleep(Duration::from_millis(300));
                }
            });
        }
        Self(closed)
    }
}

impl Drop for Customers {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Places an order, and hangs up if the checkout takes longer than `patience`.
fn order(addr: SocketAddr, product: u64, patience: Duration) -> io::Result<()> {
    let cart = post(addr, "/carts", &Value::Null, LONG)?;
    let cart = cart["id"].as_i64().ok_or(io::ErrorKind::InvalidData)?;
    let item = json!({ "product": product, "quantity": 1 });
    post(addr, &format!("/carts/{cart}/items"), &item, LONG)?;
    let payment = json!({ "card": "4111111111111111" });
    post(addr, &format!("/carts/{cart}/checkout"), &payment, patience)?;
    Ok(())
}

fn post(addr: SocketAddr, path: &str, body: &Value, patience: Duration) -> io::Result<Value> {
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = send(addr, request, patience)?;
    let (_, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    Ok(serde_json::from_str(body).unwrap_or_default())
}
