//! `promtool` accepts the rules of all kinds of programs, and the generated tests of these rules
//! pass.

use std::time::Duration;

use slo_spec::rules::{Events, Options, Samples, Selector, Slo, Window, generate_tests};

use crate::{
    folder::{Folder, STRICT},
    program::{NASTY, histogram, latency, packaged, success},
};

const MILLI: Duration = Duration::from_millis(1);
const MICRO: Duration = Duration::from_micros(1);

#[track_caller]
fn check(slos: &[Slo], options: &Options) {
    let folder = Folder::generated(slos, options);
    folder.passes(&[STRICT.as_slice(), &["rules.yml"]].concat());
    folder.passes(&["test", "rules", "tests.yml"]);
}

fn week(name: &str) -> Slo {
    packaged(Slo::new(name, Window::days(7)))
}

#[test]
fn rules_for_a_week_pass_with_targets_from_90_to_99_999_percent() {
    check(
        &[
            week("90")
                .sli(success("90", 90.0))
                .sli(latency("90", 95.0, MILLI * 1000)),
            week("99").sli(success("99", 99.0)),
            week("99.5")
                .sli(success("99.5", 99.5))
                .sli(latency("99.5", 99.99, MICRO * 50)),
            week("99.95").sli(success("99.95", 99.95)),
            week("99.999").sli(success("99.999", 99.999)),
        ],
        &Options::default(),
    );
}

#[test]
fn rules_for_four_weeks_pass() {
    let slo = packaged(Slo::new("api", Window::days(28)));
    check(
        &[slo
            .sli(success("api", 99.9))
            .sli(latency("api", 90.0, MILLI * 250))],
        &Options::default(),
    );
}

#[test]
fn rules_for_thirty_days_pass() {
    let slo = packaged(Slo::new("api", Window::days(30)));
    let options = Options {
        exhausted: true,
        ..Options::default()
    };
    check(
        &[slo
            .sli(success("api", 99.5))
            .sli(latency("api", 99.0, MILLI * 10_000))],
        &options,
    );
}

#[test]
fn rules_for_a_quarter_pass() {
    let slo = packaged(Slo::new("api", Window::days(92)));
    check(
        &[slo
            .sli(success("api", 99.99))
            .sli(latency("api", 95.0, MICRO * 100))],
        &Options::default(),
    );
}

#[test]
fn rules_with_special_characters_pass() {
    let mut slos = Vec::new();
    for name in [NASTY, "{{", "a\nb", "-", "no"] {
        let mut slo = week(name)
            .owner(format!("{name} owner"))
            .runbook(format!("https://wiki.example/{name}"))
            .part(format!("{name}::place_order (src/{name}.rs:12)"))
            .part("a::b (src/a.rs:1)");
        slo = slo.sli(success(name, 99.0));
        slos.push(slo);
    }
    check(&slos, &Options::default());
}

#[test]
fn rules_with_all_optional_alerts_pass() {
    let options = Options {
        exhausted: true,
        exhaustion_within: Some(Window::days(2)),
        absent: false,
        min_bad_events: 1,
        grouping: vec!["cluster".to_owned(), "service_name".to_owned()],
        ..Options::default()
    };
    check(
        &[week("api")
            .owner("payments")
            .sli(success("api", 99.9))
            .sli(latency("api", 90.0, MILLI * 180))],
        &options,
    );
}

#[test]
fn rules_for_one_service_without_a_minimum_of_bad_events_pass() {
    let options = Options {
        exhausted: true,
        exhaustion_within: Some(Window::hours(60)),
        min_bad_events: 0,
        grouping: Vec::new(),
        scope: vec![("service_name".to_owned(), NASTY.to_owned())],
        ..Options::default()
    };
    check(
        &[week("api")
            .sli(success("api", 99.0))
            .sli(latency("api", 99.9, MILLI * 5))],
        &options,
    );
}

#[test]
fn rules_without_grouping_labels_pass() {
    let options = Options {
        grouping: Vec::new(),
        ..Options::default()
    };
    check(
        &[week("api")
            .sli(success("api", 99.0))
            .sli(latency("api", 95.0, MILLI * 5))],
        &options,
    );
}

#[test]
fn rules_over_counters_of_other_libraries_pass() {
    let requests = Selector::new("http_requests_total")
        .unwrap()
        .equal("job", "api")
        .unwrap()
        .not_equal("handler", "/healthz")
        .unwrap();
    let bad = requests
        .clone()
        .matches("code", "5..", Samples::of("503").excluding("404"))
        .unwrap();
    let total = Selector::new("grpc:handled:total").unwrap();
    let good = Selector::new("grpc:handled:ok")
        .unwrap()
        .not_matches(
            "method",
            "Health.*",
            Samples::of("Get").excluding("HealthCheck"),
        )
        .unwrap();
    let mut http = success("http", 99.9);
    (http.total, http.events) = (requests, Events::Bad(bad));
    let mut grpc = success("grpc", 95.0);
    (grpc.total, grpc.events) = (total, Events::Good(good));
    let options = Options {
        grouping: vec!["job".to_owned()],
        ..Options::default()
    };
    check(&[week("http").sli(http), week("grpc").sli(grpc)], &options);
}

/// Two OpenSLO objects about one service may be like this.
#[test]
fn rules_for_objectives_over_the_same_counters_pass() {
    let of = |name: &str, target| {
        let mut sli = histogram(target, MILLI * 1000, &["1.0", "1"]);
        sli.kind = "ratio".to_owned();
        week(name).sli(sli)
    };
    let options = Options {
        grouping: vec!["job".to_owned()],
        ..Options::default()
    };
    check(&[of("one", 99.0), of("other", 95.0)], &options);
}

/// A long period does not make the tests of other objectives longer.
#[test]
fn rules_for_different_periods_pass_and_their_tests_stay_short() {
    let of =
        |name: &str, days| packaged(Slo::new(name, Window::days(days))).sli(success(name, 99.9));
    let slos = [
        of("a", 7),
        of("b", 30),
        of("c", 90),
        of("d", 30),
        of("e", 90),
    ];
    let lines = |slos: &[Slo]| {
        let tests = generate_tests(slos, &Options::default(), "rules.yml").unwrap();
        tests.lines().count()
    };
    let alone: usize = slos.chunks(1).map(lines).sum();
    assert!(lines(&slos) <= alone, "{} of {alone}", lines(&slos));
    check(&slos, &Options::default());
}

#[test]
fn rules_without_alerts_pass() {
    let options = Options {
        record_only: true,
        ..Options::default()
    };
    check(&[week("api").sli(success("api", 99.0))], &options);
}
