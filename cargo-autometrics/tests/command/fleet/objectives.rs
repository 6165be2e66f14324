//! Burn rates and alerts of objectives.

use serde_json::{Value, json};

use super::{
    ask,
    fake::{Fake, Rising, shop},
};

/// Returns the objective of a program that is observed for so many seconds, with 2 good calls and
/// one bad call a second.
fn objective(observed: f64) -> Value {
    let calls = |outcome: &str, per_second: f64| Rising {
        metric: "function_objective_calls_total",
        labels: json!({
            "objective_name": "checkout",
            "sli": "success",
            "objective_percentile": "99.9",
            "outcome": outcome,
            "function": "pay",
            "module": "shop",
        }),
        per_second,
    };
    let fake = Fake {
        programs: vec![shop(observed)],
        series: vec![calls("good", 2.0), calls("bad", 1.0)],
    };
    let answer = ask(fake, "objectives", &json!({}));
    answer["objectives"][0].clone()
}

fn windows(objective: &Value) -> Vec<String> {
    let rates = objective["burn_rates"].as_array().unwrap();
    let windows = rates
        .iter()
        .map(|it| it["window_seconds"].as_f64().unwrap());
    windows.map(|it| it.to_string()).collect()
}

#[test]
fn windows_beyond_the_first_that_covers_all_are_left_out() {
    let young = objective(200.0);
    assert_eq!(windows(&young), ["300"], "{young}");
    let older = objective(2000.0);
    assert_eq!(windows(&older), ["300", "1800", "3600"], "{older}");
    let old = objective(90_000.0);
    assert_eq!(windows(&old), ["300", "1800", "3600", "21600"], "{old}");
}

#[test]
fn alerts_fire_by_windows_that_were_observed() {
    let young = objective(2000.0);
    assert_eq!(young["burns"], true, "{young}");
    assert_eq!(young["firing"], json!([]), "{young}");
    let older = objective(4000.0);
    assert_eq!(older["firing"], json!(["page fast"]), "{older}");
    let old = objective(90_000.0);
    let expected = json!(["page fast", "page slow", "ticket fast"]);
    assert_eq!(old["firing"], expected, "{old}");
}
