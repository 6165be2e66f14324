//! Which series of an instrument are reported on their own.
//!
//! The SDK keeps so many series of an instrument, 2,000 by default, and throws together
//! what comes after them; of observed values, which are totals, it would keep the last
//! one and lose the others. So what does not fit is added up before the SDK sees it. A series
//! that was reported on its own stays so, and one that was not never is: otherwise
//! counters would jump.

use std::collections::{HashMap, HashSet};

use opentelemetry::KeyValue;

use crate::attributes::Attributes;

/// Series of one instrument.
#[derive(Debug)]
pub(crate) struct Fold {
    /// The most series, with the one that stands for all others.
    limit: usize,
    known: HashSet<Attributes>,
}

impl Fold {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            known: HashSet::new(),
        }
    }

    /// Adds up what is to be reported. Each series comes with a wider one that may stand
    /// for it, unless it has none.
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
            // The rest is for the wider ones.
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

/// What the [specification] calls the series that stands for others.
///
/// [specification]: https://opentelemetry.io/docs/specs/otel/metrics/sdk/#overflow-attribute
const OVERFLOW: &str = "otel.metric.overflow";
