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
    "--payment-failures",
    "0",
    "--payment-timeouts",
    "0",
    "--declines",
    "0",
    "--slow-queries",
    "0",
    "--panics",
    "0",
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
    Prometheus::wait_for("error ratios of a healthy shop", || {
        let ratios = prometheus.api("/api/v1/query?query=slo:error_ratio:5s");
        let ratios = ratios["result"].as_array()?.clone();
        (ratios.len() == 4).then_some(())
    });
    assert_eq!(prometheus.alerts("ErrorBudgetBurn"), Vec::<Value>::new());

    // The company that moves the money is down.
    drop(healthy);
    let broken = open(folder.path(), addr, &["--payment-failures", "1"]);
    let page = Prometheus::wait_for("the page", || {
        let mut alerts = prometheus.alerts("ErrorBudgetBurn").into_iter();
        alerts.find(|alert| {
            alert["labels"]["severity"] == "page" && alert["labels"]["sli"] == "success"
        })
    });
    assert!(["pending", "firing"].contains(&page["state"].as_str().unwrap()));
    let labels = serde_json::to_string_pretty(&page["labels"]).unwrap();
    expect![[r#"
        {
          "alertname": "ErrorBudgetBurn",
          "objective_name": "checkout",
          "owner": "payments",
          "package": "shop",
          "service_name": "shop",
          "severity": "page",
          "sli": "success",
          "tier": "fast"
        }"#]]
    .assert_eq(&labels);
    expect![[r#"
        description: N% of calls failed in the last 20s, and N% in the last 5s.
        Promised is that 99.9 % of calls succeed, over 30d.
        This is told when it burns more than 14.4 times as fast as it may over the last 20s and over the last 5s.
        functions: shop::checkout::place_order (examples/shop/src/checkout.rs:43)
        queries: functions that fail, by kind of error → topk(10, sum by (module, function, error) (rate(function_calls_total{result="error",module=~"shop::cart|shop::checkout|shop::payment|shop::store::carts|shop::store::database|shop::store::orders|shop::store::stock",function=~"Acquirer::authorize|Card::read|Carts::load|Database::run|Orders::record|Stock::release|Stock::reorder|Stock::reserve|charge|place_order|price",service_name="shop"}[5m])) > 0)
        callers of what fails → topk(10, sum by (function, caller_module, caller_function) (rate(function_calls_total{result="error",module="shop::checkout",function="place_order",service_name="shop"}[5m])) > 0)
        functions whose calls are cancelled → topk(10, sum by (module, function) (rate(function_calls_cancelled_total{module=~"shop::cart|shop::checkout|shop::payment|shop::store::carts|shop::store::database|shop::store::orders|shop::store::stock",function=~"Acquirer::authorize|Card::read|Carts::load|Database::run|Orders::record|Stock::release|Stock::reorder|Stock::reserve|charge|place_order|price",service_name="shop"}[5m])) > 0)
        how fast the budget burns, by window → {__name__=~"slo:burn_rate:.+",objective_name="checkout",package="shop",sli="success",service_name="shop"}
        runbook_url: https://wiki.example/shop/checkout
        summary: checkout (success) of shop burns its error budget N times as fast as it may"#]].assert_eq(&without_measures(&page["annotations"]));

    // It is back.
    drop(broken);
    let _healthy = open(folder.path(), addr, &HEALTHY);
    Prometheus::wait_for("the end of all alerts", || {
        prometheus
            .alerts("ErrorBudgetBurn")
            .is_empty()
            .then_some(())
    });
}

/// The texts, with `N` for what was measured, which differs from run to run.
fn without_measures(annotations: &Value) -> String {
    let mut lines = Vec::new();
    for (key, text) in annotations.as_object().unwrap() {
        lines.push(format!("{key}: {}", text.as_str().unwrap()));
    }
    // What is left is known once the rules of the period were evaluated.
    let text = lines.join("\n");
    let is_of_budget = |line: &str| {
        line.contains(" of the error budget is left")
            || line.starts_with("Nothing is left of")
            || line.starts_with("What is left of")
    };
    let certain = text.lines().filter(|line| !is_of_budget(line));
    let words = certain.collect::<Vec<_>>().join("\n");
    let words = words.split(' ').map(|word| {
        let number = word.trim_end_matches(['%', ',', '.', 's']);
        if number.contains('.')
            && number.parse::<f64>().is_ok()
            && number != "14.4"
            && number != "99.9"
        {
            word.replace(number, "N")
        } else {
            word.to_owned()
        }
    });
    words.collect::<Vec<_>>().join(" ")
}
