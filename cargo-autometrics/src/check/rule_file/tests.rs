//! Tests of the comparison with a small rule file.

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::{compare, detail, read};

const FILE: &str = r#"
groups:
- name: slo:pay
  interval: 1m
  rules:
  - record: slo:calls:rate5m
    expr: sum by (service_name) (rate(calls_total{objective_name="pay"}[5m]))
    labels:
      objective_name: pay
  - record: slo:burn_rate:5m
    expr: slo:calls:rate5m{objective_name="pay"} / 0.001
    labels:
      objective_name: pay
      objective_percentile: "99.90"
  - alert: ErrorBudgetBurn
    expr: |-
      slo:burn_rate:1h{objective_name="pay"} > 14.4
      and slo:burn_rate:5m{objective_name="pay"} > 14.4
    for: 1h
    labels:
      severity: page
    annotations:
      summary: "pay: burns"
      functions: |-
        shop::pay (src/pay.rs:3)
        shop::refund (src/pay.rs:30)
"#;

#[track_caller]
fn check(found: &str, expect: &Expect) {
    let differences = compare(&read(found).unwrap(), &read(FILE).unwrap());
    let lines = differences.iter().map(|difference| difference.line);
    let lines: Vec<String> = lines.map(|line| line.to_string()).collect();
    let text = [lines.join(" "), detail(&differences)].join("\n");
    expect.assert_eq(text.trim_start());
}

/// Checks the file with `from` replaced by `to`.
#[track_caller]
fn replaced(from: &str, to: &str, expect: &Expect) {
    assert!(FILE.contains(from), "{from}");
    check(&FILE.replace(from, to), expect);
}

#[test]
fn notation_is_no_difference() {
    for (from, to) in [
        ("groups:", "# Made by hand.\n---\ngroups:"),
        ("interval: 1m", "interval: 60s"),
        ("for: 1h", "for: \"60m\"  # as agreed"),
        ("severity: page", "'severity': \"page\""),
        ("\"99.90\"", "99.90"),
        (
            "objective_name=\"pay\"} / 0.001",
            "objective_name='pay'}  /0.001",
        ),
        ("14.4\n      and", "14.4 and"),
        ("src/pay.rs:30", "src/pay.rs:31"),
        (
            "    for: 1h\n    labels:\n      severity: page\n",
            "    labels: {severity: page}\n    for: 1h\n",
        ),
        (
            "expr: sum by (service_name) (rate",
            "expr: >-\n      sum by (service_name)\n      (rate",
        ),
        ("\n", "\r\n"),
    ] {
        replaced(from, to, &expect![[""]]);
    }
}

