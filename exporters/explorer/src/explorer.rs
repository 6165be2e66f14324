//! The explorer's options, and what its handlers share.

use std::{
    net::{SocketAddr, ToSocketAddrs},
    sync::Arc,
};

use autometrics_core::{Event, Snapshot};
use autometrics_prometheus::{
    Hosts,
    listener::{self, ServeError, Server},
};
use http::{Request, Response};

use crate::{
    history::{History, Steps},
    sampler,
    shared::{Events, Shared, Source},
    web::{self, Mount},
};

/// Most steps of a ring: a day of seconds.
const MOST_STEPS: usize = 86_400;

/// Options of the explorer, all with defaults.
///
/// ```
/// use autometrics_explorer::Explorer;
///
/// let server = Explorer::new()
///     .host("shop.internal")
///     .serve("127.0.0.1:0")?;
/// println!("http://{}/", server.local_addr());
/// # server.shutdown();
/// # Ok::<(), autometrics_explorer::ServeError>(())
/// ```
#[must_use = "an explorer does nothing until `serve` or `start` is called"]
pub struct Explorer {
    steps: Steps,
    hosts: Hosts,
    mount: Mount,
    source: Source,
    events: Events,
}

/// An explorer that is sampling, to be mounted in a server. Cheap to clone.
///
/// Sampling ends when the last clone is dropped.
#[derive(Clone)]
pub struct Handler(Arc<Shared>);

impl Default for Explorer {
    fn default() -> Self {
        Self::new()
    }
}

impl Explorer {
    /// An explorer of this program, with five minutes in steps of a second and
    /// six hours in steps of 30 seconds.
    pub fn new() -> Self {
        Self {
            steps: Steps {
                fine: 300,
                coarse: 720,
            },
            hosts: Hosts::from_env(),
            mount: Mount::default(),
            source: Box::new(autometrics_core::snapshot),
            events: Box::new(autometrics_core::recent_events),
        }
    }

    /// Keeps so many steps of a second, and so many of 30 seconds; 300 and 720
    /// otherwise, and a day of seconds at most.
    ///
    /// Charts and burn rates are about what is kept. [How much memory a step
    /// takes](crate#memory) is in proportion.
    pub fn history(mut self, seconds: usize, half_minutes: usize) -> Self {
        self.steps = Steps {
            fine: seconds.clamp(1, MOST_STEPS),
            coarse: half_minutes.clamp(1, MOST_STEPS),
        };
        self
    }

    /// Also answers requests for the host called `name`, without port.
    ///
    /// Addresses, `localhost` and names that end with `.localhost` are always
    /// answered. Other names are not, as a site on the web could let its name
    /// point to this machine and have its visitors' browsers read the page (DNS
    /// rebinding). Names in the variable `AUTOMETRICS_HOSTS` of the running program, with
    /// commas between them, are answered as well; `*` there is [`any_host`](Self::any_host).
    pub fn host(mut self, name: &str) -> Self {
        self.hosts = self.hosts.allow(name);
        self
    }

    /// Answers whichever host is asked for: where a server or proxy in front has
    /// checked that, and asks for a password.
    pub fn any_host(mut self) -> Self {
        self.hosts = self.hosts.allow_any();
        self
    }

    /// Says where [`Handler::handle`] is mounted, so that all other paths are not
    /// found.
    pub fn mount(mut self, mount: Mount) -> Self {
        self.mount = mount;
        self
    }

    /// Explores the program of which `source` takes snapshots; this one otherwise.
    /// Its events are those of [`events_from`](Self::events_from) then, or none.
    pub fn from(mut self, source: impl Fn() -> Snapshot + Send + Sync + 'static) -> Self {
        self.source = Box::new(source);
        self.events = Box::new(Vec::new);
        self
    }

    /// Shows the events that `source` has, oldest first; otherwise
    /// [`recent_events`](autometrics_core::recent_events).
    pub fn events_from(mut self, source: impl Fn() -> Vec<Event> + Send + Sync + 'static) -> Self {
        self.events = Box::new(source);
        self
    }

    /// Begins to sample, on a thread of its own.
    ///
    /// # Errors
    ///
    /// When the system has no more threads.
    pub fn start(self) -> std::io::Result<Handler> {
        let history = History::new(self.steps);
        let shared = Arc::new(self.with(history));
        sampler::start(&shared)?;
        Ok(Handler(shared))
    }

    /// What handlers share, with a history that was made elsewhere.
    pub(crate) fn with(self, history: History) -> Shared {
        Shared::new(history, self.source, self.events, self.hosts, self.mount)
    }

    /// Serves the page at `/` of `addr`, and metrics at `/metrics`, on threads of
    /// its own.
    ///
    /// The limits on clients are those of [`autometrics_prometheus::listener`].
    /// There is neither encryption nor a password; on another address than the
    /// loopback interface's a warning goes to the `log`.
    ///
    /// # Errors
    ///
    /// When `addr` can't be resolved or listened on, and when the system has no
    /// more threads. The message says what to do about it.
    pub fn serve(mut self, addr: impl ToSocketAddrs) -> Result<Server, ServeError> {
        self.mount = Mount::At("/".to_owned());
        // Without a thread for sampling there would be none for listening, which
        // is told of in words that help.
        let handler = self.start().map_err(ServeError::no_threads)?;
        let handle = move |request: &Request<()>| handler.handle(request);
        let server = listener::listen("explorer-http", addr, handle)?;
        warn(server.local_addr());
        Ok(server)
    }
}

impl Handler {
    /// The response to a request for one of the explorer's pages.
    ///
    /// `HEAD` gets what `GET` gets; servers leave the body away.
    pub fn handle<T>(&self, request: &Request<T>) -> Response<Vec<u8>> {
        web::answer(&self.0, request)
    }
}

fn warn(addr: SocketAddr) {
    if !addr.ip().is_loopback() {
        log::warn!(
            "the explorer at {addr} has no password: whoever reaches that address reads the names of \
             this program's functions, how they do and what their events say; 127.0.0.1 keeps it on this machine"
        );
    }
}

impl std::fmt::Debug for Explorer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Explorer")
            .field("steps", &self.steps)
            .field("hosts", &self.hosts)
            .field("mount", &self.mount)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Handler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handler")
            .field("mount", &self.0.mount)
            .finish_non_exhaustive()
    }
}
