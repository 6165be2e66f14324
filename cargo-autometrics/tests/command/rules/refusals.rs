//! Programs without rules, and arguments that are refused.

use std::fs;

use expect_test::expect;
use slo_spec::Objective;

use super::{SEARCH, program};
use crate::{
    fail, folder,
    objects::{elf, function, promised, section, write},
};

const OTHER: Objective = Objective::new("search").success_rate(95.0);

#[test]
fn programs_without_rules_are_refused_with_the_reason() {
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
                promised(function("shop::search", "find", 7, ""), &[SEARCH]),
                promised(function("shop::search", "rank", 9, ""), &[OTHER]),
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
fn invalid_arguments_are_refused_with_the_reason() {
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
            warning: objective `search` (success): tier page/fast can never fire: with a target of 90 %, even a total outage has a burn rate of only 10.0, and the tier needs more than 13.44; a total outage fires page/slow after 202 min, ticket/fast after 403 min, ticket/slow after 403 min
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
            error: `--tests` needs `--format yaml` or `json`: promtool reads only rule files of Prometheus
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
            error: invalid value 'soon' for '--exhaustion-alert <DURATION>': `soon` is not a duration: write it as Prometheus does, such as `5m`, `1h30m` or `28d`

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
