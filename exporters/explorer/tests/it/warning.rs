//! Tests the warning for a page that others can reach.

use std::sync::Mutex;

use autometrics_explorer::serve;
use log::{LevelFilter, Log, Metadata, Record};

struct Memory(Mutex<Vec<String>>);

impl Log for Memory {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let line = format!("{} {}: {}", record.level(), record.target(), record.args());
        self.0.lock().expect("no panic").push(line);
    }

    fn flush(&self) {}
}

static MEMORY: Memory = Memory(Mutex::new(Vec::new()));

#[test]
fn only_addresses_that_others_can_reach_are_warned_of() {
    log::set_logger(&MEMORY).expect("the only logger");
    log::set_max_level(LevelFilter::Warn);
    serve("127.0.0.1:0").expect("a free port").shutdown();
    assert_eq!(*MEMORY.0.lock().expect("no panic"), [""; 0]);
    let server = serve("0.0.0.0:0").expect("a free port");
    let warnings = MEMORY.0.lock().expect("no panic").clone();
    let begin = format!(
        "WARN autometrics_explorer::explorer: the explorer at {} has no password: ",
        server.local_addr()
    );
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].starts_with(&begin), "{}", warnings[0]);
    server.shutdown();
}
