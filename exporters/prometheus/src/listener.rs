//! A small HTTP/1.1 listener with threads of its own, for pages of metrics.
//!
//! **Not a general web server.** It is public so that other exporters of
//! autometrics can have pages without bringing a web framework, and it changes
//! with them. It answers requests without a body, and its point is that no
//! client can harm the program around it:
//!
//! - a fixed number of threads, each with one connection; further connections
//!   wait in the system's queue, which is bounded;
//! - a request must have arrived 10 s after its first byte, and its answer must
//!   be taken within 10 s, however slowly and steadily the bytes trickle;
//! - its head has at most 16 KiB and 64 headers;
//! - connections stay open for further requests, up to two minutes, but give way
//!   at once when a new one finds no free thread; a client that has not sent its
//!   request after a second gives way as well, and so does one that takes its answer at
//!   less than 10 MB/s;
//! - the more clients had to give way in a row the less time the next ones have, down to
//!   8 ms, so that a thousand who send nothing, or read slowly, pass in two seconds and not
//!   in minutes;
//! - running out of file descriptors delays clients, and neither spins nor ends
//!   the listener; a handler that panics is a 500.

mod connection;
mod error;
mod pool;
mod reply;
mod request;

use std::fmt;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::process;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use http::{Request, Response};

pub use error::ServeError;
use error::bind_error;
use pool::Pool;

/// Threads, and so connections that are open at the same time.
const WORKERS: usize = 4;

/// How long clients may take.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// From its first byte to the end of a request's head.
    request: Duration,
    /// For taking an answer.
    answer: Duration,
    /// From one request to the next on the same connection.
    idle: Duration,
    /// For sending a request, or falling behind in taking an answer, while others wait for
    /// a thread; less of it after others that had to give way.
    grace: Duration,
}

const LIMITS: Limits = Limits {
    request: Duration::from_secs(10),
    answer: Duration::from_secs(10),
    idle: Duration::from_secs(120),
    grace: Duration::from_secs(1),
};

/// How long answers under way may take once the listener shuts down.
const SHUTDOWN_GRACE: Duration = Duration::from_millis(500);
/// When shutting down no longer waits for threads that don't end.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(2);

/// Answers HTTP requests at `addr` with what `handler` returns, on threads
/// called `name` and a number.
///
/// The handler sees the head of each request, and is called by several threads
/// at once. `Content-Length` and `Connection` are set for it, and the body is
/// left away where the request is a `HEAD`. It never sees a request that is not
/// HTTP/1.0 or 1.1, or breaks its rules.
///
/// ```
/// use autometrics_prometheus::listener::listen;
/// use http::{Request, Response};
///
/// let hello = |_: &Request<()>| Response::new(b"hello\n".to_vec());
/// let server = listen("hello", "127.0.0.1:0", hello)?;
/// server.shutdown();
/// # Ok::<(), autometrics_prometheus::listener::ServeError>(())
/// ```
///
/// # Errors
///
/// When `addr` can't be resolved or listened on, and when the system has no
/// more threads.
pub fn listen<H>(name: &str, addr: impl ToSocketAddrs, handler: H) -> Result<Server, ServeError>
where
    H: Fn(&Request<()>) -> Response<Vec<u8>> + Send + Sync + 'static,
{
    listen_within(LIMITS, name, addr, handler)
}

fn listen_within<H>(
    limits: Limits,
    name: &str,
    addr: impl ToSocketAddrs,
    handler: H,
) -> Result<Server, ServeError>
where
    H: Fn(&Request<()>) -> Response<Vec<u8>> + Send + Sync + 'static,
{
    let listener = bind(addr)?;
    let mut server = Server {
        local_addr: listener.local_addr().map_err(ServeError::start)?,
        process: process::id(),
        pool: Arc::new(Pool::new(WORKERS)),
        workers: Vec::with_capacity(WORKERS),
    };
    let shared = Arc::new((listener, handler));
    for worker in 0..WORKERS {
        let pool = Arc::clone(&server.pool);
        let shared = Arc::clone(&shared);
        let spawned = thread::Builder::new()
            .name(format!("{name}-{worker}"))
            .spawn(move || {
                let (listener, handler) = &*shared;
                connection::work(listener, handler, &pool, worker, limits);
            });
        match spawned {
            Ok(handle) => server.workers.push(handle),
            Err(error) => {
                server.shutdown();
                return Err(ServeError::start(error));
            }
        }
    }
    Ok(server)
}

/// Listens on the first address that works, as [`TcpListener::bind`], and says
/// which one did not.
fn bind(addr: impl ToSocketAddrs) -> Result<TcpListener, ServeError> {
    let mut failed = None;
    for addr in addr.to_socket_addrs().map_err(ServeError::resolve)? {
        match TcpListener::bind(addr) {
            Ok(listener) => return Ok(listener),
            Err(error) => failed = Some(bind_error(failed, addr, error)),
        }
    }
    Err(failed.unwrap_or_else(ServeError::no_address))
}

/// A listener that is running.
///
/// Dropping it changes nothing: the listener goes on until
/// [`shutdown`](Self::shutdown) or the end of the program, so that starting it
/// is one line in `main`.
pub struct Server {
    local_addr: SocketAddr,
    /// The process that has the threads.
    process: u32,
    pool: Arc<Pool>,
    workers: Vec<JoinHandle<()>>,
}

impl Server {
    /// The address that it listens on, with the port that the system chose if
    /// it was asked for port 0.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Stops listening, closes every connection and waits for the threads.
    ///
    /// Answers under way have half a second to complete. It returns after about
    /// two seconds at the latest. Then a thread is left behind whose handler does
    /// not return, or that can't be woken because the program is out of file
    /// descriptors; it ends as soon as that is over.
    ///
    /// In a child of `fork` it does nothing: the threads and clients are the parent's. The child's
    /// copy of the port stays open until the child ends or calls `exec`.
    pub fn shutdown(self) {
        // Sockets are shared with the parent, and its threads may have held the lock of the pool.
        if self.process != process::id() {
            return;
        }
        let began = Instant::now();
        self.pool.stop();
        loop {
            if self.workers.iter().all(JoinHandle::is_finished) {
                break;
            }
            let waited = began.elapsed();
            if waited > SHUTDOWN_LIMIT {
                return;
            }
            if waited > SHUTDOWN_GRACE {
                self.pool.cut_off();
            }
            self.pool.wake(self.local_addr);
            thread::sleep(Duration::from_millis(2));
        }
        for worker in self.workers {
            // They catch what the handler panics with, and don't panic themselves.
            let _ = worker.join();
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("local_addr", &self.local_addr)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
