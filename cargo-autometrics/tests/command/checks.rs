//! Tests of `check`: its findings, and their formats.

use std::time::Duration;

use autometrics_schema::record::{Record, Returns};
use expect_test::{Expect, expect};
use slo_spec::Objective;

use crate::{
    command,
    objects::{elf, function, promised, section, write},
    text,
};

pub(crate) const CHECKOUT: Objective = Objective::new("checkout")
    .success_rate(99.9)
    .owner("payments");

pub(crate) fn good() -> Vec<u8> {
    elf(
        ".autometrics0",
        &section![
            promised(
                function("shop::checkout", "place_order", 30, ""),
                &[CHECKOUT]
            ),
            function("shop::search", "rank", 9, ""),
        ],
    )
}

/// Returns a program with many problems at once.
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
            promised(
                function("shop::checkout", "place_order", 30, ""),
                &[CHECKOUT]
            ),
            promised(function("shop::checkout", "cancel_order", 50, ""), &[OTHER]),
            promised(function("shop::search", "rank", 9, ""), &[RARE]),
            function("shop::search", "rank", 90, ""),
        ],
    )
}

#[track_caller]
pub(crate) fn check(arguments: &[&str], code: i32, found: &Expect, said: &Expect) {
    let all = [&["check"][..], arguments].concat();
    let output = command(&all).output().unwrap();
    found.assert_eq(text(&output.stdout));
    said.assert_eq(text(&output.stderr));
    assert_eq!(output.status.code(), Some(code));
}

