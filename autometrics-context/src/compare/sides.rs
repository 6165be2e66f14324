//! The comparison of two sides of a source.

use super::{comparison::compare, options::Options, result::Comparison};
use crate::source::{Error, Side, Source};

/// Minimum length of a slice of time, in seconds, and maximum number of slices. A minute has several
/// scrapes.
const SLICE: (f64, f64) = (60.0, 24.0);

/// Compares two sides of a source, in slices of at least a minute.
///
/// # Errors
///
/// Returns an error if the source does not answer, does not reach back as far, or has no calls of a
/// version.
pub fn compare_sides(
    source: &dyn Source,
    before: &Side,
    after: &Side,
    options: &Options,
) -> Result<Comparison, Error> {
    let slices = |side: &Side| source.slices(side, slices(side.window));
    Ok(compare(&slices(before)?, &slices(after)?, options))
}

fn slices(window: f64) -> u32 {
    let (shortest, most) = SLICE;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at most 24"
    )]
    {
        (window / shortest).floor().clamp(1.0, most) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::slices;

    #[test]
    fn slices_have_a_minute_and_are_at_most_24() {
        assert_eq!([10.0, 300.0, 86_400.0].map(slices), [1, 5, 24]);
    }
}
