//! Runs the tasks of developers and CI. `cargo xtask --help` lists them.
#![forbid(unsafe_code)]

mod aarch64;
mod arguments;
mod debian;
mod deny;
mod lowest;
mod msrv;
mod process;
mod public_api;
mod separate_workspaces;
mod servers;
mod suite;

use std::process::ExitCode;

use arguments::Command;

fn main() -> ExitCode {
    let command = match arguments::parse(lexopt::Parser::from_env()) {
        Ok(command) => command,
        Err(error) => {
            eprintln!("error: {error}\n\n`cargo xtask --help` lists the commands.");
            return ExitCode::from(2);
        }
    };
    let result = match command {
        Command::Help(text) => {
            println!("{text}");
            Ok(())
        }
        Command::ListSteps => {
            suite::list();
            Ok(())
        }
        Command::Test(steps) => return suite::run(&steps),
        Command::Deny { offline } => deny::run(offline),
        Command::Lowest => lowest::run(),
        Command::Msrv => msrv::run(),
        Command::PublicApi => public_api::run(),
        Command::Servers => servers::run(),
        Command::Bench(arguments) => {
            separate_workspaces::run("xtask/bench", &["--release"], &arguments)
        }
        Command::Torture(arguments) => separate_workspaces::run("xtask/torture", &[], &arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
