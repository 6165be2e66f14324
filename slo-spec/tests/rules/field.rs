//! Scenes from the field in which older rules were wrong. Minutes count from the beginning of the
//! scene.

use std::time::Duration;

use expect_test::{Expect, expect};
use slo_spec::rules::{Options, Policy, Severity, Slo, Window};

use crate::{
    program::{JUDGED, PACKAGE, histogram, judged, packaged, success},
    scene::{Phase, Scene, phase},
};

fn api(days: u32, target: f64) -> Slo {
    packaged(Slo::new("api", Window::days(days)).sli(success("api", target)))
}

fn scene(days: u32, target: f64) -> Scene {
    Scene::new(api(days, target), &Options::default())
}

#[track_caller]
fn check(scene: &Scene, alerts: &Expect) {
    alerts.assert_eq(&scene.alerts());
}

/// Both services have 0.5 % of bad calls, which violates only the stricter objective of the same
/// name.
#[test]
fn two_services_with_the_same_objective_name_alert_by_their_own_targets() {
    let of = |package: &str, target| {
        let slo = Slo::new("api", Window::days(30)).label("package", package);
        slo.sli(judged("success", "api", package, target))
    };
    let labels =
        |package| format!("package=\"{package}\",service_name=\"{package}\",sli=\"success\"");
    let phases = [phase(60, 995, 5)];
    let scene = Scene::new(of("lax", 99.0), &Options::default())
        .beside(of("strict", 99.95), &Options::default())
        .judged(&labels("lax"), &phases)
        .judged(&labels("strict"), &phases);
    check(
        &scene,
        &expect![[r"
        ErrorBudgetBurn page/slow of strict: minutes 1 to 59
        ErrorBudgetBurn ticket/fast of strict: minutes 5 to 59
        ErrorBudgetBurn ticket/slow of strict: minutes 5 to 59"]],
    );
}

#[test]
fn two_services_of_one_package_alert_separately() {
    let scene = scene(30, 99.0)
        .calls("eu", &[phase(60, 800, 200)])
        .calls("us", &[phase(60, 1000, 0)]);
    check(
        &scene,
        &expect![[r"
        ErrorBudgetBurn page/fast of eu: minutes 1 to 59
        ErrorBudgetBurn page/slow of eu: minutes 1 to 59
        ErrorBudgetBurn ticket/fast of eu: minutes 5 to 59
        ErrorBudgetBurn ticket/slow of eu: minutes 5 to 59"]],
    );
}

#[test]
fn an_alert_names_the_environment_that_fails() {
    let options = Options {
        grouping: vec!["service_name".to_owned(), "env".to_owned()],
        ..Options::default()
    };
    let labels =
        |env| format!("env=\"{env}\",package=\"{PACKAGE}\",service_name=\"shop\",sli=\"success\"");
    let scene = Scene::new(api(30, 99.0), &options)
        .judged(&labels("staging"), &[phase(60, 800, 200)])
        .judged(&labels("prod"), &[phase(60, 1000, 0)]);
    check(
        &scene,
        &expect![[r"
        ErrorBudgetBurn page/fast of shop staging: minutes 1 to 59
        ErrorBudgetBurn page/slow of shop staging: minutes 1 to 59
        ErrorBudgetBurn ticket/fast of shop staging: minutes 5 to 59
        ErrorBudgetBurn ticket/slow of shop staging: minutes 5 to 59"]],
    );
    let page = scene.read("ErrorBudgetBurn", 59);
    let summary = page.lines().skip_while(|line| *line != "summary:").nth(1);
    expect!["api (success) of shop, env staging burns its error budget 20.0 times too fast"]
        .assert_eq(summary.unwrap_or_default().trim());
}

/// This happens if Prometheus and Thanos both record.
#[test]
fn recordings_that_exist_twice_do_not_change_alerts() {
    let options = Options {
        exhausted: true,
        exhaustion_within: Some(Window::days(3)),
        ..Options::default()
    };
    let phases = [phase(60, 1000, 0), phase(120, 980, 20)];
    let mut scene = Scene::new(api(30, 99.9), &options).calls("shop", &phases);
    let alone = scene.alerts();
    let times = |name: &String| name == "slo:error_budget:exhaustion_seconds";
    // There is no time to exhaustion, as the other recorder sees no errors.
    for name in scene.recorded_names().iter().filter(|it| !times(it)) {
        let value = i32::from(name.starts_with("slo:calls"));
        let labels = format!(
            "objective_name=\"api\",package=\"{PACKAGE}\",replica=\"b\",service_name=\"shop\",sli=\"success\""
        );
        scene = scene.series(&format!("{name}{{{labels}}}"), &format!("{value}x180"));
    }
    assert_eq!(scene.alerts(), alone);
    assert!(alone.contains("ticket/slow"), "{alone}");
}

/// 3 h 13 min · 14 · 0.001 = 2.7 min, whenever the outage begins.
#[test]
fn an_outage_with_a_period_of_a_quarter_alerts_within_an_evaluation_of_the_formula() {
    let phases = [phase(1200, 1000, 0), phase(20, 0, 1000)];
    let scene = scene(90, 99.9).calls("shop", &phases);
    check(
        &scene,
        &expect![[r"
        ErrorBudgetBurn page/fast of shop: minutes 1202 to 1219
        ErrorBudgetBurn page/slow of shop: minutes 1208 to 1219
        ErrorBudgetBurn ticket/fast of shop: minutes 1203 to 1219
        ErrorBudgetBurn ticket/slow of shop: minutes 1202 to 1219"]],
    );
}

/// 1 d · 3 · 0.001 / 0.02 = 3 d · 0.001 / 0.02 = 216 min after minute 4319, when the
/// first errors happen.
#[test]
fn tickets_fire_within_an_evaluation_of_the_formula() {
    check(
        &tickets(99.9, phase(240, 980, 20)),
        &expect![[r"
            Prometheus 2:
            ErrorBudgetBurn ticket/fast of shop: minutes 4536 to 4559
            ErrorBudgetBurn ticket/slow of shop: minutes 4535 to 4559
            Prometheus 3:
            ErrorBudgetBurn ticket/fast of shop: minutes 4535 to 4559
            ErrorBudgetBurn ticket/slow of shop: minutes 4535 to 4559"]],
    );
    // 1 d · 3 · 0.01 / 0.5 = 86.4 min
    check(
        &tickets(99.0, phase(120, 500, 500)),
        &expect![[r"
        ErrorBudgetBurn ticket/fast of shop: minutes 4406 to 4439
        ErrorBudgetBurn ticket/slow of shop: minutes 4405 to 4439"]],
    );
}

/// Returns a scene of three days without errors, followed by `errors`; only tickets are on.
fn tickets(target: f64, errors: Phase) -> Scene {
    let mut policy = Policy::for_period(Window::days(30));
    policy
        .tiers
        .retain(|tier| tier.severity == Severity::Ticket);
    let options = Options {
        policies: policy.into(),
        ..Options::default()
    };
    let phases = [phase(3 * 24 * 60, 1000, 0), errors];
    Scene::new(api(30, target), &options).calls("shop", &phases)
}

#[test]
fn alerts_end_with_the_metrics_of_the_service() {
    let options = Options {
        exhausted: true,
        exhaustion_within: Some(Window::days(3)),
        absent: false,
        ..Options::default()
    };
    let scene = Scene::new(api(30, 99.9), &options)
        .calls("shop", &[phase(60, 900, 100)])
        .until(120);
    check(
        &scene,
        &expect![[r"
            Prometheus 2:
            ErrorBudgetBurn page/fast of shop: minutes 1 to 89
            ErrorBudgetBurn page/slow of shop: minutes 1 to 88
            ErrorBudgetBurn ticket/fast of shop: minutes 5 to 119
            ErrorBudgetBurn ticket/slow of shop: minutes 5 to 63
            ErrorBudgetExhausted ticket/exhausted of shop: minutes 1 to 63
            ErrorBudgetExhausting ticket/exhausting of shop: minutes 5 to 63
            Prometheus 3:
            ErrorBudgetBurn page/fast of shop: minutes 1 to 88
            ErrorBudgetBurn page/slow of shop: minutes 1 to 87
            ErrorBudgetBurn ticket/fast of shop: minutes 5 to 119
            ErrorBudgetBurn ticket/slow of shop: minutes 5 to 62
            ErrorBudgetExhausted ticket/exhausted of shop: minutes 1 to 62
            ErrorBudgetExhausting ticket/exhausting of shop: minutes 5 to 62"]],
    );
}

#[test]
fn failures_of_a_new_caller_count() {
    let phases = [
        phase(29, 6, 0),
        Phase {
            minutes: 5,
            ..phase(5, 0, 100)
        },
    ];
    let scene = scene(30, 99.9).calls("shop", &phases);
    check(
        &scene,
        &expect![[r"
        ErrorBudgetBurn page/fast of shop: minutes 29 to 33
        ErrorBudgetBurn page/slow of shop: minutes 29 to 33
        ErrorBudgetBurn ticket/fast of shop: minutes 30 to 33
        ErrorBudgetBurn ticket/slow of shop: minutes 30 to 33"]],
    );
    let ratio = scene.query("slo:error_ratio:1h > 0.7");
    assert_eq!(ratio.len(), 1, "{ratio:?}");
}

/// Each version classifies calls as bad by its own target and threshold.
#[test]
fn a_rollout_with_another_threshold_fires_no_alert_and_keeps_the_budget() {
    let version = |threshold: &str, percentile: &str| {
        format!(
            "instance=\"{threshold}\",objective_latency_threshold=\"{threshold}\",objective_percentile=\"{percentile}\",package=\"{PACKAGE}\",service_name=\"shop\",sli=\"success\""
        )
    };
    let (old, new) = ([phase(60, 9999, 1)], [phase(30, 0, 0), phase(90, 9999, 1)]);
    let scene = scene(30, 99.9)
        .judged(&version("0.2", "99.9"), &old)
        .judged(&version("0.18", "99.5"), &new);
    check(&scene, &expect![[""]]);
    let left = scene.query("round(1000 * slo:error_budget:remaining)");
    assert_eq!(left.len(), 1);
    // The bad calls are 0.0001 of all calls, a tenth of the budget.
    assert_eq!(left[0].1.to_string(), "900");
}

/// Neither a missing bucket nor another spelling causes bad events.
#[test]
fn a_bucket_that_some_processes_lack_causes_no_bad_events() {
    let sli = histogram(99.9, Duration::from_secs(1), &["1.0", "1"]);
    let options = Options {
        grouping: vec!["job".to_owned()],
        ..Options::default()
    };
    let slo = Slo::new("api", Window::days(30)).sli(sli);
    let phases = [phase(60, 1000, 0)];
    let name = "http_request_duration_seconds";
    let mut scene = Scene::new(slo, &options);
    for (pod, le) in [("a", "1"), ("b", "1.0"), ("c", "0.5")] {
        let labels = format!("job=\"api\",pod=\"{pod}\"");
        scene = scene
            .counted(&format!("{name}_count{{{labels}}}"), &phases, |it| it.good)
            .counted(
                &format!("{name}_bucket{{{labels},le=\"{le}\"}}"),
                &phases,
                |it| it.good,
            );
    }
    check(&scene, &expect![[""]]);
    assert_eq!(
        scene.query("slo:error_ratio:5m").first().map(|it| it.1),
        Some(0.0)
    );
}

#[test]
fn a_bucket_that_no_process_has_is_reported_as_missing() {
    let sli = histogram(99.9, Duration::from_secs(1), &["1.0", "1"]);
    let options = Options {
        grouping: vec!["job".to_owned()],
        ..Options::default()
    };
    let slo = Slo::new("api", Window::days(30)).sli(sli);
    let name = "http_request_duration_seconds_count{job=\"api\"}";
    let scene = Scene::new(slo, &options).counted(name, &[phase(60, 1000, 0)], |it| it.good);
    check(
        &scene,
        &expect!["ObjectiveWithoutMetrics ticket/absent of : minutes 15 to 59"],
    );
}

#[test]
fn without_their_counter_there_are_no_bad_events() {
    let mut sli = success("api", 99.9);
    sli.counted_from_zero = false;
    let labels = format!(
        "objective_name=\"api\",package=\"{PACKAGE}\",service_name=\"shop\",sli=\"success\""
    );
    let good = format!("{JUDGED}{{outcome=\"good\",{labels}}}");
    let slo = packaged(Slo::new("api", Window::days(30)).sli(sli));
    let scene =
        Scene::new(slo, &Options::default()).counted(&good, &[phase(30, 1000, 0)], |it| it.good);
    check(&scene, &expect![[""]]);
    assert_eq!(
        scene.query("slo:error_ratio:1h").first().map(|it| it.1),
        Some(0.0)
    );
}

#[test]
fn a_service_that_disappears_alerts_once() {
    let one_of_two = scene(30, 99.9)
        .calls("a", &[phase(30, 1000, 0)])
        .calls("b", &[phase(90, 1000, 0)]);
    check(
        &one_of_two,
        &expect![[r"
        Prometheus 2:
        ObjectiveWithoutMetrics ticket/absent of a: minutes 50 to 89
        Prometheus 3:
        ObjectiveWithoutMetrics ticket/absent of a: minutes 49 to 89"]],
    );
    let the_only_one = scene(30, 99.9).calls("a", &[phase(30, 1000, 0)]).until(90);
    check(
        &the_only_one,
        &expect![[r"
        Prometheus 2:
        ObjectiveWithoutMetrics ticket/absent of a: minutes 50 to 89
        Prometheus 3:
        ObjectiveWithoutMetrics ticket/absent of a: minutes 49 to 89"]],
    );
}

#[test]
fn a_tier_with_a_hold_fires_that_much_later() {
    let mut policy = Policy::for_period(Window::days(30));
    policy.tiers[0].hold = Some(Window::minutes(2));
    let options = Options {
        policies: policy.into(),
        ..Options::default()
    };
    let scene = Scene::new(api(30, 99.9), &options)
        .calls("shop", &[phase(60, 1000, 0), phase(20, 0, 1000)]);
    check(
        &scene,
        &expect![[r"
        ErrorBudgetBurn page/fast of shop: minutes 62 to 79
        ErrorBudgetBurn page/slow of shop: minutes 60 to 79
        ErrorBudgetBurn ticket/fast of shop: minutes 60 to 79
        ErrorBudgetBurn ticket/slow of shop: minutes 60 to 79"]],
    );
}
