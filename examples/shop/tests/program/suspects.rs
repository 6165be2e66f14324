//! A fault begins in a running shop, and its explorer names the function.

use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{explorer::ask, support::Shop};

/// Seconds after the start at which faults begin, late enough for a time span to compare with.
const TROUBLE: f64 = 13.0;
/// Request of the suspects, with the shortest window.
const QUESTION: &str = "suspects?window=10";
/// Limit of the time from the start to the right answer. The fault counts as new for two windows,
/// and a busy machine needs the rest.
const PATIENCE: Duration = Duration::from_secs(50);

/// A fault, and the expected suspect.
struct Fault {
    arguments: [&'static str; 2],
    objective: &'static str,
    sli: &'static str,
    path: &'static [&'static str],
    /// Beginning of the explanation, and another part of it.
    why: [&'static str; 2],
}

const FAULTS: [Fault; 3] = [
    Fault {
        arguments: ["--payment-failures", "0.9"],
        objective: "checkout",
        sli: "success",
        path: &[
            "shop::checkout::place_order",
            "shop::payment::charge",
            "shop::payment::Acquirer::authorize",
        ],
        why: [
            "errors of `shop::checkout::place_order` rose from ",
            " % of that comes from `shop::payment::Acquirer::authorize`: ",
        ],
    },
    Fault {
        arguments: ["--slow-queries", "1"],
        objective: "catalogue",
        sli: "latency",
        path: &[
            "shop::catalogue::search",
            "shop::store::products::Products::search",
        ],
        why: [
            "calls of `shop::catalogue::search` take ",
            "; it occurs in `shop::store::database::Database::run`, but less for other callers: their calls take ",
        ],
    },
    Fault {
        arguments: ["--payment-retries", "0.75"],
        objective: "checkout",
        sli: "latency",
        path: &[
            "shop::checkout::place_order",
            "shop::payment::charge",
            "shop::payment::Acquirer::authorize",
        ],
        why: [
            "calls of `shop::checkout::place_order` take ",
            "`shop::payment::Acquirer::authorize`, which `shop::payment::charge` calls ",
        ],
    },
];

#[test]
fn explorer_suspects_the_function_with_the_fault() {
    thread::scope(|scope| {
        for fault in &FAULTS {
            scope.spawn(|| {
                let found = wait_for(fault);
                check_numbers(fault, &found);
            });
        }
    });
}

/// Returns the first suspect, after waiting until it is the expected one.
fn wait_for(fault: &Fault) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let after = TROUBLE.to_string();
    let [option, share] = fault.arguments;
    let arguments = [option, share, "--faults-after", &after];
    let began = Instant::now();
    let shop = Shop::open(folder.path(), &arguments);
    let addr = shop.explorer;
    loop {
        let answer = ask(addr, QUESTION);
        let age = number(&answer, "at") - number(&answer, "since");
        let first = &answer["suspects"][0];
        if age > TROUBLE && is_found(fault, first) {
            return first.clone();
        }
        assert!(
            began.elapsed() < PATIENCE,
            "not found with {option}: {answer:#}"
        );
        // The explorer takes a sample per second.
        thread::sleep(Duration::from_millis(300));
    }
}

fn is_found(fault: &Fault, first: &Value) -> bool {
    let start = &first["start"];
    let path = first["path"].as_array().into_iter().flatten();
    let [begin, reason] = fault.why;
    start["objective"] == fault.objective
        && start["burning"] == true
        && start["sli"] == fault.sli
        && first["lasting"] == false
        && path.map(|step| &step["id"]).eq(fault.path)
        && first["suspect"] == **fault.path.last().unwrap()
        && first["explanation"]
            .as_str()
            .is_some_and(|why| why.starts_with(begin) && why.contains(reason))
}

/// Asserts that the numbers of the suspect are consistent with those of its path.
fn check_numbers(fault: &Fault, found: &Value) {
    let path = found["path"].as_array().unwrap();
    let [before, now, rise] = ["before_per_second", "now_per_second", "rise_per_second"];
    for step in path {
        let risen = number(step, now) - number(step, before);
        assert!((risen - number(step, rise)).abs() < 1e-9, "{found:#}");
        assert!(
            risen > 0.0 && number(step, "share_of_rise") > 0.5,
            "{found:#}"
        );
        let is_error = fault.sli == "success";
        assert_eq!(step["kind"].is_string(), is_error, "{found:#}");
    }
    for name in [before, now, rise] {
        assert_eq!(found[name], path[0][name], "{found:#}");
    }
    let shares: Vec<_> = path.iter().map(|s| number(s, "share_of_rise")).collect();
    assert!(shares.is_sorted_by(|a, b| a >= b), "{found:#}");
    // Each function before the suspect has a smaller share of its own.
    let passed = &path[..path.len() - 1];
    assert!(
        passed.iter().all(|s| number(s, "self_share") < 0.5),
        "{found:#}"
    );
    let worth = shares.last().unwrap() * number(found, rise) / number(found, now);
    assert!((number(found, "score") - worth).abs() < 1e-9, "{found:#}");
}

fn number(value: &Value, name: &str) -> f64 {
    value[name]
        .as_f64()
        .unwrap_or_else(|| panic!("no number `{name}` in {value}"))
}
