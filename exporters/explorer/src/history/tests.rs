//! Tests histories of simulated programs: counts and memory.

use autometrics_core::{Caller, FineBuckets, Function as Decorated, Outcome};
use expect_test::expect;

use super::{
    BUCKET_BYTES, EDGE_BUCKET_BYTES, EDGE_BYTES, FUNCTION_BYTES, Flow, History, KIND_BYTES, Ring,
};
use crate::simulation::Simulation;

/// Returns counts and covered seconds of a function in the last `window` seconds, over all callers.
fn lately(history: &History, id: &str, window: f64) -> (Flow, f64) {
    let place = history.find(id).expect("a function");
    let span = history.last(window);
    let mut flow = Flow::default();
    for edge in history.edges.iter().filter(|edge| edge.callee == place) {
        flow.add(edge.flow_in(&span));
    }
    let calls = history.functions[place].latencies_in(&span).count();
    assert_eq!(calls, flow.calls, "latencies and edges agree");
    (flow, span.seconds)
}

fn edge_latencies(history: &History, edge: usize, window: f64) -> FineBuckets {
    history.latencies_of_edge(edge, &history.span_of_edges(0.0, window))
}

#[test]
fn windows_have_the_calls_of_their_seconds() {
    let mut shop = Simulation::new(&["load"]);
    for second in 1..=400 {
        shop.ok(None, "load", second, 0.05);
        shop.second();
    }
    let sum = |from: u64, to: u64| (from..=to).sum::<u64>();
    for (window, from, covered) in [
        (10.0, 391, 10.0),
        (60.0, 341, 60.0),
        (300.0, 101, 300.0),
        (1800.0, 1, 400.0),
        (21_600.0, 1, 400.0),
    ] {
        let (flow, seconds) = lately(&shop.history, "shop::load", window);
        assert_eq!((flow.calls, seconds), (sum(from, 400), covered), "{window}");
    }
}

#[test]
fn counts_before_the_first_snapshot_are_no_rise() {
    let mut shop = Simulation::new(&["load", "save"]);
    shop.ok(None, "load", 1000, 0.05);
    let mut late = History::new(crate::simulation::STEPS);
    late.record(0.0, shop.snapshot.clone());
    shop.ok(None, "load", 3, 0.05);
    late.record(1.0, shop.snapshot.clone());
    let (flow, _) = lately(&late, "shop::load", 60.0);
    assert_eq!(flow.calls, 3);
    assert_eq!(late.edges[0].total.calls, 1003);
    assert_eq!(edge_latencies(&late, 0, 60.0).count(), 3);
    assert!(late.functions[0].called && !late.functions[1].called);
}

#[test]
fn late_functions_and_edges_do_not_mix_up_others() {
    let mut shop = Simulation::new(&["b", "d"]);
    shop.seconds(5, |shop| shop.ok(None, "d", 2, 0.05));
    // A function that registers late is inserted between the others.
    shop.snapshot
        .functions
        .insert(1, Decorated::new("shop", "c"));
    for edge in &mut shop.snapshot.edges {
        edge.function += usize::from(edge.function > 0);
    }
    shop.seconds(5, |shop| {
        shop.ok(Some("d"), "c", 7, 0.05);
        shop.ok(None, "d", 2, 0.05);
        shop.fail(None, "b", "gone", 1);
    });
    let ids: Vec<_> = shop.history.functions.iter().map(|f| &*f.id).collect();
    assert_eq!(ids, ["shop::b", "shop::d", "shop::c"]);
    let calls = |id| lately(&shop.history, id, 60.0).0;
    assert_eq!(calls("shop::d").calls, 20);
    assert_eq!(calls("shop::c").calls, 35);
    assert_eq!((calls("shop::b").calls, calls("shop::b").errors), (5, 5));
    let by_d = Caller::Function(shop.history.find("shop::d").unwrap());
    let c = shop.history.find("shop::c").unwrap();
    assert!(shop.history.edge(c, by_d).is_some());
}

#[test]
fn function_keeps_its_history_when_its_name_becomes_ambiguous() {
    let mut shop = Simulation::new(&["a"]);
    shop.seconds(3, |shop| shop.ok(None, "a", 1, 0.05));
    let mut second = Decorated::new("shop", "a (:9)");
    second.line = 9;
    shop.snapshot.functions[0].name = "a (:0)".into();
    shop.snapshot.functions.push(second);
    shop.seconds(3, |shop| shop.ok(None, "a (:0)", 1, 0.05));
    assert_eq!(lately(&shop.history, "shop::a (:0)", 60.0).0.calls, 6);
    assert_eq!(lately(&shop.history, "shop::a (:9)", 60.0).0.calls, 0);
}

