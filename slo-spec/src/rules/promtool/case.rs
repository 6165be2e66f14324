//! One test: what happens, and what the rules must say then.

use super::{
    super::{
        Matcher,
        document::Value,
        indicator::Indicator,
        promql::{Test, quoted},
        recordings, series,
    },
    input,
    model::Firing,
};

/// One entry under `tests`.
pub(super) struct Case {
    pub(super) name: String,
    /// How far samples are apart, in seconds.
    pub(super) interval: u32,
    pub(super) series: Vec<Value>,
    pub(super) expected: Vec<Expected>,
}

/// What an expression must be at some time.
pub(super) struct Expected {
    pub(super) expr: String,
    /// In seconds.
    pub(super) at: u32,
    /// Labels with the value; nothing at all if empty.
    pub(super) samples: Vec<(Vec<(String, String)>, u64)>,
}

impl Expected {
    /// Exactly these alerts fire.
    pub(super) fn alerts(of: &Indicator<'_>, at: u32, firing: &[Firing]) -> Self {
        let samples = firing.iter().map(|firing| {
            let mut labels = service(of);
            labels.extend([
                ("__name__".to_owned(), "ALERTS".to_owned()),
                ("alertname".to_owned(), firing.alert.to_owned()),
                ("alertstate".to_owned(), "firing".to_owned()),
                ("severity".to_owned(), firing.severity.to_owned()),
                ("tier".to_owned(), firing.tier.clone()),
            ]);
            if let Some(owner) = &of.slo.owner {
                labels.push(("owner".to_owned(), owner.clone()));
            }
            (labels, 1)
        });
        let mut selector = of.recorded("ALERTS");
        selector = selector
            .equal("alertstate", "firing")
            .unwrap_or_else(|_| of.recorded("ALERTS"));
        Self {
            expr: selector.to_string(),
            at,
            samples: samples.collect(),
        }
    }

    /// The series recorded under `name` is `value`, give or take a share of it.
    pub(super) fn about(
        of: &Indicator<'_>,
        at: u32,
        name: &str,
        value: f64,
        tolerance: f64,
    ) -> Self {
        Self {
            expr: format!(
                "abs({} / {value:.9} - 1) < bool {tolerance}",
                of.recorded(name)
            ),
            at,
            samples: vec![(service(of), 1)],
        }
    }

    /// The same of counters that are missing: which service it is is known only if
    /// their selector says it.
    pub(super) fn of_absent(mut self, of: &Indicator<'_>) -> Self {
        let known = |label: &String| of.labels.iter().any(|(known, _)| known == label);
        let matchers = &of.sli.total.matchers;
        for (labels, _) in &mut self.samples {
            labels.retain(|(label, _)| !of.options.grouping.contains(label) || known(label));
            for Matcher { label, test } in matchers {
                let is_only = matchers.iter().filter(|it| &it.label == label).count() == 1;
                let stays = of.options.grouping.contains(label) && !known(label);
                if let (Test::Equal(value), true, true) = (test, is_only, stays) {
                    labels.push((label.clone(), value.clone()));
                }
            }
        }
        self
    }

    /// There is some of it for the one service, and none for the other.
    pub(super) fn some(of: &Indicator<'_>, at: u32, name: &str) -> Self {
        let tested = service(of);
        let free = |label: &String| of.options.grouping.contains(label);
        let mut other = tested.clone();
        // The label that was changed first is the first that could be.
        if let Some((_, value)) = other
            .iter_mut()
            .find(|(label, value)| free(label) && value == input::SERVICE)
        {
            input::OTHER.clone_into(value);
        }
        Self {
            expr: format!("{} > bool 0", of.recorded(name)),
            at,
            samples: vec![(tested, 1), (other, 0)],
        }
    }

    /// What is promised.
    pub(super) fn info(of: &Indicator<'_>, at: u32) -> Self {
        let mut labels = service(of);
        labels.push(("__name__".to_owned(), series::INFO.to_owned()));
        labels.extend(recordings::promised(of));
        Self {
            expr: of.recorded(series::INFO).to_string(),
            at,
            samples: vec![(labels, 1)],
        }
    }

    /// A series that was recorded of something that differs in one label.
    pub(super) fn stranger(of: &Indicator<'_>, name: &str, changed: &str) -> String {
        let labels = service(of).into_iter().map(|(label, value)| {
            let not = if label == changed { "not " } else { "" };
            format!("{label}={}", quoted(&format!("{not}{value}")))
        });
        format!("{name}{{{}}}", labels.collect::<Vec<_>>().join(","))
    }

    /// It is exactly zero.
    pub(super) fn zero(of: &Indicator<'_>, at: u32, name: &str) -> Self {
        Self {
            expr: format!("{} == bool 0", of.recorded(name)),
            at,
            samples: vec![(service(of), 1)],
        }
    }

    /// There is none.
    pub(super) fn nothing(of: &Indicator<'_>, at: u32, name: &str) -> Self {
        Self {
            expr: of.recorded(name).to_string(),
            at,
            samples: Vec::new(),
        }
    }
}

/// The labels of what was recorded.
fn service(of: &Indicator<'_>) -> Vec<(String, String)> {
    let mut labels = of.labels.clone();
    let counters = input::labels(&of.sli.total, &of.options.grouping, 0);
    for label in &of.options.grouping {
        if !labels.iter().any(|(known, _)| known == label) {
            labels.push((label.clone(), counters[label].clone()));
        }
    }
    labels
}

impl Case {
    pub(super) fn value(&self) -> Value {
        let expected = self.expected.iter().map(Expected::value);
        Value::map([
            ("name", Value::text(&self.name)),
            ("interval", Value::text(format!("{}s", self.interval))),
            ("input_series", Value::List(self.series.clone())),
            ("promql_expr_test", Value::List(expected.collect())),
        ])
    }
}

impl Expected {
    fn value(&self) -> Value {
        let samples = self.samples.iter().map(|(labels, value)| {
            let mut labels: Vec<_> = labels.clone();
            labels.sort();
            let name = labels.iter().find(|(label, _)| label == "__name__");
            let name = name.map_or("", |(_, name)| name);
            let labels: Vec<_> = labels
                .iter()
                .filter(|(label, _)| label != "__name__")
                .map(|(label, value)| format!("{label}={}", quoted(value)))
                .collect();
            Value::map([
                (
                    "labels",
                    Value::text(format!("{name}{{{}}}", labels.join(","))),
                ),
                ("value", Value::Whole(*value)),
            ])
        });
        Value::map([
            ("expr", Value::text(&self.expr)),
            ("eval_time", Value::text(format!("{}s", self.at))),
            ("exp_samples", Value::List(samples.collect())),
        ])
    }
}
