//! Formats numbers and names for people.

use std::{borrow::Cow, time::Duration};

use autometrics::{Function, Objective};

/// Returns the name of a method as it is, and that of a free function with the last part of its module.
pub(super) fn name(function: &Function) -> Cow<'_, str> {
    if function.name.contains("::") {
        return Cow::Borrowed(&function.name);
    }
    let module = function.module.rsplit("::").next().unwrap_or_default();
    Cow::Owned(format!("{module}::{}", function.name))
}

/// Formats a duration in the unit that fits, from nanoseconds to seconds, with two or three digits.
pub(super) fn seconds(seconds: Option<f64>) -> String {
    let Some(seconds) = seconds else {
        return "–".into();
    };
    // The next unit begins at the value that would be rounded to 1000 of this one.
    let (factor, unit) = match seconds {
        ..0.999_5e-6 => (1e9, "ns"),
        ..0.999_5e-3 => (1e6, "µs"),
        ..0.999_5 => (1e3, "ms"),
        _ => (1.0, "s"),
    };
    let size = seconds * factor;
    let digits = match unit {
        "ns" => 0,
        "s" if size < 9.995 => 2,
        _ => usize::from(size < 9.95),
    };
    format!("{size:.digits$} {unit}")
}

/// Formats the share of calls that failed; a dash without calls.
pub(super) fn errors(ratio: Option<f64>) -> String {
    match ratio {
        Some(ratio) if ratio > 0.0 => format!("{:.1} %", ratio * 100.0),
        Some(_) => "0 %".into(),
        None => "–".into(),
    }
}

/// Formats a share in percent, rounded down, so that only all calls are 100 %.
pub(super) fn percent(share: Option<f64>) -> String {
    match share {
        None => "–".into(),
        Some(share) if share >= 1.0 => "100 %".into(),
        Some(share) => format!("{:.2} %", (share * 1e4).floor() / 100.0),
    }
}

/// Formats minutes and seconds, with hours if there are any.
pub(super) fn clock(age: Duration) -> String {
    let seconds = age.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

/// Formats the promises of an objective: success and latency.
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
    fn shares_below_one_are_not_rounded_to_100_percent() {
        assert_eq!(percent(Some(0.999_999)), "99.99 %");
        assert_eq!(percent(Some(1.0)), "100 %");
        assert_eq!(percent(None), "–");
    }

    #[test]
    fn seconds_have_a_unit() {
        for (size, text) in [
            (0.0, "0 ns"),
            (4.2e-8, "42 ns"),
            (9.996e-7, "1.0 µs"),
            (2.34e-6, "2.3 µs"),
            (0.000_25, "250 µs"),
            (0.000_999_6, "1.0 ms"),
            (0.004_21, "4.2 ms"),
            (0.009_96, "10 ms"),
            (0.18, "180 ms"),
            (0.999_6, "1.00 s"),
            (2.5, "2.50 s"),
            (75.0, "75 s"),
        ] {
            assert_eq!(seconds(Some(size)), text, "{size}");
        }
        assert_eq!(seconds(None), "–");
    }
}
