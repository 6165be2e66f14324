//! One test: series, with the expected results of queries.

use super::{
    super::{Window, document::Value, indicator::Indicator},
    expected::Expected,
};

/// Entry under `tests`.
pub(super) struct Case {
    name: String,
    step: Window,
    series: Vec<Value>,
    expected: Vec<Expected>,
}

impl Case {
    /// Creates a test with the series and results that `what` returns for each indicator. An
    /// indicator without them is left out; `None` is returned if there are no results at all.
    pub(super) fn new(
        name: &str,
        step: Window,
        batch: &[&Indicator<'_>],
        what: impl Fn(&Indicator<'_>) -> Option<(Vec<Value>, Vec<Expected>)>,
    ) -> Option<Self> {
        let (series, expected): (Vec<_>, Vec<_>) = batch.iter().filter_map(|of| what(of)).unzip();
        let expected: Vec<_> = expected.into_iter().flatten().collect();
        (!expected.is_empty()).then(|| Self {
            name: name.to_owned(),
            step,
            series: series.into_iter().flatten().collect(),
            expected,
        })
    }

    pub(super) fn into_value(self) -> Value {
        let expected = self.expected.into_iter().map(Expected::into_value);
        Value::map([
            ("name", Value::text(self.name)),
            ("interval", Value::text(self.step.to_string())),
            ("input_series", Value::List(self.series)),
            ("promql_expr_test", Value::List(expected.collect())),
        ])
    }
}
