//! Tests of the generated rules, for `promtool test rules`.
//!
//! What the rules should do is computed here a second time, from the events and
//! without PromQL: a rule that was changed by hand, or generated wrongly,
//! differs from it.

mod case;
mod cases;
mod histories;
mod input;
mod model;
mod presence;
mod tiers;
mod timeline;

use self::case::Case;
use super::{
    GenerateError, Options, Slo, Window, document::Value, generate::indicators,
    indicator::Indicator,
};

/// Tests of the rules that [`generate`](super::generate) makes of the same
/// `slos` and `options`, as a file for `promtool test rules`.
///
/// `rule_file` is where the rules are, seen from the tests' folder. The tests
/// show that each tier fires just above its factor and is silent just below;
/// that windows are as long as they say; that alerts end when errors do, and
/// nothing is said while nothing happens; that a single bad event says nothing
/// where a least number is set; that missing counters are told; and that other
/// objectives' counters change nothing.
///
/// # Errors
///
/// As [`generate`](super::generate).
pub fn generate_tests(
    slos: &[Slo],
    options: &Options,
    rule_file: &str,
) -> Result<String, GenerateError> {
    let indicators = indicators(slos, options)?;
    let step = evaluation_interval(&indicators);
    let cases = cases::all(&indicators, step);
    let groups = indicators
        .iter()
        .flat_map(|of| [of.group(), of.period_group()]);
    // Otherwise in any order, and what is left of a budget reads what was recorded.
    let order: Vec<_> = groups.map(Value::Text).collect();
    let document = Value::map([
        ("rule_files", Value::List(vec![Value::text(rule_file)])),
        ("evaluation_interval", Value::text(step.to_string())),
        ("group_eval_order", Value::List(order)),
        (
            "tests",
            Value::List(cases.iter().map(Case::value).collect()),
        ),
    ]);
    Ok(document.to_yaml())
}

/// How far evaluations are apart: as far as the windows permit, as `promtool`
/// evaluates all rules each time, and the longest test lasts a whole period.
fn evaluation_interval(indicators: &[Indicator<'_>]) -> Window {
    let steps = indicators.iter().map(|of| of.base().as_seconds() * 6);
    Window::seconds(steps.reduce(common_divisor).unwrap_or(60))
}

fn common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { common_divisor(b, a % b) }
}
