//! Rules in all formats, with their tests and a configuration of Alertmanager.

use std::fs;

use expect_test::expect;

use super::{CHECKOUT, SEARCH, accepted, program, promtools_accept};
use crate::{
    command, folder,
    objects::{elf, function, promised, section, write},
    text,
};

#[test]
fn prometheus_and_alertmanager_accept_the_written_files() {
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
        warning: objective `search` (success): tier page/fast can never fire: with a target of 90 %, even a total outage has a burn rate of only 10.0, and the tier needs more than 13.44; a total outage fires page/slow after 202 min, ticket/fast after 403 min, ticket/slow after 403 min
        wrote taken.rules.yml: 74 rules, 14 of them alerts, of 2 objectives
        wrote taken.tests.yml: tests of the rules
        wrote taken.alertmanager.yml: inhibitions and routes for Alertmanager
    "]].assert_eq(text(&output.stderr));
    assert_eq!(text(&output.stdout), "");
    assert!(output.status.success());
    promtools_accept(&["check", "rules", "taken.rules.yml"]);
    promtools_accept(&["test", "rules", "taken.tests.yml"]);
    accepted("amtool", &["check-config", "taken.alertmanager.yml"]);
}

#[test]
fn prometheus_accepts_json() {
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
    promtools_accept(&["check", "rules", "taken.json"]);
}

/// Runs a command that succeeds, perhaps with warnings, and returns its standard output.
#[track_caller]
fn succeed_with_warnings(arguments: &[&str]) -> String {
    let output = command(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    text(&output.stdout).to_owned()
}

#[test]
fn all_alerts_have_their_labels() {
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
        ErrorBudgetBurn objective_name="checkout" owner="payments" package="shop" severity="ticket" sli="success" tier="fast"
        ErrorBudgetBurn objective_name="checkout" owner="payments" package="shop" severity="ticket" sli="success" tier="slow"
        ErrorBudgetBurn objective_name="checkout" owner="payments" package="shop" severity="page" sli="success" tier="fast"
        ErrorBudgetBurn objective_name="checkout" owner="payments" package="shop" severity="page" sli="success" tier="slow"
        ObjectiveWithoutMetrics objective_name="checkout" owner="payments" package="shop" severity="ticket" sli="success" tier="absent"
        ErrorBudgetExhausting objective_name="checkout" owner="payments" package="shop" severity="ticket" sli="success" tier="exhausting"
        ErrorBudgetExhausted objective_name="checkout" owner="payments" package="shop" severity="ticket" sli="success" tier="exhausted"
        ErrorBudgetBurn objective_name="checkout" owner="payments" package="shop" severity="ticket" sli="latency" tier="fast"
        ErrorBudgetBurn objective_name="checkout" owner="payments" package="shop" severity="ticket" sli="latency" tier="slow"
        ErrorBudgetBurn objective_name="checkout" owner="payments" package="shop" severity="page" sli="latency" tier="fast"
        ErrorBudgetBurn objective_name="checkout" owner="payments" package="shop" severity="page" sli="latency" tier="slow"
        ObjectiveWithoutMetrics objective_name="checkout" owner="payments" package="shop" severity="ticket" sli="latency" tier="absent"
        ErrorBudgetExhausting objective_name="checkout" owner="payments" package="shop" severity="ticket" sli="latency" tier="exhausting"
        ErrorBudgetExhausted objective_name="checkout" owner="payments" package="shop" severity="ticket" sli="latency" tier="exhausted"
        ErrorBudgetBurn objective_name="search" package="shop" severity="ticket" sli="success" tier="fast"
        ErrorBudgetBurn objective_name="search" package="shop" severity="ticket" sli="success" tier="slow"
        ErrorBudgetBurn objective_name="search" package="shop" severity="page" sli="success" tier="slow"
        ObjectiveWithoutMetrics objective_name="search" package="shop" severity="ticket" sli="success" tier="absent"
        ErrorBudgetExhausting objective_name="search" package="shop" severity="ticket" sli="success" tier="exhausting"
        ErrorBudgetExhausted objective_name="search" package="shop" severity="ticket" sli="success" tier="exhausted""#]].assert_eq(&alerts.collect::<Vec<_>>().join("\n"));
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
                promised(function("shop::search", "find", 7, ""), &[SEARCH]),
                promised(
                    function("shop::checkout", "place_order", 30, ""),
                    &[CHECKOUT]
                ),
                promised(
                    function("shop::checkout", "Cart::total", 12, ""),
                    &[CHECKOUT]
                ),
            ],
        ),
    );
    let rules = |path: &str| succeed_with_warnings(&["rules", "--artifact", path]);
    assert_eq!(rules(&one), rules(&other));
}

