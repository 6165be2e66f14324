//! A Prometheus that stores classic histograms as native ones, and so has no buckets.

use test_harness::{Prometheus, Scrape, free_addr, wait_for};

use crate::{programs::open, rules::Rules};

#[test]
fn latency_alerts_work_if_buckets_are_converted_to_native_histograms() {
    let folder = tempfile::tempdir().unwrap();
    let rules = Rules::of(folder.path(), "refunds", &[]);
    let addr = free_addr();
    let scrape = Scrape {
        options: "convert_classic_histograms_to_nhcb: true\nalways_scrape_classic_histograms: false",
        ..Scrape::of(addr, &[])
    };
    let prometheus = Prometheus::start(folder.path(), &scrape, &[&rules.path], None);
    // Every call takes longer than the threshold of 20 ms.
    let slow = ["--from", "3", "--slow", "30"];
    let _refunds = open(folder.path(), "refunds", addr, &slow);

    let page = wait_for("the page", || {
        let mut alerts = prometheus.alerts().into_iter();
        alerts.find(|labels| labels["severity"] == "page" && labels["tier"] == "fast")
    });
    assert_eq!(page["sli"], "latency");
    assert_eq!(page["objective_name"], "pay");
    let converted = prometheus.query("histogram_count(function_calls_duration_seconds)");
    assert!(!converted.is_empty(), "histograms are converted");
    let buckets = prometheus.query("function_calls_duration_seconds_bucket");
    assert!(buckets.is_empty(), "{buckets:?}");

    let spent = rules.expr("slo:error_ratio:period", "latency");
    let spent = format!("({spent}) > 0.01");
    wait_for("a budget that is spent", || {
        (prometheus.query(&spent).len() == 1).then_some(())
    });
    assert_eq!(prometheus.failures(), Vec::<String>::new());
}
