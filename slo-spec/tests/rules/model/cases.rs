//! List of all tests, the quick ones first.

use slo_spec::rules::{Tier, Window};

use super::{
    INTERVAL, STEP, Subject,
    buckets::{self, buckets},
    counters::recorded_strangers,
    expected::Case,
    history::long_history,
    near::{Near, factors},
    timeline::{BUSY, Timeline},
    times::{clear, up},
    values::{over_days, over_hours},
};

/// Returns all tests, the quick ones first. Each test has the interval of its evaluations in
/// seconds, and a prefix of the names of the rules that it covers.
pub(super) fn all(of: &Subject) -> Vec<(u32, &'static str, String)> {
    let mut tiers: Vec<&Tier> = of.policy.tiers.iter().collect();
    tiers.sort_by_key(|tier| tier.long);
    let mut cases = vec![
        (300, "ObjectiveWithoutMetrics", missing(of)),
        (INTERVAL, "ErrorBudgetBurn", end(of)),
        (900, "slo:", over_hours(of)),
    ];
    for tier in tiers {
        let (step, case) = factors(of, tier);
        cases.push((step, "ErrorBudgetBurn", case));
    }
    cases.extend([
        (STEP, "slo:", over_days(of)),
        (STEP, "ErrorBudgetExhaust", exhaustion(of)),
        (STEP, "ObjectiveWithoutMetrics", gone(of)),
    ]);
    let buckets = [buckets::spelled(of), buckets(of)].into_iter().flatten();
    cases.extend(buckets.map(|case| (buckets::STEP, "", case)));
    let text = |(step, about, case): (u32, _, Case)| (step, about, case.into_text());
    cases.into_iter().map(text).collect()
}

/// Returns the test of a budget near its end, with times to exhaustion near the limit in the
/// options.
fn exhaustion(of: &Subject) -> Case {
    let tier = of.slowest();
    let within = of.options.exhaustion_within.expect("it is asked for");
    let near = Near::new(of, tier, Case::new(""));
    let at = near.at;
    let mut case = Case::new("the end of the budget");
    let (mut soon, mut spent) = (Vec::new(), Vec::new());
    let start = clear(STEP, at - tier.long.as_seconds() + STEP);
    // The service is busy first, so that much of the budget is left where it burns now.
    let past = |calls: f64, ratio: f64| {
        Timeline::default()
            .then(start, calls, 0.0)
            .then(at, BUSY, ratio)
    };
    let burning = 2.0 * of.budget();
    let busy = |seconds: f64| {
        bisect(1.0, 100.0 * BUSY, |calls| {
            let timeline = past(calls, burning);
            long_history(of, &timeline).exhaustion(at) > Some(seconds)
        })
    };
    let (sooner, later) = (within.as_f64() * 0.95, within.as_f64() * 1.05);
    let least = f64::from(of.options.min_bad_events);
    let mut add = |case: &mut Case, service: &'static str, timeline: &Timeline| {
        let history = long_history(of, timeline);
        let left = history.remaining(at).unwrap_or(1.0);
        let burns = |window| history.ratio(at, window) > Some(of.budget());
        let enough = history.bad_events(at, tier.long) >= least;
        let burning = burns(tier.long) && burns(tier.short);
        let seconds = history.exhaustion(at).unwrap_or(0.0);
        if burning && enough && seconds < within.as_f64() {
            soon.push(service);
        }
        if left <= 0.0 {
            spent.push(service);
        }
        let name = "slo:error_budget:exhaustion_seconds";
        if burning {
            case.about(of, at, service, name, seconds);
        } else {
            case.nothing(of, at, service, name);
        }
        case.add(of.counters.series(service, timeline));
    };
    add(&mut case, "sooner", &past(busy(sooner), burning));
    add(&mut case, "later", &past(busy(later), burning));
    add(&mut case, "enough", &near.few_events(least * 1.04, 0.0));
    add(&mut case, "few", &near.few_events(least * 0.96, 0.1));
    let steady = |ratio: f64| Timeline::default().then(at, BUSY, ratio * of.budget());
    add(&mut case, "spent", &steady(1.04));
    add(&mut case, "left", &steady(0.96));
    // The first service did burn, and the second one has only just begun to.
    let over = |until: u32| {
        Timeline::default()
            .then(until, BUSY, 1.5 * of.budget())
            .then(at, BUSY, 0.0)
    };
    add(
        &mut case,
        "over",
        &over(clear(STEP, at - tier.short.as_seconds() - STEP)),
    );
    let begun = Timeline::default()
        .then(
            clear(STEP, at - tier.short.as_seconds()),
            BUSY,
            0.5 * of.budget(),
        )
        .then(at, BUSY, 1.5 * of.budget());
    add(&mut case, "begun", &begun);
    // In the first two services, one of the windows is just below the budget; in the third one, a
    // shorter window would be.
    let (below, above) = (0.96 * of.budget(), 1.3 * of.budget());
    add(&mut case, "long-below", &near.shares(below, above));
    add(&mut case, "short-below", &near.shares(above, below));
    add(&mut case, "older-half", &near.older_half());
    for service in ["sooner", "later", "few", "over", "begun"] {
        case.add(recorded_strangers(of, service, at));
    }
    let exhausting = ("ErrorBudgetExhausting", "ticket", "exhausting");
    case.alert(of, at, exhausting, &soon);
    case.alert(
        of,
        at,
        ("ErrorBudgetExhausted", "ticket", "exhausted"),
        &spent,
    );
    case
}

