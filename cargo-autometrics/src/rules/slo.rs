//! The objectives of a program, and where its metrics tell whether they are kept.

use std::{fmt::Write as _, time::Duration};

use autometrics_schema::{Canonical, label, metric};
use slo_spec::rules::{Events, Expr, Selector, SelectorError, Sli, Slo, Window};

use crate::program::{Function, Objective};

/// The kinds of indicators, as the label `sli` names them.
const SUCCESS: &str = "success";
const LATENCY: &str = "latency";

/// Over how much time an alert's queries look.
const RECENT: Window = Window::minutes(5);

/// `objective` with the metrics of its functions, of `service` alone if it is given.
pub(crate) fn slo(objective: &Objective, functions: &[&Function], service: Option<&str>) -> Slo {
    let period = Window::days(u32::from(objective.period_days).max(1));
    let mut slo = Slo::new(&objective.name, period);
    slo.owner.clone_from(&objective.owner);
    slo.runbook.clone_from(&objective.runbook);
    slo.parts = functions.iter().map(|function| part(function)).collect();
    let metrics = Metrics {
        objective: &objective.name,
        service,
    };
    // Names of metrics and labels are our own, so that neither is refused.
    if let Some(target) = objective.success {
        slo.slis.extend(metrics.success(target).ok());
    }
    if let Some(latency) = objective.latency {
        let sli = metrics.latency(latency.threshold(), latency.percent());
        slo.slis.extend(sli.ok());
    }
    slo
}

/// `shop::checkout::place_order (src/checkout.rs:12)`
fn part(function: &Function) -> String {
    let mut part = format!("{}::{}", function.module, function.name);
    let _ = write!(part, " ({}:{})", function.shown_file(), function.line);
    part
}

struct Metrics<'a> {
    objective: &'a str,
    service: Option<&'a str>,
}

impl Metrics<'_> {
    fn success(&self, target: slo_spec::Percent) -> Result<Sli, SelectorError> {
        let total = self.of(metric::CALLS.name)?;
        let bad = total.clone().equal(label::RESULT, "error")?;
        let recent = Expr::rate(bad.clone().as_alert(label::SERVICE_NAME)?, RECENT);
        let by_kind = [label::MODULE, label::FUNCTION, label::ERROR];
        let by_caller = [
            label::FUNCTION,
            label::CALLER_MODULE,
            label::CALLER_FUNCTION,
        ];
        Ok(Sli::new(SUCCESS, target, total, Events::Bad(bad))
            .query(
                "which functions fail, and how",
                recent.clone().sum_by(by_kind).topk(10),
            )
            .query("who calls them", recent.sum_by(by_caller).topk(10)))
    }

    /// A call that fails counts as the time that it took: the histogram does not
    /// know how it ended.
    fn latency(
        &self,
        threshold: Duration,
        target: slo_spec::Percent,
    ) -> Result<Sli, SelectorError> {
        let name = metric::DURATION.name;
        let total = self.of(&format!("{name}_count"))?;
        let buckets = self.of(&format!("{name}_bucket"))?;
        let good = buckets.clone().one_of(label::LE, spellings(threshold))?;
        let by = [label::MODULE, label::FUNCTION];
        let rate = |selector: &Selector| -> Result<Expr, SelectorError> {
            let of_alert = selector.clone().as_alert(label::SERVICE_NAME)?;
            Ok(Expr::rate(of_alert, RECENT))
        };
        let slow = rate(&total)?
            .sum_by(by)
            .join(slo_spec::rules::Operator::Minus, rate(&good)?.sum_by(by));
        let by_bucket = [label::LE, label::MODULE, label::FUNCTION];
        let quantile = Expr::Call(
            "histogram_quantile",
            vec![
                Expr::Number(slo_spec::Decimal::new(99, 2)),
                rate(&buckets)?.sum_by(by_bucket),
            ],
        );
        Ok(Sli::new(LATENCY, target, total, Events::Good(good))
            .threshold(threshold)
            .query("which functions are slow", slow.topk(10))
            .query("how slow, the 99th percentile", quantile))
    }

    fn of(&self, name: &str) -> Result<Selector, SelectorError> {
        let selector = Selector::new(name)?.equal(label::OBJECTIVE_NAME, self.objective)?;
        match self.service {
            Some(service) => selector.equal(label::SERVICE_NAME, service),
            None => Ok(selector),
        }
    }
}

/// Every spelling of a bucket's bound that Prometheus may have stored.
///
/// Ours is canonical; Prometheus 2 stores what it is given, Prometheus 3 makes it
/// canonical, and what came through others may be spelled as Go or Rust do.
pub(crate) fn spellings(threshold: Duration) -> Vec<String> {
    // One correctly rounded division, as the exporter makes the label.
    #[expect(clippy::cast_precision_loss, reason = "below one day, so below 2^53")]
    let seconds = threshold.as_nanos() as f64 / 1e9;
    let canonical = Canonical(seconds).to_string();
    let go = canonical
        .strip_suffix(".0")
        .unwrap_or(&canonical)
        .to_owned();
    let mut spellings = vec![canonical];
    for other in [go, format!("{seconds}"), format!("{seconds:?}")] {
        if !spellings.contains(&other) {
            spellings.push(other);
        }
    }
    spellings
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use expect_test::expect;

    use super::spellings;

    #[test]
    fn every_spelling_of_a_bound_is_known() {
        let all: Vec<_> = [
            Duration::from_secs(1),
            Duration::from_millis(180),
            Duration::from_micros(100),
            Duration::from_micros(50),
            Duration::from_nanos(12_500),
            Duration::from_secs(3600),
        ]
        .map(|threshold| format!("{threshold:?}: {}", spellings(threshold).join(" ")))
        .into();
        expect![[r"
            1s: 1.0 1
            180ms: 0.18
            100µs: 0.0001
            50µs: 5e-05 0.00005 5e-5
            12.5µs: 1.25e-05 0.0000125 1.25e-5
            3600s: 3600.0 3600"]]
        .assert_eq(&all.join("\n"));
    }
}
