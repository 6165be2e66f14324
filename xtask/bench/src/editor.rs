//! Measures the cost of instrumented functions in an editor.

use std::{env, ffi::OsString, path::Path, process::Command};

use crate::{
    arguments::Arguments,
    compile::{KINDS, SUBJECTS},
    figures::Figures,
    package::Package,
    report::Report,
    table::{Table, times},
};

/// Kind of the functions in each package; they return `Result`.
const KIND: &str = "result";
/// Environment variable with the path of rust-analyzer, if it is not on `PATH`.
const VARIABLE: &str = "RUST_ANALYZER";

/// Seconds for uninstrumented functions with the same dependency, and for instrumented ones.
#[derive(Clone, Default)]
struct Taken {
    without: Figures,
    with: Figures,
}

pub(crate) fn measure(arguments: &Arguments, report: &mut Report) -> Result<(), String> {
    let Some(kind) = KINDS.iter().find(|kind| kind.name == KIND) else {
        return Ok(());
    };
    if !arguments.wants("editor") {
        return Ok(());
    }
    let analyzer = env::var_os(VARIABLE).unwrap_or_else(|| "rust-analyzer".into());
    let version = Command::new(&analyzer).arg("--version").output();
    let Some(version) = version.ok().filter(|output| output.status.success()) else {
        report.note(&format!(
            "rust-analyzer was not measured: it is neither on PATH nor in `{VARIABLE}`."
        ));
        return Ok(());
    };
    let instrumented = &SUBJECTS[1..];
    let mut packages = Vec::new();
    for subject in instrumented {
        packages.push((
            Package::without_attribute(subject, kind)?,
            Package::write(subject, kind)?,
        ));
    }
    let rounds = if arguments.quick { 1 } else { 5 };
    let mut taken = vec![Taken::default(); packages.len()];
    // The first round builds the macros, and is not measured.
    for round in 0..=rounds {
        eprintln!("analyzing, round {} of {}", round + 1, rounds + 1);
        for ((without, with), taken) in packages.iter().zip(&mut taken) {
            let seconds = [
                analyze(&analyzer, &without.folder)?,
                analyze(&analyzer, &with.folder)?,
            ];
            if round > 0 {
                taken.without.push(seconds[0]);
                taken.with.push(seconds[1]);
            }
        }
    }
    let added = |taken: &Taken| taken.with.minimum() - taken.without.minimum();
    let tracing = instrumented
        .iter()
        .zip(&taken)
        .find(|(subject, _)| subject.name == "tracing")
        .map_or(f64::NAN, |(_, taken)| added(taken));
    let mut table = Table::new([
        "300 functions",
        "uninstrumented s",
        "instrumented s",
        "added s",
        "÷ tracing's",
    ]);
    for (subject, taken) in instrumented.iter().zip(&taken) {
        table.push(vec![
            subject.title.to_owned(),
            format!("{:.2}", taken.without.minimum()),
            format!("{:.2}", taken.with.minimum()),
            format!("{:.2}", added(taken)),
            times(added(taken) / tracing),
        ]);
    }
    report.section("In the editor", &table);
    report.note(&format!(
        "`cargo xtask bench editor`: the total of `rust-analyzer analysis-stats` ({}), elapsed, for \
         the functions that return `Result`: items, bodies and types of the workspace, with macros \
         expanded. Uninstrumented is the same program without the attribute, but with the dependency, \
         whose own code is analyzed as well if it is a folder, as ours is. Times are the minimum of several rounds.",
        String::from_utf8_lossy(&version.stdout).trim()
    ));
    Ok(())
}

/// Returns the seconds that rust-analyzer reports, without those for loading.
fn analyze(analyzer: &OsString, folder: &Path) -> Result<f64, String> {
    let output = Command::new(analyzer)
        .args(["analysis-stats", "--skip-lang-items"])
        .args(["--skip-data-layout", "--skip-const-eval", "."])
        .current_dir(folder)
        .output()
        .map_err(|error| format!("cannot run rust-analyzer: {error}"))?;
    // Standard output has its progress.
    let text = String::from_utf8_lossy(&output.stderr);
    let total = text.lines().find_map(|line| line.strip_prefix("Total:"));
    let seconds = total.and_then(|line| line.split(',').next()).map(str::trim);
    seconds.and_then(in_seconds).ok_or_else(|| {
        format!(
            "rust-analyzer gave no total for {}: {text}",
            folder.display()
        )
    })
}

/// Parses a duration as rust-analyzer formats it: `11.74s` or `340.15ms`.
fn in_seconds(duration: &str) -> Option<f64> {
    let (number, scale) = match duration.strip_suffix("ms") {
        Some(number) => (number, 1e-3),
        None => (duration.strip_suffix('s')?, 1.0),
    };
    Some(number.parse::<f64>().ok()? * scale)
}

#[cfg(test)]
mod tests {
    use super::in_seconds;

    #[test]
    fn parses_durations_of_rust_analyzer() {
        assert_eq!(in_seconds("11.75s"), Some(11.75));
        assert_eq!(in_seconds("500.00ms"), Some(0.5));
        assert_eq!(in_seconds("fast"), None);
    }
}
