//! One thread's work: take a connection, answer its requests, take the next.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::{Method, Request, Response, StatusCode};

use super::pool::Pool;
use super::{Limits, reply, request};

/// The longest head of a request.
const MAX_HEAD: usize = 16 * 1024;
/// How long a thread waits after the system refused it a connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// The slowest client that is not cut off while others wait, in megabytes per second.
const SLOWEST: u32 = 10;
/// Interval at which a slow client is checked while it reads.
const SLICE: Duration = Duration::from_millis(50);
/// How long, and how many bytes, a client may go on sending after the last answer.
const LINGER: Duration = Duration::from_millis(500);
const LINGER_BYTES: usize = 256 * 1024;

/// Answers requests until the pool stops.
pub(super) fn work<H>(
    listener: &TcpListener,
    handler: &H,
    pool: &Pool,
    worker: usize,
    limits: Limits,
) where
    H: Fn(&Request<()>) -> Response<Vec<u8>>,
{
    while pool.begin_accepting() {
        let began = Instant::now();
        let stream = match listener.accept() {
            Ok((stream, _)) => Arc::new(stream),
            Err(error) => {
                // A client that left already says nothing about the next one.
                // Anything else, such as too many open files, will go on for a
                // while.
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
    /// What was read and not used yet.
    received: Vec<u8>,
    pool: &'a Pool,
    worker: usize,
    limits: Limits,
}

/// How waiting for bytes ended.
enum Fill {
    Some,
    End,
    TooLong,
}

impl Connection<'_> {
    /// Answers one request after the other.
    fn serve<H>(&mut self, handler: &H)
    where
        H: Fn(&Request<()>) -> Response<Vec<u8>>,
    {
        // Each answer is two writes, and the second must not wait for the
        // acknowledgement of the first.
        let _ = self.stream.set_nodelay(true);
        loop {
            let (response, is_head, stays_open) = match self.next() {
                Ok(None) => return,
                Err(status) => (reply::refusal(status), false, false),
                Ok(Some(request)) => {
                    // The handler's state is its own; we share nothing with it.
                    let answer = panic::catch_unwind(AssertUnwindSafe(|| handler(&request)));
                    let response = answer
                        .unwrap_or_else(|_| reply::refusal(StatusCode::INTERNAL_SERVER_ERROR));
                    let stays_open = request::may_follow(&request) && !self.pool.is_starving();
                    (response, request.method() == Method::HEAD, stays_open)
                }
            };
            if self.answer(&response, is_head, stays_open).is_err() {
                return;
            }
            if !stays_open {
                return self.linger();
            }
            if !self.idle() {
                return;
            }
        }
    }

    /// Waits for a further request to begin. `false`: there is none.
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

    /// Reads a request; `None` when the client does not send one.
    fn next(&mut self) -> Result<Option<Request<()>>, StatusCode> {
        let began = Instant::now();
        loop {
            if let Some((request, len)) = request::parse(&self.received)? {
                self.received.drain(..len);
                return Ok(Some(request));
            }
            if self.received.len() >= MAX_HEAD {
                return Err(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
            }
            match self.fill(began, self.limits.request) {
                Fill::Some => {}
                Fill::TooLong => {
                    self.pool.gave_way();
                    let is_silent = self.received.is_empty();
                    return if is_silent {
                        Ok(None)
                    } else {
                        Err(StatusCode::REQUEST_TIMEOUT)
                    };
                }
                Fill::End => return Ok(None),
            }
        }
    }

    /// Waits for bytes, until `limit` after `began`, or until others wait for
    /// this thread and the client has had its grace, or what is left of it in a crowd.
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
            // In slices, to see whether others wait.
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

    /// Sends `response`, in the time that it has in all, or until others wait for this thread
    /// and the client takes it too slowly.
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

    /// Sends `bytes` of an answer that `began` then.
    fn send(&self, bytes: &[u8], began: Instant) -> io::Result<()> {
        let mut stream = self.stream;
        let mut taken = 0;
        while taken < bytes.len() {
            let waited = began.elapsed();
            let left = self.limits.answer.saturating_sub(waited);
            // Less in a crowd, but for what was taken as fast as a network carries it.
            let grace = self.pool.grace(self.limits.grace) + at_slowest(taken);
            if waited >= grace && self.pool.is_starving() {
                self.pool.gave_way();
                return Err(ErrorKind::TimedOut.into());
            }
            if left.is_zero() {
                return Err(ErrorKind::TimedOut.into());
            }
            // In slices, to see whether others wait.
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

    /// Says that nothing follows, and takes what the client still sends: closing
    /// a connection with unread bytes would reset it, and the client might lose
    /// the answer. While others wait for this thread, that risk is taken.
    fn linger(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Write);
        let began = Instant::now();
        let mut taken = 0;
        while taken < LINGER_BYTES && !self.pool.is_starving() {
            self.received.clear();
            match self.fill(began, LINGER) {
                Fill::Some => taken += self.received.len(),
                Fill::End | Fill::TooLong => return,
            }
        }
    }
}

/// Returns the longest time that a client may take for so many bytes while others wait.
fn at_slowest(bytes: usize) -> Duration {
    Duration::from_micros(bytes as u64) / SLOWEST
}

/// Whether the caller should look at its deadline and try again.
fn is_retryable(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
    )
}
