//! `compare`: the functions that differ between two versions or windows.

use std::fmt::Write as _;

use autometrics_context::{
    calls::{FunctionCalls, Name},
    compare::{self, Comparison, FunctionChange, Verdict, compare_sides},
    source::{Catalog, Place, Side, Source as _},
    text::{self, figure},
    tools,
};
use clap::{Args, ValueEnum};
use slo_spec::promql::Window;

use crate::{
    Error,
    artifact::Selection,
    error::Kind,
    fleet::{Fleet, FleetOptions, Given},
    output,
};

/// Smallest change of latency that can be told from the width of a bucket, in percent.
const SMALLEST: f64 = 9.1;

/// Options of `compare`.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// Version, or window such as `30m@2h` for the 30 minutes that ended two hours ago
    #[arg(long, value_name = "VERSION|WINDOW")]
    pub before: String,

    /// Version or window that is compared with it
    #[arg(long, value_name = "VERSION|WINDOW")]
    pub after: String,

    /// Window of versions, which ends at the moment of the answer
    #[arg(long, value_name = "DURATION", default_value = "30m")]
    pub window: Window,

    /// Smallest change of latency that matters; the 95th percentile must change by twice as much
    #[arg(long, value_name = "PERCENT", default_value = "10%", value_parser = percent)]
    pub min_effect: f64,

    /// Also print functions without a verdict, with the reason
    #[arg(long)]
    pub undecided: bool,

    /// Output format: `human`, `markdown` for a pull request, `json` for programs
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value_t,
        hide_possible_values = true
    )]
    pub format: Format,
}

/// Output format of `compare`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Text for people.
    #[default]
    Human,
    /// A table in Markdown.
    Markdown,
    /// JSON for programs, as agents get it.
    Json,
}

/// Parses a percentage such as `10%` as a ratio.
fn percent(text: &str) -> Result<f64, String> {
    let number = text.trim().trim_end_matches('%').trim().parse::<f64>();
    let is_valid = |percent: &f64| (SMALLEST..=1000.0).contains(percent);
    number
        .ok()
        .filter(is_valid)
        .map(|percent| percent / 100.0)
        .ok_or_else(|| {
            format!(
                "expected a percentage from {SMALLEST}% on: a bucket of latencies is 9.05% wide"
            )
        })
}

/// Prints the comparison.
///
/// # Errors
///
/// Returns an error if Prometheus does not answer, if a side is invalid or has no calls, if a
/// function is worse, or if there are too few calls for any verdict.
pub fn run(fleet: &FleetOptions, options: &Options, selection: &Selection) -> Result<(), Error> {
    let window = options.window.as_f64();
    let failed = |error: autometrics_context::source::Error| Kind::Answer {
        said: error.to_string(),
    };
    let side = |text: &str| Side::parse(text, window).map_err(failed);
    let (before, after) = (side(&options.before)?, side(&options.after)?);
    let program = selection.program(Given::Optional)?;
    let fleet = Fleet::new(fleet, program.as_ref())?;
    let rules = compare::Options {
        min_effect: options.min_effect,
        ..compare::Options::default()
    };
    let catalog = fleet.catalog().map_err(failed)?;
    let mut compared = compare_sides(&fleet, &before, &after, &rules).map_err(failed)?;
    if fleet.is_apart([&before, &after]).map_err(failed)? {
        let note = "the sides ran at different times; their load may differ";
        compared.notes.push(note.to_owned());
    }
    output::print(&match options.format {
        Format::Human => human(&catalog, &compared, options.undecided),
        Format::Markdown => markdown(&catalog, &compared, options.undecided),
        Format::Json => output::json(&tools::comparison(&catalog, &compared, [&before, &after])),
    })?;
    if compared.is_bad() {
        let found = compared.summary();
        return Err(Kind::Found { found }.into());
    }
    if !compared.is_decided() {
        return Err(Kind::Undecided.into());
    }
    Ok(())
}

fn human(catalog: &Catalog, compared: &Comparison, all: bool) -> String {
    let mut text = String::new();
    for change in changed(compared) {
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "{}: {}",
            place(catalog, change.name()),
            change.verdict()
        );
        let [before, after] = numbers(compared, change);
        let _ = writeln!(text, "  before: {before}\n  after:  {after}");
        for reason in reasons(change, Verdict::is_change) {
            let _ = writeln!(text, "  {reason}");
        }
        if let Some(because) = because(change) {
            let _ = writeln!(text, "  {because}");
        }
    }
    for edge in compared.edges.iter().filter(|it| it.verdict().is_change()) {
        let (caller, callee) = (edge.caller.to_string(), edge.callee.to_string());
        let names = [caller, callee].map(|it| output::printable(&it));
        let _ = writeln!(text, "{} → {}: {}", names[0], names[1], edge.verdict());
        for finding in edge.findings.iter().filter(|it| it.verdict.is_change()) {
            let _ = writeln!(text, "  {}", output::printable(&finding.reason));
        }
    }
    for change in undecided(compared).filter(|_| all) {
        let _ = writeln!(text, "{}: undecided", place(catalog, change.name()));
        for reason in reasons(change, |verdict| verdict == Verdict::Undecided) {
            let _ = writeln!(text, "  {reason}");
        }
    }
    let _ = writeln!(text, "{}", counts(compared, all));
    for note in &compared.notes {
        let _ = writeln!(text, "note: {note}");
    }
    text
}

