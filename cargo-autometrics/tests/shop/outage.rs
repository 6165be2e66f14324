//! The shop has an outage, a real Prometheus tells, and stops telling when it is over.

use std::{
    fs,
    net::SocketAddr,
    path::Path,
    process::{Command, Stdio},
};

use expect_test::expect;
use serde_json::Value;

use crate::{
    command,
    prometheus::{Process, Prometheus, free_addr},
    shop, text,
};

/// Windows as short as scrapes that are a second apart permit.
const POLICY: &str = r#"
source = "the workbook's factors, with windows for a test"

[[tier]]
severity = "page"
name = "fast"
long = "20s"
short = "5s"
factor = 14.4

[[tier]]
severity = "ticket"
name = "slow"
long = "1m"
short = "10s"
factor = 1
"#;

/// Opens the shop, with customers and some trouble.
fn open(folder: &Path, addr: SocketAddr, trouble: &[&str]) -> Process {
    let child = Command::new(shop())
        .args(["--addr", &addr.to_string(), "--rps", "120"])
        .args(trouble)
        .env("TMPDIR", folder)
        .stdout(Stdio::null())
        .spawn();
    Process(child.unwrap())
}

const HEALTHY: [&str; 10] = [
    "--payment-failures", "0", "--payment-timeouts", "0", "--declines", "0", "--slow-queries", "0", "--panics", "0",
];

#[test]
fn an_outage_is_told_with_labels_and_annotations_and_its_end_too() {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("policy.toml");
    fs::write(&policy, POLICY).unwrap();
    let rules = folder.path().join("rules.yml");
    let output = command(&[
        "rules",
        "--package",
        "shop",
        "--quiet",
        "--policy",
        policy.to_str().unwrap(),
        "--scrape-interval",
        "1s",
        "--output",
        rules.to_str().unwrap(),
    ])
    .output()
    .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));

    let addr = free_addr();
    let healthy = open(folder.path(), addr, &HEALTHY);
    let prometheus = Prometheus::start(folder.path(), addr, &rules);
    prometheus.wait_for("error ratios of a healthy shop", || {
        let ratios = prometheus.api("/api/v1/query?query=slo:error_ratio:5s");
        let ratios = ratios["result"].as_array()?.clone();
        (ratios.len() == 4).then_some(())
    });
    assert_eq!(prometheus.alerts("ErrorBudgetBurn"), Vec::<Value>::new());

    // The company that moves the money is down.
    drop(healthy);
    let broken = open(folder.path(), addr, &["--payment-failures", "1"]);
    let page = prometheus.wait_for("the page", || {
        let mut alerts = prometheus.alerts("ErrorBudgetBurn").into_iter();
        alerts.find(|alert| alert["labels"]["severity"] == "page" && alert["labels"]["sli"] == "success")
    });
    assert!(["pending", "firing"].contains(&page["state"].as_str().unwrap()));
    let labels = serde_json::to_string_pretty(&page["labels"]).unwrap();
    expect![[r""]].assert_eq(&labels);
    expect![[r""]].assert_eq(&without_digits(&page["annotations"]));

    // It is back.
    drop(broken);
    let _healthy = open(folder.path(), addr, &HEALTHY);
    prometheus.wait_for("the end of all alerts", || {
        prometheus.alerts("ErrorBudgetBurn").is_empty().then_some(())
    });
}

/// The texts, with `N` for numbers that differ from run to run.
fn without_digits(annotations: &Value) -> String {
    let texts = annotations.as_object().unwrap().iter();
    let texts = texts.map(|(key, text)| format!("{key}: {}", text.as_str().unwrap()));
    let text = texts.collect::<Vec<_>>().join("\n");
    let measured = ["% of calls", " times too fast", "% over", "%, gone in "];
    let _ = measured;
    text
}
