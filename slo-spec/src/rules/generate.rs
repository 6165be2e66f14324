//! From objectives to rules.

use std::collections::BTreeSet;
use std::fmt;

use super::{
    Alert, Group, Options, Recording, Rule, RuleFile, Slo, Window, alerts, indicator::Indicator,
    promql::is_name, recordings,
};

/// How often the rules that read the whole period are evaluated. Less than the
/// five minutes for which Prometheus takes a value as current.
const PERIOD_INTERVAL: Window = Window::minutes(2);

/// What was generated, and what whoever asked for it should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// The rules.
    pub file: RuleFile,
    /// What will not work as one might expect, objective by objective.
    pub warnings: Vec<Warning>,
}

/// Something that will not work as one might expect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The objective.
    pub slo: String,
    /// Its indicator.
    pub sli: String,
    /// What will not work, and what would.
    pub message: String,
}

/// Why no rules could be generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenerateError(String);

/// The recording rules and alerts that defend `slos`.
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
/// When two indicators have the same objective and kind, so that their series
/// would be the same; when an objective has no name; when a label in the options
/// is none, or one that the rules set; when the policy has no tier.
pub fn generate(slos: &[Slo], options: &Options) -> Result<Generated, GenerateError> {
    let mut generated = Generated {
        file: RuleFile { groups: Vec::new() },
        warnings: Vec::new(),
    };
    for of in indicators(slos, options)? {
        let warning = |message| Warning {
            slo: of.slo.name.clone(),
            sli: of.sli.kind.clone(),
            message,
        };
        let problems = of
            .policy
            .problems(of.sli.target, of.slo.period, options.scrape_interval);
        generated.warnings.extend(problems.into_iter().map(warning));
        let alerts = alerts::burning(&of).into_iter().chain(alerts::absent(&of));
        generated.file.groups.push(Group {
            name: of.group(),
            interval: None,
            rules: rules(recordings::windows(&of), alerts),
        });
        generated.file.groups.push(Group {
            name: of.period_group(),
            interval: Some(PERIOD_INTERVAL),
            rules: rules(recordings::period(&of), alerts::exhaustion(&of)),
        });
    }
    Ok(generated)
}

/// Recordings first, as alerts read them.
fn rules(recordings: Vec<Recording>, alerts: impl IntoIterator<Item = Alert>) -> Vec<Rule> {
    let recordings = recordings.into_iter().map(Rule::Recording);
    recordings
        .chain(alerts.into_iter().map(Rule::Alert))
        .collect()
}

/// All indicators of all objectives, sorted by objective.
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
const TAKEN: [&str; 12] = [
    "__name__",
    "alertname",
    "alertstate",
    "le",
    "objective_name",
    "owner",
    "period",
    "severity",
    "sli",
    "target",
    "threshold",
    "tier",
];

fn check(slos: &[Slo], options: &Options) -> Result<(), GenerateError> {
    let scope = options.scope.iter().map(|(label, _)| label);
    for label in options.grouping.iter().chain(scope) {
        if !is_name(label, false) {
            return Err(GenerateError(format!(
                "`{label}` is no label's name: letters, digits and `_`, with no digit first"
            )));
        }
        if TAKEN.contains(&label.as_str()) {
            return Err(GenerateError(format!(
                "`{label}` is a label that the rules set themselves: group by, and scope to, \
                 what tells services apart, such as `service_name`"
            )));
        }
    }
    let mut scopes = BTreeSet::new();
    if let Some((label, _)) = options
        .scope
        .iter()
        .find(|(label, _)| !scopes.insert(label))
    {
        return Err(GenerateError(format!(
            "the scope has two values for `{label}`: no counter has both"
        )));
    }
    if options
        .policy
        .as_ref()
        .is_some_and(|policy| policy.tiers.is_empty())
    {
        return Err(GenerateError("the policy has no tier".to_owned()));
    }
    let mut seen = BTreeSet::new();
    let mut groups = BTreeSet::new();
    for slo in slos {
        if slo.name.is_empty() {
            return Err(GenerateError(
                "there is an objective without a name: its series could not be told from others"
                    .to_owned(),
            ));
        }
        for sli in &slo.slis {
            if !seen.insert((&slo.name, &sli.kind)) {
                return Err(GenerateError(format!(
                    "there are two objectives `{}` with a promise about {}: their series would be the same",
                    slo.name, sli.kind
                )));
            }
            let of = Indicator::new(slo, sli, options);
            for group in [of.group(), of.period_group()] {
                if let Some(group) = groups.replace(group) {
                    return Err(GenerateError(format!(
                        "there would be two groups of rules called `{group}`: call the objective `{}` otherwise",
                        slo.name
                    )));
                }
            }
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
