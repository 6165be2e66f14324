//! The comparison of two sides of a source.

use super::{comparison::compare, options::Options, result::Comparison};
use crate::source::{Error, Side, Source};

/// Minimum length of a slice of time, in seconds, and maximum number of slices. A minute has several
/// scrapes.
const SLICE: (f64, f64) = (60.0, 24.0);

/// Part of a window below which a note names the observed time.
const COVERED: f64 = 0.9;

/// Compares two sides of a source, in slices of at least a minute.
///
/// # Errors
///
/// Returns an error if the source does not answer, if nothing of a side was observed, if both sides
/// are the same, or if there are no calls of a version.
pub fn compare_sides(
    source: &dyn Source,
    before: &Side,
    after: &Side,
    options: &Options,
) -> Result<Comparison, Error> {
    if before == after {
        return Err(Error::question(format!(
            "both sides are `{before}`; compare two versions, or two windows such as `30m@2h` and `30m`"
        )));
    }
    let mut partly = Vec::new();
    let mut slices = |side: &Side| {
        let slices = source.slices(side, slices(side.window))?;
        let covered: f64 = slices.iter().map(|slice| slice.seconds).sum();
        if covered <= 0.0 {
            return Err(Error::question(format!(
                "nothing was observed of the side `{side}`; choose a window in which the program ran"
            )));
        }
        if covered < COVERED * side.window && side.version.is_none() {
            partly.push(format!(
                "only {covered:.0} s of the side `{side}` were observed"
            ));
        }
        Ok(slices)
    };
    let sides = [slices(before)?, slices(after)?];
    let mut compared = compare(&sides[0], &sides[1], options);
    compared.notes.extend(partly);
    if before.version == after.version && overlap(before, after) {
        let note = "the windows overlap, and calls in both count on both sides";
        compared.notes.push(note.to_owned());
    }
    Ok(compared)
}

/// Returns `true` if the windows have time in common.
fn overlap(one: &Side, other: &Side) -> bool {
    let ends = |side: &Side| (side.ago, side.ago + side.window);
    let ((a, b), (c, d)) = (ends(one), ends(other));
    a < d && c < b
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
    use super::{Side, overlap, slices};

    #[test]
    fn windows_overlap_if_they_have_time_in_common() {
        let side = |text| Side::parse(text, 300.0).expect("a side");
        assert!(overlap(&side("5m@1m"), &side("5m")));
        assert!(!overlap(&side("5m@5m"), &side("5m")));
    }

    #[test]
    fn slices_have_a_minute_and_are_at_most_24() {
        assert_eq!([10.0, 300.0, 86_400.0].map(slices), [1, 5, 24]);
    }
}
