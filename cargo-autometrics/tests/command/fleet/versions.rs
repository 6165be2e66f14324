//! Comparisons of versions.

use serde_json::{Value, json};

use super::fake::{AT, Fake, Scraped, pay, shop};
use crate::{command, text};

const NOTE: &str = "the sides ran at different times; their load may differ";

/// Returns the comparison of version `1.0.0`, which was scraped from 3600 to `end` seconds ago, with
/// version `2.0.0`, which runs since `start` seconds on this instance.
fn compare(end: f64, start: f64, instance: &'static str) -> Value {
    let old = Scraped {
        to: end,
        ..shop(3600.0)
    };
    let new = Scraped {
        version: "2.0.0",
        instance,
        ..shop(start)
    };
    let fake = Fake {
        programs: vec![old, new],
        series: vec![pay(11.0)],
    };
    let server = fake.start();
    let arguments = ["compare", "--from", &server.url(), "--at", AT];
    let options = [
        "--window", "1h", "--before", "1.0.0", "--after", "2.0.0", "--format", "json",
    ];
    let output = command(&arguments).args(options).output().unwrap();
    serde_json::from_str(text(&output.stdout)).unwrap()
}

#[test]
fn slices_that_are_left_out_are_not_covered() {
    // The program was started again 1000 s ago, in the slice from 1050 s to 900 s ago.
    let answer = compare(1000.0, 1000.0, "a:80");
    assert_eq!(
        answer["covered_seconds"],
        json!([2550.0, 900.0]),
        "{answer}"
    );
    let notes = answer["notes"].as_array().unwrap();
    assert!(notes.contains(&json!(NOTE)), "{answer}");
}

#[test]
fn versions_side_by_side_have_no_note_about_their_times() {
    let answer = compare(0.0, 900.0, "b:80");
    assert_eq!(
        answer["covered_seconds"],
        json!([3600.0, 900.0]),
        "{answer}"
    );
    let notes = answer["notes"].as_array().unwrap();
    assert!(!notes.contains(&json!(NOTE)), "{answer}");
}
