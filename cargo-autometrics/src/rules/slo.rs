//! Objectives of a program, with selectors of the counters for their good and bad calls.

use std::{collections::BTreeSet, fmt::Write as _};

use autometrics_schema::{label, metric};
use slo_spec::{
    Decimal, Latency, Percent,
    rules::{Command, Events, Expr, Operator, Selector, SelectorError, Sli, Slo, Window},
};

use super::call_tree::{CallTree, named};
use crate::{
    program::{Function, Objective},
    shell,
};

/// Kinds of objectives, as values of the label `sli`.
const SUCCESS: &str = "success";
const LATENCY: &str = "latency";

/// Value of the label `outcome` for calls that violate the objective.
const BAD: &str = "bad";

/// Range of the queries that alerts show.
const RECENT: Window = Window::minutes(5);

/// Converts `objective` to an SLO, with selectors of its counters. With `service`, they match the
/// series of this service only.
pub(crate) fn slo(
    objective: &Objective,
    functions: &[&Function],
    call_tree: &CallTree<'_>,
    service: Option<&str>,
) -> Slo {
    let period = Window::days(u32::from(objective.period_days).max(1));
    let mut slo = Slo::new(&objective.name, period);
    slo.owner.clone_from(&objective.owner);
    slo.runbook.clone_from(&objective.runbook);
    slo.command = Some(cause_command(&objective.name));
    slo.parts = functions.iter().map(|function| part(function)).collect();
    let packages: BTreeSet<&str> = functions.iter().map(|it| it.package.as_str()).collect();
    let known: Vec<&str> = packages
        .iter()
        .copied()
        .filter(|it| !it.is_empty())
        .collect();
    if !known.is_empty() {
        slo = slo.label(label::PACKAGE, known.join(","));
    }
    let metrics = Metrics {
        objective: &objective.name,
        functions,
        packages,
        call_tree,
        service,
    };
    // No selector is refused, because the names of metrics and labels are constants of this
    // workspace.
    if let Some(target) = objective.success {
        slo.slis.extend(metrics.success(target).ok());
    }
    if let Some(latency) = objective.latency {
        slo.slis.extend(metrics.latency(latency).ok());
    }
    slo
}

/// Returns the command that finds the functions which cause an alert of `objective`.
///
/// The placeholder for the URL has no angle brackets: a shell would take them for redirections, and
/// Slack for a link.
fn cause_command(objective: &str) -> Command {
    let objective = shell::word(objective);
    Command::new(format!(
        "cargo autometrics suspects --from PROMETHEUS_URL --objective {objective}"
    ))
    .option("--service", label::SERVICE_NAME)
}

/// Returns a text such as `shop::checkout::place_order (src/checkout.rs:12)`.
fn part(function: &Function) -> String {
    let mut part = format!("{}::{}", function.module, function.name);
    let _ = write!(part, " ({}:{})", function.file, function.line);
    part
}

struct Metrics<'a> {
    objective: &'a str,
    functions: &'a [&'a Function],
    packages: BTreeSet<&'a str>,
    call_tree: &'a CallTree<'a>,
    service: Option<&'a str>,
}

impl Metrics<'_> {
    fn success(&self, target: Percent) -> Result<Sli, SelectorError> {
        let errors = Selector::new(metric::CALLS.name)?.equal(label::RESULT, "error")?;
        let by_kind = [label::MODULE, label::FUNCTION, label::ERROR];
        let by_caller = [
            label::FUNCTION,
            label::CALLER_MODULE,
            label::CALLER_FUNCTION,
        ];
        let callee_errors = self.call_tree.restrict(errors.clone(), self.functions)?;
        let own = named(errors, self.functions)?;
        Ok(self
            .counted_by_program(SUCCESS, target)?
            .query(
                "failing functions by error kind",
                most(callee_errors, by_kind),
            )
            .query("callers of failing functions", most(own, by_caller))
            .query("functions with cancelled calls", self.cancelled()?))
    }

    fn latency(&self, latency: Latency) -> Result<Sli, SelectorError> {
        let sli = self.counted_by_program(LATENCY, latency.percent())?;
        let (Events::Good(slow) | Events::Bad(slow)) = sli.events.clone();
        let slow = most(slow, [label::MODULE, label::FUNCTION]);
        Ok(sli
            .threshold(latency.threshold())
            .query("functions with slow calls", slow)
            .query("slowest functions by 99th percentile", self.slowest()?)
            .query("functions with cancelled calls", self.cancelled()?))
    }

    /// Returns the indicator of good and bad calls, as the program counts them itself.
    ///
    /// Target and threshold are not matched. In a rollout, versions with different targets run side
    /// by side, and each classifies its own calls.
    fn counted_by_program(&self, sli: &str, target: Percent) -> Result<Sli, SelectorError> {
        let mut total = Selector::new(metric::OBJECTIVE_CALLS.name)?
            .equal(label::OBJECTIVE_NAME, self.objective)?
            .equal(label::SLI, sli)?
            .one_of(label::PACKAGE, self.packages.iter().copied())?;
        if let Some(service) = self.service {
            total = total.equal(label::SERVICE_NAME, service)?;
        }
        let bad = total.clone().equal(label::OUTCOME, BAD)?;
        Ok(Sli::new(sli, target, total, Events::Bad(bad)).counted_from_zero())
    }

    fn cancelled(&self) -> Result<Expr, SelectorError> {
        let cancelled = Selector::new(metric::CANCELLED.name)?;
        let cancelled = self.call_tree.restrict(cancelled, self.functions)?;
        Ok(most(cancelled, [label::MODULE, label::FUNCTION]))
    }

    /// Returns the 99th percentile of latencies: from native histograms where the store has them,
    /// because they are finer, else from classic histograms.
    fn slowest(&self) -> Result<Expr, SelectorError> {
        let name = metric::DURATION.name;
        let quantile = |name: &str, by: &[&str]| {
            let selector = self
                .call_tree
                .restrict(Selector::new(name)?, self.functions)?;
            let rate = Expr::rate(selector, RECENT).sum_by(by.iter().copied());
            let share = Expr::Number(Decimal::new(99, 2));
            Ok(Expr::Call("histogram_quantile", vec![share, rate]))
        };
        let classic = quantile(
            &format!("{name}_bucket"),
            &[label::LE, label::MODULE, label::FUNCTION],
        )?;
        let native = quantile(name, &[label::MODULE, label::FUNCTION])?;
        Ok(above_zero(native.join(Operator::Or, classic)))
    }
}

/// Returns the ten highest rates over `RECENT`, summed by the labels `by`.
fn most<const N: usize>(selector: Selector, by: [&'static str; N]) -> Expr {
    above_zero(Expr::rate(selector, RECENT).sum_by(by))
}

fn above_zero(expr: Expr) -> Expr {
    expr.join(Operator::Greater, Expr::integer(0)).topk(10)
}
