//! Comparison of latencies.

use super::{
    cells::Cells,
    dispersion::dispersion,
    options::Options,
    rank::{shift, superiority},
    special::{Z_90, Z_99, two_sided},
    tail::quantile,
    trial::Trial,
    verdict::{Estimate, Finding, Question, Verdict},
};
use crate::{calls::Counts, text};

/// Quantile of the tail, and minimum number of calls for it. With fewer, its interval is too short.
const TAIL: (f64, f64) = (0.95, 1000.0);
/// Factor of the noise between runs in the tail.
const TAIL_NOISE: f64 = 1.5;
/// Maximum standard error of functions that show the drift, their minimum number, and the maximum
/// drift that is taken off, as logarithms.
const DRIFT: (f64, usize, f64) = (0.05, 8, 0.048_790_164_169_432);

/// Latencies of a function on both sides.
#[derive(Clone, Debug)]
pub(super) struct Latencies {
    /// All calls, before and after.
    pub(super) cells: [Cells; 2],
    /// Slices of time, before and after.
    pub(super) slices: [Vec<Cells>; 2],
    /// Mean latencies in seconds; 0 if unknown.
    pub(super) means: [f64; 2],
}

/// Measured change of latencies.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    samples: (f64, f64),
    /// Logarithm of the typical change, and its standard error with the variance between slices.
    shift: (f64, f64),
    /// Medians in seconds.
    medians: [f64; 2],
    /// Probability that a call after is slower than a call before.
    superiority: f64,
    tail: Option<Tail>,
    means: [f64; 2],
    /// `true` if the buckets are so wide, or so few, that the mean has to agree.
    needs_mean: bool,
    is_coarse: bool,
}

#[derive(Clone, Copy, Debug)]
struct Tail {
    change: (f64, f64),
    seconds: [f64; 2],
}

impl Latencies {
    /// Returns the latencies of all calls, without regard to their callers.
    pub(super) fn of(slices: [Vec<Cells>; 2], counts: [Counts; 2]) -> Self {
        let cells = slices.each_ref().map(|slices| {
            let mut all = Cells::default();
            for slice in slices {
                all.add_scaled(slice, 1.0);
            }
            all
        });
        Self {
            cells,
            slices,
            means: counts.map(|it| it.mean_seconds().unwrap_or(0.0)),
        }
    }

    /// Measures the change. `None` without enough calls.
    pub(super) fn measure(&self, options: &Options) -> Option<Measured> {
        let [before, after] = &self.cells;
        let samples = (before.count(), after.count());
        if samples.0.min(samples.1) < options.fewest_calls {
            return None;
        }
        let inflation = dispersion(&self.slices[0], &self.slices[1]).unwrap_or(1.0);
        let found = shift(before, after);
        let is_coarse = before.is_coarse() || after.is_coarse();
        let (q, fewest) = TAIL;
        let tail = (samples.0.min(samples.1) >= fewest && !is_coarse).then(|| {
            let (a, b) = (quantile(before, q), quantile(after, q));
            Tail {
                change: (b.0 - a.0, (a.1.hypot(b.1)) * inflation.sqrt()),
                seconds: [a.0.exp(), b.0.exp()],
            }
        });
        Some(Measured {
            samples,
            shift: (found.log, found.error * inflation.sqrt()),
            medians: [before, after].map(|cells| quantile(cells, 0.5).0.exp()),
            superiority: superiority(before, after),
            tail,
            means: self.means,
            needs_mean: is_coarse || before.is_narrow() || after.is_narrow(),
            is_coarse,
        })
    }
}

/// Returns `true` if a changed mix of callers alone may change the `q`-quantile as much. If a share
/// `moved` of the calls has another caller, and the latency by each caller is the same, then no
/// quantile changes by more than that share of the calls.
fn may_be_mix([before, after]: &[Cells; 2], q: f64, moved: f64) -> bool {
    let now = quantile(after, q).0;
    let (low, high) = (q - moved, q + moved);
    let is_above = high < 1.0 && now > quantile(before, high).0;
    let is_below = low > 0.0 && now < quantile(before, low).0;
    !is_above && !is_below
}

/// Withdraws the tests of a change that a changed mix of callers may explain, for functions whose
/// latency by caller is unknown. `moved` is the share of calls that have another caller.
pub(super) fn withdraw_mix(trials: &mut [Trial], cells: &[Cells; 2], moved: f64) {
    for trial in trials {
        let (tail, _) = TAIL;
        let q = if trial.finding.question == Question::Tail {
            tail
        } else {
            0.5
        };
        if trial.if_significant.is_some() && may_be_mix(cells, q, moved) {
            trial.if_significant = None;
            trial.finding.verdict = Verdict::Undecided;
            trial.finding.reason.push_str(
                "; other callers make the calls, and the latency by caller is unknown: the program \
                 exports it with the setting `latency_by_caller`",
            );
        }
    }
}

