//! The format of numbers in labels, as OpenMetrics defines it.

use core::fmt;

/// A float in OpenMetrics' canonical form: `0.25`, `1.0`, `5e-05`, `1e+06`, `+Inf`.
///
/// The form is Go's shortest `%g`, followed by `.0` if it has neither a point nor an
/// exponent ([OpenMetrics 1.0, "Considerations: Canonical
/// Numbers"]). Prometheus 3 rewrites other forms to it, so a bucket in
/// this form keeps its series across an upgrade.
///
/// ```
/// # use autometrics_schema::Canonical;
/// let spelled = [1.0, 0.25, 0.00005, 1_000_000.0, f64::INFINITY].map(|n| Canonical(n).to_string());
/// assert_eq!(spelled, ["1.0", "0.25", "5e-05", "1e+06", "+Inf"]);
/// ```
///
/// [OpenMetrics 1.0, "Considerations: Canonical Numbers"]:
///     https://prometheus.io/docs/specs/om/open_metrics_spec/#considerations-canonical-numbers
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Canonical(pub f64);

impl fmt::Display for Canonical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(value) = *self;
        if value.is_nan() {
            return f.write_str("NaN");
        }
        if value.is_infinite() {
            return f.write_str(if value > 0.0 { "+Inf" } else { "-Inf" });
        }
        let magnitude = value.abs();
        if magnitude != 0.0 && !(1e-4..1e6).contains(&magnitude) {
            let mut text = Buffer::default();
            // Rust writes the shortest digits that parse to the same value, like Go, but
            // does not pad the exponent.
            fmt::write(&mut text, format_args!("{value:e}"))?;
            let (digits, exponent) = text.as_str().split_once('e').ok_or(fmt::Error)?;
            let (sign, exponent) = match exponent.strip_prefix('-') {
                Some(rest) => ('-', rest),
                None => ('+', exponent),
            };
            return write!(f, "{digits}e{sign}{exponent:0>2}");
        }
        // In this range, `Debug` is the shortest form and always has a point.
        fmt::Debug::fmt(&value, f)
    }
}

/// A buffer for one float in exponent form: 17 digits, sign, point and exponent.
#[derive(Default)]
struct Buffer {
    bytes: [u8; 32],
    len: usize,
}

impl Buffer {
    fn as_str(&self) -> &str {
        core::str::from_utf8(&self.bytes[..self.len]).unwrap_or_default()
    }
}

impl fmt::Write for Buffer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        let room = self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use alloc::string::ToString as _;

    use super::Canonical;

    #[track_caller]
    fn check(value: f64, spelled: &str) {
        assert_eq!(Canonical(value).to_string(), spelled);
    }

    /// The values in the OpenMetrics specification, and values next to the limits of its forms.
    #[test]
    fn numbers_have_the_form_of_openmetrics() {
        for (value, spelled) in [
            (0.0, "0.0"),
            (1e-10, "1e-10"),
            (1e-5, "1e-05"),
            (1e-4, "0.0001"),
            (0.1, "0.1"),
            (1.0, "1.0"),
            (10.0, "10.0"),
            (100_000.0, "100000.0"),
            (1e6, "1e+06"),
            (1e7, "1e+07"),
            (1e10, "1e+10"),
            (1e100, "1e+100"),
            (1_234_567.0, "1.234567e+06"),
            (999_999.5, "999999.5"),
            (-0.25, "-0.25"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
            (f64::NAN, "NaN"),
        ] {
            check(value, spelled);
        }
    }
}
