//! `suspects`: the functions that cause burning objectives, rising errors or rising latency.

use std::fmt::Write as _;

use autometrics_context::{
    source::{Catalog, Place, Side, Source as _},
    suspects::{Measure, Station, Suspect},
    text::{self, figure},
    tools,
};
use clap::{Args, ValueEnum};
use serde_json::json;
use slo_spec::promql::Window;

use crate::{
    Error,
    artifact::Selection,
    error::Kind,
    fleet::{Fleet, FleetOptions, Given},
    output,
};

/// Options of `suspects`.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// Only the functions of this objective
    #[arg(long, value_name = "NAME")]
    pub objective: Option<String>,

    /// Window from `10s` to `7d`, which is compared with the one before
    #[arg(long, value_name = "DURATION", default_value = "5m")]
    pub window: Window,

    /// Output format: `human`, or `json` for programs
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value_t,
        hide_possible_values = true
    )]
    pub format: Format,

    /// Exit with code 1 if there is a suspect
    #[arg(long)]
    pub fail: bool,
}

/// Output format of `suspects`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Text for people.
    #[default]
    Human,
    /// JSON for programs, as agents get it.
    Json,
}

/// Prints the suspects.
///
/// # Errors
///
/// Returns an error if the window is too short or too long, if Prometheus does not answer, if the
/// objective is unknown, or if there is a suspect and `--fail` is given.
pub fn run(fleet: &FleetOptions, options: &Options, selection: &Selection) -> Result<(), Error> {
    let program = selection.program(Given::Optional)?;
    let fleet = Fleet::new(fleet, program.as_ref())?;
    let window = options.window.as_f64();
    let failed = |error: autometrics_context::source::Error| Kind::Answer {
        said: error.to_string(),
    };
    let found = tools::suspects(&fleet, options.objective.as_deref(), window).map_err(failed)?;
    let text = match options.format {
        Format::Json => {
            let arguments = json!({
                "objective": options.objective,
                "window_seconds": window,
                "budget": 20_000,
            });
            let answer = tools::call(&fleet, "suspects", &arguments);
            output::json(&answer.map_err(|error| Kind::Answer {
                said: error.to_string(),
            })?)
        }
        Format::Human => {
            let catalog = fleet.catalog().map_err(failed)?;
            let calls = fleet.calls(&Side::last(window)).map_err(failed)?;
            let before = fleet.calls(&Side::last(window).before()).map_err(failed)?;
            let is_covered = before.seconds >= window / 2.0;
            human(
                &fleet,
                &catalog,
                &found,
                (calls.functions.len(), is_covered),
            )
        }
    };
    output::print(&text)?;
    match found.len() {
        0 => Ok(()),
        _ if !options.fail => Ok(()),
        1 => Err(Kind::Found {
            found: "there is a suspect".to_owned(),
        }
        .into()),
        count => Err(Kind::Found {
            found: format!("there are {count} suspects"),
        }
        .into()),
    }
}

fn human(
    fleet: &Fleet<'_>,
    catalog: &Catalog,
    found: &[Suspect],
    (functions, is_covered): (usize, bool),
) -> String {
    let mut text = String::new();
    if !is_covered && found.is_empty() {
        text.push_str("no verdict: the time before the window was not observed\n");
    } else if functions == 0 {
        text.push_str("no calls in the window\n");
    } else if found.is_empty() {
        text.push_str("nothing suspicious\n");
    }
    for (number, suspect) in found.iter().enumerate() {
        if number > 0 {
            text.push('\n');
        }
        write(&mut text, fleet, catalog, suspect);
    }
    if !found.is_empty() && catalog.places.iter().all(|place| place.file.is_empty()) {
        text.push_str("\nfor file and line, add `--artifact PROGRAM`, or `-p PACKAGE`\n");
    }
    text
}

fn write(text: &mut String, fleet: &Fleet<'_>, catalog: &Catalog, suspect: &Suspect) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "{}", output::printable(&suspect.explanation));
    if let Some(objective) = &suspect.start.objective {
        let burns = if suspect.start.burns {
            ", which burns"
        } else {
            ""
        };
        let _ = writeln!(text, "  objective {}{burns}", output::printable(objective));
    }
    for (depth, station) in suspect.path.iter().enumerate() {
        let place = catalog.find(&station.function);
        let at = place.and_then(Place::position).map(|at| format!("  {at}"));
        let _ = writeln!(
            text,
            "  {}{}{}  {}",
            "  ".repeat(depth),
            output::printable(&station.function.to_string()),
            output::printable(&at.unwrap_or_default()),
            numbers(suspect, station)
        );
    }
    let function = suspect.function();
    if let Some(url) = catalog.find(function).and_then(|it| it.source_url.as_ref()) {
        let _ = writeln!(text, "  source: {}", output::printable(url));
    }
    let quantity = match suspect.start.measure {
        Measure::Errors => "errors",
        Measure::Time => "latency",
    };
    let service = fleet.only_service();
    if let Ok(query) = tools::promql(quantity, service, function) {
        let _ = writeln!(text, "  graph: {}", fleet.graph_url(&query.to_string()));
    }
}

fn numbers(suspect: &Suspect, station: &Station) -> String {
    let (before, now) = (station.before_per_second, station.now_per_second);
    let share = 100.0 * station.share;
    let (shown, unit): (fn(f64) -> String, _) = match suspect.start.measure {
        Measure::Errors => (figure, "errors/s"),
        Measure::Time => (text::duration, "per second"),
    };
    let now = shown(now);
    if !suspect.observed_before {
        return format!("{now} {unit}, {share:.0} %");
    }
    let before = shown(before);
    format!("{before} → {now} {unit}, {share:.0} %")
}
