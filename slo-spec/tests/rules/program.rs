//! Made-up programs: objectives, and the counters that tell whether they are kept.

use std::time::Duration;

use slo_spec::{
    Percent,
    rules::{Events, Selector, Sli},
};

/// What this text names: each of these breaks some quoting, if it is missing.
pub(crate) const NASTY: &str = "a-b.c d\"e\\f{{ .Boom }}g%sh%q {{{i}} 'j' #k: über 日本 `l` $1 | >";

/// That `target` percent of the calls of `objective` succeed.
pub(crate) fn success(objective: &str, target: f64) -> Sli {
    let total = calls("function_calls_total", objective);
    let bad = total.clone().equal("result", "error").unwrap();
    Sli::new("success", Percent::new(target), total, Events::Bad(bad))
}

/// That `target` percent of them take at most `threshold`, which is a bucket in
/// all of these spellings.
pub(crate) fn latency(objective: &str, target: f64, threshold: Duration, le: &[&str]) -> Sli {
    let total = calls("function_calls_duration_seconds_count", objective);
    let good = calls("function_calls_duration_seconds_bucket", objective)
        .one_of("le", le.iter().copied())
        .unwrap();
    Sli::new("latency", Percent::new(target), total, Events::Good(good)).threshold(threshold)
}

fn calls(metric: &str, objective: &str) -> Selector {
    let selector = Selector::new(metric).unwrap();
    selector.equal("objective_name", objective).unwrap()
}
