//! Made-up programs: objectives, with the counters of their good and bad events.

use std::time::Duration;

use slo_spec::{
    Percent,
    rules::{Events, Selector, Sli, Slo},
};

/// Text with something for every quoting, which breaks if it is missing.
pub(crate) const NASTY: &str = "a-b.c d\"e\\f{{ .Boom }}g%sh%q {{{i}} 'j' #k: über 日本 `l` $1 | >";

/// Metric with the good and bad calls that programs count themselves.
pub(crate) const JUDGED: &str = "function_objective_calls_total";

/// Package of all these programs.
pub(crate) const PACKAGE: &str = "shop";

/// Adds the label `package` to `slo`.
pub(crate) fn packaged(slo: Slo) -> Slo {
    slo.label("package", PACKAGE)
}

/// Returns the indicator that `target` percent of the calls of `objective` succeed.
pub(crate) fn success(objective: &str, target: f64) -> Sli {
    judged("success", objective, PACKAGE, target)
}

/// Returns the indicator that `target` percent of the calls of `objective` take at most
/// `threshold`.
pub(crate) fn latency(objective: &str, target: f64, threshold: Duration) -> Sli {
    judged("latency", objective, PACKAGE, target).threshold(threshold)
}

/// Returns an indicator for functions that were compiled in `package`.
pub(crate) fn judged(sli: &str, objective: &str, package: &str, target: f64) -> Sli {
    let total = Selector::new(JUDGED).unwrap();
    let total = total.equal("objective_name", objective).unwrap();
    let total = total.equal("sli", sli).unwrap();
    let total = total.equal("package", package).unwrap();
    let bad = total.clone().equal("outcome", "bad").unwrap();
    Sli::new(sli, Percent::new(target), total, Events::Bad(bad)).counted_from_zero()
}

/// Returns the indicator that `target` percent of requests take at most `threshold`, by a histogram
/// with a bucket in all of the spellings `le`.
pub(crate) fn histogram(target: f64, threshold: Duration, le: &[&str]) -> Sli {
    let of = |suffix: &str| {
        let selector = Selector::new(&format!("http_request_duration_seconds_{suffix}"));
        selector.unwrap().equal("job", "api").unwrap()
    };
    let good = of("bucket").one_of("le", le.iter().copied()).unwrap();
    Sli::new(
        "latency",
        Percent::new(target),
        of("count"),
        Events::Good(good),
    )
    .threshold(threshold)
}
