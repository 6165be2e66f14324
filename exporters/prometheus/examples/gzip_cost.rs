//! Measures how long compressing a scrape takes, and how much it saves. The page has 1,000
//! functions with four callers each, and 12,000 edges with different counts.
//!
//! ```console
//! $ cargo run --release -p autometrics-prometheus --features gzip --example gzip_cost
//! ```

mod program;

use std::{
    hint::black_box,
    io::Write as _,
    time::{Duration, Instant},
};

use autometrics_core::{Histogram, Snapshot};
use autometrics_prometheus::{Format, encode_to_vec};
use flate2::{Compression, write::GzEncoder};

fn main() {
    let rounds = std::env::args().nth(1).and_then(|it| it.parse().ok());
    let rounds: usize = rounds.unwrap_or(30).max(1);
    let snapshot = called_unevenly(program::program(4));
    for (name, format) in [
        ("text", Format::Text),
        ("OpenMetrics", Format::OpenMetrics),
        #[cfg(feature = "protobuf")]
        ("protobuf", Format::Protobuf),
    ] {
        let page = encode_to_vec(&snapshot, format);
        report(name, "identity", rounds, || {
            encode_to_vec(&snapshot, format)
        });
        for level in [1, 2, 6] {
            report(name, &format!("gzip {level}"), rounds, || {
                compressed(&page, level)
            });
        }
    }
}

/// Prints the length of the result of `work`, and the shortest of its times, which other processes
/// disturb least.
fn report(name: &str, what: &str, rounds: usize, work: impl Fn() -> Vec<u8>) {
    let mut len = 0;
    let times = (0..rounds).map(|_| {
        let start = Instant::now();
        len = black_box(work()).len();
        start.elapsed()
    });
    let least = times.min().unwrap_or_default();
    println!("{name}, {what}: {len} bytes in {least:?}, the least of {rounds}");
}

fn compressed(page: &[u8], level: u32) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(level));
    encoder.write_all(page).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}

/// Maps a random number to the range from 0 to 1.
fn share(random: u64) -> f64 {
    f64::from(u32::try_from(random >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}

/// Gives every edge different counts, which compress worse than repeated ones.
fn called_unevenly(mut snapshot: Snapshot) -> Snapshot {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = || {
        // Xorshift gives the same numbers on every machine.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for edge in &mut snapshot.edges {
        edge.latency = Histogram::default();
        for bound in &snapshot.bounds {
            // Between zero and some thousand, and mostly small, as most buckets are nearly empty.
            let calls = random() % (1 << (random() % 14));
            let latency = Duration::from_secs_f64(*bound).mul_f64(0.5 + share(random()) / 2.0);
            edge.latency.record(latency, calls, &snapshot.bounds);
        }
    }
    snapshot
}
