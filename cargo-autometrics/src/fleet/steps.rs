//! Slices of time, as steps of a range query.

use autometrics_context::source::Side;
use slo_spec::promql::Window;

/// Slices of time of equal length: the ends of the first and the last, and the length.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steps {
    pub(super) first: f64,
    pub(super) last: f64,
    pub(super) window: Window,
}

impl Steps {
    pub(super) fn new(at: f64, side: &Side, count: u32) -> Self {
        let seconds = (side.window / f64::from(count.max(1))).floor().max(1.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a cast to an integer saturates"
        )]
        let window = Window::seconds((seconds as u32).max(1));
        let last = at - side.ago;
        Self {
            first: last - window.as_f64() * f64::from(count.max(1) - 1),
            last,
            window,
        }
    }

    /// Returns the index of the slice that ends at `at`.
    pub(super) fn slice(self, at: f64) -> usize {
        let index = ((at - self.first) / self.window.as_f64()).round().max(0.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a small number"
        )]
        {
            index as usize
        }
    }
}
