//! Bounds of histogram buckets, as the label `le` spells them.

use autometrics_schema::Canonical;

/// Returns every spelling of a bucket's bound that Prometheus may have stored.
///
/// Prometheus 3 stores a canonical spelling. Prometheus 2 stores the exported text, which depends
/// on the language of the program. A text that is not a finite number has only its own spelling.
pub(super) fn spellings(le: &str) -> Vec<String> {
    let Some(seconds) = le.parse().ok().filter(|it: &f64| it.is_finite()) else {
        return vec![le.to_owned()];
    };
    let canonical = Canonical(seconds).to_string();
    let go = canonical
        .strip_suffix(".0")
        .unwrap_or(&canonical)
        .to_owned();
    let mut spellings = vec![canonical];
    let own = le.to_owned();
    for other in [go, format!("{seconds}"), format!("{seconds:?}"), own] {
        if !spellings.contains(&other) {
            spellings.push(other);
        }
    }
    spellings
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::spellings;

    #[test]
    fn returns_every_spelling_of_a_bound() {
        let all: Vec<_> = [
            "1", "0.180", "0.0001", "5e-5", "1.25e-05", "3600", "+Inf", "x",
        ]
        .map(|le| format!("{le}: {}", spellings(le).join(" ")))
        .into();
        expect![[r"
            1: 1.0 1
            0.180: 0.18 0.180
            0.0001: 0.0001
            5e-5: 5e-05 0.00005 5e-5
            1.25e-05: 1.25e-05 0.0000125 1.25e-5
            3600: 3600.0 3600
            +Inf: +Inf
            x: x"]]
        .assert_eq(&all.join("\n"));
    }
}
