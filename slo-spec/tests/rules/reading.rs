//! Alerts as the people who are notified read them.

use std::time::Duration;

use expect_test::{Expect, expect};
use slo_spec::rules::{Command, Expr, Options, Selector, Sli, Slo, Window};

use crate::{
    program::{NASTY, latency, packaged, success},
    scene::{Scene, phase},
};

fn api(sli: Sli) -> Slo {
    packaged(Slo::new("api", Window::days(30)))
        .owner("payments")
        .runbook("https://wiki.example/api?a=1#b")
        .command(Command::new("find-cause --objective api").option("--service", "service_name"))
        .part("shop::checkout::place_order (src/checkout.rs:12)")
        .part("shop::checkout::refund (src/checkout.rs:40)")
        .sli(sli)
}

#[track_caller]
fn check(scene: &Scene, alert: &str, minute: u32, text: &Expect) {
    text.assert_eq(&scene.read(alert, minute));
}

#[test]
fn pages_and_tickets_show_ratios_budget_functions_and_queries() {
    let errors = Selector::new("function_calls_total")
        .unwrap()
        .equal("result", "error")
        .unwrap();
    let worst = Expr::rate(errors, Window::minutes(5))
        .sum_by(["function", "error"])
        .topk(10);
    let sli = success("api", 99.9).query("failing functions", worst);
    let busy = [
        phase(660, 100_000, 0),
        phase(70, 1000, 0),
        phase(30, 950, 50),
    ];
    let scene = Scene::new(api(sli.clone()), &Options::default()).calls("shop", &busy);
    check(
        &scene,
        "ErrorBudgetBurn",
        750,
        &expect![[r#"
            {alertname="ErrorBudgetBurn", objective_name="api", owner="payments", package="shop", service_name="shop", severity="page", sli="success", tier="fast"}
            command:
              find-cause --objective api --service 'shop'
            description:
              1.75% of calls failed in the last 1h, and 5% in the last 5m.
              The target is that 99.9 % of calls succeed, over 30d.
              98.63% of the error budget is left. It lasts 1d 16h 34m 51s at this rate.
              Fires above a burn rate of 14.4 over the last 1h and the last 5m.
            functions:
              shop::checkout::place_order (src/checkout.rs:12)
              shop::checkout::refund (src/checkout.rs:40)
            queries:
              failing functions → topk(10, sum by (function, error) (rate(function_calls_total{result="error",service_name="shop"}[5m])))
              burn rates by window → {__name__=~"slo:burn_rate:.+",objective_name="api",package="shop",sli="success",service_name="shop"}
            runbook_url:
              https://wiki.example/api?a=1#b
            summary:
              api (success) of shop burns its error budget 17.5 times too fast
        "#]],
    );
    let phases = [phase(720, 1000, 0), phase(60, 950, 50)];
    let scene = Scene::new(api(sli), &Options::default()).calls("shop", &phases);
    check(
        &scene,
        "ErrorBudgetBurn",
        740,
        &expect![[r#"
            {alertname="ErrorBudgetBurn", objective_name="api", owner="payments", package="shop", service_name="shop", severity="page", sli="success", tier="fast"}
            command:
              find-cause --objective api --service 'shop'
            description:
              1.75% of calls failed in the last 1h, and 5% in the last 5m.
              The target is that 99.9 % of calls succeed, over 30d.
              The error budget is used up.
              Fires above a burn rate of 14.4 over the last 1h and the last 5m.
            functions:
              shop::checkout::place_order (src/checkout.rs:12)
              shop::checkout::refund (src/checkout.rs:40)
            queries:
              failing functions → topk(10, sum by (function, error) (rate(function_calls_total{result="error",service_name="shop"}[5m])))
              burn rates by window → {__name__=~"slo:burn_rate:.+",objective_name="api",package="shop",sli="success",service_name="shop"}
            runbook_url:
              https://wiki.example/api?a=1#b
            summary:
              api (success) of shop burns its error budget 17.5 times too fast
            {alertname="ErrorBudgetBurn", objective_name="api", owner="payments", package="shop", service_name="shop", severity="ticket", sli="success", tier="slow"}
            command:
              find-cause --objective api --service 'shop'
            description:
              0.1314% of calls failed in the last 3d, and 0.2917% in the last 6h.
              The target is that 99.9 % of calls succeed, over 30d.
              The error budget is used up.
              Fires above a burn rate of 1 over the last 3d and the last 6h.
            functions:
              shop::checkout::place_order (src/checkout.rs:12)
              shop::checkout::refund (src/checkout.rs:40)
            queries:
              failing functions → topk(10, sum by (function, error) (rate(function_calls_total{result="error",service_name="shop"}[5m])))
              burn rates by window → {__name__=~"slo:burn_rate:.+",objective_name="api",package="shop",sli="success",service_name="shop"}
            runbook_url:
              https://wiki.example/api?a=1#b
            summary:
              api (success) of shop burns its error budget 1.3 times too fast
        "#]],
    );
}

#[test]
fn a_ticket_about_a_used_up_budget_shows_the_ratio_of_the_period() {
    let sli = latency("api", 90.0, Duration::from_millis(500));
    let options = Options {
        exhausted: true,
        exhaustion_within: Some(Window::days(20)),
        ..Options::default()
    };
    let phases = [phase(60, 1000, 50), phase(240, 20, 80)];
    let scene = Scene::new(api(sli), &options).durations("shop", &phases);
    check(&scene, "ErrorBudgetExhausting", 72, &expect![""]);
    check(
        &scene,
        "ErrorBudgetExhausted",
        120,
        &expect![[r#"
            {alertname="ErrorBudgetExhausted", objective_name="api", owner="payments", package="shop", service_name="shop", severity="ticket", sli="latency", tier="exhausted"}
            command:
              find-cause --objective api --service 'shop'
            description:
              11.23% of calls took longer than 500ms in the last 30d.
              The target is that 90 % of calls take at most 500ms, over 30d.
            functions:
              shop::checkout::place_order (src/checkout.rs:12)
              shop::checkout::refund (src/checkout.rs:40)
            queries:
              burn rates by window → {__name__=~"slo:burn_rate:.+",objective_name="api",package="shop",sli="latency",service_name="shop"}
            runbook_url:
              https://wiki.example/api?a=1#b
            summary:
              api (latency) of shop has used up its error budget
        "#]],
    );
}

#[test]
fn missing_counters_are_reported_with_their_selector() {
    let scene = Scene::new(api(success("api", 99.9)), &Options::default());
    check(
        &scene,
        "ObjectiveWithoutMetrics",
        20,
        &expect![[r#"
            {alertname="ObjectiveWithoutMetrics", objective_name="api", owner="payments", package="shop", severity="ticket", sli="success", tier="absent"}
            description:
              The target is that 99.9 % of calls succeed, over 30d.
              Prometheus has no series function_objective_calls_total{objective_name="api",sli="success",package="shop"}, or no longer any of this service. Check that the program is running and scraped.
            functions:
              shop::checkout::place_order (src/checkout.rs:12)
              shop::checkout::refund (src/checkout.rs:40)
            runbook_url:
              https://wiki.example/api?a=1#b
            summary:
              api (success) is not monitored, because it has no metrics
        "#]],
    );
}

/// The counters have no objective of this name, so only the alert about their absence fires.
#[test]
fn special_characters_are_unchanged_in_annotations() {
    let slo = packaged(Slo::new(NASTY, Window::days(30)))
        .owner(NASTY)
        .runbook(NASTY)
        .part(NASTY)
        .sli(success(NASTY, 99.9));
    let scene = Scene::new(slo, &Options::default());
    check(
        &scene,
        "ObjectiveWithoutMetrics",
        20,
        &expect![[r#"
            {alertname="ObjectiveWithoutMetrics", objective_name="a-b.c d\"e\\f{{ .Boom }}g%sh%q {{{i}} 'j' #k: über 日本 `l` $1 | >", owner="a-b.c d\"e\\f{{ .Boom }}g%sh%q {{{i}} 'j' #k: über 日本 `l` $1 | >", package="shop", severity="ticket", sli="success", tier="absent"}
            description:
              The target is that 99.9 % of calls succeed, over 30d.
              Prometheus has no series function_objective_calls_total{objective_name="a-b.c d\"e\\f{{ .Boom }}g%sh%q {{{i}} 'j' #k: über 日本 `l` $1 | >",sli="success",package="shop"}, or no longer any of this service. Check that the program is running and scraped.
            functions:
              a-b.c d"e\f{{ .Boom }}g%sh%q {{{i}} 'j' #k: über 日本 `l` $1 | >
            runbook_url:
              a-b.c d"e\f{{ .Boom }}g%sh%q {{{i}} 'j' #k: über 日本 `l` $1 | >
            summary:
              a-b.c d"e\f{{ .Boom }}g%sh%q {{{i}} 'j' #k: über 日本 `l` $1 | > (success) is not monitored, because it has no metrics
        "#]],
    );
}

#[test]
fn command_for_the_cause_is_quoted_for_a_shell() {
    let command = Command::new("find-cause '{{ api }}'")
        .option("--service", "service_name")
        .option("--env", "env")
        .option("--zone", "zone");
    let slo = Slo::new("api", Window::days(30)).sli(success("api", 99.9));
    let slo = packaged(slo.command(command));
    let options = Options {
        scope: vec![("env".to_owned(), "it's {{ prod }}".to_owned())],
        ..Options::default()
    };
    let phases = [phase(60, 1000, 0), phase(60, 0, 1000)];
    let labels =
        r#"package="shop",sli="success",env="it's {{ prod }}",service_name="it's $(shop)""#;
    let scene = Scene::new(slo, &options).judged(labels, &phases);
    let text = scene.read("ErrorBudgetBurn", 110);
    let lines = text.lines().skip_while(|line| *line != "command:");
    expect![[r"  find-cause '{{ api }}' --service 'it'\''s $(shop)' --env 'it'\''s {{ prod }}'"]]
        .assert_eq(lines.take(2).nth(1).unwrap_or_default());
}
