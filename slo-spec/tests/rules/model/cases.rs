//! What is tested, the quick ones first.

use slo_spec::rules::{Tier, Window};

use super::{
    BASE, INTERVAL, STEP, Subject, counters::Series, expected::Case, history::History, is_raw,
    timeline::Timeline,
};

/// How far a factor is missed or exceeded, so that a changed factor shows.
const NEAR: f64 = 0.035;
/// How far the other window is above it, so that only one decides.
const FAR: f64 = 0.3;
/// Events per second where there is much to do.
const BUSY: f64 = 10_000.0;

/// Each test with how far its evaluations are apart, and with the beginning of the names
/// of the rules that it is about; the quick ones first.
pub(super) fn all(of: &Subject) -> Vec<(u32, &'static str, String)> {
    let mut tiers: Vec<&Tier> = of.policy.tiers.iter().collect();
    tiers.sort_by_key(|tier| tier.long);
    let mut cases = vec![
        (300, "ObjectiveWithoutMetrics", missing(of)),
        (INTERVAL, "ErrorBudgetBurn", end(of)),
    ];
    for tier in tiers {
        let (step, case) = factors(of, tier);
        cases.push((step, "ErrorBudgetBurn", case));
    }
    cases.extend([
        (STEP, "slo:", values(of)),
        (STEP, "ErrorBudgetExhaust", exhaustion(of)),
        (STEP, "ObjectiveWithoutMetrics", gone(of)),
    ]);
    let text = |(step, about, case): (u32, _, Case)| (step, about, case.into_text());
    cases.into_iter().map(text).collect()
}

/// The next evaluation at or after so many seconds.
fn up(step: u32, seconds: u32) -> u32 {
    seconds.div_ceil(step) * step
}

/// The time of a sample at or after `time` that is in no base window of an evaluation,
/// so that what is recorded is of one phase.
fn clear(step: u32, time: u32) -> u32 {
    let time = up(INTERVAL, time);
    let since = time % step;
    if since == 0 || since > step - 300 {
        up(step, time) + INTERVAL
    } else {
        time
    }
}

/// Each tier just above and just below its factor and its least number, among
/// strangers that are worse or better.
fn factors(of: &Subject, tier: &Tier) -> (u32, Case) {
    let case = Case::new(&format!("{tier} near its limits"));
    let mut near = Near::new(of, tier, case);
    let limit = of.limit(tier);
    near.judge(
        "long-above",
        &near.shares(limit * (1.0 + NEAR), limit * (1.0 + FAR)),
    );
    near.judge(
        "long-below",
        &near.shares(limit * (1.0 - NEAR), limit * (1.0 + FAR)),
    );
    near.judge(
        "short-above",
        &near.shares(limit * (1.0 + FAR), limit * (1.0 + NEAR)),
    );
    near.judge(
        "short-below",
        &near.shares(limit * (1.0 + FAR), limit * (1.0 - NEAR)),
    );
    near.judge("older-half", &near.older_half());
    near.judge("before-short", &near.before_short());
    let least = f64::from(of.options.min_bad_events);
    near.judge("enough", &near.few_events(least * 1.04, 0.0));
    near.judge("few", &near.few_events(least * 0.96, 0.1));
    let at = near.at;
    let steady = |ratio| Timeline::default().then(at, BUSY, ratio);
    near.judge("quiet", &steady(0.0));
    near.judge("loud", &steady(limit * (1.0 + NEAR)));
    let Near {
        step,
        mut case,
        firing,
        ..
    } = near;
    assert_eq!(
        firing,
        ["long-above", "short-above", "older-half", "enough", "loud"]
    );
    case.add(of.counters.strangers("quiet", &steady(1.0)));
    case.add(of.counters.strangers("loud", &steady(0.0)));
    case.add(recorded_strangers(of, "quiet", at));
    let severity = tier.severity.to_string();
    case.alert(of, at, ("ErrorBudgetBurn", &severity, &tier.name), &firing);
    (step, case)
}

/// A test of one tier, looked at `at`.
struct Near<'a> {
    of: &'a Subject,
    tier: &'a Tier,
    at: u32,
    step: u32,
    long: u32,
    short: u32,
    /// For how long a tier that fired goes on.
    keep: u32,
    case: Case,
    firing: Vec<&'static str>,
}

