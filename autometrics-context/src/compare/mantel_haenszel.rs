//! Comparison of error ratios over several callers.

use super::{proportion::Share, special::two_sided};

/// Calls of one caller, before and after.
pub(super) type Stratum = [Share; 2];

/// Returns the two-sided p-value of the hypothesis that no caller's error ratio changed (Mantel &
/// Haenszel 1959, with continuity correction), with its variance multiplied by `phi`.
///
/// Only calls of the same caller are compared, so a changed mix of callers has no effect.
pub(super) fn p_value(strata: &[Stratum], phi: f64) -> f64 {
    let mut excess = 0.0;
    let mut variance = 0.0;
    for [before, after] in strata {
        let calls = before.calls + after.calls;
        let errors = before.errors + after.errors;
        if calls <= 1.0 {
            continue;
        }
        excess += after.errors - after.calls * errors / calls;
        variance += before.calls * after.calls * errors * (calls - errors)
            / (calls * calls * (calls - 1.0));
    }
    if variance <= 0.0 {
        return 1.0;
    }
    let excess = (excess.abs() - 0.5).max(0.0);
    two_sided(excess / (phi * variance).sqrt())
}

/// Returns the variance of the number of errors after, if nothing changed. Below 5, the normal
/// approximation is inexact.
pub(super) fn expected(strata: &[Stratum]) -> f64 {
    let expected = strata.iter().map(|[before, after]| {
        let calls = before.calls + after.calls;
        before.calls.min(after.calls) * (before.errors + after.errors) / calls
    });
    expected.sum()
}

/// Returns the error ratio after, with the callers' shares of calls before (direct
/// standardisation, Kitagawa 1955), as errors of the same number of calls.
pub(super) fn standardised(strata: &[Stratum]) -> Share {
    let (mut errors, mut weights, mut calls) = (0.0, 0.0, 0.0);
    for [before, after] in strata {
        errors += before.calls * after.ratio();
        weights += before.calls;
        calls += after.calls;
    }
    Share {
        errors: errors / weights * calls,
        calls,
    }
}

#[cfg(test)]
mod tests {
    use super::{Share, Stratum, p_value, standardised};

    /// R: `mantelhaen.test(UCBAdmissions)` has X² = 1.4269 and p = 0.2323: within departments,
    /// admissions do not depend on the sex, although their total does.
    #[test]
    fn admissions_at_berkeley_have_the_published_p() {
        let strata = [
            [512, 825, 89, 108],
            [353, 560, 17, 25],
            [120, 325, 202, 593],
            [138, 417, 131, 375],
            [53, 191, 94, 393],
            [22, 373, 24, 341],
        ];
        let strata: Vec<Stratum> = strata
            .iter()
            .map(|&it| {
                let [x, n, y, m] = it.map(f64::from);
                let share = |errors, calls| Share { errors, calls };
                [share(x, n), share(y, m)]
            })
            .collect();
        let p = p_value(&strata, 1.0);
        assert!((p - 0.2323).abs() < 5e-5, "{p}");
        assert!(p_value(&strata, 4.0) > 0.5);
        // Crude: 44.5 % and 30.4 %; with the same departments, 51.6 % of the second group.
        let after = standardised(&strata);
        assert_eq!(after.calls.to_string(), "1835");
        assert!((after.ratio() - 0.5162).abs() < 5e-4, "{}", after.ratio());
    }
}
