//! Time limits for the clients of a listener.

use std::time::Duration;

/// Time limits for clients.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Limit from the first byte of a request to the end of its head.
    pub(super) request: Duration,
    /// Limit for taking an answer.
    pub(super) answer: Duration,
    /// Limit from one request to the next on the same connection.
    pub(super) idle: Duration,
    /// Limit for sending a request, or falling behind in taking an answer, while others wait for a
    /// thread. It shrinks after clients that exceeded it.
    pub(super) grace: Duration,
}

/// Limits of every listener outside of tests.
pub(super) const LIMITS: Limits = Limits {
    request: Duration::from_secs(10),
    answer: Duration::from_secs(10),
    idle: Duration::from_secs(120),
    grace: Duration::from_secs(1),
};
