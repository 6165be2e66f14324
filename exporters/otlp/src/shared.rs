//! What the thread that sends and those that wait for it know of each other.

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
    /// How many exports were asked for; each gets its number.
    asked: u64,
    /// The last number for which an export, begun after it was given, has ended.
    answered: u64,
    /// How that ended.
    outcome: Result<(), ExportError>,
    /// Until when the last one who asked waits.
    until: Option<Instant>,
    /// Why the last try came to nothing, if it did.
    trouble: Option<String>,
    /// Whether the thread has to end.
    stop: bool,
    ended: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            asked: 0,
            answered: 0,
            outcome: Ok(()),
            until: None,
            trouble: None,
            stop: false,
            ended: false,
        }
    }
}

/// Why the thread that sends wakes up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wake {
    /// The exports up to this number are answered by what is sent now.
    pub(crate) number: u64,
    /// Until when someone waits for it, if someone does.
    pub(crate) until: Option<Instant>,
    /// This is the last one.
    pub(crate) stop: bool,
}

/// For who waits.
impl Shared {
    /// Asks for an export that begins from now on, for the last one if it is to `stop`,
    /// and to be waited for until `until`. Returns its number.
    pub(crate) fn ask(&self, until: Instant, stop: bool) -> u64 {
        let mut state = self.lock();
        state.asked += 1;
        state.until = state.until.max(Some(until));
        state.stop |= stop;
        self.changed.notify_all();
        state.asked
    }

    /// How the export of that `number` ended; `None` if it has not at `until`, or never
    /// will.
    pub(crate) fn outcome(&self, number: u64, until: Instant) -> Option<Result<(), ExportError>> {
        let state = self.wait(until, |state| state.answered >= number || state.ended);
        (state.answered >= number).then(|| state.outcome.clone())
    }

    /// Why the last try came to nothing, if it did.
    pub(crate) fn trouble(&self) -> Option<String> {
        self.lock().trouble.clone()
    }
}

/// For the thread that sends.
impl Shared {
    /// Waits until `due`, or until someone asks.
    pub(crate) fn next(&self, due: Instant) -> Wake {
        let state = self.wait(due, |state| state.asked > state.answered);
        Wake {
            number: state.asked,
            until: state.until,
            stop: state.stop,
        }
    }

    /// Waits until `until`, and returns whether nobody asked for more than `number`.
    pub(crate) fn pause(&self, until: Instant, number: u64) -> bool {
        self.wait(until, |state| state.asked > number).asked <= number
    }

    pub(crate) fn answer(&self, number: u64, outcome: Result<(), ExportError>) {
        let mut state = self.lock();
        state.answered = number;
        if state.asked == number {
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
