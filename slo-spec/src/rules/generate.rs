//! Generation of rules from objectives.

use std::collections::BTreeSet;
use std::fmt;

use super::{
    Alert, Group, Options, Policies, Recording, Rule, RuleFile, Slo, Window, alerts,
    indicator::Indicator,
    recordings::{self, PERIOD_INTERVAL},
};
use crate::promql::is_name;

/// Maximum number of rules in a group, Mimir's default limit.
const LARGEST_GROUP: usize = 20;

/// Shortest period that has a standard policy. In the windows of a shorter one, there would not be
/// two scrapes.
const SHORTEST_PERIOD: Window = Window::days(7);

/// Generated rules, with warnings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// Rules of all objectives.
    pub file: RuleFile,
    /// Warnings about parts that will not work as one might expect, by objective.
    pub warnings: Vec<Warning>,
}

/// Warning about a part of the rules that will not work as one might expect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Name of the objective.
    pub slo: String,
    /// Kind of its indicator.
    pub sli: String,
    /// Problem and remedy.
    pub message: String,
}

/// Reason why no rules could be generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenerateError(String);

/// Generates recording rules and burn-rate alerts for `slos`.
///
/// The same input gives the same output: objectives are sorted by name.
///
/// ```
/// use slo_spec::Percent;
/// use slo_spec::rules::{Events, Options, Selector, Sli, Slo, Window, generate};
///
/// let total = Selector::new("http_requests_total")?;
/// let bad = total.clone().equal("code", "500")?;
/// let slo = Slo::new("api", Window::days(30)).sli(Sli::new(
///     "success",
///     Percent::new(99.9),
///     total,
///     Events::Bad(bad),
/// ));
/// let generated = generate(&[slo], &Options::default())?;
/// assert!(generated.warnings.is_empty());
/// assert!(generated.file.to_yaml().contains("record: slo:burn_rate:1h"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// Returns an error in each of these cases:
/// - Two indicators have the same objective and kind, so that their series would be the same.
/// - Two objectives have names that give their groups the same name.
/// - An objective has no name.
/// - A label in the options is invalid, is given twice, or is one that the rules set.
/// - A policy has no tier.
/// - A period is below 7 days and has no policy in the options.
pub fn generate(slos: &[Slo], options: &Options) -> Result<Generated, GenerateError> {
    let mut generated = Generated {
        file: RuleFile { groups: Vec::new() },
        warnings: Vec::new(),
    };
    let mut names = BTreeSet::new();
    for of in indicators(slos, options)? {
        let warning = |message| Warning {
            slo: of.slo.name.clone(),
            sli: of.sli.kind.clone(),
            message,
        };
        generated
            .warnings
            .extend(period_without_policy(of.slo, options).map(&warning));
        let problems = of
            .policy
            .problems(of.sli.target, of.slo.period, options.scrape_interval);
        generated
            .warnings
            .extend(problems.into_iter().map(&warning));
        for group in groups(&of) {
            if !names.insert(group.name.clone()) {
                return Err(GenerateError(format!(
                    "two groups of rules would have the name `{}`: rename objective `{}`",
                    group.name, of.slo.name
                )));
            }
            generated.file.groups.push(group);
        }
    }
    Ok(generated)
}

/// Returns the groups of one indicator; a group comes after the groups whose series it reads.
fn groups(of: &Indicator<'_>) -> Vec<Group> {
    let alerts = alerts::all(of);
    let name = of.group();
    let windows = rules(recordings::windows(of), alerts.recordings);
    let counters = rules(Vec::new(), alerts.counters);
    let period = rules(recordings::period(of), alerts.period);
    let mut groups = split_groups(&name, None, &windows);
    groups.extend(split_groups(&format!("{name}:alerts"), None, &counters));
    let interval = Some(PERIOD_INTERVAL);
    groups.extend(split_groups(&format!("{name}:period"), interval, &period));
    groups
}

/// Puts the recordings first, as alerts read them.
fn rules(recordings: Vec<Recording>, alerts: Vec<Alert>) -> Vec<Rule> {
    let recordings = recordings.into_iter().map(Rule::Recording);
    recordings
        .chain(alerts.into_iter().map(Rule::Alert))
        .collect()
}

