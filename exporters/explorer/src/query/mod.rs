//! Responses of the API, calculated from the history. Each is a function that returns a value for
//! JSON.
//!
//! Times are in seconds, rates per second, and ratios from 0 to 1. A missing value is `None`.
//!
//! `openapi.json` is generated from the types of the responses. The doc comment of a field is its
//! description there, so it is written for clients: with the unit, and with null for `None`.

pub(crate) mod events;
mod figures;
pub(crate) mod flows;
pub(crate) mod functions;
pub(crate) mod graph;
mod heatmap;
mod ids;
pub(crate) mod objectives;
mod promise;
mod promql;
pub(crate) mod series;
pub(crate) mod source;
pub(crate) mod states;
mod sums;
pub(crate) mod suspects;

use serde::Serialize;

use crate::history::{History, Span};

/// Accepted windows, in seconds.
pub(crate) const WINDOWS: [u32; 5] = [10, 60, 300, 1800, 21_600];
/// Accepted ranges of charts, in seconds.
pub(crate) const RANGES: [u32; 2] = [300, 21_600];

/// History, and the calendar time of its clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    pub(crate) history: &'a History,
    /// Unix time in seconds at which the history's clock was zero.
    pub(crate) epoch: f64,
}

/// First fields of every response.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Head<'a> {
    /// Time of the last sample, in Unix seconds.
    at: f64,
    /// Beginning of the sampled time, in Unix seconds; earlier calls are unknown or forgotten.
    since: f64,
    service: Service<'a>,
}

/// Identity of the program; unknown texts are empty.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Service<'a> {
    /// `service_name` of its metrics.
    name: &'a str,
    /// Version of the program.
    version: &'a str,
    /// The commit that it was built from.
    commit: &'a str,
    /// The branch that it was built from.
    branch: &'a str,
    /// URL of its source.
    repository_url: &'a str,
}

/// Further fields of responses about a window.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Window {
    /// Requested window, in seconds.
    window_seconds: u32,
    /// Part of the window with samples, in seconds; slightly more than the window if steps are 30 s
    /// long.
    covered_seconds: f64,
}

impl<'a> View<'a> {
    fn head(&self) -> Head<'a> {
        let History { service, build, .. } = self.history;
        Head {
            at: self.epoch + self.history.now(),
            since: self.epoch + self.history.since(),
            service: Service {
                name: service,
                version: &build.version,
                commit: &build.commit,
                branch: &build.branch,
                repository_url: &build.repository_url,
            },
        }
    }
}

impl Window {
    fn of(window: u32, span: &Span) -> Self {
        Self {
            window_seconds: window,
            covered_seconds: span.seconds,
        }
    }
}
