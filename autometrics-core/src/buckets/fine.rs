//! The fine buckets, which every histogram has.
//!
//! Bucket `i` has the latencies above 2^((i - 1) / 8) seconds, up to 2^(i / 8) seconds and those included.

/// The number of buckets per octave, as a power of two: the schema of Prometheus, the scale of
/// OpenTelemetry.
pub(crate) const SCHEMA: i8 = 3;
/// The number of buckets per octave.
pub(super) const PER_OCTAVE: i16 = 1 << SCHEMA;
/// The lowest octave in which latencies are told apart begins at 2 to this power, 0.93 ns.
pub(super) const LOWEST_OCTAVE: i16 = -30;
/// The upper bound, in seconds, of the latencies that no fine bucket has.
pub(crate) const ZERO_THRESHOLD: f64 = 1.0 / (1 << -LOWEST_OCTAVE) as f64;

/// 2^(n/8), the lower bounds of the buckets of the octave from one second on.
pub(super) const PARTS: [f64; PER_OCTAVE as usize] = [
    1.0,
    1.090_507_732_665_257_7,
    1.189_207_115_002_721,
    1.296_839_554_651_009_6,
    std::f64::consts::SQRT_2,
    1.542_210_825_407_940_7,
    1.681_792_830_507_429,
    1.834_008_086_409_342_4,
];

/// Returns the upper bound of a bucket, in seconds.
pub(crate) fn upper(bucket: i16) -> f64 {
    let octave = bucket.div_euclid(PER_OCTAVE);
    let part = bucket.rem_euclid(PER_OCTAVE).unsigned_abs();
    // A power of two, so that nothing is rounded.
    f64::from(octave).exp2() * PARTS[usize::from(part)]
}

/// Returns the bucket of a latency in seconds; `None` up to [`ZERO_THRESHOLD`].
#[expect(
    clippy::cast_possible_truncation,
    reason = "a logarithm of at most 1,024, times eight"
)]
pub(crate) fn bucket(seconds: f64) -> Option<i16> {
    if seconds.is_nan() || seconds <= ZERO_THRESHOLD {
        return None;
    }
    let near = (seconds.min(f64::MAX).log2() * f64::from(PER_OCTAVE)).ceil() as i16;
    // The logarithm may be off by a rounding at a bound.
    let candidates = [near - 1, near, near + 1];
    let found = candidates
        .into_iter()
        .find(|&bucket| seconds <= upper(bucket));
    Some(found.unwrap_or(near))
}

#[cfg(test)]
mod tests {
    use super::{ZERO_THRESHOLD, bucket, upper};

    #[test]
    fn a_latency_equal_to_an_upper_bound_is_in_the_bucket_below_it() {
        for index in -239..300 {
            let bound = upper(index);
            assert_eq!(bucket(bound), Some(index), "{bound}");
            assert_eq!(bucket(bound.next_up()), Some(index + 1), "{bound}");
        }
        assert_eq!(bucket(1.0), Some(0));
        assert_eq!(bucket(0.5), Some(-8));
    }

    #[test]
    fn bounds_are_powers_of_the_eighth_root_of_two() {
        for index in -300..300 {
            let power = (f64::from(index) / 8.0).exp2();
            assert!((upper(index) / power - 1.0).abs() < 1e-15, "{index}");
        }
    }

    #[test]
    fn nothing_is_told_apart_up_to_the_threshold() {
        assert_eq!(upper(-240).to_bits(), ZERO_THRESHOLD.to_bits());
        for seconds in [-1.0, 0.0, ZERO_THRESHOLD, f64::NAN] {
            assert_eq!(bucket(seconds), None, "{seconds}");
        }
        assert_eq!(bucket(ZERO_THRESHOLD.next_up()), Some(-239));
    }
}
