//! Tests of everything that is recorded, with services that have different histories.

use super::{
    INTERVAL, STEP, Subject,
    counters::recorded_strangers,
    expected::Case,
    history::{History, long_history},
    is_raw,
    timeline::{BUSY, FRACTIONS, Timeline},
    times::{clear, up},
};

/// Events per second that give two of the smallest parts of a counter in each interval.
const SELDOM: f64 = 2.0 / FRACTIONS / 60.0;

/// Returns the test of rates, and of windows below a day.
pub(super) fn over_hours(of: &Subject) -> Case {
    let step = 900;
    // Longer than the next longer window, so that a longer window is noticed.
    let at = 14 * 3600;
    let mut case = Case::new("what is recorded over hours");
    let timeline = growing(at, |time| up(INTERVAL, time));
    let history = History {
        of,
        timeline: &timeline,
        step,
    };
    let service = "growing";
    case.add(of.counters.series(service, &timeline));
    let pair = history.pair(at);
    case.about(of, at, service, "slo:calls:rate5m", pair.calls);
    case.about(of, at, service, "slo:errors:rate5m", pair.errors);
    for window in of.policy.windows().into_iter().filter(|it| is_raw(*it)) {
        let ratio = history.ratio(at, window).unwrap_or(0.0);
        case.about(of, at, service, &format!("slo:error_ratio:{window}"), ratio);
        let burn = ratio / of.budget();
        case.about(of, at, service, &format!("slo:burn_rate:{window}"), burn);
    }
    case.info(of, at, service);
    // Strangers of other objectives make the values neither worse nor better.
    let strangers = Timeline::default().then(at, BUSY, 0.9);
    case.add(of.counters.strangers(service, &strangers));
    case.add(recorded_strangers(of, service, at));
    // The events are within the base window, or before it, where other windows would end.
    for (service, from, until, is_seen) in [("within", 4, 3, true), ("earlier", 9, 6, false)] {
        let timeline = Timeline::default()
            .then(at - from * INTERVAL, 0.0, 0.0)
            .then(at - until * INTERVAL, BUSY, 0.5)
            .then(at, 0.0, 0.0);
        case.add(of.counters.series(service, &timeline));
        case.some(of, at, service, "slo:calls:rate5m", is_seen);
        case.some(of, at, service, "slo:errors:rate5m", is_seen);
        if is_seen {
            case.about(of, at, service, "slo:error_ratio:5m", 0.5);
            let of_calls = ("slo:errors:rate5m", "slo:calls:rate5m");
            case.quotient(of, at, service, of_calls, 0.5);
        }
    }
    for (service, timeline) in just_now(at, step) {
        let history = History {
            of,
            timeline: &timeline,
            step,
        };
        case.add(of.counters.series(service, &timeline));
        for window in of.policy.windows().into_iter().filter(|it| !is_raw(*it)) {
            let ratio = history.ratio(at, window).unwrap_or(0.0);
            case.exactly(of, at, service, &format!("slo:error_ratio:{window}"), ratio);
        }
    }
    let idle = Timeline::default().then(at, 0.0, 0.0);
    case.add(of.counters.series("idle", &idle));
    for window in of.policy.windows().into_iter().filter(|it| is_raw(*it)) {
        case.nothing(of, at, "idle", &format!("slo:error_ratio:{window}"));
        case.nothing(of, at, "idle", &format!("slo:burn_rate:{window}"));
    }
    // Strangers have no objective of this name.
    case.add(of.counters.strangers("elsewhere", &strangers));
    case.nothing(of, at, "elsewhere", "slo:objective:info");
    rare(of, at, 0.02, &mut case);
    for window in of.policy.windows().into_iter().filter(|it| is_raw(*it)) {
        case.about(of, at, "rare", &format!("slo:error_ratio:{window}"), 0.5);
    }
    first_of_their_kind(of, at, &mut case);
    case
}

/// Adds a service with `calls` events per second, half of them bad.
fn rare(of: &Subject, at: u32, calls: f64, case: &mut Case) {
    let timeline = Timeline::default().then(at, calls, 0.5);
    case.add(of.counters.series("rare", &timeline));
}

