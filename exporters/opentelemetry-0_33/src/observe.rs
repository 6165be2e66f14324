//! Counters through the program's own `MeterProvider`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use autometrics_core::{Caller, Series, Snapshot};
use opentelemetry::metrics::{AsyncInstrumentBuilder, Meter};

use crate::{
    attributes::{self, Attributes},
    fold::Fold,
    names::{self, Named},
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
        let mut instruments = Instruments {
            shared: Arc::new(shared),
            limit,
            number: 0,
        };
        let calls = meter.u64_observable_counter(names::CALLS.name);
        instruments.report(calls, &names::CALLS, sum_calls).build();
        let cancelled = meter.u64_observable_counter(names::CANCELLED.name);
        instruments
            .report(cancelled, &names::CANCELLED, |snapshot, fold| {
                per_function(snapshot, fold, |at| snapshot.functions[at].cancelled)
            })
            .build();
        let suppressed = meter.u64_observable_counter(names::SUPPRESSED_EVENTS.name);
        instruments
            .report(suppressed, &names::SUPPRESSED_EVENTS, |snapshot, fold| {
                per_function(snapshot, fold, |at| {
                    snapshot.functions[at].suppressed_events
                })
            })
            .build();
        let refused = meter.u64_observable_counter(names::REFUSED_CALLERS.name);
        instruments
            .report(refused, &names::REFUSED_CALLERS, |snapshot, _| {
                let refused = snapshot.refused_remotes();
                let program = attributes::of_program(snapshot);
                refused
                    .map(|refused| (program, refused))
                    .into_iter()
                    .collect()
            })
            .build();
        let concurrent = meter.i64_observable_up_down_counter(names::CONCURRENT.name);
        instruments
            .report(concurrent, &names::CONCURRENT, |snapshot, fold| {
                per_function(snapshot, fold, |at| snapshot.functions[at].in_flight)
            })
            .build();
        let build = meter.u64_observable_gauge(names::BUILD_INFO.name);
        instruments
            .report(build, &names::BUILD_INFO, |snapshot, _| {
                HashMap::from([(attributes::of_build(snapshot), 1)])
            })
            .build();
        let folded = meter.u64_observable_gauge(names::FOLDED_EDGES.name);
        instruments
            .report(folded, &names::FOLDED_EDGES, |snapshot, _| {
                HashMap::from([(attributes::of_program(snapshot), snapshot.folded_edges)])
            })
            .build();
        let collisions = meter.u64_observable_gauge(names::NAME_COLLISIONS.name);
        instruments
            .report(collisions, &names::NAME_COLLISIONS, |snapshot, _| {
                let collisions = snapshot.name_collisions();
                HashMap::from([(attributes::of_program(snapshot), collisions)])
            })
            .build();
    }
}

impl Default for Observer {
    fn default() -> Self {
        Self::new()
    }
}

/// What instruments have in common.
struct Instruments {
    shared: Arc<Shared>,
    limit: usize,
    /// How many there are.
    number: u32,
}

impl Instruments {
    /// Gives an instrument its description, and the values that `values` finds.
    fn report<'a, I, T: Value>(
        &mut self,
        instrument: AsyncInstrumentBuilder<'a, I, T>,
        named: &Named,
        values: impl Fn(&Snapshot, &mut Fold) -> HashMap<Attributes, u64> + Send + Sync + 'static,
    ) -> AsyncInstrumentBuilder<'a, I, T> {
        let number = self.number;
        self.number += 1;
        let shared = Arc::clone(&self.shared);
        let fold = Mutex::new(Fold::new(self.limit));
        instrument
            .with_description(named.description)
            .with_callback(move |observer| {
                // Held while values are told, so that two readers do not tell the
                // older ones last.
                let mut fold = fold.lock().unwrap_or_else(PoisonError::into_inner);
                let snapshot = shared.snapshot(number);
                for (attributes, value) in values(&snapshot, &mut fold) {
                    observer.observe(T::of(value), &attributes);
                }
            })
    }
}

fn sum_calls(snapshot: &Snapshot, fold: &mut Fold) -> HashMap<Attributes, u64> {
    let series = Series::new(snapshot);
    fold.sum(series.calls().map(|calls| {
        let of = |caller| attributes::of_calls(snapshot, &calls, caller);
        (of(calls.caller), Some(of(Caller::Overflow)), calls.count)
    }))
}

fn per_function(
    snapshot: &Snapshot,
    fold: &mut Fold,
    value: impl Fn(usize) -> Option<u64>,
) -> HashMap<Attributes, u64> {
    let functions = 0..snapshot.functions.len();
    let values = functions.filter_map(|at| Some((at, value(at)?)));
    fold.sum(values.map(|(at, value)| (attributes::of_function(snapshot, at), None, value)))
}

/// What an instrument takes.
trait Value: 'static {
    fn of(count: u64) -> Self;
}

impl Value for u64 {
    fn of(count: u64) -> Self {
        count
    }
}

impl Value for i64 {
    fn of(count: u64) -> Self {
        Self::try_from(count).unwrap_or(Self::MAX)
    }
}
