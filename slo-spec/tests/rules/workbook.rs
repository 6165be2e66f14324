//! Alerts fire when the workbook computes it, and not without a reason. Minutes count from the
//! beginning of the scene.

use std::time::Duration;

use expect_test::{Expect, expect};
use slo_spec::rules::{Options, Slo, Window, generate};

use crate::{
    program::{latency, packaged, success},
    scene::{Phase, Scene, phase},
};

/// Six hours without an error, so that the windows of pages are full.
const WARM: Phase = phase(360, 1000, 0);

fn api(target: f64) -> Slo {
    packaged(Slo::new("api", Window::days(30)).sli(success("api", target)))
}

fn scene(target: f64) -> Scene {
    Scene::new(api(target), &Options::default())
}

#[track_caller]
fn check(scene: &Scene, alerts: &Expect) {
    alerts.assert_eq(&scene.alerts());
}

/// 1 h · 14.4 · 0.001 / 0.02 = 43.2 min, and 6 h · 6 · 0.001 / 0.02 = 108 min.
#[test]
fn two_percent_of_errors_page_after_43_and_108_minutes() {
    let scene = scene(99.9).calls("shop", &[WARM, phase(150, 980, 20)]);
    check(
        &scene,
        &expect![[r"
            Prometheus 2:
            ErrorBudgetBurn page/fast of shop: minutes 403 to 509
            ErrorBudgetBurn page/slow of shop: minutes 468 to 509
            ErrorBudgetBurn ticket/fast of shop: minutes 424 to 509
            ErrorBudgetBurn ticket/slow of shop: minutes 380 to 509
            Prometheus 3:
            ErrorBudgetBurn page/fast of shop: minutes 403 to 509
            ErrorBudgetBurn page/slow of shop: minutes 467 to 509
            ErrorBudgetBurn ticket/fast of shop: minutes 424 to 509
            ErrorBudgetBurn ticket/slow of shop: minutes 380 to 509"]],
    );
}

/// 1 h · 14.4 · 0.001 = 0.9 min, and 6 h · 6 · 0.001 = 2.2 min.
#[test]
fn a_total_outage_pages_after_one_and_two_minutes_until_it_ends() {
    let phases = [WARM, phase(30, 0, 1000), phase(120, 1000, 0)];
    let scene = scene(99.9).calls("shop", &phases);
    check(
        &scene,
        &expect![[r"
            Prometheus 2:
            ErrorBudgetBurn page/fast of shop: minutes 360 to 419
            ErrorBudgetBurn page/slow of shop: minutes 362 to 418
            ErrorBudgetBurn ticket/fast of shop: minutes 362 to 509
            ErrorBudgetBurn ticket/slow of shop: minutes 361 to 509
            Prometheus 3:
            ErrorBudgetBurn page/fast of shop: minutes 360 to 418
            ErrorBudgetBurn page/slow of shop: minutes 362 to 417
            ErrorBudgetBurn ticket/fast of shop: minutes 362 to 509
            ErrorBudgetBurn ticket/slow of shop: minutes 361 to 509"]],
    );
}

#[test]
fn slow_calls_page_as_errors_do() {
    let sli = latency("api", 99.9, Duration::from_secs(1));
    let slo = packaged(Slo::new("api", Window::days(30)).sli(sli));
    let phases = [WARM, phase(30, 0, 1000), phase(120, 1000, 0)];
    let scene = Scene::new(slo, &Options::default()).durations("shop", &phases);
    check(
        &scene,
        &expect![[r"
            Prometheus 2:
            ErrorBudgetBurn page/fast of shop: minutes 360 to 419
            ErrorBudgetBurn page/slow of shop: minutes 362 to 418
            ErrorBudgetBurn ticket/fast of shop: minutes 362 to 509
            ErrorBudgetBurn ticket/slow of shop: minutes 361 to 509
            Prometheus 3:
            ErrorBudgetBurn page/fast of shop: minutes 360 to 418
            ErrorBudgetBurn page/slow of shop: minutes 362 to 417
            ErrorBudgetBurn ticket/fast of shop: minutes 362 to 509
            ErrorBudgetBurn ticket/slow of shop: minutes 361 to 509"]],
    );
}

#[test]
fn errors_within_the_budget_never_alert() {
    let scene = scene(99.9).calls("shop", &[phase(1500, 9991, 9)]);
    check(&scene, &expect![[""]]);
}

#[test]
fn ten_minutes_at_two_percent_never_alert() {
    let phases = [WARM, phase(10, 980, 20), phase(360, 1000, 0)];
    let scene = scene(99.9).calls("shop", &phases);
    check(&scene, &expect![[""]]);
}

#[test]
fn a_lax_objective_alerts_late_and_gives_a_warning_beforehand() {
    let scene = scene(90.0).calls("shop", &[WARM, phase(300, 0, 1000)]);
    check(
        &scene,
        &expect![[r"
            Prometheus 2:
            ErrorBudgetBurn page/slow of shop: minutes 575 to 659
            ErrorBudgetBurn ticket/fast of shop: minutes 515 to 659
            ErrorBudgetBurn ticket/slow of shop: minutes 401 to 659
            Prometheus 3:
            ErrorBudgetBurn page/slow of shop: minutes 575 to 659
            ErrorBudgetBurn ticket/fast of shop: minutes 514 to 659
            ErrorBudgetBurn ticket/slow of shop: minutes 401 to 659"]],
    );
    let warnings = generate(&[api(90.0)], &Options::default())
        .unwrap()
        .warnings;
    let warnings: Vec<_> = warnings.iter().map(ToString::to_string).collect();
    expect!["objective `api` (success): tier page/fast can never fire: with a target of 90 %, even a total outage has a burn rate of only 10.0, and the tier needs more than 14.4; a total outage fires page/slow after 216 min, ticket/fast after 432 min, ticket/slow after 432 min"].assert_eq(&warnings.join("\n"));
}

#[test]
fn traffic_that_stops_fires_no_alert_and_no_ratio_is_nan() {
    let phases = [phase(120, 100, 1), phase(480, 0, 0)];
    let scene = scene(99.0).calls("shop", &phases);
    check(&scene, &expect![[""]]);
    let (any, not_numbers) = scene.recorded();
    expect![[r"
        slo:calls:rate5m
        slo:errors:rate5m
        slo:error_ratio:5m
        slo:burn_rate:5m
        slo:error_ratio:30m
        slo:burn_rate:30m
        slo:error_ratio:1h
        slo:burn_rate:1h
        slo:error_ratio:2h
        slo:burn_rate:2h
        slo:error_ratio:6h
        slo:burn_rate:6h
        slo:error_ratio:1d
        slo:burn_rate:1d
        slo:error_ratio:3d
        slo:burn_rate:3d
        slo:error_ratio:period
        slo:error_budget:remaining
        slo:objective:info"]]
    .assert_eq(&any.join("\n"));
    assert!(not_numbers.is_empty(), "{not_numbers:?}");
}

#[test]
fn a_program_without_calls_has_rates_and_no_ratios() {
    let scene = scene(99.9).calls("shop", &[phase(420, 0, 0)]);
    check(&scene, &expect![[""]]);
    let (any, not_numbers) = scene.recorded();
    expect![[r"
        slo:calls:rate5m
        slo:errors:rate5m
        slo:objective:info"]]
    .assert_eq(&any.join("\n"));
    assert!(not_numbers.is_empty(), "{not_numbers:?}");
}

#[test]
fn the_first_error_ever_fires_no_alert_and_an_outage_after_it_does() {
    let phases = [
        WARM,
        phase(1, 999, 1),
        phase(60, 1000, 0),
        phase(10, 0, 1000),
    ];
    let scene = scene(99.9).calls("shop", &phases);
    check(
        &scene,
        &expect![[r"
            ErrorBudgetBurn page/fast of shop: minutes 421 to 430
            ErrorBudgetBurn page/slow of shop: minutes 423 to 430
            ErrorBudgetBurn ticket/fast of shop: minutes 425 to 430
            ErrorBudgetBurn ticket/slow of shop: minutes 425 to 430"]],
    );
    let (_, not_numbers) = scene.recorded();
    assert!(not_numbers.is_empty(), "{not_numbers:?}");
}

fn restarting(minutes: u32, good: u32, bad: u32) -> Vec<Phase> {
    let one = Phase {
        restart: true,
        ..phase(10, good, bad)
    };
    vec![one; (minutes / 10) as usize]
}

#[test]
fn frequent_restarts_do_not_change_alerts() {
    let healthy = scene(99.9).calls("shop", &restarting(480, 1000, 0));
    check(&healthy, &expect![[""]]);
    let phases = [restarting(360, 1000, 0), restarting(150, 980, 20)].concat();
    check(
        &scene(99.9).calls("shop", &phases),
        &expect![[r"
            Prometheus 2:
            ErrorBudgetBurn page/fast of shop: minutes 403 to 509
            ErrorBudgetBurn page/slow of shop: minutes 468 to 509
            ErrorBudgetBurn ticket/fast of shop: minutes 424 to 509
            ErrorBudgetBurn ticket/slow of shop: minutes 380 to 509
            Prometheus 3:
            ErrorBudgetBurn page/fast of shop: minutes 403 to 509
            ErrorBudgetBurn page/slow of shop: minutes 467 to 509
            ErrorBudgetBurn ticket/fast of shop: minutes 424 to 509
            ErrorBudgetBurn ticket/slow of shop: minutes 380 to 509"]],
    );
}

/// Good and bad calls in a minute: one good call, or one bad call.
const RARE: [(u32, u32); 2] = [(1, 0), (0, 1)];

fn rare(hours: u32, bad_in_hour: impl Fn(u32) -> bool) -> Vec<Phase> {
    let mut phases = Vec::new();
    for hour in 0..hours {
        for call in 0..10 {
            let (good, bad) = RARE[usize::from(call == 5 && bad_in_hour(hour))];
            phases.extend([phase(1, good, bad), phase(5, 0, 0)]);
        }
    }
    phases
}

#[test]
fn one_error_among_ten_calls_an_hour_alerts_only_without_a_minimum() {
    let phases = rare(10, |hour| hour == 7);
    check(&scene(99.9).calls("shop", &phases), &expect![[""]]);
    let options = Options {
        min_bad_events: 0,
        ..Options::default()
    };
    let scene = Scene::new(api(99.9), &options).calls("shop", &phases);
    check(
        &scene,
        &expect![[r"
            Prometheus 2:
            ErrorBudgetBurn page/fast of shop: minutes 450 to 480
            ErrorBudgetBurn page/slow of shop: minutes 450 to 479
            ErrorBudgetBurn ticket/fast of shop: minutes 450 to 599
            ErrorBudgetBurn ticket/slow of shop: minutes 450 to 599
            Prometheus 3:
            ErrorBudgetBurn page/fast of shop: minutes 450 to 479
            ErrorBudgetBurn page/slow of shop: minutes 450 to 478
            ErrorBudgetBurn ticket/fast of shop: minutes 450 to 599
            ErrorBudgetBurn ticket/slow of shop: minutes 450 to 599"]],
    );
}

/// Five errors in six hours reach the minimum, and ten percent are above the limit: the slow page
/// fires while an error was within half an hour. The fast page never fires.
#[test]
fn one_error_among_ten_calls_in_every_hour_alerts_from_the_fifth_on() {
    let phases = rare(14, |_| true);
    check(
        &scene(99.9).calls("shop", &phases),
        &expect![[r"
            Prometheus 2:
            ErrorBudgetBurn page/slow of shop: minutes 270 to 839, 300 of them
            ErrorBudgetBurn ticket/fast of shop: minutes 270 to 839
            ErrorBudgetBurn ticket/slow of shop: minutes 270 to 839
            Prometheus 3:
            ErrorBudgetBurn page/slow of shop: minutes 270 to 838, 290 of them
            ErrorBudgetBurn ticket/fast of shop: minutes 270 to 839
            ErrorBudgetBurn ticket/slow of shop: minutes 270 to 839"]],
    );
}

#[test]
fn only_the_service_that_burns_alerts() {
    let scene = scene(99.9)
        .calls("a", &[WARM, phase(20, 0, 1000)])
        .calls("b", &[WARM, phase(20, 1000, 0)]);
    check(
        &scene,
        &expect![[r"
            ErrorBudgetBurn page/fast of a: minutes 360 to 379
            ErrorBudgetBurn page/slow of a: minutes 362 to 379
            ErrorBudgetBurn ticket/fast of a: minutes 362 to 379
            ErrorBudgetBurn ticket/slow of a: minutes 361 to 379"]],
    );
}
