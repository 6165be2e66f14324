//! Tests the API endpoint for suspects.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use serde_json::json;

use super::{explore, get, shop};

#[track_caller]
fn check_suspects(path: &str, expect: &Expect) {
    let answer = get(&explore(shop()), path).json();
    let mut text = String::new();
    for found in answer["suspects"].as_array().unwrap() {
        let path: Vec<_> = found["path"].as_array().unwrap().iter().collect();
        let ids: Vec<_> = path
            .iter()
            .map(|station| station["id"].as_str().unwrap())
            .collect();
        let _ = writeln!(
            text,
            "{} {}: {}\n  {}, kind {}",
            found["start"]["objective"],
            found["start"]["sli"],
            ids.join(" > "),
            found["explanation"].as_str().unwrap(),
            path.last().unwrap()["kind"],
        );
    }
    expect.assert_eq(&text);
}

#[test]
fn outage_is_followed_to_its_cause() {
    check_suspects(
        "/api/v1/suspects",
        &expect![[r#"
            "checkout" "success": shop::check_out > shop::charge > shop::acquire
              errors of `shop::check_out` rose from 0/s to 4.00/s; 100 % of that comes from `shop::acquire`: 40.0 % of its calls fail instead of 0 %, mostly with `unreachable`, kind "unreachable"
            "checkout" "latency": shop::check_out
              calls of `shop::check_out` take 210 ms instead of 150 ms; 100 % of that is the function's own, kind null
        "#]],
    );
}

#[test]
fn lasting_errors_have_amounts_before() {
    let answer = get(&explore(shop()), "/api/v1/suspects?window=10&sli=success").json();
    let found = &answer["suspects"][0];
    assert_eq!(
        (&found["lasting"], &found["start"]["burning"]),
        (&json!(true), &json!(true))
    );
    let names = [
        "before_per_second",
        "now_per_second",
        "rise_per_second",
        "share_of_rise",
    ];
    for station in found["path"].as_array().unwrap() {
        let numbers = names.map(|name| format!("{:.1}", station[name].as_f64().unwrap()));
        assert_eq!(numbers.join(" "), "4.0 4.0 0.0 1.0", "{station}");
    }
}

#[test]
fn requested_objective_need_not_burn() {
    let mut shop = shop();
    shop.seconds(300, |shop| shop.ok(None, "check_out", 10, 0.05));
    shop.seconds(60, |shop| shop.ok(None, "check_out", 10, 0.15));
    let shared = explore(shop);
    let starts = |path: &str| {
        let answer = get(&shared, path).json();
        let found = answer["suspects"].as_array().unwrap().iter();
        found
            .map(|found| found["start"].clone())
            .collect::<Vec<_>>()
    };
    let (by, function, sli) = ("checkout", "shop::check_out", "latency");
    assert_eq!(
        starts("/api/v1/suspects?objective=checkout"),
        [json!({"objective": by, "burning": false, "function": function, "sli": sli})]
    );
    assert_eq!(
        starts("/api/v1/suspects"),
        [json!({"objective": null, "burning": false, "function": function, "sli": sli})]
    );
}

#[test]
fn functions_without_a_rise_have_no_suspects() {
    let search = "/api/v1/suspects?function=shop::search";
    check_suspects(search, &expect![[""]]);
    check_suspects(
        "/api/v1/suspects?objective=checkout&sli=latency&window=10",
        &expect![[""]],
    );
}

#[test]
fn objective_and_function_restrict_the_start() {
    let asked = |function: &str| {
        let path = format!("/api/v1/suspects?objective=checkout&sli=success&function={function}");
        let answer = get(&explore(shop()), &path).json();
        answer["suspects"].as_array().unwrap().len()
    };
    assert_eq!((asked("shop::check_out"), asked("shop::acquire")), (1, 0));
}