#[test]
fn late_sample_makes_a_long_step() {
    let mut shop = Simulation::new(&["load"]);
    shop.seconds(20, |shop| shop.ok(None, "load", 10, 0.05));
    shop.ok(None, "load", 600, 0.05);
    shop.now += 59.0;
    shop.second();
    // The last 60 s are that step.
    assert_eq!(lately(&shop.history, "shop::load", 60.0), {
        let nanos = 30_000_000_000;
        let flow = Flow {
            calls: 600,
            errors: 0,
            nanos,
        };
        (flow, 60.0)
    });
    let newest = shop.history.ages(Ring::Coarse).next().unwrap();
    assert_eq!((newest.begin, newest.end), (0.0, 80.0));
}

#[test]
fn errors_are_counted_by_kind() {
    let mut shop = Simulation::new(&["pay"]);
    shop.seconds(40, |shop| {
        shop.fail(None, "pay", "declined", 2);
        shop.call(None, "pay", &Outcome::Error(None), 1, 0.05);
        shop.ok(None, "pay", 7, 0.05);
    });
    let function = &shop.history.functions[0];
    let span = shop.history.last(30.0);
    let kinds: Vec<_> = function
        .kinds
        .iter()
        .map(|kind| (&*kind.name, kind.errors_in(&span), kind.total))
        .collect();
    assert_eq!(kinds, [("", 30, 40), ("declined", 60, 80)]);
    assert_eq!(kinds.iter().map(|kind| kind.1).sum::<u64>(), 90);
}

#[test]
fn edge_latencies_cover_the_window_to_half_a_step() {
    let mut shop = Simulation::new(&["load", "save"]);
    shop.seconds(9_000, |shop| {
        shop.ok(Some("save"), "load", 1, 0.001);
        shop.ok(None, "load", 1, 1.0);
    });
    for second in 0..400 {
        for (window, step) in [(10.0, 10.0), (60.0, 10.0), (300.0, 10.0), (1800.0, 300.0)] {
            for edge in 0..2 {
                let latencies = edge_latencies(&shop.history, edge, window);
                #[expect(clippy::cast_precision_loss, reason = "small")]
                let seconds = latencies.count() as f64;
                assert!(
                    (seconds - window).abs() <= step / 2.0,
                    "{seconds} of {window} s after {second}"
                );
                let bucket = FineBuckets::bucket([1.0, 0.001][edge]).unwrap();
                assert!(latencies.iter().all(|(found, _)| found == bucket));
            }
        }
        shop.ok(Some("save"), "load", 1, 0.001);
        shop.ok(None, "load", 1, 1.0);
        shop.second();
    }
}

#[test]
fn edge_latencies_exist_from_the_first_sample_on() {
    let mut shop = Simulation::new(&["load"]);
    for second in 1..=1_000 {
        shop.ok(None, "load", 3, 0.002);
        shop.second();
        for window in [1800.0, 21_600.0] {
            assert_eq!(edge_latencies(&shop.history, 0, window).count(), 3 * second);
        }
    }
}

#[test]
fn missing_edge_in_a_snapshot_changes_no_latencies() {
    let mut shop = Simulation::new(&["load"]);
    shop.seconds(100, |shop| shop.ok(None, "load", 1, 0.002));
    let edges = std::mem::take(&mut shop.snapshot.edges);
    shop.seconds(100, |_| ());
    shop.snapshot.edges = edges;
    shop.seconds(10, |shop| shop.ok(None, "load", 1, 0.002));
    for (window, calls) in [(60.0, 10), (200.0, 100)] {
        let function = shop.history.functions[0].latencies_in(&shop.history.last(window));
        assert_eq!(function.count(), calls, "{window}");
        assert_eq!(
            edge_latencies(&shop.history, 0, window).count(),
            calls,
            "{window}"
        );
    }
}

