//! Correction for many tests.

/// Returns, for each p-value, the threshold that it had to reach, and whether its test is
/// significant.
///
/// Holm (1979): sorted ascending, the i-th of K p-values is compared with α/(K − i + 1), and the
/// first one above its threshold ends the significant ones. The probability of any false one is at
/// most α under any dependence, such as that of callers on their callees.
pub(super) fn holm(p_values: &[f64], alpha: f64) -> Vec<(f64, bool)> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut results = vec![(alpha, false); p_values.len()];
    let mut continues = true;
    let mut left = u32::try_from(p_values.len()).unwrap_or(u32::MAX);
    for at in order {
        let threshold = alpha / f64::from(left);
        left = left.saturating_sub(1).max(1);
        continues &= p_values[at] <= threshold;
        results[at] = (threshold, continues);
    }
    results
}

#[cfg(test)]
mod tests {
    use super::holm;

    /// Example of the documentation of R's `p.adjust`: 0.01, 0.02, 0.03, 0.04 are 0.04, 0.06, 0.06,
    /// 0.06 by Holm, so only the first one is significant at 0.05.
    #[test]
    fn first_p_value_above_its_threshold_ends_the_significant_ones() {
        let results = holm(&[0.03, 0.01, 0.04, 0.02], 0.05);
        let significant: Vec<_> = results.iter().map(|it| it.1).collect();
        assert_eq!(significant, [false, true, false, false]);
        assert_eq!(results[1].0.to_string(), "0.0125");
        assert_eq!(results[2].0.to_string(), "0.05");
        // 0.001 and 0.04 are significant alone; after 0.03 > 0.05/2, nothing is.
        let results = holm(&[0.001, 0.03, 0.04], 0.05);
        let significant: Vec<_> = results.iter().map(|it| it.1).collect();
        assert_eq!(significant, [true, false, false]);
        assert!(holm(&[], 0.05).is_empty());
    }
}
