//! Rates and error ratios, with queries as in dashboards and alerts.

use std::{collections::BTreeMap, ops::Range};

use crate::{
    report::Report,
    server::{Labels, Prometheus},
};

/// Longer than the test runs, so that all calls are included.
const WHOLE: &str = "5m";

/// Asserts that between two scrapes the rate of each handler matches the requests of its route, and
/// its error ratio that of the route.
///
/// The first scrape is before the customers of the report, when all series exist. Prometheus has
/// nothing to extrapolate, because the window ends with a scrape and begins next to one.
pub(crate) fn assert_equal_to_report(
    prometheus: &Prometheus,
    format: &str,
    scrapes: &Range<f64>,
    report: &Report,
) {
    // One millisecond longer, because newer versions exclude the start of the window.
    let seconds = scrapes.end - scrapes.start + 1e-3;
    let window = format!("[{:.0}ms] @ {:.3}", seconds * 1e3, scrapes.end);
    let rate = |selector: &str| {
        let selector = format!("job=\"{format}\",caller_function=\"\"{selector}");
        format!("sum by (function) (rate(function_calls_total{{{selector}}}{window}))")
    };
    let (all, errors) = (rate(""), rate(",result=\"error\""));
    let rates = prometheus.query_by::<f64>("function", &all);
    let ratios = prometheus.query_by::<f64>("function", &format!("{errors} / ({all} > 0)"));
    for (handler, counts) in report.handlers() {
        let what = format!("{format}: {handler}");
        assert_close(&what, rates[handler] * seconds, float(counts.sent));
        let expected = float(counts.failed) / float(counts.sent);
        assert_close(&what, ratios[handler], expected);
    }
    by_caller(prometheus, format);
}

/// Asserts that the query by caller has an answer for every edge with calls in more than one scrape
/// interval, and that the ratios are between 0 and 1.
fn by_caller(prometheus: &Prometheus, format: &str) {
    let rate = |selector: &str| {
        let selector = format!("job=\"{format}\",caller_function!=\"\"{selector}");
        format!(
            "sum by (function, caller_function) (rate(function_calls_total{{{selector}}}[{WHOLE}]))"
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
    // Far less than one call, and more than the millisecond.
    let near = expected.abs() * 1e-3;
    assert!(
        (is - expected).abs() <= near,
        "{what}: {is}, not {expected}"
    );
}

#[expect(clippy::cast_precision_loss, reason = "some thousand")]
fn float(count: u64) -> f64 {
    count as f64
}
