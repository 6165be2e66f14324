//! Numbers and texts of answers.

/// Returns at most `most` characters of `text`, with `…` at a cut. Control characters are replaced
/// by `\u{FFFD}`.
///
/// Texts from errors, fields and names come from outside and may be of any size and content.
pub fn quoted(text: &str, most: usize) -> String {
    let mut characters = text.chars();
    let mut quoted: String = characters
        .by_ref()
        .take(most)
        .map(|c| if c.is_control() { '\u{FFFD}' } else { c })
        .collect();
    if characters.next().is_some() {
        quoted.push('…');
    }
    quoted
}

/// Rounds to four significant digits, or to a whole number from 1,000 on. Further digits are
/// meaningless and take space.
pub fn rounded(number: f64) -> f64 {
    if number == 0.0 || !number.is_finite() {
        return 0.0;
    }
    #[expect(clippy::cast_possible_truncation, reason = "a logarithm")]
    let digits = 3 - number.abs().log10().floor() as i32;
    // Powers of ten are exact up to 10^22, so the quotient has exactly these digits.
    let scale = 10_f64.powi(digits.clamp(0, 22));
    (number * scale).round() / scale
}

/// Formats a time with a suitable unit.
pub fn duration(seconds: f64) -> String {
    match seconds {
        s if s >= 1.0 => format!("{} s", figure(s)),
        s if s >= 1e-3 => format!("{} ms", figure(1e3 * s)),
        s => format!("{} µs", figure(1e6 * s)),
    }
}

/// Formats a number with two or three digits.
pub fn figure(number: f64) -> String {
    match number {
        n if n >= 99.5 => format!("{n:.0}"),
        n if n >= 9.95 => format!("{n:.1}"),
        0.0 => "0".to_owned(),
        n => format!("{n:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{quoted, rounded};

    #[test]
    fn numbers_have_four_significant_digits() {
        let numbers = [
            0.0,
            2.123_456e-9,
            1.999_96e-6,
            1.234_56,
            86_461.7,
            -0.5,
            f64::NAN,
        ];
        let rounded = numbers.map(|number| rounded(number).to_string());
        let expected = [
            "0",
            "0.000000002123",
            "0.000002",
            "1.235",
            "86462",
            "-0.5",
            "0",
        ];
        assert_eq!(rounded, expected);
    }

    #[test]
    fn texts_are_cut_and_have_no_control_characters() {
        assert_eq!(quoted("a\u{1b}[31mb\nc", 9), "a\u{FFFD}[31mb\u{FFFD}c");
        assert_eq!(quoted("äöü", 2), "äö…");
        assert_eq!(quoted("äö", 2), "äö");
    }
}
