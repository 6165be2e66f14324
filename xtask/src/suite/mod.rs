//! `cargo xtask test`: runs the steps that a change must pass.

mod counts;
mod output;
mod programs;
mod steps;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use crate::{aarch64, process, servers};

pub(crate) use self::steps::{QUICK_STEPS, STEPS, Step};
use self::{
    counts::Counts,
    output::{Output, seconds},
    steps::{Run, SlowTest},
};

/// Result of a step.
enum StepResult {
    Passed,
    Failed(Vec<String>),
    LeftOut(String),
}

/// Row of the summary: a step that has ended.
struct Row {
    name: &'static str,
    time: Duration,
    result: StepResult,
    counts: Counts,
}

/// Runs all `steps`, also after a failure, and prints a summary.
pub(crate) fn run(steps: &[&Step]) -> ExitCode {
    let servers = match provide(steps) {
        Ok(servers) => servers,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let is_run = |name| steps.iter().any(|step| step.name == name);
    let (beside, alone): (Vec<&Step>, Vec<&Step>) = steps
        .iter()
        .partition(|step| step.beside.is_some_and(is_run));
    let mut rows = Vec::new();
    for step in alone {
        let companions = beside.iter().filter(|it| it.beside == Some(step.name));
        let companions: Vec<&Step> = companions.copied().collect();
        rows.extend(run_step(
            step,
            &companions,
            servers.as_deref(),
            &mut Output::Screen,
        ));
    }
    summarise(&rows);
    let total = rows.iter().fold(Counts::default(), |mut total, row| {
        total += row.counts;
        total
    });
    println!("{total}");
    if total.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Provides the programs that `steps` start, and returns the folder of the newer servers if a step
/// needs them.
fn provide(steps: &[&Step]) -> Result<Option<PathBuf>, String> {
    programs::provide(steps)?;
    if steps.iter().any(|step| step.aarch64) {
        aarch64::provide()?;
    }
    let needed = steps.iter().any(|step| step.servers);
    needed.then(servers::provide).transpose()
}

/// Prints the names and descriptions of all steps.
pub(crate) fn list() {
    for step in STEPS {
        println!("{:12}  {}", step.name, step.about);
    }
}

/// Runs a step, with its companions beside it.
fn run_step(
    step: &Step,
    companions: &[&Step],
    servers: Option<&Path>,
    output: &mut Output,
) -> Vec<Row> {
    output.announce(&format!("{}: {}", step.name, step.about));
    let start = Instant::now();
    let mut counts = Counts::default();
    let mut rows = Vec::new();
    let folder = xtask::root().join(step.folder);
    let result = if folder.is_dir() {
        let mut failures = Vec::new();
        for run in step.runs {
            let cargo = Cargo {
                run,
                folder: &folder,
                servers,
            };
            let ended = match step.slow_test {
                None => cargo.run(&[], output, &mut counts),
                Some(slow_test) => {
                    let (ended, beside) =
                        cargo.run_beside(slow_test, companions, output, &mut counts);
                    rows.extend(beside);
                    ended
                }
            };
            failures.extend(ended.err());
        }
        if step.has_tests && counts == Counts::default() {
            failures.push("no test was run".to_owned());
        }
        // A failure without a failed test, or before the first test, must not look like success in
        // the total.
        if !failures.is_empty() && counts.failed == 0 {
            counts.failed = 1;
        }
        if failures.is_empty() {
            StepResult::Passed
        } else {
            StepResult::Failed(failures)
        }
    } else {
        StepResult::LeftOut(format!("there is no folder {}", step.folder))
    };
    let time = start.elapsed();
    output.announce(&format!(
        "{}: {} after {}",
        step.name,
        result.word(),
        seconds(time)
    ));
    let name = step.name;
    rows.insert(
        0,
        Row {
            name,
            time,
            result,
            counts,
        },
    );
    rows
}

/// A cargo command of a step.
struct Cargo<'a> {
    run: &'a Run,
    folder: &'a Path,
    servers: Option<&'a Path>,
}

impl Cargo<'_> {
    /// Runs the command with additional arguments.
    fn run(&self, more: &[&str], output: &mut Output, counts: &mut Counts) -> Result<(), String> {
        let mut cargo = process::cargo();
        cargo
            .current_dir(self.folder)
            .args(self.run.arguments)
            .args(more)
            .envs(self.run.environment.iter().copied());
        output.line(&format!("$ {}", process::spelled(&cargo)));
        // Not shown: tests find the folder without the variable, unless the user has set it.
        cargo.envs(self.servers.map(|folder| (servers::VARIABLE, folder)));
        let mut read = Read::new(counts);
        let ended = output.of(&mut cargo, |line| read.line(line));
        read.end(ended)
    }

    /// Builds all tests. Then runs `slow_test`, followed by the companions of the step, beside the
    /// other tests.
    ///
    /// The output of the test and the companions is shown after they have ended.
    fn run_beside(
        &self,
        slow_test: SlowTest,
        companions: &[&Step],
        output: &mut Output,
        counts: &mut Counts,
    ) -> (Result<(), String>, Vec<Row>) {
        if let Err(failure) = self.run(&["--no-run"], output, counts) {
            let left_out = companions.iter().map(|step| Row {
                name: step.name,
                time: Duration::ZERO,
                result: StepResult::LeftOut("the tests beside it do not build".to_owned()),
                counts: Counts::default(),
            });
            return (Err(failure), left_out.collect());
        }
        thread::scope(|scope| {
            let beside = scope.spawn(|| {
                let mut kept = Output::Kept(Vec::new());
                let mut counts = Counts::default();
                let ended = self.run(&["--test", slow_test.target], &mut kept, &mut counts);
                let steps = companions.iter();
                let rows = steps.flat_map(|step| run_step(step, &[], self.servers, &mut kept));
                (ended, rows.collect::<Vec<Row>>(), counts, kept)
            });
            let others = self.run(&["--", "--skip", slow_test.test], output, counts);
            let Ok((ended, rows, of_test, kept)) = beside.join() else {
                return (Err("a thread panicked".to_owned()), Vec::new());
            };
            if let Output::Kept(kept) = &kept {
                process::show(kept);
            }
            *counts += of_test;
            let failures = [others, ended].into_iter().filter_map(Result::err);
            let failures = failures.collect::<Vec<_>>();
            let ended = if failures.is_empty() {
                Ok(())
            } else {
                Err(failures.join("\n  "))
            };
            (ended, rows)
        })
    }
}

/// Results in the output of `cargo test`.
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

    /// Adds the names of failed tests to the error, because their lines have scrolled by.
    fn end(mut self, ended: Result<(), String>) -> Result<(), String> {
        ended.map_err(|failure| {
            self.failed.insert(0, failure);
            self.failed.join("\n  ")
        })
    }
}

fn summarise(rows: &[Row]) {
    Output::Screen.announce("summary");
    for Row {
        name, time, result, ..
    } in rows
    {
        println!("{name:12} {:>8}  {}", seconds(*time), result.word());
    }
    println!();
    for Row { name, result, .. } in rows {
        match result {
            StepResult::Passed => {}
            StepResult::LeftOut(why) => println!("{name} was left out: {why}"),
            StepResult::Failed(failures) => {
                for failure in failures {
                    println!("{name}: {failure}");
                }
                println!("  to repeat it: cargo xtask test --only {name}");
            }
        }
    }
}

impl StepResult {
    fn word(&self) -> &'static str {
        match self {
            StepResult::Passed => "passed",
            StepResult::Failed(_) => "FAILED",
            StepResult::LeftOut(_) => "left out",
        }
    }
}
