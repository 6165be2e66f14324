//! Tests that a program goes on, and totals are right, whatever the collector does.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use autometrics_core::{Caller, Function, Outcome, Snapshot};
use autometrics_otlp::{Exporter, Running, Temporality};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest as Export;

use crate::{
    collector::{Behaviour, Collector, Received},
    page,
    program::edge,
    requests::PATIENCE,
};

/// A program with one function.
#[derive(Clone, Default)]
struct Program(Arc<AtomicU64>);

impl Program {
    /// Adds three calls, which take no time to record.
    fn call(&self) {
        self.0.fetch_add(3, Ordering::Relaxed);
    }

    fn calls(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn snapshot(&self) -> Snapshot {
        let mut snapshot = Snapshot::new("shop");
        snapshot.functions.push(Function::new("shop", "pay"));
        let calls = edge(0, Caller::None, Outcome::Ok, &[self.calls()], 0.5);
        snapshot.edges.push(calls);
        snapshot
    }

    fn start(&self, url: String, temporality: Temporality, interval: Duration) -> Running {
        self.start_within(Duration::from_secs(10), url, temporality, interval)
    }

    fn start_within(
        &self,
        timeout: Duration,
        url: String,
        temporality: Temporality,
        interval: Duration,
    ) -> Running {
        let program = self.clone();
        Exporter::new()
            .snapshot_source(move || program.snapshot())
            .endpoint(url)
            .temporality(temporality)
            .interval(interval)
            .timeout(timeout)
            .start()
            .unwrap()
    }
}

fn count(export: &Export) -> u64 {
    let points = page::numbers(export, "function.calls").iter();
    points
        .map(|point| u64::try_from(page::integer(point)).unwrap())
        .sum()
}

/// Returns the total that a backend has after `exports`.
fn total(exports: &[Export], temporality: Temporality) -> u64 {
    match temporality {
        Temporality::Delta => exports.iter().map(count).sum(),
        _ => exports.last().map_or(0, count),
    }
}

/// Runs a program whose collector accepts requests, then has each of `behaviours` in turn, then
/// accepts requests again. Checks that no call is lost or counted twice.
#[track_caller]
fn check(behaviours: &[Behaviour]) {
    for temporality in [Temporality::Cumulative, Temporality::Delta] {
        let collector = Collector::new(Behaviour::Accept);
        let program = Program::default();
        // Short only if a request has to time out: a request that is accepted too late arrives
        // twice.
        let is_silent = behaviours
            .iter()
            .any(|one| matches!(one, Behaviour::Silent));
        let timeout = Duration::from_millis(if is_silent { 500 } else { 10_000 });
        let interval = Duration::from_millis(20);
        let running = program.start_within(timeout, collector.url(), temporality, interval);
        program.call();
        let mut seen = collector.requests(2).len();
        for behaviour in behaviours {
            collector.behave(behaviour.clone());
            program.call();
            seen = collector.requests(seen + 3).len();
        }
        collector.behave(Behaviour::Accept);
        program.call();
        running.flush(PATIENCE).unwrap();
        program.call();
        running.shutdown(PATIENCE).unwrap();
        let exports = collector.accepted();
        assert_eq!(total(&exports, temporality), program.calls());
        let begins: Vec<_> = exports
            .iter()
            .filter_map(|export| page::numbers(export, "function.calls").first())
            .map(|point| point.start_time_unix_nano)
            .collect();
        match temporality {
            // The counter never resets.
            Temporality::Cumulative => assert!(begins.iter().all(|begin| *begin == begins[0])),
            _ => assert!(begins.is_sorted()),
        }
    }
}

#[test]
fn counts_survive_a_collector_that_answers_429() {
    check(&[Behaviour::Status(429, "")]);
}

#[test]
fn counts_survive_a_collector_that_is_unavailable() {
    check(&[
        Behaviour::Status(503, "retry-after: 0\r\n"),
        Behaviour::Status(502, ""),
    ]);
}

#[test]
fn counts_survive_a_collector_that_refuses_requests() {
    check(&[Behaviour::Status(400, ""), Behaviour::Status(500, "")]);
}

#[test]
fn counts_survive_a_collector_that_redirects() {
    check(&[Behaviour::Status(307, "location: http://127.0.0.1:1/\r\n")]);
}

#[test]
fn counts_survive_a_collector_that_closes_connections() {
    check(&[Behaviour::Close]);
}

#[test]
fn counts_survive_a_collector_that_does_not_speak_http() {
    check(&[Behaviour::Garbage]);
}

#[test]
fn counts_survive_a_collector_that_never_answers() {
    check(&[Behaviour::Silent]);
}

#[test]
fn counts_survive_all_failures_in_turn() {
    check(&[
        Behaviour::Close,
        Behaviour::Status(503, "retry-after: soon\r\n"),
        Behaviour::Garbage,
        Behaviour::Status(404, ""),
        Behaviour::Silent,
        Behaviour::Status(504, "retry-after: Sun, 06 Nov 1994 08:49:37 GMT\r\n"),
    ]);
}

#[test]
fn counts_survive_a_slow_collector() {
    let collector = Collector::new(Behaviour::Slow(Duration::from_millis(60)));
    let program = Program::default();
    let running = program.start(
        collector.url(),
        Temporality::Delta,
        Duration::from_millis(10),
    );
    for requests in 1..5 {
        program.call();
        collector.requests(requests);
    }
    running.shutdown(PATIENCE).unwrap();
    assert_eq!(
        total(&collector.accepted(), Temporality::Delta),
        program.calls()
    );
}

#[test]
fn a_200_with_an_invalid_body_counts_as_accepted() {
    let collector = Collector::new(Behaviour::Body(b"<html>welcome</html>".to_vec()));
    let program = Program::default();
    let running = program.start(
        collector.url(),
        Temporality::Delta,
        Duration::from_millis(20),
    );
    program.call();
    collector.requests(3);
    running.shutdown(PATIENCE).unwrap();
    assert_eq!(
        total(&collector.accepted(), Temporality::Delta),
        program.calls()
    );
}

#[test]
fn counts_survive_a_collector_that_restarts() {
    for temporality in [Temporality::Cumulative, Temporality::Delta] {
        let collector = Collector::new(Behaviour::Accept);
        let program = Program::default();
        let running = program.start(collector.url(), temporality, Duration::from_millis(50));
        program.call();
        let before = collector.wait(|all| all.iter().any(|one| count(&one.export) == 3));
        let before: Vec<Export> = before.into_iter().map(|one| one.export).collect();
        let addr = collector.leave();
        for _ in 0..30 {
            program.call();
            std::thread::sleep(Duration::from_millis(100));
        }
        let collector = Collector::at(addr, Behaviour::Accept);
        program.call();
        running.flush(PATIENCE).unwrap();
        running.shutdown(PATIENCE).unwrap();
        let exports = [before, collector.accepted()].concat();
        assert_eq!(total(&exports, temporality), program.calls());
    }
}

#[test]
fn retry_after_is_respected() {
    let collector = Collector::new(Behaviour::Status(503, "retry-after: 3600\r\n"));
    let program = Program::default();
    let running = program.start(
        collector.url(),
        Temporality::Cumulative,
        Duration::from_secs(1200),
    );
    collector.requests(1);
    let error = running.flush(PATIENCE).unwrap_err().to_string();
    assert!(error.contains("asked for a pause, 3"), "{error}");
    for _ in 0..20 {
        running.flush(PATIENCE).unwrap_err();
    }
    assert_eq!(collector.requests(1).len(), 1);
}

/// `Retry-After` headers with a longer pause than any program runs.
const FOR_EVER: [&str; 3] = [
    "retry-after: 31557600000000\r\n",
    "retry-after: 99999999999999999999999999\r\n",
    "retry-after: Fri, 31 Dec 9999 23:59:59 GMT\r\n",
];

#[test]
fn retry_after_is_capped_at_three_intervals() {
    for header in FOR_EVER {
        for temporality in [Temporality::Cumulative, Temporality::Delta] {
            let collector = Collector::new(Behaviour::Status(429, header));
            let program = Program::default();
            let running = program.start(collector.url(), temporality, Duration::from_millis(100));
            program.call();
            collector.requests(3);
            collector.behave(Behaviour::Accept);
            collector.wait(|all| all.iter().any(|one| one.accepted));
            program.call();
            running.shutdown(PATIENCE).unwrap();
            assert_eq!(total(&collector.accepted(), temporality), program.calls());
        }
    }
}

#[test]
fn shutdown_exports_despite_retry_after() {
    for header in FOR_EVER {
        for temporality in [Temporality::Cumulative, Temporality::Delta] {
            let collector = Collector::new(Behaviour::Status(503, header));
            let program = Program::default();
            let hour = Duration::from_secs(3600);
            let running = program.start(collector.url(), temporality, hour);
            collector.requests(1);
            program.call();
            collector.behave(Behaviour::Accept);
            running.shutdown(PATIENCE).unwrap();
            assert_eq!(total(&collector.accepted(), temporality), program.calls());
        }
    }
}

#[test]
fn shutdown_makes_one_attempt_despite_retry_after() {
    let collector = Collector::new(Behaviour::Status(503, FOR_EVER[0]));
    let running = Program::default().start(
        collector.url(),
        Temporality::Cumulative,
        Duration::from_secs(3600),
    );
    collector.requests(1);
    let error = running.shutdown(PATIENCE).unwrap_err().to_string();
    assert!(error.contains("answered 503"), "{error}");
    assert_eq!(collector.requests(2).len(), 2);
}

#[test]
fn retries_send_the_same_request() {
    let collector = Collector::new(Behaviour::Status(503, "retry-after: 1\r\n"));
    let program = Program::default();
    let running = program.start(
        collector.url(),
        Temporality::Delta,
        Duration::from_secs(3600),
    );
    program.call();
    let first = collector.requests(1);
    program.call();
    collector.behave(Behaviour::Accept);
    let both: Vec<Received> = collector.requests(2);
    assert_eq!(first[0].export, both[1].export);
    running.shutdown(PATIENCE).unwrap();
    assert_eq!(
        total(&collector.accepted(), Temporality::Delta),
        program.calls()
    );
}
