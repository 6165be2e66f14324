//! Measures a scrape as text, and with feature `protobuf` also as protobuf. The page has 1,000
//! functions, 20 of them with an objective, and 6,000 edges. No thread records calls meanwhile.
//!
//! ```console
//! $ cargo run --release -p autometrics-prometheus --example scrape_cost
//! ```
//!
//! To compare two revisions, build the example in both and run the programs in turn. Counting
//! instructions decides about small differences:
//! `valgrind --tool=callgrind target/release/examples/scrape_cost 10`.

mod program;

use std::time::{Duration, Instant};

use autometrics_prometheus::{Format, encode_to_vec};

fn main() {
    let rounds = std::env::args().nth(1).and_then(|it| it.parse().ok());
    let rounds: usize = rounds.unwrap_or(300).max(1);
    let snapshot = program::program(2);
    for (name, format) in [
        ("text", Format::Text),
        ("OpenMetrics", Format::OpenMetrics),
        #[cfg(feature = "protobuf")]
        ("protobuf", Format::Protobuf),
    ] {
        let mut bytes = 0;
        let mut times: Vec<Duration> = (0..rounds)
            .map(|_| {
                let start = Instant::now();
                bytes = encode_to_vec(&snapshot, format).len();
                start.elapsed()
            })
            .collect();
        times.sort_unstable();
        println!(
            "{name}: {bytes} bytes in {:?}, the median of {rounds}",
            times[rounds / 2]
        );
    }
}
