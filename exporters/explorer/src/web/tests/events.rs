//! Tests the API endpoint for events.

use std::time::{Duration, UNIX_EPOCH};

use autometrics_core::{Event, EventReason, Outcome, TraceContext};
use serde_json::json;

use super::{api::violations, explore_with, get, shop};

/// Returns a call of `function` that failed `seconds` seconds after 1970.
fn failed(function: &'static str, seconds: u64) -> Event {
    let mut event = Event::new("shop", function);
    event.reason = EventReason::Error;
    event.outcome = Outcome::Error(Some("unreachable".into()));
    event.error = Some("<b>no answer</b>".into());
    event.latency = Duration::from_millis(250);
    event.time = UNIX_EPOCH + Duration::from_secs(seconds);
    event
}

fn events() -> Vec<Event> {
    let mut first = failed("acquire", 10);
    first.callers = vec!["shop::charge".into(), "shop::check_out".into()];
    first.fields = vec![("card".into(), "4111".into())];
    first.trace = Some(TraceContext::new(0xabc, 0xdef, true));
    let mut last = failed("acquire", 20);
    last.suppressed = 7;
    vec![first, failed("gone", 11), failed("charge", 12), last]
}

#[test]
fn newest_events_come_first_and_can_be_filtered_by_function() {
    let shared = explore_with(shop(), events());
    let functions = |path: &str| {
        let answer = get(&shared, path).json();
        let events = answer["events"].as_array().unwrap().iter();
        let told = events.map(|event| format!("{} {}", event["function"], event["at"]));
        told.collect::<Vec<_>>()
    };
    assert_eq!(
        functions("/api/v1/events"),
        [
            "\"shop::acquire\" 20.0",
            "\"shop::charge\" 12.0",
            "\"shop::acquire\" 10.0"
        ],
        "and none of functions that are not there"
    );
    assert_eq!(
        functions("/api/v1/events?function=shop::charge"),
        ["\"shop::charge\" 12.0"]
    );
    assert!(functions("/api/v1/events?function=shop::search").is_empty());
}

#[test]
fn events_match_the_openapi_document_and_have_all_fields() {
    let shared = explore_with(shop(), events());
    assert_eq!(violations(&shared, "/api/v1/events"), [""; 0]);
    let answer = get(&shared, "/api/v1/events?function=shop::acquire").json();
    assert_eq!(answer["events"][0]["suppressed"], 7);
    assert_eq!(
        answer["events"][1],
        json!({
            "function": "shop::acquire",
            "at": 10.0,
            "reason": "error",
            "result": "error",
            "kind": "unreachable",
            "error": "<b>no answer</b>",
            "duration_seconds": 0.25,
            "callers": ["shop::charge", "shop::check_out"],
            "flow": null,
            "fields": [{ "name": "card", "text": "4111" }],
            "trace_id": "00000000000000000000000000000abc",
            "span_id": "0000000000000def",
            "suppressed": 0,
        })
    );
}

#[test]
fn response_has_at_most_200_events() {
    let many = (0..1_000).map(|second| failed("acquire", second)).collect();
    let shared = explore_with(shop(), many);
    let answer = get(&shared, "/api/v1/events").json();
    let events = answer["events"].as_array().unwrap();
    assert_eq!(events.len(), 200);
    assert_eq!(events[0]["at"], 999.0);
}
