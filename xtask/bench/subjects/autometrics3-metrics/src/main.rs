//! Autometrics 3.0, recording with the crate `metrics`.

#[path = "../../autometrics3.rs"]
mod autometrics3;

use std::process::ExitCode;

fn main() -> ExitCode {
    autometrics::prometheus_exporter::init();
    harness::serve(&harness::Program::with(autometrics3::candidates()))
}
