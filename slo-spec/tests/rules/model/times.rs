//! Times of evaluations and samples, and the solution of a linear equation.

use super::INTERVAL;

/// Returns the first evaluation at or after `seconds`.
pub(super) fn up(step: u32, seconds: u32) -> u32 {
    seconds.div_ceil(step) * step
}

/// Returns the time of a sample at or after `time` that is in no base window of an evaluation, so
/// that each recorded value is of one phase.
pub(super) fn clear(step: u32, time: u32) -> u32 {
    let time = up(INTERVAL, time);
    let since = time % step;
    if since == 0 || since > step - 300 {
        up(step, time) + INTERVAL
    } else {
        time
    }
}

/// Returns the number for which `of`, which is linear, has the value `wanted`.
pub(super) fn solve(wanted: f64, of: impl Fn(f64) -> f64) -> f64 {
    let (none, one) = (of(0.0), of(1.0));
    (wanted - none) / (one - none)
}
