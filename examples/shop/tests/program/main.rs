//! The program as people and scripts run it: it stops on request, cleans up, and reports errors.

mod explorer;
mod suspects;

#[path = "../support/mod.rs"]
mod support;

use std::{fs, net::TcpListener, path::Path, process::Output};

use serde_json::Value;

use crate::support::{Shop, command};

#[track_caller]
fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

#[test]
fn stops_after_the_requested_number_of_requests() {
    let folder = tempfile::tempdir().unwrap();
    let reports = tempfile::tempdir().unwrap();
    let report = reports.path().join("report.json");
    let output = run(
        folder.path(),
        &[
            "--addr",
            "127.0.0.1:0",
            "--requests",
            "101",
            "--clients",
            "7",
            "--rps",
            "0",
            "--report",
            report.to_str().unwrap(),
        ],
    );
    assert!(output.status.success(), "{output:?}");
    let summary = text(&output.stdout);
    assert!(summary.contains(" 101 requests "), "{summary}");
    assert!(summary.contains("check_out → place_order"), "{summary}");
    assert!(
        !summary.contains('\x1b'),
        "no escape sequences off a terminal"
    );

    let report: Value = serde_json::from_str(&fs::read_to_string(report).unwrap()).unwrap();
    assert_eq!(report["total"]["sent"], 101);
    assert!(is_empty(folder.path()), "the database was left behind");
}

#[cfg(unix)]
#[test]
fn signals_stop_the_shop_gracefully() {
    for signal in ["-INT", "-TERM"] {
        let folder = tempfile::tempdir().unwrap();
        let shop = Shop::open(folder.path(), &[]);
        shop.send_customers(&["--requests", "20"]);
        assert!(!is_empty(folder.path()), "no database");
        assert!(shop.stop(signal).success(), "{signal}");
        assert!(is_empty(folder.path()), "the database was left behind");
    }
}

#[test]
fn requested_address_in_use_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = taken.local_addr().unwrap().to_string();
    let output = run(folder.path(), &["--addr", &addr]);
    assert_eq!(output.status.code(), Some(1));
    let error = text(&output.stderr);
    assert!(
        error.starts_with(&format!("shop: can't listen on {addr}: ")),
        "{error}"
    );
}

#[test]
fn customers_without_a_shop_are_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let output = run(folder.path(), &["--target", &closed.to_string()]);
    assert_eq!(output.status.code(), Some(1));
    let error = text(&output.stderr);
    assert!(
        error.starts_with(&format!("shop: no shop answers at {closed}: ")),
        "{error}"
    );
}

#[test]
fn share_above_1_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &["--declines", "4"]);
    assert_eq!(output.status.code(), Some(2));
    let error = text(&output.stderr);
    assert!(
        error.contains("expected a share between 0 and 1, such as 0.02"),
        "{error}"
    );
}
