//! The thread that takes samples, as long as a handler exists.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use crate::{history::FINE_SECONDS, shared::Shared};

/// Takes a sample now and then every second, until `shared` is dropped.
pub(crate) fn start(shared: &Arc<Shared>) -> std::io::Result<()> {
    shared.sample();
    let shared = Arc::downgrade(shared);
    let sample = move || {
        let step = Duration::from_secs_f64(FINE_SECONDS);
        let mut next = Instant::now() + step;
        loop {
            thread::sleep(next.saturating_duration_since(Instant::now()));
            let Some(shared) = shared.upgrade() else {
                return;
            };
            // A panic in the source of snapshots costs one sample.
            let _ = catch_unwind(AssertUnwindSafe(|| shared.sample()));
            // After a delay, samples that were missed are skipped.
            next = (next + step).max(Instant::now());
        }
    };
    thread::Builder::new()
        .name("explorer-sampler".to_owned())
        .spawn(sample)?;
    Ok(())
}
