//! Exact decimal fractions, so that error budgets print as people write them.

use core::{fmt, str::FromStr};

/// Maximum number of fractional digits; the denominator of more would not fit 64 bits.
const MAX_SCALE: u8 = 18;

/// Fraction `units` / 10^`scale`, reduced and never negative.
///
/// ```
/// # use slo_spec::Decimal;
/// assert_eq!(Decimal::new(9995, 2).to_string(), "99.95");
/// assert_eq!(Decimal::new(50, 5).to_string(), "0.0005");
/// assert_eq!(Decimal::new(990, 1).to_string(), "99");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    units: u64,
    scale: u8,
}

impl Decimal {
    /// Creates the fraction `units` / 10^`scale`, and removes trailing zeros.
    ///
    /// # Panics
    ///
    /// Panics if `scale` is above 18: the denominator would not fit 64 bits.
    pub const fn new(units: u64, scale: u8) -> Self {
        assert!(
            scale <= MAX_SCALE,
            "a decimal has at most 18 fractional digits"
        );
        let (mut units, mut scale) = (units, scale);
        while scale > 0 && units % 10 == 0 {
            units /= 10;
            scale -= 1;
        }
        Self { units, scale }
    }

    /// Returns the numerator over 10^[`scale`](Self::scale).
    pub const fn units(self) -> u64 {
        self.units
    }

    /// Returns the number of fractional digits.
    pub const fn scale(self) -> u8 {
        self.scale
    }

    /// Returns the nearest binary fraction, for arithmetic that need not be exact.
    #[expect(
        clippy::cast_precision_loss,
        reason = "the documentation states the nearest value"
    )]
    pub const fn to_f64(self) -> f64 {
        // A single rounded division: the denominator is exact, and so are `units` up to 2^53.
        self.units as f64 / 10_u64.pow(self.scale as u32) as f64
    }
}

/// Parses digits with at most one point, such as `99.95`.
///
/// ```
/// # use slo_spec::Decimal;
/// assert_eq!("99.950".parse(), Ok(Decimal::new(9995, 2)));
/// assert!("1e3".parse::<Decimal>().is_err());
/// ```
impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) {
            return Err(DecimalError);
        }
        if text.ends_with('.') {
            return Err(DecimalError);
        }
        let scale = u8::try_from(fraction.len()).map_err(|_| DecimalError)?;
        if scale > MAX_SCALE {
            return Err(DecimalError);
        }
        let mut units = 0_u64;
        for byte in whole.bytes().chain(fraction.bytes()) {
            let digit = u64::from(byte - b'0');
            let tens = units.checked_mul(10).ok_or(DecimalError)?;
            units = tens.checked_add(digit).ok_or(DecimalError)?;
        }
        Ok(Self::new(units, scale))
    }
}

/// Error for a text that is not a [`Decimal`]: another notation, more than 18 fractional digits, or
/// more than 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecimalError;

impl fmt::Display for DecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a decimal number such as 99.95")
    }
}

impl core::error::Error for DecimalError {}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let denominator = 10_u64.pow(u32::from(self.scale));
        write!(f, "{}", self.units / denominator)?;
        if self.scale > 0 {
            let width = usize::from(self.scale);
            write!(f, ".{:0width$}", self.units % denominator)?;
        }
        Ok(())
    }
}
