//! Numbers of requests that the load generator sent, and of replies.

use std::{
    collections::BTreeMap,
    io,
    path::Path,
    sync::{Mutex, PoisonError},
};

use axum::http::StatusCode;
use serde::Serialize;

/// A route of the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) enum Route {
    #[serde(rename = "GET /products")]
    Browse,
    #[serde(rename = "GET /search")]
    Search,
    #[serde(rename = "GET /products/{id}")]
    View,
    #[serde(rename = "POST /carts")]
    OpenCart,
    #[serde(rename = "GET /carts/{id}")]
    ShowCart,
    #[serde(rename = "POST /carts/{id}/items")]
    AddToCart,
    #[serde(rename = "POST /carts/{id}/checkout")]
    CheckOut,
}

/// Requests of one route. After all have ended, `sent` is the sum of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Counts {
    pub(crate) sent: u64,
    /// Replies with status 2xx.
    pub(crate) served: u64,
    /// Refused for a reason, with status 4xx.
    pub(crate) refused: u64,
    /// Failed replies, with status 5xx.
    pub(crate) failed: u64,
    /// Requests without any reply.
    pub(crate) unanswered: u64,
}

/// Counts of all requests, in total and by route.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Report {
    pub(crate) seed: u64,
    pub(crate) total: Counts,
    pub(crate) routes: BTreeMap<Route, Counts>,
}

/// Counts of requests that are updated while the load generator runs.
#[derive(Debug, Default)]
pub(crate) struct Tally(Mutex<BTreeMap<Route, Counts>>);

impl Tally {
    pub(super) fn sent(&self, route: Route) {
        self.change(route, |counts| counts.sent += 1);
    }

    pub(super) fn got(&self, route: Route, status: Option<StatusCode>) {
        self.change(route, |counts| match status.map(|status| status.as_u16()) {
            Some(500..) => counts.failed += 1,
            Some(400..) => counts.refused += 1,
            Some(_) => counts.served += 1,
            None => counts.unanswered += 1,
        });
    }

    fn change(&self, route: Route, change: impl FnOnce(&mut Counts)) {
        let mut routes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(routes.entry(route).or_default());
    }

    /// Returns the counts so far.
    pub(crate) fn report(&self, seed: u64) -> Report {
        let routes = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let mut total = Counts::default();
        for counts in routes.values() {
            total.sent += counts.sent;
            total.served += counts.served;
            total.refused += counts.refused;
            total.failed += counts.failed;
            total.unanswered += counts.unanswered;
        }
        Report {
            seed,
            total,
            routes,
        }
    }
}

impl Report {
    /// Writes the report as JSON, completely or not at all: a program that waits for the file never
    /// reads a part of it.
    pub(crate) fn write(&self, path: &Path) -> io::Result<()> {
        let json = serde_json::to_string_pretty(self)?;
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let file = tempfile::NamedTempFile::new_in(folder)?;
        std::fs::write(file.path(), json + "\n")?;
        file.persist(path)?;
        Ok(())
    }
}
