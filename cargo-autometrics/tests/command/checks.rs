//! `check`: what it finds, and how it says so.

use std::{fs, time::Duration};

use expect_test::{Expect, expect};
use slo_spec::Objective;

use crate::{
    command, folder,
    objects::{elf, function, promised, section, write},
    text,
};

const CHECKOUT: Objective = Objective::new("checkout")
    .success_rate(99.9)
    .owner("payments");

fn good() -> Vec<u8> {
    elf(
        ".autometrics0",
        &section![
            promised(function("shop::checkout", "place_order", 30, ""), CHECKOUT),
            function("shop::search", "rank", 9, ""),
        ],
    )
}

/// Everything that can be wrong at once.
fn bad() -> Vec<u8> {
    const OTHER: Objective = Objective::new("checkout")
        .success_rate(99.0)
        .owner("payments");
    const RARE: Objective = Objective::new("rare, but ünder 90")
        .success_rate(90.0)
        .latency(Duration::from_secs(30), 99.0)
        .owner("the shop");
    elf(
        ".autometrics0",
        &section![
            promised(function("shop::checkout", "place_order", 30, ""), CHECKOUT),
            promised(function("shop::checkout", "cancel_order", 50, ""), OTHER),
            promised(function("shop::search", "rank", 9, ""), RARE),
            function("shop::search", "rank", 90, ""),
        ],
    )
}

#[track_caller]
fn check(arguments: &[&str], code: i32, found: &Expect, said: &Expect) {
    let all = [&["check"][..], arguments].concat();
    let output = command(&all).output().unwrap();
    found.assert_eq(text(&output.stdout));
    said.assert_eq(text(&output.stderr));
    assert_eq!(output.status.code(), Some(code));
}

