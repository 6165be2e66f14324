//! What the person reads who is told.

use std::time::Duration;

use expect_test::{Expect, expect};
use slo_spec::rules::{Expr, Options, Selector, Sli, Slo, Window};

use crate::{
    program::{NASTY, latency, success},
    scene::{Scene, phase},
};

fn api(sli: Sli) -> Slo {
    Slo::new("api", Window::days(30))
        .owner("payments")
        .runbook("https://wiki.example/api?a=1#b")
        .part("shop::checkout::place_order (src/checkout.rs:12)")
        .part("shop::checkout::refund (src/checkout.rs:40)")
        .sli(sli)
}

#[track_caller]
fn check(scene: &Scene, alert: &str, minute: u32, text: &Expect) {
    text.assert_eq(&scene.read(alert, minute));
}

#[test]
fn a_page_and_a_ticket_say_how_bad_it_is_and_where_to_look() {
    let errors = Selector::new("function_calls_total")
        .unwrap()
        .equal("objective_name", "api")
        .unwrap()
        .equal("result", "error")
        .unwrap()
        .as_alert("service_name")
        .unwrap();
    let worst = Expr::rate(errors, Window::minutes(5))
        .sum_by(["function", "error"])
        .topk(10);
    let sli = success("api", 99.9).query("failing functions", worst);
    let phases = [phase(720, 1000, 0), phase(60, 950, 50)];
    let scene = Scene::new(api(sli), &Options::default()).calls("shop", &phases, false);
    // Some of the budget is left: of eleven hours, what is allowed in half a minute.
    check(&scene, "ErrorBudgetBurn", 730, &expect![[""]]);
    check(&scene, "ErrorBudgetBurn", 740, &expect![[""]]);
}

#[test]
fn tickets_about_the_budget_say_when_it_is_gone() {
    let sli = latency("api", 90.0, Duration::from_millis(500), &["0.5"]);
    let options = Options {
        exhausted: true,
        exhaustion_within: Some(Window::days(20)),
        ..Options::default()
    };
    let phases = [phase(60, 100, 5), phase(240, 20, 80)];
    let scene = Scene::new(api(sli), &options).durations("shop", &phases);
    check(&scene, "ErrorBudgetExhausting", 72, &expect![[""]]);
    check(&scene, "ErrorBudgetExhausted", 120, &expect![[""]]);
}

#[test]
fn missing_counters_are_told_with_what_was_looked_for() {
    let scene = Scene::new(api(success("api", 99.9)), &Options::default());
    check(&scene, "ObjectiveWithoutMetrics", 20, &expect![[""]]);
}

/// The objective's counters have no such name, so nothing but their absence is told.
#[test]
fn nasty_texts_are_read_as_they_were_written() {
    let slo = Slo::new(NASTY, Window::days(30))
        .owner(NASTY)
        .runbook(NASTY)
        .part(NASTY)
        .sli(success(NASTY, 99.9));
    let scene = Scene::new(slo, &Options::default());
    check(&scene, "ObjectiveWithoutMetrics", 20, &expect![[""]]);
}
