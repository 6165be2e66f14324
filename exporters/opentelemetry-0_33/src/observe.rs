//! Counters through the program's own `MeterProvider`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use autometrics_core::{Families, Group, Snapshot, Value};
use autometrics_schema::metric::{Kind, Metric};
use opentelemetry::metrics::{AsyncInstrumentBuilder, Meter};

use crate::{
    attributes::{Attributes, attributes},
    fold::Fold,
    shared::Shared,
};

/// Reports the program's counters through `meter`, at each of its collections.
///
/// ```
/// use autometrics_opentelemetry_0_33::observe;
/// use opentelemetry::global;
///
/// // … the program has set its `MeterProvider`
/// observe(&global::meter("autometrics"));
/// ```
///
/// Call it once for each provider, when it is set up, and never from a callback of an
/// instrument, where the SDK would wait for itself. What is reported, and what is not:
/// [what is carried](crate#what-is-carried).
pub fn observe(meter: &Meter) {
    Observer::new().observe(meter);
}

/// [`observe`] with another limit, or of another snapshot.
#[derive(Debug)]
#[must_use = "nothing is reported before `observe`"]
pub struct Observer {
    shared: Shared,
    limit: usize,
}

impl Observer {
    /// Reports the program's counters.
    pub fn new() -> Self {
        Self::from_fn(autometrics_core::snapshot)
    }

    /// Reports what `snapshot` returns, which is called once at each collection.
    pub fn from_fn(snapshot: impl Fn() -> Snapshot + Send + Sync + 'static) -> Self {
        Self {
            shared: Shared::new(Box::new(snapshot)),
            limit: 2_000,
        }
    }

    /// How many series an instrument may have; 2,000 by default, as in the SDK.
    ///
    /// A program with a view that sets another limit for `function.calls` says it here,
    /// too. Three quarters are for series as they are. Of further ones the callers are
    /// folded: they count under `caller.function="__overflow__"` of the same function,
    /// result, error and objective. What does not fit even so counts under
    /// `otel.metric.overflow=true`. No count is lost, and a series stays where it was
    /// once reported.
    ///
    /// A view that takes attributes away loses counts: of series that it then can't tell
    /// apart the SDK keeps the last.
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
                fold: Mutex::new(Fold::new(limit)),
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
                // Instruments can't be given the buckets of a histogram.
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

/// An instrument, and the metric that it reports.
struct Instrument {
    shared: Arc<Shared>,
    /// Its number among the instruments of `shared`.
    number: u32,
    metric: &'static Metric,
    fold: Mutex<Fold>,
}

impl Instrument {
    /// Gives `builder` the description of the metric, and the callback that reports it.
    fn report<I, T: Observed>(
        self,
        builder: AsyncInstrumentBuilder<'_, I, T>,
    ) -> AsyncInstrumentBuilder<'_, I, T> {
        builder
            .with_description(self.metric.help)
            .with_callback(move |observer| {
                // Held while values are reported, so that two readers do not report the
                // older ones last.
                let mut fold = self.fold.lock().unwrap_or_else(PoisonError::into_inner);
                for (attributes, value) in self.values(&mut fold) {
                    observer.observe(T::of(value), &attributes);
                }
            })
    }

    /// Returns the values of the metric as they are now.
    fn values(&self, fold: &mut Fold) -> HashMap<Attributes, u64> {
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
        fold.sum(series)
    }
}

/// A value that an instrument takes.
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
