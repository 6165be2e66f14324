//! Observed part of a span of time, from the series `build_info`.

use autometrics_context::source::Error;
use slo_spec::promql::Expr;

use super::{answers::Answers, series::Series, steps::Steps};

/// Maximum number of moments of one query; Prometheus refuses more than 11,000.
const POINTS: u64 = 10_000;
/// Shortest step between two moments, in milliseconds.
const SHORTEST: u64 = 1000;

/// Moments at which programs were observed. Each stands for the step that ends with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Observed {
    /// Beginning of the span, in Unix milliseconds.
    start: u64,
    /// End of the span.
    end: u64,
    /// Length of a step.
    step: u64,
    /// The moments, ascending.
    moments: Vec<u64>,
}

/// Moments to ask for: one at the end of each step.
#[derive(Clone, Copy, Debug)]
struct Grid {
    start: u64,
    step: u64,
    count: u64,
}

impl Observed {
    /// Asks at which moments of the slices `query` has a value.
    ///
    /// If that is less than half of the time, asks again for that part in finer steps, so that the
    /// observed time of a young program is known to the second in a window of weeks.
    pub(super) fn ask(answers: &Answers, query: &Expr, steps: Steps) -> Result<Self, Error> {
        let window = u64::from(steps.window.as_seconds()) * 1000;
        let start = milliseconds(steps.first).saturating_sub(window);
        let end = milliseconds(steps.last);
        let slices = ((end - start) / window).max(1);
        // Every slice has a whole number of steps.
        let step = divisor(window, window.div_ceil((POINTS / slices).max(1)));
        let mut grid = Grid {
            start,
            step,
            count: slices * window / step,
        };
        loop {
            let moments = grid.ask(answers, query)?;
            let finer = match moments[..] {
                [first, .., last] => grid.finer(first, last),
                [only] => grid.finer(only, only),
                [] => None,
            };
            let Some(finer) = finer else {
                return Ok(Self {
                    start,
                    end,
                    step: grid.step,
                    moments,
                });
            };
            grid = finer;
        }
    }

    /// Returns the observed seconds of each slice of `window` seconds.
    pub(super) fn seconds(&self, window: f64, count: usize) -> Vec<f64> {
        let window = milliseconds(window).max(1);
        let mut slices = vec![0; count];
        for moment in &self.moments {
            // The step before the moment belongs to the slice, also at its end.
            let index = moment.saturating_sub(self.start).saturating_sub(1) / window;
            let slice = usize::try_from(index)
                .ok()
                .and_then(|at| slices.get_mut(at));
            if let Some(slice) = slice {
                *slice = window.min(*slice + self.step);
            }
        }
        slices.into_iter().map(seconds).collect()
    }

    /// Returns the seconds from the first observation to the end of the span.
    pub(super) fn age(&self) -> f64 {
        let first = self.moments.first();
        first.map_or(0.0, |first| {
            seconds(self.end.saturating_sub(first.saturating_sub(self.step)))
        })
    }

    /// Returns the first and the last moment, in Unix seconds.
    pub(super) fn bounds(&self) -> Option<[f64; 2]> {
        let bounds = [self.moments.first()?, self.moments.last()?];
        Some(bounds.map(|moment| seconds(*moment)))
    }
}

impl Grid {
    fn ask(self, answers: &Answers, query: &Expr) -> Result<Vec<u64>, Error> {
        let last = self.start + self.count * self.step;
        let bounds = [self.start + self.step, last].map(seconds);
        let found = answers.moments(query, bounds, seconds(self.step))?;
        let series = found.iter().flat_map(Series::values);
        let mut moments: Vec<_> = series.map(|(at, _)| milliseconds(at)).collect();
        moments.sort_unstable();
        moments.dedup();
        Ok(moments)
    }

    /// Returns finer steps around the moments from `first` to `last`, or `None` if they are at least
    /// half of all, or the steps cannot be finer.
    fn finer(self, first: u64, last: u64) -> Option<Self> {
        let start = first.saturating_sub(self.step);
        let end = u64::min(last + self.step, self.start + self.count * self.step);
        let span = end.saturating_sub(start);
        let step = divisor(self.step, span.div_ceil(POINTS));
        let is_less = 2 * (last - start) < self.count * self.step;
        (is_less && step < self.step).then_some(Self {
            start,
            step,
            count: span / step,
        })
    }
}

/// Returns the smallest divisor of `number` that is neither below `least` nor below the shortest
/// step; `number` itself if there is none.
fn divisor(number: u64, least: u64) -> u64 {
    let mut candidates = least.max(SHORTEST)..number;
    candidates
        .find(|step| number % *step == 0)
        .unwrap_or(number)
}

fn milliseconds(seconds: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates"
    )]
    {
        (1000.0 * seconds).round().max(0.0) as u64
    }
}

fn seconds(milliseconds: u64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "exact for the next 285,000 years"
    )]
    {
        milliseconds as f64 / 1000.0
    }
}

#[cfg(test)]
mod tests {
    use super::{Observed, divisor};

    #[test]
    fn steps_divide_their_window() {
        let steps = [
            (21_600_000, 2160),
            (300_000, 30),
            (907_000, 2200),
            (1000, 900),
        ]
        .map(|(window, least)| divisor(window, least));
        assert_eq!(steps, [2160, 1000, 3628, 1000]);
    }

    #[test]
    fn a_step_belongs_to_the_slice_before_its_moment() {
        let observed = Observed {
            start: 100_000,
            end: 130_000,
            step: 5000,
            moments: vec![110_000, 115_000, 120_000, 130_000],
        };
        let seconds: Vec<_> = observed.seconds(10.0, 3);
        assert_eq!(format!("{seconds:?}"), "[5.0, 10.0, 5.0]");
        assert_eq!(observed.age().to_string(), "25");
        assert_eq!(observed.bounds(), Some([110.0, 130.0]));
    }
}
