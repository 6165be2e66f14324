//! A program of a thousand instrumented functions with four callers each, for measuring scrapes.

mod client;
mod functions;

use std::{
    hint::black_box,
    process::ExitCode,
    sync::{Barrier, LazyLock, OnceLock},
    thread,
};

use autometrics::{
    Snapshot,
    explorer::Explorer,
    prometheus::{Format, encode, encode_to_vec, response_from},
    snapshot,
};
use harness::{Candidate, Program};
use http::{
    HeaderMap, HeaderValue,
    header::{ACCEPT, ACCEPT_ENCODING},
};
use prometheus_client::registry::Registry;

const THREADS: usize = 8;
/// Number of times that each thread calls `from_all_callers`.
const TIMES: usize = 50;

/// Snapshot after the calls.
static TAKEN: OnceLock<Snapshot> = OnceLock::new();
/// The same series in a registry of prometheus-client.
static CLIENT: OnceLock<Registry> = OnceLock::new();

fn main() -> ExitCode {
    make_calls();
    let open_metrics = encode(taken(), Format::OpenMetrics);
    CLIENT.get_or_init(|| client::registry(&open_metrics));
    let client = client::encode(client());
    let text = encode(taken(), Format::Text);
    let protobuf = encode_to_vec(taken(), Format::Protobuf);
    // A protobuf message holds a whole metric, so its number of series is that of text.
    let (in_open_metrics, in_text) = (series(&open_metrics), series(&text));
    harness::serve(&Program {
        explore: Some(|| Box::new(Explorer::new().start())),
        sizes: vec![
            ("snapshot", in_open_metrics, 0),
            ("openmetrics", in_open_metrics, open_metrics.len()),
            ("text", in_text, text.len()),
            ("protobuf", in_text, protobuf.len()),
            ("scrape/openmetrics", in_open_metrics, open_metrics.len()),
            ("scrape/text", in_text, text.len()),
            ("scrape/protobuf", in_text, protobuf.len()),
            (
                "scrape/openmetrics/gzip",
                in_open_metrics,
                response(&OPEN_METRICS).len(),
            ),
            ("scrape/text/gzip", in_text, response(&TEXT).len()),
            ("scrape/protobuf/gzip", in_text, response(&PROTOBUF).len()),
            ("prometheus-client", series(&client), client.len()),
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
        candidate("protobuf", |times| {
            repeat(times, || encode_to_vec(taken(), Format::Protobuf));
        }),
        candidate("scrape/openmetrics", |times| {
            repeat(times, || encode(&snapshot(), Format::OpenMetrics));
        }),
        candidate("scrape/text", |times| {
            repeat(times, || encode(&snapshot(), Format::Text));
        }),
        candidate("scrape/protobuf", |times| {
            repeat(times, || encode_to_vec(&snapshot(), Format::Protobuf));
        }),
        candidate("scrape/openmetrics/gzip", |times| {
            repeat(times, || response(&OPEN_METRICS));
        }),
        candidate("scrape/text/gzip", |times| {
            repeat(times, || response(&TEXT));
        }),
        candidate("scrape/protobuf/gzip", |times| {
            repeat(times, || response(&PROTOBUF));
        }),
        candidate("prometheus-client", |times| {
            repeat(times, || client::encode(client()));
        }),
    ]
}

/// Headers of scrapers that accept gzip, so that the product's own code compresses.
static OPEN_METRICS: LazyLock<HeaderMap> = LazyLock::new(|| asking_for(Format::OpenMetrics));
static TEXT: LazyLock<HeaderMap> = LazyLock::new(|| asking_for(Format::Text));
static PROTOBUF: LazyLock<HeaderMap> = LazyLock::new(|| asking_for(Format::Protobuf));

fn asking_for(format: Format) -> HeaderMap {
    HeaderMap::from_iter([
        (ACCEPT, HeaderValue::from_static(format.content_type())),
        (ACCEPT_ENCODING, HeaderValue::from_static("gzip")),
    ])
}

/// Returns the body of the response to a scrape with `headers`.
fn response(headers: &HeaderMap) -> Vec<u8> {
    response_from(headers, &snapshot()).into_body()
}

fn repeat<T>(times: u32, mut scrape: impl FnMut() -> T) {
    for _ in 0..times {
        black_box(scrape());
    }
}

/// Calls all functions from threads that are alive at the same time, so that each has cells of its
/// own to be read.
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

/// Returns the number of lines that are samples.
fn series(text: &str) -> usize {
    text.lines().filter(|line| !line.starts_with('#')).count()
}
