//! Quantiles from histograms, compared with the buckets.

use std::collections::BTreeMap;

use crate::server::Prometheus;

/// Cumulative counts of a function's buckets, by upper bound.
type Buckets = Vec<(f64, u64)>;

/// Allowed difference between two computations of a latency, in seconds.
const CLOSE: f64 = 1e-9;

/// The 95 % quantile of each function is in the bucket with the call of that rank, and is the same
/// for rates as for counts.
pub(crate) fn assert_quantiles(prometheus: &Prometheus, format: &str) {
    let series = format!("function_calls_duration_seconds_bucket{{job=\"{format}\"}}");
    let of_counts = format!("histogram_quantile(0.95, sum by (function, le) ({series}))");
    let of_rates = format!("histogram_quantile(0.95, sum by (function, le) (rate({series}[5m])))");
    let of_counts = prometheus.query_by::<f64>("function", &of_counts);
    let of_rates = prometheus.query_by::<f64>("function", &of_rates);
    let calls = format!("sum by (function) (function_calls_total{{job=\"{format}\"}})");
    let calls = prometheus.query_by::<u64>("function", &calls);
    let all = buckets(prometheus, &series);
    assert_eq!(all.len(), calls.len(), "{format}");
    for (function, buckets) in all {
        let count = buckets.last().unwrap().1;
        assert_eq!(count, calls[&function], "{format}: {function}");
        assert!(count > 0, "{format}: {function} was never called");

        let p95 = of_counts[&function];
        let at = buckets
            .iter()
            .position(|(_, below)| below * 20 >= count * 19)
            .unwrap();
        let lower = if at == 0 { 0.0 } else { buckets[at - 1].0 };
        let upper = buckets[at].0;
        assert!(p95.is_finite(), "{format}: {function} {p95}");
        assert!(
            (lower - CLOSE..=upper + CLOSE).contains(&p95),
            "{format}: {function} {p95} in {lower}..{upper}"
        );
        let difference = (of_rates[&function] - p95).abs();
        assert!(
            difference < CLOSE,
            "{format}: {function} {p95}, by rate {difference} more"
        );
    }
}

/// The threshold of an objective is a bucket bound without being configured, and the objective's
/// label has the value of that `le`.
pub(crate) fn assert_thresholds_are_buckets(prometheus: &Prometheus, format: &str) {
    for (objective, threshold) in [("checkout", "0.18"), ("catalogue", "0.025")] {
        let selector = format!(
            "job=\"{format}\",objective_name=\"{objective}\",\
             objective_latency_threshold=\"{threshold}\""
        );
        let within =
            format!("sum(function_calls_duration_seconds_bucket{{{selector},le=\"{threshold}\"}})");
        let all = format!("sum(function_calls_duration_seconds_count{{{selector}}})");
        let share = prometheus.number::<f64>(&format!("{within} / {all}"));
        assert!(
            (0.0..=1.0).contains(&share),
            "{format}: {objective} {share}"
        );
        let percent = if objective == "checkout" { "99" } else { "95" };
        let labelled = format!("count({{{selector},objective_percentile!=\"{percent}\"}})");
        assert!(
            prometheus.query::<f64>(&labelled).is_empty(),
            "{format}: {objective}"
        );
    }
}

fn buckets(prometheus: &Prometheus, series: &str) -> BTreeMap<String, Buckets> {
    let mut all = BTreeMap::<String, Buckets>::new();
    for (labels, count) in prometheus.query::<u64>(&format!("sum by (function, le) ({series})")) {
        let bound = match labels["le"].as_str() {
            "+Inf" => f64::INFINITY,
            bound => bound.parse().unwrap(),
        };
        all.entry(labels["function"].clone())
            .or_default()
            .push((bound, count));
    }
    for buckets in all.values_mut() {
        buckets.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    }
    all
}
