//! Little traffic: counters that do not exist before their first event, and a few bad events in a
//! quiet service.

use std::fmt::Write as _;

use slo_spec::rules::Window;

use super::{Counters, Subject, is_raw, selector};

/// Returns the test in which no request has the counted status: without bad requests the ratio is
/// 0, and without good ones it is 1. One percent of the requests are fewer than the minimum of bad
/// events.
pub(super) fn unborn(of: &Subject) -> Option<String> {
    let (code, ratio) = match of.counters {
        Counters::BadRequests => ("200", 0),
        Counters::GoodRequests => ("500", 1),
        Counters::Judged | Counters::Histogram => return None,
    };
    let mut text = format!(
        "- name: counters that do not exist yet\n\
         \x20 interval: 60s\n\
         \x20 input_series:\n\
         \x20 - series: http_requests_total{{job=\"api\",code=\"{code}\",service_name=\"shop\"}}\n\
         \x20   values: 0+1x500\n\
         \x20 promql_expr_test:\n"
    );
    let firing = pages(of);
    let expected = if ratio == 0 { " []" } else { "" };
    // Writing to a `String` never fails.
    let _ = write!(
        text,
        "\x20 - expr: 'count({firing})'\n\
         \x20   eval_time: 460m\n\
         \x20   exp_samples:{expected}\n"
    );
    if ratio == 1 {
        text.push_str("    - value: 2\n");
    }
    let windows = of.policy.windows().into_iter();
    for window in windows.filter(|window: &Window| is_raw(*window)) {
        let name = format!("slo:error_ratio:{window}");
        let mut labels = of.labels();
        let asked = selector(&name, &labels);
        labels.push(("service_name".to_owned(), "shop".to_owned()));
        let expected = selector(&name, &labels);
        // Writing to a `String` never fails.
        let _ = write!(
            text,
            "\x20 - expr: '{asked}'\n\
             \x20   eval_time: 460m\n\
             \x20   exp_samples:\n\
             \x20   - labels: '{expected}'\n\
             \x20     value: {ratio}\n"
        );
    }
    Some(text)
}

/// Returns the test of a quiet service with a few bad requests within the shortest window. These
/// are too few for a page, whose long window contains hours of good requests.
pub(super) fn spurt(of: &Subject) -> String {
    let (total, good) = counters(of);
    // Six good requests a minute, and two bad ones in each of the last five minutes.
    let others = match of.counters {
        Counters::Histogram => "0+6x420 2528 2536 2544 2552 2560",
        _ => "0x420 2 4 6 8 10",
    };
    let firing = pages(of);
    let errors = selector("slo:error_ratio:5m", &of.labels());
    let mut found = of.labels();
    found.push(("service_name".to_owned(), "shop".to_owned()));
    let found = selector("", &found);
    format!(
        "- name: a few bad requests in a quiet service\n\
         \x20 interval: 60s\n\
         \x20 input_series:\n\
         \x20 - series: {total}\n\
         \x20   values: {others}\n\
         \x20 - series: {good}\n\
         \x20   values: 0+6x425\n\
         \x20 promql_expr_test:\n\
         \x20 - expr: '{errors} > bool 0.144'\n\
         \x20   eval_time: 425m\n\
         \x20   exp_samples:\n\
         \x20   - labels: '{found}'\n\
         \x20     value: 1\n\
         \x20 - expr: '{firing}'\n\
         \x20   eval_time: 425m\n\
         \x20   exp_samples: []\n"
    )
}

