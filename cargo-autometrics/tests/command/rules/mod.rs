//! `rules`: files that Prometheus and Alertmanager take, and what is refused.

use std::{fs, process::Command, time::Duration};

use expect_test::expect;
use slo_spec::Objective;

use crate::{
    command, fail, folder,
    objects::{elf, function, promised, section, write},
    succeed, text,
};

const CHECKOUT: Objective = Objective::new("checkout")
    .success_rate(99.95)
    .latency(Duration::from_micros(50), 99.0)
    .owner("payments")
    .runbook("https://wiki.example/checkout");
const OTHER: Objective = Objective::new("search").success_rate(95.0);
const SEARCH: Objective = Objective::new("search").success_rate(90.0).period_days(28);

fn records() -> Vec<u8> {
    section![
        promised(function("shop::checkout", "place_order", 30, ""), CHECKOUT),
        promised(function("shop::checkout", "Cart::total", 12, ""), CHECKOUT),
        promised(function("shop::search", "find", 7, ""), SEARCH),
        function("shop::search", "rank", 9, ""),
    ]
}

/// The program, with its file's name.
fn program(name: &str) -> String {
    write(name, &elf(".autometrics0", &records()))
}

/// What a program of Prometheus says of a file in the tests' folder.
#[track_caller]
pub(crate) fn accepted(program: &str, arguments: &[&str]) {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder())
        .output()
        .unwrap_or_else(|error| panic!("{program} cannot be started: {error}"));
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {}{}",
        text(&output.stdout),
        text(&output.stderr)
    );
}

