//! Tests of `check --rules`, with rule files that are current, and with others.

use std::fs;

use expect_test::expect;

use crate::{
    checks::{CHECKOUT, check, good},
    command, folder,
    objects::{elf, function, promised, section, write},
    text,
};

/// Writes the rules of a program to the file `name`, and returns them.
fn rules(name: &str, path: &str, more: &[&str]) -> String {
    let all = [&["rules", "--artifact", path][..], more].concat();
    let output = command(&all).output().unwrap();
    fs::write(folder().join(name), &output.stdout).unwrap();
    text(&output.stdout).to_owned()
}

#[test]
fn a_current_rule_file_has_no_findings_in_any_format() {
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
        // A checkout on Windows has these line breaks.
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
fn differences_of_a_rule_file_are_shown() {
    let path = write("check-differs", &good());
    let text = rules("differs.yml", &path, &[]);
    fs::write(folder().join("differs.yml"), text.replace("> 14.4", "> 20")).unwrap();
    check(
        &["--artifact", &path, "--rules", "differs.yml"],
        1,
        &expect![[r#"
            error[rules-differ]: differs.yml is not what the program says now: write it again with `cargo autometrics rules --artifact check-differs -o differs.yml`
              --> differs.yml:158
               | group `slo:checkout:success:alerts`, alert `ErrorBudgetBurn` {severity="page",tier="fast"}, `expr`
               |   - … > 0) / 0.001 > 20 and sum by (service_name) … > 0) / 0.001 > 20 and sum by (service_name) …
               |   + … > 0) / 0.001 > 14.4 and sum by (service_name) … > 0) / 0.001 > 14.4 and sum by (service_name) …
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
            ::error file=differs.yml,line=158,title=rules-differ::differs.yml is not what the program says now: write it again with `cargo autometrics rules --artifact check-differs -o differs.yml`%0Agroup `slo:checkout:success:alerts`, alert `ErrorBudgetBurn` {severity="page",tier="fast"}, `expr`%0A  - … > 0) / 0.001 > 20 and sum by (service_name) … > 0) / 0.001 > 20 and sum by (service_name) …%0A  + … > 0) / 0.001 > 14.4 and sum by (service_name) … > 0) / 0.001 > 14.4 and sum by (service_name) …
        "#]],
        &expect![[r"
            error: 1 error and 0 warnings
        "]],
    );
}

