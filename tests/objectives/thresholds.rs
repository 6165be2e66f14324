//! Each objective's threshold is a bucket bound, and its label is formatted like that bucket's
//! `le`.

use std::time::Duration;

use autometrics::{
    Objective, instrument_fn,
    prometheus::{Format, encode},
    snapshot,
};

macro_rules! functions {
    ($($name:ident: $threshold:expr, $spelled:literal;)*) => {
        $(
            #[instrument_fn(objective = Objective::new(stringify!($name)).latency($threshold, 99.0))]
            fn $name() {}
        )*

        /// Names of functions, and their thresholds as formatted.
        const EXPECTED: &[(&str, &str)] = &[$((stringify!($name), $spelled)),*];

        fn call_all() {
            $( $name(); )*
        }
    };
}

functions! {
    one_nanosecond: Duration::from_nanos(1), "1e-09";
    odd_nanoseconds: Duration::from_nanos(333), "3.33e-07";
    below_a_tenth_of_a_millisecond: Duration::from_micros(50), "5e-05";
    a_tenth_of_a_millisecond: Duration::from_micros(100), "0.0001";
    a_default_bound: Duration::from_millis(250), "0.25";
    between_default_bounds: Duration::from_millis(180), "0.18";
    whole_seconds: Duration::from_secs(1), "1.0";
    seconds_and_a_tenth: Duration::from_millis(1_100), "1.1";
    nearly_a_day: Duration::new(86_399, 999_999_999), "86399.999999999";
}

#[test]
fn each_threshold_is_a_bucket_bound_of_its_function() {
    call_all();
    let snapshot = snapshot();
    assert_eq!(
        snapshot.bounds.len(),
        14 + 7,
        "two thresholds are default bounds"
    );
    for format in [Format::Text, Format::OpenMetrics] {
        let text = encode(&snapshot, format);
        for (function, threshold) in EXPECTED {
            let bucket = text.lines().find(|line| {
                line.starts_with(&format!(
                    "function_calls_duration_seconds_bucket{{function=\"{function}\","
                )) && line.contains(&format!("objective_latency_threshold=\"{threshold}\""))
                    && line.contains(&format!(",le=\"{threshold}\"}} "))
            });
            assert!(bucket.is_some(), "{function} in {format:?}:\n{text}");
        }
    }
}
