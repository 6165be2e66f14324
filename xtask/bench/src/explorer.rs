//! Measures the time of a call while the explorer takes samples.

use std::{
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use crate::{
    arguments::Arguments,
    child::{Activity, Setting},
    programs::CROWD,
    report::Report,
    rounds::{Measurement, Measurements},
    table::{Table, nanos},
};

/// Candidate that calls all functions from all callers, and its number of calls.
const CALLS: &str = "calls";
const EACH: f64 = 4.0 * 1000.0 + 4.0;
/// Length of a round: some samples, one per second.
const ROUND: Duration = Duration::from_secs(3);
/// Limit of the number of rounds, because they are long.
const MOST_ROUNDS: usize = 15;

const SETTINGS: [(Setting, &str); 2] = [
    (Setting::ALONE, "no explorer"),
    (
        Setting {
            threads: 1,
            activity: Activity::Explored,
        },
        "the explorer takes samples",
    ),
];

/// Arguments of cargo for the example that measures the explorer's own work.
const COST: [&str; 6] = [
    "run",
    "--release",
    "--quiet",
    "--features=explorer",
    "--example",
    "explorer_cost",
];

pub(crate) fn measure(arguments: &Arguments, report: &mut Report) -> Result<(), String> {
    let mut measurements = Measurements::default();
    for (setting, _) in SETTINGS {
        measurements.add_for(Measurement::new(CROWD, CALLS, setting), arguments, ROUND)?;
    }
    let rounds = arguments.rounds().min(MOST_ROUNDS);
    measurements.run(rounds)?;
    let head = [
        "per call",
        "min ns",
        "median ns",
        "p90 ns",
        "÷ no explorer, median",
        "p10 to p90",
    ];
    let mut table = Table::new(head);
    let quiet = measurements.find(CROWD, CALLS, Setting::ALONE);
    for (setting, title) in SETTINGS {
        let (Some(measurement), Some(quiet)) = (measurements.find(CROWD, CALLS, setting), quiet)
        else {
            continue;
        };
        let by = measurement.time.per(&quiet.time);
        table.push(vec![
            title.to_owned(),
            nanos(measurement.time.minimum() / EACH),
            nanos(measurement.time.median() / EACH),
            nanos(measurement.time.p90() / EACH),
            format!("{:.3}×", by.median()),
            format!("{:.3}× to {:.3}×", by.p10(), by.p90()),
        ]);
    }
    report.section("A call while the explorer is on", &table);
    if table.is_empty() {
        return Ok(());
    }
    report.note(&format!(
        "`cargo xtask bench explorer`: 1,000 functions that return `Result`, each called by 4 \
         instrumented callers, one after the other; processor time of the thread that calls them, in \
         {rounds} pairs of rounds of some seconds, in the same process with and without the \
         explorer's thread, which takes a sample per second. Each round is divided by the \
         preceding one without the explorer.",
    ));
    report.section("Work of the explorer itself", &own_work()?);
    report.note(
        "`cargo run --release --features explorer --example explorer_cost`: processor time of the \
         sampling thread in 30 s and of answers about so many seconds, in a program of 1,000 \
         functions with 4 callers each, all of them busy. Without requests, nothing is answered.",
    );
    Ok(())
}

/// Runs the example and returns its lines as a table.
fn own_work() -> Result<Table, String> {
    eprintln!("running explorer_cost, which takes half a minute");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(COST)
        .current_dir(&root)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let mut table = Table::new(["what", "takes"]);
    // Two or more spaces separate the description and the figure.
    for (what, takes) in text.lines().filter_map(|line| line.rsplit_once("  ")) {
        let what: Vec<_> = what.split_whitespace().collect();
        table.push(vec![what.join(" "), takes.trim().to_owned()]);
    }
    Ok(table)
}