#[test]
fn options_in_the_header_of_a_rule_file_are_reported_if_they_differ() {
    let path = write("check-options", &good());
    rules("options.yml", &path, &["--min-bad-events", "10"]);
    let output = command(&["check", "--artifact", &path, "--rules", "options.yml"])
        .output()
        .unwrap();
    let first = text(&output.stdout).lines().next().unwrap_or_default();
    expect!["error[rules-differ]: options.yml is not what the program says now: write it again with `cargo autometrics rules --artifact check-options -o options.yml`; it was made by `cargo autometrics rules --min-bad-events 10`: give `check` these options if they are right"].assert_eq(first);
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
fn an_objective_that_only_the_file_has_is_found() {
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
        error[rules-differ]: orphan.yml is not what the program says now: write it again with `cargo autometrics rules --artifact check-orphan -o orphan.yml`
          --> orphan.yml:10"]].assert_eq(&lines.join("\n"));
}

fn text_of(bytes: &[u8]) -> impl Iterator<Item = &str> {
    text(bytes).lines()
}

#[test]
fn a_missing_rule_file_is_an_error() {
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

/// Returns the findings of `check` in the file `name` with `from` replaced by `to`.
#[track_caller]
fn changed(program: &str, name: &str, rules: &str, (from, to): (&str, &str)) -> String {
    assert!(rules.contains(from), "{from}");
    fs::write(folder().join(name), rules.replace(from, to)).unwrap();
    let output = command(&["check", "--artifact", program, "--rules", name])
        .output()
        .unwrap();
    let code = output.status.code();
    let found = text(&output.stdout);
    assert_eq!(code, Some(i32::from(!found.is_empty())), "{found}");
    found.to_owned()
}

#[test]
fn moved_functions_and_another_notation_of_the_file_are_no_difference() {
    let before = write("check-before", &good());
    let after = write(
        "check-after",
        &elf(
            ".autometrics0",
            &section![
                promised(
                    function("shop::checkout", "place_order", 33, ""),
                    &[CHECKOUT]
                ),
                function("shop::search", "rank", 12, ""),
            ],
        ),
    );
    let text = rules("moved.yml", &before, &[]);
    assert!(text.contains("src/main.rs:30"), "{text}");
    for change in [
        ("src/main.rs:30", "src/main.rs:30"),
        ("groups:", "# By hand.\ngroups:"),
        ("groups:", "---\ngroups:"),
        (" > 14.4", "   >14.4 # factor\n     "),
        ("severity: page", "\"severity\": 'page'"),
    ] {
        let found = changed(&after, "moved.yml", &text, change);
        assert_eq!(found, "", "{change:?}");
    }
}

#[test]
fn every_change_of_an_alert_is_a_difference() {
    let program = write("check-changed", &good());
    let text = rules("changed.yml", &program, &[]);
    for change in [
        ("> 14.4", "> 14.5"),
        ("[5m]", "[6m]"),
        (
            "objective_name=\"checkout\"",
            "objective_name=~\"checkout\"",
        ),
        ("severity: page", "severity: ticket"),
        ("owner: payments", "owner: shop"),
        ("    annotations:", "    for: 5m\n    annotations:"),
        ("shop::checkout::place_order", "shop::checkout::place"),
        ("99.9 % of calls", "99 % of calls"),
        ("  rules:\n", "  interval: 5m\n  rules:\n"),
    ] {
        let found = changed(&program, "changed.yml", &text, change);
        assert!(found.contains("error[rules-differ]"), "{change:?}");
    }
}

#[test]
fn the_command_that_writes_the_file_again_has_all_its_options() {
    let program = write("check-command", &good());
    let shape = [
        "--format",
        "kubernetes",
        "--name",
        "pay",
        "--namespace",
        "monitoring",
        "--label",
        "release=prometheus",
    ];
    let text = rules("my rules.yml", &program, &shape);
    fs::write(folder().join("my rules.yml"), text.replace("14.4", "20")).unwrap();
    let arguments = ["check", "--artifact", &program, "--rules", "my rules.yml"];
    let options = ["--min-bad-events", "10", "--exhausted-alert"];
    let output = command(&[&arguments[..], &options].concat())
        .output()
        .unwrap();
    let found = crate::text(&output.stdout);
    let (_, rest) = found.split_once("write it again with `cargo ").unwrap();
    let (again, _) = rest.split_once('`').unwrap();
    expect!["autometrics rules --min-bad-events 10 --exhausted-alert --format kubernetes --name pay --namespace monitoring --label release=prometheus --artifact check-command -o 'my rules.yml'"].assert_eq(again);
    // The command does what it shows.
    let script = again.replacen("autometrics", "\"$0\"", 1);
    let shell = std::process::Command::new("sh")
        .args(["-c", &script, env!("CARGO_BIN_EXE_cargo-autometrics")])
        .current_dir(folder())
        .output()
        .unwrap();
    assert!(shell.status.success(), "{shell:?}");
    let output = command(&[&arguments[..], &options].concat())
        .output()
        .unwrap();
    assert_eq!(crate::text(&output.stdout), "");
    assert!(output.status.success());
}

#[test]
fn malformed_rule_files_are_reported_with_the_line() {
    let program = write("check-broken", &good());
    fs::write(
        folder().join("broken.yml"),
        "groups:\n- name: a\n  rules: [\n",
    )
    .unwrap();
    check(
        &["--artifact", &program, "--rules", "broken.yml"],
        1,
        &expect![[r"
            error[rules-differ]: broken.yml is no rule file: while parsing a node, did not find expected node content; write it with `cargo autometrics rules --artifact check-broken -o broken.yml`
              --> broken.yml:4
        "]],
        &expect![[r"
            error: 1 error and 0 warnings
        "]],
    );
}
