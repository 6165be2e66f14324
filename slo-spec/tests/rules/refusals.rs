//! Input that `generate` refuses, and its messages.

use expect_test::{Expect, expect};
use slo_spec::rules::{Options, Policies, Policy, Slo, Window, generate};

use crate::program::success;

#[track_caller]
fn refused(slos: &[Slo], options: &Options, expect: &Expect) {
    expect.assert_eq(&generate(slos, options).unwrap_err().to_string());
}

fn slo(name: &str) -> Slo {
    Slo::new(name, Window::days(30)).sli(success(name, 99.9))
}

fn grouping(label: &str) -> Options {
    Options {
        grouping: vec![label.to_owned()],
        ..Options::default()
    }
}

fn scope(labels: &[(&str, &str)]) -> Options {
    let owned = |(label, value): &(&str, &str)| ((*label).to_owned(), (*value).to_owned());
    Options {
        scope: labels.iter().map(owned).collect(),
        ..Options::default()
    }
}

#[test]
fn objectives_that_could_not_be_told_apart_are_refused() {
    refused(
        &[slo("api"), slo("api")],
        &Options::default(),
        &expect!["two objectives `api` have a target for success: their series would be the same"],
    );
    refused(
        &[slo("")],
        &Options::default(),
        &expect![
            "an objective has no name: its series could not be distinguished from those of others"
        ],
    );
    let mut odd = slo("api:success");
    odd.slis[0].kind = "period".to_owned();
    refused(
        &[slo("api"), odd],
        &Options::default(),
        &expect![
            "two groups of rules would have the name `slo:api:success:period`: rename objective `api:success`"
        ],
    );
}

#[test]
fn labels_that_rules_set_are_refused() {
    refused(
        &[slo("api")],
        &grouping("tier"),
        &expect![
            "`tier` is a label that the rules set themselves: group by, and restrict to, labels of the program's environment, such as `service_name`, `env` or `cluster`"
        ],
    );
    refused(
        &[slo("api")],
        &scope(&[("sli", "a")]),
        &expect![
            "`sli` is a label that the rules set themselves: group by, and restrict to, labels of the program's environment, such as `service_name`, `env` or `cluster`"
        ],
    );
    refused(
        &[slo("api")],
        &scope(&[("job", "a"), ("job", "b")]),
        &expect!["the scope has two values for `job`: no counter has both"],
    );
    refused(
        &[slo("api")],
        &scope(&[("env", "")]),
        &expect!["the scope's value for `env` is empty or has a control character"],
    );
    refused(
        &[slo("api")],
        &scope(&[("package", "shop")]),
        &expect![
            "`package` is a label that the rules set themselves: group by, and restrict to, labels of the program's environment, such as `service_name`, `env` or `cluster`"
        ],
    );
    refused(
        &[slo("api")],
        &grouping("service.name"),
        &expect![
            "`service.name` is not the name of a label: expected letters, digits and `_`, not beginning with a digit"
        ],
    );
}

#[test]
fn a_policy_without_tiers_is_refused() {
    let mut policy = Policy::for_period(Window::days(30));
    policy.tiers.clear();
    let options = Options {
        policies: policy.into(),
        ..Options::default()
    };
    refused(&[slo("api")], &options, &expect!["the policy has no tier"]);
}

#[test]
fn a_period_below_a_week_is_refused_without_a_policy_for_it() {
    let day = Slo::new("api", Window::days(1)).sli(success("api", 99.9));
    refused(
        std::slice::from_ref(&day),
        &Options::default(),
        &expect![
            "objective `api` has a period of 1d, but the standard policies need at least 7d: choose a longer period, or give a policy for it"
        ],
    );
    let options = Options {
        policies: Policy::for_period(Window::days(7)).into(),
        ..Options::default()
    };
    assert!(generate(&[day], &options).is_ok());
}

#[test]
fn a_period_without_one_of_the_given_policies_gives_a_warning() {
    let mut policies = Policies::default();
    for days in [7, 28] {
        let period = Window::days(days);
        policies
            .of_period
            .insert(period, Policy::for_period(period));
    }
    let options = Options {
        policies,
        ..Options::default()
    };
    let warnings = generate(&[slo("api")], &options).unwrap().warnings;
    let warnings: Vec<_> = warnings.iter().map(ToString::to_string).collect();
    expect!["objective `api` (success): the policy file has no policy for its period of 30d, only for 7d and 28d: the standard policy of that period is used; `[[tier]]` without a period applies to all others"].assert_eq(&warnings.join("\n"));
}
