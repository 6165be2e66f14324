//! Counters that do not exist before their first event.

use std::fmt::Write as _;

use slo_spec::rules::Window;

use super::{Counters, Subject, is_raw, selector};

/// Writes the test in which every request ends otherwise than the counted ones: no bad
/// request is a ratio of 0, no good one a ratio of 1.
pub(super) fn case(of: &Subject) -> Option<String> {
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
         \x20   values: 0+60x500\n\
         \x20 promql_expr_test:\n"
    );
    let windows = of.policy.windows().into_iter();
    for window in windows.filter(|window: &Window| is_raw(*window)) {
        let name = format!("slo:error_ratio:{window}");
        let mut labels = of.labels();
        let asked = selector(&name, &labels);
        labels.push(("service_name".to_owned(), "shop".to_owned()));
        let expected = selector(&name, &labels);
        // Writing to a string does not fail.
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