impl<'a> Near<'a> {
    fn new(of: &'a Subject, tier: &'a Tier, case: Case) -> Self {
        let (long, short) = (tier.long.as_seconds(), tier.short.as_seconds());
        let tiers = of.policy.tiers.iter();
        let same = tiers.filter(|it| it.severity == tier.severity);
        let longest = same.map(|it| it.short.as_seconds()).max();
        // As few evaluations as tell the short window from others.
        let steps = [(300, INTERVAL), (1800, 300), (7200, 1260)];
        let step = steps.iter().find(|(longest, _)| short <= *longest);
        let step = step.map_or(STEP, |(_, step)| *step);
        Self {
            of,
            tier,
            // Longer than the next longer window, so that it shows.
            at: up(step, long + (long + long / 2).min(9 * 6 * 3600)),
            step,
            long,
            short,
            keep: longest.unwrap_or(short) - short,
            case,
            firing: Vec::new(),
        }
    }

    fn judge(&mut self, service: &'static str, timeline: &Timeline) {
        let history = self.history(timeline);
        let fires = |at: u32| history.fires(at, self.tier);
        if fires(self.at) {
            self.firing.push(service);
        } else {
            let since = self.at - self.keep - self.step;
            let mut earlier = (since..self.at).step_by(self.step as usize);
            assert!(!earlier.any(fires), "{service} goes on");
        }
        self.case.add(self.of.counters.series(service, timeline));
    }

    /// The end of errors in the older half of the long window, so that a shorter one
    /// shows, and so early that what fired then does not go on.
    fn older(&self) -> u32 {
        let age = (self.long / 2).max(self.keep + self.short + 3 * self.step);
        self.before(age)
    }

    fn before(&self, seconds: u32) -> u32 {
        let time = (self.at - seconds) / INTERVAL * INTERVAL;
        if self.step > 300 {
            clear(self.step, time)
        } else {
            time
        }
    }

    fn history<'t>(&'t self, timeline: &'t Timeline) -> History<'t> {
        History {
            of: self.of,
            timeline,
            step: self.step,
        }
    }

    /// Shares of bad events over the long window and over the short one.
    fn shares(&self, over_long: f64, over_short: f64) -> Timeline {
        let with = |older: f64| {
            Timeline::default()
                .then(self.before(self.long) + self.step, BUSY, 0.0)
                .then(self.older(), BUSY, older)
                .then(self.at - self.short - INTERVAL, BUSY, 0.0)
                .then(self.at, BUSY, over_short)
        };
        with(solve(over_long, |older| self.over_long(&with(older))))
    }

    fn over_long(&self, timeline: &Timeline) -> f64 {
        let ratio = self.history(timeline).ratio(self.at, self.tier.long);
        ratio.unwrap_or(0.0)
    }

    /// Errors in the older half of the short window, which a shorter one misses.
    fn older_half(&self) -> Timeline {
        Timeline::default()
            .then(self.before(self.long) + self.step, BUSY, 0.0)
            .then(self.older(), BUSY, 0.9)
            .then(self.at - self.short, BUSY, 0.0)
            .then(self.at - self.short / 2 / INTERVAL * INTERVAL, BUSY, 0.9)
            .then(self.at, BUSY, 0.0)
    }

    /// Errors just before the short window, which a longer one has. The long window
    /// is above the limit only when much traffic has left it.
    fn before_short(&self) -> Timeline {
        let (first, last) = (
            self.before(2 * self.short),
            self.before(self.short + 4 * self.step),
        );
        let all = f64::from(self.long);
        Timeline::default()
            .then(self.before(self.long + 6 * self.step), 1.0, 0.0)
            .then(
                self.before(self.long + 3 * self.step),
                100.0 * all / f64::from(self.step),
                0.0,
            )
            .then(first, 1.0, 0.0)
            .then(last, all / f64::from(last - first), 0.9)
            .then(self.at, 1.0, 0.0)
    }

    /// So many bad events, and no good ones; and some that a longer window has.
    fn few_events(&self, events: f64, earlier: f64) -> Timeline {
        let with = |scale: f64, last: u32| {
            Timeline::default()
                .then(self.before(self.long + 4 * self.step), 0.0, 0.0)
                .then(self.before(self.long + 2 * self.step), scale * earlier, 1.0)
                .then(last - 2 * self.step, 0.0, 0.0)
                .then(last, scale, 1.0)
                .then(self.at - 6 * INTERVAL, 0.0, 0.0)
                .then(self.at, scale * f64::from(self.step) / 1000.0, 1.0)
        };
        let certain = (0..5).map(|steps| self.older() - steps * self.step);
        let is_certain = |last: &u32| {
            let timeline = with(1.0, *last);
            self.history(&timeline).is_certain(self.at, self.tier.long)
        };
        let last = certain
            .into_iter()
            .find(is_certain)
            .expect("one is certain");
        let number = |scale| {
            let timeline = with(scale, last);
            self.history(&timeline).bad_events(self.at, self.tier.long)
        };
        with(solve(events, number), last)
    }
}

