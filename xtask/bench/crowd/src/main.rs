//! A thousand decorated functions with four callers each, to be scraped.

mod client;
mod functions;

use std::{
    hint::black_box,
    process::ExitCode,
    sync::{Barrier, OnceLock},
    thread,
};

use autometrics::{
    Snapshot,
    explorer::Explorer,
    prometheus::{Format, encode},
    snapshot,
};
use harness::{Candidate, Program};
use prometheus_client::registry::Registry;

const THREADS: usize = 8;
/// How often each thread lets each caller call all functions.
const TIMES: usize = 50;

/// Everything as it was after the calls.
static TAKEN: OnceLock<Snapshot> = OnceLock::new();
/// The same series in a registry of prometheus-client.
static CLIENT: OnceLock<Registry> = OnceLock::new();

fn main() -> ExitCode {
    make_calls();
    let text = encode(taken(), Format::OpenMetrics);
    CLIENT.get_or_init(|| client::registry(&text));
    harness::serve(&Program {
        explore: Some(|| Box::new(Explorer::new().start())),
        sizes: vec![
            ("snapshot", series(&text)),
            ("openmetrics", series(&text)),
            ("text", series(&encode(taken(), Format::Text))),
            ("scrape/openmetrics", series(&text)),
            ("scrape/text", series(&encode(taken(), Format::Text))),
            ("prometheus-client", series(&client::encode(client()))),
        ],
        ..Program::with(candidates())
    })
}

fn candidates() -> Vec<Candidate> {
    let candidate = |name, run| Candidate::new(name, 1, run);
    vec![
        candidate("calls", |times| {
            repeat(times, functions::from_all_callers);
        }),
        candidate("snapshot", |times| {
            repeat(times, snapshot);
        }),
        candidate("openmetrics", |times| {
            repeat(times, || encode(taken(), Format::OpenMetrics));
        }),
        candidate("text", |times| {
            repeat(times, || encode(taken(), Format::Text));
        }),
        candidate("scrape/openmetrics", |times| {
            repeat(times, || encode(&snapshot(), Format::OpenMetrics));
        }),
        candidate("scrape/text", |times| {
            repeat(times, || encode(&snapshot(), Format::Text));
        }),
        candidate("prometheus-client", |times| {
            repeat(times, || client::encode(client()));
        }),
    ]
}

fn repeat<T>(times: u32, mut scrape: impl FnMut() -> T) {
    for _ in 0..times {
        black_box(scrape());
    }
}

/// Calls everything from threads that are all alive at once, so that each has
/// cells of its own to be read.
fn make_calls() {
    let together = Barrier::new(THREADS);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                together.wait();
                for _ in 0..TIMES {
                    functions::from_all_callers();
                }
                together.wait();
            });
        }
    });
}

fn taken() -> &'static Snapshot {
    TAKEN.get_or_init(snapshot)
}

fn client() -> &'static Registry {
    CLIENT.get_or_init(Registry::default)
}

/// How many lines are samples.
fn series(text: &str) -> usize {
    text.lines().filter(|line| !line.starts_with('#')).count()
}
