//! Tests the log messages of an outage.

use std::{net::TcpListener, sync::Mutex, time::Duration};

use autometrics_core::Snapshot;
use autometrics_otlp::Exporter;
use log::{LevelFilter, Log, Metadata, Record};

struct Memory(Mutex<Vec<String>>);

impl Log for Memory {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let line = format!("{} {}: {}", record.level(), record.target(), record.args());
        self.0.lock().unwrap().push(line);
    }

    fn flush(&self) {}
}

static MEMORY: Memory = Memory(Mutex::new(Vec::new()));

#[test]
fn an_outage_is_logged_once_and_without_secrets() {
    log::set_logger(&MEMORY).unwrap();
    log::set_max_level(LevelFilter::Warn);
    let gone = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = gone.local_addr().unwrap();
    drop(gone);
    let running = Exporter::new()
        .snapshot_source(|| Snapshot::new("shop"))
        .endpoint(format!("http://user:secret@{addr}?token=secret"))
        .start()
        .unwrap();
    for _ in 0..5 {
        running.flush(Duration::from_millis(500)).unwrap_err();
    }
    running.shutdown(Duration::from_millis(100)).unwrap_err();
    let lines = MEMORY.0.lock().unwrap().clone();
    assert_eq!(
        lines,
        [format!(
            "WARN autometrics_otlp::outage: http://{addr}/v1/metrics refuses connections: \
             start a Collector there, or set its address in OTEL_EXPORTER_OTLP_ENDPOINT. \
             No count is lost: later exports contain its counts"
        )]
    );
}