/// The number for which `of`, which is linear, has the value `wanted`.
fn solve(wanted: f64, of: impl Fn(f64) -> f64) -> f64 {
    let (none, one) = (of(0.0), of(1.0));
    (wanted - none) / (one - none)
}

fn history<'a>(of: &'a Subject, timeline: &'a Timeline) -> History<'a> {
    let step = STEP;
    History { of, timeline, step }
}

/// What might be recorded of other objectives, as bad as can be.
fn recorded_strangers(of: &Subject, service: &str, until: u32) -> Vec<Series> {
    let mut names = vec![
        ("slo:calls:rate5m".to_owned(), 1000),
        ("slo:errors:rate5m".to_owned(), 1000),
        ("slo:error_ratio:period".to_owned(), 1),
        ("slo:error_budget:remaining".to_owned(), 5),
        ("slo:error_budget:exhaustion_seconds".to_owned(), 1_000_000),
    ];
    for window in of.policy.windows() {
        names.push((format!("slo:error_ratio:{window}"), 1));
        names.push((format!("slo:burn_rate:{window}"), 1000));
    }
    let mut strangers = Vec::new();
    for changed in 0..of.labels().len() {
        for (name, value) in &names {
            let mut labels = of.labels();
            "another".clone_into(&mut labels[changed].1);
            labels.push(("service_name".to_owned(), service.to_owned()));
            strangers.push((
                super::selector(name, &labels),
                format!("{value}x{}", until / INTERVAL),
            ));
        }
    }
    strangers
}

/// Everything that is recorded, of services with several pasts.
fn values(of: &Subject) -> Case {
    let period = of.slo.period.as_seconds();
    // Longer than the period, so that a longer one shows.
    let at = up(STEP, period + period / 4);
    let mut case = Case::new("what is recorded");
    // The more recent, the more errors: every window has another share of them.
    let mut growing = Timeline::default();
    let mut edge = f64::from(at);
    let share = |age: f64| 0.3 * (300.0 / age.max(300.0)).powf(0.35);
    while edge > 400.0 {
        let next = edge * 0.8;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "seconds of a few days"
        )]
        let until = clear(STEP, at - next as u32);
        growing = growing.then(until.min(at - 300), BUSY, share(f64::midpoint(edge, next)));
        edge = next;
    }
    let growing = growing.then(at, BUSY, share(300.0));
    // What happens in the last base window alone counts for half of it more.
    let just_now = |calls: f64, errors: f64| {
        Timeline::default()
            .then(clear(STEP, at - 3 * 3600), BUSY / 1e4, 0.5)
            .then(at - 6 * INTERVAL, BUSY / 1e4, 0.0)
            .then(at, calls, errors)
    };
    let (errors, calls) = (just_now(BUSY, 1.0), just_now(BUSY, 0.0));
    let idle = Timeline::default().then(at, 0.0, 0.0);
    // Within the base window and before it, where other windows would end.
    for (service, from, until, is_seen) in [("within", 4, 3, true), ("earlier", 9, 6, false)] {
        let timeline = Timeline::default()
            .then(at - from * INTERVAL, 0.0, 0.0)
            .then(at - until * INTERVAL, BUSY, 0.5)
            .then(at, 0.0, 0.0);
        case.add(of.counters.series(service, &timeline));
        case.some(of, at, service, "slo:calls:rate5m", is_seen);
        case.some(of, at, service, "slo:errors:rate5m", is_seen);
        if is_seen {
            case.some(of, at, service, "slo:error_ratio:5m", true);
        }
    }
    for (service, timeline) in [
        ("growing", &growing),
        ("errors", &errors),
        ("calls", &calls),
    ] {
        let history = history(of, timeline);
        case.add(of.counters.series(service, timeline));
        let pair = history.pair(at);
        case.about(of, at, service, "slo:calls:rate5m", pair.calls);
        case.about(of, at, service, "slo:errors:rate5m", pair.errors);
        for window in of.policy.windows() {
            // A raw window that is cut by a change is not exact.
            if service != "growing" && is_raw(window) && window > BASE {
                continue;
            }
            let ratio = history.ratio(at, window).unwrap_or(0.0);
            let burn = ratio / of.budget();
            case.about(of, at, service, &format!("slo:error_ratio:{window}"), ratio);
            case.about(of, at, service, &format!("slo:burn_rate:{window}"), burn);
        }
        let left = history.remaining(at).unwrap_or(1.0);
        let ratio = (1.0 - left) * of.budget();
        case.about(of, at, service, "slo:error_ratio:period", ratio);
        case.about(of, at, service, "slo:error_budget:remaining", left);
        case.info(of, at, service);
    }
    // Neither worse nor better for those who are not of the same objective.
    case.add(
        of.counters
            .strangers("growing", &Timeline::default().then(at, BUSY, 0.9)),
    );
    case.add(recorded_strangers(of, "growing", at));
    case.add(of.counters.series("idle", &idle));
    for name in [
        "slo:error_ratio:5m",
        "slo:error_ratio:1d",
        "slo:error_ratio:period",
    ] {
        case.nothing(of, at, "idle", name);
    }
    for window in of.policy.windows() {
        case.nothing(of, at, "idle", &format!("slo:burn_rate:{window}"));
    }
    for (service, ratio) in [("good-only", 0.0), ("bad-only", 1.0)] {
        let timeline = Timeline::default().then(at, BUSY, ratio);
        if let Some(first) = of.counters.first_of_their_kind(service, &timeline) {
            let is_bad = first.0.contains("500");
            if is_bad == (ratio > 0.5) {
                case.add([first]);
                case.about(of, at, service, "slo:error_ratio:1h", ratio);
                case.about(of, at, service, "slo:errors:rate5m", ratio * BUSY);
            }
        }
    }
    case
}

