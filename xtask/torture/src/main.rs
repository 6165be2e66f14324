//! Instruments every function of published crates, and reports errors, warnings and tests that
//! change.
#![forbid(unsafe_code)]

mod arguments;
mod cargo;
mod compile;
mod copy;
mod crates;
mod instrument;
mod messages;
mod programs;
mod report;
mod trial;

use std::{fs, process::ExitCode, time::Instant};

use arguments::{Command, Options};
use crates::{CRATES, Crate};
use trial::Trial;

fn main() -> ExitCode {
    match arguments::parse(lexopt::Parser::from_env()) {
        Ok(Command::Help) => println!("{}", arguments::HELP),
        Ok(Command::List) => {
            for one in CRATES {
                println!("{:20} {}", one.name, one.version);
            }
        }
        Ok(Command::Torture(crates, options)) => return torture(&crates, options),
        Err(error) => {
            eprintln!("error: {error}\n\n`cargo xtask torture --help` lists the options.");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

fn torture(crates: &[&'static Crate], options: Options) -> ExitCode {
    let start = Instant::now();
    let mut trials = Vec::new();
    for (number, &one) in (1..).zip(crates) {
        let say = |what: &str| {
            let seconds = start.elapsed().as_secs();
            eprintln!(
                "[{number}/{} {seconds:4} s] {}: {what}",
                crates.len(),
                one.folder()
            );
        };
        let trial = Trial::run(one, options, say);
        let findings = report::findings(&trial);
        if !findings.is_empty() {
            eprint!("{findings}");
        }
        let path = cargo::workshop().join(one.folder()).join("messages.txt");
        if let Err(error) = fs::write(&path, trial.rendered()) {
            eprintln!("cannot write {}: {error}", path.display());
        }
        trials.push(trial);
    }
    print!("{}", report::table(&trials));
    for trial in &trials {
        let findings = report::findings(trial);
        if !findings.is_empty() {
            print!("\n{findings}");
        }
    }
    let worse = trials.iter().filter(|trial| trial.is_worse()).count();
    println!("\n{} crates, {worse} of them worse", trials.len());
    if worse == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
