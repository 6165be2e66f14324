//! Reports counters through the program's own `MeterProvider`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use autometrics_core::{Families, Group, Snapshot, Value};
use autometrics_schema::metric::{Kind, Metric};
use opentelemetry::metrics::{AsyncInstrumentBuilder, Meter};

use crate::{
    attributes::{Attributes, attributes},
    series_limit::SeriesLimit,
    shared::Shared,
};

/// Reports the program's counters through `meter`, at each of its collections. Short for
/// `Observer::new().observe(meter)`.
///
/// ```
/// use autometrics::opentelemetry_0_33::observe;
/// use opentelemetry::global;
///
/// // … the program has set its `MeterProvider`
/// observe(&global::meter("autometrics"));
/// ```
///
/// Call it once per provider, when the provider is set up, and never from the callback of an
/// instrument, where the SDK would deadlock. Histograms and exemplars are not reported, see
/// [exported metrics](crate#exported-metrics).
pub fn observe(meter: &Meter) {
    Observer::new().observe(meter);
}

/// Reports counters like [`observe`], with another cardinality limit or another source of
/// snapshots.
#[derive(Debug)]
#[must_use = "an observer reports nothing until `observe` is called"]
pub struct Observer {
    shared: Shared,
    limit: usize,
}

impl Observer {
    /// Returns an observer of the program's counters.
    pub fn new() -> Self {
        Self {
            shared: Shared::new(Box::new(autometrics_core::snapshot)),
            limit: 2_000,
        }
    }

    /// Sets the source of snapshots, which is called once per collection. Default: this program.
    pub fn snapshot_source(
        mut self,
        source: impl Fn() -> Snapshot + Send + Sync + 'static,
    ) -> Self {
        self.shared = Shared::new(Box::new(source));
        self
    }

    /// Sets the maximum number of series per instrument. Default: 2,000, as in the SDK.
    ///
    /// Set it if the program has a view with another limit for `function.calls`. Three quarters of
    /// the limit are for series as they are. Further ones are counted without their callers, under
    /// `caller.function="__overflow__"` of the same function, result, error and objective. Series
    /// that still do not fit are counted under `otel.metric.overflow=true`. No count is lost, and a
    /// series that was reported on its own stays so.
    ///
    /// A view that removes attributes loses counts: if series have the same attributes then, the
    /// SDK keeps the last of them.
    pub fn cardinality_limit(mut self, series: usize) -> Self {
        self.limit = series;
        self
    }

    /// Creates the instruments on `meter`.
    pub fn observe(self, meter: &Meter) {
        let Self { shared, limit } = self;
        let shared = Arc::new(shared);
        for (number, metric) in (0..).zip(Families::metrics()) {
            let instrument = Instrument {
                shared: Arc::clone(&shared),
                number,
                metric,
                series_limit: Mutex::new(SeriesLimit::new(limit)),
            };
            let name = metric.otel_name;
            match metric.kind {
                Kind::Counter => {
                    instrument
                        .report(meter.u64_observable_counter(name))
                        .build();
                }
                Kind::UpDown => {
                    instrument
                        .report(meter.i64_observable_up_down_counter(name))
                        .build();
                }
                Kind::Gauge => {
                    instrument.report(meter.u64_observable_gauge(name)).build();
                }
                // Observable instruments cannot report the buckets of a histogram.
                Kind::Histogram => {}
            }
        }
    }
}

impl Default for Observer {
    fn default() -> Self {
        Self::new()
    }
}

/// Instrument and the metric that it reports.
struct Instrument {
    shared: Arc<Shared>,
    /// Index among the instruments of `shared`.
    number: u32,
    metric: &'static Metric,
    series_limit: Mutex<SeriesLimit>,
}

impl Instrument {
    /// Sets description and callback of the instrument.
    fn report<I, T: Observed>(
        self,
        builder: AsyncInstrumentBuilder<'_, I, T>,
    ) -> AsyncInstrumentBuilder<'_, I, T> {
        builder
            .with_description(self.metric.help)
            .with_callback(move |observer| {
                // The lock is held while values are reported, so that of two concurrent readers the
                // later snapshot is reported last.
                let mut series_limit = self
                    .series_limit
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                for (attributes, value) in self.values(&mut series_limit) {
                    observer.observe(T::of(value), &attributes);
                }
            })
    }

    /// Returns the current values of the metric.
    fn values(&self, series_limit: &mut SeriesLimit) -> HashMap<Attributes, u64> {
        let snapshot = self.shared.snapshot(self.number);
        let families = Families::of(&snapshot);
        let groups: Vec<Attributes> = families.groups().map(attributes).collect();
        let of = |list: &[Group]| -> Attributes {
            let list = list.iter().map(|group| &groups[group.index()]);
            list.flatten().cloned().collect()
        };
        let mut series = Vec::new();
        if let Some(family) = families.family(self.metric) {
            family.for_each(|sample| {
                if let Value::Number(value) = sample.value {
                    let wider = families.without_caller(&sample);
                    series.push((of(sample.groups), wider.map(|list| of(&list)), value));
                }
            });
        }
        series_limit.sum(series)
    }
}

/// Value type of an instrument.
trait Observed: 'static {
    fn of(count: u64) -> Self;
}

impl Observed for u64 {
    fn of(count: u64) -> Self {
        count
    }
}

impl Observed for i64 {
    fn of(count: u64) -> Self {
        Self::try_from(count).unwrap_or(Self::MAX)
    }
}
