//! Tests the API endpoint for flows, and the answers about functions in a flow.

use serde_json::{Value, json};

use super::{api::violations, explore, get};
use crate::{shared::Shared, simulation::Simulation};

/// Returns a shop with two flows, both of which load, and one of which fails for a quarter of its
/// loads in the last minute.
fn shared() -> Shared {
    let mut shop = Simulation::new(&["list", "load", "show", "unused"]);
    let minute = |shop: &mut Simulation, errors: u64| {
        shop.seconds(60, |shop| {
            shop.ok(None, "list", 2, 0.25);
            shop.ok(Some("list"), "load", 12, 0.01);
            shop.ok(None, "show", 4, 0.125);
            shop.ok(Some("show"), "load", 4 - errors, 0.01);
            shop.fail(Some("show"), "load", "gone", errors);
            shop.in_flow("list", "GET /list", 2, 0, 0.5);
            shop.in_flow("load", "GET /list", 12, 0, 0.12);
            shop.in_flow("show", "GET /show", 4, 0, 0.5);
            shop.in_flow("load", "GET /show", 4 - errors, errors, 0.0625);
        });
    };
    minute(&mut shop, 0);
    minute(&mut shop, 1);
    explore(shop)
}

/// Returns these fields of each row, in the order of the rows.
fn rows(rows: &Value, fields: &[&str]) -> Vec<Value> {
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| fields.iter().map(|&field| row[field].clone()).collect())
        .collect()
}

#[test]
fn flow_has_the_calls_and_errors_of_all_functions_that_it_reaches() {
    let shared = shared();
    let path = "/api/v1/flows?window=60";
    assert_eq!(violations(&shared, path), [""; 0]);
    let answer = get(&shared, path).json();
    assert_eq!(answer["counted"], true);
    let fields = [
        "name",
        "calls_total",
        "calls_per_second",
        "errors_per_second",
        "error_ratio",
    ];
    assert_eq!(
        rows(&answer["flows"], &fields),
        [
            json!(["GET /list", 1680, 14.0, 0.0, 0.0]),
            json!(["GET /show", 960, 8.0, 1.0, 0.125]),
        ]
    );
    let fields = [
        "id",
        "calls_per_second",
        "error_ratio",
        "mean_seconds",
        "share",
    ];
    assert_eq!(
        rows(&answer["flows"][1]["functions"], &fields),
        [
            json!(["shop::load", 4.0, 0.25, 0.015_625, 0.25]),
            json!(["shop::show", 4.0, 0.0, 0.125, 1.0]),
        ]
    );
}

#[test]
fn functions_of_a_flow_have_its_calls_and_no_numbers_that_are_unknown() {
    let shared = shared();
    let path = "/api/v1/functions?flow=GET+%2Fshow";
    assert_eq!(violations(&shared, path), [""; 0]);
    let answer = get(&shared, path).json();
    assert_eq!(answer["flow"], "GET /show");
    let fields = [
        "id",
        "calls_total",
        "errors_total",
        "calls_per_second",
        "errors_per_second",
        "mean_seconds",
        "time_per_second",
        "p95_seconds",
        "self_time_per_second",
        "self_share",
    ];
    assert_eq!(
        rows(&answer["functions"], &fields),
        [
            json!([
                "shop::load",
                480,
                60,
                4.0,
                1.0,
                0.015_625,
                0.0625,
                null,
                null,
                null
            ]),
            json!(["shop::show", 480, 0, 4.0, 0.0, 0.125, 0.5, null, null, null]),
        ]
    );
    let sparkline = answer["functions"][0]["sparkline"].as_array().unwrap();
    assert_eq!((&sparkline[17], &sparkline[18]), (&json!(0.0), &json!(4.0)));
    assert_eq!(sparkline.len(), 30);
    let all = get(&shared, "/api/v1/functions").json();
    assert_eq!(all["flow"], Value::Null);
    assert_eq!(all["functions"].as_array().unwrap().len(), 4);
}

#[test]
fn function_has_the_flows_in_which_it_is_called() {
    let shared = shared();
    let answer = get(&shared, "/api/v1/series?function=shop::load").json();
    let fields = ["name", "calls_per_second", "share", "error_ratio"];
    assert_eq!(
        rows(&answer["flows"], &fields),
        [
            json!(["GET /list", 12.0, 0.75, 0.0]),
            json!(["GET /show", 4.0, 0.25, 0.125]),
        ]
    );
    let answer = get(&shared, "/api/v1/series?function=shop::unused").json();
    assert_eq!(answer["flows"], json!([]));
}

#[test]
fn unknown_flow_reaches_no_function() {
    let answer = get(&shared(), "/api/v1/functions?flow=GET+%2F").json();
    assert_eq!(answer["functions"], json!([]));
}

#[test]
fn program_that_does_not_count_flows_has_none() {
    let mut shop = Simulation::new(&["load"]);
    shop.ok(None, "load", 1, 0.1);
    shop.second();
    let answer = get(&explore(shop), "/api/v1/flows").json();
    assert_eq!(
        (&answer["counted"], &answer["flows"]),
        (&json!(false), &json!([]))
    );
}
