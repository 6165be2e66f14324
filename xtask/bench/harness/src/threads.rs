//! The same candidate on several threads at once.

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

/// How long the scraper rests. A real one rests ten thousand times as long.
const SCRAPE_INTERVAL: Duration = Duration::from_millis(1);

/// The processor time of all of `threads` together, each iterating so many
/// times, while another thread calls `scrape` now and again.
///
/// Processor time and not time of day, so that more threads than cores do not
/// look slow because they wait for a core: what is left is the time that calls
/// take, waiting for each other's cache lines and locks' spinning included. Where
/// calls leave work to other threads, it is the time of all threads of the process.
pub(crate) fn time(
    candidate: Candidate,
    iterations: u32,
    threads: u32,
    scrape: Option<fn()>,
) -> Duration {
    // The workers, and this thread.
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
                    // What a thread does at its first call is not what is measured.
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
