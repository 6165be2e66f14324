//! Objectives: how much of the budget is spent, how fast it burns, and who
//! spends it.

use serde::Serialize;
use slo_spec::{
    Objective, Percent,
    rules::{Policy, Tier, Window as Period},
};

use super::{
    Head, View, Window,
    figures::{per, rate, ratio},
};
use crate::history::{History, Span};

/// The windows of burn rates, in seconds.
const BURN_WINDOWS: [u32; 5] = [300, 1800, 3600, 7200, 21_600];

/// The answer.
#[derive(Debug, Serialize)]
pub(crate) struct Answer<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    #[serde(flatten)]
    window: Window,
    objectives: Vec<Row<'a>>,
}

/// An objective.
#[derive(Debug, Serialize)]
struct Row<'a> {
    name: &'static str,
    owner: Option<&'static str>,
    runbook: Option<&'static str>,
    period_seconds: u32,
    functions: Vec<&'a str>,
    rules_command: &'static str,
    slis: Vec<SliRow<'a>>,
}

/// One of the two promises of an objective.
#[derive(Debug, Serialize)]
struct SliRow<'a> {
    sli: &'static str,
    target: f64,
    threshold_seconds: Option<f64>,
    calls_total: u64,
    bad_total: u64,
    ratio: Option<f64>,
    budget_spent: Option<f64>,
    burn_rates: Vec<Burn>,
    tiers: Vec<TierRow>,
    spenders: Vec<Spender<'a>>,
    burning: bool,
}

/// How many times faster than it may the budget burns.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "the JSON's names")]
struct Burn {
    window_seconds: u32,
    covered_seconds: f64,
    burn_rate: Option<f64>,
}

/// A condition on which someone is told.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the JSON's fields")]
struct TierRow {
    severity: &'static str,
    name: String,
    factor: f64,
    long_seconds: u32,
    short_seconds: u32,
    long_burn_rate: Option<f64>,
    short_burn_rate: Option<f64>,
    closeness: Option<f64>,
    fires: bool,
    can_fire: bool,
    long_fits: bool,
    long_covered: bool,
}

/// A function that spends of the budget.
#[derive(Debug, Serialize)]
struct Spender<'a> {
    id: &'a str,
    bad_per_second: f64,
    bad_total: u64,
    share: f64,
}

/// All objectives, whose spenders' rates are those of the last `window` seconds.
pub(crate) fn objectives<'a>(view: &View<'a>, window: u32) -> Answer<'a> {
    let history = view.history;
    let span = history.last(window.into());
    let rows = promises(history).into_iter().map(|objective| {
        let functions = members(history, &objective);
        let slis = Sli::of(&objective).into_iter();
        Row {
            name: objective.name(),
            owner: objective.owned_by(),
            runbook: objective.runbook_url(),
            period_seconds: period(&objective).as_seconds(),
            slis: slis
                .map(|sli| sli_row(history, &objective, sli, &functions, &span))
                .collect(),
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

/// The objectives that functions belong to, by name, each once.
pub(super) fn promises(history: &History) -> Vec<Objective> {
    let mut promises: Vec<Objective> = Vec::new();
    let all = history.functions.iter().filter_map(|f| f.objective);
    for objective in all {
        if !promises.contains(&objective) {
            promises.push(objective);
        }
    }
    promises.sort_by_key(Objective::name);
    promises
}

/// The places of the functions that belong to `objective`.
pub(super) fn members(history: &History, objective: &Objective) -> Vec<usize> {
    let functions = history.functions.iter().enumerate();
    functions
        .filter(|(_, function)| function.objective.as_ref() == Some(objective))
        .map(|(place, _)| place)
        .collect()
}

/// Which calls are good.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Sli {
    /// Those that succeed.
    Success { target: Percent },
    /// Those that take at most so many seconds.
    Latency { target: Percent, threshold: f64 },
}

impl Sli {
    /// What `objective` promises.
    pub(super) fn of(objective: &Objective) -> Vec<Self> {
        let success = objective.success().map(|target| Self::Success { target });
        let latency = objective.latency_target().map(|latency| Self::Latency {
            target: latency.percent(),
            // Divided as the bounds of the buckets are, to the same number.
            threshold: super::figures::seconds(
                u64::try_from(latency.threshold().as_nanos()).unwrap_or(u64::MAX),
            ),
        });
        success.into_iter().chain(latency).collect()
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Success { .. } => "success",
            Self::Latency { .. } => "latency",
        }
    }

    fn target(self) -> Percent {
        match self {
            Self::Success { target } | Self::Latency { target, .. } => target,
        }
    }

    /// Calls and bad ones among them, of a function with these counts.
    fn count(self, buckets: &[u64], errors: u64, bounds: &[f64]) -> Count {
        let calls = buckets.iter().sum();
        let bad = match self {
            Self::Success { .. } => errors,
            Self::Latency { threshold, .. } => {
                let slow = bounds.partition_point(|&bound| bound <= threshold);
                buckets[slow.min(buckets.len())..].iter().sum()
            }
        };
        Count { calls, bad }
    }
}

/// Calls, and how many of them were bad.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    calls: u64,
    bad: u64,
}

