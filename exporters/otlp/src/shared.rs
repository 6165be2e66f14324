//! State shared by the thread that sends and the callers that wait for it.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::error::ExportError;

#[derive(Default)]
pub(crate) struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// Number of exports requested so far. Each request gets the next number.
    requested: u64,
    /// Highest request number whose export has ended. That export began after the request.
    completed: u64,
    /// Outcome of that export.
    outcome: Result<(), ExportError>,
    /// Latest deadline of the callers that wait.
    until: Option<Instant>,
    /// Reason why the last attempt failed, if it did.
    trouble: Option<String>,
    /// `true` once the thread has to end after the next export.
    stop: bool,
    ended: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            requested: 0,
            completed: 0,
            outcome: Ok(()),
            until: None,
            trouble: None,
            stop: false,
            ended: false,
        }
    }
}

/// The export to make now, because it is due or because callers wait for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NextExport {
    /// Highest request number that the next export completes.
    pub(crate) number: u64,
    /// Latest deadline of a caller that waits for the export, if one waits.
    pub(crate) until: Option<Instant>,
    /// `true` if this is the last export.
    pub(crate) stop: bool,
}

/// Methods for callers that wait.
impl Shared {
    /// Requests an export that begins from now on, and returns its number. The caller waits until
    /// `until`. With `stop`, the export is the last one.
    pub(crate) fn request(&self, until: Instant, stop: bool) -> u64 {
        let mut state = self.lock();
        state.requested += 1;
        state.until = state.until.max(Some(until));
        state.stop |= stop;
        self.changed.notify_all();
        state.requested
    }

    /// Waits until `until` for the export with that `number`, and returns its outcome. Returns
    /// `None` if it has not ended by then, or if the thread has ended without it.
    pub(crate) fn outcome(&self, number: u64, until: Instant) -> Option<Result<(), ExportError>> {
        let state = self.wait(until, |state| state.completed >= number || state.ended);
        (state.completed >= number).then(|| state.outcome.clone())
    }

    /// Returns the reason why the last attempt failed, if it did.
    pub(crate) fn trouble(&self) -> Option<String> {
        self.lock().trouble.clone()
    }
}

/// Methods for the thread that sends.
impl Shared {
    /// Waits until `due`, or until a caller requests an export.
    pub(crate) fn next(&self, due: Instant) -> NextExport {
        let state = self.wait(due, |state| state.requested > state.completed);
        NextExport {
            number: state.requested,
            until: state.until,
            stop: state.stop,
        }
    }

    /// Waits until `until`. Returns `false`, possibly earlier, if a caller requested an export
    /// after `number`.
    pub(crate) fn pause(&self, until: Instant, number: u64) -> bool {
        self.wait(until, |state| state.requested > number).requested <= number
    }

    pub(crate) fn complete(&self, number: u64, outcome: Result<(), ExportError>) {
        let mut state = self.lock();
        state.completed = number;
        if state.requested == number {
            state.until = None;
        }
        state.outcome = outcome;
        self.changed.notify_all();
    }

    pub(crate) fn note(&self, trouble: Option<String>) {
        self.lock().trouble = trouble;
    }

    pub(crate) fn end(&self) {
        self.lock().ended = true;
        self.changed.notify_all();
    }
}

impl Shared {
    fn wait(&self, until: Instant, is_enough: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        let mut state = self.lock();
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if is_enough(&state) || left == Duration::ZERO {
                return state;
            }
            let waited = self.changed.wait_timeout(state, left);
            (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
