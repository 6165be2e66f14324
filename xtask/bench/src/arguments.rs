//! The command line.

use std::{path::PathBuf, time::Duration};

use clap::{Parser, ValueEnum};

/// Measures the costs of calls of instrumented functions, of scrapes and of compiling,
/// and those of Autometrics 3.0, `tracing::instrument` and other libraries.
///
/// All candidates take turns in short rounds within one run, so that a noisy
/// machine is noisy for all of them. The ratios are what matters: each round is
/// divided by two reads of the time stamp counter immediately before it.
#[derive(Debug, Parser)]
#[command(name = "bench", version)]
pub(crate) struct Arguments {
    /// Part of the measurements to run.
    #[arg(value_enum)]
    pub(crate) part: Option<Part>,

    /// Run fewer and shorter rounds: for a first look, not for publishing.
    #[arg(long)]
    pub(crate) quick: bool,

    /// Number of rounds of each candidate.
    #[arg(long, value_name = "N")]
    rounds: Option<usize>,

    /// Text that `program/name` of the measured candidates contains, such as `ours/`,
    /// `prometheus/ok`, `async`, `compile/result` or `command/rules`.
    #[arg(long, value_name = "PATTERN")]
    pub(crate) only: Option<String>,

    /// File for a report; without FILE, `BENCHMARKS.md` of the repository.
    #[arg(long, value_name = "FILE")]
    #[expect(clippy::option_option, reason = "absent, without a value, with one")]
    pub(crate) write: Option<Option<PathBuf>>,
}

/// Part of the measurements, as an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Time per call.
    Calls,
    /// Time per call in a span of a sampled trace.
    Traces,
    /// Time per scrape of 1,000 functions with 4 callers and 8 threads.
    Scrape,
    /// Time per call while the explorer takes samples of 1,000 functions.
    Explorer,
    /// Instructions per call, counted by valgrind if there is one.
    Cost,
    /// Compile time and size of 300 functions, and the time to build one change.
    Compile,
    /// Time that rust-analyzer takes to read 300 functions, if there is one.
    Editor,
    /// Time that `cargo autometrics` takes to read 1,000 functions.
    Command,
    /// All measurements; the default.
    All,
}

impl Arguments {
    pub(crate) fn rounds(&self) -> usize {
        self.rounds
            .unwrap_or(if self.quick { 11 } else { 41 })
            .max(1)
    }

    /// Approximate length of a candidate's round.
    pub(crate) fn round(&self) -> Duration {
        Duration::from_millis(if self.quick { 2 } else { 5 })
    }

    pub(crate) fn wants(&self, name: &str) -> bool {
        self.only
            .as_ref()
            .is_none_or(|pattern| name.contains(pattern))
    }
}

impl Part {
    pub(crate) fn measures_calls(self) -> bool {
        matches!(self, Self::Calls | Self::All)
    }

    pub(crate) fn traces(self) -> bool {
        matches!(self, Self::Traces | Self::All)
    }

    pub(crate) fn measures_scrapes(self) -> bool {
        matches!(self, Self::Scrape | Self::All)
    }

    pub(crate) fn explores(self) -> bool {
        matches!(self, Self::Explorer | Self::All)
    }

    pub(crate) fn compiles(self) -> bool {
        matches!(self, Self::Compile | Self::All)
    }

    pub(crate) fn edits(self) -> bool {
        matches!(self, Self::Editor | Self::All)
    }

    pub(crate) fn runs_the_command(self) -> bool {
        matches!(self, Self::Command | Self::All)
    }

    pub(crate) fn counts_instructions(self) -> bool {
        matches!(self, Self::Cost | Self::All)
    }
}
