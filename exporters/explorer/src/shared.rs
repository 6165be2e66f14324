//! The state that handlers and the sampling thread share.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use autometrics_core::{Event, Snapshot};
use autometrics_listener::Hosts;

#[cfg(feature = "mcp")]
use crate::{endpoint::Endpoint, token::Token};
use crate::{history::History, query::View, web::Mount};

pub(crate) type Source = Box<dyn Fn() -> Snapshot + Send + Sync>;
pub(crate) type Events = Box<dyn Fn() -> Vec<Event> + Send + Sync>;

/// State shared by handlers and the sampling thread.
pub(crate) struct Shared {
    history: Mutex<History>,
    /// Time at which the history's clock was zero.
    began: Instant,
    source: Source,
    events: Events,
    pub(crate) hosts: Hosts,
    pub(crate) mount: Mount,
    #[cfg(feature = "mcp")]
    pub(crate) mcp: Endpoint,
}

impl Shared {
    pub(crate) fn new(
        history: History,
        source: Source,
        events: Events,
        hosts: Hosts,
        mount: Mount,
    ) -> Self {
        Self {
            history: Mutex::new(history),
            began: Instant::now(),
            source,
            events,
            hosts,
            mount,
            #[cfg(feature = "mcp")]
            mcp: Endpoint::new(None),
        }
    }

    /// Answers agents only if they send `token`, unless it is `None`.
    #[cfg(feature = "mcp")]
    pub(crate) fn with_mcp_token(self, token: Option<Token>) -> Self {
        let mcp = Endpoint::new(token);
        Self { mcp, ..self }
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        (self.source)()
    }

    /// Returns the events that are kept, oldest first.
    pub(crate) fn events(&self) -> Vec<Event> {
        (self.events)()
    }

    /// Takes a sample.
    pub(crate) fn sample(&self) {
        let snapshot = self.snapshot();
        let now = self.began.elapsed().as_secs_f64();
        self.history().record(now, snapshot);
    }

    pub(crate) fn history(&self) -> MutexGuard<'_, History> {
        // After a panic with the lock held, at worst one step is missing.
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the history with calendar time. Its clock never goes back, and stays right when the
    /// system's clock is set.
    pub(crate) fn view<'a>(&self, history: &'a History) -> View<'a> {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = since_epoch.map_or(0.0, |time| time.as_secs_f64());
        View {
            history,
            epoch: now - self.began.elapsed().as_secs_f64(),
        }
    }
}
