//! Moments: Unix seconds or RFC 3339.

use std::time::{SystemTime, UNIX_EPOCH};

/// Parses Unix seconds, or a time by RFC 3339 such as `2026-11-30T12:00:00Z`.
///
/// # Errors
///
/// Returns a description of the two formats for any other text.
pub(super) fn parse(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok().or_else(|| rfc_3339(text));
    let is_valid = |seconds: &f64| (0.0..1e11).contains(seconds);
    seconds.filter(is_valid).ok_or_else(|| {
        "expected Unix seconds, or a time such as 2026-11-30T12:00:00Z or 2026-11-30T13:00:00+01:00"
            .to_owned()
    })
}

/// Returns the current time in Unix seconds.
pub(crate) fn now() -> f64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0.0, |since| since.as_secs_f64())
}

fn rfc_3339(text: &str) -> Option<f64> {
    let (date, rest) = text.split_once(['T', 't', ' '])?;
    let zone = rest.find(['Z', 'z', '+', '-'])?;
    let (time, zone) = rest.split_at(zone);
    let [year, month, day] = numbers(date, '-')?;
    let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let [hour, minute, second] = numbers(clock, ':')?;
    let fraction: f64 = format!("0.{fraction}").parse().ok()?;
    let offset = match zone {
        "Z" | "z" => 0,
        zone => {
            let (hours, minutes) = zone.get(1..)?.split_once(':')?;
            let offset = 3600 * digits(hours)? + 60 * digits(minutes)?;
            if zone.starts_with('-') {
                -offset
            } else {
                offset
            }
        }
    };
    let is_valid = (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    let seconds = 86_400 * days(year, month, day) + 3600 * hour + 60 * minute + second - offset;
    #[expect(clippy::cast_precision_loss, reason = "at most 10^12")]
    is_valid.then_some(seconds as f64 + fraction)
}

/// Returns the days since 1970-01-01 of the Gregorian calendar.
///
/// The year begins in March, so that a leap day is at its end; 719,468 days are between March of
/// year 0 and 1970.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month < 3 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    365 * year + year / 4 - year / 100 + year / 400 + day_of_year - 719_468
}

fn numbers(text: &str, separator: char) -> Option<[i64; 3]> {
    let numbers: Option<Vec<i64>> = text.split(separator).map(digits).collect();
    numbers?.try_into().ok()
}

fn digits(text: &str) -> Option<i64> {
    let is_number = (1..=4).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn unix_seconds_and_rfc_3339_are_the_same_moment() {
        for text in [
            "1732968000",
            "2024-11-30T12:00:00Z",
            "2024-11-30t13:00:00.0+01:00",
            "2024-11-30 07:30:00-04:30",
        ] {
            assert_eq!(parse(text), Ok(1_732_968_000.0), "{text}");
        }
        assert_eq!(parse("2024-02-29T23:59:59.5Z"), Ok(1_709_251_199.5));
        assert_eq!(parse("1970-01-01T00:00:00Z"), Ok(0.0));
        for text in [
            "",
            "now",
            "-1",
            "NaN",
            "2024-11-30",
            "2024-13-01T00:00:00Z",
            "2024-11-30T12:00:00",
            "2024-11-30T12:00:00é",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
