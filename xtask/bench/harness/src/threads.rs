//! Measures a candidate on several threads at once.

use std::{
    sync::{
        Barrier,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use crate::{
    Candidate,
    clock::{process_time, thread_time},
    cores,
};

/// Pause between two scrapes. A real scraper pauses ten thousand times as long.
const SCRAPE_INTERVAL: Duration = Duration::from_millis(1);

/// Returns the sum of the processor times of `threads`, each with the given iterations, while
/// another thread calls `scrape` periodically.
///
/// Processor time and not time of day: more threads than cores must not look slow because they wait
/// for a core. The figure is the time of the calls, including waits for each other's cache lines
/// and spinning of locks. If calls leave work to other threads, it is the time of all threads of
/// the process.
pub(crate) fn time(
    candidate: Candidate,
    iterations: u32,
    threads: u32,
    scrape: Option<fn()>,
) -> Duration {
    // One more than the workers, for this thread.
    let together = Barrier::new(threads as usize + 1);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        if let Some(scrape) = scrape {
            let done = &done;
            scope.spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    scrape();
                    thread::sleep(SCRAPE_INTERVAL);
                }
            });
        }
        let together = &together;
        let workers: Vec<_> = (0..threads as usize)
            .map(|worker| {
                scope.spawn(move || {
                    cores::stay_on(worker);
                    // Excludes the work of a thread's first call from the figure.
                    candidate.iterate(100);
                    together.wait();
                    together.wait();
                    let start = thread_time();
                    candidate.iterate(iterations);
                    thread_time().saturating_sub(start)
                })
            })
            .collect();
        together.wait();
        candidate.settle();
        let start = process_time();
        together.wait();
        let times = workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_default());
        let mut total = times.sum();
        if candidate.settle.is_some() {
            candidate.settle();
            total = process_time().saturating_sub(start);
        }
        done.store(true, Ordering::Relaxed);
        total
    })
}
