//! Series that rules select: packages, grouping labels, and restrictions.

use expect_test::{Expect, expect};

use super::{CHECKOUT, SEARCH, accepted, program, promtools_accept};
use crate::{
    command, fail, folder,
    objects::{elf, function, promised, section, write},
    text,
};

/// Returns the output of `rules` with these arguments.
#[track_caller]
fn rules(arguments: &[&str]) -> String {
    let output = command(&[&["rules"], arguments].concat()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    text(&output.stdout).to_owned()
}

/// Checks the first lines with `word` in them.
#[track_caller]
fn check(rules: &str, word: &str, number: usize, expect: &Expect) {
    let lines = rules.lines().filter(|line| line.contains(word));
    let lines: Vec<_> = lines.take(number).map(str::trim).collect();
    expect.assert_eq(&lines.join("\n"));
}

#[test]
fn grouping_labels_are_in_all_written_files() {
    let program = program("scope-by");
    let files = [
        "--by",
        "env",
        "--match",
        "cluster=eu",
        "-o",
        "by.rules.yml",
        "--tests",
        "by.tests.yml",
        "--inhibit",
        "by.alertmanager.yml",
    ];
    rules(&[&["--artifact", &program], &files[..]].concat());
    let read = |name: &str| std::fs::read_to_string(folder().join(name)).unwrap();
    let written = read("by.rules.yml");
    check(
        &written,
        "# Generated",
        1,
        &expect![
            "# Generated from the program's objectives by `cargo autometrics rules --by env --match cluster=eu`: recording rules and alerts."
        ],
    );
    check(
        &written,
        "increase(",
        1,
        &expect![[
            r#"and sum by (service_name, env) (increase(function_objective_calls_total{objective_name="checkout",sli="success",package="shop",outcome="bad",cluster="eu"}[1h])) >= 5"#
        ]],
    );
    check(
        &written,
        "absent(",
        1,
        &expect![[
            r#"or on () group by (service_name, env) (absent(function_objective_calls_total{objective_name="checkout",sli="success",package="shop",cluster="eu"}))"#
        ]],
    );
    check(
        &written,
        "max by",
        1,
        &expect![[
            r#"expr: max by (service_name, env) (slo:error_ratio:5m{cluster="eu",objective_name="checkout",package="shop",sli="success"}) / 0.0005"#
        ]],
    );
    check(
        &written,
        "summary:",
        1,
        &expect![[
            r#"summary: checkout (success){{ with $labels.service_name }} of {{ . }}{{ end }}{{ with $labels.env }}, env {{ . }}{{ end }}, cluster eu burns its error budget {{ $value | printf "%.1f" }} times too fast"#
        ]],
    );
    check(
        &written,
        "callers of failing functions",
        1,
        &expect![[
            r#"callers of failing functions → topk(10, sum by (function, caller_module, caller_function) (rate(function_calls_total{result="error",module="shop::checkout",function=~"Cart::total|place_order",cluster="eu",service_name={{ $labels.service_name | printf "%q" }},env={{ $labels.env | printf "%q" }}}[5m])) > 0)"#
        ]],
    );
    assert_eq!(
        written.matches("cluster: eu").count(),
        written.matches("package: shop").count()
    );
    let inhibitions = read("by.alertmanager.yml");
    let equal: Vec<_> = inhibitions.lines().skip(2).take(15).collect();
    expect![[r#"
        # Merge these parts into your configuration. The receivers have names only: add their settings.
        inhibit_rules:
        - source_matchers:
          - alertname=~"ErrorBudgetBurn|ErrorBudgetExhausting|ErrorBudgetExhausted|ObjectiveWithoutMetrics"
          - severity="page"
          target_matchers:
          - alertname=~"ErrorBudgetBurn|ErrorBudgetExhausting|ErrorBudgetExhausted|ObjectiveWithoutMetrics"
          - severity="ticket"
          equal:
          - service_name
          - env
          - cluster
          - objective_name
          - package
        - source_matchers:"#]].assert_eq(&equal.join("\n"));
    for promtool in ["check rules by.rules.yml", "test rules by.tests.yml"] {
        let arguments: Vec<_> = promtool.split(' ').collect();
        promtools_accept(&arguments);
    }
    accepted("amtool", &["check-config", "by.alertmanager.yml"]);
}

#[test]
fn the_option_service_is_a_match_of_service_name() {
    let program = program("scope-service");
    let by_service = rules(&["--artifact", &program, "--service", "shop"]);
    let by_match = rules(&["--artifact", &program, "--match", "service_name=shop"]);
    let rest = |text: &str| text.split_once('\n').unwrap().1.to_owned();
    assert!(rest(&by_service) == rest(&by_match));
    check(
        &by_service,
        "record: slo:objective:info",
        1,
        &expect!["- record: slo:objective:info"],
    );
    check(
        &by_service,
        "group by (service_name) (function_objective",
        1,
        &expect![[
            r#"unless on (service_name) group by (service_name) (function_objective_calls_total{objective_name="checkout",sli="success",package="shop",service_name="shop"})"#
        ]],
    );
}

/// The header has the options as they were typed, so that `check` can show the command.
#[test]
fn every_option_is_in_the_first_line() {
    let program = program("scope-typed");
    let written = rules(&[
        "--artifact",
        &program,
        "--by",
        "env",
        "--by",
        "service_name",
        "--by",
        "cluster",
        "--match",
        "zone=a b",
        "--record-only",
        "--scrape-interval",
        "15s",
        "--min-bad-events",
        "3",
    ]);
    check(
        &written,
        "# Generated",
        1,
        &expect![
            "# Generated from the program's objectives by `cargo autometrics rules --by env --by service_name --by cluster --match 'zone=a b' --record-only --min-bad-events 3 --scrape-interval 15s`: recording rules and alerts."
        ],
    );
    assert!(!written.contains("alert:"));
}

const fn of_package(
    record: autometrics_schema::record::Record<'static>,
    package: &'static str,
) -> autometrics_schema::record::Record<'static> {
    autometrics_schema::record::Record { package, ..record }
}

#[test]
fn an_objective_in_several_packages_has_one_set_of_rules() {
    let program = write(
        "scope-packages",
        &elf(
            ".autometrics0",
            &section![
                promised(
                    of_package(function("api::x", "x", 30, ""), "api"),
                    &[CHECKOUT]
                ),
                promised(
                    of_package(function("core::y", "y", 7, ""), "core"),
                    &[CHECKOUT]
                ),
                promised(of_package(function("z", "z", 7, ""), ""), &[SEARCH]),
            ],
        ),
    );
    let written = rules(&["--artifact", &program]);
    check(
        &written,
        "group by",
        1,
        &expect![[
            r#"group by (service_name) (present_over_time(slo:calls:rate5m{objective_name="checkout",package="api,core",sli="success"}[1d]))"#
        ]],
    );
    check(&written, "package: ", 1, &expect!["package: api,core"]);
    let search: Vec<_> = written.split("- name: slo:search").skip(1).collect();
    check(
        &search.concat(),
        "expr: group by",
        1,
        &expect![[
            r#"expr: group by (service_name) (function_objective_calls_total{objective_name="search",sli="success",package=""})"#
        ]],
    );
    assert!(!search.concat().contains("package: "));
}

#[test]
fn invalid_labels_are_refused_with_valid_examples() {
    let program = program("scope-refused");
    let refused = |option: &str, value: &str, said: &Expect| {
        fail(&["rules", "--artifact", &program, option, value], 2, said);
    };
    refused(
        "--by",
        "service.name",
        &expect![[r"
        error: rules cannot be generated: `service.name` is not the name of a label: expected letters, digits and `_`, not beginning with a digit
    "]],
    );
    refused(
        "--by",
        "package",
        &expect![[r"
        error: rules cannot be generated: `package` is a label that the rules set themselves: group by, and restrict to, labels of the program's environment, such as `service_name`, `env` or `cluster`
    "]],
    );
    refused(
        "--match",
        "outcome=bad",
        &expect![[r"
        error: rules cannot be generated: `outcome` is a label that the rules set themselves: group by, and restrict to, labels of the program's environment, such as `service_name`, `env` or `cluster`
    "]],
    );
    refused(
        "--match",
        "env",
        &expect![[r"
        error: invalid value 'env' for '--match <LABEL=VALUE>': expected LABEL=VALUE, such as `env=prod`

        For more information, try '--help'.
    "]],
    );
    refused(
        "--match",
        "env=",
        &expect![[r"
        error: invalid value 'env=' for '--match <LABEL=VALUE>': expected LABEL=VALUE, such as `env=prod`

        For more information, try '--help'.
    "]],
    );
    fail(
        &[
            "rules",
            "--artifact",
            &program,
            "--match",
            "service_name=a",
            "--service",
            "b",
        ],
        2,
        &expect![[r"
            error: rules cannot be generated: the scope has two values for `service_name`: no counter has both
        "]],
    );
}
