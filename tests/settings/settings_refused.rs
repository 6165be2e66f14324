//! An invalid setting is an error with its name and value, and changes nothing.

use std::time::Duration;

use autometrics::{DEFAULT_BUCKETS, EventSettings, Settings, instrument_fn, snapshot};

#[track_caller]
fn refused(settings: Settings, message: &str) {
    let error = settings.apply().expect_err("it is not valid");
    assert_eq!(error.to_string(), message);
}

#[instrument_fn]
fn called_early() {}

/// One test, because the order matters: settings belong to the process.
#[test]
fn errors_name_the_mistake_and_nothing_changes() {
    let settings = Settings::new;
    refused(
        settings().service_name(" "),
        "setting `service_name` is empty; name the program, such as \"shop\"",
    );
    refused(
        settings().buckets([]),
        "setting `buckets` has no bounds; give at least one, in seconds",
    );
    refused(
        settings().buckets([0.1, f64::NAN]),
        "setting `buckets` has NaN at position 2; bounds are seconds between 1e-9 and a year",
    );
    refused(
        settings().buckets([0.1, f64::INFINITY]),
        "setting `buckets` has inf at position 2; bounds are seconds between 1e-9 and a year",
    );
    refused(
        settings().buckets([0.0, 1.0]),
        "setting `buckets` has 0 at position 1; bounds are seconds between 1e-9 and a year",
    );
    refused(
        settings().buckets([-1.0]),
        "setting `buckets` has -1 at position 1; bounds are seconds between 1e-9 and a year",
    );
    refused(
        settings().buckets([0.1, 0.5, 0.25]),
        "setting `buckets` has 0.25 at position 3, after 0.5; bounds must ascend",
    );
    refused(
        settings().buckets([0.1, 0.1]),
        "setting `buckets` has 0.1 at position 2, after 0.1; bounds must ascend",
    );
    refused(
        settings().buckets((1..=300).map(f64::from)),
        "setting `buckets` has 300 bounds; give at most 200",
    );
    refused(
        settings().cardinality_limit(0),
        "setting `cardinality_limit` is 0; choose 1 to 1000000 edges",
    );
    let of_events = |events| settings().events(events);
    refused(
        of_events(EventSettings::new().slower_than(Duration::ZERO)),
        "setting `events` has `slower_than` 0ns; choose a time above zero",
    );
    refused(
        of_events(EventSettings::new().per_second(0)),
        "setting `events` has `per_second` 0; choose 1 to 1000000",
    );
    refused(
        of_events(EventSettings::new().remember(20_000)),
        "setting `events` has `remember` 20000; choose 0 to 10000",
    );
    refused(
        of_events(EventSettings::new().remember_in_total(2_000_000)),
        "setting `events` has `remember_in_total` 2000000; choose 0 to 1000000",
    );
    refused(
        of_events(EventSettings::new().longest_field(3)),
        "setting `events` has `longest_field` 3; choose 16 to 65536 bytes",
    );

    called_early();
    refused(
        of_events(EventSettings::new()),
        "setting `events` comes after the first instrumented call; apply settings at the start of main",
    );
    refused(
        settings().service_name("late").buckets([1.0]),
        "setting `buckets` comes after the first instrumented call; apply settings at the start of main",
    );
    let now = snapshot();
    assert_eq!(now.bounds, DEFAULT_BUCKETS);
    assert_eq!(
        now.service_name,
        env!("CARGO_PKG_NAME"),
        "nothing was changed"
    );

    // Settings that do not depend on the first call may still be applied.
    settings()
        .service_name("late")
        .apply()
        .expect("it is valid");
    assert_eq!(snapshot().service_name, "late");
}
