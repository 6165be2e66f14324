//! Which thread does what, so that idle connections give way to new ones.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// When a thread has waited so long for a connection, no crowd is there any more.
const LULL: Duration = Duration::from_millis(50);
/// A 128th of a second is left of a grace of a second.
const MOST_HALVINGS: u32 = 7;

/// The state of all threads of a listener.
///
/// **Invariant:** while a thread waits for the next request of an idle
/// connection, another one is free to take new connections, or the idle one has
/// been told to close. So an idle connection never keeps a new one waiting.
pub(super) struct Pool {
    state: Mutex<State>,
    stopping: Condvar,
}

struct State {
    is_stopped: bool,
    /// How many threads wait for a new connection: they have to be woken to end.
    accepting: usize,
    /// How many clients had to give way since a thread last waited for one.
    gave_way: u32,
    /// By thread, its connection; `None` while it is free.
    connections: Vec<Option<Connection>>,
}

struct Connection {
    stream: Arc<TcpStream>,
    /// Since when it waits for a further request.
    idle_since: Option<Instant>,
}

impl Pool {
    pub(super) fn new(workers: usize) -> Self {
        let state = State {
            is_stopped: false,
            accepting: 0,
            gave_way: 0,
            connections: (0..workers).map(|_| None).collect(),
        };
        Self {
            state: Mutex::new(state),
            stopping: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that holds the lock panics half way through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A thread is about to wait for a connection. `false`: it ends instead.
    ///
    /// It says with [`open`](Self::open) or [`accept_failed`](Self::accept_failed)
    /// that it no longer does.
    pub(super) fn begin_accepting(&self) -> bool {
        let mut state = self.lock();
        if !state.is_stopped {
            state.accepting += 1;
        }
        !state.is_stopped
    }

    /// A thread has a connection after such a wait. Where no other is free for the next
    /// one, the connection that has been idle for longest is told to close.
    pub(super) fn open(&self, worker: usize, stream: &Arc<TcpStream>, waited: Duration) {
        let mut state = self.lock();
        state.accepting -= 1;
        if waited >= LULL {
            state.gave_way = 0;
        }
        state.connections[worker] = Some(Connection {
            stream: Arc::clone(stream),
            idle_since: None,
        });
        if state.is_starving() {
            state.evict();
        }
    }

    /// A thread waited for a connection in vain: it waits on for `pause`.
    pub(super) fn accept_failed(&self, pause: Duration) {
        let mut state = self.lock();
        state.accepting -= 1;
        if !state.is_stopped && !pause.is_zero() {
            // What is short is likely file descriptors.
            state.evict();
            let _ = self.stopping.wait_timeout(state, pause);
        }
    }

    /// A thread's connection is over.
    pub(super) fn close(&self, worker: usize) {
        self.lock().connections[worker] = None;
    }

    /// A thread has answered. `false`: it must not wait for a further request.
    pub(super) fn idle(&self, worker: usize) -> bool {
        let mut state = self.lock();
        let may_wait = !state.is_starving() && !state.is_stopped;
        if let (true, Some(connection)) = (may_wait, &mut state.connections[worker]) {
            connection.idle_since = Some(Instant::now());
        }
        may_wait
    }

    /// A further request begins to arrive at a thread.
    pub(super) fn busy(&self, worker: usize) {
        if let Some(connection) = &mut self.lock().connections[worker] {
            connection.idle_since = None;
        }
    }

    /// A client gave way that did not send its request, or take its answer.
    pub(super) fn gave_way(&self) {
        let mut state = self.lock();
        state.gave_way = state.gave_way.saturating_add(1);
    }

    /// How much of `grace` a client has: half as much with each one before it that
    /// gave way, as long as others come.
    ///
    /// Who has waited to be accepted in a crowd had that time for its request, too.
    pub(super) fn grace(&self, grace: Duration) -> Duration {
        let halvings = self.lock().gave_way.min(MOST_HALVINGS);
        grace / (1 << halvings)
    }

    /// Whether no thread is free for a new connection.
    pub(super) fn is_starving(&self) -> bool {
        self.lock().is_starving()
    }

    /// Whether threads should end.
    pub(super) fn is_stopped(&self) -> bool {
        self.lock().is_stopped
    }

    /// Asks all threads to end, and stops reading from clients.
    pub(super) fn stop(&self) {
        let mut state = self.lock();
        state.is_stopped = true;
        state.shut(Shutdown::Read);
        self.stopping.notify_all();
    }

    /// Stops writing to clients as well.
    pub(super) fn cut_off(&self) {
        self.lock().shut(Shutdown::Both);
    }

    /// Wakes the threads that wait for connections at `addr`, by connecting.
    pub(super) fn wake(&self, mut addr: SocketAddr) {
        if addr.ip().is_unspecified() {
            addr.set_ip(match addr.ip() {
                IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        let accepting = self.lock().accepting;
        for _ in 0..accepting {
            // Tried again as long as there are such threads.
            let _ = TcpStream::connect_timeout(&addr, Duration::from_millis(50));
        }
    }
}

impl State {
    fn is_starving(&self) -> bool {
        self.connections.iter().all(Option::is_some)
    }

    /// Tells the connection that has been idle for longest to close. A request
    /// that already arrived is still answered.
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
    fn who_comes_in_a_crowd_has_less_time_until_it_is_over() {
        let pool = Pool::new(1);
        let graces: Vec<_> = (0..9)
            .map(|_| {
                pool.gave_way();
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
