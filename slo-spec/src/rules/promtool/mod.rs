//! Tests of the generated rules, for `promtool test rules`.
//!
//! The tests are few and short, so that reviewers of the rules can read them: alerts that must
//! fire, alerts that must not, and the services that they name. The exhaustive tests of this crate
//! show that each number in the rules matters.

mod case;
mod cases;
mod counters;
mod expected;

use self::case::Case;
use super::{
    GenerateError, Options, Slo, Window,
    document::Value,
    generate::{generate, indicators},
    indicator::Indicator,
};

/// Generates tests of the rules that [`generate`](super::generate) creates from the same `slos` and
/// `options`, as a file for `promtool test rules`.
///
/// `rule_file` is the path of the rules, relative to the folder of the tests. The tests check these
/// points:
/// - Each tier fires just above its factor, and none fires below.
/// - A page ends after the outage.
/// - Few bad events, no events, and counters with other labels fire nothing.
/// - Of two services, only the one with errors fires.
/// - Missing counters are reported.
///
/// # Errors
///
/// Returns an error as [`generate`](super::generate) does.
pub fn generate_tests(
    slos: &[Slo],
    options: &Options,
    rule_file: &str,
) -> Result<String, GenerateError> {
    let groups = generate(slos, options)?.file.groups;
    let indicators = indicators(slos, options)?;
    let step = step(&indicators);
    let cases = batches(&indicators)
        .into_iter()
        .flat_map(|batch| cases::all(&batch, step));
    let order = groups.into_iter().map(|group| Value::Text(group.name));
    let document = Value::map([
        ("rule_files", Value::List(vec![Value::text(rule_file)])),
        (
            "evaluation_interval",
            Value::text(cases::evaluations(step).to_string()),
        ),
        // The default order is undefined, and the rest of the budget reads recorded series.
        ("group_eval_order", Value::List(order.collect())),
        ("tests", Value::List(cases.map(Case::into_value).collect())),
    ]);
    Ok(document.to_yaml())
}

/// Returns the interval of samples: a minute, or a fifth of the shortest window if that is less.
fn step(indicators: &[Indicator<'_>]) -> Window {
    let bases = indicators.iter().map(|of| of.base().as_seconds());
    Window::seconds((bases.min().unwrap_or(300) / 5).max(1))
}

/// Returns batches of indicators that can be tested side by side, as no two count the same series.
fn batches<'a>(indicators: &'a [Indicator<'a>]) -> Vec<Vec<&'a Indicator<'a>>> {
    let mut batches: Vec<Vec<&Indicator<'_>>> = Vec::new();
    for of in indicators {
        let fits = |batch: &&mut Vec<&Indicator<'_>>| {
            batch.iter().all(|other| counters::are_disjoint(of, other))
        };
        match batches.iter_mut().find(fits) {
            Some(batch) => batch.push(of),
            None => batches.push(vec![of]),
        }
    }
    batches
}
