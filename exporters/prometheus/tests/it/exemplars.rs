//! Tests that exemplars are in OpenMetrics and not in text 0.0.4.

use std::{
    collections::BTreeMap,
    time::{Duration, UNIX_EPOCH},
};

use autometrics_core::{Exemplar as Recorded, Snapshot, TraceContext};
use autometrics_prometheus::{Format, encode};
use expect_test::expect;

use crate::{
    openmetrics::{self, Family},
    program::shop,
    text,
};

/// Exemplar of a sample.
#[derive(Debug)]
pub(crate) struct Exemplar {
    labels: BTreeMap<String, String>,
    value: f64,
}

/// Splits a sample's line after its series into the number and the exemplar.
pub(crate) fn split(rest: &str) -> (&str, Option<Exemplar>) {
    let Some((number, exemplar)) = rest.split_once(" # ") else {
        return (rest, None);
    };
    let line = format!("exemplar{exemplar}");
    let ((_, labels), rest) = openmetrics::series(&line);
    let runes: usize = labels
        .iter()
        .map(|(name, value)| name.chars().count() + value.chars().count())
        .sum();
    assert!(runes <= 128, "{runes} characters in {line}");
    let (value, time) = rest.split_once(' ').expect("a timestamp");
    assert!(openmetrics::parse_number(time) > 0.0, "{line}");
    let value = openmetrics::parse_number(value);
    (number, Some(Exemplar { labels, value }))
}

/// Checks that each exemplar is in the bucket of its value.
pub(crate) fn check(family: &Family) {
    let bound = |le: &str| openmetrics::parse_number(le);
    for ((_, labels), exemplar) in &family.exemplars {
        let upper = bound(&labels["le"]);
        let mut others = labels.clone();
        others.remove("le");
        let lower = family
            .samples
            .iter()
            .filter_map(|((_, labels), _)| {
                let mut labels = labels.clone();
                let le = labels.remove("le")?;
                (labels == others).then(|| bound(&le))
            })
            .filter(|le| *le < upper)
            .fold(f64::NEG_INFINITY, f64::max);
        let value = exemplar.value;
        assert!(
            value > lower && value <= upper,
            "{value} of {:?} is in the bucket above {lower} and up to {upper}",
            exemplar.labels
        );
    }
}

/// Returns the snapshot of [`shop`] with exemplars, some of which do not lead to a trace.
pub(crate) fn traced() -> Snapshot {
    let mut snapshot = shop();
    let time = UNIX_EPOCH + Duration::from_millis(1_700_000_000_025);
    let exemplar = |function, bucket, seconds, trace| {
        let latency = Duration::from_secs_f64(seconds);
        Recorded::new(function, bucket, latency, time, trace)
    };
    let trace = TraceContext::new(0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736, 0xf067, true);
    let mut lost = trace;
    lost.sampled = false;
    snapshot.exemplars = vec![
        exemplar(0, 1, 0.062_5, trace),
        exemplar(0, 2, 0.15, lost),
        exemplar(1, 1, 0.1, trace),
        exemplar(1, 4, 3.0, trace),
        // The run time never produces exemplars of unknown buckets or functions.
        exemplar(1, 9, 0.1, trace),
        exemplar(7, 0, 0.1, trace),
    ];
    snapshot
}

#[test]
fn exemplars_follow_their_buckets() {
    let page = encode(&traced(), Format::OpenMetrics);
    let families = openmetrics::parse(&page).families;
    let read: usize = families.iter().map(|family| family.exemplars.len()).sum();
    assert_eq!(read, 3);
    let lines: Vec<_> = page.lines().filter(|line| line.contains(" # ")).collect();
    expect![[r##"
        function_calls_duration_seconds_bucket{function="Cart::add",module="shop::cart",service_name="shop",le="0.1"} 4 # {trace_id="4bf92f3577b34da6a3ce929d0e0e4736",span_id="000000000000f067"} 0.0625 1700000000.025
        function_calls_duration_seconds_bucket{function="place_order",module="shop::orders",service_name="shop",objective_name="checkout",objective_percentile="99",objective_latency_threshold="0.18",le="0.1"} 6 # {trace_id="4bf92f3577b34da6a3ce929d0e0e4736",span_id="000000000000f067"} 0.1 1700000000.025
        function_calls_duration_seconds_bucket{function="place_order",module="shop::orders",service_name="shop",objective_name="checkout",objective_percentile="99",objective_latency_threshold="0.18",le="+Inf"} 9 # {trace_id="4bf92f3577b34da6a3ce929d0e0e4736",span_id="000000000000f067"} 3.0 1700000000.025"##]]
    .assert_eq(&lines.join("\n"));
}

#[test]
fn text_0_0_4_has_no_exemplars() {
    let page = encode(&traced(), Format::Text);
    assert!(!text::parse(&page).is_empty());
    assert_eq!(page, encode(&shop(), Format::Text));
}

#[test]
#[should_panic(expected = "is in the bucket above")]
fn parser_refuses_an_exemplar_in_the_wrong_bucket() {
    let mut snapshot = traced();
    snapshot.exemplars[0].latency = Duration::from_millis(110);
    openmetrics::parse(&encode(&snapshot, Format::OpenMetrics));
}
