//! Machine, date and compiler of a measurement.

use std::{fs, path::PathBuf, process::Command, thread, time::SystemTime};

/// Returns the path of `BENCHMARKS.md` at the root of the repository.
pub(crate) fn default_report() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../BENCHMARKS.md"))
}

/// Returns a line each for processor, system and compiler.
pub(crate) fn description() -> Vec<String> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let system = first_line("/proc/sys/kernel/osrelease").unwrap_or_default();
    vec![
        format!("{}, {cores} cores", processor()),
        format!("{} {system}", std::env::consts::OS),
        compiler(),
    ]
}

/// Returns today's date in UTC, as `2026-01-31`.
pub(crate) fn date() -> String {
    let now = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    now.split('T').next().unwrap_or_default().to_owned()
}

fn processor() -> String {
    let unknown = || format!("unknown {} processor", std::env::consts::ARCH);
    let Ok(info) = fs::read_to_string("/proc/cpuinfo") else {
        return unknown();
    };
    let model = info.lines().find(|line| line.starts_with("model name"));
    let name = model.and_then(|line| line.split_once(": "));
    name.map_or_else(unknown, |(_, name)| name.to_owned())
}

fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").output();
    let version = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    version.unwrap_or_else(|_| "unknown compiler".into())
}

fn first_line(path: &str) -> Option<String> {
    Some(fs::read_to_string(path).ok()?.lines().next()?.to_owned())
}
