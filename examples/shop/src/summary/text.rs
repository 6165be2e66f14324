//! Numbers and names as people read them.

use std::{borrow::Cow, time::Duration};

use autometrics::{Function, Objective};

/// `Type::method` as it is; before a free function the last part of its module.
pub(super) fn name(function: &Function) -> Cow<'_, str> {
    if function.name.contains("::") {
        return Cow::Borrowed(&function.name);
    }
    let module = function.module.rsplit("::").next().unwrap_or_default();
    Cow::Owned(format!("{module}::{}", function.name))
}

/// Seconds in the unit that suits them.
pub(super) fn seconds(seconds: Option<f64>) -> String {
    match seconds {
        None => "–".into(),
        Some(seconds) if seconds < 1e-3 => format!("{:.0} µs", seconds * 1e6),
        Some(seconds) if seconds < 10e-3 => format!("{:.1} ms", seconds * 1e3),
        Some(seconds) if seconds < 1.0 => format!("{:.0} ms", seconds * 1e3),
        Some(seconds) => format!("{seconds:.2} s"),
    }
}

/// The share of calls that failed; nothing to read where none did.
pub(super) fn errors(ratio: Option<f64>) -> String {
    match ratio {
        Some(ratio) if ratio > 0.0 => format!("{:.1} %", ratio * 100.0),
        Some(_) => "0 %".into(),
        None => "–".into(),
    }
}

/// A share in percent. 100 means all, and nothing less is rounded to it.
pub(super) fn percent(share: Option<f64>) -> String {
    match share {
        None => "–".into(),
        Some(share) if share >= 1.0 => "100 %".into(),
        Some(share) => format!("{:.2} %", (share * 1e4).floor() / 100.0),
    }
}

/// Minutes and seconds, with hours when there are some.
pub(super) fn clock(age: Duration) -> String {
    let seconds = age.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

/// What an objective promises of success and of latency.
pub(super) fn promises(objective: &Objective) -> [Option<String>; 2] {
    [
        objective
            .success()
            .map(|percent| format!("{percent} % succeed")),
        objective.latency_target().map(|latency| {
            let threshold = seconds(Some(latency.threshold().as_secs_f64()));
            format!("{} % within {threshold}", latency.percent())
        }),
    ]
}

#[cfg(test)]
mod tests {
    use super::{percent, seconds};

    #[test]
    fn nothing_less_is_rounded_to_all() {
        assert_eq!(percent(Some(0.999_999)), "99.99 %");
        assert_eq!(percent(Some(1.0)), "100 %");
        assert_eq!(percent(None), "–");
    }

    #[test]
    fn seconds_have_a_unit() {
        let all = [0.000_25, 0.004_21, 0.18, 2.5].map(|s| seconds(Some(s)));
        assert_eq!(all, ["250 µs", "4.2 ms", "180 ms", "2.50 s"]);
    }
}
