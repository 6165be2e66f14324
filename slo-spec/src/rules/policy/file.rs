//! Burn-rate policies in TOML.

use std::{collections::BTreeMap, fmt};

use serde::Deserialize;
use toml::Spanned;

use super::{super::Window, Policies, Policy, Severity, Tier};
use crate::Decimal;

/// Reason why a file is not a policy, with line, key and remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    line: usize,
    message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    source: Option<String>,
    #[serde(default)]
    tier: Vec<Spanned<Row>>,
    #[serde(default)]
    period: BTreeMap<Spanned<String>, OfPeriod>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfPeriod {
    source: Option<String>,
    #[serde(default)]
    tier: Vec<Spanned<Row>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    severity: Severity,
    name: Spanned<String>,
    long: Window,
    short: Spanned<Window>,
    factor: Spanned<f64>,
    #[serde(rename = "for")]
    hold: Option<Window>,
}

pub(super) fn read(text: &str) -> Result<Policies, PolicyError> {
    let at = |offset: usize, message: String| PolicyError {
        line: 1 + text[..offset.min(text.len())].matches('\n').count(),
        message,
    };
    let file: File = toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        at(start, error.message().trim_end().to_owned())
    })?;
    if file.tier.is_empty() && file.period.is_empty() {
        let message = "a policy needs at least one `[[tier]]`, with `severity`, `name`, `long`, `short` and `factor`";
        return Err(at(0, message.to_owned()));
    }
    let policy = |rows, source: Option<String>| {
        Ok(Policy {
            tiers: tiers(rows, &at)?,
            source: source.unwrap_or_else(|| "a policy file".to_owned()),
        })
    };
    let mut policies = Policies::default();
    for (key, OfPeriod { source, tier }) in file.period {
        let start = key.span().start;
        let period: Window = key
            .get_ref()
            .parse()
            .map_err(|error| at(start, format!("`period.{}`: {error}", key.get_ref())))?;
        if tier.is_empty() {
            let message = format!("the policy for {period} has no `[[period.{period}.tier]]`");
            return Err(at(start, message));
        }
        let source = source.or_else(|| file.source.clone());
        if policies
            .of_period
            .insert(period, policy(tier, source)?)
            .is_some()
        {
            return Err(at(start, format!("there are two policies for {period}")));
        }
    }
    if !file.tier.is_empty() {
        policies.of_others = Some(policy(file.tier, file.source)?);
    }
    Ok(policies)
}

fn tiers(
    rows: Vec<Spanned<Row>>,
    at: &impl Fn(usize, String) -> PolicyError,
) -> Result<Vec<Tier>, PolicyError> {
    let mut tiers: Vec<Tier> = Vec::new();
    for row in rows {
        let Row {
            severity,
            name,
            long,
            short,
            factor,
            hold,
        } = row.into_inner();
        if short.get_ref() >= &long {
            return Err(at(
                short.span().start,
                format!(
                    "`short` is {}, which is not shorter than `long`, {long}",
                    short.get_ref()
                ),
            ));
        }
        let exact = decimal(*factor.get_ref()).ok_or_else(|| {
            at(
                factor.span().start,
                "`factor` must be a number above 0 with at most six fractional digits, such as 14.4"
                    .to_owned(),
            )
        })?;
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if name.get_ref().is_empty() || !name.get_ref().chars().all(is_word) {
            return Err(at(
                name.span().start,
                "`name` is the value of a label: use letters, digits, `-` and `_`".to_owned(),
            ));
        }
        let tier = Tier {
            severity,
            name: name.get_ref().clone(),
            long,
            short: *short.get_ref(),
            factor: exact,
            hold,
        };
        let same = |other: &Tier| (other.severity, &other.name) == (severity, &tier.name);
        if tiers.iter().any(same) {
            return Err(at(
                name.span().start,
                format!("there are two tiers {tier}: alerts would have the same labels"),
            ));
        }
        tiers.push(tier);
    }
    Ok(tiers)
}