#[test]
fn prometheus_and_alertmanager_take_what_is_written() {
    let program = program("rules-taken");
    let files = ["-o", "taken.rules.yml", "--tests", "taken.tests.yml"];
    let arguments = [
        "rules",
        "--artifact",
        &program,
        "--inhibit",
        "taken.alertmanager.yml",
    ];
    let output = command(&[&arguments[..], &files[..]].concat())
        .output()
        .unwrap();
    expect![[r"
        warning: objective `search` (success): tier page/fast can never fire: at 90 % not even a total outage burns the budget more than 10.0 times too fast, and it asks for 13.44; a total outage is told by page/slow after 202 min, ticket/fast after 403 min, ticket/slow after 403 min
        wrote taken.rules.yml: 110 rules, 14 of them alerts, of 2 objectives
        wrote taken.tests.yml: tests of the rules
        wrote taken.alertmanager.yml: inhibitions and routes for Alertmanager
    "]].assert_eq(text(&output.stderr));
    assert_eq!(text(&output.stdout), "");
    assert!(output.status.success());
    accepted("promtool", &["check", "rules", "taken.rules.yml"]);
    accepted("promtool", &["test", "rules", "taken.tests.yml"]);
    accepted("amtool", &["check-config", "taken.alertmanager.yml"]);
}

#[test]
fn prometheus_takes_json_as_well() {
    let program = program("rules-json");
    succeed_with_warnings(&[
        "rules",
        "--artifact",
        &program,
        "--format",
        "json",
        "-o",
        "taken.json",
    ]);
    accepted("promtool", &["check", "rules", "taken.json"]);
}

/// What goes to standard output, whatever is warned of.
#[track_caller]
fn succeed_with_warnings(arguments: &[&str]) -> String {
    let output = command(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    text(&output.stdout).to_owned()
}

#[test]
fn all_alerts_are_there_with_their_labels() {
    let program = program("rules-alerts");
    let rules = succeed_with_warnings(&[
        "rules",
        "--artifact",
        &program,
        "--format",
        "json",
        "--exhausted-alert",
        "--exhaustion-alert",
        "3d",
    ]);
    let rules: serde_json::Value = serde_json::from_str(&rules).unwrap();
    let groups = rules["groups"].as_array().unwrap().iter();
    let all = groups.flat_map(|group| group["rules"].as_array().unwrap());
    let alerts = all.filter_map(|rule| {
        let name = rule["alert"].as_str()?;
        let labels = rule["labels"].as_object().unwrap().iter();
        let labels = labels.map(|(label, value)| format!(" {label}={value}"));
        Some(format!("{name}{}", labels.collect::<String>()))
    });
    expect![[r#"
        ErrorBudgetBurn objective_name="checkout" owner="payments" severity="page" sli="success" tier="fast"
        ErrorBudgetBurn objective_name="checkout" owner="payments" severity="page" sli="success" tier="slow"
        ErrorBudgetBurn objective_name="checkout" owner="payments" severity="ticket" sli="success" tier="fast"
        ErrorBudgetBurn objective_name="checkout" owner="payments" severity="ticket" sli="success" tier="slow"
        ObjectiveWithoutMetrics objective_name="checkout" owner="payments" severity="ticket" sli="success" tier="absent"
        ErrorBudgetExhausting objective_name="checkout" owner="payments" severity="ticket" sli="success" tier="exhausting"
        ErrorBudgetExhausted objective_name="checkout" owner="payments" severity="ticket" sli="success" tier="exhausted"
        ErrorBudgetBurn objective_name="checkout" owner="payments" severity="page" sli="latency" tier="fast"
        ErrorBudgetBurn objective_name="checkout" owner="payments" severity="page" sli="latency" tier="slow"
        ErrorBudgetBurn objective_name="checkout" owner="payments" severity="ticket" sli="latency" tier="fast"
        ErrorBudgetBurn objective_name="checkout" owner="payments" severity="ticket" sli="latency" tier="slow"
        ObjectiveWithoutMetrics objective_name="checkout" owner="payments" severity="ticket" sli="latency" tier="absent"
        ErrorBudgetExhausting objective_name="checkout" owner="payments" severity="ticket" sli="latency" tier="exhausting"
        ErrorBudgetExhausted objective_name="checkout" owner="payments" severity="ticket" sli="latency" tier="exhausted"
        ErrorBudgetBurn objective_name="search" severity="page" sli="success" tier="slow"
        ErrorBudgetBurn objective_name="search" severity="ticket" sli="success" tier="fast"
        ErrorBudgetBurn objective_name="search" severity="ticket" sli="success" tier="slow"
        ObjectiveWithoutMetrics objective_name="search" severity="ticket" sli="success" tier="absent"
        ErrorBudgetExhausting objective_name="search" severity="ticket" sli="success" tier="exhausting"
        ErrorBudgetExhausted objective_name="search" severity="ticket" sli="success" tier="exhausted""#]].assert_eq(&alerts.collect::<Vec<_>>().join("\n"));
}

#[test]
fn the_same_functions_in_another_order_give_the_same_bytes() {
    let one = program("rules-order");
    let other = write(
        "rules-order-2",
        &elf(
            ".autometrics0",
            &section![
                function("shop::search", "rank", 9, ""),
                promised(function("shop::search", "find", 7, ""), SEARCH),
                promised(function("shop::checkout", "place_order", 30, ""), CHECKOUT),
                promised(function("shop::checkout", "Cart::total", 12, ""), CHECKOUT),
            ],
        ),
    );
    let rules = |path: &str| succeed_with_warnings(&["rules", "--artifact", path]);
    assert_eq!(rules(&one), rules(&other));
}

#[test]
fn every_spelling_of_a_threshold_is_selected_and_the_service_if_one_is_named() {
    let program = program("rules-service");
    let rules = succeed_with_warnings(&["rules", "--artifact", &program, "--service", "shop"]);
    let line = rules.lines().find(|line| line.contains("_bucket"));
    expect![[r#"expr: clamp_min(slo:calls:rate5m{objective_name="checkout",service_name="shop",sli="latency"} - on (service_name) (sum by (service_name) (rate(function_calls_duration_seconds_bucket{objective_name="checkout",service_name="shop",le=~"5e-05|0\\.00005|5e-5"}[5m])) or on (service_name) 0 * slo:calls:rate5m{objective_name="checkout",service_name="shop",sli="latency"}), 0)"#]].assert_eq(line.unwrap_or_default().trim());
}

#[test]
fn kubernetes_and_mimir_have_their_own_shapes() {
    let program = program("rules-shapes");
    let head = |arguments: &[&str]| {
        let all = [&["rules", "--artifact", &program][..], arguments].concat();
        let text = succeed_with_warnings(&all);
        text.lines().take(12).collect::<Vec<_>>().join("\n")
    };
    expect![[r"
        # Made from the program's objectives by `cargo autometrics rules`: recording rules and alerts.
        # Change the objectives and make it again; what is changed here is lost.
        apiVersion: monitoring.coreos.com/v1
        kind: PrometheusRule
        metadata:
          name: shop
          namespace: monitoring
          labels:
            release: prometheus
        spec:
          groups:
          - name: slo:checkout:success"]].assert_eq(&head(&[
        "--format",
        "kubernetes",
        "--name",
        "shop",
        "--namespace",
        "monitoring",
        "--label",
        "release=prometheus",
    ]));
    expect![[r#"
        # Made from the program's objectives by `cargo autometrics rules`: recording rules and alerts.
        # Change the objectives and make it again; what is changed here is lost.
        namespace: shop
        groups:
        - name: slo:checkout:success
          rules:
          - record: slo:calls:rate5m
            expr: sum by (service_name) (rate(function_calls_total{objective_name="checkout"}[5m]))
            labels:
              objective_name: checkout
              sli: success
          - record: slo:errors:rate5m"#]].assert_eq(&head(&["--format", "mimir", "--name", "shop"]));
}

#[test]
fn a_policy_of_ones_own_replaces_the_workbooks() {
    let program = program("rules-policy");
    fs::write(
        folder().join("policy.toml"),
        "[[tier]]\nseverity = \"page\"\nname = \"only\"\nlong = \"1h\"\nshort = \"2m\"\nfactor = 10\n",
    )
    .unwrap();
    let output = command(&["rules", "--artifact", &program, "--policy", "policy.toml"])
        .output()
        .unwrap();
    let rules = text(&output.stdout);
    assert_eq!(rules.matches("alert: ErrorBudgetBurn").count(), 2);
    expect![[r"
        warning: objective `checkout` (success): tier page/only looks at 2m, in which fewer than four scrapes fit that are 1m apart
        warning: objective `checkout` (latency): tier page/only looks at 2m, in which fewer than four scrapes fit that are 1m apart
        warning: objective `search` (success): tier page/only looks at 2m, in which fewer than four scrapes fit that are 1m apart
        warning: objective `search` (success): tier page/only can never fire: at 90 % not even a total outage burns the budget more than 10.0 times too fast, and it asks for 10; nothing else does either: give it a lower factor, or the objective a higher target
    "]].assert_eq(text(&output.stderr));
}

#[test]
fn what_cannot_be_generated_says_why() {
    let without = write(
        "rules-none",
        &elf(".autometrics0", &section![function("shop", "main", 1, "")]),
    );
    fail(
        &["rules", "--artifact", &without],
        2,
        &expect![[r"
        error: no function belongs to an objective, so there are no rules: write `#[instrument_fn(objective = CONST)]` with a `const CONST: Objective`
    "]],
    );
    let ambiguous = write(
        "rules-ambiguous",
        &elf(
            ".autometrics0",
            &section![
                promised(function("shop::search", "find", 7, ""), SEARCH),
                promised(function("shop::search", "rank", 9, ""), OTHER),
            ],
        ),
    );
    fail(
        &["rules", "--artifact", &ambiguous],
        2,
        &expect![[r"
        error: there are two objectives `search` that differ, at src/main.rs:7 and src/main.rs:9: give one of them another name, or use one constant
    "]],
    );
}

#[test]
fn arguments_that_cannot_be_served_say_why() {
    let program = program("rules-refused");
    fail(
        &["rules", "--artifact", &program, "--policy", "missing.toml"],
        2,
        &expect![[r"
            error: `missing.toml` cannot be read: No such file or directory (os error 2)
        "]],
    );
    fs::write(
        folder().join("wrong.toml"),
        "[[tier]]\nseverity = \"phone\"\n",
    )
    .unwrap();
    fail(
        &["rules", "--artifact", &program, "--policy", "wrong.toml"],
        2,
        &expect![[r"
            error: `wrong.toml`, line 2: unknown variant `phone`, expected `page` or `ticket`
        "]],
    );
    fail(
        &["rules", "--artifact", &program, "-o", "no/such/folder.yml"],
        2,
        &expect![[r"
            warning: objective `search` (success): tier page/fast can never fire: at 90 % not even a total outage burns the budget more than 10.0 times too fast, and it asks for 13.44; a total outage is told by page/slow after 202 min, ticket/fast after 403 min, ticket/slow after 403 min
            error: `no/such/folder.yml` cannot be written: No such file or directory (os error 2)
        "]],
    );
    fail(
        &[
            "rules",
            "--artifact",
            &program,
            "--format",
            "mimir",
            "-o",
            "x.yml",
            "--tests",
            "y.yml",
        ],
        2,
        &expect![[r"
            error: `--tests` goes with `--format yaml` or `json`: promtool reads Prometheus' own rule files only
        "]],
    );
    fail(
        &["rules", "--artifact", &program, "--tests", "y.yml"],
        2,
        &expect![[r"
            error: the following required arguments were not provided:
              --output <FILE>

            Usage: cargo autometrics rules --output <FILE> --artifact <PATH> --tests <FILE>

            For more information, try '--help'.
        "]],
    );
    fail(
        &[
            "rules",
            "--artifact",
            &program,
            "--exhaustion-alert",
            "soon",
        ],
        2,
        &expect![[r"
            error: invalid value 'soon' for '--exhaustion-alert <DURATION>': `soon` is no span of time: write it as Prometheus does, such as `5m`, `1h30m` or `28d`

            For more information, try '--help'.
        "]],
    );
    fail(
        &["rules", "--artifact", &program, "--label", "x"],
        2,
        &expect![[r"
            error: invalid value 'x' for '--label <NAME=VALUE>': expected NAME=VALUE, such as `release=prometheus`

            For more information, try '--help'.
        "]],
    );
}

#[test]
fn help_is_for_those_who_see_it_first() {
    let help = succeed(&["rules", "-h"]);
    let lines: Vec<_> = help
        .lines()
        .map(str::trim_end)
        .take_while(|line| *line != "Program:")
        .collect();
    expect![[r"
        Write the rules that defend the objectives: recordings, burn-rate alerts, and their tests

        Usage: cargo autometrics rules [OPTIONS]

        Options:
              --format <FORMAT>     How to write the rules: `yaml` or `json` for Prometheus, `kubernetes`
                                    for its operator, `mimir` for Mimir and Cortex [default: yaml] [possible
                                    values: yaml, json, kubernetes, mimir]
              --name <NAME>         The name of the Kubernetes object, or of the namespace in Mimir and
                                    Cortex [default: slo-rules]
              --namespace <NAME>    The namespace of the Kubernetes object
              --label <NAME=VALUE>  A label of the Kubernetes object, by which Prometheus finds it; can be
                                    given more than once
          -h, --help                Print help (see more with '--help')

        Files:
          -o, --output <FILE>   Write the rules to this file instead of to standard output
              --tests <FILE>    Write tests of the rules beside them, for `promtool test rules`
              --inhibit <FILE>  Write what Alertmanager needs: which alert silences which, and routes by
                                owner

        Rules:
              --openslo <FILE>               Take the objectives from this OpenSLO file instead of from a
                                             program
              --service <NAME>               Only for metrics of this service: where several have an
                                             objective of the same name
              --policy <FILE>                Alert by the policy in this TOML file; otherwise by that of the
                                             SRE workbook
              --min-bad-events <N>           Say nothing before so many bad calls in an alert's long window;
                                             0 turns it off [default: 5]
              --no-absent-alert              No ticket when the metrics of an objective are missing
              --exhausted-alert              A ticket when an error budget is used up
              --exhaustion-alert <DURATION>  A ticket when an error budget will be used up within this time,
                                             such as `3d`
              --scrape-interval <DURATION>   How far scrapes are apart, to warn of windows that are too
                                             short for it [default: 1m]
    "]].assert_eq(&lines.join("\n"));
}
