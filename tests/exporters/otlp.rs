//! A program sends its metrics by OTLP to the endpoint that environment variables set.

use std::{env, process::Command, time::Duration};

use autometrics::{instrument_fn, otlp};
use test_harness::{HttpServer, response};

#[instrument_fn]
fn pay(cents: u64) -> Result<u64, String> {
    if cents == 0 {
        Err("nothing to pay".to_owned())
    } else {
        Ok(cents)
    }
}

const PROGRAM: &str = "child_process_that_sends_metrics";

#[test]
#[ignore = "another test starts it"]
fn child_process_that_sends_metrics() {
    let metrics = otlp::start().unwrap();
    assert!(pay(0).is_err() && pay(1).is_ok());
    metrics.shutdown(Duration::from_secs(20)).unwrap();
}

#[test]
fn environment_variables_set_endpoint_and_headers() {
    let collector = HttpServer::start(|_| response("200 OK", ""));
    let url = format!("{}/metrics-in", collector.url());
    let program = Command::new(env::current_exe().unwrap())
        .args(["--ignored", "--exact", PROGRAM])
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", url)
        .env("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
        .env("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=shop%201")
        .env(
            "OTEL_RESOURCE_ATTRIBUTES",
            "service.name=till,team=pay%2Cments",
        )
        .env_remove("OTEL_SERVICE_NAME")
        .env_remove("AUTOMETRICS_SERVICE_NAME")
        .status()
        .unwrap();
    assert!(program.success());
    let requests = collector.requests();
    let request = &requests[0];
    let body = String::from_utf8_lossy(&request.body);
    let request = format!("{}\n{body}", request.head);
    for part in [
        "POST /metrics-in/v1/metrics HTTP/1.1",
        "x-tenant: shop 1",
        "till",
        "pay,ments",
        "function.calls.duration",
        "caller.function",
        "pay",
    ] {
        assert!(request.contains(part), "{part} is not in {request}");
    }
}
