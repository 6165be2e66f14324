//! The command `cargo autometrics`.
#![forbid(unsafe_code)]

use std::{env, process::ExitCode};

fn main() -> ExitCode {
    match cargo_autometrics::cli::run(env::args_os()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // There are no lines if cargo failed: cargo has printed the reason itself.
            for line in error.lines() {
                cargo_autometrics::report(&line);
            }
            ExitCode::from(error.exit_code())
        }
    }
}
