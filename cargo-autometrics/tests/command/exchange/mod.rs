//! Tests of `openslo`, and of rules from OpenSLO files, whoever wrote them.

mod refusals;

use std::{fs, time::Duration};

use expect_test::expect;
use slo_spec::Objective;

use crate::{
    command, folder,
    objects::{elf, function, promised, section, write},
    succeed, text,
};

const CHECKOUT: Objective = Objective::new("checkout \"ü\"")
    .success_rate(99.95)
    .latency(Duration::from_millis(180), 99.0)
    .owner("payments")
    .runbook("https://wiki.example/checkout");

fn program(name: &str) -> String {
    let section = section![promised(
        function("shop::checkout", "place_order", 30, ""),
        &[CHECKOUT]
    )];
    write(name, &elf(".autometrics0", &section))
}

#[test]
fn objectives_are_written_for_other_tools() {
    let program = program("openslo-written");
    expect![[r#"
        apiVersion: "openslo/v1"
        kind: "Service"
        metadata:
          name: "shop"
          displayName: "shop"
        spec:
          description: "Objectives of a program instrumented with autometrics"
        ---
        apiVersion: "openslo/v1"
        kind: "SLO"
        metadata:
          name: "checkout-success"
          displayName: "checkout \"ü\" (success)"
          annotations:
            autometrics/objective: "checkout \"ü\""
            autometrics/sli: "success"
            autometrics/package: "shop"
            autometrics/owner: "payments"
            autometrics/runbook: "https://wiki.example/checkout"
        spec:
          description: "99.95 % of calls succeed, over 30d: shop::checkout::place_order (src/main.rs:30)"
          service: "shop"
          budgetingMethod: "Occurrences"
          indicator:
            metadata:
              name: "checkout-success"
            spec:
              ratioMetric:
                counter: true
                bad:
                  metricSource:
                    type: "Prometheus"
                    spec:
                      query: "function_objective_calls_total{objective_name=\"checkout \\\"ü\\\"\",sli=\"success\",package=\"shop\",outcome=\"bad\"}"
                total:
                  metricSource:
                    type: "Prometheus"
                    spec:
                      query: "function_objective_calls_total{objective_name=\"checkout \\\"ü\\\"\",sli=\"success\",package=\"shop\"}"
          timeWindow:
            - duration: "30d"
              isRolling: true
          objectives:
            - displayName: "99.95 % of calls succeed, over 30d"
              targetPercent: 99.95
        ---
        apiVersion: "openslo/v1"
        kind: "SLO"
        metadata:
          name: "checkout-latency"
          displayName: "checkout \"ü\" (latency)"
          annotations:
            autometrics/objective: "checkout \"ü\""
            autometrics/sli: "latency"
            autometrics/threshold: "180000000ns"
            autometrics/package: "shop"
            autometrics/owner: "payments"
            autometrics/runbook: "https://wiki.example/checkout"
        spec:
          description: "99 % of calls take at most 180ms, over 30d: shop::checkout::place_order (src/main.rs:30)"
          service: "shop"
          budgetingMethod: "Occurrences"
          indicator:
            metadata:
              name: "checkout-latency"
            spec:
              ratioMetric:
                counter: true
                bad:
                  metricSource:
                    type: "Prometheus"
                    spec:
                      query: "function_objective_calls_total{objective_name=\"checkout \\\"ü\\\"\",sli=\"latency\",package=\"shop\",outcome=\"bad\"}"
                total:
                  metricSource:
                    type: "Prometheus"
                    spec:
                      query: "function_objective_calls_total{objective_name=\"checkout \\\"ü\\\"\",sli=\"latency\",package=\"shop\"}"
          timeWindow:
            - duration: "30d"
              isRolling: true
          objectives:
            - displayName: "99 % of calls take at most 180ms, over 30d"
              targetPercent: 99
    "#]].assert_eq(&succeed(&["openslo", "--artifact", &program]));
}

/// Annotations are left out, because only the program has functions and queries.
#[test]
fn written_objectives_give_the_same_recordings_and_alerts_when_read() {
    let program = program("openslo-read");
    let written = succeed(&["openslo", "--artifact", &program]);
    fs::write(folder().join("read.openslo.yml"), written).unwrap();
    let rules = |arguments: &[&str]| {
        let all = [&["rules", "--format", "json"][..], arguments].concat();
        let mut rules: serde_json::Value = serde_json::from_str(&succeed(&all)).unwrap();
        for group in rules["groups"].as_array_mut().unwrap() {
            for rule in group["rules"].as_array_mut().unwrap() {
                rule.as_object_mut().unwrap().remove("annotations");
            }
        }
        rules
    };
    assert_eq!(
        rules(&["--artifact", &program]),
        rules(&["--openslo", "read.openslo.yml"])
    );
}

/// File as others write it: an indicator of its own, a share instead of a percentage, functions
/// around the counters, and objects that rules do not need.
pub(crate) const FOREIGN: &str = r#"apiVersion: openslo/v1
kind: DataSource
metadata:
  name: prom
spec:
  type: Prometheus
---
apiVersion: openslo/v1
kind: SLI
metadata:
  name: available
spec:
  ratioMetric:
    counter: true
    good:
      metricSource:
        metricSourceRef: prom
        type: Prometheus
        spec:
          query: sum(rate(http_requests_total{job="api",code!~"5..",zone=~"(eu|us)-[a-c]+"}[5m]))
    total:
      metricSource:
        metricSourceRef: prom
        type: Prometheus
        spec:
          query: http_requests_total{job="api",zone=~"(eu|us)-[a-c]+"}
---
apiVersion: openslo/v1
kind: SLO
metadata:
  name: api
spec:
  service: web
  indicatorRef: available
  budgetingMethod: Occurrences
  timeWindow:
  - duration: 28d
    isRolling: true
  objectives:
  - target: 0.9995
"#;

#[test]
fn files_of_other_tools_give_rules_that_pass_their_tests() {
    fs::write(folder().join("foreign.yml"), FOREIGN).unwrap();
    let output = command(&[
        "rules",
        "--openslo",
        "foreign.yml",
        "-o",
        "foreign.rules.yml",
        "--tests",
        "foreign.tests.yml",
    ])
    .output()
    .unwrap();
    expect![[r"
        wrote foreign.rules.yml: 25 rules, 5 of them alerts, of 1 objective
        wrote foreign.tests.yml: tests of the rules
    "]]
    .assert_eq(text(&output.stderr));
    let rules = fs::read_to_string(folder().join("foreign.rules.yml")).unwrap();
    let first: Vec<_> = rules.lines().take(20).collect();
    expect![[r#"
        # Generated from the OpenSLO file by `cargo autometrics rules --openslo foreign.yml`: recording rules and alerts.
        # Change the objectives and generate the file again; edits of this file are lost.
        # The rules need a retention of 28d: --storage.tsdb.retention.time=28d. The default of Prometheus is 15d.
        groups:
        - name: slo:api:ratio
          rules:
          - record: slo:calls:rate5m
            expr: sum by (service_name) (rate(http_requests_total{job="api",zone=~"(eu|us)-[a-c]+"}[5m]))
            labels:
              objective_name: api
              sli: ratio
          - record: slo:errors:rate5m
            expr: clamp_min(sum by (service_name) (rate(http_requests_total{job="api",zone=~"(eu|us)-[a-c]+"}[5m])) - (sum by (service_name) (rate(http_requests_total{job="api",code!~"5..",zone=~"(eu|us)-[a-c]+"}[5m])) or 0 * sum by (service_name) (rate(http_requests_total{job="api",zone=~"(eu|us)-[a-c]+"}[5m]))), 0)
            labels:
              objective_name: api
              sli: ratio
          - record: slo:error_ratio:5m
            expr: clamp_min(sum by (service_name) (rate(http_requests_total{job="api",zone=~"(eu|us)-[a-c]+"}[5m])) - (sum by (service_name) (rate(http_requests_total{job="api",code!~"5..",zone=~"(eu|us)-[a-c]+"}[5m])) or 0 * sum by (service_name) (rate(http_requests_total{job="api",zone=~"(eu|us)-[a-c]+"}[5m]))), 0) / (sum by (service_name) (rate(http_requests_total{job="api",zone=~"(eu|us)-[a-c]+"}[5m])) > 0)
            labels:
              objective_name: api"#]].assert_eq(&first.join("\n"));
    crate::rules::promtools_accept(&["check", "rules", "foreign.rules.yml"]);
    crate::rules::promtools_accept(&["test", "rules", "foreign.tests.yml"]);
}

#[test]
fn alert_policies_of_the_file_give_a_warning() {
    let with = FOREIGN.replace(
        "  timeWindow:",
        "  alertPolicies:\n  - alertPolicyRef: page-me\n  timeWindow:",
    );
    write("alerting.openslo.yml", with.as_bytes());
    let output = command(&["rules", "--openslo", "alerting.openslo.yml"])
        .output()
        .unwrap();
    expect![[r"
        warning: alerting.openslo.yml:37:5: `alertPolicies` has no effect: alerts follow a burn-rate policy, the standard one or that of `--policy FILE`
    "]].assert_eq(text(&output.stderr));
    assert!(output.status.success());
}

/// Prometheus 3 stores `1.0` for a bound that a program exports as `1`. A process without the
/// bucket is left out.
#[test]
fn a_bucket_is_selected_by_every_spelling_of_its_bound() {
    let bucket = FOREIGN
        .replace(
            "query: sum(rate(http_requests_total{job=\"api\",code!~\"5..\"",
            "query: sum(rate(http_seconds_bucket{job=\"api\",le=\"1\"",
        )
        .replace("query: http_requests_total{", "query: http_seconds_count{");
    assert!(bucket.contains("http_seconds_bucket"), "{bucket}");
    write("bucket.openslo.yml", bucket.as_bytes());
    let rules = succeed(&["rules", "--openslo", "bucket.openslo.yml"]);
    let line = rules
        .lines()
        .find(|line| line.contains("http_seconds_bucket"));
    expect![[r#"expr: sum by (service_name) (rate(http_seconds_count{job="api",zone=~"(eu|us)-[a-c]+"}[5m]) and ignoring (le) rate(http_seconds_bucket{job="api",le=~"1\\.0|1",zone=~"(eu|us)-[a-c]+"}[5m]))"#]].assert_eq(line.unwrap_or_default().trim());
    let absent = rules.lines().find(|line| line.contains("absent("));
    expect![[r#"or on () group by (service_name) (absent(http_seconds_bucket{job="api",le=~"1\\.0|1",zone=~"(eu|us)-[a-c]+"}))"#]].assert_eq(absent.unwrap_or_default().trim());
}
