//! From a slow bucket to its trace: the shop sends spans to a Collector, and exemplars of its
//! histograms name their traces.

mod collector;
#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "what other tests need")]
mod support;

use std::{collections::BTreeMap, net::SocketAddr};

use test_harness::{PATIENCE, send, wait_for};

use crate::{collector::Collector, support::Shop};

/// An exemplar in a page of OpenMetrics.
#[derive(Debug)]
struct Exemplar {
    labels: BTreeMap<String, String>,
    seconds: f64,
}

#[test]
fn exemplar_of_a_slow_bucket_names_the_trace_of_the_call() {
    let collector = Collector::start();
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["--traces", &collector.url(), "--slow-queries", "0.5"];
    let mut command = support::command(folder.path(), &arguments);
    // Sends batches of spans every 200 ms.
    command.env("OTEL_BSP_SCHEDULE_DELAY", "200");
    command.args(["--explorer", "127.0.0.1:0"]);
    let shop = Shop::start(folder.path(), command);

    let slow = wait_for("an exemplar of a slow search", || {
        let exemplars = exemplars(&scrape(shop.addr));
        let of_search = exemplars
            .into_iter()
            .filter(|exemplar| exemplar.labels["function"] == "Products::search");
        of_search
            .max_by(|a, b| a.seconds.total_cmp(&b.seconds))
            .filter(|one| one.seconds > 0.01)
    });
    let (trace_id, span_id) = (&slow.labels["trace_id"], &slow.labels["span_id"]);
    let trace = wait_for("its trace, to the root", || {
        let trace = collector.trace(trace_id);
        trace
            .iter()
            .any(|span| span.parent_id.is_empty())
            .then_some(trace)
    });

    let call = trace.iter().find(|span| span.id == *span_id);
    let call = call.unwrap_or_else(|| panic!("{span_id} is in {trace:#?}"));
    assert_eq!(call.name, "Products::search");
    assert!(
        call.seconds >= slow.seconds && call.seconds < slow.seconds + 1.0,
        "the span is around the call that took {} s: {call:?}",
        slow.seconds
    );
    // The callers up to the request, and the callee, are spans of the same trace.
    let parent = trace.iter().find(|span| span.id == call.parent_id);
    let parent = parent.unwrap_or_else(|| panic!("{} is in {trace:#?}", call.parent_id));
    assert_eq!((&*parent.name, &*parent.parent_id), ("search", ""));
    assert_eq!(call.attributes["caller"], "shop::catalogue::search");
    let callee = trace.iter().find(|span| span.parent_id == call.id);
    assert_eq!(callee.map(|span| &*span.name), Some("Database::run"));
}

#[test]
fn shop_serves_without_a_collector() {
    // The port is bound by a socket that never answers.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", closed.local_addr().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::open(folder.path(), &["--no-load", "--traces", &url]);
    shop.send_customers(&["--requests", "300", "--rps", "0"]);
    let page = scrape(shop.addr);
    assert!(
        !exemplars(&page).is_empty(),
        "sampled is sampled, also if it does not arrive"
    );
}

/// Returns the shop's metrics as OpenMetrics.
fn scrape(addr: SocketAddr) -> String {
    let request = format!(
        "GET /metrics HTTP/1.1\r\nHost: {addr}\r\nAccept: application/openmetrics-text\r\nConnection: close\r\n\r\n"
    );
    let page = send(addr, request, PATIENCE).unwrap();
    assert!(page.contains("# EOF"), "{page}");
    page
}

/// Returns all exemplars, with the labels of their series and their own.
fn exemplars(page: &str) -> Vec<Exemplar> {
    let lines = page.lines().filter_map(|line| line.split_once(" # "));
    lines
        .map(|(series, exemplar)| {
            let (labels, rest) = exemplar.split_once("} ").unwrap();
            let seconds = rest.split(' ').next().unwrap().parse().unwrap();
            let series = series.split_once('{').unwrap().1;
            let labels = [series, labels]
                .iter()
                .flat_map(|text| pairs(text))
                .collect();
            Exemplar { labels, seconds }
        })
        .collect()
}

/// Parses `a="b",c="d"`. Values of the shop contain no quotes and no commas.
fn pairs(text: &str) -> Vec<(String, String)> {
    let pairs = text.trim_start_matches('{').split(',');
    let pairs = pairs.filter_map(|pair| pair.split_once("=\""));
    pairs
        .map(|(name, value)| (name.to_owned(), value.split('"').next().unwrap().to_owned()))
        .collect()
}
