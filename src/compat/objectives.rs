//! Objectives with the types of `autometrics` 3.0.
//!
//! ```
//! use autometrics::{
//!     autometrics,
//!     objectives::{Objective, ObjectiveLatency, ObjectivePercentile},
//! };
//!
//! const API_SLO: Objective = Objective::new("api")
//!     .success_rate(ObjectivePercentile::P99_9)
//!     .latency(ObjectiveLatency::Ms250, ObjectivePercentile::P99);
//!
//! #[autometrics(objective = API_SLO)]
//! pub fn api_handler() {
//!     // …
//! }
//! # api_handler();
//! ```

use std::time::Duration;

/// An objective with percentiles and thresholds from a list.
///
/// The new type is [`autometrics::Objective`](crate::Objective), which takes any percentage and any
/// [`Duration`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Objective(crate::Objective);

impl Objective {
    /// Creates an objective `name` without targets.
    ///
    /// # Panics
    ///
    /// Panics for the names that [`autometrics::Objective::new`](crate::Objective::new) rejects; in
    /// a `const`, compilation fails.
    pub const fn new(name: &'static str) -> Self {
        Self(crate::Objective::new(name))
    }

    /// Sets the target of the success rate.
    #[must_use]
    pub const fn success_rate(self, percentile: ObjectivePercentile) -> Self {
        Self(self.0.success_rate(percentile.percent()))
    }

    /// Sets the latency target: `percentile` of the calls take at most `latency_threshold`.
    #[must_use]
    pub const fn latency(
        self,
        latency_threshold: ObjectiveLatency,
        percentile: ObjectivePercentile,
    ) -> Self {
        let threshold = latency_threshold.threshold();
        Self(self.0.latency(threshold, percentile.percent()))
    }

    /// Converts to the type that [`instrument_fn`](macro@crate::instrument_fn) takes.
    ///
    /// ```
    /// use autometrics::{instrument_fn, objectives::{Objective, ObjectivePercentile}};
    ///
    /// const API: Objective = Objective::new("api").success_rate(ObjectivePercentile::P99);
    ///
    /// #[instrument_fn(objective = API.into_objective())]
    /// fn handler() {}
    /// # handler();
    /// ```
    pub const fn into_objective(self) -> crate::Objective {
        self.0
    }
}

/// A share of calls, in percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ObjectivePercentile {
    /// 90 %
    P90,
    /// 95 %
    P95,
    /// 99 %
    P99,
    /// 99.9 %
    P99_9,
    /// Any other percentage, such as `"99.95"`: digits and at most one decimal point, up to 18
    /// bytes.
    Custom(&'static str),
}

impl ObjectivePercentile {
    const fn percent(self) -> f64 {
        match self {
            Self::P90 => 90.0,
            Self::P95 => 95.0,
            Self::P99 => 99.0,
            Self::P99_9 => 99.9,
            Self::Custom(text) => Decimal::read(text).as_f64(),
        }
    }
}

/// A latency threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ObjectiveLatency {
    /// 5 ms
    Ms5,
    /// 10 ms
    Ms10,
    /// 25 ms
    Ms25,
    /// 50 ms
    Ms50,
    /// 75 ms
    Ms75,
    /// 100 ms
    Ms100,
    /// 250 ms
    Ms250,
    /// 500 ms
    Ms500,
    /// 750 ms
    Ms750,
    /// 1 s
    Ms1000,
    /// 2.5 s
    Ms2500,
    /// 5 s
    Ms5000,
    /// 7.5 s
    Ms7500,
    /// 10 s
    Ms10000,
    /// Any other latency in seconds, such as `"0.2"`, with up to nine decimals. It need not be a
    /// configured bucket bound: every threshold becomes one.
    Custom(&'static str),
}

impl ObjectiveLatency {
    const fn threshold(self) -> Duration {
        Duration::from_millis(match self {
            Self::Ms5 => 5,
            Self::Ms10 => 10,
            Self::Ms25 => 25,
            Self::Ms50 => 50,
            Self::Ms75 => 75,
            Self::Ms100 => 100,
            Self::Ms250 => 250,
            Self::Ms500 => 500,
            Self::Ms750 => 750,
            Self::Ms1000 => 1_000,
            Self::Ms2500 => 2_500,
            Self::Ms5000 => 5_000,
            Self::Ms7500 => 7_500,
            Self::Ms10000 => 10_000,
            Self::Custom(text) => return Decimal::read(text).as_seconds(),
        })
    }
}

/// An unsigned decimal number: digits with at most one decimal point.
struct Decimal {
    digits: u64,
    /// Number of digits after the decimal point.
    places: u32,
}

impl Decimal {
    const fn read(text: &str) -> Self {
        let bytes = text.as_bytes();
        assert!(
            !bytes.is_empty() && bytes.len() <= 18,
            "a custom percentile or latency is a number, such as \"99.95\" or \"0.2\""
        );
        let mut number = Self {
            digits: 0,
            places: 0,
        };
        let mut point = false;
        let mut at = 0;
        while at < bytes.len() {
            match bytes[at] {
                digit @ b'0'..=b'9' => {
                    number.digits = number.digits * 10 + (digit - b'0') as u64;
                    number.places += point as u32;
                }
                b'.' if !point => point = true,
                _ => panic!("a custom percentile or latency needs digits and at most one point"),
            }
            at += 1;
        }
        number
    }

    /// Returns the nearest `f64`.
    #[expect(
        clippy::cast_precision_loss,
        reason = "whole numbers below 2^53 are exact, and so is the division then"
    )]
    const fn as_f64(&self) -> f64 {
        self.digits as f64 / 10_u64.pow(self.places) as f64
    }

    const fn as_seconds(&self) -> Duration {
        assert!(
            self.places <= 9,
            "a custom latency has at most nine digits behind the point, for nanoseconds"
        );
        let unit = 10_u64.pow(self.places);
        let nanos = self.digits % unit * 10_u64.pow(9 - self.places);
        Duration::from_secs(self.digits / unit).saturating_add(Duration::from_nanos(nanos))
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, Objective, ObjectiveLatency, ObjectivePercentile};

    #[test]
    fn custom_values_are_exact() {
        const CUSTOM: Objective = Objective::new("custom")
            .success_rate(ObjectivePercentile::Custom("99.95"))
            .latency(
                ObjectiveLatency::Custom("1.000000001"),
                ObjectivePercentile::Custom("97"),
            );
        let expected = crate::Objective::new("custom")
            .success_rate(99.95)
            .latency(Duration::new(1, 1), 97.0);
        assert_eq!(CUSTOM.into_objective(), expected);
    }
}