#[test]
fn a_program_without_problems_is_reported_as_checked() {
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
fn all_problems_are_found_in_one_run() {
    let path = write("check-bad", &bad());
    check(
        &["--artifact", &path],
        1,
        &expect![[r#"
            warning[name-needs-quotes]: owner `the shop` must be quoted in Alertmanager's matchers and in shells: letters, digits, `-`, `_`, `.` and `/` need no quotes
              --> src/main.rs:9
            warning[objective-name]: objective `rare, but ünder 90` has a name that the Autometrics specification does not allow, and that other tools may refuse: begin with a letter or digit, and use letters, digits, `-`, `_` and spaces
              --> src/main.rs:9
            warning[threshold-outside-buckets]: objective `rare, but ünder 90` has a threshold of 30s, which is above all default buckets (10 s): the objective works, because its threshold is a bucket, but quantiles near it are inaccurate; set `Settings::buckets` to bounds around it
              --> src/main.rs:9
            warning[unreliable-alert]: objective `rare, but ünder 90` (success): tier page/fast can never fire: with a target of 90 %, even a total outage has a burn rate of only 10.0, and the tier needs more than 14.4; a total outage fires page/slow after 216 min, ticket/fast after 432 min, ticket/slow after 432 min
              --> src/main.rs:9
            error[ambiguous-objective]: objective `checkout` of `shop::checkout::place_order` differs from that of `shop::checkout::cancel_order`: give one of them another name, or use one constant
              --> src/main.rs:30
               | src/main.rs:50 99 % succeed, over 30d, owner payments
               | src/main.rs:30 99.9 % succeed, over 30d, owner payments
            warning[function-collision]: `shop::search::rank` is also at src/main.rs:9: metrics distinguish them by file and line, which change with edits; give one a `name = "…"`
              --> src/main.rs:90
        "#]],
        &expect![[r"
            error: 1 error and 5 warnings
        "]],
    );
}

#[test]
fn warnings_fail_with_strict() {
    const ROUGH: Objective = Objective::new("rough").success_rate(90.0);
    let path = write(
        "check-warning",
        &elf(
            ".autometrics0",
            &section![promised(function("shop", "main", 3, ""), &[ROUGH])],
        ),
    );
    check(
        &["--artifact", &path],
        0,
        &expect![[r"
        warning[unreliable-alert]: objective `rough` (success): tier page/fast can never fire: with a target of 90 %, even a total outage has a burn rate of only 10.0, and the tier needs more than 14.4; a total outage fires page/slow after 216 min, ticket/fast after 432 min, ticket/slow after 432 min
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
            warning[unreliable-alert]: objective `rough` (success): tier page/fast can never fire: with a target of 90 %, even a total outage has a burn rate of only 10.0, and the tier needs more than 14.4; a total outage fires page/slow after 216 min, ticket/fast after 432 min, ticket/slow after 432 min
              --> src/main.rs:3
        "]],
        &expect![[r"
            error: 0 errors and 1 warning
        "]],
    );
}

/// Checks the records of `#[post] #[protect] #[instrument_fn(objective = UPLOAD)]`, where the
/// attribute in the middle has put the result into a response.
#[test]
fn a_success_rate_that_no_value_can_violate_is_found() {
    const UPLOAD: Objective = Objective::new("upload").success_rate(99.9);
    const VIEW: Objective = Objective::new("view").success_rate(99.0);
    const fn returning(
        name: &'static str,
        line: u32,
        returns: Returns,
        objectives: &'static [Objective],
    ) -> Record<'static> {
        Record {
            returns,
            asynchronous: true,
            ..promised(function("shop::files", name, line, ""), objectives)
        }
    }
    let path = write(
        "check-infallible",
        &elf(
            ".autometrics0",
            &section![
                returning("upload", 3, Returns::Other, &[UPLOAD]),
                returning("upload_all", 9, Returns::Option, &[UPLOAD]),
                returning("view", 20, Returns::Other, &[VIEW]),
                returning("preview", 30, Returns::Classified, &[VIEW]),
            ],
        ),
    );
    check(
        &["--artifact", &path, "--strict"],
        1,
        &expect![[r"
            warning[objective-cannot-fail]: objective `upload` has the target that 99.9 % of calls succeed, but none of its functions returns a value that can be an error: only panics and cancelled calls are bad. If an attribute above `#[instrument_fn]` changes the return type, move `#[instrument_fn]` above it; otherwise return a `Result`, or define success with `ok_if`
              --> src/main.rs:3
               | src/main.rs:3 shop::files::upload
               | src/main.rs:9 shop::files::upload_all
        "]],
        &expect![[r"
            error: 0 errors and 1 warning
        "]],
    );
}
#[test]
fn findings_can_be_written_as_sarif() {
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
        "warning" "objective-name" "src/main.rs":9
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
        ::warning file=src/main.rs,line=9,title=name-needs-quotes::owner `the shop` must be quoted in Alertmanager's matchers and in shells: letters, digits, `-`, `_`, `.` and `/` need no quotes
        ::warning file=src/main.rs,line=9,title=objective-name::objective `rare, but ünder 90` has a name that the Autometrics specification does not allow, and that other tools may refuse: begin with a letter or digit, and use letters, digits, `-`, `_` and spaces
        ::warning file=src/main.rs,line=9,title=threshold-outside-buckets::objective `rare, but ünder 90` has a threshold of 30s, which is above all default buckets (10 s): the objective works, because its threshold is a bucket, but quantiles near it are inaccurate; set `Settings::buckets` to bounds around it
        ::warning file=src/main.rs,line=9,title=unreliable-alert::objective `rare, but ünder 90` (success): tier page/fast can never fire: with a target of 90 %25, even a total outage has a burn rate of only 10.0, and the tier needs more than 14.4; a total outage fires page/slow after 216 min, ticket/fast after 432 min, ticket/slow after 432 min
        ::error file=src/main.rs,line=30,title=ambiguous-objective::objective `checkout` of `shop::checkout::place_order` differs from that of `shop::checkout::cancel_order`: give one of them another name, or use one constant%0Asrc/main.rs:50 99 %25 succeed, over 30d, owner payments%0Asrc/main.rs:30 99.9 %25 succeed, over 30d, owner payments
        ::warning file=src/main.rs,line=90,title=function-collision::`shop::search::rank` is also at src/main.rs:9: metrics distinguish them by file and line, which change with edits; give one a `name = "…"`
    "#]].assert_eq(text(&output.stdout));
}

#[test]
fn names_that_the_specification_does_not_allow_are_found() {
    const fn named(name: &'static str) -> Objective {
        Objective::new(name).success_rate(99.9)
    }
    const GOOD: [Objective; 4] = [
        named("a"),
        named("9 lives"),
        named("Check out"),
        named("check-out_2"),
    ];
    const BAD: [Objective; 6] = [
        named("-a"),
        named("_a"),
        named("a.b"),
        named("a/b"),
        named("\u{fc}ber"),
        named("a, b"),
    ];
    let path = write(
        "check-names",
        &elf(
            ".autometrics0",
            &section![
                promised(function("shop", "good", 1, ""), &GOOD),
                promised(function("shop", "bad", 2, ""), &BAD),
            ],
        ),
    );
    let output = command(&["check", "--artifact", &path]).output().unwrap();
    let found = text(&output.stdout);
    let named: Vec<_> = found
        .lines()
        .filter(|line| line.starts_with("warning[objective-name]"))
        .map(|line| line.split('`').nth(1).unwrap())
        .collect();
    assert_eq!(named, ["-a", "_a", "a, b", "a.b", "a/b", "\u{fc}ber"]);
    assert!(!found.contains("name-needs-quotes"), "{found}");
}
