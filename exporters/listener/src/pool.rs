//! State of the threads, so that idle connections make room for new ones.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Time that a thread has to wait for a connection until a crowd counts as gone.
const LULL: Duration = Duration::from_millis(50);
/// Limit for halving the grace period: 1/128 of it, some 8 ms of a second, is left.
const MOST_HALVINGS: u32 = 7;

/// State of all threads of a listener.
///
/// **Invariant:** while a thread waits for the next request of an idle connection, another thread
/// is free to accept a connection, or the idle connection has been told to close. So an idle
/// connection never keeps a new one waiting.
pub(crate) struct Pool {
    state: Mutex<State>,
    stopping: Condvar,
}

struct State {
    is_stopped: bool,
    /// Number of threads that wait for a new connection. They have to be woken to end.
    accepting: usize,
    /// Number of clients that were disconnected to make room since the last lull.
    disconnected: u32,
    /// Connection of each thread; `None` while the thread is free.
    connections: Vec<Option<Connection>>,
}

struct Connection {
    stream: Arc<TcpStream>,
    /// Time since which the connection waits for another request.
    idle_since: Option<Instant>,
}

impl Pool {
    pub(crate) fn new(workers: usize) -> Self {
        let state = State {
            is_stopped: false,
            accepting: 0,
            disconnected: 0,
            connections: (0..workers).map(|_| None).collect(),
        };
        Self {
            state: Mutex::new(state),
            stopping: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No code that holds the lock panics in the middle of a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Registers a thread that is about to wait for a connection. Returns `false` if it has to end
    /// instead.
    ///
    /// The thread ends the registration with [`open`](Self::open) or
    /// [`accept_failed`](Self::accept_failed).
    pub(crate) fn begin_accepting(&self) -> bool {
        let mut state = self.lock();
        if !state.is_stopped {
            state.accepting += 1;
        }
        !state.is_stopped
    }

    /// Records the connection that a thread accepted after waiting for `waited`. If no thread is
    /// free for the next one, the connection that has been idle for longest is told to close.
    pub(crate) fn open(&self, worker: usize, stream: &Arc<TcpStream>, waited: Duration) {
        let mut state = self.lock();
        state.accepting -= 1;
        if waited >= LULL {
            state.disconnected = 0;
        }
        state.connections[worker] = Some(Connection {
            stream: Arc::clone(stream),
            idle_since: None,
        });
        if state.is_starving() {
            state.evict();
        }
    }

    /// Records that accepting a connection failed, and waits for `pause` or until the listener
    /// stops.
    pub(crate) fn accept_failed(&self, pause: Duration) {
        let mut state = self.lock();
        state.accepting -= 1;
        if !state.is_stopped && !pause.is_zero() {
            // The missing resource is probably a file descriptor.
            state.evict();
            let _ = self.stopping.wait_timeout(state, pause);
        }
    }

    /// Records the end of a thread's connection.
    pub(crate) fn close(&self, worker: usize) {
        self.lock().connections[worker] = None;
    }

    /// Records that a thread has answered a request. Returns `false` if it must not wait for
    /// another one.
    pub(crate) fn idle(&self, worker: usize) -> bool {
        let mut state = self.lock();
        let may_wait = !state.is_starving() && !state.is_stopped;
        if let (true, Some(connection)) = (may_wait, &mut state.connections[worker]) {
            connection.idle_since = Some(Instant::now());
        }
        may_wait
    }

    /// Records that another request has begun to arrive at a thread.
    pub(crate) fn busy(&self, worker: usize) {
        if let Some(connection) = &mut self.lock().connections[worker] {
            connection.idle_since = None;
        }
    }

    /// Records that a client was disconnected because it did not send its request or take its
    /// answer.
    pub(crate) fn record_disconnect(&self) {
        let mut state = self.lock();
        state.disconnected = state.disconnected.saturating_add(1);
    }

    /// Returns the grace period of a client: `grace`, halved for each client disconnected before it
    /// since the last lull.
    ///
    /// A client that waited in a crowd to be accepted had that time to send its request, too.
    pub(crate) fn grace(&self, grace: Duration) -> Duration {
        let halvings = self.lock().disconnected.min(MOST_HALVINGS);
        grace / (1 << halvings)
    }

    /// Returns `true` if no thread is free for a new connection.
    pub(crate) fn is_starving(&self) -> bool {
        self.lock().is_starving()
    }

    /// Returns `true` if threads have to end.
    pub(crate) fn is_stopped(&self) -> bool {
        self.lock().is_stopped
    }

    /// Tells all threads to end, and stops reading from clients.
    pub(crate) fn stop(&self) {
        let mut state = self.lock();
        state.is_stopped = true;
        state.shut(Shutdown::Read);
        self.stopping.notify_all();
    }

    /// Stops writing to clients, too.
    pub(crate) fn cut_off(&self) {
        self.lock().shut(Shutdown::Both);
    }

    /// Connects to `addr` to wake the threads that wait for a connection.
    pub(crate) fn wake(&self, mut addr: SocketAddr) {
        if addr.ip().is_unspecified() {
            addr.set_ip(match addr.ip() {
                IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        let accepting = self.lock().accepting;
        for _ in 0..accepting {
            // The caller repeats this as long as such threads exist.
            let _ = TcpStream::connect_timeout(&addr, Duration::from_millis(50));
        }
    }
}

impl State {
    fn is_starving(&self) -> bool {
        self.connections.iter().all(Option::is_some)
    }

    /// Tells the connection that has been idle for longest to close. A request that has already
    /// arrived is still answered.
    fn evict(&mut self) {
        let idle = self.connections.iter_mut().flatten();
        let longest = idle
            .filter(|connection| connection.idle_since.is_some())
            .min_by_key(|connection| connection.idle_since);
        if let Some(connection) = longest {
            connection.idle_since = None;
            let _ = connection.stream.shutdown(Shutdown::Read);
        }
    }

    fn shut(&self, how: Shutdown) {
        for connection in self.connections.iter().flatten() {
            let _ = connection.stream.shutdown(how);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grace(pool: &Pool) -> u128 {
        pool.grace(Duration::from_secs(1)).as_millis()
    }

    #[test]
    fn grace_is_halved_in_a_crowd_until_a_lull() {
        let pool = Pool::new(1);
        let graces: Vec<_> = (0..9)
            .map(|_| {
                pool.record_disconnect();
                grace(&pool)
            })
            .collect();
        assert_eq!(graces, [500, 250, 125, 62, 31, 15, 7, 7, 7]);
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let stream = TcpStream::connect(listener.local_addr().expect("an address"));
        let stream = Arc::new(stream.expect("connects"));
        let accept_after = |waited| {
            assert!(pool.begin_accepting());
            pool.open(0, &stream, waited);
            pool.close(0);
            grace(&pool)
        };
        assert_eq!(accept_after(LULL / 2), 7);
        assert_eq!(accept_after(LULL), 1000);
    }
}
