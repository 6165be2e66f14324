//! Limits for the clients of a listener.

use std::time::Duration;

/// Limits for clients.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Limit from the first byte of a request to the end of its head, and of its body if that is
    /// read.
    pub(crate) request: Duration,
    /// Limit for taking an answer.
    pub(crate) answer: Duration,
    /// Limit from one request to the next on the same connection.
    pub(crate) idle: Duration,
    /// Limit for sending a request, or falling behind in taking an answer, while others wait for a
    /// thread. It shrinks after clients that exceeded it.
    pub(crate) grace: Duration,
    /// Maximum length of a request's body, in bytes; `None` if bodies are not read.
    pub(crate) body: Option<usize>,
}

/// Limits of every listener outside of tests.
pub(crate) const LIMITS: Limits = Limits {
    request: Duration::from_secs(10),
    answer: Duration::from_secs(10),
    idle: Duration::from_secs(120),
    grace: Duration::from_secs(1),
    body: None,
};
