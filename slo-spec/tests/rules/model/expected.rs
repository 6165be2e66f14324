//! Queries with expected results, as text for `promtool`.

use std::fmt::Write as _;

use super::{INTERVAL, Subject, counters::Series, selector};

/// Test as text: series, queries and expected results.
pub(super) struct Case {
    name: String,
    series: String,
    questions: String,
}

impl Case {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            series: String::new(),
            questions: String::new(),
        }
    }

    pub(super) fn add(&mut self, series: impl IntoIterator<Item = Series>) {
        for (name, values) in series {
            // Writing to a `String` never fails.
            let _ = writeln!(self.series, "  - series: '{name}'\n    values: {values}");
        }
    }

    /// Expects `query` to return 1 with each of these labels, and nothing else.
    fn ask(&mut self, query: &str, at: u32, answers: &[String]) {
        let answers: Vec<_> = answers
            .iter()
            .map(|labels| format!("    - labels: '{labels}'\n      value: 1\n"))
            .collect();
        let none = if answers.is_empty() { " []" } else { "" };
        let _ = write!(
            self.questions,
            "  - expr: '{query}'\n    eval_time: {at}s\n    exp_samples:{none}\n{}",
            answers.concat()
        );
    }

    /// Expects the recorded series `name` of a service to be `value`, to 2.5 %.
    pub(super) fn about(&mut self, of: &Subject, at: u32, service: &str, name: &str, value: f64) {
        self.within(of, at, service, name, (value, 0.025));
    }

    /// Expects the recorded series `name` of a service to be `value`, to 0.3 %.
    pub(super) fn exactly(&mut self, of: &Subject, at: u32, service: &str, name: &str, value: f64) {
        self.within(of, at, service, name, (value, 0.003));
    }

    fn within(
        &mut self,
        of: &Subject,
        at: u32,
        service: &str,
        name: &str,
        (value, share): (f64, f64),
    ) {
        let one = of_service(of, name, service);
        let labels = selector("", &labels_of(of, service));
        let query = if value == 0.0 {
            format!("{one} == bool 0")
        } else {
            format!("abs({one} / {value:.12} - 1) < bool {share}")
        };
        self.ask(&query, at, &[labels]);
    }

    /// Expects the quotient of two recorded series of a service to be `value`, to 2.5 %.
    pub(super) fn quotient(
        &mut self,
        of: &Subject,
        at: u32,
        service: &str,
        (above, below): (&str, &str),
        value: f64,
    ) {
        let [above, below] = [above, below].map(|name| of_service(of, name, service));
        let query = format!("abs({above} / {below} / {value:.12} - 1) < bool 0.025");
        self.ask(&query, at, &[selector("", &labels_of(of, service))]);
    }

    /// Expects the recorded series `name` of a service to be above zero, or zero if `is` is
    /// `false`.
    pub(super) fn some(&mut self, of: &Subject, at: u32, service: &str, name: &str, is: bool) {
        let operator = if is { ">" } else { "==" };
        let query = format!("{} {operator} bool 0", of_service(of, name, service));
        self.ask(&query, at, &[selector("", &labels_of(of, service))]);
    }

    /// Expects no recorded series `name` of a service.
    pub(super) fn nothing(&mut self, of: &Subject, at: u32, service: &str, name: &str) {
        self.ask(&of_service(of, name, service), at, &[]);
    }

    /// Expects the info series of a service, with all its labels.
    pub(super) fn info(&mut self, of: &Subject, at: u32, service: &str) {
        let mut labels = labels_of(of, service);
        labels.push(("target".to_owned(), of.slo.slis[0].target.to_string()));
        labels.push(("period".to_owned(), of.slo.period.to_string()));
        labels.push(("owner".to_owned(), "payments".to_owned()));
        let threshold = of.slo.slis[0].threshold;
        labels.extend(threshold.map(|it| ("threshold".to_owned(), format!("{it:?}"))));
        let name = "slo:objective:info";
        self.ask(
            &of_service(of, name, service),
            at,
            &[selector(name, &labels)],
        );
    }

    /// Expects the alert to fire for these services, and for no others.
    pub(super) fn alert(
        &mut self,
        of: &Subject,
        at: u32,
        (name, severity, tier): (&str, &str, &str),
        services: &[&str],
    ) {
        let with = |labels| alerts((name, severity, tier), labels);
        let answers = services.iter().map(|service| match *service {
            "" => with(of.labels()),
            service => with(labels_of(of, service)),
        });
        self.ask(&with(of.labels()), at, &answers.collect::<Vec<_>>());
    }

    /// Expects the alert to fire for this service, whatever it does for others.
    pub(super) fn alert_of(
        &mut self,
        of: &Subject,
        at: u32,
        alert: (&str, &str, &str),
        service: &str,
    ) {
        let query = alerts(alert, labels_of(of, service));
        self.ask(&query, at, std::slice::from_ref(&query));
    }

    pub(super) fn into_text(self) -> String {
        format!(
            "- name: {}\n  interval: {INTERVAL}s\n  input_series:\n{}  promql_expr_test:\n{}",
            self.name, self.series, self.questions
        )
    }
}

/// Returns the series of an alert that fires.
fn alerts((name, severity, tier): (&str, &str, &str), mut labels: Vec<(String, String)>) -> String {
    for (label, value) in [
        ("alertname", name),
        ("alertstate", "firing"),
        ("owner", "payments"),
        ("severity", severity),
        ("tier", tier),
    ] {
        labels.push((label.to_owned(), value.to_owned()));
    }
    selector("ALERTS", &labels)
}

fn labels_of(of: &Subject, service: &str) -> Vec<(String, String)> {
    let mut labels = of.labels();
    labels.push(("service_name".to_owned(), service.to_owned()));
    labels
}

fn of_service(of: &Subject, name: &str, service: &str) -> String {
    selector(name, &labels_of(of, service))
}
