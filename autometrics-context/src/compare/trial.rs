//! Tests before their correction for each other.

use super::{
    holm::holm,
    verdict::{Finding, Verdict},
};

/// Answer that depends on the p-values of all tests.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Trial {
    /// Answer with the verdict for a test that is not significant.
    pub(super) finding: Finding,
    /// Verdict for a significant test; `None` if the change is too small to matter.
    pub(super) if_significant: Option<Verdict>,
}

impl Trial {
    /// Creates an answer that does not depend on a test.
    pub(super) fn decided(finding: Finding) -> Self {
        Self {
            finding,
            if_significant: None,
        }
    }
}

/// Decides all tests together, so that the probability of any false verdict is at most `alpha`.
/// Returns the number of tests.
pub(super) fn decide(trials: &mut [&mut Trial], alpha: f64) -> usize {
    let mut tested: Vec<&mut Trial> = trials
        .iter_mut()
        .filter(|trial| trial.finding.p.is_some())
        .map(|trial| &mut **trial)
        .collect();
    let p_values: Vec<_> = tested
        .iter()
        .map(|trial| trial.finding.p.unwrap_or(1.0))
        .collect();
    for (trial, (threshold, is_significant)) in tested.iter_mut().zip(holm(&p_values, alpha)) {
        trial.finding.threshold = Some(threshold);
        let Some(verdict) = trial.if_significant else {
            continue;
        };
        if is_significant {
            trial.finding.verdict = verdict;
        } else {
            trial.finding.verdict = Verdict::Undecided;
            trial.finding.reason.push_str("; this may be chance");
        }
    }
    tested.len()
}
