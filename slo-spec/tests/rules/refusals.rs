//! What rules cannot be generated of, and what `generate` says then.

use expect_test::{Expect, expect};
use slo_spec::rules::{Options, Policy, Slo, Window, generate};

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
        &expect![
            "there are two objectives `api` with a promise about success: their series would be the same"
        ],
    );
    refused(
        &[slo("")],
        &Options::default(),
        &expect!["there is an objective without a name: its series could not be told from others"],
    );
    let mut odd = slo("api:success");
    odd.slis[0].kind = "period".to_owned();
    refused(
        &[slo("api"), odd],
        &Options::default(),
        &expect![
            "there would be two groups of rules called `slo:api:success:period`: call the objective `api:success` otherwise"
        ],
    );
}

#[test]
fn labels_that_rules_set_are_refused() {
    refused(
        &[slo("api")],
        &grouping("tier"),
        &expect![
            "`tier` is a label that the rules set themselves: group by, and scope to, what tells services apart, such as `service_name`"
        ],
    );
    refused(
        &[slo("api")],
        &scope(&[("sli", "a")]),
        &expect![
            "`sli` is a label that the rules set themselves: group by, and scope to, what tells services apart, such as `service_name`"
        ],
    );
    refused(
        &[slo("api")],
        &scope(&[("job", "a"), ("job", "b")]),
        &expect!["the scope has two values for `job`: no counter has both"],
    );
    refused(
        &[slo("api")],
        &grouping("service.name"),
        &expect!["`service.name` is no label's name: letters, digits and `_`, with no digit first"],
    );
}

#[test]
fn a_policy_without_tiers_is_refused() {
    let mut policy = Policy::for_period(Window::days(30));
    policy.tiers.clear();
    let options = Options {
        policy: Some(policy),
        ..Options::default()
    };
    refused(&[slo("api")], &options, &expect!["the policy has no tier"]);
}