/// The budget near its end, and the time until then near what is asked for.
fn exhaustion(of: &Subject) -> Case {
    let tier = of.slowest();
    let within = of.options.exhaustion_within.expect("it is asked for");
    let near = Near::new(of, tier, Case::new(""));
    let at = near.at;
    let mut case = Case::new("the end of the budget");
    let (mut soon, mut spent) = (Vec::new(), Vec::new());
    let start = clear(STEP, at - tier.long.as_seconds() + STEP);
    // Busy first, so that much of the budget is left where it burns now.
    let past = |calls: f64, ratio: f64| {
        Timeline::default()
            .then(start, calls, 0.0)
            .then(at, BUSY, ratio)
    };
    let burning = 2.0 * of.budget();
    let busy = |seconds: f64| {
        bisect(1.0, 100.0 * BUSY, |calls| {
            let timeline = past(calls, burning);
            history(of, &timeline).exhaustion(at) > Some(seconds)
        })
    };
    let (sooner, later) = (within.as_f64() * 0.95, within.as_f64() * 1.05);
    let least = f64::from(of.options.min_bad_events);
    let mut add = |case: &mut Case, service: &'static str, timeline: &Timeline| {
        let history = history(of, timeline);
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
    // It did burn, or has only just begun to.
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
    case.add(recorded_strangers(of, "later", at));
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

/// The number at which `above` becomes true, between two.
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

const ABSENT: (&str, &str, &str) = ("ObjectiveWithoutMetrics", "ticket", "absent");

/// No counters but those of strangers.
fn missing(of: &Subject) -> Case {
    let mut case = Case::new("without counters");
    let at = Window::minutes(15).as_seconds();
    let strangers = Timeline::default().then(at, BUSY, 0.5);
    case.add(of.counters.strangers("elsewhere", &strangers));
    case.alert(of, at - 300, ABSENT, &[]);
    case.alert(of, at, ABSENT, &[""]);
    case
}

/// One of two services is gone, for less than a day and for more.
fn gone(of: &Subject) -> Case {
    let mut case = Case::new("one of two services is gone");
    let hour = 3600;
    let last = 2 * hour;
    let end = up(STEP, 40 * hour);
    let busy = |until| Timeline::default().then(until, BUSY, 0.0);
    case.add(of.counters.series("gone", &busy(last)));
    case.add(of.counters.series("stays", &busy(end)));
    // Others in the same service, and what was recorded of others elsewhere.
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

/// After an outage of an hour, the page and the ticket that come first go on for as
/// long as those that come later: with a budget of 1 %, the short windows of the
/// first ones are calm after 5 and 117 minutes.
fn end(of: &Subject) -> Case {
    let mut case = Case::new("the end of an outage");
    let minute = |n| n * INTERVAL;
    let outage = Timeline::default()
        .then(minute(60), BUSY, 1.0)
        .then(minute(420), BUSY, 0.0);
    case.add(of.counters.series("shop", &outage));
    let page = ("ErrorBudgetBurn", "page", "fast");
    let ticket = ("ErrorBudgetBurn", "ticket", "fast");
    for (at, alert, services) in [
        (60, page, &["shop"][..]),
        (88, page, &["shop"]),
        (91, page, &[]),
        (414, ticket, &["shop"]),
        (418, ticket, &[]),
    ] {
        case.alert(of, minute(at), alert, services);
    }
    case
}