fn markdown(catalog: &Catalog, compared: &Comparison, all: bool) -> String {
    let mut text =
        String::from("| function | verdict | before | after | reason |\n|---|---|---|---|---|\n");
    for change in changed(compared).chain(undecided(compared).filter(|_| all)) {
        let [before, after] = numbers(compared, change);
        let verdict = change.verdict();
        let mut reasons: Vec<_> = reasons(change, |it| it == verdict).collect();
        reasons.extend(because(change));
        let cells = [
            place(catalog, change.name()),
            verdict.to_string(),
            before,
            after,
            reasons.join("; "),
        ];
        let cells = cells.map(|cell| cell.replace('|', "\\|").replace('<', "&lt;"));
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    let _ = writeln!(text, "\n{}", counts(compared, all));
    for note in &compared.notes {
        let _ = writeln!(text, "\nNote: {note}.");
    }
    text
}

fn changed(compared: &Comparison) -> impl Iterator<Item = &FunctionChange> {
    compared
        .functions
        .iter()
        .filter(|it| it.verdict().is_change())
}

fn undecided(compared: &Comparison) -> impl Iterator<Item = &FunctionChange> {
    let functions = compared.functions.iter();
    functions.filter(|it| it.verdict() == Verdict::Undecided)
}

fn place(catalog: &Catalog, name: &Name) -> String {
    let at = catalog.find(name).and_then(Place::position);
    let at = at.map(|at| format!(" ({at})")).unwrap_or_default();
    output::printable(&format!("{name}{at}"))
}

fn because(change: &FunctionChange) -> Option<String> {
    let names: Vec<_> = change.because_of.iter().map(Name::to_string).collect();
    (!names.is_empty()).then(|| output::printable(&format!("because of {}", names.join(", "))))
}

fn reasons(change: &FunctionChange, has: impl Fn(Verdict) -> bool) -> impl Iterator<Item = String> {
    let findings = change.findings.iter().filter(move |it| has(it.verdict));
    findings.map(|it| {
        let p = it.p.map(|p| match p {
            p if p < 1e-6 => " (p < 0.000001)".to_owned(),
            p if p < 0.01 => format!(" (p = {p:.6})"),
            p => format!(" (p = {p:.2})"),
        });
        let reason = output::printable(&it.reason);
        format!("{reason}{}", p.unwrap_or_default())
    })
}

fn numbers(compared: &Comparison, change: &FunctionChange) -> [String; 2] {
    let of = |calls: &FunctionCalls, seconds: f64| {
        let counts = calls.counts;
        let mut text = format!("{:.0} calls", counts.calls);
        if counts.calls > 0.0 && seconds > 0.0 {
            let _ = write!(text, ", {}/s", figure(counts.calls / seconds));
            let ratio = counts.error_ratio().unwrap_or(0.0);
            let _ = write!(text, ", {} % fail", figure(100.0 * ratio));
        }
        let quantiles = [0.5, 0.95].map(|q| calls.latencies.known_quantile(q));
        if let [Some(p50), Some(p95)] = quantiles {
            let (p50, p95) = (text::duration(p50), text::duration(p95));
            let _ = write!(text, ", p50 {p50}, p95 {p95}");
        }
        text
    };
    let [before, after] = compared.seconds;
    [of(&change.before, before), of(&change.after, after)]
}

fn counts(compared: &Comparison, all: bool) -> String {
    let count = |verdict| compared.count(verdict);
    let undecided = count(Verdict::Undecided);
    let hint = if undecided > 0 && !all {
        " (`--undecided` has the reasons)"
    } else {
        ""
    };
    format!(
        "{} changed, {} unchanged, {undecided} undecided{hint}, {} with too few calls, {} not exercised",
        changed(compared).count(),
        count(Verdict::Unchanged),
        count(Verdict::TooFewCalls),
        count(Verdict::NotExercised)
    )
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn effects_are_wider_than_a_bucket() {
        assert_eq!(percent("10%"), Ok(0.1));
        assert_eq!(percent("25 %"), Ok(0.25));
        for text in ["9%", "0", "-10%", "NaN", "x", ""] {
            assert!(percent(text).is_err(), "{text}");
        }
    }
}
