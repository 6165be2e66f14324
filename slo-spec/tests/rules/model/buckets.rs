//! Histograms with a bucket that has another spelling, is missing, or ended with its count.

use super::{
    Counters, INTERVAL, Subject,
    cases::ABSENT,
    counters::Series,
    expected::Case,
    is_raw,
    timeline::{BUSY, Timeline},
};

/// Interval of evaluations, in seconds.
pub(super) const STEP: u32 = 300;

/// Share of slow requests, above the limits of all pages.
const SLOW: f64 = 0.3;

pub(super) fn buckets(of: &Subject) -> Option<Case> {
    if of.counters != Counters::Histogram {
        return None;
    }
    let at = 14 * 3600;
    let minutes = |ago| at - ago * INTERVAL;
    let steady = |until| Timeline::default().then(until, BUSY, SLOW);
    let mut case = Case::new("buckets of other spellings, and those that ended");

    case.add(renamed(of.counters.series("spelled", &steady(at)), "1"));
    case.about(of, at, "spelled", "slo:calls:rate5m", BUSY);
    case.about(of, at, "spelled", "slo:errors:rate5m", SLOW * BUSY);
    case.info(of, at, "spelled");
    let well = Timeline::default().then(at, BUSY, 0.0);
    case.add(renamed(of.counters.series("well", &well), "1"));
    case.nothing(of, at, "well", "ALERTS");
    case.add(renamed(of.counters.series("another", &steady(at)), "0.5"));
    case.alert_of(of, at, ABSENT, "another");
    case.nothing(of, at, "another", "slo:calls:rate5m");
    case.nothing(of, at, "another", "slo:errors:rate5m");
    // One process of two lacks the bucket, so its calls are neither good nor bad.
    case.add(of_process("a", of.counters.series("half", &steady(at))));
    let lacks = renamed(of.counters.series("half", &steady(at)), "0.5");
    case.add(of_process("b", lacks));
    case.about(of, at, "half", "slo:calls:rate5m", BUSY);
    case.about(of, at, "half", "slo:errors:rate5m", SLOW * BUSY);
    let windows = of.policy.windows().into_iter().filter(|it| is_raw(*it));
    for window in windows {
        let name = format!("slo:error_ratio:{window}");
        case.about(of, at, "spelled", &name, SLOW);
        case.nothing(of, at, "another", &name);
    }

    // The service is slow for so short a time that the alert fires for the first time after the
    // end.
    let just = Timeline::default()
        .then(minutes(12), BUSY, 0.0)
        .then(minutes(3), BUSY, 1.0);
    case.add(of.counters.series("ended-3", &just));
    case.some(of, at, "ended-3", "slo:calls:rate5m", true);
    case.some(of, at, "ended-3", "slo:errors:rate5m", true);
    case.about(of, at, "ended-3", "slo:error_ratio:5m", 1.0);
    // Each service is still in this window, and no longer in the next shorter one.
    for (service, ago, window) in [
        ("ended-20", 20, "30m"),
        ("ended-45", 45, "1h"),
        ("ended-90", 90, "2h"),
        ("ended-240", 240, "6h"),
    ] {
        case.add(of.counters.series(service, &steady(minutes(ago))));
        case.about(of, at, service, &format!("slo:error_ratio:{window}"), SLOW);
    }
    let page = |tier| ("ErrorBudgetBurn", "page", tier);
    // The fast page keeps firing for 26 minutes.
    case.alert(
        of,
        at,
        page("fast"),
        &["spelled", "half", "ended-3", "ended-20"],
    );
    case.alert(of, at, page("slow"), &["spelled", "half", "ended-20"]);
    Some(case)
}

/// Returns the test in which every bucket has the other spelling, so that none is missing.
pub(super) fn spelled(of: &Subject) -> Option<Case> {
    if of.counters != Counters::Histogram {
        return None;
    }
    let at = 3600;
    let mut case = Case::new("buckets of the other spelling alone");
    let well = Timeline::default().then(at, BUSY, 0.0);
    case.add(renamed(of.counters.series("well", &well), "1"));
    case.alert(of, at, ABSENT, &[]);
    Some(case)
}

/// Returns `series` with the label of one process of the service.
fn of_process(name: &str, series: Vec<Series>) -> Vec<Series> {
    let process = format!("{{instance=\"{name}\",");
    let named = |(name, values): Series| (name.replacen('{', &process, 1), values);
    series.into_iter().map(named).collect()
}

/// Returns `series` with another spelling of the bucket's bound.
fn renamed(series: Vec<Series>, le: &str) -> Vec<Series> {
    let renamed = |(name, values): Series| {
        let name = name.replace("le=\"1.0\"", &format!("le=\"{le}\""));
        (name, values)
    };
    series.into_iter().map(renamed).collect()
}
