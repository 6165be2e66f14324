//! Made-up programs: objectives, and the counters that tell whether they are kept.

use std::time::Duration;

use slo_spec::{
    Percent,
    rules::{Events, Selector, Sli, Slo},
};

/// What this text names: each of these breaks some quoting, if it is missing.
pub(crate) const NASTY: &str = "a-b.c d\"e\\f{{ .Boom }}g%sh%q {{{i}} 'j' #k: über 日本 `l` $1 | >";

/// The counters by which programs judge their own calls.
pub(crate) const JUDGED: &str = "function_objective_calls_total";

/// The package that all of these programs are.
pub(crate) const PACKAGE: &str = "shop";

/// `slo` as the one of this package.
pub(crate) fn packaged(slo: Slo) -> Slo {
    slo.label("package", PACKAGE)
}

/// That `target` percent of the calls of `objective` succeed.
pub(crate) fn success(objective: &str, target: f64) -> Sli {
    judged("success", objective, PACKAGE, target)
}

/// That `target` percent of them take at most `threshold`.
pub(crate) fn latency(objective: &str, target: f64, threshold: Duration) -> Sli {
    judged("latency", objective, PACKAGE, target).threshold(threshold)
}

/// A promise about functions that were compiled in `package`.
pub(crate) fn judged(sli: &str, objective: &str, package: &str, target: f64) -> Sli {
    let total = Selector::new(JUDGED).unwrap();
    let total = total.equal("objective_name", objective).unwrap();
    let total = total.equal("sli", sli).unwrap();
    let total = total.equal("package", package).unwrap();
    let bad = total.clone().equal("outcome", "bad").unwrap();
    Sli::new(sli, Percent::new(target), total, Events::Bad(bad)).counted_from_zero()
}

/// That `target` percent of requests take at most `threshold`, by a histogram with a
/// bucket in all of these spellings.
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
