//! `cargo xtask test`: the steps that a change must pass, one after the other.

mod counts;
mod programs;
mod steps;

use std::{
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    thread,
    time::{Duration, Instant},
};

use crate::{process, servers};

pub(crate) use self::steps::{STEPS, Step};
use self::{
    counts::Counts,
    steps::{Apart, Run},
};

/// How a step ended.
enum End {
    Passed,
    Failed(Vec<String>),
    LeftOut(String),
}

/// Runs all `steps`, whatever fails, and ends with a summary.
pub(crate) fn run(steps: &[&Step]) -> ExitCode {
    let mut total = Counts::default();
    let mut rows = Vec::new();
    let servers = match provide(steps) {
        Ok(servers) => servers,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    for step in steps {
        announce(&format!("{}: {}", step.name, step.about));
        let start = Instant::now();
        let (end, counts) = run_step(step, servers.as_deref());
        total += counts;
        let time = start.elapsed();
        announce(&format!(
            "{}: {} after {}",
            step.name,
            end.word(),
            seconds(time)
        ));
        rows.push((step.name, time, end));
    }
    summarise(&rows);
    println!("{total}");
    if total.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Provides the programs that `steps` start, and returns the folder of the servers among them.
fn provide(steps: &[&Step]) -> Result<Option<PathBuf>, String> {
    programs::provide(steps)?;
    let needed = steps.iter().any(|step| step.servers);
    needed.then(servers::provide).transpose()
}

/// Prints the names of all steps and what they are for.
pub(crate) fn list() {
    for step in STEPS {
        println!("{:12}  {}", step.name, step.about);
    }
}

fn run_step(step: &Step, servers: Option<&Path>) -> (End, Counts) {
    let folder = xtask::root().join(step.folder);
    if !folder.is_dir() {
        let why = format!("there is no folder {}", step.folder);
        return (End::LeftOut(why), Counts::default());
    }
    let mut counts = Counts::default();
    let mut failures = Vec::new();
    for run in step.runs {
        let ended = match step.apart {
            None => run_cargo(run, &[], &folder, servers, &mut counts),
            Some(apart) => run_beside(run, apart, &folder, servers, &mut counts),
        };
        if let Err(failure) = ended {
            failures.push(failure);
        }
    }
    if step.has_tests && counts == Counts::default() {
        failures.push("no test was run".to_owned());
    }
    // What fails without a test, or before any, must not look like success in
    // the total.
    if !failures.is_empty() && counts.failed == 0 {
        counts.failed = 1;
    }
    let end = if failures.is_empty() {
        End::Passed
    } else {
        End::Failed(failures)
    };
    (end, counts)
}

/// Builds all tests, then runs one of them beside the others.
///
/// Its output is shown when it has ended.
fn run_beside(
    run: &Run,
    apart: Apart,
    folder: &Path,
    servers: Option<&Path>,
    counts: &mut Counts,
) -> Result<(), String> {
    run_cargo(run, &["--no-run"], folder, servers, counts)?;
    let mut beside = cargo(run, &["--test", apart.target], folder, servers);
    let beside = thread::spawn(move || {
        let mut output = Vec::new();
        let ended = process::run_to(&mut beside, &mut output);
        (ended, output)
    });
    let others = run_cargo(run, &["--", "--skip", apart.test], folder, servers, counts);
    let (ended, output) = beside.join().map_err(|_| "a thread panicked".to_owned())?;
    let mut read = Read::new(counts);
    process::show_lines(&output, |line| read.line(line));
    let ended = read.end(ended);
    let failures = [others, ended].into_iter().filter_map(Result::err);
    let failures = failures.collect::<Vec<_>>();
    if failures.is_empty() {
        Ok(())
    } else {
        Err(failures.join("\n  "))
    }
}

fn run_cargo(
    run: &Run,
    more: &[&str],
    folder: &Path,
    servers: Option<&Path>,
    counts: &mut Counts,
) -> Result<(), String> {
    let mut cargo = cargo(run, more, folder, servers);
    let mut read = Read::new(counts);
    let ended = process::run_reading(&mut cargo, |line| read.line(line));
    read.end(ended)
}

/// Returns the command, and prints it.
fn cargo(run: &Run, more: &[&str], folder: &Path, servers: Option<&Path>) -> Command {
    let mut cargo = process::cargo();
    cargo
        .current_dir(folder)
        .args(run.arguments)
        .args(more)
        .envs(run.environment.iter().copied());
    println!("$ {}", process::spelled(&cargo));
    // Not shown: tests find the folder without it, unless the user has named another.
    cargo.envs(servers.map(|folder| (servers::VARIABLE, folder)));
    cargo
}

/// The results in what `cargo test` prints.
struct Read<'a> {
    counts: &'a mut Counts,
    failed: Vec<String>,
}

impl<'a> Read<'a> {
    fn new(counts: &'a mut Counts) -> Self {
        let failed = Vec::new();
        Self { counts, failed }
    }

    fn line(&mut self, line: &str) {
        if let Some(some) = Counts::in_line(line) {
            *self.counts += some;
        }
        self.failed
            .extend(counts::failed_test(line).map(str::to_owned));
    }

    /// Adds the names of the tests that failed, because they are far up in what scrolled by.
    fn end(mut self, ended: Result<(), String>) -> Result<(), String> {
        ended.map_err(|failure| {
            self.failed.insert(0, failure);
            self.failed.join("\n  ")
        })
    }
}

fn summarise(rows: &[(&str, Duration, End)]) {
    announce("summary");
    for (name, time, end) in rows {
        println!("{name:12} {:>8}  {}", seconds(*time), end.word());
    }
    println!();
    for (name, _, end) in rows {
        match end {
            End::Passed => {}
            End::LeftOut(why) => println!("{name} was left out: {why}"),
            End::Failed(failures) => {
                for failure in failures {
                    println!("{name}: {failure}");
                }
                println!("  to see it again: cargo xtask test --only {name}");
            }
        }
    }
}

fn announce(text: &str) {
    println!("\n== {text}");
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

impl End {
    fn word(&self) -> &'static str {
        match self {
            End::Passed => "passed",
            End::Failed(_) => "FAILED",
            End::LeftOut(_) => "left out",
        }
    }
}
