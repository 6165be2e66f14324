//! One side of a comparison: a span of time, and optionally a version.

use std::fmt;

use super::error::Error;

/// Span of time, and optionally a version of the program.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// Length of the span, in seconds.
    pub window: f64,
    /// Time from the end of the span to the moment of the source, in seconds.
    pub ago: f64,
    /// Version whose calls count; `None` for all.
    pub version: Option<String>,
}

impl Side {
    /// Returns the side of the last `window` seconds.
    pub fn last(window: f64) -> Self {
        Self {
            window,
            ago: 0.0,
            version: None,
        }
    }

    /// Returns the side of the same length that ends where this one begins.
    #[must_use]
    pub fn before(&self) -> Self {
        Self {
            ago: self.ago + self.window,
            ..self.clone()
        }
    }

    /// Returns parts of the side of equal length, oldest first.
    pub fn slices(&self, count: u32) -> Vec<Self> {
        let window = self.window / f64::from(count.max(1));
        let parts = (0..count.max(1)).rev();
        parts
            .map(|later| Self {
                window,
                ago: self.ago + window * f64::from(later),
                version: self.version.clone(),
            })
            .collect()
    }

    /// Parses a side: `30m` for the last 30 minutes, `30m@2h` for the 30 minutes that ended two
    /// hours ago, and everything else for a version, during the last `window` seconds. With the
    /// prefix `version:` it is a version in any case, and `version:1.4.0@2h` ended two hours ago.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is empty, or if a time is zero or longer than 400 days.
    ///
    /// ```
    /// use autometrics_context::source::Side;
    ///
    /// let side = Side::parse("30m@2h", 300.0)?;
    /// assert_eq!((side.window, side.ago, side.version), (1800.0, 7200.0, None));
    /// let side = Side::parse("1.4.0", 300.0)?;
    /// assert_eq!((side.window, side.version.as_deref()), (300.0, Some("1.4.0")));
    /// # Ok::<(), autometrics_context::source::Error>(())
    /// ```
    pub fn parse(text: &str, window: f64) -> Result<Self, Error> {
        let text = text.trim();
        let (of, ago) = match text.rsplit_once('@') {
            Some((of, ago)) => (of, bounded(text, duration(ago))?),
            None => (text, 0.0),
        };
        let named = of.strip_prefix("version:");
        if let (None, Some(window)) = (named, duration(of)) {
            return Ok(Self {
                window: bounded(text, Some(window))?,
                ago,
                version: None,
            });
        }
        let version = named.unwrap_or(of);
        if version.is_empty() || named.is_none() && is_like_window(version) {
            return Err(malformed(text));
        }
        Ok(Self {
            window,
            ago,
            version: Some(version.to_owned()),
        })
    }
}

/// Formats as `Side::parse` reads it; a version without its window.
impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.version {
            Some(version) => write!(f, "version:{version}")?,
            None => write!(f, "{}s", self.window)?,
        }
        if self.ago > 0.0 {
            write!(f, "@{}s", self.ago)?;
        }
        Ok(())
    }
}

/// Returns `true` for a number with a word, such as `1y`, `-30s` or `1h30m`: a mistake, and no version.
fn is_like_window(text: &str) -> bool {
    let number = text.trim_start_matches(['-', '+']);
    let begins = number.starts_with(|c: char| c.is_ascii_digit());
    let is_plain = number.chars().all(|c| c.is_ascii_alphanumeric());
    begins && is_plain && number.ends_with(|c: char| c.is_ascii_alphabetic()) && text.len() <= 8
}

/// Parses a duration such as `90s`, `5m`, `2h` or `7d`, in seconds.
pub fn duration(text: &str) -> Option<f64> {
    let (number, unit) = text
        .trim()
        .split_at_checked(text.trim().len().checked_sub(1)?)?;
    let unit = match unit {
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        "d" => 86_400.0,
        _ => return None,
    };
    let number: u32 = number.parse().ok()?;
    Some(f64::from(number) * unit)
}

fn bounded(text: &str, seconds: Option<f64>) -> Result<f64, Error> {
    let limit = 400.0 * 86_400.0;
    let is_valid = |seconds: &f64| *seconds > 0.0 && *seconds <= limit;
    seconds.filter(is_valid).ok_or_else(|| malformed(text))
}

fn malformed(text: &str) -> Error {
    let shown: String = text.chars().take(80).collect();
    Error::question(format!(
        "`{shown}` is neither a window nor a version: write `30m`, `30m@2h` for one that ended two \
         hours ago, or a version such as `1.4.0`"
    ))
}

#[cfg(test)]
mod tests {
    use super::{Side, duration};

    #[test]
    fn windows_and_versions_are_told_apart() {
        let parsed = |text| Side::parse(text, 60.0).map(|side| side.to_string());
        let expected = [
            ("5m", "300s"),
            ("5m@10m", "300s@600s"),
            ("1.4.0", "version:1.4.0"),
            ("5", "version:5"),
            ("version:5m", "version:5m"),
            ("version:5m@1h", "version:5m@3600s"),
            (" 2d ", "172800s"),
        ];
        for (text, side) in expected {
            assert_eq!(parsed(text).as_deref(), Ok(side), "{text}");
        }
        for text in [
            "", "@5m", "0s", "5m@", "5m@x", "version:", "9999d", "1y", "-30s", "1h30m", "1e300s",
        ] {
            assert!(parsed(text).is_err(), "{text}");
        }
    }

    #[test]
    fn slices_begin_with_the_oldest() {
        let side = Side::parse("1m@2m", 60.0).expect("a window");
        let slices: Vec<_> = side.slices(3).iter().map(Side::to_string).collect();
        assert_eq!(slices, ["20s@160s", "20s@140s", "20s@120s"]);
        assert_eq!(side.slices(0), [side]);
    }

    #[test]
    fn durations_have_one_unit() {
        assert_eq!(duration("90s"), Some(90.0));
        assert_eq!(duration("1h30m"), None);
        assert_eq!(duration("é"), None);
        assert_eq!(duration(""), None);
    }
}