#[test]
fn json_of_the_same_rules_is_no_difference() {
    let json = r#"{"groups":[{"interval":"1m","name":"slo:pay","rules":[
        {"record":"slo:calls:rate5m","expr":"sum by (service_name) (rate(calls_total{objective_name=\"pay\"}[5m]))","labels":{"objective_name":"pay"}},
        {"record":"slo:burn_rate:5m","expr":"slo:calls:rate5m{objective_name=\"pay\"} / 0.001","labels":{"objective_name":"pay","objective_percentile":"99.90"}},
        {"alert":"ErrorBudgetBurn","expr":"slo:burn_rate:1h{objective_name=\"pay\"} > 14.4\nand slo:burn_rate:5m{objective_name=\"pay\"} > 14.4","for":"1h","labels":{"severity":"page"},
         "annotations":{"summary":"pay: burns","functions":"shop::pay (src\/pay.rs:3)\nshop::refund (src/pay.rs:30)"}}]}]}"#;
    check(json, &expect![[""]]);
    let emoji = json.replace("pay: burns", r"pay: \ud83d\ude00 \\ud83d");
    check(
        &emoji,
        &expect![[r#"
            5
            group `slo:pay`, alert `ErrorBudgetBurn` {severity="page"}, `annotations.summary`
              - pay: 😀 \ud83d
              + pay: burns"#]],
    );
}

#[test]
fn changed_values_are_shown_with_the_expected_ones() {
    replaced(
        "> 14.4\n      and",
        "> 20\n      and",
        &expect![[r#"
            17
            group `slo:pay`, alert `ErrorBudgetBurn` {severity="page"}, `expr`
              - … {objective_name="pay"} > 20 and slo:burn_rate:5m{objective_name="pay" …
              + … {objective_name="pay"} > 14.4 and slo:burn_rate:5m{objective_name="pay" …"#]],
    );
    replaced(
        "[5m]",
        "[10m]",
        &expect![[r#"
            7
            group `slo:pay`, record `slo:calls:rate5m`, `expr`
              - … {objective_name="pay"}[10m]))
              + … {objective_name="pay"}[5m]))"#]],
    );
    replaced(
        "calls_total{",
        "calls_total{env=\"prod\",",
        &expect![[r#"
            7
            group `slo:pay`, record `slo:calls:rate5m`, `expr`
              - … ) (rate(calls_total{env="prod",objective_name="pay"}[5m …
              + … ) (rate(calls_total{objective_name="pay"}[5m …"#]],
    );
    replaced(
        "interval: 1m",
        "interval: 2m",
        &expect![[r"
        4
        group `slo:pay`, `interval`
          - 2m
          + 1m"]],
    );
    replaced(
        "severity: page",
        "severity: ticket",
        &expect![[r#"
            21
            group `slo:pay`, alert `ErrorBudgetBurn` {severity="page"}, `labels.severity`
              - ticket
              + page"#]],
    );
    replaced(
        "    for: 1h\n",
        "",
        &expect![[r#"
            15
            group `slo:pay`, alert `ErrorBudgetBurn` {severity="page"}, `for`
              - nothing
              + 1h"#]],
    );
    replaced(
        "burns",
        "burns a lot",
        &expect![[r#"
            23
            group `slo:pay`, alert `ErrorBudgetBurn` {severity="page"}, `annotations.summary`
              - pay: burns a lot
              + pay: burns"#]],
    );
    replaced(
        "shop::refund",
        "shop::repay",
        &expect![[r#"
        25
        group `slo:pay`, alert `ErrorBudgetBurn` {severity="page"}, `annotations.functions`
          - shop::pay (src/pay.rs:3) shop::repay (src/pay.rs:30)
          + shop::pay (src/pay.rs:3) shop::refund (src/pay.rs:30)"#]],
    );
    replaced(
        "severity: page",
        "severity: page\n      team: web",
        &expect![[r#"
            22
            group `slo:pay`, alert `ErrorBudgetBurn` {severity="page"}, `labels.team`
              - web
              + nothing"#]],
    );
}

#[test]
fn missing_and_extra_rules_and_groups_are_named() {
    replaced(
        "alert: ErrorBudgetBurn",
        "alert: Burning",
        &expect![[r#"
            1 15
            group `slo:pay`, alert `ErrorBudgetBurn` {severity="page"} is missing
            group `slo:pay`, alert `Burning` {severity="page"} is not among the generated rules"#]],
    );
    replaced(
        "name: slo:pay",
        "name: slo:buy",
        &expect![[r"
            1 3
            group `slo:pay` is missing
            group `slo:buy` is not among the generated rules"]],
    );
    let twice = format!("{FILE}- name: slo:pay\n  rules: []\n");
    check(
        &twice,
        &expect![[r"
            27
            group `slo:pay` is not among the generated rules"]],
    );
    check(
        "",
        &expect![[r"
            1
            `groups` is missing"]],
    );
}

#[test]
fn rules_must_come_after_the_rules_that_record_their_input() {
    let (head, rules) = FILE.split_once("  - record").unwrap();
    let mut rules: Vec<&str> = rules.split("  - ").collect();
    // The alert does not read the rate, so it may come before it, but not before the burn rate.
    let file = |rules: &[&str]| format!("{head}  - record{}", rules.join("  - "));
    assert_eq!(file(&rules), FILE);
    let first = format!("record{}", rules.remove(0));
    let swapped = [rules[0], &first, rules[1]];
    let text = format!("{head}  - {}", swapped.join("  - "));
    check(
        &text,
        &expect![[r"
        11
        group `slo:pay`: record `slo:calls:rate5m` must come before record `slo:burn_rate:5m`, which reads it"]],
    );
    let text = format!("{head}  - {}  - {first}  - {}", rules[1], rules[0]);
    check(
        &text,
        &expect![[r#"
            22
            group `slo:pay`: record `slo:burn_rate:5m` must come before alert `ErrorBudgetBurn` {severity="page"}, which reads it"#]],
    );
}

#[test]
fn many_differences_are_cut_and_counted() {
    let mut expected = "groups:\n".to_owned();
    for i in 0..100 {
        let _ = write!(expected, "- name: g{i}\n  rules: []\n");
    }
    let expected = read(&expected).unwrap();
    let detail = detail(&compare(&read("groups: []").unwrap(), &expected));
    assert_eq!(detail.lines().count(), 61);
    assert_eq!(detail.lines().last(), Some("… and 40 more differences"));
}

#[test]
fn unreadable_files_are_reported_with_line_and_reason() {
    for (text, expect) in [
        (
            "groups:\n- name: [",
            expect!["3: while parsing a node, did not find expected node content"],
        ),
        (
            "groups:\n- name: a\n  name: b\n",
            expect!["3: duplicated key in mapping"],
        ),
        (
            "groups:\n- 7\n",
            expect!["2: a group is a map with `name` and `rules`"],
        ),
        ("- a\n", expect!["1: a rule file is a map with `groups`"]),
    ] {
        let error = read(text).unwrap_err();
        expect.assert_eq(&format!("{}: {}", error.line, error.reason));
    }
}
