//! Decimal fractions that are exact, so that budgets print as people write them.

use core::fmt;

/// `units` / 10^`scale`, reduced, never negative.
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
    /// The fraction `units` / 10^`scale`, with trailing zeros removed.
    ///
    /// # Panics
    ///
    /// When `scale` is above 18: the denominator would not fit 64 bits.
    pub const fn new(units: u64, scale: u8) -> Self {
        assert!(scale <= 18, "a decimal has at most 18 fractional digits");
        let (mut units, mut scale) = (units, scale);
        while scale > 0 && units % 10 == 0 {
            units /= 10;
            scale -= 1;
        }
        Self { units, scale }
    }

    /// The numerator over 10^[`scale`](Self::scale).
    pub const fn units(self) -> u64 {
        self.units
    }

    /// How many digits stand behind the point.
    pub const fn scale(self) -> u8 {
        self.scale
    }

    /// The nearest binary fraction, for arithmetic that need not be exact.
    #[expect(
        clippy::cast_precision_loss,
        reason = "the nearest value is what is promised"
    )]
    pub const fn to_f64(self) -> f64 {
        // One correctly rounded division of two exact integers.
        self.units as f64 / 10_u64.pow(self.scale as u32) as f64
    }
}

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
