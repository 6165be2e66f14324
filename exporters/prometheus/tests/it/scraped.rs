//! Prometheus 3 scrapes the protobuf format, and stores what it stores from OpenMetrics.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use autometrics_prometheus::{
    Format,
    listener::{Server, listen},
    response_from,
};
use http::{Request, header::CONTENT_TYPE};
use test_servers::{Prometheus, Scrape, wait_for};

use crate::exemplars::traced;

/// The content types of answers.
type Answered = Arc<Mutex<BTreeSet<String>>>;

fn serve(answered: &Answered) -> Server {
    let answered = Arc::clone(answered);
    let server = listen("scraped", "127.0.0.1:0", move |request: &Request<()>| {
        let response = response_from(request.headers(), &traced());
        let content_type = response.headers()[CONTENT_TYPE].to_str();
        let content_type = content_type.expect("ASCII").to_owned();
        answered.lock().unwrap().insert(content_type);
        response
    });
    server.expect("a free port")
}

/// What a Prometheus stores of a page: the value of each series, and the exemplars.
#[derive(Debug, PartialEq)]
struct Stored {
    series: BTreeMap<BTreeMap<String, String>, f64>,
    exemplars: String,
}

fn stored(addr: SocketAddr, options: &'static str) -> Stored {
    let folder = tempfile::tempdir().expect("a folder");
    let scrape = Scrape {
        options,
        ..Scrape::of(addr, &[])
    };
    let prometheus = Prometheus::start(folder.path(), &scrape, &[], None);
    let count = "function_calls_duration_seconds_count";
    wait_for("a scrape", || {
        (!prometheus.query(count).is_empty()).then_some(())
    });
    let series = prometheus.query("{job=\"programs\",__name__!~\"up|scrape_.*\"}");
    let exemplars = prometheus.exemplars("function_calls_duration_seconds_bucket");
    Stored {
        series: series.into_iter().collect(),
        exemplars: exemplars.to_string(),
    }
}

#[test]
fn prometheus_stores_the_same_from_protobuf_and_from_open_metrics() {
    let answered = Answered::default();
    let server = serve(&answered);
    let addr = server.local_addr();
    let mut seen = Vec::new();
    for (options, format) in [
        ("scrape_protocols: [PrometheusProto]", Format::Protobuf),
        (
            "scrape_protocols: [OpenMetricsText1.0.0]",
            Format::OpenMetrics,
        ),
    ] {
        seen.push(stored(addr, options));
        let answered = std::mem::take(&mut *answered.lock().unwrap());
        let answered: Vec<_> = answered.into_iter().collect();
        assert_eq!(answered, [format.content_type()]);
    }
    server.shutdown();
    assert_eq!(seen[0], seen[1]);
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    assert_eq!(seen[0].exemplars.matches(trace).count(), 3);
    assert!(seen[0].series.len() > 30, "{}", seen[0].series.len());
}