/// Returns the decimal that was written, if it has at most six fractional digits.
fn decimal(value: f64) -> Option<Decimal> {
    // Rust formats the shortest digits that parse to the same number.
    let text = value.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let scale = u8::try_from(fraction.len()).ok().filter(|&n| n <= 6)?;
    let units: u64 = format!("{whole}{fraction}").parse().ok()?;
    (units > 0 && whole.len() <= 9).then(|| Decimal::new(units, scale))
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for PolicyError {}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::{Window, read};

    const TIER: &str = "[[tier]]\nseverity = \"page\"\nname = \"fast\"\nlong = \"1h\"\nshort = \"5m\"\nfactor = 14.4\n";

    #[track_caller]
    fn refused(text: &str, expect: &Expect) {
        expect.assert_eq(&read(text).unwrap_err().to_string());
    }

    #[test]
    fn mistakes_are_reported_with_their_line() {
        refused(
            "",
            &expect![
                "line 1: a policy needs at least one `[[tier]]`, with `severity`, `name`, `long`, `short` and `factor`"
            ],
        );
        refused(
            &TIER.replace("14.4", "0"),
            &expect![
                "line 6: `factor` must be a number above 0 with at most six fractional digits, such as 14.4"
            ],
        );
        refused(
            &TIER.replace("14.4", "nan"),
            &expect![
                "line 6: `factor` must be a number above 0 with at most six fractional digits, such as 14.4"
            ],
        );
        refused(
            &TIER.replace("14.4", "-1"),
            &expect![
                "line 6: `factor` must be a number above 0 with at most six fractional digits, such as 14.4"
            ],
        );
        refused(
            &TIER.replace("5m", "1h"),
            &expect!["line 5: `short` is 1h, which is not shorter than `long`, 1h"],
        );
        refused(
            &TIER.replace("5m", "5"),
            &expect![
                "line 5: `5` has no unit: write it as Prometheus does, such as `5m`, `1h30m` or `28d`"
            ],
        );
        refused(
            &TIER.replace("page", "call"),
            &expect!["line 2: unknown variant `call`, expected `page` or `ticket`"],
        );
        refused(
            &TIER.replace("fast", "a b"),
            &expect!["line 3: `name` is the value of a label: use letters, digits, `-` and `_`"],
        );
        refused(
            &TIER.replace("short", "shrt"),
            &expect![
                "line 5: unknown field `shrt`, expected one of `severity`, `name`, `long`, `short`, `factor`, `for`"
            ],
        );
        refused(
            &TIER.replace("factor = 14.4\n", ""),
            &expect!["line 1: missing field `factor`"],
        );
        refused(
            &format!("{TIER}{TIER}"),
            &expect!["line 9: there are two tiers page/fast: alerts would have the same labels"],
        );
        refused(
            &TIER.replace("[[tier]]", "[[period.soon.tier]]"),
            &expect![
                "line 1: `period.soon`: `soon` is not a duration: write it as Prometheus does, such as `5m`, `1h30m` or `28d`"
            ],
        );
        refused(
            &format!("{TIER}[period.7d]\n"),
            &expect!["line 7: the policy for 7d has no `[[period.7d.tier]]`"],
        );
        refused(
            "[[tier]",
            &expect![[r"line 1: unclosed array table, expected `]`"]],
        );
    }

    #[test]
    fn a_policy_for_a_period_takes_precedence_over_that_for_all_others() {
        let week = TIER
            .replace("[[tier]]", "[[period.7d.tier]]")
            .replace("1h", "15m")
            + "for = \"2m\"\n";
        let policies = read(&format!("source = \"ours\"\n{TIER}{week}")).unwrap();
        let shown = |days| {
            let policy = policies.for_period(Window::days(days)).unwrap();
            let tier = &policy.tiers[0];
            format!("{} for {:?}, {}", tier.long, tier.hold, policy.source)
        };
        assert_eq!(shown(7), "15m for Some(Window(120)), ours");
        assert_eq!(shown(30), "1h for None, ours");
        let only_week = read(&week).unwrap();
        assert_eq!(only_week.for_period(Window::days(30)), None);
    }
}
