//! Target percentages, exact as the literal in the code.

use core::fmt;

use crate::Decimal;

/// Maximum number of fractional digits of a target.
const MAX_SCALE: u8 = 6;

/// Target above 1 and below 100 percent, exact as written.
///
/// ```
/// # use slo_spec::Percent;
/// const TARGET: Percent = Percent::new(99.95);
/// assert_eq!(TARGET.to_string(), "99.95");
/// assert_eq!(TARGET.budget().to_string(), "0.0005");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Percent(Decimal);

impl Percent {
    /// Creates the percentage `value`, for example `99.9`.
    ///
    /// # Panics
    ///
    /// Panics if `value` is not above 1 and below 100, because 0.999 is a mistyped 99.9 and 100
    /// leaves no budget, or if it has more than six fractional digits. In a `const` (the only
    /// sensible place), that is a compile error.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        clippy::float_cmp,
        reason = "the value was checked to lie between 1 and 100, and exact equality is intended"
    )]
    pub const fn new(value: f64) -> Self {
        assert!(!value.is_nan(), "an objective's percentage is not a number");
        assert!(value > 0.0, "an objective's percentage must be above 0");
        assert!(
            value > 1.0,
            "an objective's percentage is written in percent: 99.9, not 0.999"
        );
        assert!(
            value < 100.0,
            "an objective of 100 percent leaves no error budget: choose less, such as 99.99"
        );
        let mut scale = 0;
        let mut factor: u64 = 1;
        while scale <= MAX_SCALE {
            let units = (value * factor as f64 + 0.5) as u64;
            // The literal is exactly this decimal if the decimal's nearest binary fraction equals
            // the literal's.
            if units as f64 / factor as f64 == value {
                return Self(Decimal::new(units, scale));
            }
            scale += 1;
            factor *= 10;
        }
        panic!("an objective's percentage must have at most six fractional digits");
    }

    /// Creates the percentage `value`, from a value that comes from elsewhere than code.
    ///
    /// Returns `None` if [`new`](Self::new) would panic: for a value that is not above 1 and below
    /// 100, or has more than six fractional digits.
    ///
    /// ```
    /// # use slo_spec::{Decimal, Percent};
    /// assert_eq!(Percent::from_decimal(Decimal::new(9995, 2)), Some(Percent::new(99.95)));
    /// assert_eq!(Percent::from_decimal(Decimal::new(999, 3)), None);
    /// ```
    pub const fn from_decimal(value: Decimal) -> Option<Self> {
        if value.scale() > MAX_SCALE {
            return None;
        }
        let one = 10_u64.pow(value.scale() as u32);
        if value.units() <= one || value.units() >= 100 * one {
            return None;
        }
        Some(Self(value))
    }

    /// Returns the percentage as a number above 1 and below 100.
    pub const fn value(self) -> Decimal {
        self.0
    }

    /// Returns the share of calls that may miss the objective: 1 − percentage / 100.
    pub const fn budget(self) -> Decimal {
        let whole = 100 * 10_u64.pow(self.0.scale() as u32);
        Decimal::new(whole - self.0.units(), self.0.scale() + 2)
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