/// Splits rules into groups of the maximum size; the second one is called `name:2`.
fn split_groups(name: &str, interval: Option<Window>, rules: &[Rule]) -> Vec<Group> {
    let parts = rules.chunks(LARGEST_GROUP).zip(1..);
    let group = |(rules, number): (&[Rule], u32)| Group {
        name: if number == 1 {
            name.to_owned()
        } else {
            format!("{name}:{number}")
        },
        interval,
        rules: rules.to_vec(),
    };
    parts.map(group).collect()
}

/// Returns a warning if there are policies, but none for the objective's period.
fn period_without_policy(slo: &Slo, options: &Options) -> Option<String> {
    let policies = &options.policies;
    if policies.is_empty() || policies.for_period(slo.period).is_some() {
        return None;
    }
    let periods: Vec<_> = policies.of_period.keys().map(ToString::to_string).collect();
    Some(format!(
        "the policy file has no policy for its period of {}, only for {}: the standard policy of that period is \
         used; `[[tier]]` without a period applies to all others",
        slo.period,
        periods.join(" and ")
    ))
}

/// Returns all indicators of all objectives, sorted by objective.
pub(super) fn indicators<'a>(
    slos: &'a [Slo],
    options: &'a Options,
) -> Result<Vec<Indicator<'a>>, GenerateError> {
    check(slos, options)?;
    let mut sorted: Vec<&Slo> = slos.iter().collect();
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    let of_one = |slo: &'a Slo| {
        slo.slis
            .iter()
            .map(move |sli| Indicator::new(slo, sli, options))
    };
    Ok(sorted.into_iter().flat_map(of_one).collect())
}

/// Labels that rules and Prometheus set themselves.
const RESERVED_LABELS: [&str; 14] = [
    "__name__",
    "alertname",
    "alertstate",
    "le",
    "objective_name",
    "outcome",
    "owner",
    "package",
    "period",
    "severity",
    "sli",
    "target",
    "threshold",
    "tier",
];

fn check(slos: &[Slo], options: &Options) -> Result<(), GenerateError> {
    labels(options).map_err(GenerateError)?;
    let Policies {
        of_period,
        of_others,
    } = &options.policies;
    if of_period
        .values()
        .chain(of_others)
        .any(|policy| policy.tiers.is_empty())
    {
        return Err(GenerateError("the policy has no tier".to_owned()));
    }
    let mut seen = BTreeSet::new();
    for slo in slos {
        if slo.name.is_empty() {
            return Err(GenerateError(
                "an objective has no name: its series could not be distinguished from those of others"
                    .to_owned(),
            ));
        }
        if slo.period < SHORTEST_PERIOD && options.policies.for_period(slo.period).is_none() {
            return Err(GenerateError(format!(
                "objective `{}` has a period of {}, but the standard policies need at least {SHORTEST_PERIOD}: \
                 choose a longer period, or give a policy for it",
                slo.name, slo.period
            )));
        }
        for sli in &slo.slis {
            if !seen.insert((&slo.name, &sli.kind)) {
                return Err(GenerateError(format!(
                    "two objectives `{}` have a target for {}: their series would be the same",
                    slo.name, sli.kind
                )));
            }
        }
    }
    Ok(())
}

/// Checks the grouping and the scope; the error is the reason why they are invalid.
fn labels(options: &Options) -> Result<(), String> {
    let scope = options.scope.iter().map(|(label, _)| label);
    for label in options.grouping.iter().chain(scope) {
        if !is_name(label, false) {
            return Err(format!(
                "`{label}` is not the name of a label: expected letters, digits and `_`, not beginning with a digit"
            ));
        }
        if RESERVED_LABELS.contains(&label.as_str()) {
            return Err(format!(
                "`{label}` is a label that the rules set themselves: group by, and restrict to, labels of the \
                 program's environment, such as `service_name`, `env` or `cluster`"
            ));
        }
    }
    let mut seen = BTreeSet::new();
    if let Some(label) = options.grouping.iter().find(|label| !seen.insert(*label)) {
        return Err(format!("the grouping has `{label}` twice"));
    }
    let mut seen = BTreeSet::new();
    for (label, value) in &options.scope {
        if !seen.insert(label) {
            return Err(format!(
                "the scope has two values for `{label}`: no counter has both"
            ));
        }
        if value.is_empty() || value.chars().any(char::is_control) {
            return Err(format!(
                "the scope's value for `{label}` is empty or has a control character"
            ));
        }
    }
    Ok(())
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "objective `{}` ({}): {}",
            self.slo, self.sli, self.message
        )
    }
}

impl fmt::Display for GenerateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for GenerateError {}
