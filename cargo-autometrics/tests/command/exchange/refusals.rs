//! OpenSLO files that are refused, with reason and place.

use std::fs;

use expect_test::{Expect, expect};

use super::FOREIGN;
use crate::{command, fail, folder, objects::write, text};

/// Checks the message for the file with one change.
#[track_caller]
fn refused(change: (&str, &str), said: &Expect) {
    let (from, to) = change;
    assert!(FOREIGN.contains(from), "{from}");
    let changed = FOREIGN.replacen(from, to, 1);
    let name = format!("refused-{:x}.yml", hash(&changed));
    fs::write(folder().join(&name), changed).unwrap();
    let output = command(&["rules", "--openslo", &name]).output().unwrap();
    let message = text(&output.stderr).replace(&name, "slo.yml");
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
fn unsupported_features_are_refused_with_their_place() {
    refused(
        (
            "budgetingMethod: Occurrences",
            "budgetingMethod: Timeslices",
        ),
        &expect![[r"
            error: slo.yml:35:20: only the budgeting method `Occurrences` is supported: rules count events, not time slices
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
            error: slo.yml:38:15: calendar windows are not supported, only rolling windows: `isRolling: true`
        "]],
    );
    refused(
        ("duration: 28d", "duration: 1M"),
        &expect![[r"
        error: slo.yml:37:15: `1M` is not a duration: write it as Prometheus does, such as `5m`, `1h30m` or `28d`
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
fn unsupported_objects_and_queries_are_refused_with_their_place() {
    refused(
        ("kind: DataSource", "kind: Pod"),
        &expect![[r"
        error: slo.yml:2:7: `Pod` is not a kind of OpenSLO: expected one of SLO, SLI, Service, DataSource, AlertPolicy, AlertCondition, AlertNotificationTarget
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
            error: slo.yml:26:18: `histogram_quantile(0.9, x{job="api",zone=~"(eu|us)-[a-c]+"}` is not PromQL (unclosed left parenthesis): expected counters, such as `http_requests_total{code="500"}`, alone or in `sum(…)` and `rate(…[…])`
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
fn targets_that_are_text_or_contradictory_are_refused_with_their_place() {
    refused(
        ("target: 0.9995", "target: \"0.99\""),
        &expect![[r"
        error: slo.yml:40:13: `target` is text: write the number without quotes
    "]],
    );
    refused(
        (
            "- target: 0.9995",
            "- target: 0.9995\n    targetPercent: 99",
        ),
        &expect![[r"
            error: slo.yml:41:20: give one of `target` and `targetPercent`, not both
        "]],
    );
}

#[test]
fn a_period_below_a_week_is_refused_without_a_policy_for_it() {
    refused(
        ("duration: 28d", "duration: 1d"),
        &expect![[r"
        error: rules cannot be generated: objective `api` has a period of 1d, but the standard policies need at least 7d: choose a longer period, or give a policy for it
    "]],
    );
    let policy = "[[period.1d.tier]]\nseverity = \"page\"\nname = \"fast\"\nlong = \"1h\"\nshort = \"5m\"\nfactor = 5\n";
    write("day.toml", policy.as_bytes());
    let day = FOREIGN.replace("duration: 28d", "duration: 1d");
    write("day.openslo.yml", day.as_bytes());
    let output = command(&[
        "rules",
        "--openslo",
        "day.openslo.yml",
        "--policy",
        "day.toml",
    ])
    .output()
    .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(text(&output.stdout).contains("# Generated from the OpenSLO file by `cargo autometrics rules --openslo day.openslo.yml --policy day.toml`"));
}

#[test]
fn malformed_files_are_refused_with_the_place() {
    refused(
        ("target: 0.9995", "target: 99.95"),
        &expect![[r"
        error: slo.yml:40:13: `target` is not a share above 1 and below 100 %, with at most six fractional digits
    "]],
    );
    refused(
        ("target: 0.9995", "target: most"),
        &expect![[r"
        error: slo.yml:40:13: `target` is not a share above 1 and below 100 %, with at most six fractional digits
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
        error: slo.yml:14:5: exactly one of `good` and `bad` is required
    "]],
    );
    refused(
        ("kind: SLO", "kind: [SLO"),
        &expect![[r"
        error: slo.yml:30:9: this is not YAML: illegal placement of ':' indicator
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
            error: slo.yml:26:18: `5{zone=~"(eu|us)-[a-c]+"}` is not PromQL (invalid promql query): expected counters, such as `http_requests_total{code="500"}`, alone or in `sum(…)` and `rate(…[…])`
        "#]],
    );
}

#[test]
fn unreadable_files_and_files_without_objectives_are_refused() {
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
            error: `empty.openslo.yml` contains no `SLO` of OpenSLO v1 (`apiVersion: openslo/v1`, `kind: SLO`)
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