#[test]
fn quantiles_are_accurate_from_nanoseconds_to_hours() {
    let mut shop = Simulation::new(&["load"]);
    let scales = [2e-8, 2e-6, 4e-5, 3e-3, 0.7, 90.0, 4000.0];
    for scale in scales {
        shop.seconds(301, |shop| {
            shop.ok(None, "load", 60, scale);
            shop.ok(None, "load", 38, 2.0 * scale);
            shop.ok(None, "load", 2, 7.0 * scale);
        });
        let history = &shop.history;
        let function = history.functions[0].latencies_in(&history.last(60.0));
        for latencies in [function, edge_latencies(history, 0, 60.0)] {
            for (q, factor) in [(0.5, 1.0), (0.95, 2.0), (0.99, 7.0)] {
                let found = latencies.quantile(q).unwrap().seconds;
                let off = (found / (factor * scale)).ln().abs();
                assert!(off <= 0.0434, "{q} of {scale} s: {found}");
            }
        }
    }
}

/// Returns a history whose rings are full. One function has `calls` calls per second in each of
/// `buckets` buckets.
fn full(calls: u64, buckets: usize) -> History {
    let mut shop = Simulation::new(&["load"]);
    shop.snapshot.functions[0].in_flight = Some(calls);
    shop.seconds(6 * 3600 + 600, |shop| {
        for bucket in (1..buckets).map(|at| i16::try_from(at).unwrap()) {
            shop.ok(None, "load", calls, FineBuckets::upper(2 * bucket));
        }
        shop.fail(None, "load", "gone", calls);
    });
    shop.history
}

#[test]
fn memory_is_within_its_documented_limits() {
    // Numbers as large as the limits allow, in a step of 30 s or in one of an edge's latencies.
    for calls in [(1 << 27) / 30, (1 << 27) / 300] {
        for buckets in [1, 2, 4, 12, 40] {
            let history = full(calls, buckets);
            let bound = FUNCTION_BYTES
                + buckets * BUCKET_BYTES
                + KIND_BYTES
                + EDGE_BYTES
                + buckets * EDGE_BUCKET_BYTES;
            let bytes = history.bytes();
            assert!(bytes <= bound, "{bytes} of {bound} with {buckets} buckets");
            assert!(
                2 * bytes > bound,
                "the bound is far away: {bytes} of {bound}"
            );
            let edge = history.edges[0].bytes();
            let bound = EDGE_BYTES + buckets * EDGE_BUCKET_BYTES;
            assert!(edge <= bound, "{edge} of {bound} with {buckets} buckets");
        }
    }
}

#[test]
fn memory_is_constant_once_the_rings_are_full() {
    let mut shop = Simulation::new(&["load"]);
    let second = |shop: &mut Simulation| shop.ok(None, "load", 100, 0.05);
    shop.seconds(7 * 3600, second);
    let after_seven_hours = shop.history.bytes();
    shop.seconds(5 * 3600, second);
    assert_eq!(shop.history.bytes(), after_seven_hours);
}

#[test]
fn functions_without_calls_take_no_memory() {
    let mut shop = Simulation::new(&["load", "save"]);
    shop.seconds(1000, |_| {});
    assert_eq!(shop.history.bytes(), 0);
}

/// Returns latencies of a log-normal distribution in turn. The slowest 1 % take 13 times as long as
/// the fastest.
fn spread(call: u64) -> f64 {
    const DEVIATIONS: [f64; 10] = [
        -1.64, -1.04, -0.67, -0.39, -0.13, 0.13, 0.39, 0.67, 1.04, 1.64,
    ];
    let rare = if call % 97 == 0 { 2.6 } else { 0.0 };
    let jitter = f64::from(u8::try_from(call * 37 % 101).unwrap()) / 101.0 - 0.5;
    let deviation = DEVIATIONS[usize::try_from(call * 7 % 10).unwrap()] + rare + 0.4 * jitter;
    4e-5 * (0.55 * deviation).exp()
}

#[test]
fn usual_traffic_takes_the_documented_memory() {
    let mut shop = Simulation::new(&["load", "main"]);
    let mut call = 0;
    shop.seconds(7 * 3600, |shop| {
        for _ in 0..30 {
            call += 1;
            shop.ok(Some("main"), "load", 1, spread(call));
        }
    });
    let History {
        functions, edges, ..
    } = &shop.history;
    let function = functions[0].bytes();
    let edge = shop.history.bytes() - function;
    // Size with an array of 32 bits per step and bucket, for comparison.
    let buckets = edges[0].latencies.len();
    let plain = buckets * 4 * (crate::simulation::STEPS.fine + crate::simulation::STEPS.coarse);
    let all = 1_000 * (function + 4 * edge) / 1_000_000;
    expect!["function 37137 (163200 with arrays for 40 buckets), edge 15529, all 99 MB"].assert_eq(
        &format!("function {function} ({plain} with arrays for {buckets} buckets), edge {edge}, all {all} MB"),
    );
}
