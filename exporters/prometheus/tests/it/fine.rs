//! A snapshot with fine buckets, which become native buckets.

use std::time::{Duration, UNIX_EPOCH};

use autometrics_core::{Exemplar, Histogram, Snapshot, TraceContext};

use crate::program::shop;

/// Returns the snapshot of [`shop`] with fine buckets, latencies from zero to twelve hours, and an
/// exemplar of each function.
pub(crate) fn fine() -> Snapshot {
    let mut snapshot = shop();
    // Registries spell the usual first bound in their own way.
    snapshot.bounds[0] = 0.05;
    let bounds = snapshot.bounds.clone();
    // The first edge has no calls.
    for (at, edge) in snapshot.edges.iter_mut().enumerate().skip(1) {
        let nanos = [
            0,
            40,
            900,
            81_000,
            62_500_000,
            3_000_000_000,
            7_200_000_000_000,
        ];
        let latencies = nanos.map(|nanos| Duration::from_nanos(nanos * at as u64));
        edge.latency = Histogram::of(latencies, &bounds);
    }
    snapshot.edges[0].latency = Histogram::default();
    snapshot.exemplars = (0..snapshot.functions.len())
        .map(|function| {
            let latency = Duration::from_micros(62_500);
            let time = UNIX_EPOCH + Duration::from_millis(1_700_000_000_025);
            let trace = TraceContext::new(0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736, 0xf067, true);
            Exemplar::new(function, 1, latency, time, trace)
        })
        .collect();
    snapshot
}
