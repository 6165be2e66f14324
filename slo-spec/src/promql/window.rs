//! Durations as Prometheus writes them.

use std::{fmt, str::FromStr};

/// Duration of whole seconds, above zero: the window of a rate, or a period.
///
/// The notation is that of PromQL: `5m`, `1h30m`, `28d`. Years of 365 days and weeks are
/// parsed, and formatted as days.
///
/// ```
/// use slo_spec::promql::Window;
///
/// let window: Window = "90m".parse()?;
/// assert_eq!(window, Window::minutes(90));
/// assert_eq!(window.to_string(), "1h30m");
/// # Ok::<(), slo_spec::promql::WindowError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "rules",
    derive(serde::Deserialize),
    serde(try_from = "String")
)]
pub struct Window(u32);

/// Reason why a text is not a [`Window`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowError(String);

/// Units in the order in which they must be written, in seconds.
const UNITS: [(char, u32); 6] = [
    ('y', 365 * 24 * 60 * 60),
    ('w', 7 * 24 * 60 * 60),
    ('d', 24 * 60 * 60),
    ('h', 60 * 60),
    ('m', 60),
    ('s', 1),
];

impl Window {
    /// Creates a window of `n` seconds.
    ///
    /// The longest window is `u32::MAX` seconds, 136 years. The other units return it for any
    /// longer time.
    ///
    /// # Panics
    ///
    /// Panics if `n` is zero, as the other units do.
    pub const fn seconds(n: u32) -> Self {
        assert!(n > 0, "a window is longer than zero");
        Self(n)
    }

    /// Creates a window of `n` minutes.
    pub const fn minutes(n: u32) -> Self {
        Self::seconds(n.saturating_mul(60))
    }

    /// Creates a window of `n` hours.
    pub const fn hours(n: u32) -> Self {
        Self::seconds(n.saturating_mul(60 * 60))
    }

    /// Creates a window of `n` days.
    pub const fn days(n: u32) -> Self {
        Self::seconds(n.saturating_mul(24 * 60 * 60))
    }

    /// Returns the length in seconds.
    pub const fn as_seconds(self) -> u32 {
        self.0
    }

    /// Returns the length in seconds, for arithmetic.
    pub fn as_f64(self) -> f64 {
        f64::from(self.0)
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        for (unit, seconds) in &UNITS[2..] {
            if rest >= *seconds {
                write!(f, "{}{unit}", rest / seconds)?;
                rest %= seconds;
            }
        }
        Ok(())
    }
}

impl FromStr for Window {
    type Err = WindowError;

    fn from_str(text: &str) -> Result<Self, WindowError> {
        let wrong = |why: &str| {
            WindowError(format!(
                "`{text}` {why}: write it as Prometheus does, such as `5m`, `1h30m` or `28d`"
            ))
        };
        let (mut total, mut number) = (0_u32, None::<u32>);
        let mut units = UNITS.as_slice();
        for c in text.chars() {
            let too_long = || wrong("is too long");
            if let Some(digit) = c.to_digit(10) {
                let digits = number.unwrap_or(0).checked_mul(10);
                number = Some(
                    digits
                        .and_then(|n| n.checked_add(digit))
                        .ok_or_else(too_long)?,
                );
                continue;
            }
            let place = units.iter().position(|(unit, _)| *unit == c);
            let (Some(n), Some(place)) = (number.take(), place) else {
                return Err(wrong(if text.contains("ms") {
                    "is not in whole seconds"
                } else {
                    "is not a duration"
                }));
            };
            let seconds = n.checked_mul(units[place].1);
            total = seconds
                .and_then(|seconds| total.checked_add(seconds))
                .ok_or_else(too_long)?;
            units = &units[place + 1..];
        }
        if number.is_some() || text.is_empty() {
            return Err(wrong("has no unit"));
        }
        if total == 0 {
            return Err(wrong("is zero"));
        }
        Ok(Self(total))
    }
}

impl TryFrom<String> for Window {
    type Error = WindowError;

    fn try_from(text: String) -> Result<Self, WindowError> {
        text.parse()
    }
}

impl fmt::Display for WindowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WindowError {}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::Window;

    #[test]
    fn formatted_windows_parse_to_the_same_window() {
        for text in ["5m", "1h30m", "28d", "1d1s", "59s", "92d23h59m59s"] {
            assert_eq!(text.parse::<Window>().unwrap().to_string(), text);
        }
        assert_eq!("4w".parse(), Ok(Window::days(28)));
        assert_eq!("1y1w".parse(), Ok(Window::days(372)));
    }

    #[test]
    fn windows_beyond_136_years_saturate() {
        for units in [Window::minutes, Window::hours, Window::days] {
            assert_eq!(units(u32::MAX), Window::seconds(u32::MAX));
        }
        assert_eq!(Window::days(49_710).as_seconds(), 49_710 * 24 * 60 * 60);
        assert_eq!(Window::days(49_711), Window::seconds(u32::MAX));
    }

    #[test]
    fn invalid_windows_are_refused_with_a_reason() {
        let errors: Vec<_> = [
            "",
            "5",
            "m",
            "0m",
            "5 m",
            "1m1h",
            "5m5m",
            "500ms",
            "1.5h",
            "99999999999d",
        ]
        .map(|text| text.parse::<Window>().unwrap_err().to_string())
        .into();
        expect![[r"
            `` has no unit: write it as Prometheus does, such as `5m`, `1h30m` or `28d`
            `5` has no unit: write it as Prometheus does, such as `5m`, `1h30m` or `28d`
            `m` is not a duration: write it as Prometheus does, such as `5m`, `1h30m` or `28d`
            `0m` is zero: write it as Prometheus does, such as `5m`, `1h30m` or `28d`
            `5 m` is not a duration: write it as Prometheus does, such as `5m`, `1h30m` or `28d`
            `1m1h` is not a duration: write it as Prometheus does, such as `5m`, `1h30m` or `28d`
            `5m5m` is not a duration: write it as Prometheus does, such as `5m`, `1h30m` or `28d`
            `500ms` is not in whole seconds: write it as Prometheus does, such as `5m`, `1h30m` or `28d`
            `1.5h` is not a duration: write it as Prometheus does, such as `5m`, `1h30m` or `28d`
            `99999999999d` is too long: write it as Prometheus does, such as `5m`, `1h30m` or `28d`"]]
        .assert_eq(&errors.join("\n"));
    }
}
