//! Options of the explorer, and the state that its handlers share.

use std::{
    net::{SocketAddr, ToSocketAddrs},
    sync::Arc,
    time::Duration,
};

use autometrics_core::{Event, Snapshot};
use autometrics_listener::{Hosts, ServeError, Server};
use http::{Request, Response};

#[cfg(feature = "mcp")]
use crate::token::Token;
use crate::{
    history::{COARSE_SECONDS, FINE_SECONDS, History, Steps},
    sampler,
    shared::{Events, Shared, Source},
    web::{self, Mount},
};

/// Maximum number of steps of a ring: a day of seconds.
const MOST_STEPS: usize = 86_400;

/// Options of the explorer. All have defaults.
///
/// ```
/// use autometrics::explorer::Explorer;
///
/// let server = Explorer::new()
///     .host("shop.internal")
///     .serve("127.0.0.1:0")?;
/// println!("http://{}/", server.local_addr());
/// # server.shutdown();
/// # Ok::<(), autometrics::explorer::ServeError>(())
/// ```
#[must_use = "an explorer does nothing until `serve` or `start` is called"]
pub struct Explorer {
    steps: Steps,
    hosts: Hosts,
    mount: Mount,
    source: Option<Source>,
    events: Option<Events>,
    #[cfg(feature = "mcp")]
    mcp_token: Option<Token>,
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
    /// Returns an explorer of this program. It keeps five minutes in steps of a second and six
    /// hours in steps of 30 seconds, and answers for the hosts in the variable `AUTOMETRICS_HOSTS`.
    pub fn new() -> Self {
        Self {
            steps: Steps {
                fine: 300,
                coarse: 720,
            },
            hosts: Hosts::from_env(),
            mount: Mount::default(),
            source: None,
            events: None,
            #[cfg(feature = "mcp")]
            mcp_token: Token::from_env(),
        }
    }

    /// Sets the times that are kept in steps of a second (`fine`) and in steps of 30 seconds
    /// (`coarse`). Defaults: five minutes and six hours.
    ///
    /// Both are rounded up to whole steps, and limited to 1 to 86,400 steps: a day and 30 days at
    /// most. Charts and burn rates cover the steps that are kept. [Memory](crate#memory) is
    /// proportional to their number.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use autometrics::explorer::Explorer;
    ///
    /// let a_day = Duration::from_secs(24 * 60 * 60);
    /// let explorer = Explorer::new().history(Duration::from_secs(10 * 60), a_day);
    /// ```
    pub fn history(mut self, fine: Duration, coarse: Duration) -> Self {
        self.steps = Steps {
            fine: steps(fine, FINE_SECONDS),
            coarse: steps(coarse, COARSE_SECONDS),
        };
        self
    }

    /// Allows requests for the host `name`, given without port, in addition to the default ones.
    ///
    /// Requests for addresses, `localhost` and names that end with `.localhost` are always
    /// answered. Others are refused, because a web site could let its name point to this machine
    /// and have its visitors' browsers read the page (DNS rebinding). Names in the environment
    /// variable `AUTOMETRICS_HOSTS`, separated by commas, are answered, too; `*` there has the
    /// effect of [`any_host`](Self::any_host).
    pub fn host(mut self, name: &str) -> Self {
        self.hosts = self.hosts.allow(name);
        self
    }

    /// Answers requests for every host. For programs behind a server or proxy that checks the host
    /// and asks for a password.
    pub fn any_host(mut self) -> Self {
        self.hosts = self.hosts.allow_any();
        self
    }

    /// Sets the path at which [`Handler::handle`] is mounted. Requests for other paths get status
    /// 404.
    pub fn mount(mut self, mount: Mount) -> Self {
        self.mount = mount;
        self
    }

    /// Sets the source of snapshots, which is called once per second and for each page of metrics.
    /// Default: this program. With another source, the page shows events only if
    /// [`event_source`](Self::event_source) is set as well.
    pub fn snapshot_source(
        mut self,
        source: impl Fn() -> Snapshot + Send + Sync + 'static,
    ) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// Sets the source of events, which returns them with the oldest first. Default:
    /// [`recent_events`](autometrics_core::recent_events).
    pub fn event_source(mut self, source: impl Fn() -> Vec<Event> + Send + Sync + 'static) -> Self {
        self.events = Some(Box::new(source));
        self
    }

    /// Answers agents at `mcp` only if they send `token` in the header `Authorization: Bearer …`.
    ///
    /// Default: the value of the environment variable `AUTOMETRICS_MCP_TOKEN`, without white space
    /// around it. If that is unset or empty, everybody who can reach the page may ask. An empty
    /// `token` here refuses all agents. The other pages need no token.
    ///
    /// ```
    /// use autometrics::explorer::Explorer;
    ///
    /// # fn token() -> String { "a long random text".to_owned() }
    /// let explorer = Explorer::new().mcp_token(token());
    /// ```
    #[cfg(feature = "mcp")]
    pub fn mcp_token(mut self, token: impl Into<String>) -> Self {
        self.mcp_token = Some(Token::new(token.into()));
        self
    }