/// Returns the test with four bad events among twenty in the last hour and forty in all: more than
/// a tier's share, and fewer than the minimum.
pub(super) fn few(of: &Subject) -> String {
    let counted = |minutes: &[u32]| {
        let mut count = 0;
        (0..=425).fold(String::new(), |mut text, minute| {
            count += u32::from(minutes.contains(&minute));
            // Writing to a `String` never fails.
            let _ = write!(text, " {count}");
            text
        })
    };
    let bad = [370, 385, 400, 422];
    // Some events are older than half of the longest window.
    let older = (0..20).map(|n| 80 + 3 * n);
    let newer = (0..16).map(|n| 366 + 3 * n).chain([423]);
    let good: Vec<u32> = older.chain(newer).collect();
    let all: Vec<u32> = bad.into_iter().chain(good.iter().copied()).collect();
    let (total, good_series) = counters(of);
    let others = match of.counters {
        Counters::Histogram => counted(&all),
        _ => counted(&bad),
    };
    let (good, firing) = (counted(&good), pages(of));
    format!(
        "- name: fewer bad events than the minimum\n\
         \x20 interval: 60s\n\
         \x20 input_series:\n\
         \x20 - series: {total}\n\
         \x20   values: {others}\n\
         \x20 - series: {good_series}\n\
         \x20   values: {good}\n\
         \x20 promql_expr_test:\n\
         \x20 - expr: '{firing}'\n\
         \x20   eval_time: 425m\n\
         \x20   exp_samples: []\n"
    )
}

/// Returns the test in which requests become good after hours of bad ones, and increase by eight
/// percent a minute: the long windows still burn, and the short ones are clear.
pub(super) fn recovery(of: &Subject) -> String {
    let (total, good) = counters(of);
    let growth = || {
        (1..=60)
            .map(|minute| 60.0 * 1.08_f64.powi(minute))
            .map(f64::round)
    };
    let rising = |first: f64| {
        let mut sum = first;
        growth().fold(String::new(), |mut text, more| {
            sum += more;
            // Writing to a `String` never fails.
            let _ = write!(text, " {sum}");
            text
        })
    };
    let others = match of.counters {
        Counters::Histogram => format!("0+60x300{}", rising(18_000.0)),
        _ => "0+48x300 14400x60".to_owned(),
    };
    let good_values = format!("0+12x300{}", rising(3_600.0));
    let firing = pages(of);
    let mut text = format!(
        "- name: more and more good requests after an outage\n\
         \x20 interval: 60s\n\
         \x20 input_series:\n\
         \x20 - series: {total}\n\
         \x20   values: {others}\n\
         \x20 - series: {good}\n\
         \x20   values: {good_values}\n\
         \x20 promql_expr_test:\n"
    );
    for minute in [335, 360] {
        let _ = write!(
            text,
            "\x20 - expr: '{firing}'\n\
             \x20   eval_time: {minute}m\n\
             \x20   exp_samples: []\n"
        );
    }
    text
}

/// Returns the series of all events, or of the bad ones, and that of the good ones.
fn counters(of: &Subject) -> (String, String) {
    let requests =
        |code| format!("http_requests_total{{job=\"api\",code=\"{code}\",service_name=\"shop\"}}");
    let judged = |outcome| {
        format!(
            "function_objective_calls_total{{objective_name=\"checkout\",sli=\"success\",\
             package=\"shop\",outcome=\"{outcome}\",service_name=\"shop\"}}"
        )
    };
    match of.counters {
        Counters::Judged => (judged("bad"), judged("good")),
        Counters::BadRequests | Counters::GoodRequests => (requests("500"), requests("200")),
        Counters::Histogram => (
            "http_request_duration_seconds_count{job=\"api\",service_name=\"shop\"}".to_owned(),
            "http_request_duration_seconds_bucket{job=\"api\",le=\"1.0\",service_name=\"shop\"}"
                .to_owned(),
        ),
    }
}

/// Returns the selector of pages that fire.
fn pages(of: &Subject) -> String {
    let mut labels = of.labels();
    for (label, value) in [
        ("alertname", "ErrorBudgetBurn"),
        ("alertstate", "firing"),
        ("severity", "page"),
    ] {
        labels.push((label.to_owned(), value.to_owned()));
    }
    selector("ALERTS", &labels)
}
