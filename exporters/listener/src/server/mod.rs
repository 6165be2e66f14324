//! Starts the threads of a listener, and stops them.

#[cfg(test)]
mod tests;

use std::fmt;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::process;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use http::{Request, Response};

use crate::connection;
use crate::error::{ServeError, bind_error};
use crate::limits::{LIMITS, Limits};
use crate::pool::Pool;

/// Number of threads, and so of connections that are open at the same time.
const WORKERS: usize = 4;

/// Time that answers in progress have once the listener shuts down.
const SHUTDOWN_GRACE: Duration = Duration::from_millis(500);
/// Time after which a shutdown stops waiting for threads that do not end.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(2);

/// Listens at `addr` and answers HTTP requests with the responses of `handler`, on four threads
/// with the names `{name}-0` to `{name}-3`.
///
/// The handler gets the head of each request, and several threads call it at once. `Content-Length`
/// and `Connection` are set for it, and the body is left out for `HEAD` requests. Requests that are
/// not valid HTTP/1.0 or 1.1 do not reach the handler. Bodies of requests are not read, so a
/// connection ends with the first request that has one.
///
/// ```
/// use autometrics_listener::listen;
/// use http::{Request, Response};
///
/// let hello = |_: &Request<()>| Response::new(b"hello\n".to_vec());
/// let server = listen("hello", "127.0.0.1:0", hello)?;
/// server.shutdown();
/// # Ok::<(), autometrics_listener::ServeError>(())
/// ```
///
/// # Errors
///
/// Returns an error if `addr` cannot be resolved, if it is not possible to listen on it, or if the
/// system cannot start the threads.
pub fn listen<H>(name: &str, addr: impl ToSocketAddrs, handler: H) -> Result<Server, ServeError>
where
    H: Fn(&Request<()>) -> Response<Vec<u8>> + Send + Sync + 'static,
{
    let handler = move |request: Request<Vec<u8>>| handler(&request.map(drop));
    listen_within(LIMITS, name, addr, handler)
}

/// Listens as [`listen`] does, with a handler that also gets the body of each request.
///
/// A body has at most `most` bytes, either with `Content-Length` or in chunks. A longer one is
/// refused with status 413, and does not reach the handler. Head and body together must arrive
/// within the time limit for requests. Status 100 is sent to clients that wait for it.
///
/// ```
/// use autometrics_listener::listen_with_body;
/// use http::{Request, Response};
///
/// let echo = |request: &Request<Vec<u8>>| Response::new(request.body().clone());
/// let server = listen_with_body("echo", "127.0.0.1:0", 64 * 1024, echo)?;
/// server.shutdown();
/// # Ok::<(), autometrics_listener::ServeError>(())
/// ```
///
/// # Errors
///
/// Returns an error in the cases of [`listen`].
pub fn listen_with_body<H>(
    name: &str,
    addr: impl ToSocketAddrs,
    most: usize,
    handler: H,
) -> Result<Server, ServeError>
where
    H: Fn(&Request<Vec<u8>>) -> Response<Vec<u8>> + Send + Sync + 'static,
{
    let limits = Limits {
        body: Some(most),
        ..LIMITS
    };
    listen_within(limits, name, addr, move |request| handler(&request))
}

fn listen_within<H>(
    limits: Limits,
    name: &str,
    addr: impl ToSocketAddrs,
    handler: H,
) -> Result<Server, ServeError>
where
    H: Fn(Request<Vec<u8>>) -> Response<Vec<u8>> + Send + Sync + 'static,
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

/// Listens on the first address that works, like [`TcpListener::bind`]. The error names the address
/// that failed.
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

/// Handle of a listener that is running.
///
/// Dropping it does not stop the listener, which runs until [`shutdown`](Self::shutdown) or the end
/// of the program.
pub struct Server {
    local_addr: SocketAddr,
    /// Id of the process that the threads belong to.
    process: u32,
    pool: Arc<Pool>,
    workers: Vec<JoinHandle<()>>,
}

impl Server {
    /// Returns the address of the listener. If port 0 was requested, it has the port that the
    /// system chose.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Stops listening, closes every connection and waits for the threads.
    ///
    /// Answers in progress have half a second to complete. The call returns after about two seconds
    /// at the latest. A thread may be left behind then, if its handler does not return, or if it
    /// cannot be woken because the program is out of file descriptors. That thread ends as soon as
    /// the obstacle is gone.
    ///
    /// In a child of `fork` this does nothing, because threads and clients belong to the parent.
    /// The child's copy of the port stays open until the child ends or calls `exec`.
    pub fn shutdown(self) {
        // Parent and child share the sockets, and a thread of the parent may have held the pool's
        // lock.
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
            // Threads catch panics of the handler, and do not panic themselves.
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
