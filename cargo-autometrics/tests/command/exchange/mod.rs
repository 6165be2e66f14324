//! `openslo`, and rules from OpenSLO files, whoever wrote them.

use std::{fs, time::Duration};

use expect_test::{Expect, expect};
use slo_spec::Objective;

use crate::{
    command, fail, folder,
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
        CHECKOUT
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
          description: "Objectives of a program that autometrics instruments"
        ---
        apiVersion: "openslo/v1"
        kind: "SLO"
        metadata:
          name: "checkout-success"
          displayName: "checkout \"ü\" (success)"
          annotations:
            autometrics/objective: "checkout \"ü\""
            autometrics/sli: "success"
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
                      query: "function_calls_total{objective_name=\"checkout \\\"ü\\\"\",result=\"error\"}"
                total:
                  metricSource:
                    type: "Prometheus"
                    spec:
                      query: "function_calls_total{objective_name=\"checkout \\\"ü\\\"\"}"
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
                good:
                  metricSource:
                    type: "Prometheus"
                    spec:
                      query: "function_calls_duration_seconds_bucket{objective_name=\"checkout \\\"ü\\\"\",le=\"0.18\"}"
                total:
                  metricSource:
                    type: "Prometheus"
                    spec:
                      query: "function_calls_duration_seconds_count{objective_name=\"checkout \\\"ü\\\"\"}"
          timeWindow:
            - duration: "30d"
              isRolling: true
          objectives:
            - displayName: "99 % of calls take at most 180ms, over 30d"
              targetPercent: 99
    "#]].assert_eq(&succeed(&["openslo", "--artifact", &program]));
}

