//! Tests of `rules`: files that Prometheus and Alertmanager accept, and refusals.

mod annotations;
mod files;
mod help;
mod outputs;
mod receivers;
mod refusals;
mod scope;

use std::{process::Command, time::Duration};

use slo_spec::Objective;
use test_harness::promtools;

use crate::{
    folder,
    objects::{elf, function, promised, section, write},
    text,
};

const CHECKOUT: Objective = Objective::new("checkout")
    .success_rate(99.95)
    .latency(Duration::from_micros(50), 99.0)
    .owner("payments")
    .runbook("https://wiki.example/checkout");
const SEARCH: Objective = Objective::new("search").success_rate(90.0).period_days(28);

fn records() -> Vec<u8> {
    section![
        promised(
            function("shop::checkout", "place_order", 30, ""),
            &[CHECKOUT]
        ),
        promised(
            function("shop::checkout", "Cart::total", 12, ""),
            &[CHECKOUT]
        ),
        promised(function("shop::search", "find", 7, ""), &[SEARCH]),
        function("shop::search", "rank", 9, ""),
    ]
}

/// Writes the program to the file `name`, and returns the name.
pub(crate) fn program(name: &str) -> String {
    write(name, &elf(".autometrics0", &records()))
}

/// Checks that both promtools accept a file in the tests' folder.
#[track_caller]
pub(crate) fn promtools_accept(arguments: &[&str]) {
    for promtool in promtools() {
        accepted(promtool.path.to_str().unwrap(), arguments);
    }
}

/// Checks that a program of Prometheus accepts a file in the tests' folder.
#[track_caller]
fn accepted(program: &str, arguments: &[&str]) {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder())
        .output()
        .unwrap_or_else(|error| panic!("{program} cannot be started: {error}"));
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {}{}",
        text(&output.stdout),
        text(&output.stderr)
    );
}
