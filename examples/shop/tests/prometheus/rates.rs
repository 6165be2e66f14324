//! Rates and error ratios, as dashboards and alerts ask for them.

use std::collections::BTreeMap;

use crate::{
    report::Report,
    server::{Labels, Prometheus},
};

/// Longer than the test runs, so that nothing is left out.
const WINDOW: &str = "5m";
const SECONDS: f64 = 300.0;

/// The error ratio of each handler is about that of its route. Its request rate, which
/// Prometheus extrapolates to the time around the samples, is a little more than
/// the requests in the window, and by about the same factor for all.
pub(crate) fn assert_equal_to_report(prometheus: &Prometheus, format: &str, report: &Report) {
    let rate = |selector: &str| {
        let selector = format!("job=\"{format}\",caller_function=\"\"{selector}");
        format!("sum by (function) (rate(function_calls_total{{{selector}}}[{WINDOW}]))")
    };
    let (all, errors) = (rate(""), rate(",result=\"error\""));
    let rates = prometheus.query_by::<f64>("function", &all);
    let ratios = prometheus.query_by::<f64>("function", &format!("{errors} / ({all} > 0)"));
    let factor = |handler: &str| rates[handler] * SECONDS / float(report.of(handler).sent);
    for (handler, counts) in report.handlers() {
        let expected = float(counts.failed) / float(counts.sent);
        // Not to the last call, as errors of a kind may begin with the first
        // customers, and what came before a series' first sample is not seen.
        let ratio = ratios[handler];
        assert!(
            (ratio - expected).abs() <= expected * 0.15,
            "{format}: {handler}: {ratio}, not {expected}"
        );
        assert_close(
            &format!("{format}: {handler}"),
            factor(handler),
            factor("browse"),
        );
    }
    assert!(
        (1.0..2.0).contains(&factor("browse")),
        "{}",
        factor("browse")
    );
    by_caller(prometheus, format);
}

/// By caller the same query has an answer for every edge that was busy for more
/// than a scrape, and its ratio is a ratio.
fn by_caller(prometheus: &Prometheus, format: &str) {
    let rate = |selector: &str| {
        let selector = format!("job=\"{format}\",caller_function!=\"\"{selector}");
        format!(
            "sum by (function, caller_function) (rate(function_calls_total{{{selector}}}[{WINDOW}]))"
        )
    };
    let (all, errors) = (rate(""), rate(",result=\"error\""));
    let rates = prometheus.query::<f64>(&format!("{all} > 0"));
    let ratios = prometheus.query::<f64>(&format!("{errors} / ({all} > 0)"));
    for (caller, callee) in [
        ("browse", "Products::page"),
        ("view", "suggest"),
        ("check_out", "place_order"),
        ("place_order", "charge"),
        ("charge", "Acquirer::authorize"),
        ("Stock::reserve", "Database::run"),
    ] {
        let edge = Labels::from([
            ("caller_function".into(), caller.into()),
            ("function".into(), callee.into()),
        ]);
        assert!(
            rates.contains_key(&edge),
            "{format}: {caller} → {callee} in {rates:?}"
        );
    }
    assert_eq!(keys(&rates), keys(&ratios), "{format}");
    assert!(
        ratios.values().all(|ratio| (0.0..=1.0).contains(ratio)),
        "{ratios:?}"
    );
}

fn keys(result: &BTreeMap<Labels, f64>) -> Vec<&Labels> {
    result.keys().collect()
}

#[track_caller]
fn assert_close(what: &str, is: f64, expected: f64) {
    assert!((is - expected).abs() < 1e-3, "{what}: {is}, not {expected}");
}

#[expect(clippy::cast_precision_loss, reason = "some thousand")]
fn float(count: u64) -> f64 {
    count as f64
}