/// Returns the change of latency that all functions share, as a logarithm: the median of their
/// changes, weighted by precision. `None` with fewer than eight precise functions.
pub(super) fn drift<'a>(
    measured: impl Iterator<Item = &'a Measured>,
    options: &Options,
) -> Option<f64> {
    let (largest_error, fewest, _) = DRIFT;
    let mut changes: Vec<_> = measured
        .filter(|it| it.shift.1 < largest_error)
        .map(|it| {
            (
                it.shift.0,
                1.0 / total_error(it.shift.1, options.noise).powi(2),
            )
        })
        .collect();
    if changes.len() < fewest {
        return None;
    }
    changes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = changes.iter().map(|(_, weight)| weight).sum::<f64>() / 2.0;
    let mut below = 0.0;
    let median = changes.iter().find(|(_, weight)| {
        below += weight;
        below >= half
    });
    median.map(|(change, _)| *change)
}

/// Returns the part of the drift that is taken off: at most 5 %, so that a change of everything is
/// never hidden.
pub(super) fn removed(drift: Option<f64>) -> f64 {
    let (.., most) = DRIFT;
    drift.unwrap_or(0.0).clamp(-most, most)
}

fn total_error(error: f64, noise: f64) -> f64 {
    (error * error + 2.0 * noise * noise).sqrt()
}

/// Returns the tests of location and tail. `drift` is taken off.
pub(super) fn trials(measured: &Measured, drift: f64, options: &Options) -> Vec<Trial> {
    let mut trials = vec![location(measured, drift, options)];
    trials.extend(measured.tail.map(|tail| {
        let change = Change {
            log: tail.change.0 - drift,
            error: total_error(tail.change.1, TAIL_NOISE * options.noise),
            matters: (1.0 + 2.0 * options.min_effect).ln(),
        };
        let [before, after] = tail.seconds;
        let reason = format!("p95 {} → {}", text::duration(before), text::duration(after));
        change.trial(Question::Tail, "woodruff", measured.samples, reason)
    }));
    trials
}

fn location(measured: &Measured, drift: f64, options: &Options) -> Trial {
    let change = Change {
        log: measured.shift.0 - drift,
        error: total_error(measured.shift.1, options.noise),
        matters: (1.0 + options.min_effect).ln(),
    };
    let [before, after] = measured.medians;
    let reason = format!(
        "p50 {} → {}; {:.0} % of the calls after are slower than one before",
        text::duration(before),
        text::duration(after),
        100.0 * measured.superiority
    );
    let mut trial = change.trial(
        Question::Latency,
        "hodges-lehmann",
        measured.samples,
        reason,
    );
    if !measured.needs_mean {
        return trial;
    }
    let [before, after] = measured.means;
    let mean = (after / before).ln() - drift;
    let half = (1.0 + options.min_effect / 2.0).ln();
    let is_confirmed = !mean.is_finite() || mean * change.log > 0.0 && mean.abs() >= half;
    let means = format!(
        "mean {} → {}",
        text::duration(before),
        text::duration(after)
    );
    let finding = &mut trial.finding;
    if trial.if_significant.is_some() && !is_confirmed {
        trial.if_significant = None;
        finding.verdict = Verdict::Undecided;
        finding.reason = format!("{means}: the mean does not confirm the change of the buckets");
    } else if measured.is_coarse && finding.verdict == Verdict::Unchanged {
        finding.reason = means;
        if mean.is_finite() && mean.abs() >= change.matters {
            finding.verdict = Verdict::Undecided;
            finding.reason.push_str(
                ", within the same buckets: the buckets are too wide for a verdict; native \
                 histograms have finer ones",
            );
        }
    }
    trial
}

/// Change of a logarithm.
#[derive(Clone, Copy)]
struct Change {
    log: f64,
    /// Standard error with noise.
    error: f64,
    /// Minimum change that matters.
    matters: f64,
}

impl Change {
    fn trial(
        self,
        question: Question,
        test: &'static str,
        samples: (f64, f64),
        reason: String,
    ) -> Trial {
        let at = |z: f64| (self.log + z * self.error).exp();
        let estimate = Estimate {
            value: self.log.exp(),
            low: at(-Z_99),
            high: at(Z_99),
        };
        let verdict = if self.log > 0.0 {
            Verdict::Slower
        } else {
            Verdict::Faster
        };
        let matters = self.log.abs() >= self.matters;
        // Two one-sided tests at 5 % (Schuirmann 1987).
        let is_equal = self.log.abs() + Z_90 * self.error < self.matters;
        let mut finding = Finding::untested(question, Verdict::Unchanged, samples, reason);
        if !is_equal {
            finding.verdict = Verdict::Undecided;
            if !matters {
                let limit = 100.0 * (self.matters.exp() - 1.0);
                let text = format!("; a change of {limit:.0} % is neither found nor excluded");
                finding.reason.push_str(&text);
            }
        }
        finding.estimate = Some(estimate);
        finding.test = Some(test);
        finding.p = Some(two_sided(self.log / self.error));
        Trial {
            finding,
            if_significant: matters.then_some(verdict),
        }
    }
}