impl Count {
    fn in_span(history: &History, place: usize, sli: Sli, span: &Span) -> Self {
        let function = &history.functions[place];
        let errors = function.kinds.iter().map(|kind| kind.errors_in(span)).sum();
        sli.count(&function.buckets_in(span), errors, &history.bounds)
    }

    fn in_run(history: &History, place: usize, sli: Sli) -> Self {
        let function = &history.functions[place];
        let errors = function.kinds.iter().map(|kind| kind.total).sum();
        sli.count(&function.buckets, errors, &history.bounds)
    }

    fn sum(counts: impl Iterator<Item = Self>) -> Self {
        counts.fold(Self::default(), |sum, count| Self {
            calls: sum.calls + count.calls,
            bad: sum.bad + count.bad,
        })
    }

    /// The share of bad calls, as many times as the budget has it.
    fn burn_rate(self, target: Percent) -> Option<f64> {
        Some(ratio(self.bad, self.calls)? / target.budget().to_f64())
    }
}

fn sli_row<'a>(
    history: &'a History,
    objective: &Objective,
    sli: Sli,
    functions: &[usize],
    span: &Span,
) -> SliRow<'a> {
    let target = sli.target();
    let budget = target.budget().to_f64();
    let total = Count::sum(
        functions
            .iter()
            .map(|&place| Count::in_run(history, place, sli)),
    );
    let bad_ratio = ratio(total.bad, total.calls);
    let tiers = tiers(history, objective, sli, functions);
    let burn_rates: Vec<_> = BURN_WINDOWS
        .into_iter()
        .map(|window| {
            let span = history.last(window.into());
            Burn {
                window_seconds: window,
                covered_seconds: span.seconds,
                burn_rate: burn_rate(history, sli, functions, &span),
            }
        })
        .collect();
    SliRow {
        sli: sli.name(),
        target: 1.0 - budget,
        threshold_seconds: match sli {
            Sli::Success { .. } => None,
            Sli::Latency { threshold, .. } => Some(threshold),
        },
        calls_total: total.calls,
        bad_total: total.bad,
        ratio: bad_ratio.map(|bad| 1.0 - bad),
        budget_spent: bad_ratio.map(|bad| bad / budget),
        burning: burns(&burn_rates, &tiers),
        burn_rates,
        tiers,
        spenders: spenders(history, sli, functions, span, total),
    }
}

/// Whether the budget is in danger: it burns faster than it may, or a tier fires.
fn burns(burn_rates: &[Burn], tiers: &[TierRow]) -> bool {
    let lately = burn_rates.first().and_then(|first| first.burn_rate);
    lately.is_some_and(|rate| rate > 1.0) || tiers.iter().any(|tier| tier.fires)
}

/// Whether `objective` burns, by one of its promises.
pub(super) fn is_burning(history: &History, objective: &Objective, sli: Sli) -> bool {
    let functions = members(history, objective);
    let row = sli_row(history, objective, sli, &functions, &history.last(60.0));
    row.burning
}

fn burn_rate(history: &History, sli: Sli, functions: &[usize], span: &Span) -> Option<f64> {
    let counts = functions
        .iter()
        .map(|&place| Count::in_span(history, place, sli, span));
    Count::sum(counts).burn_rate(sli.target())
}

fn tiers(history: &History, objective: &Objective, sli: Sli, functions: &[usize]) -> Vec<TierRow> {
    let policy = Policy::for_period(period(objective));
    let over = |window: Period| {
        let fits = window.as_f64() <= history.memory();
        let span = history.last(window.as_f64());
        fits.then(|| burn_rate(history, sli, functions, &span))?
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
            // As in the generated rules: above the factor, not at it.
            fires: closeness.is_some_and(|closeness| closeness > 1.0),
            can_fire: tier.can_fire(sli.target().budget()),
            long_fits: tier.long.as_f64() <= history.memory(),
            long_covered: history.covers(tier.long.as_f64()),
        }
    };
    policy.tiers.iter().map(row).collect()
}

/// Those with bad calls in the run, the greatest share of it first.
fn spenders<'a>(
    history: &'a History,
    sli: Sli,
    functions: &[usize],
    span: &Span,
    total: Count,
) -> Vec<Spender<'a>> {
    let mut spenders: Vec<_> = functions
        .iter()
        .map(|&place| {
            let run = Count::in_run(history, place, sli);
            let lately = Count::in_span(history, place, sli, span);
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
