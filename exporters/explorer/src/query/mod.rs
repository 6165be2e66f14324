//! Responses of the API, calculated from the history. Each is a function that returns a value for
//! JSON.
//!
//! Times are in seconds, rates per second, and ratios from 0 to 1. A missing value is `None`.
//! `openapi.json` describes every field.

pub(crate) mod events;
mod figures;
pub(crate) mod functions;
pub(crate) mod graph;
mod heatmap;
pub(crate) mod objectives;
mod promql;
pub(crate) mod series;
mod source;
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
pub(crate) struct Head<'a> {
    at: f64,
    since: f64,
    service: Service<'a>,
}

/// Name, version and source of the program.
#[derive(Debug, Serialize)]
struct Service<'a> {
    name: &'a str,
    version: &'a str,
    commit: &'a str,
    branch: &'a str,
    repository_url: &'a str,
}

/// Further fields of responses about a window.
#[derive(Debug, Serialize)]
pub(crate) struct Window {
    window_seconds: u32,
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
