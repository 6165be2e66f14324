//! Autometrics 3.0, recording with the crate `prometheus-client`.

#[path = "../../autometrics3.rs"]
mod autometrics3;

use std::process::ExitCode;

fn main() -> ExitCode {
    harness::serve(&harness::Program::with(autometrics3::candidates()))
}
