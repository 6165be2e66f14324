//! API endpoint `objectives`: spent error budgets, burn rates, and the functions with bad calls.

use serde::Serialize;
use slo_spec::{
    Cancelled, Objective,
    rules::{Policy, Tier, Window as Period},
};

use super::{
    Head, View, Window,
    figures::{per, rate, ratio},
    promise::{Promise, members, promises, sum},
};
use crate::history::{GoodBad, History, Span};

/// Windows of burn rates, in seconds.
pub(super) const BURN_WINDOWS: [u32; 5] = [300, 1800, 3600, 7200, 21_600];

/// All objectives of the program.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Objectives"))]
pub(crate) struct Answer<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    #[serde(flatten)]
    window: Window,
    /// The objectives, by name.
    objectives: Vec<Row<'a>>,
}

/// Objective with its promises.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Objective"))]
struct Row<'a> {
    /// Name of the objective.
    name: &'static str,
    /// Owner, who receives the alerts.
    owner: Option<&'static str>,
    /// Runbook for the alerts: a link, or other text.
    runbook: Option<&'static str>,
    /// The period over which the budget is spent, in seconds.
    period_seconds: u32,
    /// Classification of cancelled calls: bad for every promise that they may break, bad for the
    /// latency alone, or not counted.
    #[cfg_attr(test, schemars(extend("enum" = ["bad", "bad if slow", "ignored"])))]
    cancelled: &'static str,
    /// Cancelled calls of its functions since the program began; null if none is async.
    cancelled_total: Option<u64>,
    /// The ids of its functions, sorted.
    functions: Vec<&'a str>,
    /// Command that generates its rules, to be run in the folder of the program's source.
    rules_command: &'static str,
    /// Promises of the objective.
    slis: Vec<SliRow<'a>>,
}

/// One of the promises of an objective.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Sli"))]
struct SliRow<'a> {
    /// Kind of the promise: calls succeed, or calls are fast.
    #[cfg_attr(test, schemars(extend("enum" = ["success", "latency"])))]
    sli: &'static str,
    /// The share of calls that must be good, from 0 to 1.
    target: f64,
    /// Maximum latency of a good call, in seconds; null for success.
    threshold_seconds: Option<f64>,
    /// Good and bad calls of the promise since the program began: their sum in
    /// `function_objective_calls_total`.
    calls_total: u64,
    /// Bad calls among `calls_total`.
    bad_total: u64,
    /// The share of good calls among `calls_total`, from 0 to 1; null without calls.
    ratio: Option<f64>,
    /// Bad calls, divided by the number that the target allows for `calls_total`: 1 is the whole
    /// budget. Null without calls.
    budget_spent: Option<f64>,
    /// Burn rates, shortest window first.
    burn_rates: Vec<Burn>,
    /// The tiers of the alert policy, the most urgent first.
    tiers: Vec<TierRow>,
    /// Functions with bad calls since the program began, the greatest share first.
    spenders: Vec<Spender<'a>>,
    /// `true` if the burn rate over 300 s is above 1, or a tier fires.
    burning: bool,
}

/// Burn rate of the budget over a window.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[expect(clippy::struct_field_names, reason = "the JSON's names")]
struct Burn {
    /// The window, in seconds.
    window_seconds: u32,
    /// Part of the window with samples, in seconds.
    covered_seconds: f64,
    /// The share of bad calls, divided by the share that may be bad: 1 spends the budget exactly by
    /// the period's end. Null without calls.
    burn_rate: Option<f64>,
}

/// Alert condition: both burn rates are above the factor.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Tier"))]
#[expect(clippy::struct_excessive_bools, reason = "the JSON's fields")]
struct TierRow {
    /// Severity of the alert.
    #[cfg_attr(test, schemars(extend("enum" = ["page", "ticket"])))]
    severity: &'static str,
    /// Name of the tier within its severity.
    name: String,
    /// Burn rate above which the tier fires.
    factor: f64,
    /// The long window, in seconds.
    long_seconds: u32,
    /// The short window, in seconds.
    short_seconds: u32,
    /// The burn rate over the long window; null without calls, or if the window is longer than the
    /// history.
    long_burn_rate: Option<f64>,
    /// The burn rate over the short window; null without calls, or if the window is longer than the
    /// history.
    short_burn_rate: Option<f64>,
    /// The lower of both burn rates, divided by the factor; the tier fires above 1. Null if one of
    /// them is null.
    closeness: Option<f64>,
    /// `true` if the tier fires.
    fires: bool,
    /// `true` if a total outage would make the tier fire.
    can_fire: bool,
    /// `true` if the long window fits into the history.
    long_fits: bool,
    /// `true` if there are samples of the whole long window; until then, its burn rate is that of
    /// the part with samples.
    long_covered: bool,
}

/// Function whose bad calls spend the budget.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Spender<'a> {
    /// Id of the function: `module::name`, opaque to clients.
    id: &'a str,
    /// Bad calls per second in the window.
    bad_per_second: f64,
    /// Bad calls since the program began.
    bad_total: u64,
    /// Its share of all bad calls since the program began, from 0 to 1.
    share: f64,
}

