//! Work of one thread: accept a connection, answer its requests, accept the next.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::mem;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::{Method, Request, Response, StatusCode};

use crate::body::{self, Framing};
use crate::limits::Limits;
use crate::pool::Pool;
use crate::{reply, request};

/// Maximum length of a request's head, in bytes.
const MAX_HEAD: usize = 16 * 1024;
/// Pause of a thread after the system refused it a connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Speed in MB/s below which a client is disconnected while others wait.
const SLOWEST: u32 = 10;
/// Interval at which a slow client is checked while it reads.
const SLICE: Duration = Duration::from_millis(50);
/// Limits for a client that goes on sending after the last answer.
const DRAIN_TIME: Duration = Duration::from_millis(500);
const MAX_DRAINED: usize = 2 * 1024 * 1024;

/// Accepts connections and answers their requests until the pool stops.
pub(crate) fn work<H>(
    listener: &TcpListener,
    handler: &H,
    pool: &Pool,
    worker: usize,
    limits: Limits,
) where
    H: Fn(Request<Vec<u8>>) -> Response<Vec<u8>>,
{
    while pool.begin_accepting() {
        let began = Instant::now();
        let stream = match listener.accept() {
            Ok((stream, _)) => Arc::new(stream),
            Err(error) => {
                // A client that has already left implies nothing about the next one. Any other
                // error, such as too many open files, will persist for a while.
                let pause = match error.kind() {
                    ErrorKind::ConnectionAborted | ErrorKind::Interrupted => Duration::ZERO,
                    _ => ACCEPT_PAUSE,
                };
                pool.accept_failed(pause);
                continue;
            }
        };
        pool.open(worker, &stream, began.elapsed());
        let mut connection = Connection {
            stream: &stream,
            received: Vec::new(),
            pool,
            worker,
            limits,
        };
        connection.serve(handler);
        pool.close(worker);
    }
}

struct Connection<'a> {
    stream: &'a TcpStream,
    /// Bytes that were read and not parsed yet.
    received: Vec<u8>,
    pool: &'a Pool,
    worker: usize,
    limits: Limits,
}

/// Result of waiting for bytes.
enum Fill {
    Some,
    End,
    TooLong,
}