#[test]
fn what_is_right_is_said_to_be() {
    let path = write("check-good", &good());
    check(
        &["--artifact", &path],
        0,
        &expect![[r""]],
        &expect![[r"
        checked 2 functions and 1 objective: 0 errors and 0 warnings
    "]],
    );
}

#[test]
fn all_that_is_wrong_is_found_in_one_run() {
    let path = write("check-bad", &bad());
    check(
        &["--artifact", &path],
        1,
        &expect![[r#"
            warning[name-needs-quotes]: objective `rare, but ünder 90` must be quoted wherever people type it, in Alertmanager's matchers and in shells: letters, digits, `-`, `_`, `.` and `/` need no quotes
              --> src/main.rs:9
            warning[name-needs-quotes]: owner `the shop` must be quoted wherever people type it, in Alertmanager's matchers and in shells: letters, digits, `-`, `_`, `.` and `/` need no quotes
              --> src/main.rs:9
            warning[threshold-outside-buckets]: objective `rare, but ünder 90` has a threshold of 30s, which is above all default buckets (10 s): the objective works, as its threshold is a bucket, but quantiles near it are guesses; set `Settings::buckets` to some around it
              --> src/main.rs:9
            warning[unreliable-alert]: objective `rare, but ünder 90` (success): tier page/fast can never fire: at 90 % not even a total outage burns the budget more than 10.0 times too fast, and it asks for 14.4; a total outage is told by page/slow after 216 min, ticket/fast after 432 min, ticket/slow after 432 min
              --> src/main.rs:9
            error[ambiguous-objective]: objective `checkout` promises something else for `shop::checkout::place_order` than for `shop::checkout::cancel_order`: give one of them another name, or use one constant
              --> src/main.rs:30
               | src/main.rs:50 99 % succeed, over 30d, owner payments
               | src/main.rs:30 99.9 % succeed, over 30d, owner payments
            warning[function-collision]: `shop::search::rank` is also at src/main.rs:9: metrics tell them apart by file and line, which changes with every edit; give one a `name = "…"`
              --> src/main.rs:90
        "#]],
        &expect![[r"
            error: 1 error and 5 warnings
        "]],
    );
}

#[test]
fn warnings_fail_where_they_must_not_be() {
    const ROUGH: Objective = Objective::new("rough").success_rate(90.0);
    let path = write(
        "check-warning",
        &elf(
            ".autometrics0",
            &section![promised(function("shop", "main", 3, ""), ROUGH)],
        ),
    );
    check(
        &["--artifact", &path],
        0,
        &expect![[r"
        warning[unreliable-alert]: objective `rough` (success): tier page/fast can never fire: at 90 % not even a total outage burns the budget more than 10.0 times too fast, and it asks for 14.4; a total outage is told by page/slow after 216 min, ticket/fast after 432 min, ticket/slow after 432 min
          --> src/main.rs:3
    "]],
        &expect![[r"
        checked 1 function and 1 objective: 0 errors and 1 warning
    "]],
    );
    check(
        &["--artifact", &path, "--strict"],
        1,
        &expect![[r"
            warning[unreliable-alert]: objective `rough` (success): tier page/fast can never fire: at 90 % not even a total outage burns the budget more than 10.0 times too fast, and it asks for 14.4; a total outage is told by page/slow after 216 min, ticket/fast after 432 min, ticket/slow after 432 min
              --> src/main.rs:3
        "]],
        &expect![[r"
            error: 0 errors and 1 warning
        "]],
    );
}

/// The rules of the good program, in a file.
fn rules(name: &str, path: &str, more: &[&str]) -> String {
    let all = [&["rules", "--artifact", path][..], more].concat();
    let output = command(&all).output().unwrap();
    fs::write(folder().join(name), &output.stdout).unwrap();
    text(&output.stdout).to_owned()
}

#[test]
fn a_current_rule_file_is_no_finding_in_whatever_shape() {
    let path = write("check-current", &good());
    for (name, format) in [
        ("current.yml", &["--format", "yaml"][..]),
        ("current.json", &["--format", "json"]),
        (
            "current.mimir.yml",
            &["--format", "mimir", "--name", "shop"],
        ),
        (
            "current.kube.yml",
            &[
                "--format",
                "kubernetes",
                "--name",
                "x",
                "--label",
                "release=p",
                "--namespace",
                "m",
            ],
        ),
    ] {
        let text = rules(name, &path, format);
        check(
            &["--artifact", &path, "--rules", name],
            0,
            &expect![[r""]],
            &expect![[r"
                checked 2 functions and 1 objective: 0 errors and 0 warnings
            "]],
        );
        // As a checkout on Windows has it.
        fs::write(folder().join(name), text.replace('\n', "\r\n")).unwrap();
        check(
            &["--artifact", &path, "--rules", name],
            0,
            &expect![[r""]],
            &expect![[r"
                checked 2 functions and 1 objective: 0 errors and 0 warnings
            "]],
        );
    }
}

#[test]
fn a_rule_file_that_differs_is_shown_with_the_difference() {
    let path = write("check-differs", &good());
    let text = rules("differs.yml", &path, &[]);
    fs::write(folder().join("differs.yml"), text.replace("> 14.4", "> 20")).unwrap();
    check(
        &["--artifact", &path, "--rules", "differs.yml"],
        1,
        &expect![[r#"
            error[rules-differ]: differs.yml is not what the program says now: write it again with `cargo autometrics rules -o differs.yml`
              --> differs.yml:158
               | @@ -156,6 +156,6 @@
               |    - alert: ErrorBudgetBurn
               |      expr: |-
               | -      sum by (service_name) (rate(function_objective_calls_total{objective_name="checkout",sli="success",package="shop",outcome="bad"}[1h])) / (sum by (service_name) (rate(function_objective_calls_total{objective_name="checkout",sli="success",package="shop"}[1h])) > 0) / 0.001 > 20
               | -      and sum by (service_name) (rate(function_objective_calls_total{objective_name="checkout",sli="success",package="shop",outcome="bad"}[5m])) / (sum by (service_name) (rate(function_objective_calls_total{objective_name="checkout",sli="success",package="shop"}[5m])) > 0) / 0.001 > 20
               | +      sum by (service_name) (rate(function_objective_calls_total{objective_name="checkout",sli="success",package="shop",outcome="bad"}[1h])) / (sum by (service_name) (rate(function_objective_calls_total{objective_name="checkout",sli="success",package="shop"}[1h])) > 0) / 0.001 > 14.4
               | +      and sum by (service_name) (rate(function_objective_calls_total{objective_name="checkout",sli="success",package="shop",outcome="bad"}[5m])) / (sum by (service_name) (rate(function_objective_calls_total{objective_name="checkout",sli="success",package="shop"}[5m])) > 0) / 0.001 > 14.4
               |        and sum by (service_name) (increase(function_objective_calls_total{objective_name="checkout",sli="success",package="shop",outcome="bad"}[1h])) >= 5
               |      keep_firing_for: 25m
        "#]],
        &expect![[r"
            error: 1 error and 0 warnings
        "]],
    );
    check(
        &[
            "--artifact",
            &path,
            "--rules",
            "differs.yml",
            "--format",
            "github",
        ],
        1,
        &expect![[r#"
            ::error file=differs.yml,line=158,title=rules-differ::differs.yml is not what the program says now: write it again with `cargo autometrics rules -o differs.yml`%0A@@ -156,6 +156,6 @@%0A   - alert: ErrorBudgetBurn%0A     expr: |-%0A-      sum by (service_name) (rate(function_objective_calls_total{objective_name="checkout",sli="success",package="shop",outcome="bad"}[1h])) / (sum by (service_name) (rate(function_objective_calls_total{objective_name="checkout",sli="success",package="shop"}[1h])) > 0) / 0.001 > 20%0A-      and sum by (service_name) (rate(function_objective_calls_total{objective_name="checkout",sli="success",package="shop",outcome="bad"}[5m])) / (sum by (service_name) (rate(function_objective_calls_total{objective_name="checkout",sli="success",package="shop"}[5m])) > 0) / 0.001 > 20%0A+      sum by (service_name) (rate(function_objective_calls_total{objective_name="checkout",sli="success",package="shop",outcome="bad"}[1h])) / (sum by (service_name) (rate(function_objective_calls_total{objective_name="checkout",sli="success",package="shop"}[1h])) > 0) / 0.001 > 14.4%0A+      and sum by (service_name) (rate(function_objective_calls_total{objective_name="checkout",sli="success",package="shop",outcome="bad"}[5m])) / (sum by (service_name) (rate(function_objective_calls_total{objective_name="checkout",sli="success",package="shop"}[5m])) > 0) / 0.001 > 14.4%0A       and sum by (service_name) (increase(function_objective_calls_total{objective_name="checkout",sli="success",package="shop",outcome="bad"}[1h])) >= 5%0A     keep_firing_for: 25m
        "#]],
        &expect![[r"
            error: 1 error and 0 warnings
        "]],
    );
}

#[test]
fn a_rule_file_made_with_other_options_says_so() {
    let path = write("check-options", &good());
    rules("options.yml", &path, &["--min-bad-events", "10"]);
    let output = command(&["check", "--artifact", &path, "--rules", "options.yml"])
        .output()
        .unwrap();
    let first = text(&output.stdout).lines().next().unwrap_or_default();
    expect!["error[rules-differ]: options.yml is not what the program says now: write it again with `cargo autometrics rules -o options.yml`; it was made with other options, which its first line names"].assert_eq(first);
    check(
        &[
            "--artifact",
            &path,
            "--rules",
            "options.yml",
            "--min-bad-events",
            "10",
        ],
        0,
        &expect![[r""]],
        &expect![[r"
            checked 2 functions and 1 objective: 0 errors and 0 warnings
        "]],
    );
}

#[test]
fn an_objective_that_only_the_file_knows_is_attached_to_nothing() {
    let path = write("check-orphan", &good());
    let text = rules("orphan.yml", &path, &[]);
    fs::write(
        folder().join("orphan.yml"),
        text.replace("objective_name: checkout", "objective_name: basket"),
    )
    .unwrap();
    let output = command(&["check", "--artifact", &path, "--rules", "orphan.yml"])
        .output()
        .unwrap();
    let lines: Vec<_> = text_of(&output.stdout)
        .filter(|line| !line.starts_with("   |"))
        .collect();
    expect![[r"
        error[objective-without-function]: no function belongs to objective `basket` any more: its rules watch nothing
          --> orphan.yml:10
        error[rules-differ]: orphan.yml is not what the program says now: write it again with `cargo autometrics rules -o orphan.yml`
          --> orphan.yml:10"]].assert_eq(&lines.join("\n"));
}

fn text_of(bytes: &[u8]) -> impl Iterator<Item = &str> {
    text(bytes).lines()
}

#[test]
fn findings_are_sarif_for_tools() {
    let path = write("check-sarif", &bad());
    let output = command(&["check", "--artifact", &path, "--format", "sarif"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let sarif: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let rows: Vec<_> = results
        .iter()
        .map(|result| {
            let place = &result["locations"][0]["physicalLocation"];
            format!(
                "{} {} {}:{}",
                result["level"],
                result["ruleId"],
                place["artifactLocation"]["uri"],
                place["region"]["startLine"]
            )
        })
        .collect();
    expect![[r#"
        "warning" "name-needs-quotes" "src/main.rs":9
        "warning" "name-needs-quotes" "src/main.rs":9
        "warning" "threshold-outside-buckets" "src/main.rs":9
        "warning" "unreliable-alert" "src/main.rs":9
        "error" "ambiguous-objective" "src/main.rs":30
        "warning" "function-collision" "src/main.rs":90"#]]
    .assert_eq(&rows.join("\n"));
    let known = sarif["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap();
    for result in results {
        assert!(
            known.iter().any(|rule| rule["id"] == result["ruleId"]),
            "{result}"
        );
    }
}

#[test]
fn github_gets_one_command_per_finding() {
    let path = write("check-github", &bad());
    let output = command(&["check", "--artifact", &path, "--format", "github"])
        .output()
        .unwrap();
    expect![[r#"
        ::warning file=src/main.rs,line=9,title=name-needs-quotes::objective `rare, but ünder 90` must be quoted wherever people type it, in Alertmanager's matchers and in shells: letters, digits, `-`, `_`, `.` and `/` need no quotes
        ::warning file=src/main.rs,line=9,title=name-needs-quotes::owner `the shop` must be quoted wherever people type it, in Alertmanager's matchers and in shells: letters, digits, `-`, `_`, `.` and `/` need no quotes
        ::warning file=src/main.rs,line=9,title=threshold-outside-buckets::objective `rare, but ünder 90` has a threshold of 30s, which is above all default buckets (10 s): the objective works, as its threshold is a bucket, but quantiles near it are guesses; set `Settings::buckets` to some around it
        ::warning file=src/main.rs,line=9,title=unreliable-alert::objective `rare, but ünder 90` (success): tier page/fast can never fire: at 90 %25 not even a total outage burns the budget more than 10.0 times too fast, and it asks for 14.4; a total outage is told by page/slow after 216 min, ticket/fast after 432 min, ticket/slow after 432 min
        ::error file=src/main.rs,line=30,title=ambiguous-objective::objective `checkout` promises something else for `shop::checkout::place_order` than for `shop::checkout::cancel_order`: give one of them another name, or use one constant%0Asrc/main.rs:50 99 %25 succeed, over 30d, owner payments%0Asrc/main.rs:30 99.9 %25 succeed, over 30d, owner payments
        ::warning file=src/main.rs,line=90,title=function-collision::`shop::search::rank` is also at src/main.rs:9: metrics tell them apart by file and line, which changes with every edit; give one a `name = "…"`
    "#]].assert_eq(text(&output.stdout));
}

#[test]
fn a_rule_file_that_is_not_there_is_an_error() {
    let path = write("check-missing", &good());
    check(
        &["--artifact", &path, "--rules", "not-there.yml"],
        2,
        &expect![[r""]],
        &expect![[r"
            error: `not-there.yml` cannot be read: No such file or directory (os error 2)
        "]],
    );
}
