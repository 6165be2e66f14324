//! A real Prometheus scrapes the shop in both formats. Its numbers match those of the customers, to
//! the last call.

mod calls;
mod edges;
mod formats;
mod latency;
mod links;
mod rates;
mod report;
mod server;

#[path = "../support/mod.rs"]
mod support;

use std::{path::Path, time::SystemTime};

use self::{
    report::Report,
    server::{FORMATS, Prometheus},
    support::Shop,
};

const FIRST_REQUESTS: u32 = 100;
const REQUESTS: u32 = 1_600;

/// Shares of faults that are high enough for all paths through the shop.
const TROUBLE: [&str; 12] = [
    "--payment-failures",
    "0.45",
    "--payment-timeouts",
    "0.05",
    "--declines",
    "0.15",
    "--slow-queries",
    "0.03",
    "--panics",
    "0.03",
    "--stock",
    "3",
];

#[test]
fn prometheus_has_the_counts_of_the_customers() {
    let links = links::read();
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::open(folder.path(), &[&["--no-load"][..], &TROUBLE].concat());
    let prometheus = Prometheus::start(folder.path(), shop.addr);
    // The first scrapes are before the first customer. They have zeros, so that `rate` sees all
    // calls.
    prometheus.wait_for_scrape_after(SystemTime::now());
    calls::assert_nothing_happened(&prometheus);

    // A few requests first: the error kinds of a function have series with value 0 after its first
    // call.
    let mut report = visit(&shop, folder.path(), FIRST_REQUESTS);
    prometheus.wait_for_scrape_after(SystemTime::now());
    let before = prometheus.last_scrapes();
    let visit = visit(&shop, folder.path(), REQUESTS);
    prometheus.wait_for_scrape_after(SystemTime::now());
    let after = prometheus.last_scrapes();

    for format in FORMATS {
        let window = before[format]..after[format];
        rates::assert_equal_to_report(&prometheus, format, &window, &visit);
    }
    report += visit;
    for format in FORMATS {
        calls::assert_equal_to_report(&prometheus, format, &report);
        calls::assert_flow_through(&prometheus, format, &report);
        calls::assert_by_objective(&prometheus, format, &report);
        edges::assert_known(&prometheus, format);
        latency::assert_quantiles(&prometheus, format);
        latency::assert_thresholds_are_buckets(&prometheus, format);
    }
    links::assert_answered(&prometheus, &links, &report);
    formats::assert_both_were_scraped(&prometheus);
    formats::assert_same_numbers(&prometheus);
    assert!(shop.stop("-TERM").success());
}

/// Sends customers, and returns their report.
fn visit(shop: &Shop, folder: &Path, requests: u32) -> Report {
    let path = folder.join("report.json");
    let report = path.to_str().unwrap();
    let count = requests.to_string();
    shop.send_customers(&["--requests", &count, "--rps", "250", "--report", report]);
    let report = Report::read(&path);
    assert_eq!(report.total.sent, u64::from(requests));
    report
}