impl Connection<'_> {
    /// Answers one request after the other, until the connection ends.
    fn serve<H>(&mut self, handler: &H)
    where
        H: Fn(Request<Vec<u8>>) -> Response<Vec<u8>>,
    {
        // Each answer is two writes. With Nagle's algorithm, the second would wait for the
        // acknowledgement of the first.
        let _ = self.stream.set_nodelay(true);
        loop {
            let (response, is_head, stays_open) = match self.next() {
                Ok(None) => return,
                Err(status) => (reply::refusal(status), false, false),
                Ok(Some(request)) => {
                    let is_head = request.method() == Method::HEAD;
                    let may_follow = self.may_follow(&request);
                    // The listener shares no state with the handler, so a panic leaves none of it
                    // inconsistent.
                    let answer = panic::catch_unwind(AssertUnwindSafe(|| handler(request)));
                    let response = answer
                        .unwrap_or_else(|_| reply::refusal(StatusCode::INTERNAL_SERVER_ERROR));
                    (response, is_head, may_follow && !self.pool.is_starving())
                }
            };
            if self.answer(&response, is_head, stays_open).is_err() {
                return;
            }
            if !stays_open {
                return self.drain_and_close();
            }
            if !self.idle() {
                return;
            }
        }
    }

    /// Waits for the first byte of another request. Returns `false` if none comes, or if the
    /// connection has to make room.
    fn idle(&mut self) -> bool {
        if !self.received.is_empty() {
            return true;
        }
        if !self.pool.idle(self.worker) {
            return false;
        }
        let began = Instant::now();
        let fill = self.fill(began, self.limits.idle);
        self.pool.busy(self.worker);
        matches!(fill, Fill::Some)
    }

    /// Returns `true` if the next request on the connection can be found, and the client may send
    /// one.
    fn may_follow(&self, request: &Request<Vec<u8>>) -> bool {
        let is_read = self.limits.body.is_some() || !body::is_announced(request.headers());
        is_read && request::may_follow(request)
    }

    /// Reads a request. Returns `None` if the client does not send one.
    fn next(&mut self) -> Result<Option<Request<Vec<u8>>>, StatusCode> {
        let began = Instant::now();
        let request = loop {
            if let Some((request, len)) = request::parse(&self.received)? {
                self.received.drain(..len);
                break request;
            }
            if self.received.len() >= MAX_HEAD {
                return Err(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
            }
            if !self.receive(began, !self.received.is_empty())? {
                return Ok(None);
            }
        };
        let body = match self.limits.body {
            Some(most) => self.body(&request, most, began)?,
            None => Some(Vec::new()),
        };
        Ok(body.map(|body| request.map(|()| body)))
    }

    /// Reads the body of `request`, of `most` bytes at most. Returns `None` if the client leaves.
    fn body(
        &mut self,
        request: &Request<()>,
        most: usize,
        began: Instant,
    ) -> Result<Option<Vec<u8>>, StatusCode> {
        let framing = Framing::of(request.headers(), most)?;
        if framing == Framing::Length(0) {
            return Ok(Some(Vec::new()));
        }
        if self.received.is_empty() && body::waits_for_continue(request) {
            let sent = self.send(b"HTTP/1.1 100 Continue\r\n\r\n", Instant::now());
            if sent.is_err() {
                return Ok(None);
            }
        }
        let mut body = Vec::new();
        loop {
            match framing {
                Framing::Length(len) => {
                    if self.received.len() >= len {
                        let rest = self.received.split_off(len);
                        return Ok(Some(mem::replace(&mut self.received, rest)));
                    }
                }
                Framing::Chunked => {
                    if body::take_chunks(&mut self.received, &mut body, most)? {
                        return Ok(Some(body));
                    }
                }
            }
            if !self.receive(began, true)? {
                return Ok(None);
            }
        }
    }

    /// Waits for further bytes of a request since `began`. Returns `false` if the client leaves, or
    /// if the time is over before the request `has_begun`.
    fn receive(&mut self, began: Instant, has_begun: bool) -> Result<bool, StatusCode> {
        match self.fill(began, self.limits.request) {
            Fill::Some => Ok(true),
            Fill::End => Ok(false),
            Fill::TooLong => {
                self.pool.record_disconnect();
                if has_begun {
                    Err(StatusCode::REQUEST_TIMEOUT)
                } else {
                    Ok(false)
                }
            }
        }
    }

    /// Waits for bytes, until `limit` after `began`. Ends earlier if others wait for this thread
    /// and the client's grace period is over, which is shorter in a crowd.
    fn fill(&mut self, began: Instant, limit: Duration) -> Fill {
        let mut chunk = [0; 4096];
        loop {
            let waited = began.elapsed();
            let left = limit.saturating_sub(waited);
            let grace = self.pool.grace(self.limits.grace);
            let gives_way = waited >= grace && self.pool.is_starving();
            if left.is_zero() || gives_way {
                return Fill::TooLong;
            }
            if self.pool.is_stopped() {
                return Fill::End;
            }
            // Waits in slices, to check whether others wait for this thread.
            let slice = left.min(grace);
            if self.stream.set_read_timeout(Some(slice)).is_err() {
                return Fill::End;
            }
            match self.stream.read(&mut chunk) {
                Ok(0) => return Fill::End,
                Ok(len) => {
                    self.received.extend_from_slice(&chunk[..len]);
                    return Fill::Some;
                }
                Err(error) if is_retryable(&error) => {}
                Err(_) => return Fill::End,
            }
        }
    }

    /// Sends `response` within the limit for answers. Fails earlier if others wait for this thread
    /// and the client takes the answer too slowly.
    fn answer(
        &self,
        response: &Response<Vec<u8>>,
        is_head: bool,
        stays_open: bool,
    ) -> io::Result<()> {
        let began = Instant::now();
        self.send(&reply::head(response, stays_open), began)?;
        if is_head {
            return Ok(());
        }
        self.send(response.body(), began)
    }

    /// Sends `bytes` of an answer whose sending began at `began`.
    fn send(&self, bytes: &[u8], began: Instant) -> io::Result<()> {
        let mut stream = self.stream;
        let mut taken = 0;
        while taken < bytes.len() {
            let waited = began.elapsed();
            let left = self.limits.answer.saturating_sub(waited);
            // The grace period is shorter in a crowd. The time that the bytes taken so far may need
            // at [`SLOWEST`] is added.
            let grace = self.pool.grace(self.limits.grace) + at_slowest(taken);
            if waited >= grace && self.pool.is_starving() {
                self.pool.record_disconnect();
                return Err(ErrorKind::TimedOut.into());
            }
            if left.is_zero() {
                return Err(ErrorKind::TimedOut.into());
            }
            // Waits in slices, to check whether others wait for this thread.
            let slice = left.min(grace.saturating_sub(waited).max(SLICE));
            stream.set_write_timeout(Some(slice))?;
            match stream.write(&bytes[taken..]) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(len) => taken += len,
                Err(error) if is_retryable(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Closes the sending side and discards what the client still sends. Closing a connection with
    /// unread bytes would reset it, and the client might lose the answer. While others wait for
    /// this thread, that risk is accepted.
    fn drain_and_close(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Write);
        let began = Instant::now();
        let mut taken = 0;
        while taken < MAX_DRAINED && !self.pool.is_starving() {
            self.received.clear();
            match self.fill(began, DRAIN_TIME) {
                Fill::Some => taken += self.received.len(),
                Fill::End | Fill::TooLong => return,
            }
        }
    }
}

/// Returns the time that a client at the lowest accepted speed needs for `bytes`.
fn at_slowest(bytes: usize) -> Duration {
    Duration::from_micros(bytes as u64) / SLOWEST
}

/// Returns `true` if the caller should check its deadline and try again.
fn is_retryable(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
    )
}
