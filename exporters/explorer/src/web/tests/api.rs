//! Tests that responses match `openapi.json` and the program's calls.
#![expect(
    clippy::needless_raw_string_hashes,
    reason = "`UPDATE_EXPECT=1` writes them"
)]

use std::fmt::Write as _;

use expect_test::expect;
use http::StatusCode;
use serde_json::{Value, json};

use super::{explore, get, hostile_shop, shop};
use crate::{shared::Shared, simulation::Simulation, web::answer::OPENAPI};

fn openapi() -> Value {
    serde_json::from_str(OPENAPI).expect("JSON")
}

/// Returns the violations of `openapi.json` by the response at `path`.
pub(super) fn violations(shared: &Shared, path: &str) -> Vec<String> {
    let reply = get(shared, path);
    let document = openapi();
    let endpoint = path.split('?').next().unwrap_or(path);
    let response = &document["paths"][endpoint]["get"]["responses"][reply.status.as_str()];
    let schema = &response["content"]["application/json"]["schema"]["$ref"];
    assert!(
        schema.is_string(),
        "{path}: {} is not described",
        reply.status
    );
    let schema = json!({ "$ref": schema, "components": document["components"] });
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    let answer = reply.json();
    let errors = validator.iter_errors(&answer);
    errors
        .map(|error| format!("{path}: {}: {error}", error.instance_path()))
        .collect()
}

fn encoded(id: &str) -> String {
    form_urlencoded::byte_serialize(id.as_bytes()).collect()
}

fn all_paths(functions: &[String]) -> Vec<String> {
    let mut paths = Vec::new();
    for endpoint in ["functions", "flows", "graph", "objectives", "suspects"] {
        paths.push(format!("/api/v1/{endpoint}"));
        for window in crate::query::WINDOWS {
            paths.push(format!("/api/v1/{endpoint}?window={window}"));
        }
    }
    for sli in ["success", "latency"] {
        paths.push(format!("/api/v1/suspects?objective=checkout&sli={sli}"));
    }
    for id in functions {
        let id = encoded(id);
        paths.push(format!("/api/v1/suspects?function={id}"));
        paths.push(format!("/api/v1/events?function={id}"));
        for range in crate::query::RANGES {
            paths.push(format!("/api/v1/series?function={id}&range={range}"));
        }
    }
    paths.push("/api/v1/events".to_owned());
    paths.push("/api/v1/functions?flow=GET+%2Fsearch".to_owned());
    paths.push("/api/v1/functions?window=61".to_owned());
    paths.push("/api/v1/series?function=nothing".to_owned());
    paths
}

#[track_caller]
fn check_all(shop: Simulation) {
    let functions = shop.history.functions.iter();
    let ids: Vec<_> = functions.map(|function| function.id.clone()).collect();
    let shared = explore(shop);
    let violations: Vec<_> = all_paths(&ids)
        .iter()
        .flat_map(|path| violations(&shared, path))
        .collect();
    assert!(violations.is_empty(), "{violations:#?}");
}

#[test]
fn responses_match_the_openapi_document() {
    check_all(shop());
}

#[test]
fn responses_of_a_new_program_match_the_openapi_document() {
    check_all(Simulation::new(&["load"]));
    check_all(Simulation::new(&[]));
}

#[test]
fn responses_with_hostile_names_match_the_openapi_document() {
    check_all(hostile_shop().0);
}

#[test]
fn missing_and_additional_fields_are_violations() {
    let document = openapi();
    let schema = json!({
        "$ref": "#/components/schemas/Error",
        "components": document["components"],
    });
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    assert!(validator.is_valid(&json!({"error": "a"})));
    assert!(!validator.is_valid(&json!({})));
    assert!(!validator.is_valid(&json!({"error": "a", "more": 1})));
}

#[test]
fn every_field_is_described_with_its_unit() {
    let document = openapi();
    let mut missing = String::new();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for (schema, definition) in schemas {
        for (field, property) in definition["properties"].as_object().unwrap() {
            if property["$ref"].is_string() {
                continue;
            }
            let text = property["description"].as_str().unwrap_or_default();
            let unit = match field.as_str() {
                field if field.ends_with("per_second") => "per second",
                field if field.ends_with("_seconds") => "second",
                field if field.ends_with("ratio") || field.ends_with("share") => "share",
                "at" | "times" => "Unix seconds",
                _ => "",
            };
            if text.is_empty() || !text.contains(unit) {
                let _ = writeln!(missing, "{schema}.{field} does not say `{unit}`: {text}");
            }
        }
    }
    assert_eq!(missing, "");
}

