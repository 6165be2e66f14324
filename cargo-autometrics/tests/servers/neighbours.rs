//! Two services with objectives of the same name, or one service in two environments, in one
//! Prometheus.

use std::{thread::sleep, time::Duration};

use serde_json::Value;
use test_harness::{Prometheus, Scrape, Target, free_addr, wait_for};

use crate::{programs::open, rules::Rules};

#[test]
fn two_services_with_the_same_objective_name_alert_separately() {
    let folder = tempfile::tempdir().unwrap();
    let [pay, refunds] = ["pay-new", "refunds"].map(|name| Rules::of(folder.path(), name, &[]));
    let [first, second] = [free_addr(), free_addr()];
    let target = |addr| Target {
        addr,
        labels: Vec::new(),
    };
    let scrape = Scrape {
        targets: vec![target(first), target(second)],
        ..Scrape::default()
    };
    let prometheus = Prometheus::start(folder.path(), &scrape, &[&pay.path, &refunds.path], None);
    // One bad call in ten burns one budget 20 times too fast, and the other one exactly as it may.
    let bad = ["--from", "3", "--one-in", "10"];
    let _pay = open(folder.path(), "pay-new", first, &bad);
    let _refunds = open(folder.path(), "refunds", second, &bad);

    wait_for("the page", || {
        (!pages(&prometheus).is_empty()).then_some(())
    });
    // Both have failed for longer than a window.
    let ratio = "slo:error_ratio:20s{sli=\"success\"}";
    let failing = format!("{ratio} > 0.09");
    wait_for("failures of both", || {
        (prometheus.query(&failing).len() == 2).then_some(())
    });
    let told = pages(&prometheus);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["package"], "pay");
    assert_eq!(told[0]["owner"], "payments");

    let rates = prometheus.query("slo:burn_rate:20s{sli=\"success\"}");
    assert_eq!(rates.len(), 2, "{rates:?}");
    for (labels, rate) in rates {
        let expected = if labels["package"] == "pay" {
            20.0
        } else {
            1.0
        };
        let near = (0.7 * expected..1.3 * expected).contains(&rate);
        assert!(near, "{labels:?}: {rate}, not {expected}");
    }
    assert_eq!(prometheus.failures(), Vec::<String>::new());
}

#[test]
fn only_the_failing_environment_alerts_and_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let rules = Rules::of(folder.path(), "pay-new", &["--by", "env"]);
    let [prod, staging] = [free_addr(), free_addr()];
    let target = |addr, env| Target {
        addr,
        labels: vec![("env", env)],
    };
    let scrape = Scrape {
        targets: vec![target(prod, "prod"), target(staging, "staging")],
        ..Scrape::default()
    };
    let prometheus = Prometheus::start(folder.path(), &scrape, &[&rules.path], None);
    let _prod = open(folder.path(), "pay-new", prod, &[]);
    let _staging = open(folder.path(), "pay-new", staging, &["--from", "2"]);
    wait_for("the page", || {
        (!pages(&prometheus).is_empty()).then_some(())
    });
    sleep(Duration::from_secs(2));
    let told = pages(&prometheus);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["env"], "staging");
    let ratio = prometheus.query("slo:error_ratio:5s{sli=\"success\"}");
    let mut failing: Vec<_> = ratio
        .iter()
        .map(|(labels, ratio)| (labels["env"].as_str(), *ratio > 0.1))
        .collect();
    failing.sort_unstable();
    assert_eq!(failing, [("prod", false), ("staging", true)]);
}

/// Returns the labels of the pages about failed calls; a busy machine makes calls slow, too.
fn pages(prometheus: &Prometheus) -> Vec<Value> {
    let mut pages = prometheus.alerts();
    pages.retain(|labels| {
        [("severity", "page"), ("tier", "fast"), ("sli", "success")]
            .iter()
            .all(|(label, value)| labels[label] == *value)
    });
    pages
}
