//! A program sends its metrics by OTLP to the endpoint that environment variables set.

use std::{
    env,
    io::{Read as _, Write as _},
    net::TcpListener,
    process::Command,
    time::Duration,
};

use autometrics::{instrument_fn, otlp};

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
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/metrics-in", listener.local_addr().unwrap());
    let mut program = Command::new(env::current_exe().unwrap())
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
        .spawn()
        .unwrap();
    let request = first_request(&listener);
    assert!(program.wait().unwrap().success());
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

/// Accepts the first request, and returns its head and body as text.
fn first_request(listener: &TcpListener) -> String {
    let (mut stream, _) = listener.accept().unwrap();
    let mut request = Vec::new();
    let mut buffer = vec![0; 65536];
    loop {
        let read = stream.read(&mut buffer).unwrap();
        request.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&request);
        let Some((head, _)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head.to_ascii_lowercase();
        let (_, length) = length.split_once("content-length: ").unwrap();
        let length: usize = length.lines().next().unwrap().parse().unwrap();
        if request.len() == head.len() + 4 + length {
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            stream.write_all(answer).unwrap();
            return text.into_owned();
        }
    }
}