#[test]
fn functions_have_rates_and_latencies_of_the_window() {
    let shared = explore(shop());
    let answer = get(&shared, "/api/v1/functions?window=60").json();
    assert_eq!(answer["covered_seconds"], 60.0);
    let mut text = String::new();
    for function in answer["functions"].as_array().unwrap() {
        let field = |name: &str| &function[name];
        let _ = writeln!(
            text,
            "{} {}/s, {} errors, p50 {}, p95 {}, mean {}, time {}, self {} ({}), {} in all, {} last",
            field("id"),
            field("calls_per_second"),
            field("error_ratio"),
            field("p50_seconds"),
            field("p95_seconds"),
            field("mean_seconds"),
            field("time_per_second"),
            field("self_time_per_second"),
            field("self_share"),
            field("calls_total"),
            field("sparkline")[29],
        );
    }
    expect![[r#"
        "shop::acquire" 10.0/s, 0.4 errors, p50 0.05033, p95 0.05033, mean 0.032, time 0.32, self 0.32 (0.14222222222222222), 6600 in all, 10.0 last
        "shop::charge" 10.0/s, 0.4 errors, p50 0.1007, p95 0.1007, mean 0.1, time 1.0, self 0.68 (0.3022222222222222), 6600 in all, 10.0 last
        "shop::check_out" 10.0/s, 0.4 errors, p50 0.1552, p95 0.3105, mean 0.21, time 2.1, self 1.1 (0.4888888888888889), 6600 in all, 10.0 last
        "shop::search" 30.0/s, 0.0 errors, p50 0.004851, p95 0.004851, mean 0.005, time 0.15, self 0.15 (0.06666666666666667), 19800 in all, 30.0 last
        "shop::unused" 0.0/s, null errors, p50 null, p95 null, mean null, time 0.0, self 0.0 (0.0), 0 in all, 0.0 last
    "#]].assert_eq(&text);
    let source = &answer["functions"][2]["source_url"];
    let url = "https://github.com/example/shop/blob/c0ffee/src/checkout.rs#L12";
    assert_eq!(source, url);
}

#[test]
fn edges_come_from_calls_and_from_source_code() {
    let shared = explore(shop());
    let answer = get(&shared, "/api/v1/graph").json();
    let mut text = String::new();
    for edge in answer["edges"].as_array().unwrap() {
        let _ = writeln!(
            text,
            "{} -> {}: seen {}, in code {}, {}/s, {} errors",
            edge["caller"],
            edge["callee"],
            edge["seen"],
            edge["in_code"],
            edge["calls_per_second"],
            edge["error_ratio"],
        );
    }
    expect![[r#"
        null -> "shop::check_out": seen true, in code false, 10.0/s, 0.4 errors
        null -> "shop::search": seen true, in code false, 30.0/s, 0.0 errors
        "shop::charge" -> "shop::acquire": seen true, in code true, 10.0/s, 0.4 errors
        "shop::charge" -> "shop::unused": seen false, in code true, 0.0/s, null errors
        "shop::check_out" -> "shop::charge": seen true, in code true, 10.0/s, 0.4 errors
    "#]]
    .assert_eq(&text);
}

#[test]
fn objectives_burn_by_the_rates_of_their_windows() {
    let shared = explore(shop());
    let answer = get(&shared, "/api/v1/objectives").json();
    let mut text = String::new();
    for sli in answer["objectives"][0]["slis"].as_array().unwrap() {
        let _ = writeln!(
            text,
            "{} {}: {} of {} bad, {:.4} spent, burning {}",
            sli["sli"],
            sli["target"],
            sli["bad_total"],
            sli["calls_total"],
            sli["budget_spent"].as_f64().unwrap(),
            sli["burning"],
        );
        for burn in sli["burn_rates"].as_array().unwrap() {
            let (window, covered) = (&burn["window_seconds"], &burn["covered_seconds"]);
            let rate = burn["burn_rate"].as_f64().unwrap();
            let _ = writeln!(text, "  over {window} s ({covered}): {rate:.3}");
        }
        for tier in sli["tiers"].as_array().unwrap() {
            let _ = writeln!(
                text,
                "  {}/{} x{}: {} fires {}, can {}, covered {}",
                tier["severity"],
                tier["name"],
                tier["factor"],
                tier["closeness"]
                    .as_f64()
                    .map_or("?".to_owned(), |c| format!("{c:.3}")),
                tier["fires"],
                tier["can_fire"],
                tier["long_covered"],
            );
        }
    }
    expect![[r#"
        "success" 0.99: 240 of 6600 bad, 3.6364 spent, burning true
          over 300 s (300.0): 8.000
          over 1800 s (660.0): 3.636
          over 3600 s (660.0): 3.636
          over 7200 s (660.0): 3.636
          over 21600 s (660.0): 3.636
          "page"/"fast" x14.4: 0.253 fires false, can true, covered false
          "page"/"slow" x6.0: 0.606 fires false, can true, covered false
          "ticket"/"fast" x3.0: ? fires false, can true, covered false
          "ticket"/"slow" x1.0: ? fires false, can true, covered false
        "latency" 0.95: 240 of 6600 bad, 0.7273 spent, burning true
          over 300 s (300.0): 1.600
          over 1800 s (660.0): 0.727
          over 3600 s (660.0): 0.727
          over 7200 s (660.0): 0.727
          over 21600 s (660.0): 0.727
          "page"/"fast" x14.4: 0.051 fires false, can true, covered false
          "page"/"slow" x6.0: 0.121 fires false, can true, covered false
          "ticket"/"fast" x3.0: ? fires false, can true, covered false
          "ticket"/"slow" x1.0: ? fires false, can true, covered false
    "#]]
    .assert_eq(&text);
}

#[test]
fn window_is_covered_once_all_of_it_has_samples() {
    let at = |seconds: usize| {
        let mut shop = shop();
        shop.seconds(seconds, |shop| shop.ok(None, "check_out", 10, 0.15));
        let answer = get(&explore(shop), "/api/v1/objectives").json();
        let tiers = answer["objectives"][0]["slis"][0]["tiers"].clone();
        let tiers = tiers.as_array().unwrap().iter();
        let covered = tiers.map(|tier| {
            let is = |name: &str| tier[name].as_bool().unwrap();
            (is("long_fits"), is("long_covered"))
        });
        let [now, since] = ["at", "since"].map(|name| answer[name].as_f64().unwrap());
        (covered.collect::<Vec<_>>(), format!("{:.1}", now - since))
    };
    let (never, not_yet, yes) = ((false, false), (true, false), (true, true));
    assert_eq!(
        at(0),
        (vec![not_yet, not_yet, never, never], "660.0".to_owned())
    );
    assert_eq!(
        at(3000),
        (vec![yes, not_yet, never, never], "3660.0".to_owned())
    );
    assert_eq!(
        at(21_000),
        (vec![yes, yes, never, never], "21600.0".to_owned())
    );
    assert_eq!(at(24_000).1, "21600.0", "the rest is forgotten");
}

#[test]
fn chart_has_one_value_per_step_and_none_before_the_first() {
    let shared = explore(shop());
    let answer = get(&shared, "/api/v1/series?function=shop::acquire").json();
    let numbers = |field: &str| answer[field].as_array().unwrap().clone();
    assert_eq!(numbers("times").len(), 300);
    let (ok, errors) = (numbers("ok_per_second"), numbers("errors_per_second"));
    assert_eq!((&ok[239], &errors[239]), (&json!(10.0), &json!(0.0)));
    assert_eq!((&ok[240], &errors[240]), (&json!(6.0), &json!(4.0)));
    assert_eq!(answer["error_kinds"][0]["kind"], "unreachable");
    assert_eq!(answer["in_flight"][299], 2);
    let heatmap = &answer["heatmap"];
    assert_eq!(
        heatmap["calls"][47],
        json!([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 50])
    );
    assert_eq!(
        heatmap["calls"][59],
        json!([20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 30])
    );
    let ends = heatmap["bounds_seconds"].as_array().unwrap();
    assert_eq!((&ends[0], &ends[14]), (&json!(0.004_645), &json!(0.052_56)));
    let caller = &answer["callers"][0];
    assert_eq!(caller["id"], "shop::charge");
    assert_eq!(
        (&caller["p50_seconds"], &caller["p99_seconds"]),
        (&json!(0.050_33), &json!(0.050_33))
    );

    let long = get(&shared, "/api/v1/series?function=shop::acquire&range=21600").json();
    let ok = long["ok_per_second"].as_array().unwrap();
    assert_eq!(ok.len(), 720);
    // 660 s are 22 steps of 30 s.
    assert_eq!((&ok[697], &ok[698]), (&Value::Null, &json!(10.0)));
    let times = long["times"].as_array().unwrap();
    let apart = |at: usize| times[at].as_f64().unwrap() - times[at - 1].as_f64().unwrap();
    assert!((1..720).all(|at| (apart(at) - 30.0).abs() < 1e-6));
}

#[test]
fn errors_say_what_would_be_right() {
    let shared = explore(shop());
    let mut text = String::new();
    for query in [
        "functions?window=61",
        "functions?windw=60",
        "functions?window=60&window=60",
        "series",
        "series?function=nothing",
        "series?function=shop::search&range=1",
        "suspects?objective=nothing",
        "suspects?sli=speed",
        "events?function=nothing",
        "nothing",
    ] {
        let reply = get(&shared, &format!("/api/v1/{query}"));
        assert!(reply.status.is_client_error() && reply.status != StatusCode::METHOD_NOT_ALLOWED);
        let error = reply.json()["error"].as_str().unwrap().to_owned();
        let _ = writeln!(text, "{} {error}", reply.status.as_u16());
    }
    expect![[r#"
        400 `window` is `61`; choose one of 10, 60, 300, 1800, 21600 seconds
        400 unknown parameter `windw`; choose from `window`, `flow`
        400 `window` is set twice; set it once
        400 `function` is missing; set it to an id from `functions`
        404 there is no function `nothing`; `functions` lists all
        400 `range` is `1`; choose one of 300, 21600 seconds
        404 there is no objective `nothing`; `objectives` lists all
        400 `sli` is `speed`; choose `success` or `latency`
        404 there is no function `nothing`; `functions` lists all
        404 nothing is at `/api/v1/nothing`; the API is described in api/v1/openapi.json
    "#]]
    .assert_eq(&text);
}