/// Returns all objectives. The rates of functions with bad calls are over the last `window`
/// seconds.
pub(crate) fn objectives<'a>(view: &View<'a>, window: u32) -> Answer<'a> {
    let history = view.history;
    let span = history.last(window.into());
    let rows = promises(history).into_iter().map(|objective| {
        let functions = members(history, &objective);
        let promises = Promise::of(&objective);
        Row {
            name: objective.name(),
            owner: objective.owned_by(),
            runbook: objective.runbook_url(),
            period_seconds: period(&objective).as_seconds(),
            slis: promises
                .map(|promise| sli_row(history, promise, &functions, &span))
                .collect(),
            cancelled: match objective.cancelled_calls() {
                Cancelled::BadIfSlow => "bad if slow",
                Cancelled::Ignored => "ignored",
                _ => "bad",
            },
            cancelled_total: cancelled(history, &functions),
            functions: sorted_ids(history, &functions),
            rules_command: "cargo autometrics rules",
        }
    });
    Answer {
        head: view.head(),
        window: Window::of(window, &span),
        objectives: rows.collect(),
    }
}

fn sli_row<'a>(
    history: &'a History,
    promise: Promise,
    functions: &[usize],
    span: &Span,
) -> SliRow<'a> {
    let budget = promise.target.budget().to_f64();
    let total = sum(functions.iter().map(|&place| promise.count(history, place)));
    let bad_ratio = ratio(total.bad, total.calls());
    let tiers = tiers(history, promise, functions);
    let burn_rates: Vec<_> = BURN_WINDOWS
        .into_iter()
        .map(|window| {
            let span = history.last(window.into());
            Burn {
                window_seconds: window,
                covered_seconds: span.seconds,
                burn_rate: promise.burn_rate(promise.sum_in(history, functions, &span)),
            }
        })
        .collect();
    SliRow {
        sli: promise.sli.as_str(),
        target: 1.0 - budget,
        threshold_seconds: promise.threshold,
        calls_total: total.calls(),
        bad_total: total.bad,
        ratio: bad_ratio.map(|bad| 1.0 - bad),
        budget_spent: bad_ratio.map(|bad| bad / budget),
        burning: burns(&burn_rates, &tiers),
        burn_rates,
        tiers,
        spenders: spenders(history, promise, functions, span, total),
    }
}

/// Returns `true` if the budget is in danger: its burn rate in the shortest window is above 1, or a
/// tier fires.
fn burns(burn_rates: &[Burn], tiers: &[TierRow]) -> bool {
    let lately = burn_rates.first().and_then(|first| first.burn_rate);
    lately.is_some_and(|rate| rate > 1.0) || tiers.iter().any(|tier| tier.fires)
}

/// Returns if the budget of `promise` is in danger, and the tiers that fire, such as `page fast`.
pub(super) fn state(
    history: &History,
    promise: Promise,
    functions: &[usize],
) -> (bool, Vec<String>) {
    let row = sli_row(history, promise, functions, &history.last(60.0));
    let firing = row.tiers.iter().filter(|tier| tier.fires);
    let firing = firing.map(|tier| format!("{} {}", tier.severity, tier.name));
    (row.burning, firing.collect())
}

/// Returns the number of cancelled calls of the functions since the program began, or `None` if
/// none of them is async.
fn cancelled(history: &History, functions: &[usize]) -> Option<u64> {
    let counts = functions.iter();
    let counts = counts.filter_map(|&place| history.functions[place].cancelled);
    counts.reduce(u64::saturating_add)
}

fn tiers(history: &History, promise: Promise, functions: &[usize]) -> Vec<TierRow> {
    let policy = Policy::for_period(period(&promise.objective));
    let over = |window: Period| {
        let fits = window.as_f64() <= history.memory();
        let span = history.last(window.as_f64());
        fits.then(|| promise.burn_rate(promise.sum_in(history, functions, &span)))?
    };
    let row = |tier: &Tier| {
        let factor = tier.factor.to_f64();
        let (long, short) = (over(tier.long), over(tier.short));
        let closeness = long
            .zip(short)
            .and_then(|(long, short)| per(long.min(short), factor));
        TierRow {
            severity: tier.severity.as_str(),
            name: tier.name.clone(),
            factor,
            long_seconds: tier.long.as_seconds(),
            short_seconds: tier.short.as_seconds(),
            long_burn_rate: long,
            short_burn_rate: short,
            closeness,
            // The generated rules have the same condition: above the factor, not equal to it.
            fires: closeness.is_some_and(|closeness| closeness > 1.0),
            can_fire: tier.can_fire(promise.target.budget()),
            long_fits: tier.long.as_f64() <= history.memory(),
            long_covered: history.covers(tier.long.as_f64()),
        }
    };
    policy.tiers.iter().map(row).collect()
}

/// Returns the functions with bad calls since the program began, those with the most first.
fn spenders<'a>(
    history: &'a History,
    promise: Promise,
    functions: &[usize],
    span: &Span,
    total: GoodBad,
) -> Vec<Spender<'a>> {
    let mut spenders: Vec<_> = functions
        .iter()
        .map(|&place| {
            let run = promise.count(history, place);
            let lately = promise.count_in(history, place, span);
            Spender {
                id: &history.functions[place].id,
                bad_per_second: rate(lately.bad, span.seconds),
                bad_total: run.bad,
                share: ratio(run.bad, total.bad).unwrap_or(0.0),
            }
        })
        .filter(|spender| spender.bad_total > 0)
        .collect();
    spenders.sort_by(|a, b| b.bad_total.cmp(&a.bad_total).then_with(|| a.id.cmp(b.id)));
    spenders
}

fn sorted_ids<'a>(history: &'a History, functions: &[usize]) -> Vec<&'a str> {
    let ids = functions.iter().map(|&place| &*history.functions[place].id);
    let mut ids: Vec<_> = ids.collect();
    ids.sort_unstable();
    ids
}

fn period(objective: &Objective) -> Period {
    Period::days(objective.period().into())
}