    /// Starts a thread that samples once per second.
    ///
    /// # Errors
    ///
    /// Returns an error if the system cannot start another thread.
    pub fn start(self) -> std::io::Result<Handler> {
        let history = History::new(self.steps);
        let shared = Arc::new(self.with(history));
        sampler::start(&shared)?;
        Ok(Handler(shared))
    }

    /// Creates the shared state with an existing history.
    pub(crate) fn with(self, history: History) -> Shared {
        // The events of this program do not belong to the snapshots of another one.
        let events: Events = match (self.events, &self.source) {
            (Some(events), _) => events,
            (None, Some(_)) => Box::new(Vec::new),
            (None, None) => Box::new(autometrics_core::recent_events),
        };
        let source = self
            .source
            .unwrap_or_else(|| Box::new(autometrics_core::snapshot));
        let shared = Shared::new(history, source, events, self.hosts, self.mount);
        #[cfg(feature = "mcp")]
        let shared = shared.with_mcp_token(self.mcp_token);
        shared
    }

    /// Serves the page at `/` of `addr`, and metrics at `/metrics`, on threads of its own.
    ///
    /// The limits for clients are those of [`autometrics_listener`]. There is neither encryption nor
    /// a password. If `addr` is not on the loopback interface, a warning is logged with crate `log`.
    ///
    /// # Errors
    ///
    /// Returns an error if `addr` cannot be resolved, if it is not possible to listen on it, or if
    /// the system cannot start the threads. The message contains the remedy.
    pub fn serve(mut self, addr: impl ToSocketAddrs) -> Result<Server, ServeError> {
        self.mount = Mount::At("/".to_owned());
        // Without a thread for sampling there would be none for the listener, whose error has a
        // helpful message.
        let handler = self.start().map_err(ServeError::no_threads)?;
        let server = listen(addr, handler)?;
        warn(server.local_addr());
        Ok(server)
    }
}

impl Handler {
    /// Returns the response to a request for one of the explorer's pages.
    ///
    /// The response to `HEAD` has a body as for `GET`, which servers leave out.
    pub fn handle<T>(&self, request: &Request<T>) -> Response<Vec<u8>> {
        web::answer(&self.0, request, None)
    }

    /// Returns the response to a request for one of the explorer's pages, or to a message of an
    /// agent at `mcp`.
    ///
    /// Bodies of more than [`MCP_MAX_BODY`](crate::MCP_MAX_BODY) bytes are refused with status 413,
    /// so the server need not read more.
    #[cfg(feature = "mcp")]
    pub fn handle_with_body<B: AsRef<[u8]>>(&self, request: &Request<B>) -> Response<Vec<u8>> {
        web::answer(&self.0, request, Some(request.body().as_ref()))
    }
}

#[cfg(feature = "mcp")]
fn listen(addr: impl ToSocketAddrs, handler: Handler) -> Result<Server, ServeError> {
    let handle = move |request: &Request<Vec<u8>>| handler.handle_with_body(request);
    autometrics_listener::listen_with_body("explorer-http", addr, web::MCP_MAX_BODY, handle)
}

#[cfg(not(feature = "mcp"))]
fn listen(addr: impl ToSocketAddrs, handler: Handler) -> Result<Server, ServeError> {
    let handle = move |request: &Request<()>| handler.handle(request);
    autometrics_listener::listen("explorer-http", addr, handle)
}

/// Returns the number of steps of `step` seconds that cover `time`, from 1 to [`MOST_STEPS`].
fn steps(time: Duration, step: f64) -> usize {
    let step = Duration::from_secs_f64(step).as_nanos();
    let steps = time.as_nanos().div_ceil(step);
    usize::try_from(steps).map_or(MOST_STEPS, |steps| steps.clamp(1, MOST_STEPS))
}

fn warn(addr: SocketAddr) {
    if !addr.ip().is_loopback() {
        log::warn!(
            "the explorer at {addr} has no password: everybody who can reach that address can read the \
             names of this program's functions, their error rates and their events; listen on 127.0.0.1 to \
             keep it on this machine"
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

#[cfg(test)]
mod tests {
    use super::{COARSE_SECONDS, Duration, FINE_SECONDS, MOST_STEPS, steps};

    #[test]
    fn the_history_is_rounded_up_to_whole_steps() {
        for (millis, fine, coarse) in [
            (0, 1, 1),
            (1_000, 1, 1),
            (1_001, 2, 1),
            (30_000, 30, 1),
            (30_001, 31, 2),
            (600_000, 600, 20),
        ] {
            let time = Duration::from_millis(millis);
            let found = (steps(time, FINE_SECONDS), steps(time, COARSE_SECONDS));
            assert_eq!(found, (fine, coarse), "{time:?}");
        }
        assert_eq!(steps(Duration::MAX, COARSE_SECONDS), MOST_STEPS);
    }
}