/// Returns the number between `low` and `high` at which `above` becomes true.
fn bisect(mut low: f64, mut high: f64, above: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if above(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

pub(super) const ABSENT: (&str, &str, &str) = ("ObjectiveWithoutMetrics", "ticket", "absent");

/// Returns the test without counters of the subject; only strangers have counters.
fn missing(of: &Subject) -> Case {
    let mut case = Case::new("without counters");
    let at = Window::minutes(15).as_seconds();
    let strangers = Timeline::default().then(at, BUSY, 0.5);
    case.add(of.counters.strangers("elsewhere", &strangers));
    case.alert(of, at - 300, ABSENT, &[]);
    case.alert(of, at, ABSENT, &[""]);
    case
}

/// Returns the test in which one of two services is gone, for less than a day and for longer.
fn gone(of: &Subject) -> Case {
    let mut case = Case::new("one of two services is gone");
    let hour = 3600;
    let last = 2 * hour;
    let end = up(STEP, 40 * hour);
    let busy = |until| Timeline::default().then(until, BUSY, 0.0);
    case.add(of.counters.series("gone", &busy(last)));
    case.add(of.counters.series("stays", &busy(end)));
    // There are strangers in the same service, and recordings of strangers elsewhere.
    case.add(of.counters.strangers("gone", &busy(end)));
    case.add(recorded_strangers(of, "elsewhere", end));
    for (hours, services) in [
        (2, &[][..]),
        (3, &["gone"]),
        (22, &["gone"]),
        (28, &[]),
        (39, &[]),
    ] {
        case.alert(of, up(STEP, hours * hour), ABSENT, services);
    }
    case
}

/// Returns the test of the end of an outage of an hour. The page and the ticket that fire first
/// keep firing for one evaluation longer than those that fire later: with a budget of 1 %, the
/// short windows of the first ones are calm after 5 and 117 minutes.
fn end(of: &Subject) -> Case {
    let mut case = Case::new("the end of an outage");
    let minute = |n| n * INTERVAL;
    let outage = Timeline::default()
        .then(minute(60), BUSY, 1.0)
        // With this number of calls, the short window of the page is calm at the same minute,
        // whether it contains the sample at its beginning or not: after 62.
        .then(minute(66), 10.0 * BUSY, 0.0)
        .then(minute(420), BUSY, 0.0);
    case.add(of.counters.series("shop", &outage));
    let page = ("ErrorBudgetBurn", "page", "fast");
    let ticket = ("ErrorBudgetBurn", "ticket", "fast");
    for (at, alert, services) in [
        (60, page, &["shop"][..]),
        (87, page, &["shop"]),
        (88, page, &[]),
        (414, ticket, &["shop"]),
        (420, ticket, &[]),
    ] {
        case.alert(of, minute(at), alert, services);
    }
    case
}
