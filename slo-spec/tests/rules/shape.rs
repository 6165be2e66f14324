//! Properties of every rule file, whatever its policy.

use slo_spec::rules::{Options, Policy, Rule, RuleFile, Severity, Slo, Tier, Window, generate};

use crate::program::{packaged, success};

/// Returns files for every standard policy, and for a policy with many tiers.
fn files() -> Vec<RuleFile> {
    let mut files = Vec::new();
    let options = Options {
        exhausted: true,
        exhaustion_within: Some(Window::days(3)),
        ..Options::default()
    };
    for days in 7..=92 {
        let slo = packaged(Slo::new("api", Window::days(days))).sli(success("api", 99.9));
        files.push(generate(&[slo], &options).unwrap().file);
    }
    let tier = |n: u32| Tier {
        severity: Severity::Ticket,
        name: format!("tier{n}"),
        long: Window::hours(2 * n),
        short: Window::hours(n),
        factor: Policy::for_period(Window::days(30)).tiers[0].factor,
        hold: None,
    };
    let policy = Policy {
        tiers: (1..40).map(tier).collect(),
        source: "many".to_owned(),
    };
    let options = Options {
        policies: policy.into(),
        ..options
    };
    let slo = packaged(Slo::new("api", Window::days(30))).sli(success("api", 99.9));
    files.push(generate(&[slo], &options).unwrap().file);
    files
}

#[test]
fn no_group_has_more_than_twenty_rules() {
    for file in files() {
        for group in &file.groups {
            let count = group.rules.len();
            assert!((1..=20).contains(&count), "{}: {count}", group.name);
        }
    }
}

/// Rulers may evaluate the rules of a group against older recordings.
#[test]
fn no_expression_mixes_a_rate_of_counters_with_a_recorded_one() {
    for file in files() {
        for rule in file.groups.iter().flat_map(|group| &group.rules) {
            let (name, expr) = match rule {
                Rule::Recording(rule) => (&rule.record, rule.expr.to_string()),
                Rule::Alert(rule) => (&rule.alert, rule.expr.to_string()),
            };
            let is_raw = expr.contains("rate(") || expr.contains("increase(");
            assert!(!(is_raw && expr.contains("slo:")), "{name}: {expr}");
        }
    }
}

#[test]
fn a_page_depends_on_no_recording() {
    for file in files() {
        for rule in file.groups.iter().flat_map(|group| &group.rules) {
            let Rule::Alert(alert) = rule else { continue };
            let is_page = alert.labels.iter().any(|(_, value)| value == "page");
            assert!(!is_page || !alert.expr.to_string().contains("slo:"));
        }
    }
}

#[test]
fn looks_back_returns_the_period_of_the_objective() {
    let backs: Vec<_> = files().iter().map(RuleFile::looks_back).collect();
    assert_eq!(backs[0], Some(Window::days(7)));
    assert_eq!(backs[85], Some(Window::days(92)));
}
