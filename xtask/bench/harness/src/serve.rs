//! The protocol between the parent and a measured program.
//!
//! ```text
//! parent: round NAME ITERATIONS THREADS quiet|scraped|explored
//! child:  processor nanoseconds per call
//! parent: lines NAME
//! child:  number of lines that NAME writes, or of samples in protobuf
//! parent: bytes NAME
//! child:  number of bytes that NAME writes
//! child:  unknown                             if there is no such candidate
//! ```
//!
//! The program ends when its input does. With the arguments `NAME ITERATIONS` it runs a single
//! round, for an emulator that counts instructions.

use std::{
    any::Any,
    io::{self, Write as _},
    process::ExitCode,
    thread,
    time::Duration,
};

use crate::{Candidate, floor, subjects::plain, threads};

/// Candidates of a program, and functions that scrape or sample it meanwhile.
#[derive(Debug, Default)]
pub struct Program {
    /// Candidates that the parent can measure.
    pub candidates: Vec<Candidate>,
    /// Reads all metrics, as an exporter would.
    pub scrape: Option<fn()>,
    /// Starts sampling all metrics, until the returned value is dropped.
    pub explore: Option<fn() -> Box<dyn Any>>,
    /// Name of a candidate, and the numbers of lines and bytes that one call of it writes.
    pub sizes: Vec<(&'static str, usize, usize)>,
}

/// Answers the parent's requests until it closes the pipe.
pub fn serve(program: &Program) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [name, iterations] = &arguments[..] {
        return program.once(name, iterations.parse().unwrap_or(1));
    }
    for line in io::stdin().lines() {
        let Ok(line) = line else { break };
        let answer = program.answer(&line).unwrap_or_else(|| "unknown".into());
        if writeln!(io::stdout(), "{answer}")
            .and_then(|()| io::stdout().flush())
            .is_err()
        {
            break;
        }
    }
    ExitCode::SUCCESS
}

impl Program {
    /// A program with these candidates, the floors, and the uninstrumented functions.
    pub fn with(mut candidates: Vec<Candidate>) -> Self {
        candidates.extend(floor::candidates());
        candidates.extend(plain::candidates());
        Self {
            candidates,
            ..Self::default()
        }
    }

    fn answer(&self, line: &str) -> Option<String> {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["round", name, iterations, threads, activity] => {
                let candidate = self.find(name)?;
                let (iterations, threads) = (iterations.parse().ok()?, threads.parse().ok()?);
                let scrape = if activity == "scraped" {
                    Some(self.scrape?)
                } else {
                    None
                };
                let _explorer = match activity {
                    "explored" => Some(self.explore?()),
                    _ => None,
                };
                let time = match (threads, scrape) {
                    (1, None) => candidate.time(iterations),
                    _ => threads::time(candidate, iterations, threads, scrape),
                };
                let calls = f64::from(iterations) * f64::from(threads) * f64::from(candidate.calls);
                Some(format!("{:.4}", time.as_secs_f64() * 1e9 / calls))
            }
            [of @ ("lines" | "bytes"), name] => {
                let (_, lines, bytes) = self.sizes.iter().find(|(of, ..)| *of == name)?;
                Some(if of == "lines" { lines } else { bytes }.to_string())
            }
            _ => None,
        }
    }

    fn once(&self, name: &str, iterations: u32) -> ExitCode {
        let Some(candidate) = self.find(name) else {
            return ExitCode::FAILURE;
        };
        // Makes the first calls, and waits for the later work of a library, such as measuring a
        // clock's rate.
        for _ in 0..3 {
            candidate.iterate(2);
            thread::sleep(Duration::from_millis(30));
        }
        candidate.iterate(iterations);
        candidate.settle();
        ExitCode::SUCCESS
    }

    fn find(&self, name: &str) -> Option<Candidate> {
        self.candidates
            .iter()
            .copied()
            .find(|candidate| candidate.name == name)
    }
}
