//! Objectives, and the validation of their values.

use core::time::Duration;

use crate::Percent;

/// Maximum length of a name, owner or link, in bytes.
const MAX_TEXT: usize = 200;
/// Shortest period in days: the longest window of the alert policies is three days.
const MIN_PERIOD: u16 = 7;
/// Longest period in days: a quarter.
const MAX_PERIOD: u16 = 92;

/// Upper limit of latency thresholds, in seconds: thresholds are below a day.
const MAX_THRESHOLD: u64 = 24 * 60 * 60;

/// Service level objective for a set of functions: shares of calls that must succeed and be fast.
///
/// In a `const`, every mistake is a compile error:
///
/// ```
/// use slo_spec::Objective;
/// use std::time::Duration;
///
/// const API: Objective = Objective::new("api")
///     .success_rate(99.9)
///     .latency(Duration::from_millis(250), 99.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Objective {
    name: &'static str,
    success: Option<Percent>,
    latency: Option<Latency>,
    period_days: u16,
    cancelled: Cancelled,
    owner: Option<&'static str>,
    runbook: Option<&'static str>,
}

/// Classification of cancelled calls: futures that were dropped after they began and before they
/// finished, for example by a timeout around them or because a client hung up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cancelled {
    /// A cancelled call is a request without an answer: bad for the success rate, and bad
    /// for the latency if it had run longer than the threshold.
    #[default]
    Bad,
    /// A cancelled call is bad for the latency if it had run longer than the threshold, and
    /// does not count for the success rate.
    BadIfSlow,
    /// Cancelled calls do not count at all.
    Ignored,
}

/// Latency part of an [`Objective`]: `percent` of the calls take at most `threshold`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Latency {
    threshold: Duration,
    percent: Percent,
}

impl Objective {
    /// Creates an objective called `name` without a target, over 30 days.
    ///
    /// # Panics
    ///
    /// Panics if `name` is empty, is longer than 200 bytes, starts or ends with a blank, or has a
    /// control character. In a `const`, that is a compile error.
    pub const fn new(name: &'static str) -> Self {
        check_text(name);
        Self {
            name,
            success: None,
            latency: None,
            period_days: 30,
            cancelled: Cancelled::Bad,
            owner: None,
            runbook: None,
        }
    }

    /// Sets the share of calls that must succeed, in percent, for example `99.9`.
    ///
    /// # Panics
    ///
    /// Panics as [`Percent::new`] does.
    #[must_use]
    pub const fn success_rate(mut self, percent: f64) -> Self {
        self.success = Some(Percent::new(percent));
        self
    }

    /// Sets the share of calls, in percent, that must take at most `threshold`.
    ///
    /// The threshold becomes a bucket of the latency histogram, in addition to the buckets of the
    /// program.
    ///
    /// # Panics
    ///
    /// Panics as [`Percent::new`] does, and if the threshold is zero or not below one day.
    #[must_use]
    pub const fn latency(mut self, threshold: Duration, percent: f64) -> Self {
        assert!(
            !threshold.is_zero(),
            "an objective's latency threshold must be above zero"
        );
        assert!(
            threshold.as_secs() < MAX_THRESHOLD,
            "an objective's latency threshold must be below one day"
        );
        self.latency = Some(Latency {
            threshold,
            percent: Percent::new(percent),
        });
        self
    }

    /// Sets the period of the error budget in days; the default is 30.
    ///
    /// # Panics
    ///
    /// Panics if `days` is below 7 or above 92: no alert policy covers it.
    #[must_use]
    pub const fn period_days(mut self, days: u16) -> Self {
        assert!(
            Self::is_valid_period(days),
            "an objective's period is 7 to 92 days: no alert policy covers another"
        );
        self.period_days = days;
        self
    }

    /// Sets the classification of cancelled calls; the default is [`Cancelled::Bad`].
    ///
    /// ```
    /// use slo_spec::{Cancelled, Objective};
    ///
    /// // A client that hangs up while it waits for news is no failure.
    /// const NEWS: Objective = Objective::new("news")
    ///     .success_rate(99.9)
    ///     .cancelled(Cancelled::Ignored);
    /// ```
    #[must_use]
    pub const fn cancelled(mut self, cancelled: Cancelled) -> Self {
        self.cancelled = cancelled;
        self
    }

