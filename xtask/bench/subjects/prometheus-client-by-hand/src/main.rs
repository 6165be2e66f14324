//! Functions that count and time themselves with the crate `prometheus-client`.

use std::{
    process::ExitCode,
    sync::LazyLock,
    time::{Duration, Instant},
};

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Call {
    function: &'static str,
    result: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Function {
    function: &'static str,
}

/// The 14 default bounds of Autometrics.
const BOUNDS: [f64; 14] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];

static CALLS: LazyLock<Family<Call, Counter>> = LazyLock::new(Family::default);
static DURATIONS: LazyLock<Family<Function, Histogram>> =
    LazyLock::new(|| Family::new_with_constructor(|| Histogram::new(BOUNDS)));

/// Looks up both series, as calls with labels do.
fn record(function: &'static str, result: &'static str, took: Duration) {
    CALLS.get_or_create(&Call { function, result }).inc();
    DURATIONS
        .get_or_create(&Function { function })
        .observe(took.as_secs_f64());
}

macro_rules! by_hand {
    (value $function:ident $body:block) => {{
        let start = Instant::now();
        let returned = $body;
        record(stringify!($function), "ok", start.elapsed());
        returned
    }};
    (result $function:ident $body:block) => {{
        let start = Instant::now();
        let returned = $body;
        let result = if returned.is_ok() { "ok" } else { "error" };
        record(stringify!($function), result, start.elapsed());
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
    let mut registry = Registry::default();
    registry.register("calls", "How many there were", CALLS.clone());
    registry.register("durations", "How long calls took", DURATIONS.clone());
    let code = harness::serve(&harness::Program::with(candidates()));
    drop(registry);
    code
}
