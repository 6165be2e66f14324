//! Measures Autometrics and its competitors, side by side in one run.

mod arguments;
mod calls;
mod child;
mod command;
mod compile;
mod cost;
mod editor;
mod explorer;
mod figures;
mod machine;
mod package;
mod programs;
mod rebuild;
mod report;
mod rounds;
mod scrape;
mod table;
mod traces;

use std::process::ExitCode;

use clap::Parser as _;

use crate::{
    arguments::{Arguments, Part},
    report::Report,
};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let mut report = Report::new();
    let part = arguments.part.unwrap_or(Part::All);
    if part.measures_calls() {
        calls::measure(arguments, &mut report)?;
    }
    if part.traces() {
        traces::measure(arguments, &mut report)?;
    }
    if part.measures_scrapes() {
        scrape::measure(arguments, &mut report)?;
    }
    if part.explores() {
        explorer::measure(arguments, &mut report)?;
    }
    if part.counts_instructions() {
        cost::count(arguments, &mut report)?;
    }
    if part.compiles() {
        compile::measure(arguments, &mut report)?;
    }
    if part.edits() {
        editor::measure(arguments, &mut report)?;
    }
    if part.runs_the_command() {
        command::measure(arguments, &mut report)?;
    }
    print!("{}", report.body());
    if let Some(path) = &arguments.write {
        let path = path.clone().unwrap_or_else(machine::default_report);
        std::fs::write(&path, report.document())
            .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
        eprintln!("wrote {}", path.display());
    }
    Ok(())
}
