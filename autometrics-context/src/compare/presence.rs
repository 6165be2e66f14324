//! Functions and edges that are called no longer, or more often.

use super::{
    exposure::{self, FEWEST_EXPECTED, rate_ratio},
    options::Options,
    special::{Z_90, Z_99},
    table::{CallerName, EdgeRow, Table},
    trial::Trial,
    verdict::{Estimate, Finding, Question, Verdict},
};
use crate::{calls::Name, text};

/// Factor of calls per call of the caller that matters.
const FACTOR: f64 = 1.5;
/// Minimum share of slices with calls, and number of slices from which it is required.
const REGULAR: (usize, usize) = (80, 5);

/// Tests whether a function that has no calls after is lost. `None` if it had too few before.
pub(super) fn lost(before: &Table, after: &Table, name: &Name, options: &Options) -> Option<Trial> {
    let row = before.functions.get(name)?;
    let calls = row.total.counts.calls;
    if calls < options.fewest_calls {
        return None;
    }
    let outer = outer_exposure(before, after, name);
    let mut expected = 0.0;
    let mut p = 1.0;
    let mut has_caller = false;
    for (caller, edge) in before.callers(name) {
        let (was, is) = match caller {
            CallerName::Function(caller) if caller != name => {
                (before.calls(caller), after.calls(caller))
            }
            CallerName::Function(_) => continue,
            _ => outer,
        };
        has_caller |= is > 0.0;
        if was > 0.0 {
            expected += edge.counts.calls * is / was;
            p *= exposure::lost(edge.counts.calls, was, is);
        }
    }
    let with_calls = row.slices.iter().filter(|it| it.counts.calls > 0.0).count();
    let (percent, fewest) = REGULAR;
    let is_regular = row.slices.len() < fewest || 100 * with_calls >= percent * row.slices.len();
    let mut finding = Finding::untested(
        Question::Presence,
        Verdict::NotExercised,
        (calls, 0.0),
        format!("{} calls before, none after", calls.round()),
    );
    let reason = if !has_caller {
        Some("; its callers are not called either".to_owned())
    } else if expected < FEWEST_EXPECTED {
        Some(format!("; {} were to be expected", text::figure(expected)))
    } else if !is_regular {
        Some("; it was not called regularly before".to_owned())
    } else {
        None
    };
    if let Some(reason) = reason {
        finding.reason.push_str(&reason);
        return Some(Trial::decided(finding));
    }
    let due = format!("; {} were to be expected", text::figure(expected));
    finding.reason.push_str(&due);
    finding.test = Some("poisson");
    finding.p = Some(p);
    Some(Trial {
        finding,
        if_significant: Some(Verdict::Lost),
    })
}

/// Returns the exposure of calls from outside: their number for other functions, or the time, the
/// one of which less is left.
fn outer_exposure(before: &Table, after: &Table, name: &Name) -> (f64, f64) {
    let time = (before.seconds, after.seconds);
    let calls = (before.outer_calls(name), after.outer_calls(name));
    if calls.0 > 0.0 && calls.1 / calls.0 < time.1 / time.0 {
        calls
    } else {
        time
    }
}

/// Compares the number of calls per call of an instrumented caller. `None` without such a caller, or
/// with too few calls.
pub(super) fn per_call(
    sides: [(&Table, &EdgeRow); 2],
    caller: &CallerName,
    options: &Options,
) -> Option<Trial> {
    let CallerName::Function(caller) = caller else {
        return None;
    };
    let pairs = sides.map(|(table, edge)| (edge.counts.calls, table.calls(caller)));
    let [before, after] = pairs;
    let fewest = options.fewest_calls;
    if [before.0, before.1, after.1].iter().any(|it| *it < fewest) {
        return None;
    }
    let times = |(calls, exposure): (f64, f64)| text::figure(calls / exposure);
    let reason = format!(
        "{} → {} calls per call of the caller",
        times(before),
        times(after)
    );
    let samples = (before.0, after.0);
    let mut finding = Finding::untested(
        Question::CallsPerCallerCall,
        Verdict::Undecided,
        samples,
        reason,
    );
    if after.0 < 0.5 {
        finding.test = Some("poisson");
        finding.p = Some(exposure::lost(before.0, before.1, after.1));
        return Some(Trial {
            finding,
            if_significant: Some(Verdict::CalledLessOften),
        });
    }
    let slices = sides.map(|(table, edge)| {
        let exposures = table.functions.get(caller).map(|row| &row.slices);
        let exposures = exposures.into_iter().flatten().map(|it| it.counts.calls);
        let calls = edge.slices.iter().map(|it| it.0.calls);
        calls.zip(exposures).collect::<Vec<_>>()
    });
    let phi = exposure::dispersion([&slices[0], &slices[1]]);
    let found = rate_ratio(before, after, phi, options.noise);
    let matters = found.log.abs() >= FACTOR.ln();
    if found.log.abs() + Z_90 * found.error < FACTOR.ln() {
        finding.verdict = Verdict::Unchanged;
    }
    let at = |z: f64| (found.log + z * found.error).exp();
    finding.estimate = Some(Estimate {
        value: found.log.exp(),
        low: at(-Z_99),
        high: at(Z_99),
    });
    finding.test = Some("poisson");
    finding.p = Some(found.p_value());
    let verdict = if found.log > 0.0 {
        Verdict::CalledMoreOften
    } else {
        Verdict::CalledLessOften
    };
    Some(Trial {
        finding,
        if_significant: matters.then_some(verdict),
    })
}
