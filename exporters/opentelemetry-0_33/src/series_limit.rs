//! Limits the number of series of an instrument.
//!
//! The SDK keeps a limited number of series per instrument, 2,000 by default, and merges further
//! ones. Observed values are totals, and merging them would keep the last total and lose the
//! others. So this module adds up the series beyond the limit before the SDK gets them. A series
//! that was reported on its own always is, and one that was not never is: otherwise counters would
//! jump.

use std::collections::{HashMap, HashSet};

use opentelemetry::KeyValue;

use crate::attributes::Attributes;

/// Series of one instrument.
#[derive(Debug)]
pub(crate) struct SeriesLimit {
    /// Maximum number of series, including the overflow series.
    limit: usize,
    known: HashSet<Attributes>,
}

impl SeriesLimit {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            known: HashSet::new(),
        }
    }

    /// Adds up the series to be reported. Each comes with a wider series, without the caller, that
    /// may stand for it, unless it has none.
    pub(crate) fn sum(
        &mut self,
        series: impl IntoIterator<Item = (Attributes, Option<Attributes>, u64)>,
    ) -> HashMap<Attributes, u64> {
        let mut sums = HashMap::new();
        for (own, wider, count) in series {
            let total: &mut u64 = sums.entry(self.place(own, wider)).or_default();
            *total = total.saturating_add(count);
        }
        sums
    }

    fn place(&mut self, own: Attributes, wider: Option<Attributes>) -> Attributes {
        let all_but_one = self.limit.saturating_sub(1);
        let room = match wider {
            // The rest is for the wider series.
            Some(_) => all_but_one / 4 * 3,
            None => all_but_one,
        };
        if self.admits(&own, room) {
            return own;
        }
        wider
            .filter(|wider| self.admits(wider, all_but_one))
            .unwrap_or_else(|| vec![KeyValue::new(OVERFLOW, true)])
    }

    fn admits(&mut self, series: &Attributes, room: usize) -> bool {
        if self.known.contains(series) {
            return true;
        }
        let fits = self.known.len() < room;
        if fits {
            self.known.insert(series.clone());
        }
        fits
    }
}

/// Attribute of the overflow series, by the [specification].
///
/// [specification]: https://opentelemetry.io/docs/specs/otel/metrics/sdk/#overflow-attribute
const OVERFLOW: &str = "otel.metric.overflow";
