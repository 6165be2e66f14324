//! Tests that `flush` and `shutdown` return in time.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use autometrics_otlp::Exporter;

use crate::{
    collector::{Behaviour, Collector},
    program::shop,
    requests::{PATIENCE, exporter},
};

/// Tolerance for "in time" on a busy machine.
const SLACK: Duration = Duration::from_secs(10);

#[test]
fn flush_without_an_answer_returns_in_time() {
    let collector = Collector::new(Behaviour::Silent);
    let running = exporter(&collector).start().unwrap();
    let began = Instant::now();
    let error = running.flush(Duration::from_millis(200)).unwrap_err();
    assert!(error.is_timeout());
    let expected = format!(
        "{}/v1/metrics did not accept metrics within 200ms",
        collector.url()
    );
    assert_eq!(error.to_string(), expected);
    assert!(began.elapsed() < SLACK);
}

#[test]
fn shutdown_without_an_answer_cancels_and_ends_the_thread() {
    let collector = Collector::new(Behaviour::Silent);
    let kept = Arc::new(shop());
    let weak = Arc::downgrade(&kept);
    let source = move || (*kept).clone();
    let running = Exporter::new()
        .snapshot_source(source)
        .endpoint(collector.url())
        .timeout(Duration::from_secs(3600))
        .export_timeout(Duration::from_secs(3600))
        .start()
        .unwrap();
    collector.requests(1);
    let began = Instant::now();
    let error = running.shutdown(Duration::from_millis(200)).unwrap_err();
    assert!(error.is_timeout(), "{error}");
    // The source is dropped when the thread ends.
    while weak.strong_count() > 0 {
        assert!(began.elapsed() < SLACK, "the thread goes on");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn refused_flush_returns_the_reason_without_retry() {
    let collector = Collector::new(Behaviour::Status(401, ""));
    let running = exporter(&collector).start().unwrap();
    let error = running.flush(PATIENCE).unwrap_err();
    assert!(!error.is_timeout());
    let expected = format!(
        "{}/v1/metrics answered 401 Unauthorized; set credentials in OTEL_EXPORTER_OTLP_HEADERS",
        collector.url()
    );
    assert_eq!(error.to_string(), expected);
    running.shutdown(PATIENCE).unwrap_err();
    assert_eq!(collector.requests(2).len(), 2, "neither is tried again");
}

#[test]
fn refused_connection_is_reported() {
    let addr = Collector::new(Behaviour::Accept).leave();
    let running = Exporter::new()
        .snapshot_source(shop)
        .endpoint(format!("http://{addr}"))
        .interval(Duration::from_millis(50))
        .start()
        .unwrap();
    let error = running
        .flush(Duration::from_secs(1))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("refuses connections: start a Collector there"),
        "{error}"
    );
}

#[test]
fn dropping_the_handle_does_not_stop_exports() {
    let collector = Collector::new(Behaviour::Accept);
    let exporter = Exporter::new()
        .snapshot_source(shop)
        .endpoint(collector.url());
    drop(
        exporter
            .interval(Duration::from_millis(20))
            .start()
            .unwrap(),
    );
    collector.requests(3);
}

#[test]
fn panic_of_the_source_fails_one_export() {
    let collector = Collector::new(Behaviour::Accept);
    let mut panics = 1;
    let panics = std::sync::Mutex::new(move || {
        panics -= 1;
        assert_ne!(panics, 0, "for once");
    });
    let source = move || {
        let mut panics = panics
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        panics();
        shop()
    };
    let running = Exporter::new()
        .snapshot_source(source)
        .endpoint(collector.url())
        .interval(Duration::from_secs(3600))
        .start()
        .unwrap();
    let error = running.flush(PATIENCE).unwrap_err().to_string();
    assert!(
        error.ends_with("received no export: the source of snapshots panicked"),
        "{error}"
    );
    running.flush(PATIENCE).unwrap();
    running.shutdown(PATIENCE).unwrap();
}