    /// Sets the owner, who is notified if the objective is in danger.
    ///
    /// # Panics
    ///
    /// Panics as [`Objective::new`] does for the name.
    #[must_use]
    pub const fn owner(mut self, owner: &'static str) -> Self {
        check_text(owner);
        self.owner = Some(owner);
        self
    }

    /// Sets the link to the owner's instructions.
    ///
    /// # Panics
    ///
    /// Panics as [`Objective::new`] does for the name.
    #[must_use]
    pub const fn runbook(mut self, url: &'static str) -> Self {
        check_text(url);
        self.runbook = Some(url);
        self
    }
}

/// Validation of values that come from elsewhere than code.
impl Objective {
    /// Returns `true` if `text` is a valid name, owner and runbook; for other texts,
    /// [`new`](Self::new) panics.
    pub const fn is_valid_text(text: &str) -> bool {
        fault(text).is_none()
    }

    /// Returns `true` if `days` is a valid period; for other values,
    /// [`period_days`](Self::period_days) panics.
    pub const fn is_valid_period(days: u16) -> bool {
        MIN_PERIOD <= days && days <= MAX_PERIOD
    }
}

/// Values of the objective.
impl Objective {
    /// Returns the name, unique in the program.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the share of calls that must succeed, if there is such a target.
    pub const fn success(&self) -> Option<Percent> {
        self.success
    }

    /// Returns the share of calls that must be fast, with the threshold, if there is such a target.
    pub const fn latency_target(&self) -> Option<Latency> {
        self.latency
    }

    /// Returns the period of the error budget, in days.
    pub const fn period(&self) -> u16 {
        self.period_days
    }

    /// Returns the classification of cancelled calls.
    pub const fn cancelled_calls(&self) -> Cancelled {
        self.cancelled
    }

    /// Returns the owner, who is notified if the objective is in danger.
    pub const fn owned_by(&self) -> Option<&'static str> {
        self.owner
    }

    /// Returns the link to the owner's instructions.
    pub const fn runbook_url(&self) -> Option<&'static str> {
        self.runbook
    }
}

impl Latency {
    /// Creates the target that `percent` of the calls take at most `threshold`, from values that
    /// come from elsewhere than code.
    ///
    /// Returns `None` if [`Objective::latency`] would panic: for a threshold of zero, or of a day
    /// and more.
    ///
    /// ```
    /// # use slo_spec::{Latency, Objective, Percent};
    /// use std::time::Duration;
    ///
    /// let threshold = Duration::from_millis(250);
    /// assert_eq!(
    ///     Latency::from_parts(threshold, Percent::new(99.0)),
    ///     Objective::new("api").latency(threshold, 99.0).latency_target(),
    /// );
    /// assert_eq!(Latency::from_parts(Duration::ZERO, Percent::new(99.0)), None);
    /// ```
    pub const fn from_parts(threshold: Duration, percent: Percent) -> Option<Self> {
        if threshold.is_zero() || threshold.as_secs() >= MAX_THRESHOLD {
            return None;
        }
        Some(Self { threshold, percent })
    }

    /// Returns the longest time that a good call takes.
    pub const fn threshold(self) -> Duration {
        self.threshold
    }

    /// Returns the share of calls that must be good.
    pub const fn percent(self) -> Percent {
        self.percent
    }
}

/// Panics if a label could not carry `text` legibly.
const fn check_text(text: &str) {
    if let Some(fault) = fault(text) {
        panic!("{}", fault);
    }
}

/// Returns the reason if a label could not carry `text` legibly.
const fn fault(text: &str) -> Option<&'static str> {
    let bytes = text.as_bytes();
    if bytes.is_empty() {
        return Some("an objective's name, owner or runbook is empty");
    }
    if bytes.len() > MAX_TEXT {
        return Some("an objective's name, owner or runbook is longer than 200 bytes");
    }
    if bytes[0] == b' ' || bytes[bytes.len() - 1] == b' ' {
        return Some("an objective's name, owner or runbook starts or ends with a blank");
    }
    let mut i = 0;
    while i < bytes.len() {
        // C0, DEL, and C1, which UTF-8 writes as 0xC2 0x80..=0x9F.
        let control = bytes[i] < 0x20
            || bytes[i] == 0x7f
            || bytes[i] == 0xc2 && i + 1 < bytes.len() && bytes[i + 1] < 0xa0;
        if control {
            return Some("an objective's name, owner or runbook has a control character");
        }
        i += 1;
    }
    None
}
