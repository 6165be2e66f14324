//! Comparison of errors.

use super::{
    fisher, mantel_haenszel,
    mantel_haenszel::Stratum,
    options::Options,
    proportion::{Share, dispersion, newcombe, p_value},
    special::{Z_90, Z_99},
    table::FunctionRow,
    trial::Trial,
    verdict::{Estimate, Finding, Question, Verdict},
};
use crate::text;

/// Changes that matter: at least three errors more or less, and a factor of 1.5 or a percentage
/// point.
const FEWEST: f64 = 3.0;
const FACTOR: f64 = 1.5;
const POINT: f64 = 0.01;
/// Difference of error ratios that never matters, for the verdict `unchanged`.
const NEGLIGIBLE: f64 = 0.005;
/// Minimum number of expected errors for the test over several callers.
const FEWEST_EXPECTED: f64 = 5.0;

/// Compares error ratios. With several callers, only calls of the same caller are compared.
pub(super) fn ratio(sides: [&[Share]; 2], strata: &[Stratum], is_mixed: bool) -> Trial {
    let [before, after] = sides.map(|slices| {
        slices.iter().fold(Share::default(), |sum, slice| Share {
            errors: sum.errors + slice.errors,
            calls: sum.calls + slice.calls,
        })
    });
    let phi = dispersion(sides);
    let (mut p, mut test) = p_value(before, after, phi);
    let mut compared = after;
    if strata.len() > 1 && is_mixed {
        let stratified = mantel_haenszel::p_value(strata, phi);
        compared = mantel_haenszel::standardised(strata);
        compared.calls = after.calls;
        compared.errors = compared.errors.min(after.calls);
        if mantel_haenszel::expected(strata) >= FEWEST_EXPECTED || stratified > p {
            (p, test) = (stratified, "mantel-haenszel");
        }
    }
    let (a, b) = (before.ratio(), compared.ratio());
    let interval = |z| newcombe(before, compared, phi, z);
    let (low, high) = interval(Z_99);
    // The number of errors that the side with fewer calls would have.
    let more = (b - a).abs() * after.calls.max(before.calls);
    let matters =
        more >= FEWEST && ((b >= FACTOR * a || b <= a / FACTOR) || (b - a).abs() >= POINT);
    let margin = (a * (FACTOR - 1.0)).max(NEGLIGIBLE);
    let (least, most) = interval(Z_90);
    let is_equal = least > -margin && most < margin;
    let percent = |ratio: f64| format!("{} %", text::figure(100.0 * ratio));
    let mut reason = format!("{} → {} of calls fail", percent(a), percent(b));
    let verdict = if is_equal {
        Verdict::Unchanged
    } else {
        if !matters {
            reason.push_str("; a change by half is neither found nor excluded");
        }
        Verdict::Undecided
    };
    let samples = (before.calls, after.calls);
    let mut finding = Finding::untested(Question::Errors, verdict, samples, reason);
    finding.estimate = Some(Estimate {
        value: b - a,
        low,
        high,
    });
    finding.test = Some(test);
    finding.p = Some(p);
    let verdict = if b > a {
        Verdict::MoreErrors
    } else {
        Verdict::FewerErrors
    };
    Trial {
        finding,
        if_significant: matters.then_some(verdict),
    }
}

/// Tests error kinds that were not seen before.
///
/// A kind whose errors are too few for any significance is reported without a test. So is one that
/// occurred in a single slice of several, because a burst is one event.
pub(super) fn new_kinds(
    before: &FunctionRow,
    after: &FunctionRow,
    options: &Options,
) -> Vec<Trial> {
    let (n, m) = (before.total.counts.calls, after.total.counts.calls);
    let new = after.total.kinds.iter().filter(|(kind, errors)| {
        let was_seen = before.total.kinds.get(*kind).is_some_and(|&it| it > 0.0);
        !kind.is_empty() && !was_seen && **errors >= 0.5
    });
    let trial = |(kind, &errors): (&String, &f64)| {
        let with = after.slices.iter().filter(|slice| {
            let errors = slice.kinds.get(kind).copied();
            errors.unwrap_or(0.0) > 0.0
        });
        let is_burst = after.slices.len() > 1 && with.count() < 2;
        let p = fisher::all_on_one_side(n, errors, m);
        let shown = text::quoted(kind, 60);
        let reason = format!(
            "`{shown}` occurred {} times after, and never before",
            errors.round()
        );
        let question = Question::Kind(kind.clone());
        let mut finding = Finding::untested(question, Verdict::Undecided, (n, m), reason);
        if is_burst {
            finding.reason.push_str("; all in one slice of time");
        } else if p > options.alpha {
            finding.reason.push_str("; this may be chance");
        } else {
            finding.test = Some("fisher");
            finding.p = Some(p);
        }
        let is_tested = finding.p.is_some();
        Trial {
            finding,
            if_significant: is_tested.then_some(Verdict::NewKind),
        }
    };
    new.map(trial).collect()
}
