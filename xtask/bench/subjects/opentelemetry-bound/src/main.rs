//! Functions that count and time themselves with OpenTelemetry instruments that are bound to their
//! attributes.

use std::{
    process::ExitCode,
    sync::LazyLock,
    time::{Duration, Instant},
};

use opentelemetry::{
    KeyValue, global,
    metrics::{BoundCounter, BoundHistogram},
};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};

/// Returns a bound counter of the calls with one result.
fn calls(function: &'static str, result: &'static str) -> BoundCounter<u64> {
    let attributes = [
        KeyValue::new("function", function),
        KeyValue::new("result", result),
    ];
    let counter = global::meter("bench").u64_counter("calls").build();
    counter.bind(&attributes)
}

/// Returns a bound histogram with the SDK's bounds.
fn durations(function: &'static str) -> BoundHistogram<f64> {
    let histogram = global::meter("bench").f64_histogram("durations").build();
    histogram.bind(&[KeyValue::new("function", function)])
}

/// Records with instruments that are bound once, at a function's first call.
macro_rules! by_hand {
    (value $function:ident $body:block) => {{
        static CALLS: LazyLock<BoundCounter<u64>> =
            LazyLock::new(|| calls(stringify!($function), "ok"));
        static DURATIONS: LazyLock<BoundHistogram<f64>> =
            LazyLock::new(|| durations(stringify!($function)));

        let start = Instant::now();
        let returned = $body;
        let took = start.elapsed();
        CALLS.add(1);
        DURATIONS.record(took.as_secs_f64());
        returned
    }};
    (result $function:ident $body:block) => {{
        static CALLS: LazyLock<BoundCounter<u64>> =
            LazyLock::new(|| calls(stringify!($function), "ok"));
        static ERRORS: LazyLock<BoundCounter<u64>> =
            LazyLock::new(|| calls(stringify!($function), "error"));
        static DURATIONS: LazyLock<BoundHistogram<f64>> =
            LazyLock::new(|| durations(stringify!($function)));

        let start = Instant::now();
        let returned = $body;
        let took = start.elapsed();
        if returned.is_ok() {
            CALLS.add(1);
        } else {
            ERRORS.add(1);
        }
        DURATIONS.record(took.as_secs_f64());
        returned
    }};
}

harness::subjects!(
    candidates, "",
    plain: {},
    objective: {},
    concurrency: {},
    method: {},
    around: { by_hand },
);

fn main() -> ExitCode {
    let reader = PeriodicReader::builder(InMemoryMetricExporter::default())
        .with_interval(Duration::from_hours(1))
        .build();
    global::set_meter_provider(SdkMeterProvider::builder().with_reader(reader).build());
    harness::serve(&harness::Program::with(candidates()))
}
