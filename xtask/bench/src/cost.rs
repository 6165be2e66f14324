//! Counts instructions per call with an emulator, which noise does not affect.

use std::{path::Path, process::Command};

use crate::{
    arguments::Arguments,
    programs::{OURS, Program, RIVALS},
    report::Report,
    table::Table,
};

/// Candidates, the number of calls in an iteration, and their titles in the table.
const COUNTED: [(&str, u32, &str); 5] = [
    ("number", 1, "sync, returns `u64`"),
    ("ok", 1, "`Result`, ok"),
    (
        "callers8",
        16,
        "one callee, 8 callers in turn, per function",
    ),
    ("async", 1, "`async`, ready at once"),
    ("yields", 1, "`async`, pending once"),
];

/// Iterations of two runs. Their difference is counted, which excludes start and warm-up of the
/// program.
const FEWER: u32 = 1_000;
const MORE: u32 = 11_000;

pub(crate) fn count(arguments: &Arguments, report: &mut Report) -> Result<(), String> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        report.note("Instructions were not counted: valgrind is not installed.");
        return Ok(());
    }
    let wants = |program: Program, candidate: &str| {
        arguments.wants(&format!("{}/{candidate}", program.binary))
    };
    let mut programs = Vec::new();
    for program in [&[OURS], &RIVALS[..]].concat() {
        // Their threads wake up periodically, so two runs differ by more than the calls.
        if program.works_elsewhere() {
            continue;
        }
        if !COUNTED
            .iter()
            .any(|(candidate, ..)| wants(program, candidate))
        {
            continue;
        }
        match program.build() {
            Ok(path) => programs.push((program, path)),
            Err(reason) => report.note(&format!("{}: {reason}", program.title)),
        }
    }
    let titles = COUNTED.iter().map(|(.., title)| *title);
    let mut table = Table::new(["instructions per call"].into_iter().chain(titles));
    for (program, path) in &programs {
        eprintln!("counting instructions: {}", program.title);
        let mut row = vec![program.title.to_owned()];
        for (candidate, calls, _) in COUNTED {
            row.push(if wants(*program, candidate) {
                per_call(path, candidate, calls)?
            } else {
                String::new()
            });
        }
        table.push(row);
    }
    report.section("Instructions", &table);
    if !table.is_empty() {
        report.note(
            "Counted by valgrind, as the difference of two runs. If a library hashes with a \
             random seed, the number changes from run to run. `hotpath` and `fastrace` are left \
             out, as threads of their own do a part of the work at times that differ.",
        );
    }
    Ok(())
}

fn per_call(path: &Path, candidate: &str, calls: u32) -> Result<String, String> {
    let fewer = instructions(path, candidate, FEWER)?;
    let more = instructions(path, candidate, MORE)?;
    Ok(format!(
        "{:.0}",
        (more - fewer) / f64::from(MORE - FEWER) / f64::from(calls)
    ))
}

fn instructions(path: &Path, candidate: &str, iterations: u32) -> Result<f64, String> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(path)
        .args([candidate, &iterations.to_string()])
        .output()
        .map_err(|error| format!("cannot run valgrind: {error}"))?;
    let messages = String::from_utf8_lossy(&output.stderr);
    let collected = messages
        .lines()
        .find_map(|line| line.split_once("Collected : "));
    collected
        .and_then(|(_, number)| number.trim().parse().ok())
        .ok_or_else(|| format!("valgrind counted nothing for {candidate}: {messages}"))
}