#[test]
fn queries_select_the_given_service() {
    let program = program("rules-service");
    let rules = succeed_with_warnings(&["rules", "--artifact", &program, "--service", "shop"]);
    let line = rules.lines().find(|line| line.contains("_bucket"));
    expect![[r#"slowest functions by 99th percentile → topk(10, (histogram_quantile(0.99, sum by (module, function) (rate(function_calls_duration_seconds{module="shop::checkout",function=~"Cart::total|place_order",service_name="shop"}[5m]))) or histogram_quantile(0.99, sum by (le, module, function) (rate(function_calls_duration_seconds_bucket{module="shop::checkout",function=~"Cart::total|place_order",service_name="shop"}[5m])))) > 0)"#]].assert_eq(line.unwrap_or_default().trim());
}

#[test]
fn kubernetes_and_mimir_have_their_own_formats() {
    let program = program("rules-shapes");
    let head = |arguments: &[&str]| {
        let all = [&["rules", "--artifact", &program][..], arguments].concat();
        let text = succeed_with_warnings(&all);
        text.lines().take(12).collect::<Vec<_>>().join("\n")
    };
    expect![[r"
        # Generated from the program's objectives by `cargo autometrics rules --format kubernetes --name shop --namespace monitoring --label release=prometheus`: recording rules and alerts.
        # Change the objectives and generate the file again; edits of this file are lost.
        # The rules need a retention of 30d: --storage.tsdb.retention.time=30d. The default of Prometheus is 15d.
        apiVersion: monitoring.coreos.com/v1
        kind: PrometheusRule
        metadata:
          name: shop
          namespace: monitoring
          labels:
            release: prometheus
        spec:
          groups:"]].assert_eq(&head(&[
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
        # Generated from the program's objectives by `cargo autometrics rules --format mimir --name shop`: recording rules and alerts.
        # Change the objectives and generate the file again; edits of this file are lost.
        # The rules need a retention of 30d: --storage.tsdb.retention.time=30d. The default of Prometheus is 15d.
        namespace: shop
        groups:
        - name: slo:checkout:success
          rules:
          - record: slo:calls:rate5m
            expr: sum by (service_name) (rate(function_objective_calls_total{objective_name="checkout",sli="success",package="shop"}[5m]))
            labels:
              objective_name: checkout
              package: shop"#]].assert_eq(&head(&["--format", "mimir", "--name", "shop"]));
}

#[test]
fn a_given_policy_replaces_the_standard_one() {
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
        warning: objective `checkout` (success): tier page/only looks back 2m, which is shorter than four scrape intervals of 1m
        warning: objective `checkout` (latency): tier page/only looks back 2m, which is shorter than four scrape intervals of 1m
        warning: objective `search` (success): tier page/only looks back 2m, which is shorter than four scrape intervals of 1m
        warning: objective `search` (success): tier page/only can never fire: with a target of 90 %, even a total outage has a burn rate of only 10.0, and the tier needs more than 10; no other tier can fire either: give it a lower factor, or the objective a higher target
    "]].assert_eq(text(&output.stderr));
}