/// What remains are annotations: functions and queries are the program's alone.
#[test]
fn what_was_written_gives_the_same_recordings_and_alerts() {
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

/// As others write it: an indicator of its own, a share instead of a percentage,
/// functions around the counters, and objects that say nothing of rules.
const FOREIGN: &str = r#"apiVersion: openslo/v1
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
fn files_that_others_wrote_are_read_and_their_rules_pass_their_tests() {
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
        wrote foreign.rules.yml: 37 rules, 5 of them alerts, of 1 objective
        wrote foreign.tests.yml: tests of the rules
    "]]
    .assert_eq(text(&output.stderr));
    let rules = fs::read_to_string(folder().join("foreign.rules.yml")).unwrap();
    let first: Vec<_> = rules.lines().take(20).collect();
    expect![[r#"
        # Made from the OpenSLO file by `cargo autometrics rules --openslo foreign.yml`: recording rules and alerts.
        # Change the objectives and make it again; what is changed here is lost.
        groups:
        - name: slo:api:ratio
          rules:
          - record: slo:calls:rate5m
            expr: sum by (service_name) (rate(http_requests_total{job="api",zone=~"(eu|us)-[a-c]+"}[5m]))
            labels:
              objective_name: api
              sli: ratio
          - record: slo:errors:rate5m
            expr: clamp_min(slo:calls:rate5m{objective_name="api",sli="ratio"} - on (service_name) (sum by (service_name) (rate(http_requests_total{job="api",code!~"5..",zone=~"(eu|us)-[a-c]+"}[5m])) or on (service_name) 0 * slo:calls:rate5m{objective_name="api",sli="ratio"}), 0)
            labels:
              objective_name: api
              sli: ratio
          - record: slo:error_ratio:5m
            expr: slo:errors:rate5m{objective_name="api",sli="ratio"} / (slo:calls:rate5m{objective_name="api",sli="ratio"} > 0)
            labels:
              objective_name: api
              sli: ratio"#]].assert_eq(&first.join("\n"));
    crate::rules::accepted("promtool", &["check", "rules", "foreign.rules.yml"]);
    crate::rules::accepted("promtool", &["test", "rules", "foreign.tests.yml"]);
}

/// One change of the file, and what is said of it.
#[track_caller]
fn refused(change: (&str, &str), said: &Expect) {
    let (from, to) = change;
    assert!(FOREIGN.contains(from), "{from}");
    let text = FOREIGN.replacen(from, to, 1);
    let name = format!("refused-{:x}.yml", hash(&text));
    fs::write(folder().join(&name), text).unwrap();
    let output = command(&["rules", "--openslo", &name]).output().unwrap();
    let message = crate::text(&output.stderr).replace(&name, "slo.yml");
    said.assert_eq(&message);
    assert_eq!(message.lines().count(), 1);
    assert_eq!(output.status.code(), Some(2));
}

fn hash(text: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

#[test]
fn what_is_not_supported_is_named_with_its_place() {
    refused(
        (
            "budgetingMethod: Occurrences",
            "budgetingMethod: Timeslices",
        ),
        &expect![[r"
            error: slo.yml:35:20: only the budgeting method `Occurrences` is supported: events count, not slices of time
        "]],
    );
    refused(
        ("ratioMetric:", "thresholdMetric:"),
        &expect![[r"
        error: slo.yml:14:5: `thresholdMetric` is not supported, only `ratioMetric`: rules count events
    "]],
    );
    refused(
        ("counter: true", "counter: false"),
        &expect![[r"
        error: slo.yml:14:14: only counters are supported: `counter: true`
    "]],
    );
    refused(
        ("isRolling: true", "isRolling: false"),
        &expect![[r"
        error: slo.yml:38:16: only rolling windows are supported: `isRolling: true`
    "]],
    );
    refused(
        (
            "    isRolling: true",
            "    calendar: {startTime: 2022-01-01 12:00:00}",
        ),
        &expect![[r"
            error: slo.yml:38:15: calendars are not supported, only rolling windows: `isRolling: true`
        "]],
    );
    refused(
        ("duration: 28d", "duration: 1M"),
        &expect![[r"
        error: slo.yml:37:15: `1M` is no span of time: write it as Prometheus does, such as `5m`, `1h30m` or `28d`
    "]],
    );
    refused(
        ("- target: 0.9995", "- target: 0.9995\n  - target: 0.99"),
        &expect![[r"
            error: slo.yml:40:5: exactly one objective per `SLO` is supported
        "]],
    );
    refused(
        ("openslo/v1", "openslo/v1alpha"),
        &expect![[r"
        error: slo.yml:1:13: `openslo/v1alpha` is not supported, only `openslo/v1`
    "]],
    );
}

#[test]
fn objects_and_queries_that_are_not_supported_are_named_with_their_place() {
    refused(
        ("kind: DataSource", "kind: Pod"),
        &expect![[r"
        error: slo.yml:2:7: `Pod` is no kind of OpenSLO: expected one of SLO, SLI, Service, DataSource, AlertPolicy, AlertCondition, AlertNotificationTarget
    "]],
    );
    refused(
        (
            "type: Prometheus\n        spec",
            "type: Datadog\n        spec",
        ),
        &expect![[r"
            error: slo.yml:18:15: only metrics of type `Prometheus` are supported
        "]],
    );
    refused(
        (
            "query: http_requests_total{",
            "query: histogram_quantile(0.9, x{",
        ),
        &expect![[r#"
            error: slo.yml:26:18: `histogram_quantile(0.9, x{job="api",zone=~"(eu|us)-[a-c]+"}` is no PromQL (unclosed left parenthesis): expected counters, such as `http_requests_total{code="500"}`, alone or in `sum(…)` and `rate(…[…])`
        "#]],
    );
    refused(
        (
            "query: http_requests_total{",
            "query: sum by (job) (x) + y{",
        ),
        &expect![[r#"
            error: slo.yml:26:18: `sum by (job) (x) + y{job="api",zone=~"(eu|us)-[a-c]+"}` is not supported: expected counters, such as `http_requests_total{code="500"}`, alone or in `sum(…)` and `rate(…[…])`
        "#]],
    );
    refused(
        (
            "query: sum(rate(http_requests_total",
            "query: max(rate(http_requests_total",
        ),
        &expect![[r#"
            error: slo.yml:20:18: `max(rate(http_requests_total{job="api",code!~"5..",zone=~"(eu|us)-[a-c]+"}[5m]))` is not supported: expected counters, such as `http_requests_total{code="500"}`, alone or in `sum(…)` and `rate(…[…])`
        "#]],
    );
    refused(
        ("[5m]))", "[5m] offset 1h))"),
        &expect![[r#"
        error: slo.yml:20:18: `sum(rate(http_requests_total{job="api",code!~"5..",zone=~"(eu|us)-[a-c]+"}[5m] offset 1h))` is not supported: expected counters, such as `http_requests_total{code="500"}`, alone or in `sum(…)` and `rate(…[…])`
    "#]],
    );
}

#[test]
fn what_is_malformed_is_named_with_its_place() {
    refused(
        ("target: 0.9995", "target: 99.95"),
        &expect![[r"
        error: slo.yml:40:13: `target` is no share above 1 and below 100 %, with at most six digits behind the point
    "]],
    );
    refused(
        ("target: 0.9995", "target: most"),
        &expect![[r"
        error: slo.yml:40:13: `target` is no share above 1 and below 100 %, with at most six digits behind the point
    "]],
    );
    refused(
        ("target: 0.9995", "goal: 0.9995"),
        &expect![[r"
        error: slo.yml:40:5: `target` is missing
    "]],
    );
    refused(
        ("  name: api", "  title: api"),
        &expect![[r"
        error: slo.yml:31:3: `name` is missing
    "]],
    );
    refused(
        ("indicatorRef: available", "indicatorRef: other"),
        &expect![[r"
            error: slo.yml:34:17: there is no `SLI` called `other` in this file
        "]],
    );
    refused(
        ("  indicatorRef: available\n", ""),
        &expect![[r"
        error: slo.yml:33:3: `indicator` is missing
    "]],
    );
    refused(
        ("    good:", "    perfect:"),
        &expect![[r"
        error: slo.yml:14:5: exactly one of `good` and `bad` must be there
    "]],
    );
    refused(
        ("kind: SLO", "kind: [SLO"),
        &expect![[r"
        error: slo.yml:30:9: this is no YAML: illegal placement of ':' indicator
    "]],
    );
    refused(
        ("kind: SLO\nmetadata:", "kind: SLO\nmetadata: 3\nx:"),
        &expect![[r"
            error: slo.yml:30:11: `name` is missing
        "]],
    );
    refused(
        ("http_requests_total{job=\"api\",zone", "5{zone"),
        &expect![[r#"
            error: slo.yml:26:18: `5{zone=~"(eu|us)-[a-c]+"}` is no PromQL (invalid promql query): expected counters, such as `http_requests_total{code="500"}`, alone or in `sum(…)` and `rate(…[…])`
        "#]],
    );
}

#[test]
fn what_is_no_file_or_holds_no_objective_is_an_error() {
    fail(
        &["rules", "--openslo", "no-such.yml"],
        2,
        &expect![[r"
        error: `no-such.yml` cannot be read: No such file or directory (os error 2)
    "]],
    );
    fs::create_dir_all(folder().join("openslo-folder")).unwrap();
    fail(
        &["rules", "--openslo", "openslo-folder"],
        2,
        &expect![[r"
            error: `openslo-folder` cannot be read: Is a directory (os error 21)
        "]],
    );
    write("empty.openslo.yml", b"");
    fail(
        &["rules", "--openslo", "empty.openslo.yml"],
        2,
        &expect![[r"
            error: `empty.openslo.yml` holds no `SLO` of OpenSLO v1 (`apiVersion: openslo/v1`, `kind: SLO`)
        "]],
    );
    write("binary.openslo.yml", b"\x7fELF\xff\xfe");
    fail(
        &["rules", "--openslo", "binary.openslo.yml"],
        2,
        &expect![[r"
            error: `binary.openslo.yml` cannot be read: stream did not contain valid UTF-8
        "]],
    );
}