/// Returns services with many events since the evaluation before `at`. Those of the last base
/// window count for half of it more in windows of days, and in the period.
fn just_now(at: u32, step: u32) -> [(&'static str, Timeline); 2] {
    [("errors-now", 1.0), ("calls-now", 0.0)].map(|(service, ratio)| {
        let timeline = Timeline::default()
            .then(at - 3 * 3600, BUSY / 1e4, 0.5)
            .then(at - step, BUSY / 1e4, 0.0)
            .then(at, BUSY, ratio);
        (service, timeline)
    })
}

/// Adds services without the counter of bad events, or of good ones, if it may be missing.
fn first_of_their_kind(of: &Subject, at: u32, case: &mut Case) {
    for (service, ratio) in [("good-only", 0.0), ("bad-only", 1.0)] {
        let timeline = Timeline::default().then(at, BUSY, ratio);
        let first = of.counters.first_of_their_kind(service, &timeline);
        // The counter that exists must be the one with events.
        let fitting = first.filter(|(name, _)| name.contains("500") == (ratio > 0.5));
        if let Some(first) = fitting {
            case.add([first]);
            case.about(of, at, service, "slo:error_ratio:1h", ratio);
            case.about(of, at, service, "slo:errors:rate5m", ratio * BUSY);
        }
    }
}

/// Returns the test of windows of a day and more, and of the period.
pub(super) fn over_days(of: &Subject) -> Case {
    let period = of.slo.period.as_seconds();
    // Longer than the period, so that a longer one is noticed.
    let at = up(STEP, period + period / 4);
    let mut case = Case::new("what is recorded over days");
    let growing = growing(at, |time| clear(STEP, time));
    let (service, history) = ("growing", long_history(of, &growing));
    case.add(of.counters.series(service, &growing));
    for window in of.policy.windows().into_iter().filter(|it| !is_raw(*it)) {
        let ratio = history.ratio(at, window).unwrap_or(0.0);
        case.about(of, at, service, &format!("slo:error_ratio:{window}"), ratio);
        let burn = ratio / of.budget();
        case.about(of, at, service, &format!("slo:burn_rate:{window}"), burn);
    }
    let left = history.remaining(at).unwrap_or(1.0);
    let ratio = (1.0 - left) * of.budget();
    case.about(of, at, service, "slo:error_ratio:period", ratio);
    case.about(of, at, service, "slo:error_budget:remaining", left);
    case.add(recorded_strangers(of, "growing", at));
    for (service, timeline) in just_now(at, STEP) {
        let left = long_history(of, &timeline).remaining(at).unwrap_or(1.0);
        case.add(of.counters.series(service, &timeline));
        let ratio = (1.0 - left) * of.budget();
        case.exactly(of, at, service, "slo:error_ratio:period", ratio);
    }
    // There is less than a tenth of an event in the period.
    rare(of, at, SELDOM, &mut case);
    case.about(of, at, "rare", "slo:error_ratio:period", 0.5);
    for window in of.policy.windows().into_iter().filter(|it| !is_raw(*it)) {
        case.about(of, at, "rare", &format!("slo:error_ratio:{window}"), 0.5);
    }
    let idle = Timeline::default().then(at, 0.0, 0.0);
    case.add(of.counters.series("idle", &idle));
    for window in of.policy.windows().into_iter().filter(|it| !is_raw(*it)) {
        case.nothing(of, at, "idle", &format!("slo:error_ratio:{window}"));
        case.nothing(of, at, "idle", &format!("slo:burn_rate:{window}"));
    }
    case.nothing(of, at, "idle", "slo:error_ratio:period");
    case
}

/// Returns a timeline with increasing calls and errors, so that every window has different values.
fn growing(at: u32, clear: impl Fn(u32) -> u32) -> Timeline {
    let more = |age: f64, power| (300.0 / age.max(300.0)).powf(power);
    let mut timeline = Timeline::default();
    let mut edge = f64::from(at);
    while edge > 400.0 {
        let next = edge * 0.8;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "seconds of a few days"
        )]
        let until = clear(at - next as u32).min(at - 300);
        let age = f64::midpoint(edge, next);
        timeline = timeline.then(until, BUSY * more(age, 0.25), 0.3 * more(age, 0.35));
        edge = next;
    }
    timeline.then(at, BUSY, 0.3)
}
