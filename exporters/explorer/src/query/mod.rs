//! What the page asks, answered from the history: each a function that returns
//! what becomes JSON.
//!
//! Times are in seconds, rates per second, ratios from 0 to 1; what there is no
//! value of is `None`. `openapi.json` describes every field.

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

/// The windows that may be asked for, in seconds.
pub(crate) const WINDOWS: [u32; 5] = [10, 60, 300, 1800, 21_600];
/// The ranges of charts that may be asked for, in seconds.
pub(crate) const RANGES: [u32; 2] = [300, 21_600];

/// A history, and what its seconds are on the calendar.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    pub(crate) history: &'a History,
    /// When the history's clock was at zero, in Unix seconds.
    pub(crate) epoch: f64,
}

/// What all answers begin with.
#[derive(Debug, Serialize)]
pub(crate) struct Head<'a> {
    at: f64,
    since: f64,
    service: Service<'a>,
}

/// Which program this is.
#[derive(Debug, Serialize)]
struct Service<'a> {
    name: &'a str,
    version: &'a str,
    commit: &'a str,
    branch: &'a str,
    repository_url: &'a str,
}

/// What answers about a window go on with.
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
